"""The parent's side of the zygote: start it, have it fork engine processes, have it end them."""

from __future__ import annotations

import json
import logging
import os
import select
import socket
import subprocess
import sys
import threading
import time
from concurrent.futures import Future, InvalidStateError
from contextlib import ExitStack, suppress
from enum import Enum, auto
from itertools import count
from pathlib import Path

from kg.engines.engine import Lane, QueryError
from kg.engines.frames import ConnectionLostError, FrameKind, FrameReader
from kg.engines.zygote import FAILED, NO_PROCESS, NUMBER, PAIR
from kg.snapshot import Snapshot, hold

_LOG = logging.getLogger(__name__)
_REPLY = 30.0  # seconds that a zygote that lives may be silent; a fork takes milliseconds
_COMING_UP = 10.0  # seconds that a new process may take until it takes queries
_PING = 2.0  # seconds of silence after which the zygote is asked whether it is well
_SLOWER = 10  # steps of niceness that a long query gets
_OLD_AGE = 5.0  # seconds that a zygote may take to end


_LOOK = "`critmat snapshot verify` tells whether the snapshot is damaged."


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

    def __init__(
        self, serial: int, sock: socket.socket, nursery: Nursery, snapshot: Snapshot
    ) -> None:
        #: What the zygote knows it by, and its process id as soon as the zygote has said it.
        self.serial = serial
        self.pid = 0
        #: Its wait status, once it is gone; ``None`` where nobody is left to know.
        self.gone: Future[int | None] = Future()
        #: Whether it is to be killed, and whether the zygote has been told.
        self.doomed = False
        self.told = False
        self.socket = sock
        self.nursery = nursery
        #: What it reads, and the how many-eth snapshot of its pool that is.
        self.snapshot = snapshot
        self.number = 0
        #: Keeps the snapshot from being pruned while the process lives.
        self.held = ExitStack()
        self.frames = FrameReader(sock)
        self.served = 0
        self.unconfined = ""
        #: Moment (``time.monotonic``) after which it is killed, whoever is still reading.
        self.deadline: float | None = None
        #: Moment at which it was lent; what has become of the query that it was lent for.
        self.since = 0.0
        self.pace = Pace.NORMAL
        self.lane = Lane.LIGHT
        self.client = ""
        #: Whether it has less of the processor than others, for good: only privileged users could
        #: give it back.
        self.slowed = False
        self._requests = count(1)

    def next_request(self) -> int:
        """A number for the next query."""
        self.served += 1
        return next(self._requests)

    def slow_down(self) -> None:
        """Let everything else go first on a busy processor."""
        self.slowed = True
        with suppress(OSError):  # it has died: whoever reads from it will see
            usual = os.getpriority(os.PRIO_PROCESS, self.pid)
            os.setpriority(os.PRIO_PROCESS, self.pid, usual + _SLOWER)

    def hang_up(self) -> None:
        """Have whoever reads from it see the end now."""
        with suppress(OSError):
            self.socket.shutdown(socket.SHUT_RDWR)

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
    """A running zygote. Used by one thread, except :meth:`kill`."""

    def __init__(self, data: Path | None, *, memory: int, start_timeout: float) -> None:
        """Start a zygote and wait until it has loaded ``data``, a file of N-Quads.

        ``None`` loads nothing. Raises :class:`StartError`.
        """
        self._serials = count(1)
        self._children: dict[int, Worker] = {}  # those that are not gone
        #: When it was asked something that it has not answered yet, and when it last said anything.
        self._asked: float | None = None
        self._heard = 0.0
        # Reentrant: the garbage collector may close an answer, and so kill, at any moment.
        self._sending = threading.RLock()
        try:
            self._control, self._process = self._spawn(data, memory)
        except OSError as error:
            raise StartError(
                f"The system gives no process for the engine: {error}.",
                remedy="Look whether memory, processes or open files have run out.",
            ) from error
        self._control.setblocking(False)
        reply = self._receive(start_timeout)
        if not reply or reply.startswith(FAILED):
            self.close()
            reason = reply.removeprefix(FAILED).decode(errors="replace") or "it ended or hung"
            raise StartError(
                f"The engine could not load {data or 'nothing'}: {reason}.",
                remedy=_LOOK,
            )
        self._heard = time.monotonic()

    @property
    def pid(self) -> int:
        """Process id of the zygote."""
        return self._process.pid

    @property
    def dying(self) -> int:
        """How many processes have been killed and are not gone yet."""
        return sum(worker.doomed for worker in self._children.values())

    def fork(self, snapshot: Snapshot, *, loaded: bool) -> Worker:
        """Fork an engine process and wait until it can take queries.

        It opens the store of the snapshot, unless it reads what the zygote has ``loaded``. Raises
        :class:`NurseryLostError`, or :class:`StartError` where the process did not come up.
        """
        folder = b"" if loaded else os.fsencode(snapshot.store.absolute())
        with ExitStack() as undo:
            try:
                ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_STREAM)
                undo.callback(ours.close)
                with theirs:
                    worker = Worker(next(self._serials), ours, self, snapshot)
                    worker.held.enter_context(hold(snapshot))
                    self._children[worker.serial] = worker
                    undo.callback(self.kill, worker)
                    self._ask(b"F" + NUMBER.pack(worker.serial) + folder, theirs.fileno())
            except OSError as error:
                raise StartError(
                    f"The snapshot {snapshot.id} cannot be opened: {error}.", remedy=_LOOK
                ) from error
            while not worker.pid:
                self.listen(_PING)
            if worker.pid == NO_PROCESS:
                raise StartError("The system gave no process more.")
            self._welcome(worker)
            undo.pop_all()
        return worker

    def _welcome(self, worker: Worker) -> None:
        """Wait until a new process can take queries."""
        try:
            kind, _, body = worker.frames.read(time.monotonic() + _COMING_UP)
        except (ConnectionLostError, TimeoutError) as error:
            raise StartError(f"An engine process did not come up: {error}.") from error
        said = json.loads(body)
        if kind is not FrameKind.READY:
            raise StartError(
                f"An engine process could not open the store: {said['message']}.",
                remedy=_LOOK,
            )
        worker.unconfined = said["unconfined"]

    def kill(self, worker: Worker) -> None:
        """Kill an engine process, without waiting; ``worker.gone`` tells when it is gone.

        Safe to use from any thread. Where the zygote cannot be told just now, :meth:`look_after`
        does it.
        """
        worker.doomed = True
        with self._sending, suppress(OSError):
            if not worker.told and not worker.gone.done():
                self._control.send(b"K" + NUMBER.pack(worker.serial))
                worker.told = True

    def look_after(self) -> None:
        """Ask the zygote whether it is well if it has been silent, and repeat what it missed.

        Raises :class:`NurseryLostError` where it has not been well for long.
        """
        for worker in tuple(self._children.values()):
            if worker.doomed and not worker.told:
                self.kill(worker)
        now = time.monotonic()
        if self._asked is None and now - self._heard > _PING:
            self._ask(b"P")
        if self._process.poll() is not None:
            raise NurseryLostError
        if self._asked is not None and now - max(self._asked, self._heard) > _REPLY:
            _LOG.error("the zygote %d has not answered for %g s", self.pid, _REPLY)
            raise NurseryLostError

    def listen(self, timeout: float, *others: socket.socket) -> None:
        """Wait until the zygote, or one of the others, says something; take what it says.

        Raises :class:`NurseryLostError`.
        """
        select.select([self._control, *others], [], [], timeout)
        try:
            while True:
                self._hear(self._control.recv(1024))
        except BlockingIOError:
            self.look_after()
        except OSError as error:
            raise NurseryLostError from error

    def close(self) -> None:
        """End the zygote and all engine processes."""
        with self._sending:
            self._control.close()
        try:
            self._process.wait(_OLD_AGE)
        except subprocess.TimeoutExpired:
            _LOG.warning("the zygote %d did not end by itself and is killed", self._process.pid)
            self._process.kill()
            self._process.wait()
        for serial in tuple(self._children):
            self._bury(serial, None)

    def _ask(self, message: bytes, *handles: int) -> None:
        """Send what the zygote answers."""
        try:
            with self._sending:
                select.select([], [self._control], [], _REPLY)
                socket.send_fds(self._control, [message], handles)
        except OSError as error:
            raise NurseryLostError from error
        if self._asked is None:
            self._asked = time.monotonic()

    def _hear(self, said: bytes) -> None:
        self._heard, self._asked = time.monotonic(), None
        if not said:
            raise NurseryLostError
        if said[:1] == b"P":
            return
        serial, value = PAIR.unpack(said[1:])
        if said[:1] == b"F":
            self._children[serial].pid = value
        if said[:1] == b"X" or value == NO_PROCESS:
            self._bury(serial, value)

    def _bury(self, serial: int, status: int | None) -> None:
        worker = self._children.pop(serial)
        worker.held.close()
        with suppress(InvalidStateError):
            worker.gone.set_result(status)

    @staticmethod
    def _spawn(data: Path | None, memory: int) -> tuple[socket.socket, subprocess.Popen[bytes]]:
        """Start the process; give our end of its control socket with it."""
        control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs, ExitStack() as undo:
            undo.callback(control.close)
            process = subprocess.Popen(
                [
                    sys.executable,
                    "-P",
                    "-m",
                    "kg.engines.zygote",
                    str(theirs.fileno()),
                    f"--memory={memory}",
                    *([f"--data={data.absolute()}"] if data else []),
                ],
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                # Our own path: the zygote must run the same code wherever it was imported from.
                env=os.environ | {"RUST_BACKTRACE": "0", "PYTHONPATH": _import_path()},
                # A Ctrl-C in the terminal is for the parent, which then ends the zygote.
                start_new_session=True,
            )
            undo.pop_all()
            return control, process

    def _receive(self, timeout: float) -> bytes:
        select.select([self._control], [], [], timeout)
        with suppress(OSError):
            return self._control.recv(1024)
        return b""


def _import_path() -> str:
    """What this process imports from; an empty entry means the folder that it runs in."""
    return os.pathsep.join(str(Path(entry or ".").absolute()) for entry in sys.path)
