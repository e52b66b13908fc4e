"""Who goes next: our own queries before strangers', and of these who used least."""

import os
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor

import pytest

from kg.engines.embedded import EmbeddedEngine
from kg.engines.engine import DeadlineExceededError, Lane, OverloadedError, Query, QueryError
from kg.engines.settings import PoolSettings
from kg.snapshot import Snapshot
from tests.kg.engines.hostile_queries import ENDLESS

LIGHT = "ASK { <x:t7> <x:label> ?label }"
Wait = Callable[[Callable[[], bool]], float]


def heavy(client: str = "", timeout: float = 3.0) -> Query:
    return Query(ENDLESS["cross product"], timeout=timeout, lane=Lane.OPEN, client=client)


def light(client: str = "", lane: Lane = Lane.OPEN, timeout: float = 20.0) -> Query:
    return Query(LIGHT, timeout=timeout, lane=lane, client=client)


@pytest.fixture
def threads() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(40) as threads:
        yield threads


def send(threads: ThreadPoolExecutor, engine: EmbeddedEngine, query: Query) -> Future[QueryError]:
    """Send a query; the future gives the error that it ends with."""

    def ask() -> QueryError:
        with pytest.raises(QueryError) as error:
            engine.query(query)
        return error.value

    return threads.submit(ask)


def busy(engine: EmbeddedEngine) -> int:
    return len(engine._pool._roster._busy)


def waiting(engine: EmbeddedEngine) -> int:
    return len(engine._pool._roster._waiting)


def niceness(engine: EmbeddedEngine) -> list[int]:
    return sorted(os.getpriority(os.PRIO_PROCESS, pid) for pid in engine.pids()[1:])


def test_strangers_never_get_the_light_processes(
    snapshot: Snapshot, threads: ThreadPoolExecutor, wait_until: Wait
) -> None:
    settings = PoolSettings(workers=1, light=1, patience=60)
    with EmbeddedEngine(snapshot, settings) as engine:
        assert len(engine.pids()) == 3  # the zygote and both
        sent = [send(threads, engine, heavy("first", timeout=2.5))]
        wait_until(lambda: busy(engine) == 1)
        sent += [send(threads, engine, heavy(f"stranger {i}", timeout=1.0)) for i in range(5)]
        wait_until(lambda: waiting(engine) == 5)
        assert busy(engine) == 1
        for _ in range(10):  # our own are answered while the strangers' wait
            engine.query(light(lane=Lane.LIGHT)).read()
        assert not any(future.done() for future in sent)
        with pytest.raises(OverloadedError, match="No engine process became free in time"):
            engine.query(light("another stranger", timeout=0.2))
        kinds = sorted(type(future.result()).__name__ for future in sent)
    assert kinds == ["DeadlineExceededError"] + ["OverloadedError"] * 5


def test_our_own_may_use_all_processes(
    snapshot: Snapshot, threads: ThreadPoolExecutor, wait_until: Wait
) -> None:
    with EmbeddedEngine(snapshot, PoolSettings(workers=1, light=1, patience=60)) as engine:
        own = Query(ENDLESS["cross product"], timeout=0.7, lane=Lane.LIGHT)
        sent = [send(threads, engine, own) for _ in range(2)]
        wait_until(lambda: busy(engine) == 2)
        assert {type(future.result()) for future in sent} == {DeadlineExceededError}


def test_a_long_query_of_ours_never_makes_way_for_strangers(
    snapshot: Snapshot, threads: ThreadPoolExecutor, wait_until: Wait
) -> None:
    settings = PoolSettings(workers=1, light=1, patience=0.1, long_queries=0)
    with EmbeddedEngine(snapshot, settings) as engine:
        own = [
            send(threads, engine, Query(ENDLESS["cross product"], timeout=1.5)) for _ in range(2)
        ]
        wait_until(lambda: busy(engine) == 2)
        with pytest.raises(OverloadedError):
            engine.query(light("stranger", timeout=0.5))
        assert {type(future.result()) for future in own} == {DeadlineExceededError}


