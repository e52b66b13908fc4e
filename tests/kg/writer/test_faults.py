"""Faults: whatever dies, hangs or fills up, what was acknowledged is there and nothing else is."""

import os
import random
import resource
import signal
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from pyoxigraph import Store

from kg.engines.engine import DeadlineExceededError, MemoryExceededError
from kg.errors import CritmatError
from kg.snapshot import ReadOnlyShelfError, list_snapshots, open_snapshot, verify
from kg.snapshot.shelf import current_id
from kg.writer import AddQuads, ReplaceGraph, UpdateText, Writer
from kg.writer.child import LostError
from kg.writer.failure import DoubtfulCommitError, StorageFullError, WriterError
from kg.writer.job import Job
from tests.kg.writer.conftest import MIB, SETTINGS, graphs, insert, until, values

KILLS = 20
_DOUBLINGS = " ".join(f"BIND (CONCAT(?a{n}, ?a{n}) AS ?a{n + 1})" for n in range(30))
GREEDY = UpdateText(
    f'INSERT {{ <x:s> <x:q> ?a30 }} WHERE {{ BIND ("0123456789" AS ?a0) {_DOUBLINGS} }}'
)
DEEP = UpdateText(
    "INSERT { <x:s> <x:q> ?v } WHERE { BIND (" + "STR(" * 20_000 + "1" + ")" * 20_000 + " AS ?v) }"
)
LARGE_PROPERTY = "x:large"
LARGE = UpdateText(
    "INSERT DATA {" + "".join(f"<x:l{n}> <{LARGE_PROPERTY}> {n} ." for n in range(4000)) + "}"
)


def number_of_large(root: Path) -> int:
    store = Store.read_only(str(open_snapshot(root).store))
    return len(
        list(
            store.query(
                "SELECT * { ?s <x:p> ?v FILTER (isLiteral(?v) && STRSTARTS(?v, 'number')) }"
            )
        )
    )  # type: ignore[arg-type]


def test_kill_at_any_moment_loses_nothing_and_leaves_nothing_half_done(root: Path) -> None:
    """Four threads write pairs of values, while the process is killed again and again."""
    acknowledged: list[int] = []
    refused: list[int] = []
    stop = threading.Event()
    with Writer(root, SETTINGS, lambda _: None) as writer:

        def write(start: int) -> None:
            for number in range(start, 1_000_000, 4):
                if stop.is_set():
                    return
                pair = f"{{ <x:s> <x:p> {number} . <x:second> <x:p> {number} }}"
                try:
                    writer.apply(UpdateText(f"INSERT DATA {pair}"))
                    acknowledged.append(number)
                except CritmatError:
                    refused.append(number)

        with ThreadPoolExecutor(4) as threads:
            for start in range(4):
                threads.submit(write, start)
            moment = random.Random(7)  # noqa: S311 - spreads the kills
            try:
                for _ in range(KILLS):
                    time.sleep(moment.uniform(0, 0.25))
                    before = len(acknowledged)
                    for pid in writer.pids():
                        with suppress(ProcessLookupError):  # it is being replaced
                            os.kill(pid, signal.SIGKILL)
                    until(lambda before=before: len(acknowledged) > before)
            finally:
                stop.set()
    found = open_snapshot(root)
    assert values(found) == values(found, "x:second") == sorted(acknowledged)
    assert len(acknowledged) > KILLS
    assert all(verify(snapshot).ok for snapshot in list_snapshots(root))
    assert not [p for p in (root / "snapshots").iterdir() if p.name.startswith(".")]


_SERVE = """
import sys, threading
from pathlib import Path
from kg.writer import UpdateText, Writer, WriterSettings
writer = Writer(Path(sys.argv[1]), WriterSettings(), lambda _: None)
for line in sys.stdin:
    writer.apply(UpdateText(f"INSERT DATA {{ <x:s> <x:p> {line} }}"))
    print(line.strip(), flush=True)
"""


