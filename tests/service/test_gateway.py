"""Hostile clients against the real server: slow, many, gone, or asking what never ends."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlencode, urlsplit
from urllib.request import urlopen

import pytest

from kg.errors import CritmatError
from service.access.guard import UnauthorisedError
from service.access.principal import Principal, Role
from service.doors import Door
from service.gateway import Gateway, Patience
from service.limits import REFUSAL
from service.uploads import UPLOAD, Uploads
from tests.serving import REPOSITORY, free_port, wait_until_ready

HERE = Path(__file__).resolve().parent
_NUMBERS = " ".join(map(str, range(100)))
ENDLESS = (
    "SELECT (COUNT(*) AS ?n) {"
    + "".join(f" VALUES ?v{i} {{ {_NUMBERS} }}" for i in range(6))
    + " FILTER(?v0 + ?v1 + ?v2 + ?v3 + ?v4 + ?v5 = -1) }"
)
STALLED = (
    b"POST /sparql HTTP/1.1\r\nHost: a\r\nContent-Type: application/sparql-query\r\n"
    b"Content-Length: 1000\r\n\r\nASK"
)


@pytest.fixture(scope="module")
def server(small_root: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A server with two engines and one for pages; its process, with the address in ``args``."""
    port = free_port()
    process = subprocess.Popen(
        [sys.executable, str(HERE / "serve_small.py")],
        env={
            **os.environ,
            "CRITMAT_DATA": str(small_root),
            "CRITMAT_PORT": str(port),
            "CRITMAT_ENGINES": "2",
            "PYTHONPATH": str(REPOSITORY),
        },
    )
    process.args = f"http://127.0.0.1:{port}"
    wait_until_ready(str(process.args), process)
    yield process
    process.terminate()
    process.wait(timeout=20)


@pytest.fixture
def address(server: subprocess.Popen[bytes]) -> str:
    return str(server.args)


def dial(address: str) -> socket.socket:
    parts = urlsplit(address)
    return socket.create_connection((parts.hostname or "", parts.port or 0), timeout=20)


def ask(address: str, query: str, timeout: float = 5) -> tuple[int, float, dict[str, Any]]:
    """Status, seconds, and the JSON of the answer."""
    begun = time.monotonic()
    url = f"{address}/sparql?{urlencode({'query': query, 'timeout': timeout})}"
    try:
        with urlopen(url, timeout=60) as answer:
            status, content = answer.status, answer.read()
    except HTTPError as error:
        status, content = error.code, error.read()
    return status, time.monotonic() - begun, json.loads(content)


def engines(server: subprocess.Popen[bytes]) -> set[int]:
    """Process ids of the engine processes: children of the zygote, child of the web process."""

    def children(pid: int) -> list[int]:
        found: list[int] = []
        for task in Path(f"/proc/{pid}/task").iterdir():
            found += map(int, (task / "children").read_text().split())
        return found

    return {e for web in children(server.pid) for zygote in children(web) for e in children(zygote)}


def wait_until(condition: Callable[[], bool], seconds: float) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, f"it did not happen within {seconds:g} s"
        time.sleep(0.02)


def test_stalled_bodies_and_idle_connections_stop_nobody(address: str) -> None:
    with ExitStack() as held:
        for _ in range(20):
            held.enter_context(dial(address)).sendall(STALLED)
        for _ in range(80):
            held.enter_context(dial(address))
        time.sleep(0.3)
        begun = time.monotonic()
        with urlopen(f"{address}/health", timeout=10) as answer:
            assert answer.status == 200
        assert ask(address, "ASK {}")[0] == 200
        assert time.monotonic() - begun < 9  # the stalled bodies are given up after 10 s


