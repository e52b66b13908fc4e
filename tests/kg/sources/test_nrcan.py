"""The inventory of Natural Resources Canada: kinds, stages, status, minerals cut in brackets."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from kg.report import Report
from kg.sources.fact_tables import FactRow
from kg.sources.nrcan import TABLE, import_nrcan

FIXTURE = Path(__file__).parent / "fixtures" / "nrcan" / "nrcan_sync_2026-06-24.json"


@pytest.fixture(scope="module")
def imported() -> tuple[dict[str, FactRow], Report]:
    tables, report = import_nrcan([FIXTURE])
    assert report.ok, list(report.lines())
    return {row["id"]: row for row in tables[TABLE][1]}, report


def test_every_site_ends_in_one_way(imported: tuple[dict[str, FactRow], Report]) -> None:
    records, report = imported
    assert set(records) == {f"nrcan-90{n}" for n in range(1, 6)}
    assert report.counts["rows left out: sites of salt and nothing in scope"] == 1
    assert report.counts["rows reported and not used"] == 0


@pytest.mark.parametrize(
    ("record", "kind", "stages", "status"),
    [
        ("nrcan-901", "deposit", "", ""),
        ("nrcan-902", "refinery", "recycling;refining", "operating"),
        ("nrcan-903", "processing-plant", "processing", "development"),
        ("nrcan-904", "plant", "production", "operating"),
        ("nrcan-905", "mine", "mining", "care-and-maintenance"),
    ],
)
def test_what_a_site_is_and_does(
    imported: tuple[dict[str, FactRow], Report], record: str, kind: str, stages: str, status: str
) -> None:
    row = imported[0][record]
    assert (row["kind"], row["stages"], row["status"]) == (kind, stages, status)


def test_minerals_in_brackets_are_one(imported: tuple[dict[str, FactRow], Report]) -> None:
    row = imported[0]["nrcan-902"]
    assert row["substance_words"] == (
        "Uranium (hexafluoride, dioxide, metals, alloys); mixed hydroxide precipitate"
    )
    assert row["substances"] == "uranium"


def test_sites_that_share_a_point_are_at_its_locality(
    imported: tuple[dict[str, FactRow], Report],
) -> None:
    precisions = {record: row["precision"] for record, row in imported[0].items()}
    assert precisions.pop("nrcan-902") == precisions.pop("nrcan-903") == "locality"
    assert set(precisions.values()) == {"site"}


def test_words_of_the_inventory_are_kept(imported: tuple[dict[str, FactRow], Report]) -> None:
    row = imported[0]["nrcan-901"]
    assert row["operator_words"] == "Invented Métaux Inc. / Example Mines Ltd."
    assert row["kind_words"] == "Advanced exploration project: Advanced project"
    assert (row["status_words"], row["region"]) == ("On hold / suspended", "Northwest Territories")
    assert (row["latitude"], row["longitude"]) == ("62.11806", "-112.59972")


Damage = Callable[[list[dict[str, Any]]], object]


@pytest.mark.parametrize(
    ("damage", "says"),
    [
        (lambda sites: {"sites": sites}, "not a list of sites"),
        (lambda sites: [*sites, "more"], "Site 7 is no object"),
        (lambda sites: [*sites, sites[0]], "Two sites have one number"),
        (lambda sites: [{**sites[0], "minerals": "gold"}], "Site 1 has another form"),
        (lambda sites: [{**sites[0], "province": None}], "Site 1 has another form"),
        (lambda sites: [{**sites[0], "owner": "x"}], "not known: owner"),
        (lambda sites: [{**sites[0], "status": "Sold"}], "'Sold' is not known"),
        (lambda sites: [{**sites[0], "operationGroup": "Wells"}], "is not known"),
    ],
)
def test_another_form_stops_the_import(tmp_path: Path, damage: Damage, says: str) -> None:
    sites = json.loads(FIXTURE.read_text(encoding="utf-8"))
    path = tmp_path / FIXTURE.name
    path.write_text(json.dumps(damage(sites)), encoding="utf-8")
    tables, report = import_nrcan([path])
    assert tables == {} and not report.ok
    assert any(says in problem.message for problem in report.problems)


def test_a_point_outside_canada_is_reported(tmp_path: Path) -> None:
    sites = json.loads(FIXTURE.read_text(encoding="utf-8"))
    path = tmp_path / FIXTURE.name
    path.write_text(json.dumps([{**sites[0], "longitude": 12.5}]), encoding="utf-8")
    tables, report = import_nrcan([path])
    assert report.ok and not tables[TABLE][1]
    assert report.counts["rows reported and not used"] == 1


def test_exactly_one_file_is_read() -> None:
    assert import_nrcan([FIXTURE, FIXTURE])[0] == {}
