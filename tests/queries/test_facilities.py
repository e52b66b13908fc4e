"""The questions on facilities, held against the fact tables: read as CSV, without the graph."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from functools import cache

import pytest

from kg.engines.embedded import EmbeddedEngine
from kg.questions import Cell
from kg.shipped import facts_dir
from tests.queries.fact_tables import Row, asked, items, local, table, things

COVERED = {
    "processing": {"processing", "refining", "separation", "smelting"},
    "refining": {"refining", "separation", "smelting"},
}
OWNING = {"owner", "equity", "joint-venture", "parent"}


# --- what the tables say ----------------------------------------------------------------------


@cache
def places_of_work() -> dict[str, Row]:
    """The facilities of both tables, by id."""
    return {row["id"]: row for name in ("facilities", "sites") for row in table(name)}


def site_records() -> Iterator[tuple[str, Row]]:
    """What surveys say of a site, each with its facility."""
    facility_of = {row["record"]: row["facility"] for row in table("site-identities")}
    for path in sorted((facts_dir() / "tables").glob("*-sites.csv")):
        for row in table(path.stem):
            yield facility_of[row["id"]], row


def handling(element: str) -> dict[str, set[str]]:
    """The facilities that handle an element, each with how: by its own row, by a record of the
    site, or by a material in which the element is."""
    material = {row["id"] for row in table("materials") if element in items(row["elements"])}
    direction = {
        "input": "takesIn",
        "output": "produces",
        "planned-input": "isToTakeIn",
        "planned-output": "isToProduce",
        "holds": "holds",
    }
    role = {"holds": "holds", "produces": "produces", "is-to-produce": "isToProduce"}
    found: dict[str, set[str]] = defaultdict(set)
    for row in table("facilities"):
        if element in items(row["elements"]):
            found[row["id"]].add("handlesElement")
    for row in table("facility-flows"):
        if row["material"] in material | {element}:
            found[row["facility"]].add(direction[row["direction"]])
    for facility, record in site_records():
        if element in items(record["elements"]):
            found[facility].add("handlesElement")
        if record["role"] and material & {*items(record["others"])}:
            found[facility].add(role[record["role"]])
    return found


def capacities() -> dict[str, set[str]]:
    """The ids of the capacities of each facility."""
    facility_of = {row["record"]: row["facility"] for row in table("site-identities")}
    found: dict[str, set[str]] = defaultdict(set)
    for row in table("facility-capacities"):
        if row["measure"] == "capacity":
            found[row["facility"]].add(row["id"])
    for stem in ("usgs-africa-capacities", "usgs-indo-pacific-capacities"):
        for row in table(stem):
            if row["measure"] == "capacity":
                found[facility_of[row["record"]]].add(row["id"])
    return found


def stakes_in(held: str) -> list[Row]:
    return [row for row in table("stakes") if row["held"] == held]


def chain(held: str) -> dict[str, tuple[str, str, int]]:
    """The stakes in something and in its holders: holder, what is held, and the fewest steps."""
    found: dict[str, tuple[str, str, int]] = {}
    level, depth = [held], 1
    while level:
        rows = [row for one in level for row in stakes_in(one) if row["id"] not in found]
        found |= {row["id"]: (row["holder"], row["held"], depth) for row in rows}
        level, depth = [row["holder"] for row in rows], depth + 1
    return found


def last_owners(held: str) -> set[str]:
    """Who owns it in the end: holders whose own holders are not on record for more than half."""
    current = [r for r in stakes_in(held) if not r["valid_until"] and r["kind"] in OWNING]
    known = [r["fraction"] for r in current]
    if not current or (all(known) and sum(map(float, known)) <= 0.5):
        return {held}
    return {owner for row in current for owner in last_owners(row["holder"])}


# --- facilities -------------------------------------------------------------------------------


@pytest.mark.parametrize("element", ["dysprosium", "samarium", "germanium"])
def test_all_facilities_that_handle_an_element_are_found_and_no_others(
    shipped_engine: EmbeddedEngine, element: str
) -> None:
    rows = asked(shipped_engine, "facilities", element=element).rows
    assert {local(r["facility"]): things(r["relation"]) for r in rows} == handling(element)


def test_each_is_told_as_its_table_tells_it(shipped_engine: EmbeddedEngine) -> None:
    point = {r["facility"]: (r["latitude"], r["longitude"]) for r in table("facility-locations")}
    rows = asked(shipped_engine, "facilities").rows
    for row in rows:
        told = places_of_work()[local(row["facility"])]
        assert _dashed(local(row["kind"])) == told["kind"]
        assert local(row["country"]) == told["country"]
        assert local(row.get("status")).removeprefix("facility-status-") == told["status"]
        assert local(row.get("operator")) == told["operator"]
        latitude, longitude = point.get(told["id"], ("", ""))
        if latitude:
            assert row["latitude"].number == pytest.approx(float(latitude))
            assert row["longitude"].number == pytest.approx(float(longitude))


def _dashed(word: str) -> str:
    return "".join(f"-{letter.lower()}" if letter.isupper() else letter for letter in word)[1:]


def test_kind_country_and_status_narrow_the_list(shipped_engine: EmbeddedEngine) -> None:
    rows = asked(
        shipped_engine,
        "facilities",
        element="neodymium",
        kind="cm:Refinery",
        country="United States",
        status="operating",
    ).rows
    expected = {
        facility
        for facility in handling("neodymium")
        if (row := places_of_work()[facility])["country"] == "USA"
        and row["status"] == "operating"
        and row["kind"] in {"refinery", "separation-plant"}
    }
    assert {local(r["facility"]) for r in rows} == expected != set()


def test_a_capacity_stands_once_and_in_tonnes(shipped_engine: EmbeddedEngine) -> None:
    rows = [r for r in asked(shipped_engine, "facilities").rows if "capacity" in r]
    known = capacities()
    figures = [
        (local(r["facility"]), *(things(r["record"]) & known[local(r["facility"])])) for r in rows
    ]
    assert len(figures) == len(set(figures))
    assert all(len(figure) == 2 for figure in figures)
    assert {local(r["unit"]) for r in rows} == {"unit-tonne-per-year"}


def test_a_group_is_asked_for_by_itself(shipped_engine: EmbeddedEngine) -> None:
    """Of Xiamen Tungsten a source says rare earths only: no single element follows from it."""
    of_group = {
        local(r["facility"])
        for r in asked(shipped_engine, "facilities", element="rare-earths").rows
    }
    of_one = {
        local(r["facility"]) for r in asked(shipped_engine, "facilities", element="dysprosium").rows
    }
    only_group = of_group - handling("dysprosium").keys()
    assert only_group
    assert not only_group & of_one


# --- facilities outside a country -----------------------------------------------------------


@pytest.mark.parametrize(
    ("country", "stage"), [("CHN", "separation"), ("CHN", "refining"), ("JPN", "magnet-making")]
)
def test_facilities_outside_a_country_are_those_of_the_tables(
    shipped_engine: EmbeddedEngine, country: str, stage: str
) -> None:
    rows = asked(
        shipped_engine, "facilities-outside", country=country, stage=f"cm:stage-{stage}"
    ).rows
    wanted = COVERED.get(stage, {stage})
    expected = {
        row["id"]
        for row in places_of_work().values()
        if wanted & {*items(row["stages"])} and row["country"] != country
    }
    assert {local(r["facility"]) for r in rows} == expected
    made: dict[tuple[str, str], set[str]] = defaultdict(set)
    for flow in table("facility-flows"):
        made[flow["facility"], flow["direction"]].add(flow["material"])
    for row in rows:
        facility = local(row["facility"])
        if facility.startswith("site-"):
            continue  # what these make stands in records of surveys
        assert things(row.get("planned_outputs")) >= made[facility, "planned-output"]
        assert things(row.get("outputs")) >= made[facility, "output"]


def test_an_element_narrows_them(shipped_engine: EmbeddedEngine) -> None:
    rows = asked(
        shipped_engine, "facilities-outside", stage="cm:stage-magnet-making", element="samarium"
    ).rows
    expected = {
        facility
        for facility in handling("samarium")
        if (row := places_of_work()[facility])["country"] != "CHN"
        and "magnet-making" in items(row["stages"])
    }
    assert {local(r["facility"]) for r in rows} == expected != set()


# --- owners and what companies have -----------------------------------------------------------


def facilities_with_owners() -> list[str]:
    return sorted(row["id"] for row in table("facilities") if stakes_in(row["id"]))


def as_its_stake(row: Mapping[str, Cell]) -> Row:
    """The stake that a row rests on, after a look at the part and at who says so."""
    [record] = things(row["record"])
    [stake] = [one for one in table("stakes") if one["id"] == record]
    part = pytest.approx(100 * float(stake["fraction"])) if stake["fraction"] else None
    assert (row["stake"].number if "stake" in row else None) == part
    assert things(row["source"]) == {*items(stake["source_ids"])}
    return stake


def test_no_stake_on_record_has_ended() -> None:
    """The test of the owners does not look at the words for stakes that ended."""
    assert not [row for row in table("stakes") if row["valid_until"]]


def test_no_chain_of_owners_is_longer_than_the_question_looks() -> None:
    depths = {depth for f in facilities_with_owners() for _, _, depth in chain(f).values()}
    assert depths == {1, 2}


@pytest.mark.parametrize(
    "facility",
    [f for f in facilities_with_owners() if len(chain(f)) > 1],
)
def test_the_owners_of_a_facility(shipped_engine: EmbeddedEngine, facility: str) -> None:
    rows = asked(shipped_engine, "owners", facility=f"cmd:{facility}").rows
    found = {
        next(iter(things(r["record"]))): (
            local(r["holder"]),
            local(r["via"]),
            int(r["depth"].number or 0),
        )
        for r in rows
    }
    assert found == chain(facility)
    countries = {row["id"]: row["country"] for row in table("companies")}
    for row in rows:
        stake = as_its_stake(row)
        since = f"from {stake['valid_from']}" if stake["valid_from"] else ""
        assert local(row.get("held")) == since
        assert local(row["kind"]) == f"stake-{stake['kind']}"
        assert local(row.get("country")) == countries.get(stake["holder"], "")
        assert local(row.get("note")) == stake["note"]
    ends = {local(r["holder"]) for r in rows if r["in_the_end"].text == "yes"}
    assert ends == {local(r["last_owner"]) for r in rows if "last_owner" in r}
    assert ends == last_owners(facility)
    assert [r["depth"].number for r in rows] == sorted(r["depth"].number or 0 for r in rows)


@pytest.mark.parametrize(
    "company",
    ["mp-materials", "shenghe", "glencore", "lynas", "molycorp", "hastings", "trafigura"],
)
def test_the_footprint_of_a_company(shipped_engine: EmbeddedEngine, company: str) -> None:
    rows = asked(shipped_engine, "company-footprint", company=f"cmd:{company}").rows
    facilities = {row["id"] for row in table("facilities")}
    runs = {r["id"] for r in places_of_work().values() if r["operator"] == company}
    runs |= {row["facility"] for row in table("tenures") if row["holder"] == company}
    held = [row["held"] for row in table("stakes") if row["holder"] == company]
    through = {
        (facility, via)
        for via in held
        if via not in facilities
        for facility in facilities_with_owners()
        if any(via == holder for holder, _, _ in chain(facility).values())
    }
    of_role: dict[str, set[tuple[str, str]]] = defaultdict(set)
    for row in rows:
        of_role[row["role"].text].add((local(row["facility"]), local(row.get("via"))))
    assert of_role["operator"] == {(facility, "") for facility in runs}
    assert of_role["holder"] == {
        (facility, facility) for facility in held if facility in facilities
    }
    assert of_role["holder through a company"] == through
    tenures = {row["id"]: row for row in table("tenures")}
    for row in rows:
        facility = places_of_work()[local(row["facility"])]
        assert local(row["country"]) == facility["country"]
        assert local(row.get("status")).removeprefix("facility-status-") == facility["status"]
        if row["role"].text != "operator":
            fact: Row = as_its_stake(row)
            assert local(row["stake_kind"]) == f"stake-{fact['kind']}"
        else:
            [record] = things(row["record"])
            fact = tenures.get(record, {"valid_from": "", "valid_until": "", **facility})
            assert things(row["source"]) == {*items(fact["source_ids"])}
        for end in ("valid_from", "valid_until"):
            assert local(row.get(end)) == fact[end]
    roles = ("operator", "holder through a company", "holder")
    order = [(local(r["facility"]), roles.index(r["role"].text)) for r in rows]
    assert order == sorted(order)


def test_a_company_that_nobody_names_has_no_footprint(shipped_engine: EmbeddedEngine) -> None:
    used = {row["operator"] for row in places_of_work().values()}
    used |= {row["holder"] for row in [*table("stakes"), *table("tenures")]}
    idle = next(row["id"] for row in table("companies") if row["id"] not in used)
    found = asked(shipped_engine, "company-footprint", company=f"cmd:{idle}")
    assert not found.rows
    assert found.question.missing


# --- projects ----------------------------------------------------------------------------------


def projects() -> list[Row]:
    return [row for row in table("projects") if row["scope"] == "project"]


def ids(rows: Iterable[Mapping[str, str]]) -> set[str]:
    return {row["id"] for row in rows}


def test_every_project_is_told_as_its_row_tells_it(shipped_engine: EmbeddedEngine) -> None:
    rows = asked(shipped_engine, "projects").rows
    assert len(rows) == len(projects())
    told = {row["id"]: row for row in projects()}
    for row in rows:
        project = told[local(row["project"])]
        assert local(row.get("country")) == project["country"]
        assert things(row.get("stage")) == {f"stage-{s}" for s in items(project["stages"])}
        assert things(row.get("material")) == {*items(project["substances"])}
        assert things(row["source"]) == {*items(project["source_ids"])}
        amount = float(project["amount"]) if project["amount"] else None
        assert (row["amount"].number if "amount" in row else None) == amount
        for column, of_table in (
            ("currency", "currency"),
            ("status", "status_words"),
            ("status_on", "status_on"),
            ("funder", "funder_words"),
            ("covers", "covers"),
            ("note", "note"),
        ):
            assert (row[column].text if column in row else "") == project[of_table]
        assert things(row.get("promoter")) == {*items(project["promoters"])}
        words = items(project["promoter_words"])
        told_words = row["promoter_words"].text.split("; ") if words else []
        assert sorted(told_words) == sorted(words)


@pytest.mark.parametrize(
    ("country", "stage"), [("USA", "magnet-making"), ("FRA", "refining"), ("any", "processing")]
)
def test_country_and_stage_narrow_the_projects(
    shipped_engine: EmbeddedEngine, country: str, stage: str
) -> None:
    rows = asked(shipped_engine, "projects", country=country, stage=f"cm:stage-{stage}").rows
    expected = ids(
        row
        for row in projects()
        if country in {"any", row["country"]}
        and COVERED.get(stage, {stage}) & {*items(row["stages"])}
    )
    assert {local(r["project"]) for r in rows} == expected != set()


def test_lists_that_only_count_projects_are_left_out(shipped_engine: EmbeddedEngine) -> None:
    counted = ids(row for row in table("projects") if row["scope"] == "list")
    assert counted
    assert not counted & {local(r["project"]) for r in asked(shipped_engine, "projects").rows}
