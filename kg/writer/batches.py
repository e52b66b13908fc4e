"""Batches: changes are applied and published together, whatever becomes of the process.

Changes are applied one by one, so it is known which one a process died on; then all of them are
published together. Before that nothing has happened: where something fails, the one at fault is
told, and the others are done again on a new working copy. Whether a batch was published when its
process died is what ``current`` says.
"""

from __future__ import annotations

import logging
import signal
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path

from kg.engines.engine import MemoryExceededError
from kg.errors import CritmatError
from kg.snapshot import Snapshot, open_snapshot
from kg.snapshot.durable import flush_path, sweep
from kg.snapshot.line import discard_newer, newest, prune_lines
from kg.snapshot.shelf import current_id
from kg.writer.child import FailedError, LostError, SlowError, WriterProcess
from kg.writer.failure import (
    DoubtfulCommitError,
    WriterError,
    closed,
    of_exit,
    of_storage,
    reason_of,
    too_slow,
    too_slow_disk,
)
from kg.writer.job import Job
from kg.writer.settings import WriterSettings

_LOG = logging.getLogger(__name__)
#: A fresh process takes over after so many commits: the log of the store's own files, which is
#: copied with each, grows by about a kilobyte every time.
_RECYCLE_AFTER = 500
#: What can become of a job before it is published: whether the graph is new, or why not.
Outcome = tuple[Job, bool | CritmatError]


