"""Shapes that no single property can say: each has an example that passes and one that fails.

Every example fails for exactly the node that is named, and plain pyshacl finds the same.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import pytest
from pyoxigraph import DefaultGraph, NamedNode, Quad, RdfFormat, Store, parse
from pyshacl import validate
from rdflib import Graph
from rdflib.namespace import SH

from kg.check import ShapeSet
from kg.check.finding import Finding
from kg.check.graph import find
from kg.check.shapes import shape_files
from kg.namespaces import CMS, shorten, sparql_prologue
from tests.ontology.shapes.rule_examples import EXAMPLES, ONTOLOGY
from tests.ontology.shapes.test_shapes import WHOLE

Finder = Callable[[str], list[Finding]]
PREFIXES = sparql_prologue().replace("PREFIX", "@prefix").replace(">\n", "> .\n")


def stored(facts: str) -> Store:
    """Facts, and what the ontology says of two codes, in the default graph."""
    store = Store()
    for quad in parse(PREFIXES + facts + ONTOLOGY, RdfFormat.TURTLE):
        store.add(Quad(quad.subject, quad.predicate, quad.object, DefaultGraph()))
    return store


@pytest.fixture(scope="module")
def findings_in(shapes: ShapeSet) -> Finder:
    """What all shapes find in some facts: looked for once, however many tests ask."""
    return cache(lambda facts: find(stored(facts), shapes))


def found(findings: list[Finding], shape: str) -> list[tuple[str, str]]:
    """Node and message of what one shape finds."""
    return [
        (shorten(finding.node), finding.message)
        for finding in findings
        if finding.shape == CMS + shape
    ]


@pytest.mark.parametrize("example", EXAMPLES, ids=[e[0] for e in EXAMPLES])
def test_what_passes_and_what_fails(
    example: tuple[str, str, str, str, str], findings_in: Finder
) -> None:
    shape, passes, fails, node, word = example
    assert found(findings_in(passes), shape) == []
    findings = found(findings_in(fails), shape)
    assert [name for name, _ in findings] == [node]
    assert word in findings[0][1]


@pytest.mark.parametrize("example", EXAMPLES, ids=[e[0] for e in EXAMPLES])
def test_each_node_alone_gives_what_all_give(
    example: tuple[str, str, str, str, str], shapes: ShapeSet, findings_in: Finder
) -> None:
    store = stored(example[2])
    together = findings_in(example[2])
    for node in {quad.subject for quad in store if isinstance(quad.subject, NamedNode)}:
        alone = [finding for finding in together if finding.node == node.value]
        assert find(store, shapes, {node.value}) == alone


def test_every_rule_has_an_example(shapes: ShapeSet) -> None:
    rules = {rule.shape.name for rule in shapes.rules}
    assert {f"cms:{example[0]}" for example in EXAMPLES} == rules | WHOLE | {"cms:agreement-party"}


@pytest.fixture(scope="module")
def plain_shapes() -> Graph:
    """The shapes as anybody would load them."""
    graph = Graph()
    for path in shape_files():
        graph.parse(path)
    return graph


@pytest.mark.parametrize("example", EXAMPLES, ids=[e[0] for e in EXAMPLES])
def test_plain_pyshacl_finds_the_same(
    example: tuple[str, str, str, str, str], findings_in: Finder, plain_shapes: Graph
) -> None:
    for facts in example[1:3]:
        data = Graph().parse(data=PREFIXES + facts + ONTOLOGY, format="turtle")
        if example[0] == "coordinates-in-country":
            # What lies where is computed by the checker; here it is told.
            text = "cmd:place cms:liesIn cmd:" + ("USA ." if "-115" in facts else "MOZ .")
            data.parse(data=PREFIXES + text, format="turtle")
        _, report, _ = validate(data, shacl_graph=plain_shapes)
        theirs = {
            (str(report.value(r, SH.sourceShape)), str(report.value(r, SH.focusNode)))
            for r in report.objects(None, SH.result)
        }
        ours = {(f.shape, f.node) for f in findings_in(facts)}
        assert theirs == ours
