"""An engine process: takes one errand at a time from its socket and writes the answer back.

It answers queries, tries updates on an empty store, and turns documents into N-Quads.

It is forked from the zygote, confined, and may be killed at any moment: it owns nothing.
"""

from __future__ import annotations

import json
import os
import socket
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any

from pyoxigraph import NamedNode, Store

from kg.engines.confinement import confine
from kg.engines.documents import write_quads
from kg.engines.engine import (
    ForbiddenQueryError,
    MalformedDocumentError,
    MalformedQueryError,
    NotAcceptableError,
    QueryError,
    QueryForm,
    QueryTooLargeError,
)
from kg.engines.frames import (
    ConnectionLostError,
    FrameKind,
    FrameReader,
    frame,
    json_frame,
)
from kg.engines.functions import with_unknown
from kg.engines.gate import GateLimits
from kg.engines.position import locate
from kg.engines.serialisation import check_format, form_of, write_result
from kg.engines.update_gate import check_load, check_update

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
        except (OSError, RuntimeError, ValueError) as error:  # RuntimeError: it is damaged
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
            kind, request, body = reader.read()
            errand = json.loads(body) | {"unconfined": unconfined}
            _carry_out(_Reply(sock, request), store, kind, errand)
        except (ConnectionLostError, OSError):
            return


class _Reply:
    """The frames that go back for one errand."""

    def __init__(self, sock: socket.socket, request: int) -> None:
        self._socket, self._request = sock, request
        self._head = b""

    def begin(self, form: QueryForm, media_type: str) -> None:
        """Say what is to come. It goes with the first bytes of it."""
        head = {"form": form.value, "media_type": media_type}
        self._head = json_frame(FrameKind.HEAD, self._request, head)

    def emit(self, chunk: bytes) -> None:
        """Send bytes of the answer."""
        # One long literal can make a chunk of many megabytes.
        for start in range(0, len(chunk), _LARGEST):
            body = chunk[start : start + _LARGEST]
            self._socket.sendall(self._head + frame(FrameKind.CHUNK, self._request, body))
            self._head = b""

    def end(self, rest: bytes) -> None:
        """Send the last bytes of the answer."""
        if len(rest) > _LARGEST:
            self.emit(rest)
            rest = b""
        last = frame(FrameKind.CHUNK, self._request, rest)
        self._socket.sendall(self._head + last + frame(FrameKind.END, self._request))

    def agree(self) -> None:
        """Say that all is well."""
        self._socket.sendall(frame(FrameKind.END, self._request))

    def fail(self, said: dict[str, Any]) -> None:
        """Say what is wrong."""
        self._socket.sendall(json_frame(FrameKind.ERROR, self._request, said))


def _carry_out(reply: _Reply, store: Store, kind: FrameKind, errand: dict[str, Any]) -> None:
    text = errand.get("text", "")
    try:
        if kind is FrameKind.QUERY:
            _answer(reply, store, errand)
        elif kind is FrameKind.CHECK:
            _check(text, GateLimits(**errand["limits"]), errand["unconfined"])
            reply.agree()
        elif kind is FrameKind.PARSE:
            _parse(reply, errand)
    except BrokenPipeError:
        raise
    except BaseException as error:
        # BaseException: a panic of the native code is one. Its state is then unknown, so go.
        panicked = not isinstance(error, Exception)
        base = errand.get("base_iri") or None
        trial = Store().update if kind is FrameKind.CHECK else partial(store.query, base_iri=base)
        reply.fail(_failure(error, text, trial))
        if panicked or isinstance(error, MemoryError):
            os._exit(1)


def _answer(reply: _Reply, store: Store, query: dict[str, Any]) -> None:
    result = _evaluate(store, query)
    form = form_of(result)
    media_type = check_format(form, query["formats"][form.value])
    reply.begin(form, media_type)
    reply.end(write_result(result, media_type, reply.emit))


def _evaluate(store: Store, query: dict[str, Any]) -> Any:
    """Start a query; what a function that nobody knows would give stays unbound."""
    return with_unknown(
        lambda functions: store.query(
            query["text"],
            base_iri=query["base_iri"] or None,
            custom_functions=functions,
            **_data_set(query),
        )
    )


def _check(text: str, limits: GateLimits, unconfined: str) -> None:
    """Look at an update and try it on nothing, where it cannot do much.

    ``LOAD`` reaches no network from here, unless the system would not have it cut off
    (``unconfined`` says why), so it is refused when the text is known to be well-formed.
    """
    check_update(text, limits)
    if unconfined:
        check_load(text, limits)
    # Where it was parsed and failed: what it does depends on the data.
    with suppress(OSError, RuntimeError, ValueError):
        with_unknown(lambda functions: Store().update(text, custom_functions=functions), "update")
    check_load(text, limits)


def _parse(reply: _Reply, document: dict[str, Any]) -> None:
    reply.begin(QueryForm.GRAPH, "application/n-quads")
    rest = write_quads(
        Path(document["path"]),
        document["media_type"],
        document["base_iri"],
        document["graph"],
        reply.emit,
    )
    reply.end(rest)


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


def _failure(error: BaseException, text: str, parse: Callable[[str], object]) -> dict[str, Any]:
    if isinstance(error, SyntaxError):
        position, message = locate(text, parse) or (None, str(error))
        return {"kind": "syntax", "message": message, "position": position}
    if isinstance(error, GraphNameError):
        return {"kind": "graph", "message": str(error)}
    if isinstance(error, MemoryError):
        return {"kind": "memory", "message": ""}
    if isinstance(error, QueryError):
        kind = next(name for of, name in _KINDS if isinstance(error, of))
        place = {key: getattr(error, key, None) for key in ("line", "column")}
        return {"kind": kind, "message": error.message, "remedy": error.remedy} | place
    return {"kind": "evaluation", "message": f"{error}"[:500]}


#: Names of our own errors on their way to the parent; the first that fits goes.
_KINDS: tuple[tuple[type[QueryError], str], ...] = (
    (NotAcceptableError, "format"),
    (MalformedDocumentError, "document"),
    (QueryTooLargeError, "too large"),
    (MalformedQueryError, "malformed"),
    (ForbiddenQueryError, "forbidden"),
    (QueryError, "evaluation"),
)
