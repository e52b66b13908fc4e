"""Which figures answer for a year, and why these."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from kg.derive.spelling import Term, Triple, iri, lexical
from kg.explain.asking import Asker
from kg.explain.record import Record, label, stated_in
from kg.explain.step import Step

_YEARLY = (iri("cm:yearlyFigure"), iri("cm:yearlyShare"))
_LATEST = iri("cm:latest")
#: Properties of a listing by what its figures, or their positions, say the same with.
_SAID_BY: Mapping[Term, Sequence[str]] = {
    iri("cm:listedSubstance"): ("cm:tradedSubstance", "cm:substance"),
    iri("cm:listedStage"): ("cm:atStage",),
    iri("cm:listedCountry"): ("cm:inCountry", "cm:importer"),
    iri("cm:listedYear"): ("cm:refYear",),
    iri("cm:listedSupplier"): ("cm:supplier",),
    iri("cm:periodStart"): ("cm:periodStart",),
    iri("cm:periodEnd"): ("cm:refYear",),
}
#: What is said of the suppliers of a listing rests on its shares alone.
_OF_SHARES = {iri(name) for name in ("cm:listedSupplier", "cm:periodStart", "cm:periodEnd")}
#: What the words of a listing on its suppliers are put together from.
_IN_WORDS = ("cm:tradeItem", "cm:supplier", "qudt:numericValue", "cm:low", "cm:high")
_WHY = {
    iri("cm:ReserveListing"): "Of each country the preferred figure of the year is listed.",
    iri("cm:ImportListing"): (
        "The newest release for the year answers, with the suppliers of the newest period that "
        "ends by then: of all forms, or of the form that the reliance is stated for."
    ),
}
_PUT_TOGETHER = (
    "No release gives a total of the world for the year, so the preferred amount and the preferred "
    "published share of each country are listed."
)


def steps_to_listing(asker: Asker, triple: Triple) -> Sequence[Step]:
    """The step by which a triple of a listing, or one of the course of the years, was written."""
    if triple[1] in _YEARLY:
        return [_yearly(asker, triple)]
    listing = Record.read(asker, triple[0])
    named = [
        t for name in ("cm:lists", "cm:listsShare", "cm:worldTotal") for t in listing.all(name)
    ]
    figures = list(Record.read_all(asker, named).values())
    _, predicate, value = triple
    reason = _reason(listing)
    if predicate == iri("cm:inRelease"):
        premises = stated_in(asker, figures, value)
    elif predicate in _SAID_BY:
        said_by = (
            _shares(asker, listing) if predicate in _OF_SHARES else _with_positions(asker, figures)
        )
        premises = [
            (one.term, iri(name), said)
            for one in said_by
            for name in _SAID_BY[predicate]
            for said in one.all(name)
            if value in (said, _LATEST)
        ]
        if value == _LATEST:
            reason = f"{reason} It is the newest that is no forecast, of the best kind of source."
    elif predicate == iri("cm:suppliersInWords"):
        premises = [t for one in _shares(asker, listing) for t in one.triples(*_IN_WORDS)]
    else:
        chosen = [one for one in figures if one.term == value] or figures
        premises = _about(chosen)
    return [_step(triple, premises, reason)]


def _shares(asker: Asker, listing: Record) -> list[Record]:
    """The shares that a listing holds."""
    return list(Record.read_all(asker, listing.all("cm:listsShare")).values())


def _reason(listing: Record) -> str:
    """Why a listing holds what it holds."""
    why = next((_WHY[kind] for kind in listing.all("rdf:type") if kind in _WHY), "")
    if not why and listing.all("cm:inRelease"):
        release = label(listing.one("cm:inRelease"))
        why = f"The list of {release}, the best release that gives a total of the world."
    return why or _PUT_TOGETHER


def _yearly(asker: Asker, triple: Triple) -> Step:
    """The step to a figure of the course of the years."""
    figure = Record.read(asker, triple[2])
    citations = Record.read_all(asker, figure.all("prov:wasDerivedFrom"))
    releases = [release for one in citations.values() for release in one.all("dct:isPartOf")]
    stated = [found for release in releases for found in stated_in(asker, [figure], release)]
    reason = (
        f"For {lexical(figure.one('cm:refYear'))} the best release with a figure for this country "
        f"is {' or '.join(label(release) for release in releases)}: by the kind of source, amounts "
        "before shares, then the newest."
    )
    return _step(triple, [*_about([figure]), *stated], reason)


def _about(figures: Iterable[Record]) -> list[Triple]:
    """What says what some figures are of, and for which year."""
    names = ("cm:supplyPosition", "cm:tradedSubstance", "cm:refYear")
    return [found for one in figures for found in one.triples(*names)]


def _with_positions(asker: Asker, figures: Sequence[Record]) -> list[Record]:
    """Some figures and their positions."""
    positions = [place for one in figures for place in one.all("cm:supplyPosition")]
    return [*figures, *Record.read_all(asker, positions).values()]


def _step(triple: Triple, premises: Iterable[Triple], reason: str) -> Step:
    return Step(triple, tuple(dict.fromkeys(premises)), rule="listing", reason=reason)
