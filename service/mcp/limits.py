"""What one call of a tool may use, whatever tool it is."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, Self

from kg.engines.engine import (
    Abandonment,
    Answer,
    DeadlineExceededError,
    Engine,
    Query,
    QueryForm,
)
from kg.errors import UsageError
from service.spool import AnswerTooLargeError

MIB = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Limits:
    """Limits of a call: seconds for all its queries together, MiB that an engine reads out, rows
    that may be asked for at once, and KiB of what is handed to the model."""

    timeout: float = 30.0
    max_answer_mib: int = 64
    max_rows: int = 1_000
    max_result_kib: int = 512

    def __post_init__(self) -> None:
        """Refuse what cannot work; raises :class:`~kg.errors.UsageError`."""
        if not 0 < self.timeout <= 3600:
            raise UsageError("timeout: between 0 and 3600 seconds are needed.")
        if min(self.max_answer_mib, self.max_rows, self.max_result_kib) < 1:
            raise UsageError("max_answer_mib, max_rows and max_result_kib: at least 1 is needed.")


class LimitedEngine:
    """An engine as one call sees it: all its queries share one deadline and one asker."""

    def __init__(self, engine: Engine, limits: Limits, asker: Abandonment) -> None:
        self._engine = engine
        self._limits = limits
        self._asker = asker
        self._end = time.monotonic() + limits.timeout

    @property
    def snapshot_id(self) -> str:
        """The snapshot that answers come from."""
        return self._engine.snapshot_id

    def query(self, query: Query) -> LimitedAnswer:
        """Start a query with what is left of the time of the call.

        Raises what :meth:`~kg.engines.engine.Engine.query` raises.
        """
        left = self._end - time.monotonic()
        if left <= 0:
            raise self._late()
        mine = replace(query, timeout=min(left, query.timeout or left), asker=self._asker)
        try:
            return LimitedAnswer(self._engine.query(mine), self._limits.max_answer_mib)
        except DeadlineExceededError:
            raise self._late() from None

    def _late(self) -> DeadlineExceededError:
        return DeadlineExceededError(
            f"The call was stopped after {self._limits.timeout:g} s.",
            remedy="Ask for less: narrow the question, or make the patterns more selective.",
        )

    def ready(self) -> bool:
        """True while a query can be answered."""
        return self._engine.ready()

    def close(self) -> None:
        """Nothing: the engine belongs to the server."""


class LimitedAnswer:
    """An answer that is read up to a size."""

    def __init__(self, answer: Answer, most_mib: int) -> None:
        self._answer = answer
        self._most_mib = most_mib
        self.form: QueryForm = answer.form
        self.media_type = answer.media_type
        self.snapshot_id = answer.snapshot_id

    def __iter__(self) -> Iterator[bytes]:
        """Give the chunks; raises :class:`~service.spool.AnswerTooLargeError` beyond the size."""
        size = 0
        for chunk in self._answer:
            size += len(chunk)
            if size > self._most_mib * MIB:
                self.close()
                raise AnswerTooLargeError(
                    f"The answer is larger than {self._most_mib} MiB.",
                    remedy="Ask for less: narrow the query, or give it a LIMIT.",
                )
            yield chunk

    def read(self) -> bytes:
        """All of the answer."""
        with self:
            return b"".join(self)

    def close(self) -> None:
        """Stop the query if it still runs."""
        self._answer.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()


def fitting(items: list[Any], sizes: list[int], most: int) -> int:
    """How many of the first items fit together: always one, so that nobody waits for ever.

    >>> fitting(["a", "b", "c"], [10, 10, 10], 25)
    2
    """
    used = 0
    for number, size in enumerate(sizes[: len(items)]):
        used += size
        if used > most:
            return max(number, 1)
    return len(items)
