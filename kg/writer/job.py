"""Jobs: changes that wait for the writer, in the order in which they came."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any

from kg.errors import CritmatError
from kg.snapshot import Snapshot
from kg.writer.change import Change, Written, as_message
from kg.writer.failure import closed, queue_full, too_late

#: Seconds that a change has at least which must be done again since another one broke off.
_GRACE = 5.0
#: And one that is tried again since the process may have died on it by chance.
_RETRIAL = 1.0


class Job:
    """A change and whoever waits for it."""

    def __init__(
        self, change: Change, allowed: float, begun: Callable[[], None] | None = None
    ) -> None:
        self._tell_begun = begun
        self.message: dict[str, Any] = as_message(change)
        #: Seconds that it was given, and the moment (``time.monotonic``) at which they end.
        self.allowed = allowed
        self.deadline = time.monotonic() + allowed
        #: Writer processes that died on it.
        self.deaths = 0
        self._future: Future[Written] = Future()
        self._begun = False

    def begin(self) -> bool:
        """Say that it is its turn; ``False`` where it is too late for that."""
        if self._begun:
            # It had its turn, and was not at fault that this came to nothing.
            grace = _GRACE if not self.deaths else _RETRIAL
            self.deadline = max(self.deadline, time.monotonic() + grace)
            return True
        if time.monotonic() >= self.deadline:
            self._future.cancel()
        self._begun = self._future.set_running_or_notify_cancel()
        if self._begun and self._tell_begun is not None:
            self._tell_begun()
        return self._begun

    def succeed(self, snapshot: Snapshot, *, created: bool) -> None:
        """Say that it is committed."""
        self._future.set_result(Written(snapshot, created))

    def fail(self, error: CritmatError) -> None:
        """Say that it was not applied, and why; what was said before stands."""
        if self._future.cancelled() or self._future.done():
            return
        self._future.set_exception(error)

    def wait(self) -> Written:
        """Wait until it is committed. Raises what :meth:`fail` was given."""
        try:
            return self._future.result(max(0.0, self.deadline - time.monotonic()))
        except TimeoutError:
            if self._future.cancel():
                raise too_late(self.allowed) from None
        return self._future.result()


class JobQueue:
    """Jobs from many threads for one."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._jobs: deque[Job] = deque()
        self._changed = threading.Condition()
        self._closed = False

    def put(self, job: Job) -> None:
        """Let a job wait. Raises :class:`~kg.engines.engine.OverloadedError`."""
        with self._changed:
            if self._closed:
                raise closed()
            if len(self._jobs) >= self._most:
                raise queue_full(len(self._jobs))
            self._jobs.append(job)
            self._changed.notify()

    def take(self, most: int) -> list[Job]:
        """Wait for jobs and give those that are there, the first ``most``; none after the end."""
        with self._changed:
            self._changed.wait_for(lambda: self._jobs or self._closed)
            return [self._jobs.popleft() for _ in range(min(most, len(self._jobs)))]

    def close(self) -> None:
        """Take no more jobs; those that wait are still given out."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()

    @property
    def closed(self) -> bool:
        """True after :meth:`close`."""
        return self._closed
