"""How files of a release find the reader of their kind."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from kg.report import Report
from kg.sources import PlaceNames
from kg.sources.fact_tables import FactTables
from kg.sources.usgs.release import (
    FileKind,
    Release,
    import_release,
    left_out,
    named,
    release_importer,
    with_columns,
    with_most_of,
)

RELEASE = Release(2031)


def remember(files: Sequence[Path], release: Release, _: PlaceNames, __: Report) -> FactTables:
    """A reader that writes down which files it was given."""
    rows = [{"id": path.name} for path in files]
    return {release.table("seen"): ("observations", rows)}


KINDS = (
    left_out("gross domestic product", with_columns("GDP")),
    FileKind("world", named("*_world.csv"), remember, ("seen",)),
)


@pytest.fixture
def places() -> PlaceNames:
    """No names at all: the readers here look nothing up."""
    return PlaceNames({})


def write(folder: Path, name: str, header: str = "Source,Country") -> Path:
    """A file of two rows."""
    path = folder / name
    path.write_text(f"{header}\nMCS2031,Peru\nMCS2031,Chile\n", "utf-8")
    return path


def test_a_release_names_its_source_its_records_and_its_tables() -> None:
    assert RELEASE.source == "usgs-mcs2031-data"
    assert RELEASE.mark == "usgs-mcs2031"
    assert RELEASE.table("production") == "usgs-mcs-2031-production"


def test_all_files_of_a_kind_go_to_its_reader_together(tmp_path: Path, places: PlaceNames) -> None:
    files = [write(tmp_path, f"mcs2031-{metal}_world.csv") for metal in ("tin", "zinc")]
    tables, report = import_release(RELEASE, KINDS, files, places)
    assert report.ok
    assert [row["id"] for row in tables["usgs-mcs-2031-seen"][1]] == [path.name for path in files]


def test_a_kind_that_is_left_out_is_counted_by_name(tmp_path: Path, places: PlaceNames) -> None:
    economy = write(tmp_path, "MCS2031_T2.csv", "Source,GDP")
    tables, report = import_release(RELEASE, KINDS, [economy], places)
    assert (tables, report.ok) == ({}, True)
    assert report.counts["rows left out: gross domestic product"] == 2


def test_the_first_kind_that_tells_a_file_has_it(tmp_path: Path, places: PlaceNames) -> None:
    both = write(tmp_path, "mcs2031-gdp_world.csv", "Source,GDP")
    tables, _ = import_release(RELEASE, KINDS, [both], places)
    assert tables == {}


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("mcs2030-tin_world.csv", "none of the files of the release 2031"),
        ("mcs2031-tin_moon.csv", "none of the files of the release 2031"),
    ],
    ids=["another release", "no kind"],
)
def test_a_file_that_is_not_of_the_release_stops_the_import(
    name: str, words: str, tmp_path: Path, places: PlaceNames
) -> None:
    files = [write(tmp_path, "mcs2031-zinc_world.csv"), write(tmp_path, name)]
    tables, report = import_release(RELEASE, KINDS, files, places)
    assert tables == {}
    (problem,) = report.problems
    assert words in problem.message
    assert problem.file == name


def test_a_file_that_is_given_twice_or_is_not_there_is_an_error(
    tmp_path: Path, places: PlaceNames
) -> None:
    tin = write(tmp_path, "mcs2031-tin_world.csv")
    tables, report = import_release(
        RELEASE, KINDS, [tin, tin, tmp_path / "mcs2031-x_world.csv"], places
    )
    assert tables == {}
    assert [problem.message for problem in report.problems] == [
        "The file is given twice.",
        "There is no such file.",
    ]


def test_a_kind_is_told_by_columns_even_where_some_are_wrong() -> None:
    tells = with_most_of(("Country", "Year", "Value"))
    assert tells("any.csv", ("Country", "Jahr", "Value"))
    assert not tells("any.csv", ("Country", "Jahr", "Wert"))


def test_the_importer_of_a_release_names_the_tables_of_its_kinds() -> None:
    importer = release_importer(2031, KINDS, ("*.csv",), "A release that is not out yet.")
    assert (importer.name, importer.folder) == ("usgs-mcs-2031", "usgs-mcs-2031")
    assert importer.tables == ("usgs-mcs-2031-seen",)
