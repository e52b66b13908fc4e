"""The writer as the service sees it: many threads ask for changes, one thread has them made."""

from __future__ import annotations

import atexit
import logging
import threading
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Self

from kg.errors import CritmatError
from kg.snapshot import Snapshot
from kg.snapshot.locks import writing
from kg.writer.batches import BatchWriter
from kg.writer.change import AddQuads, Change, ReplaceGraph, UpdateText, Written
from kg.writer.failure import StorageFullError, closed, too_large
from kg.writer.job import Job, JobQueue
from kg.writer.settings import WriterSettings

_LOG = logging.getLogger(__name__)
#: Seconds that :meth:`Writer.close` lets what waits go on; then it is broken off.
_DRAIN = 5.0


class Writer:
    """Applies changes to the current snapshot of a root. Safe to use from many threads."""

    def __init__(
        self, root: Path, settings: WriterSettings, published: Callable[[Snapshot], None]
    ) -> None:
        """Take the lock on ``root`` and start the writer process.

        ``published`` is called with each new snapshot before :meth:`apply` returns. Raises
        :class:`~kg.snapshot.locks.ShelfInUseError` where another service writes there,
        :class:`~kg.snapshot.locks.ReadOnlyShelfError` where nobody can,
        :class:`~kg.snapshot.SnapshotNotFoundError` where there is no snapshot yet, and
        :class:`~kg.writer.failure.WriterError` where the process does not come up. On a full disk
        nothing is raised: it comes up with the first change that finds room.
        """
        self._settings = settings
        self._queue = JobQueue(settings.queue)
        self._held = ExitStack()
        lock = self._held.enter_context(writing(root))
        try:
            self._batches = BatchWriter(root, settings, lock, published)
            self._started = threading.Event()
            self._refused: CritmatError | None = None
            # The process dies with the thread that started it, so that one lasts as long.
            self._thread = threading.Thread(target=self._work, name="writer", daemon=True)
            self._thread.start()
            self._started.wait()
            if self._refused is not None:
                raise self._refused
        except BaseException:
            self._held.close()
            raise
        atexit.register(self.close)

    @property
    def snapshot(self) -> Snapshot:
        """The current snapshot: what was acknowledged is in it."""
        return self._batches.snapshot

    def apply(
        self,
        change: Change,
        *,
        timeout: float | None = None,
        begun: Callable[[], None] | None = None,
    ) -> Written:
        """Make a change and wait until it is committed and published.

        ``timeout`` is in seconds, waiting included; ``begun`` is called, by another thread, when
        the change has its turn. What raises was not applied (but for
        :class:`~kg.writer.failure.DoubtfulCommitError`). Raises
        :class:`~kg.engines.engine.OverloadedError` where too many wait or it did not get its turn,
        :class:`~kg.engines.engine.DeadlineExceededError`,
        :class:`~kg.engines.engine.MemoryExceededError`,
        :class:`~kg.engines.engine.QueryTooLargeError`,
        :class:`~kg.engines.engine.MalformedQueryError`,
        :class:`~kg.writer.failure.UpdateFailedError`,
        :class:`~kg.writer.failure.GraphNotFoundError`, and
        :class:`~kg.writer.failure.WriterError` where the disk or the process fails.
        """
        size = _size(change)
        if size > self._settings.largest_change:
            raise too_large(size, self._settings.largest_change)
        job = Job(change, self._settings.timeout if timeout is None else timeout, begun)
        self._queue.put(job)
        return job.wait()

    def ready(self) -> bool:
        """True while changes can be made."""
        return not self._queue.closed and self._batches.ready()

    def pids(self) -> tuple[int, ...]:
        """The process id of the writer process, where one runs."""
        pid = self._batches.pid
        return () if pid is None else (pid,)

    def close(self) -> None:
        """Take no more changes, make those that wait, for some seconds, and stop."""
        atexit.unregister(self.close)
        self._queue.close()
        self._thread.join(_DRAIN)
        if self._thread.is_alive():
            self._batches.stop()
            self._thread.join()
        self._held.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

    def _work(self) -> None:
        try:
            self._batches.prepare()
        except StorageFullError:
            # Reading needs no room, and each change asks for it anew.
            _LOG.warning("the disk is full: changes are refused until there is room")
        except CritmatError as error:
            self._refused = error
            return
        finally:
            self._started.set()
        try:
            while jobs := self._queue.take(self._settings.batch):
                self._batches.write(jobs)
        finally:
            self._queue.close()
            for job in self._queue.take(self._settings.queue):
                job.fail(closed())
            self._batches.close()


def _size(change: Change) -> int:
    match change:
        case UpdateText(text):
            return len(text.encode("utf-8", "replace"))
        case ReplaceGraph(quads=quads) | AddQuads(quads=quads):
            return quads.stat().st_size
    return 0
