"""Figures 10 to 13 of the book: growth of prices, changes of consumption, value of scrap.

Each speaks of single substances of the United States; the names in them are those of
``usgs/figures.csv``. The last year of a release is estimated, and so is what rests on it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from kg.report import Problem, Report, Severity
from kg.sources.fact_tables import FactTables
from kg.sources.ledger import RowLedger
from kg.sources.official_file import (
    OfficialRow,
    fold,
    header_of,
    read_official_csv,
    report_header,
)
from kg.sources.place_names import PlaceNames
from kg.sources.usgs.release import FileKind, Release, Tells, named
from kg.sources.usgs.us_figure import us_figure
from kg.sources.usgs.us_items import UsItem, figure_names
from kg.sources.usgs.values import UnreadableValue, parse_value

#: Marks of a footnote and the value of scrap, which are glued to names: ``Lead* (2,530)``.
_GLUED = re.compile(r"\*|\s*\([\d,]+\)$")
#: A note that only says where to look for the source of a price.
_POINTER = re.compile(r"Price source is only included .*")


class _Cell(NamedTuple):
    """A column of a figure: its name and what its figures are; two columns may be one series."""

    column: str
    item: UsItem
    years: str


class _Layout(NamedTuple):
    """A figure of a release: its columns, the one with the names, and those with figures."""

    figure: str
    columns: tuple[str, ...]
    name: str
    cells: tuple[_Cell, ...]


def layouts(year: int) -> list[_Layout]:
    """The layouts of the figures 10 to 13 in a release, which name years in their columns."""
    step, span = f"{year - 2}_{year - 1}", f"{year - 5}_{year - 1}"
    found = [_prices(year, step, span), _consumption(year, step), _consumption(year, span)]
    return [*found, _scrap(year)] if year >= 2025 else found


def _prices(year: int, step: str, span: str) -> _Layout:
    name = "Mineral_Commodity" if year == 2024 else "critical_mineral_priced"
    notes = () if year == 2024 else ("Notes",)
    cells = (
        _Cell(f"PCH_{step}", _percent("price-change"), step),
        _Cell(f"CAGR_{span}", _percent("price-growth"), span),
    )
    return _Layout("price", (name, *(cell.column for cell in cells), *notes), name, cells)


def _consumption(year: int, years: str) -> _Layout:
    figures: tuple[str, ...] = (f"Pch_Critical_Minerals_{years}", f"Pch_Other_Minerals_{years}")
    flag: tuple[str, ...] = ()
    if year >= 2026:
        figures, flag = (f"Pch_Consumption_{years}",), ("CM_List_2025",)
    cells = tuple(_Cell(column, _percent("consumption-change"), years) for column in figures)
    name = "Mineral_Commodity"
    return _Layout("consumption", (name, *figures, *flag), name, cells)


def _scrap(year: int) -> _Layout:
    value = _Cell("Scrap_value_mdol", UsItem("", "scrap-value", "", "million-usd"), "")
    parts = tuple(
        _Cell(f"Percent_{part}", UsItem("", "scrap-share", part, "percent"), "")
        for part in ("domestic", "imported", "exported")
    )
    cells = (value, *parts)
    flag = ("Critical_List",) if year >= 2026 else ()
    columns = ("Source", "Scrap_type", "Year", *(cell.column for cell in cells), *flag)
    return _Layout("scrap", columns, "Scrap_type", cells)


def _percent(measure: str) -> UsItem:
    return UsItem("", measure, "", "percent")


def read_changes(
    files: Sequence[Path], release: Release, _: PlaceNames, report: Report
) -> FactTables:
    """The figures of the files of a release, in the order of the file names."""
    facts: dict[str, dict[str, str]] = {}
    for path in sorted(files, key=lambda path: path.name.casefold()):
        layout = _layout_of(path, release, report)
        rows = layout and read_official_csv(path, layout.columns, "utf-8-sig", report)
        if layout is None or rows is None:
            continue
        ledger = RowLedger(path.name, report, read=len(rows))
        names = figure_names(layout.figure)
        for row in rows:
            for fact in _row(row, layout, names, release, ledger):
                if fact["id"] in facts:
                    says = f"The figure {fact['id']} stands twice."
                    report.add(Problem(path.name, says, "Give each file once.", row.line))
                facts[fact["id"]] = fact
        ledger.close()
    return {release.table("us-changes"): ("us_statistics", list(facts.values()))}


def _layout_of(path: Path, release: Release, report: Report) -> _Layout | None:
    """The layout that shares most columns with the file; a problem if it shares hardly any."""
    header = header_of(path)
    known = layouts(release.year)
    best = max(known, key=lambda layout: len(set(layout.columns) & set(header)))
    if len(set(best.columns) & set(header)) * 2 > len(best.columns):
        return best
    report_header(path.name, header, best.columns, report)
    return None


def _row(
    row: OfficialRow,
    layout: _Layout,
    names: Mapping[str, tuple[str, str]],
    release: Release,
    ledger: RowLedger,
) -> list[dict[str, str]]:
    """The facts of a row; none after leaving it out or refusing it."""
    name = _GLUED.sub("", row.text(layout.name)).strip()
    if fold(name) == "commodity":
        ledger.leave_out("a second header among the rows")
        return []
    known = names.get(fold(name))
    if known is None:
        ledger.refuse(
            row.line,
            f"The name {name!r} is not known.",
            "Add it to kg/sources/usgs/figures.csv with its substance.",
            column=layout.name,
        )
        return []
    stated = [cell for cell in layout.cells if row.text(cell.column)]
    if len({(cell.item, cell.years) for cell in stated}) < len(stated):
        ledger.refuse(
            row.line,
            f"{name} has a figure as a critical and as another mineral.",
            "Not used; it cannot be both.",
            column=stated[-1].column,
            severity=Severity.WARNING,
        )
        return []
    facts = list(_figures(row, stated, known, release, ledger))
    if len(facts) == len(stated) and facts:
        ledger.use()
        return facts
    ledger.refuse(row.line, f"{name} lacks a figure that can be read.", "Check the file.")
    return []


def _figures(
    row: OfficialRow,
    cells: Sequence[_Cell],
    known: tuple[str, str],
    release: Release,
    ledger: RowLedger,
) -> Iterator[dict[str, str]]:
    substance, form = known
    for cell in cells:
        parsed = parse_value(row[cell.column])
        if isinstance(parsed, UnreadableValue):
            ledger.say(
                row.line,
                f"The value {parsed.stated!r} cannot be read. {parsed.reason}",
                "If it is right, add its form to kg/sources/usgs/values.py.",
                column=cell.column,
                severity=Severity.ERROR,
            )
            continue
        if parsed.status == "measured":
            parsed = replace(parsed, status="estimated")
        words = "; ".join(filter(None, (form, cell.item.item)))
        note = row.text("Notes") if "Notes" in row.cells else ""
        yield us_figure(
            cell.item._replace(substance=substance, item=words),
            cell.years.replace("_", "-") or str(release.year - 1),
            parsed,
            release,
            note="" if _POINTER.fullmatch(note) else note,
            locator=ledger.file,
        )


def _tells(name: str, header: Sequence[str]) -> bool:
    return any(tells(name, header) for tells in _FIGURES)


_FIGURES: tuple[Tells, ...] = tuple(named(f"*_fig{number}_*.csv") for number in range(10, 14))

CHANGE_FILES = FileKind(
    name="figures 10 to 13, changes of prices and consumption, scrap",
    tells=_tells,
    read=read_changes,
    tables=("us-changes",),
)
