"""The command line: answers on standard output, sentences on standard error, honest exit status."""

from __future__ import annotations

import csv
import io
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Protocol

import pytest

from kg.build import BuildResult
from tests.core_facts import write_core_facts


class Critmat(Protocol):
    """Runs the command; names in capitals go into its environment."""

    def __call__(self, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]: ...


@pytest.fixture
def critmat(shipped_build: BuildResult, shipped_root: Path) -> Critmat:
    del shipped_build

    def run(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "service.cli", *arguments],
            env={**os.environ, "CRITMAT_DATA": str(shipped_root), **environment},
            capture_output=True, text=True, check=False, timeout=120,
        )  # fmt: skip

    return run


def test_asking_the_flagship_question_as_csv(critmat: Critmat) -> None:
    found = critmat("ask", "exposed-products", "--format", "csv")
    assert found.returncode == 0, found.stderr
    rows = list(csv.DictReader(io.StringIO(found.stdout)))
    lightning = [r for r in rows if r["product_id"] == "cmd:f-35" and r["evidence"] == "named"]
    assert lightning
    for row in lightning:
        assert row["product"].startswith("F-35")
        assert row["component"] and row["material"] and row["year"]
        assert float(row["share"]) > 50
        assert row["source"] and row["source_address"].startswith("http")
        assert row["share_source"] and row["share_source_address"].startswith("http")


def test_the_answer_can_be_read_in_a_terminal_of_eighty_columns(critmat: Critmat) -> None:
    found = critmat("ask", "exposed-products", "--evidence", "named", COLUMNS="80")
    assert found.returncode == 0, found.stderr
    lines = found.stdout.splitlines()
    assert max(map(len, lines)) <= 80
    assert {"Product", "Part", "Material"} <= {cell.strip() for x in lines for cell in x.split("┃")}
    assert "F-35 Lightning" in found.stdout
    assert "Share of the world (%): 91.3\n" in found.stdout
    assert "--format csv" in found.stdout


def test_parameters_are_options(critmat: Critmat) -> None:
    found = critmat(
        "ask", "exposed-products", "--element=samarium", "--evidence", "named", "--format", "json"
    )
    document = json.loads(found.stdout)
    assert document["parameters"]["element"] == [{"id": "cmd:samarium", "label": "Samarium"}]
    assert "cmd:tomahawk" in {row["product"]["id"] for row in document["rows"]}


def test_the_query_itself_can_be_had(critmat: Critmat) -> None:
    text = critmat("ask", "exposed-products", "--element", "gallium", "--format", "sparql").stdout
    assert "VALUES ?element { <https://w3id.org/critmat/id/gallium> }" in text


def test_a_build_that_fails_keeps_its_report(critmat: Critmat, tmp_path: Path) -> None:
    facts = write_core_facts(tmp_path / "facts")
    (facts / "tables" / "laws.csv").write_text("id\n", encoding="utf-8")
    report = tmp_path / "report.json"
    found = critmat(
        "build", "--facts", str(facts), "--data", str(tmp_path / "data"), "--report", str(report)
    )
    assert found.returncode == 1
    document = json.loads(report.read_text(encoding="utf-8"))
    assert not document["ok"]
    assert "tables/laws.csv" in {problem["file"] for problem in document["problems"]}


@pytest.mark.parametrize(
    ("arguments", "status", "says"),
    [
        (["ask", "exposed-product"], 2, "Did you mean exposed-products?"),
        (["ask", "exposed-products", "--element", "unobtainium"], 2, "unobtainium"),
        (["ask", "exposed-products", "--metal", "x"], 2, "It has: kind, element"),
        (["ask", "exposed-products", "--threshold", "many"], 2, "is no number"),
        (["ask", "exposed-products", "--element=x", "--year=x", "--metal=x"], 2, "is no year"),
        (["ask", "exposed-products", "--element=x", "--year=x", "--metal=x"], 2, "no element 'x'"),
        (["ask", "exposed-products", "--element=x", "--year=x", "--metal=x"], 2, "It has: kind"),
        (["ask", "exposed-products", "--element"], 2, "needs a value"),
        (["facts", "check", "/nowhere"], 1, "/nowhere"),
    ],
)
def test_mistakes_get_a_sentence_and_a_status(
    critmat: Critmat, arguments: list[str], status: int, says: str
) -> None:
    found = critmat(*arguments)
    assert found.returncode == status
    assert says in found.stderr
    assert "Traceback" not in found.stderr


def test_questions_can_be_listed_and_shown(critmat: Critmat) -> None:
    assert "exposed-products" in critmat("question", "list").stdout
    assert "--threshold" in critmat("question", "show", "exposed-products").stdout
