"""Who may change a shelf: one publication at a time, or one writing service for all its life.

Both are ``flock`` locks, so the system lets go of them when their process dies, however it dies.
"""

from __future__ import annotations

import errno
import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from kg.snapshot.shelf import SnapshotError

#: Files under the root that are locked. The first is held during one publication, the second by
#: whoever writes a line of snapshots (and shared by a publication, which keeps writers out).
PUBLISHING, WRITING = ".publishing", ".writing"

#: Seconds that a writer waits for the lock: that long the process of one that was killed may take
#: to be gone, since the disk may still work for it.
_PATIENCE = 5.0
_PAUSE = 0.02
_FULL = {errno.ENOSPC, errno.EDQUOT}
_READ_ONLY = {errno.EROFS, errno.EACCES, errno.EPERM}


class ShelfInUseError(SnapshotError):
    """Another process writes into this folder."""

    exit_status = 2
    title = "In use"


class ReadOnlyShelfError(SnapshotError):
    """The folder cannot be written to."""

    exit_status = 2
    title = "Read-only"


class FullShelfError(SnapshotError):
    """The disk has no room for so much as a file to lock."""

    exit_status = 2
    http_status = 507
    title = "No space left"


@contextmanager
def publishing(root: Path) -> Iterator[None]:
    """Be the only one who puts a snapshot on the shelf.

    Raises :class:`ShelfInUseError` while another process publishes or a service takes changes,
    :class:`ReadOnlyShelfError` where the folder cannot be written to.
    """
    with _opened(root, PUBLISHING) as lock, _opened(root, WRITING) as writing:
        if not _lock(lock, fcntl.LOCK_EX):
            raise ShelfInUseError(
                f"Another process is publishing a snapshot under {root}.",
                remedy="Wait until it has finished, then try again.",
            )
        if not _lock(writing, fcntl.LOCK_SH):
            raise ShelfInUseError(
                f"A service takes changes to the data under {root}, so nothing else can be "
                "published there.",
                remedy="Stop the service first, or use another folder.",
            )
        yield


@contextmanager
def writing(root: Path) -> Iterator[int]:
    """Be the only writer of the lines of a shelf; gives the open file that holds the lock.

    A process that inherits the file holds the lock too, until both are gone. Raises
    :class:`ShelfInUseError` and :class:`ReadOnlyShelfError`.
    """
    with _opened(root, WRITING) as lock:
        patient_until = time.monotonic() + _PATIENCE
        while not _lock(lock, fcntl.LOCK_EX):
            if time.monotonic() >= patient_until:
                raise ShelfInUseError(
                    f"Another service takes changes to the data under {root}, or a snapshot is "
                    "being published there.",
                    remedy="Stop the other one, or serve another folder.",
                )
            time.sleep(_PAUSE)
        yield lock


def is_written_to(root: Path) -> bool:
    """True while a service takes changes to the data under ``root``."""
    with suppress(OSError), (root / WRITING).open("rb") as lock:
        return not _lock(lock.fileno(), fcntl.LOCK_SH)
    return False


def refused(root: Path, error: OSError) -> OSError | SnapshotError:
    """What to raise where the system would not let us write: a sentence if it is about rights or
    room."""
    if error.errno in _FULL:
        return FullShelfError(
            f"The disk of {root} is full ({error.strerror}).", remedy="Make room, then try again."
        )
    if error.errno not in _READ_ONLY:
        return error
    return ReadOnlyShelfError(
        f"The folder {root} cannot be written to ({error.strerror}).",
        remedy="Give the user of the service the right to write there, "
        "or serve it without updates.",
    )


@contextmanager
def _opened(root: Path, name: str) -> Iterator[int]:
    try:
        handle = os.open(root / name, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    except OSError as error:
        raise refused(root, error) from error
    try:
        yield handle
    finally:
        os.close(handle)


def _lock(handle: int, kind: int) -> bool:
    try:
        fcntl.flock(handle, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
