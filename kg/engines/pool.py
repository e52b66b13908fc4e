"""The pool of engine processes: lends them to queries, kills and replaces them.

A query borrows a process, and gives it back whole or has it retired. One thread, the keeper, is
the only one that talks to the zygote: it ends retired processes, forks their replacements, kills
those that nobody stops at their deadline, and starts a new zygote when the old one has died.
"""

from __future__ import annotations

import logging
import os
import threading
import time
from collections import deque
from concurrent.futures import Future
from concurrent.futures import TimeoutError as FutureTimeoutError
from pathlib import Path
from queue import Empty, SimpleQueue

from kg.engines.engine import OverloadedError, QueryError
from kg.engines.failure import restarting
from kg.engines.nursery import Nursery, NurseryLostError, Pace, StartError, Worker
from kg.engines.settings import PoolSettings

_LOG = logging.getLogger(__name__)
_TICK = 0.1  # seconds between looks at deadlines, at who waits, and at the zygote
_GRACE = 0.5  # seconds that a query's own thread has to stop it after its deadline
_STATUS = 2.0  # seconds to wait for the exit status of a process that has died
_RETRY = 5.0  # seconds between attempts to start a zygote


class _Retirement:
    """A process to be ended, and where its wait status goes."""

    def __init__(self, worker: Worker) -> None:
        self.worker = worker
        self.status: Future[int | None] = Future()


