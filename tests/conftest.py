"""What many tests share: the shipped facts, built once, asked through a real engine and served."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from kg.build import BuildResult, build
from kg.engines.embedded import EmbeddedEngine, PoolSettings
from tests.core_facts import write_core_facts
from tests.serving import serving

#: Tests that use one of these share a build of all facts, which takes minutes.
SHIPPED = frozenset({"shipped_root", "shipped_build", "shipped_engine", "served"})


@pytest.hookimpl(tryfirst=True)  # before the groups are read
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tell which tests stay together where they run in several processes (``make test``).

    Those over the shipped build go to one process, so that it is built once; the others stay with
    those of their file.
    """
    for item in items:
        shipped = SHIPPED.intersection(getattr(item, "fixturenames", ()))
        item.add_marker(pytest.mark.xdist_group("shipped" if shipped else item.location[0]))


@pytest.fixture(scope="session")
def shipped_root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that the shipped facts are published in."""
    return tmp_path_factory.mktemp("critmat-data")


@pytest.fixture(scope="session")
def shipped_build(shipped_root: Path) -> BuildResult:
    """The shipped facts, built and published."""
    return build(shipped_root)


@pytest.fixture(scope="session")
def core_facts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the shipped facts, without the rows of large official releases."""
    return write_core_facts(tmp_path_factory.mktemp("core") / "facts")


@pytest.fixture(scope="session")
def shipped_engine(shipped_build: BuildResult) -> Iterator[EmbeddedEngine]:
    """An engine over the shipped facts."""
    engine = EmbeddedEngine(shipped_build.snapshot, PoolSettings(workers=2))
    yield engine
    engine.close()


@pytest.fixture(scope="session")
def served(shipped_build: BuildResult, shipped_root: Path) -> Iterator[str]:
    """The address of ``critmat serve`` over the shipped facts, started as a user would."""
    del shipped_build  # only its snapshot in the folder is needed
    with serving([sys.executable, "-m", "service.cli", "serve"], shipped_root) as address:
        yield address
