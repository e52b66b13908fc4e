"""Comparing two versions of a table."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from kg.renewal.difference import Row, TableDifference, compare_tables

BEFORE = [
    {"id": "a", "value": "1", "locator": "line 2"},
    {"id": "b", "value": "2", "locator": "line 3"},
    {"id": "c", "value": "3", "locator": "line 4"},
]
AFTER = [
    {"id": "new", "value": "9", "locator": "line 2"},
    {"id": "a", "value": "1", "locator": "line 3"},
    {"id": "b", "value": "20", "locator": "line 4"},
]


def test_rows_are_added_changed_moved_or_gone() -> None:
    found = compare_tables("t", BEFORE, AFTER)
    assert (found.rows_before, found.rows_after) == (3, 3)
    assert [row["id"] for row in found.added] == ["new"]
    assert [row["id"] for row in found.gone] == ["c"]
    assert [(change.key, change.cells["value"]) for change in found.changed] == [("b", ("2", "20"))]
    assert [change.key for change in found.moved] == ["a"]


def test_every_cell_that_changes_is_told() -> None:
    assert set(compare_tables("t", BEFORE, AFTER).records()) == {
        ("t", "new", "added", "id", "", "new"),
        ("t", "new", "added", "value", "", "9"),
        ("t", "new", "added", "locator", "", "line 2"),
        ("t", "c", "gone", "id", "c", ""),
        ("t", "c", "gone", "value", "3", ""),
        ("t", "c", "gone", "locator", "line 4", ""),
        ("t", "b", "changed", "value", "2", "20"),
        ("t", "b", "changed", "locator", "line 3", "line 4"),
        ("t", "a", "moved", "locator", "line 2", "line 3"),
    }


def test_a_column_that_is_new_in_the_schema_counts_as_empty_before() -> None:
    found = compare_tables("t", [{"id": "a"}], [{"id": "a", "basis": "reo"}, {"id": "b"}])
    assert found.changed[0].cells == {"basis": ("", "reo")}


TABLES = st.dictionaries(
    st.sampled_from("abcdefg"), st.tuples(st.sampled_from("123"), st.sampled_from("xy")), max_size=7
).map(lambda rows: [{"id": k, "value": v, "locator": w} for k, (v, w) in rows.items()])


def applied(before: list[Row], difference: TableDifference) -> dict[str, Row]:
    """The first version with all that a difference says done to it."""
    rows: dict[str, Row] = {row["id"]: row for row in before}
    for row in difference.gone:
        del rows[row["id"]]
    rows |= {row["id"]: row for row in difference.added}
    for change in (*difference.changed, *difference.moved):
        rows[change.key] = {**rows[change.key], **{k: v for k, (_, v) in change.cells.items()}}
    return rows


@given(TABLES, TABLES)
def test_a_difference_leads_from_the_one_version_to_the_other(
    before: list[Row], after: list[Row]
) -> None:
    difference = compare_tables("t", before, after)
    assert applied(before, difference) == {row["id"]: row for row in after}
    assert difference.empty == (applied(before, difference) == {row["id"]: row for row in before})
