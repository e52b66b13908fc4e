"""Which countries a point lies in, within the tolerance."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import Store

from kg.check.territories import LIES_IN, countries_at, lies_in, lying_in


@pytest.mark.parametrize(
    ("longitude", "latitude", "country"),
    [
        (-115.53, 35.48, "USA"),
        (109.97, 41.78, "CHN"),
        (103.4, 3.9, "MYS"),
        (-1.15, 46.16, "FRA"),
        (178.44, -18.14, "FJI"),
        (-70.9, -53.16, "CHL"),
    ],
)
def test_a_point_lies_in_its_country(longitude: float, latitude: float, country: str) -> None:
    assert country in countries_at(longitude, latitude)


def test_near_a_border_it_lies_in_both() -> None:
    # Narva stands on the river between Estonia and Russia.
    assert {"EST", "RUS"} <= countries_at(28.19, 59.377)


def test_kosovo_has_the_code_of_the_table_of_places() -> None:
    assert "XKX" in countries_at(21.05, 42.47)


def test_svalbard_is_a_place_of_its_own_and_in_norway() -> None:
    assert {"SJM", "NOR"} <= countries_at(16.03, 78.16)


@given(st.floats(-180, 180), st.floats(-90, 90))
def test_one_question_and_the_whole_answer_agree(longitude: float, latitude: float) -> None:
    countries = countries_at(longitude, latitude)
    assert all(lies_in(country, longitude, latitude) for country in countries)
    assert not lies_in("XXX", longitude, latitude)


def test_swapped_coordinates_lie_elsewhere() -> None:
    assert "CHN" not in countries_at(41.78, 80.0)
    assert "MYS" not in countries_at(3.9, 89.0)


@given(st.floats(-180, 180), st.floats(-90, 90))
def test_every_point_of_the_earth_has_an_answer(longitude: float, latitude: float) -> None:
    assert all(len(code) == 3 for code in countries_at(longitude, latitude))


@pytest.mark.parametrize("point", [(181.0, 0.0), (0.0, -90.5), (float("nan"), 0.0)])
def test_what_is_no_point_is_refused(point: tuple[float, float]) -> None:
    with pytest.raises(ValueError, match="no point"):
        countries_at(*point)
    with pytest.raises(ValueError, match="no point"):
        lies_in("USA", *point)


def test_a_store_is_told_for_a_while() -> None:
    store = Store()
    for name, text in (("a", "POINT(103.4 3.9)"), ("b", "POINT(103 93)"), ("c", "POINT 1,2")):
        store.update(
            f"INSERT DATA {{ <x:{name}> <http://www.opengis.net/ont/geosparql#asWKT> '{text}' }}"
        )
    before = set(store)
    with lying_in(store):
        told = set(store) - before
        assert {(q.subject.value, q.predicate) for q in told} == {("x:a", LIES_IN)}  # type: ignore[union-attr]
    assert set(store) == before


def test_where_a_point_fits_what_is_said_of_it_nothing_else_is_told() -> None:
    store = Store()
    for name, country in (("right", "EST"), ("also-right", "RUS"), ("wrong", "FRA")):
        store.update(
            f"""PREFIX geo: <http://www.opengis.net/ont/geosparql#>
            PREFIX cm: <https://w3id.org/critmat/ontology#>
            PREFIX cmd: <https://w3id.org/critmat/id/>
            INSERT DATA {{
              cmd:{name} cm:locatedIn cmd:{country} ; geo:hasGeometry cmd:at-{name} .
              cmd:at-{name} geo:asWKT "POINT(28.19 59.377)" }}"""
        )
    with lying_in(store):
        told = {
            (quad.subject.value, quad.object.value.rpartition("/")[2])  # type: ignore[union-attr]
            for quad in store.quads_for_pattern(None, LIES_IN, None)
        }
    places = {name: {code for at, code in told if at.endswith(f"at-{name}")}
              for name in ("right", "also-right", "wrong")}  # fmt: skip
    assert places["right"] == {"EST"}
    assert places["also-right"] == {"RUS"}
    assert {"EST", "RUS"} <= places["wrong"]
