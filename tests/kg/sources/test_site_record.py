"""Rows of records of sites, and the words that sources use for substances."""

from __future__ import annotations

import csv
import re

import pytest

from kg.shipped import facts_dir
from kg.sources.fact_tables import columns_of
from kg.sources.site_record import SiteRecord, SiteSubstances, site_slug
from tests.kg.sources.conftest import mapping

MINE = SiteRecord("x-1", "Red Hill", "mine", "AUS", ("copper", "natural-graphite"), ("x",))


def test_a_row_has_the_columns_of_the_schema() -> None:
    assert set(MINE.row()) == set(columns_of("site-records"))


def test_elements_are_told_from_other_substances() -> None:
    row = MINE.row()

    assert (row["elements"], row["others"]) == ("copper", "natural-graphite")


@pytest.mark.parametrize(
    ("kind", "status", "role"),
    [
        ("mine", "operating", "holds"),
        ("prospect", "", "holds"),
        ("smelter", "operating", "produces"),
        ("refinery", "construction", "is-to-produce"),
    ],
)
def test_a_mine_holds_and_a_plant_produces(kind: str, status: str, role: str) -> None:
    record = SiteRecord("x-1", "Red", kind, "AUS", ("rare-earths",), ("x",), status=status)

    assert record.row()["role"] == role


def test_without_other_substances_there_is_no_role() -> None:
    record = SiteRecord("x-1", "Red Hill", "mine", "AUS", ("copper",), ("x",))

    assert (record.row()["others"], record.row()["role"]) == ("", "")


def test_an_item_of_a_list_stays_one_item_and_stands_once() -> None:
    record = SiteRecord(
        "x-1", "Red", "mine", "AUS", ("copper",), ("x",), aliases=("Rot; rot", "Rot", "", "Rot")
    )

    assert record.row()["aliases"] == "Rot, rot;Rot"


@pytest.mark.parametrize(
    ("text", "slug"),
    [("ICMM00001", "icmm00001"), (" Åland / No. 2 ", "aland-no-2"), ("a--b", "a-b")],
)
def test_a_slug_has_letters_digits_and_single_dashes(text: str, slug: str) -> None:
    assert site_slug(text) == slug
    assert re.fullmatch("[a-z0-9]+(-[a-z0-9]+)*", slug)


def test_words_are_known_out_of_scope_or_unknown() -> None:
    words = SiteSubstances({"Lanthanides": ("rare-earths",), "Salt": ()})

    assert words.find("LANTHANIDES ") == ("rare-earths",)
    assert words.find("salt") == ()
    assert words.find("unobtainium") is None
    assert words.read(["salt", "lanthanides", "ores"]) == (("rare-earths",), ("ores",))


def test_the_shipped_words_name_substances_that_exist() -> None:
    known = set()
    for table in ("elements", "materials", "groups", "commodities"):
        path = facts_dir() / "tables" / f"{table}.csv"
        with path.open(encoding="utf-8", newline="") as file:
            known.update(row["id"] for row in csv.DictReader(file))

    named = {
        one for row in mapping("site_substances") for one in row["substance"].split(";") if one
    }

    assert named <= known
    assert SiteSubstances.shipped().find("Lanthanides") == ("rare-earths",)
