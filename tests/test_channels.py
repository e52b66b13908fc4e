"""Every channel gives the same rows: JSON, CSV, workbook, RDF, page, command line, MCP.

Each question is asked with its defaults and with the first expectation that has other values, of
one running service: by its files and its page, by the command line, and by an MCP server, both of
which ask its endpoint. The JSON export is what the others are compared with, cell by cell.
"""

from __future__ import annotations

import csv
import datetime
import io
import json
import math
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

import pyoxigraph as ox
import pytest
from click.testing import CliRunner
from jsonschema import Draft202012Validator
from python_calamine import CalamineWorkbook

from kg.namespaces import expand
from kg.questions import Catalogue, Question
from kg.questions.export.result_set import RESULT_SET
from service.cli import command
from tests.answer_pages import says, shown_rows
from tests.speaking_mcp import McpClient, speaking

Values = Mapping[str, Sequence[str]]
Row = Mapping[str, Any]

CATALOGUE = Catalogue.load()
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


@pytest.fixture(scope="module")
def mcp(served: str) -> Iterator[McpClient]:
    """A server that asks the same service, and gives large answers in one go."""
    limits = ("--max-rows", "1000000", "--max-result-kib", "200000")
    with speaking("--endpoint", f"{served}/sparql", *limits) as client:
        yield client


@pytest.fixture(scope="module")
def schemas(served: str) -> dict[str, Any]:
    """The components of the OpenAPI document, as one JSON schema."""
    found: dict[str, Any] = json.loads(got(f"{served}/openapi.json"))
    return {"components": found["components"]}


def got(address: str) -> bytes:
    with urllib.request.urlopen(address, timeout=60) as answer:
        content: bytes = answer.read()
    return content


def ways_to_ask(question: Question) -> Iterator[Values]:
    """With defaults, and as the first expectation that has other values."""
    yield {}
    yield from [e.params for e in question.expect if e.params][:1]


@pytest.mark.parametrize("question", CATALOGUE.values(), ids=CATALOGUE)
def test_every_channel_gives_the_same_rows(
    question: Question, served: str, mcp: McpClient, schemas: dict[str, Any]
) -> None:
    for values in ways_to_ask(question):
        parameters = f"?{urlencode(values, doseq=True)}" if values else ""

        def file(ending: str, parameters: str = parameters) -> bytes:
            return got(f"{served}/questions/{question.id}.{ending}{parameters}")

        document = json.loads(file("json"))
        rows: list[Row] = document["rows"]
        check_schema(document, question, schemas)
        check_csv(file("csv").decode(), question, rows)
        check_workbook(file("xlsx"), question, rows)
        check_result_set(file("ttl"), question, rows)
        check_page(file("html").decode(), question, rows)
        assert asked_on_the_command_line(question, values, served) == rows
        check_mcp(mcp, question, values, rows)


def check_schema(document: Row, question: Question, schemas: dict[str, Any]) -> None:
    schema = {"$ref": f"#/components/schemas/{question.id}.answer", **schemas}
    Draft202012Validator(schema).validate(document)


# Flat files


def flat(question: Question, row: Row) -> dict[str, Any]:
    """A row as flat files have it: labels, then ids, addresses and kinds by their heads."""
    found: dict[str, Any] = {}
    for column in question.columns:
        value = row.get(column.name, "")
        if isinstance(value, list) and column.role == "record":
            found[column.name] = " ".join(value)
        elif isinstance(value, list):
            found[column.name] = "; ".join(item["label"] for item in value)
            addresses = [item["address"] for item in value if "address" in item]
            found[f"{column.name}_address"] = " ".join(addresses)
            kinds = [item["kind"] for item in value if "kind" in item]
            found[f"{column.name}_kind"] = "; ".join(kinds)
        elif isinstance(value, dict):
            found[column.name] = value["label"]
            found[f"{column.name}_id"] = value["id"]
        else:
            found[column.name] = value
    return found


def check_csv(text: str, question: Question, rows: Sequence[Row]) -> None:
    found = list(csv.DictReader(io.StringIO(text, newline="")))
    assert len(found) == len(rows)
    for read, row in zip(found, rows, strict=True):
        wanted = flat(question, row)
        for name, held in read.items():
            value = wanted.get(name, "")
            if isinstance(value, float | int):
                assert float(held) == value
            else:
                assert held == (f"'{value}" if value.startswith(_FORMULA) else value), name
        assert set(wanted) <= set(read)


def check_workbook(content: bytes, question: Question, rows: Sequence[Row]) -> None:
    book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    [head, *found] = book.get_sheet_by_name("Answer").to_python()
    names = [c.name for c in question.columns]
    assert [text.partition(" (")[0] for text in head[: len(names)]] == [
        column.label.partition(" (")[0] for column in question.columns
    ]
    ids = _heads(question, head)
    found += [[""] * len(head)] * (len(rows) - len(found))
    for read, row in zip(found, rows, strict=True):
        wanted = flat(question, row)
        for name, held in zip(ids, read, strict=True):
            assert same_value(held, wanted.get(name, "")), (name, held, wanted.get(name))
        assert set(wanted) <= set(ids)


