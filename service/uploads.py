"""What clients send to be stored: kept in files of their own, never in memory, until it is stored.

The files stand in ``<root>/.uploads``, which nobody else may look into, and are gone when their
request ends. Those that a dead service left are removed when the next one starts.
"""

from __future__ import annotations

import errno
import hashlib
import os
import shutil
import tempfile
import threading
from pathlib import Path
from typing import IO, Self

from kg.engines.engine import OverloadedError
from kg.errors import CritmatError
from service.limits import body_too_large

FOLDER = ".uploads"
#: Where the gateway leaves the :class:`Upload` of a request.
UPLOAD = "critmat.upload"
#: Uploads that may be kept at a time; so many times the largest one is what the disk must hold,
#: twice, since a document and its quads are both kept.
AT_ONCE = 8


class NoRoomForUploadError(CritmatError):
    """The disk has no room for what the client sends, or cannot be written."""

    http_status = 507
    title = "No room for the upload"


class Uploads:
    """Keeps uploads of up to ``limit`` bytes under ``root``. Safe to use from many threads."""

    def __init__(self, root: Path, limit: int, at_once: int = AT_ONCE) -> None:
        """Remove what a service before left."""
        self.limit = limit
        self.folder = root / FOLDER
        self._places = threading.BoundedSemaphore(at_once)
        shutil.rmtree(self.folder, ignore_errors=True)

    def begin(self) -> Upload:
        """Begin an upload.

        Raises :class:`~kg.engines.engine.OverloadedError` while too many are kept,
        :class:`NoRoomForUploadError`.
        """
        if not self._places.acquire(blocking=False):
            raise OverloadedError("Too many documents are being sent at once.", retry_after=5)
        try:
            # Not before: on a disk that is full the service begins all the same.
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            return Upload(self.folder, self.limit, self._places)
        except BaseException as error:
            self._places.release()
            if isinstance(error, OSError):
                raise no_room(error) from error
            raise


class Upload:
    """One upload: written from one thread, then read at ``path``; ``close`` removes it."""

    def __init__(
        self, folder: Path, limit: int, place: threading.BoundedSemaphore | None = None
    ) -> None:
        handle, name = tempfile.mkstemp(dir=folder)
        self.path = Path(name)
        self.limit = limit
        self.size = 0
        self._sum = hashlib.sha256()
        self._file: IO[bytes] = os.fdopen(handle, "wb")
        self._place = place

    @property
    def sha256(self) -> str:
        """The checksum of what was written so far, in hex."""
        return self._sum.hexdigest()

    def beside(self, limit: int) -> Upload:
        """Another file for the same request, such as a part of it or what was made of it."""
        try:
            return Upload(self.path.parent, limit)
        except OSError as error:
            raise no_room(error) from error

    def write(self, data: bytes) -> None:
        """Add to it.

        Raises :class:`~service.limits.BodyTooLargeError` beyond the limit,
        :class:`NoRoomForUploadError`.
        """
        self.size += len(data)
        if self.size > self.limit:
            raise body_too_large(self.limit)
        self._sum.update(data)
        try:
            self._file.write(data)
        except OSError as error:
            raise no_room(error) from error

    def finish(self) -> None:
        """Have all of it in the file; raises :class:`NoRoomForUploadError`."""
        try:
            self._file.flush()
        except OSError as error:
            raise no_room(error) from error

    def close(self) -> None:
        """Remove it; safe to call twice."""
        try:
            self._file.close()
        except OSError:
            pass  # what could not be written is not wanted any more
        finally:
            self.path.unlink(missing_ok=True)
            if self._place is not None:
                self._place.release()
                self._place = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()


def no_room(error: OSError) -> NoRoomForUploadError:
    """The error for a disk that does not take what is sent."""
    full = error.errno in {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
    return NoRoomForUploadError(
        "The disk has no room for what was sent."
        if full
        else f"What was sent cannot be kept: {error.strerror or error}.",
        remedy="Tell whoever runs this service; nothing was changed.",
    )
