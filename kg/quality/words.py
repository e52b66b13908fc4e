"""The data quality report in plain English: what its codes mean, and its text for a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from kg.quality.groups import (
    AGES,
    NO_DATE,
    ImporterFiles,
    importer_files,
    source_kinds,
    table_wholes,
    unused_sources,
)
from kg.quality.model import FileQuality, QualityReport, WholeQuality
from kg.quality.wholes import TOLERANCE

#: What a figure with a status is.
STATUSES: Mapping[str, str] = {
    "measured": "the source reports the figure as observed",
    "estimated": "the source says that it is an estimate",
    "provisional": "the source says that it will be revised",
    "forecast": "a figure for a time after its publication",
    "bound": "only a lower or an upper end is stated, such as less than 0.1 percent",
    "withheld": "the source holds the figure back, mostly to protect companies",
    "not-available": "the source says that there is no figure",
    "qualitative": "the source gives a word and no number",
    "computed": "computed by critmat from published figures, by a written rule",
    "inferred": "concluded by critmat from other statements",
}
#: What the rules of ``docs/identity.md`` say that a record of a site is.
RULES: Mapping[str, str] = {
    "alone": "no other record is of this facility",
    "same-name": "same name, near, with a common substance",
    "same-name-further": "same name, farther away, and the only one of it",
    "same-name-in-country": "same name in the country, and one has no coordinates",
    "official-point": "the facility took its coordinates from this record",
    "name-within-name": "one name holds the other, nearly the same place",
    "like-name": "names nearly alike, nearly the same place",
    "rows-of-one-site": "one list has the same site in two rows",
    "expert": "an expert decided",
}


def kind_words(kind: str) -> str:
    """The kind of a source as it reads.

    >>> kind_words("news"), kind_words("")
    ('news', 'not stated')
    """
    return kind or "not stated"


def percent(part: int, whole: int) -> str:
    """A part in percent with one decimal; never 0 for something, nor 100 for less than all.

    >>> percent(1, 3), percent(1, 5000), percent(4999, 5000), percent(0, 0)
    ('33.3 %', '< 0.1 %', '> 99.9 %', '0.0 %')
    """
    value = 100 * part / whole if whole else 0.0
    if 0 < value < 0.1:
        return "< 0.1 %"
    return "> 99.9 %" if 99.9 < value < 100 else f"{value:.1f} %"


def sum_words(whole: WholeQuality) -> str:
    """What the shares of a whole add up to; from-to where some of them are bounds.

    >>> sum_words(WholeQuality("t", "nickel", 29, 90.9, 91.3))
    '90.9 to 91.3'
    >>> sum_words(WholeQuality("t", "titanium", 18, 92.0, 92.0))
    '92'
    """
    least, most = f"{whole.least:g}", f"{whole.most:g}"
    return least if least == most else f"{least} to {most}"


def lines(report: QualityReport) -> Iterator[str]:
    """The report as lines of text, a section after the other."""
    yield (
        f"Data quality of {report.rows:,} rows in {sum(t.in_graph for t in report.tables):,} "
        f"fact tables, from {len(report.sources):,} sources"
    )
    if report.day:
        yield f"Ages are counted to {report.day}, when the last source was retrieved."
    for title, section in (
        ("Figures by status", _statuses(report)),
        ("Fact tables", _tables(report)),
        ("Sources by kind and age", _sources(report)),
        ("Official files", _files(report)),
        ("Shares that do not add up to 100", _wholes(report)),
        ("Coordinates", _places(report)),
        ("Sites and facilities", _identities(report)),
        ("Rows that rest on news alone", _news(report)),
    ):
        yield ""
        yield title
        yield from (f"  {line}".rstrip() for line in section)


def _columns(head: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """Rows under their heads: the first column to the left, figures to the right."""
    if not rows:
        return
    widths = [max(map(len, column)) for column in zip(head, *rows, strict=True)]
    for row in (head, *rows):
        first, *rest = row
        cells = [cell.rjust(width) for cell, width in zip(rest, widths[1:], strict=True)]
        yield "  ".join((first.ljust(widths[0]), *cells))


def _statuses(report: QualityReport) -> Iterator[str]:
    statuses = report.statuses
    total = sum(statuses.values())
    if not total:
        yield "No table has figures."
    for status, count in statuses.items():
        words = f"{status:<14} {count:>8,}  {percent(count, total):>8}  {STATUSES.get(status, '')}"
        yield words.rstrip()


def _tables(report: QualityReport) -> Iterator[str]:
    statuses = list(report.statuses)
    yield from _columns(
        ("table", "rows", "sources", *statuses),
        [
            (
                table.table if table.in_graph else f"{table.table} (not in the graph)",
                f"{table.rows:,}",
                f"{table.sources:,}",
                *(f"{n:,}" if (n := table.statuses.get(name)) else "" for name in statuses),
            )
            for table in report.tables
        ],
    )


def _sources(report: QualityReport) -> Iterator[str]:
    ages = (*(name for name, _ in AGES), NO_DATE)
    yield from _columns(
        ("kind", "sources", "rows", *ages),
        [
            (
                kind_words(kind.kind),
                f"{len(kind.sources):,}",
                f"{kind.rows:,}",
                *(f"{kind.ages[age]:,}" for age in ages),
            )
            for kind in source_kinds(report)
        ],
    )
    if unused := unused_sources(report.sources):
        yield f"No row names: {', '.join(source.source for source in unused)}."


def _files(report: QualityReport) -> Iterator[str]:
    if not report.files:
        yield "No official file was read."
    rows = []
    for importer in importer_files(report):
        rows.append(_counts(importer.importer, importer))
        rows += [_counts(f"  {file.file}", file) for file in importer.files]
    yield from _columns(("importer and file", "rows read", "used", "reported", "left out"), rows)
    for file in report.files:
        if file.lost:
            yield f"{file.importer}, {file.file}: {file.lost:,} rows are not accounted for."


def _counts(name: str, of: ImporterFiles | FileQuality) -> tuple[str, ...]:
    return name, *(f"{count:,}" for count in (of.read, of.used, of.reported, of.left_out))


def _wholes(report: QualityReport) -> Iterator[str]:
    yield (
        f"{len(report.wholes):,} of {report.wholes_checked:,} wholes are "
        f"more than {TOLERANCE:g} points away."
    )
    for table in table_wholes(report):
        yield f"{table.title} ({table.table})"
        yield from (f"  {whole.whole}: {sum_words(whole)}" for whole in table.wholes)


def _places(report: QualityReport) -> Iterator[str]:
    places = report.places
    yield (
        f"{places.with_point:,} of {places.facilities:,} facilities have coordinates "
        f"({percent(places.with_point, places.facilities)})."
    )
    yield (
        f"Of {places.points:,} points {places.inside:,} lie in their country, {places.near:,} "
        f"within 25 km of it, {places.at_sea:,} at sea, {len(places.elsewhere):,} elsewhere."
    )
    yield from places.elsewhere


def _identities(report: QualityReport) -> Iterator[str]:
    for rule, count in sorted(report.identities.items(), key=lambda item: (-item[1], item[0])):
        yield f"{rule:<21} {count:>7,}  {RULES.get(rule, '')}".rstrip()
    yield (
        f"{report.doubtful:,} doubtful pairs wait for an expert (critmat match review), "
        f"{report.decided:,} are decided."
    )


def _news(report: QualityReport) -> Iterator[str]:
    tables = sorted((t for t in report.tables if t.on_news), key=lambda t: (-t.on_news, t.table))
    rows = sum(table.rows for table in tables)
    yield f"{report.on_news:,} rows" + (f" of {rows:,} in these tables:" if tables else ".")
    yield from _columns(
        ("table", "on news alone", "of", "share"),
        [(t.table, f"{t.on_news:,}", f"{t.rows:,}", percent(t.on_news, t.rows)) for t in tables],
    )
