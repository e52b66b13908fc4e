"""Each kind of axiom reads as a sentence, and in the syntax of Protégé."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.namespaces import CM
from kg.reference.expressions import PropertyUse
from kg.reference.words import English, Ref, article, is_participle, is_verb, plain
from tests.kg.reference.conftest import Read

NAMES = """
cm:Mine a owl:Class ; rdfs:label "mine"@en .
cm:Facility a owl:Class ; rdfs:label "facility"@en .
cm:System a owl:Class ; rdfs:label "defence system"@en .
cm:Element a owl:Class ; rdfs:label "rare-earth element"@en .
cm:needs a owl:ObjectProperty ; rdfs:label "depends on element"@en .
cm:hasPart a owl:ObjectProperty ; rdfs:label "has part"@en .
cm:operator a owl:ObjectProperty ; rdfs:label "operator"@en .
cm:locatedIn a owl:ObjectProperty ; rdfs:label "located in"@en .
cm:memberOf a owl:ObjectProperty ; rdfs:label "member of"@en .
cm:amount a owl:DatatypeProperty ; rdfs:label "amount"@en .
"""


def some(prop: str, filler: str) -> str:
    return f"[ a owl:Restriction ; owl:onProperty {prop} ; owl:someValuesFrom {filler} ]"


@pytest.mark.parametrize(
    ("turtle", "words", "formal"),
    [
        (
            "cm:Mine rdfs:subClassOf cm:Facility .",
            "A mine is a facility.",
            "Mine SubClassOf Facility",
        ),
        (
            "[] a owl:Class ; owl:intersectionOf ( cm:System "
            f"{some('cm:needs', 'cm:Element')} ) ; rdfs:subClassOf cm:Mine .",
            "A defence system that depends on some rare-earth element is a mine.",
            "System and (needs some Element) SubClassOf Mine",
        ),
        (
            f"cm:Mine rdfs:subClassOf {some('cm:operator', 'cm:System')} .",
            "A mine has as operator some defence system.",
            "Mine SubClassOf operator some System",
        ),
        (
            f"cm:Mine rdfs:subClassOf {some('[ owl:inverseOf cm:hasPart ]', 'cm:System')} .",
            "A mine is such that some defence system has part it.",
            "Mine SubClassOf inverse hasPart some System",
        ),
        (
            "cm:Mine rdfs:subClassOf [ owl:onProperty cm:hasPart ; owl:allValuesFrom cm:Mine ] .",
            "A mine has part nothing but a mine.",
            "Mine SubClassOf hasPart only Mine",
        ),
        (
            "cm:Mine rdfs:subClassOf [ owl:onProperty cm:operator ; "
            'owl:maxQualifiedCardinality "1"^^xsd:nonNegativeInteger ; owl:onClass cm:System ] .',
            "A mine has as operator at most 1 defence system.",
            "Mine SubClassOf operator max 1 System",
        ),
        (
            "[] owl:onProperty cm:memberOf ; owl:hasValue cmd:rare-earths ; "
            "rdfs:subClassOf cm:Element .",
            "Anything that is a member of Rare earths is a rare-earth element.",
            "memberOf value cmd:rare-earths SubClassOf Element",
        ),
        (
            "cm:Mine owl:equivalentClass [ owl:unionOf ( cm:System cm:Facility ) ] .",
            "A mine is the same as a defence system or a facility.",
            "Mine EquivalentTo System or Facility",
        ),
        (
            "cm:Mine rdfs:subClassOf [ owl:complementOf cm:System ] .",
            "A mine is not a defence system.",
            "Mine SubClassOf not System",
        ),
        (
            "cm:Mine rdfs:subClassOf [ owl:onProperty cm:hasPart ; owl:hasSelf true ] .",
            "A mine has part itself.",
            "Mine SubClassOf hasPart Self",
        ),
        (
            "cm:Mine owl:equivalentClass [ owl:oneOf ( cmd:rare-earths cmd:b ) ] .",
            "A mine is the same as one of Rare earths and b.",
            "Mine EquivalentTo {cmd:rare-earths, cmd:b}",
        ),
        (
            "cm:Mine owl:disjointWith cm:System .",
            "Nothing is both a mine and a defence system.",
            "DisjointClasses: Mine, System",
        ),
        (
            "[] a owl:AllDisjointClasses ; owl:members ( cm:Mine cm:System cm:Element ) .",
            "Nothing is more than one of these: a mine, a defence system or a rare-earth element.",
            "DisjointClasses: Mine, System, Element",
        ),
        (
            "cm:Facility owl:disjointUnionOf ( cm:Mine cm:System ) .",
            "A facility is a mine or a defence system.",
            "Facility DisjointUnionOf Mine, System",
        ),
        (
            "cm:Mine owl:hasKey ( cm:amount ) .",
            "Two entries for a mine with the same “amount” are the same.",
            "Mine HasKey amount",
        ),
        (
            "cm:needs owl:propertyChainAxiom ( cm:hasPart cm:needs ) .",
            "If A has part B and B depends on element C, then A depends on element C.",
            "hasPart o needs SubPropertyOf needs",
        ),
        (
            "cm:hasPart rdfs:subPropertyOf cm:operator .",
            "If A has part B, then B is the operator of A.",
            "hasPart SubPropertyOf operator",
        ),
        (
            "cm:hasPart owl:inverseOf cm:memberOf .",
            "A has part B exactly when B is a member of A.",
            "hasPart InverseOf memberOf",
        ),
        (
            "cm:operator rdfs:domain cm:Mine .",
            "If something is the operator of A, then A is a mine.",
            "operator Domain Mine",
        ),
        (
            "cm:locatedIn rdfs:range cm:Facility .",
            "If something is located in A, then A is a facility.",
            "locatedIn Range Facility",
        ),
        (
            "cm:amount rdfs:range [ a rdfs:Datatype ; owl:onDatatype xsd:double ; "
            "owl:withRestrictions ( [ xsd:minInclusive 0.0 ] ) ] .",
            "If A is the amount of something, then A is number from 0.0.",
            "amount Range xsd:double[>= 0.0]",
        ),
        (
            "cm:hasPart a owl:TransitiveProperty .",
            "If A has part B and B has part C, then A has part C.",
            "hasPart Characteristics transitive",
        ),
        (
            "cm:operator a owl:FunctionalProperty .",
            "At most one value: if B is the operator of A and C is the operator of A, then B is C.",
            "operator Characteristics functional",
        ),
        (
            "cm:hasPart a owl:IrreflexiveProperty .",
            "It never holds of a thing and itself: not A has part A.",
            "hasPart Characteristics irreflexive",
        ),
    ],
)
def test_an_axiom_reads_as_a_sentence(read: Read, turtle: str, words: str, formal: str) -> None:
    said = {
        axiom.text: axiom.formal for axiom in read(NAMES + turtle, rare_earths="Rare earths").axioms
    }

    assert said.get(words) == formal, said


def test_the_terms_of_a_sentence_are_references(read: Read) -> None:
    (axiom,) = read(NAMES + "cm:Mine rdfs:subClassOf cm:Facility .").axioms

    references = [piece for piece in axiom.words if isinstance(piece, Ref)]
    assert [ref.iri for ref in references] == [f"{CM}Mine", f"{CM}Facility"]
    assert axiom.is_tree


def test_an_axiom_stands_with_what_it_is_about_and_with_what_it_mentions(read: Read) -> None:
    reference = read(NAMES + "cm:needs owl:propertyChainAxiom ( cm:hasPart cm:needs ) .")

    assert len(reference.axioms_about(f"{CM}needs")) == 1
    assert reference.axioms_about(f"{CM}hasPart") == ()
    assert reference.axioms_using(f"{CM}hasPart") == reference.axioms_about(f"{CM}needs")
    assert reference.axioms_using(f"{CM}needs") == ()


@pytest.mark.parametrize(
    "broken",
    [
        "cm:Mine rdfs:subClassOf [ owl:onProperty cm:hasPart ] .",
        "cm:Mine rdfs:subClassOf [] .",
        "cm:needs owl:propertyChainAxiom ( 'a' cm:needs ) .",
        "_:a owl:intersectionOf ( _:a ) . cm:Mine rdfs:subClassOf _:a .",
        "_:l rdf:first cm:Mine ; rdf:rest _:l . [] a owl:AllDisjointClasses ; owl:members _:l .",
    ],
)
def test_a_broken_or_circular_axiom_harms_nothing_else(read: Read, broken: str) -> None:
    reference = read(f"{NAMES} {broken} cm:System rdfs:subClassOf cm:Facility .")

    assert "A defence system is a facility." in {axiom.text for axiom in reference.axioms}


def test_the_order_of_axioms_does_not_depend_on_that_of_statements(read: Read) -> None:
    lines = [
        "cm:Mine rdfs:subClassOf cm:Facility .",
        "cm:hasPart a owl:TransitiveProperty .",
        "cm:System rdfs:subClassOf cm:Facility .",
    ]

    one = [a.text for a in read(NAMES + "\n".join(lines)).axioms]
    other = [a.text for a in read("\n".join(reversed(lines)) + NAMES).axioms]
    assert one == other


@given(st.text(max_size=60))
def test_any_label_makes_a_sentence_that_holds_it(label: str) -> None:
    sentence = plain(English(lambda _: label).link(PropertyUse("urn:x"), "A", "B"))
    assert label in sentence
    assert article(label).endswith(label)


def test_labels_are_taken_for_verbs_and_nouns_as_they_are_meant() -> None:
    assert all(map(is_verb, ["has part", "is whole of", "depends on element", "suspends"]))
    assert not any(map(is_verb, ["status", "basis", "operator", "reserves", "located in"]))
    assert all(map(is_participle, ["located in", "indirectly owned by", "made from", "at stage"]))
    assert not any(map(is_participle, ["operator", "order", "input form"]))
