"""Too many who wait, who never read, who hang up: others are served meanwhile, and it passes."""

from __future__ import annotations

import json
import os
import signal
import socket
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from urllib.parse import urlencode, urlsplit

import pytest

from tests.faults.test_kills import processes
from tests.kg.engines.hostile_queries import ENDLESS
from tests.service.running import Service
from tests.service.writable import Reply, WritableServer

pytestmark = pytest.mark.usefixtures("front")
#: Half of the threads of the service are for changes, a twelfth may send a large answer.
CHANGES, LARGE = 48, 8


@contextmanager
def stopped(pid: int) -> Iterator[None]:
    """A process that hangs for a while."""
    os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(pid, signal.SIGCONT)


def count(client: WritableServer, graph: str) -> int:
    query = f"SELECT (COUNT(*) AS ?n) {{ GRAPH <{graph}> {{ ?s ?p ?o }} }}"
    reply = client.send("GET", "/sparql?" + urlencode({"query": query, "format": "json"}))
    return int(json.loads(reply.body)["results"]["bindings"][0]["n"]["value"])


def test_more_changes_than_may_wait(service: Service, client: WritableServer) -> None:
    """While the writer hangs, reading goes on; then each change was made once, or not at all."""
    (writer,) = processes(service, "writer")

    def insert(number: int) -> Reply:
        return client.update(f"INSERT DATA {{ GRAPH <x:waited> {{ <x:s> <x:p> {number} }} }}")

    with ThreadPoolExecutor(CHANGES + 12) as threads:
        with stopped(writer):
            jobs = [threads.submit(insert, number) for number in range(CHANGES + 12)]
            for _ in range(5):
                assert client.ask("ASK {}")
            assert client.send("GET", "/ready").status == 200
            time.sleep(1)
        replies = [job.result() for job in jobs]
    made = [reply for reply in replies if reply.status == 204]
    turned_away = [reply for reply in replies if reply.status == 503]
    assert len(made) + len(turned_away) == len(replies)
    assert made
    assert all(reply.headers["retry-after"] for reply in turned_away)
    assert count(client, "x:waited") == len(made)


def test_more_queries_than_may_wait(client: WritableServer) -> None:
    endless = urlencode({"query": ENDLESS["cross product"], "timeout": 1})
    with ThreadPoolExecutor(90) as threads:
        jobs = [threads.submit(client.send, "GET", f"/sparql?{endless}") for _ in range(90)]
        time.sleep(0.5)
        for _ in range(5):  # pages and health have processes of their own
            assert client.send("GET", "/ready").status == 200
        replies = [job.result() for job in jobs]
    assert {reply.status for reply in replies} == {503, 504}
    assert all(reply.headers["retry-after"] for reply in replies if reply.status == 503)
    assert client.ask("ASK {}")


def dial(address: str) -> socket.socket:
    parts = urlsplit(address)
    line = socket.socket()
    line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    line.settimeout(20)
    line.connect((parts.hostname or "", parts.port or 0))
    return line


def test_clients_that_never_read_a_large_answer(service: Service, client: WritableServer) -> None:
    """They keep as many places as there are for large answers, and no engine process."""
    rows = "".join(f"VALUES ?v{n} {{ {' '.join(map(str, range(24)))} }}" for n in range(3))
    text = f"SELECT (CONCAT('{'a' * 800}', STR(?v0)) AS ?t) {{ {rows} }}"
    query = urlencode({"query": text, "timeout": 30})
    request = f"GET /sparql?{query} HTTP/1.1\r\nHost: a\r\nAccept: text/csv\r\n\r\n".encode()
    large = f"/sparql?{query}"
    assert len(client.send("GET", large, Accept="text/csv").body) > 10_000_000
    with ExitStack() as lines:
        for _ in range(LARGE):
            line = lines.enter_context(dial(service.address))
            line.sendall(request)
            assert line.recv(12) == b"HTTP/1.1 200"
        refused = client.send("GET", large, Accept="text/csv")
        assert refused.status == 503
        assert "large answers" in refused.problem["detail"]
        for _ in range(10):
            assert client.ask("ASK {}")
        assert client.send("GET", "/").status == 200
    end = time.monotonic() + 20
    while client.send("GET", large, Accept="text/csv").status != 200:
        assert time.monotonic() < end, "their places were not given back"
        time.sleep(0.2)


def test_clients_that_hang_up(service: Service, client: WritableServer) -> None:
    """Their queries are stopped long before their time is over, and changes are whole or not."""
    query = urlencode({"query": ENDLESS["cross product"], "timeout": 50})
    engines = set(processes(service, "engine"))
    for _ in range(2):
        with dial(service.address) as line:
            line.sendall(f"GET /sparql?{query} HTTP/1.1\r\nHost: a\r\n\r\n".encode())
            time.sleep(0.4)
    end = time.monotonic() + 15
    while len(engines & set(processes(service, "engine"))) > len(engines) - 2:
        assert time.monotonic() < end, "a query runs on that nobody waits for"
        time.sleep(0.05)
    text = " ; ".join(f"INSERT DATA {{ GRAPH <x:left> {{ <x:{s}> <x:p> 1 }} }}" for s in ("a", "b"))
    head = (
        "POST /update HTTP/1.1\r\nHost: a\r\nContent-Type: application/sparql-update\r\n"
        f"Authorization: Bearer {client.tokens['editor']}\r\nContent-Length: {len(text)}\r\n\r\n"
    )
    for sent in (head, head + text[:50], head + text):
        with dial(service.address) as line:
            line.sendall(sent.encode())
    time.sleep(0.5)
    assert count(client, "x:left") in {0, 2}
    assert client.ask("ASK {}")
