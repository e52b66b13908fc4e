"""Engine processes that go wrong: hang, send garbage, answer late or twice; and clocks that jump.

The processes are real. Where one has to lie, a relay sits on its socket and alters what passes.
"""

import ast
import os
import signal
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest

import kg.engines
from kg.engines.embedded import EmbeddedEngine
from kg.engines.engine import (
    AnswerFormats,
    DeadlineExceededError,
    Query,
    QueryError,
)
from kg.engines.frames import FrameKind, frame, json_frame
from kg.engines.nursery import Nursery, Worker
from kg.engines.settings import PoolSettings
from kg.snapshot import Snapshot
from tests.kg.engines.hostile_queries import ENDLESS

Wait = Callable[[Callable[[], bool]], float]


def label(number: int) -> Query:
    text = f"SELECT ?label {{ <x:t{number}> <x:label> ?label }}"
    return Query(text, AnswerFormats(solutions="text/csv"), timeout=2.0)


def is_right(engine: EmbeddedEngine, number: int) -> bool:
    return engine.query(label(number)).read() == f"label\r\nthing {number}\r\n".encode()


class Relay:
    """Between us and an engine process: hands on what both say, altered by ``lie``."""

    def __init__(self, process: socket.socket, lie: Callable[[bytes], bytes]) -> None:
        self.ours, self._near = socket.socketpair()
        self._process, self._lie = process, lie
        for source, target in ((self._near, process), (process, self._near)):
            threading.Thread(target=self._hand_on, args=(source, target), daemon=True).start()

    def _hand_on(self, source: socket.socket, target: socket.socket) -> None:
        with suppress(OSError):
            while data := source.recv(1 << 20):
                target.sendall(self._lie(data) if source is self._process else data)
        for end in (source, target):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)


@pytest.fixture
def lying(
    snapshot: Snapshot, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[[Callable[[bytes], bytes]], EmbeddedEngine]]:
    """Start an engine whose first process lies; those that replace it are honest."""
    engines = []

    def start(lie: Callable[[bytes], bytes]) -> EmbeddedEngine:
        honest = Nursery.fork
        liars: list[Worker] = []

        def fork(self: Nursery, of: Snapshot, *, loaded: bool) -> Worker:
            worker = honest(self, of, loaded=loaded)
            if not liars:
                liars.append(worker)
                relay = Relay(worker.socket, lie)
                # Both readers must see the same socket.
                worker.socket = worker.frames._socket = relay.ours
            return worker

        monkeypatch.setattr(Nursery, "fork", fork)
        engines.append(EmbeddedEngine(snapshot, PoolSettings(workers=1, timeout=5.0)))
        return engines[-1]

    yield start
    for engine in engines:
        engine.close()


LIES: dict[str, Callable[[bytes], bytes]] = {
    "another protocol": lambda _: b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello",
    "no bytes that mean anything": lambda data: b"\xff" * len(data),
    "a frame without end": lambda _: frame(FrameKind.CHUNK, 1)[:5] + b"\xff" * 8,
    "the number of another query": lambda _: frame(FrameKind.CHUNK, 77, b"label\r\nlie\r\n"),
    "an end without an answer": lambda _: frame(FrameKind.END, 1),
    "a chunk without a head": lambda _: frame(FrameKind.CHUNK, 1, b"label\r\nlie\r\n"),
    "a head that is no JSON": lambda _: frame(FrameKind.HEAD, 1, b"{'form"),
    "a head that says nothing": lambda _: json_frame(FrameKind.HEAD, 1, {}),
    "a head of an unknown form": lambda _: json_frame(
        FrameKind.HEAD, 1, {"form": "poem", "media_type": "text/csv"}
    ),
    "an error that says nothing": lambda _: json_frame(FrameKind.ERROR, 1, {}),
    "an error that is no object": lambda _: frame(FrameKind.ERROR, 1, b"[]"),
    "nothing": lambda _: b"",
}


@pytest.mark.parametrize("lie", LIES)
def test_what_a_process_should_not_send_is_an_error_and_its_end(
    lying: Callable[[Callable[[bytes], bytes]], EmbeddedEngine], lie: str
) -> None:
    engine = lying(LIES[lie])
    (liar,) = engine.pids()[1:]
    query = label(7) if lie != "nothing" else Query(label(7).text, label(7).formats, timeout=0.5)
    with pytest.raises(QueryError):
        engine.query(query).read()
    assert is_right(engine, 8)
    assert liar not in engine.pids()


