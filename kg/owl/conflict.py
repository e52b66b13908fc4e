"""Which statements of many contradict each other, when none of them alone is wrong.

The search is QuickXplain (U. Junker, AAAI 2004): it halves the statements instead of trying them
one by one. It knows nothing of OWL; it asks.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

T = TypeVar("T")


def find_conflict(statements: Sequence[T], contradict: Callable[[Sequence[T]], bool]) -> list[T]:
    """Give statements that contradict each other and of which none can be left out.

    ``contradict`` tells whether the statements that it is given cannot all hold; more statements
    must never contradict less, and none at all must not contradict. There may be other such sets;
    early statements are preferred. The answer is empty where nothing contradicts, and has the order
    of ``statements``.

    >>> find_conflict([1, 5, 9, 2, 7], lambda some: {5, 7} <= set(some))
    [5, 7]
    """
    if not statements or not contradict(statements):
        return []
    return _search([], False, list(statements), contradict)


def narrow(
    axioms: Sequence[T], facts: Sequence[T], contradict: Callable[[Sequence[T]], bool]
) -> list[T]:
    """Give some of the ``facts`` that still contradict the ``axioms``, or all of them.

    Of many facts most have nothing to do with each other, so halves are tried, then halves of
    these. Facts about one thing should stand together. None are needed where the axioms contradict
    each other already.

    >>> narrow([7], [1, 5, 9, 2], lambda some: {5, 7} <= set(some))
    [5]
    """
    axioms, facts = list(axioms), list(facts)
    if contradict(axioms):
        return []
    while len(facts) > 1:
        middle = len(facts) // 2
        halves = (facts[:middle], facts[middle:])
        half = next((half for half in halves if contradict(axioms + half)), None)
        if half is None:
            break
        facts = half
    return facts


def _search(
    given: list[T], grown: bool, statements: list[T], contradict: Callable[[Sequence[T]], bool]
) -> list[T]:
    """What of ``statements`` is needed for a contradiction with ``given``."""
    if grown and contradict(given):
        return []
    if len(statements) == 1:
        return statements
    middle = len(statements) // 2
    early, late = statements[:middle], statements[middle:]
    from_late = _search(given + early, bool(early), late, contradict)
    from_early = _search(given + from_late, bool(from_late), early, contradict)
    return from_early + from_late
