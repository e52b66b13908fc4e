"""Every row of the curated supply tables has a place in the package, or is listed as unplaced.

The curated tables lie beside the checkout; without them the comparison is skipped.
"""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Mapping
from functools import cache
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[3]
TABLES = REPOSITORY / "kg" / "facts" / "tables"
CURATED = REPOSITORY.parent / "shared" / "facts"

#: Rows of the curated tables that go by another id here.
RENAMED: Mapping[str, str] = {
    "graphite": "natural-graphite",
    "mrec": "mixed-rare-earth-carbonate",
    "mixed-ree-chloride": "mixed-rare-earth-chloride",
    "sm-plus-carbonate": "samarium-plus-carbonate",
    "ree-concentrate": "rare-earth-concentrate",
    "apt": "ammonium-paratungstate",
    "wo3": "tungsten-trioxide",
    "sc-al-alloy": "scandium-aluminium-alloy",
    "polishing-powder": "cerium-polishing-powder",
    "ndfeb-magnet": "sintered-ndfeb-magnet",
    # A second source on the same material is a second row of compositions.
    "ndfeb-magnet-micromagnet": "ndfeb-magnet",
    "sm2co17-magnet-brm": "sm2co17-magnet",
    "mischmetal-usgs": "mischmetal",
    "mischmetal-jx": "mischmetal",
    "mischmetal-mineralloy": "mischmetal",
    # A company has the same name.
    "zhongke-sanhuan": "zhongke-sanhuan-plants",
    "nremm": "nremm-plant",
    "yunnan-germanium": "yunnan-germanium-lincang",
    # One mine with two records.
    "kisanfu-alt": "kisanfu",
}
#: Two copies of one document at two addresses.
SAME_DOCUMENT = {"d-gao-10-617r": "gao-10-617r", "d-mdpi-heim": "heim-2023"}
#: A figure in a note; digits that belong to a formula such as Nd2Fe14B or Y2O3 are none.
NUMBER = re.compile(r"(?<![\w.])\d+(?:\.\d+)?(?![A-Za-z\d])")

Row = Mapping[str, str]


@cache
def shipped(name: str) -> tuple[Row, ...]:
    return _read(TABLES / f"{name}.csv")


@cache
def curated(name: str) -> tuple[Row, ...]:
    if not CURATED.is_dir():
        pytest.skip(f"the curated tables are not at {CURATED.name} beside the checkout")
    return _read(CURATED / f"{name}.csv")


def _read(path: Path) -> tuple[Row, ...]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return tuple(csv.DictReader(file))


def ids(*names: str) -> set[str]:
    return {row["id"] for name in names for row in shipped(name)}


def unplaced(table: str) -> set[str]:
    return {row["row_id"] for row in shipped("unplaced-supply") if row["table"] == table}


def unplaced_values(table: str, row_id: str) -> set[str]:
    return {
        row["value"]
        for row in shipped("unplaced-supply")
        if row["table"] == table and row["row_id"] == row_id
    }


def own_id(curated_id: str) -> str:
    return RENAMED.get(curated_id, curated_id)


def items(cell: str) -> list[str]:
    return [item.strip() for item in cell.split(";") if item.strip()]


def address(url: str) -> str:
    """An address without what does not tell two pages apart: scheme, www and closing slash."""
    return re.sub(r"^https?://(www\.)?", "", url.strip().lower()).split("#")[0].rstrip("/")


# Rows


def test_every_production_row_is_placed_or_listed() -> None:
    rows = {row["id"] for row in curated("production")}
    assert rows - ids("production") - unplaced("production") == set()


def test_no_production_row_is_both_placed_and_listed() -> None:
    assert ids("production") & unplaced("production") == set()


def test_every_computed_share_is_kept_for_comparison() -> None:
    computed = {
        row["id"] for row in curated("stage_shares") if row["qualifier"] == "computed_from_tonnage"
    }
    assert computed == ids("shares-computed")


def test_every_published_share_is_placed_or_listed() -> None:
    rows = {
        row["id"] for row in curated("stage_shares") if row["qualifier"] != "computed_from_tonnage"
    }
    assert rows - ids("shares") == set()


@pytest.mark.parametrize(("column", "prefix"), [("share_percent", "sh-"), ("tonnes", "prod-")])
def test_every_figure_of_the_second_share_table_is_placed_or_listed(
    column: str, prefix: str
) -> None:
    """A share is a share; the tonnage or quota beside it is an observation."""
    table = {"share_percent": "shares", "tonnes": "production"}[column]
    rows = {row["id"] for row in curated("stage_shares_published") if row[column]}
    placed = {"sh-" + id_.removeprefix(prefix) for id_ in ids(table)}
    assert rows - placed - unplaced("stage_shares_published") == set()


def test_every_company_and_stake_is_placed() -> None:
    companies = {row["id"] for row in curated("companies") if row["kind"] != "shareholding"}
    stakes = {row["id"] for row in curated("companies") if row["kind"] == "shareholding"}
    assert companies - ids("companies") == set()
    assert stakes - ids("stakes") == set()


def test_every_parent_is_a_stake_with_its_fraction() -> None:
    held = {(row["held"], row["fraction"]) for row in shipped("stakes")}
    for row in curated("companies"):
        if row["parent"] and row["kind"] != "shareholding":
            percent = row["ownership_percent"]
            fraction = f"{float(percent) / 100:.6g}" if percent else ""
            assert (row["id"], fraction) in held, row["id"]


def test_every_facility_is_placed() -> None:
    # More plants were added later, each with a source of its own.
    assert {own_id(row["id"]) for row in curated("facilities")} - ids("facilities") == set()


