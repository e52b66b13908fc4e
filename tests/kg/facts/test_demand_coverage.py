"""Every row of the collected tables on demand and policy is in a fact table or in the report.

The collected tables stand beside the project (``../shared/facts``); without them there is nothing
to compare with and these tests are skipped.
"""

from __future__ import annotations

import csv
import math
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from kg.shipped import facts_dir

COLLECTED = Path(__file__).resolve().parents[3].parent / "shared" / "facts"

pytestmark = pytest.mark.skipif(
    not COLLECTED.is_dir(), reason=f"the collected tables are not there: {COLLECTED}"
)

Row = dict[str, str]

#: Sources that are one work under two addresses: the one of the collected table, and the one kept.
SAME_WORK = {
    "d-gao-10-617r": "gao-10-617r",
    "d-inn-paxsilica2": "inn-paxsilica",
    "d-mdpi-heim": "heim-2023",
}
#: Nothing but a row of the report rests on them, so they are no sources of facts.
NOT_CITED = {"d-coinmela-ev": ""}
#: Agreements that an official table tells of as well.
ALSO_OFFICIAL = {
    "us-aus-framework-2025": {"usgs-mcs2026-data"},
    "us-japan-framework-2025": {"usgs-mcs2026-data"},
}
#: Items that join a chain of recipes to a product; they were added with sources of their own.
ENDS_OF_CHAINS = {
    "bom-jet-engine-nickel-turbine-blade",
    "bom-conventional-car-hsla-steel-part",
    "bom-conventional-car-flame-retardant-plastic",
    "bom-conventional-car-lead-acid-battery",
}
GROUPS = {
    "REE": "rare-earths",
    "HREE": "heavy-rare-earths",
    "LREE": "light-rare-earths",
    "PGM": "platinum-group-metals",
}
#: What the words of the collected tables became where they are more than a name of an entry.
WORDS = {
    "ndfeb magnets": {"ndfeb-magnet"},
    "smco magnets": {"smco-magnet"},
    "rare-earth magnets": {"rare-earth-magnet"},
    "rare-earth permanent magnets": {"rare-earth-magnet"},
    "magnets": {"permanent-magnet"},
    "permanent magnets": {"permanent-magnet"},
    "rare earth oxides": {"rare-earths"},
    "rare earths in neodymium magnets": {"ndfeb-magnet"},
    "superhard materials": {"superhard-material"},
    "synthetic diamond and superhard materials": {"synthetic-diamond", "superhard-material"},
    "cathode materials": {"cathode-material"},
    "graphite anode": {"synthetic-graphite-anode-material"},
    "platinum group metals": {"platinum-group-metals"},
    "graphite": {"natural-graphite", "graphite"},
    "jet engines": {"jet-engine"},
    "5g chips": {"chip-5g"},
    "dysprosium, neodymium and praseodymium": {"dysprosium", "neodymium", "praseodymium"},
}


def read(path: Path) -> list[Row]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@cache
def table(name: str) -> list[Row]:
    return read(facts_dir() / "tables" / f"{name}.csv")


@cache
def collected(name: str) -> list[Row]:
    return read(COLLECTED / f"{name}.csv")


def items(cell: str) -> list[str]:
    return [item.strip() for item in cell.split(";") if item.strip()]


@cache
def kept_sources() -> dict[str, str]:
    """Source ids of the collected tables -> ids of the fact tables, by their address."""
    kept = {row["url"]: row["id"] for row in table("sources")}
    old = [*collected("sources_demand"), *collected("sources_uses")]
    return NOT_CITED | {
        row["id"]: SAME_WORK.get(row["id"]) or kept[row["url"]]
        for row in old
        if row["id"] not in NOT_CITED
    }


def sources(row: Row) -> set[str]:
    return {kept_sources()[source] for source in items(row["source_ids"])}


@cache
def substance_of() -> dict[str, str]:
    """Symbols, names and other names of elements, groups and materials -> their ids."""
    known = dict(GROUPS)
    for name in ("materials", "groups", "elements"):
        for row in table(name):
            for word in (row["name"], *items(row["aliases"]), row.get("symbol", "")):
                known[word if word == row.get("symbol") else word.lower()] = row["id"]
    return known


def meaning(word: str) -> set[str]:
    """The entries that a word of a collected table may have become."""
    entry = substance_of().get(word) or substance_of().get(word.lower())
    return WORDS.get(word.lower(), set()) | ({entry} if entry else set()) | {word, word.lower()}


@cache
def reported(file: str) -> dict[str, set[str]]:
    """Values of the report by the start of their row, for one collected table."""
    found: dict[str, set[str]] = {}
    for row in table("unplaced-demand"):
        if row["table"] == file:
            found.setdefault(row["row_id"].split(" / ")[0], set()).update(
                [row["value"], *items(row["value"])]
            )
    return found


def by_id(name: str) -> dict[str, Row]:
    return {row["id"]: row for row in table(name)}


