"""Hostile queries: each is stopped with a clear answer, and nobody else notices.

The shapes are those that were seen to end, block or bloat a process that evaluates SPARQL.
"""

import json
import os
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest

from kg.engines.confinement import _deny_network
from kg.engines.embedded import EmbeddedEngine
from kg.engines.engine import (
    AbandonedError,
    Abandonment,
    BrokenAnswerError,
    DeadlineExceededError,
    ForbiddenQueryError,
    MemoryExceededError,
    OverloadedError,
    Query,
    QueryError,
    QueryTooLargeError,
)
from kg.engines.settings import MIB, PoolSettings
from kg.snapshot import Snapshot
from tests.kg.engines.hostile_queries import BOMBS, ENDLESS, SHAPES

LIGHT = Query("ASK { <x:t7> <x:label> ?label }")


def is_light(engine: EmbeddedEngine) -> bool:
    return bool(json.loads(engine.query(LIGHT).read())["boolean"])


@pytest.mark.parametrize("kind", ENDLESS)
def test_an_endless_query_ends_at_its_deadline_while_others_go_on(
    engine: EmbeddedEngine, kind: str
) -> None:
    light: list[float] = []
    done = threading.Event()

    def others() -> None:
        while not done.is_set():
            start = time.monotonic()
            assert is_light(engine)
            light.append(time.monotonic() - start)
            time.sleep(0.005)

    thread = threading.Thread(target=others)
    thread.start()
    start = time.monotonic()
    try:
        with pytest.raises(DeadlineExceededError, match=r"stopped after 0.7 s"):
            engine.query(Query(ENDLESS[kind], timeout=0.7))
    finally:
        took = time.monotonic() - start
        done.set()
        thread.join()
    assert took >= 0.7
    assert took < 5  # far below the time that the query would take
    assert light  # others were answered meanwhile
    assert min(light) < took


@pytest.mark.parametrize("kind", BOMBS)
def test_a_memory_bomb_is_stopped(engine: EmbeddedEngine, kind: str) -> None:
    with pytest.raises(MemoryExceededError, match=r"more than 256 MiB"):
        engine.query(Query(BOMBS[kind], timeout=60))
    assert is_light(engine)


@pytest.mark.parametrize("shape", SHAPES)
def test_shapes_that_overflow_the_stack(engine: EmbeddedEngine, shape: str) -> None:
    text, (half, limit, tenfold) = SHAPES[shape]
    for size in (half, limit):
        # These two are allowed: it is the process that must not die of them.
        with suppress(DeadlineExceededError, MemoryExceededError):
            engine.query(Query(text(size), timeout=1.0)).read()
    with pytest.raises(QueryTooLargeError):
        engine.query(Query(text(tenfold)))
    assert is_light(engine)


def test_a_query_that_overflows_the_stack_behind_the_gate(snapshot: Snapshot) -> None:
    """Were the gate open, the process would die, and only the process."""
    from kg.engines.gate import GateLimits

    gate = GateLimits(nesting=10**6, operations=10**6)
    with EmbeddedEngine(snapshot, PoolSettings(workers=1, gate=gate)) as engine:
        for shape in ("functions", "braces", "minus"):
            with pytest.raises(QueryError, match=r"ended its engine process .signal SIGSEGV"):
                engine.query(Query(SHAPES[shape][0](20_000)))
            assert is_light(engine)


def test_a_killed_process_is_replaced(
    engine: EmbeddedEngine, wait_until: Callable[[Callable[[], bool]], float]
) -> None:
    zygote, *workers = engine.pids()
    for pid in workers:
        os.kill(pid, signal.SIGKILL)
    wait_until(lambda: all(is_dead(pid) for pid in workers))
    assert is_light(engine)
    wait_until(lambda: len(set(engine.pids()) - {zygote, *workers}) >= 1)
    assert engine.pids()[0] == zygote


def test_an_idle_process_that_died_is_replaced_before_anybody_asks(
    engine: EmbeddedEngine, wait_until: Callable[[Callable[[], bool]], float]
) -> None:
    workers = set(engine.pids()[1:])
    for pid in workers:
        os.kill(pid, signal.SIGKILL)
    wait_until(lambda: len(engine.pids()) == 3 and not workers & set(engine.pids()))


def is_dead(pid: int) -> bool:
    """Gone, or a zombie that the zygote has not yet waited for."""
    stat = Path(f"/proc/{pid}/stat")
    return not stat.exists() or stat.read_text().rpartition(") ")[2][0] == "Z"


def test_a_process_killed_in_a_query_is_said_and_replaced(
    engine: EmbeddedEngine, wait_until: Callable[[Callable[[], bool]], float]
) -> None:
    killed: set[int] = set()

    def kill() -> None:
        killed.update(engine.pids()[1:])
        for pid in killed:
            os.kill(pid, signal.SIGKILL)

    threading.Timer(0.3, kill).start()
    with pytest.raises(MemoryExceededError, match="killed by the system"):
        engine.query(Query(ENDLESS["cross product"], timeout=5))
    # Those without work were killed with it: until that is noticed, one of them may be lent.
    wait_until(lambda: not killed & set(engine.pids()))
    assert is_light(engine)


