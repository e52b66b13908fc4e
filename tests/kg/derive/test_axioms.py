"""Axioms: which are read, and that none is ignored without a word."""

from __future__ import annotations

import pytest
from pyoxigraph import RdfFormat, parse

from kg.derive.axioms import (
    And,
    Axioms,
    Domain,
    HasValue,
    Named,
    Property,
    Some,
    SubClassOf,
    SubPropertyOf,
    find_axioms,
)
from kg.namespaces import sparql_prologue

PREFIXES = sparql_prologue().replace("PREFIX", "@prefix").replace(">\n", "> .\n")


def axioms_of(turtle: str) -> Axioms:
    quads = parse(PREFIXES + turtle, RdfFormat.TURTLE)
    return find_axioms((str(q.subject), str(q.predicate), str(q.object)) for q in quads)


def cm(name: str) -> str:
    return f"<https://w3id.org/critmat/ontology#{name}>"


def test_a_chain_with_an_inverse_link() -> None:
    found = axioms_of("cm:hasPart owl:propertyChainAxiom ( [ owl:inverseOf cm:whole ] cm:part ) .")
    assert found.axioms == (
        SubPropertyOf((Property(cm("whole"), inverse=True), Property(cm("part"))),
                      Property(cm("hasPart"))),
    )  # fmt: skip
    assert found.skipped == ()


def test_an_anonymous_class_on_the_left() -> None:
    found = axioms_of("""
        [] owl:intersectionOf ( cm:DefenceSystem
            [ owl:onProperty cm:dependsOnElement ; owl:someValuesFrom cm:RareEarthElement ]
            [ owl:onProperty cm:builtIn ; owl:hasValue cmd:USA ] ) ;
           rdfs:subClassOf cm:Dependent .
    """)
    assert found.axioms == (
        SubClassOf(
            And(
                (
                    Named(cm("DefenceSystem")),
                    Some(Property(cm("dependsOnElement")), Named(cm("RareEarthElement"))),
                    HasValue(Property(cm("builtIn")), "<https://w3id.org/critmat/id/USA>"),
                )
            ),
            Named(cm("Dependent")),
        ),
    )


def test_ranges_are_domains_of_the_inverse_and_datatypes_derive_nothing() -> None:
    found = axioms_of("cm:part rdfs:range cm:Part . cm:amount rdfs:range xsd:double .")
    assert found.axioms == (Domain(Property(cm("part"), inverse=True), Named(cm("Part"))),)
    assert [(s.subject, s.derives) for s in found.skipped] == [("cm:amount", False)]


@pytest.mark.parametrize(
    ("turtle", "construct"),
    [
        ("cm:A rdfs:subClassOf [ owl:onProperty cm:p ; owl:someValuesFrom cm:B ] .", "subClassOf"),
        ("cm:A rdfs:subClassOf [ owl:unionOf ( cm:B cm:C ) ] .", "subClassOf"),
        ("cm:A rdfs:subClassOf [ owl:onProperty cm:p ; owl:maxCardinality 1 ] .", "subClassOf"),
        ("[ owl:onProperty cm:p ; owl:allValuesFrom cm:B ] rdfs:subClassOf cm:A .", "subClassOf"),
        ("[ owl:complementOf cm:B ] rdfs:subClassOf cm:A .", "subClassOf"),
        ("owl:Thing rdfs:subClassOf cm:A .", "subClassOf"),
        ("cm:p owl:propertyChainAxiom ( ) .", "propertyChainAxiom"),
        ("cm:p owl:propertyChainAxiom [ rdf:first cm:q ] .", "propertyChainAxiom"),
        ("cm:p a owl:FunctionalProperty .", "FunctionalProperty"),
        ("cm:A owl:hasKey ( cm:p ) .", "hasKey"),
        ("cmd:a owl:sameAs cmd:b .", "sameAs"),
    ],
)
def test_what_has_no_rule_is_reported(turtle: str, construct: str) -> None:
    found = axioms_of(turtle)
    assert found.axioms == ()
    assert f"owl:{construct}" in {s.construct.replace("rdfs:", "owl:") for s in found.skipped}
    assert any(skipped.derives for skipped in found.skipped)


def test_the_half_of_an_equivalence_that_has_a_rule_is_kept() -> None:
    found = axioms_of("cm:A owl:equivalentClass [ owl:unionOf ( cm:B cm:C ) ] .")
    assert len(found.axioms) == 1
    assert isinstance(found.axioms[0], SubClassOf)
    assert found.axioms[0].sup == Named(cm("A"))
    assert [s.reason for s in found.skipped] == ["unionOf on the right side is outside OWL 2 RL"]


def test_constraints_are_listed_as_deriving_nothing() -> None:
    found = axioms_of("cm:A owl:disjointWith cm:B . cm:p a owl:AsymmetricProperty .")
    assert found.axioms == ()
    assert [skipped.derives for skipped in found.skipped] == [False, False]


def test_order_of_triples_does_not_matter() -> None:
    quads = list(
        parse(
            f"{PREFIXES} cm:p owl:inverseOf cm:q ; a owl:TransitiveProperty . "
            "cm:A rdfs:subClassOf cm:B .",
            RdfFormat.TURTLE,
        )
    )
    triples = [(str(q.subject), str(q.predicate), str(q.object)) for q in quads]
    assert find_axioms(triples) == find_axioms(reversed(triples))
