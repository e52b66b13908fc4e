"""Processes are killed at once and replaced, however long each takes to die."""

import logging
import os
import signal
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest

from kg.engines.embedded import EmbeddedAnswer, EmbeddedEngine
from kg.engines.engine import Query
from kg.engines.nursery import Nursery
from kg.engines.settings import PoolSettings
from kg.snapshot import Snapshot

Wait = Callable[[Callable[[], bool]], float]


def is_light(engine: EmbeddedEngine) -> bool:
    return b"true" in engine.query(Query("ASK { <x:t7> <x:label> ?label }")).read()


def begin(engine: EmbeddedEngine) -> EmbeddedAnswer:
    """A long answer of which only the beginning is read; closing it has its process killed."""
    return engine.query(Query("SELECT * { ?a ?b ?c . ?d ?e ?f }"))


def is_replaced(engine: EmbeddedEngine, zygote: int) -> bool:
    return engine.pids()[0] != zygote and len(engine.pids()) == 4


class Silence:
    """The zygote as it is while processes take long to die: it says so of none."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self._hear = Nursery._hear
        self._held: list[tuple[Nursery, bytes]] = []
        self.deaths = True
        monkeypatch.setattr(Nursery, "_hear", self.hearing())

    def hearing(self) -> Callable[[Nursery, bytes], None]:
        """What stands in for the method, which is given its nursery."""

        def hear(nursery: Nursery, said: bytes) -> None:
            self.hear(nursery, said)

        return hear

    def hear(self, nursery: Nursery, said: bytes) -> None:
        if said[:1] == b"X" and self.deaths:
            self._held.append((nursery, said))
            return
        if not self.deaths:
            held, self._held = self._held, []
            for of, message in held:
                self._hear(of, message)
        self._hear(nursery, said)


@pytest.fixture
def engine(snapshot: Snapshot) -> Iterator[EmbeddedEngine]:
    with EmbeddedEngine(snapshot, PoolSettings(workers=3, timeout=20.0)) as engine:
        yield engine


def test_processes_that_die_slowly_hold_up_nobody_and_are_bounded(
    engine: EmbeddedEngine, monkeypatch: pytest.MonkeyPatch, wait_until: Wait
) -> None:
    monkeypatch.setattr("kg.engines.nursery._PING", 0.2)
    dying = Silence(monkeypatch)
    before = engine.pids()
    for _ in range(2):  # both are dying; others take their places, and can be killed
        begin(engine).close()
        wait_until(lambda: len(engine.pids()) == 4)
        assert is_light(engine)
    # With a third that is dying there are as many as may be, so no more are forked.
    begin(engine).close()
    wait_until(lambda: len(engine.pids()) == 3)
    time.sleep(0.5)
    assert len(engine.pids()) == 3
    assert is_light(engine)
    dying.deaths = False
    wait_until(lambda: len(engine.pids()) == 4)
    assert engine.pids()[0] == before[0]
    assert is_light(engine)


def test_a_burst_of_thirty_retirements(engine: EmbeddedEngine, wait_until: Wait) -> None:
    zygote, *seen = engine.pids()
    for _ in range(30):
        answer = begin(engine)
        seen += engine.pids()[1:]
        answer.close()
    assert is_light(engine)
    wait_until(lambda: len(engine.pids()) == 4)
    assert engine.pids()[0] == zygote
    assert len(set(seen)) >= 30
    children = Path(f"/proc/{zygote}/task/{zygote}/children")
    wait_until(lambda: set(map(int, children.read_text().split())) == set(engine.pids()[1:]))


def test_a_zygote_that_dies_amid_retirements_is_replaced_once(
    engine: EmbeddedEngine, caplog: pytest.LogCaptureFixture, wait_until: Wait
) -> None:
    old = engine.pids()
    answers = [begin(engine) for _ in range(3)]
    os.kill(old[0], signal.SIGKILL)
    for answer in answers:
        answer.close()
    wait_until(lambda: engine.pids()[0] != old[0] and len(engine.pids()) == 4)
    assert is_light(engine)
    assert [record.message for record in caplog.records if record.levelno >= logging.ERROR] == [
        f"the zygote {old[0]} has died; starting another"
    ]


def test_a_zygote_that_dies_again_is_replaced_more_slowly(
    engine: EmbeddedEngine, wait_until: Wait
) -> None:
    for pause in (0.0, 1.0):
        zygote = engine.pids()[0]
        start = time.monotonic()
        os.kill(zygote, signal.SIGKILL)
        wait_until(partial(is_replaced, engine, zygote))
        assert time.monotonic() - start >= pause
        assert is_light(engine)


def test_a_zygote_that_is_slow_is_not_taken_for_dead(
    engine: EmbeddedEngine, monkeypatch: pytest.MonkeyPatch, wait_until: Wait
) -> None:
    monkeypatch.setattr("kg.engines.nursery._PING", 0.1)
    zygote, first, *_ = engine.pids()
    os.kill(zygote, signal.SIGSTOP)
    try:
        os.kill(first, signal.SIGKILL)
        time.sleep(0.7)
        assert is_light(engine)  # the others go on
    finally:
        os.kill(zygote, signal.SIGCONT)
    wait_until(lambda: len(engine.pids()) == 4 and first not in engine.pids())
    assert engine.pids()[0] == zygote


def test_closing_while_the_zygote_is_dead_starts_no_other(
    snapshot: Snapshot, caplog: pytest.LogCaptureFixture
) -> None:
    engine = EmbeddedEngine(snapshot, PoolSettings(workers=2))
    answers = [begin(engine) for _ in range(2)]
    engine.close()
    for answer in answers:
        answer.close()
    assert not [record for record in caplog.records if "has died" in record.message]
