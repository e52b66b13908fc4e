"""Exposures: the preferred share of a country in an element or group, by stage and year.

A figure is a *candidate* for a subject (an element or a group of elements) and an asked stage if
its own stage covers the asked one (``cm:coversStage``) and it is about

- the subject itself,
- a material or commodity that stands for it (``cm:standsFor``),
- a group that has it as a member or, where the subject is a group, has all of its members, or
- from metal-making on, where figures are for forms rather than for elements: a material that
  contains the element (``cm:containsElement``), or some of the group that is the subject or holds
  it (``cm:containsSomeOf``). Magnet-making of NdFeB magnets speaks for neodymium.

Forecasts and quotas never count, nor does a figure for a year after its release. A figure of which
only a lower bound is known counts as that bound; one without either counts nowhere.

**Preferred rule.** Of several candidates one is preferred, by the first of these that decides:

1. the kind of source: official, academic, company, encyclopaedia, other, news, in this order;
2. the figure nearest to the subject: its own before a group's, a smaller group before a larger one
   (a figure of a material that stands for it comes between the two, one of a material made with it
   comes last, the material with fewer elements first);
3. the newest year;
4. the newest release date;
5. exact before about, and measured before estimated or computed before bound;
6. the IRI, so that the choice is always the same.

The others stay linked with ``cm:alsoStated``, so that disagreement stays visible. There is one
exposure for each year that a candidate is for, and one as of ``cm:latest`` from all of them. The
year of an average is the last of its period: it is no figure for the years before.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from kg.derive.axioms import Term
from kg.derive.records import Records, iri, lexical
from kg.derive.shares import Triple, double
from kg.namespaces import CM, CMD, XSD

#: Properties that the choice reads, besides those of :mod:`kg.derive.shares`.
PROPERTIES = (
    "cm:low",
    "cm:precision",
    "cm:hasMember",
    "cm:standsFor",
    "cm:containsElement",
    "cm:containsSomeOf",
    "cm:coversStage",
    "cm:sourceKind",
    "dct:issued",
)
CLASSES = ("cm:ShareObservation", "cm:QuotaObservation", "cm:Element", "cm:ElementGroup")

#: Kinds of sources, the most trusted first.
SOURCE_KINDS = ("official", "academic", "company", "encyclopaedia", "other", "news")

_NEVER = frozenset(
    iri(f"cm:status-{name}") for name in ("forecast", "withheld", "not-available", "qualitative")
)
_STATUS_RANK = {iri("cm:status-measured"): 0, iri("cm:status-bound"): 2}
_BOUND = iri("cm:status-bound")
_ABOUT = iri("cm:precision-about")
_DATE = re.compile(r"(\d{4})(?:-(\d\d))?(?:-(\d\d))?")

#: Stages at which a figure for a form speaks for the elements in it.
_FORM_STAGES = frozenset(
    iri(f"cm:stage-{name}-making") for name in ("metal", "alloy", "magnet", "component")
)
#: How near a figure is to its subject: 0 its own, 1 of what stands for it, 2 of a group, 3 of a
#: material that contains it, 4 of one that contains some of its group; and the number of members
#: of that group or of elements in that material.
_OF_A_FORM = 3
Nearness = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Figure:
    """A share that may be preferred. ``quality`` holds precision and status for step 5."""

    record: Term
    substance: Term
    stage: Term
    country: Term
    value: float
    status: Term
    year: int
    source_rank: int
    released: int
    quality: tuple[int, int]

    def order(self, nearness: Nearness) -> tuple[object, ...]:
        """The key of the preferred rule; the smallest is preferred."""
        return (
            self.source_rank,
            nearness,
            -self.year,
            -self.released,
            self.quality,
            self.record,
        )


@dataclass(frozen=True, slots=True)
class Exposures:
    """Triples of the exposures and how many there are."""

    triples: list[Triple]
    count: int


def find_exposures(records: Records) -> Exposures:
    """Choose the preferred figure for every subject, asked stage, country and year."""
    subjects = _subjects(records)
    candidates: dict[tuple[Term, Term, Term], list[tuple[Nearness, Figure]]] = {}
    for figure in _figures(records):
        for stage in records.all(figure.stage, "cm:coversStage"):
            for subject, nearness in subjects.get(figure.substance, {}).items():
                if nearness[0] >= _OF_A_FORM and figure.stage not in _FORM_STAGES:
                    continue
                key = (subject, stage, figure.country)
                candidates.setdefault(key, []).append((nearness, figure))
    triples: list[Triple] = []
    count = 0
    for key in sorted(candidates):
        ordered = sorted(candidates[key], key=lambda item: item[1].order(item[0]))
        figures = [figure for _, figure in ordered]
        triples.extend(_exposure(records, key, None, figures))
        years = sorted({figure.year for figure in figures})
        for year in years:
            of_year = [figure for figure in figures if figure.year == year]
            triples.extend(_exposure(records, key, year, of_year))
        count += 1 + len(years)
    return Exposures(triples, count)


def _subjects(records: Records) -> Mapping[Term, Mapping[Term, Nearness]]:
    """For each substance of a figure, the elements and groups that it speaks for."""
    askable = {*records.members("cm:Element"), *records.members("cm:ElementGroup")}
    members = {group: frozenset(items) for group, items in records.pairs("cm:hasMember")}
    speaks: dict[Term, dict[Term, Nearness]] = {}
    of_groups = _of_groups(askable, members)
    for substance, subject, nearness in (*of_groups, *_of_materials(records, members)):
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
    records: Records, members: Mapping[Term, frozenset[Term]]
) -> Iterator[tuple[Term, Term, Nearness]]:
    """Materials speak for what they stand for, and as forms for what is in them."""
    for substance, stood_for in records.pairs("cm:standsFor"):
        for subject in stood_for:
            yield substance, subject, (1, 0)
    for material, elements in records.pairs("cm:containsElement"):
        for subject in elements:
            yield material, subject, (_OF_A_FORM, len(elements))
    for material, groups in records.pairs("cm:containsSomeOf"):
        for group in groups:
            yield material, group, (_OF_A_FORM, 0)
            for subject in members.get(group, frozenset()):
                yield material, subject, (_OF_A_FORM + 1, len(members[group]))


def _figures(records: Records) -> Iterator[Figure]:
    quotas = set(records.members("cm:QuotaObservation"))
    for record in records.members("cm:ShareObservation"):
        status = records.one(record, "cm:status")
        if status in _NEVER or record in quotas:
            continue
        value = records.number(record, "qudt:numericValue")
        if value is None:
            value, status = records.number(record, "cm:low"), _BOUND
        position = records.one(record, "cm:supplyPosition")
        country = records.one(position, "cm:inCountry")
        year = _year(records, record)
        rank, released = _source(records, record)
        foretold = released and year > released // 10000
        if value is None or not country or not year or foretold:
            continue
        yield Figure(
            record=record,
            substance=records.one(position, "cm:substance"),
            stage=records.one(position, "cm:atStage"),
            country=country,
            value=value,
            status=status,
            year=year,
            source_rank=rank,
            released=released,
            quality=(
                int(records.one(record, "cm:precision") == _ABOUT),
                _STATUS_RANK.get(status, 1),
            ),
        )


def _year(records: Records, record: Term) -> int:
    """The year that a figure is for, the last one of a period; 0 where it is not said."""
    stated = (records.one(record, name) for name in ("cm:refYear", "cm:periodEnd"))
    return next((date // 10000 for date in map(_date, stated) if date), 0)


def _date(term: Term) -> int:
    """A year, month or day as the number yyyymmdd with 00 for what is not said; 0 for none."""
    found = _DATE.match(lexical(term)) if term else None
    return int("".join(part or "00" for part in found.groups())) if found else 0


def _source(records: Records, record: Term) -> tuple[int, int]:
    """Rank and release date of the most trusted source of a record, the newest of these."""
    found = [
        (_rank(records.one(source, "cm:sourceKind")), -_date(records.one(source, "dct:issued")))
        for citation in records.all(record, "prov:wasDerivedFrom")
        for source in records.all(citation, "dct:isPartOf")
    ]
    rank, released = min(found, default=(len(SOURCE_KINDS), 0))
    return rank, -released


def _rank(kind: Term) -> int:
    name = lexical(kind).removeprefix(f"{CM}source-") if kind else ""
    return SOURCE_KINDS.index(name) if name in SOURCE_KINDS else len(SOURCE_KINDS)


def _exposure(
    records: Records, key: tuple[Term, Term, Term], year: int | None, figures: Iterable[Figure]
) -> Iterator[Triple]:
    """The record of one exposure; ``figures`` in the order of preference."""
    subject, stage, country = key
    preferred, *others = figures
    names = (
        lexical(subject).removeprefix(CMD),
        lexical(stage).removeprefix(f"{CM}stage-"),
        lexical(country).removeprefix(CMD),
        "latest" if year is None else str(year),
    )
    exposure = f"<{CMD}exposure-{'--'.join(names)}>"
    yield exposure, iri("rdf:type"), iri("cm:Exposure")
    yield exposure, iri("cm:exposedSubstance"), subject
    yield exposure, iri("cm:exposedStage"), stage
    yield exposure, iri("cm:inCountry"), country
    yield exposure, iri("cm:asOf"), iri("cm:latest") if year is None else f'"{year}"^^<{XSD}gYear>'
    yield exposure, iri("cm:refYear"), f'"{preferred.year}"^^<{XSD}gYear>'
    yield exposure, iri("qudt:numericValue"), double(preferred.value)
    yield exposure, iri("qudt:unit"), iri("cm:unit-percent")
    yield exposure, iri("cm:status"), preferred.status
    yield exposure, iri("cm:restsOn"), preferred.record
    yield exposure, iri("cm:sharedBy"), preferred.substance
    for citation in records.all(preferred.record, "prov:wasDerivedFrom"):
        yield exposure, iri("prov:wasDerivedFrom"), citation
    for other in sorted({figure.record for figure in others}):
        yield exposure, iri("cm:alsoStated"), other
