"""What many tests share: the shipped facts, built once, asked through a real engine and served."""

from __future__ import annotations

import fcntl
import os
import pickle
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import pytest

from kg.build import BuildResult, build
from kg.engines.embedded import EmbeddedEngine, PoolSettings
from kg.facts import load_package
from kg.populate import PopulateSummary, populate
from tests.core_facts import write_core_facts
from tests.serving import serving

if TYPE_CHECKING:
    from playwright.sync_api import Browser

T = TypeVar("T")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the files in the order in which several processes wait for each other the least.

    One file that needs the built graph comes first, so that it is built while the others run those
    that build graphs of their own; then come the others that need it, and at last the many short
    ones, among which the work is shared out evenly. ``make test`` asks xdist to keep this order.
    """
    fixtures: dict[Path, set[str]] = {}
    for item in items:
        fixtures.setdefault(item.path, set()).update(getattr(item, "fixturenames", ()))
    needing = [path for path, names in fixtures.items() if "shipped_build" in names]

    def rank(item: pytest.Item) -> int:
        if item.path == needing[0]:
            return 0
        names = fixtures[item.path]
        return 1 if "core_facts" in names else 2 if "shipped_build" in names else 3

    if needing:
        items.sort(key=rank)


@pytest.fixture(scope="session")
def shipped_root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that the shipped facts are published in."""
    base = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        base = base.parent  # the folder of all processes of this run
    root = base / "shipped"
    root.mkdir(exist_ok=True)
    return root


@pytest.fixture(scope="session")
def shipped_build(shipped_root: Path) -> BuildResult:
    """The shipped facts, built and published: once, whichever process needs them first."""
    return _once(shipped_root, "result.pickle", ".building", lambda: build(shipped_root))


@pytest.fixture(scope="session")
def shipped_quads(shipped_root: Path) -> tuple[Path, PopulateSummary]:
    """A file with what the shipped facts say, nothing derived, and its summary: made once."""
    out = shipped_root / "asserted.nq"
    return out, _once(
        shipped_root, "asserted.pickle", ".populating", lambda: populate(load_package(), out)
    )


def _once(folder: Path, name: str, lock_name: str, make: Callable[[], T]) -> T:
    """What is made in the first process that needs it, and kept in a file for the others."""
    kept = folder / name
    with (folder / lock_name).open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if kept.exists():
            found: T = pickle.loads(kept.read_bytes())  # noqa: S301 - our own
            return found
        made = make()
        kept.write_bytes(pickle.dumps(made))
    return made


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


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium, one for all tests of this process."""
    from tests.chromium import running_browser

    with running_browser() as chromium:
        yield chromium
