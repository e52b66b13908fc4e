"""The questions about laws and measures, against the tables of facts.

What is expected is worked out from the CSV files alone: no query and nothing that is derived.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime

import pytest

from kg.engines.embedded import EmbeddedEngine
from tests.queries.fact_tables import (
    Row,
    asked,
    begun,
    columns,
    items,
    local,
    table,
    things,
    worded,
)

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


def test_a_measure_says_what_its_table_says(shipped_engine: EmbeddedEngine) -> None:
    measures = {measure["id"]: measure for measure in table(*MEASURES)}
    rows = asked(shipped_engine, "measures-in-force", imposed_by="any", on=LATER).rows
    assert rows
    for row in rows:
        measure = measures[local(row["measure"])]
        assert local(row["imposed_by"]) == measure["imposed_by"]
        assert local(row["kind"]) == f"measure-{measure['kind']}"
        against = {
            "all-destinations" if w == "ALL" else w for w in items(measure["directed_against"])
        }
        assert things(row.get("against")) == against
        assert things(row.get("stages")) == {f"stage-{s}" for s in items(measure["stages"])}
        assert worded(row.get("words")) == set(items(measure["words"]))
        assert local(row.get("law")) == measure["law"]
        assert local(row.get("source_words")) == measure["status_words"]
        assert local(row.get("note")) == measure["note"]
        assert things(row["source"]) == set(items(measure["source_ids"]))


def test_without_a_day_measures_are_those_of_today(shipped_engine: EmbeddedEngine) -> None:
    today = datetime.now(UTC).date().isoformat()
    answer = asked(shipped_engine, "measures-in-force")
    assert columns(answer, "measure", "material", "in_force") == sorted(in_force("CHN", today))
    order = [tuple(local(r.get(n)) for n in ("measure", "material")) for r in answer.rows]
    days = [local(row.get("valid_from")) for row in answer.rows]
    assert days == sorted(days)
    assert [(day, *what) for day, what in zip(days, order, strict=True)] == sorted(
        (day, *what) for day, what in zip(days, order, strict=True)
    )


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
    [figure] = [
        share
        for share in table("eu-crm-2023-sourcing")
        if (share["substance"], share["stage"], share["supplier"]) == (substance, stage, supplier)
    ]
    assert local(cap["status"]) == f"status-{figure['status']}"
    assert local(cap["current_year"]) == figure["year"]
    assert things(cap["current_source"]) == {figure["source_ids"]}
    assert figure["id"] in things(cap["record"])


def test_a_target_stands_with_the_state_of_its_law(shipped_engine: EmbeddedEngine) -> None:
    laws = {law["id"]: law for law in table("laws", "critical-lists")}
    targets = {target["id"]: target for target in table("targets")}
    rows = asked(shipped_engine, "targets", law="any").rows
    for row in rows:
        [record] = [targets[name] for name in things(row["record"]) if name in targets]
        assert local(row.get("source_words")) == laws[record["law"]]["status_words"]
        assert things(row["source"]) == set(items(record["source_ids"]))
    order = [(local(row["law"]), local(row.get("by"))) for row in rows]
    assert order == sorted(order)


def test_nothing_stands_beside_a_target_that_no_figure_counts(
    shipped_engine: EmbeddedEngine,
) -> None:
    for law in ("eu-batteries-reg", "ind-stockpile-2025", "gbr-vision-2035"):
        answer = asked(shipped_engine, "targets", law=law)
        assert answer.rows
        assert not any("current" in row or "status" in row for row in answer.rows)
