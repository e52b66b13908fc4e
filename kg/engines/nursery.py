"""The parent's side of the zygote: start it, have it fork engine processes, have it end them."""

from __future__ import annotations

import json
import logging
import os
import socket
import subprocess
import sys
import time
from contextlib import suppress
from enum import Enum, auto
from itertools import count
from pathlib import Path

from kg.engines.engine import QueryError
from kg.engines.frames import ConnectionLostError, FrameKind, FrameReader
from kg.engines.zygote import FAILED, NUMBER

_LOG = logging.getLogger(__name__)
_REPLY = 10.0  # seconds; a fork takes milliseconds
_OLD_AGE = 5.0  # seconds that a zygote may take to end


class StartError(QueryError):
    """The engine processes could not be started."""

    http_status = 503
    title = "The engine did not start"


class NurseryLostError(Exception):
    """The zygote has died, and all engine processes with it."""


class Pace(Enum):
    """How long the query of a process takes, seen from those that wait."""

    NORMAL = auto()
    #: It goes on beside the others.
    LONG = auto()
    #: It was stopped, since enough long ones run already.
    STOPPED = auto()


class Worker:
    """An engine process as its parent sees it: one query at a time goes through ``socket``."""

    def __init__(self, pid: int, sock: socket.socket, nursery: Nursery) -> None:
        self.pid = pid
        self.socket = sock
        self.nursery = nursery
        self.frames = FrameReader(sock)
        self.served = 0
        self.unconfined = ""
        #: Moment (``time.monotonic``) after which it is killed, whoever is still reading.
        self.deadline: float | None = None
        #: Moment at which it was lent; what has become of the query that it was lent for.
        self.since = 0.0
        self.pace = Pace.NORMAL
        self._requests = count(1)

    def next_request(self) -> int:
        """A number for the next query."""
        self.served += 1
        return next(self._requests)

    def alive(self) -> bool:
        """False where an idle process has died or sends what nobody asked for."""
        try:
            self.socket.setblocking(False)
            self.socket.recv(1, socket.MSG_PEEK)
        except BlockingIOError:
            return True
        except OSError:
            return False
        return False


class Nursery:
    """A running zygote. Used by one thread at a time."""

    def __init__(self, source: Path, *, on_disk: bool, memory: int, start_timeout: float) -> None:
        """Start a zygote and wait until it has loaded ``source``.

        ``source`` is the folder of a store (``on_disk``) or a file of N-Quads. Raises
        :class:`StartError`.
        """
        self._control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            self._process = subprocess.Popen(
                [
                    sys.executable,
                    "-P",
                    "-m",
                    "kg.engines.zygote",
                    str(theirs.fileno()),
                    f"--memory={memory}",
                    f"--{'store' if on_disk else 'data'}={source.absolute()}",
                ],
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                # Our own path: the zygote must run the same code wherever it was imported from.
                env=os.environ | {"RUST_BACKTRACE": "0", "PYTHONPATH": _import_path()},
                # A Ctrl-C in the terminal is for the parent, which then ends the zygote.
                start_new_session=True,
            )
        reply = self._receive(start_timeout)
        if not reply or reply.startswith(FAILED):
            self.close()
            reason = reply.removeprefix(FAILED).decode(errors="replace") or "it ended or hung"
            raise StartError(
                f"The engine could not load {source}: {reason}.",
                remedy="`critmat snapshot verify` tells whether the snapshot is damaged.",
            )

    @property
    def pid(self) -> int:
        """Process id of the zygote."""
        return self._process.pid

    def alive(self) -> bool:
        """True while the zygote runs."""
        return self._process.poll() is None

    def fork(self) -> Worker:
        """Fork an engine process and wait until it can take queries.

        Raises :class:`NurseryLostError`, or :class:`StartError` where the process did not come up.
        """
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_STREAM)
        with theirs:
            try:
                socket.send_fds(self._control, [b"F"], [theirs.fileno()])
            except OSError as error:
                ours.close()
                raise NurseryLostError from error
        worker = Worker(self._number(), ours, self)
        try:
            kind, _, body = worker.frames.read(time.monotonic() + _REPLY)
        except (ConnectionLostError, TimeoutError) as error:
            ours.close()
            self.end(worker.pid)
            raise StartError(f"An engine process did not come up: {error}.") from error
        said = json.loads(body)
        if kind is not FrameKind.READY:
            ours.close()
            self.end(worker.pid)
            raise StartError(
                f"An engine process could not open the store: {said['message']}.",
                remedy="`critmat snapshot verify` tells whether the snapshot is damaged.",
            )
        worker.unconfined = said["unconfined"]
        return worker

    def kill(self, pid: int) -> None:
        """Kill an engine process without waiting; :meth:`end` is still due.

        Raises :class:`NurseryLostError`.
        """
        try:
            self._control.send(b"K" + NUMBER.pack(pid))
        except OSError as error:
            raise NurseryLostError from error

    def end(self, pid: int) -> int:
        """Kill an engine process if it still runs; give its wait status, -1 if it is unknown.

        Raises :class:`NurseryLostError`.
        """
        try:
            self._control.send(b"E" + NUMBER.pack(pid))
        except OSError as error:
            raise NurseryLostError from error
        return self._number()

    def close(self) -> None:
        """End the zygote and all engine processes."""
        self._control.close()
        try:
            self._process.wait(_OLD_AGE)
        except subprocess.TimeoutExpired:
            _LOG.warning("the zygote %d did not end by itself and is killed", self._process.pid)
            self._process.kill()
            self._process.wait()

    def _number(self) -> int:
        reply = self._receive(_REPLY)
        if len(reply) != NUMBER.size:
            raise NurseryLostError
        (number,) = NUMBER.unpack(reply)
        return int(number)

    def _receive(self, timeout: float) -> bytes:
        self._control.settimeout(timeout)
        with suppress(OSError):
            return self._control.recv(1024)
        return b""


def _import_path() -> str:
    """What this process imports from; an empty entry means the folder that it runs in."""
    return os.pathsep.join(str(Path(entry or ".").absolute()) for entry in sys.path)
