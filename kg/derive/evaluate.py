"""Semi-naive evaluation of rules to their least fixpoint.

The rules are ordered into groups that depend on each other in a circle (strongly connected
components); each group is evaluated once all that it rests on is complete. Within a group, a
round fires each rule on the pairs that the round before found, and the rest of its body on all
pairs known. Sets only grow and are finite, so cycles in the data end like anything else. (Bancilhon
and Ramakrishnan, "An amateur's introduction to recursive query processing strategies", 1986.)
"""

from __future__ import annotations

from collections.abc import Mapping
from graphlib import TopologicalSorter

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import connected_components

from kg.derive.pairs import EMPTY, Pairs
from kg.derive.rules import (
    Attach,
    Copy,
    DomainOf,
    Product,
    Relation,
    RelationKind,
    Rule,
    RuleSet,
    Side,
    bodies,
)
from kg.derive.terms import Terms


class Closure:
    """Relations closed under rules. ``add`` may be called again: only what is new is worked out."""

    def __init__(self, rule_set: RuleSet, terms: Terms) -> None:
        self._terms = terms
        self._groups = _groups(rule_set.rules)
        self._relations: dict[Relation, Pairs] = {}
        self._given: dict[Relation, Pairs] = {}
        self._literals: NDArray[np.bool_] = np.zeros(0, dtype=np.bool_)
        self._constants = {
            relation: Pairs.diagonal([terms.number(term) for term in members])
            for relation, members in rule_set.constants
        }
        self._values = {
            rule: terms.number(rule.value) for rule in rule_set.rules if isinstance(rule, Attach)
        }

    def add(self, facts: Mapping[Relation, Pairs]) -> dict[Relation, Pairs]:
        """Take in facts and everything that follows from them; give what was inferred now."""
        self._literals = self._terms.are_literals()
        changed: dict[Relation, Pairs] = {}
        for relation in sorted({*facts, *self._constants}):
            new = facts.get(relation, EMPTY).plus(self._constants.pop(relation, EMPTY))
            self._given[relation] = self._given.get(relation, EMPTY).plus(new)
            self._keep(relation, new, changed)
        for group in self._groups:
            self._close(group, changed)
        return {
            relation: pairs.minus(self._given.get(relation, EMPTY))
            for relation, pairs in changed.items()
        }

    def __getitem__(self, relation: Relation) -> Pairs:
        return self._relations.get(relation, EMPTY)

    def inferred(self, relation: Relation) -> Pairs:
        """The pairs that follow and were not given."""
        return self[relation].minus(self._given.get(relation, EMPTY))

    def _keep(self, relation: Relation, found: Pairs, changed: dict[Relation, Pairs]) -> Pairs:
        """Add pairs to a relation; give those that it did not have."""
        new = found.minus(self[relation])
        if len(new):
            self._relations[relation] = self[relation].plus(new)
            changed[relation] = changed.get(relation, EMPTY).plus(new)
        return new

    def _close(self, group: tuple[Rule, ...], changed: dict[Relation, Pairs]) -> None:
        fresh = changed
        while fresh:
            found: dict[Relation, list[Pairs]] = {}
            for rule in group:
                for place, side in enumerate(bodies(rule)):
                    if side.relation in fresh:
                        pairs = self._fire(rule, place, fresh[side.relation])
                        if len(pairs):
                            found.setdefault(rule.head, []).append(pairs)
            fresh = {}
            for head, several in found.items():
                together = several[0]
                for pairs in several[1:]:
                    together = together.plus(pairs)
                new = self._keep(head, together, changed)
                if len(new):
                    fresh[head] = new

    def _fire(self, rule: Rule, place: int, fresh: Pairs) -> Pairs:
        """What a rule gives where the side at ``place`` of its body is from the fresh pairs."""
        size = len(self._literals)
        match rule:
            case Copy(head, body):
                pairs = _turned(fresh, body)
            case DomainOf(head, body):
                pairs = _turned(fresh, body).domain()
            case Product(head, left, right):
                if place == 0:
                    pairs = _turned(fresh, left).times(self._side(right), size)
                else:
                    pairs = self._side(left).times(_turned(fresh, right), size)
            case Attach(head, body, _, inverse):
                value = np.full(len(fresh), self._values[rule], dtype=np.int64)
                pairs = Pairs.of(fresh.first, value)
                pairs = pairs.turned() if inverse else pairs
        if head.kind is RelationKind.HELPER:
            return pairs
        return pairs.where(~self._literals[pairs.first])

    def _side(self, side: Side) -> Pairs:
        return _turned(self[side.relation], side)


def _turned(pairs: Pairs, side: Side) -> Pairs:
    return pairs.turned() if side.inverse else pairs


def _groups(rules: tuple[Rule, ...]) -> list[tuple[Rule, ...]]:
    """Rules by strongly connected component of their heads, what they rest on first."""
    relations = sorted({r for rule in rules for r in (rule.head, *_relations(rule))})
    if not relations:
        return []
    index = {relation: i for i, relation in enumerate(relations)}
    edges = sorted({(index[b], index[rule.head]) for rule in rules for b in _relations(rule)})
    rows, columns = zip(*edges, strict=True)
    graph = csr_matrix(([1] * len(edges), (rows, columns)), shape=(len(index), len(index)))
    _, labels = connected_components(graph, directed=True, connection="strong")
    component = [int(label) for label in labels]
    order = TopologicalSorter[int](dict.fromkeys(component, ()))
    for body, head in edges:
        if component[body] != component[head]:
            order.add(component[head], component[body])
    by_component: dict[int, list[Rule]] = {}
    for rule in rules:
        by_component.setdefault(component[index[rule.head]], []).append(rule)
    return [tuple(by_component[label]) for label in order.static_order() if label in by_component]


def _relations(rule: Rule) -> list[Relation]:
    return [side.relation for side in bodies(rule)]
