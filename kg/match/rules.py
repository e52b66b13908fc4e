"""The rules: whether two sites are one facility, may be, or nothing speaks for it.

Each rule stands in words in ``docs/identity.md``, under the same name. A pair is judged on its
own, from what the two say; :mod:`kg.match.identities` then looks at all pairs together.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property

from kg.match.names import Likeness, companies_alike, likeness
from kg.match.site import Site, distance_km
from kg.sources.site_record import site_slug

#: Kinds of plants that sources use for one another; ``plant`` goes with every kind of plant.
_FURNACES = frozenset({"smelter", "refinery", "metal-alloy-plant"})
_REFINERIES = frozenset({"refinery", "separation-plant", "processing-plant"})
#: Companies are the same from this likeness on, 0 to 100.
_SAME_COMPANY = 90.0
#: Names are like from this likeness on, 0 to 100.
_LIKE = 88.0


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a rule says of a pair: ``sure`` that it is one facility, or else in doubt.

    ``distance`` is in km, ``None`` where one has no point. Of sure pairs the one with the larger
    ``weight`` goes first.
    """

    rule: str
    sure: bool
    reasons: str
    distance: float | None
    weight: float


@dataclass(frozen=True)
class Pair:
    """Two sites and what the rules ask of them.

    ``alone`` says that neither source has another site of such a name in the country.
    """

    one: Site
    other: Site
    alone: bool = True

    @cached_property
    def like(self) -> Likeness:
        """How like the names are; other names count where the first ones are not like."""
        one, other = self.one, self.other
        first = likeness(one.names, other.names)
        if first.score >= _LIKE or not (one.aliases or other.aliases):
            return first
        second = likeness((*one.names, *one.aliases), (*other.names, *other.aliases))
        return replace(second, alias=True) if second.score > first.score else first

    @cached_property
    def distance(self) -> float | None:
        """Kilometres between the points, ``None`` where one is missing."""
        return distance_km(self.one, self.other)

    @cached_property
    def common(self) -> frozenset[str]:
        """The elements (or substances without any) that both name."""
        return self.one.contents & self.other.contents

    @cached_property
    def same_company(self) -> bool:
        """True if an operator or owner of the one is one of the other."""
        return any(
            companies_alike(x, y) >= _SAME_COMPANY
            for x in _companies(self.one)
            for y in _companies(self.other)
        )

    @property
    def same_country(self) -> bool:
        """True if both are said to be in the same country."""
        return self.one.country == self.other.country

    @property
    def kinds_fit(self) -> bool:
        """True if one thing may be called by both kinds."""
        if self.one.in_the_ground != self.other.in_the_ground:
            return False
        pair = {self.one.kind, self.other.kind}
        single = self.one.in_the_ground or len(pair) == 1 or "plant" in pair
        return single or pair <= _FURNACES or pair <= _REFINERIES

    @property
    def firm(self) -> bool:
        """True if nothing in kinds and names speaks against one facility."""
        # A district is no mine; two sources that know no mine both mean the ore in it.
        mine_in_district = self.like.area and "mine" in (self.one.kind, self.other.kind)
        only_district = self.like.alias and self.like.district
        # Many sites are in one town: a name of the town is no name of a site.
        town = self.like.placed and not (self.alone and (self.distance or 99) <= 2)
        telling = self.like.parts == "same" and not self.like.plain and not town
        return self.kinds_fit and telling and not (mine_in_district or only_district)

    @property
    def reasons(self) -> str:
        """What speaks for the pair and against it, in a line."""
        common = sorted(self.common)
        shown = ", ".join(common[:3]) + (" ..." if len(common) > 3 else "")
        parts = [
            f"{'other name' if self.like.alias else 'name'} {self.like.score:.0f}",
            "no distance" if self.distance is None else f"{self.distance:.1f} km",
            shown or "no common substance",
        ]
        if self.same_company:
            parts.append("same company")
        if not self.kinds_fit:
            parts.append(f"but {self.one.kind} and {self.other.kind}")
        if not self.same_country:
            parts.append(f"but {self.one.country} and {self.other.country}")
        return ", ".join(parts)

    def verdict(self, rule: str, sure: bool, weight: float) -> Verdict:
        """The verdict of a rule, with the reasons."""
        near = 0.0 if self.distance is None else max(0.0, 50 - self.distance)
        every = self.one.contents | self.other.contents
        shared = len(self.common) / len(every) if every else 0
        more = near + 20 * (bool(self.common) + shared + self.same_company)
        # Between two pairs that are alike otherwise, a curated facility goes first.
        curated = 30 if self.one.curated or self.other.curated else 0
        weight += more + curated + self.like.score / 10
        return Verdict(rule, sure, self.reasons, self.distance, weight)


