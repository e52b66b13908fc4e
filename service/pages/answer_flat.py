"""An answer as one flat table: a row for each row, a column for each column that says something.

What is the same in every row of the whole answer stands once above the table. The unit of a figure
stands in the head where all rows share it, else beside the figure.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from kg.namespaces import XSD
from kg.questions import Cell, Column, ResultTable
from kg.questions.arrangement import DESCENDING, shown_columns
from service.pages.answer_cells import LONG, PLAIN_STATUS, Cells, is_place
from service.pages.answer_table import ROW, sources_of, without_blanks
from service.pages.presentation import unit_words
from service.reading import Row as Described

Row = Mapping[str, Cell]

#: With fewer rows a column that says the same in all stays: there is little to be saved.
_FEWEST_ROWS = 3
_YEARS = f"{XSD}gYear"


@dataclass(frozen=True, slots=True)
class Head:
    """The head of one column. ``sort`` is what its link sorts by, ``order`` how the table is sorted
    by it now: ``ascending``, ``descending`` or nothing."""

    column: Column
    text: str
    sort: str
    order: str
    right: bool
    long: bool

    @property
    def css(self) -> str:
        """The class of its cells."""
        if self.column.role == "source":
            return "sources"
        return "right" if self.right else "long" if self.long else ""


@dataclass(frozen=True, slots=True)
class FlatRow:
    """One row: the cells of the table in order, empty where the row states nothing. ``number`` is
    its number in the answer, where the rows are numbered."""

    cells: tuple[Markup, ...]
    number: str = ""


@dataclass(frozen=True, slots=True)
class FlatTable:
    """A page of an answer as a table.

    ``constants`` say the same in every row of the answer, ``empty`` are columns that no row
    states, ``statuses`` what the statuses of its figures mean. ``sources`` are the source
    releases of the rows that are shown.
    """

    heads: tuple[Head, ...]
    rows: tuple[FlatRow, ...]
    constants: tuple[tuple[str, Markup], ...]
    empty: tuple[Column, ...]
    sources: tuple[str, ...]
    statuses: tuple[Described, ...]


def lay_out_flat(
    table: ResultTable,
    shown: Sequence[Row],
    cells: Cells,
    statuses: Mapping[str, Described],
    sort: str = "",
) -> FlatTable:
    """Lay out the rows ``shown`` of an answer of at least one row.

    What is constant, empty or in one unit is so in the whole answer, so that the columns do not
    change from page to page. ``statuses`` is the code list by IRI.
    """
    rows = [without_blanks(row) for row in table.rows]
    units, columns = _units(rows, shown_columns(table))
    empty = [column for column in columns if all(column.name not in row for row in rows)]
    columns = [column for column in columns if column not in empty]
    first = columns[0] if columns else None
    constant = [
        column
        for column in columns
        if column is not first and column.role != "evidence" and _is_constant(rows, column)
    ]
    columns = [column for column in columns if column not in constant]
    heads = tuple(_head(rows, column, units, sort) for column in columns)
    return FlatTable(
        heads=heads,
        rows=tuple(
            FlatRow(
                tuple(cells.html(c, row, _beside(row, c, units)) for c in columns),
                row[ROW].text if ROW in row else "",
            )
            for row in map(without_blanks, shown)
        ),
        constants=tuple(
            (_head_text(column, units), cells.html(column, rows[0])) for column in constant
        ),
        empty=tuple(empty),
        sources=sources_of(cell for row in shown for cell in row.values()),
        statuses=_statuses(rows, table.columns, statuses),
    )


#: The unit of each column whose rows share one, by the column's name.
Units = Mapping[str, str]


def _units(rows: Sequence[Row], columns: Sequence[Column]) -> tuple[Units, list[Column]]:
    """The units that stand in heads, and the columns without those that only hold units."""
    names = {column.name for column in columns}
    of_units = {c.unit_from for c in columns if c.unit_from in names}
    units: dict[str, str] = {}
    for column in columns:
        if is_place(column):
            continue
        if column.unit:
            units[column.name] = column.unit
        elif column.unit_from:
            found = {
                row[column.unit_from].text if column.unit_from in row else ""
                for row in rows
                if column.name in row
            }
            if len(found) == 1:
                units[column.name] = unit_words(found.pop(), 2)
    return units, [column for column in columns if column.name not in of_units]


def _beside(row: Row, column: Column, units: Units) -> str:
    """The unit that stands beside a figure, since the rows do not share one."""
    if not column.unit_from or column.name in units:
        return ""
    unit = row.get(column.unit_from)
    return unit.text if unit else ""


def _is_constant(rows: Sequence[Row], column: Column) -> bool:
    first = rows[0].get(column.name)
    if len(rows) < _FEWEST_ROWS or first is None:
        return False
    return all(row.get(column.name) == first for row in rows)


def _head_text(column: Column, units: Units) -> str:
    unit = units.get(column.name, "")
    return f"{column.label}, {unit}" if unit else column.label


def _head(rows: Sequence[Row], column: Column, units: Units, sort: str) -> Head:
    present = [row[column.name] for row in rows if column.name in row]
    numbers = all(cell.number is not None for cell in present)
    ascending, descending = column.name, f"{DESCENDING}{column.name}"
    figures = numbers and not is_place(column)
    # A figure is looked for from the top, a name from A.
    first, second = (descending, ascending) if figures else (ascending, descending)
    return Head(
        column=column,
        text=_head_text(column, units),
        sort=second if sort == first else first,
        order={ascending: "ascending", descending: "descending"}.get(sort, ""),
        right=numbers or all(cell.datatype == _YEARS for cell in present),
        long=not numbers and any(len(c.text) > LONG and not c.iri and not c.items for c in present),
    )


def _statuses(
    rows: Sequence[Row], columns: Sequence[Column], statuses: Mapping[str, Described]
) -> tuple[Described, ...]:
    """What the statuses in an answer mean, those apart that need no mark."""
    names = [column.name for column in columns if column.role == "status"]
    found = {row[name].iri for row in rows for name in names if name in row}
    return tuple(
        status
        for iri, status in statuses.items()
        if iri in found and status["notation"] != PLAIN_STATUS
    )
