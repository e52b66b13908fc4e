"""What each address of the service takes and gives, in the words of OpenAPI 3.1.

https://spec.openapis.org/oas/v3.1.0
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from service.exports import XLSX
from service.pages.questions.looking import PAGE_SIZES
from service.protocol.negotiation import CSV, GRAPH_FORMATS, PAGE, QUAD_FORMATS, SOLUTION_FORMATS

Object = dict[str, Any]

_ANY_TEXT: Object = {"schema": {"type": "string"}}
_PLAIN_GRAPHS = tuple(f for f in GRAPH_FORMATS if f not in QUAD_FORMATS)
_IRI: Object = {"type": "string", "format": "iri"}
_IRIS: Object = {"type": "array", "items": _IRI}
_TOKEN: list[Object] = [{"token": []}]


def parameter(name: str, text: str, schema: Mapping[str, Any] | None = None, **more: Any) -> Object:
    """A parameter in the query string, of any text unless ``schema`` says more."""
    place = {"in": "query", "schema": dict(schema or {"type": "string"})}
    return {"name": name, "description": text, **place, **more}


def in_path(name: str, text: str, example: str) -> Object:
    """A part of the path."""
    schema = {"type": "string", "minLength": 1}
    return {
        "name": name, "in": "path", "required": True, "description": text,
        "schema": schema, "example": example,
    }  # fmt: skip


def given(*media_types: str, **schemas: Object) -> Object:
    """Content of some types; JSON of the schema that is named ``json``."""
    known: Object = {XLSX: {}}
    return {
        name: {"schema": schemas.get("json", {})}
        if name.endswith("json")
        else known.get(name, _ANY_TEXT)
        for name in media_types
    }


def operation(
    summary: str,
    tag: str,
    content: Object | None = None,
    *,
    parameters: Sequence[Object] = (),
    responses: Mapping[str, Object] | None = None,
    body: Object | None = None,
    security: Sequence[Object] = (),
) -> Object:
    """One operation. ``content`` is that of a 200; whatever else may come stands in ``responses``;
    every error is a problem."""
    answers: Object = {}
    if content is not None:
        answers["200"] = {"description": "The answer.", "headers": _HEADERS, "content": content}
    answers |= responses or {}
    answers["default"] = {"$ref": "#/components/responses/Problem"}
    found: Object = {"summary": summary, "tags": [tag], "responses": answers}
    if parameters:
        found["parameters"] = list(parameters)
    if body is not None:
        found["requestBody"] = {"required": True, "content": body}
    if security:
        found["security"] = list(security)
    return found


_HEADERS: Object = {
    "X-Request-Id": {"$ref": "#/components/headers/RequestId"},
}
UNCHANGED: Object = {"304": {"description": "The client has this already (If-None-Match)."}}
_ELSEWHERE: Object = {"303": {"description": "It is found at another address."}}
_FOUND: Object = {**UNCHANGED, **_ELSEWHERE}

_ANSWER = given(
    *(f.media_type for f in (*SOLUTION_FORMATS, *GRAPH_FORMATS, PAGE)),
    "application/json", "application/xml", "text/xml", "text/plain", "application/x-trig",
    "application/x-turtle", "application/xhtml+xml",
)  # fmt: skip
_GRAPH = given(
    *(f.media_type for f in (*GRAPH_FORMATS, PAGE)),
    "application/json", "application/xml", "text/xml", "text/plain", "application/x-trig",
    "application/x-turtle", "application/xhtml+xml",
)  # fmt: skip
_DATA_SET = (
    parameter("default-graph-uri", "A graph of the default graph; may be repeated.", _IRIS),
    parameter("named-graph-uri", "A named graph of the data set; may be repeated.", _IRIS),
)
_FORMAT = parameter("format", "The name of a format; goes before the Accept header.")
_QUERY = parameter(
    "query", "A SPARQL 1.1 query. Without it the service describes itself.",
    example="SELECT * WHERE { ?s ?p ?o } LIMIT 10",
)  # fmt: skip
_TIMEOUT = parameter(
    "timeout", "Seconds that the query may run.", {"type": "number", "exclusiveMinimum": 0}
)
_QUERY_FORM: Object = {
    "type": "object",
    "required": ["query"],
    "properties": {
        "query": {"type": "string"},
        "default-graph-uri": _IRIS,
        "named-graph-uri": _IRIS,
        "format": {"type": "string"},
        "timeout": {"type": "number", "exclusiveMinimum": 0},
    },
}
_UPDATE_FORM: Object = {
    "type": "object",
    "required": ["update"],
    "properties": {
        "update": {"type": "string"},
        "using-graph-uri": _IRIS,
        "using-named-graph-uri": _IRIS,
    },
}
_FORM = "application/x-www-form-urlencoded"
_CHANGED: Object = {
    "204": {"description": "The change is on the disk, and every query that follows sees it."}
}
_CREATED: Object = {"201": {"description": "The graph is new."}, **_CHANGED}
_GRAPH_NAME = (
    parameter("graph", "The IRI of a named graph.", _IRI),
    parameter("default", "The default graph; takes no value.", allowEmptyValue=True),
)
_DOCUMENT: Object = {
    **given(*(f.media_type for f in GRAPH_FORMATS)), "multipart/form-data": _ANY_TEXT
}  # fmt: skip
_BELOW = in_path("below", "The rest of the graph's IRI, which is this very address.", "books")
_TERM = in_path("name", "Local name, with or without the ending of a format.", "Element")


def _page(summary: str, tag: str, *parameters: Object, **more: Any) -> Object:
    return operation(
        summary, tag, given("text/html", **more), parameters=parameters, responses=UNCHANGED
    )


def _either(summary: str, tag: str, *parameters: Object) -> Object:
    """A page or the JSON document of the same."""
    content = given("text/html", "application/json", json={"type": "object"})
    return operation(summary, tag, content, parameters=(*parameters, _FORMAT), responses=UNCHANGED)


def _ontology(summary: str, *parameters: Object) -> Object:
    return operation(summary, "Ontology", _GRAPH, parameters=parameters, responses=_FOUND)


def _graph_store(*place: Object) -> Object:
    return {
        "get": operation(
            "A graph as a document", "Graph store",
            given(*(f.media_type for f in _PLAIN_GRAPHS), "application/json", "application/xml",
                  "text/xml", "text/plain", "application/x-turtle"),
            parameters=(*place, _FORMAT), responses=UNCHANGED,
        ),
        "put": operation(
            "Let a graph hold what is sent, and nothing else", "Graph store",
            parameters=place, body=_DOCUMENT, responses=_CREATED, security=_TOKEN,
        ),
        "post": operation(
            "Add what is sent to a graph, or to a new one", "Graph store",
            parameters=place, body=_DOCUMENT, responses=_CREATED, security=_TOKEN,
        ),
        "delete": operation(
            "Remove a graph", "Graph store",
            parameters=place, responses=_CHANGED, security=_TOKEN,
        ),
    }  # fmt: skip


_QUESTION = in_path("question_id", "The name of a question.", "exposed-products")


def _file(summary: str, media_type: str, **more: Any) -> Object:
    """A file of an answer, of whichever question; its parameters are those of the question."""
    return operation(
        summary, "Questions", given(media_type, **more), parameters=[_QUESTION, SNAPSHOT],
        responses=UNCHANGED,
    )  # fmt: skip


SNAPSHOT: Object = parameter(
    "snapshot",
    "The id of a snapshot that is kept; it answers in place of the current one.",
    {"type": "string", "pattern": r"^[0-9a-f]{12}(\.[1-9][0-9]{0,17})?$"},
)
#: Every address by its rule in Flask, see :func:`service.openapi.template`.
OPERATIONS: Mapping[str, Object] = {
    "/": {"get": _page("What is in the graph, and the headline figures", "Pages")},
    "/questions": {
        "get": _page("The questions by theme", "Questions",
                     parameter("q", "Words to look for in the questions."))
    },
    "/questions/schema.json": {
        "get": operation("The JSON Schema of what a question file begins with", "Questions",
                         given("application/schema+json", json={"type": "object"}),
                         responses=UNCHANGED)
    },
    "/questions/<question_id>": {
        "get": _page(
            "A question as a form, and its answer", "Questions", _QUESTION,
            parameter("sort", "A column to sort by; with - before it from high to low."),
            parameter("find", "Words that must all stand in a row."),
            parameter("page", "Which page of the rows.", {"type": "integer", "minimum": 1}),
            parameter("rows", "How many rows are on one.", {"enum": list(PAGE_SIZES)}),
            SNAPSHOT,
        )
    },
    "/questions/<question_id>.csv": {"get": _file("The answer as a table", CSV.media_type)},
    "/questions/<question_id>.json": {
        "get": _file("The answer with columns, units, labels and sources", "application/json",
                     json={"$ref": "#/components/schemas/Answer"})
    },
    "/questions/<question_id>.xlsx": {
        "get": _file("The answer as a workbook, with what there is to say of it", XLSX)
    },
    "/questions/<question_id>.ttl": {
        "get": _file("The answer as RDF, in the vocabulary of result sets", "text/turtle")
    },
    "/questions/<question_id>.html": {
        "get": _file("The answer alone, to be shown inside pages of other sites", "text/html")
    },
    "/questions/<question_id>/why": {
        "get": operation(
            "Why a row is in the answer", "Questions", given("text/html"),
            parameters=[
                _QUESTION,
                parameter("row", "The number of the row, in the order of the question.",
                          {"type": "integer", "minimum": 1}, required=True),
                parameter("fragment", "1 for the explanation without a page around it.",
                          {"enum": [1]}),
                SNAPSHOT,
            ],
            responses=UNCHANGED,
        )
    },
    "/questions/<question_id>/options/<parameter>": {
        "get": operation(
            "The values that a parameter takes", "Questions",
            given("application/json", json={"$ref": "#/components/schemas/Options"}),
            parameters=[
                _QUESTION,
                in_path("parameter", "The name of a parameter of the question.", "element"),
                parameter("q", "Words that the label of a value must have."),
            ],
            responses=UNCHANGED,
        )
    },
    "/sources": {
        "get": _page(
            "The source releases", "Pages",
            parameter("q", "Words of title, publisher, date or address."),
            parameter("kind", "A kind of sources, such as official."),
            parameter("order", "The order.", {"enum": ["records", "publisher", "date"]}),
            parameter("page", "50 sources are on one.", {"type": "integer", "minimum": 1}),
        )
    },
    "/sources/<name>": {
        "get": _page("A source and what rests on it", "Pages",
                     in_path("name", "The name of its graph.", "usgs-mcs2026-data"))
    },
    "/data-quality": {"get": _either("How good the data are", "Pages")},
    "/data-quality.json": {
        "get": operation("How good the data are", "Pages",
                         given("application/json", json={"type": "object"}), responses=UNCHANGED)
    },
    "/explain": {
        "get": _either(
            "Why a triple is in the data", "Pages",
            parameter("subject", "Prefixed name or IRI.", example="cmd:f-35"),
            parameter("predicate", "Prefixed name, IRI or a.", example="a"),
            parameter("object", "Prefixed name, IRI or literal.", example="cm:DefenceSystem"),
        )
    },
    "/ontology": {
        "get": _ontology("The ontology: overview, or all of it as RDF",
                         parameter("q", "Words to look for.", {"type": "string", "maxLength": 200}))
    },
    "/ontology.<ending>": {
        "get": _ontology("The ontology as a file",
                         in_path("ending", "ttl, nt, rdf or jsonld.", "ttl"))
    },
    "/ontology/<name>": {"get": _ontology("A module", in_path("name", "Its name.", "substances"))},
    "/ontology/<name>/<version>": {
        "get": _ontology("The module of a version", in_path("name", "Its name.", "substances"),
                         in_path("version", "A version.", "0.2.0"))
    },
    "/ontology/terms/<name>": {"get": _ontology("A class, property or code", _TERM)},
    "/ontology/terms": {
        "get": _ontology("A term of another namespace", parameter("iri", "Its IRI.", _IRI))
    },
    "/ontology/codes/<name>": {
        "get": _ontology("A code list", in_path("name", "Its name.", "stages"))
    },
    "/ontology/codes/<name>/<version>": {
        "get": _ontology("The code list of a version", in_path("name", "Its name.", "stages"),
                         in_path("version", "A version.", "0.2.0"))
    },
    "/ontology/shapes": {"get": _ontology("What every record must have")},
    "/ontology/patterns": {"get": _ontology("The modelling patterns")},
    "/ontology/patterns/<name>": {
        "get": _ontology("A modelling pattern", in_path("name", "Its name.", "observation"))
    },
    "/ontology/competency": {"get": _ontology("What the ontology must be able to answer")},
    "/id": {
        "get": operation("Any IRI of the data", "Linked data", _GRAPH,
                         parameters=[parameter("iri", "The IRI.", _IRI, required=True)],
                         responses=_FOUND)
    },
    "/id/<path:name>": {
        "get": operation("A thing of the data", "Linked data", _GRAPH, responses=_FOUND,
                         parameters=[in_path("name", "Its name, with or without an ending.",
                                             "neodymium")])
    },
    "/graph/<path:name>": {
        "get": operation("A named graph", "Linked data", _GRAPH, responses=_FOUND,
                         parameters=[in_path("name", "Its name, with or without an ending.",
                                             "usgs-mcs2026-data")])
    },
    "/.well-known/void": {
        "get": operation("What data are here (VoID, DCAT)", "Linked data",
                         given(*(f.media_type for f in GRAPH_FORMATS), "application/json",
                               "application/xml", "text/xml", "text/plain", "application/x-trig",
                               "application/x-turtle"),
                         parameters=[_FORMAT], responses=UNCHANGED)
    },
    "/openapi.json": {
        "get": operation("This document", "Operations",
                         given("application/json", json={"type": "object"}), responses=UNCHANGED)
    },
    "/sparql": {
        "get": operation("Answer a query, or describe the endpoint", "SPARQL", _ANSWER,
                         parameters=[_QUERY, *_DATA_SET, _FORMAT, _TIMEOUT], responses=UNCHANGED),
        "post": operation("Answer a query", "SPARQL", _ANSWER, responses=UNCHANGED,
                          parameters=[*_DATA_SET, _FORMAT, _TIMEOUT],
                          body={_FORM: {"schema": _QUERY_FORM},
                                "application/sparql-query": {"schema": {"type": "string"}}}),
    },
    "/update": {
        "post": operation("Run an update", "SPARQL", responses=_CHANGED, security=_TOKEN,
                          body={_FORM: {"schema": _UPDATE_FORM},
                                "application/sparql-update": {"schema": {"type": "string"}}}),
    },
    "/graph-store": _graph_store(*_GRAPH_NAME),
    "/graph-store/<path:_below>": _graph_store(_BELOW),
    "/queries": {
        "get": operation("The queries that run just now", "Operations",
                         given("application/json",
                               json={"type": "object", "required": ["queries"]}),
                         security=_TOKEN)
    },
    "/queries/<query_id>": {
        "delete": operation("Stop a query", "Operations", security=_TOKEN,
                            content=given("application/json",
                                          json={"type": "object", "required": ["cancelled"]}),
                            parameters=[in_path("query_id", "Its id.", "1")])
    },
    "/health": {
        "get": operation("Whether the service is alive", "Operations",
                         given("application/json",
                               json={"type": "object", "required": ["status", "version"]}))
    },
    "/ready": {
        "get": operation("Whether queries are answered", "Operations",
                         given("application/json",
                               json={"type": "object", "required": ["status", "snapshot"]}),
                         responses={"503": {"description": "They are not.",
                                            "content": given("application/json")}})
    },
    "/metrics": {
        "get": operation("Figures for Prometheus", "Operations",
                         given("text/plain", "application/openmetrics-text"))
    },
    "/static/<path:filename>": {
        "get": operation("Style sheets and the mark", "Pages", {"*/*": {}}, responses=UNCHANGED,
                         parameters=[in_path("filename", "Its name.", "critmat.css")])
    },
}  # fmt: skip
