"""The README's example query gives the same answer to curl, SPARQLWrapper and rdflib."""

from __future__ import annotations

import csv
import io
import json
import re
import shutil
import subprocess
from pathlib import Path
from urllib.parse import urlencode
from urllib.request import urlopen

import pytest
from rdflib import Graph
from rdflib.plugins.stores.sparqlstore import SPARQLStore
from SPARQLWrapper import CSV, JSON, SPARQLWrapper

README = (Path(__file__).resolve().parent.parent / "README.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def query() -> str:
    found = re.search(r"```sparql\n(.*?)```", README, re.DOTALL)
    assert found, "the README shows no SPARQL query"
    return found.group(1)


@pytest.fixture(scope="module")
def rows(served: str, query: str) -> list[dict[str, str]]:
    with urlopen(f"{served}/sparql?{urlencode({'query': query})}") as answer:
        found = json.load(answer)["results"]["bindings"]
    assert found, "the README's query has no answer"
    return [{name: cell["value"] for name, cell in row.items()} for row in found]


@pytest.mark.skipif(not shutil.which("curl"), reason="curl is not installed")
def test_curl(served: str, query: str, rows: list[dict[str, str]]) -> None:
    command = ["curl", "-sf", f"{served}/sparql", "-H", "Accept: text/csv"]
    text = subprocess.run(
        [*command, "--data-urlencode", f"query={query}"], capture_output=True, text=True, check=True
    ).stdout
    assert len(list(csv.DictReader(io.StringIO(text)))) == len(rows)


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_sparqlwrapper(served: str, query: str, rows: list[dict[str, str]], method: str) -> None:
    client = SPARQLWrapper(f"{served}/sparql")
    client.setQuery(query)
    client.setMethod(method)
    client.setReturnFormat(JSON)
    found = client.queryAndConvert()["results"]["bindings"]
    assert [{n: c["value"] for n, c in row.items()} for row in found] == rows

    client.setReturnFormat(CSV)
    assert len(client.queryAndConvert().decode().strip().splitlines()) == len(rows) + 1


def test_rdflib_sparqlstore(served: str, query: str, rows: list[dict[str, str]]) -> None:
    graph = Graph(store=SPARQLStore(f"{served}/sparql"))
    found = [
        {str(name): str(value) for name, value in row.asdict().items()}
        for row in graph.query(query)
    ]
    assert len(found) == len(rows)
    assert {frozenset(row) for row in found} == {frozenset(row) for row in rows}


def test_the_answer_that_the_readme_shows_is_the_answer(served: str) -> None:
    lines = [line for line in README.splitlines() if line.endswith("| 91.3 %, 2024 |")]
    shown = [[cell.strip() for cell in line.strip("| ").split(" | ")] for line in lines]
    with urlopen(f"{served}/questions/exposed-products.json?evidence=named") as answer:
        rows = json.load(answer)["rows"]
    found = [
        [
            *(row[name]["label"] for name in ("product", "component", "material")),
            row["note"],
            f"{row['share']:.1f} %, {row['year']}",
        ]
        for row in rows
    ]
    assert shown
    for line in shown:
        assert line in found
