"""Measuring the quality of a package of fact tables."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import date

from kg.facts import Package
from kg.facts.package import Table
from kg.facts.records import read_records
from kg.quality.model import FileQuality, QualityReport, SourceQuality, TableQuality
from kg.quality.places import measure_places
from kg.quality.wholes import measure_wholes

Row = Mapping[str, str]
#: The kind of source that nothing should rest on alone.
_NEWS = "news"
_YEARS = ("year", "period_start", "period_end")


def measure(package: Package, day: date | None = None) -> QualityReport:
    """Measure the tables of a package; ``day`` is the day that ages are counted to.

    By default it is the last day on which a source was retrieved, so that the same facts have the
    same report. Raises :class:`~kg.facts.errors.FactsError` for a table that cannot be read.
    """
    rows = {name: list(_rows(table)) for name, table in package.tables.items()}
    sources = {row["id"]: row for row in rows.get("sources", [])}
    day = day or _last_retrieved(sources.values())
    wholes, checked = measure_wholes(package, rows)
    review = Counter(bool(row.get("decision")) for row in rows.get("match-review", []))
    return QualityReport(
        day=day.isoformat() if day else "",
        tables=tuple(
            _table(table, rows[name], sources) for name, table in sorted(package.tables.items())
        ),
        sources=tuple(_sources(package, rows, sources, day)),
        files=tuple(_files(rows.get("imports", []))),
        wholes=wholes,
        wholes_checked=checked,
        places=measure_places(rows),
        identities=dict(
            sorted(Counter(row["rule"] for row in rows.get("site-identities", [])).items())
        ),
        doubtful=review[False],
        decided=review[True],
    )


def _last_retrieved(sources: Iterable[Row]) -> date | None:
    days = (row.get("retrieved", "") for row in sources)
    return max((date.fromisoformat(day) for day in days if day), default=None)


def _rows(table: Table) -> Iterator[dict[str, str]]:
    reading = read_records(table.path, table.file)
    for record in reading.records:
        yield dict(zip(reading.header, record.cells, strict=True))


def _table(table: Table, rows: Iterable[Row], sources: Mapping[str, Row]) -> TableQuality:
    field = table.schema.field("status")
    figures = field is not None and field.descriptor.get("propertyUrl") == "cm:status"
    statuses: Counter[str] = Counter()
    cited: set[str] = set()
    count = on_news = 0
    column = _sources_column(table)
    for row in rows:
        count += 1
        if figures:
            statuses[row["status"]] += 1
        named = _listed(row, column)
        cited.update(named)
        on_news += bool(named) and all(sources.get(s, {}).get("kind") == _NEWS for s in named)
    return TableQuality(
        table=table.name,
        title=table.title,
        rows=count,
        sources=len(cited),
        statuses=dict(sorted(statuses.items())),
        on_news=on_news,
        in_graph="aboutUrl" in table.schema.descriptor,
    )


def _sources_column(table: Table) -> str:
    """The column with the sources that a row rests on."""
    return str(table.schema.descriptor.get("sources", "source_ids"))


def _naming_columns(table: Table) -> list[str]:
    """Every column that names sources: those of the row, and others such as that of a locality."""
    return sorted(
        {_sources_column(table)}
        | {
            field.name
            for field in table.schema.fields
            if "sources" in field.descriptor.get("references", {}).get("resources", ())
        }
    )


def _listed(row: Row, column: str) -> list[str]:
    return [source for source in row.get(column, "").split(";") if source]


def _sources(
    package: Package,
    rows: Mapping[str, Iterable[Row]],
    sources: Mapping[str, Row],
    day: date | None,
) -> Iterator[SourceQuality]:
    counts: Counter[str] = Counter()
    years: dict[str, set[int]] = defaultdict(set)
    for name, table in package.tables.items():
        columns = _naming_columns(table)
        for row in rows[name]:
            of = {int(row[column]) for column in _YEARS if row.get(column, "").isdecimal()}
            for source in {source for column in columns for source in _listed(row, column)}:
                counts[source] += 1
                years[source] |= of
    for source, row in sorted(sources.items()):
        released = row.get("date", "")
        yield SourceQuality(
            source=source,
            title=row.get("title", ""),
            publisher=row.get("publisher", ""),
            kind=row.get("kind", ""),
            date=released,
            age=_age(released, day) if released and day else None,
            licence=row.get("licence", ""),
            rows=counts[source],
            first_year=min(years[source], default=None),
            last_year=max(years[source], default=None),
        )


def _age(released: str, day: date) -> int:
    """Whole years from a date, as far as it is known, to a day; none for one that is to come.

    >>> _age("2024-11", date(2026, 10, 1)), _age("2024", date(2026, 10, 1))
    (1, 2)
    """
    year, month, dayth = (int(part) for part in (*released.split("-"), "1", "1")[:3])
    return max(0, day.year - year - ((day.month, day.day) < (month, dayth)))


def _files(account: Iterable[Row]) -> Iterator[FileQuality]:
    files: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    kinds: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    for row in account:
        file = row["importer"], row["file"]
        files[file][row["outcome"]] += int(row["rows"])
        if row["outcome"] == "left-out":
            kinds[file][row["kind"]] += int(row["rows"])
    for (importer, name), counts in sorted(files.items()):
        yield FileQuality(
            importer=importer,
            file=name,
            read=counts["read"],
            used=counts["used"],
            reported=counts["reported"],
            left_out=counts["left-out"],
            kinds=dict(sorted(kinds[importer, name].items())),
        )
