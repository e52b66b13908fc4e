"""World Mining Data: production by country and commodity, from a user's own workbooks.

Austrian Federal Ministry of Finance (https://www.world-mining-data.info/), tables 6.5 "Share of
World Mineral Production ... by Countries": one sheet for each of 65 commodities, one year a
workbook. The terms ask for acknowledgement and name no open licence, so critmat ships no figure.

What a sheet stands for is said by ``world_mining_data_series.csv``. The workbook does not name the
stage of a figure, so it is ``production``; shares and HHI are computed there and not read.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import NamedTuple

from kg.report import Problem, Report, Severity
from kg.sources.fact_tables import FactTables
from kg.sources.importer import Importer
from kg.sources.ledger import RowLedger
from kg.sources.official_file import OfficialRow, fold, tidy
from kg.sources.official_workbook import OfficialWorkbook
from kg.sources.own_source import OwnSource
from kg.sources.place_names import WORLD, PlaceNames

SOURCE = OwnSource(
    id="world-mining-data",
    title="World Mining Data",
    publisher="Austrian Federal Ministry of Finance",
    url="https://www.world-mining-data.info/",
    kind="official",
    retrieved="2026-11-22",
    attribution="Source: World Mining Data, Austrian Federal Ministry of Finance",
)
UNITS = {"metr. t": "tonne", "kg": "kilogram"}
_TITLE = re.compile(r"6\.5\. Share of World Mineral Production (?P<year>20[0-9]{2}), by Countries")
_FIGURE = re.compile(r"[0-9]+(\.[0-9]+)?", re.ASCII)
_TOTAL = "total"
#: Part of a total by which a sum may differ before it is reported.
_ROUNDING = Decimal("0.001")


class MiningSeries(NamedTuple):
    """What a sheet stands for, or why it is left out."""

    substance: str
    basis: str
    series: str
    left_out: str


class _Sheet(NamedTuple):
    """One sheet: its name, the year of the workbook, and what it stands for."""

    name: str
    year: str
    series: MiningSeries


def mining_series() -> dict[str, MiningSeries]:
    """Series by sheet, folded, from ``world_mining_data_series.csv``."""
    path = Path(__file__).with_name("world_mining_data_series.csv")
    with path.open(encoding="utf-8", newline="") as file:
        return {
            fold(row["sheet"]): MiningSeries(
                row["substance"], row["basis"], row["series"], row["left_out"]
            )
            for row in csv.DictReader(file)
        }


def columns_of_year(year: str) -> tuple[str, ...]:
    """The header of every sheet of the workbook of a year."""
    before = str(int(year) - 1)
    return (
        f"Rank {year}",
        f"Rank {before}",
        "Country",
        "unit",
        f"Production {year}",
        "Share in %",
        "Share cum.%",
        "Share HHI",
    )


def import_world_mining_data(
    files: Sequence[Path], places: PlaceNames | None = None
) -> tuple[FactTables, Report]:
    """Read workbooks of any years; the tables are empty when there is an error."""
    report = Report("import world-mining-data")
    if not files:
        report.add(Problem("world-mining-data", "No file is given.", "Give the tables 6.5."))
    names, known = places or PlaceNames.shipped(), mining_series()
    facts: dict[str, dict[str, str]] = {}
    for path in files:
        workbook = OfficialWorkbook.open(path, report)
        if workbook is not None:
            _workbook(workbook, known, names, facts, report)
    if not report.ok:
        return {}, report
    tables: FactTables = {
        "world-mining-data-production": ("observations", list(facts.values())),
        "world-mining-data-sources": ("sources", [SOURCE.row()]),
    }
    return tables, report


def _workbook(
    workbook: OfficialWorkbook,
    known: Mapping[str, MiningSeries],
    places: PlaceNames,
    facts: dict[str, dict[str, str]],
    report: Report,
) -> None:
    """Add the facts of every sheet; each sheet carries the year in its first line."""
    ledger = RowLedger(workbook.file, report)
    years: set[str] = set()
    for sheet in workbook.names:
        cells = workbook.cells(sheet)
        title = _TITLE.match(tidy(cells[0][0])) if cells and cells[0] else None
        if title is None:
            ledger.say(
                None,
                f"Sheet {sheet!r} is none of table 6.5.",
                "Give the workbooks Share of World Mineral Production by Countries.",
                severity=Severity.ERROR,
            )
            continue
        years.add(title["year"])
        rows = workbook.rows(sheet, columns_of_year(title["year"]), header=2)
        if rows is None:
            continue
        ledger.read += len(rows)
        series = known.get(fold(sheet))
        if series is None:
            for row in rows:
                ledger.refuse(
                    row.line,
                    f"Sheet {tidy(sheet)!r} is not known.",
                    "Add it to kg/sources/world_mining_data_series.csv.",
                )
        elif series.left_out:
            for _ in rows:
                ledger.leave_out(f"{tidy(sheet)}: {series.left_out}")
        else:
            read = _sheet(_Sheet(tidy(sheet), title["year"], series), rows, places, ledger)
            for row, fact in read:
                if fact["id"] in facts:
                    ledger.refuse(
                        row.line,
                        f"Sheet {tidy(sheet)}: {row.text('Country')} stands twice.",
                        "Give each workbook once.",
                    )
                    continue
                facts[fact["id"]] = fact
                ledger.use()
    if len(years) > 1:
        ledger.say(
            None,
            f"The sheets are of several years: {', '.join(sorted(years))}.",
            "Take the workbook as it was released.",
            severity=Severity.ERROR,
        )
    ledger.close()


def _sheet(
    sheet: _Sheet, rows: Sequence[OfficialRow], places: PlaceNames, ledger: RowLedger
) -> list[tuple[OfficialRow, dict[str, str]]]:
    """The facts of one commodity, not counted yet, after their sum was compared with the total."""
    found: list[tuple[OfficialRow, dict[str, str]]] = []
    listed, total = Decimal(0), None
    for row in rows:
        country, figure = row.text("Country"), row[f"Production {sheet.year}"]
        area = WORLD if fold(country) == _TOTAL else places.find(country)
        unit = UNITS.get(row.text("unit"))
        if unit is None or not _FIGURE.fullmatch(figure):
            ledger.refuse(
                row.line,
                f"Sheet {sheet.name}: {figure!r} in {row['unit']!r} cannot be read.",
                "Take the workbook as it was released.",
                column="unit" if unit is None else f"Production {sheet.year}",
            )
            continue
        if area == WORLD:
            total = Decimal(figure)
        else:
            listed += Decimal(figure)
        if area is None:
            ledger.refuse(
                row.line,
                f"Sheet {sheet.name}: the country {country!r} is not known.",
                "Add the name to the aliases of its place.",
                column="Country",
                severity=Severity.WARNING,
            )
            continue
        found.append((row, _fact(sheet, area, unit, figure)))
    if total is None or abs(total - listed) > _ROUNDING * total:
        ledger.say(
            None,
            f"Sheet {sheet.name}: the countries add up to {listed:f}, the total is "
            f"{'missing' if total is None else total}.",
            "The sheet is cut off or was edited; download it again.",
            severity=Severity.ERROR,
        )
    return found


def _fact(sheet: _Sheet, area: str, unit: str, figure: str) -> dict[str, str]:
    series = sheet.series
    parts = (series.substance, "production", area, sheet.year, series.series, SOURCE.id)
    return {
        "id": "-".join(filter(None, parts)),
        "substance": series.substance,
        "stage": "production",
        "measure": "production",
        "area": area,
        "year": sheet.year,
        "value": figure,
        "unit": unit,
        "basis": series.basis,
        "status": "measured",
        "stated": figure,
        "series": series.series,
        "source_ids": SOURCE.id,
        "locator": f"Table 6.5 of {sheet.year}, sheet {sheet.name}",
    }


WORLD_MINING_DATA = Importer(
    name="world-mining-data",
    summary="World Mining Data, your own workbooks 6.5 Share of World ... Countries; needs --out.",
    folder="world-mining-data",
    files=("6.5*.xlsx",),
    tables=("world-mining-data-production", "world-mining-data-sources"),
    read=import_world_mining_data,
    shipped=False,
)
