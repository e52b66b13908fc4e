"""The things of the data at their own addresses: a page, or RDF for programs.

The IRIs of the data are ``https://w3id.org/critmat/id/<name>`` and ``.../graph/<name>``; they lead
to ``/id/<name>`` and ``/graph/<name>`` here. https://www.w3.org/TR/cooluris/
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any
from urllib.parse import quote, urlencode

from flask import (
    Blueprint,
    Flask,
    Response,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from pyoxigraph import NamedNode
from werkzeug.wrappers import Response as AnyResponse

from kg.engines.engine import Answer, AnswerFormats, Lane, Query
from kg.errors import NotFoundError, UsageError
from kg.namespaces import CM, CMD, GRAPH, shorten
from service import parameters
from service.context import CLIENT, service
from service.pages import thing_facts
from service.pages.ontology_library import term_link
from service.pages.presentation import source_id
from service.pages.thing_facts import Value
from service.protocol import caching
from service.protocol.negotiation import (
    GRAPH_FORMATS,
    N_QUADS,
    N_TRIPLES,
    PAGE,
    QUAD_FORMATS,
    TRIG,
    Format,
    choose_or_refuse,
    content_type,
)
from service.protocol.query import sent

blueprint = Blueprint("thing", __name__)

#: What every address of a thing comes in, by the ending of the address.
DOCUMENTS = {f.extension: f for f in (*GRAPH_FORMATS, PAGE)}
#: An absolute IRI, RFC 3987, as far as a query must not be broken by it.
_IRI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\x00-\x20<>\"{}|\\^`]+")


@blueprint.get("/id/<path:name>")
def thing(name: str) -> AnyResponse:
    """A thing of the data: a page for people, RDF for programs, by ``Accept`` or an ending."""
    return _answer(CMD, name)


@blueprint.get("/graph/<path:name>")
def graph(name: str) -> AnyResponse:
    """A named graph: what is said of it for people, what it holds for programs."""
    return _answer(GRAPH, name)


@blueprint.get("/id")
def by_iri() -> AnyResponse:
    """Any IRI of the data by ``iri``; those of critmat lead to their own addresses."""
    iri = parameters.single(parameters.of_url(request), "iri")
    if not iri:
        raise UsageError("No IRI is named.", remedy="Give one, such as /id?iri=urn:example.")
    own = thing_address(iri)
    if own and not own.startswith(f"{url_for('thing.by_iri')}?"):
        return redirect(own, 303)
    return _represent(iri, None, "")


def _answer(namespace: str, name: str) -> AnyResponse:
    """A thing by its name, which may bear the ending of a format."""
    stem, target = split(name)
    iri = namespace + stem
    if target is not None and thing_facts.known(service().engine, _checked(namespace + name)):
        # The whole name is that of a thing, such as one that is called readme.ttl.
        iri, target, stem = namespace + name, None, name
    return _represent(iri, target, request.path.removesuffix(name) + stem)


def split(name: str) -> tuple[str, Format | None]:
    """A name and the format that its ending asks for.

    >>> split("f-35.ttl")[0], split("f-35"), split(".ttl")
    ('f-35', ('f-35', None), ('.ttl', None))
    """
    stem, dot, ending = name.rpartition(".")
    if dot and stem and ending in DOCUMENTS:
        return stem, DOCUMENTS[ending]
    return name, None


def _checked(iri: str) -> str:
    try:
        if _IRI.fullmatch(iri):
            return NamedNode(iri).value
    except ValueError:
        pass
    raise UsageError(f"{iri[:200]!r} is no absolute IRI.")


def _represent(iri: str, target: Format | None, path: str) -> AnyResponse:
    """A thing in the format that the address or the client names.

    ``path`` is the address without an ending; empty where there are no endings.
    """
    here = service()
    engine = here.engine
    label = target.media_type if target else ""
    negotiated = target is None
    if target is None:
        accept = request.headers.get("Accept", "")
        target, label = choose_or_refuse(accept, (PAGE, *GRAPH_FORMATS))
    snapshot_id = engine.snapshot_id
    tag = caching.entity_tag("thing", here.version, snapshot_id, iri, label, request.path)
    if caching.matches(request, tag):
        return _marked(Response(status=304), iri, tag, snapshot_id)
    if not thing_facts.known(engine, _checked(iri)):
        raise NotFoundError(
            f"Nothing is said of {shorten(iri)[:200]}.",
            remedy="Look for its name with the questions, or ask for its label at /sparql.",
        )
    name = source_id(iri)
    if target is PAGE:
        if name and _is_source(iri):
            return redirect(url_for("sources.source", name=name), 303)
        response = make_response(_page(iri, path))
    else:
        response, snapshot_id = _document(iri, target)
        response.content_type = content_type(label)
        tag = caching.entity_tag("thing", here.version, snapshot_id, iri, label, request.path)
    if negotiated and path:
        response.headers["Content-Location"] = quote(f"{path}.{target.extension}")
    return _marked(response, iri, tag, snapshot_id)


def _marked(response: Response, iri: str, tag: str, snapshot_id: str) -> Response:
    response.vary.add("Accept")
    response.headers["X-Critmat-Snapshot"] = snapshot_id
    response.headers["Link"] = f'<{quote(iri, safe=_SAFE)}>; rel="describes"'
    return caching.mark(response, tag)


#: What stands in a header as it stands in an IRI.
_SAFE = ":/?#[]@!$&'()*+,;=%~"


def _is_source(iri: str) -> bool:
    return any(row["source"] == iri for row in service().reading.page("sources"))


# Documents


def _document(iri: str, target: Format) -> tuple[Response, str]:
    """RDF about a thing, or what a graph holds; with the snapshot that it is from."""
    here = service()
    if iri.startswith(GRAPH) and iri in here.graph_sizes():
        return _graph_document(iri, target)
    if target in QUAD_FORMATS:
        snapshot_id = here.engine.snapshot_id
        quads = thing_facts.quads_of(here.engine, iri)
        return Response(thing_facts.write_quads(quads, target.media_type)), snapshot_id
    return _asked(f"DESCRIBE {NamedNode(iri)}", target)


def _graph_document(iri: str, target: Format) -> tuple[Response, str]:
    """All triples of a named graph; in TriG and N-Quads they stand in it."""
    text = f"CONSTRUCT {{ ?s ?p ?o }} WHERE {{ GRAPH {NamedNode(iri)} {{ ?s ?p ?o }} }}"
    if target not in QUAD_FORMATS:
        return _asked(text, target)
    answer = _ask(text, N_TRIPLES)
    named = _in_graph(answer, iri) if target is N_QUADS else _in_braces(answer, iri)
    return sent(service().spool.keep(_Rewritten(answer, named))), answer.snapshot_id


def _asked(text: str, target: Format) -> tuple[Response, str]:
    answer = _ask(text, target)
    return sent(service().spool.keep(answer)), answer.snapshot_id


def _ask(text: str, target: Format) -> Answer:
    # A graph may be large: it waits with the queries from outside, not with the pages.
    return service().engine.query(
        Query(
            text,
            formats=AnswerFormats(graph=target.media_type),
            lane=Lane.OPEN,
            asker=request.environ.get(CLIENT),
        )
    )


class _Rewritten:
    """An answer whose bytes are written in another format while they are read."""

    def __init__(self, answer: Answer, chunks: Iterator[bytes]) -> None:
        self.form, self.media_type = answer.form, answer.media_type
        self.snapshot_id = answer.snapshot_id
        self._answer, self._chunks = answer, chunks

    def __iter__(self) -> Iterator[bytes]:
        return self._chunks

    def read(self) -> bytes:
        """All of it."""
        with self:
            return b"".join(self)

    def close(self) -> None:
        """Stop the query if it still runs."""
        self._answer.close()

    def __enter__(self) -> _Rewritten:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()


def _in_graph(chunks: Iterable[bytes], iri: str) -> Iterator[bytes]:
    """N-Triples as N-Quads: the name of the graph stands before the dot that ends each line."""
    ending = f" {NamedNode(iri)} .\n".encode()
    rest = b""
    for chunk in chunks:
        *lines, rest = (rest + chunk).split(b"\n")
        yield b"".join(line.removesuffix(b" .") + ending for line in lines if line)
    if rest:
        yield rest.removesuffix(b" .") + ending


def _in_braces(chunks: Iterable[bytes], iri: str) -> Iterator[bytes]:
    """N-Triples as TriG, which takes them inside the braces of a graph."""
    yield f"{NamedNode(iri)} {{\n".encode()
    yield from chunks
    yield b"}\n"


# The page


def _page(iri: str, path: str) -> str:
    here = service()
    facts = thing_facts.read_facts(here.engine, iri)
    said = [p for p in facts.said if p.iri not in _IN_THE_HEAD or p.total > 1]
    endings = GRAPH_FORMATS if path else ()
    triples = here.graph_sizes().get(iri) if iri.startswith(GRAPH) else None
    return render_template(
        "thing.html",
        facts=facts,
        said=said,
        name=shorten(iri),
        documents=[(_NAMES[f.media_type], quote(f"{path}.{f.extension}"), f) for f in endings],
        triples=triples,
        query="SELECT ?graph ?property ?value WHERE { GRAPH ?graph { "
        f"{NamedNode(iri)} ?property ?value }} }}",
        node=str(NamedNode(iri)),
        source_rows={row["source"]: row for row in here.reading.page("sources")},
    )


_IN_THE_HEAD = {"http://www.w3.org/2000/01/rdf-schema#label"}
_NAMES = {
    "text/turtle": "Turtle",
    "application/n-triples": "N-Triples",
    "application/rdf+xml": "RDF/XML",
    "application/ld+json": "JSON-LD",
    TRIG.media_type: "TriG, with the graphs",
    N_QUADS.media_type: "N-Quads",
}


def thing_address(iri: str) -> str:
    """Where a thing, term, source or graph of the data has its page here; empty for no IRI.

    IRIs of others have their page at ``/id?iri=``; whether anything is said of them is not asked.
    """
    if not _IRI.fullmatch(iri):
        return ""
    if iri.startswith(CM):
        return term_link(iri)
    if source_id(iri):
        return url_for("thing.graph", name=source_id(iri))
    for namespace, endpoint in ((CMD, "thing.thing"), (GRAPH, "thing.graph")):
        name = iri.removeprefix(namespace)
        # A name that an address would read otherwise is asked for as a whole.
        if name != iri and name and not re.search(r"[?#%]|//|(?:^|/)\.{1,2}(?:/|$)", name):
            return url_for(endpoint, name=name)
    return f"{url_for('thing.by_iri')}?{urlencode({'iri': iri})}"


def why_address(subject: str, predicate: str, value: Value) -> str:
    """Where to see what an inferred statement rests on."""
    asked: dict[str, Any] = {"subject": subject, "predicate": predicate, "object": value.iri}
    return f"{url_for('explanation.explain')}?{urlencode(asked)}" if value.iri else ""


def register_filters(app: Flask) -> None:
    """Let templates link things."""
    app.jinja_env.filters["thing_address"] = thing_address
    app.jinja_env.globals["why_address"] = why_address
