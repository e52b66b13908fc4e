"""An answer in another order, or only the rows with some words in them."""

from __future__ import annotations

from types import SimpleNamespace
from typing import cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.namespaces import XSD
from kg.questions import BoundQuestion, Cell, Column, ResultTable
from kg.questions.arrangement import ArrangementError, arrange

NAME, SHARE = Column("name", "Name"), Column("share", "Share", unit="%")
RECORD = Column("record", "Record", role="record", list=True)


def number(value: object) -> Cell:
    return Cell(str(value), datatype=f"{XSD}decimal")


def table(*rows: dict[str, Cell]) -> ResultTable:
    bound = cast(BoundQuestion, SimpleNamespace(question=None))
    return ResultTable(bound, (NAME, SHARE, RECORD), rows, {}, "x")


def names(found: ResultTable) -> list[str]:
    return [row["name"].text for row in found.rows]


ROWS = (
    {"name": Cell("Chile"), "share": number(9)},
    {"name": Cell("África do Sul"), "share": number("100.5"), "record": Cell("cmd:r-1")},
    {"name": Cell("China")},
    {"name": Cell("bolivia"), "share": number(-20)},
)


def test_numbers_are_sorted_as_numbers() -> None:
    assert names(arrange(table(*ROWS), "share")) == ["bolivia", "Chile", "África do Sul", "China"]
    assert names(arrange(table(*ROWS), "-share")) == ["África do Sul", "Chile", "bolivia", "China"]


def test_texts_are_sorted_without_case_and_accents() -> None:
    assert names(arrange(table(*ROWS), "name")) == ["África do Sul", "bolivia", "Chile", "China"]


def test_equal_rows_keep_their_order_either_way() -> None:
    rows = [{"name": Cell(name), "share": number(1)} for name in "cab"]
    assert names(arrange(table(*rows), "share")) == ["c", "a", "b"]
    assert names(arrange(table(*rows), "-share")) == ["c", "a", "b"]


def test_years_are_sorted_as_numbers() -> None:
    rows = [
        {"name": Cell(text), "share": Cell(text, datatype=f"{XSD}gYear")}
        for text in ("2001", "-0500", "0900")
    ]
    assert names(arrange(table(*rows), "share")) == ["-0500", "0900", "2001"]


@pytest.mark.parametrize("column", ["record", "weight", "-", "--name"])
def test_only_shown_columns_sort(column: str) -> None:
    with pytest.raises(ArrangementError) as refused:
        arrange(table(*ROWS), column)
    assert "name, share" in refused.value.remedy
    assert "record" not in refused.value.remedy


@pytest.mark.parametrize(
    ("find", "found"),
    [
        ("AFRICA sul", ["África do Sul"]),
        ("sul 100.5", ["África do Sul"]),
        ("ch", ["Chile", "China"]),
        ("ch 9", ["Chile"]),
        ("  ", ["Chile", "África do Sul", "China", "bolivia"]),
        ("r-1", []),
    ],
)
def test_all_words_stand_in_the_shown_cells(find: str, found: list[str]) -> None:
    assert names(arrange(table(*ROWS), find=find)) == found


def test_figures_are_found_as_they_are_printed() -> None:
    rows = [{"name": Cell("a"), "share": number(12000)}, {"name": Cell("b"), "share": number(12)}]
    assert names(arrange(table(*rows), find="12,000")) == ["a"]


@given(st.lists(st.one_of(st.none(), st.integers(), st.text()), max_size=20), st.booleans())
def test_nothing_is_lost_and_the_missing_stand_last(
    values: list[int | str | None], down: bool
) -> None:
    rows: list[dict[str, Cell]] = []
    for place, value in enumerate(values):
        row = {"name": Cell(str(place))}
        if value is not None:
            row["share"] = number(value) if isinstance(value, int) else Cell(value)
        rows.append(row)
    found = arrange(table(*rows), "-share" if down else "share")
    assert sorted(names(found), key=int) == [str(n) for n in range(len(values))]
    missing = [not row.get("share", Cell("")).text for row in found.rows]
    assert missing == sorted(missing)
