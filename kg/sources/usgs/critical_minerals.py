"""The tables on critical minerals: what is on the list and what for, and who produces most.

Table 4 (from 2026 table 6) names each mineral of the list that holds at the time with its primary
applications; the releases 2023 to 2025 give the list of 2022 in the same words, and 2025 is read.
Table 5 (from 2026 table 7) has one row for each mineral: only the leading producer and its share
of the world are read, since the other figures stand in the other files of the release.
"""

from __future__ import annotations

from collections.abc import Mapping

from kg.sources.fact_tables import FactTables
from kg.sources.ledger import RowLedger
from kg.sources.official_file import OfficialRow, fold
from kg.sources.place_names import PlaceNames
from kg.sources.usgs.release import FileKind, Release, named, one_file
from kg.sources.usgs.series import CriticalMineral, critical_minerals
from kg.sources.usgs.values import UnreadableValue, parse_value

USE_COLUMNS = {
    2025: ("Source", "Critical Mineral", "Primary Applications", "Category_Note"),
    2026: ("Source", "Critical_Mineral", "Primary_Applications", "Category_Note"),
}
#: The list that holds in a release.
_LISTS = {2025: "usa-usgs-list-2022", 2026: "usa-usgs-list-2025"}
_LEADING = ("Leading_source_country", "Leading_country_prod")
LEADING_COLUMNS = {
    2024: (
        "Source",
        "Year",
        "Critical_mineral",
        "Primary_prod",
        "Secondary_prod",
        "Prod_notes",
        "Apparent_Consuption",
        "Contsumption_Notes",
        "Net_Import_Reliance",
        "Primary_import_source",
        "Import_source_notes",
        *_LEADING,
        "World_total_prod",
        "World_prod_notes",
        "Leading_source_precent_world",
    ),
    2025: (
        "Source",
        "Year",
        "Critical_mineral",
        "Primary_prod",
        "Secondary_prod",
        "Prod_notes",
        "Apparent_Consumption",
        "Consumption_Notes",
        "Net_Import_Reliance",
        "Primary_import_source",
        "Import_source_notes",
        *_LEADING,
        "Leading_source_precent_world",
        "World_total_prod",
        "World_prod_notes",
    ),
    2026: (
        "Source",
        "Year",
        "Units",
        "Critical_mineral",
        "Primary_prod",
        "Secondary_prod",
        "Prod_notes",
        "Apparent_Consumption",
        "Consumption_Notes",
        "Net_Import_Reliance",
        "Primary_import_sources_2021-24",
        "Import_source_notes",
        *_LEADING,
        "Leading_source_precent_world",
        "World_total_prod",
        "World_prod_notes",
    ),
}
_SHARE = "Leading_source_precent_world"


def read_critical_list(
    rows: list[OfficialRow],
    release: Release,
    known: Mapping[str, CriticalMineral],
    ledger: RowLedger,
) -> list[dict[str, str]]:
    """The entries of the list that holds in the release, with their primary applications."""
    mineral, uses = USE_COLUMNS[release.year][1:3]
    on_list = _LISTS[release.year]
    facts: dict[str, dict[str, str]] = {}
    for row in rows:
        if not any(cell.strip() for cell in row.cells.values()):
            ledger.leave_out("line without a word")
            continue
        found = known.get(fold(row[mineral]))
        if found is None or not found.substance or found.substance in facts:
            _refuse_mineral(row, mineral, ledger)
            continue
        facts[found.substance] = {
            "id": f"designation-{on_list}-{found.substance}",
            "substance": found.substance,
            "list": on_list,
            "note": f"Primary applications: {row.text(uses)}",
            "source_ids": release.source,
            "locator": ledger.file,
        }
        ledger.use()
    return list(facts.values())


def read_leading_producers(
    rows: list[OfficialRow],
    release: Release,
    known: Mapping[str, CriticalMineral],
    places: PlaceNames,
    ledger: RowLedger,
) -> list[dict[str, str]]:
    """The share of the world that the leading producer of each mineral has, where it is stated."""
    facts: dict[str, dict[str, str]] = {}
    for row in rows:
        if not any(cell.strip() for cell in row.cells.values()):
            ledger.leave_out("line without a word")
            continue
        mineral = known.get(fold(row["Critical_mineral"]))
        if mineral is None or not mineral.leading:
            _refuse_mineral(row, "Critical_mineral", ledger)
            continue
        share = parse_value(row[_SHARE])
        area = places.find(row["Leading_source_country"])
        if isinstance(share, UnreadableValue):
            ledger.refuse(
                row.line,
                f"The share {share.stated!r} cannot be read. {share.reason}",
                "If it is right, add its form to kg/sources/usgs/values.py.",
                column=_SHARE,
            )
            continue
        if not share.value:
            ledger.leave_out("leading producer without a share")
            continue
        if area is None:
            ledger.refuse(
                row.line,
                f"The country {row.text('Leading_source_country')!r} is not known.",
                "Add the name to the aliases of its place in the table places.",
                column="Leading_source_country",
            )
            continue
        year = str(release.year - 1)
        name = f"{mineral.leading}-{mineral.stage}-leading-{area}-{year}-{release.mark}"
        facts[name] = {
            "id": name,
            "substance": mineral.leading,
            "stage": mineral.stage,
            "area": area,
            "year": year,
            "share": share.value,
            "status": "estimated",
            "stated": share.stated,
            "basis_note": "Share of the leading producer in world production",
            "note": row.text("World_prod_notes"),
            "source_ids": release.source,
            "locator": ledger.file,
        }
        ledger.use()
    return list(facts.values())


def _refuse_mineral(row: OfficialRow, column: str, ledger: RowLedger) -> None:
    ledger.refuse(
        row.line,
        f"The mineral {row.text(column)!r} is not known, or stands twice.",
        "Add it to kg/sources/usgs/critical_minerals.csv with its substance.",
        column=column,
    )


def _list(
    rows: list[OfficialRow], release: Release, _: PlaceNames, ledger: RowLedger
) -> FactTables:
    entries = read_critical_list(rows, release, critical_minerals(), ledger)
    return {release.table("critical-list"): ("list-entries", entries)}


def _leading(
    rows: list[OfficialRow], release: Release, places: PlaceNames, ledger: RowLedger
) -> FactTables:
    shares = read_leading_producers(rows, release, critical_minerals(), places, ledger)
    return {release.table("leading-producers"): ("shares", shares)}


def critical_list(year: int) -> FileKind:
    """The kind of table 4 (2025) or 6 (2026), the list of critical minerals and their uses."""
    return FileKind(
        name="list of critical minerals and their uses",
        tells=named("*_critical_minerals_end_use.csv"),
        read=one_file(USE_COLUMNS[year], "utf-8-sig", _list),
        tables=("critical-list",),
    )


def leading_producers(year: int) -> FileKind:
    """The kind of table 5 (2024, 2025) or 7 (2026), the leading producer of each mineral."""
    return FileKind(
        name="leading producers of critical minerals",
        tells=named("*_critical_minerals_salient.csv"),
        read=one_file(LEADING_COLUMNS[year], "utf-8-sig", _leading),
        tables=("leading-producers",),
    )
