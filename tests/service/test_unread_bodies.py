"""Against a real server: who is not let in is told so at once, and sends its body in vain."""

from __future__ import annotations

import socket
import time
from urllib.parse import urlsplit

import pytest

from tests.service.writable import WritableServer

PLACES = ["POST /update", "PUT /graph-store?default", "POST /graph-store", "DELETE /graph-store/a"]


def dial(server: WritableServer) -> socket.socket:
    parts = urlsplit(server.address)
    return socket.create_connection((parts.hostname or "", parts.port or 0), timeout=20)


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("expectation", ["", "Expect: 100-continue\r\n"])
def test_the_answer_comes_before_the_body(
    writable: WritableServer, place: str, expectation: str
) -> None:
    with dial(writable) as line:
        line.sendall(
            f"{place} HTTP/1.1\r\nHost: a\r\nContent-Type: text/turtle\r\n{expectation}"
            "Content-Length: 1000000\r\n\r\n".encode()
        )
        begun = time.monotonic()
        answer = line.recv(65536)
        assert answer.startswith(b"HTTP/1.1 401 ")
        assert b"connection: close" in answer.lower()
        while line.recv(65536):
            pass  # until the server ends the connection
        assert time.monotonic() - begun < 8  # a body would have ten seconds


def test_whoever_asked_and_was_refused_is_told_nothing_else(writable: WritableServer) -> None:
    """It has sent nothing, so nobody waits for a body, and it is not told to go on."""
    with dial(writable) as line:
        line.sendall(
            b"PUT /graph-store?default HTTP/1.1\r\nHost: a\r\nContent-Type: text/turtle\r\n"
            b"Expect: 100-continue\r\nContent-Length: 1000000\r\n\r\n"
        )
        received = b""
        while part := line.recv(65536):
            received += part
    assert received.startswith(b"HTTP/1.1 401 ")
    assert received.count(b"HTTP/1.1 ") == 1
    assert b"content-length: " in received.lower()


def test_whoever_is_let_in_is_asked_for_the_body(writable: WritableServer) -> None:
    with dial(writable) as line:
        line.sendall(
            "PUT /graph-store?graph=http://example.org/expected HTTP/1.1\r\nHost: a\r\n"
            f"Authorization: Bearer {writable.tokens['writer']}\r\nExpect: 100-continue\r\n"
            "Content-Type: text/turtle\r\nContent-Length: 26\r\n\r\n".encode()
        )
        assert line.recv(65536).startswith(b"HTTP/1.1 100 ")
        line.sendall(b"<http://a> <http://b> 1 . ")
        assert line.recv(65536).startswith(b"HTTP/1.1 201 ")


def test_a_client_that_sends_all_before_it_reads_still_gets_the_answer(
    writable: WritableServer,
) -> None:
    reply = writable.send(
        "PUT", "/graph-store?default", b"x" * 20_000_000, media_type="text/turtle"
    )
    assert reply.status == 401
    assert reply.problem["title"] == "A token is needed"


def test_a_client_that_sends_slowly_before_it_reads_still_gets_the_answer(
    writable: WritableServer,
) -> None:
    """For longer than it may be silent, as a client does on a machine that is busy."""
    with dial(writable) as line:
        line.sendall(
            b"PUT /graph-store?default HTTP/1.1\r\nHost: a\r\nContent-Type: text/turtle\r\n"
            b"Content-Length: 4000000\r\n\r\n"
        )
        for _ in range(8):
            time.sleep(0.4)
            line.sendall(b"x" * 500_000)
        received = b""
        while part := line.recv(65536):
            received += part
    assert received.startswith(b"HTTP/1.1 401 ")
    assert b"A token is needed" in received


def test_a_request_behind_an_unread_body_is_not_taken_for_one(writable: WritableServer) -> None:
    """What was smuggled into the body is never answered."""
    inner = b"GET /health HTTP/1.1\r\nHost: a\r\n\r\n"
    with dial(writable) as line:
        line.sendall(b"POST /update HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n\r\n" + inner)
        received = b""
        while part := line.recv(65536):
            received += part
    assert received.count(b"HTTP/1.1 ") == 1
    assert received.startswith(b"HTTP/1.1 401 ")
