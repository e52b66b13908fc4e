"""Explaining a triple: the search, and its outcome in sentences."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Sequence

from kg.derive.axioms import find_axioms
from kg.derive.spelling import Term, Triple
from kg.engines.engine import Abandonment, Engine
from kg.errors import NotFoundError
from kg.explain.asking import Asker, LimitReachedError, Limits
from kg.explain.conclusions import Among, Conclusions, Condition
from kg.explain.explanation import Explanation, Kind, Node, Source, spelled
from kg.explain.given import find_triple
from kg.explain.notation import notation
from kg.explain.rules import steps_by_rules
from kg.explain.search import Search
from kg.explain.step import Step
from kg.explain.words import Names, clause, conclusion_in_words, iris_in, sentence

#: Snapshots whose axioms are remembered.
_REMEMBERED = 4
#: Whatever axioms are made of, in the ontology and in extensions of it alike.
_AXIOM_TERMS = """SELECT ?s ?p ?o WHERE {
  { VALUES ?p { rdfs:subClassOf owl:equivalentClass rdfs:subPropertyOf owl:equivalentProperty
      owl:inverseOf owl:propertyChainAxiom rdfs:domain rdfs:range owl:onProperty owl:hasValue
      owl:someValuesFrom owl:allValuesFrom owl:intersectionOf owl:unionOf owl:oneOf rdf:first
      rdf:rest }
    ?s ?p ?o }
  UNION
  { VALUES ?o { owl:SymmetricProperty owl:TransitiveProperty rdfs:Datatype }
    ?s a ?o . BIND(rdf:type AS ?p) }
}"""


class NotInDataError(NotFoundError):
    """The triple is not in the data."""

    exit_status = 1
    title = "Not in the data"


class Explainer:
    """Explains triples of one engine; remembers the axioms of its snapshots.

    Safe to use from many threads.
    """

    def __init__(self, engine: Engine, limits: Limits | None = None) -> None:
        self._engine = engine
        self._limits = limits or Limits()
        self._axioms: dict[str, Conclusions] = {}
        self._lock = threading.Lock()

    def find(
        self, subject: str, predicate: str, object_: str, client: Abandonment | None = None
    ) -> Triple:
        """Read a triple as somebody wrote it; see :func:`kg.explain.given.find_triple`.

        Raises :class:`~kg.errors.UsageError` for what is no term.
        """
        return find_triple(Asker(self._engine, self._limits, client), subject, predicate, object_)

    def explain(self, triple: Triple, client: Abandonment | None = None) -> Explanation:
        """Explain a triple, given as terms in the spelling of N-Triples.

        Raises :class:`NotInDataError` where the data do not hold it and no axiom gives it, and
        :class:`~kg.engines.engine.QueryError` where the engine gives no answer.
        """
        asker = Asker(self._engine, self._limits, client)
        search = Search(asker, self._conclusions(asker), steps_by_rules)
        written = bool(asker.graphs([triple])[triple])
        found = search.run(triple)
        if not written and not found:
            raise self._missing(asker, search, triple)
        return self._told(search, triple, written)

    def _conclusions(self, asker: Asker) -> Conclusions:
        key = self._engine.snapshot_id
        with self._lock:
            if key in self._axioms:
                return self._axioms[key]
        rows = asker.rows(_AXIOM_TERMS)
        read = find_axioms((row["s"], row["p"], row["o"]) for row in rows)
        conclusions = Conclusions(read.axioms)
        with self._lock:
            self._axioms[key] = conclusions
            while len(self._axioms) > _REMEMBERED:
                self._axioms.pop(next(iter(self._axioms)))
        return conclusions

    def _told(self, search: Search, triple: Triple, written: bool) -> Explanation:
        tree = _tree(search, triple)
        sources = self._sources(search, {t for t, step in tree.items() if step is None})
        terms = [t for each in tree for t in each]
        for step in filter(None, tree.values()):
            terms += [step.reason, *step.notes]
            if step.conclusion:
                terms += [t for c in step.conclusion.body for t in _terms(c)]
                terms += step.conclusion.head
        terms += [f"<{graph}>" for _, graph, _, _ in sources]
        names = Names(self._engine, iris_in(terms))
        by_triple: dict[Triple, list[Source]] = {}
        for leaf, graph, citation, locator in sources:
            source = Source(graph, names(f"<{graph}>"), citation, locator)
            by_triple.setdefault(leaf, []).append(source)
        root = _node(triple, tree, by_triple, names, search)
        cut = ""
        if not search.is_asserted(triple) and search.step_to(triple) is None:
            why = search.cut or "with every axiom and rule tried"
            cut = f"The search ended {why}, and what was found does not go down to asserted facts."
        return Explanation(root, self._engine.snapshot_id, cut, written)

    def _sources(
        self, search: Search, leaves: Iterable[Triple]
    ) -> list[tuple[Triple, str, str, str]]:
        """For each asserted triple its graphs and, for a record, the citation in that release."""
        # Naming sources is part of the answer, not of the search: it has a budget of its own.
        asker = Asker(self._engine, self._limits)
        wanted = [(leaf, graph) for leaf in sorted(leaves) for graph in search.graphs[leaf]]
        subjects = sorted({leaf[0] for leaf, _ in wanted})
        cited: dict[tuple[Term, str], list[tuple[str, str]]] = {}
        for start in range(0, len(subjects), 200):
            for row in asker.rows(
                f"""SELECT DISTINCT ?s ?c ?g ?l WHERE {{
                  VALUES ?s {{ {" ".join(subjects[start : start + 200])} }}
                  ?s prov:wasDerivedFrom ?c . ?c dct:isPartOf ?g .
                  OPTIONAL {{ ?c cm:locator ?l }}
                }} ORDER BY ?s ?c ?g ?l"""
            ):
                locator = row["l"].rpartition('"')[0][1:] if "l" in row else ""
                cited.setdefault((row["s"], row["g"][1:-1]), []).append((row["c"][1:-1], locator))
        return [
            (leaf, graph, citation, locator)
            for leaf, graph in wanted
            for citation, locator in cited.get((leaf[0], graph), [("", "")])
        ]

    def _missing(self, asker: Asker, search: Search, triple: Triple) -> NotInDataError:
        """Say that a triple is not there, and what is instead."""
        subject, predicate, _ = triple
        try:
            stated = asker.facts([subject])[subject] if subject.startswith("<") else {}
        except LimitReachedError:
            stated = {}
        others = stated.get(predicate, ())[:5]
        giving = search.conclusions_for(triple)[:3]
        terms = [
            *triple,
            *others,
            *(t for c in giving for b in [*c.body, c.head] for t in _terms(b)),
        ]
        names = Names(self._engine, iris_in(terms))
        remedy = f"Nothing is said of {names(subject)}: check the spelling."
        if others:
            remedy = f"The data have: {', '.join(map(spelled, others))}."
        elif stated and giving:
            remedy = (
                f"No such statement is made, and nothing that it would follow from: "
                f"{' '.join(conclusion_in_words(c, names) for c in giving)}"
            )
        elif stated:
            remedy = f"Other things are said of {names(subject)}, but nothing of this kind."
        return NotInDataError(f"It is not in the data that {clause(triple, names)}.", remedy=remedy)


def explain(
    engine: Engine, subject: Term, predicate: Term, object_: Term, *, limits: Limits | None = None
) -> Explanation:
    """Explain one triple; see :meth:`Explainer.explain`."""
    return Explainer(engine, limits).explain((subject, predicate, object_))


def _terms(condition: Condition) -> Sequence[Term]:
    return condition.members if isinstance(condition, Among) else condition


def _tree(search: Search, triple: Triple) -> dict[Triple, Step | None]:
    """The last steps of everything that a triple rests on; of a cut search, of what was found."""
    found: dict[Triple, Step | None] = {}
    todo = [triple]
    while todo:
        one = todo.pop()
        if one in found:
            continue
        found[one] = search.step_to(one)
        if step := found[one]:
            todo.extend(step.premises)
    return found


def _node(
    triple: Triple,
    tree: dict[Triple, Step | None],
    sources: dict[Triple, list[Source]],
    names: Names,
    search: Search,
) -> Node:
    text = sentence(clause(triple, names))
    step = tree[triple]
    if step is None:
        kind = Kind.ASSERTED if search.is_asserted(triple) else Kind.AXIOM
        return Node(triple, kind, text, sources=tuple(sources.get(triple, ())))
    premises = tuple(_node(one, tree, sources, names, search) for one in step.premises)
    if step.conclusion is not None:
        return Node(
            triple,
            Kind.AXIOM,
            text,
            reason=conclusion_in_words(step.conclusion, names),
            axiom=notation(step.conclusion.axiom),
            premises=premises,
        )
    return Node(
        triple,
        Kind.RULE,
        text,
        reason=names.fill(step.reason),
        rule=step.rule,
        notes=tuple(names.fill(note) for note in step.notes),
        premises=premises,
    )
