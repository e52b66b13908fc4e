"""What goes wrong with a change, as a sentence and the right class of error.

In every case but :class:`DoubtfulCommitError` the change was not applied. The sentences are for
whoever sent the change, so they name no files of the service; those are for its log.
"""

from __future__ import annotations

import errno
import logging
import os
import re
import signal
from typing import Any

from kg.engines.engine import (
    DeadlineExceededError,
    MalformedDocumentError,
    MemoryExceededError,
    OverloadedError,
    QueryError,
    QueryTooLargeError,
)
from kg.engines.failure import malformed
from kg.errors import NotFoundError

#: Exit status of a writer process that got no memory.
OUT_OF_MEMORY = 3
_NOTHING = "Nothing of it was applied."
_LOG = logging.getLogger(__name__)
#: What the system says of what it will not do, the longest first: one may stand in another.
_REASONS = sorted({os.strerror(number) for number in errno.errorcode}, key=len, reverse=True)
_FULL = re.compile(r"no space left|file too large|quota exceeded", re.IGNORECASE)
_RETRY_AFTER = 5  # seconds


class UpdateFailedError(QueryError):
    """The update asks for what cannot be done, such as dropping a graph that is not there."""

    exit_status = 2
    http_status = 400
    title = "The update failed"


class GraphNotFoundError(NotFoundError):
    """There is no such graph."""

    title = "No such graph"


class WriterError(QueryError):
    """The writer process failed on a change, and it is not the fault of the change."""

    http_status = 503
    title = "The change could not be made"


class StorageFullError(WriterError):
    """The disk is full, or no file may grow further."""

    http_status = 507
    title = "No space left"


class DoubtfulCommitError(WriterError):
    """The change is applied, but the disk has not confirmed that it holds it."""

    http_status = 500
    title = "The disk does not answer"


class ClosedWriterError(OverloadedError):
    """The service is stopping, and takes no more changes."""

    title = "Stopping"


def of_reply(said: dict[str, Any], text: str, memory: int) -> QueryError | GraphNotFoundError:
    """The error that the writer process reported about a change; ``text`` is that of an update."""
    kind, message = said["kind"], said["message"]
    if kind == "syntax":
        return malformed(message, text)
    if kind == "evaluation":
        return UpdateFailedError(
            f"The update failed: {message.rstrip('.')}.",
            remedy=f"{_NOTHING} With SILENT, an operation on a graph may fail and the rest is "
            "done all the same.",
        )
    if kind == "missing":
        return GraphNotFoundError(
            f"There is no graph {message}.", remedy="A graph exists once something is in it."
        )
    if kind == "document":
        return MalformedDocumentError(
            f"The quads cannot be loaded: {message.rstrip('.')}.", remedy=_NOTHING
        )
    return of_process(kind, message, memory)


def of_process(kind: str, message: str, memory: int) -> QueryError:
    """The error that ended a writer process."""
    if kind == "memory":
        return too_much_memory(memory)
    if kind == "storage":
        return of_storage(message)
    return WriterError(
        f"The writer process failed: {message}.", remedy=f"{_NOTHING} Try again, in smaller steps."
    )


def of_storage(message: str) -> WriterError:
    """The error for what the disk would not do; ``message`` goes to the log."""
    _LOG.warning("the disk did not take a change: %s", message)
    said = f" ({reason})" if (reason := reason_of(message)) else ""
    if _FULL.search(message):
        return StorageFullError(
            f"The disk of the service is full{said}.",
            remedy=f"{_NOTHING} Queries go on. Make room, then try again; no restart is needed.",
        )
    return WriterError(
        f"The disk of the service failed{said}.", remedy=f"{_NOTHING} Queries go on."
    )


def reason_of(message: str) -> str:
    """What the system said, out of a message that may name files; empty where it is not known.

    >>> reason_of("IO error: While appending to file: /srv/a/000008.log: File too large")
    'File too large'
    """
    said = message.casefold()
    return next((reason for reason in _REASONS if reason.casefold() in said), "")


def too_slow_disk(seconds: float) -> WriterError:
    """The error for a disk that did not take a batch in its time in seconds."""
    return WriterError(
        f"The disk of the service failed (it took longer than {seconds:g} s).",
        remedy=f"{_NOTHING} Queries go on.",
    )


def of_exit(status: int | None, memory: int) -> QueryError:
    """The error for a writer process that ended on a change, by its wait status."""
    number = -status if status is not None and status < 0 else 0
    if number == signal.SIGABRT or status == OUT_OF_MEMORY:
        return too_much_memory(memory)  # the native code aborts when it gets no memory
    ended = f"signal {signal.Signals(number).name}" if number else f"status {status}"
    return WriterError(
        f"The change ended the writer process ({ended}).",
        remedy=f"{_NOTHING} Try again; if it happens again, in smaller steps.",
    )


def too_much_memory(memory: int) -> MemoryExceededError:
    """The error for a change over the limit of memory, in bytes."""
    return MemoryExceededError(
        f"The change needed more than {memory / 2**20:,.0f} MiB of memory and was stopped.",
        remedy=f"{_NOTHING} Make it in smaller steps.",
    )


def too_slow(seconds: float) -> DeadlineExceededError:
    """The error for a change over its time in seconds."""
    return DeadlineExceededError(
        f"The change was stopped after {seconds:g} s.",
        remedy=f"{_NOTHING} Make it in smaller steps, with more selective patterns.",
    )


def too_late(seconds: float) -> OverloadedError:
    """The error for a change that did not get its turn in its time in seconds."""
    return OverloadedError(
        f"Other changes took all of the {seconds:g} s.",
        remedy=f"{_NOTHING} Try again.",
        retry_after=_RETRY_AFTER,
    )


def queue_full(waiting: int) -> OverloadedError:
    """The error where too many changes wait already."""
    return OverloadedError(
        f"{waiting} changes are waiting already.",
        remedy=f"{_NOTHING} Try again in a few seconds.",
        retry_after=_RETRY_AFTER,
    )


def too_large(size: int, most: int) -> QueryTooLargeError:
    """The error for a change of more bytes than the writer takes."""
    return QueryTooLargeError(
        f"The change has {size:,} bytes; at most {most:,} are taken.",
        remedy="Make it in smaller steps.",
    )


def closed() -> ClosedWriterError:
    """The error while the service is stopping."""
    return ClosedWriterError(
        "The service is stopping and takes no more changes.",
        remedy=f"{_NOTHING} Try again in a minute.",
        retry_after=60,
    )


def describe(error: OSError) -> str:
    """What the system said; the store puts it into the message, Python into ``strerror``."""
    return os.strerror(error.errno) if error.errno else str(error)
