"""The step of the build that writes the derived graphs."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

from kg.derive import (
    capacities,
    comparisons,
    contents,
    coverage,
    exposure,
    listings,
    major_sources,
    normalised,
    ownership,
    record_counts,
    shares,
)
from kg.derive.axioms import Axioms, Skipped, read_axioms
from kg.derive.closure import (
    lines_of,
    materialised,
    properties_of,
    read_facts,
    relations_of,
)
from kg.derive.evaluate import Closure
from kg.derive.major_sources import MajorSourceRule
from kg.derive.pairs import Pairs
from kg.derive.records import Records
from kg.derive.rules import Relation, compile_rules, rules_for
from kg.derive.spelling import Term, Triple, iri
from kg.derive.terms import Columns, Terms
from kg.namespaces import (
    GRAPH_DERIVED_CAPACITIES,
    GRAPH_DERIVED_COMPARISONS,
    GRAPH_DERIVED_CONTENTS,
    GRAPH_DERIVED_COVERAGE,
    GRAPH_DERIVED_EXPOSURE,
    GRAPH_DERIVED_LISTINGS,
    GRAPH_DERIVED_NORMALISED,
    GRAPH_DERIVED_OWL,
    GRAPH_DERIVED_OWNERSHIP,
    GRAPH_DERIVED_RECORD_COUNTS,
    GRAPH_DERIVED_SHARES,
    shorten,
)
from kg.quad_file import write_sorted

#: Told what is being done, as it begins.
Progress = Callable[[str], None]

_STEPS = (
    *(shares, normalised, comparisons, coverage, listings, capacities, exposure, contents),
    *(ownership, major_sources, record_counts),
)
_PROPERTIES = tuple(dict.fromkeys(name for step in _STEPS for name in step.PROPERTIES))
_CLASSES = tuple(dict.fromkeys(name for step in _STEPS for name in step.CLASSES))


@dataclass(frozen=True, slots=True)
class DeriveSummary:
    """What was read and written.

    ``quads`` counts the quads of both files read, ``by_term`` the inferred triples by property or
    class, ``by_graph`` the triples written by graph. ``skipped`` holds axioms that gave no rule;
    those that ``derive`` something deserve a look. ``ambiguous`` names observations that stand
    twice in one table, which therefore has no shares, and ``factors`` conversion factors that stand
    twice for the same substance and basis and are therefore not used; ``circles`` names companies
    that hold each other and that nobody else holds, so that no owner in the end is known.
    """

    quads: int
    axioms: int
    rules: int
    by_term: dict[str, int]
    by_graph: dict[str, int]
    shares: int
    exposures: int
    comparisons: int
    skipped: tuple[Skipped, ...]
    ambiguous: tuple[str, ...]
    circles: tuple[str, ...]
    factors: tuple[str, ...] = ()

    @property
    def triples(self) -> int:
        """All triples written."""
        return sum(self.by_graph.values())


def derive(
    asserted: Path,
    ontology: Path,
    out: Path,
    progress: Progress = lambda _: None,
    *,
    major: MajorSourceRule | None = None,
) -> DeriveSummary:
    """Write what follows from asserted facts and the ontology, as sorted N-Quads in named graphs.

    The same files give the same bytes. What is computed by rule is worked out on facts that are
    closed under the axioms, and takes part in the closure itself. ``major`` says which countries
    are major sources; all that rests on them goes into the graph of that rule, and nothing of it
    into ``derived/owl``.

    Raises :class:`kg.derive.errors.UnreadableQuadsError`; ``out`` is not touched then.
    """
    major = major or MajorSourceRule()
    progress("reading axioms")
    found = read_axioms(ontology)
    rule_set = compile_rules(found.axioms)
    progress("reading facts")
    predicates = {*properties_of(rule_set), *map(iri, _PROPERTIES)}
    facts = read_facts((asserted, ontology), predicates)
    terms = facts.terms
    chosen = materialised(rule_set, facts.annotated)
    kinds = comparisons.kinds_of_observations(found.axioms)
    needed = [
        *chosen,
        *(Relation.of_class(kind) for kind in kinds),
        *(Relation.property(iri(name)) for name in _PROPERTIES),
        *(Relation.of_class(iri(name)) for name in _CLASSES),
    ]
    closure = Closure(rules_for(rule_set, needed), terms)
    progress("following the axioms")
    closure.add(facts.relations)
    progress("finding owners")
    owned = ownership.find_owners(Records(closure, terms, ownership.PROPERTIES))
    closure.add(_relations(owned.triples, terms))
    progress("computing shares")
    computed = shares.compute_shares(Records(closure, terms, shares.PROPERTIES))
    closure.add(_relations(computed.triples, terms))
    progress("comparing sources")
    # What the next rules write is nothing that the others read, so they share one look-up.
    after_shares = (
        *(shares, normalised, comparisons, coverage, listings, capacities, exposure, contents),
    )
    read = dict.fromkeys(name for step in after_shares for name in step.PROPERTIES)
    records = Records(closure, terms, read)
    normal = normalised.find_normalised(records)
    compared = comparisons.find_comparisons(records, normal.values, kinds)
    progress("measuring what is known")
    covered = coverage.find_coverages(records)
    progress("listing the figures of each year")
    listed = listings.find_listings(records)
    of_facilities = capacities.find_capacities(records)
    progress("choosing preferred shares")
    exposed = exposure.find_exposures(records, covered.known)
    progress("putting together what products hold")
    held = contents.find_contents(records)
    for found_by_rule in (normal, compared, covered, listed, exposed, held):
        closure.add(_relations(found_by_rule.triples, terms))
    closure.add(_relations(of_facilities, terms))
    inferred = {relation: closure.inferred(relation) for relation in chosen}
    progress("finding major sources")
    records = Records(closure, terms, major_sources.PROPERTIES)
    sources = major_sources.find_major_sources(records, major)
    since = closure.add(_relations(sources, terms))
    described = major.description() if exposed.count else []
    counts = record_counts.count_records(Records(closure, terms, record_counts.PROPERTIES))
    progress("writing")
    lines = {
        GRAPH_DERIVED_OWL: lines_of(inferred, terms, GRAPH_DERIVED_OWL),
        GRAPH_DERIVED_OWNERSHIP: _lines(owned.triples, GRAPH_DERIVED_OWNERSHIP),
        GRAPH_DERIVED_SHARES: _lines(computed.triples, GRAPH_DERIVED_SHARES),
        GRAPH_DERIVED_NORMALISED: _lines(normal.triples, GRAPH_DERIVED_NORMALISED),
        GRAPH_DERIVED_COMPARISONS: _lines(compared.triples, GRAPH_DERIVED_COMPARISONS),
        GRAPH_DERIVED_COVERAGE: _lines(covered.triples, GRAPH_DERIVED_COVERAGE),
        GRAPH_DERIVED_LISTINGS: _lines(listed.triples, GRAPH_DERIVED_LISTINGS),
        GRAPH_DERIVED_CONTENTS: _lines(held.triples, GRAPH_DERIVED_CONTENTS),
        GRAPH_DERIVED_CAPACITIES: _lines(of_facilities, GRAPH_DERIVED_CAPACITIES),
        GRAPH_DERIVED_EXPOSURE: _lines(exposed.triples, GRAPH_DERIVED_EXPOSURE),
        GRAPH_DERIVED_RECORD_COUNTS: _lines(counts, GRAPH_DERIVED_RECORD_COUNTS),
        major.graph: [
            *_lines([*sources, *described], major.graph),
            *lines_of({r: since[r] for r in chosen if r in since}, terms, major.graph),
        ],
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
        comparisons=compared.count,
        skipped=found.skipped,
        ambiguous=tuple(computed.ambiguous),
        circles=tuple(owned.circles),
        factors=tuple(normal.ambiguous),
    )


def infer(asserted: Path, ontology: Path) -> tuple[list[str], Axioms]:
    """Give the lines of ``derived/owl`` alone, for facts of any vocabulary, and the axioms read."""
    found = read_axioms(ontology)
    rule_set = compile_rules(found.axioms)
    facts = read_facts((asserted, ontology), set(properties_of(rule_set)))
    chosen = materialised(rule_set, facts.annotated)
    closure = Closure(rules_for(rule_set, chosen), facts.terms)
    closure.add(facts.relations)
    inferred = {relation: closure.inferred(relation) for relation in chosen}
    return lines_of(inferred, facts.terms, GRAPH_DERIVED_OWL), found


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
