"""Terms of pyoxigraph as terms of rdflib and back, with the spelling of literals kept."""

from __future__ import annotations

from pyoxigraph import BlankNode, NamedNode, Triple
from pyoxigraph import Literal as OxLiteral
from rdflib import BNode, Literal, URIRef
from rdflib.term import Node


def rdflib_term(term: NamedNode | BlankNode | OxLiteral | Triple) -> Node:
    """Give the same term of rdflib. Raises ``TypeError`` for a triple term, which it lacks."""
    if isinstance(term, NamedNode):
        return URIRef(term.value)
    if isinstance(term, BlankNode):
        return BNode(term.value)
    if isinstance(term, OxLiteral):
        if term.language:
            return Literal(term.value, lang=term.language)
        return Literal(term.value, datatype=URIRef(term.datatype.value), normalize=False)
    raise TypeError(f"{term} is a triple term.")


def oxigraph_term(term: Node) -> NamedNode | BlankNode | OxLiteral:
    """Give the same term of pyoxigraph. Raises ``ValueError`` for what is no IRI or name of a blank
    node, and ``TypeError`` for a variable or graph."""
    if isinstance(term, URIRef):
        return NamedNode(term)
    if isinstance(term, BNode):
        return BlankNode(term)
    if isinstance(term, Literal):
        if term.language:
            return OxLiteral(str(term), language=term.language)
        return OxLiteral(str(term), datatype=NamedNode(term.datatype) if term.datatype else None)
    raise TypeError(f"{term!r} is no term of a triple.")
