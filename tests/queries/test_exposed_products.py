"""What each column of the flagship question says, against the tables of facts.

What is expected is worked out from the CSV files alone: no query and nothing that is derived.
"""

from __future__ import annotations

import csv
from functools import cache

import pytest

from kg.engines.embedded import EmbeddedEngine
from kg.shipped import facts_dir
from tests.queries.fact_tables import Row, asked, items, local, records, table, things

#: A figure of a stage also speaks for what is narrower; so do facilities.
NARROWER = {"refining": {"refining", "separation", "smelting"}, "magnet-making": {"magnet-making"}}


@cache
def tables(*columns: str) -> list[Row]:
    """All rows of the tables that have these columns."""
    found: list[Row] = []
    for path in sorted((facts_dir() / "tables").glob("*.csv")):
        with path.open(encoding="utf-8", newline="") as file:
            rows = csv.DictReader(file)
            if {*columns} <= {*(rows.fieldnames or ())}:
                found += rows
    return found


def doing(element: str, stage: str) -> dict[str, str]:
    """Operating facilities that do the stage with the element, or make something of its group, and
    their countries."""
    groups = {row["id"] for row in table("groups") if element in items(row["members"])}
    some = {row["id"] for row in table("materials") if groups & {*items(row["some_of"])}}
    made = [row for row in table("facility-flows") if row["direction"] == "output"]
    handling = {row["facility"] for row in made if row["material"] in some}
    handling |= {r["id"] for r in table("facilities") if element in items(r["elements"])}
    same = {row["record"]: row["facility"] for row in table("site-identities")}
    handling |= {
        same[row["id"]]
        for row in tables("kind_words", "elements")
        if row["id"] in same and element in items(row["elements"])
    }
    return {
        row["id"]: row["country"]
        for row in tables("kind", "country", "status", "operator", "stages")
        if row["id"] in handling and NARROWER[stage] & {*items(row["stages"])}
        if row["status"] == "operating"
    }


@pytest.mark.parametrize(
    ("element", "stage", "country"),
    [
        ("neodymium", "refining", "CHN"),
        ("samarium", "refining", "CHN"),
        ("neodymium", "magnet-making", "CHN"),
    ],
)
def test_facilities_inside_and_elsewhere(
    shipped_engine: EmbeddedEngine, element: str, stage: str, country: str
) -> None:
    known = doing(element, stage)
    rows = asked(
        shipped_engine, "exposed-products", element=element, stage=stage, country=country
    ).rows
    for column, inside in (("facilities", True), ("facilities_elsewhere", False)):
        [number] = {local(row.get(column)) for row in rows}
        expected = [name for name, where in known.items() if (where == country) is inside]
        assert expected
        assert number == str(len(expected))


def test_a_share_at_the_threshold_counts(shipped_engine: EmbeddedEngine) -> None:
    """The USGS gives China 100 percent of gallium refining."""
    [stated] = [
        row
        for row in table("usgs-mcs-2026-leading-producers")
        if (row["substance"], row["stage"], row["area"]) == ("gallium", "refining", "CHN")
    ]
    rows = asked(
        shipped_engine, "exposed-products", element="gallium", kind="cm:ElectronicDevice",
        threshold=stated["share"],
    ).rows  # fmt: skip
    assert rows
    assert {local(row["status"]) for row in rows} == {f"status-{stated['status']}"}
    assert all(things(row["share_source"]) == {*items(stated["source_ids"])} for row in rows)


def test_an_average_says_its_years(shipped_engine: EmbeddedEngine) -> None:
    rows = asked(shipped_engine, "exposed-products", year="2020", evidence="named").rows
    assert {local(row["period"]) for row in rows} == {"2016-2020"}
    assert {local(row["share_of"]) for row in rows} == {"eu-2023-light-rare-earths"}
    key = ("eu-2023-light-rare-earths", "processing", "CHN")
    [stated] = [
        row
        for row in table("eu-crm-2023-shares")
        if (row["substance"], row["stage"], row["area"]) == key
    ]
    assert (stated["period_start"], stated["period_end"]) == ("2016", "2020")


@pytest.mark.parametrize("evidence", ["named", "element", "group", "class", "any"])
def test_rows_rest_on_what_their_records_say(shipped_engine: EmbeddedEngine, evidence: str) -> None:
    texts = {r["id"]: r for name in ("bom-items", "component-materials") for r in table(name)}
    rows = asked(shipped_engine, "exposed-products", evidence=evidence).rows
    assert rows
    for row in rows:
        said = [texts[name] for name in records(shipped_engine, row) if name in texts]
        assert things(row["source"]) == {s for r in said for s in items(r["source_ids"])}
        [of] = {r["amount_of"] for r in said if "amount_of" in r}
        assert local(row.get("amount_of")) == of
        general = [r for r in said if "evidence" not in r]
        level = "class" if general else said[0]["evidence"]
        assert local(row["evidence"]) == f"evidence-{level}"
        assert evidence in (level, "any")
    strength = ["named", "element", "group", "class"]
    keys = [strength.index(local(row["evidence"]).removeprefix("evidence-")) for row in rows]
    assert keys == sorted(keys)
