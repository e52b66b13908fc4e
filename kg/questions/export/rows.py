"""The columns that a flat file has, CSV and workbook alike.

The columns of the question come first, with labels for things and titles for sources. Behind them
stand the prefixed name of each thing (``product_id``), the address of each source
(``source_address``) and its kind (``source_kind``), as far as the answer has any. A column of
records holds their prefixed names, and nothing else is said of them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum, auto

from kg.errors import CritmatError
from kg.questions.question import Column
from kg.questions.run import Cell, ResultTable, Row

#: First characters that make a spreadsheet take a text for a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
RECORD = "record"


class FileTooLargeError(CritmatError):
    """The answer does not fit a file of the format that was asked for."""

    http_status = 413
    title = "Too large for this format"


class Part(Enum):
    """What of a cell a column of a file shows."""

    VALUE = auto()
    ID = auto()
    ADDRESS = auto()
    KIND = auto()


@dataclass(frozen=True, slots=True)
class FileColumn:
    """One column of a flat file; ``name`` is its head in CSV."""

    name: str
    column: Column
    part: Part

    def text(self, row: Row) -> str:
        """What stands in this column of a row, empty where the row has nothing to say."""
        cell = row.get(self.column.name)
        if cell is None:
            return ""
        match self.part:
            case Part.ID:
                return cell.name
            case Part.ADDRESS:
                return " ".join(item.address for item in cell.items if item.address)
            case Part.KIND:
                return "; ".join(item.kind for item in cell.items if item.kind)
        return record_names(cell) if self.column.role == RECORD else cell.text


def file_columns(table: ResultTable) -> list[FileColumn]:
    """The columns of a flat file with this answer, in order."""
    columns = table.columns
    said = [column for column in columns if column.role != RECORD]
    things = [c for c in said if not c.list and any(_has_iri(r.get(c.name)) for r in table.rows)]
    lists = [column for column in said if column.list]
    return [
        *(FileColumn(column.name, column, Part.VALUE) for column in columns),
        *(FileColumn(f"{column.name}_id", column, Part.ID) for column in things),
        *(FileColumn(f"{column.name}_address", column, Part.ADDRESS) for column in lists),
        *(FileColumn(f"{column.name}_kind", column, Part.KIND) for column in lists),
    ]


def record_names(cell: Cell) -> str:
    """The prefixed names of the records in a cell, joined by blanks."""
    return " ".join(item.name for item in cell.items) if cell.items else cell.name or cell.text


def csv_rows(table: ResultTable) -> Iterator[list[str]]:
    """Give the head and the rows of a CSV export.

    A text that a spreadsheet would take for a formula gets an apostrophe in front.
    """
    columns = file_columns(table)
    yield [column.name for column in columns]
    for row in table.rows:
        yield [_harmless(column, row) for column in columns]


def _harmless(column: FileColumn, row: Row) -> str:
    text = column.text(row)
    if not text.startswith(_FORMULA):
        return text
    cell = row.get(column.column.name)
    is_number = column.part is Part.VALUE and cell is not None and cell.number is not None
    return text if is_number else f"'{text}"


def _has_iri(cell: Cell | None) -> bool:
    return cell is not None and bool(cell.iri)
