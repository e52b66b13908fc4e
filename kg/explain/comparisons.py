"""What a comparison holds side by side, and why one figure is preferred."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from kg.derive.preference import Merit, decided_by, quality, source_of
from kg.derive.spelling import Term, Triple, iri, lexical
from kg.explain.asking import Asker
from kg.explain.record import Record, label, percent
from kg.explain.step import Step
from kg.explain.words import figure

#: Figures that are named one by one.
_NAMED = 12
#: Where the comparable number of a figure stands, the first that there is.
_NUMBERS = ("cm:contentValue", "cm:normalValue", "qudt:numericValue")


@dataclass(frozen=True, slots=True)
class _Compared:
    """A figure with its number in the normal unit and the releases that state it."""

    record: Record
    number: Triple
    releases: tuple[Record, ...]
    merit: Merit

    @property
    def value(self) -> float:
        return float(lexical(self.number[2]))

    @property
    def words(self) -> str:
        """The number and who says so."""
        who = " and ".join(label(release.term) for release in self.releases) or "no source"
        return f"{figure(lexical(self.number[2]))} ({who})"


def steps_to_comparison(asker: Asker, triple: Triple) -> Sequence[Step]:
    """The step by which a triple of a comparison was written."""
    comparison = Record.read(asker, triple[0])
    compared = _compared(asker, comparison.all("cm:compares"))
    preferred = compared.get(comparison.one("cm:prefers"))
    if preferred is None:
        return ()
    others = [one for one in compared.values() if one is not preferred]
    premises = tuple(one.number for one in compared.values())
    reason = f"{len(compared)} figures are for the same, from at least two sources."
    notes: tuple[str, ...] = ()
    predicate, value = triple[1:]
    if predicate == iri("cm:compares"):
        premises = (compared[value].number,)
        reason = f"{reason} This is one of them: {compared[value].words}."
    elif predicate in (iri("cm:low"), iri("cm:high")):
        ends = [one for one in compared.values() if one.value == float(lexical(value))]
        premises = tuple(one.number for one in ends)
        end = "lowest" if predicate == iri("cm:low") else "highest"
        reason = f"{reason} The {end} is {' and '.join(one.words for one in ends)}."
    elif predicate == iri("cm:difference"):
        low, high = (comparison.number(name) or 0.0 for name in ("cm:low", "cm:high"))
        ends = [one for one in compared.values() if one.value in (low, high)]
        premises = tuple(one.number for one in ends)
        reason = (
            f"100 x ({figure(repr(high))} - {figure(repr(low))}) / {figure(repr(high))} = "
            f"{percent(float(lexical(value)))}: how far the lowest is below the highest."
        )
    elif predicate == iri("cm:comparedSubstance"):
        premises = _of_substance(preferred, value)
        reason = "A comparison is of the substance that its figures are of."
    elif predicate == iri("qudt:unit"):
        premises = _unit(asker, preferred, value)
        reason = "A comparison is in the normal unit of its figures."
    elif predicate == iri("cm:prefers"):
        reason = f"{reason} This one is preferred: {preferred.words}."
        notes = _lost(preferred, others)
    return [Step(triple, premises, None, "comparison", reason, notes)]


def _compared(asker: Asker, terms: Sequence[Term]) -> Mapping[Term, _Compared]:
    records = Record.read_all(asker, terms)
    citations = Record.read_all(
        asker, [c for record in records.values() for c in record.all("prov:wasDerivedFrom")]
    )
    releases = Record.read_all(
        asker, [r for citation in citations.values() for r in citation.all("dct:isPartOf")]
    )
    found = {}
    for term, record in records.items():
        stated = {
            release: releases[release]
            for citation in record.all("prov:wasDerivedFrom")
            for release in citations[citation].all("dct:isPartOf")
        }
        number = next((t for name in _NUMBERS for t in record.triples(name)), None)
        if number:
            found[term] = _Compared(record, number, tuple(stated.values()), _merit(record, stated))
    return found


def _merit(record: Record, stated: Mapping[Term, Record]) -> Merit:
    rank, released = source_of(
        (release.one("cm:sourceKind"), release.one("dct:issued")) for release in stated.values()
    )
    return Merit(
        source_rank=rank,
        nearness=(0, 0),
        year=0,
        released=released,
        quality=quality(record.one("cm:precision"), record.one("cm:status")),
        record=record.term,
    )


def _unit(asker: Asker, preferred: _Compared, unit: Term) -> tuple[Triple, ...]:
    said = preferred.record.triples("qudt:unit")
    if said and said[0][2] == unit:
        return said
    stated = Record.read(asker, preferred.record.one("qudt:unit"))
    return (*said, *stated.triples("cm:normalUnit"))


def _of_substance(preferred: _Compared, substance: Term) -> tuple[Triple, ...]:
    """What says that the preferred figure is of a substance: its position, or itself."""
    traded = (preferred.record.term, iri("cm:tradedSubstance"), substance)
    if substance in preferred.record.all("cm:tradedSubstance"):
        return (traded,)
    stands = preferred.record.triples("cm:supplyPosition")
    return (*stands, *((place, iri("cm:substance"), substance) for _, _, place in stands))


def _lost(preferred: _Compared, others: Sequence[_Compared]) -> tuple[str, ...]:
    """Which figures were not preferred, and by which criterion."""
    ordered = sorted(others, key=lambda one: one.merit.order())
    notes = [
        f"Not preferred: {one.words}, by {decided_by(preferred.merit, one.merit)}."
        for one in ordered[:_NAMED]
    ]
    if len(ordered) > _NAMED:
        notes.append(f"And {len(ordered) - _NAMED} more, all in cm:compares.")
    return tuple(notes)
