"""Class expressions in Manchester syntax, as Protégé shows them.

https://www.w3.org/TR/owl2-manchester-syntax/; names stand without the prefix ``cm:``.
"""

from __future__ import annotations

from pyoxigraph import Literal

from kg.namespaces import OWL, shorten
from kg.reference.expressions import (
    And,
    Bounded,
    Expression,
    HasSelf,
    HasValue,
    Named,
    Not,
    OneOf,
    Or,
    PropertyUse,
    Restriction,
)
from kg.reference.statements import Node

_FACETS = {"minInclusive": ">=", "maxInclusive": "<=", "minExclusive": ">", "maxExclusive": "<"}


def short(iri: str) -> str:
    """A name as Protégé shows it.

    >>> short("https://w3id.org/critmat/ontology#Mine"), short("http://www.w3.org/ns/prov#Entity")
    ('Mine', 'prov:Entity')
    """
    return shorten(iri).removeprefix("cm:")


def property_text(prop: PropertyUse) -> str:
    """A property, or its inverse."""
    return f"inverse {short(prop.iri)}" if prop.inverse else short(prop.iri)


def node_text(node: Node) -> str:
    """An individual or a literal."""
    return str(node) if isinstance(node, Literal) else short(node.value)


def text(expression: Expression) -> str:  # noqa: PLR0911 - one case for each kind
    """A class or data range."""
    match expression:
        case Named(iri):
            return short(iri)
        case And(operands):
            return " and ".join(map(_bracketed, operands))
        case Or(operands):
            return " or ".join(map(_bracketed, operands))
        case Not(operand):
            return f"not {_bracketed(operand)}"
        case OneOf(members):
            return "{" + ", ".join(map(node_text, members)) + "}"
        case Restriction(prop, quantity, filler, number):
            count = "" if quantity in ("some", "only") else f" {number}"
            of = _bracketed(filler) if filler is not None else short(f"{OWL}Thing")
            return f"{property_text(prop)} {quantity}{count} {of}"
        case HasValue(prop, value):
            return f"{property_text(prop)} value {node_text(value)}"
        case HasSelf(prop):
            return f"{property_text(prop)} Self"
        case Bounded(datatype, facets):
            bounds = ", ".join(f"{_FACETS.get(name, name)} {value}" for name, value in facets)
            return f"{short(datatype)}[{bounds}]"
        case _:
            return "?"


def _bracketed(expression: Expression) -> str:
    found = text(expression)
    whole = isinstance(expression, Named | OneOf | Bounded | Not)
    return found if whole else f"({found})"
