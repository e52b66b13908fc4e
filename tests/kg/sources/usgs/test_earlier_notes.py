"""What notes and cells of the releases 2022 to 2025 say."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.sources.usgs.earlier_notes import ANY_YEAR, read_cell, read_notes
from kg.sources.usgs.values import ParsedValue


@pytest.mark.parametrize(
    ("cell", "years"),
    [
        ("Production in 2021 is also estimated.", {"2021"}),
        ("Production data in 2021 were also estimated", {"2021"}),
        ("Also estimated in 2022", {"2022"}),
        ("Estimated in 2021 also.", {"2021"}),
        ("estimated 2023", {"2023"}),
        ("estimated for 2023", {"2023"}),
        ("Estimated", {ANY_YEAR}),
        ("Estimated in both years.", {ANY_YEAR}),
        ("Estimated capacity", {ANY_YEAR}),
        ("estimated, Includes production of crude ore", {ANY_YEAR}),
        ("Includes pegmatites. Production in 2021 is also estimated.", {"2021"}),
        ("Estimated rhenium recovered from roaster residues from Chile.", set()),
        ("Estimates were derived from trade data.", set()),
    ],
)
def test_which_year_is_estimated(cell: str, years: set[str]) -> None:
    assert read_notes(cell).estimated == years


@pytest.mark.parametrize(
    ("cell", "years"),
    [
        ("Reported production in 2021.", {"2021"}),
        ("reported in 2022", {"2022"}),
        ("Reported quantity in 2022", {"2022"}),
        ("Metric tons, gross weight. Production was reported in 2021.", {"2021"}),
        ("Processed ore sold and used by producers, reported", {ANY_YEAR}),
        ("reproted", {ANY_YEAR}),
        ("Reported data for Brazil and Kazakhstan", set()),
    ],
)
def test_which_year_is_reported(cell: str, years: set[str]) -> None:
    assert read_notes(cell).reported == years


@pytest.mark.parametrize(
    ("cell", "status", "low", "high"),
    [
        ("W for 23-24", "withheld", "", ""),
        ("NA", "not-available", "", ""),
        ("NA (Reserve data is thousand metric tons).", "not-available", "", ""),
        ("xx", "not-available", "", ""),
        ('Categorized as "Large"', "qualitative", "", ""),
        ("Reserves are categorized as “small”", "qualitative", "", ""),
        ("Considered to be moderate to large", "qualitative", "", ""),
        ("Included with “Other countries.”", "qualitative", "", ""),
        ("Less than 1/2 unit", "bound", "0", "0.5"),
        (">17,000,000", "bound", "17000000", ""),
        (">1,800,000. In addition to the countries listed, others may have.", "bound", "1800000",
         ""),
    ],
)  # fmt: skip
def test_what_stands_in_place_of_a_figure(cell: str, status: str, low: str, high: str) -> None:
    instead = read_notes(cell).instead[ANY_YEAR]
    assert (instead.status, instead.low, instead.high, instead.value) == (status, low, high, "")


def test_words_are_kept_and_the_making_of_the_book_is_not() -> None:
    notes = read_notes(
        "Excludes U.S. production. Reserves for China were revised based on reports."
    )
    assert notes.words == "Excludes U.S. production."
    assert read_notes("Not applicable").words == ""


def test_a_figure_among_the_notes_is_told_apart() -> None:
    assert (read_notes("8100").figure, read_notes("8100").words) == ("8100", "")


@pytest.mark.parametrize(
    ("cell", "status", "value", "marked"),
    [
        ("1,900", "measured", "1900", False),
        (" e24,000", "measured", "24000", True),
        ("W", "withheld", "", False),
        ("           NA", "not-available", "", False),
        ("Less than ½ unit.", "bound", "", False),
        ("Included with ilmenite", "qualitative", "", False),
        ("Included in World total.", "qualitative", "", False),
        (">2000000", "bound", "", False),
    ],
)
def test_cells(cell: str, status: str, value: str, marked: bool) -> None:
    parsed, found = read_cell(cell)
    assert isinstance(parsed, ParsedValue)
    assert (parsed.status, parsed.value, found) == (status, value, marked)


@pytest.mark.parametrize("cell", ["?9", "e", "12 34", "lots", "1.2.3"])
def test_what_is_not_known_is_not_read(cell: str) -> None:
    assert not isinstance(read_cell(cell)[0], ParsedValue)


@given(st.text(max_size=60))
def test_no_text_makes_the_readers_fail(text: str) -> None:
    read_notes(text)
    read_cell(text)


@given(st.integers(0, 10**9))
def test_a_plain_figure_keeps_its_value(number: int) -> None:
    for spelled in (str(number), f"{number:,}", f"e{number:,}"):
        parsed, marked = read_cell(spelled)
        assert isinstance(parsed, ParsedValue)
        assert parsed.value == str(number)
        assert marked == spelled.startswith("e")
