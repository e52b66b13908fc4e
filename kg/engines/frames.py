"""Frames: how a query goes to an engine process and its answer comes back over a socket.

A frame is a header (kind, number of the request, length in bytes) and a body. The number of the
request is in every frame, so that an answer can never be taken for that of another query.
"""

from __future__ import annotations

import json
import socket
import struct
import time
from collections.abc import Mapping
from enum import IntEnum
from typing import Any

_HEADER = struct.Struct("!BIQ")
_RECEIVE = 256 * 1024
#: No frame is longer: bodies are chunks of answers and queries that passed the gate.
MAX_BODY = 64 * 1024 * 1024


class FrameKind(IntEnum):
    """What a frame carries; JSON unless said otherwise."""

    READY = 1  # the process can take queries; says how it is confined
    QUERY = 2
    HEAD = 3  # form and media type of the answer
    CHUNK = 4  # bytes of the answer
    END = 5  # the answer is whole; no body
    ERROR = 6
    CHECK = 7  # an update to be parsed and tried on nothing
    PARSE = 8  # a document to be turned into N-Quads


class ConnectionLostError(Exception):
    """The other side has gone, or sends what is no frame."""


def frame(kind: FrameKind, request: int, body: bytes = b"") -> bytes:
    """The bytes of a frame."""
    return _HEADER.pack(kind, request, len(body)) + body


def json_frame(kind: FrameKind, request: int, value: Mapping[str, Any]) -> bytes:
    """The bytes of a frame with a JSON body."""
    return frame(kind, request, json.dumps(value).encode())


class FrameReader:
    """Reads frames from a stream socket."""

    def __init__(self, sock: socket.socket) -> None:
        self._socket = sock
        self._buffer = bytearray()

    @property
    def buffered(self) -> bool:
        """True where something behind the last frame has arrived already."""
        return bool(self._buffer)

    def read(self, deadline: float | None = None) -> tuple[FrameKind, int, bytes]:
        """Wait for the next frame: kind, number of the request, body.

        ``deadline`` is a moment of ``time.monotonic``. Raises ``TimeoutError`` when it passes,
        :class:`ConnectionLostError` at the end of the stream or for garbage.
        """
        self._fill(_HEADER.size, deadline)
        kind, request, length = _HEADER.unpack_from(self._buffer)
        if kind not in FrameKind.__members__.values() or length > MAX_BODY:
            raise ConnectionLostError("this is no frame")
        self._fill(_HEADER.size + length, deadline)
        body = bytes(memoryview(self._buffer)[_HEADER.size : _HEADER.size + length])
        del self._buffer[: _HEADER.size + length]
        return FrameKind(kind), request, body

    def _fill(self, size: int, deadline: float | None) -> None:
        while len(self._buffer) < size:
            limit_wait(self._socket, deadline)
            try:
                data = self._socket.recv(_RECEIVE)
            except TimeoutError:
                raise
            except OSError as error:
                raise ConnectionLostError(str(error)) from error
            if not data:
                raise ConnectionLostError("the stream ended")
            self._buffer += data


def limit_wait(sock: socket.socket, deadline: float | None) -> None:
    """Let the next operation on the socket wait no longer than until ``deadline``."""
    if deadline is not None:
        # A time-out of zero would make the socket non-blocking.
        sock.settimeout(max(deadline - time.monotonic(), 0.000_001))
