"""The records of a CSV file with the lines they stand on, and what is wrong with its bytes."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from kg.facts.errors import FactsError
from kg.report import Problem

_BOM = b"\xef\xbb\xbf"
#: Longest cell that is read, in characters; a longer one is nearly always an unclosed quote.
MAX_CELL = 100_000


@dataclass(frozen=True, slots=True)
class Record:
    """One record as it stands in the file; ``line`` is its first line, the header being line 1."""

    line: int
    cells: tuple[str, ...]


@dataclass(slots=True)
class Reading:
    """All that could be read of a file, and every fault of its form.

    ``faulty`` holds the positions (header = 1) of records with too few, too many or no cells:
    their cells cannot be told apart, so no other check looks at them.
    """

    header: tuple[str, ...] = ()
    records: list[Record] = field(default_factory=list)
    faulty: set[int] = field(default_factory=set)
    problems: list[Problem] = field(default_factory=list)
    readable: bool = True

    def line_of(self, position: int) -> int:
        """The line of the record at a position, the header being position 1."""
        return self.records[position - 2].line if position >= 2 else 1

    def sound(self) -> Iterator[Record]:
        """The records whose cells are where they belong."""
        for position, record in enumerate(self.records, start=2):
            if position not in self.faulty:
                yield record


def read_file(path: Path, file: str) -> Reading:
    """Read a CSV file (UTF-8, comma, double quotes) and collect the faults of its form.

    ``file`` is the name used in problems. Never raises for what stands in the file.
    """
    reading = Reading()
    try:
        data = path.read_bytes()
    except OSError as error:
        _give_up(
            reading,
            Problem(
                file,
                f"the table cannot be read: {error.strerror}",
                "Put the file there, or take its entry out of datapackage.json.",
            ),
        )
        return reading
    text = _decode(data, file, reading)
    if text is not None:
        _parse(text, file, reading)
    return reading


def read_records(path: Path, file: str) -> Reading:
    """Read a CSV file like :func:`read_file`; raise ``FactsError`` if it has any fault of form."""
    reading = read_file(path, file)
    if reading.problems:
        problem = reading.problems[0]
        raise FactsError(f"{problem.place}: {problem.message}", remedy=problem.remedy)
    return reading


def _give_up(reading: Reading, problem: Problem) -> None:
    reading.problems.append(problem)
    reading.readable = False


def _decode(data: bytes, file: str, reading: Reading) -> str | None:
    if data.startswith(_BOM):
        data = data.removeprefix(_BOM)
        reading.problems.append(
            Problem(
                file,
                "the file begins with a byte order mark",
                "Save it as UTF-8 without BOM (in spreadsheets: 'CSV UTF-8' adds one; "
                "an editor can remove it).",
                row=1,
            )
        )
    if (at := data.find(b"\r")) >= 0:
        returns = data.count(b"\r")
        reading.problems.append(
            Problem(
                file,
                f"lines end with carriage returns ({returns:,} of them)",
                "Save the file with Unix line ends (LF).",
                row=data.count(b"\n", 0, at) + 1,
            )
        )
        data = data.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    if (at := data.find(b"\0")) >= 0:
        _give_up(
            reading,
            Problem(
                file,
                f"{data.count(bytes(1)):,} NUL byte(s) in the file",
                "Save it as UTF-8; a file saved as UTF-16 looks like this.",
                row=data.count(b"\n", 0, at) + 1,
            ),
        )
        return None
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        line_start = data.rfind(b"\n", 0, error.start) + 1
        _give_up(
            reading,
            Problem(
                file,
                f"byte 0x{data[error.start]:02x} at byte {error.start - line_start + 1} of the "
                "line is not UTF-8",
                "Save the file as UTF-8 (it may be in Windows-1252 or Latin-1).",
                row=data.count(b"\n", 0, error.start) + 1,
            ),
        )
        return None


def _parse(text: str, file: str, reading: Reading) -> None:
    csv.field_size_limit(MAX_CELL)
    lines = csv.reader(io.StringIO(text, newline=""), strict=True)
    start = 1
    try:
        for position, cells in enumerate(lines, start=1):
            if position == 1:
                reading.header = tuple(cells)
                _check_header(file, reading)
            else:
                reading.records.append(Record(start, tuple(cells)))
                _check_width(position, file, reading)
            start = lines.line_num + 1
    except csv.Error as error:
        _give_up(
            reading,
            Problem(
                file,
                f"the record that begins here is not CSV: {error}",
                "Put a cell with a comma, a quote or a line break between double quotes, and "
                'write a quote inside it twice ("").',
                row=start,
            ),
        )
        return
    if not reading.header:
        _give_up(
            reading,
            Problem(file, "the file has no header line", "Write the column names in line 1.", 1),
        )


def _check_header(file: str, reading: Reading) -> None:
    seen: set[str] = set()
    for number, name in enumerate(reading.header, start=1):
        if not name.strip():
            _give_up(
                reading,
                Problem(file, f"column {number} has no name", "Name it or remove it.", 1),
            )
        elif name in seen:
            _give_up(
                reading,
                Problem(
                    file,
                    f"the column {name!r} stands twice in the header",
                    "Rename or remove one of the two.",
                    1,
                    name,
                ),
            )
        seen.add(name)


def _check_width(position: int, file: str, reading: Reading) -> None:
    record, width = reading.records[-1], len(reading.header)
    if any(record.cells) and len(record.cells) == width:
        return
    reading.faulty.add(position)
    if not any(record.cells):
        message, remedy = "the row is empty", "Remove the line."
    else:
        few = "few" if len(record.cells) < width else "many"
        message = f"the row has {len(record.cells)} cells where the header has {width}: too {few}"
        remedy = "Add or remove commas, and put a cell that holds a comma between double quotes."
    reading.problems.append(Problem(file, message, remedy, row=record.line))
