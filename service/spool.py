"""An answer is kept until it is whole, and only then sent, with its length.

The server cannot break off a response that it has begun: when the iterator of a WSGI response
raises, granian ends the chunked body as if it were complete (seen with 2.8.7), and a table of
which the last rows are missing would look whole. So the first byte goes out when the last one is
here: a query that fails midway still gets its proper status, and an engine is free again as soon
as it has answered, however slowly the client reads. Should the kept answer itself be unreadable
later, fewer bytes than announced are sent, which the server does end abnormally.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from tempfile import SpooledTemporaryFile
from typing import IO

from kg.engines.engine import (
    AbandonedError,
    Abandonment,
    Answer,
    BrokenAnswerError,
    OverloadedError,
    QueryError,
)
from service.compression import Encoding, compressor

#: Answers up to this many bytes stay in memory and do not keep a thread while they are sent.
IN_MEMORY = 1024 * 1024
_CHUNK = 256 * 1024


class AnswerTooLargeError(QueryError):
    """The answer is larger than this service sends."""

    http_status = 507
    title = "The answer is too large"


class NoRoomError(QueryError):
    """The disk has no room for the answer."""

    http_status = 507
    title = "No room for the answer"


class Spool:
    """Keeps answers; at most ``at_once`` large ones, whose sending each holds a thread."""

    def __init__(self, *, limit: int, at_once: int) -> None:
        self.limit = limit
        self._large = threading.BoundedSemaphore(at_once)

    def keep(self, answer: Answer) -> KeptAnswer:
        """Read an answer to its end and close it.

        Raises :class:`AnswerTooLargeError` beyond the limit, :class:`OverloadedError` while too
        many large answers are being sent, and what the answer itself raises.
        """
        file = SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115 - lives on in the answer
        held = False
        size = 0
        try:
            with answer:
                for chunk in answer:
                    size += len(chunk)
                    if size > self.limit:
                        raise AnswerTooLargeError(
                            f"The answer has more than {self.limit // 2**20} MiB.",
                            remedy="Ask for fewer columns or rows, for example with LIMIT.",
                        )
                    if size > IN_MEMORY and not held:
                        if not self._large.acquire(blocking=False):
                            raise OverloadedError(
                                "Too many large answers are being sent.", retry_after=5
                            )
                        held = True
                    file.write(chunk)
        except BaseException as error:
            file.close()
            if held:
                self._large.release()
            if isinstance(error, BrokenAnswerError) and isinstance(error.__cause__, QueryError):
                # Nothing of it was sent yet: what broke it is what the client gets.
                raise error.__cause__ from None
            if isinstance(error, OSError):
                raise _no_room(error) from error
            raise
        return KeptAnswer(file, size, self._large if held else None)


class KeptAnswer:
    """A whole answer. ``size`` is in bytes; iterate once, then ``close``."""

    def __init__(self, file: IO[bytes], size: int, held: threading.BoundedSemaphore | None) -> None:
        self.size = size
        self._file = file
        self._held = held

    @property
    def in_memory(self) -> bool:
        """True where :meth:`read` costs little."""
        return self._held is None

    def read(self) -> bytes:
        """All of it."""
        self._file.seek(0)
        return self._file.read()

    def __iter__(self) -> Iterator[bytes]:
        self._file.seek(0)
        while chunk := self._file.read(_CHUNK):
            yield chunk

    def compressed(self, encoding: Encoding, asker: Abandonment | None = None) -> KeptAnswer:
        """The same answer in an encoding; this one is let go of, whatever happens.

        Raises :class:`NoRoomError`, and :class:`~kg.engines.engine.AbandonedError` where
        ``asker`` goes meanwhile.
        """
        file = SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115 - lives on in the answer
        stream = compressor(encoding, self.size)
        size = 0
        try:
            for chunk in self:
                if asker is not None and asker.gone:
                    raise AbandonedError("The client has gone.")
                size += file.write(stream.add(chunk))
            size += file.write(stream.finish())
        except BaseException as error:
            file.close()
            self.close()
            if isinstance(error, OSError):
                raise _no_room(error) from error
            raise
        held = None
        if size > IN_MEMORY:
            held, self._held = self._held, None
        self.close()
        return KeptAnswer(file, size, held)

    def close(self) -> None:
        """Let go of the file; safe to call twice."""
        self._file.close()
        if self._held is not None:
            self._held.release()
            self._held = None


def _no_room(error: OSError) -> NoRoomError:
    # Not ``strerror``: where no folder for temporary files has room, that names the folders.
    reason = os.strerror(error.errno) if error.errno else "the system gives no reason"
    return NoRoomError(
        f"The answer could not be kept until it was whole: {reason}.",
        remedy="Ask for fewer columns or rows, for example with LIMIT.",
    )