def test_an_answer_that_comes_twice_does_not_reach_the_next_client(
    lying: Callable[[Callable[[bytes], bytes]], EmbeddedEngine], wait_until: Wait
) -> None:
    engine = lying(lambda data: data + data)
    (liar,) = engine.pids()[1:]
    for number in range(7, 12):
        with suppress(QueryError):  # an error is fair, the answer of another query is not
            assert is_right(engine, number)
    assert is_right(engine, 12)
    wait_until(lambda: liar not in engine.pids())


def test_an_answer_after_its_deadline_does_not_reach_the_next_client(
    lying: Callable[[Callable[[bytes], bytes]], EmbeddedEngine],
) -> None:
    held = threading.Event()

    def late(data: bytes) -> bytes:
        held.wait(10)
        return data

    engine = lying(late)
    with pytest.raises(DeadlineExceededError):
        engine.query(Query(label(7).text, label(7).formats, timeout=0.3))
    held.set()
    for number in range(8, 12):
        assert is_right(engine, number)


def test_a_process_that_hangs_is_stopped_at_the_deadline(
    snapshot: Snapshot, wait_until: Wait
) -> None:
    with EmbeddedEngine(snapshot, PoolSettings(workers=1)) as engine:
        (pid,) = engine.pids()[1:]
        os.kill(pid, signal.SIGSTOP)
        with pytest.raises(DeadlineExceededError):
            engine.query(Query(label(7).text, timeout=0.3))
        assert is_right(engine, 8)
        wait_until(lambda: not Path(f"/proc/{pid}").exists())


def test_a_zygote_that_hangs_is_replaced(
    snapshot: Snapshot, monkeypatch: pytest.MonkeyPatch, wait_until: Wait
) -> None:
    monkeypatch.setattr("kg.engines.nursery._REPLY", 0.5)
    monkeypatch.setattr("kg.engines.nursery._OLD_AGE", 0.2)
    with EmbeddedEngine(snapshot, PoolSettings(workers=2, timeout=20)) as engine:
        zygote, first, _ = engine.pids()
        os.kill(zygote, signal.SIGSTOP)
        assert is_right(engine, 7)  # engine processes do not need it
        os.kill(first, signal.SIGKILL)
        wait_until(lambda: engine.pids()[0] != zygote and engine.ready())
        assert is_right(engine, 8)
        wait_until(lambda: len(engine.pids()) == 3)
        assert not Path(f"/proc/{zygote}").exists()


def test_a_system_without_processes_leaves_those_that_there_are(
    snapshot: Snapshot, monkeypatch: pytest.MonkeyPatch, wait_until: Wait
) -> None:
    """A fork that fails, for want of file handles here, is tried again and ends nothing else."""
    with EmbeddedEngine(snapshot, PoolSettings(workers=2)) as engine:
        failures = []

        def no_handles(*_: object) -> object:
            failures.append(1)
            raise OSError(24, "Too many open files")

        with monkeypatch.context() as context:
            context.setattr("kg.engines.nursery.socket.socketpair", no_handles)
            killed = engine.pids()[1]
            os.kill(killed, signal.SIGKILL)
            wait_until(lambda: bool(failures))
            assert is_right(engine, 7)
        wait_until(lambda: len(engine.pids()) == 3)
        assert is_right(engine, 8)


def test_a_jump_of_the_clock_changes_no_deadline(
    engine: EmbeddedEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = time.time
    for hours in (1, -1):
        monkeypatch.setattr(time, "time", lambda hours=hours: real() + hours * 3600)
        assert is_right(engine, 7)
        start = time.monotonic()
        with pytest.raises(DeadlineExceededError):
            engine.query(Query(ENDLESS["cross product"], timeout=0.4))
        assert 0.4 <= time.monotonic() - start < 10


def test_no_engine_looks_at_the_clock_on_the_wall() -> None:
    """Every time here is a stretch; the clock on the wall may be set while it is measured."""
    for file in Path(kg.engines.__file__).parent.glob("*.py"):
        calls = {
            ast.unparse(node.func)
            for node in ast.walk(ast.parse(file.read_text()))
            if isinstance(node, ast.Call)
        }
        assert not calls & {"time.time", "datetime.now", "datetime.utcnow", "time.localtime"}
