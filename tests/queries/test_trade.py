"""The questions about prices, imports and both ends of a chain, against the tables of facts.

What is expected is worked out from the CSV files alone: no query and nothing that is derived.
"""

from __future__ import annotations

import math
from collections import defaultdict
from functools import cache

import pytest

from kg.engines.embedded import EmbeddedEngine
from kg.questions import Cell
from kg.shipped import facts_dir
from tests.queries.fact_tables import Row, asked, items, local, table

#: What decides between shares, and the share.
Rated = tuple[int | str | float, ...]
#: Kilograms of what a price is for one of.
PER = {
    "usd-per-tonne": 1000.0,
    "usd-per-gram": 0.001,
    "usd-per-10-grams": 0.01,
    "usd-per-25-grams": 0.025,
    "usd-per-50-grams": 0.05,
    "usd-per-pound": 0.45359237,
    "usd-per-troy-ounce": 0.0311034768,
    "usd-per-short-ton": 907.18474,
    "usd-per-carat": 0.0002,
}


def names(end: str) -> list[str]:
    return sorted(p.stem for p in (facts_dir() / "tables").glob(f"*{end}.csv"))


@cache
def released() -> dict[str, str]:
    return {row["id"]: row["date"] or "0000" for row in table("sources")}


@cache
def statistics(measure: str) -> list[Row]:
    rows = table(*names("-us"), *names("-import-reliance"), *names("-us-changes"))
    return [row for row in rows if row["measure"] == measure]


def text(cell: Cell | None) -> str:
    return cell.text if cell else ""


# --- prices -----------------------------------------------------------------------------------

PRICED = sorted({row["substance"] for row in statistics("price")})


@pytest.mark.parametrize("material", PRICED)
def test_a_price_is_that_of_the_newest_release(
    shipped_engine: EmbeddedEngine, material: str
) -> None:
    newest: dict[tuple[str, str], Row] = {}
    for row in statistics("price"):
        if row["substance"] == material:
            key = (row["year"], row["item"])
            known = newest.get(key)
            if known is None or released()[row["source_ids"]] > released()[known["source_ids"]]:
                newest[key] = row
    answer = asked(shipped_engine, "prices", material=material)
    found = {(local(shown["year"]), text(shown.get("item"))): shown for shown in answer.rows}
    assert found.keys() == newest.keys()
    assert len(found) == len(answer.rows)
    for key, shown in found.items():
        figure = newest[key]
        assert {local(i) for i in shown["record"].items} == {figure["id"]}
        stated = figure["value"] or figure["low"]
        value = shown["value"].number if "value" in shown else None
        if not stated:
            assert value is None
        elif figure["unit"] in PER:
            assert value == pytest.approx(float(stated) / PER[figure["unit"]], rel=1e-9)
            assert local(shown["unit"]) == "unit-usd-per-kilogram"
        elif figure["unit"] == "us-cents-per-pound":
            assert value == pytest.approx(float(stated) / 100 / PER["usd-per-pound"], rel=1e-9)
        else:
            assert value == float(stated)
    units = defaultdict(set)
    for shown in answer.rows:
        units[shown["line"].text].add(local(shown.get("unit")))
    assert all(len(of_line) == 1 for of_line in units.values())


# --- import reliance --------------------------------------------------------------------------


def newest_reliance(year: str) -> dict[tuple[str, str], Row]:
    """The figures of each material for a year, or its newest, by the newest release."""
    editions: dict[str, tuple[str, str, str]] = {}
    for row in statistics("import-reliance"):
        if year in ("", row["year"]):
            edition = (row["year"], released()[row["source_ids"]], row["source_ids"])
            editions[row["substance"]] = max(editions.get(row["substance"], edition), edition)
    return {
        (row["substance"], row["item"]): row
        for row in statistics("import-reliance")
        if (row["year"], row["source_ids"])
        == tuple(editions.get(row["substance"], ("", "", ""))[i] for i in (0, 2))
    }


@pytest.mark.parametrize("year", ["", "2025", "2022", "2019"])
def test_the_reliance_of_the_united_states(shipped_engine: EmbeddedEngine, year: str) -> None:
    expected = newest_reliance(year)
    answer = asked(shipped_engine, "import-reliance", year=year or "latest")
    found = {(local(shown["material"]), text(shown.get("item"))): shown for shown in answer.rows}
    assert found.keys() == expected.keys()
    assert len(found) == len(answer.rows)
    for key, shown in found.items():
        figure = expected[key]
        for column, cell in (("net_import_reliance", "value"), ("low", "low"), ("high", "high")):
            number = shown[column].number if column in shown else None
            assert number == (float(figure[cell]) if figure[cell] else None), key
        assert local(shown["status"]) == f"status-{figure['status']}"
        assert local(shown["year"]) == figure["year"]


def said(row: Row, names_of: dict[str, str]) -> str:
    who = names_of.get(row["supplier"], "other countries")
    if row["share"]:
        return f"{who} {float(row['share']):g}%"
    if row["low"]:
        return f"{who} at least {float(row['low']):g}%"
    return f"{who} at most {float(row['high']):g}%" if row["high"] else who


