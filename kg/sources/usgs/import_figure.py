"""Figure 2 of the releases from 2023: net import reliance and where the United States buys.

The figure names up to four countries in descending order of import share, without the shares: each
becomes an import share in words, with its rank in the note. From 2026 the main table has the
shares. Net import reliance stands in the statistics of the United States of the same release too;
it is read here for the few commodities that these lack (caesium, rubidium ...).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from kg.report import Problem, Report
from kg.sources.fact_tables import FactTables
from kg.sources.ledger import RowLedger
from kg.sources.official_file import OfficialRow, fold, header_of, read_official_csv, tidy
from kg.sources.place_names import PlaceNames
from kg.sources.usgs.release import FileKind, Release, named
from kg.sources.usgs.series import CountryWords, ImportItem, country_words, import_items
from kg.sources.usgs.us_figure import slug
from kg.sources.usgs.values import UnreadableValue, parse_value

_COLUMNS = re.compile(
    r"Source,Import_Share_(?:Rank|Order),Commodity,(?P<reliance>Net_Import_Reliance_pct_\d{4}),"
    r"(?P<sources>Major_Import_Sources_(?P<first>\d{4})_(?P<last>\d{2}(?:\d{2})?))(?:,Notes)?",
    re.ASCII,
)
_RANKS = ("1st", "2nd", "3rd", "4th")


@dataclass(frozen=True, slots=True)
class _Figure:
    """The columns of the figure, which hold the years."""

    release: Release
    reliance: str
    sources: str
    first: str
    last: str
    notes: str


def read_figure(
    files: Sequence[Path], release: Release, places: PlaceNames, report: Report
) -> FactTables:
    """The import sources of the figure, and the reliance that other files lack."""
    opened = _open(files, release, report)
    if opened is None:
        return {}
    figure, rows, ledger = opened
    names = places, country_words()
    sources: dict[str, dict[str, str]] = {}
    reliances: list[dict[str, str]] = []
    for row, item in _items(rows, ledger):
        reliance = _reliance(row, figure, item, ledger)
        if reliance is None:
            continue
        reliances += [reliance] if reliance else []
        sources.update({fact["id"]: fact for fact in _sources(row, figure, item, names, ledger)})
        ledger.use()
    ledger.close()
    return {
        release.table("import-sources"): ("import_sources", list(sources.values())),
        release.table("import-reliance"): ("us_statistics", reliances),
    }


def read_reliance(
    files: Sequence[Path], release: Release, _: PlaceNames, report: Report
) -> FactTables:
    """The reliance that the main table of the release lacks; what it has is left out by name."""
    opened = _open(files, release, report)
    if opened is None:
        return {}
    figure, rows, ledger = opened
    reliances: list[dict[str, str]] = []
    for row, item in _items(rows, ledger):
        reliance = _reliance(row, figure, item, ledger)
        if reliance:
            reliances.append(reliance)
            ledger.use()
        elif reliance is not None:
            ledger.leave_out("figure 2, reliance and import sources of the main table")
    ledger.close()
    return {release.table("import-reliance"): ("us_statistics", reliances)}


def _open(
    files: Sequence[Path], release: Release, report: Report
) -> tuple[_Figure, list[OfficialRow], RowLedger] | None:
    """The rows of the figure, of which a release has one file, or ``None`` with a problem."""
    for other in files[1:]:
        report.add(
            Problem(
                other.name,
                f"{files[0].name} is the same table.",
                "Give each table of the release once.",
            )
        )
    path, header = files[0], header_of(files[0])
    found = _COLUMNS.fullmatch(",".join(header))
    if found is None:
        report.add(
            Problem(
                path.name,
                "The columns are not those of the release: " + ", ".join(header) + ".",
                "Take the file as it was released; a new form needs a new version of the importer.",
                row=1,
            )
        )
        return None
    rows = read_official_csv(path, header, "utf-8-sig", report)
    if rows is None:
        return None
    figure = _Figure(
        release=release,
        reliance=found["reliance"],
        sources=found["sources"],
        first=found["first"],
        last=found["last"],
        notes="Notes" if "Notes" in header else "",
    )
    return figure, rows, RowLedger(path.name, report, read=len(rows))


def _items(
    rows: Sequence[OfficialRow], ledger: RowLedger
) -> Iterator[tuple[OfficialRow, ImportItem]]:
    """Each row with what its commodity stands for; one that is not known is refused."""
    known = import_items()
    for row in rows:
        if not any(cell.strip() for cell in row.cells.values()):
            ledger.leave_out("line without a word")
            continue
        item = known.get(fold(row["Commodity"]))
        if item is None:
            ledger.refuse(
                row.line,
                f"The commodity {row.text('Commodity')!r} is not known.",
                "Add it to kg/sources/usgs/import_figure.csv with its substance.",
                column="Commodity",
            )
            continue
        yield row, item


def _sources(
    row: OfficialRow,
    figure: _Figure,
    item: ImportItem,
    names: tuple[PlaceNames, dict[str, CountryWords]],
    ledger: RowLedger,
) -> list[dict[str, str]]:
    """The countries of a row in their order; one that is no country is reported and left out."""
    places, words = names
    countries = [tidy(country) for country in row[figure.sources].split(",")]
    facts = []
    for rank, country in enumerate(countries):
        plain = words.get(fold(country), CountryWords(country, "", "")).country
        area = places.find(plain)
        if area is None:
            ledger.say(
                row.line,
                f"{country!r} is not known as a country.",
                "It is not used. If it is one, add its name to the table places.",
                column=figure.sources,
            )
            continue
        hong_kong = area == "CHN" and "Hong Kong" in row[figure.notes] if figure.notes else False
        name = (item.substance, "import-source-USA", area, figure.last, slug(item.item))
        facts.append(
            {
                "id": "-".join(filter(None, (*name, figure.release.mark))),
                "substance": item.substance,
                "item": item.item,
                "importer": "USA",
                "supplier": area,
                "year": figure.last,
                "period_start": figure.first,
                "period_end": figure.last,
                "status": "qualitative",
                "stated": country,
                "note": f"{_RANKS[rank]} of the {len(countries)} major import sources by share."
                + (" Includes Hong Kong." if hong_kong else ""),
                "source_ids": figure.release.source,
                "locator": ledger.file,
            }
        )
    return facts


def _reliance(
    row: OfficialRow, figure: _Figure, item: ImportItem, ledger: RowLedger
) -> dict[str, str] | None:
    """Net import reliance, empty where it stands elsewhere, ``None`` after refusing the row."""
    if str(figure.release.year) not in item.reliance.split(";"):
        return {}
    parsed = parse_value(row[figure.reliance])
    if isinstance(parsed, UnreadableValue):
        ledger.refuse(
            row.line,
            f"The value {parsed.stated!r} cannot be read. {parsed.reason}",
            "If it is right, add its form to kg/sources/usgs/values.py.",
            column=figure.reliance,
        )
        return None
    year = figure.reliance[-4:]
    # The year of the release is an estimate, as in the statistics of the United States.
    status = "estimated" if parsed.status == "measured" else parsed.status
    name = (item.substance, "import-reliance", "USA", year, slug(item.item), figure.release.mark)
    return {
        "id": "-".join(filter(None, name)),
        "substance": item.substance,
        "measure": "import-reliance",
        "item": item.item,
        "area": "USA",
        "year": year,
        "value": parsed.value,
        "low": parsed.low,
        "high": parsed.high,
        "unit": "percent",
        "status": status,
        "flag": parsed.flag,
        "stated": parsed.stated,
        "source_ids": figure.release.source,
        "locator": ledger.file,
    }


IMPORT_FIGURE = FileKind(
    name="figure 2, net import reliance and import sources",
    tells=named("*_fig2_net_import_reliance.csv"),
    read=read_figure,
    tables=("import-sources", "import-reliance"),
)
RELIANCE_FIGURE = FileKind(
    name="figure 2, net import reliance",
    tells=named("*_fig2_net_import_reliance.csv"),
    read=read_reliance,
    tables=("import-reliance",),
)