def test_a_long_query_of_ours_gets_a_process_more_for_others_of_ours(
    snapshot: Snapshot, threads: ThreadPoolExecutor, wait_until: Wait
) -> None:
    settings = PoolSettings(workers=1, light=1, patience=0.1, long_queries=0)
    with EmbeddedEngine(snapshot, settings) as engine:
        own = [send(threads, engine, Query(ENDLESS["cross product"], timeout=2)) for _ in range(2)]
        wait_until(lambda: busy(engine) == 2)
        engine.query(light(lane=Lane.LIGHT)).read()
        assert not any(future.done() for future in own)
        assert {type(future.result()) for future in own} == {DeadlineExceededError}


def test_who_used_least_goes_first(
    snapshot: Snapshot, threads: ThreadPoolExecutor, wait_until: Wait
) -> None:
    """24 heavy clients and more of each queue; one that comes last and has used nothing is next."""
    settings = PoolSettings(workers=1, patience=60, queue=60)
    with EmbeddedEngine(snapshot, settings) as engine:
        for i in range(24):
            engine._pool._roster._usage.charge(f"heavy {i}", 5.0 + i, time.monotonic())
        running = send(threads, engine, heavy("heavy 23", timeout=1.0))
        wait_until(lambda: busy(engine) == 1)
        queued = [send(threads, engine, heavy(f"heavy {i}", timeout=2.5)) for i in range(24)]
        wait_until(lambda: waiting(engine) == 24)
        start = time.monotonic()
        assert engine.query(light("newcomer")).read()
        assert running.done()  # it had to wait for no more than the one that ran
        assert sum(future.done() for future in queued) == 0
        assert time.monotonic() - start < 10
        next_one = next(f for f in queued if isinstance(f.result(), DeadlineExceededError))
        assert next_one is queued[0]  # of the heavy ones too who used least goes first


def test_running_time_counts_before_a_query_has_ended(
    snapshot: Snapshot, threads: ThreadPoolExecutor, wait_until: Wait
) -> None:
    settings = PoolSettings(workers=2, patience=60)
    with EmbeddedEngine(snapshot, settings) as engine:
        long = send(threads, engine, heavy("greedy", timeout=2.0))
        wait_until(lambda: busy(engine) == 1)
        short = send(threads, engine, heavy("other", timeout=0.8))
        wait_until(lambda: busy(engine) == 2)
        order: list[str] = []

        def ask(client: str) -> None:
            engine.query(light(client)).read()
            order.append(client)

        first = threads.submit(ask, "greedy")
        wait_until(lambda: waiting(engine) == 1)
        second = threads.submit(ask, "modest")
        for future in (first, second, long, short):
            future.result()
        assert order == ["modest", "greedy"]


def test_when_too_many_wait_who_used_most_is_turned_away(
    snapshot: Snapshot, threads: ThreadPoolExecutor, wait_until: Wait
) -> None:
    settings = PoolSettings(workers=1, light=1, queue=2, patience=60)
    with EmbeddedEngine(snapshot, settings) as engine:
        usage = engine._pool._roster._usage
        for client, seconds in (("a", 10.0), ("b", 20.0)):
            usage.charge(client, seconds, time.monotonic())
        running = send(threads, engine, heavy(timeout=2.0))
        wait_until(lambda: busy(engine) == 1)
        a, b = (send(threads, engine, heavy(client, timeout=1.0)) for client in ("a", "b"))
        wait_until(lambda: waiting(engine) == 2)
        c = threads.submit(lambda: engine.query(light("c")).read())
        error = b.result()
        assert isinstance(error, OverloadedError)
        assert "2 queries wait" in error.message
        assert not running.done()  # at once, not when its time was over
        usage.charge("d", 99.0, time.monotonic())
        with pytest.raises(OverloadedError, match="2 queries wait"):
            engine.query(light("d"))
        assert isinstance(a.result(), OverloadedError)
        assert isinstance(running.result(), DeadlineExceededError)
        assert c.result()


