"""By which stakes something is owned in the end."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from kg.derive.ownership import OWNING_KINDS, mostly_unknown
from kg.derive.spelling import Term, Triple, iri, lexical
from kg.explain.asking import Asker
from kg.explain.record import Record, label, percent
from kg.explain.step import Step

#: A current stake by which somebody owns, as in :mod:`kg.derive.ownership`.
_CURRENT = f"""VALUES ?kind {{ {" ".join(OWNING_KINDS)} }}
  ?stake cm:stakeIn ?held ; cm:stakeKind ?kind .
  FILTER NOT EXISTS {{ ?stake cm:validUntil ?end }}"""
#: Stakes that add up to this are all there are: sources round.
_ALL = 0.995

Stake = tuple[Term, Term, Term]


def steps_to_owner(asker: Asker, triple: Triple) -> Sequence[Step]:
    """The step by which a triple of ``cm:ultimatelyOwnedBy`` was written."""
    held, predicate, owner = triple
    if predicate != iri("cm:ultimatelyOwnedBy"):
        return ()
    path = _shortest_path(asker, held, owner)
    if not path:
        return ()
    stakes = Record.read_all(asker, [stake for _, stake, _ in path])
    premises: list[Triple] = []
    links = []
    for below, stake, holder in path:
        premises += [
            (stake, iri("cm:stakeIn"), below),
            (stake, iri("cm:stakeHolder"), holder),
            *stakes[stake].triples("cm:stakeKind", "cm:stakeFraction"),
        ]
        part = stakes[stake].number("cm:stakeFraction")
        share = f" ({percent(100 * part)})" if part is not None else ""
        links.append(f"{label(below)} is held by {label(holder)}{share}")
    reason = (
        f"{'; '.join(links)}; these stakes have no end, and no owner of most of {label(owner)} is "
        "on record."
    )
    notes = _unattributed(asker, [below for below, _, _ in path])
    return [Step(triple, tuple(premises), None, "owner", reason, notes)]


def _unattributed(asker: Asker, held: Sequence[Term]) -> tuple[str, ...]:
    """For each thing held of which stakes on record explain a part only, how much that is."""
    rows = asker.rows(
        f"""SELECT ?held ?stake ?part WHERE {{
          VALUES ?held {{ {" ".join(held)} }} {_CURRENT}
          OPTIONAL {{ ?stake cm:stakeFraction ?part }}
        }} ORDER BY ?held ?stake"""
    )
    notes = []
    for one in held:
        parts = _parts(rows, one)
        if parts and None not in parts:
            known = math.fsum(part or 0 for part in parts)
            if known < _ALL:
                notes.append(
                    f"The current stakes in {label(one)} on record add up to "
                    f"{percent(100 * known)}; who holds the rest is not on record."
                )
    return tuple(notes)


def _parts(rows: Sequence[Mapping[str, Term]], held: Term) -> list[float | None]:
    """The fractions of the stakes in one thing."""
    parts = [row.get("part", "") for row in rows if row["held"] == held]
    return [float(lexical(part)) if part else None for part in parts]


def _shortest_path(asker: Asker, held: Term, owner: Term) -> list[Stake]:
    """The stakes from what is held to its owner: each with what it is in and who holds it."""
    came_by: dict[Term, Stake] = {}
    level = [held]
    while level and owner not in came_by:
        rows = asker.rows(
            f"""SELECT DISTINCT ?held ?stake ?holder ?part WHERE {{
              VALUES ?held {{ {" ".join(level)} }} {_CURRENT}
              ?stake cm:stakeHolder ?holder .
              OPTIONAL {{ ?stake cm:stakeFraction ?part }}
            }} ORDER BY ?held ?stake ?holder"""
        )
        level = [one for one in level if not mostly_unknown(_parts(rows, one))]
        rows = [row for row in rows if row["held"] in level]
        level = []
        for row in rows:
            if row["holder"] not in came_by and row["holder"] != held:
                came_by[row["holder"]] = (row["held"], row["stake"], row["holder"])
                level.append(row["holder"])
    path: list[Stake] = []
    at = owner
    while at in came_by:
        path.insert(0, came_by[at])
        at = path[0][0]
    return path
