"""Changes: each is applied as a whole or not at all, one after the other, and then published."""

import threading
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest
from pyoxigraph import Store

from kg.engines.engine import (
    DeadlineExceededError,
    MalformedDocumentError,
    MalformedQueryError,
    OverloadedError,
    QueryTooLargeError,
)
from kg.engines.functions import MOST_UNKNOWN
from kg.snapshot import (
    ShelfInUseError,
    Snapshot,
    SnapshotKind,
    SnapshotNotFoundError,
    list_snapshots,
    open_snapshot,
    verify,
)
from kg.snapshot.shelf import hold
from kg.writer import AddQuads, DropGraph, ReplaceGraph, UpdateText, Writer, WriterSettings, Written
from kg.writer.failure import GraphNotFoundError, UpdateFailedError
from tests.kg.writer.conftest import SETTINGS, graphs, insert, until, values
from tests.small import publish_small

COUNT = UpdateText(
    "DELETE { <x:n> <x:p> ?old } INSERT { <x:n> <x:p> ?new } "
    "WHERE { OPTIONAL { <x:n> <x:p> ?old } BIND (COALESCE(?old, 0) + 1 AS ?new) }"
)
#: One function more that nobody knows than an update may call.
CALLS = " ".join(f"BIND (<x:f{n}>() AS ?v{n})" for n in range(MOST_UNKNOWN + 1))
HEAVY = UpdateText("INSERT { ?a ?b ?f } WHERE { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }")


def at_work(writer: Writer, job: Future[Written]) -> None:
    """Wait until a change that was submitted has its turn."""
    until(lambda: job.running() and bool(writer._batches._child and writer._batches._child.changes))


@pytest.fixture
def quads(tmp_path: Path) -> Path:
    path = tmp_path / "quads.nq"
    path.write_text("<x:a> <x:b> <x:c> <x:g> .\n<x:a> <x:b> <x:d> <x:g> .\n")
    return path


def test_a_change_gives_a_snapshot_of_its_own_that_is_current(writer: Writer, root: Path) -> None:
    base = writer.snapshot
    written = writer.apply(insert(1)).snapshot
    assert (written.id, written.kind) == (f"{base.id}.1", SnapshotKind.WRITTEN)
    assert (written.manifest.base, written.manifest.parent) == (base.id, base.id)
    assert written.data is None
    assert open_snapshot(root) == writer.snapshot == written
    assert verify(written).ok
    assert (values(base), values(written)) == ([], [1])
    assert writer.apply(insert(2)).snapshot.manifest.parent == written.id


def test_a_change_says_when_it_has_its_turn(writer: Writer) -> None:
    turns: list[str] = []
    with ThreadPoolExecutor(1) as threads:
        heavy = threads.submit(
            writer.apply, HEAVY, timeout=2, begun=lambda: turns.append("the first")
        )
        at_work(writer, heavy)
        assert turns == ["the first"]
        writer.apply(insert(1), begun=lambda: turns.append("the second"))
        assert isinstance(heavy.exception(), DeadlineExceededError)
    assert turns == ["the first", "the second"]


def test_queries_are_moved_before_the_change_is_acknowledged(root: Path) -> None:
    seen: list[Snapshot] = []
    with Writer(root, SETTINGS, seen.append) as writer:
        assert [writer.apply(insert(n)).snapshot for n in range(2)] == seen


