"""A term of pyoxigraph as a term of rdflib, with the spelling of its literal kept."""

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
