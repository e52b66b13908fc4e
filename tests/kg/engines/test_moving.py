"""Moving to another snapshot: what begins after it reads it, what runs goes on, nothing is lost."""

import os
import shutil
import signal
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from kg.engines.embedded import EmbeddedEngine
from kg.engines.engine import AnswerFormats, Document, Lane, OverloadedError, Query
from kg.engines.nursery import StartError
from kg.engines.settings import PoolSettings
from kg.snapshot import Snapshot, open_snapshot, prune, publish

VALUE = Query("SELECT ?n { <x:t1> <x:n> ?n }", AnswerFormats(solutions="text/csv"))
LONG = Query("SELECT * { ?s ?p ?o . ?a ?b ?c . ?d ?e ?f }", lane=Lane.OPEN)
Wait = Callable[[Callable[[], bool]], float]
THINGS = 500
ON_DISK = PoolSettings(workers=2, light=1, from_disk=True)


@pytest.fixture(scope="module")
def snapshots(tmp_path_factory: pytest.TempPathFactory) -> list[Snapshot]:
    """Six snapshots of one shelf; every thing of the first has the value 0, and so on."""
    folder = tmp_path_factory.mktemp("moving")
    found = []
    for n in range(6):
        path = folder / f"{n}.nq"
        path.write_text("".join(sorted(f'<x:t{i}> <x:n> "{n}" <x:g> .\n' for i in range(THINGS))))
        found.append(publish([path], folder / "root", critmat_version="1"))
    return found


@pytest.fixture
def engine(snapshots: list[Snapshot]) -> Iterator[EmbeddedEngine]:
    with EmbeddedEngine(snapshots[0], ON_DISK) as engine:
        yield engine


def value(engine: EmbeddedEngine) -> tuple[str, str]:
    """The value that things have, and the snapshot that the answer says it comes from."""
    with engine.query(VALUE) as answer:
        return b"".join(answer).decode().split()[1], answer.snapshot_id


def settled(engine: EmbeddedEngine, old: tuple[int, ...]) -> Callable[[], bool]:
    """Whether none of the old processes lives and all new ones are there."""
    wanted = 1 + engine.settings.workers + engine.settings.light
    return lambda: len(engine.pids()) == wanted and not set(engine.pids()[1:]) & set(old[1:])


def test_what_begins_afterwards_reads_the_new_one(
    engine: EmbeddedEngine, snapshots: list[Snapshot], wait_until: Wait
) -> None:
    assert engine.on_disk
    assert value(engine) == ("0", snapshots[0].id)
    for n in (1, 2, 0, 3):
        old = engine.pids()
        engine.move_to(snapshots[n])
        assert engine.snapshot_id == snapshots[n].id
        for _ in range(5):
            assert value(engine) == (str(n), snapshots[n].id)
        wait_until(settled(engine, old))
        assert engine.pids()[0] == old[0]
    assert engine.ready()


def test_moving_to_where_it_is_changes_nothing(
    engine: EmbeddedEngine, snapshots: list[Snapshot]
) -> None:
    before = engine.pids()
    engine.move_to(snapshots[0])
    assert engine.pids() == before


def test_what_runs_goes_on_in_the_old_one(
    engine: EmbeddedEngine, snapshots: list[Snapshot]
) -> None:
    with engine.query(Query("SELECT ?n { ?s <x:n> ?n . ?t <x:n> ?n }")) as answer:
        engine.move_to(snapshots[1])
        assert value(engine) == ("1", snapshots[1].id)
        text = b"".join(answer)
    assert answer.snapshot_id == snapshots[0].id
    assert text.count(b'"value":"0"') == THINGS**2
    assert value(engine) == ("1", snapshots[1].id)


def test_the_old_one_is_held_until_its_last_reader_has_gone(
    tmp_path: Path, wait_until: Wait
) -> None:
    snapshots = []
    for n in range(2):
        path = tmp_path / f"{n}.nq"
        path.write_text(
            f'<x:t1> <x:n> "{n}" <x:g> .\n'
            + "".join(sorted(f"<x:u{i}> <x:p> <x:v> <x:g> .\n" for i in range(THINGS)))
        )
        snapshots.append(publish([path], tmp_path / "root", critmat_version="1"))
    with EmbeddedEngine(snapshots[0], ON_DISK) as engine:
        answer = engine.query(LONG)
        engine.move_to(snapshots[1])
        assert prune(tmp_path / "root", keep=0) == []
        answer.close()
        wait_until(lambda: prune(tmp_path / "root", keep=0) == [snapshots[0].id])
        assert value(engine) == ("1", snapshots[1].id)


def test_an_engine_in_memory_moves_to_disk(snapshots: list[Snapshot], wait_until: Wait) -> None:
    with EmbeddedEngine(snapshots[0], PoolSettings(workers=2)) as engine:
        assert not engine.on_disk
        old = engine.pids()
        engine.move_to(snapshots[1])
        assert engine.on_disk
        assert value(engine) == ("1", snapshots[1].id)
        wait_until(settled(engine, old))
        os.kill(engine.pids()[0], signal.SIGKILL)  # the next zygote must not load the old data
        wait_until(lambda: engine.pids()[0] != old[0] and len(engine.pids()) == 3)
        assert value(engine) == ("1", snapshots[1].id)


