"""Records in the form of MinMod: what a number means, what has another form."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from kg.report import Report
from kg.sources.minmod import MinmodSite, read_entities, read_sites

FOLDER = Path(__file__).parent / "fixtures" / "weng-2015"
FILE = FOLDER / "ree_resources_weng_2015.json"
Change = Callable[[Any], None]


def read(path: Path = FILE) -> tuple[list[MinmodSite] | None, Report]:
    report = Report("test")
    entities = read_entities((FOLDER / "entities").iterdir(), report)
    assert entities is not None
    return read_sites(path, entities, report), report


def changed(tmp_path: Path, change: Change) -> Path:
    """The fixture with something changed in its first record."""
    records = json.loads(FILE.read_text("utf-8"))
    change(records[0])
    path = tmp_path / FILE.name
    path.write_text(json.dumps(records), "utf-8")
    return path


def test_the_number_says_what_a_country_substance_and_unit_is() -> None:
    sites, report = read()
    assert report.ok
    assert sites is not None
    first, second = sites
    assert (first.country, second.country) == ("GRL", "USA")
    assert [item.commodity for item in first.inventory] == ["Lanthanum", "Neodymium", "Dysprosium"]
    assert first.inventory[0].ore is not None
    assert (first.inventory[0].ore.value, first.inventory[0].ore.unit) == ("80.0", "million tonnes")


def test_the_name_beside_a_number_may_be_missing(tmp_path: Path) -> None:
    def drop(record: Any) -> None:
        del record["location_info"]["country"][0]["observed_name"]

    sites, _ = read(changed(tmp_path, drop))
    assert sites is not None
    assert sites[0].country == "GRL"


def _unknown_number(record: Any) -> None:
    record["mineral_inventory"][0]["commodity"]["normalized_uri"] += "9"


def _other_reference_system(record: Any) -> None:
    record["location_info"]["crs"]["normalized_uri"] += "9"


def _no_number(record: Any) -> None:
    del record["mineral_inventory"][0]["commodity"]["normalized_uri"]


def _new_key(record: Any) -> None:
    record["owner"] = "x"


def _new_key_inside(record: Any) -> None:
    record["mineral_inventory"][0]["cutoff"] = 1


def _figure_as_text(record: Any) -> None:
    record["mineral_inventory"][0]["grade"]["value"] = "41"


def _negative_figure(record: Any) -> None:
    record["mineral_inventory"][0]["ore"]["value"] = -1


def _off_the_globe(record: Any) -> None:
    record["location_info"]["location"] = "POINT (200 33)"


def _no_list(record: Any) -> None:
    record["mineral_inventory"] = {}


@pytest.mark.parametrize(
    "change",
    [
        _unknown_number,
        _other_reference_system,
        _no_number,
        _new_key,
        _new_key_inside,
        _figure_as_text,
        _negative_figure,
        _off_the_globe,
        _no_list,
    ],
)
def test_a_record_of_another_form_refuses_the_file(tmp_path: Path, change: Change) -> None:
    sites, report = read(changed(tmp_path, change))
    assert sites is None
    assert any("Record 1" in problem.message for problem in report.problems)


def test_a_list_of_entities_that_is_missing_is_named() -> None:
    report = Report("test")
    assert read_entities([FOLDER / "entities" / "unit.csv"], report) is None
    assert {problem.file for problem in report.problems} == {"commodity.csv", "country.csv"}


def test_a_file_that_is_no_list_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "x.json"
    path.write_text("{}", "utf-8")
    sites, report = read(path)
    assert sites is None
    assert "no list of records" in report.problems[0].message
