"""The zygote: forks the engine processes. What it has loaded, they share.

Run as ``python -m kg.engines.zygote``, a fresh interpreter in which no thread is left when it
forks, so that forking is safe. It never sees a query. It ends, with all that it forked, when the
control socket closes.

Messages on the control socket (sequenced packets); processes are called by the numbers that the
other side gives them, which are never used twice, as process ids may be:

- ``F``, a number and the socket of a new engine process: fork it. The reply is ``F``, the number
  and its process id. The folder of a store may follow, which the process then opens; else it gets
  the data that were loaded
- ``K`` and a number: kill that process; there is no reply
- ``P``: the reply is ``P``
- ``X``, a number and a wait status: sent unasked when a process is gone, however it ended

It waits for nobody: a process that takes long to die is reported when it has died.
"""

from __future__ import annotations

import argparse
import gc
import os
import select
import signal
import socket
import struct
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from pathlib import Path

from pyoxigraph import RdfFormat, Store

from kg.engines.worker import work

NUMBER = struct.Struct("!q")
PAIR = struct.Struct("!qq")
READY = b"ready"
FAILED = b"failed "
#: Exit status of an engine process that got no memory.
OUT_OF_MEMORY = 3
#: In place of a process id.
NO_PROCESS = -1
#: Bytes of quads that leave few pieces of memory free when they are loaded.
_SMALL = 4 * 1024 * 1024
#: Bytes of a message at most: a kind and a path.
_LONGEST = 8 * 1024


def main() -> None:
    """Serve the control socket named on the command line until it closes."""
    parser = argparse.ArgumentParser(prog="python -m kg.engines.zygote")
    parser.add_argument("control", type=int, help="file descriptor of the control socket")
    parser.add_argument("--memory", type=int, required=True)
    parser.add_argument("--data", type=Path, help="N-Quads to load into memory")
    options = parser.parse_args()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent decides when to end
    control = socket.socket(fileno=options.control)
    try:
        store = _load(options.data)
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


def _load(data: Path | None) -> Store:
    """The quads of a file in memory; an empty store without one.

    A file that is not small is loaded by a thread that ends with it. The allocator gives a thread
    memory of its own, so what loading leaves free, in small pieces all over the store, is not what
    queries get. With such pieces they took two to three times as long to plan, and each process
    soon had a copy of pages that all should share. What is left of the last 64 MiB that the thread
    was given is free for a query on top of its own memory.
    """
    store = Store()
    if data is not None:
        # The snapshot was parsed in full when it was published.
        load = partial(store.bulk_load, path=str(data), format=RdfFormat.N_QUADS, lenient=True)
        if data.stat().st_size < _SMALL:
            load()
        else:
            with ThreadPoolExecutor(max_workers=1) as apart:
                apart.submit(load).result()
    return store


def _serve(control: socket.socket, loaded: Store, memory: int) -> None:
    brood = _Brood(control, loaded, memory)
    while True:
        ready, _, _ = select.select([control, brood.bell], [], [])
        if brood.bell in ready:
            brood.bury()
        if control not in ready:
            continue
        message, handles, _, _ = socket.recv_fds(control, _LONGEST, 1)
        kind, said = message[:1], message[1:]
        if kind == b"F":
            (number,) = NUMBER.unpack_from(said)
            brood.fork(number, handles[0], os.fsdecode(said[NUMBER.size :]))
        elif kind == b"K":
            brood.kill(*NUMBER.unpack(said))
        elif kind == b"P":
            control.send(b"P")
        else:  # the parent has gone
            brood.end()
            return


class _Brood:
    """The engine processes that live."""

    def __init__(self, control: socket.socket, loaded: Store, memory: int) -> None:
        self._control, self._loaded, self._memory = control, loaded, memory
        self._numbers: dict[int, int] = {}  # by process id
        #: Rings when a process may have ended.
        self.bell, self._clapper = socket.socketpair()
        self.bell.setblocking(False)
        self._clapper.setblocking(False)
        signal.set_wakeup_fd(self._clapper.fileno(), warn_on_full_buffer=False)
        # With no handler the signal would not reach the bell.
        signal.signal(signal.SIGCHLD, lambda *_: None)

    def fork(self, number: int, handle: int, folder: str) -> None:
        """Fork a process and say which it is."""
        store = Path(folder) if folder else self._loaded
        try:
            child = self._fork(handle, store)
            self._numbers[child] = number
        except OSError:  # no process more just now; those that there are must not die of it
            child = NO_PROCESS
        os.close(handle)
        self._control.send(b"F" + PAIR.pack(number, child))

    def kill(self, number: int) -> None:
        """Kill a process, if it is not gone."""
        for child, known in self._numbers.items():
            if known == number:
                os.kill(child, signal.SIGKILL)

    def bury(self) -> None:
        """Say who is gone."""
        with suppress(BlockingIOError):
            while self.bell.recv(1024):
                pass
        while self._numbers:
            child, status = os.waitpid(-1, os.WNOHANG)
            if not child:
                return
            self._control.send(b"X" + PAIR.pack(self._numbers.pop(child), status))

    def end(self) -> None:
        """Kill all that live and wait for them."""
        for child in self._numbers:
            os.kill(child, signal.SIGKILL)
        for child in self._numbers:
            os.waitpid(child, 0)

    def _fork(self, handle: int, store: Store | Path) -> int:
        parent = os.getpid()
        child = os.fork()
        if child:
            return child
        status = 1
        try:
            signal.set_wakeup_fd(-1)
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            for ours in (self._control, self.bell, self._clapper):
                ours.close()
            work(socket.socket(fileno=handle), store, self._memory, parent)
            status = 0
        except MemoryError:
            status = OUT_OF_MEMORY
        finally:
            os._exit(status)  # never the zygote's own way out


if __name__ == "__main__":
    main()
