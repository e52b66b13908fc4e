"""OWL axioms as immutable values, read from the quads of the ontology.

Only what the OWL 2 RL profile can turn into rules is an axiom here
(https://www.w3.org/TR/owl2-profiles/#OWL_2_RL). What is not becomes a :class:`Skipped` with a
reason: either a constraint that derives nothing and is the reasoner's to check, or an axiom that
would derive something and cannot be compiled.

Terms are written as in N-Triples: ``<https://example.org/a>``, ``_:b0``, ``"text"@en``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from pyoxigraph import RdfFormat, parse

from kg.derive.errors import UnreadableQuadsError
from kg.derive.spelling import Term
from kg.namespaces import OWL, RDF, RDFS, XSD, shorten


def _iri(namespace: str, local: str) -> Term:
    return f"<{namespace}{local}>"


RDF_TYPE = _iri(RDF, "type")
THING = _iri(OWL, "Thing")
_TOP_CLASSES = frozenset({THING, _iri(RDFS, "Resource")})


@dataclass(frozen=True, slots=True, order=True)
class Property:
    """A property, or its inverse."""

    iri: Term
    inverse: bool = False

    def inverted(self) -> Property:
        """The same property the other way round."""
        return Property(self.iri, not self.inverse)


@dataclass(frozen=True, slots=True)
class Named:
    """A class with an IRI."""

    iri: Term


@dataclass(frozen=True, slots=True)
class Some:
    """``someValuesFrom``; a filler of ``None`` is ``owl:Thing``."""

    property: Property
    filler: ClassExpression | None


@dataclass(frozen=True, slots=True)
class Only:
    """``allValuesFrom``, which OWL 2 RL has on the right side only."""

    property: Property
    filler: ClassExpression


@dataclass(frozen=True, slots=True)
class HasValue:
    """``hasValue`` with an individual or a literal."""

    property: Property
    value: Term


@dataclass(frozen=True, slots=True)
class And:
    """``intersectionOf``."""

    operands: tuple[ClassExpression, ...]


@dataclass(frozen=True, slots=True)
class Or:
    """``unionOf``, which OWL 2 RL has on the left side only."""

    operands: tuple[ClassExpression, ...]


@dataclass(frozen=True, slots=True)
class OneOf:
    """``oneOf``, which OWL 2 RL has on the left side only."""

    members: tuple[Term, ...]


ClassExpression: TypeAlias = Named | Some | Only | HasValue | And | Or | OneOf


@dataclass(frozen=True, slots=True)
class SubClassOf:
    """Every member of ``sub`` is a member of ``sup``."""

    sub: ClassExpression
    sup: ClassExpression


@dataclass(frozen=True, slots=True)
class SubPropertyOf:
    """A path over ``chain`` is a pair of ``sup``.

    A chain of one is a sub-property, or with ``inverse`` an inverse or a symmetric property;
    ``(p, p)`` below ``p`` is a transitive one.
    """

    chain: tuple[Property, ...]
    sup: Property


@dataclass(frozen=True, slots=True)
class Domain:
    """Whatever has ``property`` is a member of ``cls``; with ``inverse``, a range."""

    property: Property
    cls: ClassExpression


Axiom: TypeAlias = SubClassOf | SubPropertyOf | Domain


@dataclass(frozen=True, slots=True)
class Skipped:
    """An axiom that gives no rule. ``derives`` tells whether OWL would derive something from it."""

    subject: str
    construct: str
    reason: str
    derives: bool


@dataclass(frozen=True, slots=True)
class Axioms:
    """All axioms of an ontology, and what was left out and why."""

    axioms: tuple[Axiom, ...]
    skipped: tuple[Skipped, ...]


class _CannotCompileError(Exception):
    """A part of an axiom that has no rule; the text is the reason."""


_AXIOM_PREDICATES = (
    _iri(RDFS, "subClassOf"),
    _iri(OWL, "equivalentClass"),
    _iri(RDFS, "subPropertyOf"),
    _iri(OWL, "equivalentProperty"),
    _iri(OWL, "inverseOf"),
    _iri(OWL, "propertyChainAxiom"),
    _iri(RDFS, "domain"),
    _iri(RDFS, "range"),
)
#: Predicates whose axioms can only be broken, never used to derive a triple.
_CONSTRAINT_PREDICATES = ("disjointWith", "complementOf", "propertyDisjointWith", "differentFrom")
_CONSTRAINT_TYPES = (
    "AllDisjointClasses",
    "AllDisjointProperties",
    "AllDifferent",
    "AsymmetricProperty",
    "IrreflexiveProperty",
    "NegativePropertyAssertion",
)
#: What would derive triples (mostly owl:sameAs) and has no rule here.
_UNSUPPORTED_PREDICATES = ("sameAs", "hasKey", "disjointUnionOf")
_UNSUPPORTED_TYPES = ("FunctionalProperty", "InverseFunctionalProperty", "ReflexiveProperty")


def read_axioms(ontology: Path) -> Axioms:
    """Read the axioms of an ontology written as N-Quads; the graph of a quad does not matter.

    Raises :class:`UnreadableQuadsError`.
    """
    try:
        triples = {
            (str(quad.subject), str(quad.predicate), str(quad.object))
            for quad in parse(path=str(ontology), format=RdfFormat.N_QUADS)
        }
    except (OSError, SyntaxError) as error:
        raise UnreadableQuadsError.of(ontology, error) from error
    return find_axioms(triples)


def find_axioms(triples: Iterable[tuple[Term, Term, Term]]) -> Axioms:
    """Find the axioms among triples; the same triples in any order give the same axioms."""
    return _Reader(triples).axioms()


class _Reader:
    """Looks at one ontology; ``_objects`` are sorted, so that nothing depends on order."""

    def __init__(self, triples: Iterable[tuple[Term, Term, Term]]) -> None:
        self._triples = sorted(triples)
        self._objects: dict[tuple[Term, Term], list[Term]] = {}
        for subject, predicate, value in self._triples:
            self._objects.setdefault((subject, predicate), []).append(value)
        self._axioms: list[Axiom] = []
        self._skipped: list[Skipped] = []

    def axioms(self) -> Axioms:
        for subject, predicate, value in self._triples:
            if predicate in _AXIOM_PREDICATES:
                try:
                    self._axioms.extend(self._axiom(subject, predicate, value))
                except _CannotCompileError as error:
                    self._skip(subject, predicate, str(error), derives=True)
            elif predicate == RDF_TYPE:
                self._characteristic(subject, value)
            else:
                self._other(subject, predicate)
        return Axioms(tuple(dict.fromkeys(self._axioms)), tuple(dict.fromkeys(self._skipped)))

    def _axiom(self, subject: Term, predicate: Term, value: Term) -> list[Axiom]:
        construct = predicate.rstrip(">").rpartition("#")[2]
        read: dict[str, Callable[[Term, Term], list[Axiom]]] = {
            "subClassOf": self._sub_class,
            "equivalentClass": self._equivalent_classes,
            "subPropertyOf": lambda a, b: [SubPropertyOf((self._property(a),), self._property(b))],
            "equivalentProperty": self._equivalent_properties,
            "inverseOf": self._inverses,
            "propertyChainAxiom": self._chain,
            "domain": lambda p, c: (
                [Domain(self._property(p), self._right(c))] if c not in _TOP_CLASSES else []
            ),
            "range": self._range,
        }
        return read[construct](subject, value)

    def _sub_class(self, sub: Term, sup: Term) -> list[Axiom]:
        if sup in _TOP_CLASSES or sub == sup:
            return []
        return [SubClassOf(self._left(sub), self._right(sup))]

    def _equivalent_classes(self, a: Term, b: Term) -> list[Axiom]:
        """Both directions; one that has no rule is reported and the other still holds."""
        found: list[Axiom] = []
        for sub, sup in ((a, b), (b, a)):
            try:
                found.extend(self._sub_class(sub, sup))
            except _CannotCompileError as error:
                self._skip(a, _iri(OWL, "equivalentClass"), str(error), derives=True)
        return found

    def _equivalent_properties(self, a: Term, b: Term) -> list[Axiom]:
        first, second = self._property(a), self._property(b)
        return [SubPropertyOf((first,), second), SubPropertyOf((second,), first)]

    def _inverses(self, a: Term, b: Term) -> list[Axiom]:
        if a.startswith("_:"):  # an inverse used inside another axiom, no axiom of its own
            return []
        first, second = self._property(a), self._property(b)
        return [
            SubPropertyOf((second.inverted(),), first),
            SubPropertyOf((first.inverted(),), second),
        ]

    def _chain(self, sup: Term, links: Term) -> list[Axiom]:
        chain = tuple(self._property(link) for link in self._list(links))
        if not chain:
            raise _CannotCompileError("the chain is empty")
        return [SubPropertyOf(chain, self._property(sup))]

    def _range(self, prop: Term, cls: Term) -> list[Axiom]:
        if cls in _TOP_CLASSES:
            return []
        if self._is_datatype(cls):
            self._skip(prop, _iri(RDFS, "range"), "a datatype derives nothing", derives=False)
            return []
        return [Domain(self._property(prop).inverted(), self._right(cls))]

    def _characteristic(self, subject: Term, kind: Term) -> None:
        prop = Property(subject)
        if kind == _iri(OWL, "SymmetricProperty"):
            self._axioms.append(SubPropertyOf((prop.inverted(),), prop))
        elif kind == _iri(OWL, "TransitiveProperty"):
            self._axioms.append(SubPropertyOf((prop, prop), prop))
        elif kind in {_iri(OWL, name) for name in _CONSTRAINT_TYPES}:
            self._skip(subject, kind, "a constraint, for the reasoner to check", derives=False)
        elif kind in {_iri(OWL, name) for name in _UNSUPPORTED_TYPES}:
            self._skip(subject, kind, "has no rule: write what should follow", derives=True)

    def _other(self, subject: Term, predicate: Term) -> None:
        if predicate in {_iri(OWL, name) for name in _CONSTRAINT_PREDICATES}:
            self._skip(subject, predicate, "a constraint, for the reasoner to check", derives=False)
        elif predicate in {_iri(OWL, name) for name in _UNSUPPORTED_PREDICATES}:
            self._skip(subject, predicate, "has no rule: write what should follow", derives=True)

    # Parts of axioms

    def _property(self, node: Term) -> Property:
        if node.startswith("<"):
            return Property(node)
        inverse = self._objects.get((node, _iri(OWL, "inverseOf")), [])
        if len(inverse) == 1:
            return self._property(inverse[0]).inverted()
        raise _CannotCompileError(f"{node} is no property")

    def _left(self, node: Term) -> ClassExpression:
        """A class expression that may stand on the left of subClassOf."""
        if node in _TOP_CLASSES:
            raise _CannotCompileError("owl:Thing on the left side would hold of everything")
        expression = self._expression(node, self._left)
        if isinstance(expression, Only):
            raise _CannotCompileError("allValuesFrom on the left side is outside OWL 2 RL")
        return expression

    def _right(self, node: Term) -> ClassExpression:
        """A class expression that may stand on the right of subClassOf."""
        expression = self._expression(node, self._right)
        names = {Some: "someValuesFrom", Or: "unionOf", OneOf: "oneOf"}
        if name := names.get(type(expression)):
            raise _CannotCompileError(f"{name} on the right side is outside OWL 2 RL")
        return expression

    def _expression(
        self, node: Term, operand: Callable[[Term], ClassExpression]
    ) -> ClassExpression:
        if node.startswith("<"):
            return Named(node)
        for construct, kind in (("intersectionOf", And), ("unionOf", Or)):
            if lists := self._objects.get((node, _iri(OWL, construct))):
                return kind(tuple(map(operand, self._list(lists[0]))))
        if members := self._objects.get((node, _iri(OWL, "oneOf"))):
            return OneOf(tuple(self._list(members[0])))
        return self._restriction(node, operand)

    def _restriction(
        self, node: Term, operand: Callable[[Term], ClassExpression]
    ) -> ClassExpression:
        on = self._objects.get((node, _iri(OWL, "onProperty")))
        if not on:
            raise _CannotCompileError(f"{self._describe(node)} has no rule")
        prop = self._property(on[0])
        if values := self._objects.get((node, _iri(OWL, "hasValue"))):
            return HasValue(prop, values[0])
        if fillers := self._objects.get((node, _iri(OWL, "someValuesFrom"))):
            if fillers[0] in _TOP_CLASSES:
                return Some(prop, None)
            if self._is_datatype(fillers[0]):
                raise _CannotCompileError("someValuesFrom with a datatype has no rule")
            return Some(prop, operand(fillers[0]))
        if fillers := self._objects.get((node, _iri(OWL, "allValuesFrom"))):
            if self._is_datatype(fillers[0]):
                raise _CannotCompileError("allValuesFrom with a datatype derives nothing")
            return Only(prop, operand(fillers[0]))
        raise _CannotCompileError(f"{self._describe(node)} has no rule")

    def _is_datatype(self, node: Term) -> bool:
        return (
            node.startswith(f"<{XSD}")
            or node in {_iri(RDFS, "Literal"), _iri(RDF, "langString"), _iri(RDF, "PlainLiteral")}
            or _iri(RDFS, "Datatype") in self._objects.get((node, RDF_TYPE), [])
        )

    def _list(self, node: Term) -> list[Term]:
        items: list[Term] = []
        seen: set[Term] = set()
        while node != _iri(RDF, "nil"):
            first = self._objects.get((node, _iri(RDF, "first")), [])
            rest = self._objects.get((node, _iri(RDF, "rest")), [])
            if node in seen or len(first) != 1 or len(rest) != 1:
                raise _CannotCompileError("its list is broken")
            seen.add(node)
            items.append(first[0])
            node = rest[0]
        return items

    def _describe(self, node: Term) -> str:
        """The constructs of an anonymous class, for a reader of the report."""
        skip = {RDF_TYPE, _iri(OWL, "onProperty"), _iri(RDFS, "subClassOf")}
        found = [shorten(p[1:-1]) for s, p in self._objects if s == node and p not in skip]
        return " and ".join(sorted(found)) or "an empty class expression"

    def _skip(self, subject: Term, construct: Term, reason: str, *, derives: bool) -> None:
        name = shorten(subject[1:-1]) if subject.startswith("<") else "an anonymous class"
        self._skipped.append(Skipped(name, shorten(construct[1:-1]), reason, derives))
