"""An answer laid out for reading.

An answer with many columns cannot be read as it stands. What the words above the table say, and
what is the same in every row, is not said again in each row. What hangs on one column alone moves
to a table of its own. Rows that differ only in what a source says become one entry with several
statements. Things are grouped by the strongest evidence there is for them. The exports hold
everything, row by row.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from kg.questions import Cell, Column, ResultTable
from kg.questions.arrangement import shown_columns
from service.pages.presentation import source_id

#: A column may be the key of a table of its own with at most this many values ...
_MOST_KEYS = 12
#: ... if at least this many columns hang on it.
_FEWEST_DEPENDENT = 3
#: An amount is read with its high end, its unit and what it is an amount of: in one cell.
AMOUNT = "amount"
_PARTS_OF_AMOUNT = {"amount_high", "unit", "amount_of"}
#: A part is read with the material that it is made of: in one cell.
PART, MATERIAL = "component", "material"
#: The words of a source, one statement for each row.
NOTE = "note"
#: The number of a row in the whole answer, for links that explain it. No column may be called so.
ROW = "row"
#: A text with this sign in it, and longer than a line, is a list of names.
_LIST_SIGN, _LINE = "; ", 120
#: Rows of an answer that a page shows at most; the exports hold all.
MAXIMUM_ROWS = 500
#: Sections stand open until about so many entries are on the page; those behind open on demand.
_OPEN_ENTRIES = 60

Row = Mapping[str, Cell]


@dataclass(frozen=True, slots=True)
class Entry:
    """Rows that agree in all columns of the table: ``row`` holds these, ``statements`` the rows."""

    row: Row
    statements: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Group:
    """Entries that agree in the first column, whose value is ``head``."""

    head: Cell | None
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class Section:
    """Things whose strongest evidence is of one level; ``level`` is none where none is told.

    ``groups`` are those on the page, ``total`` is how many the whole answer has.
    """

    level: Cell | None
    groups: tuple[Group, ...]
    open: bool
    total: int


@dataclass(frozen=True, slots=True)
class KeyTable:
    """What holds for each value of ``key``: one row for each."""

    key: Column
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class AnswerTable:
    """The parts of an answer, in the order of the page.

    ``told`` are the columns of a statement: amount, words and sources. It is empty where every row
    is an entry of its own. ``lists`` are columns that hold one long list of names.
    """

    first: Column
    columns: tuple[Column, ...]
    told: tuple[Column, ...]
    sections: tuple[Section, ...]
    constants: tuple[tuple[Column, Cell], ...]
    lists: tuple[tuple[Column, tuple[str, ...]], ...]
    keys: KeyTable | None
    sources: tuple[str, ...]
    hidden: int
    empty: tuple[Column, ...]

    @property
    def groups(self) -> tuple[Group, ...]:
        """The groups of all sections."""
        return tuple(group for section in self.sections for group in section.groups)

    @property
    def row_count(self) -> int:
        """Rows that are shown."""
        return sum(len(e.statements) for group in self.groups for e in group.entries)


def lay_out(
    table: ResultTable, said: Collection[str] = (), start: int = 0, end: int = MAXIMUM_ROWS
) -> AnswerTable:
    """Lay out an answer of at least one row, of which the rows from ``start`` to ``end`` are shown.

    The words above it say the columns in ``said``. What is the same in every row, what hangs on
    one column and how many things there are is so in the whole answer.
    """
    rows = [without_blanks(row) for row in table.rows]
    shown = rows[start:end]
    first, *rest = shown_columns(table)
    empty = [c for c in rest if all(c.name not in row for row in rows)]
    rest = [c for c in rest if c not in empty]
    lists = _lists(rows, rest)
    rest = [c for c in rest if c.name not in said and c not in lists]
    rest = _in_one_cell(rest)
    has_note = any(c.name == NOTE for c in rest)
    constants = _constants(rows, [c for c in rest if c.name != NOTE])
    columns = [c for c in rest if c not in constants]
    keys = _key_table(rows, [c for c in columns if c.name != NOTE])
    if keys:
        stays = next((c for c in keys.columns if _is_numeric(rows, c)), None)
        columns = [c for c in columns if c is stays or c not in keys.columns]
    told = (
        [c for c in columns if c.name in (AMOUNT, NOTE) or c.role == "source"] if has_note else []
    )
    columns = [c for c in columns if c not in told]
    evidence = next((c.name for c in table.columns if c.role == "evidence"), "")
    return AnswerTable(
        first=first,
        columns=tuple(columns),
        told=tuple(told),
        sections=_sections(rows, _groups(shown, first, columns), first.name, evidence),
        constants=tuple((c, rows[0][c.name]) for c in constants),
        lists=tuple((c, tuple(rows[0][c.name].text.split(_LIST_SIGN))) for c in lists),
        keys=keys,
        sources=sources_of(cell for row in shown for cell in row.values()),
        hidden=len(rows) - len(shown),
        empty=tuple(c for c in empty if c.name not in (said or _PARTS_OF_AMOUNT)),
    )


def numbered(table: ResultTable) -> ResultTable:
    """The same answer with the number of each row, from 1, in its cell :data:`ROW`."""
    rows = ({**row, ROW: Cell(str(number))} for number, row in enumerate(table.rows, start=1))
    return replace(table, rows=tuple(rows))


def without_blanks(row: Row) -> Row:
    """Leave out empty texts: an aggregate over nothing gives one, which states nothing."""
    return {name: cell for name, cell in row.items() if cell.text or cell.iri or cell.items}


def _same(rows: Sequence[Row], column: Column) -> bool:
    first = rows[0].get(column.name)
    return first is not None and all(row.get(column.name) == first for row in rows)


def _lists(rows: Sequence[Row], columns: Iterable[Column]) -> list[Column]:
    """Columns that hold the same long list of names in every row."""
    found = []
    for column in columns:
        cell = rows[0].get(column.name)
        if cell is None or cell.iri or cell.items or column.name == NOTE:
            continue
        if _LIST_SIGN in cell.text and len(cell.text) > _LINE and _same(rows, column):
            found.append(column)
    return found


def _in_one_cell(columns: Sequence[Column]) -> list[Column]:
    """Leave out the columns that are read inside another one."""
    names = {column.name for column in columns}
    inside: set[str] = set()
    if AMOUNT in names or "amount_high" in names:
        inside |= _PARTS_OF_AMOUNT - ({"amount_high"} if AMOUNT not in names else set())
    if PART in names:
        inside.add(MATERIAL)
    return [column for column in columns if column.name not in inside]


def _constants(rows: Sequence[Row], columns: Iterable[Column]) -> list[Column]:
    """Columns that say the same in every row; none for a single row or what tells of evidence."""
    if len(rows) < 2:
        return []
    inside = {AMOUNT, PART}
    return [
        column
        for column in columns
        if column.role != "evidence" and column.name not in inside and _same(rows, column)
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


def _is_numeric(rows: Sequence[Row], column: Column) -> bool:
    cells = [row[column.name] for row in rows if column.name in row]
    return bool(column.unit) and all(cell.number is not None for cell in cells)


def _groups(rows: Sequence[Row], first: Column, columns: Sequence[Column]) -> list[Group]:
    groups: dict[Cell | None, list[Row]] = {}
    for row in rows:
        groups.setdefault(row.get(first.name), []).append(row)
    return [Group(head, _entries(same, columns)) for head, same in groups.items()]


def _entries(rows: Sequence[Row], columns: Sequence[Column]) -> tuple[Entry, ...]:
    """One entry for the rows that agree in the columns of the table."""
    names = [column.name for column in columns]
    if PART in names:
        names.append(MATERIAL)
    entries: dict[tuple[Cell | None, ...], list[Row]] = {}
    for row in rows:
        entries.setdefault(tuple(row.get(name) for name in names), []).append(row)
    return tuple(Entry(same[0], tuple(same)) for same in entries.values())


def _sections(
    rows: Sequence[Row], groups: Sequence[Group], first: str, evidence: str
) -> tuple[Section, ...]:
    """Groups by the level of the first row of their thing: an answer gives the strongest first."""
    level_of: dict[Cell | None, Cell | None] = {}
    for row in rows:
        level_of.setdefault(row.get(first), row.get(evidence))
    totals: dict[Cell | None, int] = {}
    for level in level_of.values():
        totals[level] = totals.get(level, 0) + 1
    by_level: dict[Cell | None, list[Group]] = {}
    for group in groups:
        by_level.setdefault(level_of[group.head], []).append(group)
    sections: list[Section] = []
    before = 0
    for level, same in by_level.items():
        before += sum(len(group.entries) for group in same)
        is_open = not sections or before <= _OPEN_ENTRIES
        sections.append(Section(level, tuple(same), is_open, totals[level]))
    return tuple(sections)


def sources_of(cells: Iterable[Cell]) -> tuple[str, ...]:
    """The source releases in an answer, by IRI, in the order of first mention."""
    found: dict[str, None] = {}
    for cell in cells:
        for item in (cell, *cell.items):
            if item.iri and source_id(item.iri):
                found.setdefault(item.iri)
    return tuple(found)
