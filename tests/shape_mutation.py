"""What of the shapes the tests would miss: each statement of a shape removed, one at a time.

A statement is a constraint, a class that a shape looks at (by a target of its own, or because a
node shape refers to it), or a rule in SPARQL. What ``tests/ontology/shapes`` holds against it is
checked again without it: broken records of the invented world, and the examples of the rules.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from pyoxigraph import DefaultGraph, NamedNode, Quad, RdfFormat, Store, parse
from rdflib import Graph, URIRef
from rdflib.namespace import SH
from rdflib.term import Node

from kg.check import ShapeSet, read_shapes
from kg.check.core import check_core
from kg.check.graph import find
from kg.namespaces import CMS, expand, shorten
from tests.invented_world import World
from tests.ontology.shapes.broken import Broken, read_broken
from tests.ontology.shapes.conftest import MORE
from tests.ontology.shapes.rule_examples import EXAMPLES
from tests.ontology.shapes.targets import broken_for_targets
from tests.ontology.shapes.test_rules import stored as stored_example

SURVIVED = "SURVIVED"
#: The record that is broken for it is broken for another part of the shape as well; the test that
#: every part of every shape has a broken record, and no record without a part, sees that it lacks.
LISTED = "listed in broken.csv"

#: What a shape says for people, what it is said of, and what is tried in another way.
_LEFT_OUT = {
    *(SH.name, SH.description, SH.message, SH.severity, SH.path, SH.order, SH.group),
    *(SH.targetClass, SH.targetNode, SH.targetSubjectsOf, SH.targetObjectsOf, SH.property),
}
Triple = tuple[Node, Node, Node]


@dataclass(frozen=True, slots=True)
class Result:
    """What became of a mutant: the questions or examples that noticed it, or that nothing did."""

    kind: str
    name: str
    verdict: str

    @property
    def survived(self) -> bool:
        """Whether nothing noticed."""
        return self.verdict == SURVIVED


class ShapeTrial:
    """The invented world, broken where a shape looks, checked without one statement of it."""

    def __init__(self, folder: Path) -> None:
        self.shapes = read_shapes()
        world = {
            Quad(q.subject, q.predicate, q.object, DefaultGraph()) for q in World(folder).store
        }
        self.world = frozenset(world | set(parse(path=str(MORE), format=RdfFormat.TURTLE)))
        self.rows: dict[str, list[Broken]] = {}
        for row in read_broken():
            self.rows.setdefault(expand(row.shape), []).append(row)

    def results(self) -> Iterator[Result]:
        """One result for each statement: constraints, then classes, then rules."""
        yield from self.constraints()
        yield from self.targets()
        yield from self.rules()

    def constraints(self) -> Iterator[Result]:
        """Without one constraint of a shape, the record that breaks it is not found."""
        for shape, predicate, value in sorted(self.shapes.core):
            known = isinstance(shape, URIRef) and str(shape) in self.shapes.infos
            if known and str(predicate).startswith(str(SH)) and predicate not in _LEFT_OUT:
                part = str(predicate).removeprefix(str(SH))
                ways = [way for way in self.rows.get(str(shape), []) if way.breaks == part]
                without = self._without((shape, predicate, value))
                verdict = (
                    self._by_records(ways, without)
                    or self._by_examples(str(shape), without)
                    or (LISTED if ways else SURVIVED)
                )
                yield Result("constraint", f"{shorten(str(shape))} {part}", verdict)

    def targets(self) -> Iterator[Result]:
        """Without one class that a shape looks at, a broken record of it is not found."""
        for target, ways in list(broken_for_targets(self._store([]))):
            without = self._without(
                (URIRef(target.shape), URIRef(target.kind), URIRef(target.value))
            )
            yield Result("target", target.name, self._by_records(ways, without) or SURVIVED)

    def rules(self) -> Iterator[Result]:
        """Without a rule, its example is not found."""
        for rule in self.shapes.rules:
            kept = tuple(other for other in self.shapes.rules if other != rule)
            without = replace(self.shapes, rules=kept)
            verdict = self._by_examples(rule.shape.iri, without)
            yield Result("rule", rule.shape.name, verdict or SURVIVED)

    def _without(self, triple: Triple) -> ShapeSet:
        core = Graph()
        for other in self.shapes.core:
            if other != triple:
                core.add(other)
        return replace(self.shapes, core=core)

    def _store(self, ways: list[Broken]) -> Store:
        store = Store()
        store.bulk_extend(self.world)
        for way in ways:
            way.write(store)
        return store

    def _by_records(self, ways: list[Broken], without: ShapeSet) -> str:
        """The broken records that are found with all shapes and not with these."""
        if not ways:
            return ""
        store = self._store(ways)
        named = all(isinstance(way.copy, NamedNode) for way in ways)
        focus = {way.copy.value for way in ways} if named else None

        def found(shapes: ShapeSet) -> set[tuple[str, str]]:
            return {(f.shape, f.node) for f in check_core(store, shapes, focus)}

        before, after = found(self.shapes), found(without)
        noticed = [
            way
            for way in ways
            if (key := (expand(way.shape), _node(way))) in before and key not in after
        ]
        return ", ".join(f"broken {way.breaks} of {way.record}" for way in noticed)

    def _by_examples(self, shape: str, without: ShapeSet) -> str:
        """The examples of rules that fail with all shapes and pass with these."""

        def count(facts: str, shapes: ShapeSet) -> int:
            return sum(f.shape == shape for f in find(stored_example(facts), shapes))

        noticed = [
            f"example of {name}: {word}"
            for name, _, fails, _, word in EXAMPLES
            if CMS + name == shape and count(fails, self.shapes) > count(fails, without)
        ]
        return ", ".join(noticed)


def _node(broken: Broken) -> str:
    return broken.copy.value if isinstance(broken.copy, NamedNode) else str(broken.copy)


def shape_results(folder: Path) -> Iterator[Result]:
    """One result for each statement of a shape."""
    # rdflib warns of every value that is broken on purpose.
    logging.getLogger("rdflib.term").setLevel(logging.ERROR)
    yield from ShapeTrial(folder).results()
