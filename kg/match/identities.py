"""Which records are of which facility: the verdicts on pairs put together.

The surest pairs go first. Two groups become one only if all their members can be one facility:
not two curated facilities, no two records that their own source keeps apart, no plant with a mine,
nothing that an expert has called different. What was decided in an earlier run stands.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from kg.match.pairs import candidates
from kg.match.rules import Pair, Verdict, judge
from kg.match.site import Site, distance_km

#: Members of one facility are nowhere further apart, km.
_SPREAD = 30.0
ALONE, EXPERT, RULES = "alone", "expert", "rules"


@dataclass(frozen=True, slots=True)
class Identity:
    """Why a record is of its facility: a row of the table ``site-identities``."""

    record: str
    facility: str
    rule: str
    reasons: str = ""
    distance: str = ""
    decided_by: str = RULES


@dataclass(frozen=True, slots=True)
class Decision:
    """What an expert decided on a pair: ``same`` or not."""

    left: str
    right: str
    same: bool
    reviewer: str


@dataclass(frozen=True, slots=True)
class Doubt:
    """A pair that an expert has to look at, with the verdict on it."""

    left: Site
    right: Site
    verdict: Verdict


@dataclass(slots=True, eq=False)
class Group:
    """Sites that are one facility; ``facility`` is its id where it has one already."""

    sites: list[Site]
    facility: str = ""

    @property
    def curated(self) -> Site | None:
        """The curated facility, if it is one."""
        return next((site for site in self.sites if site.curated), None)

    @property
    def records(self) -> list[Site]:
        """The records, in the order of their tables."""
        return [site for site in self.sites if not site.curated]

    @property
    def leading(self) -> Site:
        """The record that speaks for the facility.

        One that gives a state goes first, then one whose name most of the others have, then the
        newest.
        """
        names = Counter(name.compact for site in self.sites for name in set(site.names))

        def order(site: Site) -> tuple[bool, int, int, str, str]:
            shared = max((names[name.compact] for name in site.names), default=0)
            return not site.cells["status"], -shared, -site.year, site.table, site.id

        return min(self.records, key=order)


@dataclass(slots=True)
class Identities:
    """The groups, why each record is where it is, and what is in doubt."""

    groups: list[Group] = field(default_factory=list)
    rows: dict[str, Identity] = field(default_factory=dict)
    doubts: list[Doubt] = field(default_factory=list)


def identify(
    sites: Mapping[str, Site],
    known: Mapping[str, Identity],
    decisions: Iterable[Decision],
) -> Identities:
    """Put the sites together; ``known`` are the rows of an earlier run, by record."""
    return _Work(sites, known, list(decisions)).run()


class _Work:
    def __init__(
        self, sites: Mapping[str, Site], known: Mapping[str, Identity], decisions: list[Decision]
    ) -> None:
        self.sites, self.known, self.decisions = sites, known, decisions
        self.apart: dict[str, set[str]] = {}
        for one in decisions:
            if not one.same:
                self.apart.setdefault(one.left, set()).add(one.right)
                self.apart.setdefault(one.right, set()).add(one.left)
        self.of: dict[str, Group] = {id_: Group([site]) for id_, site in sites.items()}
        self.best: dict[str, tuple[Verdict, Site]] = {}
        self.by_expert: dict[str, Decision] = {}

    def run(self) -> Identities:
        self._take_up_known()
        for decision in self.decisions:
            self._follow(decision)
        verdicts = [
            (verdict, pair)
            for pair in candidates(list(self.sites.values()))
            if (verdict := judge(pair)) is not None
        ]
        verdicts.sort(key=lambda found: (-found[0].weight, found[1].one.id, found[1].other.id))
        doubts: list[Doubt] = []
        for verdict, pair in verdicts:
            if verdict.sure and self._join(pair.one, pair.other):
                self._remember(pair.one, pair.other, verdict)
                self._remember(pair.other, pair.one, verdict)
            else:
                doubts.append(Doubt(pair.one, pair.other, verdict))
        groups = list(dict.fromkeys(self.of.values()))
        for group in groups:
            group.sites.sort(key=lambda site: (not site.curated, site.table, site.id))
            if group.curated:
                group.facility = group.curated.id
            elif not group.facility:
                group.facility = f"site-{group.leading.id}"
        return Identities(groups, dict(self._rows(groups)), list(self._open(doubts)))

    def _take_up_known(self) -> None:
        first: dict[str, Group] = {s.id: self.of[s.id] for s in self.sites.values() if s.curated}
        # The record that gave the facility its id goes first: it stays, if an expert parts them.
        known = sorted(self.known.values(), key=lambda row: not row.facility.endswith(row.record))
        for row in known:
            if row.record not in self.sites:
                continue
            group = first.setdefault(row.facility, self.of[row.record])
            if group is self.of[row.record]:
                group.facility = row.facility
            elif not self.apart.get(row.record, set()) & {site.id for site in group.sites}:
                self._merge(group, self.of[row.record])

    def _follow(self, decision: Decision) -> None:
        left, right = self.of.get(decision.left), self.of.get(decision.right)
        if not decision.same or left is None or right is None:
            return
        if left is not right and not (left.curated and right.curated):
            self._merge(left, right)
        for one in (decision.left, decision.right):
            self.by_expert.setdefault(one, decision)

    def _merge(self, one: Group, other: Group) -> None:
        """Make two groups one; the curated facility, or else the first, gives the id."""
        if other.curated and not one.curated:
            one, other = other, one
        one.facility = one.facility or ("" if one.curated else other.facility)
        one.sites.extend(other.sites)
        for site in other.sites:
            self.of[site.id] = one

    def _join(self, a: Site, b: Site) -> bool:
        """Make the groups of two sites one, if all members allow it."""
        one, other = self.of[a.id], self.of[b.id]
        if one is other:
            return True
        if one.facility and other.facility and not (one.curated or other.curated):
            return False  # Two facilities that users know already.
        if not all(self._compatible(x, y) for x in one.sites for y in other.sites):
            return False
        self._merge(one, other)
        return True

    def _compatible(self, a: Site, b: Site) -> bool:
        if b.id in self.apart.get(a.id, ()) or (a.curated and b.curated):
            return False
        distance = distance_km(a, b)
        if distance is not None and distance > _SPREAD:
            return False
        if a.listing == b.listing:
            verdict = judge(Pair(a, b))
            return verdict is not None and verdict.sure
        return Pair(a, b).kinds_fit

    def _remember(self, site: Site, other: Site, verdict: Verdict) -> None:
        if site.id not in self.best or verdict.weight > self.best[site.id][0].weight:
            self.best[site.id] = verdict, other

    def _rows(self, groups: Sequence[Group]) -> Iterator[tuple[str, Identity]]:
        for group in groups:
            for site in group.records:
                yield site.id, self._row(site, group.facility, len(group.sites) == 1)

    def _row(self, site: Site, facility: str, alone: bool) -> Identity:
        known = self.known.get(site.id)
        if known is not None and known.facility == facility and (alone or known.rule != ALONE):
            return known
        if site.id in self.by_expert:
            decision = self.by_expert[site.id]
            other = decision.left if decision.right == site.id else decision.right
            return Identity(
                site.id, facility, EXPERT, f"with {other}", decided_by=decision.reviewer or EXPERT
            )
        if site.id not in self.best:
            return Identity(site.id, facility, ALONE)
        verdict, other_site = self.best[site.id]
        distance = "" if verdict.distance is None else f"{verdict.distance:.2f}"
        reasons = f"{verdict.reasons}; with {other_site.id}"
        return Identity(site.id, facility, verdict.rule, reasons, distance)

    def _open(self, doubts: Iterable[Doubt]) -> Iterator[Doubt]:
        """The doubts that are still open, one for each pair of groups."""
        told: set[frozenset[int]] = set()
        decided = {frozenset((d.left, d.right)) for d in self.decisions}
        for doubt in doubts:
            one, other = self.of[doubt.left.id], self.of[doubt.right.id]
            pair = frozenset((id(one), id(other)))
            if one is other or pair in told:
                continue
            if frozenset((doubt.left.id, doubt.right.id)) in decided:
                continue
            if self._answered(one, other):
                continue
            told.add(pair)
            yield doubt

    def _answered(self, one: Group, other: Group) -> bool:
        """True if the sources themselves keep two groups apart, or an expert does."""
        if one.curated and other.curated:
            return True
        for a in one.sites:
            for b in other.sites:
                if b.id in self.apart.get(a.id, ()):
                    return True
                if a.listing == b.listing:
                    verdict = judge(Pair(a, b))
                    if verdict is None or not verdict.sure:
                        return True
        return False