def _heads(question: Question, head: Sequence[str]) -> list[str]:
    """The names of the columns of a workbook: those of the question, then those behind them."""
    names = [column.name for column in question.columns]
    for text in head[len(names) :]:
        label, _, part = text.rpartition(": ")
        fits = [c for c in question.columns if c.label == label and f"{c.name}_{part}" not in names]
        names.append(f"{fits[0].name}_{part}")
    return names


def same_value(held: object, value: object) -> bool:
    """Whether a cell of a workbook holds what JSON has; years and dates are typed there."""
    if isinstance(value, float | int):
        number = float(held) if isinstance(held, str | float) else math.nan
        return math.isclose(number, value, rel_tol=1e-15)
    if isinstance(held, bool):
        return value == str(held).lower()
    if isinstance(held, datetime.date):
        return value == held.isoformat()
    if isinstance(held, float):
        return value == f"{held:g}"
    return held == value


# RDF


def check_result_set(content: bytes, question: Question, rows: Sequence[Row]) -> None:
    said: dict[ox.NamedNode | ox.BlankNode, dict[str, list[Any]]] = {}
    for quad in ox.parse(content, format=ox.RdfFormat.TURTLE):
        assert isinstance(quad.subject, ox.NamedNode | ox.BlankNode)
        said.setdefault(quad.subject, {}).setdefault(quad.predicate.value, []).append(quad.object)
    [answer] = [about for about in said.values() if f"{RESULT_SET}size" in about]
    variables = {literal.value for literal in answer[f"{RESULT_SET}resultVariable"]}
    assert variables == {column.name for column in question.columns}
    solutions = [said[node] for node in answer.get(f"{RESULT_SET}solution", [])]
    solutions.sort(key=lambda about: int(about[f"{RESULT_SET}index"][0].value))
    assert len(solutions) == len(rows)
    for solution, row in zip(solutions, rows, strict=True):
        bindings = [said[node] for node in solution.get(f"{RESULT_SET}binding", [])]
        found = {
            b[f"{RESULT_SET}variable"][0].value: b[f"{RESULT_SET}value"][0].value for b in bindings
        }
        assert found.keys() == row.keys()
        for name, value in row.items():
            assert same_term(found[name], value), (name, found[name], value)


def same_term(held: str, value: Any) -> bool:
    if isinstance(value, float | int):
        return float(held) == value
    if isinstance(value, dict):
        return held == str(value["iri"])
    if isinstance(value, list):
        return held.split() == [_iri(item) for item in value]
    return held == str(value)


def _iri(item: Any) -> str:
    if isinstance(item, dict):
        return str(item["iri"])
    return str(item) if item.startswith("http") else expand(item)


# The page inside others


def check_page(page: str, question: Question, rows: Sequence[Row]) -> None:
    shown = shown_rows(page, question)
    if not rows:
        assert "No rows." in page
        assert not shown
        return
    assert len(shown) == len(rows)
    units = {column.unit_from for column in question.columns}
    for column in question.columns:
        if column.role == "record" or column.name in units:
            continue
        if column.name not in shown[0]:
            assert all(row.get(column.name, "") == "" for row in rows), column.name
            continue
        for cells, row in zip(shown, rows, strict=True):
            value = row.get(column.name)
            cell = cells[column.name]
            assert says(cell, column, value, row), (column.name, cell, value)


# Command line and MCP


def asked_on_the_command_line(question: Question, values: Values, served: str) -> list[Row]:
    options = [f"--{name}={value}" for name, given in values.items() for value in given]
    result = CliRunner().invoke(
        command(),
        ["ask", question.id, "--format", "json", "--endpoint", f"{served}/sparql", *options],
    )
    assert result.exit_code == 0, result.output
    found: list[Row] = json.loads(result.stdout)["rows"]
    return found


def check_mcp(mcp: McpClient, question: Question, values: Values, rows: Sequence[Row]) -> None:
    given = {
        name: list(some) if question.params[name].multiple else some[0]
        for name, some in values.items()
    }
    found = mcp.ask(question.id.replace("-", "_"), rows=1_000_000, **given)
    assert found["total"] == len(found["rows"]) == len(rows)
    sources = {source["id"]: source for source in found["sources"]}
    for read, row in zip(found["rows"], rows, strict=True):
        assert read.keys() == row.keys()
        for column in question.columns:
            if column.name in row:
                value, told = row[column.name], read[column.name]
                assert same_told(told, value, sources), (column.name, told, value)


def same_told(told: Any, value: Any, sources: Mapping[str, Row]) -> bool:
    """Whether MCP tells what JSON has: a source by its id, all about it in one place."""
    if isinstance(value, list):
        return len(told) == len(value) and all(
            same_told(mine, other, sources) for mine, other in zip(told, value, strict=True)
        )
    if isinstance(value, dict) and isinstance(told, list):
        [told] = told
    if isinstance(value, dict) and isinstance(told, str):
        source = sources[told]
        wanted = {"id": value["id"], "title": value["label"]}
        wanted |= {key: value[key] for key in ("address", "kind") if key in value}
        return source == wanted
    if isinstance(value, dict):
        return bool(told == {"id": value["id"], "label": value["label"]})
    return bool(told == value)
