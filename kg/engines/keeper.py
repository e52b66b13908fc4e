"""The keeper of the engine processes: a thread that has them forked, watched and replaced.

It is the only one that talks to the zygote, but for killing, which anybody may at any moment. It
forks what is missing, kills those that nobody stops at their deadline, starts a new zygote when
the old one has died, and brings up the first process of a snapshot that is to be read from now on.
It waits for no process to end. Those that are ending still hold memory, so there may be no more of
them than of those that take queries: until some are gone, none is forked.
"""

from __future__ import annotations

import logging
import socket
import threading
import time
from concurrent.futures import Future
from concurrent.futures import TimeoutError as FutureTimeoutError
from contextlib import ExitStack, suppress
from queue import Empty, SimpleQueue

from kg.engines.nursery import Nursery, NurseryLostError, StartError, Worker
from kg.engines.roster import Roster
from kg.engines.settings import PoolSettings
from kg.snapshot import Snapshot, hold

_LOG = logging.getLogger(__name__)
_TICK = 0.1  # seconds between looks at deadlines, at who waits, and at the zygote
_GRACE = 0.5  # seconds that a query's own thread has to stop it after its deadline
_RETRY = 1.0  # seconds before a second attempt to start a zygote; each attempt doubles them
_LONGEST_RETRY = 60.0  # seconds; also what a zygote must live for its death to be the first again
_MOVE = 30.0  # seconds that the first process of another snapshot may take; milliseconds are usual


class _Move:
    """Another snapshot to be read from now on, and where it is said that it is."""

    def __init__(self, snapshot: Snapshot) -> None:
        self.snapshot = snapshot
        self.done: Future[None] = Future()


