"""``critmat check`` without material: the data quality report of the shipped facts."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from kg import quality
from kg.check_cli import check
from kg.facts import Package, load_package
from kg.quality import QualityReport
from tests.kg.quality.invented_facts import write_facts


@pytest.fixture
def facts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The invented facts stand for the shipped ones, and the report is as quick as they are few."""
    folder = tmp_path / "facts"
    folder.mkdir()
    write_facts(folder)

    def invented() -> Package:
        return load_package(folder)

    monkeypatch.setattr("kg.facts.load_package", invented)
    return folder


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(check, [str(argument) for argument in arguments])


@pytest.mark.usefixtures("facts")
@pytest.mark.parametrize("arguments", [(), ("--report",)])
def test_the_report_is_shown(arguments: tuple[str, ...]) -> None:
    result = run(*arguments)
    assert result.exit_code == 0
    assert result.stdout.startswith("Data quality of 27 rows in 5 fact tables, from 4 sources\n")
    assert "zinc, mining, 2020: 90 to 94" in result.stdout
    assert not [path for path in Path.cwd().iterdir() if path.name == "-"]


def test_the_report_is_written_as_json_too(facts: Path, tmp_path: Path) -> None:
    file = tmp_path / "quality.json"
    result = run("--report", file)
    assert result.exit_code == 0
    assert "Official files" in result.stdout
    written = QualityReport.from_json(file.read_text(encoding="utf-8"))
    assert written == quality.measure(load_package(facts))


@pytest.mark.usefixtures("facts")
def test_a_report_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    result = run("--report", tmp_path / "nowhere" / "quality.json")
    assert result.exit_code != 0
    assert "cannot be written" in str(result.exception)


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--shapes", __file__], "--shapes goes with --data or --snapshot"),
        ([__file__, "--report"], "Name the file that --report writes"),
        ([__file__, "--data", __file__], "Give paths of your own material, or --data"),
        (["--data", __file__, "--snapshot", "."], "Give paths of your own material, or --data"),
    ],
)
def test_what_does_not_go_together_is_refused(arguments: list[str], says: str) -> None:
    result = run(*arguments)
    assert result.exit_code == 2
    assert says in result.stderr


def test_quads_are_checked_as_before(tmp_path: Path) -> None:
    quads = tmp_path / "some.nq"
    quads.write_text("<x:a> <x:b> <x:c> .\n")
    report = tmp_path / "report.json"
    result = run("--data", quads, "--report", report)
    assert result.exit_code == 0, result.output
    assert "Data quality" not in result.stdout
    assert '"problems"' in report.read_text(encoding="utf-8")
