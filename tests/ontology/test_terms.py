"""Every term is defined, says what it joins, and is used by something."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from rdflib import OWL, RDF, RDFS, SKOS, Graph, Namespace, URIRef

from kg.namespaces import CM, PREFIXES
from kg.ontology import ontology_dataset
from kg.shipped import facts_dir, queries_dir

REPOSITORY = Path(__file__).resolve().parents[2]
CM_NS = Namespace(CM)
TERM_KINDS = (
    OWL.Class,
    OWL.ObjectProperty,
    OWL.DatatypeProperty,
    OWL.AnnotationProperty,
)


def terms(ontology: Graph) -> set[URIRef]:
    """The classes and properties of critmat."""
    return {
        term
        for kind in TERM_KINDS
        for term in ontology.subjects(RDF.type, kind)
        if isinstance(term, URIRef) and term in CM_NS
    }


def local(term: URIRef) -> str:
    """The name behind ``cm:``."""
    return str(term).removeprefix(CM)


def test_every_term_has_a_label_a_definition_and_an_example_or_note(ontology: Graph) -> None:
    lacking = [
        (local(term), need)
        for term in sorted(terms(ontology))
        for need, predicates in (
            ("label", [RDFS.label]),
            ("definition", [SKOS.definition]),
            ("example or scope note", [SKOS.example, SKOS.scopeNote]),
        )
        if not any(
            getattr(text, "language", None) == "en"
            for predicate in predicates
            for text in ontology.objects(term, predicate)
        )
    ]

    assert not lacking


def test_no_two_terms_share_a_label(ontology: Graph) -> None:
    labels = [str(ontology.value(term, RDFS.label)) for term in terms(ontology)]

    assert sorted(label for label in set(labels) if labels.count(label) > 1) == []


def test_no_range_names_a_datatype_that_owl_lacks(ontology: Graph) -> None:
    ranges = {str(r).rpartition("#")[2] for r in ontology.objects(None, RDFS.range)}

    assert not ranges & {"date", "gYear", "gYearMonth", "duration"}


def is_derived(term: URIRef, ontology: Graph) -> bool:
    """Whether an axiom or a rule gives a property its values, and with them what they join."""
    derives = (OWL.inverseOf, OWL.propertyChainAxiom)
    note = str(ontology.value(term, SKOS.scopeNote) or "")
    return (
        any(ontology.value(term, predicate) is not None for predicate in derives)
        or (None, RDFS.subPropertyOf, term) in ontology
        or note.startswith("Written by a rule")
    )


@pytest.mark.parametrize(
    ("axiom", "note"), [(RDFS.domain, "Said of "), (RDFS.range, "Values are ")], ids=["on", "to"]
)
def test_every_property_says_what_it_joins_or_that_a_shape_says_it(
    axiom: URIRef, note: str, ontology: Graph
) -> None:
    silent = {
        local(term)
        for kind in (OWL.ObjectProperty, OWL.DatatypeProperty)
        for term in ontology.subjects(RDF.type, kind)
        if isinstance(term, URIRef)
        and term in CM_NS
        and ontology.value(term, axiom) is None
        and note.lower() not in str(ontology.value(term, SKOS.scopeNote)).lower()
        and not is_derived(term, ontology)
    }

    assert silent == set()


# Nothing is defined that nothing uses


def used_in_axioms(ontology: Graph) -> set[str]:
    """Terms that an axiom derives or that another term's axiom needs."""
    derives = (OWL.propertyChainAxiom, OWL.inverseOf)
    needs = (
        *derives,
        RDFS.subClassOf,
        RDFS.subPropertyOf,
        RDFS.domain,
        RDFS.range,
        OWL.onProperty,
        OWL.someValuesFrom,
        OWL.hasValue,
        RDF.first,
    )
    subjects = (s for predicate in derives for s in ontology.subjects(predicate, None))
    objects = (o for predicate in needs for o in ontology.objects(None, predicate))
    predicates = set(ontology.predicates())
    return {str(t).removeprefix(CM) for t in (*subjects, *objects, *predicates)}


def used_in_texts() -> set[str]:
    """Names that queries, schemas and code mention as ``cm:name`` or ``{CM}name``."""
    texts = [
        *(facts_dir() / "schemas").glob("*.json"),
        *queries_dir().rglob("*.rq"),
        *(path for part in ("kg", "service") for path in (REPOSITORY / part).rglob("*.py")),
        *(REPOSITORY / "service").rglob("*.rq"),
    ]
    named = re.compile(r"""(?:\bcm:|\{CM\}|CM \+ ["']|CM\[["']|\bCM\.|_cm\(["'])([A-Za-z][\w-]*)""")
    return {name for path in texts for name in named.findall(path.read_text(encoding="utf-8"))}


def test_every_term_is_used(ontology: Graph) -> None:
    used = used_in_texts() | used_in_axioms(ontology)
    unused = {local(term) for term in terms(ontology)} - used

    assert unused == set(), "define it when something uses it"


def test_mappings_of_terms_and_codes_are_part_of_the_ontology() -> None:
    triples = {
        (q.subject.value, q.predicate.value, q.object.value)
        for q in ontology_dataset()
        if not q.subject.value.startswith("c14n")
    }
    match = f"{SKOS}exactMatch"

    assert (f"{CM}unit-tonne", match, f"{PREFIXES['unit']}TONNE") in triples
    assert (f"{CM}status-estimated", match, f"{PREFIXES['sdmx-code']}obsStatus-E") in triples
    assert not [s for s, p, _ in triples if s == f"{PREFIXES['cmd']}CHN" and p == match]
