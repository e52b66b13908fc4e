"""Checks as files, their report, and ``critmat check``."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner
from pyoxigraph import RdfFormat, Store

from kg.check import CheckError, check_graph, read_checks
from kg.check.cli import NothingToCheckError, check
from kg.check.graph import LISTED
from kg.report import Severity

NEGATIVE = """# title: Nothing is negative
# severity: warning
# remedy: Mend the number.
SELECT ?node ?message WHERE { ?node <x:n> ?n FILTER(?n < 0) BIND("is negative" AS ?message) }
"""


def write_check(folder: Path, text: str) -> Path:
    folder.mkdir(exist_ok=True)
    (folder / "negative.rq").write_text(text)
    return folder


def write_numbers(path: Path, *numbers: int) -> Path:
    typed = '"{}"^^<http://www.w3.org/2001/XMLSchema#integer>'
    path.write_text(
        "".join(f"<x:a{i}> <x:n> {typed.format(n)} <x:g> .\n" for i, n in enumerate(numbers))
    )
    return path


def test_the_shipped_checks_say_what_they_are_for() -> None:
    checks = read_checks()
    assert len(checks) >= 18
    assert all(check.title and check.remedy.endswith(".") for check in checks)


def test_findings_become_problems_with_a_place_and_a_remedy(tmp_path: Path) -> None:
    store = Store()
    store.bulk_load(path=str(write_numbers(tmp_path / "n.nq", 1, -1)), format=RdfFormat.N_QUADS)
    report = check_graph(store, write_check(tmp_path / "checks", NEGATIVE))
    (problem,) = report.problems
    assert str(problem) == "x:a1:negative: warning: is negative -> Mend the number."
    assert report.ok
    assert report.counts == {"checks": 1, "negative": 1}


def test_many_findings_of_one_check_are_counted_not_listed(tmp_path: Path) -> None:
    store = Store()
    numbers = write_numbers(tmp_path / "n.nq", *range(-LISTED - 7, 0))
    store.bulk_load(path=str(numbers), format=RdfFormat.N_QUADS)
    report = check_graph(store, write_check(tmp_path / "checks", NEGATIVE))
    assert len(report.problems) == LISTED + 1
    assert report.problems[-1].message == "7 more: nothing is negative"
    assert report.counts["negative"] == LISTED + 7


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (NEGATIVE.replace("# remedy", "# advice"), "negative.rq: the leading comment lacks remedy"),
        (NEGATIVE.replace("warning", "bad"), "'bad' is no severity"),
        (NEGATIVE.replace("SELECT", "SLECT"), "negative.rq cannot be asked"),
        (NEGATIVE.replace("?message WHERE", "WHERE"), "does not select"),
        (NEGATIVE.replace("SELECT ?node ?message WHERE", "ASK"), "does not select"),
    ],
)
def test_a_check_that_is_none_is_refused(tmp_path: Path, text: str, says: str) -> None:
    store = Store()
    store.bulk_load(path=str(write_numbers(tmp_path / "n.nq", -1)), format=RdfFormat.N_QUADS)
    with pytest.raises(CheckError, match=says):
        check_graph(store, write_check(tmp_path / "checks", text))


def test_a_folder_without_checks_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CheckError, match="no checks"):
        read_checks(tmp_path)


def test_the_command_ends_with_1_for_an_error_only(tmp_path: Path) -> None:
    data = write_numbers(tmp_path / "data.nq", 1, -1)
    lenient = write_check(tmp_path / "lenient", NEGATIVE)
    strict = write_check(tmp_path / "strict", NEGATIVE.replace("warning", Severity.ERROR))
    run = CliRunner().invoke
    as_warning = run(check, ["--data", str(data), "--checks", str(lenient)])
    as_error = run(check, ["--snapshot", str(tmp_path), "--checks", str(strict)])
    assert (as_warning.exit_code, as_error.exit_code) == (0, 1)
    assert "x:a1:negative: error: is negative -> Mend the number." in as_error.output
    assert run(check, []).exit_code == 2


def test_unreadable_data_is_named(tmp_path: Path) -> None:
    (tmp_path / "data.nq").write_text("no quads\n")
    result = CliRunner().invoke(check, ["--data", str(tmp_path / "data.nq")])
    assert isinstance(result.exception, NothingToCheckError)
    assert "data.nq" in result.exception.message
