"""What is known of a snapshot from its build is not counted again."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from pyoxigraph import Store
from rdflib import Graph
from rdflib.compare import isomorphic

from kg.engines.embedded import EmbeddedEngine
from kg.engines.settings import PoolSettings
from kg.questions import Catalogue
from kg.snapshot import Snapshot
from kg.snapshot.line import commit, working_copy
from service.app import create_app
from service.reading import Reading
from service.settings import Settings
from service.sizes import Sizes
from tests.small import publish_small

#: The page queries that count the whole data set.
COUNTING = {"triples", "graphs", "subjects", "class_sizes", "property_sizes"}


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """The names of the page queries that are asked."""
    asked: set[str] = set()
    page = Reading.page

    def noting(self: Reading, name: str) -> object:
        asked.add(name)
        return page(self, name)

    monkeypatch.setattr(Reading, "page", noting)
    return asked


@pytest.fixture
def published(tmp_path: Path) -> Snapshot:
    return publish_small(tmp_path)


@pytest.fixture
def engine(published: Snapshot) -> Iterator[EmbeddedEngine]:
    with EmbeddedEngine(published, PoolSettings(workers=1)) as engine:
        yield engine


def client_of(engine: EmbeddedEngine, root: Path) -> FlaskClient:
    return create_app(Settings(data=root), engine, Catalogue.load()).test_client()


def described(client: FlaskClient) -> Graph:
    return Graph().parse(data=client.get("/.well-known/void").data, format="turtle")


def test_a_built_snapshot_is_described_without_counting_it(
    engine: EmbeddedEngine, tmp_path: Path, counted: set[str]
) -> None:
    known = described(client_of(engine, tmp_path))
    assert not counted & COUNTING
    asked = described(client_of(engine, tmp_path / "elsewhere"))
    assert counted >= COUNTING
    assert isomorphic(known, asked)


def test_a_snapshot_of_an_older_release_is_counted(
    published: Snapshot, engine: EmbeddedEngine, tmp_path: Path
) -> None:
    known = Sizes(tmp_path, Reading(engine))
    expected = (known.triples(), known.subjects(), known.graphs(), known.properties())
    assert all(expected)
    path = published.path / "manifest.json"
    manifest = json.loads(path.read_text())
    del manifest["subjects"], manifest["properties"]
    path.write_text(json.dumps(manifest))
    older = Sizes(tmp_path, Reading(engine))
    assert (older.triples(), older.subjects(), older.graphs(), older.properties()) == expected


def test_a_written_snapshot_is_counted_anew(published: Snapshot, tmp_path: Path) -> None:
    folder = tmp_path / ".working-test"
    working_copy(published, folder)
    store = Store(str(folder))
    store.update("INSERT DATA { <x:new> <x:property> 1 . GRAPH <x:g> { <x:new> <x:property> 1 } }")
    written = commit(store, tmp_path, published, "test")
    with EmbeddedEngine(written, PoolSettings(workers=1)) as engine:
        sizes = Sizes(tmp_path, Reading(engine))
        assert sizes.triples() == published.manifest.counts["triples"] + 1
        assert sizes.subjects() == published.manifest.subjects + 1
        assert sizes.graphs() == {**published.manifest.graphs, "x:g": 1}
        assert sizes.classes() == published.manifest.classes
        assert sizes.properties() == {**published.manifest.properties, "x:property": 1}
