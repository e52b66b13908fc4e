"""Which countries a point lies in, within the tolerance."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import Store

from kg.check.territories import LIES_IN, countries_at, lying_in


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