def test_kill_of_the_whole_service_loses_nothing_that_was_acknowledged(root: Path) -> None:
    acknowledged: list[int] = []
    begun = 0
    for round_ in range(4):
        service = subprocess.Popen(
            [sys.executable, "-c", _SERVE, str(root)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert service.stdin is not None
        assert service.stdout is not None
        for number in range(begun, begun + 20):
            print(number, file=service.stdin, flush=True)
        begun += 20
        for _ in range(3 + round_):
            acknowledged.append(int(service.stdout.readline()))
        service.kill()
        # What it had still said counts as well.
        acknowledged += [int(line) for line in service.communicate()[0].split()]
        found = values(open_snapshot(root))
        assert set(acknowledged) <= set(found)
        # It made one after the other, so at most one more than it said is there.
        assert len(found) <= len(acknowledged) + 1
        acknowledged = found
    with Writer(root, SETTINGS, lambda _: None) as writer:  # sweeps what the kills left behind
        assert len(list(root.glob(".working-*"))) == 1
        assert values(writer.apply(insert(-1)).snapshot) == [-1, *sorted(acknowledged)]


@pytest.mark.parametrize("survived", [1, 2], ids=["between changes", "before the commit"])
def test_a_process_that_dies_with_what_it_has_applied_loses_none_of_it(
    root: Path, monkeypatch: pytest.MonkeyPatch, survived: int
) -> None:
    """The copy that has the first change is gone: another one must not be published for it."""
    with Writer(root, SETTINGS, lambda _: None) as writer:
        jobs = [Job(insert(number), 20) for number in range(2)]
        child = writer._batches._child
        assert child is not None
        ask = child.ask

        def ask_and_die(message: dict[str, Any], deadline: float) -> dict[str, Any]:
            said = ask(message, deadline)
            if child.changes == survived:
                child.kill()
                child._process.wait()
            return said

        monkeypatch.setattr(child, "ask", ask_and_die)
        for job in jobs:
            writer._queue.put(job)
        for job in jobs:
            job.wait()
        assert values(writer.snapshot) == [0, 1]


def test_a_process_that_dies_while_idle_is_not_noticed(writer: Writer) -> None:
    os.kill(writer.pids()[0], signal.SIGKILL)
    assert values(writer.apply(insert(1)).snapshot) == [1]


@pytest.mark.parametrize(
    ("hostile", "error"),
    [(GREEDY, MemoryExceededError), (DEEP, WriterError)],
    ids=["memory", "stack"],
)
def test_an_update_that_ends_the_process_harms_nobody_else(
    root: Path, hostile: UpdateText, error: type[CritmatError]
) -> None:
    changes = [insert(1), insert(2), hostile, insert(3), insert(4)]
    with (
        Writer(root, replace(SETTINGS, memory=600 * MIB), lambda _: None) as writer,
        ThreadPoolExecutor(len(changes)) as threads,
    ):
        outcomes = [job.exception() for job in [threads.submit(writer.apply, c) for c in changes]]
        assert [type(outcome) for outcome in outcomes if outcome is not None] == [error]
        assert "Nothing of it was applied" in str(outcomes[2])
        assert values(writer.snapshot) == [1, 2, 3, 4]
        until(writer.ready)


def test_a_signal_to_all_processes_of_the_service_does_not_end_it(writer: Writer) -> None:
    """As systemd sends one; the service then lets what waits go on."""
    (pid,) = writer.pids()
    os.kill(pid, signal.SIGTERM)
    assert values(writer.apply(insert(1)).snapshot) == [1]
    assert writer.pids() == (pid,)


def test_a_process_that_hangs_is_ended(writer: Writer) -> None:
    os.kill(writer.pids()[0], signal.SIGSTOP)
    with pytest.raises(DeadlineExceededError):
        writer.apply(insert(1), timeout=0.5)
    assert values(writer.apply(insert(2)).snapshot) == [2]


def test_a_disk_that_does_not_take_a_batch_in_time(root: Path) -> None:
    settings = replace(SETTINGS, commit_timeout=0.000_1)
    with Writer(root, settings, lambda _: None) as writer:
        with pytest.raises(WriterError, match=r"longer than 0\.0001 s"):
            writer.apply(insert(1))
        assert values(open_snapshot(root)) == []
        assert current_id(root) == writer.snapshot.id


def die_after_commit(writer: Writer, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the process die when it has committed, before it can say so."""
    child = writer._batches._child
    assert child is not None
    ask = child.ask

    def ask_and_lose(message: dict[str, Any], deadline: float) -> dict[str, Any]:
        said = ask(message, deadline)
        if message["do"] == "commit":
            child.end()
            raise LostError
        return said

    monkeypatch.setattr(child, "ask", ask_and_lose)


def test_a_process_that_dies_right_after_the_switch_has_committed(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Writer(root, SETTINGS, lambda _: None) as writer:
        die_after_commit(writer, monkeypatch)
        assert values(writer.apply(insert(1)).snapshot) == [1]
        assert values(writer.apply(insert(2)).snapshot) == [1, 2]


def test_a_disk_that_does_not_confirm_the_switch(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(path: Path) -> None:
        raise OSError(5, f"Input/output error: {path}")

    with Writer(root, SETTINGS, lambda _: None) as writer:
        die_after_commit(writer, monkeypatch)
        monkeypatch.setattr("kg.writer.batches.flush_path", fail)
        with pytest.raises(DoubtfulCommitError, match="is applied, but the disk does not confirm"):
            writer.apply(insert(1))
        assert values(writer.apply(insert(2)).snapshot) == [1, 2]


def test_files_that_may_not_grow_are_a_full_disk(writer: Writer, root: Path) -> None:
    writer.apply(insert(1))
    resource.prlimit(writer.pids()[0], resource.RLIMIT_FSIZE, (30_000, 30_000))
    with pytest.raises(StorageFullError, match=r"disk .* is full .* Queries go on"):
        writer.apply(LARGE)
    assert values(open_snapshot(root)) == [1]
    assert number_of_large(root) == 0
    assert values(writer.apply(insert(2)).snapshot) == [1, 2]


@pytest.fixture
def small_disk(tmp_path: Path, template: Path):  # type: ignore[no-untyped-def]
    """A file system of 6 MiB with the small graph on it."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=6m", "tmpfs", str(folder)],
        check=False,
        capture_output=True,
    )
    if mounted.returncode:
        pytest.skip(f"no file system can be mounted here: {mounted.stderr.decode().strip()}")
    try:
        subprocess.run(["cp", "-a", f"{template}/.", f"{folder}/"], check=True)
        yield folder
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)


