"""``/openapi.json``: the interface of this service for programs that read OpenAPI 3.1.

It lists what this application serves, with operations for each question of its catalogue.
"""

from __future__ import annotations

import re
from typing import Any

from flask import Blueprint, Flask, Response, current_app, json, request

from kg.questions import Catalogue
from service.addresses import public_address
from service.context import service
from service.openapi_operations import OPERATIONS, Object
from service.openapi_questions import question_parameters, question_paths, question_schemas
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
    paths.update(question_paths(catalogue))
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
        "components": {
            **_COMPONENTS,
            "parameters": question_parameters(catalogue),
            "schemas": {**_COMPONENTS["schemas"], **question_schemas(catalogue)},
        },
    }


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
