"""``critmat question`` and ``critmat ask`` over an endpoint, with questions of one's own."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from pyoxigraph import RdfFormat, Store, parse

from kg.cli import critmat
from kg.namespaces import sparql_prologue
from tests.kg.questions.hostile import Endpoint
from tests.kg.questions.test_question import FULL, GOOD, write

DATA = """
cmd:mine a cm:Mine, cm:Facility ; rdfs:label "Hill mine"@en ; cm:locatedIn cmd:AUS, cmd:CHN .
cmd:AUS a cm:Country ; rdfs:label "Australia"@en . cmd:CHN a cm:Country ; rdfs:label "China"@en .
"""
MINES = """\
#---
# title: Mines of a country
# question: Which mines are in {country}, as it is said in {year}?
# params:
#   country: {type: country, default: cmd:AUS, label: Country, help: Where the pit is., among: "?x cm:locatedIn ?value"}
#   year: {type: year, default: latest, min: 1900, special: {latest: cm:latest}}
#   kind: {type: enum, values: {mine: Mine, pit: Pit}, default: mine}
# columns:
#   mine: {label: Mine}
#   depth: {label: Depth, unit: m, help: Below the ground.}
#   record: {role: record, list: true}
# gaps: [Depths of old mines.]
# expect:
#   - params: {country: CHN}
#     contains: {mine: cmd:mine, depth: ""}
#     by: The map.
#---
PREFIX cm: <https://w3id.org/critmat/ontology#>
PREFIX cmd: <https://w3id.org/critmat/id/>
SELECT ?mine ?depth ("https://w3id.org/critmat/id/r-1" AS ?record) WHERE {
  VALUES ?country { cmd:AUS } VALUES ?year { cm:latest } VALUES ?kind { "mine" }
  ?mine a cm:Mine ; cm:locatedIn ?country . BIND(12.5 AS ?depth)
}
"""  # noqa: E501 - one parameter, one line


@pytest.fixture
def mines(tmp_path: Path, remote: Endpoint) -> Path:
    prologue = sparql_prologue().replace("PREFIX", "@prefix").replace(">\n", "> .\n")
    remote.store = Store()
    remote.store.load((prologue + DATA).encode(), format=RdfFormat.TURTLE)
    return write(tmp_path, MINES, "mines-of-country")


def run(*arguments: str) -> Result:
    return CliRunner(env={"CRITMAT_DATA": "/nowhere"}).invoke(critmat, list(arguments))


@pytest.mark.parametrize("command", [["ask"], ["question", "run"]])
def test_a_question_is_asked_by_its_file_or_by_its_id(
    mines: Path, remote: Endpoint, command: list[str]
) -> None:
    options = ["--endpoint", remote.address, "--format", "csv", "--country", "china"]
    by_file = run(*command, str(mines), *options)
    by_id = run(*command, "mines-of-country", "--questions", str(mines.parent), *options)
    assert by_file.exit_code == 0, by_file.output
    assert by_file.output == by_id.output
    [row] = csv.DictReader(io.StringIO(by_file.stdout))
    assert (row["mine"], row["mine_id"], row["depth"]) == ("Hill mine", "cmd:mine", "12.5")


def test_every_format_can_be_had(mines: Path, remote: Endpoint) -> None:
    def asked(format_: str) -> bytes:
        found = run("ask", str(mines), "--endpoint", remote.address, "--format", format_)
        assert found.exit_code == 0, found.output
        return found.stdout_bytes

    assert json.loads(asked("json"))["rows"][0]["mine"]["id"] == "cmd:mine"
    assert "xl/worksheets/sheet1.xml" in zipfile.ZipFile(io.BytesIO(asked("xlsx"))).namelist()
    assert len(list(parse(asked("ttl"), format=RdfFormat.TURTLE))) > 5
    assert b"VALUES ?country { <https://w3id.org/critmat/id/AUS> }" in asked("sparql")
    table = asked("table").decode()
    assert "Hill mine" in table and "Depths of old mines." in table and "r-1" not in table


def test_a_question_is_shown_with_all_that_it_takes_and_gives(mines: Path) -> None:
    shown = run("question", "show", str(mines))
    assert shown.exit_code == 0, shown.output
    for said in (
        "--country", "(default: cmd:AUS)", "Where the pit is.", "from 1900", "for example latest",
        "for example mine, pit", "Depth (m). Below the ground.", "--country CHN",
        "contains mine = cmd:mine, depth = (empty)", "by The map.",
    ):  # fmt: skip
        assert said in shown.output, said
    assert "PREFIX" not in shown.output
    assert MINES[MINES.index("PREFIX") :] in run("question", "show", str(mines), "--query").output


def test_questions_are_found_by_words(tmp_path: Path) -> None:
    write(tmp_path, GOOD, "zz-one")
    write(tmp_path, FULL, "zz-two")
    everything = run("question", "list", "--questions", str(tmp_path)).output
    assert "Supply (supply)" in everything and "zz-one" in everything and "zz-two" in everything
    found = run("question", "list", "MINES", "it", "zz-", "--questions", str(tmp_path))
    assert "zz-one" in found.output and "zz-two" not in found.output
    nothing = run("question", "list", "no-such-word-anywhere")
    assert nothing.exit_code == 2


def test_what_is_wrong_is_said_with_a_remedy(mines: Path, remote: Endpoint) -> None:
    endpoint = ("--endpoint", remote.address)
    for arguments, status in (
        (["ask", str(mines), *endpoint, "--country", "Austria"], 2),
        (["ask", str(mines), *endpoint, "--contry", "CHN"], 2),
        (["ask", str(mines), *endpoint, "CHN"], 2),
        (["ask", str(mines), *endpoint, "--country"], 2),
        (["question", "show", "exposed-product"], 2),
        (["question", "lint", str(mines)], 1),
    ):
        assert run(*arguments).exit_code == status, arguments
