"""What listings are chosen by, and what they hold (:mod:`kg.derive.listings`)."""

from __future__ import annotations

from dataclasses import dataclass

from kg.derive.preference import date, rank_of_kind
from kg.derive.records import Records
from kg.derive.spelling import Term, iri

#: The year of a listing that answers for the newest.
LATEST = iri("cm:latest")

#: The kind of source, then the newest release, then its IRI; the smallest is preferred.
Rating = tuple[int, int, Term]


@dataclass(frozen=True, slots=True)
class Choice:
    """What a listing holds. ``releases`` are those that it was chosen by, empty where each figure
    was chosen for itself; ``more`` is what else is said of it, by the name of the property."""

    figures: tuple[Term, ...] = ()
    shares: tuple[Term, ...] = ()
    world: tuple[Term, ...] = ()
    releases: tuple[Term, ...] = ()
    more: tuple[tuple[str, Term], ...] = ()


class Releases:
    """How releases rank; each is looked up once."""

    def __init__(self, records: Records) -> None:
        self._records = records
        self._ratings: dict[Term, Rating] = {}

    def of(self, record: Term) -> tuple[Rating, ...]:
        """The ratings of the releases that state a figure, the preferred one first."""
        return tuple(sorted(map(self._rating, self._records.releases(record))))

    def _rating(self, release: Term) -> Rating:
        if release not in self._ratings:
            kind, issued = (
                self._records.one(release, name) for name in ("cm:sourceKind", "dct:issued")
            )
            self._ratings[release] = (rank_of_kind(kind), -date(issued), release)
        return self._ratings[release]
