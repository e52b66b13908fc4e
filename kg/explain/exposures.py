"""Why a figure was preferred: what speaks for the subject, and by what the others lost."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from kg.derive.preference import (
    BOUND,
    Merit,
    Nearness,
    decided_by,
    quality,
    source_of,
    spoken_for,
    year_of,
)
from kg.derive.spelling import Term, Triple, iri
from kg.explain.asking import Asker
from kg.explain.record import Record, label, percent
from kg.explain.step import Step

#: Candidates that are named one by one.
_NAMED = 12


@dataclass(frozen=True, slots=True)
class _Candidate:
    """A share that may have been preferred, with its position and the releases that state it."""

    share: Record
    position: Record
    releases: tuple[Record, ...]
    merit: Merit

    @property
    def value(self) -> float | None:
        stated = self.share.number("qudt:numericValue")
        return self.share.number("cm:low") if stated is None else stated

    @property
    def words(self) -> str:
        """The figure, its year, and who says so."""
        who = " and ".join(label(release.term) for release in self.releases) or "no source"
        value = percent(self.value) if self.value is not None else "no figure"
        return f"{value} for {self.merit.year or 'no year'} ({who})"


def steps_to_exposure(asker: Asker, triple: Triple) -> Sequence[Step]:
    """The step by which a triple of an exposure was written."""
    exposure = Record.read(asker, triple[0])
    preferred = exposure.one("cm:restsOn")
    if not preferred:
        return ()
    subject = exposure.one("cm:exposedSubstance")
    group_members = _group_members(asker)
    candidates = _candidates(
        asker, subject, [preferred, *exposure.all("cm:alsoStated")], group_members
    )
    chosen = candidates[preferred]
    if triple[1] == iri("cm:exposedSubstance"):
        premises, because = _relation(asker, subject, chosen, group_members)
    elif triple[1] == iri("cm:alsoStated"):
        premises = _figure(candidates[triple[2]].share)
        because = "This figure was a candidate too, and was not preferred."
    elif triple[1] == iri("cm:knownShare"):
        premises, because = _known(asker, chosen.share, triple[2])
    else:
        premises, because = _premises(triple, chosen)
    others = [candidates[one] for one in candidates if one != preferred]
    reason = f"{because} {_choice(chosen, len(others))}".strip()
    return [Step(triple, premises, None, "exposure", reason, _lost(chosen, others))]


def _choice(chosen: _Candidate, others: int) -> str:
    if not others:
        return f"It is the only figure on record: {chosen.words}."
    return f"Of {others + 1} figures this one is preferred: {chosen.words}."


def _lost(chosen: _Candidate, others: Sequence[_Candidate]) -> tuple[str, ...]:
    """Which candidates were not preferred, and by which criterion."""
    ordered = sorted(others, key=lambda one: one.merit.order())
    notes = [
        f"Not preferred: {one.words}, by {decided_by(chosen.merit, one.merit)}."
        for one in ordered[:_NAMED]
    ]
    if len(ordered) > _NAMED:
        notes.append(f"And {len(ordered) - _NAMED} more, all in cm:alsoStated.")
    return tuple(notes)


def _group_members(asker: Asker) -> Mapping[Term, Sequence[Term]]:
    """The elements of every group; there are few groups, and each may matter."""
    rows = asker.remembered("SELECT ?g ?e WHERE { ?g cm:hasMember ?e } ORDER BY ?g ?e")
    members: dict[Term, list[Term]] = {}
    for row in rows:
        members.setdefault(row["g"], []).append(row["e"])
    return members


def _candidates(
    asker: Asker, subject: Term, records: Sequence[Term], members: Mapping[Term, Sequence[Term]]
) -> dict[Term, _Candidate]:
    shares = Record.read_all(asker, records)
    positions = Record.read_all(asker, [s.one("cm:supplyPosition") for s in shares.values()])
    substances = Record.read_all(asker, [p.one("cm:substance") for p in positions.values()])
    citations = Record.read_all(
        asker, [c for share in shares.values() for c in share.all("prov:wasDerivedFrom")]
    )
    releases = Record.read_all(
        asker, [r for citation in citations.values() for r in citation.all("dct:isPartOf")]
    )
    speaks = spoken_for(
        askable={subject},
        members=members,
        stands_for={s.term: s.all("cm:standsFor") for s in substances.values()},
        elements={s.term: s.all("cm:containsElement") for s in substances.values()},
        groups={s.term: s.all("cm:containsSomeOf") for s in substances.values()},
    )
    found: dict[Term, _Candidate] = {}
    for term in records:
        share = shares[term]
        position = positions[share.one("cm:supplyPosition")]
        stated = tuple(
            releases[release]
            for citation in share.all("prov:wasDerivedFrom")
            for release in citations[citation].all("dct:isPartOf")
        )
        nearness = speaks.get(position.one("cm:substance"), {}).get(subject, (9, 0))
        found[term] = _Candidate(share, position, stated, _merit(share, stated, nearness))
    return found


def _merit(share: Record, releases: Sequence[Record], nearness: Nearness) -> Merit:
    rank, released = source_of((r.one("cm:sourceKind"), r.one("dct:issued")) for r in releases)
    is_bound = not share.one("qudt:numericValue")
    return Merit(
        source_rank=rank,
        nearness=nearness,
        year=year_of(share.one(name) for name in ("cm:refYear", "cm:periodEnd")),
        released=released,
        quality=quality(share.one("cm:precision"), BOUND if is_bound else share.one("cm:status")),
        record=share.term,
    )


Reading = tuple[tuple[Triple, ...], str]


def _figure(share: Record) -> tuple[Triple, ...]:
    return share.triples("qudt:numericValue") or share.triples("cm:low")


def _year(share: Record) -> tuple[Triple, ...]:
    return share.triples("cm:refYear") or share.triples("cm:periodEnd")


def _premises(triple: Triple, chosen: _Candidate) -> Reading:
    """What a triple of the record rests on, and the words for it."""
    share, position, value = chosen.share, chosen.position, triple[2]
    at = share.triples("cm:supplyPosition")
    stage = position.one("cm:atStage")
    readings: dict[Term, Reading] = {
        iri("prov:wasDerivedFrom"): (
            ((share.term, triple[1], value),),
            "An exposure cites what the preferred figure cites.",
        ),
        iri("cm:refYear"): (
            _year(share),
            "The year is that of the preferred figure, the last one of a period.",
        ),
        iri("cm:status"): (
            _figure(share) if value == BOUND else share.triples("cm:status"),
            "The status is that of the preferred figure; one of which only the low end is known "
            "is a bound.",
        ),
        iri("cm:inCountry"): ((*at, *position.triples("cm:inCountry")), ""),
        iri("cm:sharedBy"): ((*at, *position.triples("cm:substance")), ""),
        iri("cm:exposedStage"): (
            (*at, *position.triples("cm:atStage"), (stage, iri("cm:coversStage"), value)),
            f"A figure for {label(stage)} speaks for {label(value)}.",
        ),
    }
    if triple[1] == iri("cm:asOf") and value.startswith('"'):
        return (
            (*_figure(share), *_year(share)),
            "There is an exposure for every year that a figure is for.",
        )
    return readings.get(triple[1], (_figure(share), ""))


def _known(asker: Asker, share: Record, value: Term) -> Reading:
    """Who says how much of the world is known: the share itself, or the coverage of its release
    that says the most for the same substance, stage and year."""
    if own := share.triples("cm:knownShare"):
        return own, "The known part of the world is that of the table of the preferred figure."
    rows = asker.rows(
        f"SELECT ?coverage WHERE {{ ?counted cm:coverageOf {share.term} ; "
        "cm:coveredSubstance ?of ; cm:coveredStage ?stage ; cm:refYear ?year ; "
        "cm:inRelease ?release . "
        "?coverage cm:coveredSubstance ?of ; cm:coveredStage ?stage ; cm:refYear ?year ; "
        f"cm:inRelease ?release ; cm:knownShare {value} }} ORDER BY ?coverage LIMIT 1"
    )
    said = tuple((row["coverage"], iri("cm:knownShare"), value) for row in rows)
    return said, "The known part of the world is that of the release of the preferred figure."


def _relation(
    asker: Asker, subject: Term, chosen: _Candidate, members: Mapping[Term, Sequence[Term]]
) -> Reading:
    """Why the figure, which is about one substance, speaks for another."""
    substance = chosen.position.one("cm:substance")
    about = (*chosen.share.triples("cm:supplyPosition"), *chosen.position.triples("cm:substance"))
    member = iri("cm:hasMember")
    match chosen.merit.nearness:
        case (0, _):
            return about, f"The figure is about {label(subject)} itself."
        case (1, _):
            why = [(substance, iri("cm:standsFor"), subject)]
            words = f"{label(substance)} stands for {label(subject)}."
        case (2, _) if subject in members.get(substance, ()):
            why = [(substance, member, subject)]
            words = f"{label(subject)} is a member of {label(substance)}, and has no nearer figure."
        case (2, _):
            inner = members.get(subject, ())
            why = [(group, member, one) for one in inner for group in (subject, substance)]
            words = f"Every member of {label(subject)} is one of {label(substance)}."
        case _:
            why, words = _in_a_form(asker, substance, subject, members)
    return (*about, *why), words


def _in_a_form(
    asker: Asker, substance: Term, subject: Term, members: Mapping[Term, Sequence[Term]]
) -> tuple[list[Triple], str]:
    """Why a figure for a form speaks for what is in it."""
    form = Record.read(asker, substance)
    if subject in form.all("cm:containsElement"):
        words = f"{label(substance)} contains {label(subject)}."
        return [(substance, iri("cm:containsElement"), subject)], words
    groups = form.all("cm:containsSomeOf")
    group = next((g for g in groups if g == subject or subject in members.get(g, ())), "")
    why = [(substance, iri("cm:containsSomeOf"), group)] if group else []
    if group not in ("", subject):
        why.append((group, iri("cm:hasMember"), subject))
    return why, f"{label(substance)} contains some of {label(group)}." if group else ""
