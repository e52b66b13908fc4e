"""What two versions of a fact table differ in, row by row and cell by cell."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

#: Columns that say where a row stands in its source; a change of them alone is no new figure.
PLACE = frozenset({"locator"})

Row = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class RowChange:
    """A row that is in both versions and not the same: by column, the cell before and after."""

    key: str
    cells: Mapping[str, tuple[str, str]]

    @property
    def moved(self) -> bool:
        """True where only the place in the source differs."""
        return self.cells.keys() <= PLACE


@dataclass(frozen=True, slots=True)
class TableDifference:
    """The difference of one table; keys are those of its rows, in the order of the tables."""

    table: str
    rows_before: int
    rows_after: int
    added: Sequence[Row]
    changed: Sequence[RowChange]
    moved: Sequence[RowChange]
    gone: Sequence[Row]

    @property
    def empty(self) -> bool:
        """True where the two versions say the same, word for word."""
        return not (self.added or self.changed or self.moved or self.gone)

    def records(self) -> Iterator[tuple[str, str, str, str, str, str]]:
        """Table, row, kind of change, column, cell before and cell after: one for each cell."""
        for kind, rows in (("added", self.added), ("gone", self.gone)):
            for row in rows:
                for column, cell in row.items():
                    if cell:
                        before, after = ("", cell) if kind == "added" else (cell, "")
                        yield self.table, row[_KEY], kind, column, before, after
        for change in (*self.changed, *self.moved):
            kind = "moved" if change.moved else "changed"
            for column, (before, after) in change.cells.items():
                yield self.table, change.key, kind, column, before, after


#: The column that names a row.
_KEY = "id"


def compare_tables(table: str, before: Sequence[Row], after: Sequence[Row]) -> TableDifference:
    """Compare two versions of a table whose rows are named by the column ``id``.

    A column that one version does not have counts as empty there.
    """
    old = {row[_KEY]: row for row in before}
    new = {row[_KEY]: row for row in after}
    changes = [
        RowChange(key, cells)
        for key, row in new.items()
        if key in old and (cells := _differing(old[key], row))
    ]
    return TableDifference(
        table=table,
        rows_before=len(old),
        rows_after=len(new),
        added=[row for key, row in new.items() if key not in old],
        changed=[change for change in changes if not change.moved],
        moved=[change for change in changes if change.moved],
        gone=[row for key, row in old.items() if key not in new],
    )


def _differing(before: Row, after: Row) -> dict[str, tuple[str, str]]:
    columns = dict.fromkeys((*before, *after))
    cells = {column: (before.get(column, ""), after.get(column, "")) for column in columns}
    return {column: pair for column, pair in cells.items() if pair[0] != pair[1]}
