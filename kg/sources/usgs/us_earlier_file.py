"""The form of a file of statistics of the United States in the releases 2022 to 2025."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from kg.report import Problem, Report
from kg.sources.official_file import fold, read_text, report_header, tidy
from kg.sources.usgs.release import Release

#: The first columns; the source column has two names.
_FIRST = (("DataSource", "Commodity", "Year"), ("Source", "Commodity", "Year"))
#: The first columns of a table of the world, which some files of 2024 hold under this name.
_WORLD = ("Source", "Country", "Type")
_REMEDY = "The file is cut off or was edited; download it again."

#: Name of a column, and how often the name stood in the header so far.
ColumnKey = tuple[str, int]


@dataclass(frozen=True, slots=True)
class SalientFile:
    """A file of one commodity: a row of cells, with its line, for each of five years.

    ``columns`` gives name and turn of each column by its place; columns with neither name nor
    figures are left out. ``holds_world`` files have no columns of ours.
    """

    name: str
    commodity: str
    rows: Sequence[tuple[int, Sequence[str]]]
    columns: dict[int, ColumnKey] = field(default_factory=dict)
    holds_world: bool = False

    def year(self, row: Sequence[str]) -> str:
        """The year of a row."""
        return tidy(row[2])


def read_salient_file(path: Path, release: Release, report: Report) -> SalientFile | None:
    """Read a file, or give ``None`` with a problem where it is not as it was released."""
    lines = _lines(path, report)
    if lines is None:
        return None
    header = [tidy(cell) for cell in lines[0]]
    rows = [(n, row) for n, row in enumerate(lines[1:], 2) if any(map(str.strip, row))]
    ragged = [line for line, row in rows if len(row) != len(header)]
    for line in ragged:
        says = f"The row has not the {len(header)} cells of the header."
        report.add(Problem(path.name, says, _REMEDY, line))
    if ragged:
        return None
    if tuple(header[:3]) == _WORLD:
        return SalientFile(path.name, "", rows, holds_world=True)
    if tuple(header[:3]) not in _FIRST:
        report_header(path.name, header[:3], _FIRST[0], report)
        return None
    problem = _wrong_rows(path.name, rows, release)
    if problem:
        report.add(problem)
        return None
    return SalientFile(path.name, tidy(rows[0][1][1]), rows, _columns(header, rows))


def same_columns(file: SalientFile, expected: Iterable[ColumnKey], report: Report) -> bool:
    """Whether a file has exactly these columns; if not, the report says which differ."""
    keys = set(expected)
    found = set(file.columns.values())
    if found != keys:
        report_header(file.name, _named(found), _named(keys), report)
    return found == keys


def _lines(path: Path, report: Report) -> list[list[str]] | None:
    text = read_text(path, "utf-8-sig", report)
    if text is None:
        return None
    try:
        return list(csv.reader(io.StringIO(text, newline=""), strict=True))
    except csv.Error as error:
        report.add(Problem(path.name, f"This is not CSV: {error}.", "Download the file again."))
        return None


def _wrong_rows(
    file: str, rows: Sequence[tuple[int, Sequence[str]]], release: Release
) -> Problem | None:
    years = [tidy(row[2]) for _, row in rows]
    if years != [str(release.year - back) for back in range(5, 0, -1)]:
        says = f"Its years are {', '.join(years) or 'none'}, not the five before {release.year}."
        return Problem(file, says, _REMEDY, column="Year")
    if {tidy(row[0]) for _, row in rows} != {f"MCS{release.year}"}:
        says = f"Its rows do not all say that they are of MCS{release.year}."
        return Problem(file, says, "Take the files of one release.", row=2)
    if len({fold(row[1]) for _, row in rows}) != 1:
        return Problem(file, "It has several commodities.", _REMEDY, column="Commodity")
    return None


def _columns(
    header: Sequence[str], rows: Sequence[tuple[int, Sequence[str]]]
) -> dict[int, ColumnKey]:
    found: dict[int, ColumnKey] = {}
    times: Counter[str] = Counter()
    for place, name in enumerate(header[3:], 3):
        if name or any(row[place].strip() for _, row in rows):
            times[name] += 1
            found[place] = name, times[name]
    return found


def _named(keys: Iterable[ColumnKey]) -> list[str]:
    """Names of columns for a report, with a number behind one that stands again."""
    return [
        f"{name or '(no name)'} {turn}" if turn > 1 else name or "(no name)"
        for name, turn in sorted(keys)
    ]
