"""Reading a publisher's Excel workbook (xlsx) exactly as it was issued.

A workbook is an archive, and a small file may ask for a lot of memory: by parts that swell, by two
cells at opposite corners of a sheet, or by one long text that many cells share. So the parts are
unpacked here, up to a limit, and measured; only what was measured is given to the reader
(python-calamine), which computes nothing and follows no link.
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from pathlib import Path

from python_calamine import CalamineError, CalamineWorkbook

from kg.report import Problem, Report
from kg.sources.official_file import (
    OfficialRow,
    distinct_names,
    report_header,
    report_mojibake,
    tidy,
)

#: Bytes of the file and of all its parts together, parts, and cells of a sheet that are read.
MOST_FILE_BYTES = 50_000_000
MOST_BYTES = 200_000_000
MOST_PARTS = 2_000
MOST_CELLS = 5_000_000
#: Bytes that the texts of one sheet can come to: its cells times the longest shared text.
MOST_TEXT_BYTES = 2_000_000_000

_REMEDY = "Take the workbook as it was released (xlsx), not a copy that was saved again."
_SHEET = re.compile(r"xl/worksheets/[^/]+\.xml", re.IGNORECASE)
_SHARED_TEXTS = re.compile(r"xl/sharedstrings\.xml", re.IGNORECASE)
#: The place of a row (``r="7"``) or of a cell (``r="AB7"``).
_PLACE = re.compile(rb"""\br\s*=\s*["']([A-Za-z]{0,4})(\d{1,9})["']""")

Value = int | float | str | bool | date | datetime | time | timedelta


class OfficialWorkbook:
    """A workbook that was measured before it was opened.

    ``names`` are its sheets in order, hidden ones included.
    """

    def __init__(self, file: str, workbook: CalamineWorkbook, report: Report) -> None:
        self.file = file
        self.names: tuple[str, ...] = tuple(workbook.sheet_names)
        self._workbook = workbook
        self._report = report

    @classmethod
    def open(cls, path: Path, report: Report) -> OfficialWorkbook | None:
        """Open a file, or give ``None`` with a problem in the report.

        The report also takes the problems of the sheets that are read later.
        """
        parts = _unpacked(path, report)
        if parts is None:
            return None
        try:
            workbook = CalamineWorkbook.from_filelike(io.BytesIO(_packed(parts)))
        except CalamineError as error:
            report.add(Problem(path.name, f"This is no Excel workbook: {error}.", _REMEDY))
            return None
        return cls(path.name, workbook, report)

    def cells(self, sheet: str) -> list[list[str]] | None:
        """Every cell from A1 on as text, rows of one width; ``None`` with a problem.

        A figure has the digits that Excel shows of it, at most 15 (``7.60535``), and a whole one
        no point; a date is as in ISO 8601; an empty cell is ``""``.
        """
        if sheet not in self.names:
            self._say(
                f"There is no sheet {sheet!r}; the sheets are: {', '.join(self.names[:8])}.",
                _REMEDY,
            )
            return None
        try:
            rows = self._workbook.get_sheet_by_name(sheet).to_python(skip_empty_area=False)
        except CalamineError as error:
            self._say(f"Sheet {sheet!r} cannot be read: {error}.", _REMEDY)
            return None
        return [[_text(value) for value in row] for row in rows]

    def rows(
        self, sheet: str, columns: Sequence[str], *, header: int = 1
    ) -> list[OfficialRow] | None:
        """The rows below line ``header`` (from 1), which must name exactly these columns.

        Gives ``None`` with a problem where the sheet or its columns are not those of the release,
        or a row has a cell beside them. Empty rows are passed over. A column name that stands
        twice in ``columns`` gets a number behind it (``Share 2``).
        """
        cells = self.cells(sheet)
        if cells is None:
            return None
        if len(cells) < header:
            self._say(f"Sheet {sheet!r} is empty.", _REMEDY)
            return None
        head = [tidy(cell) for cell in cells[header - 1]]
        while head and not head[-1]:
            head.pop()
        if head != list(columns):
            report_header(self.file, head, columns, self._report)
            return None
        names = distinct_names(columns)
        rows, whole = [], True
        for line, row in enumerate(cells[header:], header + 1):
            if any(row[len(names) :]):
                whole = False
                self._say(
                    f"A cell of sheet {sheet!r} stands beside the columns.", _REMEDY, row=line
                )
            elif any(row):
                rows.append(OfficialRow(line, dict(zip(names, row, strict=False))))
                report_mojibake(self.file, rows[-1], self._report)
        return rows if whole else None

    def _say(self, message: str, remedy: str, *, row: int | None = None) -> None:
        self._report.add(Problem(self.file, message, remedy, row=row))


def read_official_sheet(
    path: Path, sheet: str, columns: Sequence[str], report: Report, *, header: int = 1
) -> list[OfficialRow] | None:
    """Read the rows of one sheet that must have exactly these columns in line ``header``.

    Gives ``None`` with a problem when the workbook, the sheet or a row cannot be used; see
    :class:`OfficialWorkbook`, which reads several sheets of one file.
    """
    workbook = OfficialWorkbook.open(path, report)
    return None if workbook is None else workbook.rows(sheet, columns, header=header)


def _text(value: Value) -> str:
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        # A double may stand for a figure of 15 digits only; the rest is noise of its binary form.
        return f"{value:.15g}"
    if isinstance(value, date | time):
        return value.isoformat()
    return str(value)


def _unpacked(path: Path, report: Report) -> Mapping[str, bytes] | None:
    """The parts of an archive by name, or ``None`` with a problem."""
    try:
        if path.stat().st_size > MOST_FILE_BYTES:
            raise _TooMuchError(f"the file has more than {MOST_FILE_BYTES:,} bytes")
        with zipfile.ZipFile(path) as archive:
            parts = dict(_parts(archive))
        _measure(parts)
    except OSError as error:
        said = f"The file cannot be read: {error.strerror or error}."
    except _TooMuchError as error:
        said = f"The workbook is larger than is read: {error}."
    except (
        zipfile.BadZipFile,  # also a part whose checksum is wrong
        zlib.error,
        EOFError,
        NotImplementedError,  # a way of packing that Excel does not use
        RuntimeError,  # encrypted
        ValueError,
    ) as error:
        said = f"This is no Excel workbook, or it is cut off: {error}."
    else:
        return parts
    report.add(Problem(path.name, said, _REMEDY))
    return None


class _TooMuchError(Exception):
    """A limit is exceeded; the message says which."""


def _parts(archive: zipfile.ZipFile) -> Iterator[tuple[str, bytes]]:
    entries = archive.infolist()
    if len(entries) > MOST_PARTS:
        raise _TooMuchError(f"it has {len(entries):,} parts")
    if len({entry.filename for entry in entries}) < len(entries):
        raise ValueError("two parts have one name")
    left = MOST_BYTES
    for entry in entries:
        # What the archive says of a size may be untrue, so it is the bytes that count.
        with archive.open(entry) as part:
            data = part.read(left + 1)
        left -= len(data)
        if left < 0:
            raise _TooMuchError(f"its parts have more than {MOST_BYTES:,} bytes")
        yield entry.filename, data


def _measure(parts: Mapping[str, bytes]) -> None:
    longest = max(
        (
            len(text)
            for name, data in parts.items()
            if _SHARED_TEXTS.fullmatch(name)
            for text in data.split(b"</")
        ),
        default=0,
    )
    for name, data in parts.items():
        if not _SHEET.fullmatch(name):
            continue
        rows = columns = 0
        for letters, digits in _PLACE.findall(data):
            rows = max(rows, int(digits))
            columns = max(columns, _column_number(letters))
        if rows * columns > MOST_CELLS:
            raise _TooMuchError(f"{name} has {rows:,} rows and {columns:,} columns")
        if data.count(b"v>") // 2 * longest > MOST_TEXT_BYTES:
            raise _TooMuchError(
                f"the texts of {name} could come to more than {MOST_TEXT_BYTES:,} bytes"
            )


def _column_number(letters: bytes) -> int:
    """1 for A, 26 for Z, 27 for AA; 0 for none."""
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - ord("A") + 1
    return number


def _packed(parts: Mapping[str, bytes]) -> bytes:
    """The parts as an archive without compression, whose sizes are true."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        for name, data in parts.items():
            archive.writestr(zipfile.ZipInfo(name), data)
    return out.getvalue()
