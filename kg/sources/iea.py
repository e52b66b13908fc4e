"""Critical Minerals Dataset of the International Energy Agency, edition of May 2025.

https://www.iea.org/data-and-statistics/data-product/critical-minerals-dataset, CC BY 4.0, read
from the extract in JSON (``supply > mineral > mining|refining > countries > year``) that a third
person made of the sheets. 2024 is the base year of the edition, later years are projections of the
base case. Figures are thousand tonnes.

The other keys of the extract hold demand by scenario, and so does the workbook of the edition of
2023 (``CM_Data_Explorer_2023.xlsx``). They are counted and left out by name: critmat has no record
of scenarios, and the sheet "Notice" of the workbook asks for an agreement on derived data.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from kg.report import Problem, Report, Severity
from kg.sources.fact_tables import FactTables
from kg.sources.importer import Importer
from kg.sources.ledger import RowLedger
from kg.sources.official_file import read_text
from kg.sources.official_workbook import OfficialWorkbook
from kg.sources.place_names import OTHER, WORLD, PlaceNames

SOURCE = "iea-cmd-2025"
_BASE_YEAR = "2024"
_YEARS = ("2024", "2030", "2035", "2040")
#: Keys of the extract that are not read, and what they hold.
LEFT_OUT: Mapping[str, str] = {
    "totalDemand": "demand in scenarios, by sector",
    "cleantechByTech": "demand of clean energy in scenarios, by technology",
    "cleantechByMineral": "demand of clean energy in scenarios, by mineral",
    "byTechnology": "demand of one technology in scenarios",
}
_WORKBOOK = "sheets of the edition of 2023, demand in scenarios under a notice of its own"
#: Part of a total by which a sum may differ before it is reported.
_ROUNDING = 0.005


class IeaSeries(NamedTuple):
    """What a mineral at a stage of the data set stands for."""

    substance: str
    basis: str
    note: str


_MAGNET_NOTE = "Neodymium, praseodymium, dysprosium and terbium together."
_GRAPHITE_NOTE = "The extract does not say whether synthetic graphite is included."
SERIES: Mapping[tuple[str, str], IeaSeries] = {
    **{
        (mineral, stage): IeaSeries(mineral.lower(), "", "")
        for mineral in ("Copper", "Cobalt", "Lithium", "Nickel")
        for stage in ("mining", "refining")
    },
    ("Graphite", "mining"): IeaSeries("natural-graphite", "", ""),
    ("Graphite", "refining"): IeaSeries("graphite", "", _GRAPHITE_NOTE),
    ("Rare Earth Elements", "mining"): IeaSeries(
        "magnet-rare-earths", "reo-magnet-elements", _MAGNET_NOTE
    ),
    ("Rare Earth Elements", "refining"): IeaSeries(
        "magnet-rare-earths", "reo-magnet-elements", _MAGNET_NOTE
    ),
}


class _Cell(NamedTuple):
    """One figure: where it stands and how it is spelled."""

    mineral: str
    stage: str
    area: str
    name: str
    year: str
    stated: str


def import_iea(
    files: Sequence[Path], places: PlaceNames | None = None
) -> tuple[FactTables, Report]:
    """Read mining and refining by country; the tables are empty when there is an error.

    The rows of the ledger are single figures.
    """
    report = Report("import iea")
    extracts = [path for path in files if path.suffix.lower() != ".xlsx"]
    for path in files:
        if path not in extracts:
            _leave_out_workbook(path, report)
    if len(extracts) != 1:
        report.add(Problem("iea", "One extract is read.", "Give the extract in JSON."))
        return {}, report
    path = extracts[0]
    whole = _extract(path, report)
    if whole is None:
        return {}, report
    supply = whole["supply"]
    ledger = RowLedger(path.name, report)
    facts: list[dict[str, str]] = []
    names = places or PlaceNames.shipped()
    for key, series in SERIES.items():
        block = supply.get(key[0], {}).get(key[1])
        if not _well_formed(block):
            ledger.say(
                None,
                f"supply > {key[0]} > {key[1]} is missing or has another form.",
                "Take the extract of the edition of May 2025 as it is.",
                severity=Severity.ERROR,
            )
            continue
        cells = _cells(key, block, names, ledger)
        facts.extend(_fact(cell, series, path.name) for cell in cells)
        _check_block(key, block, cells, ledger)
    for mineral in supply.keys() - {name for name, _ in SERIES}:
        ledger.say(
            None,
            f"supply > {mineral} is not known.",
            "A new mineral needs a new version of the importer.",
            severity=Severity.ERROR,
        )
    _leave_out_demand(whole, ledger)
    ledger.close()
    return ({"iea-2025-supply": ("observations", facts)} if report.ok else {}), report


def _leave_out_workbook(path: Path, report: Report) -> None:
    """Count the rows of a workbook that is not read; one that cannot be opened is an error."""
    workbook = OfficialWorkbook.open(path, report)
    if workbook is None:
        return
    ledger = RowLedger(path.name, report)
    for sheet in workbook.names:
        rows = sum(any(row) for row in workbook.cells(sheet) or [])
        ledger.read += rows
        ledger.left_out[_WORKBOOK] += rows
    ledger.close()


def _leave_out_demand(whole: Mapping[str, Any], ledger: RowLedger) -> None:
    """Count the figures of the keys that are not read; a key that is not known is an error."""
    for key, block in whole.items():
        if key in LEFT_OUT:
            figures = _figures(block)
            ledger.read += figures
            ledger.left_out[LEFT_OUT[key]] += figures
        elif key not in ("source", "supply"):
            ledger.say(
                None,
                f"The key {key!r} is not known.",
                "A new key needs a new version of the importer.",
                severity=Severity.ERROR,
            )


def _figures(block: Any) -> int:
    return sum(map(_figures, block.values())) if isinstance(block, dict) else 1


def _extract(path: Path, report: Report) -> dict[str, Any] | None:
    """The whole extract, whose key ``supply`` is known to hold objects; or ``None``."""
    text = read_text(path, "utf-8-sig", report)
    if text is None:
        return None
    try:
        # Figures stay as they are spelled; nothing is rounded on the way.
        whole = json.loads(text, parse_float=str, parse_int=str)
    except json.JSONDecodeError as error:
        report.add(
            Problem(
                path.name,
                f"This is not JSON, or it is cut off: {error.msg}.",
                "Download the file again.",
                row=error.lineno,
            )
        )
        return None
    supply = whole.get("supply") if isinstance(whole, dict) else None
    if not isinstance(supply, dict) or not all(isinstance(v, dict) for v in supply.values()):
        report.add(
            Problem(
                path.name,
                "There is no key 'supply'.",
                "Take the extract with supply by mineral, stage and country.",
            )
        )
        return None
    return dict(whole)


def _well_formed(block: Any) -> bool:
    return (
        isinstance(block, dict)
        and all(isinstance(block.get(part), dict) for part in ("countries", "total"))
        and all(isinstance(years, dict) for years in block["countries"].values())
    )


def _cells(
    key: tuple[str, str], block: Mapping[str, Any], places: PlaceNames, ledger: RowLedger
) -> list[_Cell]:
    """The figures of a mineral and stage; footnotes among the countries are left out."""
    cells: list[_Cell] = []
    for name, years in [*block["countries"].items(), ("World total", block["total"])]:
        ledger.read += len(years)
        if all(figure is None for figure in years.values()):
            ledger.say(
                None,
                f"{key[0]}, {key[1]}: a footnote stands among the countries: {name[:60]!r}.",
                "It is left out.",
            )
            for _ in years:
                ledger.leave_out("footnote among the countries")
            continue
        area = {"World total": WORLD, "Rest of world": OTHER}.get(name) or places.find(name)
        for year, figure in years.items():
            if area is None or year not in _YEARS or not _is_figure(figure):
                ledger.refuse(
                    1,
                    f"{key[0]}, {key[1]}, {name}, {year}: {figure!r} cannot be placed.",
                    "Add the name to the aliases of its place, or check the figure.",
                )
                continue
            cells.append(_Cell(key[0], key[1], area, name, year, figure))
            ledger.use()
    return cells


def _is_figure(figure: Any) -> bool:
    try:
        return isinstance(figure, str) and float(figure) >= 0
    except ValueError:
        return False


def _fact(cell: _Cell, series: IeaSeries, file: str) -> dict[str, str]:
    base = cell.year == _BASE_YEAR
    notes = [series.note, "Base year of the edition." if base else "Projection, base case."]
    return {
        "id": f"{series.substance}-{cell.stage}-production-{cell.area}-{cell.year}-{SOURCE}",
        "substance": series.substance,
        "stage": cell.stage,
        "measure": "production",
        "area": cell.area,
        "year": cell.year,
        "value": cell.stated,
        "unit": "thousand-tonnes",
        "basis": series.basis,
        "status": "estimated" if base else "forecast",
        "stated": cell.stated,
        "note": " ".join(filter(None, notes)),
        "source_ids": SOURCE,
        "locator": f"{file}, supply > {cell.mineral} > {cell.stage} > {cell.name} > {cell.year}",
    }


def _check_block(
    key: tuple[str, str], block: Mapping[str, Any], cells: Sequence[_Cell], ledger: RowLedger
) -> None:
    """Compare total and share of the first three with the countries, and warn."""
    for year in _YEARS:
        figures = {cell.name: float(cell.stated) for cell in cells if cell.year == year}
        total = figures.pop("World total", 0.0)
        listed = sum(figures.values())
        if abs(listed - total) > _ROUNDING * total:
            ledger.say(
                None,
                f"{key[0]}, {key[1]}, {year}: the areas add up to {listed:.1f}, the total is "
                f"{total:.1f}.",
                "Both are kept as they stand; the residual may count a country twice.",
            )
        figures.pop("Rest of world", None)
        stated = block.get("top3Share", {}).get(year)
        if total and _is_figure(stated):
            top = sum(sorted(figures.values(), reverse=True)[:3]) / total
            if abs(top - float(stated)) > _ROUNDING:
                ledger.say(
                    None,
                    f"{key[0]}, {key[1]}, {year}: the three largest countries have {top:.1%}, "
                    f"the extract says {float(stated):.1%}.",
                    "The extract's share is not loaded; the countries are.",
                )


IEA = Importer(
    name="iea",
    summary="IEA Critical Minerals Dataset, May 2025: the extract of supply by country in JSON.",
    folder="iea-critical-minerals",
    files=("iea_2025_edition_extract.json", "CM_Data_Explorer_2023.xlsx"),
    tables=("iea-2025-supply",),
    read=import_iea,
)
