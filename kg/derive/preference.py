"""Which figures speak for an element or group, and which of several is preferred.

A figure *speaks for* a subject if it is about

- the subject itself,
- a material or commodity that stands for it (``cm:standsFor``),
- a group that has it as a member or, where the subject is a group, has all of its members, or
- from metal-making on, where figures are for forms rather than for elements: a material that
  contains the element (``cm:containsElement``), or some of the group that is the subject or holds
  it (``cm:containsSomeOf``). Magnet-making of NdFeB magnets speaks for neodymium.

Of several candidates one is *preferred*, by the first of these that decides:

1. the kind of source: official, academic, company, encyclopaedia, other, news, in this order;
2. the figure nearest to the subject: its own before a group's, a smaller group before a larger one
   (a figure of a material that stands for it comes between the two, one of a material made with it
   comes last, the material with fewer elements first);
3. the newest year;
4. the newest release date;
5. exact before about, and measured before estimated or computed before bound;
6. the IRI, so that the choice is always the same.

:mod:`kg.derive.exposure` chooses by this rule, and :mod:`kg.explain` says afterwards how it chose.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from kg.derive.spelling import Term, iri, lexical
from kg.namespaces import CM

#: Kinds of sources, the most trusted first.
SOURCE_KINDS = ("official", "academic", "company", "encyclopaedia", "other", "news")

#: Stages at which a figure for a form speaks for the elements in it.
FORM_STAGES = frozenset(
    iri(f"cm:stage-{name}-making") for name in ("metal", "alloy", "magnet", "component")
)
BOUND = iri("cm:status-bound")

#: How near a figure is to its subject: 0 its own, 1 of what stands for it, 2 of a group, 3 of a
#: material that contains it, 4 of one that contains some of its group; and the number of members
#: of that group or of elements in that material.
Nearness = tuple[int, int]
#: From here on a figure is for a form that the subject is in.
OF_A_FORM = 3

_STATUS_RANK = {iri("cm:status-measured"): 0, BOUND: 2}
_ABOUT = iri("cm:precision-about")
_DATE = re.compile(r"(\d{4})(?:-(\d\d))?(?:-(\d\d))?")


class Criterion(StrEnum):
    """What decides between two candidates, in the order in which it is asked."""

    SOURCE = "the kind of source"
    NEARNESS = "the figure nearest to the subject"
    YEAR = "the newest year"
    RELEASE = "the newest release date"
    QUALITY = "the more exact or better founded figure"
    IRI = "the IRI, for nothing else tells them apart"


@dataclass(frozen=True, slots=True)
class Merit:
    """What the preferred rule looks at. ``quality`` holds the ranks of precision and status."""

    source_rank: int
    nearness: Nearness
    year: int
    released: int
    quality: tuple[int, int]
    record: Term

    def order(self) -> tuple[object, ...]:
        """The key of the preferred rule; the smallest is preferred."""
        return (
            self.source_rank,
            self.nearness,
            -self.year,
            -self.released,
            self.quality,
            self.record,
        )


def decided_by(preferred: Merit, other: Merit) -> Criterion:
    """The first criterion in which the two differ."""
    pairs = zip(Criterion, preferred.order(), other.order(), strict=True)
    return next((name for name, one, two in pairs if one != two), Criterion.IRI)


def rank_of_kind(kind: Term) -> int:
    """The place of a kind of source among :data:`SOURCE_KINDS`; behind all for an unknown one.

    >>> rank_of_kind(iri("cm:source-official")), rank_of_kind("")
    (0, 6)
    """
    name = lexical(kind).removeprefix(f"{CM}source-") if kind else ""
    return SOURCE_KINDS.index(name) if name in SOURCE_KINDS else len(SOURCE_KINDS)


def source_of(releases: Iterable[tuple[Term, Term]]) -> tuple[int, int]:
    """Rank and date of the most trusted of some releases, the newest of these.

    A release is its kind and the date on which it was issued, each empty where not stated.
    """
    found = [(rank_of_kind(kind), -date(issued)) for kind, issued in releases]
    rank, released = min(found, default=(len(SOURCE_KINDS), 0))
    return rank, -released


def quality(precision: Term, status: Term) -> tuple[int, int]:
    """The ranks of precision and status."""
    return int(precision == _ABOUT), _STATUS_RANK.get(status, 1)


def date(term: Term) -> int:
    """A year, month or day as the number yyyymmdd with 00 for what is not said; 0 for none.

    >>> date('"2026-02"'), date("")
    (20260200, 0)
    """
    found = _DATE.match(lexical(term)) if term else None
    return int("".join(part or "00" for part in found.groups())) if found else 0


def year_of(stated: Iterable[Term]) -> int:
    """The year of the first of some dates that says one; 0 where none does."""
    return next((found // 10000 for found in map(date, stated) if found), 0)


def spoken_for(
    askable: Collection[Term],
    members: Mapping[Term, Collection[Term]],
    stands_for: Mapping[Term, Collection[Term]],
    elements: Mapping[Term, Collection[Term]],
    groups: Mapping[Term, Collection[Term]],
) -> dict[Term, dict[Term, Nearness]]:
    """For each substance of a figure, the elements and groups that it speaks for, and how nearly.

    ``askable`` are the elements and groups, ``members`` the elements of each group; the others
    hold for each material what it stands for, the elements in it, and the groups of which it
    contains some.
    """
    sets = {group: frozenset(items) for group, items in members.items()}
    speaks: dict[Term, dict[Term, Nearness]] = {}
    of_materials = _of_materials(sets, stands_for, elements, groups)
    for substance, subject, nearness in (*_of_groups(askable, sets), *of_materials):
        if subject in askable:
            known = speaks.setdefault(substance, {})
            known[subject] = min(nearness, known.get(subject, nearness))
    return speaks


def _of_groups(
    askable: Iterable[Term], members: Mapping[Term, frozenset[Term]]
) -> Iterator[tuple[Term, Term, Nearness]]:
    """Elements and groups speak for themselves, and groups for what is wholly in them."""
    for subject in askable:
        yield subject, subject, (0, 0)
    for group, items in members.items():
        for subject in items:
            yield group, subject, (2, len(items))
        for other, inner in members.items():
            if inner <= items and other != group:
                yield group, other, (2, len(items))


def _of_materials(
    members: Mapping[Term, frozenset[Term]],
    stands_for: Mapping[Term, Collection[Term]],
    elements: Mapping[Term, Collection[Term]],
    groups: Mapping[Term, Collection[Term]],
) -> Iterator[tuple[Term, Term, Nearness]]:
    """Materials speak for what they stand for, and as forms for what is in them."""
    for substance, stood_for in stands_for.items():
        for subject in stood_for:
            yield substance, subject, (1, 0)
    for material, contained in elements.items():
        for subject in contained:
            yield material, subject, (OF_A_FORM, len(contained))
    for material, some_of in groups.items():
        for group in some_of:
            yield material, group, (OF_A_FORM, 0)
            for subject in members.get(group, frozenset()):
                yield material, subject, (OF_A_FORM + 1, len(members[group]))