def test_every_product_has_its_row() -> None:
    products = by_id("products")
    for row in [*collected("end_products"), *collected("end_products_official")]:
        product = products[row["id"]]
        assert product["name"] == row["name"]
        assert product["kind"] == row["kind"].replace("defense_system", "defence-system")
        assert items(product["maker_words"]) == items(row["operator_or_maker"])
        assert product["country"] == row["country_iso3"]
        assert sources(row) <= set(items(product["source_ids"]))
    assert len(products) == 185


def test_every_component_keeps_what_it_is_made_of() -> None:
    made: dict[str, set[str]] = {}
    for row in table("component-materials"):
        made.setdefault(row["component"], set()).update(
            [row["material"], *items(row["substances"])]
        )
    words = {
        "NdFeB magnet": {"ndfeb-magnet"},
        "NdFeB or SmCo magnet": {"ndfeb-magnet", "smco-magnet"},
        "samarium magnets": {"rare-earth-magnet", "samarium"},
        "recycled rare-earth magnets": {"rare-earth-magnet"},
        "rare earths": {"rare-earths"},
    }
    for row in collected("components"):
        assert by_id("components")[row["id"]]["name"] == row["name"]
        for word in items(row["made_of"]):
            expected = words.get(word) or {substance_of().get(word, "rare-earth-magnet")}
            assert expected <= made[row["id"]], (row["id"], word)


def uses() -> Iterator[tuple[str, Row]]:
    yield from (("uses.csv", row) for row in collected("uses"))
    yield from (("uses_official.csv", row) for row in collected("uses_official"))


def amounts(item: Row) -> list[float]:
    return [float(item[c]) for c in ("amount", "amount_low", "amount_high") if item[c]]


def same_amount(quantity: str, item: Row) -> bool:
    """Rounded as the sources round: 2,359 kg and 2,358.7 kg are both 5,200 lb."""
    if not quantity:
        return not amounts(item)
    return any(math.isclose(float(quantity), n, rel_tol=1e-3) for n in amounts(item))


def same_component(wanted: str, item: Row) -> bool:
    return wanted in ("", item["component"]) or wanted == f"c-{item['material']}"


def test_every_use_is_an_item_or_in_the_report() -> None:
    missing = []
    for file, row in uses():
        told = reported(file).get(row["product_id"], set())
        component = row.get("component_id") or (
            row["component_or_material"] if row["component_or_material"].startswith("c-") else ""
        )
        found = [
            item
            for item in table("bom-items")
            if item["product"] == row["product_id"]
            and sources(row) <= set(items(item["source_ids"]))
            and same_amount(row["quantity"], item)
            and (same_component(component, item) or component in told)
        ]
        stated = {s for item in found for s in items(item["substances"])}
        wanted = {substance_of()[s]: s for s in items(row["element_symbols"])}
        lost = [symbol for name, symbol in wanted.items() if name not in stated | told]
        if not found or [symbol for symbol in lost if symbol not in told]:
            missing.append((file, row))
    assert not missing


def test_no_item_is_without_a_collected_row() -> None:
    known = {(row["product_id"], source) for _, row in uses() for source in sources(row)}
    for item in table("bom-items"):
        assert item["id"] in ENDS_OF_CHAINS or all(
            (item["product"], source) in known for source in items(item["source_ids"])
        )


def test_an_official_statement_takes_in_the_press_that_repeats_it() -> None:
    official = {s for row in collected("uses_official") for s in sources(row)}
    for item in table("bom-items"):
        marks = [source in official for source in items(item["source_ids"])]
        assert marks == sorted(marks, reverse=True), item["id"]
    assert len(table("bom-items")) < len(list(uses()))


def test_every_end_use_share_is_a_row_or_in_the_report() -> None:
    told = reported("end_use_shares.csv")
    # Those of the EU study are imported from its own file, with the sectors of the economy.
    study = [row for row in collected("end_use_shares") if sources(row) == {"eu-crm-2023"}]
    missing = []
    for row in collected("end_use_shares"):
        area = {"world": "WORLD"}.get(row["region"], row["region"])
        found = [
            share
            for share in [*table("end-use-shares"), *table("eu-crm-2023-uses")]
            if share["area"] == area
            and share["year"] == row["year"]
            and share["end_use"] in row["end_use"]
            and row["share_percent"] in (share["share"], share["low"], share["high"])
            and sources(row) <= set(items(share["source_ids"]))
            and _is_about(share, row)
        ]
        if not found and f"{row['material']}, {row['region']}, {row['year']}" not in told:
            missing.append(row)
    assert not missing
    # Three ranges stood as two rows each; two rows are no shares of a material.
    assert len(table("end-use-shares")) == len(collected("end_use_shares")) - len(study) - 3 - 2


def _is_about(share: dict[str, str], row: dict[str, str]) -> bool:
    """Whether a share is about what a row names; the study has shares of several together."""
    substances = set(items(share["substances"]))
    named = {entry for word in split_names(row["material"]) for entry in meaning(word)}
    return bool(substances & named if share["source_ids"] == "eu-crm-2023" else substances <= named)


def split_names(words: str) -> list[str]:
    return [words, *words.split(" and ")]


