"""The ontology is in OWL 2 DL and its axioms are in OWL 2 RL, and the check would notice if not."""

from __future__ import annotations

from pathlib import Path

import pytest

from kg.check.profiles import check_profiles
from kg.report import Report, Severity

HEAD = """\
@prefix cm: <https://w3id.org/critmat/ontology#> .
@prefix ex: <https://example.org/> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""
#: What is outside OWL 2 DL, one slip a line, and the words in which it is told. After the
#: restrictions of https://www.w3.org/TR/owl2-syntax/#Global_Restrictions_on_Axioms_in_OWL_2_DL
#: and https://www.w3.org/TR/owl2-syntax/#Typing_Constraints_of_OWL_2_DL.
OUTSIDE_DL = {
    "ex:pun a owl:ObjectProperty , owl:DatatypeProperty .": "the same name stands for two kinds",
    "ex:t a owl:ObjectProperty , owl:TransitiveProperty , owl:IrreflexiveProperty .": (
        "a property that is transitive or follows from a chain must not be limited"
    ),
    "ex:C a owl:Class ; rdfs:subClassOf [ a owl:Restriction ; owl:onProperty cm:hasPart ;"
    ' owl:maxCardinality "1"^^xsd:nonNegativeInteger ] .': "must not be limited like this",
    "ex:r a owl:ObjectProperty ; owl:propertyChainAxiom ( cm:locatedIn ex:s ) .": (
        "comes back to itself over property chains"
    ),
    "ex:s a owl:ObjectProperty ; owl:propertyChainAxiom ( cm:locatedIn ex:r ) .": (
        "comes back to itself over property chains"
    ),
    "ex:day a owl:DatatypeProperty ; rdfs:range xsd:date .": "xsd:date is no datatype of OWL 2",
    "ex:D a owl:Class ; rdfs:subClassOf [ a owl:Restriction ; owl:onProperty ex:day ;"
    ' owl:hasValue "2020"^^xsd:gYear ] .': "xsd:gYear is no datatype of OWL 2",
    "ex:a a ex:Undeclared .": "https://example.org/Undeclared is used as a class and declared",
    "ex:b ex:undeclared 3 .": "https://example.org/undeclared is used and declared nowhere",
    'ex:c ex:number "abc"^^xsd:integer . ex:number a owl:DatatypeProperty .': (
        '"abc"^^xsd:integer does not fit its datatype'
    ),
    "owl:Invented a owl:Class .": "owl:Invented is in a namespace that belongs to OWL itself",
    "[] a owl:AllDisjointClasses ; owl:members cm:Mine .": "fewer than two members stand in a list",
    "_:x cm:locatedIn _:y . _:y cm:locatedIn _:x .": "without a name are joined in a circle",
    "ex:d a rdf:Statement ; rdf:subject cm:Mine .": "this statement is part of no axiom",
}
#: What is outside OWL 2 RL only, after https://www.w3.org/TR/owl2-profiles/#OWL_2_RL.
OUTSIDE_RL = {
    "ex:E a owl:Class ; rdfs:subClassOf [ a owl:Restriction ; owl:onProperty cm:locatedIn ;"
    " owl:someValuesFrom cm:Place ] .": "no rule can be made of what should follow: every",
    "ex:F a owl:Class ; rdfs:subClassOf [ a owl:Class ; owl:unionOf ( cm:Mine cm:Refinery ) ] .": (
        "Refinery or a cm:Mine"
    ),
    "[] a owl:Restriction ; owl:onProperty cm:locatedIn ; owl:allValuesFrom cm:Place ;"
    " rdfs:subClassOf cm:Facility .": "on the side of the conditions: every thing with cm",
    "ex:G a owl:Class ; owl:equivalentClass [ a owl:Restriction ; owl:onProperty cm:locatedIn ;"
    " owl:someValuesFrom cm:Place ] .": "one direction of this equivalence gives no rule",
    "ex:near a owl:ObjectProperty , owl:ReflexiveProperty .": "OWL 2 RL has no such axiom",
    "cm:Mine owl:disjointUnionOf ( cm:Element cm:Company ) .": "OWL 2 RL has no such axiom",
    "ex:long a owl:DatatypeProperty ; rdfs:range owl:real .": "no such range of values",
}
#: What is in both profiles although it looks odd.
INSIDE = """
cm:Mine a cm:Facility .
ex:p a owl:ObjectProperty ; owl:propertyChainAxiom ( cm:locatedIn ex:p ) .
ex:q a owl:ObjectProperty , owl:TransitiveProperty , owl:SymmetricProperty .
ex:H a owl:Class ; rdfs:subClassOf [ a owl:Restriction ; owl:onProperty cm:locatedIn ;
  owl:allValuesFrom cm:Place ] , [ a owl:Class ; owl:complementOf cm:Company ] .
[] a owl:Class ; owl:unionOf ( cm:Mine cm:Refinery ) ; rdfs:subClassOf cm:Facility .
ex:note a owl:AnnotationProperty .
ex:x a cm:OwnershipStake ; ex:note "2020-01-01"^^xsd:date ; cm:validFrom "2020"^^xsd:gYear .
ex:text a owl:DatatypeProperty ; rdfs:range rdf:PlainLiteral .
"""


def check(folder: Path, lines: str) -> Report:
    """Check the shipped ontology with one more file."""
    path = folder / "added.ttl"
    path.write_text(HEAD + lines, encoding="utf-8")
    return check_profiles(extra=[path])


@pytest.fixture(scope="module")
def outside(tmp_path_factory: pytest.TempPathFactory) -> Report:
    """One run over all slips, since Java takes its time to start."""
    lines = "\n".join([*OUTSIDE_DL, *OUTSIDE_RL])
    return check(tmp_path_factory.mktemp("outside"), lines)


def test_the_shipped_ontology_is_in_both_profiles() -> None:
    report = check_profiles()

    assert list(report.problems) == []
    assert report.counts["axioms that derive or forbid"] > 800
    assert report.counts["outside OWL 2 DL"] == report.counts["outside OWL 2 RL"] == 0


@pytest.mark.parametrize(("slip", "words"), OUTSIDE_DL.items(), ids=range(len(OUTSIDE_DL)))
def test_what_is_outside_owl_2_dl_is_an_error(slip: str, words: str, outside: Report) -> None:
    found = [p for p in outside.problems if p.message.startswith("Outside OWL 2 DL: ")]

    assert [p for p in found if words in p.message], slip
    assert {p.severity for p in found} == {Severity.ERROR}
    assert {p.file for p in found} == {"added.ttl"}
    assert all(p.remedy for p in found)


@pytest.mark.parametrize(("slip", "words"), OUTSIDE_RL.items(), ids=range(len(OUTSIDE_RL)))
def test_what_gives_no_rule_in_a_file_of_ones_own_is_a_warning(
    slip: str, words: str, outside: Report
) -> None:
    found = [p for p in outside.problems if p.message.startswith("Outside OWL 2 RL: ")]

    assert [p for p in found if words in p.message], slip
    assert {p.severity for p in found} == {Severity.WARNING}


def test_a_violation_says_on_which_line_it_stands(outside: Report) -> None:
    (undeclared,) = (p for p in outside.problems if "is used and declared nowhere" in p.message)

    line = HEAD.count("\n") + [*OUTSIDE_DL].index("ex:b ex:undeclared 3 .") + 1
    assert (undeclared.file, undeclared.row) == ("added.ttl", line)


def test_what_is_inside_both_profiles_is_let_pass(tmp_path: Path) -> None:
    assert list(check(tmp_path, INSIDE).problems) == []