def test_a_full_disk_refuses_changes_until_there_is_room(small_disk: Path) -> None:
    with Writer(small_disk, SETTINGS, lambda _: None) as writer:
        writer.apply(insert(1))
        ballast = small_disk / "ballast"
        with suppress(OSError):  # it takes what there is
            ballast.write_bytes(bytes(8 * MIB))
        for _ in range(2):
            with pytest.raises(StorageFullError, match="Make room, then try again"):
                writer.apply(LARGE)
        assert verify(open_snapshot(small_disk)).ok
        assert values(open_snapshot(small_disk)) == [1]
        ballast.unlink()
        assert values(writer.apply(insert(2)).snapshot) == [1, 2]


def test_a_folder_that_cannot_be_written_to_says_so(small_disk: Path) -> None:
    subprocess.run(["mount", "-o", "remount,ro", str(small_disk)], check=True)
    with pytest.raises(ReadOnlyShelfError, match=r"cannot be written to .* without updates"):
        Writer(small_disk, SETTINGS, lambda _: None)
    assert open_snapshot(small_disk).id == current_id(small_disk)


def test_a_batch_too_large_for_the_disk_fails_alone(small_disk: Path, tmp_path: Path) -> None:
    large = tmp_path / "large.nq"
    large.write_text("".join(f'<x:s{n}> <x:p> "{n:0200}" <x:large> .\n' for n in range(20_000)))
    changes = [insert(1), ReplaceGraph("x:large", large), insert(2), AddQuads(large), insert(3)]
    with Writer(small_disk, SETTINGS, lambda _: None) as writer:
        with ThreadPoolExecutor(len(changes)) as threads:
            jobs = [threads.submit(writer.apply, change) for change in changes]
        assert [type(job.exception()).__name__ for job in jobs] == [
            "NoneType",
            "StorageFullError",
            "NoneType",
            "StorageFullError",
            "NoneType",
        ]
        assert values(writer.snapshot) == [1, 2, 3]


def test_a_large_graph_is_loaded_in_bulk_and_removed_in_steps(
    writer: Writer, tmp_path: Path
) -> None:
    """More than two steps of the writer, in a file that goes past the transaction log."""
    large = tmp_path / "large.nq"
    with large.open("w") as lines:
        lines.writelines(f'<x:s{n}> <x:p> "{n:0200}" <x:large> .\n' for n in range(41_000))
    assert large.stat().st_size > 8 * MIB
    before = len(Store.read_only(str(writer.snapshot.store)))
    written = writer.apply(ReplaceGraph("x:large", large))
    assert written.created
    assert len(Store.read_only(str(written.snapshot.store))) == before + 41_000
    large.write_text('<x:s> <x:p> "one" <x:large> .\n')
    found = writer.apply(ReplaceGraph("x:large", large)).snapshot
    assert len(Store.read_only(str(found.store))) == before + 1
    assert "x:large" in graphs(found)
