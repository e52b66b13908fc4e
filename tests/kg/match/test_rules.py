"""What each rule says of a pair, by the names of docs/identity.md."""

from __future__ import annotations

import pytest

from kg.match.rules import Pair, Verdict, judge
from kg.match.site import Site, distance_km
from tests.kg.match.small_sites import site

ONE = site("atlas-1", "Red Hill")


def north(km: float) -> tuple[float, float]:
    """The point that many km north of the first."""
    return 10.0 + km / 111.195, 20.0


def says(other: Site, one: Site = ONE, *, alone: bool = True) -> tuple[str, bool] | None:
    """The rule and whether it is sure."""
    verdict = judge(Pair(one, other, alone))
    return None if verdict is None else (verdict.rule, verdict.sure)


@pytest.mark.parametrize(
    ("km", "told"),
    [
        (0.5, ("same-name", True)),
        (4.9, ("same-name", True)),
        (9, ("same-name-further", True)),
        (30, ("same-name-far", False)),
        (80, None),
    ],
)
def test_one_name_with_a_common_substance(km: float, told: tuple[str, bool] | None) -> None:
    assert says(site("survey-1", "Redhill mine", north(km), kind="deposit")) == told


@pytest.mark.parametrize(
    ("km", "told"), [(1, ("same-name", True)), (4, ("same-name", False)), (9, None)]
)
def test_one_name_without_a_common_substance(km: float, told: tuple[str, bool] | None) -> None:
    assert says(site("survey-1", "Red Hill", north(km), "tin")) == told


def test_a_name_that_others_have_too_is_doubtful_further_off() -> None:
    other = site("survey-1", "Red Hill", north(9))

    assert says(other, alone=False) == ("same-name-further", False)


def test_without_a_point_the_name_must_stand_alone_in_the_country() -> None:
    other = site("survey-1", "Red Hill", None)

    assert says(other) == ("same-name-in-country", True)
    assert says(other, alone=False) == ("same-name-in-country", False)
    assert says(site("survey-1", "Red Hill", None, "tin")) is None
    assert says(site("survey-1", "Red Hill", None, country="CAN")) is None


def test_an_alias_counts_only_nearby() -> None:
    aliased = {"aliases": "Red Hill"}

    assert says(site("survey-1", "Blue Gum", north(0.5), **aliased)) == ("same-name", True)
    assert says(site("survey-1", "Blue Gum", north(3), **aliased)) == ("same-name", False)


def test_like_names_must_be_near() -> None:
    one = site("atlas-1", "Kalavassos")

    assert says(site("survey-1", "Kalavasos", north(1)), one) == ("like-name", True)
    assert says(site("survey-1", "Kalavasos", north(4)), one) == ("like-name", False)
    assert says(site("survey-1", "Kalavasos", north(4), "tin"), one) is None


def test_a_name_within_a_name_must_be_very_near() -> None:
    one = site("atlas-1", "Baowu Bomi Hills Mine")

    assert says(site("survey-1", "Bomi Hills", north(0.5)), one) == ("name-within-name", True)
    assert says(site("survey-1", "Bomi Hills", north(2.5)), one) == ("name-within-name", False)
    assert says(site("survey-1", "Bomi Hills", north(0.5), "tin"), one) is None


def test_a_plant_is_not_the_mine_beside_it() -> None:
    assert says(site("survey-1", "Red Hill", kind="smelter")) is None
    assert says(site("survey-1", "Red Hill", kind="plant")) is None


@pytest.mark.parametrize(
    ("one", "other", "sure"),
    [
        ("plant", "smelter", True),
        ("smelter", "refinery", True),
        ("refinery", "separation-plant", True),
        ("refinery", "processing-plant", True),
        ("smelter", "magnet-plant", False),
        ("recycling-plant", "refinery", False),
    ],
)
def test_kinds_of_plants_that_stand_for_one_another(one: str, other: str, sure: bool) -> None:
    left = site("atlas-1", "Red Works Oulu", kind=one)

    assert says(site("survey-1", "Oulu Red Works", kind=other), left) == ("same-name", sure)


def test_a_district_is_no_mine_but_may_be_the_deposit() -> None:
    district = site("survey-1", "Red Hill district", kind="deposit")

    assert says(district) == ("same-name", False)
    assert says(district, site("atlas-1", "Red Hill", kind="deposit")) == ("same-name", True)


def test_numbers_that_differ_are_two_sites_and_one_number_is_a_doubt() -> None:
    second = site("survey-1", "Red Hill No. 2")

    assert says(second, site("atlas-1", "Red Hill No. 1")) is None
    assert says(second) == ("same-name", False)


def test_over_the_border_is_a_doubt() -> None:
    assert says(site("survey-1", "Red Hill", country="NZL")) == ("over-the-border", False)


def test_rows_of_one_site_in_one_list() -> None:
    one = site("atlas-1", "Red Hill", operator_words="Hill Mining Ltd.")
    same = site("atlas-2", "Red Hill", north(0.5), "tin", operator_words="Hill Mining")
    far = site("atlas-2", "Red Hill", north(2), operator_words="Hill Mining")
    theirs = site("atlas-2", "Red Hill", operator_words="Lake Group")

    assert says(same, one) == ("rows-of-one-site", True)
    assert says(far, one) is None
    assert says(theirs, one) is None


def test_nameless_mines_of_one_town_need_the_same_operator() -> None:
    one = site("atlas-1", "Mine in Chini")

    assert says(site("atlas-2", "Mine in Chini"), one) is None


def test_two_lists_of_one_source_may_have_the_same_site() -> None:
    one = site("atlas-1", "Red Hill", locator="layer mines")
    other = site("atlas-2", "Red Hill", north(0.5), locator="layer deposits", kind="deposit")

    assert says(other, one) == ("same-name", True)


def test_one_company_at_one_place_under_two_names_is_a_doubt() -> None:
    one = site("atlas-1", "Red Hill", operator_words="Hill Mining Ltd")
    other = site("survey-1", "Gumtree", north(0.5), operator_words="Hill Mining")

    assert says(other, one) == ("same-company-same-place", False)


def test_a_verdict_has_its_reasons_and_the_distance() -> None:
    verdict = judge(Pair(ONE, site("survey-1", "Red Hill", north(2), "copper;tin")))

    assert isinstance(verdict, Verdict)
    assert verdict.reasons == "name 100, 2.0 km, copper"
    assert verdict.distance == pytest.approx(2, abs=0.01)


def test_distances_over_the_date_line() -> None:
    west = site("atlas-1", "Red Hill", (-17.0, 179.995))
    east = site("survey-1", "Red Hill", (-17.0, -179.995))

    assert distance_km(west, east) == pytest.approx(1.06, abs=0.02)
    assert says(east, west) == ("same-name", True)
