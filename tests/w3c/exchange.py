"""Tests of the Protocol and of the Graph Store HTTP Protocol: requests sent exactly as given."""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import quote

from rdflib import Graph

from tests.w3c import graphs, tables
from tests.w3c.client import Client, Reply
from tests.w3c.judgement import Verdict, failed, passed
from tests.w3c.manifests import SPARQL11, Case, DataSet, Request
from tests.w3c.tables import Match

_STATUSES = {"OK": 200, "Created": 201, "NoContent": 204, "NotFound": 404}
#: A refusal for one of these says nothing of what was sent.
_BESIDE_THE_POINT = {401, 403, 404, 408, 429}
_TABULAR = {
    "application/sparql-results+json",
    "application/sparql-results+xml",
    "text/csv",
    "text/tab-separated-values",
}
_RDF = {"text/turtle", "application/n-triples", "application/rdf+xml"}
#: The service that the tests were written for, and where a graph store stands in it.
_THEIR_HOST, _THEIR_STORE = "www.example", "/gsp"
_OUR_STORE = "/graph-store"


def protocol(case: Case, client: Client) -> Verdict:
    """Send the requests of a protocol test to ``/sparql`` and ``/update``."""
    if case.before != DataSet():
        client.prepare(graphs.as_update(case.before, case.edition))
    for number, request in enumerate(case.requests, 1):
        endpoint = "/update" if _is_update(case, request) else "/sparql"
        path = request.path.replace("/sparql/", endpoint, 1)
        reply = client.send(request.method, path, dict(request.headers), request.body)
        wrong = _status_is_wrong(request, reply) or _form_is_wrong(request, reply)
        if wrong:
            return failed(case, f"request {number}: {wrong}")
    return passed(case)


def _is_update(case: Case, request: Request) -> bool:
    """The suite has one address for both; a test of updates may ask what came of them."""
    kinds = dict(request.headers).get("content-type", "")
    asks = "sparql-query" in kinds or re.match(rb"query=", request.body or b"")
    return "update" in case.id and not asks


def _status_is_wrong(request: Request, reply: Reply) -> str:
    for name in request.statuses:
        if name == "StatusCode4xx":
            if 400 <= reply.status < 500 and reply.status not in _BESIDE_THE_POINT:
                return ""
        elif name.startswith("StatusCode"):
            if reply.status // 100 == int(name[len("StatusCode")]):
                return ""
        elif reply.status == _STATUSES[name]:
            return ""
    return f"{' or '.join(request.statuses)} expected: {reply}"


def _form_is_wrong(request: Request, reply: Reply) -> str:
    if request.form == "tabular" and reply.media_type not in _TABULAR:
        return f"a table expected: {reply.media_type}"
    if request.form == "RDF" and reply.media_type not in _RDF:
        return f"a graph expected: {reply.media_type}"
    if request.form == "boolean":
        read = tables.READERS.get(reply.media_type)
        if read is None:
            return f"a boolean expected: {reply.media_type}"
        try:
            found = read(reply.body).boolean
        except (ValueError, KeyError) as error:
            return f"the answer cannot be read: {error!r}"
        if found is None or request.boolean not in {None, found}:
            return f"{request.boolean} expected: {found}"
    return ""


def graph_store(case: Case, client: Client) -> Verdict:
    """Send the requests of a graph store test to ``/graph-store``, beginning with no graphs."""
    client.prepare("DROP ALL")
    variables: dict[str, str] = {}
    match = Match.EXACT
    for number, request in enumerate(case.requests, 1):
        reply = client.send(
            request.method,
            _here(request.path, client, variables).replace(_THEIR_STORE, _OUR_STORE, 1),
            dict(request.headers),
            None
            if request.body is None
            else _here(request.body.decode(), client, variables).encode(),
        )
        wrong = _status_is_wrong(request, reply)
        if not wrong and request.location:
            variables[request.location] = reply.headers.get("location", "")
            wrong = "" if variables[request.location] else "no Location"
        if not wrong and request.content is not None:
            expected = graphs.read_graph(
                _here(request.content, client, variables).encode(), "text/turtle", SPARQL11.base
            )
            wrong, match = _content(expected, reply, match)
        if wrong:
            return failed(case, f"request {number}: {wrong}")
    return passed(case, match)


def _body(request: Request, client: Client, variables: Mapping[str, str]) -> bytes | None:
    return request.body and _here(request.body.decode(), client, variables).encode()


def _here(text: str, client: Client, variables: Mapping[str, str]) -> str:
    """A text of the suite with our host and store in the place of theirs."""
    theirs, ours = _THEIR_HOST + _THEIR_STORE, client.authority + _OUR_STORE
    for old, new in ((theirs, ours), (quote(theirs, safe=""), quote(ours, safe=""))):
        text = text.replace(old, new)
    for name, value in variables.items():
        text = text.replace(name, value)
    return text


def _content(expected: Graph, reply: Reply, match: Match) -> tuple[str, Match]:
    try:
        found = graphs.read_graph(reply.body, reply.media_type, SPARQL11.base)
    except (ValueError, SyntaxError) as error:
        return f"the graph cannot be read: {error}", Match.NO
    same = graphs.compare(expected, found)
    if same is Match.NO:
        return f"another graph came: {reply}", same
    return "", match if same is Match.EXACT else same