def judge(pair: Pair) -> Verdict | None:
    """The verdict of the first rule that applies; ``None`` where nothing speaks for the pair."""
    if pair.one.curated and pair.other.curated:
        return None
    return next(filter(None, _verdicts(pair)), None)


def _verdicts(pair: Pair) -> Iterator[Verdict | None]:
    yield _official_point(pair)
    if pair.one.listing == pair.other.listing:
        yield _rows_of_one_site(pair)
        return
    if pair.one.in_the_ground != pair.other.in_the_ground:
        return
    if pair.like.parts == "different" or (pair.like.plain and pair.like.score < 100):
        return
    if not pair.same_country:
        yield _over_the_border(pair)
        return
    yield _same_name(pair)
    if pair.distance is not None:
        yield _like_name(pair, pair.distance)
        yield _name_within_name(pair, pair.distance)
        yield _same_company_same_place(pair, pair.distance)


def _official_point(pair: Pair) -> Verdict | None:
    curated, record = (pair.one, pair.other) if pair.one.curated else (pair.other, pair.one)
    if not curated.official or pair.distance is None or pair.distance > 1:
        return None
    named = curated.official == site_slug(record.cells["name"])
    if not named and not record.id.endswith(f"-{curated.official}"):
        return None
    return pair.verdict("official-point", pair.same_country and pair.kinds_fit, 1000)


def _rows_of_one_site(pair: Pair) -> Verdict | None:
    one, other = pair.one.cells, pair.other.cells
    same = site_slug(one["name"]) == site_slug(other["name"]) and one["kind"] == other["kind"]
    if not same or not pair.same_country or pair.distance is None or pair.distance > 1:
        return None
    operators = one["operator_words"], other["operator_words"]
    # Without a name of its own a site is known by who runs it.
    unknown = not all(operators) and not pair.like.placed
    if not unknown and companies_alike(*operators) < _SAME_COMPANY:
        return None
    return pair.verdict("rows-of-one-site", True, 900)


def _over_the_border(pair: Pair) -> Verdict | None:
    near = pair.distance is not None and pair.distance <= 5
    if pair.like.score < 100 or not near:
        return None
    return pair.verdict("over-the-border", False, 0)


def _same_name(pair: Pair) -> Verdict | None:
    if pair.like.score < 100:
        return None
    if pair.distance is None:
        sure = pair.firm and pair.alone and not pair.like.alias and not pair.like.short
        return pair.verdict("same-name-in-country", sure, 400) if pair.common else None
    return _same_name_at(pair, pair.distance)


def _same_name_at(pair: Pair, distance: float) -> Verdict | None:
    common = bool(pair.common)
    if distance <= 5:
        # One source may name only some of what is there: in the ground that says little.
        ground = pair.one.in_the_ground and distance <= 2
        enough = (common or ground) and (distance <= 1 or not pair.like.alias)
        return pair.verdict("same-name", pair.firm and enough, 600)
    if distance <= 15 and common:
        sure = pair.firm and pair.alone and not pair.like.alias and not pair.like.short
        return pair.verdict("same-name-further", sure, 500)
    if distance <= 50 and common and pair.alone and pair.firm:
        return pair.verdict("same-name-far", False, 0)
    return None


def _like_name(pair: Pair, distance: float) -> Verdict | None:
    if pair.like.score < _LIKE or distance > 5:
        return None
    common = bool(pair.common)
    if distance > 2 and not common:
        return None
    enough = common or (distance <= 1 and pair.one.in_the_ground)
    sure = pair.firm and enough and distance <= 2 and not pair.like.alias
    return pair.verdict("like-name", sure, 300)


def _name_within_name(pair: Pair, distance: float) -> Verdict | None:
    if not pair.like.within or distance > 3 or not pair.common:
        return None
    near = distance <= 1 or (distance <= 2 and pair.same_company)
    return pair.verdict("name-within-name", pair.firm and near and not pair.like.alias, 200)


def _same_company_same_place(pair: Pair, distance: float) -> Verdict | None:
    fits = pair.kinds_fit and pair.same_company and bool(pair.common)
    if not fits or distance > 1 or pair.like.plain:
        return None
    return pair.verdict("same-company-same-place", False, 0)


def _companies(site: Site) -> list[str]:
    owners = site.cells.get("owner_words", "").split(";")
    return [words for words in (site.cells.get("operator_words", ""), *owners) if words.strip()]
