"""Coordinates against the shapes of countries."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from kg.check.territories import countries_at, country_at, lies_in
from kg.quality.model import PlaceQuality

Row = Mapping[str, str]
#: Tables of facilities, and of their places.
_FACILITIES = ("facilities", "sites")
_PLACES = ("facility-locations", "site-locations")


def measure_places(rows: Mapping[str, Iterable[Row]]) -> PlaceQuality:
    """Look at each place of a facility once; rows are those of the fact tables, by table."""
    country = {row["id"]: row["country"] for name in _FACILITIES for row in rows.get(name, ())}
    located: set[str] = set()
    points = inside = near = at_sea = 0
    elsewhere: list[str] = []
    for row in (row for name in _PLACES for row in rows.get(name, ())):
        facility = row["facility"]
        if not row["latitude"] or facility not in country:
            continue
        located.add(facility)
        points += 1
        said = country[facility]
        point = float(row["longitude"]), float(row["latitude"])
        if said in country_at(*point):
            inside += 1
        elif lies_in(said, *point):
            near += 1
        elif found := sorted(countries_at(*point)):
            elsewhere.append(f"{facility}: {said}, its point lies in {' or '.join(found)}")
        else:
            at_sea += 1
    return PlaceQuality(
        facilities=len(country),
        with_point=len(located),
        points=points,
        inside=inside,
        near=near,
        at_sea=at_sea,
        elsewhere=tuple(sorted(elsewhere)),
    )
