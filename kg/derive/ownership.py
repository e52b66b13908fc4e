"""Who owns a facility or company in the end: ``cm:ultimatelyOwnedBy``.

From what is held, current stakes are followed to holders of whom no owner is on record. A stake is
current while it has no ``cm:validUntil``; an agreed stake or an option is not yet one. Where the
stakes on record in a company add up to half of it or less, they are not followed: who holds most
of it is not on record, and a holder of 8 percent is not its owner. Otherwise the size does not
matter: a holder of 9 percent is an owner in the end beside one of 91.

Companies that hold each other in a circle go round it, and out of it where somebody outside holds
one of them. Where nobody does, nobody is found, and the circle is named. A stake of a company in
itself counts for nothing.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kg.derive.spelling import Term, Triple, iri, lexical
from kg.namespaces import shorten

if TYPE_CHECKING:  # whoever only asks which stakes count needs no library for numbers
    from kg.derive.records import Records

#: Properties and classes that the rule reads.
PROPERTIES = (
    "cm:stakeFraction",
    "cm:stakeHolder",
    "cm:stakeIn",
    "cm:stakeKind",
    "cm:validUntil",
)
CLASSES = ("cm:OwnershipStake",)

#: Kinds of stakes by which a holder owns.
OWNING_KINDS = ("cm:stake-owner", "cm:stake-equity", "cm:stake-joint-venture", "cm:stake-parent")


def mostly_unknown(fractions: Iterable[float | None]) -> bool:
    """Tell of the current stakes in one thing (parts of 1, or ``None`` where a source gives none)
    whether they add up to half of it or less.

    >>> mostly_unknown([0.077]), mostly_unknown([0.4, 0.6]), mostly_unknown([None, 0.1])
    (True, False, False)
    """
    known = list(fractions)
    return None not in known and math.fsum(part or 0 for part in known) <= 0.5


@dataclass(frozen=True, slots=True)
class Owners:
    """Triples of the owners; ``circles`` names companies that hold each other and nobody else."""

    triples: list[Triple]
    circles: list[str]


def find_owners(records: Records) -> Owners:
    """Find the owners in the end of everything that is held."""
    holders = _holders(records)
    reached = {held: _reached(held, holders) for held in sorted(holders)}
    triples = [
        (held, iri("cm:ultimatelyOwnedBy"), owner)
        for held, owners in reached.items()
        for owner in sorted(owners)
        if owner not in holders
    ]
    circles = {
        frozenset(owners)
        for held, owners in reached.items()
        if held in owners and owners <= holders.keys()
    }
    names = sorted(" and ".join(sorted(shorten(lexical(one)) for one in c)) for c in circles)
    return Owners(triples, names)


def _holders(records: Records) -> dict[Term, set[Term]]:
    """Who holds a current stake in what, by what is held."""
    owning = set(map(iri, OWNING_KINDS))
    holders: dict[Term, set[Term]] = {}
    fractions: dict[Term, list[float | None]] = {}
    for stake in records.members("cm:OwnershipStake"):
        if records.all(stake, "cm:validUntil") or not owning & {
            *records.all(stake, "cm:stakeKind")
        }:
            continue
        for held in records.all(stake, "cm:stakeIn"):
            others = {*records.all(stake, "cm:stakeHolder")} - {held}
            if others:
                holders.setdefault(held, set()).update(others)
                fractions.setdefault(held, []).append(records.number(stake, "cm:stakeFraction"))
    return {held: of for held, of in holders.items() if not mostly_unknown(fractions[held])}


def _reached(held: Term, holders: Mapping[Term, set[Term]]) -> set[Term]:
    """All that can be reached from what is held over one stake or more."""
    reached: set[Term] = set()
    todo = [held]
    while todo:
        for holder in holders.get(todo.pop(), ()):
            if holder not in reached:
                reached.add(holder)
                todo.append(holder)
    return reached
