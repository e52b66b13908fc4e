"""Class expressions of OWL 2 as immutable values, read from statements.

https://www.w3.org/TR/owl2-syntax/#Class_Expressions; all of them, not only those that derive.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

from pyoxigraph import BlankNode, Literal, NamedNode

from kg.namespaces import OWL, XSD
from kg.reference.statements import DEEPEST, Node, Statements


@dataclass(frozen=True, slots=True)
class PropertyUse:
    """A property, or with ``inverse`` the other way round."""

    iri: str
    inverse: bool = False


@dataclass(frozen=True, slots=True)
class Named:
    """A class or datatype with an IRI."""

    iri: str


@dataclass(frozen=True, slots=True)
class And:
    """Members of all operands."""

    operands: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class Or:
    """Members of one operand at least."""

    operands: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class Not:
    """Whatever is no member of the operand."""

    operand: Expression


@dataclass(frozen=True, slots=True)
class OneOf:
    """Exactly these individuals or values."""

    members: tuple[Node, ...]


class Quantity(StrEnum):
    """How many values a restriction speaks of."""

    SOME = "some"
    ONLY = "only"
    MIN = "min"
    MAX = "max"
    EXACTLY = "exactly"


@dataclass(frozen=True, slots=True)
class Restriction:
    """Whatever has so many values that are members of ``filler``; ``None`` is anything."""

    property: PropertyUse
    quantity: Quantity
    filler: Expression | None = None
    number: int = 0


@dataclass(frozen=True, slots=True)
class HasValue:
    """Whatever has this value."""

    property: PropertyUse
    value: Node


@dataclass(frozen=True, slots=True)
class HasSelf:
    """Whatever is a value of its own."""

    property: PropertyUse


@dataclass(frozen=True, slots=True)
class Bounded:
    """Values of a datatype within bounds: pairs of a facet's local name and its value."""

    datatype: str
    facets: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Unknown:
    """An expression that is broken or nested too deeply."""


Expression: TypeAlias = (
    Named | And | Or | Not | OneOf | Restriction | HasValue | HasSelf | Bounded | Unknown
)

_TOP = {f"{OWL}Thing", "http://www.w3.org/2000/01/rdf-schema#Literal"}
_FILLED = {"someValuesFrom": Quantity.SOME, "allValuesFrom": Quantity.ONLY}
_COUNTED = {
    "minQualifiedCardinality": Quantity.MIN,
    "maxQualifiedCardinality": Quantity.MAX,
    "qualifiedCardinality": Quantity.EXACTLY,
    "minCardinality": Quantity.MIN,
    "maxCardinality": Quantity.MAX,
    "cardinality": Quantity.EXACTLY,
}


def read_property(statements: Statements, node: Node) -> PropertyUse | None:
    """The property that a node stands for, an inverse included; nothing where it is none."""
    if isinstance(node, NamedNode):
        return PropertyUse(node.value)
    if isinstance(node, BlankNode):
        for inverse in statements.named(node, f"{OWL}inverseOf"):
            return PropertyUse(inverse.value, inverse=True)
    return None


def read_expression(  # noqa: PLR0911 - one for each construct
    statements: Statements, node: Node, depth: int = 0
) -> Expression:
    """The class or data range that a node stands for; :class:`Unknown` for what is none."""
    if isinstance(node, NamedNode):
        return Named(node.value)
    if isinstance(node, Literal) or depth > DEEPEST:
        return Unknown()
    for construct, kind in (("intersectionOf", And), ("unionOf", Or)):
        for head in statements.objects(node, OWL + construct):
            members = statements.listed(head)
            return kind(tuple(read_expression(statements, m, depth + 1) for m in members))
    for construct in ("complementOf", "datatypeComplementOf"):
        for operand in statements.objects(node, OWL + construct):
            return Not(read_expression(statements, operand, depth + 1))
    for head in statements.objects(node, f"{OWL}oneOf"):
        return OneOf(tuple(statements.listed(head)))
    for datatype in statements.named(node, f"{OWL}onDatatype"):
        return _bounded(statements, node, datatype)
    return _restriction(statements, node, depth)


def _restriction(statements: Statements, node: BlankNode, depth: int) -> Expression:
    for target in statements.objects(node, f"{OWL}onProperty"):
        prop = read_property(statements, target)
        if prop is None:
            return Unknown()
        for construct, quantity in _FILLED.items():
            for filler in statements.objects(node, OWL + construct):
                return Restriction(prop, quantity, _filler(statements, filler, depth))
        for value in statements.objects(node, f"{OWL}hasValue"):
            return HasValue(prop, value)
        if statements.objects(node, f"{OWL}hasSelf"):
            return HasSelf(prop)
        for construct, quantity in _COUNTED.items():
            for number in statements.objects(node, OWL + construct):
                qualified = statements.objects(node, f"{OWL}onClass") or statements.objects(
                    node, f"{OWL}onDataRange"
                )
                filler_of = _filler(statements, qualified[0], depth) if qualified else None
                return Restriction(prop, quantity, filler_of, _whole_number(number))
    return Unknown()


def _filler(statements: Statements, node: Node, depth: int) -> Expression | None:
    if isinstance(node, NamedNode) and node.value in _TOP:
        return None
    return read_expression(statements, node, depth + 1)


def _whole_number(node: Node) -> int:
    text = node.value
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


def _bounded(statements: Statements, node: BlankNode, datatype: NamedNode) -> Expression:
    facets: list[tuple[str, str]] = []
    for head in statements.objects(node, f"{OWL}withRestrictions"):
        for facet in statements.listed(head):
            if isinstance(facet, BlankNode):
                facets.extend(
                    (s.predicate.value.removeprefix(XSD), s.object.value)
                    for s in statements.about(facet)
                    if s.predicate.value.startswith(XSD) and isinstance(s.object, Literal)
                )
    return Bounded(datatype.value, tuple(facets))
