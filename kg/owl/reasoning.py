"""What contradicts and what can have no members, by HermiT; for the side with Java in it only."""

from __future__ import annotations

import math
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from functools import cached_property
from itertools import islice
from typing import Any

from kg.owl.conflict import find_conflict, narrow
from kg.owl.loaded import OWL_API, LoadedFiles, axiom_type, is_value, java_class, kind_of

#: So many contradictions, and so many classes or properties without members, are explained.
MOST_EXPLAINED = 8


class _OutOfTimeError(Exception):
    """The time for explanations is over."""


class Reasoner:
    """HermiT over the axioms of all files; explaining takes ``explain_seconds`` at most."""

    def __init__(self, loaded: LoadedFiles, explain_seconds: float) -> None:
        self._loaded = loaded
        self._explain_seconds = explain_seconds
        self._deadline = math.inf
        self._axioms: list[Any] = []

    def reason(self) -> dict[str, Any]:
        """Contradictions, and classes and properties that can have no members."""
        left_out = self._leave_out()
        self._axioms = self._split()
        tests = [self._example(entity) for entity in self._entities()]
        conflicts: list[Any] = []
        empty: list[Any] = []
        answer: dict[str, Any] = {"left_out": left_out, "conflicts": conflicts, "empty": empty}
        answer |= {"refusal": "", "cut_short": False}
        try:
            if self._contradict([*self._axioms, *tests]):
                contradicts = self._contradict(self._axioms)
                # Finding out why takes longer than finding out: it may be cut short.
                self._deadline = time.monotonic() + self._explain_seconds
                answer["cut_short"] = True
                with suppress(_OutOfTimeError):
                    if contradicts:
                        self._keep(conflicts, islice(self._conflicts(), MOST_EXPLAINED))
                    else:
                        self._keep(empty, self._empty())
                    answer["cut_short"] = len(conflicts) == MOST_EXPLAINED
        except java_class("java.lang.RuntimeException") as error:
            answer["refusal"] = str(error.getMessage()).splitlines()[0]
        return answer

    def _keep(self, kept: list[Any], found: Iterator[Any]) -> None:
        """Keep one after the other, so that what was found stays if time runs out."""
        for one in found:
            kept.append(one)

    def _leave_out(self) -> list[dict[str, Any]]:
        """Take out what HermiT would refuse to read: datatypes unknown to OWL 2, and values that
        do not fit. Any text is an ``xsd:anyURI`` for XML Schema, yet not for HermiT.

        The loaded ontology has them no more, so profiles are to be checked before."""
        found = dict(self._loaded.unknown_datatypes())
        registry = java_class("org.semanticweb.HermiT.datatypes.DatatypeRegistry")
        malformed = java_class("org.semanticweb.HermiT.datatypes.MalformedLiteralException")
        unknown = java_class("org.semanticweb.HermiT.datatypes.UnsupportedDatatypeException")
        for axiom in self._loaded.ontology.getAxioms(axiom_type("DATA_PROPERTY_ASSERTION")):
            value = axiom.getObject()
            if value.isRDFPlainLiteral():
                continue
            datatype = str(value.getDatatype().getIRI())
            try:
                registry.parseLiteral(value.getLiteral(), datatype)
            except (malformed, unknown):
                found[axiom] = datatype
        self._loaded.manager.removeAxioms(
            self._loaded.ontology, java_class("java.util.HashSet")(list(found))
        )
        return [
            {
                "fact": is_value(axiom),
                "datatype": datatype,
                "statement": self._loaded.statement(axiom),
            }
            for axiom, datatype in found.items()
            if not is_value(axiom)
        ] + [
            {"fact": True, "datatype": datatype}
            for axiom, datatype in found.items()
            if is_value(axiom)
        ]

    def _split(self) -> list[Any]:
        """The logical axioms, in an order that never changes; disjoint classes pair by pair, so
        that an explanation names two of them and not thirty."""
        apart = axiom_type("DISJOINT_CLASSES")
        axioms = java_class("java.util.TreeSet")(self._loaded.ontology.getLogicalAxioms())
        for axiom in self._loaded.ontology.getAxioms(apart):
            axioms.remove(axiom)
            for pair in axiom.asPairwiseAxioms():
                self._loaded.whole[pair] = axiom
                axioms.add(pair)
        return list(axioms)

    def _entities(self) -> Iterator[Any]:
        for entity in java_class("java.util.TreeSet")(self._loaded.ontology.getSignature()):
            kind = kind_of(entity)
            if kind in {"Class", "ObjectProperty", "DataProperty"} and not entity.isBuiltIn():
                yield entity

    def _example(self, entity: Any) -> Any:
        """A statement that holds only if ``entity`` has members: of things nobody speaks of."""
        first, second = (self._nobody(f"{entity.getIRI()}/{n}") for n in (1, 2))
        kind, make = kind_of(entity), self._loaded.factory
        if kind == "Class":
            return make.getOWLClassAssertionAxiom(entity, first)
        if kind == "ObjectProperty":
            return make.getOWLObjectPropertyAssertionAxiom(entity, first, second)
        some_value = make.getOWLDataSomeValuesFrom(entity, make.getTopDatatype())
        return make.getOWLClassAssertionAxiom(some_value, first)

    def _nobody(self, name: str) -> Any:
        iri = java_class(f"{OWL_API}.model.IRI").create(f"urn:critmat:example:{name}")
        return self._loaded.factory.getOWLNamedIndividual(iri)

    def _contradict(self, axioms: Sequence[Any]) -> bool:
        if time.monotonic() > self._deadline:
            raise _OutOfTimeError
        ontology = self._loaded.manager.createOntology(java_class("java.util.HashSet")(axioms))
        try:
            reasoner = java_class("org.semanticweb.HermiT.Reasoner")(
                java_class("org.semanticweb.HermiT.Configuration")(), ontology
            )
            consistent = bool(reasoner.isConsistent())
            reasoner.dispose()
            return not consistent
        finally:
            self._loaded.manager.removeOntology(ontology)

    def _conflicts(self) -> Iterator[list[dict[str, Any]]]:
        """One contradiction after the other; of each the facts, or else all, are then left out."""
        about_things = java_class(f"{OWL_API}.model.OWLIndividualAxiom")
        axioms = [axiom for axiom in self._axioms if not isinstance(axiom, about_things)]
        facts = [axiom for axiom in self._axioms if isinstance(axiom, about_things)]
        facts.sort(key=self._about)
        while self._contradict([*axioms, *facts]):
            few = narrow(axioms, facts, self._contradict)
            conflict = find_conflict([*axioms, *few], self._contradict)
            yield [self._loaded.statement(axiom) for axiom in conflict]
            gone = {*conflict}
            kept = [fact for fact in facts if fact not in gone]
            if len(kept) == len(facts):
                axioms = [axiom for axiom in axioms if axiom not in gone]
            facts = kept

    def _about(self, fact: Any) -> str:
        """The thing that a fact is about, so that facts about one thing stand together."""
        for name in ("getIndividual", "getSubject"):
            if hasattr(fact, name):
                return str(getattr(fact, name)())
        return ""

    def _empty(self) -> Iterator[dict[str, Any]]:
        """Each class or property that can have no members, and of the first few the reason."""
        for number, entity in enumerate(self._without_members(list(self._entities()))):
            conflict: list[Any] = []
            if number < MOST_EXPLAINED:
                example = self._example(entity)

                def contradict(some: Sequence[Any], example: Any = example) -> bool:
                    return self._contradict([*some, example])

                conflict = find_conflict(self._module(entity), contradict)
            kind = kind_of(entity)
            yield {
                "iri": str(entity.getIRI()),
                "kind": "class" if kind == "Class" else "property",
                "conflict": [self._loaded.statement(axiom) for axiom in conflict],
            }

    def _without_members(self, entities: Sequence[Any]) -> Iterator[Any]:
        """Those of ``entities`` that can have no members: whole halves without one are passed."""
        if not self._contradict([*self._axioms, *map(self._example, entities)]):
            return
        if len(entities) == 1:
            yield entities[0]
            return
        middle = len(entities) // 2
        yield from self._without_members(entities[:middle])
        yield from self._without_members(entities[middle:])

    @cached_property
    def _extractor(self) -> Any:
        axioms = java_class("java.util.HashSet")(self._axioms)
        return java_class("uk.ac.manchester.cs.owlapi.modularity.SyntacticLocalityModuleExtractor")(
            self._loaded.manager,
            self._loaded.manager.createOntology(axioms),
            axioms,
            java_class("uk.ac.manchester.cs.owlapi.modularity.ModuleType").STAR,
        )

    def _module(self, entity: Any) -> list[Any]:
        """The axioms that may matter for ``entity`` (a locality module), a small part of all."""
        found = self._extractor.extract(java_class("java.util.Collections").singleton(entity))
        return list(java_class("java.util.TreeSet")(found))
