"""The layer of the USGS on the Indo-Pacific region, on a small layer with invented sites."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from kg.report import Report
from kg.sources.usgs.indo_pacific import USGS_INDO_PACIFIC, import_indo_pacific

FILE = (
    Path(__file__).parents[1]
    / "fixtures"
    / "usgs-indo-pacific"
    / "INDOPAC_Mineral_facilities.geojson"
)


def tables(file: Path = FILE) -> tuple[dict[str, dict[str, str]], list[dict[str, str]], Report]:
    """Sites by identifier, capacities, report."""
    found, report = import_indo_pacific([file])
    sites, capacities = (list(found[name][1]) for name in USGS_INDO_PACIFIC.tables)
    return {row["id"]: dict(row) for row in sites}, [dict(row) for row in capacities], report


def test_rare_earth_compounds_are_separated_only_where_they_are_named_apart() -> None:
    sites, capacities, _ = tables()
    plant = sites["usgs-indopac-xmy001"]
    assert plant["kind"] == "separation-plant"
    assert plant["substances"] == "rare-earths;cerium;lanthanum;neodymium;praseodymium"
    assert [row["unit"] for row in capacities if row["record"] == plant["id"]] == [
        "thousand-tonnes-per-year"
    ]


def test_a_capacity_combined_with_other_sites_is_left_out() -> None:
    sites, capacities, report = tables()
    assert report.counts["capacities of several sites or products together, left out"] == 1
    assert not [row for row in capacities if row["record"] == "usgs-indopac-xmm002"]
    assert sites["usgs-indopac-xmm002"]["operator_words"] == ""


def test_exact_places_are_sites_and_approximate_ones_localities() -> None:
    sites, _, _ = tables()
    assert sites["usgs-indopac-xmy001"]["precision"] == "site"
    assert sites["usgs-indopac-xmm002"]["precision"] == "locality"


def test_wet_ore_and_contained_nickel_are_two_figures_with_their_basis() -> None:
    _, capacities, _ = tables()
    nickel = [row for row in capacities if row["record"] == "usgs-indopac-xnc003"]
    assert {(row["basis"], row["unit"], row["value"]) for row in nickel} == {
        ("metal-content", "thousand-tonnes-per-year", "7.5"),
        ("gross-weight", "million-tonnes-per-year", "1"),
    }


def test_two_files_are_refused() -> None:
    found, report = import_indo_pacific([FILE, FILE])
    assert found == {}
    assert not report.ok


def test_every_row_of_the_real_layer_is_accounted_for(official: Callable[[str], Path]) -> None:
    sites, capacities, report = tables(
        official("usgs-facilities-indo-pacific/INDOPAC_Mineral_facilities.geojson")
    )
    counts = report.counts
    assert (counts["rows read"], counts["rows reported and not used"]) == (1573, 0)
    figures = sum(number for key, number in counts.items() if key.startswith("capacities"))
    assert figures == counts["rows used"]
    assert all(row["record"] in sites for row in capacities)
