"""RDF graphs: read as they are written, and compared up to the names of blank nodes.

The graphs are rdflib's, which knows RDF 1.1 only. So a triple term becomes a blank node that three
links of our own lead from: equal terms the same one, so that two graphs are isomorphic exactly
where these pictures of them are. A base direction becomes a part of the text.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from hashlib import sha256
from pathlib import Path

import pyoxigraph
from rdflib import RDF, BNode, Graph, Literal, URIRef
from rdflib.compare import isomorphic
from rdflib.term import Node

from tests.w3c.manifests import DataSet, Edition
from tests.w3c.tables import PARTS, Match, Term, spelling

_LINKS = [URIRef(f"urn:x-triple-term:{part}") for part in PARTS]
_DIRECTED = URIRef(f"{RDF}dirLangString")


def read_graph(content: bytes, media_type: str, base: str) -> Graph:
    """A document as a graph, every literal in its own spelling."""
    kind = pyoxigraph.RdfFormat.from_media_type(media_type)
    if kind is None:
        raise ValueError(f"{media_type!r} is no format of RDF")
    return _graph(pyoxigraph.parse(content, kind, base_iri=base))


def read_file(path: Path, edition: Edition) -> Graph:
    """A file of a suite that holds one graph."""
    return read_data_set(path, edition).get("", Graph())


def read_data_set(path: Path, edition: Edition) -> dict[str, Graph]:
    """The graphs in a file of a suite by name; the default one has the name ``""``."""
    piles = _by_graph(_quads(path, edition))
    return {name: _graph(quads) for name, quads in piles.items()}


def _quads(path: Path, edition: Edition) -> Iterable[pyoxigraph.Quad]:
    kind = pyoxigraph.RdfFormat.from_extension(path.suffix.removeprefix("."))
    assert kind is not None, path
    return pyoxigraph.parse(
        path=path, format=kind, base_iri=edition.iri_of(path), rename_blank_nodes=True
    )


def _by_graph(quads: Iterable[pyoxigraph.Quad]) -> dict[str, list[pyoxigraph.Quad]]:
    piles: dict[str, list[pyoxigraph.Quad]] = {}
    for quad in quads:
        name = quad.graph_name
        piles.setdefault(name.value if isinstance(name, pyoxigraph.NamedNode) else "", []).append(
            quad
        )
    return piles


def _graph(quads: Iterable[pyoxigraph.Quad]) -> Graph:
    graph = Graph()
    for quad in quads:
        add(graph, [Term.of(term) for term in (quad.subject, quad.predicate, quad.object)])
    return graph


def add(graph: Graph, terms: Sequence[Term]) -> None:
    """Add a triple, and what its triple terms consist of."""
    subject, predicate, value = (_node(term, graph) for term in terms)
    graph.add((subject, predicate, value))


def _node(term: Term, graph: Graph) -> Node:
    if term.kind == "iri":
        return URIRef(term.value)
    if term.kind == "blank":
        return BNode(term.value)
    if term.kind != "triple":
        return spelled(term.value, term.datatype, term.language, term.direction)
    node = BNode("term" + sha256(repr(term).encode()).hexdigest())
    for link, part in zip(_LINKS, term.parts, strict=True):
        graph.add((node, link, _node(part, graph)))
    return node


def spelled(value: str, datatype: str, language: str | None = None, direction: str = "") -> Literal:
    """A literal that rdflib leaves as it is written."""
    if language and direction:
        return Literal(f"{value}@{language.lower()}--{direction}", datatype=_DIRECTED)
    if language:
        return Literal(value, lang=language.lower())
    return Literal(value, datatype=URIRef(datatype), normalize=False)


def compare(expected: Graph, found: Graph) -> Match:
    """Whether two graphs are isomorphic."""
    if isomorphic(expected, found):
        return Match.EXACT
    return Match.BY_VALUE if isomorphic(_by_value(expected), _by_value(found)) else Match.NO


def _by_value(graph: Graph) -> Graph:
    changed = Graph()
    for subject, predicate, value in graph:
        changed.add((subject, predicate, _by_its_value(value)))
    return changed


def _by_its_value(term: Node) -> Node:
    if isinstance(term, Literal) and term.datatype:
        text = spelling(str(term), str(term.datatype))
        if text is not None:
            return spelled(text, str(term.datatype))
    return term


def as_update(data: DataSet, edition: Edition) -> str:
    """An update that makes a store hold nothing but this data set.

    A file of the default graph may be TriG and name graphs of its own.
    """
    files = [("", path) for path in data.default] + list(data.named)
    parts = []
    for iri, path in files:
        for name, quads in _by_graph(_quads(path, edition)).items():
            triples = "".join(f"{q.subject} {q.predicate} {_written(q.object)} .\n" for q in quads)
            graph = iri or name
            parts.append(f"GRAPH <{graph}> {{\n{triples}}}\n" if graph else triples)
    # An empty graph is there only where it was created.
    created = "".join(f"CREATE GRAPH <{iri}> ;\n" for iri in dict(data.named))
    return f"DROP ALL ;\n{created}INSERT DATA {{\n{''.join(parts)}}}"


def _written(term: object) -> str:
    """A term as SPARQL writes it; the parser's triple terms lack their brackets."""
    if isinstance(term, pyoxigraph.Triple):
        return f"<<( {term.subject} {term.predicate} {_written(term.object)} )>>"
    return str(term)
