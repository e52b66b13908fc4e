"""Nobody ever sees half a change: not while it is made, not after it has failed."""

from __future__ import annotations

import json
import threading
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlencode

import pytest

from tests.kg.engines.hostile_updates import BOMB, ENDLESS
from tests.service.writable import WritableServer

WRITERS, MOVES = 4, 8
BOTH = """SELECT ?here ?there {
  { SELECT (COUNT(*) AS ?here) { GRAPH <x:here> { ?s <x:is> 1 } } }
  { SELECT (COUNT(*) AS ?there) { GRAPH <x:there> { ?s <x:is> 1 } } }
}"""


def both(client: WritableServer) -> tuple[int, int]:
    """How many things are here and how many there, asked in one query."""
    reply = client.send("GET", "/sparql?" + urlencode({"query": BOTH, "format": "json"}))
    assert reply.status == 200, reply.body
    (row,) = json.loads(reply.body)["results"]["bindings"]
    return int(row["here"]["value"]), int(row["there"]["value"])


def test_no_reader_sees_a_thing_between_two_graphs(client: WritableServer) -> None:
    """Each writer moves its own thing there and back, in two operations of one request."""
    for number in range(WRITERS):
        insert = f"INSERT DATA {{ GRAPH <x:here> {{ <x:{number}> <x:is> 1 }} }}"
        assert client.update(insert).status == 204

    def move(number: int) -> None:
        graphs = ["x:here", "x:there"]
        for _ in range(MOVES):
            old, new = graphs
            thing = f"<x:{number}> <x:is> 1"
            text = (
                f"DELETE DATA {{ GRAPH <{old}> {{ {thing} }} }} ;"
                f"INSERT DATA {{ GRAPH <{new}> {{ {thing} }} }}"
            )
            assert client.update(text).status == 204
            graphs.reverse()

    seen: set[tuple[int, int]] = set()
    done = threading.Event()

    def read() -> None:
        while not done.is_set():
            seen.add(both(client))

    with ThreadPoolExecutor(WRITERS + 2) as threads:
        readers = [threads.submit(read) for _ in range(2)]
        try:
            for writer in [threads.submit(move, number) for number in range(WRITERS)]:
                writer.result()
        finally:
            done.set()
        for reader in readers:
            reader.result()
    assert {here + there for here, there in seen} == {WRITERS}
    assert len(seen) > 1
    assert both(client) == (WRITERS, 0)


@pytest.mark.parametrize(
    ("last", "status"),
    [
        ("CREATE GRAPH <x:kept>", 400),
        ("DROP GRAPH <x:nobody-knows>", 400),
        ("INSERT DATA { <x:a> <x:b> }", 400),
        ("LOAD <http://127.0.0.1:9/>", 403),
        (ENDLESS, 504),
        (BOMB, 507),
    ],
    ids=["there", "not-there", "syntax", "load", "endless", "bomb"],
)
def test_a_request_whose_last_operation_fails_has_changed_nothing(
    client: WritableServer, last: str, status: int
) -> None:
    assert client.update("INSERT DATA { GRAPH <x:kept> { <x:a> <x:b> 1 } }").status == 204
    text = (
        "DELETE WHERE { GRAPH <x:kept> { ?s ?p ?o } } ;"
        "INSERT DATA { GRAPH <x:half> { <x:half> <x:half> 1 } } ;"
        "CLEAR DEFAULT ; " + last
    )
    reply = client.update(text)
    assert reply.status == status, reply.body
    assert client.ask("ASK { GRAPH <x:kept> { <x:a> <x:b> 1 } }")
    assert not client.ask("ASK { GRAPH <x:half> { ?s ?p ?o } }")
