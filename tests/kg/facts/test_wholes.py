"""``wholes`` of a resource: which shares are parts of one whole."""

from __future__ import annotations

from pathlib import Path

import pytest

from kg.facts import check_folder
from kg.report import Problem
from tests.kg.quality.invented_facts import TABLES, write_facts


def problems(folder: Path, wholes: object) -> list[Problem]:
    found = check_folder(write_facts(folder, wholes=wholes), ontology=folder / "no-ontology")
    return [problem for problem in found.problems if "wholes" in problem.message]


@pytest.mark.parametrize("wholes", [None, ["substance"], ["substance", "stage", "year"]])
def test_the_key_is_accepted(tmp_path: Path, wholes: object) -> None:
    assert problems(tmp_path, wholes) == []


@pytest.mark.parametrize("wholes", [[], "substance", {"substance": 1}, [1], True])
def test_it_must_be_a_list_of_columns(tmp_path: Path, wholes: object) -> None:
    [problem] = problems(tmp_path, wholes)
    assert problem.file == "datapackage.json"
    assert "resource 'tin-shares'" in problem.message
    assert "no list of columns" in problem.message


def test_its_columns_must_exist(tmp_path: Path) -> None:
    [problem] = problems(tmp_path, ["substance", "stag"])
    assert "'stag'" in problem.message
    assert "stage" in problem.remedy


def test_the_table_must_have_shares_and_bounds(tmp_path: Path) -> None:
    text, _ = TABLES["tin-shares"]
    renamed = text.replace(",low,high,", ",least,high,", 1)
    folder = write_facts(tmp_path, {"tin-shares": renamed}, wholes=["substance"])
    report = check_folder(folder, ontology=folder / "no-ontology")
    [problem] = [p for p in report.problems if "wholes" in p.message]
    assert "needs the column 'low'" in problem.message
