"""Reading a publisher's CSV file exactly as it was issued.

The encoding is that of the release, never guessed: a file that somebody opened and saved again
reads wrongly in ways that are hard to see (an em dash means zero), so it is refused.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from kg.report import Problem, Report, Severity

#: Traces of UTF-8 read as cp1252 by somebody before us ("â€”" for an em dash).
_MOJIBAKE = ("â€", "Ã©", "Ã¼", "Â ")


@dataclass(frozen=True, slots=True)
class OfficialRow:
    """One row of a file: ``line`` counts from 1, the header being line 1."""

    line: int
    cells: Mapping[str, str]

    def __getitem__(self, column: str) -> str:
        """The cell as it stands, blanks at its ends and non-breaking spaces included."""
        return self.cells[column]

    def text(self, column: str) -> str:
        """The cell with every run of blanks, non-breaking ones included, made one space."""
        return tidy(self.cells[column])


def tidy(text: str) -> str:
    """Make every run of blanks one space and cut those at the ends.

    >>> tidy("  United\\xa0States ")
    'United States'
    """
    return " ".join(text.split())


def fold(text: str) -> str:
    """The form in which names are compared: tidy, without case, straight apostrophes.

    >>> fold("Côte d’Ivoire") == fold("CÔTE  D'IVOIRE")
    True
    """
    return tidy(text).replace("’", "'").casefold()


def read_text(path: Path, encoding: str, report: Report) -> str | None:
    """Give the text of a file in the encoding of the release, or ``None`` with a problem.

    ``encoding`` is ``cp1252`` or ``utf-8-sig``.
    """
    remedy = f"Take the file as it was released ({encoding}), not a copy that was saved again."
    try:
        data = path.read_bytes()
    except OSError as error:
        report.add(Problem(path.name, f"The file cannot be read: {error.strerror}.", "Check it."))
        return None
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        report.add(Problem(path.name, "The file is UTF-16.", remedy))
        return None
    if encoding == "cp1252" and not data.isascii() and _is_utf8(data):
        report.add(Problem(path.name, "The file is UTF-8, the release is cp1252.", remedy))
        return None
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        report.add(
            Problem(path.name, f"Byte {error.start} is not {encoding} text.", remedy, row=line)
        )
        return None
    if not text.strip():
        report.add(Problem(path.name, "The file is empty.", remedy))
        return None
    return text


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def header_of(path: Path) -> tuple[str, ...]:
    """The column names of a file, whatever its encoding; empty if there is no such line."""
    try:
        with path.open("rb") as file:
            start = file.read(65536)
    except OSError:
        return ()
    utf16 = start.startswith((b"\xff\xfe", b"\xfe\xff"))
    text = start.removeprefix(b"\xef\xbb\xbf").decode(
        "utf-16" if utf16 else "cp1252", errors="replace"
    )
    try:
        return tuple(tidy(cell) for cell in next(csv.reader(text.splitlines()), []))
    except csv.Error:
        return ()


def read_official_csv(
    path: Path, columns: Sequence[str], encoding: str, report: Report
) -> list[OfficialRow] | None:
    """Read the rows of a file that must have exactly these columns.

    Gives ``None`` when the file as a whole cannot be used (encoding, header); rows with too few or
    too many cells are reported and the file is refused, since a shifted row cannot be trusted.
    A column name that stands twice in ``columns`` gets a number behind it (``Signing_date 2``).
    """
    text = read_text(path, encoding, report)
    if text is None:
        return None
    # Strict: a file cut off within quotes must not pass as one whose last cell is short.
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        header = [tidy(cell) for cell in next(reader)]
        if header != list(columns):
            report_header(path.name, header, columns, report)
            return None
        names = distinct_names(columns)
        rows, whole = [], True
        for cells in reader:
            if not cells:
                continue
            if len(cells) != len(names):
                whole = False
                report.add(
                    Problem(
                        path.name,
                        f"The row has {len(cells)} cells instead of {len(names)}.",
                        "The file is cut off or was edited; download it again.",
                        row=reader.line_num,
                    )
                )
                continue
            rows.append(OfficialRow(reader.line_num, dict(zip(names, cells, strict=True))))
            report_mojibake(path.name, rows[-1], report)
    except csv.Error as error:
        report.add(Problem(path.name, f"This is not CSV: {error}.", "Download the file again."))
        return None
    return rows if whole else None


def ends_whole(path: Path, report: Report) -> bool:
    """Whether a file ends with a line end, as all files of its publisher do; else a problem.

    It finds a file that was cut off inside its last cell, which has all its cells.
    """
    if path.read_bytes().endswith(b"\n"):
        return True
    report.add(
        Problem(path.name, "The last line has no end: it is cut off.", "Download the file again.")
    )
    return False


def distinct_names(columns: Sequence[str]) -> list[str]:
    """The columns, with a number behind a name that stands again (``Share 2``)."""
    names: list[str] = []
    for column in columns:
        number = names.count(column) + 1
        names.append(column if number == 1 else f"{column} {number}")
    return names


def report_header(file: str, header: Sequence[str], columns: Sequence[str], report: Report) -> None:
    """Say which columns a header lacks and which of its columns are not known, as an error."""
    missing = [column for column in columns if column not in header]
    unknown = [column for column in header if column not in columns]
    says = "The columns are not those of the release"
    if missing:
        says += "; missing: " + ", ".join(missing)
    if unknown:
        says += "; not known: " + ", ".join(unknown[:8])
    report.add(
        Problem(
            file,
            says + ".",
            "Take the file as it was released; a new release with other columns needs a new "
            "version of the importer.",
            row=1,
            column=next(iter([*unknown, *missing]), None),
        )
    )


def report_mojibake(file: str, row: OfficialRow, report: Report) -> None:
    """Warn of each cell of a row whose letters were read as cp1252 before the release."""
    for column, cell in row.cells.items():
        if any(trace in cell for trace in _MOJIBAKE):
            report.add(
                Problem(
                    file,
                    "The cell holds letters that were garbled before the release.",
                    "Nothing to do; the words are not used for identifiers.",
                    row.line,
                    column,
                    Severity.WARNING,
                )
            )
