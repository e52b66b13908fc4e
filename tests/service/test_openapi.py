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
from schemathesis import Case, GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from service.openapi import VERSION, template
from service.openapi_operations import OPERATIONS
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
    served |= {f"/questions/{q}.{e}" for q in questions(document) for e in ("csv", "json")}
    assert set(document["paths"]) == served


def questions(document: dict[str, Any]) -> set[str]:
    found = (re.fullmatch(r"/questions/([^{}.]+)\.json", path) for path in document["paths"])
    return {match[1] for match in found if match}


def test_each_question_has_an_operation_with_its_own_parameters(document: dict[str, Any]) -> None:
    assert "exposed-products" in questions(document)
    asked = document["paths"]["/questions/exposed-products.json"]["get"]["parameters"]
    assert {"element", "country", "stage", "threshold"} <= {p["name"] for p in asked}


def test_every_variable_of_a_path_is_described(document: dict[str, Any]) -> None:
    for path, operations in document["paths"].items():
        for operation in operations.values():
            in_path = {p["name"] for p in operation.get("parameters", ()) if p["in"] == "path"}
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


def test_the_questions_do_what_the_document_says(described: Any, document: dict[str, Any]) -> None:
    for question in sorted(questions(document)):
        hold_to_its_word(described, f"/questions/{question}.json", "get")
