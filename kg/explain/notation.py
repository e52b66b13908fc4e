"""Axioms in OWL 2 functional-style syntax, as Protégé and the standards write them."""

from __future__ import annotations

from kg.derive.axioms import (
    And,
    Axiom,
    ClassExpression,
    Domain,
    HasValue,
    Named,
    OneOf,
    Only,
    Or,
    Property,
    Some,
    SubClassOf,
    SubPropertyOf,
)
from kg.explain.explanation import spelled


def notation(axiom: Axiom) -> str:
    """An axiom in functional-style syntax, with prefixed names.

    >>> p = Property("<https://w3id.org/critmat/ontology#hasPart>")
    >>> notation(SubPropertyOf((p, p), p))
    'TransitiveObjectProperty(cm:hasPart)'
    """
    match axiom:
        case SubClassOf(sub, sup):
            return f"SubClassOf({_class(sub)} {_class(sup)})"
        case Domain(prop, cls):
            kind = "Range" if prop.inverse else "Domain"
            return f"ObjectProperty{kind}({spelled(prop.iri)} {_class(cls)})"
        case SubPropertyOf(chain, sup):
            return _sub_property(chain, sup)


def _sub_property(chain: tuple[Property, ...], sup: Property) -> str:
    if chain == (sup, sup):
        return f"TransitiveObjectProperty({_property(sup)})"
    if chain == (sup.inverted(),):
        return f"SymmetricObjectProperty({_property(sup)})"
    if len(chain) == 1:
        if chain[0].inverse and not sup.inverse:
            return f"InverseObjectProperties({spelled(sup.iri)} {spelled(chain[0].iri)})"
        return f"SubObjectPropertyOf({_property(chain[0])} {_property(sup)})"
    links = " ".join(map(_property, chain))
    return f"SubObjectPropertyOf(ObjectPropertyChain({links}) {_property(sup)})"


def _property(prop: Property) -> str:
    name = spelled(prop.iri)
    return f"ObjectInverseOf({name})" if prop.inverse else name


def _class(expression: ClassExpression) -> str:
    match expression:
        case Named(iri):
            return spelled(iri)
        case Some(prop, filler):
            inner = _class(filler) if filler is not None else "owl:Thing"
            written = ("ObjectSomeValuesFrom", _property(prop), inner)
        case Only(prop, filler):
            written = ("ObjectAllValuesFrom", _property(prop), _class(filler))
        case HasValue(prop, value):
            kind = "Data" if value.startswith('"') else "Object"
            written = (f"{kind}HasValue", _property(prop), spelled(value))
        case And(operands):
            written = ("ObjectIntersectionOf", "", " ".join(map(_class, operands)))
        case Or(operands):
            written = ("ObjectUnionOf", "", " ".join(map(_class, operands)))
        case OneOf(members):
            written = ("ObjectOneOf", "", " ".join(map(spelled, members)))
    construct, *rest = written
    return f"{construct}({' '.join(filter(None, rest))})"
