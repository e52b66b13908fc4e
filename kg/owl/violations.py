"""What is outside the profiles of OWL 2, by the OWL API; for the side with Java in it only."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from kg.owl.loaded import OWL_API, LoadedFiles, axiom_type, is_value, java_class, kind_of


def find_violations(loaded: LoadedFiles) -> Iterator[dict[str, Any]]:
    """What is outside OWL 2 DL and, of the logical axioms, outside OWL 2 RL."""
    dl = java_class(f"{OWL_API}.profiles.OWL2DLProfile")().checkOntology(loaded.ontology)
    seen = set()
    for violation in dl.getViolations():
        found = _violation(loaded, "DL", violation)
        seen.add((found["kind"], found["statement"]["text"]))
        yield found
    for axiom, datatype in loaded.unknown_datatypes():
        if not is_value(axiom):
            found = _found(loaded, "DL", "DatatypeOutsideOwl", axiom, datatype)
            seen.add(("UseOfIllegalDataRange", found["statement"]["text"]))
            yield found
    for axiom in _nameless_circle(loaded):
        yield _found(loaded, "DL", "CyclicNamelessThings", axiom, "")
    # Values of facts and annotations derive nothing: their datatypes are no matter of OWL 2 RL.
    derives = java_class("java.util.HashSet")(loaded.ontology.getLogicalAxioms())
    derives.removeAll(loaded.ontology.getAxioms(axiom_type("DATA_PROPERTY_ASSERTION")))
    derives.addAll(
        [
            axiom
            for axiom in loaded.ontology.getAxioms(axiom_type("DECLARATION"))
            if kind_of(axiom.getEntity()) != "Datatype"
        ]
    )
    ontology = loaded.manager.createOntology(derives)
    for violation in (
        java_class(f"{OWL_API}.profiles.OWL2RLProfile")().checkOntology(ontology).getViolations()
    ):
        found = _violation(loaded, "RL", violation)
        if (found["kind"], found["statement"]["text"]) not in seen:
            yield found
    # The OWL API of 2013 lets these pass.
    for axiom in loaded.ontology.getAxioms(axiom_type("REFLEXIVE_OBJECT_PROPERTY")):
        yield _found(loaded, "RL", "UseOfIllegalAxiom", axiom, "")


def _violation(loaded: LoadedFiles, profile: str, violation: Any) -> dict[str, Any]:
    about = ""
    for name in (
        *("getOWLClass", "getOWLObjectProperty", "getOWLDataProperty", "getOWLDatatype"),
        *("getOWLAnnotationProperty", "getIRI", "getLiteral", "getDatatype"),
    ):
        if hasattr(violation, name):
            value = getattr(violation, name)()
            about = str(value.getIRI()) if hasattr(value, "getIRI") else str(value)
    kind = str(violation.getClass().getSimpleName())
    return _found(loaded, profile, kind, violation.getAxiom(), about)


def _found(loaded: LoadedFiles, profile: str, kind: str, axiom: Any, about: str) -> dict[str, Any]:
    statement = loaded.statement(axiom)
    return {"profile": profile, "kind": kind, "statement": statement, "about": about}


def _nameless_circle(loaded: LoadedFiles) -> Iterator[Any]:
    """Facts that join things without a name in a circle; OWL 2 DL wants trees."""
    if loaded.ontology.getReferencedAnonymousIndividuals().isEmpty():
        return
    parent: dict[str, str] = {}

    def root(node: str) -> str:
        while node in parent:
            node = parent[node]
        return node

    facts = loaded.ontology.getAxioms(axiom_type("OBJECT_PROPERTY_ASSERTION"))
    for axiom in java_class("java.util.TreeSet")(facts):
        if axiom.getSubject().isAnonymous() and axiom.getObject().isAnonymous():
            first, second = (root(str(one)) for one in (axiom.getSubject(), axiom.getObject()))
            if first == second:
                yield axiom
            else:
                parent[first] = second
