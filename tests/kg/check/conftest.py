"""A world in which something is wrong with nearly every record."""

from __future__ import annotations

from pathlib import Path

import pytest
from pyoxigraph import Quad, RdfFormat, Store

from tests.invented_world import World
from tests.ontology.shapes.broken import read_broken


@pytest.fixture(scope="session")
def broken_world(tmp_path_factory: pytest.TempPathFactory) -> Store:
    """The invented world with all its broken records, in the default graph."""
    store = Store()
    world = World(tmp_path_factory.mktemp("world")).store
    more = Path(__file__).parents[2] / "ontology" / "shapes" / "more_of_the_world.ttl"
    store.bulk_extend(Quad(q.subject, q.predicate, q.object) for q in world)
    store.load(path=str(more), format=RdfFormat.TURTLE)
    for broken in read_broken():
        broken.write(store)
    return store
