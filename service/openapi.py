"""``/openapi.json``: the interface of this service for programs that read OpenAPI 3.1.

It lists what this application serves, with one operation for each question of its catalogue.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from flask import Blueprint, Flask, Response, current_app, json, request

from kg.questions import Catalogue, Parameter, Question
from kg.questions.question import ParameterType
from service.addresses import public_address
from service.context import service
from service.openapi_operations import (
    OPERATIONS,
    UNCHANGED,
    Object,
    given,
    operation,
    parameter,
)
from service.protocol import caching

blueprint = Blueprint("openapi", __name__)

VERSION = "3.1.0"
_VARIABLE = re.compile(r"<(?:\w+:)?_?(\w+)>")


@blueprint.get("/openapi.json")
def openapi() -> Response:
    """The OpenAPI document."""
    here, address = service(), public_address()
    content = json.dumps(document(current_app, here.catalogue, address), ensure_ascii=False)
    tag = caching.entity_tag("openapi", content)
    if caching.matches(request, tag):
        return caching.mark(Response(status=304), tag)
    return caching.mark(Response(content, mimetype="application/json"), tag)


def template(rule: str) -> str:
    """The rule of an address as OpenAPI writes it.

    >>> template("/id/<path:name>"), template("/ontology.<ending>")
    ('/id/{name}', '/ontology.{ending}')
    """
    return _VARIABLE.sub(lambda found: f"{{{found[1]}}}", rule)


def document(app: Flask, catalogue: Catalogue, address: str) -> Object:
    """The document for an application that is known by ``address``."""
    paths: Object = {}
    for rule in sorted({rule.rule for rule in app.url_map.iter_rules()}):
        if rule in OPERATIONS:
            paths[template(rule)] = OPERATIONS[rule]
    for question in catalogue.values():
        paths.update(_question(question))
    return {
        "openapi": VERSION,
        "info": {
            "title": "critmat",
            "version": service().version,
            "summary": "A knowledge graph of critical raw materials.",
            "description": "SPARQL 1.1 query and update, graph store, canned questions, linked "
            "data. Reading is open; changes need a token and a service that takes them.",
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": address}],
        "paths": paths,
        "components": _COMPONENTS,
    }


def _question(question: Question) -> Object:
    """The exports of a question, with its own parameters."""
    parameters = [_parameter(one) for one in question.params.values()]
    exports = {
        "csv": given("text/csv"),
        "json": given("application/json", json={"$ref": "#/components/schemas/Answer"}),
    }
    return {
        f"/questions/{question.id}.{ending}": {
            "get": {
                **operation(
                    f"{question.title} ({ending.upper()})", "Questions", content,
                    parameters=parameters, responses=UNCHANGED,
                ),
                "description": question.description or question.question,
            }
        }
        for ending, content in exports.items()
    }  # fmt: skip


def _parameter(given_: Parameter) -> Object:
    """A parameter of a question; every one may be left out, and then takes its default."""
    schema = _schema(given_)
    if given_.multiple:
        schema = {"type": "array", "items": schema, "default": list(given_.default)}
    elif given_.default:
        schema = {**schema, "default": given_.default[0]}
    text = " ".join(part for part in (f"{given_.label}.", given_.help) if part)
    return parameter(given_.name, text, schema)


def _schema(given_: Parameter) -> Object:
    if given_.type is ParameterType.THING or given_.type is ParameterType.STRING:
        return {"type": "string"}
    numbers = {ParameterType.YEAR: r"-?\d{4}", ParameterType.INTEGER: r"-?\d+"}
    written = numbers.get(given_.type, r"-?\d+(\.\d+)?")
    words = _words(given_)
    either = "|".join([written, *map(re.escape, words)])
    return {"type": "string", "pattern": f"^({either})$"}


def _words(given_: Parameter) -> Iterable[str]:
    """Words that may stand in place of a value."""
    return [*given_.special, *(["any"] if given_.optional else [])]


_PROBLEM: Object = {
    "type": "object",
    "required": ["type", "title", "status", "detail", "request_id"],
    "properties": {
        "type": {"type": "string", "format": "uri"},
        "title": {"type": "string"},
        "status": {"type": "integer", "minimum": 400, "maximum": 599},
        "detail": {"type": "string"},
        "remedy": {"type": "string"},
        "line": {"type": "integer", "minimum": 1},
        "column": {"type": "integer", "minimum": 1},
        "parameter": {"type": "string"},
        "available": {"type": "array", "items": {"type": "string"}},
        "errors": {"type": "array", "items": {"type": "object"}},
        "request_id": {"type": "string"},
    },
}
_COMPONENTS: dict[str, Any] = {
    "schemas": {
        "Problem": _PROBLEM,
        "Answer": {
            "type": "object",
            "required": ["question", "title", "snapshot", "parameters", "columns", "rows"],
            "properties": {
                "question": {"type": "string"},
                "title": {"type": "string"},
                "snapshot": {"type": "string"},
                "parameters": {"type": "object", "additionalProperties": {"type": "array"}},
                "columns": {
                    "type": "array",
                    "items": {
                        "type": "object",
                        "required": ["name", "label"],
                        "additionalProperties": {"type": "string"},
                    },
                },
                "rows": {"type": "array", "items": {"type": "object"}},
                "missing": {"type": "string"},
            },
        },
    },
    "responses": {
        "Problem": {
            "description": "What was wrong (RFC 9457), as a page for browsers.",
            "headers": {"X-Request-Id": {"$ref": "#/components/headers/RequestId"}},
            "content": {
                "application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}},
                "text/html": {"schema": {"type": "string"}},
            },
        }
    },
    "headers": {
        "RequestId": {
            "description": "The id of the request, sent by the client or made here.",
            "schema": {"type": "string"},
        }
    },
    "securitySchemes": {
        "token": {
            "type": "http",
            "scheme": "bearer",
            "description": "A token made with `critmat token create`.",
        }
    },
}
