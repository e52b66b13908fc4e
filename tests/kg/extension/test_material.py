"""Which files are read, what they are taken for, and what is refused before anything is read."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from kg.extension import material
from kg.extension.material import Kind, gather
from kg.report import Severity
from tests.kg.extension.conftest import only, write


def test_a_folder_gives_its_files_by_name_with_what_they_are(tmp_path: Path) -> None:
    folder = write(
        tmp_path / "own",
        {
            "facilities.csv": "id\n",
            "plants.rdf": "<x/>",
            "README.md": "about this folder",
            "catalog-v001.xml": "what Protégé leaves",
            ".hidden.csv": "not looked at",
            "~$facilities.csv": "what a program for tables leaves",
            "more/ask.rq": "ASK {}",
            "competency/01.rq": "ASK {}",
        },
    )
    found, problems = gather([folder])
    assert not problems
    assert [(file.name, file.kind) for file in found.files] == [
        ("own/competency/01.rq", Kind.COMPETENCY),
        ("own/facilities.csv", Kind.TABLE),
        ("own/more/ask.rq", Kind.QUESTION),
        ("own/plants.rdf", Kind.DOCUMENT),
    ]


def test_a_file_that_is_given_twice_is_read_once(tmp_path: Path) -> None:
    folder = write(tmp_path / "own", {"facilities.csv": "id\n"})
    found, _ = gather([folder, folder / "facilities.csv"])
    assert len(found.files) == 1


def test_nothing_at_all_says_what_could_be_given(tmp_path: Path) -> None:
    (tmp_path / "own").mkdir()
    problem = only(gather([tmp_path / "own"])[1])
    assert ".csv" in problem.message


@pytest.mark.parametrize("name", ["mines.xlsx", "mines.xls", "mines.ods"])
def test_a_workbook_is_told_how_to_become_a_table(name: str, tmp_path: Path) -> None:
    """It is never opened, so a workbook that grows without end does no harm."""
    write(tmp_path, {name: b"PK\x03\x04" + b"\0" * 1000})
    problem = only(gather([tmp_path])[1])
    assert "CSV UTF-8" in problem.remedy


def test_a_file_of_another_kind_is_an_error_if_named_and_a_warning_if_found(tmp_path: Path) -> None:
    write(tmp_path / "own", {"map.shp": b"x", "facilities.csv": "id\n"})
    assert only(gather([tmp_path / "own"])[1]).severity is Severity.WARNING
    assert only(gather([tmp_path / "own" / "map.shp"])[1]).severity is Severity.ERROR


def test_a_path_that_is_not_there_is_reported(tmp_path: Path) -> None:
    problem = only(gather([tmp_path / "nowhere"])[1])
    assert "No such file" in problem.message


def test_a_circle_of_links_ends(tmp_path: Path) -> None:
    write(tmp_path / "own", {"facilities.csv": "id\n"})
    (tmp_path / "own" / "again").symlink_to(tmp_path / "own")
    (tmp_path / "own" / "round.csv").symlink_to(tmp_path / "own" / "round.csv")
    found, problems = gather([tmp_path / "own"])
    assert len(found.files) == 1
    assert sorted(problem.message.split(":")[0] for problem in problems) == [
        "a link to a folder is not followed",
        "cannot be read",
    ]


def test_a_folder_that_is_called_like_a_table_is_a_folder(tmp_path: Path) -> None:
    write(tmp_path / "own" / "facilities.csv", {"stakes.csv": "id\n"})
    found, problems = gather([tmp_path / "own"])
    assert [file.name for file in found.files] == ["own/facilities.csv/stakes.csv"]
    assert not problems


def test_a_pipe_that_nobody_writes_to_holds_nothing_up(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "facilities.csv")
    assert "no regular file" in only(gather([tmp_path])[1]).message


def test_what_is_too_large_is_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(material, "LARGEST_FILE", 100)
    write(tmp_path, {"facilities.csv": "x" * 101, "stakes.csv": "x" * 100})
    found, problems = gather([tmp_path])
    assert [file.path.name for file in found.files] == ["stakes.csv"]
    assert "MiB" in only(problems).message


def test_too_many_files_are_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(material, "MOST_FILES", 2)
    write(tmp_path, {f"{name}.csv": "x" for name in "abc"})
    found, problems = gather([tmp_path])
    assert len(found.files) == 2
    assert "more than 2 files" in only(problems).message


def test_folders_without_end_are_not_followed(tmp_path: Path) -> None:
    deep = tmp_path.joinpath(*["d"] * 20)
    write(deep, {"facilities.csv": "x"})
    assert any("deep" in problem.message for problem in gather([tmp_path])[1])
