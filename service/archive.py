"""Snapshots besides the served one: opened from disk when a permanent link asks for one of them."""

from __future__ import annotations

import re
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from kg.engines.embedded import EmbeddedEngine
from kg.engines.engine import Engine
from kg.engines.settings import PoolSettings
from kg.errors import NotFoundError
from kg.snapshot import SnapshotError, SnapshotNotFoundError, hold, open_snapshot
from service.reading import Reading

#: Snapshots that stay open when nobody reads them any more: each has a few processes.
OPEN = 2
_ID = re.compile(r"[0-9a-f]{12}(\.[1-9][0-9]{0,17})?")


def is_snapshot_id(name: str) -> bool:
    """True for what may be the id of a snapshot on a shelf."""
    return _ID.fullmatch(name) is not None


class NotKeptError(NotFoundError):
    """A snapshot that is not here, or not here any more."""

    http_status = 404
    title = "Snapshot not kept"

    def __init__(self, name: str, reason: str = "") -> None:
        super().__init__(
            f"The snapshot {name[:40]!r} is not kept here{reason}, so what it answered cannot be "
            "shown again.",
            remedy="Leave out `snapshot` to ask the data as they are now.",
        )


@dataclass(slots=True)
class _Open:
    """An open snapshot; ``users`` read it now."""

    reading: Reading
    closing: ExitStack
    users: int = 0


class Archive:
    """The snapshots on the shelf ``root``. Safe to use from many threads.

    A snapshot is opened when it is first asked for, read from its store on disk, and held on the
    shelf while it is open. The few that were used last stay open.
    """

    def __init__(self, root: Path, settings: PoolSettings) -> None:
        self._root = root
        self._settings = replace(settings, workers=1, light=0, from_disk=True)
        self._open: OrderedDict[str, _Open] = OrderedDict()
        self._lock = threading.Lock()

    @contextmanager
    def opened(self, name: str, measured: Callable[[Engine], Engine]) -> Iterator[Reading]:
        """Read the snapshot with the id ``name``; ``measured`` wraps its engine when it is opened.

        Raises :class:`NotKeptError` where it is not here or cannot be used.
        """
        with self._lock:
            kept = self._open.get(name) or self._started(name, measured)
            self._open[name] = kept
            self._open.move_to_end(name)
            kept.users += 1
        try:
            yield kept.reading
        finally:
            with self._lock:
                kept.users -= 1
                self._close_surplus()

    def close(self) -> None:
        """End the processes of all open snapshots."""
        with self._lock:
            for kept in self._open.values():
                kept.closing.close()
            self._open.clear()

    def _started(self, name: str, measured: Callable[[Engine], Engine]) -> _Open:
        if not is_snapshot_id(name):
            raise NotKeptError(name)
        with ExitStack() as closing:
            try:
                snapshot = open_snapshot(self._root, name)
                closing.enter_context(hold(snapshot))
            except (SnapshotNotFoundError, FileNotFoundError):
                raise NotKeptError(name) from None
            except SnapshotError as error:
                raise NotKeptError(name, f" in a usable state ({error.message})") from error
            engine = EmbeddedEngine(snapshot, self._settings)
            closing.callback(engine.close)
            return _Open(Reading(measured(engine)), closing.pop_all())

    def _close_surplus(self) -> None:
        """Close the snapshots used longest ago, but none that is read."""
        for name in [name for name, kept in self._open.items() if not kept.users]:
            if len(self._open) <= OPEN:
                return
            self._open.pop(name).closing.close()