def test_a_snapshot_that_cannot_be_opened_leaves_all_as_it_was(
    engine: EmbeddedEngine, snapshots: list[Snapshot], tmp_path: Path
) -> None:
    root = tmp_path / "root"
    shutil.copytree(snapshots[0].path.parent.parent, root, symlinks=True)
    damaged = open_snapshot(root, snapshots[1].id)
    for file in damaged.store.iterdir():
        file.write_bytes(b"damaged")
    with pytest.raises(StartError, match="could not open the store"):
        engine.move_to(damaged)
    gone = open_snapshot(root, snapshots[2].id)
    shutil.rmtree(gone.path)
    with pytest.raises(StartError, match="cannot be opened"):
        engine.move_to(gone)
    assert engine.snapshot_id == snapshots[0].id
    assert value(engine) == ("0", snapshots[0].id)
    engine.move_to(snapshots[3])
    assert value(engine) == ("3", snapshots[3].id)


def test_readers_see_whole_snapshots_and_their_own_time_only_goes_forwards(
    engine: EmbeddedEngine, snapshots: list[Snapshot]
) -> None:
    """The snapshots take turns under readers; each answer is of one, and none is of the past."""
    turns = [snapshots[n % 6] for n in range(1, 19)]
    done = 0  # moves that have returned

    def read(lane: Lane) -> int:
        answers, seen = 0, 0
        while done < len(turns):
            least = done
            query = Query("SELECT DISTINCT ?n { ?s <x:n> ?n }", VALUE.formats, lane=lane)
            with engine.query(query) as answer:
                values = b"".join(answer).decode().split()[1:]
            assert len(values) == 1  # one snapshot, not two
            assert snapshots[int(values[0])].id == answer.snapshot_id
            may_be = range(least, min(done + 2, len(turns) + 1))
            possible = [n for n in may_be if n % len(snapshots) == int(values[0])]
            assert possible, "an answer from the past"
            seen = max(seen, possible[0])
            answers += 1
        return answers

    with ThreadPoolExecutor(4) as threads:
        readers = [threads.submit(read, lane) for lane in (Lane.OPEN, Lane.LIGHT) * 2]
        for snapshot in turns:
            engine.move_to(snapshot)
            done += 1
        assert sum(reader.result() for reader in readers) > 0


def test_many_movers_at_a_time_end_where_one_of_them_wanted(
    engine: EmbeddedEngine, snapshots: list[Snapshot], wait_until: Wait
) -> None:
    with ThreadPoolExecutor(6) as threads:
        list(threads.map(engine.move_to, snapshots * 3))
    number, snapshot_id = value(engine)
    assert snapshots[int(number)].id == snapshot_id == engine.snapshot_id
    wait_until(lambda: len(engine.pids()) == 4)


def test_the_zygote_dies_while_moving(
    engine: EmbeddedEngine, snapshots: list[Snapshot], wait_until: Wait
) -> None:
    zygote = engine.pids()[0]
    os.kill(zygote, signal.SIGSTOP)  # so that it cannot answer before it dies
    mover = threading.Thread(target=engine.move_to, args=(snapshots[4],))
    mover.start()
    os.kill(zygote, signal.SIGKILL)
    mover.join()
    assert value(engine) == ("4", snapshots[4].id)
    assert engine.pids()[0] != zygote
    wait_until(lambda: len(engine.pids()) == 4)


def test_a_query_that_waits_while_all_die_is_answered_from_the_new_one(
    engine: EmbeddedEngine, snapshots: list[Snapshot], wait_until: Wait
) -> None:
    engine.move_to(snapshots[5])
    old = engine.pids()[1:]
    for pid in old:
        os.kill(pid, signal.SIGKILL)
    wait_until(lambda: not set(old) & set(engine.pids()))
    assert value(engine) == ("5", snapshots[5].id)


def test_a_closed_engine_moves_nowhere(snapshots: list[Snapshot]) -> None:
    engine = EmbeddedEngine(snapshots[0], PoolSettings(workers=1, from_disk=True))
    engine.close()
    with pytest.raises(StartError, match="shutting down"):
        engine.move_to(snapshots[1])
    with pytest.raises(OverloadedError):
        engine.query(VALUE)


def test_updates_and_documents_are_looked_at_after_a_move(
    engine: EmbeddedEngine, snapshots: list[Snapshot], tmp_path: Path
) -> None:
    engine.move_to(snapshots[1])
    engine.check_update("INSERT DATA { <x:a> <x:b> 1 }")
    path = tmp_path / "document"
    path.write_bytes(b"<x:a> <x:b> '1' .")
    with engine.parse(Document(path, "text/turtle", "http://b/")) as answer:
        assert b"".join(answer) == b'<x:a> <x:b> "1" .\n'
