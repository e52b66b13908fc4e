"""Updates before anybody does them: parsed and tried in an engine process, on nothing."""

import socket

import pytest

from kg.engines import worker
from kg.engines.embedded import EmbeddedEngine
from kg.engines.engine import (
    DeadlineExceededError,
    ForbiddenQueryError,
    MalformedQueryError,
    MemoryExceededError,
    Query,
    QueryTooLargeError,
)
from kg.engines.gate import GateLimits
from tests.kg.engines.hostile_updates import BOMB, ENDLESS, SHAPES


def is_light(engine: EmbeddedEngine) -> bool:
    return b"true" in engine.query(Query("ASK { <x:t7> <x:label> ?label }")).read()


@pytest.mark.parametrize(
    "update",
    [
        "INSERT DATA { <x:a> <x:b> 1 }",
        "DELETE { ?s <x:label> ?o } INSERT { ?s <x:b> ?o } WHERE { ?s <x:label> ?o }",
        "DROP GRAPH <x:no>",  # an error here; what it is elsewhere, the data say
        "CREATE GRAPH <x:a> ; CREATE GRAPH <x:a>",
        "LOAD SILENT <http://127.0.0.1:9/>",
        "",
    ],
)
def test_updates_that_can_be_done_pass(engine: EmbeddedEngine, update: str) -> None:
    engine.check_update(update)


def test_nothing_is_done(engine: EmbeddedEngine) -> None:
    engine.check_update("INSERT DATA { <x:never> <x:b> 1 } ; CLEAR ALL")
    assert b"false" in engine.query(Query("ASK { <x:never> ?p ?o }")).read()
    assert is_light(engine)


@pytest.mark.parametrize(
    ("update", "message", "place"),
    [
        ("INSERT DATA { <x:a> <x:b> 1 2 }", "'}' cannot stand here", (1, 31)),
        ("INSERT DATA {\n <x:a> <x:b> }", "'}' cannot stand here", (2, 14)),
        ("INSERT DATA { <x:a> <x:b> ?v }", "cannot stand here", (1, 30)),
        ("INSRT DATA { <x:a> <x:b> 1 }", "'INSRT' cannot stand here", (1, 1)),
        ("SELECT * { ?s ?p ?o }", "'SELECT' cannot stand here", (1, 1)),
        ("LOAD <x:y> INTO <x:g>", "'<x:g>' cannot stand here", (1, 17)),
        ("CLEAR ALL ; LOAD", "the query ends too early", (1, 17)),
        ("CLEAR ALL ; {", "'{' is not closed", (1, 13)),
        ("CLEAR ALL \ud800", "surrogate", (1, 11)),
    ],
)
def test_what_is_no_update_is_told_the_place(
    engine: EmbeddedEngine, update: str, message: str, place: tuple[int, int]
) -> None:
    with pytest.raises(MalformedQueryError, match=message) as error:
        engine.check_update(update)
    assert (error.value.line, error.value.column) == place


def test_no_update_calls_out(engine: EmbeddedEngine) -> None:
    with socket.create_server(("127.0.0.1", 0)) as canary:
        address = f"http://127.0.0.1:{canary.getsockname()[1]}/"
        for update in (
            f"LOAD <{address}>",
            f"LOAD <{address}> INTO GRAPH <x:g>",
            f"PREFIX x: <{address}> LOADx:a",
            f"INSERT {{ ?s ?p ?o }} WHERE {{ SERVICE SILENT <{address}> {{ ?s ?p ?o }} }}",
        ):
            with pytest.raises(ForbiddenQueryError):
                engine.check_update(update)
        engine.check_update(f"LOAD SILENT <{address}>")
        canary.settimeout(0.2)
        with pytest.raises(TimeoutError):
            canary.accept()


def test_where_the_network_is_not_cut_off_load_is_refused_before_it_is_tried(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    class Untouched:
        def __init__(self) -> None:
            raise AssertionError("the update was tried")

    monkeypatch.setattr(worker, "Store", Untouched)
    with pytest.raises(ForbiddenQueryError, match="LOAD fetches"):
        worker._check("LOAD <x:y>", GateLimits(), "no seccomp here")
    with pytest.raises(AssertionError, match="was tried"):  # nothing calls out from there
        worker._check("LOAD <x:y>", GateLimits(), "")


@pytest.mark.parametrize("shape", SHAPES)
def test_shapes_that_overflow_the_stack(engine: EmbeddedEngine, shape: str) -> None:
    text, (half, limit, tenfold) = SHAPES[shape]
    for size in (half, limit):
        engine.check_update(text(size))  # the process must not die of it
    with pytest.raises(QueryTooLargeError):
        engine.check_update(text(tenfold))
    assert is_light(engine)


def test_an_endless_update_ends_at_its_deadline(engine: EmbeddedEngine) -> None:
    with pytest.raises(DeadlineExceededError, match=r"The update was stopped after 0.5 s. Split"):
        engine.check_update(ENDLESS, timeout=0.5)
    assert is_light(engine)


def test_an_update_that_is_a_memory_bomb_is_stopped(engine: EmbeddedEngine) -> None:
    with pytest.raises(MemoryExceededError, match=r"The update needed more than 256 MiB"):
        engine.check_update(BOMB)
    assert is_light(engine)


def test_the_longest_update_is_taken(engine: EmbeddedEngine) -> None:
    triple = "<x:a> <x:b> 'some text of a common length' . "
    room = engine.settings.update_gate.size - len("INSERT DATA { }")
    data = triple * (room // len(triple))
    engine.check_update(f"INSERT DATA {{ {data}}}")
    with pytest.raises(QueryTooLargeError, match="The update has"):
        engine.check_update(f"INSERT DATA {{ {data}{triple}}}")
