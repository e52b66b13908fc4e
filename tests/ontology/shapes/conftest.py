"""The invented world, with what the competency questions have no need of, for shapes to look at."""

from __future__ import annotations

from pathlib import Path

import pytest
from pyoxigraph import DefaultGraph, Quad, RdfFormat, Store, parse

from kg.check import ShapeSet, read_shapes
from tests.invented_world import World

MORE = Path(__file__).parent / "more_of_the_world.ttl"


@pytest.fixture(scope="session")
def shapes() -> ShapeSet:
    """The shipped shapes."""
    return read_shapes()


@pytest.fixture(scope="session")
def world_quads(tmp_path_factory: pytest.TempPathFactory) -> frozenset[Quad]:
    """Every triple of the world and the ontology, once, in the default graph."""
    store = World(tmp_path_factory.mktemp("world")).store
    quads = {Quad(q.subject, q.predicate, q.object, DefaultGraph()) for q in store}
    return frozenset(quads | set(parse(path=str(MORE), format=RdfFormat.TURTLE)))


@pytest.fixture
def world(world_quads: frozenset[Quad]) -> Store:
    """The world in a store of its own, where every shape is met."""
    store = Store()
    store.bulk_extend(world_quads)
    return store
