"""A writer over the small graph, and what tests ask of it."""

import shutil
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from pyoxigraph import Store

from kg.snapshot import Snapshot
from kg.writer import UpdateText, Writer, WriterSettings
from tests.small import publish_small

MIB = 1024 * 1024
#: As large as this suite needs it, so that a change that wants more is stopped soon.
SETTINGS = WriterSettings(memory=1024 * MIB, timeout=20, commit_timeout=20)


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("template")
    publish_small(root)
    return root


@pytest.fixture
def root(template: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(template, tmp_path / "root", symlinks=True))


@pytest.fixture
def writer(root: Path) -> Iterator[Writer]:
    with Writer(root, SETTINGS, lambda _: None) as writer:
        yield writer


def insert(value: object, subject: str = "x:s") -> UpdateText:
    return UpdateText(f"INSERT DATA {{ <{subject}> <x:p> {value} }}")


def values(snapshot: Snapshot, subject: str = "x:s") -> list[int]:
    """The numbers that :func:`insert` put there, as a reader of the published store sees them."""
    found = Store.read_only(str(snapshot.store)).query(f"SELECT ?v {{ <{subject}> <x:p> ?v }}")
    return sorted(int(row[0].value) for row in found)  # type: ignore[union-attr, arg-type]


def graphs(snapshot: Snapshot) -> set[str]:
    store = Store.read_only(str(snapshot.store))
    return {str(name.value) for name in store.named_graphs()}


def until(condition: Callable[[], bool], seconds: float = 20) -> None:
    """Wait until something is so; fail where it does not come true."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not come true"
        time.sleep(0.005)
