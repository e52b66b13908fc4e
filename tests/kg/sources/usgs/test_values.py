"""The cells of the Mineral Commodity Summaries."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.sources.usgs.values import (
    ParsedValue,
    UnreadableValue,
    note_text,
    parse_value,
    with_notes,
)


def value(cell: str) -> ParsedValue:
    """The cell, which must be readable."""
    parsed = parse_value(cell)
    assert isinstance(parsed, ParsedValue), parsed
    return parsed


@pytest.mark.parametrize(
    ("cell", "figure"),
    [
        ("270,000", "270000"),
        ("34000", "34000"),
        ("0.45", "0.45"),
        ("68\xa0", "68"),
        (" 1,234,567.80 ", "1234567.80"),
    ],
)
def test_a_figure_keeps_its_spelling_without_thousands_commas(cell: str, figure: str) -> None:
    assert value(cell).value == figure
    assert value(cell).flag == ""
    assert value(cell).status == "measured"


def test_a_dash_is_a_measured_zero_and_stays_visible() -> None:
    assert value("—") == ParsedValue("measured", value="0", flag="—", stated="—")


@pytest.mark.parametrize(
    ("cell", "status"),
    [
        ("W", "withheld"),
        ("NA", "not-available"),
        ("XX", "not-available"),
        ("E", "qualitative"),
        ("s", "qualitative"),
        ("Large", "qualitative"),
        ("Moderate to large", "qualitative"),
        ("Very small", "qualitative"),
        ("Variable, depending on type of product", "qualitative"),
    ],
)
def test_a_state_is_never_a_figure(cell: str, status: str) -> None:
    parsed = value(cell)
    assert (parsed.status, parsed.flag) == (status, cell)
    assert (parsed.value, parsed.low, parsed.high) == ("", "", "")


@pytest.mark.parametrize(
    ("cell", "low", "high"),
    [
        (">95", "95", ""),
        ("<25", "", "25"),
        (">85,000,000", "85000000", ""),
        ("10,000 - 15,000", "10000", "15000"),
        ("50–300", "50", "300"),
        ("890–1,000", "890", "1000"),
    ],
)
def test_bounds_and_ranges_have_ends_and_no_value(cell: str, low: str, high: str) -> None:
    parsed = value(cell)
    assert (parsed.low, parsed.high, parsed.value, parsed.status) == (low, high, "", "bound")


@pytest.mark.parametrize("cell", ["", "  ", "?9", "1,00", "20-10", "about 5", "W5", "١٢", "e", "w"])
def test_anything_else_is_reported_and_not_repaired(cell: str) -> None:
    assert isinstance(parse_value(cell), UnreadableValue)


def test_a_lost_minus_sign_is_said_to_be_one() -> None:
    parsed = parse_value("?10")
    assert isinstance(parsed, UnreadableValue)
    assert "minus" in parsed.reason


@given(st.text())
def test_reading_never_raises(cell: str) -> None:
    parsed = parse_value(cell)
    assert isinstance(parsed, ParsedValue | UnreadableValue)
    if isinstance(parsed, ParsedValue):
        for figure in filter(None, (parsed.value, parsed.low, parsed.high)):
            float(figure)


@given(st.integers(0, 10**12), st.integers(0, 3))
def test_a_formatted_figure_is_read_back(number: int, places: int) -> None:
    figure = number / 10**places
    assert float(value(f"{figure:,.{places}f}").value) == float(f"{figure:.{places}f}")


@given(st.integers(0, 10**9), st.integers(0, 10**9), st.sampled_from([" - ", "–", " – "]))
def test_a_formatted_range_is_read_back(one: int, other: int, dash: str) -> None:
    low, high = sorted((one, other))
    parsed = value(f"{low:,}{dash}{high:,}")
    assert (int(parsed.low), int(parsed.high)) == (low, high)


def test_the_notes_say_that_a_figure_is_estimated() -> None:
    assert with_notes(value("9"), "Estimated .-- Source: somebody.").status == "estimated"
    assert with_notes(value("9"), "Estimated from Asian Metal Ltd.").status == "estimated"
    assert with_notes(value("9"), "Reported. -- Includes estimates.").status == "measured"
    assert with_notes(value("W"), "Estimated.").status == "withheld"
    assert with_notes(value(">9"), "Estimated.").status == "bound"


def test_s_is_a_bound_only_where_the_notes_say_so() -> None:
    assert with_notes(value("s"), "Less than ½unit.") == ParsedValue(
        "bound", low="0", high="0.5", flag="s", stated="s"
    )
    assert with_notes(value("s"), "Included in “World total.”").status == "qualitative"


def test_notes_are_kept_but_for_status_and_pointers_into_the_book() -> None:
    notes = (
        "Estimated. -- See Appendix C for resource and reserve definitions and information "
        "concerning data sources. -- Excludes U.S. production."
    )
    assert note_text(notes) == "Excludes U.S. production."
    assert note_text("Reported.", "crude ore") == "Series: crude ore."