def test_queries_that_never_end_are_stopped_at_their_deadline_while_others_go_on(
    server: subprocess.Popen[bytes], address: str
) -> None:
    before = engines(server)
    answers: list[tuple[int, float, dict[str, Any]]] = []
    heavy = [
        threading.Thread(target=lambda: answers.append(ask(address, ENDLESS, 4))) for _ in range(2)
    ]
    for thread in heavy:
        thread.start()
    time.sleep(0.3)
    light = []
    while any(thread.is_alive() for thread in heavy):
        status, took, _ = ask(address, "ASK {}", 20)
        assert status == 200
        light.append(took)
    for thread in heavy:
        thread.join()
    assert [status for status, _, _ in answers] == [504, 504]
    assert all(3.9 <= took < 5.5 for _, took, _ in answers)
    assert answers[0][2]["title"] == "The query took too long"
    assert len(light) > 20
    assert sorted(light)[len(light) // 2] < 0.2
    assert max(light) < 2.5  # until it is noticed that others wait
    # The two that the heavy ones had are others now; the light lane's is the same.
    wait_until(lambda: len(engines(server)) == 3 and len(engines(server) & before) <= 1, 5)


def test_engine_processes_that_are_killed_are_replaced(
    server: subprocess.Popen[bytes], address: str
) -> None:
    before = engines(server)
    for pid in before:
        os.kill(pid, signal.SIGKILL)
    wait_until(lambda: len(engines(server)) == 3 and not engines(server) & before, 5)
    assert ask(address, "ASK {}")[0] == 200


def test_a_client_that_hangs_up_frees_its_engine(
    server: subprocess.Popen[bytes], address: str
) -> None:
    before = engines(server)
    query = urlencode({"query": ENDLESS, "timeout": 50}).encode()
    with dial(address) as line:
        line.sendall(b"GET /sparql?" + query + b" HTTP/1.1\r\nHost: a\r\n\r\n")
        time.sleep(0.5)
        assert engines(server) == before
    wait_until(lambda: len(engines(server)) == 3 and engines(server) != before, 3)


def test_a_web_process_that_is_killed_is_replaced(
    server: subprocess.Popen[bytes], address: str
) -> None:
    task = Path(f"/proc/{server.pid}/task/{server.pid}/children")
    old = engines(server)
    web = int(next(p for p in task.read_text().split() if Path(f"/proc/{p}").exists()))
    os.kill(web, signal.SIGKILL)
    wait_until(lambda: not Path(f"/proc/{web}").exists(), 10)
    wait_until_ready(address, server)
    wait_until(lambda: not any(Path(f"/proc/{pid}").exists() for pid in old), 10)


@pytest.mark.parametrize("header", ["Accept", "If-None-Match"])
def test_a_header_of_many_parts_is_refused(address: str, header: str) -> None:
    with dial(address) as line:
        line.sendall(
            b"GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n"
            + header.encode() + b": " + b"a/b," * 10_000 + b"\r\n\r\n"
        )  # fmt: skip
        assert line.recv(65536).split()[1] == b"431"


Message = dict[str, Any]

#: Soon lost.
HASTY = Patience(body=0.2, chunk=0.2, bodies=1000, linger=0.1, pace=1000)


def through(
    application: Callable[..., Iterable[bytes]],
    messages: list[Message],
    *,
    headers: list[tuple[bytes, bytes]] | None = None,
    entrance: Guarded | None = None,
    read: Callable[[Message], bool] = lambda _: True,
    patience: Patience = HASTY,
) -> list[Message]:
    """Send a request through a gateway that soon loses patience; give what it sent."""
    sent: list[Message] = []

    async def receive() -> Message:
        while messages:
            message = messages.pop(0)
            if "wait" not in message:
                return message
            await asyncio.sleep(message["wait"])
        await asyncio.sleep(10)
        raise AssertionError

    async def send(message: Message) -> None:
        if not read(message):
            await asyncio.sleep(10)
        sent.append(message)

    scope = {
        "type": "http", "method": "POST", "path": "/sparql", "raw_path": b"/sparql",
        "query_string": b"", "headers": headers or [], "scheme": "http", "http_version": "1.1",
    }  # fmt: skip
    gateway = Gateway(application, 2, patience, entrance)
    # In a thread of its own: the browser tests leave an event loop running in this one.
    with ThreadPoolExecutor(1) as thread:
        thread.submit(asyncio.run, gateway(scope, receive, send)).result()
    return sent


class Guarded:
    """An entrance that asks who comes to /sparql, and keeps what is sent in a file."""

    def __init__(self, uploads: Uploads | None, refusal: CritmatError | None = None) -> None:
        self.uploads = uploads
        self.refusal = refusal

    def door(self, _: Any) -> Door:
        return Door(1000, lambda: Principal("ada", Role.WRITER), self.uploads)

    def enter(self, _door: Door, _environ: dict[str, Any]) -> None:
        if self.refusal is not None:
            raise self.refusal


def kept(environ: dict[str, Any], start_response: Callable[..., None]) -> Iterable[bytes]:
    start_response("200 OK", [])
    refusal = environ.get(REFUSAL)
    return [type(refusal).__name__.encode() if refusal else environ[UPLOAD].path.read_bytes()]


def echo(environ: dict[str, Any], start_response: Callable[..., None]) -> Iterable[bytes]:
    start_response("200 OK", [("X-Length", environ.get("CONTENT_LENGTH", ""))])
    refusal = environ.get(REFUSAL)
    return [type(refusal).__name__.encode() if refusal else environ["wsgi.input"].read()]


def part(body: bytes, more: bool) -> Message:
    return {"type": "http.request", "body": body, "more_body": more}


@pytest.mark.parametrize(
    ("messages", "body"),
    [
        ([part(b"ab", True), part(b"c", False)], b"abc"),
        ([part(b"ab", True)], b"SlowBodyError"),
        ([part(b"a" * 600_000, True), part(b"", False)], b"OverloadedError"),
        ([part(b"a" * 2_000_000, False)], b"BodyTooLargeError"),
    ],
)
def test_how_a_body_came_is_told(messages: list[Message], body: bytes) -> None:
    assert through(echo, messages)[1]["body"] == body


@pytest.mark.parametrize(
    ("messages", "body"),
    [
        ([part(b"ab", True), part(b"c", False)], b"abc"),
        ([part(b"", False)], b""),
        ([part(b"a" * 600, True), part(b"b" * 400, False)], b"a" * 600 + b"b" * 400),
        ([part(b"a" * 600, True), part(b"b" * 401, False)], b"BodyTooLargeError"),
        ([part(b"ab", True)], b"SlowBodyError"),
    ],
)
def test_a_document_is_kept_in_a_file_until_it_is_answered(
    tmp_path: Path, messages: list[Message], body: bytes
) -> None:
    uploads = Uploads(tmp_path, 1000)
    sent = through(kept, messages, entrance=Guarded(uploads))
    assert sent[1]["body"] == body
    assert not list(uploads.folder.iterdir())


def test_a_document_that_goes_on_coming_has_more_time(tmp_path: Path) -> None:
    """At 1,000 bytes a second, 400 bytes give 0.4 s more than the 0.2 s of any body."""
    messages = [part(b"a" * 400, True), {"wait": 0.4}, part(b"b", False)]
    sent = through(kept, messages, entrance=Guarded(Uploads(tmp_path, 1000)))
    assert sent[1]["body"] == b"a" * 400 + b"b"


def test_no_more_documents_at_once_than_the_disk_is_said_to_hold(tmp_path: Path) -> None:
    uploads = Uploads(tmp_path, 1000, at_once=1)
    with uploads.begin():
        sent = through(kept, [part(b"a", False)], entrance=Guarded(uploads))
        assert sent[1]["body"] == b"OverloadedError"
    assert through(kept, [part(b"a", False)], entrance=Guarded(uploads))[1]["body"] == b"a"


def test_a_client_that_left_while_sending_a_document_leaves_no_file(tmp_path: Path) -> None:
    uploads = Uploads(tmp_path, 1000)
    messages = [part(b"a", True), {"type": "http.disconnect"}]
    assert through(kept, messages, entrance=Guarded(uploads)) == []
    assert not list(uploads.folder.iterdir())


def test_of_whoever_is_refused_not_one_byte_is_read_before_the_answer() -> None:
    messages = [part(b"abc", True), part(b"def", False)]
    left: list[int] = []

    def application(environ: dict[str, Any], start_response: Callable[..., None]) -> list[bytes]:
        left.append(len(messages))
        return list(kept(environ, start_response))

    sent = through(application, messages, entrance=Guarded(None, UnauthorisedError("Who?")))
    assert left == [2]
    assert (b"connection", b"close") in sent[0]["headers"]
    assert sent[1]["body"] == b"UnauthorisedError"


@pytest.mark.parametrize(
    ("limits", "messages", "left"),
    [
        # Half a second and more between parts, three in all: it goes on sending, so it is heard.
        ({}, [{"wait": 0.6}, part(b"abc", True)] * 5 + [part(b"d", False)], 0),
        # It stops sending: nobody waits for what comes too late.
        ({"linger": 0.1}, [part(b"abc", True), {"wait": 5}, part(b"d", False)], 1),
        # It never stops.
        ({"body": 0.3}, [{"wait": 0.01}, part(b"abc", True)] * 3000, None),
        ({"unread": 2500}, [part(b"a" * 1000, True)] * 10, 7),
        # What holds nothing counts for no bytes, but takes time.
        ({"body": 0.3}, [{"wait": 0.01}, part(b"", True)] * 3000, None),
    ],
    ids=["slow", "stalled", "endless", "large", "empty"],
)
def test_whoever_is_refused_may_go_on_sending_for_a_while(
    limits: dict[str, Any], messages: list[Message], left: int | None
) -> None:
    """``None`` where it is not said how much is left unread, only that something is."""
    patience = Patience(**{"body": 60, "linger": 2.5, **limits})
    rest = list(messages)
    begun = time.monotonic()
    sent = through(kept, rest, entrance=Guarded(None, UnauthorisedError("Who?")), patience=patience)
    assert [message.get("body") for message in sent] == [None, b"UnauthorisedError", b""]
    assert len(rest) == left if left is not None else rest
    assert time.monotonic() - begun < 10


def test_a_client_that_left_while_sending_is_not_answered() -> None:
    assert through(echo, [part(b"a", True), {"type": "http.disconnect"}]) == []


def test_headers_with_underscores_pass_for_no_other() -> None:
    sent = through(echo, [part(b"abc", False)], headers=[(b"content_length", b"99")])
    assert sent[0]["headers"] == [(b"x-length", b"3")]


def test_a_client_that_stops_reading_is_left_and_the_answer_closed() -> None:
    closed = threading.Event()

    class Long:
        def __iter__(self) -> Iterator[bytes]:
            yield from [b"a"] * 10

        def close(self) -> None:
            closed.set()

    def application(_: Any, start_response: Callable[..., None]) -> Iterable[bytes]:
        start_response("200 OK", [])
        return Long()

    with pytest.raises(ConnectionAbortedError):
        through(application, [part(b"", False)], read=lambda m: "body" not in m)
    assert closed.is_set()
