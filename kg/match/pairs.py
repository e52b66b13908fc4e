"""Finding the pairs that are worth a judgement among all pairs of sites.

Two sites are compared if they are in neighbouring cells of a grid of 3 km; if they are in
neighbouring cells of 15 km and share a word of their names; or if they have the same name in the
same country. The grid is one of cubes over the Earth, so that it is as fine at the poles as at
the equator and has no seam.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Hashable, Iterator, Sequence
from itertools import product

from kg.match.rules import Pair
from kg.match.site import Site

_RADIUS = 6371.0088
#: Sides of the cells, km. Pairs that are nearer than a side are in neighbouring cells.
_NEAR, _FURTHER = 3.0, 15.0
#: Names that more sites of a country have tell nothing without a place.
_MANY = 12
_NEIGHBOURS = tuple(product((-1, 0, 1), repeat=3))


def candidates(sites: Sequence[Site]) -> Iterator[Pair]:
    """Every pair to be judged, once, in the order of the sites."""
    buckets: dict[Hashable, list[int]] = defaultdict(list)
    named: dict[tuple[str, str], list[int]] = defaultdict(list)
    times = Counter((s.listing, s.country, name) for s in sites for name in _telling(s))
    for number, site in enumerate(sites):
        found: set[int] = set()
        for key in _around(site):
            found.update(buckets.get(key, ()))
        for name in _telling(site):
            others = named[site.country, name]
            found.update(others if len(others) <= _MANY else ())
            others.append(number)
        for key in _own(site):
            buckets[key].append(number)
        for other in sorted(found):
            yield Pair(sites[other], site, _alone(sites[other], site, times))


def _telling(site: Site) -> set[str]:
    return {name.compact for name in (*site.names, *site.aliases) if not name.plain}


def _alone(a: Site, b: Site, times: Counter[tuple[str, str, str]]) -> bool:
    shared = _telling(a) & _telling(b)
    return all(times[s.listing, s.country, name] <= 1 for s in (a, b) for name in shared)


def _cell(site: Site, side: float) -> tuple[int, int, int] | None:
    if site.point is None:
        return None
    x, y, z = (math.floor(value * _RADIUS / side) for value in site.point)
    return x, y, z


def _own(site: Site) -> Iterator[Hashable]:
    """The keys under which a site is found."""
    if (near := _cell(site, _NEAR)) is not None:
        yield near
    if (further := _cell(site, _FURTHER)) is not None:
        yield from ((further, word) for word in _words(site))


def _around(site: Site) -> Iterator[Hashable]:
    """The keys under which the sites around a site are found."""
    if (near := _cell(site, _NEAR)) is not None:
        for x, y, z in _NEIGHBOURS:
            yield near[0] + x, near[1] + y, near[2] + z
    if (further := _cell(site, _FURTHER)) is not None:
        for x, y, z in _NEIGHBOURS:
            cell = (further[0] + x, further[1] + y, further[2] + z)
            yield from ((cell, word) for word in _words(site))


def _words(site: Site) -> set[str]:
    """The words of a name, and how it begins without blanks: spellings differ later."""
    names = (*site.names, *site.aliases)
    words = {word for name in names for word in name.core if len(word) >= 4}
    return words | {f"{name.compact[:4]}-" for name in names}
