"""An answer laid out for reading.

An answer with many columns cannot be read as it stands. What is the same in every row is said
once, above the table. What hangs on one column alone, such as the share that belongs to each
element, moves to a table of its own. Sources become numbers, as in a book, with a list below.
The exports hold everything, row by row.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from kg.questions import Cell, Column, ResultTable
from service.pages.presentation import source_id

#: A column may be the key of a table of its own with at most this many values ...
_MOST_KEYS = 12
#: ... if at least this many columns hang on it.
_FEWEST_DEPENDENT = 3
#: An amount is read with its high end, its unit and what it is an amount of: in one cell.
AMOUNT = "amount"
_PARTS_OF_AMOUNT = {"amount_high", "unit", "amount_of"}
#: Shown on the page; the exports hold all rows.
MAXIMUM_ROWS = 1000

Row = Mapping[str, Cell]


@dataclass(frozen=True, slots=True)
class Group:
    """Rows that agree in the first column, whose value is ``head``, in the order of the answer."""

    head: Cell | None
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class KeyTable:
    """What holds for each value of ``key``: one row for each."""

    key: Column
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class AnswerTable:
    """The parts of an answer, in the order of the page."""

    first: Column
    columns: tuple[Column, ...]
    groups: tuple[Group, ...]
    constants: tuple[tuple[Column, Cell], ...]
    keys: KeyTable | None
    note: str
    note_in: str
    sources: Mapping[str, int]
    hidden: int
    empty: tuple[Column, ...]

    @property
    def row_count(self) -> int:
        """Rows that are shown."""
        return sum(len(group.rows) for group in self.groups)


def lay_out(table: ResultTable) -> AnswerTable:
    """Lay out an answer of at least one row."""
    rows = [_without_blanks(row) for row in table.rows]
    shown = rows[:MAXIMUM_ROWS]
    first, *rest = table.columns
    empty = [c for c in rest if all(c.name not in row for row in rows)]
    rest = [c for c in rest if c not in empty]
    if any(c.name == AMOUNT for c in rest):
        rest = [c for c in rest if c.name not in _PARTS_OF_AMOUNT]
    note = next((c.name for c in rest if c.name == "note"), "")
    constants = _constants(rows, [c for c in rest if c.name != note])
    columns = [c for c in rest if c.name != note and c not in constants]
    keys = _key_table(rows, columns)
    if keys:
        stays = next((c for c in keys.columns if _is_numeric(rows, c)), None)
        columns = [c for c in columns if c is stays or c not in keys.columns]
    numbered = _numbered_sources(cell for row in shown for cell in row.values())
    return AnswerTable(
        first=first,
        columns=tuple(columns),
        groups=tuple(_groups(shown, first)),
        constants=tuple((c, rows[0][c.name]) for c in constants),
        keys=keys,
        note=note,
        note_in=_place_of_note(columns),
        sources=numbered,
        hidden=len(rows) - len(shown),
        empty=tuple(empty),
    )


def _without_blanks(row: Row) -> Row:
    """Leave out empty texts: an aggregate over nothing gives one, which states nothing."""
    return {name: cell for name, cell in row.items() if cell.text or cell.iri or cell.items}


def _constants(rows: Sequence[Row], columns: Iterable[Column]) -> list[Column]:
    """Columns that say the same in every row; none for a single row or what tells of evidence."""
    if len(rows) < 2:
        return []
    return [
        column
        for column in columns
        if column.role != "evidence"
        and column.name in rows[0]
        and all(row.get(column.name) == rows[0][column.name] for row in rows)
    ]


def _key_table(rows: Sequence[Row], columns: Sequence[Column]) -> KeyTable | None:
    """The table of the column on which most others hang, if there is one."""
    best: tuple[tuple[int, int], Column, list[Column]] | None = None
    for key in columns:
        if key.role or key.list or any(key.name not in row for row in rows):
            continue
        values = {row[key.name] for row in rows}
        if not 1 < len(values) <= _MOST_KEYS or len(rows) < 2 * len(values):
            continue
        dependent = [c for c in columns if c is not key and _hangs_on(rows, c, key)]
        if len(dependent) < _FEWEST_DEPENDENT:
            continue
        rank = (len(dependent), -len(values))
        if best is None or rank > best[0]:
            best = (rank, key, dependent)
    if best is None:
        return None
    _, key, dependent = best
    one_each = {row[key.name]: row for row in reversed(rows)}
    in_order = [one_each[value] for value in dict.fromkeys(row[key.name] for row in rows)]
    return KeyTable(key, tuple(dependent), tuple(in_order))


def _hangs_on(rows: Sequence[Row], column: Column, key: Column) -> bool:
    if column.role == "evidence":
        return False
    seen: dict[Cell, Cell | None] = {}
    return all(
        seen.setdefault(row[key.name], row.get(column.name)) == row.get(column.name) for row in rows
    )


def _place_of_note(columns: Sequence[Column]) -> str:
    """What the source says goes under the level of evidence, or into the first column."""
    evidence = next((c for c in columns if c.role == "evidence"), columns[0] if columns else None)
    return evidence.name if evidence else ""


def _is_numeric(rows: Sequence[Row], column: Column) -> bool:
    cells = [row[column.name] for row in rows if column.name in row]
    return bool(column.unit) and all(cell.number is not None for cell in cells)


def _groups(rows: Sequence[Row], first: Column) -> list[Group]:
    groups: dict[Cell | None, list[Row]] = {}
    for row in rows:
        groups.setdefault(row.get(first.name), []).append(row)
    return [Group(head, tuple(same)) for head, same in groups.items()]


def _numbered_sources(cells: Iterable[Cell]) -> dict[str, int]:
    """Numbers for the source releases in an answer, by IRI, in the order of first mention."""
    found: dict[str, int] = {}
    for cell in cells:
        for item in (cell, *cell.items):
            if item.iri and source_id(item.iri):
                found.setdefault(item.iri, len(found) + 1)
    return found
