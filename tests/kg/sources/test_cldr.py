"""Names of countries from the CLDR."""

from __future__ import annotations

import builtins
import csv
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from kg.shipped import facts_dir
from kg.sources.cldr import LANGUAGES, BabelMissingError, import_cldr, place_labels
from kg.sources.cli import import_

CHINA = {"id": "CHN", "iso2": "CN", "name": "China"}
UNION = {"id": "EU", "iso2": "", "name": "European Union"}
BODY = {"id": "WTO", "iso2": "", "name": "World Trade Organization"}


def names(language: str) -> Mapping[str, str]:
    """Names as the CLDR gives them: the code itself where it has none."""
    return {"CN": f"China in {language}", "EU": f"Union in {language}", "WTO": "WTO"}


def test_a_place_is_found_by_its_code_or_else_by_its_id() -> None:
    tables, report = place_labels([CHINA, UNION], names, "cldr-1")
    schema, rows = tables["cldr-labels"]
    assert schema == "labels"
    assert report.ok
    assert rows[0] == {
        "id": "CHN-de",
        "thing": "CHN",
        "lang": "de",
        "label": "China in de",
        "source_ids": "cldr-1",
    }
    assert [row["id"] for row in rows] == [
        f"{p}-{lang}" for p in ("CHN", "EU") for lang in LANGUAGES
    ]


def test_a_place_without_a_name_is_left_out_and_counted() -> None:
    tables, report = place_labels([CHINA, BODY], names, "cldr-1")
    assert {row["thing"] for row in tables["cldr-labels"][1]} == {"CHN"}
    assert any("does not name" in line for line in report.lines())


def test_a_missing_language_is_reported_by_row() -> None:
    _, report = place_labels(
        [BODY, CHINA], lambda lang: {} if lang == "ja" else names(lang), "cldr-1"
    )
    told = [problem for problem in report.problems if "no name of China in ja" in problem.message]
    assert [(problem.file, problem.row) for problem in told] == [("places.csv", 3)]


def test_without_babel_the_error_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    real = builtins.__import__

    def without(name: str, *rest: Any) -> Any:
        if name.startswith("babel"):
            raise ImportError(name)
        return real(name, *rest)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(BabelMissingError) as caught:
        import_cldr()
    assert "pip install" in caught.value.remedy


def test_the_command_writes_the_shipped_table(tmp_path: Path) -> None:
    """With the version of Babel from which it was made; another one may name a place otherwise."""
    babel = pytest.importorskip("babel.core")
    shipped = facts_dir() / "tables" / "cldr-labels.csv"
    with shipped.open(encoding="utf-8", newline="") as file:
        sources = {row["source_ids"] for row in csv.DictReader(file)}
    if sources != {f"cldr-{babel.get_cldr_version()}"}:
        pytest.skip("the installed Babel carries another version of the CLDR")

    result = CliRunner().invoke(import_, ["cldr", "--out", str(tmp_path)])

    assert result.exit_code == 0, result.output
    assert (tmp_path / "cldr-labels.csv").read_bytes() == shipped.read_bytes(), (
        "write it anew: critmat import cldr"
    )