class BatchWriter:
    """Used by one thread, but for :meth:`stop`, :meth:`ready` and :attr:`pid`."""

    def __init__(
        self,
        root: Path,
        settings: WriterSettings,
        lock: int,
        published: Callable[[Snapshot], None],
    ) -> None:
        """``lock`` is the open file that holds the lock on ``root``."""
        self._root, self._settings, self._lock = root, settings, lock
        self._published = published
        self._child: WriterProcess | None = None
        self._stopping = threading.Event()
        sweep(root)
        self.snapshot = open_snapshot(root)
        self._newest = newest(root, self.snapshot.id)

    def prepare(self) -> WriterProcess:
        """Have a process at hand. Raises :class:`~kg.errors.CritmatError` where none comes up."""
        if self._child is not None and not self._child.alive():
            self._lay_down()
        if self._child is None:
            try:
                self._child = WriterProcess(self._root, self._settings, self._lock)
            except OSError as error:
                raise of_storage(str(error)) from error
            if self._child.unconfined:
                _LOG.warning(
                    "the writer process is not cut off the network: %s", self._child.unconfined
                )
        return self._child

    def write(self, jobs: Sequence[Job]) -> None:
        """Apply and publish what can be; every job is told what became of it."""
        groups = deque([list(jobs)])
        try:
            while groups:
                group = groups.popleft()
                if self._stopping.is_set():
                    _fail(group, closed())
                else:
                    groups.extendleft(reversed(self._attempt(group)))
        except Exception as error:
            _LOG.exception("the writer failed on a batch")
            doubt = DoubtfulCommitError(
                f"The writer failed ({type(error).__name__}), and it is not known whether this "
                "change is applied.",
                remedy="Look whether it is, before trying again.",
            )
            _fail([*jobs], doubt)
            self._lay_down()
        if not self._stopping.is_set():
            with suppress(CritmatError):  # said to whoever comes next
                self.prepare()

    def ready(self) -> bool:
        """True while a process is at hand."""
        return self._child is not None and self._child.alive()

    @property
    def pid(self) -> int | None:
        """The process at hand."""
        return self._child.pid if self._child is not None else None

    def stop(self) -> None:
        """Do not begin anything more, and break off what runs."""
        self._stopping.set()
        if self._child is not None:
            self._child.kill()

    def close(self) -> None:
        """End the process."""
        if self._child is not None:
            self._child.end()
            self._child = None

    def _attempt(self, group: list[Job]) -> list[list[Job]]:
        """Apply and publish a group; give the groups that are to be tried again."""
        # What was applied is in the copy of this process alone: no other may publish it.
        child: WriterProcess | None = None
        done: list[Outcome] = []
        for index, job in enumerate(group):
            if not job.begin():
                continue
            if child is None:
                try:
                    child = self.prepare()
                except CritmatError as error:
                    _fail(group, error)
                    return []
            fresh = child.changes == 0
            child.changes += 1
            try:
                done.append((job, bool(child.ask(job.message, job.deadline)["created"])))
            except CritmatError as refused:
                done.append((job, refused))
            except (LostError, SlowError, FailedError) as failure:
                self._lay_down()
                again = [[job]] if self._doubtful(job, failure, child, fresh=fresh) else []
                if not again:
                    job.fail(self._error(failure, job, child))
                return [[job for job, _ in done], *again, group[index + 1 :]]
        if child is not None and any(isinstance(outcome, bool) for _, outcome in done):
            return self._publish(child, done)
        _tell(done, self.snapshot)
        return []

    def _publish(self, child: WriterProcess, done: list[Outcome]) -> list[list[Job]]:
        """Commit what was applied; give the groups that are to be tried again."""
        try:
            child.ask({"do": "commit"}, time.monotonic() + self._settings.commit_timeout)
        except (LostError, SlowError, FailedError) as failure:
            self._child = None
            if current_id(self._root) == self.snapshot.id:
                self._lay_down()
                return self._not_published(done, failure, child)
            try:
                flush_path(self._root)  # the switch is there; the disk may not have it yet
            except OSError as error:
                self._adopt()
                _fail([job for job, _ in done], _unconfirmed(error))
                return []
        self._adopt()
        _tell(done, self.snapshot)
        child.commits += 1
        if child.commits >= _RECYCLE_AFTER:
            self._lay_down()
        with suppress(OSError):
            prune_lines(self._root, self._settings.keep)
        return []

    def _not_published(
        self, done: list[Outcome], failure: Exception, child: WriterProcess
    ) -> list[list[Job]]:
        if len(done) > 1:
            return [[job] for job, _ in done]
        job, _ = done[0]
        if self._doubtful(job, failure, child, fresh=True):
            return [[job]]
        if isinstance(failure, SlowError):
            job.fail(too_slow_disk(self._settings.commit_timeout))
        else:
            job.fail(self._error(failure, job, child))
        return []

    def _adopt(self) -> None:
        """Go on from the snapshot that is current now, and have queries answered from it."""
        self.snapshot = open_snapshot(self._root)
        self._newest = newest(self._root, self.snapshot.id)
        try:
            self._published(self.snapshot)
        except Exception:  # the change is committed all the same
            _LOG.exception("queries could not be moved to the snapshot %s", self.snapshot.id)

    def _lay_down(self) -> None:
        """End the process and clear away what it had begun."""
        if self._child is not None:
            self._child.end()
            self._child = None
        with suppress(OSError):
            sweep(self._root)
            discard_newer(self._root, self._newest)

    def _doubtful(self, job: Job, failure: Exception, child: WriterProcess, *, fresh: bool) -> bool:
        """True, once for each job, where a process may have failed for another reason than it."""
        job.deaths += 1
        if job.deaths > 1:
            return False
        if isinstance(failure, FailedError):
            return not fresh and isinstance(failure.error, MemoryExceededError)
        return isinstance(failure, LostError) and (
            not fresh or child.status in (-signal.SIGKILL, -signal.SIGTERM)
        )

    def _error(self, failure: Exception, job: Job, child: WriterProcess) -> CritmatError:
        if isinstance(failure, SlowError):
            return too_slow(job.allowed)
        if isinstance(failure, FailedError):
            return failure.error
        return of_exit(child.status, self._settings.memory)


def _tell(done: Sequence[Outcome], snapshot: Snapshot) -> None:
    for job, outcome in done:
        if isinstance(outcome, bool):
            job.succeed(snapshot, created=outcome)
        else:
            job.fail(outcome)


def _fail(jobs: Sequence[Job], error: CritmatError) -> None:
    for job in jobs:
        job.fail(error)


def _unconfirmed(error: OSError) -> WriterError:
    _LOG.error("the disk does not confirm a commit: %s", error)
    return DoubtfulCommitError(
        "The change is applied, but the disk does not confirm that it holds it "
        f"({error.strerror or reason_of(str(error)) or 'no reason given'}).",
        remedy="Look at the disk of the service.",
    )
