"""RDF graphs: read as they are written, and compared up to the names of blank nodes."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pyoxigraph
from rdflib import BNode, Graph, Literal, URIRef
from rdflib.compare import isomorphic
from rdflib.term import Node

from tests.w3c.manifests import DataSet, iri_of
from tests.w3c.tables import Match, Term, spelling


def read_graph(content: bytes, media_type: str, base: str) -> Graph:
    """A document as a graph, every literal in its own spelling."""
    kind = pyoxigraph.RdfFormat.from_media_type(media_type)
    if kind is None:
        raise ValueError(f"{media_type!r} is no format of RDF")
    return _graph(pyoxigraph.parse(content, kind, base_iri=base))


def read_file(path: Path) -> Graph:
    """A file of the suite as a graph."""
    return _graph(_quads(path))


def _quads(path: Path) -> Iterable[pyoxigraph.Quad]:
    kind = pyoxigraph.RdfFormat.from_extension(path.suffix.removeprefix("."))
    assert kind is not None, path
    return pyoxigraph.parse(path=path, format=kind, base_iri=iri_of(path), rename_blank_nodes=True)


def _graph(quads: Iterable[pyoxigraph.Quad]) -> Graph:
    graph = Graph()
    for quad in quads:
        graph.add((_node(quad.subject), _node(quad.predicate), _node(quad.object)))
    return graph


def _node(term: pyoxigraph.NamedNode | pyoxigraph.BlankNode | pyoxigraph.Literal | object) -> Node:
    if isinstance(term, pyoxigraph.NamedNode):
        return URIRef(term.value)
    if isinstance(term, pyoxigraph.BlankNode):
        return BNode(term.value)
    if isinstance(term, pyoxigraph.Literal):
        return spelled(term.value, term.datatype.value, term.language)
    raise ValueError(f"{term} is no term of RDF 1.1")


def spelled(value: str, datatype: str, language: str | None = None) -> Literal:
    """A literal that rdflib leaves as it is written."""
    if language:
        return Literal(value, lang=language.lower())
    return Literal(value, datatype=URIRef(datatype), normalize=False)


def node_of(term: Term) -> Node:
    """A term of a table of solutions as one of a graph."""
    if term.kind == "iri":
        return URIRef(term.value)
    if term.kind == "blank":
        return BNode(term.value)
    return spelled(term.value, term.datatype, term.language)


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


def as_update(data: DataSet) -> str:
    """An update that makes a store hold nothing but this data set."""
    parts = [_triples(path) for path in data.default]
    parts += [f"GRAPH <{iri}> {{\n{_triples(path)}}}\n" for iri, path in data.named]
    # An empty graph is there only where it was created.
    created = "".join(f"CREATE GRAPH <{iri}> ;\n" for iri in dict(data.named))
    return f"DROP ALL ;\n{created}INSERT DATA {{\n{''.join(parts)}}}"


def _triples(path: Path) -> str:
    return "".join(f"{q.subject} {q.predicate} {q.object} .\n" for q in _quads(path))
