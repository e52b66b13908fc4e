"""In which countries the points of a data set lie, so that a shape can compare.

``cms:liesIn`` is told to the checker only and is never published. The countries come from
countrycheck (https://pypi.org/project/countrycheck/), which carries them on a grid of some 7 km
with coastal waters. A point lies in every country that is found at it or within the tolerance:
borders and coasts are coarse, and a place may be known to its district only.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache, lru_cache

from countrycheck import CountryCheck
from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad, Store

from kg.namespaces import CMD, CMS, PREFIXES

#: How far from a country a point may be and still lie in it.
TOLERANCE_KM = 25.0

LIES_IN = NamedNode(f"{CMS}liesIn")
_AS_WKT = NamedNode(f"{PREFIXES['geo']}asWKT")
_POINT = re.compile(r"POINT ?\((-?\d{1,3}(?:\.\d{1,15})?) (-?\d{1,2}(?:\.\d{1,15})?)\)")
_KM_PER_DEGREE = 111.2
_DIRECTIONS = 12


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
    find = _countries().country
    return frozenset(
        str(code) for point in _around(longitude, latitude) if (code := find(*point)) is not None
    )


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


@contextmanager
def lying_in(store: Store) -> Iterator[None]:
    """Tell a store, for a while, in which countries its points lie.

    What is no WKT point of the Earth is passed over: another shape is about that.
    """
    told: list[Quad] = []
    for quad in store.quads_for_pattern(None, _AS_WKT, None, DefaultGraph()):
        point = _POINT.fullmatch(quad.object.value) if isinstance(quad.object, Literal) else None
        longitude, latitude = (float(point[1]), float(point[2])) if point else (181.0, 0.0)
        if abs(longitude) <= 180 and abs(latitude) <= 90:
            told += (
                Quad(quad.subject, LIES_IN, NamedNode(CMD + code), DefaultGraph())
                for code in sorted(countries_at(longitude, latitude))
            )
    store.extend(told)
    try:
        yield
    finally:
        for quad in told:
            store.remove(quad)
