"""``/sparql``: SPARQL 1.1 Protocol, query operation. https://www.w3.org/TR/sparql11-protocol/"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import replace

from flask import Blueprint, Response, current_app, request
from werkzeug.wrappers import Response as AnyResponse

from kg.engines.engine import (
    BrokenAnswerError,
    ForbiddenQueryError,
    Lane,
    MalformedQueryError,
    NotAcceptableError,
    Query,
)
from kg.errors import UsageError
from service import compression, parameters
from service.addresses import StrangeHostError, public_address
from service.context import CLIENT, service
from service.parameters import Parameters
from service.protocol import caching
from service.protocol.catalogue import endpoint_of
from service.protocol.description import describe, written
from service.protocol.negotiation import (
    GRAPH_FORMATS,
    PAGE,
    Negotiated,
    NoFormatError,
    choose,
    content_type,
    negotiate,
)
from service.protocol.query_page import empty_page, query_page
from service.spool import KeptAnswer

blueprint = Blueprint("sparql", __name__)

DIRECT = "application/sparql-query"
UPDATE = "application/sparql-update"
_ABSOLUTE_IRI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\x00-\x20<>\"{}|\\^`]*")
#: Answers that a browser keeps as a file, with its ending.
_TABLES = {"text/csv": "csv", "text/tab-separated-values": "tsv"}
_UPDATE_GRAPHS = ("using-graph-uri", "using-named-graph-uri")


@blueprint.route("/sparql", methods=["GET", "POST"])
def sparql() -> AnyResponse:
    """Answer a query, or say what is here when there is none."""
    given = _given()
    text = parameters.single(given, "query")
    name = parameters.single(given, "format")
    if text is None:
        if request.method == "POST":
            raise UsageError(
                "The request holds no query.", remedy="Send it as the parameter 'query'."
            )
        return _without_query(name)
    if not text.strip():
        if request.method == "GET" and negotiate(_accept(), name).page:
            return empty_page(text)
        raise MalformedQueryError("The query is empty.")
    return answer_query(
        Query(
            text=text,
            timeout=_timeout(parameters.single(given, "timeout")),
            default_graphs=_graphs(given, "default-graph-uri"),
            named_graphs=_graphs(given, "named-graph-uri"),
            asker=request.environ.get(CLIENT),
            lane=Lane.OPEN,
            base_iri=_base_iri(),
        ),
        negotiate(_accept(), name),
    )


def _accept() -> str:
    return request.headers.get("Accept", "*/*")


def _given() -> Parameters:
    """The parameters of the request, wherever the protocol lets them stand."""
    in_url = parameters.of_url(request)
    if request.method in {"GET", "HEAD"}:
        return _checked(in_url)
    if request.mimetype == DIRECT and "query" in in_url:
        raise UsageError("The request holds two queries, one in its address.")
    if request.mimetype == UPDATE:
        raise ForbiddenQueryError("This service does not take updates.")
    return _checked(parameters.of_request(request, "query", DIRECT))


def _checked(given: Parameters) -> Parameters:
    if "update" in given:
        raise ForbiddenQueryError("This service does not take updates.")
    for name in _UPDATE_GRAPHS:
        if name in given:
            raise UsageError(
                f"The parameter {name} belongs to updates.",
                remedy="For a query, use default-graph-uri and named-graph-uri.",
            )
    return given


def _graphs(given: Parameters, name: str) -> tuple[str, ...]:
    iris = tuple(given.get(name, ()))
    for iri in iris:
        if not _ABSOLUTE_IRI.fullmatch(iri):
            raise UsageError(f"{name}: {iri[:200]!r} is no absolute IRI.")
    return iris


def _base_iri() -> str:
    """The address of the endpoint, as for updates; nothing where the request does not name it."""
    try:
        return f"{public_address()}/sparql"
    except StrangeHostError:
        return ""  # most queries need none


def _timeout(text: str | None) -> float:
    settings = service().settings
    if text is None:
        return settings.timeout
    try:
        seconds = float(text)
    except ValueError:
        seconds = math.nan
    if not 0 < seconds < math.inf:
        raise UsageError(f"timeout: {text[:50]!r} is no number of seconds.", remedy="Give e.g. 10.")
    return min(seconds, settings.max_timeout)


def answer_query(query: Query, wanted: Negotiated) -> Response:
    """Ask the engine and send what it says, or 304 where the client has it already."""
    here = service()
    tag = _tag(query, wanted, here.engine.snapshot_id)
    if tag is not None and caching.matches(request, tag):
        return _marked(Response(status=304), tag, here.engine.snapshot_id)
    if wanted.page:
        page, snapshot_id = query_page(query)
        if page.status_code != 200:
            return _headers(page, snapshot_id)
        return _marked(page, _tag(query, wanted, snapshot_id), snapshot_id)
    try:
        answer = here.engine.query(replace(query, formats=wanted.formats))
    except NotAcceptableError as error:
        raise NoFormatError(error.message) from None
    # Another snapshot may have been published meanwhile: the answer knows which is its own.
    snapshot_id = answer.snapshot_id
    response = sent(here.spool.keep(answer))
    response.content_type = wanted.label(answer.media_type, answer.form)
    if response.mimetype in _TABLES:
        name = f"critmat-answer.{_TABLES[response.mimetype]}"
        response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return _marked(response, _tag(query, wanted, snapshot_id), snapshot_id)


def _tag(query: Query, wanted: Negotiated, snapshot_id: str) -> str | None:
    """The validator of an answer; none where the next one may be another."""
    if caching.is_volatile(query.text):
        return None
    against = repr((query.base_iri, query.default_graphs, query.named_graphs))
    return caching.entity_tag(service().version, snapshot_id, query.text, repr(wanted), against)


def sent(kept: KeptAnswer) -> Response:
    """A whole answer as a response; a large one is compressed here where the client takes it."""
    encoding = compression.wanted()
    if kept.in_memory or encoding is None:
        return _plain(kept)
    response = _plain(kept.compressed(encoding, request.environ.get(CLIENT)))
    response.headers["Content-Encoding"] = encoding
    return response


def _plain(kept: KeptAnswer) -> Response:
    if kept.in_memory:
        response = Response(kept.read())
        kept.close()
        return response
    response = Response(_chunks(kept))
    response.content_length = kept.size
    response.call_on_close(kept.close)
    return response


def _chunks(kept: KeptAnswer) -> Iterator[bytes]:
    try:
        yield from kept
    except OSError as error:
        # Fewer bytes than announced: the server ends the connection, and the client sees it.
        current_app.logger.error("a kept answer cannot be read", exc_info=error)
        raise BrokenAnswerError("The answer broke off.") from error


def _marked(response: Response, tag: str | None, snapshot_id: str) -> Response:
    return _headers(caching.mark(response, tag), snapshot_id)


def _headers(response: Response, snapshot_id: str) -> Response:
    response.vary.add("Accept")
    response.headers["X-Critmat-Snapshot"] = snapshot_id
    return response


def _without_query(name: str | None) -> AnyResponse:
    """The page with the form for browsers, the service description for programs."""
    formats = (*GRAPH_FORMATS, PAGE)
    if name is None:
        chosen = choose(_accept(), formats)
        target = chosen[0] if chosen else None
    else:
        target = next((f for f in formats if name.lower() in {*f.names, *f.media_types}), None)
    here = service()
    snapshot_id = here.engine.snapshot_id
    if target is PAGE:
        return _headers(empty_page(here.example), snapshot_id)
    if target is None:
        raise UsageError(
            "The request holds no query.",
            remedy="Send it as the parameter 'query', or ask for the description of this service "
            "as " + ", ".join(f.media_type for f in formats) + ".",
        )
    address = public_address()
    tag = caching.entity_tag(here.version, snapshot_id, address, target.media_type)
    if caching.matches(request, tag):
        return _marked(Response(status=304), tag, snapshot_id)
    graph = describe(endpoint_of(here, address, snapshot_id))
    response = Response(written(graph, target), content_type=content_type(target.media_type))
    return _marked(response, tag, snapshot_id)
