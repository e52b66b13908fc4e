"""The questions about agreements and events, against the tables of facts.

What is expected is worked out from the CSV files alone: no query and nothing that is derived.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime

import pytest

from kg.engines.embedded import EmbeddedEngine
from kg.questions import Catalogue, Cell, Question
from tests.queries.fact_tables import Row, asked, begun, items, local, table, things, worded

#: A day after everything that the tables tell of.
LATER = "2027-06-01"
MEASURES = ("measures", "usgs-mcs-2026-export-controls")


# --- agreements -------------------------------------------------------------------------------

AGREEMENTS = ("agreements", "usgs-mcs-2026-agreements")
PARTIES = ("agreement-parties", "usgs-mcs-2026-agreement-parties")


def parties() -> dict[str, set[str]]:
    """Who has entered each agreement."""
    found: dict[str, set[str]] = {}
    for part in table(*PARTIES):
        if part["role"] not in ("proposer", "observer"):
            found.setdefault(part["agreement"], set()).add(part["party"])
    return found


@pytest.mark.parametrize(("party", "material"), [("", ""), ("JPN", ""), ("", "graphite")])
def test_agreements_have_their_parties_and_materials(
    shipped_engine: EmbeddedEngine, party: str, material: str
) -> None:
    answer = asked(shipped_engine, "agreements", party=party or "any", material=material or "any")
    found = {
        local(row["agreement"]): (
            local(row.get("date")),
            things(row.get("parties")),
            things(row.get("materials")),
        )
        for row in answer.rows
    }
    expected = {
        agreement["id"]: (
            agreement["signed_on"],
            parties().get(agreement["id"], set()),
            set(items(agreement["substances"])),
        )
        for agreement in table(*AGREEMENTS)
        if not party or party in parties().get(agreement["id"], set())
        if not material or material in items(agreement["substances"])
    }
    assert found == expected


def test_who_only_proposes_is_no_party(shipped_engine: EmbeddedEngine) -> None:
    answer = asked(shipped_engine, "agreements", party="USA")
    [row] = [r for r in answer.rows if local(r["agreement"]) == "plurilateral-cm-2026"]
    assert things(row.get("parties")) == set()
    assert things(row["proposed_by"]) == {"USA"}


@pytest.mark.parametrize(("a", "b"), [("USA", "EU"), ("CHN", "EU"), ("JPN", "FRA"), ("EU", "USA")])
def test_third_countries_have_agreements_with_both(
    shipped_engine: EmbeddedEngine, a: str, b: str
) -> None:
    entered = parties()
    countries = {who for members in entered.values() for who in members} - {a, b}
    expected = {}
    for country in countries:
        with_a = {name for name, members in entered.items() if {a, country} <= members}
        with_b = {name for name, members in entered.items() if {b, country} <= members}
        if with_a and with_b:
            alone = [sum(len(entered[name]) == 2 for name in names) for names in (with_a, with_b)]
            expected[country] = (with_a, with_b, len(with_a & with_b), *alone)
    answer = asked(shipped_engine, "overlapping-agreements", a=a, b=b)
    found = {
        local(row["country"]): (
            *(things(row["agreement_a"]), things(row["agreement_b"])),
            *(row[name].number for name in ("count_shared", "alone_a", "alone_b")),
        )
        for row in answer.rows
    }
    assert found == expected


def test_an_agreement_says_what_its_table_says(shipped_engine: EmbeddedEngine) -> None:
    rows = asked(shipped_engine, "agreements", party="any", material="any").rows
    found = {local(row["agreement"]): row for row in rows}
    for agreement in table(*AGREEMENTS):
        row = found[agreement["id"]]
        assert local(row["kind"]) == f"agreement-{agreement['kind']}"
        assert worded(row.get("topics")) == set(items(agreement["topics"]))
        assert local(row.get("source_words")) == agreement["status_words"]
        assert local(row.get("address")) == agreement["url"]
        assert local(row.get("note")) == agreement["note"]
        assert things(row["source"]) == set(items(agreement["source_ids"]))
        taking_part = [p for p in table(*PARTIES) if p["agreement"] == agreement["id"]]
        proposing = {p["party"] for p in taking_part if p["role"] == "proposer"}
        assert things(row.get("proposed_by")) == proposing
        assert things(row["record"]) == {agreement["id"], *(p["id"] for p in taking_part)}
    keys = [(local(row.get("date")), local(row["agreement"])) for row in rows]
    assert keys == sorted(
        sorted(keys, key=lambda key: key[1]), key=lambda key: key[0], reverse=True
    )


@pytest.mark.parametrize(("a", "b"), [("USA", "EU"), ("JPN", "FRA")])
def test_third_countries_come_with_what_their_agreements_say(
    shipped_engine: EmbeddedEngine, a: str, b: str
) -> None:
    agreements = {agreement["id"]: agreement for agreement in table(*AGREEMENTS)}
    rows = asked(shipped_engine, "overlapping-agreements", a=a, b=b).rows
    for row in rows:
        country = local(row["country"])
        shared = {
            name
            for name, members in parties().items()
            if country in members and members.intersection((a, b))
        }
        told = [agreements[name] for name in shared]
        assert things(row["record"]) == shared
        for column, cell in (("materials", "substances"), ("source", "source_ids")):
            expected = {item for agreement in told for item in items(agreement[cell])}
            assert things(row.get(column)) == expected
    counts = [(-(row["count_a"].number or 0), local(row["country"])) for row in rows]
    assert counts == sorted(counts)


# --- events -----------------------------------------------------------------------------------


def involved(event: Row) -> set[str]:
    return {*items(event["actors"]), *items(event["affects"])}


@pytest.mark.parametrize(
    ("first", "last", "country"),
    [
        ("2010-01-01", LATER, ""),
        ("2010-09-20", "2010-09-20", ""),
        ("2010-09-21", "2010-09-21", ""),
        ("2010-11-20", "2010-11-20", "JPN"),
        ("2010-11-21", "2010-11-30", "JPN"),
        ("1990-01-01", "1999-12-31", ""),
        ("2024-01-01", "2025-12-31", "EU"),
    ],
)
def test_events_are_those_that_touch_the_time(
    shipped_engine: EmbeddedEngine, first: str, last: str, country: str
) -> None:
    answer = asked(shipped_engine, "events", from_=first, to=last, country=country or "any")
    expected = {
        event["id"]: (set(items(event["actors"])), set(items(event["affects"])))
        for event in table("events")
        if begun(event["started_on"], last)
        and first[: len(event["ended_on"] or event["started_on"])]
        <= (event["ended_on"] or event["started_on"])
        and (not country or country in involved(event))
    }
    found = {
        local(row["event"]): (things(row.get("actors")), things(row.get("affects")))
        for row in answer.rows
    }
    assert found == expected
    starts = [local(row["start"]) for row in answer.rows]
    assert starts == sorted(starts)


def test_what_followed_are_measures_of_who_acted_from_the_same_day(
    shipped_engine: EmbeddedEngine,
) -> None:
    for row in asked(shipped_engine, "events").rows:
        [event] = [e for e in table("events") if e["id"] == local(row["event"])]
        expected = {
            measure["id"]
            for measure in table(*MEASURES)
            if measure["valid_from"] == event["started_on"]
            and measure["imposed_by"] in items(event["actors"])
        }
        assert things(row.get("measures")) == expected


def test_an_event_says_what_its_table_says(shipped_engine: EmbeddedEngine) -> None:
    events = {event["id"]: event for event in table("events")}
    for row in asked(shipped_engine, "events", from_="1900-01-01", to=LATER).rows:
        event = events.pop(local(row["event"]))
        assert local(row["kind"]) == f"event-{event['kind']}"
        assert (local(row["start"]), local(row.get("end"))) == (
            event["started_on"],
            event["ended_on"],
        )
        assert worded(row.get("other_actors")) == set(items(event["actor_words"]))
        assert worded(row.get("other_affects")) == set(items(event["affects_words"]))
        assert local(row.get("summary")) == event["summary"]
        assert things(row["source"]) == set(items(event["source_ids"]))
    assert not events


def test_without_a_last_day_events_go_up_to_today(shipped_engine: EmbeddedEngine) -> None:
    found = {local(row["event"]) for row in asked(shipped_engine, "events").rows}
    today = datetime.now(UTC).date().isoformat()
    assert found == {
        event["id"]
        for event in table("events")
        if begun(event["started_on"], today)
        and (event["ended_on"] or event["started_on"]) >= "2010"
    }


# --- all of them ------------------------------------------------------------------------------

QUESTIONS = [q for q in Catalogue.load().values() if q.theme == "laws"]


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda q: q.id)
def test_every_row_has_a_source_and_every_thing_a_label(
    shipped_engine: EmbeddedEngine, question: Question
) -> None:
    answer = asked(shipped_engine, question.id)
    assert len(answer.rows) == len({repr(sorted(_texts(row))) for row in answer.rows})
    for row in answer.rows:
        assert row["source"].items
        assert row["record"].items
        shown = (c for name, c in row.items() if name != "record")
        for cell in (one for c in shown for one in (c.items or (c,))):
            assert not cell.iri or cell.text != cell.name, cell


def _texts(row: Mapping[str, Cell]) -> Iterable[tuple[str, str]]:
    return ((name, cell.text) for name, cell in row.items())
