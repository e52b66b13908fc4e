"""docs/competency.md shows questions as they stand in the files, and names every pattern."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from pyoxigraph import RdfFormat

from kg.check.competency import read_competency_folder
from kg.check.expectation import Refusal
from kg.shipped import ontology_dir
from tests.invented_world import COMPETENCY, World

PAGE = Path(__file__).resolve().parents[3] / "docs" / "competency.md"
TEXT = PAGE.read_text(encoding="utf-8")


def blocks(language: str) -> list[str]:
    """The code blocks of one language on the page, without the indent of a list."""
    found = re.findall(rf"^( *)```{language}\n(.*?)^\1```", TEXT, flags=re.DOTALL | re.MULTILINE)
    return [re.sub(rf"^{indent}", "", body, flags=re.MULTILINE) for indent, body in found]


def test_the_questions_on_the_page_are_those_of_the_folder() -> None:
    texts = [path.read_text(encoding="utf-8") for path in COMPETENCY.glob("*.rq")]

    assert len(blocks("sparql")) == 2
    for block in blocks("sparql"):
        assert block in texts


def test_the_page_counts_the_refusals() -> None:
    questions, _ = read_competency_folder(COMPETENCY)
    refusals = [q for q in questions if isinstance(q.expectation, Refusal)]

    assert "Three questions in ten" in TEXT
    assert 0.25 <= len(refusals) / len(questions) < 0.35


def test_every_pattern_is_on_the_page() -> None:
    for path in (ontology_dir() / "patterns").iterdir():
        assert f"| `{path.name}` |" in TEXT


def test_the_python_on_the_page_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    World(tmp_path).store.dump(tmp_path / "built.nq", format=RdfFormat.N_QUADS)
    (tmp_path / "my-questions").mkdir()
    (tmp_path / "my-questions" / "1.rq").write_text(blocks("sparql")[0], encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    (code,) = blocks("python")

    exec(compile(code, str(PAGE), "exec"), {})  # noqa: S102

    assert capsys.readouterr().out == "competency: 1 questions\n"
