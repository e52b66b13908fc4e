"""The questions about elements and their forms, against the tables of facts.

What is expected is worked out from the CSV files alone: no query and nothing that is derived.
"""

from __future__ import annotations

from functools import cache

import pytest

from kg.engines.embedded import EmbeddedEngine
from tests.queries.fact_tables import Row, asked, begun, items, local, table, things

# --- rare earths ------------------------------------------------------------------------------


@cache
def members() -> dict[str, set[str]]:
    return {row["id"]: set(items(row["members"])) for row in table("groups")}


def test_the_rare_earths_are_light_heavy_or_neither(shipped_engine: EmbeddedEngine) -> None:
    elements = {row["id"]: row for row in table("elements")}
    groups = members()
    expected = []
    for element in groups["rare-earths"]:
        line = [g for g in ("light-rare-earths", "heavy-rare-earths") if element in groups[g]]
        row = elements[element]
        magnet = "yes" if element in groups["magnet-rare-earths"] else "no"
        expected.append((int(row["atomic_number"]), element, row["symbol"], "".join(line), magnet))
    answer = asked(shipped_engine, "rare-earths")
    found = [
        (
            int(row["atomic_number"].text),
            local(row["element"]),
            row["symbol"].text,
            local(row.get("group")),
            row["magnet"].text,
        )
        for row in answer.rows
    ]
    assert found == sorted(expected)
    assert len(found) == 17


def test_other_lines_between_light_and_heavy_are_told(shipped_engine: EmbeddedEngine) -> None:
    own = {"rare-earths", "light-rare-earths", "heavy-rare-earths", "magnet-rare-earths"}
    for row in asked(shipped_engine, "rare-earths").rows:
        element = local(row["element"])
        others = {g for g, inside in members().items() if element in inside} - own
        assert things(row.get("other_groups")) == others


def test_a_line_is_drawn_by_the_sources_of_its_group(shipped_engine: EmbeddedEngine) -> None:
    stated = {row["id"]: set(items(row["source_ids"])) for row in table("groups")}
    for row in asked(shipped_engine, "rare-earths").rows:
        assert things(row["source"]) == stated[local(row.get("group")) or "rare-earths"]


# --- uses -------------------------------------------------------------------------------------


def uses(substance: str) -> set[frozenset[str]]:
    """The records that each row rests on."""
    parts = [r for r in table("component-materials") if substance in items(r["substances"])]
    found = {frozenset({row["id"]}) for row in parts}
    for row in table("bom-items"):
        if substance in items(row["substances"]):
            found.add(frozenset({row["id"]}))
        else:
            same_part = [part for part in parts if part["component"] == row["component"]]
            found |= {frozenset({row["id"], part["id"]}) for part in same_part}
    for row in table("end-use-shares", "eu-crm-2023-uses"):
        if substance in items(row["substances"]):
            found.add(frozenset({row["id"]}))
    return found


@pytest.mark.parametrize(
    "element",
    [
        "neodymium",
        "dysprosium",
        "samarium",
        "gallium",
        "cobalt",
        "lithium",
        "tungsten",
        "rare-earths",
    ],
)
def test_uses_are_all_that_name_the_element(shipped_engine: EmbeddedEngine, element: str) -> None:
    rows = asked(shipped_engine, "uses-of-element", element=element).rows
    assert len(rows) == len({frozenset(things(row["record"])) for row in rows})
    assert {frozenset(things(row["record"])) for row in rows} == uses(element)


@pytest.mark.parametrize("element", ["neodymium", "gallium", "rare-earths"])
def test_a_use_says_what_its_record_says(shipped_engine: EmbeddedEngine, element: str) -> None:
    of_products = {row["id"]: row for row in table("bom-items")}
    of_parts = {row["id"]: row for row in table("component-materials")}
    for row in asked(shipped_engine, "uses-of-element", element=element).rows:
        records = things(row["record"])
        for record in records & of_products.keys():
            item = of_products[record]
            assert local(row["product"]) == item["product"]
            assert local(row.get("component")) == item["component"]
            if len(records) == 1:
                amount = item["amount"] or item["amount_low"]
                number = row["quantity"].number if "quantity" in row else None
                assert number == (float(amount) if amount else None)
                assert local(row["evidence"]) == f"evidence-{item['evidence']}"
                assert local(row.get("material")) == item["material"]
            else:
                assert "quantity" not in row
                assert local(row["evidence"]) == "evidence-class"
        for record in records & of_parts.keys():
            assert local(row["component"]) == of_parts[record]["component"]


# --- lists of critical materials --------------------------------------------------------------


def listed_on(day: str) -> set[tuple[str, str]]:
    """Materials and lists that hold on a day: each until the next of its government."""
    texts = {row["id"]: row for row in table("laws", "critical-lists")}
    entries = table(
        "eu-crm-designations", "usgs-mcs-2025-critical-list", "usgs-mcs-2026-critical-list"
    )
    lists = {row["list"] for row in entries}
    since = {name: texts[name]["in_force"] or texts[name]["adopted"] for name in lists}
    held = set()
    for name in lists:
        later = [
            since[other]
            for other in lists
            if texts[other]["jurisdiction"] == texts[name]["jurisdiction"]
            and since[other] > since[name]
        ]
        if begun(since[name], day) and not (later and begun(min(later), day)):
            held.add(name)
    return {(row["substance"], row["list"]) for row in entries if row["list"] in held}