def test_a_process_killed_in_an_answer_breaks_the_answer(
    engine: EmbeddedEngine, wait_until: Callable[[Callable[[], bool]], float]
) -> None:
    answer = engine.query(Query("SELECT * { ?a ?b ?c . ?d ?e ?f }"))
    killed = set(engine.pids()[1:])
    for pid in killed:
        os.kill(pid, signal.SIGKILL)
    with pytest.raises(BrokenAnswerError, match="broke off"):
        answer.read()
    wait_until(lambda: not killed & set(engine.pids()))
    assert is_light(engine)


def test_a_reader_that_sleeps_does_not_hold_a_process(engine: EmbeddedEngine) -> None:
    before = set(engine.pids())
    answer = engine.query(Query("SELECT * { ?a ?b ?c . ?d ?e ?f }", timeout=0.5))
    time.sleep(2.0)
    assert len(before - set(engine.pids())) == 1
    with pytest.raises(BrokenAnswerError):
        answer.read()


def test_a_dead_zygote_is_replaced(
    snapshot: Snapshot, wait_until: Callable[[Callable[[], bool]], float]
) -> None:
    with EmbeddedEngine(snapshot, PoolSettings(workers=2)) as engine:
        old = engine.pids()
        caught: list[BaseException] = []

        def ask() -> None:
            try:
                engine.query(Query(ENDLESS["cross product"], timeout=20))
            except QueryError as error:
                caught.append(error)

        # A process in the middle of a query does not see its socket close; it must end too.
        running = threading.Thread(target=ask)
        running.start()
        time.sleep(0.2)
        os.kill(old[0], signal.SIGKILL)
        wait_until(lambda: engine.pids()[0] != old[0] and engine.ready())
        running.join()
        assert [type(error) for error in caught] == [OverloadedError]
        assert is_light(engine)
        wait_until(lambda: not any(Path(f"/proc/{pid}").exists() for pid in old))
        assert not set(old) & set(engine.pids())


def test_when_all_are_busy_and_many_wait_one_is_turned_away(snapshot: Snapshot) -> None:
    with EmbeddedEngine(snapshot, PoolSettings(workers=1, queue=1, patience=9)) as engine:
        caught: list[QueryError] = []

        def ask(timeout: float) -> None:
            try:
                engine.query(Query(ENDLESS["cross product"], timeout=timeout))
            except QueryError as error:
                caught.append(error)

        busy, waiting = (threading.Thread(target=ask, args=(t,)) for t in (3.0, 0.8))
        busy.start()
        time.sleep(0.2)
        waiting.start()
        time.sleep(0.2)
        with pytest.raises(OverloadedError, match="busy and 1 queries wait") as error:
            engine.query(LIGHT)
        assert waiting.is_alive()  # it was turned away at once, not when a place was free
        assert 1 <= error.value.retry_after <= 4
        waiting.join()
        assert isinstance(caught[0], OverloadedError)  # its time passed while it waited
        busy.join()
        assert is_light(engine)


def test_long_queries_let_others_through(snapshot: Snapshot) -> None:
    """One goes on beside the others; the next is stopped, and only since others wait."""
    settings = PoolSettings(workers=1, patience=0.2, long_queries=1)
    with EmbeddedEngine(snapshot, settings) as engine:
        caught: list[QueryError] = []

        def ask() -> None:
            try:
                engine.query(Query(ENDLESS["cross product"], timeout=4))
            except QueryError as error:
                caught.append(error)

        threads = [threading.Thread(target=ask) for _ in range(2)]
        for thread in threads:
            thread.start()
            time.sleep(0.5)
            assert is_light(engine)
            assert threads[0].is_alive()  # the long query goes on beside it
        for thread in threads:
            thread.join()
        assert [type(error) for error in caught] == [OverloadedError, DeadlineExceededError]
        assert "others wait" in caught[0].message
        assert is_light(engine)
        assert len(engine.pids()) == 2


def test_a_query_that_nobody_waits_for_is_stopped(engine: EmbeddedEngine) -> None:
    asker = Abandonment()
    threading.Timer(0.3, asker.leave).start()
    start = time.monotonic()
    with pytest.raises(AbandonedError):
        engine.query(Query(ENDLESS["cross product"], timeout=9, asker=asker))
    with pytest.raises(AbandonedError):  # gone before it began
        engine.query(Query(ENDLESS["cross product"], timeout=9, asker=asker))
    assert time.monotonic() - start < 9  # before its own deadline
    assert is_light(engine)


def test_an_asker_who_leaves_later_stops_nothing_of_others(engine: EmbeddedEngine) -> None:
    asker = Abandonment()
    assert engine.query(Query(LIGHT.text, asker=asker)).read()
    before = set(engine.pids())
    asker.leave()
    assert is_light(engine)
    assert set(engine.pids()) == before


def test_processes_are_recycled(
    snapshot: Snapshot, wait_until: Callable[[Callable[[], bool]], float]
) -> None:
    with EmbeddedEngine(snapshot, PoolSettings(workers=1, recycle_after=3)) as engine:
        first = engine.pids()[1]
        for _ in range(3):
            assert is_light(engine)
        wait_until(lambda: len(engine.pids()) == 2 and engine.pids()[1] != first)
        assert is_light(engine)