def test_readers_that_cannot_be_moved_do_not_undo_a_change(
    root: Path, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(_: Snapshot) -> None:
        raise RuntimeError("no more engines")

    with Writer(root, SETTINGS, fail) as writer:
        assert values(writer.apply(insert(1)).snapshot) == [1]
    assert "could not be moved" in caplog.text


def test_what_a_function_that_nobody_knows_gives_stays_unbound(writer: Writer) -> None:
    """As in queries; an operation before it is done once, however often the update is planned."""
    writer.apply(COUNT)
    both = UpdateText(
        f"{COUNT.text} ; INSERT {{ <x:n> <x:q> ?none . <x:n> <x:p> ?kept }} WHERE {{ "
        'BIND (<x:unknown>(1) AS ?none) BIND (COALESCE(<x:other>("a"), 7) AS ?kept) }'
    )
    written = writer.apply(both).snapshot
    assert rows(written, "SELECT ?p ?v { <x:n> ?p ?v } ORDER BY ?v") == [
        ["<x:p>", _integer(2)],
        ["<x:p>", _integer(7)],
    ]


def rows(snapshot: Snapshot, query: str) -> list[list[str]]:
    found = Store.read_only(str(snapshot.store)).query(query)
    return [[str(term) for term in row] for row in found]


def _integer(value: int) -> str:
    return f'"{value}"^^<http://www.w3.org/2001/XMLSchema#integer>'


def test_what_was_written_is_there_after_a_restart(root: Path) -> None:
    for number in range(2):
        with Writer(root, SETTINGS, lambda _: None) as writer:
            writer.apply(insert(number))
    assert values(open_snapshot(root)) == [0, 1]
    assert not list(root.glob(".working-*"))


def test_a_graph_is_replaced_added_to_and_dropped(writer: Writer, quads: Path) -> None:
    assert writer.apply(ReplaceGraph("x:g", quads)).created
    quads.write_text("<x:a> <x:b> <x:e> <x:g> .\n")
    assert not writer.apply(AddQuads(quads, "x:g")).created
    store = Store.read_only(str(writer.snapshot.store))
    assert len(list(store.query("SELECT * { GRAPH <x:g> { ?s ?p ?o } }"))) == 3  # type: ignore[arg-type]
    assert not writer.apply(ReplaceGraph("x:g", quads)).created
    store = Store.read_only(str(writer.snapshot.store))
    assert len(list(store.query("SELECT * { GRAPH <x:g> { ?s ?p ?o } }"))) == 1  # type: ignore[arg-type]
    writer.apply(DropGraph("x:g"))
    assert "x:g" not in graphs(writer.snapshot)
    with pytest.raises(GraphNotFoundError, match="no graph <x:g>"):
        writer.apply(DropGraph("x:g"))


def test_an_empty_document_makes_an_empty_graph(writer: Writer, quads: Path) -> None:
    quads.write_text("")
    assert writer.apply(ReplaceGraph("x:put", quads)).created
    assert writer.apply(AddQuads(quads, "x:post")).created
    assert {"x:put", "x:post"} <= graphs(writer.snapshot)


def test_the_default_graph_is_replaced_and_emptied_and_always_there(
    writer: Writer, quads: Path
) -> None:
    named = graphs(writer.snapshot)
    quads.write_text("<x:s> <x:p> 7 .\n".replace("7", '"7"'))
    assert not writer.apply(ReplaceGraph("", quads)).created
    assert values(writer.snapshot) == [7]
    writer.apply(DropGraph(""))
    store = Store.read_only(str(writer.snapshot.store))
    assert not store.query("ASK { ?s ?p ?o }")
    assert graphs(writer.snapshot) == named


@pytest.mark.parametrize(
    "lines",
    ["<x:a> <x:b> <x:c> <x:other> .\n", "<x:a> <x:b> <x:g> .\n", '<x:a> <x:b> "1" .\n'],
    ids=["another", "default", "literal"],
)
def test_a_document_for_one_graph_changes_no_other(writer: Writer, quads: Path, lines: str) -> None:
    before = writer.snapshot
    quads.write_text("<x:a> <x:b> <x:c> <x:g> .\n" + lines)
    with pytest.raises(MalformedDocumentError, match="line 2 is of another graph"):
        writer.apply(ReplaceGraph("x:g", quads))
    assert writer.snapshot == before


def test_a_broken_document_leaves_the_graph_as_it_was(writer: Writer, quads: Path) -> None:
    writer.apply(ReplaceGraph("x:g", quads))
    before = writer.apply(insert(1)).snapshot
    quads.write_text("<x:a> <x:b> <x:new> <x:g> .\n<x:a> not a quad <x:g> .\n")
    with pytest.raises(MalformedDocumentError, match="Nothing of it was applied"):
        writer.apply(ReplaceGraph("x:g", quads))
    assert writer.snapshot == before
    # The copy that had lost the graph already is not what the next change begins from.
    after = writer.apply(insert(2)).snapshot
    store = Store.read_only(str(after.store))
    assert len(list(store.query("SELECT * { GRAPH <x:g> { ?s ?p ?o } }"))) == 2  # type: ignore[arg-type]
    assert values(after) == [1, 2]


@pytest.mark.parametrize(
    ("operation", "error", "message"),
    [
        ("DROP GRAPH <x:none>", UpdateFailedError, "<x:none> does not exist"),
        (f"INSERT {{ <x:s> <x:p> 1 }} WHERE {{ {CALLS} }}", UpdateFailedError, "100 functions"),
        ("INSERT DATA {", MalformedQueryError, "ends too early"),
    ],
    ids=["graph", "functions", "syntax"],
)
def test_an_update_that_fails_at_its_end_changes_nothing(
    writer: Writer, operation: str, error: type[Exception], message: str
) -> None:
    before = writer.snapshot
    pid = writer.pids()
    with pytest.raises(error, match=message):
        writer.apply(UpdateText(f"INSERT DATA {{ <x:s> <x:p> 1 }} ; {operation}"))
    assert writer.snapshot == before
    assert values(writer.apply(insert(2)).snapshot) == [2]
    assert writer.pids() == pid


def test_the_writer_has_no_network(writer: Writer) -> None:
    written = writer.apply(
        UpdateText("LOAD SILENT <http://127.0.0.1:9/> ; INSERT DATA { <x:s> <x:p> 1 }")
    )
    assert values(written.snapshot) == [1]


def test_eight_writers_lose_no_increment(writer: Writer) -> None:
    with ThreadPoolExecutor(8) as threads:
        ids = [w.snapshot.id for w in threads.map(writer.apply, [COUNT] * 80)]
    assert values(writer.snapshot, "x:n") == [80]
    # What came at the same time was published together.
    assert len(set(ids)) < 80


def test_one_who_fails_does_not_take_the_others_along(writer: Writer) -> None:
    """They are in one batch, since all wait while the first one is published."""
    changes = [
        COUNT,
        COUNT,
        UpdateText("DROP GRAPH <x:none>"),
        COUNT,
        UpdateText(f"INSERT {{ <x:s> <x:p> 1 }} WHERE {{ {CALLS} }}"),
        COUNT,
    ]
    with ThreadPoolExecutor(len(changes)) as threads:
        outcomes = [job.exception() for job in [threads.submit(writer.apply, c) for c in changes]]
    assert [type(outcome).__name__ for outcome in outcomes if outcome] == ["UpdateFailedError"] * 2
    assert values(writer.snapshot, "x:n") == [4]


def test_the_last_written_snapshots_are_kept_and_those_in_use(writer: Writer, root: Path) -> None:
    base = writer.snapshot.id
    held = writer.apply(insert(1)).snapshot
    with hold(held):
        for number in range(2, 7):
            writer.apply(insert(number))
        kept = [f"{base}.6", f"{base}.5", f"{base}.4", held.id, base]
        until(lambda: [snapshot.id for snapshot in list_snapshots(root)] == kept)
        assert values(held) == [1]
    writer.apply(insert(7))
    until(lambda: not held.path.exists())


def test_nobody_else_writes_there(
    writer: Writer, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(ShelfInUseError, match=r"service takes changes .* Stop the service first"):
        publish_small(root)
    monkeypatch.setattr("kg.snapshot.locks._PATIENCE", 0.1)
    with pytest.raises(ShelfInUseError, match="Another service takes changes"):
        Writer(root, SETTINGS, lambda _: None)
    assert writer.apply(insert(1)).snapshot.id.endswith(".1")


def test_without_a_snapshot_there_is_nothing_to_change(tmp_path: Path) -> None:
    for _ in range(2):  # and the lock was let go
        with pytest.raises(SnapshotNotFoundError):
            Writer(tmp_path, SETTINGS, lambda _: None)


def test_the_largest_change(root: Path, quads: Path) -> None:
    text = insert(1)
    settings = replace(SETTINGS, largest_change=len(text.text))
    with Writer(root, settings, lambda _: None) as writer:
        writer.apply(text)
        with pytest.raises(QueryTooLargeError, match="smaller steps"):
            writer.apply(UpdateText(text.text + " "))
        quads.write_text("#" * len(text.text) + "\n")
        with pytest.raises(QueryTooLargeError):
            writer.apply(AddQuads(quads))


def test_a_change_that_takes_too_long_is_stopped(writer: Writer) -> None:
    before = writer.snapshot
    with pytest.raises(DeadlineExceededError, match=r"stopped after 0.5 s. Nothing of it"):
        writer.apply(HEAVY, timeout=0.5)
    assert writer.snapshot == before
    assert values(writer.apply(insert(1)).snapshot) == [1]


def test_more_changes_than_may_wait_are_turned_away(root: Path) -> None:
    settings = replace(SETTINGS, queue=2, batch=1)
    with Writer(root, settings, lambda _: None) as writer, ThreadPoolExecutor(3) as threads:
        heavy = threads.submit(writer.apply, HEAVY, timeout=2)
        at_work(writer, heavy)
        waiting = []
        for number in range(2):
            waiting.append(threads.submit(writer.apply, insert(number)))
            until(lambda number=number: len(writer._queue._jobs) > number)
        with pytest.raises(OverloadedError, match="2 changes are waiting already"):
            writer.apply(insert(2))
        assert isinstance(heavy.exception(), DeadlineExceededError)
        assert [job.exception() for job in waiting] == [None, None]
        assert values(writer.snapshot) == [0, 1]


def test_one_that_did_not_get_its_turn_in_time_is_not_applied_later(writer: Writer) -> None:
    with ThreadPoolExecutor(1) as threads:
        heavy = threads.submit(writer.apply, HEAVY, timeout=1.5)
        at_work(writer, heavy)
        with pytest.raises(OverloadedError, match=r"Other changes took all of the 0.2 s"):
            writer.apply(insert(1), timeout=0.2)
        heavy.exception()
    assert values(writer.apply(insert(2)).snapshot) == [2]


def test_closing_makes_what_waits_and_takes_no_more(root: Path) -> None:
    writer = Writer(root, SETTINGS, lambda _: None)
    (pid,) = writer.pids()
    with ThreadPoolExecutor(8) as threads:
        begun = threading.Barrier(9)

        def change(number: int) -> str:
            begun.wait()
            try:
                return writer.apply(insert(number)).snapshot.id
            except OverloadedError as error:
                return error.title

        outcomes = [threads.submit(change, number) for number in range(8)]
        begun.wait()
        writer.close()
        made = [n for n, outcome in enumerate(outcomes) if outcome.result() != "Stopping"]
    assert values(open_snapshot(root)) == made
    assert not Path(f"/proc/{pid}").exists()
    assert not writer.ready()
    with pytest.raises(OverloadedError, match="stopping"):
        writer.apply(insert(9))


@pytest.mark.parametrize("field", ["queue", "batch", "memory", "largest_change", "timeout"])
def test_settings_that_cannot_work_are_refused(field: str) -> None:
    values = {"memory": 1, "timeout": 1.0, field: 0}
    with pytest.raises(ValueError, match="must be"):
        WriterSettings(**values)  # type: ignore[arg-type]
