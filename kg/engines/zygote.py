"""The zygote: loads the snapshot once and forks the engine processes, which share its memory.

Run as ``python -m kg.engines.zygote``, a fresh interpreter without threads, so that forking is
safe. It never sees a query. It ends, with all that it forked, when the control socket closes.

Messages on the control socket (sequenced packets):

- ``F`` with the socket of a new engine process forks it; the reply is its process id
- ``K`` with a process id kills it; there is no reply
- ``E`` with a process id kills it, if it still runs, and waits; the reply is its wait status

Only the zygote signals its children, so a process id is never used after it was given to another
process.
"""

from __future__ import annotations

import argparse
import gc
import os
import signal
import socket
import struct
import sys
from contextlib import suppress
from pathlib import Path

from pyoxigraph import RdfFormat, Store

from kg.engines.worker import work

NUMBER = struct.Struct("!q")
READY = b"ready"
FAILED = b"failed "
#: Exit status of an engine process that got no memory.
OUT_OF_MEMORY = 3


def main() -> None:
    """Serve the control socket named on the command line until it closes."""
    parser = argparse.ArgumentParser(prog="python -m kg.engines.zygote")
    parser.add_argument("control", type=int, help="file descriptor of the control socket")
    parser.add_argument("--memory", type=int, required=True)
    source = parser.add_mutually_exclusive_group(required=True)
    source.add_argument("--data", type=Path, help="N-Quads to load into memory")
    source.add_argument("--store", type=Path, help="store to read from disk")
    options = parser.parse_args()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent decides when to end
    control = socket.socket(fileno=options.control)
    try:
        store = options.store or _load(options.data)
    except (OSError, SyntaxError, ValueError, MemoryError) as error:
        with suppress(OSError):
            control.send(FAILED + f"{error}".encode()[:500])
        sys.exit(1)
    # Objects that are frozen are not touched by the garbage collector, so their pages stay shared.
    gc.collect()
    gc.freeze()
    try:
        control.send(READY)
        _serve(control, store, options.memory)
    except ConnectionError:
        sys.exit(1)  # the parent died meanwhile


def _load(data: Path) -> Store:
    store = Store()
    # The snapshot was parsed in full when it was published.
    store.bulk_load(path=str(data), format=RdfFormat.N_QUADS, lenient=True)
    return store


def _serve(control: socket.socket, store: Store | Path, memory: int) -> None:
    children: set[int] = set()
    while True:
        message, handles, _, _ = socket.recv_fds(control, 64, 1)
        if not message:
            break
        if message[:1] == b"F":
            child = _fork(control, handles[0], store, memory)
            children.add(child)
            control.send(NUMBER.pack(child))
        elif message[:1] == b"K":
            (child,) = NUMBER.unpack(message[1:])
            if child in children:
                os.kill(child, signal.SIGKILL)
        elif message[:1] == b"E":
            (child,) = NUMBER.unpack(message[1:])
            control.send(NUMBER.pack(_end(child) if child in children else -1))
            children.discard(child)
    for child in children:
        _end(child)


def _fork(control: socket.socket, handle: int, store: Store | Path, memory: int) -> int:
    parent = os.getpid()
    child = os.fork()
    if child:
        os.close(handle)
        return child
    status = 1
    try:
        control.close()
        work(socket.socket(fileno=handle), store, memory, parent)
        status = 0
    except MemoryError:
        status = OUT_OF_MEMORY
    finally:
        os._exit(status)  # never the zygote's own way out


def _end(child: int) -> int:
    os.kill(child, signal.SIGKILL)
    return os.waitpid(child, 0)[1]


if __name__ == "__main__":
    main()
