"""The roster: which engine processes are free, which are lent, and who waits for one.

A process that becomes free goes to the one who has used least lately, among those whose lane may
have it. Queries from outside (``Lane.OPEN``) never hold more than ``workers`` processes, so the
``light`` ones on top of these are there for our own however many strangers wait. Of the
``workers`` one is kept for strangers whose queries are quick, or who are new: a client is slow
when its queries usually take half of ``patience`` or more, or when one that runs has.
"""

from __future__ import annotations

import itertools
import threading
import time
from collections.abc import Callable

from kg.engines.engine import Lane, OverloadedError
from kg.engines.failure import restarting
from kg.engines.nursery import Pace, Worker
from kg.engines.settings import PoolSettings
from kg.engines.usage import Usage
from kg.snapshot import Snapshot


class _Ticket:
    """Somebody who waits for a process."""

    def __init__(
        self,
        deadline: float,
        lane: Lane,
        client: str,
        *,
        number: int,
        came: int,
        bell: threading.Condition,
    ) -> None:
        self.deadline, self.lane, self.client = deadline, lane, client
        #: The snapshot in use when it came; an older one would be the past.
        self.number = number
        self.came = came
        self.bell = bell
        self.worker: Worker | None = None
        self.refused = False


class Roster:
    """Engine processes and those who wait for them. Safe to use from many threads."""

    def __init__(
        self, settings: PoolSettings, snapshot: Snapshot, discard: Callable[[Worker], object]
    ) -> None:
        """``discard`` takes idle processes that are of no more use; it must not wait."""
        self._settings = settings
        self._discard = discard
        # Reentrant: an answer that nobody closed is closed by the garbage collector, at any moment.
        self._lock = threading.RLock()
        self._idle: list[Worker] = []
        self._busy: set[Worker] = set()
        self._waiting: list[_Ticket] = []
        self._usage = Usage()
        self._order = itertools.count()
        #: The snapshot that queries which come now are answered from, and its number.
        self.snapshot = snapshot
        self.number = 0
        self.closed = False
        self.lost = False

    @property
    def ready(self) -> bool:
        """True while there are engine processes to take queries."""
        with self._lock:
            return not self.closed and not self.lost and bool(self._idle or self._busy)

    def pids(self) -> tuple[int, ...]:
        """Process ids of the engine processes."""
        with self._lock:
            return tuple(w.pid for w in (*self._idle, *self._busy))

    # Those who ask.

    def lend(self, deadline: float, lane: Lane, client: str) -> Worker:
        """Wait for a free process; it is killed soon after ``deadline`` (``time.monotonic``).

        Raises :class:`OverloadedError` where too many wait already or none is free in time.
        """
        with self._lock:
            if self.closed:
                raise _closing()
            ticket = _Ticket(
                deadline,
                lane if self._settings.light else Lane.OPEN,
                client,
                number=self.number,
                came=next(self._order),
                bell=threading.Condition(self._lock),
            )
            self._waiting.append(ticket)
            try:
                self._seat()
                self._refuse_surplus()
                while ticket.worker is None:
                    if self.closed:
                        raise _closing()
                    if ticket.refused:
                        raise self._full()
                    if not ticket.bell.wait(deadline - time.monotonic()) and not ticket.worker:
                        raise self._too_late()
                return ticket.worker
            finally:
                if ticket in self._waiting:
                    self._waiting.remove(ticket)

    def take_back(self, worker: Worker) -> bool:
        """Take back a process that has answered in full; False where it is of no more use."""
        with self._lock:
            self.leave(worker)
            worker.deadline = None
            surplus = worker.pace is not Pace.NORMAL and self.missing() <= 0
            worker.pace = Pace.NORMAL
            if worker.slowed or surplus or self.closed or self.lost:
                return False
            self._idle.append(worker)
            self._seat()
            return True

    def leave(self, worker: Worker) -> None:
        """Note that a process works for nobody any more, and what its client used."""
        with self._lock:
            if worker in self._busy:
                now = time.monotonic()
                self._busy.discard(worker)
                self._usage.charge(worker.client, now - worker.since, now)
                self._seat()

    def crowded_out(self) -> OverloadedError:
        """The error for a query that was stopped to let others through."""
        with self._lock:
            return OverloadedError(
                f"The query was stopped after {self._settings.patience:g} s: others wait, and "
                f"{self._settings.long_queries} long queries run already.",
                remedy="Try again later, or ask for less at once.",
                retry_after=self._retry_after(),
            )

    # The one who keeps the processes.

    def add(self, worker: Worker) -> None:
        """Put a new process on the roster."""
        with self._lock:
            self._idle.append(worker)
            self._seat()

    def turn_to(self, snapshot: Snapshot, worker: Worker) -> None:
        """Answer from another snapshot from now on; ``worker`` is the first process to read it."""
        with self._lock:
            self.number += 1
            self.snapshot = snapshot
            worker.number = self.number
            self.add(worker)

    def missing(self) -> int:
        """How many processes there should be more; those with long queries do not count."""
        with self._lock:
            ordinary = sum(worker.pace is Pace.NORMAL for worker in tuple(self._busy))
            wanted = self._settings.workers + self._settings.light
            return wanted - len(self._idle) - ordinary

    def overdue(self, late: float) -> list[Worker]:
        """The processes that should have been stopped before ``late``; they are lent no more."""
        with self._lock:
            found = [w for w in tuple(self._busy) if w.deadline is not None and w.deadline < late]
            for worker in found:
                self.leave(worker)
            return found

    def slow(self) -> list[Worker]:
        """Processes that have worked on one query for longer than ``patience``, not seen before.

        Those of slow clients need not work so long.
        """
        late = time.monotonic() - self._settings.patience
        soon = time.monotonic() - self._settings.patience / 10
        with self._lock:
            slow = self._slow_clients(time.monotonic())
            return [
                w
                for w in tuple(self._busy)
                if not w.slowed
                and (w.since < late or (w.lane is Lane.OPEN and w.since < soon and slow(w.client)))
            ]

    def stop_long(self) -> list[Worker]:
        """Let long queries go on beside the others while others wait, as far as there is room.

        Gives the processes of those that must be stopped; they are lent no more.
        """
        late = time.monotonic() - self._settings.patience
        stopped = []
        with self._lock:
            if self.missing() > 0:
                return []  # those who wait have others coming
            waiting = {ticket.lane for ticket in self._waiting}
            # Our own queries never make way for those of strangers, and are never stopped.
            if Lane.LIGHT in waiting:
                self._let_go_on(Lane.LIGHT, late, self._settings.light)
            if waiting:
                # A slow query in place of another is no gain, so it is stopped for others only.
                slow = self._slow_clients(time.monotonic())
                others = any(t.lane is Lane.LIGHT or not slow(t.client) for t in self._waiting)
                surplus = self._let_go_on(Lane.OPEN, late, self._settings.long_queries)
                for worker in surplus if others else ():
                    worker.pace = Pace.STOPPED
                    self.leave(worker)
                    stopped.append(worker)
        return stopped

    def bury(self) -> list[Worker]:
        """Idle processes that have died; they are on the roster no more."""
        with self._lock:
            dead = [worker for worker in self._idle if not worker.alive()]
            for worker in dead:
                self._idle.remove(worker)
            return dead

    def clear(self, *, lost: bool) -> list[Worker]:
        """Take all processes off the roster, because they are gone, and give those that were idle.

        ``lost`` says whether others are to come.
        """
        with self._lock:
            self.lost = lost
            idle, self._idle = self._idle, []
            for worker in tuple(self._busy):
                self.leave(worker)
            return idle

    def close(self) -> None:
        """Lend no more; whoever waits is told."""
        with self._lock:
            self.closed = True
            for ticket in self._waiting:
                ticket.bell.notify()

    # What follows is called with the lock held.

    def _seat(self) -> None:
        """Give idle processes to those who wait; discard the others that read what is past."""
        now = time.monotonic()
        while self._idle and (found := self._next(now)):
            ticket, worker = found
            self._idle.remove(worker)
            if not worker.alive():
                self._discard(worker)
                continue
            self._waiting.remove(ticket)
            worker.since, worker.deadline = now, ticket.deadline
            worker.lane, worker.client = ticket.lane, ticket.client
            self._busy.add(worker)
            ticket.worker = worker
            ticket.bell.notify()
        for worker in [w for w in self._idle if w.number < self.number]:
            self._idle.remove(worker)
            self._discard(worker)

    def _next(self, now: float) -> tuple[_Ticket, Worker] | None:
        """Who goes next, and to which process."""
        used, slow = self._used(now), self._slow_clients(now)
        seats = self._open_seats()
        for_slow = seats - 1 if self._settings.workers > 1 else seats
        for ticket in sorted(self._waiting, key=lambda t: (used(t.client), t.came)):
            if ticket.lane is Lane.OPEN:
                is_slow = slow(ticket.client)
                if (for_slow if is_slow else seats) <= 0:
                    continue
                # It would not come to its end: its process would be killed for nothing.
                if is_slow and ticket.deadline - now < self._settings.patience / 2:
                    continue
            # The one used last: its memory is warm.
            for worker in reversed(self._idle):
                if worker.number >= ticket.number:
                    return ticket, worker
        return None

    def _open_seats(self) -> int:
        """How many processes more may work on queries from outside."""
        held = sum(w.lane is Lane.OPEN and w.pace is Pace.NORMAL for w in tuple(self._busy))
        return self._settings.workers - held

    def _used(self, now: float) -> Callable[[str], float]:
        """What each client used lately, with what runs for it now."""
        running: dict[str, float] = {}
        for worker in tuple(self._busy):
            if worker.client:
                running[worker.client] = running.get(worker.client, 0.0) + now - worker.since
        return lambda client: self._usage.of(client, now) + running.get(client, 0.0)

    def _slow_clients(self, now: float) -> Callable[[str], bool]:
        """Tells of a client whether its queries usually take long, or one that runs does."""
        usual = self._settings.patience / 2
        late = now - usual
        # Who names no client is nobody in particular.
        long = {w.client for w in tuple(self._busy) if w.client and w.since < late}
        return lambda client: client in long or self._usage.usual(client, now) >= usual

    def _refuse_surplus(self) -> None:
        """Turn away who used most where more wait than may; our own queries go last."""
        if len(self._waiting) <= self._settings.queue:
            return
        used = self._used(time.monotonic())
        worst = max(self._waiting, key=lambda t: (t.lane is Lane.OPEN, used(t.client), t.came))
        self._waiting.remove(worst)
        worst.refused = True
        worst.bell.notify()

    def _full(self) -> OverloadedError:
        return OverloadedError(
            f"All {self._settings.workers} engine processes are busy and "
            f"{len(self._waiting)} queries wait.",
            remedy="Try again in a few seconds.",
            retry_after=self._retry_after(),
        )

    def _too_late(self) -> OverloadedError:
        if self.lost:
            return restarting()
        return OverloadedError(
            "No engine process became free in time.",
            remedy="Try again later, or allow more time.",
            retry_after=self._retry_after(),
        )

    def _retry_after(self) -> int:
        """Seconds until the first of the running queries must have ended, at least 1."""
        deadlines = [w.deadline for w in tuple(self._busy) if w.deadline is not None]
        return max(1, round(min(deadlines, default=0.0) - time.monotonic()))

    def _let_go_on(self, lane: Lane, late: float, room: int) -> list[Worker]:
        """Have the long queries of a lane count as long; give those that find no room."""
        of_lane = [w for w in tuple(self._busy) if w.lane is lane]
        room -= sum(worker.pace is Pace.LONG for worker in of_lane)
        found = sorted(
            (w for w in of_lane if w.pace is Pace.NORMAL and w.since < late), key=lambda w: w.since
        )
        for worker in found[: max(room, 0)]:
            worker.pace = Pace.LONG
        return found[max(room, 0) :]


def _closing() -> OverloadedError:
    return OverloadedError("The engine is shutting down.", retry_after=10)
