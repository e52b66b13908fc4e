"""Every kind of thing that a shape asks something of is looked at: a broken record is found."""

from __future__ import annotations

import pytest
from pyoxigraph import NamedNode, Quad, Store

from kg.check import ShapeSet
from kg.check.core import check_core
from kg.check.graph import find
from kg.namespaces import expand
from tests.ontology.shapes.broken import Broken
from tests.ontology.shapes.targets import Target, broken_for_targets, only_reached, targets
from tests.ontology.shapes.test_rules import stored

Cases = list[tuple[Target, list[Broken]]]


@pytest.fixture(scope="module")
def cases(world_quads: frozenset[Quad]) -> Cases:
    """Targets with a record of the world broken for each."""
    store = Store()
    store.bulk_extend(world_quads)
    return list(broken_for_targets(store))


def test_a_broken_record_of_each_kind_is_found(
    cases: Cases, world: Store, shapes: ShapeSet
) -> None:
    for _, ways in cases:
        for broken in ways:
            broken.write(world)
    found = {(finding.shape, finding.node) for finding in check_core(world, shapes, None)}

    missed = [
        target.name
        for target, ways in cases
        if not any((expand(b.shape), copy_of(b)) in found for b in ways)
    ]

    assert missed == []


def copy_of(broken: Broken) -> str:
    """The node of a copy, as findings name it."""
    return broken.copy.value if isinstance(broken.copy, NamedNode) else str(broken.copy)


def test_the_list_of_kinds_is_that_of_the_shapes(cases: Cases, shapes: ShapeSet) -> None:
    # A copy of an agreement has no parties: test_rules breaks it the other way round.
    elsewhere = {"cms:agreement-party cm:Agreement"}

    listed = [target.name for target, _ in cases]

    assert len(listed) == len(set(listed)) > 300
    assert set(listed) == {target.name for target in targets(shapes)} - elsewhere


def test_each_record_is_looked_at_for_no_other_reason(
    cases: Cases, world: Store, shapes: ShapeSet
) -> None:
    everything = targets(shapes)
    for target, ways in cases:
        others = [t for t in everything if t.shape == target.shape and t != target]
        assert only_reached(world, target, others), target.name
        assert {way.record for way in ways} == {only_reached(world, target, others)}, target.name


def test_a_blank_node_is_found_at_a_property_with_a_value_in_words(shapes: ShapeSet) -> None:
    facts = "cm:symbol a owl:DatatypeProperty . [] cm:symbol 'Nd' ."

    names = {(finding.shape, finding.node) for finding in find(stored(facts), shapes)}

    assert (expand("cms:no-blank-nodes"), expand("cm:symbol")) in names
