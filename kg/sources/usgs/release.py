"""A release of the Mineral Commodity Summaries: its files by kind, and the reader of each kind.

Every yearly release has files of several kinds: world production, tables of the book, statistics
of the United States. A ``FileKind`` says how such a file is told and what reads it. The reader
gets all files of its kind at once, since most tables are spread over one file for each commodity.

To add a kind, write in a module of your own::

    SALIENT = FileKind(
        name="statistics of the United States",
        tells=named("*_salient.csv"),          # or with_columns("Scrap_type")
        read=read_salient,                     # (files, release, places, report) -> FactTables
        tables=("us",),                        # -> usgs-mcs-2024-us
    )

and put it into the kinds of the releases in ``kg.sources.usgs.mcs``, in place of the ``left_out``
that names those files there. A reader opens its files with ``kg.sources.official_file``, keeps one
``RowLedger`` for each and closes it; ``release.source``, ``release.mark`` and ``release.table``
give the source, the end of every identifier and the name of a table. Errors go into the report:
then nothing at all is written.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path

from kg.report import Problem, Report
from kg.sources.fact_tables import FactTables
from kg.sources.importer import Importer
from kg.sources.ledger import RowLedger
from kg.sources.official_file import OfficialRow, header_of, read_official_csv
from kg.sources.place_names import PlaceNames


@dataclass(frozen=True, slots=True)
class Release:
    """One yearly release; the figures of two releases never share a row."""

    year: int

    @property
    def source(self) -> str:
        """The release in the table of sources."""
        return f"usgs-mcs{self.year}-data"

    @property
    def mark(self) -> str:
        """The end of the identifier of every record of the release."""
        return f"usgs-mcs{self.year}"

    def table(self, what: str) -> str:
        """The name of a fact table of the release."""
        return f"usgs-mcs-{self.year}-{what}"


#: Reads the files of one kind into tables; adds problems and counts to the report.
KindReader = Callable[[Sequence[Path], Release, PlaceNames, Report], FactTables]
#: Reads the rows of a kind that has one file with fixed columns.
RowsReader = Callable[[list[OfficialRow], Release, PlaceNames, RowLedger], FactTables]
#: Tells a file by its name and its column names.
Tells = Callable[[str, Sequence[str]], bool]


@dataclass(frozen=True, slots=True)
class FileKind:
    """A kind of files: how it is told, what reads it, and which tables come of it."""

    name: str
    tells: Tells
    read: KindReader
    tables: tuple[str, ...] = ()


def named(pattern: str) -> Tells:
    """Tells files by their name, whatever its case.

    >>> named("*_world.csv")("MCS2024-bismu_world.csv", [])
    True
    """
    return lambda name, _: fnmatch(name.lower(), pattern)


def with_columns(*columns: str) -> Tells:
    """Tells files that have at least one of these columns, which no other kind has."""
    return lambda _, header: not set(columns).isdisjoint(header)


def with_most_of(columns: Sequence[str]) -> Tells:
    """Tells files that have more than half of these columns, so that a wrong one can be named."""
    return lambda _, header: len(set(header) & set(columns)) * 2 > len(set(columns))


def one_file(columns: Sequence[str], encoding: str, read: RowsReader) -> KindReader:
    """The reader of a kind that has one file with exactly these columns."""

    def read_kind(
        files: Sequence[Path], release: Release, places: PlaceNames, report: Report
    ) -> FactTables:
        for other in files[1:]:
            report.add(
                Problem(
                    other.name,
                    f"{files[0].name} is the same table.",
                    "Give each table of the release once.",
                )
            )
        rows = read_official_csv(files[0], columns, encoding, report)
        if rows is None:
            return {}
        ledger = RowLedger(files[0].name, report, read=len(rows))
        tables = read(rows, release, places, ledger)
        ledger.close()
        return tables

    return read_kind


def left_out(name: str, tells: Tells) -> FileKind:
    """A kind that is not read: its rows are counted and left out by name."""

    def count(files: Sequence[Path], _: Release, __: PlaceNames, report: Report) -> FactTables:
        for path in files:
            with path.open(encoding="utf-8-sig", errors="replace", newline="") as file:
                rows = sum(any(row) for row in csv.reader(file)) - 1
            ledger = RowLedger(path.name, report, read=rows)
            ledger.left_out[name] = rows
            ledger.close()
        return {}

    return FileKind(name, tells, count)


def import_release(
    release: Release,
    kinds: Sequence[FileKind],
    files: Sequence[Path],
    places: PlaceNames | None = None,
) -> tuple[FactTables, Report]:
    """Read files of a release into fact tables.

    Gives the tables and the report; with an error in the report the tables are empty, so that
    nothing half read can be written.
    """
    report = Report(f"import usgs-mcs-{release.year}")
    names = places or PlaceNames.shipped()
    sorted_files: dict[str, list[Path]] = {kind.name: [] for kind in kinds}
    for path in files:
        kind = _kind_of(path, release, kinds)
        if kind is None:
            report.add(_wrong_file(path, release, kinds))
        elif any(path.name == other.name for other in sorted_files[kind.name]):
            report.add(Problem(path.name, "The file is given twice.", "Give each file once."))
        else:
            sorted_files[kind.name].append(path)
    tables: dict[str, tuple[str, Sequence[Mapping[str, str]]]] = {}
    for kind in kinds:
        if sorted_files[kind.name]:
            tables.update(kind.read(sorted_files[kind.name], release, names, report))
    return (tables if report.ok else {}), report


def _kind_of(path: Path, release: Release, kinds: Sequence[FileKind]) -> FileKind | None:
    """The first kind that tells the file, if its name says that it is of the release."""
    if f"mcs{release.year}" not in path.name.lower():
        return None
    header = header_of(path)
    return next((kind for kind in kinds if header and kind.tells(path.name, header)), None)


def _wrong_file(path: Path, release: Release, kinds: Sequence[FileKind]) -> Problem:
    if not path.is_file():
        return Problem(path.name, "There is no such file.", "Check the path.")
    return Problem(
        path.name,
        f"This is none of the files of the release {release.year} that are read: "
        + "; ".join(kind.name for kind in kinds if kind.tables)
        + ".",
        f"Take the files of the release with their names (they hold MCS{release.year}), as they "
        "are.",
        row=1,
    )


def release_importer(
    year: int, kinds: Sequence[FileKind], files: tuple[str, ...], summary: str
) -> Importer:
    """The importer of a release, of the folder ``usgs-mcs-<year>``."""
    release = Release(year)
    return Importer(
        name=f"usgs-mcs-{year}",
        summary=summary,
        folder=f"usgs-mcs-{year}",
        files=files,
        tables=tuple(
            dict.fromkeys(release.table(table) for kind in kinds for table in kind.tables)
        ),
        read=lambda paths: import_release(release, kinds, paths),
    )
