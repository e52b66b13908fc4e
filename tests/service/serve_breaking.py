"""Serve with an engine, and a store of kept answers, that break in the middle.

The query text chooses: "engine" breaks while the engine answers, "kept" while the answer is sent.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Self

from kg.engines.engine import BrokenAnswerError, Query, QueryForm
from service import spool
from service.server import serve
from service.settings import Settings

ROWS = b"a,b\r\n" * 50_000


class LongAnswer:
    """Two megabytes; breaks after the first where the query says so."""

    form = QueryForm.SOLUTIONS
    media_type = "text/csv"
    snapshot_id = "breaking"

    def __init__(self, query: str) -> None:
        self.query = query

    def __iter__(self) -> Iterator[bytes]:
        if self.query.startswith("ASK"):
            yield b'{"head":{},"boolean":true}'
            return
        for part in range(8):
            if self.query == "engine" and part == 5:
                raise BrokenAnswerError("The engine is gone.")
            yield ROWS

    def read(self) -> bytes:
        return b"".join(self)

    def close(self) -> None:
        pass

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        pass


class BreakingEngine:
    """Answers everything with a long table."""

    snapshot_id = "breaking"

    def query(self, query: Query) -> LongAnswer:
        if "kept" in query.text:
            spool.KeptAnswer.__iter__ = _unreadable  # type: ignore[method-assign]
        return LongAnswer(query.text)

    def ready(self) -> bool:
        return True

    def close(self) -> None:
        pass


def _unreadable(kept: spool.KeptAnswer) -> Iterator[bytes]:
    yield kept.read()[:100_000]
    raise OSError("the disk is gone")


def make_engine(_settings: Settings) -> BreakingEngine:
    return BreakingEngine()


if __name__ == "__main__":
    serve(Settings.read(os.environ), make_engine)