def test_every_owner_of_a_facility_is_a_stake_or_listed() -> None:
    stakes = Counter(row["held"] for row in shipped("stakes"))
    moved = {row["words"] for row in shipped("facility-flows")}
    for row in curated("facilities"):
        owners = items(row["owner"].replace("/", ";"))
        if row["owner"] not in moved:  # in seven rows the input stands in this column
            listed = unplaced_values("facilities", row["id"])
            assert stakes[own_id(row["id"])] >= len(set(owners) - listed), row["id"]


def test_every_coordinate_of_a_facility_is_placed() -> None:
    places = {
        (row["facility"], row["latitude"], row["longitude"])
        for row in shipped("facility-locations")
    }
    rows = [(row["id"], row) for row in curated("facilities") if row["latitude"]]
    rows += [(row["facility_id"], row) for row in curated("facility_localities")]
    for facility, row in rows:
        assert (own_id(facility), row["latitude"], row["longitude"]) in places, facility


def test_every_locality_is_placed() -> None:
    places = {(row["facility"], row["locality"]) for row in shipped("facility-locations")}
    for row in curated("facility_localities"):
        assert (own_id(row["facility_id"]), row["locality"]) in places


def test_every_input_and_output_is_a_flow_or_listed() -> None:
    words: dict[str, set[str]] = {}
    for row in shipped("facility-flows"):
        words.setdefault(row["facility"], set()).update(items(row["words"]))
    for row in curated("facilities"):
        facility = own_id(row["id"])
        said = {*items(row["inputs"]), *items(row["outputs"])}
        listed = unplaced_values("facilities", row["id"])
        assert said - words.get(facility, set()) - listed == set(), row["id"]


def test_every_capacity_and_output_is_placed() -> None:
    figures = {
        (row["facility"], row["words"], row[column])
        for row in shipped("facility-capacities")
        for column in ("value", "low", "high")
    }
    for row in curated("facilities"):
        for kind in ("capacity", "output"):
            figure = row[f"{kind}_value"]
            if figure:
                assert (own_id(row["id"]), row[f"{kind}_basis"], figure) in figures, row["id"]


def test_every_element_and_material_is_placed() -> None:
    rows = {own_id(row["id"]) for row in curated("elements_materials")}
    assert rows - ids("materials", "elements") == set()


def test_every_entry_in_the_list_of_the_united_states_is_a_designation_or_listed() -> None:
    entry = "US 2025 critical minerals list="
    listed = {row["substance"] for row in shipped("usgs-mcs-2026-critical-list")}
    for row in curated("elements_materials"):
        if entry + "yes" in row["composition_notes_numeric"]:
            assert own_id(row["id"]) in listed
        elif entry in row["composition_notes_numeric"]:
            assert row["id"] in unplaced("elements_materials")


def test_every_share_of_rare_earth_oxide_in_an_ore_is_placed() -> None:
    symbols = {row["symbol"]: row["id"] for row in shipped("elements")}
    placed = {(row["material"], row["element"], row["fraction"]) for row in shipped("compositions")}
    for row in curated("elements_materials"):
        if row["kind"] == "ore_by_deposit":
            for part in items(row["composition_notes_numeric"].removeprefix("%TREO:")):
                symbol, fraction = part.split("=")
                assert (row["id"], symbols[symbol], fraction) in placed


def test_every_figure_in_the_notes_on_a_material_is_placed_or_listed() -> None:
    cells: dict[str, set[str]] = {}
    for row in shipped("compositions"):
        cells.setdefault(row["material"], set()).update(
            _plain(row[column]) for column in ("fraction", "low", "high")
        )
    for row in shipped("materials"):
        cells.setdefault(row["id"], set()).update(map(_plain, NUMBER.findall(row["note"])))
    for row in shipped("compositions"):
        cells[row["material"]].update(map(_plain, NUMBER.findall(row["note"])))
    for row in curated("elements_materials"):
        if not row["kind"].startswith("element_"):
            notes = row["composition_notes_numeric"]
            for value in unplaced_values("elements_materials", row["id"]):
                notes = notes.replace(value, "")
            figures = {_plain(figure) for figure in NUMBER.findall(notes)}
            assert figures <= cells[own_id(row["id"])], row["id"]


def _plain(figure: str) -> str:
    return f"{float(figure):g}" if figure else ""


def test_every_step_from_form_to_form_is_a_recipe_or_a_broader_material() -> None:
    recipes = {(row["input"], row["output"]) for row in shipped("recipes")}
    broader = {(row["broader"], row["id"]) for row in shipped("materials")}
    for row in curated("elements_materials"):
        for source in items(row["made_from"]):
            step = (own_id(source), own_id(row["id"]))
            assert step in recipes | broader, step


@pytest.mark.parametrize(
    "name",
    ["sources", "sources_shares", "sources_localities", "sources_uses", "sources_demand"],
)
def test_every_source_is_placed_by_its_address_or_listed(name: str) -> None:
    addresses = {address(row["url"]) for row in shipped("sources")}
    for row in curated(name):
        known = address(row["url"]) in addresses or row["id"] in unplaced(name)
        assert known or SAME_DOCUMENT.get(row["id"]) in ids("sources"), row["id"]


# Figures


def test_production_keeps_the_figures() -> None:
    figures = {row["id"]: {row["value"], row["low"], row["high"]} for row in shipped("production")}
    for row in curated("production"):
        if row["id"] in figures:
            assert row["value"] in figures[row["id"]], row["id"]


def test_shares_keep_the_figures() -> None:
    figures = {row["id"]: {row["share"], row["low"], row["high"]} for row in shipped("shares")}
    for row in (*curated("stage_shares"), *curated("stage_shares_published")):
        if row["id"] in figures:
            assert row["share_percent"] in figures[row["id"]], row["id"]
