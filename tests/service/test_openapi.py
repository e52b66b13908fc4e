"""/openapi.json: complete, and true when schemathesis holds the service against it."""

from __future__ import annotations

import json
import os
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from schemathesis import Case, GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)
from schemathesis.specs.openapi.definitions import OPENAPI_31_VALIDATOR

from kg.questions import Catalogue, Parameter
from kg.questions.question import ParameterType
from service.openapi import VERSION, template
from service.openapi_operations import OPERATIONS
from service.openapi_questions import FILES
from service.parameter_schemas import in_address
from tests.serving import REPOSITORY, serving

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
#: Generated requests for each operation: some fit the document, some deliberately do not.
EXAMPLES = 6


@pytest.fixture(scope="session")
def document(app: Flask) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(app.test_client().get("/openapi.json").data)
    return found


def test_every_address_and_method_is_described(app: Flask, document: dict[str, Any]) -> None:
    for rule in app.url_map.iter_rules():
        methods = {m.lower() for m in rule.methods or ()} - {"head", "options"}
        described = document["paths"][template(rule.rule)]
        assert methods <= set(described), rule.rule


def test_nothing_is_described_that_is_not_served(app: Flask, document: dict[str, Any]) -> None:
    served = {template(rule.rule) for rule in app.url_map.iter_rules()}
    served |= {f"/questions/{q}.{e}" for q in questions(document) for e in FILES}
    assert set(document["paths"]) == served


def questions(document: dict[str, Any]) -> set[str]:
    found = (re.fullmatch(r"/questions/([^{}.]+)\.xlsx", path) for path in document["paths"])
    return {match[1] for match in found if match}


def parameters_of(document: dict[str, Any], path: str) -> dict[str, Any]:
    """The parameters of a GET by name, references followed."""
    given = document["paths"][path]["get"].get("parameters", ())
    return {one["name"]: one for one in (followed(document, p) for p in given)}


def followed(document: dict[str, Any], one: dict[str, Any]) -> dict[str, Any]:
    """A parameter itself where only a reference to it stands."""
    if "$ref" not in one:
        return one
    found: dict[str, Any] = document["components"]["parameters"][one["$ref"].rpartition("/")[2]]
    return found


def test_each_question_has_an_operation_for_each_file_with_its_own_parameters(
    document: dict[str, Any],
) -> None:
    catalogue = Catalogue.load()
    assert questions(document) == set(catalogue)
    for question in catalogue.values():
        for ending in FILES:
            path = f"/questions/{question.id}.{ending}"
            assert list(parameters_of(document, path)) == [*question.params, "snapshot"]
            assert document["paths"][path]["get"]["operationId"] == f"{question.id}.{ending}"


def test_a_parameter_tells_type_words_default_and_examples(document: dict[str, Any]) -> None:
    asked = parameters_of(document, "/questions/exposed-products.json")
    threshold = asked["threshold"]
    assert re.fullmatch(threshold["schema"]["pattern"], "12.5")
    assert not re.fullmatch(threshold["schema"]["pattern"], "half")
    assert threshold["schema"]["default"] == "50"
    assert "(%)" in threshold["description"]
    assert "at least 0 and at most 100" in threshold["description"].lower()
    assert re.fullmatch(asked["year"]["schema"]["pattern"], "latest")
    expected = Catalogue.load()["exposed-products"].expect
    given = [e.params["element"][0] for e in expected if "element" in e.params]
    assert given[0] in [one["value"] for one in asked["element"]["examples"].values()]
    assert "The word any leaves it open." in asked["evidence"]["description"]


def test_parameters_of_every_type_are_written_as_they_are_read() -> None:
    words = {"sum": "Sum", "each": "Each"}
    kinds = {
        "day": in_address(parameter("date", default=("today",))),
        "way": in_address(parameter("enum", default=("sum",), values=words, optional=True)),
        "known": in_address(parameter("boolean", default=("true",))),
        "years": in_address(parameter("year", default=("2020", "2021"), multiple=True)),
        "text": in_address(parameter("string", default=("a",), pattern="[a-z]+")),
    }
    assert re.fullmatch(kinds["day"]["pattern"], "2024-12-31")
    assert re.fullmatch(kinds["day"]["pattern"], "today")
    assert not re.fullmatch(kinds["day"]["pattern"], "tomorrow")
    assert kinds["way"]["enum"] == ["sum", "each", "any"]
    assert re.fullmatch(kinds["known"]["pattern"], "false")
    assert kinds["years"]["type"] == "array"
    assert kinds["years"]["default"] == ["2020", "2021"]
    assert kinds["text"]["default"] == "a"


