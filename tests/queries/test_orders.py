"""The order of rows that are equal in what comes first, as each question promises it."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from kg.engines.embedded import EmbeddedEngine
from kg.questions import Cell
from tests.queries.fact_tables import asked

#: Empty cells come first; then things by their IRIs, numbers by their size, and texts.
Key = tuple[int, float, str]


def key(cell: Cell | None, *, falling: bool) -> Key:
    if cell is None:
        return (int(falling), 0, "")
    number = cell.number
    if number is None and cell.datatype.endswith("gYear"):
        number = float(cell.text)
    if number is not None:
        return (int(not falling), -number if falling else number, "")
    assert not falling
    return (1, 0, cell.iri or " ".join(item.iri for item in cell.items) or cell.text)


@pytest.mark.parametrize(
    ("question", "params", "order"),
    [
        (
            "coverage",
            {},
            ("material", "stage", "-year", "-known_share", "source", "series", "basis"),
        ),
        (
            "coverage",
            {"year": "2023"},
            ("material", "stage", "-year", "-known_share", "source", "series", "basis"),
        ),
        (
            "facilities",
            {"element": "rare-earths"},
            ("facility", "capacity_of", "capacity_year", "capacity_words", "record"),
        ),
        (
            "facilities",
            {"element": "lithium"},
            ("facility", "capacity_of", "capacity_year", "capacity_words", "record"),
        ),
        ("prices", {"material": "lithium"}, ("priced_as", "item", "unit", "year")),
        ("prices", {"material": "neodymium"}, ("priced_as", "item", "unit", "year")),
    ],
)
def test_rows_stand_in_their_order(
    shipped_engine: EmbeddedEngine, question: str, params: dict[str, str], order: tuple[str, ...]
) -> None:
    rows = asked(shipped_engine, question, **params).rows
    keys = [keys_of(row, order) for row in rows]
    assert len(keys) > 10
    assert keys == sorted(keys)


def keys_of(row: Mapping[str, Cell], order: tuple[str, ...]) -> list[Key]:
    return [key(row.get(name.lstrip("-")), falling=name.startswith("-")) for name in order]
