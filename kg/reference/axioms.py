"""The axioms among statements, each in words and in Manchester syntax."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from string import ascii_uppercase

from pyoxigraph import BlankNode, NamedNode

from kg.namespaces import OWL, RDF, RDFS
from kg.reference import manchester
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
    Unknown,
    read_expression,
    read_property,
)
from kg.reference.model import AxiomKind, AxiomText
from kg.reference.statements import Node, Statement, Statements, Subject
from kg.reference.words import English, Words, joined

_CHARACTERISTICS = {
    "TransitiveProperty": "transitive",
    "SymmetricProperty": "symmetric",
    "AsymmetricProperty": "asymmetric",
    "ReflexiveProperty": "reflexive",
    "IrreflexiveProperty": "irreflexive",
    "FunctionalProperty": "functional",
    "InverseFunctionalProperty": "inverse functional",
}
_TOP = f"{OWL}Thing"


def mentioned(expression: Expression) -> Iterator[str]:
    """The IRIs of all terms in an expression."""
    match expression:
        case Named(iri):
            yield iri
        case And(operands) | Or(operands):
            for operand in operands:
                yield from mentioned(operand)
        case Not(operand):
            yield from mentioned(operand)
        case OneOf(members):
            yield from (m.value for m in members if isinstance(m, NamedNode))
        case Restriction(prop, _, filler, _):
            yield prop.iri
            if filler is not None:
                yield from mentioned(filler)
        case HasValue(prop, value):
            yield prop.iri
            if isinstance(value, NamedNode):
                yield value.value
        case HasSelf(prop):
            yield prop.iri
        case Bounded(datatype):
            yield datatype


def find_axioms(statements: Statements, english: English) -> list[AxiomText]:
    """Every axiom that reads as one, in an order that does not depend on that of the statements."""
    found = dict.fromkeys(_Reader(statements, english).axioms())
    return sorted(found, key=lambda axiom: (axiom.kind, axiom.text))


class _Reader:
    def __init__(self, statements: Statements, english: English) -> None:
        self._all = statements
        self._english = english

    def axioms(self) -> Iterator[AxiomText]:
        for statement in self._all.with_predicate(f"{RDFS}subClassOf"):
            yield from self._sub_class(statement.subject, statement.object)
        for statement in self._all.with_predicate(f"{OWL}equivalentClass"):
            yield from self._equivalent(statement)
        for statement in self._all.with_predicate(f"{OWL}disjointWith"):
            yield from self._disjoint([statement.subject, statement.object])
        for statement in self._all.with_predicate(f"{OWL}members"):
            yield from self._disjoint(self._all.listed(statement.object))
        for statement in self._all.with_predicate(f"{OWL}disjointUnionOf"):
            parts = self._all.listed(statement.object)
            yield from self._disjoint(parts)
            yield from self._made_up_of(statement.subject, parts)
        for statement in self._all.with_predicate(f"{OWL}hasKey"):
            yield from self._key(statement)
        yield from self._property_axioms()

    def _property_axioms(self) -> Iterator[AxiomText]:
        for statement in self._all.with_predicate(f"{RDFS}subPropertyOf"):
            yield from self._path([statement.subject], statement.object, AxiomKind.SUBPROPERTY)
        for statement in self._all.with_predicate(f"{OWL}equivalentProperty"):
            yield from self._path([statement.subject], statement.object, AxiomKind.SUBPROPERTY)
            yield from self._path([statement.object], statement.subject, AxiomKind.SUBPROPERTY)
        for statement in self._all.with_predicate(f"{OWL}propertyChainAxiom"):
            links = self._all.listed(statement.object)
            yield from self._path(links, statement.subject, AxiomKind.CHAIN)
        for statement in self._all.with_predicate(f"{OWL}inverseOf"):
            yield from self._inverse(statement)
        for predicate, kind in (("domain", AxiomKind.DOMAIN), ("range", AxiomKind.RANGE)):
            for statement in self._all.with_predicate(RDFS + predicate):
                yield from self._end(statement, kind)
        for statement in self._all.with_predicate(f"{RDF}type"):
            yield from self._characteristic(statement)

    # Classes

    def _sub_class(self, sub: Node, sup: Node) -> Iterator[AxiomText]:
        below, above = read_expression(self._all, sub), read_expression(self._all, sup)
        if isinstance(below, Unknown) or isinstance(above, Unknown) or above == Named(_TOP):
            return
        english = self._english
        if isinstance(above, Named):
            words: Words = (*_capital(english.noun(below)), " is ", *english.noun(above), ".")
        else:
            words = (*_capital(english.noun(below)), " ", *english.clause(above), ".")
        about = [e.iri for e in (below, above) if isinstance(e, Named)]
        # A class below a named one says something of the narrower, anything else of the named.
        about = about[:1] if isinstance(below, Named) else about
        formal = f"{manchester.text(below)} SubClassOf {manchester.text(above)}"
        yield self._axiom(AxiomKind.SUBCLASS, words, formal, about, (below, above))

    def _equivalent(self, statement: Statement) -> Iterator[AxiomText]:
        one = read_expression(self._all, statement.subject)
        other = read_expression(self._all, statement.object)
        if isinstance(one, Unknown) or isinstance(other, Unknown):
            return
        english = self._english
        words = (*_capital(english.noun(one)), " is the same as ", *english.noun(other), ".")
        about = [e.iri for e in (one, other) if isinstance(e, Named)]
        formal = f"{manchester.text(one)} EquivalentTo {manchester.text(other)}"
        yield self._axiom(AxiomKind.EQUIVALENT, words, formal, about, (one, other))

    def _disjoint(self, nodes: Sequence[Node]) -> Iterator[AxiomText]:
        parts = [read_expression(self._all, node) for node in nodes]
        if len(parts) < 2 or any(isinstance(part, Unknown) for part in parts):
            return
        nouns = joined([self._english.noun(part) for part in parts], "or")
        words: Words = ("Nothing is more than one of these: ", *nouns, ".")
        if len(parts) == 2:
            first, second = map(self._english.noun, parts)
            words = ("Nothing is both ", *first, " and ", *second, ".")
        formal = f"DisjointClasses: {', '.join(map(manchester.text, parts))}"
        about = [part.iri for part in parts if isinstance(part, Named)]
        yield self._axiom(AxiomKind.DISJOINT, words, formal, about, parts, derives=False)

    def _made_up_of(self, whole: Subject, nodes: Sequence[Node]) -> Iterator[AxiomText]:
        parts = tuple(read_expression(self._all, node) for node in nodes)
        named = read_expression(self._all, whole)
        if not parts or any(isinstance(part, Unknown) for part in (named, *parts)):
            return
        english = self._english
        words = (*_capital(english.noun(named)), " is ", *english.noun(Or(parts)), ".")
        formal = (
            f"{manchester.text(named)} DisjointUnionOf {', '.join(map(manchester.text, parts))}"
        )
        about = [named.iri] if isinstance(named, Named) else []
        yield self._axiom(AxiomKind.EQUIVALENT, words, formal, about, (named, *parts))

    def _key(self, statement: Statement) -> Iterator[AxiomText]:
        named = read_expression(self._all, statement.subject)
        uses = [read_property(self._all, node) for node in self._all.listed(statement.object)]
        keys = [use for use in uses if use is not None]
        if not keys or not isinstance(named, Named):
            return
        refs = joined([("the same “", self._english.ref(k.iri), "”") for k in keys], "and")
        noun = self._english.ref(named.iri)
        words: Words = ("Two entries for a ", noun, " with ", *refs, " are the same.")
        formal = f"{manchester.text(named)} HasKey {', '.join(map(manchester.property_text, keys))}"
        mentions = (named, *(Named(k.iri) for k in keys))
        yield self._axiom(AxiomKind.KEY, words, formal, [named.iri], mentions, derives=False)

    # Properties

    def _path(self, links: Iterable[Node], sup: Node, kind: AxiomKind) -> Iterator[AxiomText]:
        chain = [read_property(self._all, link) for link in links]
        target = read_property(self._all, sup)
        uses = [use for use in chain if use is not None]
        if target is None or not uses or len(uses) != len(chain):
            return
        english = self._english
        ends = [ascii_uppercase[place % 26] for place in range(len(uses) + 1)]
        steps = [english.link(u, a, b) for u, a, b in zip(uses, ends, ends[1:], strict=False)]
        follows = english.link(target, ends[0], ends[-1])
        words: Words = ("If ", *joined(steps, "and"), ", then ", *follows, ".")
        path = " o ".join(map(manchester.property_text, uses))
        formal = f"{path} SubPropertyOf {manchester.property_text(target)}"
        mentions = [Named(use.iri) for use in (*uses, target)]
        # A narrower property is described by the broader one; what a chain says is of its result.
        about = [uses[0].iri, target.iri] if kind is AxiomKind.SUBPROPERTY else [target.iri]
        yield self._axiom(kind, words, formal, about, mentions)

    def _inverse(self, statement: Statement) -> Iterator[AxiomText]:
        if isinstance(statement.subject, BlankNode) or not isinstance(statement.object, NamedNode):
            return  # an inverse used inside another axiom
        one, other = PropertyUse(statement.subject.value), PropertyUse(statement.object.value)
        first = self._english.link(one, "A", "B")
        second = self._english.link(other, "B", "A")
        words: Words = (*_capital(first), " exactly when ", *second, ".")
        formal = f"{manchester.short(one.iri)} InverseOf {manchester.short(other.iri)}"
        both = [one.iri, other.iri]
        yield self._axiom(AxiomKind.INVERSE, words, formal, both, map(Named, both))

    def _end(self, statement: Statement, kind: AxiomKind) -> Iterator[AxiomText]:
        use = read_property(self._all, statement.subject)
        filler = read_expression(self._all, statement.object)
        if use is None or isinstance(filler, Unknown) or filler == Named(_TOP):
            return
        english = self._english
        subject, value = ("A", "something") if kind is AxiomKind.DOMAIN else ("something", "A")
        said = english.link(use, subject, value)
        words: Words = ("If ", *said, ", then A is ", *english.noun(filler), ".")
        formal = f"{manchester.property_text(use)} {kind} {manchester.text(filler)}"
        mentions = (filler, Named(use.iri))
        derives = not _is_datatype(filler)
        yield self._axiom(kind, words, formal, [use.iri], mentions, derives=derives)

    def _characteristic(self, statement: Statement) -> Iterator[AxiomText]:
        local = statement.object.value.removeprefix(OWL)
        if local not in _CHARACTERISTICS or not isinstance(statement.subject, NamedNode):
            return
        use = PropertyUse(statement.subject.value)
        link = self._english.link
        ab, bc, ac = link(use, "A", "B"), link(use, "B", "C"), link(use, "A", "C")
        ba, aa, cb = link(use, "B", "A"), link(use, "A", "A"), link(use, "C", "B")
        sentences: dict[str, Words] = {
            "transitive": ("If ", *ab, " and ", *bc, ", then ", *ac, "."),
            "symmetric": ("If ", *ab, ", then ", *ba, "."),
            "asymmetric": ("It never holds both ways: not ", *ab, " and ", *ba, "."),
            "reflexive": ("It holds of everything and itself: ", *aa, "."),
            "irreflexive": ("It never holds of a thing and itself: not ", *aa, "."),
            "functional": ("At most one value: if ", *ab, " and ", *ac, ", then B is C."),
            "inverse functional": ("At most one has it: if ", *ab, " and ", *cb, ", A is C."),
        }
        name = _CHARACTERISTICS[local]
        derives = name not in ("asymmetric", "irreflexive")
        formal = f"{manchester.short(use.iri)} Characteristics {name}"
        yield self._axiom(
            AxiomKind.CHARACTERISTIC, sentences[name], formal, [use.iri], (Named(use.iri),),
            derives=derives,
        )  # fmt: skip

    def _axiom(
        self, kind: AxiomKind, words: Words, formal: str, about: Sequence[str],
        inside: Iterable[Expression], *, derives: bool = True,
    ) -> AxiomText:  # fmt: skip
        mentions = frozenset(iri for expression in inside for iri in mentioned(expression))
        return AxiomText(kind, words, formal, tuple(about), mentions, derives)


def _is_datatype(expression: Expression) -> bool:
    """True for the range of a property whose values are literals: nothing follows from it."""
    named = isinstance(expression, Named) and "XMLSchema#" in expression.iri
    return named or isinstance(expression, Bounded)


def _capital(words: Words) -> Words:
    first, *rest = words
    if isinstance(first, str):
        return (first[:1].upper() + first[1:], *rest)
    return (type(first)(first.iri, first.text[:1].upper() + first.text[1:]), *rest)
