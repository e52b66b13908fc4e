"""The shipped records: pairs that were judged by eye, and a run that changes nothing."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

import pytest

from kg.facts import Package, load_package
from kg.match.identities import Identities, identify
from kg.match.outcome import match
from kg.match.review import Review
from kg.match.site import Site, read_sites, record_tables, rows

PAIRS = Path(__file__).with_name("judged_pairs.csv")


def judged() -> list[dict[str, str]]:
    with PAIRS.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def package() -> Package:
    return load_package()


@pytest.fixture(scope="module")
def sites(package: Package) -> dict[str, Site]:
    return read_sites(package)


@pytest.fixture(scope="module")
def afresh(package: Package, sites: dict[str, Site]) -> Identities:
    """What the rules and the experts say without an earlier run."""
    return identify(sites, {}, Review.read(package.folder / "tables").decisions)


@pytest.fixture(scope="module")
def facility(afresh: Identities) -> Mapping[str, str]:
    """Record or curated facility -> facility."""
    return {site.id: group.facility for group in afresh.groups for site in group.sites}


def test_there_are_enough_pairs_of_each_judgement() -> None:
    counts = Counter(row["judgement"] for row in judged())

    assert sum(counts.values()) >= 40
    assert counts["same"] >= 20
    assert counts["different"] >= 10


@pytest.mark.parametrize("pair", judged(), ids=lambda row: f"{row['left']}--{row['right']}")
def test_the_rules_say_what_somebody_who_looked_said(
    pair: dict[str, str], sites: dict[str, Site], facility: Mapping[str, str], afresh: Identities
) -> None:
    left, right = pair["left"], pair["right"]
    assert sites[left].cells["name"] == pair["left_name"]
    assert sites[right].cells["name"] == pair["right_name"]

    assert (facility[left] == facility[right]) == (pair["judgement"] == "same")
    if pair["judgement"] == "doubtful":
        doubts = {frozenset((d.left.id, d.right.id)) for d in afresh.doubts}
        assert frozenset((left, right)) in doubts


def test_a_run_over_the_shipped_tables_changes_nothing(package: Package) -> None:
    outcome = match(package, package.folder / "tables")

    for name, (_, found) in outcome.tables.items():
        with (package.folder / "tables" / f"{name}.csv").open(encoding="utf-8", newline="") as file:
            shipped = list(csv.DictReader(file))
        assert len(shipped) == len(found), f"run critmat match: {name} is not up to date"
        assert all(
            row == {column: given.get(column, "") for column in row}
            for row, given in zip(shipped, found, strict=True)
        ), f"run critmat match: {name} is not up to date"


def test_every_record_has_one_facility_that_exists(package: Package) -> None:
    known = {row["id"] for name in ("facilities", "sites") for row in rows(package.table(name))}
    identities = list(rows(package.table("site-identities")))
    records = [row["id"] for table in record_tables(package) for row in rows(table)]

    assert sorted(records) == [row["record"] for row in identities]
    assert {row["facility"] for row in identities} <= known


def test_no_two_curated_facilities_are_one(afresh: Identities) -> None:
    assert all(sum(site.curated for site in group.sites) <= 1 for group in afresh.groups)


def test_official_records_are_of_the_facilities_whose_points_were_taken_from_them(
    package: Package, facility: Mapping[str, str], sites: dict[str, Site]
) -> None:
    """Those that are not are decided by an expert, or share the record with another facility."""
    decided = {d.left for d in Review.read(package.folder / "tables").decisions if not d.same}
    with_record = {id_ for record, id_ in facility.items() if not sites[record].curated}
    taken = {site.official: [] for site in sites.values() if site.official}
    for site in sites.values():
        if site.official:
            taken[site.official].append(site.id)

    missing = {
        id_
        for ids in taken.values()
        for id_ in ids
        if id_ not in with_record | decided and not with_record & {*ids}
    }

    # Plants at a deposit, whose point was taken from the deposit.
    assert missing <= {
        "gam-greenbushes-ta",
        "mountain-pass-hree-separation",
        "mountain-pass-separation",
    }


def test_there_are_as_many_facilities_with_coordinates_as_wanted(package: Package) -> None:
    placed = {
        row["facility"]
        for name in ("facility-locations", "site-locations")
        for row in rows(package.table(name))
        if row["latitude"]
    }

    assert len(placed) >= 6_000
