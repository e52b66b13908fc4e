"""In which countries the points of a data set lie, so that a shape can compare.

``cms:liesIn`` is told to the checker only and is never published. The countries come from
countrycheck (https://pypi.org/project/countrycheck/), which carries them on a grid of some 7 km
with coastal waters. A point lies in every country that is found at it or within the tolerance:
borders and coasts are coarse, and a place may be known to its district only. Looking at the point
alone takes 50 microseconds, looking around it a millisecond.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache, lru_cache

from countrycheck import CountryCheck
from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad, Store

from kg.namespaces import CM, CMD, CMS, PREFIXES

#: How far from a country a point may be and still lie in it.
TOLERANCE_KM = 25.0

LIES_IN = NamedNode(f"{CMS}liesIn")
_HAS_GEOMETRY = NamedNode(f"{PREFIXES['geo']}hasGeometry")
_LOCATED_IN = NamedNode(f"{CM}locatedIn")
_AS_WKT = NamedNode(f"{PREFIXES['geo']}asWKT")
_POINT = re.compile(r"POINT ?\((-?\d{1,3}(?:\.\d{1,18})?) (-?\d{1,2}(?:\.\d{1,18})?)\)")
_KM_PER_DEGREE = 111.2
_DIRECTIONS = 12
#: Kosovo has a code of its own there, and what lies in these islands lies in their country too.
_ALSO = {"XKO": ("XKX",), "SJM": ("SJM", "NOR"), "CXR": ("CXR", "AUS")}


@cache
def _countries() -> CountryCheck:
    return CountryCheck()


@lru_cache(maxsize=10_000)
def countries_at(longitude: float, latitude: float) -> frozenset[str]:
    """Give the ISO 3166 alpha-3 codes of the countries at a point or within the tolerance.

    Degrees, longitude -180 to 180, latitude -90 to 90; raises ``ValueError`` outside. On the open
    sea there are none.

    >>> sorted(countries_at(14.4, 50.1))
    ['CZE']
    """
    if not (abs(longitude) <= 180 and abs(latitude) <= 90):
        raise ValueError(f"{longitude} {latitude} is no point on the Earth.")
    return frozenset(_found(longitude, latitude))


def country_at(longitude: float, latitude: float) -> tuple[str, ...]:
    """The codes of the country at the very point; none on the open sea, several for an island
    that counts with its country. Degrees as in :func:`countries_at`.

    >>> country_at(14.4, 50.1)
    ('CZE',)
    """
    code = _countries().country(longitude, latitude)
    return () if code is None else _ALSO.get(str(code), (str(code),))


def lies_in(country: str, longitude: float, latitude: float) -> bool:
    """Whether a point is in a country or within the tolerance of it; see :func:`countries_at`.

    >>> lies_in("CZE", 14.4, 50.1)
    True
    """
    if not (abs(longitude) <= 180 and abs(latitude) <= 90):
        raise ValueError(f"{longitude} {latitude} is no point on the Earth.")
    # Nearly always the point itself answers, and the rings are not asked.
    return country in _found(longitude, latitude)


def _found(longitude: float, latitude: float) -> Iterator[str]:
    for point in _around(longitude, latitude):
        yield from country_at(*point)


def _around(longitude: float, latitude: float) -> Iterator[tuple[float, float]]:
    """The point, and two rings of points around it, at half the tolerance and at the whole."""
    yield longitude, latitude
    shrink = max(0.05, math.cos(math.radians(latitude)))
    for distance in (TOLERANCE_KM / 2, TOLERANCE_KM):
        degrees = distance / _KM_PER_DEGREE
        for step in range(_DIRECTIONS):
            angle = 2 * math.pi * step / _DIRECTIONS
            east = longitude + degrees * math.sin(angle) / shrink
            north = latitude + degrees * math.cos(angle)
            yield (east + 180) % 360 - 180, max(-90.0, min(90.0, north))


def _claimed(store: Store) -> dict[object, set[str]]:
    """For each geometry, the codes of the countries that things there are said to be in."""
    claimed: dict[object, set[str]] = {}
    for there in store.quads_for_pattern(None, _HAS_GEOMETRY, None, DefaultGraph()):
        for said in store.quads_for_pattern(there.subject, _LOCATED_IN, None, DefaultGraph()):
            if isinstance(said.object, NamedNode) and said.object.value.startswith(CMD):
                code = said.object.value.removeprefix(CMD)
                claimed.setdefault(there.object, set()).add(code)
    return claimed


@contextmanager
def lying_in(store: Store) -> Iterator[None]:
    """Tell a store, for a while, in which countries its points lie.

    Of a point that lies in all countries that what is there is said to be in, only these are told;
    of others, all within the tolerance. Only few points have to be looked at closely then. What
    is no WKT point of the Earth is passed over: another shape is about that.
    """
    told: list[Quad] = []
    claimed = _claimed(store)
    for quad in store.quads_for_pattern(None, _AS_WKT, None, DefaultGraph()):
        point = _POINT.fullmatch(quad.object.value) if isinstance(quad.object, Literal) else None
        longitude, latitude = (float(point[1]), float(point[2])) if point else (181.0, 0.0)
        if abs(longitude) <= 180 and abs(latitude) <= 90:
            said = claimed.get(quad.subject, ())
            fits = said and all(lies_in(code, longitude, latitude) for code in said)
            told += (
                Quad(quad.subject, LIES_IN, NamedNode(CMD + code), DefaultGraph())
                for code in sorted(said if fits else countries_at(longitude, latitude))
            )
    store.extend(told)
    try:
        yield
    finally:
        for quad in told:
            store.remove(quad)