def test_the_sources_of_imports_are_those_of_the_newest_release(
    shipped_engine: EmbeddedEngine,
) -> None:
    names_of = {row["id"]: row["name"] for row in table("places")}
    rows = table(*names("-import-sources"))
    newest: dict[str, tuple[str, str]] = {}
    for row in rows:
        edition = (row["year"], row["source_ids"])
        newest[row["substance"]] = max(newest.get(row["substance"], edition), edition)
    expected: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for row in rows:
        if (row["year"], row["source_ids"]) == newest[row["substance"]]:
            expected[row["substance"]][row["item"]].add(said(row, names_of))
    answer = asked(shipped_engine, "import-reliance")
    compared = 0
    for shown in answer.rows:
        of_items = expected.get(local(shown["material"]))
        told = text(shown.get("main_sources"))
        assert bool(of_items) == bool(told)
        # Names of forms hold commas and colons, so the parts are looked for and counted.
        for item, suppliers in (of_items or {}).items():
            assert f"{item}: " in told or not item
            assert all(supplier in told for supplier in suppliers)
            compared += len(suppliers)
    assert compared > 400


def test_the_largest_supplier_stands_first(shipped_engine: EmbeddedEngine) -> None:
    rows = asked(shipped_engine, "import-reliance").rows
    [told] = {text(row.get("main_sources")) for row in rows if local(row["material"]) == "gallium"}
    assert told == "Metal: Canada 28%, Japan 22%, China 18%, Germany 16%, other countries 16%"


# --- mining versus refining -------------------------------------------------------------------


@cache
def official_shares(material: str, stages: frozenset[str]) -> dict[str, list[Rated]]:
    """The official shares of each country, each with what decides between them, and itself."""
    official = {row["id"] for row in table("sources") if row["kind"] == "official"}
    found: dict[str, list[Rated]] = defaultdict(list)

    def add(row: Row, share: float, about: int, state: int, name: str) -> None:
        for source in official.intersection(items(row["source_ids"])):
            year, month, day = (*released()[source].split("-"), "0", "0")[:3]
            merit = (-int(row["year"]), -int(year), -int(month), -int(day), about, state, name)
            if row["status"] != "forecast":
                found[row["area"]].append((*merit, share))

    for row in table("shares", "eu-crm-2023-shares", *names("leading-producers")):
        if row["substance"] == material and row["stage"] in stages and (row["share"] or row["low"]):
            state = {"measured": 0, "bound": 2}.get(row["status"], 1)
            about = int(row["precision"] == "about")
            add(row, float(row["share"] or row["low"]), about, state, row["id"])
    lists: dict[tuple[str, ...], list[Row]] = defaultdict(list)
    for row in table(*names("production"), "iea-2025-supply"):
        if (row["substance"], row["measure"]) == (material, "production") and row[
            "stage"
        ] in stages:
            columns = ("source_ids", "stage", "year", "series", "unit", "basis")
            lists[tuple(row[c] for c in columns)].append(row)
    for listed in lists.values():
        world = [row for row in listed if row["area"] == "WORLD" and row["value"]]
        countries = [r for r in listed if r["area"] not in ("WORLD", "OTHER") and r["value"]]
        if not world:
            continue
        total = max(float(world[0]["value"]), math.fsum(float(r["value"]) for r in countries))
        for row in countries:
            estimated = {row["status"], world[0]["status"]} & {"estimated", "provisional"}
            partial = "xclud" in world[0]["note"] or "not include" in world[0]["note"]
            about = int(bool(estimated) or partial)
            add(row, 100 * float(row["value"]) / total, about, 1, f"share-{row['id']}")
    return found


MINING = frozenset({"mining"})
REFINING = frozenset({"refining", "processing"})


@pytest.mark.parametrize("material", ["cobalt", "lithium", "tungsten", "nickel", "copper"])
def test_both_ends_of_a_chain_by_the_newest_official_shares(
    shipped_engine: EmbeddedEngine, material: str
) -> None:
    answer = asked(shipped_engine, "mining-versus-refining", material=material)
    for column, stages in (("mining_share", MINING), ("refining_share", REFINING)):
        expected = {
            place: min(shares)[-1] for place, shares in official_shares(material, stages).items()
        }
        found = {local(r["country"]): r[column].number for r in answer.rows if column in r}
        assert {place: found.get(place) for place in expected} == {
            place: pytest.approx(share) for place, share in expected.items()
        }
        # Where no official source speaks, another kind of source may.
        assert all(place in expected for place in found) or material in ("cobalt", "nickel")


def test_a_material_without_exposures_is_answered_too(shipped_engine: EmbeddedEngine) -> None:
    answer = asked(shipped_engine, "mining-versus-refining", material="natural-graphite")
    expected = {
        place: min(shares)[-1]
        for place, shares in official_shares("natural-graphite", MINING).items()
    }
    found = {
        local(r["country"]): r["mining_share"].number for r in answer.rows if "mining_share" in r
    }
    assert found == {place: pytest.approx(share) for place, share in expected.items()}
    [china] = [row for row in answer.rows if local(row["country"]) == "CHN"]
    stated = [
        row
        for row in table("shares")
        if (row["substance"], row["stage"]) == ("natural-graphite", "refining")
    ]
    newest = max(row["year"] for row in stated)
    assert china["refining_share"].number in {
        float(row["share"]) for row in stated if row["year"] == newest
    }