class Pool:
    """Engine processes over one data set. Safe to use from many threads."""

    def __init__(self, source: Path, *, on_disk: bool, settings: PoolSettings) -> None:
        """Start all processes and wait for them.

        ``source`` is a file of N-Quads, or the folder of a store (``on_disk``). Raises
        :class:`~kg.engines.nursery.StartError`.
        """
        self._source, self._on_disk, self._settings = source, on_disk, settings
        self._owner = os.getpid()
        self._free = threading.Condition()
        self._idle: deque[Worker] = deque()
        self._busy: set[Worker] = set()
        self._waiting = 0
        self._closed = False
        self._lost = False
        self._orders: SimpleQueue[_Retirement | None] = SimpleQueue()
        self._nursery = self._start()
        self._said_unconfined = False
        try:
            for _ in range(settings.workers):
                self._add(self._nursery.fork())
        except (NurseryLostError, StartError):
            self._nursery.close()
            raise
        self._keeper = threading.Thread(target=self._keep, name="engine-keeper", daemon=True)
        self._keeper.start()

    @property
    def ready(self) -> bool:
        """True while there are engine processes to take queries."""
        with self._free:
            return not self._closed and not self._lost and bool(self._idle or self._busy)

    def pids(self) -> tuple[int, ...]:
        """Process ids: the zygote first, then the engine processes."""
        with self._free:
            return (self._nursery.pid, *(w.pid for w in (*self._idle, *self._busy)))

    def borrow(self, deadline: float) -> Worker:
        """Wait for a free process; it is killed soon after ``deadline`` (``time.monotonic``).

        Raises :class:`OverloadedError` where too many wait already or none is free in time.
        """
        if os.getpid() != self._owner:
            raise QueryError(
                "This engine was started before the process was forked.",
                remedy="Start the engine in the process that uses it.",
            )
        with self._free:
            if not self._idle and self._waiting >= self._settings.queue:
                raise OverloadedError(
                    f"All {self._settings.workers} engine processes are busy and "
                    f"{self._waiting} queries wait.",
                    remedy="Try again in a few seconds.",
                    retry_after=self._retry_after(),
                )
            self._waiting += 1
            try:
                while True:
                    if self._closed:
                        raise OverloadedError("The engine is shutting down.", retry_after=10)
                    worker = self._pick()
                    if worker is not None:
                        worker.deadline, worker.since = deadline, time.monotonic()
                        self._busy.add(worker)
                        return worker
                    if not self._free.wait(deadline - time.monotonic()):
                        self._refuse_late()
            finally:
                self._waiting -= 1

    def give_back(self, worker: Worker) -> None:
        """Take back a process that has answered in full."""
        if worker.served >= self._settings.recycle_after:
            self.retire(worker)
            return
        with self._free:
            self._busy.discard(worker)
            worker.deadline = None
            surplus = worker.pace is not Pace.NORMAL and self._missing() <= 0
            worker.pace = Pace.NORMAL
            if worker.nursery is self._nursery and not self._closed and not surplus:
                self._idle.append(worker)
                self._free.notify()
                return
        self.retire(worker)

    def retire(self, worker: Worker) -> Future[int | None]:
        """Kill a process and have it replaced; the future gives its wait status.

        The status is ``None`` where the zygote has died too.
        """
        with self._free:
            self._busy.discard(worker)
        worker.socket.close()
        order = _Retirement(worker)
        if self._closed:
            order.status.set_result(None)
        else:
            self._orders.put(order)
        return order.status

    def fate(self, worker: Worker) -> int | None:
        """Retire a process that has died by itself and give its wait status."""
        try:
            return self.retire(worker).result(_STATUS)
        except FutureTimeoutError:
            return None

    def close(self) -> None:
        """End all processes. Queries that run break off."""
        with self._free:
            if self._closed:
                return
            self._closed = True
            self._free.notify_all()
        if os.getpid() != self._owner:
            return
        self._orders.put(None)
        self._keeper.join()

    def _pick(self) -> Worker | None:
        while self._idle:
            # The one used last: its memory is warm.
            worker = self._idle.pop()
            if worker.alive():
                return worker
            worker.socket.close()
            self._orders.put(_Retirement(worker))
        return None

    def _refuse_late(self) -> None:
        if self._idle or self._closed:
            return  # woken at the last moment
        if self._lost:
            raise restarting()
        raise OverloadedError(
            "No engine process became free in time.",
            remedy="Try again later, or allow more time.",
            retry_after=self._retry_after(),
        )

    def crowded_out(self) -> OverloadedError:
        """The error for a query that was stopped to let others through."""
        with self._free:
            return OverloadedError(
                f"The query was stopped after {self._settings.patience:g} s: others wait, and "
                f"{self._settings.long_queries} long queries run already.",
                remedy="Try again later, or ask for less at once.",
                retry_after=self._retry_after(),
            )

    def _retry_after(self) -> int:
        """Seconds until the first of the running queries must have ended, at least 1."""
        deadlines = [w.deadline for w in self._busy if w.deadline is not None]
        return max(1, round(min(deadlines, default=0.0) - time.monotonic()))

    # What follows runs in the keeper's thread.

    def _keep(self) -> None:
        while True:
            try:
                order = self._orders.get(timeout=_TICK)
                if order is None:
                    break
                self._replace(order)
            except Empty:
                pass
            except StartError as error:
                _LOG.error("an engine process could not be replaced: %s", error)
            except NurseryLostError:
                self._restart()
            if not self._nursery.alive():
                self._restart()
            self._kill_overdue()
            self._let_others_through()
            self._bury_idle()
            self._top_up()
        self._shut_down()

    def _replace(self, order: _Retirement) -> None:
        worker, status = order.worker, None
        try:
            if worker.nursery is self._nursery:
                # The kernel needs a while to take a large process down: fork meanwhile.
                self._nursery.kill(worker.pid)
                self._top_up()
            if worker.nursery is self._nursery:
                status = self._nursery.end(worker.pid)
        finally:
            order.status.set_result(status)

    def _top_up(self) -> None:
        """Fork until there are as many processes as there should be."""
        while True:
            with self._free:
                missing = self._missing()
            if missing <= 0 or self._closed:
                return
            try:
                self._add(self._nursery.fork())
            except NurseryLostError:
                self._restart()
            except StartError as error:
                _LOG.error("an engine process could not be started: %s", error)
                return

    def _add(self, worker: Worker) -> None:
        if worker.unconfined and not self._said_unconfined:
            self._said_unconfined = True
            _LOG.warning(
                "engine processes are not cut off from the network (%s); "
                "queries with SERVICE are still refused",
                worker.unconfined,
            )
        with self._free:
            self._idle.append(worker)
            self._free.notify()

    def _missing(self) -> int:
        """How many processes there should be more; those with long queries do not count."""
        ordinary = sum(worker.pace is Pace.NORMAL for worker in self._busy)
        return self._settings.workers - len(self._idle) - ordinary

    def _kill_overdue(self) -> None:
        """Stop queries whose reader has gone to sleep; their socket then ends."""
        late = time.monotonic() - _GRACE
        with self._free:
            overdue = [w for w in self._busy if w.deadline is not None and w.deadline < late]
            self._busy.difference_update(overdue)
        for worker in overdue:
            try:
                self._nursery.end(worker.pid)
            except NurseryLostError:
                self._restart()
                return

    def _let_others_through(self) -> None:
        """While queries wait, see to it that no process stays with one query for too long."""
        stopped = []
        with self._free:
            if not self._waiting or self._idle:
                return
            late = time.monotonic() - self._settings.patience
            free = self._settings.long_queries
            free -= sum(worker.pace is Pace.LONG for worker in self._busy)
            overdue = (w for w in self._busy if w.pace is Pace.NORMAL and w.since < late)
            for worker in sorted(overdue, key=lambda w: w.since):
                worker.pace = Pace.LONG if free > 0 else Pace.STOPPED
                free -= 1
                if worker.pace is Pace.STOPPED:
                    stopped.append(worker)
            self._busy.difference_update(stopped)
        try:
            for worker in stopped:
                # Their readers retire them; the others need not wait until they are gone.
                self._nursery.kill(worker.pid)
        except NurseryLostError:
            self._restart()

    def _bury_idle(self) -> None:
        """Notice idle processes that have died, before a query would."""
        with self._free:
            dead = [worker for worker in self._idle if not worker.alive()]
            for worker in dead:
                self._idle.remove(worker)
                worker.socket.close()
                self._orders.put(_Retirement(worker))

    def _start(self) -> Nursery:
        return Nursery(
            self._source,
            on_disk=self._on_disk,
            memory=self._settings.memory,
            start_timeout=self._settings.start_timeout,
        )

    def _restart(self) -> None:
        """Start a new zygote; the engine processes of the old one have died with it."""
        _LOG.error("the zygote %d has died; starting another", self._nursery.pid)
        with self._free:
            self._lost = True
            for worker in self._idle:
                worker.socket.close()
            self._idle.clear()
            self._busy.clear()
        self._nursery.close()
        while not self._closed:
            try:
                self._nursery = self._start()
                self._lost = False
                return
            except StartError as error:
                _LOG.error("%s", error)
                with self._free:
                    self._free.wait(_RETRY)

    def _shut_down(self) -> None:
        self._nursery.close()
        with self._free:
            for worker in self._idle:
                worker.socket.close()
            self._idle.clear()
        while True:
            try:
                order = self._orders.get_nowait()
            except Empty:
                return
            if order is not None:
                order.status.set_result(None)
