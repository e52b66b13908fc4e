"""The ontology as RDF: which format a client takes, and the document in it."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from typing import Any

from flask import Request
from pyoxigraph import BlankNode, Literal, NamedNode, RdfFormat, Triple, serialize
from rdflib import BNode, Graph, URIRef
from rdflib import Literal as RdfLiteral
from rdflib.plugins.serializers.turtle import TurtleSerializer

from kg.namespaces import PREFIXES
from kg.reference.statements import Node, Statement
from service.protocol.negotiation import (
    JSON_LD,
    N_TRIPLES,
    PAGE,
    RDF_XML,
    TURTLE,
    Format,
    choose_or_refuse,
)

#: What every address of the ontology comes in, by the ending of the address.
DOCUMENTS = {f.extension: f for f in (TURTLE, N_TRIPLES, RDF_XML, JSON_LD)}
_INEXACT = {f"{PREFIXES['xsd']}{name}" for name in ("double", "float", "decimal")}
_NATIVE = {N_TRIPLES: RdfFormat.N_TRIPLES, RDF_XML: RdfFormat.RDF_XML, JSON_LD: RdfFormat.JSON_LD}


def split(name: str) -> tuple[str, Format | None]:
    """A name and the format that its ending asks for.

    >>> split("substances.ttl")[0], split("substances")
    ('substances', ('substances', None))
    """
    stem, dot, ending = name.rpartition(".")
    if dot and stem and ending in DOCUMENTS:
        return stem, DOCUMENTS[ending]
    return name, None


def wanted(request: Request, documents: Sequence[Format]) -> tuple[Format, str]:
    """The format that the ``Accept`` header asks for and the media type to label it with.

    A page comes first where a client has no wish. Raises
    :class:`~service.protocol.negotiation.NoFormatError` (406) with what there is.
    """
    return choose_or_refuse(request.headers.get("Accept", ""), (PAGE, *documents))


def document(statements: Iterable[Statement], target: Format) -> bytes:
    """Write statements in a format; the same statements give the same bytes."""
    ordered = sorted({Triple(s.subject, s.predicate, s.object) for s in statements}, key=str)
    if target is TURTLE:
        return _turtle(ordered)
    return serialize(ordered, format=_NATIVE[target], prefixes=_used(ordered)) or b""


def _used(triples: Sequence[Triple]) -> dict[str, str]:
    """The prefixes that some IRI of the triples begins with."""
    iris = {node.value for t in triples for node in _nodes(t) if isinstance(node, NamedNode)}
    iris |= {
        node.datatype.value for t in triples for node in _nodes(t) if isinstance(node, Literal)
    }
    return {
        name: namespace
        for name, namespace in PREFIXES.items()
        if any(iri.startswith(namespace) for iri in iris)
    }


def _nodes(triple: Triple) -> tuple[Node, ...]:
    return triple.subject, triple.predicate, triple.object  # type: ignore[return-value]


def _turtle(triples: Sequence[Triple]) -> bytes:
    """Turtle as a person would write it: lists and nameless nodes stand where they are used."""
    graph = Graph(bind_namespaces="none")
    for name, namespace in _used(triples).items():
        graph.bind(name, namespace)
    for triple in triples:
        graph.add(tuple(map(_rdflib, _nodes(triple))))  # type: ignore[arg-type]
    written = io.BytesIO()
    _ExactTurtle(graph).serialize(written, encoding="utf-8")
    return written.getvalue()


class _ExactTurtle(TurtleSerializer):
    """Turtle that keeps every digit: rdflib's own writes doubles with seven."""

    def label(self, node: Any, position: int) -> str:
        """A term as it stands in the text."""
        if isinstance(node, RdfLiteral) and str(node.datatype) in _INEXACT:
            return node.n3(self.store.namespace_manager)
        return str(super().label(node, position))


def _rdflib(node: Node) -> URIRef | BNode | RdfLiteral:
    if isinstance(node, NamedNode):
        return URIRef(node.value)
    if isinstance(node, BlankNode):
        return BNode(node.value)
    if node.language:
        return RdfLiteral(node.value, lang=node.language)
    plain = node.datatype.value == f"{PREFIXES['xsd']}string"
    datatype = None if plain else URIRef(node.datatype.value)
    return RdfLiteral(node.value, datatype=datatype, normalize=False)
