"""A small snapshot and an engine over it, shared by the tests that do no lasting harm."""

import time
from collections.abc import Callable, Iterator

import pytest

from kg.engines.embedded import EmbeddedEngine
from kg.engines.settings import MIB, PoolSettings
from kg.snapshot import Snapshot, publish

THINGS = 3_000


@pytest.fixture(scope="session")
def snapshot(tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    """3,000 things with a label and a link each; one label in XML's way, in its own graph."""
    folder = tmp_path_factory.mktemp("engine")
    lines = []
    for i in range(THINGS):
        graph = f"<https://w3id.org/critmat/graph/s{i % 3}>"
        lines.append(f'<x:t{i}> <x:label> "thing {i}"@en {graph} .\n')
        lines.append(f"<x:t{i}> <x:next> <x:t{(i + 1) % THINGS}> {graph} .\n")
    lines.append('<x:odd> <x:says> "a\\u0001b\\uFFFF" <x:odd-graph> .\n')
    lines.append('<x:odd> <x:lines> "one\\r\\ntwo" <x:odd-graph> .\n')
    lines.append('<x:odd> <x:a/1> "no XML name" <x:odd-graph> .\n')
    path = folder / "quads.nq"
    path.write_bytes("".join(sorted(lines)).encode())
    return publish([path], folder / "root", critmat_version="1")


@pytest.fixture(scope="session")
def settings() -> PoolSettings:
    return PoolSettings(workers=2, timeout=10.0, memory=256 * MIB, queue=200)


@pytest.fixture(scope="session")
def engine(snapshot: Snapshot, settings: PoolSettings) -> Iterator[EmbeddedEngine]:
    with EmbeddedEngine(snapshot, settings) as engine:
        yield engine


@pytest.fixture
def wait_until() -> Callable[[Callable[[], bool]], float]:
    """Wait up to 10 s for something to become true; give the seconds that it took."""

    def wait(condition: Callable[[], bool]) -> float:
        start = time.monotonic()
        while not condition():
            assert time.monotonic() - start < 10, "it did not happen within 10 s"
            time.sleep(0.005)
        return time.monotonic() - start

    return wait
