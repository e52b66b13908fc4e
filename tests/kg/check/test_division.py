"""The core constraints, checked by several processes: the same findings, and no loose ends."""

from __future__ import annotations

import multiprocessing
import os
import signal
from itertools import combinations

import pytest
from pyoxigraph import Store
from rdflib import URIRef

from kg.check.core import check_core
from kg.check.division import CheckerLostError, core_findings, divided
from kg.check.shapes import TARGET_PATTERNS, ShapesError, ShapeSet, read_shapes


@pytest.fixture(scope="module")
def shapes() -> ShapeSet:
    return read_shapes()


def targets(core: object) -> set[tuple[object, object, object]]:
    """The targets that shapes have."""
    return {triple for triple in core if str(triple[1]) in TARGET_PATTERNS}  # type: ignore[attr-defined]


@pytest.mark.parametrize("processes", [1, 2, 3])
def test_several_processes_find_what_one_finds(
    broken_world: Store,
    shapes: ShapeSet,
    processes: int,
) -> None:
    with core_findings(broken_world, shapes, processes) as findings:
        found = findings()
    assert set(found) == set(check_core(broken_world, shapes, None))
    assert len(found) > 50
    assert not multiprocessing.active_children()


def test_every_target_is_in_one_part(broken_world: Store, shapes: ShapeSet) -> None:
    parts = divided(broken_world, shapes.core, 3)
    assert len(parts) == 3
    assert set.union(*map(targets, parts)) == targets(shapes.core)
    assert all(targets(one).isdisjoint(targets(other)) for one, other in combinations(parts, 2))


def test_a_process_that_is_killed_is_told(broken_world: Store, shapes: ShapeSet) -> None:
    with (
        pytest.raises(CheckerLostError, match="status -9"),
        core_findings(broken_world, shapes, 2) as findings,
    ):
        for child in multiprocessing.active_children():
            assert child.pid is not None
            os.kill(child.pid, signal.SIGKILL)
        findings()
    assert not multiprocessing.active_children()


def test_a_shape_that_cannot_be_used_is_told(broken_world: Store, shapes: ShapeSet) -> None:
    sh = "http://www.w3.org/ns/shacl#"
    core = divided(broken_world, shapes.core, 1)[0]
    (shape, *_) = core.subjects(URIRef(f"{sh}targetClass"))
    core.add((shape, URIRef(f"{sh}minCount"), URIRef("x:no-number")))
    broken = ShapeSet(core, (), shapes.said)
    with pytest.raises(ShapesError), core_findings(broken_world, broken, 2) as findings:
        findings()
    assert not multiprocessing.active_children()


def test_what_ends_early_leaves_no_process_behind(broken_world: Store, shapes: ShapeSet) -> None:
    with pytest.raises(KeyboardInterrupt), core_findings(broken_world, shapes, 2):
        raise KeyboardInterrupt
    assert not multiprocessing.active_children()