@pytest.mark.parametrize(
    "day",
    [
        "2010-12-31",
        "2011-01-01",
        "2014-05-25",
        "2014-05-26",
        "2021-07-01",
        "2025-10-31",
        "2026-11-23",
    ],
)
def test_lists_of_critical_materials_follow_each_other(
    shipped_engine: EmbeddedEngine, day: str
) -> None:
    rows = asked(shipped_engine, "criticality", on=day).rows
    found = {(local(row["material"]), local(row["list"])) for row in rows}
    assert found == listed_on(day)
    assert len(found) == len(rows)


# --- forms ------------------------------------------------------------------------------------


def holding(form: Row, element: str) -> str:
    """Whether a form holds the element, some of a group that it is in, something else, or no
    source read says what."""
    groups = {group for group, inside in members().items() if element in inside}
    if element in items(form["elements"]):
        return "it"
    if groups.intersection(items(form["some_of"])):
        return "group"
    return "other" if form["elements"] or form["some_of"] else "unsaid"


def steps(element: str) -> dict[tuple[str, str, str], tuple[str, str]]:
    """Steps with the element: whether both ends name it, and whether there is another way."""
    forms = {row["id"]: row for row in table("materials")}
    holds = {name: holding(row, element) for name, row in forms.items()}
    holds |= {row["id"]: "it" if row["id"] == element else "other" for row in table("elements")}
    recipes = table("recipes")
    inputs: dict[str, set[str]] = {}
    for row in recipes:
        inputs.setdefault(row["output"], set()).add(row["input"])
    found = {}
    for row in recipes:
        start, end = holds[row["input"]], holds[row["output"]]
        known = {holds[name] for name in inputs[row["output"]]}
        onward = {holds[r["output"]] for r in recipes if r["input"] == row["output"]}
        counts = (
            (start in ("it", "group") and end == "it")
            or (start == "it" and end in ("group", "unsaid"))
            or (start == end == "group" and onward & {"it", "group"})
            or (end == "it" and start == "unsaid")
            or (end == "it" and not known & {"it", "group"})
        )
        if counts:
            ways = [name for name in inputs[row["output"]] if holds[name] in ("it", "group")]
            both = "yes" if start == end == "it" else "no"
            key = (row["input"], row["output"], row["stage"])
            found[key] = (both, "yes" if len(ways) > 1 else "no")
    return found


@pytest.mark.parametrize(
    "element",
    ["neodymium", "dysprosium", "gallium", "tungsten", "lithium", "carbon", "germanium", "cobalt"],
)
def test_the_steps_from_ore_to_product(shipped_engine: EmbeddedEngine, element: str) -> None:
    rows = asked(shipped_engine, "forms-of-element", element=element).rows
    found = {}
    for row in rows:
        stage = local(row["stage"]).removeprefix("stage-")
        key = (local(row["from_form"]), local(row["to_form"]), stage)
        found[key] = (row["named"].text, row["alternative_route"].text)
    assert found == steps(element)
    assert len(found) == len(rows)


# --- substitutes and recycling ----------------------------------------------------------------


def test_all_plants_that_recycle_rare_earth_magnets_are_found(
    shipped_engine: EmbeddedEngine,
) -> None:
    scrap = {row["id"] for row in table("materials") if "scrap" in row["name"].lower()}
    plants = {
        row["id"]
        for row in table("facilities", "sites")
        if row["kind"] == "recycling-plant" or "recycling" in items(row["stages"])
    }
    magnets = {
        row["id"]
        for row in table("materials")
        if "rare-earths" in items(row["some_of"]) or row["id"].endswith(("magnet", "ndfeb-magnet"))
    }
    flows = table("facility-flows")
    takers = {
        flow["facility"]
        for flow in flows
        if flow["material"] in scrap and flow["direction"] in ("input", "planned-input")
    }
    expected = {
        flow["facility"]
        for flow in flows
        if flow["facility"] in plants | takers and flow["material"] in magnets
    }
    answer = asked(shipped_engine, "substitutes-and-recycling")
    found = {local(row["facility"]) for row in answer.rows if "facility" in row}
    assert found == expected
    assert "umicore-germanium" not in found
    for row in answer.rows:
        if "facility" in row:
            of_plant = [f for f in flows if f["facility"] == local(row["facility"])]
            taken = {f["material"] for f in of_plant if f["direction"].endswith("input")}
            assert things(row.get("input")) == taken


def test_amounts_of_recyclers_are_those_of_the_table(shipped_engine: EmbeddedEngine) -> None:
    amounts = {row["id"]: row for row in table("facility-capacities")}
    compared = 0
    for row in asked(shipped_engine, "substitutes-and-recycling").rows:
        for record in things(row.get("record")) & amounts.keys():
            assert row["capacity"].number == float(amounts[record]["value"])
            assert local(row["unit"]) == f"unit-{amounts[record]['unit']}"
            assert set(items(amounts[record]["source_ids"])) <= things(row["source"])
            compared += 1
    assert compared >= 5


def test_an_alternative_is_marked_for_what_it_is(shipped_engine: EmbeddedEngine) -> None:
    broader = {row["id"]: row["broader"] for row in table("materials")}
    answer = asked(shipped_engine, "substitutes-and-recycling", material="smco-magnet")
    kinds: dict[str, set[str]] = {}
    for row in answer.rows:
        if "alternative" in row:
            kinds.setdefault(row["relation"].text, set()).add(local(row["alternative"]))
    assert kinds == {
        "either of two in one part": {"ndfeb-magnet"},
        "another material of the same kind": {
            name
            for name, kind in broader.items()
            if kind == broader["smco-magnet"] and name != "smco-magnet"
        },
    }
    inferred = {
        local(row.get("status")) for row in answer.rows if "same kind" in row["relation"].text
    }
    assert inferred == {"status-inferred"}
