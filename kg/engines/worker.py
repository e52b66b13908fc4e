"""An engine process: takes one query at a time from its socket and writes the answer back.

It is forked from the zygote, confined, and may be killed at any moment: it owns nothing.
"""

from __future__ import annotations

import json
import os
import socket
from pathlib import Path
from typing import Any

from pyoxigraph import NamedNode, Store

from kg.engines.confinement import confine
from kg.engines.engine import NotAcceptableError
from kg.engines.frames import (
    ConnectionLostError,
    FrameKind,
    FrameReader,
    frame,
    json_frame,
)
from kg.engines.position import locate
from kg.engines.serialisation import check_format, form_of, write_result

_FILES_IN_MEMORY = 64
_FILES_ON_DISK = 4096  # RocksDB keeps its tables open

_LARGEST = 1024 * 1024  # bytes of an answer in one frame


def work(sock: socket.socket, store: Store | Path, memory: int, parent: int) -> None:
    """Answer queries until the other side closes the socket.

    ``store`` is the loaded store, or the folder of one on disk. ``memory`` is what a query may
    take in bytes, ``parent`` the process to die with.
    """
    quiet = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):  # what the native code prints when it dies is of no use in our log
        os.dup2(quiet, stream)
    if isinstance(store, Path):
        try:
            store = Store.read_only(str(store))
        except OSError as error:
            sock.sendall(json_frame(FrameKind.ERROR, 0, {"message": str(error)}))
            return
        files = _FILES_ON_DISK
    else:
        files = _FILES_IN_MEMORY
    unconfined = confine(memory, files, parent)
    sock.setblocking(True)
    sock.sendall(json_frame(FrameKind.READY, 0, {"unconfined": unconfined}))
    reader = FrameReader(sock)
    while True:
        try:
            _, request, body = reader.read()
            _answer(sock, store, request, json.loads(body))
        except (ConnectionLostError, OSError):
            return


def _answer(sock: socket.socket, store: Store, request: int, query: dict[str, Any]) -> None:
    head = b""

    def emit(chunk: bytes) -> None:
        nonlocal head
        # One long literal can make a chunk of many megabytes.
        for start in range(0, len(chunk), _LARGEST):
            body = chunk[start : start + _LARGEST]
            sock.sendall(head + frame(FrameKind.CHUNK, request, body))
            head = b""

    try:
        result = store.query(query["text"], **_data_set(query))
        form = form_of(result)
        media_type = check_format(form, query["formats"][form.value])
        head = json_frame(FrameKind.HEAD, request, {"form": form.value, "media_type": media_type})
        rest = write_result(result, media_type, emit)
        if len(rest) > _LARGEST:
            emit(rest)
            rest = b""
        sock.sendall(head + frame(FrameKind.CHUNK, request, rest) + frame(FrameKind.END, request))
    except BrokenPipeError:
        raise
    except BaseException as error:
        # BaseException: a panic of the native code is one. Its state is then unknown, so go.
        panicked = not isinstance(error, Exception)
        sock.sendall(json_frame(FrameKind.ERROR, request, _failure(error, query["text"], store)))
        if panicked or isinstance(error, MemoryError):
            os._exit(1)


def _data_set(query: dict[str, Any]) -> dict[str, Any]:
    """The graphs that the protocol named: if it names any, these are the whole data set."""
    default, named = query["default_graphs"], query["named_graphs"]
    if not default and not named:
        return {}
    try:
        return {
            "default_graph": [NamedNode(iri) for iri in default],
            "named_graphs": [NamedNode(iri) for iri in named],
        }
    except ValueError as error:
        raise GraphNameError(str(error)) from error


class GraphNameError(ValueError):
    """A graph is named by what is no IRI."""


def _failure(error: BaseException, text: str, store: Store) -> dict[str, Any]:
    if isinstance(error, SyntaxError):
        position, message = locate(text, store.query) or (None, str(error))
        return {"kind": "syntax", "message": message, "position": position}
    if isinstance(error, NotAcceptableError):
        return {"kind": "format", "message": error.message, "remedy": error.remedy}
    if isinstance(error, GraphNameError):
        return {"kind": "graph", "message": str(error)}
    if isinstance(error, MemoryError):
        return {"kind": "memory", "message": ""}
    return {"kind": "evaluation", "message": f"{error}"[:500]}
