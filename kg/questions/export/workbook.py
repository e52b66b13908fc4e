"""An answer as a workbook for Excel, LibreOffice and their like.

The first sheet is the answer: figures, years and dates as such, everything else as text and never
as a formula or a link. The second says what was asked, of which snapshot, what the columns mean,
where the figures come from, and whatever had to be changed to fit a cell.

https://support.microsoft.com/office/excel-specifications-and-limits
"""

from __future__ import annotations

import datetime
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from kg.namespaces import XSD
from kg.questions.export.about import About, about
from kg.questions.export.rows import FileColumn, FileTooLargeError, Part, file_columns
from kg.questions.run import Cell, ResultTable

if TYPE_CHECKING:
    from xlsxwriter import Workbook  # type: ignore[import-untyped]
    from xlsxwriter.worksheet import Worksheet  # type: ignore[import-untyped]

#: What one sheet and one cell of Excel hold: rows with the head, UTF-16 units of text.
MOST_ROWS = 1_048_576
MOST_TEXT = 32_767
CUT = " [cut here: the text is longer than a cell holds]"
#: Stands for a character that no XML file holds.
REPLACEMENT = "\N{REPLACEMENT CHARACTER}"

_NO_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_NUMBERED = re.compile("(?<=_x)(?=[0-9A-Fa-f]{4}_)")
_SHARING = re.compile("_x[0-9A-Fa-f]{4}_x[0-9A-Fa-f]{4}_")
_NARROWEST, _WIDEST = 8, 60
#: Rows that the width of a column is chosen by.
_MEASURED = 1_000
#: Digits that a figure of Excel keeps.
_DIGITS = 15
_LEAST, _MOST = 2.2251e-308, 9.99999999999999e307
#: Before this day Excel counts a day that never was.
_FIRST_DAY = datetime.date(1900, 3, 1)
#: A file has a date of its own only if it differs from other files of the same answer.
_NO_DATE = datetime.datetime(1980, 1, 1, tzinfo=datetime.UTC)
#: Texts stay texts, whatever they look like.
_PLAIN = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}

Value = str | float | bool | datetime.date


def xlsx_bytes(table: ResultTable) -> bytes:
    """Give the answer as a workbook; the same answer gives the same bytes.

    Raises :class:`FileTooLargeError` where a sheet has too few rows for it.
    """
    # Other commands that ask a question need no workbook.
    from xlsxwriter import Workbook  # noqa: PLC0415

    if len(table.rows) >= MOST_ROWS:
        raise FileTooLargeError(
            f"The answer has {len(table.rows):,} rows, and a sheet holds {MOST_ROWS - 1:,}.",
            remedy="Take it as CSV, or narrow the question.",
        )
    file = io.BytesIO()
    with Workbook(file, _PLAIN) as book:
        book.set_properties({"title": readable(table.question.title), "created": _NO_DATE})
        writer = _Writer(book)
        writer.answer(table)
        writer.about(about(table))
    return file.getvalue()


def readable(text: str) -> str:
    """A text with every character that XML cannot hold replaced."""
    return _NO_XML.sub(REPLACEMENT, text)


def fitting(text: str) -> str:
    """A text that fits a cell; a longer one is cut, and says so at its end.

    >>> fitting("x" * 40_000)[-10:], len(fitting("x" * 40_000))
    ('ell holds]', 32767)
    """
    if len(text) * 2 <= MOST_TEXT or _units(text) <= MOST_TEXT:
        return text
    kept = text.encode("utf-16-le")[: 2 * (MOST_TEXT - len(CUT))]
    return kept.decode("utf-16-le", errors="ignore") + CUT


def _units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def value_of(column: FileColumn, cell: Cell | None, text: str) -> Value:
    """What a cell of the workbook holds: a figure, a date, a truth value or a text.

    A figure that Excel would round stays a text, as does a date that it cannot count.
    """
    if cell is None or column.part is not Part.VALUE or cell.iri or cell.items:
        return text
    value: Value | None = None
    match cell.datatype.removeprefix(XSD):
        case "double" | "float" if _is_countable(number := float(text)):
            value = number
        case "integer" | "decimal" if _significant(text) <= _DIGITS:
            value = float(text)
        case "gYear" if re.fullmatch(r"[0-9]{4}", text):
            value = float(text)
        case "boolean":
            value = text in ("true", "1")
        case "date":
            value = _date(text)
    return text if value is None else value


def _is_countable(number: float) -> bool:
    """Whether Excel has this figure: none that is no number, and none too large or too small."""
    return number == 0 or _LEAST <= abs(number) <= _MOST


def _significant(text: str) -> int:
    return len(text.lstrip("+-").replace(".", "").strip("0"))


def _date(text: str) -> datetime.date | None:
    try:
        day = datetime.date.fromisoformat(text) if len(text) == 10 else None
    except ValueError:
        return None
    return day if day and day >= _FIRST_DAY else None


