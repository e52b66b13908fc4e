"""What engine processes have from the zygote that forked them."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from kg.engines.embedded import EmbeddedEngine
from kg.engines.engine import Query
from kg.engines.settings import MIB, PoolSettings
from kg.snapshot import Snapshot, publish

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")

#: A query that takes the engine some thousand pieces of memory to plan, and finds nothing.
OPTIONALS = " ".join(f"OPTIONAL {{ ?s <x:p{i}> ?o{i} }}" for i in range(25))
LONG = f"SELECT * {{ ?s <x:nothing> ?o . {OPTIONALS} }}"
ASKED = 20


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    """30,000 things: enough that loading leaves many pieces of memory free."""
    folder = tmp_path_factory.mktemp("large")
    lines = [f'<x:t{i}> <x:label> "thing {i}"@en <x:g{i % 3}> .\n' for i in range(30_000)]
    lines += [f"<x:t{i}> <x:next> <x:t{i + 1}> <x:g{i % 3}> .\n" for i in range(30_000)]
    path = folder / "quads.nq"
    path.write_bytes("".join(sorted(lines)).encode())
    return publish([path], folder / "root", critmat_version="1")


def forked_by(process: int) -> set[int]:
    threads = Path(f"/proc/{process}/task").iterdir()
    return {int(child) for one in threads for child in (one / "children").read_text().split()}


def new_pages(process: int) -> int:
    """How often a process got a page that it did not have, or a copy of one that it shared."""
    return int(Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[7])


def test_queries_leave_the_loaded_data_shared(large: Snapshot) -> None:
    before = forked_by(os.getpid())
    settings = PoolSettings(workers=1, timeout=10.0, memory=256 * MIB, queue=10)
    with EmbeddedEngine(large, settings) as engine:

        def ask() -> None:
            with engine.query(Query(LONG)) as answer:
                answer.read()

        ask()
        [zygote] = forked_by(os.getpid()) - before
        [process] = forked_by(zygote)
        for _ in range(4):
            ask()
        had = new_pages(process)
        for _ in range(ASKED):
            ask()
        assert forked_by(zygote) == {process}
        assert new_pages(process) - had < 3 * ASKED


def test_no_thread_is_left_when_it_forks(large: Snapshot) -> None:
    before = forked_by(os.getpid())
    settings = PoolSettings(workers=1, timeout=10.0, memory=256 * MIB, queue=10)
    with EmbeddedEngine(large, settings):
        [zygote] = forked_by(os.getpid()) - before
        assert len(list(Path(f"/proc/{zygote}/task").iterdir())) == 1
