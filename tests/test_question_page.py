"""docs/questions.md: its example is the file, its commands answer what stands there, and no key is
left out."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from kg.build import BuildResult
from kg.engines.embedded import EmbeddedEngine
from kg.questions import read_question
from kg.questions.lint import lint
from kg.questions.question import RESERVED, ParameterType
from kg.questions.schema import question_schema
from tests import test_questions as asked

REPOSITORY = Path(__file__).resolve().parent.parent
PAGE = (REPOSITORY / "docs" / "questions.md").read_text(encoding="utf-8")
EXAMPLE = REPOSITORY / "docs" / "examples" / "questions" / "mined-in-country.rq"
BLOCKS = [block.split("```")[0] for block in PAGE.split("```console\n")[1:]]


@pytest.mark.parametrize("block", BLOCKS, ids=lambda block: " ".join(block.split()[1:4]))
def test_a_command_answers_what_the_page_says(
    shipped_build: BuildResult, shipped_root: Path, tmp_path: Path, block: str
) -> None:
    del shipped_build
    command, _, output = block.removeprefix("$ critmat ").partition("\n")
    (tmp_path / "docs").symlink_to(REPOSITORY / "docs")
    found = subprocess.run(
        [sys.executable, "-m", "service.cli", *command.split()], cwd=tmp_path,
        env={
            **os.environ, "CRITMAT_DATA": str(shipped_root), "PYTHONPATH": str(REPOSITORY)
        },
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False, timeout=120,
    )  # fmt: skip
    assert found.stdout == output
    assert found.returncode == (2 if "Error" in output else 0)


def test_the_example_on_the_page_is_the_file() -> None:
    assert PAGE.split("```sparql\n")[1].split("```")[0] == EXAMPLE.read_text(encoding="utf-8")
    assert lint([EXAMPLE]) == (1, [])


def test_the_example_gives_the_answers_that_it_expects(shipped_engine: EmbeddedEngine) -> None:
    question = read_question(EXAMPLE)
    for expected in question.expect:
        asked.test_expected_answers(shipped_engine, question, expected)
    asked.test_defaults_answer_at_once(shipped_engine, question)
    asked.test_no_column_is_always_empty(shipped_engine, question)
    asked.test_the_file_as_it_stands_asks_what_its_defaults_ask(shipped_engine, question)


def test_every_key_and_type_is_on_the_page() -> None:
    schema = question_schema()
    parts = [schema, *(schema["$defs"][name] for name in ("parameter", "column", "expectation"))]
    keys = {key for part in parts for key in part["properties"]}
    views = schema["$defs"]["view"]["else"]["properties"]
    words = keys | set(views) | RESERVED | {kind.value for kind in ParameterType}
    assert {word for word in words if f"`{word}`" not in PAGE} == set()
