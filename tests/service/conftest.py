"""The service over a small published snapshot, in process and as a real server."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from kg.engines.embedded import EmbeddedEngine
from kg.engines.settings import PoolSettings
from kg.questions import Catalogue
from service.app import create_app
from service.settings import Settings
from tests.service.writable import WritableServer, writable_server
from tests.serving import serving
from tests.small import publish_small

HERE = Path(__file__).resolve().parent


@pytest.fixture(scope="session")
def small_root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("small")
    publish_small(root)
    return root


@pytest.fixture(scope="session")
def small_engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedEngine]:
    snapshot = publish_small(tmp_path_factory.mktemp("small-engine"))
    with EmbeddedEngine(snapshot, PoolSettings(workers=2)) as engine:
        yield engine


@pytest.fixture(scope="session")
def app(small_engine: EmbeddedEngine) -> Flask:
    # All tests are one client; those about budgets set some.
    free = Settings(timeout=5, max_timeout=8, client_seconds=0, client_errors=0, client_queries=0)
    return create_app(free, small_engine, Catalogue.load())


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


Start = Callable[..., str]


@pytest.fixture(scope="session")
def start(small_root: Path) -> Iterator[Start]:
    """Start a script of this folder, or the service itself, as a process; gives its address."""
    with ExitStack() as running:

        def run(script: str = "serve_small.py") -> str:
            return running.enter_context(serving([sys.executable, HERE / script], small_root))

        yield run


@pytest.fixture(scope="session")
def live(start: Start) -> str:
    """The address of a real server over the small graph."""
    return start()


@pytest.fixture(scope="session")
def writable(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WritableServer]:
    """A real server over the small graph that takes changes."""
    # Those who test changes send many that fail, and one client sends them all.
    free = {"client_errors": "0", "client_seconds": "0", "max_upload_mib": "2"}
    with writable_server(tmp_path_factory.mktemp("writable"), **free) as server:
        yield server
