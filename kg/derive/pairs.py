"""Sets of pairs of numbers, as sorted arrays and as sparse boolean matrices."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

Numbers: TypeAlias = NDArray[np.int64]

#: A pair (x, y) is the number x * 2**32 + y, so that keys stay the same when terms are added.
_BITS = 32
_LOW = (1 << _BITS) - 1

_NONE: Numbers = np.empty(0, dtype=np.int64)


class Pairs:
    """An immutable set of pairs (x, y), 0 <= x, y < 2**31.

    ``keys`` are sorted and different. Matrices and the set turned round are kept once made.
    """

    __slots__ = ("_matrix", "_turned", "keys")

    def __init__(self, keys: Numbers) -> None:
        self.keys = keys
        self._turned: Pairs | None = None
        self._matrix: Any = None

    @classmethod
    def of(cls, first: Iterable[int] | Numbers, second: Iterable[int] | Numbers) -> Pairs:
        """Make a set from two columns of the same length."""
        x = np.asarray(first, dtype=np.int64)
        y = np.asarray(second, dtype=np.int64)
        return cls(np.unique((x << _BITS) | y))

    @classmethod
    def diagonal(cls, members: Iterable[int] | Numbers) -> Pairs:
        """The pairs (x, x) of some numbers."""
        return cls.of(members, members)

    def __len__(self) -> int:
        return len(self.keys)

    @property
    def first(self) -> Numbers:
        """The left column, sorted."""
        return self.keys >> _BITS

    @property
    def second(self) -> Numbers:
        """The right column, sorted within equal left ones."""
        return self.keys & _LOW

    def turned(self) -> Pairs:
        """The set of (y, x)."""
        if self._turned is None:
            self._turned = Pairs(np.sort((self.second << _BITS) | self.first))
            self._turned._turned = self
        return self._turned

    def domain(self) -> Pairs:
        """The diagonal of the left column."""
        x = self.first
        x = x[np.flatnonzero(np.diff(x, prepend=-1))]
        return Pairs((x << _BITS) | x)

    def times(self, other: Pairs, size: int) -> Pairs:
        """All (x, z) with (x, y) here and (y, z) in ``other``; numbers are below ``size``."""
        if not len(self) or not len(other):
            return EMPTY
        product = self._as_matrix(size) @ other._as_matrix(size)
        x = np.repeat(np.arange(size, dtype=np.int64), np.diff(product.indptr))
        return Pairs(np.sort((x << _BITS) | product.indices.astype(np.int64)))

    def minus(self, other: Pairs) -> Pairs:
        """The pairs that ``other`` does not have."""
        if not len(self) or not len(other):
            return self
        place = np.searchsorted(other.keys, self.keys)
        place[place == len(other.keys)] = 0
        return Pairs(self.keys[other.keys[place] != self.keys])

    def plus(self, other: Pairs) -> Pairs:
        """The pairs of both."""
        if not len(other):
            return self
        if not len(self):
            return other
        # The stable sort merges the two sorted runs in linear time.
        keys = np.sort(np.concatenate((self.keys, other.keys)), kind="stable")
        return Pairs(keys[np.flatnonzero(np.diff(keys, prepend=-1))])

    def where(self, keep: NDArray[np.bool_]) -> Pairs:
        """The pairs that a mask over them keeps."""
        return Pairs(self.keys[keep])

    def _as_matrix(self, size: int) -> Any:
        if self._matrix is None or self._matrix.shape[0] != size:
            ends = np.zeros(size + 1, dtype=np.int32)
            np.cumsum(np.bincount(self.first, minlength=size), out=ends[1:])
            columns = self.second.astype(np.int32)
            ones = np.ones(len(columns), dtype=np.bool_)
            self._matrix = csr_matrix((ones, columns, ends), shape=(size, size), copy=False)
        return self._matrix


#: No pairs at all.
EMPTY = Pairs(_NONE)
