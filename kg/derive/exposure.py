"""Exposures: the preferred share of a country in an element or group, by stage and year.

A figure is a *candidate* for a subject (an element or a group of elements) and an asked stage if
its own stage covers the asked one (``cm:coversStage``) and it speaks for the subject. Which figures
speak for what, and which candidate is preferred, is decided in :mod:`kg.derive.preference`.

Forecasts and quotas never count, nor does a figure for a year after its release. A figure of which
only a lower bound is known counts as that bound; one without either counts nowhere.

The candidates that were not preferred stay linked with ``cm:alsoStated``, so that disagreement
stays visible. There is one exposure for each year that a candidate is for, and one as of
``cm:latest`` from all of them. The year of an average is the last of its period: it is no figure
for the years before.

``cm:knownShare`` says how much of the world the source of the preferred figure knows: that of a
computed share, else the most that the coverages of its release say (:mod:`kg.derive.coverage`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from kg.derive.preference import (
    BOUND,
    FORM_STAGES,
    OF_A_FORM,
    Merit,
    Nearness,
    quality,
    source_of,
    spoken_for,
    year_of,
)
from kg.derive.records import Records
from kg.derive.spelling import Term, Triple, double, iri, lexical
from kg.derive.spelling import year as year_term
from kg.namespaces import CM, CMD

#: Properties that the choice reads, besides those of :mod:`kg.derive.shares`.
PROPERTIES = (
    "cm:low",
    "cm:knownShare",
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

_NEVER = frozenset(
    iri(f"cm:status-{name}") for name in ("forecast", "withheld", "not-available", "qualitative")
)


@dataclass(frozen=True, slots=True)
class Figure:
    """A share that may be preferred. ``quality`` holds precision and status for step 5; ``known``
    is the part of the world that its source knows, in percent."""

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
    known: float | None

    def merit(self, nearness: Nearness) -> Merit:
        """What the preferred rule looks at."""
        return Merit(
            self.source_rank, nearness, self.year, self.released, self.quality, self.record
        )


@dataclass(frozen=True, slots=True)
class Exposures:
    """Triples of the exposures and how many there are."""

    triples: list[Triple]
    count: int


def find_exposures(records: Records, known: Mapping[Term, float]) -> Exposures:
    """Choose the preferred figure for every subject, asked stage, country and year.

    ``known`` is what coverages say of figures: :attr:`kg.derive.coverage.Coverages.known`.
    """
    subjects = _subjects(records)
    candidates: dict[tuple[Term, Term, Term], list[tuple[Nearness, Figure]]] = {}
    for figure in _figures(records, known):
        for stage in records.all(figure.stage, "cm:coversStage"):
            for subject, nearness in subjects.get(figure.substance, {}).items():
                if nearness[0] >= OF_A_FORM and figure.stage not in FORM_STAGES:
                    continue
                key = (subject, stage, figure.country)
                candidates.setdefault(key, []).append((nearness, figure))
    triples: list[Triple] = []
    count = 0
    for key in sorted(candidates):
        ordered = sorted(candidates[key], key=lambda item: item[1].merit(item[0]).order())
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
    return spoken_for(
        askable={*records.members("cm:Element"), *records.members("cm:ElementGroup")},
        members=dict(records.pairs("cm:hasMember")),
        stands_for=dict(records.pairs("cm:standsFor")),
        elements=dict(records.pairs("cm:containsElement")),
        groups=dict(records.pairs("cm:containsSomeOf")),
    )


def _figures(records: Records, known: Mapping[Term, float]) -> Iterator[Figure]:
    quotas = set(records.members("cm:QuotaObservation"))
    for record in records.members("cm:ShareObservation"):
        status = records.one(record, "cm:status")
        if status in _NEVER or record in quotas:
            continue
        value = records.number(record, "qudt:numericValue")
        if value is None:
            value, status = records.number(record, "cm:low"), BOUND
        position = records.one(record, "cm:supplyPosition")
        country = records.one(position, "cm:inCountry")
        year = _year(records, record)
        rank, released = _source(records, record)
        foretold = released and year > released // 10000
        of_table = records.number(record, "cm:knownShare")
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
            quality=quality(records.one(record, "cm:precision"), status),
            known=known.get(record) if of_table is None else of_table,
        )


def _year(records: Records, record: Term) -> int:
    """The year that a figure is for, the last one of a period; 0 where it is not said."""
    return year_of(records.one(record, name) for name in ("cm:refYear", "cm:periodEnd"))


def _source(records: Records, record: Term) -> tuple[int, int]:
    """Rank and release date of the most trusted source of a record, the newest of these."""
    return source_of(
        (records.one(source, "cm:sourceKind"), records.one(source, "dct:issued"))
        for citation in records.all(record, "prov:wasDerivedFrom")
        for source in records.all(citation, "dct:isPartOf")
    )


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
    yield exposure, iri("cm:asOf"), iri("cm:latest") if year is None else year_term(year)
    yield exposure, iri("cm:refYear"), year_term(preferred.year)
    yield exposure, iri("qudt:numericValue"), double(preferred.value)
    yield exposure, iri("qudt:unit"), iri("cm:unit-percent")
    yield exposure, iri("cm:status"), preferred.status
    yield exposure, iri("cm:restsOn"), preferred.record
    yield exposure, iri("cm:sharedBy"), preferred.substance
    if preferred.known is not None:
        yield exposure, iri("cm:knownShare"), double(preferred.known)
    for citation in records.all(preferred.record, "prov:wasDerivedFrom"):
        yield exposure, iri("prov:wasDerivedFrom"), citation
    for other in sorted({figure.record for figure in others}):
        yield exposure, iri("cm:alsoStated"), other
