"""The question what can replace a material and where it is recycled, against the tables of facts.

What is expected is worked out from the CSV files alone: no query and nothing that is derived.
"""

from __future__ import annotations

from functools import cache

import pytest

from kg.engines.embedded import EmbeddedEngine
from tests.queries.fact_tables import Row, asked, items, local, table, things


@cache
def named(name: str) -> dict[str, Row]:
    return {row["id"]: row for row in table(name)}


def related(material: str) -> set[str]:
    """The material, all that it is a kind of and all its kinds; of a group its members and what
    holds some of it; of an element what contains it; and what holds some of the same group."""
    materials, groups = named("materials"), named("groups")
    found = {material}
    up = material
    while up := materials[up]["broader"] if up in materials else "":
        found.add(up)
    kinds = {material}
    while kinds := {row["id"] for row in table("materials") if row["broader"] in kinds}:
        found |= kinds
    if material in groups:
        found |= {*items(groups[material]["members"])}
        of_groups = {material}
    elif material in materials:
        own = materials[material]
        of_groups = {*items(own["some_of"])}
        for element in items(own["elements"]):
            of_groups |= {g for g, row in groups.items() if element in items(row["members"])}
    else:
        of_groups = {g for g, row in groups.items() if material in items(row["members"])}
        found |= {r["id"] for r in table("materials") if material in items(r["elements"])}
    return found | {r["id"] for r in table("materials") if of_groups & {*items(r["some_of"])}}


def flows(facility: str, *directions: str) -> set[str]:
    return {
        row["material"]
        for row in table("facility-flows")
        if row["facility"] == facility and row["direction"] in directions
    }


def recyclers(material: str) -> set[str]:
    scrap = {row["id"] for row in table("materials") if "scrap" in row["name"].lower()}
    found = set()
    for row in table("facilities"):
        taken = flows(row["id"], "input", "planned-input")
        made = flows(row["id"], "output", "planned-output")
        if (
            row["kind"] == "recycling-plant" or "recycling" in items(row["stages"]) or taken & scrap
        ) and related(material) & (taken | made | {*items(row["elements"])}):
            found.add(row["id"])
    return found


@pytest.mark.parametrize(
    "material",
    [
        "ndfeb-magnet",
        "smco-magnet",
        "ndpr-oxide",
        "permanent-magnet",
        "neodymium",
        "germanium",
        "gallium",
        "rare-earths",
        "heavy-rare-earths",
        "iron",
        "cobalt",
        "rare-earth-magnet-scrap",
    ],
)
def test_recyclers_are_those_of_the_tables(shipped_engine: EmbeddedEngine, material: str) -> None:
    rows = asked(shipped_engine, "substitutes-and-recycling", material=material).rows
    found = {local(row["facility"]) for row in rows if "facility" in row}
    assert {name for name in found if not name.startswith("site-")} == recyclers(material)


@pytest.mark.parametrize("material", ["ndfeb-magnet", "ndpr-oxide"])
def test_a_recycler_is_told_in_full(shipped_engine: EmbeddedEngine, material: str) -> None:
    amounts = named("facility-capacities")
    seen = 0
    for row in asked(shipped_engine, "substitutes-and-recycling", material=material).rows:
        name = local(row.get("facility"))
        if not name or name.startswith("site-"):
            continue
        plant = named("facilities")[name]
        assert local(row["country"]) == plant["country"]
        assert local(row.get("facility_status")).removeprefix("facility-status-") == plant["status"]
        assert things(row.get("input")) == flows(name, "input", "planned-input")
        made = things(row.get("output"))
        assert made >= flows(name, "output", "planned-output")
        assert made - flows(name, "output", "planned-output") <= named("groups").keys()
        assert things(row["source"]) >= {*items(plant["source_ids"])}
        for record in things(row.get("record")) & amounts.keys():
            amount = amounts[record]
            assert local(row.get("capacity_of")) == amount["material"]
            assert local(row.get("year")) == amount["year"]
            assert local(row["status"]) == f"status-{amount['status']}"
            assert local(row.get("note")) == amount["note"]
            assert local(row.get("measure"))
            assert things(row["source"]) >= {*items(amount["source_ids"])}
            seen += 1
    assert seen


@pytest.mark.parametrize("material", ["ndfeb-magnet", "niobium-tin", "dysprosium", "iron"])
def test_either_this_or_that_is_said_of_both(shipped_engine: EmbeddedEngine, material: str) -> None:
    """Parts are made of several materials; only some notes say that one stands for another."""
    either = [r for r in table("component-materials") if r["note"].startswith("Either this or")]
    parts = {row["component"]: row for row in either if row["material"] == material}
    expected = {
        (row["component"], row["material"], row["note"], row["id"])
        for row in either
        if row["component"] in parts and row["material"] != material
    }
    found = {
        (
            local(row["component"]),
            local(row["alternative"]),
            row["note"].text,
            *things(row["record"]),
        )
        for row in asked(shipped_engine, "substitutes-and-recycling", material=material).rows
        if "component" in row
    }
    assert found == expected