def test_a_long_query_gets_less_of_the_processor(
    snapshot: Snapshot, threads: ThreadPoolExecutor, wait_until: Wait
) -> None:
    with EmbeddedEngine(snapshot, PoolSettings(workers=2, patience=0.2)) as engine:
        usual = niceness(engine)[0]
        sent = send(threads, engine, heavy(timeout=1.5))
        wait_until(lambda: niceness(engine) == [usual, min(usual + 10, 19)])
        assert isinstance(sent.result(), DeadlineExceededError)
        wait_until(lambda: niceness(engine) == [usual, usual])


def test_a_slow_answer_gives_its_slowed_process_up(snapshot: Snapshot, wait_until: Wait) -> None:
    """Nobody else should get a process that has less of the processor for good."""
    with EmbeddedEngine(snapshot, PoolSettings(workers=1, patience=0.1)) as engine:
        (pid,) = engine.pids()[1:]
        usual = niceness(engine)[0]
        with engine.query(Query("SELECT * { ?s ?p ?o . ?o ?q ?r }")) as answer:
            wait_until(lambda: niceness(engine) == [min(usual + 10, 19)])
            list(answer)
        wait_until(lambda: len(engine.pids()) == 2 and engine.pids()[1] != pid)
        assert niceness(engine) == [usual]


def test_many_threads_of_both_lanes_are_all_served(snapshot: Snapshot) -> None:
    settings = PoolSettings(workers=2, light=1, queue=100)
    served: list[str] = []
    lock = threading.Lock()
    with EmbeddedEngine(snapshot, settings) as engine, ThreadPoolExecutor(40) as threads:

        def ask(i: int) -> None:
            client = f"client {i % 7}" if i % 5 else ""
            assert engine.query(light(client, Lane.OPEN if i % 2 else Lane.LIGHT)).read()
            with lock:
                served.append(client)

        list(threads.map(ask, range(400)))
        assert len(served) == 400
        assert (busy(engine), waiting(engine)) == (0, 0)
        assert len(engine.pids()) == 4


def test_slow_clients_leave_a_process_to_those_who_are_quick_or_new(
    snapshot: Snapshot, threads: ThreadPoolExecutor, wait_until: Wait
) -> None:
    """So a newcomer waits for nobody, whether the slow ones share a name or not."""
    with EmbeddedEngine(snapshot, PoolSettings(workers=2, patience=1, long_queries=0)) as engine:
        usage = engine._pool._roster._usage
        for name in ("one", "two", "three"):
            usage.charge(name, 5.0, time.monotonic())
        sent = [send(threads, engine, heavy(name, 2.0)) for name in ("one", "one", "two", "three")]
        wait_until(lambda: busy(engine) == 1 and waiting(engine) == 3)
        for name in ("newcomer", "", "newcomer"):
            engine.query(light(name)).read()
        time.sleep(1.2)
        # None was stopped for another slow one, nor for those that found the free process.
        assert busy(engine) == 1
        kinds = sorted(type(future.result()).__name__ for future in sent)
    assert kinds == ["DeadlineExceededError"] + ["OverloadedError"] * 3


def test_slow_clients_are_known_by_what_runs_and_by_what_ran(
    snapshot: Snapshot, threads: ThreadPoolExecutor, wait_until: Wait
) -> None:
    with EmbeddedEngine(snapshot, PoolSettings(workers=2, patience=0.4)) as engine:
        is_slow = engine._pool._roster._slow_clients
        assert not is_slow(time.monotonic())("stranger")
        sent = send(threads, engine, heavy("stranger", 1.0))
        wait_until(lambda: is_slow(time.monotonic())("stranger"))
        assert not sent.done()
        assert isinstance(sent.result(), DeadlineExceededError)
        assert is_slow(time.monotonic())("stranger")
        assert not is_slow(time.monotonic())("another")
        assert not is_slow(time.monotonic())("")