class Keeper:
    """Keeps as many engine processes on the roster as there should be."""

    def __init__(self, roster: Roster, *, on_disk: bool, settings: PoolSettings) -> None:
        """Start all processes and wait for them. Raises :class:`StartError`."""
        self._roster = roster
        self._settings = settings
        self._loaded = None if on_disk else roster.snapshot.data
        self._moves: SimpleQueue[_Move] = SimpleQueue()
        self._closing = threading.Event()
        self._bell, self._clapper = socket.socketpair()
        self._bell.setblocking(False)
        self._clapper.setblocking(False)
        self._said_unconfined = False
        self._started = 0.0
        self._deaths = 0  # of zygotes, one soon after the other
        self._held = ExitStack()
        try:
            self._held.enter_context(hold(roster.snapshot))
            self.nursery = self._start()
        except BaseException:
            self._held.close()
            raise
        try:
            for _ in range(settings.workers + settings.light):
                roster.add(self._fork())
        except BaseException:
            self._shut_down()
            raise
        self._thread = threading.Thread(target=self._keep, name="engine-keeper", daemon=True)
        self._thread.start()

    def discard(self, worker: Worker) -> None:
        """Kill a process that is on the roster no more, and have it replaced, without waiting."""
        worker.socket.close()
        worker.nursery.kill(worker)
        self._ring()

    def move_to(self, snapshot: Snapshot) -> None:
        """See :meth:`kg.engines.pool.Pool.move_to`."""
        move = _Move(snapshot)
        self._moves.put(move)
        self._ring()
        if self._closing.is_set():
            raise StartError("The engine is shutting down.")
        try:
            move.done.result(_MOVE)
        except FutureTimeoutError:
            raise StartError(
                f"No engine process could open the snapshot {snapshot.id} within {_MOVE:g} s.",
                remedy="Look whether the machine has memory and processor time left.",
            ) from None

    def stop(self) -> None:
        """Ask the thread to end; :meth:`join` waits for it."""
        self._closing.set()
        self._ring()

    def join(self) -> None:
        """Wait until all processes have ended."""
        self._thread.join()

    def _ring(self) -> None:
        with suppress(OSError):  # it rings already, or nobody listens any more
            self._clapper.send(b"!")

    # What follows runs in the keeper's thread.

    def _keep(self) -> None:
        while not self._closing.is_set():
            try:
                self.nursery.listen(_TICK, self._bell)
                with suppress(BlockingIOError):
                    self._bell.recv(4096)
                self._carry_out_moves()
                self._look_around()
            except NurseryLostError:
                self._restart()
        self._shut_down()

    def _look_around(self) -> None:
        """See to deadlines, to those who wait, and to processes that have died."""
        for worker in self._roster.overdue(time.monotonic() - _GRACE):
            # Its reader has gone to sleep; the socket ends for it, and it has the process retired.
            self.nursery.kill(worker)
        for worker in self._roster.slow():
            worker.slow_down()
        for worker in self._roster.stop_long():
            # Its reader is told at once; a large process takes a while to end.
            self.nursery.kill(worker)
            worker.hang_up()
        for worker in self._roster.bury():
            self.discard(worker)
        self._top_up()

    def _top_up(self) -> None:
        """Fork a process where one is missing and no more are dying than may."""
        most = self._settings.workers + self._settings.light
        if self._roster.missing() <= 0 or self.nursery.dying >= most:
            return
        try:
            self._roster.add(self._fork())
        except StartError as error:
            _LOG.error("an engine process could not be started: %s", error)
            self._closing.wait(_TICK)
        if self._roster.missing() > 0:
            self._ring()  # to look at all else before the next

    def _fork(self) -> Worker:
        snapshot, number = self._roster.snapshot, self._roster.number
        worker = self.nursery.fork(snapshot, loaded=self._loaded is not None)
        worker.number = number
        if worker.unconfined and not self._said_unconfined:
            self._said_unconfined = True
            _LOG.warning(
                "engine processes are not cut off from the network (%s); "
                "queries with SERVICE are still refused",
                worker.unconfined,
            )
        return worker

    def _carry_out_moves(self) -> None:
        """Turn to the last of the snapshots that were asked for."""
        moves = _all_of(self._moves)
        if not moves:
            return
        snapshot = moves[-1].snapshot
        try:
            try:
                self._turn_to(snapshot)
            except NurseryLostError:
                self._restart()
                self._turn_to(snapshot)
        except (NurseryLostError, StartError) as error:
            lost = StartError("The engine processes have died.", remedy="Try again.")
            for move in moves:
                move.done.set_exception(error if isinstance(error, StartError) else lost)
            return
        for move in moves:
            move.done.set_result(None)

    def _turn_to(self, snapshot: Snapshot) -> None:
        if snapshot.id == self._roster.snapshot.id:
            return
        held = ExitStack()
        try:
            held.enter_context(hold(snapshot))
            worker = self.nursery.fork(snapshot, loaded=False)
        except OSError as error:
            raise StartError(f"The snapshot {snapshot.id} cannot be opened: {error}.") from error
        except BaseException:
            held.close()
            raise
        self._roster.turn_to(snapshot, worker)
        self._loaded = None
        self._held.close()
        self._held = held

    def _start(self) -> Nursery:
        nursery = Nursery(
            self._loaded,
            memory=self._settings.memory,
            start_timeout=self._settings.start_timeout,
        )
        self._started = time.monotonic()
        return nursery

    def _restart(self) -> None:
        """Start a new zygote; the engine processes of the old one have died with it."""
        if self._closing.is_set():
            return
        _LOG.error("the zygote %d has died; starting another", self.nursery.pid)
        self._clear()
        if time.monotonic() - self._started > _LONGEST_RETRY:
            self._deaths = 0
        while not self._closing.wait(self._pause()):
            self._deaths += 1
            try:
                self.nursery = self._start()
                self._roster.lost = False
                return
            except StartError as error:
                _LOG.error("%s", error)

    def _pause(self) -> float:
        """Seconds to wait before a zygote is started: none the first time."""
        return min(_RETRY * 2 ** (self._deaths - 1), _LONGEST_RETRY) if self._deaths else 0.0

    def _clear(self) -> None:
        idle = self._roster.clear(lost=True)
        self.nursery.close()
        for worker in idle:
            worker.socket.close()

    def _shut_down(self) -> None:
        self._clear()
        for move in _all_of(self._moves):
            move.done.set_exception(StartError("The engine is shutting down."))
        self._held.close()
        self._bell.close()
        self._clapper.close()


def _all_of(queue: SimpleQueue[_Move]) -> list[_Move]:
    """Everything that is in a queue now."""
    found = []
    while True:
        try:
            found.append(queue.get_nowait())
        except Empty:
            return found