def test_every_law_is_kept_with_what_it_acts_on() -> None:
    laws, told = by_id("laws"), reported("laws.csv")
    for row in collected("laws"):
        law = laws[row["id"]]
        assert (law["name"], law["official_number"]) == (row["name"], row["official_number"])
        assert law["jurisdiction"] == row["jurisdiction"]
        assert (law["adopted"], law["in_force"], law["ended"], law["status_words"]) == (
            row["date_adopted"],
            row["date_in_force"],
            row["date_end"],
            row["status"],
        )
        assert law["targets"] == row["numeric_targets"]
        assert items(law["directed_against"]) == items(row["targets_countries"])
        assert sources(row) == set(items(law["source_ids"]))
        placed = {*items(law["substances"]), *items(law["words"]), *told.get(row["id"], set())}
        words = items(row["restricts_materials"])
        for word in words:
            # C stands for graphite where the row says so too.
            graphite = word == "C" and "graphite" in words
            assert graphite or meaning(word) & placed, (row["id"], word)
    assert len(laws) == len(collected("laws"))


def test_every_control_quota_and_purchase_rule_became_a_measure_or_is_reported() -> None:
    done = {row["law"] for row in table("measures")} | set(reported("laws.csv"))
    ended = {"chn-export-quota-2015-end"}  # ends quotas and duties that have measures of their own
    kinds = {"export_control", "quota", "tariff", "procurement_rule"}
    assert {row["id"] for row in collected("laws") if row["kind"] in kinds} <= done | ended
    own = {row["id"] for row in table("measures")}
    assert {"measure-chn-export-quotas", "measure-chn-export-duties"} <= own


def test_every_agreement_has_its_parties() -> None:
    agreements, told = by_id("agreements"), reported("agreements.csv")
    parties = {(row["agreement"], row["party"]) for row in table("agreement-parties")}
    for row in collected("agreements"):
        agreement = agreements[row["id"]]
        assert (agreement["name"], agreement["signed_on"]) == (row["name"], row["date"])
        assert items(agreement["topics"]) == items(row["topics"])
        official = ALSO_OFFICIAL.get(row["id"], set())
        assert sources(row) | official == set(items(agreement["source_ids"]))
        wanted = {(row["id"], party) for party in items(row["parties"])}
        assert wanted <= parties
        assert wanted or row["id"] in told
    assert len(parties) == sum(len(items(row["parties"])) for row in collected("agreements"))


def test_every_event_keeps_actors_and_what_it_touched() -> None:
    events, told = by_id("events"), reported("events.csv")
    assert len(events) == len(collected("events"))
    for row in collected("events"):
        event = events[row["id"]]
        assert (event["started_on"], event["ended_on"]) == (row["date_start"], row["date_end"])
        assert event["kind"] == row["kind"].replace("_", "-")
        assert event["summary"] == row["summary"]
        actors = items(event["actors"]) + items(event["actor_words"])
        assert sorted(actors) == sorted(items(row["actors"]))
        placed = {*items(event["affects"]), *items(event["affects_words"])}
        for word in items(row["affects"]):
            assert meaning(word) & (placed | told.get(row["id"], set())), (row["id"], word)


def test_every_project_keeps_its_money_and_promoters() -> None:
    projects, told = by_id("projects"), reported("strategic_projects.csv")
    assert len(projects) == len(collected("strategic_projects"))
    companies = by_id("companies")
    for row in collected("strategic_projects"):
        project = projects[row["id"]]
        assert (project["name"], project["country"]) == (row["name"], row["country_iso3"])
        assert project["amount"] == row["amount"]
        assert (project["currency"], project["status_on"]) == (row["currency"], row["date"])
        assert project["funder_words"] == row["funder"]
        count = len(items(project["promoters"])) + len(items(project["promoter_words"]))
        assert count >= len(items(row["promoter"]))
        assert set(items(project["promoters"])) <= set(companies)
        placed = {*items(project["substances"]), *items(project["words"])}
        if row["id"] not in ("eu-list-47", "eu-call-2"):
            for word in items(row["material"]):
                assert meaning(word) & (placed | told.get(row["id"], set())), (row["id"], word)
        assert project["stages"] or project["status_words"] or not row["stage"]


@pytest.mark.parametrize(
    ("name", "file", "columns"),
    [
        ("laws", "laws.csv", ["words"]),
        ("events", "events.csv", ["affects_words", "actor_words"]),
        ("projects", "strategic_projects.csv", ["words", "promoter_words"]),
    ],
)
def test_words_without_an_entry_are_in_the_report(name: str, file: str, columns: list[str]) -> None:
    for row in table(name):
        told = reported(file).get(row["id"], set())
        for word in (word for column in columns for word in items(row[column])):
            # Counts such as "lithium (22)" and owners in brackets stand beside an entry.
            beside = word.endswith(")") and (row["substances"] or row["promoters"])
            assert beside or word in told, (row["id"], word)


def test_39_rows_stand_for_40_of_the_47_projects_inside_the_eu() -> None:
    rows = [row for row in table("projects") if row["id"].startswith("eu47-")]
    assert (len(rows), sum(int(row["covers"]) for row in rows)) == (39, 40)
    assert by_id("projects")["eu-list-47"]["scope"] == "list"
