"""The service's side of one writer process: start it, send it a change, end it.

Used by one thread, the one that started it: the process dies with that thread.
"""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import time
from contextlib import suppress
from itertools import count
from pathlib import Path
from typing import Any

from kg.engines.engine import QueryError
from kg.engines.frames import (
    MAX_BODY,
    ConnectionLostError,
    FrameKind,
    FrameReader,
    json_frame,
    limit_wait,
)
from kg.errors import CritmatError
from kg.snapshot.durable import WORKING
from kg.writer.failure import WriterError, of_reply
from kg.writer.settings import WriterSettings

_NAMES = count(1)


class LostError(Exception):
    """The process has died, or sends what nobody asked for; it is ended."""


class SlowError(Exception):
    """The process did not answer in time; it is ended."""


class FailedError(Exception):
    """The process reported why it cannot go on, and is ended; ``error`` is for the user."""

    def __init__(self, error: CritmatError) -> None:
        super().__init__(str(error))
        self.error = error


class WriterProcess:
    """A writer process with its working copy."""

    def __init__(self, root: Path, settings: WriterSettings, lock: int) -> None:
        """Start it and wait until its copy is open.

        ``lock`` is the open file that holds the lock on the root: the process inherits it, so
        nobody else gets the lock before it is gone too. Raises
        :class:`~kg.writer.failure.WriterError`.
        """
        self._memory = settings.memory
        self._working = root.absolute() / f"{WORKING}{os.getpid()}-{next(_NAMES)}"
        self._requests = count(1)
        #: Changes that it was given so far.
        self.changes = 0
        self.commits = 0
        self._socket, theirs = socket.socketpair()
        with theirs:
            self._process = subprocess.Popen(
                [
                    sys.executable,
                    "-P",
                    "-m",
                    "kg.writer.process",
                    str(theirs.fileno()),
                    f"--root={root.absolute()}",
                    f"--working={self._working}",
                    f"--memory={settings.memory}",
                    f"--parent={os.getpid()}",
                ],
                pass_fds=[theirs.fileno(), lock],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                # Our own path: it must run the same code wherever that was imported from. Each
                # arena reserves 64 MiB of addresses, which count as memory: as few as do.
                env=os.environ
                | {
                    "RUST_BACKTRACE": "0",
                    "PYTHONPATH": _import_path(),
                    "MALLOC_ARENA_MAX": "2",
                },
                # A Ctrl-C in the terminal is for the parent, which then ends it.
                start_new_session=True,
            )
        self._frames = FrameReader(self._socket)
        try:
            kind, _, body = self._frames.read(time.monotonic() + settings.start_timeout)
        except (ConnectionLostError, TimeoutError) as error:
            status = self.end()
            raise WriterError(
                f"The writer process did not come up: {error} (status {status}).",
                remedy="Nothing was applied. Queries go on; try again.",
            ) from error
        said = json.loads(body)
        if kind is not FrameKind.READY:
            self.end()
            raise of_reply(said, "", self._memory)
        #: Why its network could not be denied; empty where it was.
        self.unconfined = str(said["unconfined"])

    @property
    def pid(self) -> int:
        """Its process id."""
        return self._process.pid

    def alive(self) -> bool:
        """True while the process runs."""
        return self._process.poll() is None

    def ask(self, message: dict[str, Any], deadline: float) -> dict[str, Any]:
        """Send a request and wait for what came of it until ``deadline`` (``time.monotonic``).

        Raises :class:`~kg.errors.CritmatError` for what was refused and left the copy as it was;
        :class:`LostError`, :class:`SlowError` and :class:`FailedError` where the process is gone.
        """
        request = next(self._requests)
        asked = json_frame(FrameKind.QUERY, request, message)
        if len(asked) > MAX_BODY:
            raise QueryError("The change does not fit into one message.")
        try:
            limit_wait(self._socket, deadline)
            self._socket.sendall(asked)
            kind, answered, body = self._frames.read(deadline)
        except TimeoutError:
            self.end()
            raise SlowError from None
        except (ConnectionLostError, OSError):
            self.end()
            raise LostError from None
        if answered != request or kind not in (FrameKind.END, FrameKind.ERROR):
            self.end()
            raise LostError
        said: dict[str, Any] = json.loads(body)
        if kind is FrameKind.END:
            return said
        error = of_reply(said, str(message.get("text", "")), self._memory)
        if said["alive"]:
            raise error
        self.end()
        raise FailedError(error)

    def kill(self) -> None:
        """End the process at once, from any thread; who waits for it gets :class:`LostError`."""
        with suppress(OSError):
            self._process.kill()

    def end(self) -> int:
        """End the process and remove its copy; give its exit status."""
        self._process.kill()
        status = self._process.wait()
        self._socket.close()
        shutil.rmtree(self._working, ignore_errors=True)
        return status

    @property
    def status(self) -> int | None:
        """Its exit status, negative for a signal; ``None`` while it runs."""
        return self._process.returncode


def _import_path() -> str:
    """What this process imports from; an empty entry means the folder that it runs in."""
    return os.pathsep.join(str(Path(entry or ".").absolute()) for entry in sys.path)
