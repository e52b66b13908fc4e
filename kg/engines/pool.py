"""The pool of engine processes: lends them to queries.

A query borrows a process, and gives it back whole or has it retired, which waits for nothing. The
keeper (:mod:`kg.engines.keeper`) has them forked and replaced.
"""

from __future__ import annotations

import os
import threading
from concurrent.futures import TimeoutError as FutureTimeoutError

from kg.engines.engine import Lane, OverloadedError, QueryError
from kg.engines.keeper import Keeper
from kg.engines.nursery import Worker
from kg.engines.roster import Roster
from kg.engines.settings import PoolSettings
from kg.snapshot import Snapshot

_STATUS = 2.0  # seconds to wait for the exit status of a process that has died


class Pool:
    """Engine processes over one snapshot at a time. Safe to use from many threads."""

    def __init__(self, snapshot: Snapshot, *, on_disk: bool, settings: PoolSettings) -> None:
        """Start all processes and wait for them.

        They share the snapshot in memory, or each opens its store (``on_disk``). Raises
        :class:`~kg.engines.nursery.StartError`.
        """
        self._settings = settings
        self._owner = os.getpid()
        self._closing = threading.Event()
        self._roster = Roster(settings, snapshot, self._discard)
        self._keeper = Keeper(self._roster, on_disk=on_disk, settings=settings)

    @property
    def ready(self) -> bool:
        """True while there are engine processes to take queries."""
        return self._roster.ready

    @property
    def snapshot(self) -> Snapshot:
        """What queries that come now are answered from."""
        return self._roster.snapshot

    def pids(self) -> tuple[int, ...]:
        """Process ids: the zygote first, then the engine processes."""
        return (self._keeper.nursery.pid, *self._roster.pids())

    def borrow(self, deadline: float, lane: Lane = Lane.LIGHT, client: str = "") -> Worker:
        """Wait for a free process; it is killed soon after ``deadline`` (``time.monotonic``).

        Raises :class:`OverloadedError` where too many wait already or none is free in time.
        """
        if os.getpid() != self._owner:
            raise QueryError(
                "This engine was started before the process was forked.",
                remedy="Start the engine in the process that uses it.",
            )
        return self._roster.lend(deadline, lane, client)

    def give_back(self, worker: Worker) -> None:
        """Take back a process that has answered in full."""
        if worker.served >= self._settings.recycle_after or not self._roster.take_back(worker):
            self.retire(worker)

    def retire(self, worker: Worker) -> None:
        """Kill a process and have it replaced; ``worker.gone`` tells when it has ended."""
        self._roster.leave(worker)
        self._keeper.discard(worker)

    def fate(self, worker: Worker) -> int | None:
        """Retire a process that has died by itself and give its wait status.

        ``None`` where the zygote has died too, or is too busy to tell.
        """
        self.retire(worker)
        try:
            return worker.gone.result(_STATUS)
        except FutureTimeoutError:
            return None

    def crowded_out(self) -> OverloadedError:
        """The error for a query that was stopped to let others through."""
        return self._roster.crowded_out()

    def move_to(self, snapshot: Snapshot) -> None:
        """Read another snapshot: what is borrowed after this has returned reads it, or a later one.

        It is read from its store on disk. Processes that read the old one go as they are given
        back. Raises :class:`~kg.engines.nursery.StartError` where the new one cannot be opened;
        all stays as it was then.
        """
        self._keeper.move_to(snapshot)

    def close(self) -> None:
        """End all processes. Queries that run break off."""
        if self._closing.is_set():
            return
        self._closing.set()
        self._roster.close()
        if os.getpid() != self._owner:
            return
        self._keeper.stop()
        self._keeper.join()

    def _discard(self, worker: Worker) -> None:
        self._keeper.discard(worker)
