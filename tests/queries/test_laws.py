"""The questions about laws and measures, against the tables of facts.

What is expected is worked out from the CSV files alone: no query and nothing that is derived.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pytest

from kg.engines.embedded import EmbeddedEngine
from tests.queries.fact_tables import Row, asked, begun, columns, items, local, table, things

#: A day after everything that the tables tell of.
LATER = "2027-06-01"


# --- measures in force ------------------------------------------------------------------------

MEASURES = ("measures", "usgs-mcs-2026-export-controls")


def state_of(measure: Row, day: str) -> str:
    """What the tables say of a measure on a day; empty where it does not apply."""
    laws = {law["id"]: law for law in table("laws", "critical-lists")}
    adopted = laws[measure["law"]]["adopted"] if measure["law"] else ""
    start, end = measure["valid_from"], measure["valid_until"]
    if (end and begun(end, day)) or not begun(start or adopted, day):
        return ""
    pauses = [p for p in table("suspensions") if p["measure"] == measure["id"]]
    past = [p for p in pauses if begun(p["valid_from"], day)]
    if any(not begun(p["valid_until"], day) for p in past):
        return "suspended"
    if not start or (len(start) < len(day) and day.startswith(start)):
        return "not known"
    return "again after suspension" if past else "yes"


def in_force(place: str, day: str) -> Iterator[tuple[str, str, str]]:
    for measure in table(*MEASURES):
        if measure["imposed_by"] == place and (state := state_of(measure, day)):
            for substance in items(measure["substances"]) or [""]:
                yield measure["id"], substance, state


@pytest.mark.parametrize("place", ["CHN", "USA", "EU", "IDN"])
@pytest.mark.parametrize(
    "day",
    [
        *("2010-06-30", "2010-07-01", "2010-12-31", "2011-01-01", "2014-12-31", "2015-01-01"),
        *("2023-07-31", "2023-08-01", "2024-12-31", "2025-01-01", "2025-04-03", "2025-04-04"),
        *("2025-11-06", "2025-11-07", "2025-11-08", "2025-11-09", "2025-12-01", "2026-11-09"),
        *("2026-11-10", "2026-11-26", "2026-11-27", "2026-12-31", "2027-01-01"),
    ],
)
def test_measures_apply_from_the_first_day_up_to_the_last(
    shipped_engine: EmbeddedEngine, place: str, day: str
) -> None:
    answer = asked(shipped_engine, "measures-in-force", imposed_by=place, on=day)
    assert columns(answer, "measure", "material", "in_force") == sorted(in_force(place, day))


def test_what_is_suspended_is_marked_and_says_until_when(shipped_engine: EmbeddedEngine) -> None:
    answer = asked(shipped_engine, "measures-in-force", on="2026-01-01")
    pauses = {p["measure"]: p for p in table("suspensions")}
    for row in answer.rows:
        pause = pauses.get(local(row["measure"]))
        assert local(row["suspended"]) == ("yes" if pause else "no")
        if pause:
            assert local(row["suspended_until"]) == pause["valid_until"]
            assert local(row["suspending_law"]) == pause["law"]
            assert things(row["record"]) == {pause["measure"], pause["id"]}


def test_a_material_is_found_by_what_it_belongs_to(shipped_engine: EmbeddedEngine) -> None:
    answer = asked(
        shipped_engine, "measures-in-force", imposed_by="any", on=LATER, material="ndfeb-magnet"
    )
    found = set(columns(answer, "measure", "material", "named_as"))
    # materials.csv: an NdFeB magnet is a kind of rare-earth magnet, and that of permanent magnet.
    named = {"ndfeb-magnet": "itself", "rare-earth-magnet": "", "permanent-magnet": ""}
    expected = {
        (measure["id"], substance, named[substance] or "what it is a kind of")
        for measure in table(*MEASURES)
        if state_of(measure, LATER)
        for substance in items(measure["substances"])
        if substance in named
    }
    assert found == expected


def test_a_group_and_its_members_are_told_apart(shipped_engine: EmbeddedEngine) -> None:
    groups = {g["id"]: set(items(g["members"])) for g in table("groups")}
    for asked_for in ("dysprosium", "rare-earths", "gallium"):
        answer = asked(
            shipped_engine, "measures-in-force", imposed_by="any", on=LATER, material=asked_for
        )
        found = set(columns(answer, "measure", "material", "named_as"))
        expected = {
            (measure["id"], substance, how)
            for measure in table(*MEASURES)
            if state_of(measure, LATER)
            for substance in items(measure["substances"])
            if (how := _named_as(asked_for, substance, groups))
        }
        assert {row for row in found if row[2] != "a material that contains it"} == expected


def _named_as(asked_for: str, named: str, groups: Mapping[str, set[str]]) -> str:
    if asked_for == named:
        return "itself"
    if asked_for in groups.get(named, set()):
        return "a group that has it"
    return "a member of it" if named in groups.get(asked_for, set()) else ""


# --- laws on a material -----------------------------------------------------------------------


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


# --- products that a measure touches ----------------------------------------------------------


def touched(substances: set[str], materials: set[str]) -> set[tuple[str, str, str, str]]:
    """Product, component, what it has of these, and evidence, by what the sources say."""
    products = {p["id"] for p in table("products", "energy-technologies")}
    of_class: dict[str, list[Row]] = {}
    for made in table("component-materials"):
        of_class.setdefault(made["component"], []).append(made)
    found: set[tuple[str, str, str, str]] = set()
    for item in table("bom-items"):
        if item["product"] not in products:
            continue
        stated, part = set(items(item["substances"])), item["component"]
        own = (stated & substances) | ({item["material"]} & materials)
        found |= {(item["product"], part, has, f"evidence-{item['evidence']}") for has in own}
        for made in of_class.get(part, ()):
            inside = (set(items(made["substances"])) & substances) - stated
            inside |= {made["material"]} & materials - {item["material"]}
            found |= {(item["product"], part, has, "evidence-class") for has in inside}
    return found


@pytest.mark.parametrize(
    "measure",
    ["measure-chn-mofcom-18-2025", "measure-chn-mofcom-23-2023", "measure-usa-dfars-7052"],
)
def test_products_are_those_that_have_what_a_measure_names(
    shipped_engine: EmbeddedEngine, measure: str
) -> None:
    [row] = [m for m in table("measures") if m["id"] == measure]
    materials = {m["id"]: m for m in table("materials")}
    named = set(items(row["substances"]))
    answer = asked(shipped_engine, "products-hit-by-measure", measure=measure)
    found = {
        (
            local(r["product"]),
            local(r.get("component")),
            local(r.get("stated")) or local(r["material"]),
            local(r["evidence"]),
        )
        for r in answer.rows
        if "kind of" not in local(r["touched_by"])
    }
    assert found == touched(named - materials.keys(), named & materials.keys())


def test_the_share_is_that_of_the_country_and_the_stage_of_the_measure(
    shipped_engine: EmbeddedEngine,
) -> None:
    names = ("material", "element", "country", "stage", "share", "share_of", "year")
    controls = columns(asked(shipped_engine, "products-hit-by-measure"), *names)
    # eu-crm-2023-shares.csv: the processing of light rare earths, China 84.9 percent.
    light = ("CHN", "stage-refining", "84.9", "eu-2023-light-rare-earths", "2020")
    assert ("samarium", "samarium", *light) in controls
    # shares.csv has two figures of magnet making for China in 2025; one is preferred.
    magnets = ("CHN", "stage-magnet-making", "92", "rare-earth-magnet", "2025")
    assert ("smco-magnet", "", *magnets) in controls
    assert {"92", "98"} <= {
        share["share"]
        for share in table("shares")
        if (share["substance"], share["stage"]) == ("rare-earth-magnet", "magnet-making")
        and (share["area"], share["year"]) == ("CHN", "2025")
    }
    # A rule of purchase acts on the countries that it is directed against.
    purchase = asked(shipped_engine, "products-hit-by-measure", measure="measure-usa-dfars-7052")
    assert {place for (place,) in columns(purchase, "country")} <= {"CHN", "RUS", "PRK", "IRN", ""}


def test_a_general_material_touches_its_kinds(shipped_engine: EmbeddedEngine) -> None:
    answer = asked(shipped_engine, "products-hit-by-measure", measure="measure-usa-s301-magnets")
    rows = columns(answer, "product", "material", "touched_by")
    kind = "in a kind of the material that the measure names"
    # bom-items.csv: the F-35 has samarium-cobalt magnets, which are permanent magnets.
    assert ("f-35", "permanent-magnet", kind) in rows


# --- targets ----------------------------------------------------------------------------------


def test_every_target_is_told_as_its_text_sets_it(shipped_engine: EmbeddedEngine) -> None:
    names = ("target", "law", "bound", "value", "unit", "by", "stage", "material", "counts")
    found = columns(asked(shipped_engine, "targets", law="any"), *names)
    expected = sorted(
        (
            *(target["words"], target["law"], bound, f"{float(target[column]):g}"),
            *(f"unit-{target['unit']}", target["year"]),
            f"stage-{target['stage']}" if target["stage"] else "",
            *(target["substance"], target["measure"]),
        )
        for target in table("targets")
        for column, bound in (("value", "the value"), ("low", "at least"), ("high", "at most"))
        if target[column]
    )
    assert [(*row[:3], f"{float(row[3]):g}", *row[4:]) for row in found] == expected


def test_where_a_cap_stands_is_the_greatest_share_of_another_country(
    shipped_engine: EmbeddedEngine,
) -> None:
    members = {
        m["country"] for m in table("memberships") if m["bloc"] == "EU" and not m["valid_until"]
    }
    others = [
        (float(share["share"]), share["substance"], share["stage"], share["supplier"])
        for share in table("eu-crm-2023-sourcing")
        if share["share"] and share["supplier"] not in {"EU", *members}
    ]
    highest, substance, stage, supplier = max(others)
    positions = {(substance, stage) for _, substance, stage, _ in others}
    over = {(substance, stage) for share, substance, stage, _ in others if share > 65}
    answer = asked(shipped_engine, "targets", law="eu-crma")
    [cap] = [r for r in answer.rows if "current" in r]
    assert cap["target"].text == "At most 65 percent from one third country"
    assert cap["current"].number == highest
    assert local(cap["current_material"]) == substance
    assert local(cap["current_stage"]) == f"stage-{stage}"
    assert local(cap["current_country"]) == supplier
    assert (cap["over"].number, cap["of"].number) == (len(over), len(positions))


def test_nothing_stands_beside_a_target_that_no_figure_counts(
    shipped_engine: EmbeddedEngine,
) -> None:
    for law in ("eu-batteries-reg", "ind-stockpile-2025", "gbr-vision-2035"):
        answer = asked(shipped_engine, "targets", law=law)
        assert answer.rows
        assert not any("current" in row or "status" in row for row in answer.rows)
