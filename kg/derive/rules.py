"""Rules: what the axioms become.

Everything is a *relation*, a set of pairs. A property is the set of its pairs; a class is the set
of the pairs (x, x) of its members, a diagonal. Four kinds of rules are then enough: the product of
two relations, the copy of one (turned round or not), its domain as a diagonal, and constants.
Longer chains and nested class expressions are cut into these with helper relations.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

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
from kg.derive.spelling import Term


class RelationKind(StrEnum):
    """What the pairs of a relation mean. A helper stands for a part of an axiom."""

    PROPERTY = "property"
    CLASS = "class"
    HELPER = "helper"


@dataclass(frozen=True, slots=True, order=True)
class Relation:
    """The name of a relation; for a property or class the term itself."""

    kind: RelationKind
    name: Term

    @classmethod
    def property(cls, iri: Term) -> Relation:
        """The relation of a property."""
        return cls(RelationKind.PROPERTY, iri)

    @classmethod
    def of_class(cls, iri: Term) -> Relation:
        """The diagonal of a class."""
        return cls(RelationKind.CLASS, iri)


@dataclass(frozen=True, slots=True, order=True)
class Side:
    """A relation in the body of a rule, turned round if ``inverse``."""

    relation: Relation
    inverse: bool = False

    def __str__(self) -> str:
        return f"^{self.relation.name}" if self.inverse else self.relation.name


@dataclass(frozen=True, slots=True)
class Copy:
    """head(x, y) if body(x, y)."""

    head: Relation
    body: Side


@dataclass(frozen=True, slots=True)
class Product:
    """head(x, z) if left(x, y) and right(y, z)."""

    head: Relation
    left: Side
    right: Side


@dataclass(frozen=True, slots=True)
class DomainOf:
    """head(x, x) if body(x, y)."""

    head: Relation
    body: Side


@dataclass(frozen=True, slots=True)
class Attach:
    """head(x, value) if body(x, x), or head(value, x) if ``inverse``."""

    head: Relation
    body: Side
    value: Term
    inverse: bool = False


Rule: TypeAlias = Copy | Product | DomainOf | Attach


@dataclass(frozen=True, slots=True)
class RuleSet:
    """Rules, and the constant diagonals that some of them start from."""

    rules: tuple[Rule, ...]
    constants: tuple[tuple[Relation, tuple[Term, ...]], ...] = ()


def bodies(rule: Rule) -> tuple[Side, ...]:
    """The sides of a rule that new pairs can come in by."""
    return (rule.left, rule.right) if isinstance(rule, Product) else (rule.body,)


def compile_rules(axioms: Iterable[Axiom]) -> RuleSet:
    """Compile axioms; the same axioms give the same rules in the same order."""
    compiler = _Compiler()
    for axiom in axioms:
        compiler.add(axiom)
    return RuleSet(tuple(compiler.rules), tuple(compiler.constants.items()))


def rules_for(rule_set: RuleSet, wanted: Iterable[Relation]) -> RuleSet:
    """Leave out the rules that no wanted relation rests on."""
    needed = set(wanted)
    by_head: dict[Relation, list[Rule]] = {}
    for rule in rule_set.rules:
        by_head.setdefault(rule.head, []).append(rule)
    todo = list(needed)
    while todo:
        for rule in by_head.get(todo.pop(), []):
            for side in bodies(rule):
                if side.relation not in needed:
                    needed.add(side.relation)
                    todo.append(side.relation)
    return RuleSet(
        tuple(rule for rule in rule_set.rules if rule.head in needed),
        tuple(item for item in rule_set.constants if item[0] in needed),
    )


class _Compiler:
    def __init__(self) -> None:
        self.rules: dict[Rule, None] = {}
        self.constants: dict[Relation, tuple[Term, ...]] = {}

    def add(self, axiom: Axiom) -> None:
        match axiom:
            case SubClassOf(sub, sup):
                self._implies(self._diagonal(sub), sup)
            case SubPropertyOf(chain, sup):
                self._path(chain, sup)
            case Domain(prop, cls):
                self._implies(self._some(prop, None), cls)

    def _path(self, chain: Sequence[Property], sup: Property) -> None:
        # A chain below an inverse is the reversed chain of inverses below the property itself.
        sides = [_side(link) for link in chain]
        if sup.inverse:
            sides = [Side(side.relation, not side.inverse) for side in reversed(sides)]
        head = Relation.property(sup.iri)
        if len(sides) == 1:
            self._rule(Copy(head, sides[0]))
            return
        # Cut from the right, so that the helper of (a b c) is the end of the path, (b c): for a
        # tree of parts that is the smaller one, since many wholes share few ends.
        right = sides[-1]
        for left in reversed(sides[1:-1]):
            helper = self._helper(f"({left} {right})")
            self._rule(Product(helper, left, right))
            right = Side(helper)
        self._rule(Product(head, sides[0], right))

    def _diagonal(self, expression: ClassExpression) -> Relation:
        """The relation of the members of a class expression on the left side."""
        match expression:
            case Named(iri):
                return Relation.of_class(iri)
            case Some(prop, filler):
                return self._some(prop, None if filler is None else self._diagonal(filler))
            case HasValue(prop, value):
                return self._some(prop, self._constant((value,)))
            case OneOf(members):
                return self._constant(members)
            case And(operands):
                return self._both(operands)
            case Or(operands):
                return self._either(operands)
        raise AssertionError(expression)  # the reader of axioms lets nothing else through

    def _both(self, operands: Sequence[ClassExpression]) -> Relation:
        first, *rest = map(self._diagonal, operands)
        for other in rest:
            both = self._helper(f"({first.name} and {other.name})")
            self._rule(Product(both, Side(first), Side(other)))
            first = both
        return first

    def _either(self, operands: Sequence[ClassExpression]) -> Relation:
        parts = sorted(map(self._diagonal, operands))
        either = self._helper("(" + " or ".join(part.name for part in parts) + ")")
        for part in parts:
            self._rule(Copy(either, Side(part)))
        return either

    def _some(self, prop: Property, filler: Relation | None) -> Relation:
        """The members of someValuesFrom; without a filler, of the domain."""
        side = _side(prop)
        if filler is not None:
            pairs = self._helper(f"({side} {filler.name})")
            self._rule(Product(pairs, side, Side(filler)))
            side = Side(pairs)
        members = self._helper(f"domain({side})")
        self._rule(DomainOf(members, side))
        return members

    def _implies(self, members: Relation, sup: ClassExpression) -> None:
        """Make every member a member of a class expression on the right side."""
        match sup:
            case Named(iri):
                self._rule(Copy(Relation.of_class(iri), Side(members)))
            case And(operands):
                for operand in operands:
                    self._implies(members, operand)
            case HasValue(prop, value):
                head = Relation.property(prop.iri)
                self._rule(Attach(head, Side(members), value, prop.inverse))
            case Only(prop, filler):
                pairs = self._helper(f"({members.name} {_side(prop)})")
                self._rule(Product(pairs, Side(members), _side(prop)))
                values = self._helper(f"range({pairs.name})")
                self._rule(DomainOf(values, Side(pairs, inverse=True)))
                self._implies(values, filler)
            case _:
                raise AssertionError(sup)  # the reader of axioms lets nothing else through

    def _constant(self, members: tuple[Term, ...]) -> Relation:
        relation = self._helper("{" + " ".join(members) + "}")
        self.constants[relation] = members
        return relation

    def _rule(self, rule: Rule) -> None:
        if not (isinstance(rule, Copy) and rule.body == Side(rule.head)):
            self.rules[rule] = None

    @staticmethod
    def _helper(name: str) -> Relation:
        return Relation(RelationKind.HELPER, name)


def _side(prop: Property) -> Side:
    return Side(Relation.property(prop.iri), prop.inverse)
