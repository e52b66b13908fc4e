"""Mineral Commodity Summaries 2026 of the United States Geological Survey.

Data release https://doi.org/10.5066/P1WKQ63T, public domain. Three files are read, each told by
its columns: the main table (cp1252), table 4 on export controls and table 5 on trade agreements
(UTF-8 with byte order mark). The other files of the release draw figures from the main table or
are of the United States economy; they are counted and left out by name.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from kg.report import Problem, Report
from kg.sources.fact_tables import FactTables
from kg.sources.importer import Importer
from kg.sources.ledger import RowLedger
from kg.sources.official_file import OfficialRow, header_of, read_official_csv
from kg.sources.place_names import PlaceNames
from kg.sources.usgs import series as usgs_series
from kg.sources.usgs.policy import read_agreements, read_controls
from kg.sources.usgs.us import read_import_sources, read_us
from kg.sources.usgs.world import IMPORT_SOURCES, read_world

MAIN_COLUMNS = (
    "MCS chapter",
    "Section",
    "Commodity",
    "Country",
    "Statistics",
    "Statistics_detail",
    "Unit",
    "Year",
    "Value",
    "Notes",
    "Is critical mineral 2025",
    "Other notes",
)
CONTROL_COLUMNS = ("Country", "Control_Type", "Commodity_Year", "Data_source", "Notes")
AGREEMENT_COLUMNS = (
    "Country",
    "Agreement",
    "Signing_date",
    "Signing_date",
    "Focus_area",
    "Source",
)

#: The files of the release that are not read, by a column that only they have.
LEFT_OUT = {
    "Nonfuel_Mineral_Economic_Inputs": "figure 1, minerals in the economy",
    "Net_Import_Reliance_pct_2025": "figure 2, net import reliance",
    "Import_Source_2021_24": "figure 3, major import sources",
    "commodity_category": "figure 4, value by type",
    "critical_mineral_priced": "figure 10, growth of prices",
    "Pch_Consumption_2024_2025": "figure 11, change of consumption in a year",
    "Pch_Consumption_2021_2025": "figure 12, change of consumption in four years",
    "Scrap_type": "figure 13, scrap",
    "Mine_Production_Metals_mil_dols": "table 1, mineral industry",
    "GDP_bil_dols": "table 2, mineral economy",
    "Principal_commodities": "table 3, value by State",
    "Primary_Applications": "table 6, end uses in words",
    "Leading_source_country": "table 7, leading producers",
}

_Result = tuple[FactTables, Report]
_Tables = dict[str, tuple[str, Sequence[Mapping[str, str]]]]
_Reader = Callable[[list[OfficialRow], PlaceNames, RowLedger], _Tables]


def import_usgs_mcs(files: Sequence[Path], places: PlaceNames | None = None) -> _Result:
    """Read files of the release into fact tables.

    Gives the tables and the report; with an error in the report the tables are empty, so that
    nothing half read can be written.
    """
    report = Report("import usgs-mcs-2026")
    names = places or PlaceNames.shipped()
    tables: _Tables = {}
    seen: dict[str, Path] = {}
    for path in files:
        name = _left_out(path)
        if name:
            _count_left_out(path, name, report)
            continue
        kind = _kind_of(path)
        if kind is None or kind in seen:
            report.add(_wrong_file(path, seen.get(kind or "")))
            continue
        seen[kind] = path
        columns, encoding, reader = _KINDS[kind]
        rows = read_official_csv(path, columns, encoding, report)
        if rows is None:
            continue
        ledger = RowLedger(path.name, report, read=len(rows))
        tables.update(reader(rows, names, ledger))
        ledger.close()
    return (tables if report.ok else {}), report


def _read_main(rows: list[OfficialRow], places: PlaceNames, ledger: RowLedger) -> _Tables:
    world, us, sources = [], [], []
    for row in rows:
        section = row.text("Section")
        if section.startswith("World"):
            world.append(row)
        elif section.startswith("Salient Statistics"):
            us.append(row)
        elif section == IMPORT_SOURCES:
            sources.append(row)
        else:
            ledger.refuse(
                row.line,
                f"The section {section!r} is not known.",
                "A new section needs a new version of the importer.",
                column="Section",
            )
    return {
        "usgs-mcs-2026-production": (
            "observations",
            read_world(world, usgs_series.world_series(), places, ledger),
        ),
        "usgs-mcs-2026-us": ("us_statistics", read_us(us, usgs_series.us_items(), ledger)),
        "usgs-mcs-2026-import-sources": (
            "import_sources",
            read_import_sources(sources, usgs_series.import_commodities(), places, ledger),
        ),
    }


def _read_controls(rows: list[OfficialRow], places: PlaceNames, ledger: RowLedger) -> _Tables:
    measures = read_controls(rows, usgs_series.controls(), places, ledger)
    return {"usgs-mcs-2026-export-controls": ("measures", measures)}


def _read_agreements(rows: list[OfficialRow], _: PlaceNames, ledger: RowLedger) -> _Tables:
    agreements, parties = read_agreements(rows, usgs_series.agreements(), ledger)
    return {
        "usgs-mcs-2026-agreements": ("agreements", agreements),
        "usgs-mcs-2026-agreement-parties": ("agreement-parties", parties),
    }


_KINDS: dict[str, tuple[Sequence[str], str, _Reader]] = {
    "main table": (MAIN_COLUMNS, "cp1252", _read_main),
    "table 4, export controls": (CONTROL_COLUMNS, "utf-8-sig", _read_controls),
    "table 5, trade agreements": (AGREEMENT_COLUMNS, "utf-8-sig", _read_agreements),
}


def _kind_of(path: Path) -> str | None:
    """The kind of file whose columns the header shares most, if it shares more than half."""
    header = set(header_of(path))
    kind = max(_KINDS, key=lambda name: len(header & set(_KINDS[name][0])))
    columns = set(_KINDS[kind][0])
    return kind if len(header & columns) * 2 > len(columns) else None


def _left_out(path: Path) -> str | None:
    """The name of a file of the release that is not read."""
    return next((LEFT_OUT[column] for column in header_of(path) if column in LEFT_OUT), None)


def _count_left_out(path: Path, name: str, report: Report) -> None:
    with path.open(encoding="utf-8-sig", errors="replace", newline="") as file:
        rows = sum(any(row) for row in csv.reader(file)) - 1
    ledger = RowLedger(path.name, report, read=rows)
    ledger.left_out[name] = rows
    ledger.close()


def _wrong_file(path: Path, other: Path | None) -> Problem:
    if not path.is_file():
        return Problem(path.name, "There is no such file.", "Check the path.")
    if other is not None:
        return Problem(
            path.name, f"{other.name} is the same table.", "Give each table of the release once."
        )
    return Problem(
        path.name,
        "This is none of the files that are read: " + "; ".join(_KINDS) + ".",
        "Take MCS2026_Commodities_Data.csv, ..._T4_Country_Export_Control.csv or "
        "..._T5_Trade_Agreements.csv of the release, as they are.",
        row=1,
    )


USGS_MCS_2026 = Importer(
    name="usgs-mcs-2026",
    summary="Mineral Commodity Summaries 2026 of the USGS: the main table "
    "(MCS2026_Commodities_Data.csv), export controls (T4) and trade agreements (T5).",
    folder="usgs-mcs-2026",
    files=("MCS2026_*.csv",),
    tables=(
        "usgs-mcs-2026-production",
        "usgs-mcs-2026-us",
        "usgs-mcs-2026-import-sources",
        "usgs-mcs-2026-export-controls",
        "usgs-mcs-2026-agreements",
        "usgs-mcs-2026-agreement-parties",
    ),
    read=import_usgs_mcs,
)
