"""The end of the service: who is being answered is answered, or told that it stops; nothing hangs.

The process that watches tells the web process by a pipe that the end has come, just before the
server closes its door. From then on changes that were taken are finished and no more are taken;
queries may run on for a while, then they are stopped and answered with 503. When the watching
process dies, however it dies, the web process ends at once: it would otherwise hold port and data.
"""

from __future__ import annotations

import logging
import os
import signal
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from types import FrameType

_LOG = logging.getLogger(__name__)

#: Seconds after which the queries that still run are stopped, and those that changes get, which
#: are stopped first: what is committed late must still find the engine.
QUERY_GRACE = 4.0
CHANGE_GRACE = 6.0
#: Seconds after which the web process is killed, whatever it does: nobody waits longer than ten.
PROCESS_GRACE = 9

SignalHandler = Callable[[int, FrameType | None], None]


class Stopping:
    """The pipe between the process that watches and the web process. Made before the second."""

    def __init__(self) -> None:
        self._heard, self._said = Pipe(duplex=False)

    def announce(self, number: int, frame: FrameType | None, then: SignalHandler) -> None:
        """Tell the web process of a signal, then do what is ``then`` due; a signal handler."""
        with suppress(OSError):
            self._said.send_bytes(b"stop")
        then(number, frame)

    def handle_signals(self, then: SignalHandler) -> None:
        """Announce SIGTERM and SIGINT from now on. For the main thread of who watches."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda n, frame: self.announce(n, frame, then))

    def obey(self, finish: Callable[[], None], stop: Callable[[], None]) -> None:
        """Have ``finish`` called when the end is announced and ``stop`` a while later.

        For the web process: it ends at once where nobody watches it any more.
        """
        # Otherwise the other end would stay open after the process that watches has died.
        self._said.close()
        threading.Thread(
            target=_obey, args=(self._heard, finish, stop), name="stopping", daemon=True
        ).start()


def _obey(heard: Connection, finish: Callable[[], None], stop: Callable[[], None]) -> None:
    try:
        heard.recv_bytes()
    except (EOFError, OSError):
        os._exit(1)
    finishing = threading.Thread(target=_try, args=(finish,), name="finishing", daemon=True)
    finishing.start()
    time.sleep(QUERY_GRACE)
    finishing.join(CHANGE_GRACE - QUERY_GRACE)
    _try(stop)


def _try(close: Callable[[], None]) -> None:
    try:
        close()
    except Exception:
        _LOG.exception("something did not close")
