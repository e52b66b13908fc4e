"""Checking a data package: ten different mistakes, each told with its place and a remedy."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from kg.facts import check_package, load_package
from kg.facts.cli import facts
from kg.report import Severity
from tests.kg.facts.small_package import (
    GOOD,
    HEADER,
    check,
    check_output,
    only,
    write_package,
)


def test_good_tables_have_no_problems(tmp_path: Path) -> None:
    report = check_package(load_package(write_package(tmp_path, GOOD)), tmp_path / "no-ontology")
    assert report.problems == []
    assert report.ok
    assert report.counts == {"tables": 3, "rows": 7, "cells": 4 + 6 + 27}


TEN_MISTAKES = """\
id,area,buyers,year,since,share,low,status,source_ids
o1,CHN,AUS,two thousand,,50,,measured,usgs-2026
o2,CHM,AUS,2024,,50,,measured,usgs-2026
o3,CHN,AUS,2024,,50,,measured,usgs-2062
o4,CHN,AUS,2024,,50,,measured,
o1,CHN,AUS,2024,,50,,measured,usgs-2026
o6,CHN,AUS,2024,2024-02-30,50,,measured,usgs-2026
o7,CHN,AUS,2024,,169.5,,measured,usgs-2026
o8,CHN,AUS,2024,,50,,withheld,usgs-2026
o9,CHN,AUS;CHX,2024,,50,,measured,usgs-2026
o10,CHN,AUS,2024,,50,,measured,usgs-2026,what is this
"""


def test_ten_mistakes_are_told_in_one_run(tmp_path: Path) -> None:
    found = {(p.row, p.column): (p.message, p.remedy) for p in check_output(tmp_path, TEN_MISTAKES)}
    assert found == {
        (2, "year"): ("'two thousand' is not of type year", "Write a year of four digits."),
        (3, "area"): (
            "'CHM' is not in the table places",
            "Use an id of places, or add the row there.",
        ),
        (4, "source_ids"): (
            "'usgs-2062' is not in the table sources",
            "Use an id of sources, or add the row there. Did you mean 'usgs-2026'?",
        ),
        (5, "source_ids"): (
            "the row names no source",
            "No fact without a source: add its id.",
        ),
        (6, "id"): (
            "the same identifier stands in row 2",
            "Give one of the rows another id, or merge the two.",
        ),
        (7, "since"): (
            "'2024-02-30' is not of type date",
            "Write a date such as 2025-04-09.",
        ),
        (8, "share"): (
            "169.5 is more than 100, the maximum of this column",
            "Mend the figure or its unit.",
        ),
        (9, "share"): (
            "the status is withheld, but there is a value (50)",
            "Empty the value, or change the status.",
        ),
        (10, "buyers"): (
            "'CHX' is not in the table places",
            "Use an id of places, or add the row there.",
        ),
        (11, None): (
            "the row has 10 cells where the header has 9: too many",
            "Add or remove commas, and put a cell that holds a comma between double quotes.",
        ),
    }


def test_the_command_tells_all_of_them_and_ends_with_status_1(tmp_path: Path) -> None:
    write_package(tmp_path, {**GOOD, "output": TEN_MISTAKES})
    result = CliRunner().invoke(
        facts, ["check", str(tmp_path), "--report", str(tmp_path / "report.json")]
    )
    assert result.exit_code == 1, result.output
    assert "output.csv:4:source_ids: error: 'usgs-2062' is not in the table" in result.output
    report = json.loads((tmp_path / "report.json").read_text())
    assert not report["ok"]
    assert {p["row"] for p in report["problems"] if p["file"] == "output.csv"} >= set(range(2, 12))


def test_the_command_ends_with_status_0_when_all_is_well(tmp_path: Path) -> None:
    # The test's own terms are all terms of the shipped ontology.
    result = CliRunner().invoke(facts, ["check", str(write_package(tmp_path, GOOD))])
    assert result.exit_code == 0, result.output
    assert "The tables are in order." in result.output


def test_the_command_says_that_there_is_no_package(tmp_path: Path) -> None:
    result = CliRunner().invoke(facts, ["check", str(tmp_path)])
    assert result.exit_code == 1
    assert "datapackage.json: error: the file cannot be read" in result.output


def test_a_wrong_word_gets_the_nearest_one(tmp_path: Path) -> None:
    problems = check_output(tmp_path, HEADER + "o1,CHN,,2024,,7,,mesured,usgs-2026\n")
    assert any("Did you mean 'measured'?" in p.remedy for p in problems)


def test_an_id_is_unique_over_all_tables_of_things(tmp_path: Path) -> None:
    problem = only(check_output(tmp_path, HEADER + "AUS,CHN,,2024,,7,,measured,usgs-2026\n"))
    assert problem.place == "output.csv:2:id"
    assert problem.message == "the id 'AUS' stands in places.csv row 3 as well"


def test_lines_are_counted_as_an_editor_counts_them(tmp_path: Path) -> None:
    """A cell may hold line breaks; the row after it still gets its true line."""
    places = 'id,name,source_ids\nCHN,"Ch\ni\nna",usgs-2026\nAUS,Australia,usgs-2062\n'
    write_package(tmp_path, {**GOOD, "places": places})
    assert only(check(tmp_path)).place == "places.csv:5:source_ids"
    rows = HEADER + 'o1,CHN,,2024,,7,,measured,"usgs-2026;\n"\no2,CHN,,20,,7,,measured,usgs-2026\n'
    assert "output.csv:4:year" in [p.place for p in check_output(tmp_path, rows)]


@pytest.mark.parametrize(
    ("rows", "row", "message"),
    [
        (HEADER.encode() + b"o1,CHN\xe9,,2024,,7,,measured,usgs-2026\n", 2, "byte 0xe9 at byte 7"),
        (HEADER.encode() + b"o1,CHN\0,,2024,,7,,measured,usgs-2026\n", 2, "1 NUL byte"),
        (b"\xef\xbb\xbf" + GOOD["output"].encode(), 1, "the file begins with a byte order mark"),
        (GOOD["output"].replace("\n", "\r\n").encode(), 1, "lines end with carriage returns (4"),
        ((HEADER + "o1,CHN,,2024\n").encode(), 2, "the row has 4 cells where the header has 9"),
        ((HEADER + "\n").encode(), 2, "the row is empty"),
        ((HEADER + ",,,,,,,,\n").encode(), 2, "the row is empty"),
        ((HEADER + 'o1,"CHN,,2024\n').encode(), 2, "the record that begins here is not CSV"),
        (HEADER.replace("low", "share").encode(), 1, "the column 'share' stands twice"),
        (HEADER.replace("low", "").encode(), 1, "column 7 has no name"),
        (b"", 1, "the file has no header line"),
        (HEADER.replace(",low", "").encode(), 1, "the column 'low' is missing"),
        (
            HEADER.replace("id,area", "area,id").encode(),
            1,
            "the columns are not in the order of the schema",
        ),
    ],
)
def test_the_form_of_a_file(tmp_path: Path, rows: bytes, row: int, message: str) -> None:
    problems = [p for p in check_output(tmp_path, rows) if p.severity is Severity.ERROR]
    problem = only(problems)
    assert (problem.file, problem.row) == ("output.csv", row)
    assert problem.message.startswith(message)
    assert problem.remedy


def test_a_column_that_the_schema_does_not_know(tmp_path: Path) -> None:
    """The other columns are checked all the same."""
    rows = "id,area,buyers,year,since,share,low,status,source_ids,colour\n"
    problems = check_output(tmp_path, rows + "o1,CHN,,20,,7,,measured,usgs-2026,red\n")
    assert [(p.row, p.column) for p in problems] == [(1, "colour"), (2, "year")]
    assert problems[0].message == "the schema does not know the column 'colour'"


def test_a_renamed_column_is_recognised(tmp_path: Path) -> None:
    problems = check_output(tmp_path, GOOD["output"].replace("status,", "statsu,"))
    assert any("Did you mean 'status'?" in p.remedy for p in problems)


def test_a_table_that_cannot_be_read_does_not_hide_the_others(tmp_path: Path) -> None:
    """And references into it are not all called wrong."""
    bad_year = HEADER + "o1,CHN,,20,,7,,measured,usgs-2026\n"
    write_package(tmp_path, {**GOOD, "places": b"id,name\n\xff", "output": bad_year})
    assert [p.place for p in check(tmp_path)] == ["output.csv:2:year", "places.csv:2"]
    write_package(tmp_path, {**GOOD, "sources": b"id,title\n\xff", "output": bad_year})
    assert [p.place for p in check(tmp_path)] == ["output.csv:2:year", "sources.csv:2"]


def test_a_missing_file_and_a_broken_schema_do_not_hide_the_others(tmp_path: Path) -> None:
    write_package(tmp_path, {**GOOD, "output": HEADER + "o1,CHN,,20,,7,,measured,usgs-2026\n"})
    (tmp_path / "sources.csv").unlink()
    (tmp_path / "places.json").write_text('{"fields": [\n{"name": "id",}]}')
    problems = check(tmp_path)
    places = [p.place for p in problems]
    assert "sources.csv" in places
    assert "places.json:2" in places
    assert "output.csv:2:year" in places


def test_the_report_is_the_same_in_every_run(tmp_path: Path) -> None:
    """Whatever the order in which Python's sets happen to be."""
    write_package(tmp_path, {**GOOD, "output": TEN_MISTAKES})
    program = (
        "import sys, pathlib; from kg.facts import check_folder\n"
        "print(*check_folder(pathlib.Path(sys.argv[1])).lines(), sep='\\n')"
    )
    runs = {
        subprocess.run(
            [sys.executable, "-c", program, str(tmp_path)],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(runs) == 1
