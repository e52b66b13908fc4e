"""The step of the build that writes the derived graphs."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

from kg.derive import exposure, shares
from kg.derive.axioms import Axioms, Skipped, Term, read_axioms
from kg.derive.closure import (
    inferred_lines,
    materialised,
    properties_of,
    read_facts,
    relations_of,
)
from kg.derive.evaluate import Closure
from kg.derive.pairs import Pairs
from kg.derive.records import Records, iri
from kg.derive.rules import Relation, compile_rules, rules_for
from kg.derive.shares import Triple
from kg.derive.terms import Columns, Terms
from kg.namespaces import GRAPH_DERIVED_EXPOSURE, GRAPH_DERIVED_OWL, GRAPH_DERIVED_SHARES, shorten
from kg.quad_file import write_sorted

#: Told what is being done, as it begins.
Progress = Callable[[str], None]

_PROPERTIES = (*shares.PROPERTIES, *exposure.PROPERTIES)
_CLASSES = (*shares.CLASSES, *exposure.CLASSES)


@dataclass(frozen=True, slots=True)
class DeriveSummary:
    """What was read and written.

    ``quads`` counts the quads of both files read, ``by_term`` the inferred triples by property or
    class, ``by_graph`` the triples written by graph. ``skipped`` holds axioms that gave no rule;
    those that ``derive`` something deserve a look. ``ambiguous`` names observations that stand
    twice in one table, which therefore has no shares.
    """

    quads: int
    axioms: int
    rules: int
    by_term: dict[str, int]
    by_graph: dict[str, int]
    shares: int
    exposures: int
    skipped: tuple[Skipped, ...]
    ambiguous: tuple[str, ...]

    @property
    def triples(self) -> int:
        """All triples written."""
        return sum(self.by_graph.values())


def derive(
    asserted: Path, ontology: Path, out: Path, progress: Progress = lambda _: None
) -> DeriveSummary:
    """Write what follows from asserted facts and the ontology, as sorted N-Quads in three graphs.

    The same files give the same bytes. ``derived/shares`` and ``derived/exposure`` are worked out
    on facts that are closed under the axioms, and take part in the closure themselves.

    Raises :class:`kg.derive.errors.UnreadableQuadsError`; ``out`` is not touched then.
    """
    progress("reading axioms")
    found = read_axioms(ontology)
    rule_set = compile_rules(found.axioms)
    progress("reading facts")
    predicates = {*properties_of(rule_set), *map(iri, _PROPERTIES)}
    facts = read_facts((asserted, ontology), predicates)
    chosen = materialised(rule_set, facts.annotated)
    needed = [
        *chosen,
        *(Relation.property(iri(name)) for name in _PROPERTIES),
        *(Relation.of_class(iri(name)) for name in _CLASSES),
    ]
    closure = Closure(rules_for(rule_set, needed), facts.terms)
    progress("following the axioms")
    closure.add(facts.relations)
    progress("computing shares")
    records = Records(closure, facts.terms, shares.PROPERTIES)
    computed = shares.compute_shares(records)
    closure.add(_relations(computed.triples, facts.terms))
    progress("choosing preferred shares")
    records = Records(closure, facts.terms, _PROPERTIES)
    exposed = exposure.find_exposures(records)
    closure.add(_relations(exposed.triples, facts.terms))
    progress("writing")
    lines = {
        GRAPH_DERIVED_OWL: inferred_lines(closure, chosen, facts.terms, GRAPH_DERIVED_OWL),
        GRAPH_DERIVED_SHARES: _lines(computed.triples, GRAPH_DERIVED_SHARES),
        GRAPH_DERIVED_EXPOSURE: _lines(exposed.triples, GRAPH_DERIVED_EXPOSURE),
    }
    write_sorted(chain.from_iterable(lines.values()), out)
    return DeriveSummary(
        quads=facts.quads,
        axioms=len(found.axioms),
        rules=len(rule_set.rules),
        by_term=_by_term(closure, chosen),
        by_graph={graph: len(of_graph) for graph, of_graph in lines.items()},
        shares=computed.count,
        exposures=exposed.count,
        skipped=found.skipped,
        ambiguous=tuple(computed.ambiguous),
    )


def infer(asserted: Path, ontology: Path) -> tuple[list[str], Axioms]:
    """Give the lines of ``derived/owl`` alone, for facts of any vocabulary, and the axioms read."""
    found = read_axioms(ontology)
    rule_set = compile_rules(found.axioms)
    facts = read_facts((asserted, ontology), set(properties_of(rule_set)))
    chosen = materialised(rule_set, facts.annotated)
    closure = Closure(rules_for(rule_set, chosen), facts.terms)
    closure.add(facts.relations)
    return inferred_lines(closure, chosen, facts.terms, GRAPH_DERIVED_OWL), found


def _relations(triples: Iterable[Triple], terms: Terms) -> dict[Relation, Pairs]:
    columns: dict[Term, Columns] = {}
    for subject, predicate, value in triples:
        of_predicate = columns.setdefault(predicate, ([], []))
        of_predicate[0].append(terms.number(subject))
        of_predicate[1].append(terms.number(value))
    return relations_of(columns, terms)


def _lines(triples: Iterable[Triple], graph: str) -> list[str]:
    return sorted({f"{s} {p} {o} <{graph}> .\n" for s, p, o in triples})


def _by_term(closure: Closure, chosen: Iterable[Relation]) -> dict[str, int]:
    counts = {shorten(relation.name[1:-1]): len(closure.inferred(relation)) for relation in chosen}
    return {name: count for name, count in counts.items() if count}


__all__ = ["DeriveSummary", "Progress", "derive", "infer"]
