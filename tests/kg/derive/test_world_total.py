"""How large and how small the world may be, by what a source publishes."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.derive.world_total import WorldTotal, half_a_unit, leaves_out

amounts = st.floats(0, 1e9, allow_nan=False).map(lambda x: float(f"{x:.6g}"))


def test_the_example_of_the_page() -> None:
    """The table of docs/derivation.md, worked out by hand."""
    world = WorldTotal(published=100_000, listed=85_000, other=3_000, low_ends=2_000)

    assert world.value == 100_000
    assert world.known_share == 85
    assert (world.smallest, world.largest) == (95_000, 105_000)
    assert world.floor(60_000) == pytest.approx(57.142857)
    assert world.ceiling(60_000) == pytest.approx(63.157895)


@pytest.mark.parametrize(
    ("published", "half"),
    [(390_000, 5_000), (433, 0.5), (1_000, 50), (100, 5), (8, 0.05), (80.8, 0.05), (0.5, 0.005)],
)
def test_a_total_stands_for_what_rounds_to_it(published: float, half: float) -> None:
    assert half_a_unit(published) == half


def test_what_is_listed_is_never_more_than_the_world() -> None:
    """The countries add up to more than the rounded total: then they are the world."""
    world = WorldTotal(published=430, listed=433)

    assert (world.value, world.words) == (433, "sum of listed countries")
    assert (world.smallest, world.largest) == (433, 435)


def test_a_total_that_leaves_something_out_has_no_upper_limit() -> None:
    world = WorldTotal(published=8_700, listed=8_350, other=350, open_above=True)

    assert world.largest == math.inf
    assert world.floor(2_000) == 0
    assert world.ceiling(2_000) == pytest.approx(100 * 2_000 / 8_700)


@pytest.mark.parametrize(
    ("note", "left_out"),
    [
        ("Excludes U.S. production.", True),
        ("Does not include production in the United States.", True),
        ("In addition to the countries listed, others may have produced beryl ore.", True),
        ("Data may not add to totals shown because of independent rounding.", False),
    ],
)
def test_a_note_says_that_something_is_left_out(note: str, left_out: bool) -> None:
    assert leaves_out(f'"{note}"@en') is left_out


@given(
    st.lists(amounts, min_size=1, max_size=6),
    amounts,
    amounts,
    amounts,
    st.booleans(),
)
def test_a_share_lies_between_its_floor_and_its_ceiling(
    countries: list[float], published: float, other: float, low_ends: float, open_above: bool
) -> None:
    world = WorldTotal(published, math.fsum(countries), other, low_ends, open_above)
    if world.value == 0:
        return
    assert 0 < world.smallest <= world.value <= world.largest
    assert 0 <= world.known_share <= 100
    for amount in countries:
        share = 100 * amount / world.value
        assert 0 <= world.floor(amount) <= share * (1 + 1e-12)
        assert share * (1 - 1e-12) <= world.ceiling(amount) <= 100


@given(st.lists(amounts, min_size=1, max_size=6), amounts, st.integers(2, 5))
def test_the_true_total_is_between_smallest_and_largest(
    countries: list[float], unlisted: float, digits: int
) -> None:
    """Whatever the world really is, a source that rounds it to two digits or more contains it."""
    truth = math.fsum([*countries, unlisted])
    published = float(f"{truth:.{digits}g}")
    world = WorldTotal(published, math.fsum(countries))
    if world.value:
        slack = truth * 1e-9
        assert world.smallest - slack <= truth <= world.largest + slack


@given(amounts.filter(bool), amounts)
def test_more_that_is_listed_never_lowers_the_smallest_total(listed: float, more: float) -> None:
    published = 2 * listed
    less = WorldTotal(published, listed)
    assert less.smallest <= WorldTotal(published, listed, other=more).smallest
    assert less.smallest <= WorldTotal(published, listed, low_ends=more).smallest