def parameter(kind: str, **more: Any) -> Parameter:
    return Parameter(kind, ParameterType(kind), kind.title(), **more)


def test_the_rows_of_a_question_are_described_column_by_column(document: dict[str, Any]) -> None:
    for question in Catalogue.load().values():
        row = document["components"]["schemas"][f"{question.id}.row"]
        assert list(row["properties"]) == [column.name for column in question.columns]
        for column in question.columns:
            told = row["properties"][column.name]
            assert column.label in told["description"]
            assert told.get("x-unit", "") == column.unit
            assert column.unit in told["description"]


def test_the_document_is_openapi(document: dict[str, Any]) -> None:
    """It fits the schema of OpenAPI 3.1, every reference leads somewhere, every schema is one,
    and no two operations have one id."""
    OPENAPI_31_VALIDATOR.validate(document)
    text = json.dumps(document)
    for place in set(re.findall(r'"\$ref": "([^"]+)"', text)):
        found: Any = document
        for step in place.removeprefix("#/").split("/"):
            found = found[step]
    for name, schema in document["components"]["schemas"].items():
        assert re.fullmatch(r"[A-Za-z0-9._-]+", name)
        Draft202012Validator.check_schema(schema)
    ids = [
        operation["operationId"]
        for operations in document["paths"].values()
        for operation in operations.values()
        if "operationId" in operation
    ]
    assert len(ids) == len(set(ids))


def test_every_variable_of_a_path_is_described(document: dict[str, Any]) -> None:
    for path, operations in document["paths"].items():
        for operation in operations.values():
            given = [followed(document, p) for p in operation.get("parameters", ())]
            in_path = {p["name"] for p in given if p["in"] == "path"}
            assert in_path == set(re.findall(r"\{(\w+)\}", path)), path


def test_what_changes_the_data_needs_a_token() -> None:
    for rule, operations in OPERATIONS.items():
        for method, operation in operations.items():
            changes = method in {"put", "delete"} or (method == "post" and rule != "/sparql")
            assert bool(operation.get("security")) is (changes or rule == "/queries"), rule


def test_the_document_says_where_the_service_is(client: FlaskClient) -> None:
    answer = client.get("/openapi.json", headers={"Host": "data.example:8000"})
    assert answer.json["openapi"] == VERSION
    assert answer.json["servers"] == [{"url": "http://data.example:8000"}]
    assert client.get("/openapi.json", headers={"Host": '"><b'}).status_code == 400
    tag = {"If-None-Match": client.get("/openapi.json").headers["ETag"]}
    assert client.get("/openapi.json", headers=tag).status_code == 304


@pytest.fixture(scope="session")
def described(small_root: Path) -> Iterator[Any]:
    """The document of a real server, which never tells this one client to ask for less."""
    free = {f"CRITMAT_CLIENT_{what}": "0" for what in ("ERRORS", "SECONDS", "QUERIES")}
    environment = {**os.environ, "PYTHONPATH": str(REPOSITORY), **free}
    command = [sys.executable, REPOSITORY / "tests" / "service" / "serve_small.py"]
    with serving(command, small_root, environment=environment) as address:
        yield schemathesis.openapi.from_url(f"{address}/openapi.json")


def hold_to_its_word(described: Any, path: str, method: str) -> None:
    """Send requests that fit the document, and such that do not, and look at the answers."""
    operation = described[path][method]
    modes = [GenerationMode.POSITIVE, GenerationMode.NEGATIVE]
    cases = st.one_of([operation.as_strategy(generation_mode=mode) for mode in modes])

    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        derandomize=True,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(case=cases)
    def requests(case: Case) -> None:
        case.call_and_validate(checks=CHECKS)

    requests()


@pytest.mark.parametrize(
    ("rule", "method"), [(rule, method) for rule, found in OPERATIONS.items() for method in found]
)
def test_the_service_does_what_the_document_says(
    described: Any, document: dict[str, Any], rule: str, method: str
) -> None:
    if template(rule) not in document["paths"]:
        pytest.skip("this application does not serve it")
    hold_to_its_word(described, template(rule), method)


@pytest.mark.parametrize("question", sorted(Catalogue.load()))
def test_the_questions_do_what_the_document_says(described: Any, question: str) -> None:
    hold_to_its_word(described, f"/questions/{question}.json", "get")


@pytest.mark.parametrize("ending", sorted({*FILES} - {"json"}))
def test_each_kind_of_file_is_what_the_document_says(described: Any, ending: str) -> None:
    hold_to_its_word(described, f"/questions/exposed-products.{ending}", "get")
