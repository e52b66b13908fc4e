"""What the column names of the releases 2022 to 2025 say."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.sources.usgs.earlier_columns import (
    Columns,
    FigureColumn,
    NotesColumn,
    column_of,
    sort_columns,
)

FIGURES = ("Prod", "prod", "Cap", "CAP", "Reserves")
UNITS = {"t": "tonne", "kt": "thousand-tonnes", "Mt": "million-tonnes", "mmt": "million-tonnes",
         "kg": "kilogram", "kct": "thousand-carats", "mcm": "million-cubic-metres"}  # fmt: skip


@pytest.mark.parametrize(
    ("name", "figure", "unit", "year", "estimated"),
    [
        ("Prod_t_2022", "production", "tonne", "2022", False),
        ("Prod_kt_Est_2021", "production", "thousand-tonnes", "2021", True),
        ("PROD_EST_ 2024", "production", "", "2024", True),
        ("CAP_2023", "capacity", "", "2023", False),
        ("Cap_Pigment_t_2021", "capacity pigment", "tonne", "2021", False),
        ("Prod_Sponge_t_Est_2022", "production sponge", "tonne", "2022", True),
        ("Reserves_kt", "reserves", "thousand-tonnes", "", False),
        ("Reserves_kt_2023", "reserves", "thousand-tonnes", "2023", False),
        ("Reserves_ore_K2O_equiv_kt", "reserves k2o", "thousand-tonnes", "", False),
        ("RESERVES_2024", "reserves", "", "2024", False),
    ],
)
def test_a_name_says_figure_unit_year_and_estimate(
    name: str, figure: str, unit: str, year: str, estimated: bool
) -> None:
    assert column_of(name) == FigureColumn(name, figure, unit, year, estimated)


@pytest.mark.parametrize(
    ("name", "figure"),
    [("Prod_note", "production"), ("Cap_notes", "capacity"), ("RESERVE_NOTES", "reserves")],
)
def test_notes_are_told_by_their_figure(name: str, figure: str) -> None:
    assert column_of(name) == NotesColumn(name, figure)


@pytest.mark.parametrize("name", ["Prod", "Prod_lb_2022", "Price_t", "Prod_t_22", "", "Country"])
def test_other_names_are_not_read(name: str) -> None:
    assert column_of(name) is None


@given(
    st.sampled_from(FIGURES),
    st.sampled_from(sorted(UNITS)),
    st.booleans(),
    st.integers(1900, 2100),
)
def test_what_is_put_into_a_name_is_read_from_it(
    figure: str, unit: str, estimated: bool, year: int
) -> None:
    column = column_of(f"{figure}_{unit}_{'est_' if estimated else ''}{year}")
    assert isinstance(column, FigureColumn)
    assert (column.unit, column.year, column.estimated) == (UNITS[unit], str(year), estimated)


@given(st.text(max_size=40))
def test_no_name_makes_the_reader_fail(name: str) -> None:
    column_of(name)


def test_columns_are_sorted_and_those_without_a_name_kept_apart() -> None:
    names = ["Source", "Prod_t_2022", "Prod_note", "", " 2"]
    columns = sort_columns(names, ("Source",))
    assert isinstance(columns, Columns)
    assert columns.notes_of(columns.figures[0]) == "Prod_note"
    assert columns.nameless == ("", " 2")


def test_a_name_that_is_not_known_is_given_back() -> None:
    assert sort_columns(["Source", "Colour", "Prod_t_2022"], ("Source",)) == ["Colour"]