def test_nothing_is_left_after_closing(snapshot: Snapshot) -> None:
    engine = EmbeddedEngine(snapshot, PoolSettings(workers=3))
    pids = engine.pids()
    running = engine.query(Query("SELECT * { ?a ?b ?c . ?d ?e ?f }"))
    start = time.monotonic()
    engine.close()
    engine.close()
    assert time.monotonic() - start < 5
    assert not any(Path(f"/proc/{pid}").exists() for pid in pids)
    assert not engine.ready()
    with pytest.raises(BrokenAnswerError):
        running.read()
    with pytest.raises(OverloadedError, match="shutting down"):
        engine.query(LIGHT)


_PARENT = """
import sys, time
from pathlib import Path
from kg.engines.embedded import EmbeddedEngine
from kg.engines.settings import PoolSettings
from kg.snapshot import open_snapshot
if __name__ == "__main__":
    engine = EmbeddedEngine(open_snapshot(Path(sys.argv[1])), PoolSettings(workers=2))
    print(*engine.pids(), flush=True)
    time.sleep(60)
"""


def test_nothing_is_left_when_the_parent_is_killed(
    snapshot: Snapshot, wait_until: Callable[[Callable[[], bool]], float]
) -> None:
    import sys

    root = snapshot.path.parent.parent
    with subprocess.Popen(
        [sys.executable, "-c", _PARENT, str(root)], stdout=subprocess.PIPE
    ) as parent:
        assert parent.stdout is not None
        pids = parent.stdout.readline().split()
        parent.kill()
    assert len(pids) == 3
    wait_until(lambda: not any(Path(f"/proc/{int(pid)}").exists() for pid in pids))


def test_no_query_reaches_the_network(engine: EmbeddedEngine) -> None:
    with socket.create_server(("127.0.0.1", 0)) as canary:
        address = f"http://127.0.0.1:{canary.getsockname()[1]}/"
        for query in (
            f"SELECT * {{ SERVICE <{address}> {{ ?s ?p ?o }} }}",
            f"SELECT * {{ SERVICE SILENT <{address}> {{ ?s ?p ?o }} }}",
            f"BASE <{address}> SELECT * {{ SERVICE <> {{ ?s ?p ?o }} }}",
            f"PREFIX x: <{address}> SELECT * {{ SERVICEx: {{ ?s ?p ?o }} }}",
            f"SELECT * {{ \\u0053ERVICE <{address}> {{ ?s ?p ?o }} }}",
            f"SELECT * {{ SERVICE <{address.replace('h', chr(92) + 'u0068', 1)}> {{ }} }}",
            f"SELECT * {{ BIND(<{address}> AS ?x) SERVICE ?x {{ ?s ?p ?o }} }}",
            f"LOAD <{address}>",
        ):
            with pytest.raises(ForbiddenQueryError):
                engine.query(Query(query))
        engine.query(Query(f"ASK FROM <{address}> FROM NAMED <{address}> {{ ?s ?p ?o }}")).read()
        assert not was_contacted(canary)


def test_behind_the_gate_the_network_is_cut_off(
    engine: EmbeddedEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kg.engines.embedded.check_query", lambda *_: None)
    with socket.create_server(("127.0.0.1", 0)) as canary:
        for host in (f"http://127.0.0.1:{canary.getsockname()[1]}/", "http://localhost:8/"):
            with pytest.raises(QueryError, match="could not answer"):
                engine.query(Query(f"SELECT * {{ SERVICE <{host}> {{ ?s ?p ?o }} }}"))
        assert not was_contacted(canary)


def was_contacted(canary: socket.socket) -> bool:
    canary.settimeout(0.2)
    try:
        canary.accept()[0].close()
    except TimeoutError:
        return False
    return True


def test_confined_processes_can_do_nothing_else() -> None:
    child = os.fork()
    if child == 0:
        status = 1
        try:
            if _deny_network() == "":
                status = 0
                for family in (socket.AF_INET, socket.AF_INET6, socket.AF_UNIX):
                    with suppress(PermissionError):
                        socket.socket(family)
                        status = 2
                with suppress(PermissionError):
                    os.execv("/bin/false", ["false"])  # noqa: S606
        finally:
            os._exit(status)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


def test_engine_processes_are_confined(engine: EmbeddedEngine) -> None:
    for pid in engine.pids()[1:]:
        status = Path(f"/proc/{pid}/status").read_text()
        limits = Path(f"/proc/{pid}/limits").read_text()
        assert "Seccomp:\t2" in status
        assert "NoNewPrivs:\t1" in status
        assert Path(f"/proc/{pid}/oom_score_adj").read_text().strip() == "800"
        rows = {line[:26].strip(): line[26:].split()[0] for line in limits.splitlines()[1:]}
        assert rows["Max core file size"] == "0"
        assert rows["Max open files"] == "64"
        assert 0 < int(rows["Max address space"]) < 2048 * MIB
