"""The search for statements that contradict each other finds a smallest set, with few questions."""

from __future__ import annotations

from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from kg.owl.conflict import find_conflict, narrow

NUMBERS = st.lists(st.integers(0, 30), max_size=25, unique=True)
CONFLICTS = st.lists(st.frozensets(st.integers(0, 30), min_size=1, max_size=5), max_size=4)


@given(NUMBERS, CONFLICTS)
def test_what_is_found_contradicts_and_without_any_part_of_it_does_not(
    numbers: list[int], conflicts: list[frozenset[int]]
) -> None:
    def contradict(some: Sequence[int]) -> bool:
        return any(conflict <= set(some) for conflict in conflicts)

    found = find_conflict(numbers, contradict)

    assert bool(found) == contradict(numbers)
    assert found == [number for number in numbers if number in found]
    for number in found:
        assert not contradict([other for other in found if other != number])


@given(NUMBERS, NUMBERS, CONFLICTS)
def test_narrowed_facts_still_contradict(
    axioms: list[int], facts: list[int], conflicts: list[frozenset[int]]
) -> None:
    def contradict(some: Sequence[int]) -> bool:
        return any(conflict <= set(some) for conflict in conflicts)

    few = narrow(axioms, facts, contradict)

    assert set(few) <= set(facts)
    assert contradict(axioms + few) == contradict(axioms + facts)


def test_early_statements_are_preferred() -> None:
    conflicts = [{1, 2}, {2, 3}, {8, 9}]

    assert find_conflict(range(10), lambda some: any(c <= set(some) for c in conflicts)) == [1, 2]


def test_few_questions_are_asked_about_many_statements() -> None:
    asked = []

    def contradict(some: Sequence[int]) -> bool:
        asked.append(len(some))
        return {17, 4711, 4712} <= set(some)

    few = narrow([17], range(100, 10_000), contradict)

    assert find_conflict([17, *few], contradict) == [17, 4711, 4712]
    assert len(asked) < 60
