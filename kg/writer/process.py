"""The writer process: owns the only store that is ever written to, and may be killed at any moment.

Run as ``python -m kg.writer.process``. It makes a working copy of the current snapshot, applies
changes to it one by one, and on command publishes what the copy then holds. What it has not
published is lost with it, and nothing else is. After a failure that leaves its copy in doubt it
ends itself.

Requests and replies are frames (:mod:`kg.engines.frames`): a ``QUERY`` with a change
(:func:`~kg.writer.change.as_message`) or ``{"do": "commit"}``; an ``END`` with what came of it, or
an ``ERROR`` with ``kind``, ``message``, and whether the process goes on (``alive``).
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import signal
import socket
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from pyoxigraph import DefaultGraph, NamedNode, RdfFormat, Store

import kg
from kg.engines.confinement import address_space, confine
from kg.engines.engine import QueryTooLargeError
from kg.engines.frames import ConnectionLostError, FrameKind, FrameReader, json_frame
from kg.engines.functions import with_unknown
from kg.snapshot.line import commit, working_copy
from kg.snapshot.merge import split_line
from kg.snapshot.shelf import open_snapshot
from kg.writer.failure import describe

_OPEN_FILES = 4096  # RocksDB keeps its tables open
#: Address space, in bytes, that an open store may take besides what changes may take.
_STORE = 1024 * 1024 * 1024
#: Files of more bytes than this are loaded past the transaction log, which would hold them in
#: memory; smaller ones are not, since that makes new tables each time.
_BULK = 8 * 1024 * 1024
#: Quads that are removed from a graph at a time: some 1.5 kB of memory each.
_STEP = 20_000


class RefusedError(Exception):
    """A change that was not begun, or undone by the store itself: the copy is as it was."""

    def __init__(self, kind: str, message: str) -> None:
        super().__init__(message)
        self.kind = kind


def main() -> None:
    """Apply changes until the other side closes the socket."""
    parser = argparse.ArgumentParser(prog="python -m kg.writer.process")
    parser.add_argument("control", type=int, help="file descriptor of the socket")
    parser.add_argument("--root", type=Path, required=True)
    parser.add_argument("--working", type=Path, required=True)
    parser.add_argument("--memory", type=int, required=True)
    parser.add_argument("--parent", type=int, required=True)
    options = parser.parse_args()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)  # the parent decides when to end
    sock = socket.socket(fileno=options.control)
    quiet = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):  # what the native code prints when it dies is of no use in our log
        os.dup2(quiet, stream)
    # The threads of the store must not get away from the filter, so it comes first.
    unconfined = confine(options.memory + _STORE, _OPEN_FILES, options.parent, largest_file=None)
    try:
        copy = Copy(options.root, options.working)
        limit = address_space() + options.memory
        resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
    except OSError as error:
        sock.sendall(_error("storage", describe(error)))
        sys.exit(1)
    sock.sendall(json_frame(FrameKind.READY, 0, {"unconfined": unconfined}))
    reader = FrameReader(sock)
    while True:
        try:
            _, request, body = reader.read()
            _reply(sock, copy, request, json.loads(body))
        except (ConnectionLostError, OSError):
            os._exit(0)


class Copy:
    """The working copy of the current snapshot, and what can be done to it."""

    def __init__(self, root: Path, working: Path) -> None:
        self._root = root
        self._parent = open_snapshot(root)
        working_copy(self._parent, working)
        self._store = Store(str(working))

    def apply(self, change: dict[str, Any]) -> dict[str, Any]:
        """Do what a message asks. Raises :class:`RefusedError` where nothing was changed."""
        work: dict[str, Callable[..., bool]] = {
            "update": self._update,
            "replace": self._replace,
            "add": self._add,
            "drop": self._drop,
        }
        change = dict(change)
        return {"created": work[change.pop("do")](**change)}

    def commit(self) -> dict[str, Any]:
        """Publish what was done since the last time."""
        self._parent = commit(self._store, self._root, self._parent, kg.__version__)
        return {"snapshot": self._parent.id}

    def _update(self, text: str) -> bool:
        try:
            # Each time that it fails the store has rolled back: an update is one transaction.
            with_unknown(
                lambda functions: self._store.update(text, custom_functions=functions), "update"
            )
        except QueryTooLargeError as error:
            raise RefusedError("evaluation", error.message) from error
        except SyntaxError as error:
            raise RefusedError("syntax", str(error)) from error
        except (RuntimeError, ValueError) as error:
            raise RefusedError("evaluation", str(error)) from error
        return False

    def _replace(self, graph: str, quads: str) -> bool:
        name = self._name(graph)
        suits(Path(quads), graph)
        created = not self._exists(graph)
        self._clear(name)
        self._load(quads)
        if graph:
            self._store.add_graph(name)
        return created

    def _add(self, graph: str, quads: str) -> bool:
        created = not self._exists(graph)
        name = self._name(graph)
        self._load(quads)
        if graph:
            self._store.add_graph(name)
        return created

    def _drop(self, graph: str) -> bool:
        if not self._exists(graph):
            raise RefusedError("missing", f"<{graph}>")
        name = self._name(graph)
        self._clear(name)
        self._store.remove_graph(name)
        return False

    def _clear(self, graph: NamedNode | DefaultGraph) -> None:
        """Empty a graph step by step: one transaction would hold all of it in memory."""
        pattern = "?s ?p ?o" if isinstance(graph, DefaultGraph) else f"GRAPH {graph} {{ ?s ?p ?o }}"
        step = f"DELETE {{ {pattern} }} WHERE {{ SELECT * {{ {pattern} }} LIMIT {_STEP} }}"
        while next(self._store.quads_for_pattern(None, None, None, graph), None) is not None:
            self._store.update(step)

    def _exists(self, graph: str) -> bool:
        return not graph or self._store.contains_named_graph(NamedNode(graph))

    def _name(self, graph: str) -> NamedNode | DefaultGraph:
        try:
            return NamedNode(graph) if graph else DefaultGraph()
        except ValueError as error:
            raise RefusedError("evaluation", str(error)) from error

    def _load(self, quads: str) -> None:
        load = self._store.bulk_load if Path(quads).stat().st_size > _BULK else self._store.load
        load(path=quads, format=RdfFormat.N_QUADS)


def suits(quads: Path, graph: str) -> None:
    """Raise :class:`RefusedError` where a line of N-Quads is not of the graph; empty: the default.

    So nobody who may write one graph writes into another with it.
    """
    wanted = f"<{graph}>".encode() if graph else b""
    with quads.open("rb") as lines:
        for number, line in enumerate(lines, start=1):
            if split_line(line)[1] != wanted:
                raise RefusedError("document", f"line {number} is of another graph")


def _reply(sock: socket.socket, copy: Copy, request: int, message: dict[str, Any]) -> None:
    try:
        done = copy.commit() if message["do"] == "commit" else copy.apply(message)
    except RefusedError as error:
        sock.sendall(_error(error.kind, str(error), request, alive=True))
    except BaseException as error:  # a panic of the native code is no Exception
        # The copy is in doubt now, so it is not used again.
        sock.sendall(_error(*_fatal(error), request))
        os._exit(1)
    else:
        sock.sendall(json_frame(FrameKind.END, request, done))


def _fatal(error: BaseException) -> tuple[str, str]:
    match error:
        case MemoryError():
            return "memory", ""
        case OSError():
            return "storage", describe(error)
        case SyntaxError() | ValueError():
            return "document", str(error)
    return "panic", f"{error}"[:500]


def _error(kind: str, message: str, request: int = 0, *, alive: bool = False) -> bytes:
    return json_frame(FrameKind.ERROR, request, {"kind": kind, "message": message, "alive": alive})


if __name__ == "__main__":
    main()