@dataclass(slots=True)
class _Writer:
    """Writes both sheets and remembers what had to be changed."""

    book: Workbook
    cut: int = 0
    replaced: int = 0
    formats: dict[str, object] = field(default_factory=dict)

    def __post_init__(self) -> None:
        add = self.book.add_format
        self.formats = {
            "head": add({"bold": True, "text_wrap": True, "valign": "top", "bottom": 1}),
            "bold": add({"bold": True, "valign": "top"}),
            "year": add({"num_format": "0"}),
            "date": add({"num_format": "yyyy-mm-dd"}),
            "wrap": add({"text_wrap": True, "valign": "top"}),
            "plain": add({}),
        }

    def answer(self, table: ResultTable) -> None:
        sheet = self.book.add_worksheet("Answer")
        columns = file_columns(table)
        widths = [_NARROWEST] * len(columns)
        for place, column in enumerate(columns):
            head = heading(column)
            widths[place] = max(_NARROWEST, min(len(head), _WIDEST // 2))
            self.text(sheet, 0, place, head, "head")
        for number, row in enumerate(table.rows, start=1):
            for place, column in enumerate(columns):
                text = column.text(row)
                cell = row.get(column.column.name)
                if not text:
                    continue
                self.value(sheet, number, place, value_of(column, cell, text), cell)
                if number <= _MEASURED:
                    widths[place] = max(widths[place], min(len(text), _WIDEST))
        for place, width in enumerate(widths):
            sheet.set_column(place, place, width + 2)
        sheet.freeze_panes(1, 0)
        if columns:
            sheet.autofilter(0, 0, len(table.rows), len(columns) - 1)

    def about(self, told: About) -> None:
        sheet = self.book.add_worksheet("About")
        sheet.set_column(0, 0, 24)
        sheet.set_column(1, 4, 50)
        for number, line in enumerate([*told.lines(), *self._changes()]):
            for place, text in enumerate(line):
                self.text(sheet, number, place, text, "wrap" if place else "bold")

    def _changes(self) -> Iterator[tuple[str, ...]]:
        if self.cut:
            yield (
                "Texts cut",
                f"{self.cut} texts are longer than the {MOST_TEXT:,} characters that a cell "
                "holds; each says so where it is cut. CSV and JSON have them whole.",
            )
        if self.replaced:
            yield (
                "Characters replaced",
                f"{self.replaced} texts hold control characters that no workbook can hold; "
                f"{REPLACEMENT} stands in their place. CSV and JSON have them as they are.",
            )

    def value(
        self, sheet: Worksheet, row: int, place: int, value: Value, cell: Cell | None
    ) -> None:
        if isinstance(value, str):
            self.text(sheet, row, place, value, "plain")
        elif isinstance(value, bool):
            sheet.write_boolean(row, place, value)
        elif isinstance(value, datetime.date):
            sheet.write_datetime(row, place, value, self.formats["date"])
        else:
            year = cell is not None and cell.datatype == f"{XSD}gYear"
            sheet.write_number(row, place, value, self.formats["year"] if year else None)

    def text(self, sheet: Worksheet, row: int, place: int, text: str, style: str) -> None:
        """Write a text as a text, changed where it must be."""
        clean = readable(text)
        self.replaced += clean != text
        shown = fitting(clean)
        self.cut += shown != clean
        parts = pieces(shown)
        if len(parts) == 1:
            sheet.write_string(row, place, shown, self.formats[style])
        else:
            plain = self.formats["plain"]
            told = [item for part in parts for item in (plain, part)]
            sheet.write_rich_string(row, place, *told, self.formats[style])


def pieces(text: str) -> list[str]:
    """A text in pieces none of which means anything else to xlsxwriter or to a reader.

    xlsxwriter takes ``<r>...</r>`` for XML that it made itself. Readers take ``_x0041_`` for a
    character by its number; xlsxwriter writes such a text so that it stays what it is, but not
    where two of them share a ``_``.

    >>> pieces("_x0041_"), pieces("_x005F_x0041_"), pieces("<r>x</r>")
    (['_x0041_'], ['_x', '005F_x', '0041_'], ['<', 'r>x</r>'])
    """
    start = text[:1] if text.startswith("<r>") and text.endswith("</r>") else ""
    if not start and not _SHARING.search(text):
        return [text]
    return [part for part in (start, *_NUMBERED.split(text[len(start) :])) if part]


def heading(column: FileColumn) -> str:
    """The head of a column: its label with the unit, and what of the things it shows."""
    label = column.column.label
    match column.part:
        case Part.ID:
            return f"{label}: id"
        case Part.ADDRESS:
            return f"{label}: address"
        case Part.KIND:
            return f"{label}: kind"
    return f"{label} ({column.column.unit})" if column.column.unit else label
