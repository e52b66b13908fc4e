"""The three layers of the USGS on Africa, on small layers with invented sites."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from kg.report import Report
from kg.sources.usgs.africa import USGS_AFRICA, import_africa

FOLDER = Path(__file__).parents[1] / "fixtures" / "usgs-africa"


def tables(*files: Path) -> tuple[dict[str, dict[str, str]], dict[str, dict[str, str]], Report]:
    """Sites and capacities by identifier."""
    found, report = import_africa(files or sorted(FOLDER.iterdir()))
    sites, capacities = (
        {row["id"]: dict(row) for row in found.get(name, ("", []))[1]}
        for name in USGS_AFRICA.tables
    )
    return sites, capacities, report


def test_facilities_exploration_sites_and_deposits_are_records() -> None:
    sites, _, report = tables()
    assert report.ok, list(report.lines())
    assert {row["kind"] for row in sites.values()} == {
        "mine",
        "refinery",
        "prospect",
        "deposit",
    }
    assert sites["usgs-afr-xzd001"]["deposit_type"] == "Carbonatite"
    assert sites["usgs-afr-xzx001"]["status"] == "development"
    assert sites["usgs-afr-xzx001"]["owner_words"] == "Invented Graphite Ltd."


def test_minus_999_is_no_capacity() -> None:
    _, capacities, _ = tables()
    assert not [row for row in capacities.values() if row["value"].startswith("-")]


def test_a_combination_that_only_the_memo_tells_is_no_figure() -> None:
    sites, capacities, _ = tables()
    assert "several sites" in sites["usgs-afr-xza004"]["note"]
    assert not [key for key in capacities if key.startswith("usgs-afr-xza004")]


def test_a_place_of_one_mine_of_several_is_a_locality() -> None:
    sites, _, _ = tables()
    assert sites["usgs-afr-xza004"]["precision"] == "locality"
    assert sites["usgs-afr-xcd002-mine"]["precision"] == "site"


def test_a_garbled_name_of_a_country_is_read() -> None:
    sites, _, _ = tables()
    assert sites["usgs-afr-xzx002"]["country"] == "CIV"
    assert sites["usgs-afr-xzx002"]["aliases"] == "Rivière Rouge;Red R."


def test_diamonds_and_salt_are_left_out() -> None:
    sites, _, report = tables()
    assert report.counts["rows left out: sites of diamond and nothing in scope"] == 1
    assert report.counts["rows left out: sites of halite and nothing in scope"] == 1
    assert not {"usgs-afr-xzx003", "usgs-afr-xzd002"} & sites.keys()


def test_a_missing_layer_and_a_file_too_many_are_refused() -> None:
    layers = sorted(FOLDER.iterdir())
    sites, _, report = tables(*layers[:2], layers[0].with_name("AFR_Roads.geojson"))
    assert not sites
    assert {problem.file for problem in report.problems} == {
        "AFR_Mineral_Facilities.geojson",
        "AFR_Roads.geojson",
    }


def test_every_row_of_the_real_layers_is_accounted_for(official: Callable[[str], Path]) -> None:
    folder = official("usgs-facilities-africa/AFR_Mineral_Facilities.geojson").parent
    sites, capacities, report = tables(*sorted(folder.glob("*.geojson")))
    assert report.ok
    assert report.counts["rows read"] == 2408 + 1093 + 1190
    assert report.counts["rows reported and not used"] == 6
    figures = {key: number for key, number in report.counts.items() if key.startswith("capacities")}
    assert figures["capacities used"] == len(capacities)
    rows = report.files["AFR_Mineral_Facilities.geojson"]["rows used"]
    assert sum(figures.values()) == rows
    assert all(row["record"] in sites for row in capacities.values())
