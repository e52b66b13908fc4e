"""Answers are kept until they are whole."""

from __future__ import annotations

import errno
import gzip
import os
from collections.abc import Iterator
from typing import Self

import pytest

from kg.engines.engine import (
    AbandonedError,
    Abandonment,
    BrokenAnswerError,
    DeadlineExceededError,
    OverloadedError,
    QueryForm,
)
from service.compression import _LEVELS, Encoding
from service.spool import IN_MEMORY, AnswerTooLargeError, NoRoomError, Spool


class Chunks:
    """An answer made of chunks; ``closed`` tells whether the engine was given back."""

    form = QueryForm.SOLUTIONS
    media_type = "text/csv"

    def __init__(self, *chunks: bytes | Exception) -> None:
        self.chunks = chunks
        self.closed = False

    def __iter__(self) -> Iterator[bytes]:
        for chunk in self.chunks:
            if isinstance(chunk, Exception):
                raise chunk
            yield chunk

    def read(self) -> bytes:
        return b"".join(self)

    def close(self) -> None:
        self.closed = True

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()


def test_a_small_answer_stays_in_memory() -> None:
    answer = Chunks(b"a", b"b")
    kept = Spool(limit=10, at_once=1).keep(answer)
    assert (kept.read(), kept.size, kept.in_memory, answer.closed) == (b"ab", 2, True, True)


def test_large_answers_are_limited_in_number() -> None:
    spool = Spool(limit=10 * IN_MEMORY, at_once=1)
    large = b"x" * (IN_MEMORY + 1)
    kept = spool.keep(Chunks(large))
    assert b"".join(kept) == large
    assert spool.keep(Chunks(b"small")).read() == b"small"
    with pytest.raises(OverloadedError):
        spool.keep(Chunks(large))
    kept.close()
    kept.close()
    spool.keep(Chunks(large)).close()


@pytest.mark.parametrize("size", [1, IN_MEMORY + 1])
def test_an_answer_that_breaks_is_no_answer(size: int) -> None:
    spool = Spool(limit=10 * IN_MEMORY, at_once=1)
    answer = Chunks(b"x" * size, BrokenAnswerError("gone"))
    with pytest.raises(BrokenAnswerError):
        spool.keep(answer)
    assert answer.closed
    spool.keep(Chunks(b"x" * (IN_MEMORY + 1))).close()


def test_an_answer_beyond_the_limit_is_refused() -> None:
    answer = Chunks(b"x" * 6, b"x" * 6)
    with pytest.raises(AnswerTooLargeError):
        Spool(limit=10, at_once=1).keep(answer)
    assert answer.closed


def test_what_broke_an_answer_is_said_since_nothing_was_sent() -> None:
    broken = BrokenAnswerError("The answer broke off.")
    broken.__cause__ = DeadlineExceededError("The query was stopped after 3 s.")
    with pytest.raises(DeadlineExceededError):
        Spool(limit=10, at_once=1).keep(Chunks(b"a", broken))


def test_a_full_disk_is_said_and_leaves_nothing_behind() -> None:
    spool = Spool(limit=10**9, at_once=1)
    full = OSError(errno.ENOSPC, "No space left on device")
    for _ in range(3):
        with pytest.raises(NoRoomError, match="No space left on device"):
            spool.keep(Chunks(b"a" * (IN_MEMORY + 1), full))


def test_a_compressed_answer_that_has_become_small_holds_nobody_up() -> None:
    spool = Spool(limit=10 * IN_MEMORY, at_once=1)
    large = b"x" * (IN_MEMORY + 1)
    packed = spool.keep(Chunks(large)).compressed(Encoding.GZIP)
    assert (packed.in_memory, gzip.decompress(packed.read())) == (True, large)
    spool.keep(Chunks(large)).close()


@pytest.mark.parametrize("encoding", [Encoding.BROTLI, Encoding.GZIP])
def test_a_very_large_answer_is_compressed_at_the_lowest_level(
    encoding: Encoding, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = b"".join(b"<x:a%d> <x:b> %d .\n" % (n, n * n) for n in range(80_000))

    def packed(large: int, level: int) -> bytes:
        monkeypatch.setattr("service.compression.LARGE", large)
        monkeypatch.setitem(_LEVELS, encoding, level)
        kept = Spool(limit=10 * IN_MEMORY, at_once=1).keep(Chunks(rows))
        return b"".join(kept.compressed(encoding))

    usual = _LEVELS[encoding]
    assert packed(len(rows), usual) == packed(len(rows) + 1, 1) != packed(len(rows) + 1, usual)


def test_a_large_compressed_answer_still_counts_as_one() -> None:
    spool = Spool(limit=10 * IN_MEMORY, at_once=1)
    large = os.urandom(IN_MEMORY + 1)
    packed = spool.keep(Chunks(large)).compressed(Encoding.ZSTANDARD)
    with pytest.raises(OverloadedError):
        spool.keep(Chunks(large))
    assert packed.size == len(b"".join(packed))
    packed.close()
    spool.keep(Chunks(large)).close()


def test_nothing_is_compressed_for_a_client_that_has_gone() -> None:
    spool = Spool(limit=10 * IN_MEMORY, at_once=1)
    asker = Abandonment()
    asker.leave()
    large = b"x" * (IN_MEMORY + 1)
    with pytest.raises(AbandonedError):
        spool.keep(Chunks(large)).compressed(Encoding.BROTLI, asker)
    spool.keep(Chunks(large)).close()
