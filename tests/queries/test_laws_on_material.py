"""How a material is named by measures and laws, against the tables of facts.

What is expected is worked out from the CSV files alone: no query and nothing that is derived.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pytest

from kg.engines.embedded import EmbeddedEngine
from tests.queries.fact_tables import asked, columns, items, local, table, things, worded
from tests.queries.test_laws import LATER, MEASURES, state_of


def how_named(asked_for: str) -> Mapping[str, str]:
    """What has to do with a material, and how, the nearest way first."""
    groups = {g["id"]: set(items(g["members"])) for g in table("groups")}
    materials = {m["id"]: m for m in table("materials")}
    contents = {name: set(items(m["elements"])) for name, m in materials.items()}
    for part in table("compositions"):
        contents.setdefault(part["material"], set()).add(part["element"])

    def above(name: str) -> set[str]:
        over = items(materials[name]["broader"]) if name in materials else []
        return {*over, *(higher for one in over for higher in above(one))}

    ways = {
        "a material that contains it": {
            name
            for name, inside in contents.items()
            if asked_for in inside
            or asked_for in items(materials[name]["some_of"])
            or inside & groups.get(asked_for, set())
        },
        "a kind of it": {name for name in materials if asked_for in above(name)},
        "what it is a kind of": above(asked_for),
        "a member of it": groups.get(asked_for, set()),
        "a group that has it": {name for name, members in groups.items() if asked_for in members},
        "itself": {asked_for},
    }
    return {name: how for how, names in ways.items() for name in names}


@pytest.mark.parametrize(
    "asked_for",
    ["permanent-magnet", "ndfeb-magnet", "samarium", "iron", "rare-earths", "light-rare-earths"],
)
def test_every_way_to_name_a_material_is_told(
    shipped_engine: EmbeddedEngine, asked_for: str
) -> None:
    named = how_named(asked_for)
    answer = asked(
        shipped_engine, "measures-in-force", imposed_by="any", on=LATER, material=asked_for
    )
    assert columns(answer, "measure", "material", "named_as") == sorted(
        (measure["id"], substance, named[substance])
        for measure in table(*MEASURES)
        if state_of(measure, LATER)
        for substance in items(measure["substances"])
        if substance in named
    )
    answer = asked(shipped_engine, "laws-on-material", material=asked_for)
    assert columns(answer, "law", "act", "measure", "material", "stage", "named_as") == sorted(
        (*act, named[act[3]]) for act in acts_on(set(named))
    )


def acts_on(substances: set[str]) -> Iterator[tuple[str, str, str, str, str]]:
    """Law, what it does, measure, material and stage of all that names one of some substances."""
    done: set[tuple[str, str]] = set()
    for measure in table(*MEASURES):
        for substance in substances.intersection(items(measure["substances"])):
            done.add((measure["law"], substance))
            for stage in items(measure["stages"]) or [""]:
                at = f"stage-{stage}" if stage else ""
                yield measure["law"], "imposes a measure", measure["id"], substance, at
    for target in table("targets"):
        if target["substance"] in substances:
            done.add((target["law"], target["substance"]))
            stage = f"stage-{target['stage']}" if target["stage"] else ""
            yield target["law"], "sets a target", "", target["substance"], stage
    for law in table("laws", "critical-lists"):
        for substance in substances.intersection(items(law["substances"])):
            if (law["id"], substance) not in done:
                yield law["id"], "is about it", "", substance, ""


@pytest.mark.parametrize("material", ["rare-earths", "cobalt", "gallium", "lithium", "tantalum"])
def test_everything_that_names_a_material_is_listed(
    shipped_engine: EmbeddedEngine, material: str
) -> None:
    groups = {g["id"]: set(items(g["members"])) for g in table("groups")}
    named = {material, *groups.get(material, ())}
    named |= {group for group, members in groups.items() if material in members}
    answer = asked(shipped_engine, "laws-on-material", material=material)
    found = [
        tuple(local(row.get(name)) for name in ("law", "act", "measure", "material", "stage"))
        for row in answer.rows
        if local(row["named_as"]) != "a material that contains it"
    ]
    assert sorted(found) == sorted(acts_on(named))


def test_the_days_of_a_measure_go_before_those_of_its_law(shipped_engine: EmbeddedEngine) -> None:
    rows = columns(
        asked(shipped_engine, "laws-on-material", material="permanent-magnet"),
        *("measure", "valid_from", "adopted", "jurisdiction"),
    )
    # The law was adopted in 2024; the tariff applies from 2026.
    assert ("measure-usa-s301-magnets", "2026-01-01", "2024-05-14", "USA") in rows


def test_a_law_on_a_material_says_what_its_table_says(shipped_engine: EmbeddedEngine) -> None:
    laws = {law["id"]: law for law in table("laws", "critical-lists")}
    measures = {measure["id"]: measure for measure in table(*MEASURES)}
    targets = {target["id"]: target for target in table("targets")}
    pauses = {pause["measure"]: pause for pause in table("suspensions")}
    for material in ("rare-earths", "cobalt", "germanium"):
        rows = asked(shipped_engine, "laws-on-material", material=material).rows
        places = [local(row["jurisdiction"]) for row in rows]
        assert places == sorted(places)
        for row in rows:
            law = laws.get(local(row.get("law")), {})
            measure = measures.get(local(row.get("measure")))
            pause = pauses.get(local(row.get("measure")))
            target = next((targets[r] for r in things(row["record"]) if r in targets), None)
            record = measure or target or law
            dated = measure or law
            end = "valid_until" if measure else "ended"
            start = "valid_from" if measure else "in_force"
            kind = f"measure-{measure['kind']}" if measure else f"law-{law['kind']}"
            assert local(row["kind"]) == kind
            assert local(row["jurisdiction"]) == (measure or {}).get(
                "imposed_by", law.get("jurisdiction")
            )
            assert local(row.get("valid_from")) == dated[start]
            assert local(row.get("valid_until")) == dated[end]
            assert local(row.get("source_words")) == dated["status_words"]
            assert local(row.get("adopted")) == law.get("adopted", "")
            assert local(row.get("number")) == law.get("official_number", "")
            for name, column in (
                ("suspended_from", "valid_from"),
                ("suspended_until", "valid_until"),
            ):
                assert local(row.get(name)) == (pause[column] if pause else "")
            assert worded(row.get("words")) == set(items(record["words"]))
            assert things(row["source"]) == set(items(record["source_ids"]))
            assert things(row["record"]) == {record["id"], *([pause["id"]] if pause else [])}
