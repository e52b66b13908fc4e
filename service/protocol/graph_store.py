"""``/graph-store``: SPARQL 1.1 Graph Store HTTP Protocol, each graph as one document.

https://www.w3.org/TR/sparql11-http-rdf-update/ - A graph is named by ``?graph=<iri>`` or
``?default`` (indirectly), or is the one whose IRI is the very address that was asked for, below
``/graph-store/`` (directly). Everybody may read; changes need a token.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http import HTTPStatus

from flask import Blueprint, Response, json, request

from kg.engines.engine import AnswerFormats, Document, Lane, Query, QueryForm
from kg.errors import NotFoundError, UsageError
from service import parameters
from service.access.guard import ForbiddenError, demand, require
from service.access.principal import Principal, Role
from service.addresses import public_address
from service.context import CLIENT, service
from service.protocol.changing import author, changed, writing
from service.protocol.iris import absolute_iri
from service.protocol.negotiation import (
    GRAPH_FORMATS,
    QUAD_FORMATS,
    Negotiated,
    by_name,
    choose_or_refuse,
)
from service.protocol.payload import Payload, payloads
from service.protocol.query import answer_query
from service.uploads import UPLOAD, Upload
from service.writing import GROWTH

blueprint = Blueprint("graph_store", __name__)

#: Methods that change a graph.
CHANGING = frozenset({"PUT", "POST", "DELETE"})
#: Times that a graph is looked for anew where a change came between finding and reading it.
_ATTEMPTS = 5
_PATH = "/graph-store"
_CHUNK = 256 * 1024
#: A graph has one name only, so formats that say which graph a triple stands in would mislead.
_FORMATS = tuple(f for f in GRAPH_FORMATS if f not in QUAD_FORMATS)


class GraphMissingError(NotFoundError):
    """There is no such graph."""

    title = "No such graph"


class ConditionalChangeError(UsageError):
    """A change that is to be made only under a condition."""


@dataclass(frozen=True, slots=True)
class Target:
    """The graph that a request is about.

    ``graph`` is its IRI, empty for the default graph. ``new`` says that the request named none,
    and this IRI was made for it.
    """

    graph: str
    new: bool = False


def admit() -> Principal:
    """Whoever sends the present request, if it may change the graph that the request names.

    Raises :class:`~service.protocol.changing.UpdatesOffError` where nobody may,
    :class:`~service.access.guard.UnauthorisedError`,
    :class:`~service.access.guard.ForbiddenError`, and :class:`~kg.errors.UsageError` for an
    address that names no graph.
    """
    writing()
    who = require(Role.WRITER)
    _allow(who, target().graph)
    return who


def _allow(who: Principal, graph: str) -> None:
    if not graph:
        demand(who, Role.EDITOR)
    if not who.may_change(graph):
        raise ForbiddenError(
            f"The token {who.name!r} is not good for "
            + (f"the graph <{graph[:500]}>." if graph else "the default graph."),
            remedy="It is good for: " + ", ".join(who.graphs) + ".",
        )


def target() -> Target:
    """The graph that the present request is about; raises :class:`~kg.errors.UsageError`."""
    given = parameters.of_url(request)
    strange = sorted(set(given) - {"graph", "default", "format"})
    if strange:
        raise UsageError(
            f"There is no parameter {strange[0][:100]!r} here.", remedy="Give graph or default."
        )
    path = str(request.environ.get("REQUEST_URI", request.path)).partition("?")[0]
    named, default = parameters.single(given, "graph"), parameters.single(given, "default")
    below = path.removeprefix(_PATH).strip("/")
    if (named is not None) + (default is not None) + bool(below) > 1:
        raise UsageError(
            "The request names more than one graph.",
            remedy="Give graph or default, or the address of the graph, and only one of them.",
        )
    if below:
        return Target(absolute_iri("the address", public_address() + path))
    if named is not None:
        return Target(absolute_iri("graph", named))
    if default is not None:
        if default:
            raise UsageError("The parameter default takes no value.", remedy="Give ?default.")
        return Target("")
    if request.method == "POST":
        return Target(f"{public_address()}{_PATH}/{uuid.uuid4()}", new=True)
    raise UsageError(
        "The request names no graph.",
        remedy="Give ?graph= and its IRI, or ?default for the default graph.",
    )


@blueprint.route("/graph-store", methods=["GET", *sorted(CHANGING)])
@blueprint.route("/graph-store/<path:_below>", methods=["GET", *sorted(CHANGING)])
def graph_store(_below: str = "") -> Response:
    """Read or change a graph."""
    match request.method:
        case "PUT":
            return _replace()
        case "POST":
            return _add()
        case "DELETE":
            return _remove()
    return _read()


def _read() -> Response:
    """A graph as a document."""
    found = target()
    wanted = _wanted()
    query = Query(
        "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }",
        default_graphs=(found.graph,) if found.graph else (),
        asker=request.environ.get(CLIENT),
        lane=Lane.OPEN,
    )
    response = None
    for _ in range(_ATTEMPTS):
        seen = _find(found.graph) if found.graph else ""
        if response is not None:
            response.close()
        response = answer_query(query, wanted)
        if not seen or response.headers["X-Critmat-Snapshot"] == seen:
            break
    assert response is not None  # noqa: S101 - there is at least one attempt
    return response


def _find(graph: str) -> str:
    """The snapshot that holds the graph; raises :class:`GraphMissingError` where none does."""
    ask = Query(f"ASK {{ GRAPH <{graph}> {{}} }}", lane=Lane.OPEN)
    with service().engine.query(ask) as answer:
        if json.loads(answer.read())["boolean"]:
            return answer.snapshot_id
    raise GraphMissingError(f"There is no graph <{graph[:500]}>.")


def _wanted() -> Negotiated:
    name = parameters.single(parameters.of_url(request), "format")
    if name is not None:
        chosen = by_name(name, _FORMATS)
        return _negotiated(chosen.media_type, chosen.media_type)
    chosen, label = choose_or_refuse(request.headers.get("Accept", "*/*"), _FORMATS)
    return _negotiated(chosen.media_type, label)


def _negotiated(media_type: str, label: str) -> Negotiated:
    return Negotiated(AnswerFormats(graph=media_type), ((QueryForm.GRAPH.value, label),))


def _replace() -> Response:
    """Let a graph hold what is sent, and nothing else."""
    who, found = _changing()
    with _quads(found) as quads:
        written = writing().replace(found.graph, quads, author(who))
    return changed(written, HTTPStatus.CREATED if written.created else HTTPStatus.NO_CONTENT)


def _add() -> Response:
    """Add what is sent to a graph, or to a new one where none is named."""
    who, found = _changing()
    with _quads(found) as quads:
        written = writing().add(found.graph, quads, author(who))
    response = changed(written, HTTPStatus.CREATED if written.created else HTTPStatus.NO_CONTENT)
    if found.new:
        response.headers["Location"] = found.graph
    return response


def _remove() -> Response:
    """Remove a graph, or empty the default one."""
    who, found = _changing()
    return changed(writing().drop(found.graph, author(who)))


def _changing() -> tuple[Principal, Target]:
    """Who changes which graph, once more and finally; raises what :func:`admit` does."""
    who, found = admit(), target()
    _allow(who, found.graph)
    for name in ("If-Match", "If-None-Match", "If-Unmodified-Since"):
        if name in request.headers:
            raise ConditionalChangeError(
                f"A change under the condition {name} is not made here.",
                remedy="Use an update whose WHERE says the condition.",
            )
    return who, found


@contextmanager
def _quads(found: Target) -> Iterator[Upload]:
    """What was sent, as N-Quads that an engine process has made of it."""
    base = found.graph or public_address() + _PATH
    with (
        _received() as upload,
        payloads(upload, request.headers.get("Content-Type", "")) as documents,
        upload.beside(upload.limit * GROWTH) as quads,
    ):
        for document in documents:
            _parse(document, found.graph, base, quads)
        quads.finish()
        yield quads


@contextmanager
def _received() -> Iterator[Upload]:
    """The body of the present request, in the file that the gateway has put it into."""
    kept: Upload | None = request.environ.get(UPLOAD)
    if kept is not None:
        yield kept
        return
    with writing().uploads.begin() as upload:
        while chunk := request.stream.read(_CHUNK):
            upload.write(chunk)
        upload.finish()
        yield upload


def _parse(document: Payload, graph: str, base: str, quads: Upload) -> None:
    hostile = Document(
        path=document.upload.path,
        media_type=document.media_type,
        base_iri=base,
        graph=graph,
        timeout=service().settings.update_timeout,
        asker=request.environ.get(CLIENT),
    )
    with service().engine.parse(hostile) as answer:
        for chunk in answer:
            quads.write(chunk)
