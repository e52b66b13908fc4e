"""The table of rare-earth deposits of the USGS (OFR 02-189)."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path

from kg.sources.usgs.ree_deposits import COLUMNS, import_ree_deposits

FILE = Path(__file__).parents[1] / "fixtures" / "usgs-ree-deposits" / "main.csv"


def sites(file: Path = FILE) -> dict[str, dict[str, str]]:
    """Records by identifier; the import must be without errors."""
    found, report = import_ree_deposits([file])
    assert report.ok, list(report.lines())
    return {row["id"]: dict(row) for row in found["usgs-ree-deposits-sites"][1]}


def changed(tmp_path: Path, column: str, cell: str) -> Path:
    """The fixture with one cell of its first row changed."""
    with FILE.open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    rows[1][COLUMNS.index(column)] = cell
    with (tmp_path / "main.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)
    return tmp_path / "main.csv"


def test_what_a_site_did_in_2002_is_kept_in_words_only() -> None:
    mine = sites()["usgs-ree-1"]
    assert (mine["kind"], mine["status_words"], mine["year"]) == (
        "mine",
        "Past byproduct producer?",
        "2002",
    )
    assert mine["status"] == ""


def test_a_place_to_the_minute_is_a_locality_and_no_place_is_none() -> None:
    found = sites()
    assert found["usgs-ree-1"]["precision"] == "locality"
    assert (found["usgs-ree-2"]["precision"], found["usgs-ree-2"]["latitude"]) == ("", "")


def test_an_area_that_is_no_country_any_more_is_reported() -> None:
    _, report = import_ree_deposits([FILE])
    assert "of several countries" in report.problems[0].message
    assert report.counts["rows reported and not used"] == 1


def test_old_names_of_countries_are_known() -> None:
    assert sites()["usgs-ree-4"]["country"] == "SUR"


def test_an_unknown_status_or_number_stops_the_import(tmp_path: Path) -> None:
    for column, cell in (("status", "Sleeping"), ("rec_id", "one")):
        found, report = import_ree_deposits([changed(tmp_path, column, cell)])
        assert found == {}
        assert report.problems[0].column == column


def test_a_point_in_another_country_makes_the_row_unusable(tmp_path: Path) -> None:
    found, report = import_ree_deposits([changed(tmp_path, "longitude", "79.983333333333")])
    assert report.ok
    assert "usgs-ree-1" not in {row["id"] for row in found["usgs-ree-deposits-sites"][1]}
    assert any("not in CAN" in problem.message for problem in report.problems)


def test_a_number_that_stands_twice_stops_the_import(tmp_path: Path) -> None:
    found, report = import_ree_deposits([changed(tmp_path, "rec_id", "2")])
    assert found == {}
    assert "stands twice" in report.problems[0].message


def test_every_row_of_the_real_table_is_accounted_for(official: Callable[[str], Path]) -> None:
    found = sites(official("usgs-ree-deposits/main.csv"))
    assert len(found) == 792
    assert sum(1 for row in found.values() if not row["latitude"]) == 220
