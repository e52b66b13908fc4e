"""The query page: a form that works without scripts, and the answer below it."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode

from flask import Response, make_response, render_template

from kg.engines.engine import AnswerFormats, Query, QueryError, QueryForm
from kg.errors import CritmatError
from kg.namespaces import shorten
from service.context import service
from service.errors import mark, problem
from service.spool import AnswerTooLargeError

#: A page shows no more; the data formats give everything.
MAXIMUM_ROWS = 1000
MAXIMUM_SHOWN_BYTES = 8 * 1024 * 1024

_DOWNLOADS = {
    QueryForm.SOLUTIONS: (("CSV", "csv"), ("TSV", "tsv"), ("JSON", "json"), ("XML", "xml")),
    QueryForm.BOOLEAN: (("JSON", "json"), ("XML", "xml")),
    QueryForm.GRAPH: (
        ("Turtle", "turtle"),
        ("N-Triples", "ntriples"),
        ("RDF/XML", "rdfxml"),
        ("JSON-LD", "jsonld"),
        ("TriG", "trig"),
        ("N-Quads", "nquads"),
    ),
}


@dataclass(frozen=True, slots=True)
class _Term:
    """A term of an answer as the page shows it."""

    text: str
    iri: str = ""
    datatype: str = ""
    language: str = ""


def empty_page(text: str) -> Response:
    """The form with ``text`` in it and no answer."""
    return make_response(render_template("sparql.html", query=text))


def query_page(query: Query) -> tuple[Response, str]:
    """The form with the query in it, and its answer or what is wrong with it.

    With it comes the snapshot that the answer is from.
    """
    asked = service().engine.snapshot_id
    try:
        shown = _shown(query)
    except CritmatError as error:
        page = render_template("sparql.html", query=query.text, problem=problem(error))
        return mark(make_response(page, error.http_status), error), asked
    shown["downloads"] = [
        (label, "?" + urlencode({"query": query.text, "format": name}))
        for label, name in _DOWNLOADS[shown["form"]]
    ]
    snapshot_id = str(shown.pop("answered_from"))
    page = render_template("sparql.html", query=query.text, **shown)
    return make_response(page, HTTPStatus.OK), snapshot_id


def _shown(query: Query) -> dict[str, Any]:
    answer = service().engine.query(replace(query, formats=AnswerFormats()))
    form = answer.form
    chunks: list[bytes] = []
    size = 0
    with answer:
        for chunk in answer:
            size += len(chunk)
            if size > MAXIMUM_SHOWN_BYTES:
                raise AnswerTooLargeError(
                    "The answer is too large to be shown on a page.",
                    remedy="Add a LIMIT, or take it as CSV or JSON with the parameter format.",
                )
            chunks.append(chunk)
    content = b"".join(chunks)
    shown: dict[str, Any] = {"form": form, "answered_from": answer.snapshot_id}
    if form is QueryForm.GRAPH:
        return {**shown, "graph": content.decode("utf-8")}
    try:
        found = json.loads(content)
    except ValueError:
        raise QueryError("The engine gave an answer that cannot be read.") from None
    if form is QueryForm.BOOLEAN:
        return {**shown, "boolean": bool(found["boolean"])}
    rows = found["results"]["bindings"]
    return {
        **shown,
        "variables": found["head"]["vars"],
        "rows": [{n: _term(t) for n, t in row.items()} for row in rows[:MAXIMUM_ROWS]],
        "total": len(rows),
    }


def _term(term: dict[str, Any]) -> _Term:
    value = term["value"]
    if term["type"] == "uri":
        return _Term(shorten(value), iri=value)
    if term["type"] == "bnode":
        return _Term(f"_:{value}")
    if term["type"] == "triple":
        return _Term(" ".join(_term(value[part]).text for part in value))
    return _Term(
        value, datatype=shorten(term.get("datatype", "")), language=term.get("xml:lang", "")
    )
