"""USMIN and the deposits of Weng and others, on small sets of invented records."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

from kg.sources.minmod_sites import import_usmin, import_weng

FIXTURES = Path(__file__).parent / "fixtures"
USMIN_FILES = sorted(path for path in (FIXTURES / "usmin").rglob("*") if path.is_file())
WENG_FILES = sorted(path for path in (FIXTURES / "weng-2015").rglob("*") if path.is_file())


def test_a_deposit_has_its_place_and_substances() -> None:
    tables, report = import_usmin(USMIN_FILES)
    assert report.ok, list(report.lines())
    first, second = tables["usmin-sites"][1]
    assert (first["id"], first["name"], first["country"]) == ("usmin-xx00001", "Cañon Ridge", "USA")
    assert (first["longitude"], first["latitude"]) == ("-110.997009", "33.175366")
    assert first["substances"] == "tungsten;copper"
    assert first["region"] == "ID; MT"
    assert (second["name"], second["aliases"]) == ("Bear Creek", "Bär Creek")


def test_records_without_a_substance_in_scope_are_left_out_by_name() -> None:
    _, report = import_usmin(USMIN_FILES)
    assert report.counts["rows left out: no substance named"] == 1
    assert report.counts["rows left out: out of scope: coal"] == 1


def test_ore_once_and_a_grade_for_each_element() -> None:
    tables, report = import_weng(WENG_FILES)
    assert report.ok, list(report.lines())
    figures = {row["id"]: row for row in tables["weng-2015-resources"][1]}
    ore = figures.pop("weng-kuannersuit-nord-1-ore")
    assert (ore["value"], ore["unit"]) == ("80.0", "million-tonnes")
    assert ore["substances"] == "lanthanum;neodymium;dysprosium"
    assert {row["value"] for row in figures.values()} == {"41.43037669753313", "1.5", "0.25"}
    assert {row["unit"] for row in figures.values()} == {"part-per-million"}
    assert ore["category"] == "Inferred, Indicated"


def test_a_deposit_without_figures_is_one_of_rare_earths() -> None:
    tables, _ = import_weng(WENG_FILES)
    first, second = tables["weng-2015-sites"][1]
    assert first["substances"] == "rare-earths"
    assert second["substances"] == "rare-earths;lanthanum;neodymium;dysprosium"
    assert (second["latitude"], second["precision"]) == ("", "")


def test_two_tonnages_of_one_deposit_stop_the_import(tmp_path: Path) -> None:
    records = json.loads((FIXTURES / "weng-2015" / "ree_resources_weng_2015.json").read_text())
    records[0]["mineral_inventory"][0]["ore"]["value"] = 81.5
    path = tmp_path / "ree_resources_weng_2015.json"
    path.write_text(json.dumps(records), "utf-8")
    tables, report = import_weng([path, *(FIXTURES / "weng-2015" / "entities").iterdir()])
    assert tables == {}
    assert "several tonnages" in report.problems[0].message


def test_files_that_do_not_belong_together_are_refused() -> None:
    tables, report = import_weng(USMIN_FILES)
    assert tables == {}
    assert {problem.file for problem in report.problems} == {
        "usmin_deposits.json",
        "ree_resources_weng_2015.json",
    }


def test_every_real_record_is_accounted_for(official: Callable[[str], Path]) -> None:
    folder = official("minmod/usmin_deposits.json").parent
    entities = [folder / "entities" / name for name in ("commodity.csv", "country.csv", "unit.csv")]
    usmin, usmin_report = import_usmin([folder / "usmin_deposits.json", *entities])
    weng, weng_report = import_weng([folder / "ree_resources_weng_2015.json", *entities])
    assert usmin_report.files["usmin_deposits.json"]["rows read"] == 445
    assert usmin_report.counts["rows left out: no substance named"] == 39
    assert usmin_report.counts["rows reported and not used"] == 5
    assert len(usmin["usmin-sites"][1]) == 401
    read = weng_report.files["ree_resources_weng_2015.json"]["rows read"]
    assert len(weng["weng-2015-sites"][1]) == read == 267
    assert len(weng["weng-2015-resources"][1]) == 846 + 73
