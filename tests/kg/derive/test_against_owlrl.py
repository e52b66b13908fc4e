"""The closure equals that of owlrl, which knows all of OWL RL, restricted to the same axioms."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import owlrl
import rdflib
from rdflib import OWL, RDF, RDFS, URIRef

from kg.derive.axioms import (
    And,
    ClassExpression,
    Domain,
    HasValue,
    Named,
    OneOf,
    Only,
    Or,
    Some,
    SubClassOf,
    SubPropertyOf,
    read_axioms,
)
from kg.namespaces import shorten, sparql_prologue
from tests.kg.derive.conftest import write_quads

Inferred = set[tuple[str, str, str]]

ONTOLOGY = """
cm:isWholeOf owl:inverseOf cm:whole . cm:isOutputFormOf owl:inverseOf cm:outputForm .
cm:memberOf owl:inverseOf cm:hasMember .
cm:hasPart owl:propertyChainAxiom ( cm:isWholeOf cm:part ) .
cm:dependsOnSubstance owl:propertyChainAxiom ( cm:isWholeOf cm:statesSubstance ) ;
    owl:propertyChainAxiom ( cm:hasPart cm:dependsOnSubstance ) .
cm:dependsOnElement owl:propertyChainAxiom ( cm:dependsOnSubstance cm:containsElement ) .
cm:refinedIn owl:propertyChainAxiom ( cm:isOutputFormOf cm:doneAt cm:locatedIn ) .
cm:comesFrom owl:propertyChainAxiom ( cm:isOutputFormOf cm:inputForm ) ;
    a owl:TransitiveProperty .
cm:allyOf a owl:SymmetricProperty .
cm:coreAllyOf rdfs:subPropertyOf cm:allyOf . cm:boundTo owl:equivalentProperty cm:allyOf .
cm:Alloy rdfs:subClassOf cm:Material . cm:Material rdfs:subClassOf cm:Substance .
cm:Nation owl:equivalentClass cm:Country .
cm:whole rdfs:domain cm:BomItem . cm:locatedIn rdfs:range cm:Country .
[] a owl:Restriction ; owl:onProperty cm:memberOf ; owl:hasValue cmd:rare-earths ;
    rdfs:subClassOf cm:RareEarthElement .
[] a owl:Class ; owl:intersectionOf ( cm:DefenceSystem
        [ a owl:Restriction ; owl:onProperty cm:dependsOnElement ;
          owl:someValuesFrom cm:RareEarthElement ] ) ;
    rdfs:subClassOf cm:DependentSystem .
[] a owl:Class ; owl:unionOf ( cm:DependentSystem cm:Alloy ) ; rdfs:subClassOf cm:Watched .
[] a owl:Class ; owl:oneOf ( cmd:CHN cmd:RUS ) ; rdfs:subClassOf cm:CoveredCountry .
cm:Plant rdfs:subClassOf [ a owl:Restriction ; owl:onProperty cm:inSector ;
    owl:hasValue cmd:industry ] ,
    [ a owl:Restriction ; owl:onProperty cm:makes ; owl:allValuesFrom cm:Substance ] .
cm:Oxide rdfs:subClassOf cm:Material ,
    [ a owl:Restriction ; owl:onProperty cm:form ; owl:hasValue cmd:form-oxide ] .
cm:neededBy owl:inverseOf cm:dependsOnElement . cm:owns owl:inverseOf cm:ownedBy .
cm:ownedBy rdfs:subPropertyOf cm:indirectlyOwnedBy ;
    owl:propertyChainAxiom ( [ owl:inverseOf cm:stakeIn ] cm:stakeHolder ) .
cm:indirectlyOwnedBy a owl:TransitiveProperty .
cm:comesFrom rdfs:subPropertyOf cm:madeThrough .
cm:containsMaterial owl:propertyChainAxiom ( cm:hasPart cm:containsMaterial ) .
cm:madeOf rdfs:subPropertyOf cm:containsMaterial ;
    owl:propertyChainAxiom ( cm:isWholeOf cm:materialPart ) .
cm:materialPart rdfs:subPropertyOf cm:part .
cm:exposedTo owl:propertyChainAxiom ( cm:dependsOnElement cm:hasMajorSource cm:inCountry ) .
cm:restrictedBy owl:inverseOf cm:restricts .
[] a owl:Class ; owl:intersectionOf ( cm:Measure
    [ a owl:Restriction ; owl:onProperty [ owl:inverseOf cm:suspends ] ;
      owl:someValuesFrom owl:Thing ] ) ; rdfs:subClassOf cm:Suspended .
cm:ChinaExposed owl:equivalentClass [ a owl:Class ; owl:intersectionOf ( cm:DefenceSystem
    [ a owl:Restriction ; owl:onProperty cm:exposedTo ; owl:hasValue cmd:CHN ] ) ] .
[] a owl:Class ; owl:intersectionOf (
    [ a owl:Class ; owl:unionOf (
        [ a owl:Restriction ; owl:onProperty cm:makes ; owl:someValuesFrom
          [ a owl:Restriction ; owl:onProperty cm:restrictedBy ; owl:someValuesFrom cm:Control ] ]
        [ a owl:Restriction ; owl:onProperty cm:handles ; owl:someValuesFrom
          [ a owl:Restriction ; owl:onProperty cm:restrictedBy ; owl:someValuesFrom cm:Control ] ]
    ) ]
    [ a owl:Restriction ; owl:onProperty cm:locatedIn ; owl:hasValue cmd:CHN ] ) ;
    rdfs:subClassOf cm:ControlledPlant .
cm:Exporter rdfs:subClassOf [ a owl:Class ; owl:intersectionOf ( cm:Company
    [ a owl:Restriction ; owl:onProperty [ owl:inverseOf cm:serves ] ;
      owl:hasValue cmd:port ] ) ] .
cm:makes rdfs:domain cm:Facility .
"""
FACTS = """
cmd:missile a cm:DefenceSystem . cmd:drone a cm:DefenceSystem . cmd:alloy a cm:Alloy .
cmd:bom-1 cm:whole cmd:missile ; cm:part cmd:actuator .
cmd:bom-2 cm:whole cmd:actuator ; cm:part cmd:magnet ; cm:statesSubstance cmd:magnet .
cmd:bom-3 cm:whole cmd:magnet ; cm:part cmd:alloy ; cm:statesSubstance cmd:alloy .
cmd:bom-4 cm:whole cmd:drone ; cm:part cmd:frame ; cm:statesSubstance cmd:aluminium .
cmd:alloy cm:containsElement cmd:neodymium, cmd:iron .
cmd:rare-earths cm:hasMember cmd:neodymium, cmd:samarium .
cmd:recipe-1 cm:inputForm cmd:oxide ; cm:outputForm cmd:metal ; cm:doneAt cmd:plant .
cmd:recipe-2 cm:inputForm cmd:metal ; cm:outputForm cmd:alloy ; cm:doneAt cmd:plant .
cmd:recipe-3 cm:inputForm cmd:alloy ; cm:outputForm cmd:scrap .
cmd:recipe-4 cm:inputForm cmd:scrap ; cm:outputForm cmd:oxide .
cmd:plant a cm:Plant ; cm:locatedIn cmd:CHN ; cm:makes cmd:powder .
cmd:oxide a cm:Oxide . cmd:powder cm:containsElement cmd:neodymium .
cmd:bom-5 cm:whole cmd:actuator ; cm:materialPart cmd:coating .
cmd:stake-1 cm:stakeIn cmd:plant ; cm:stakeHolder cmd:firm .
cmd:stake-2 cm:stakeIn cmd:firm ; cm:stakeHolder cmd:group .
cmd:neodymium cm:hasMajorSource cmd:exposure . cmd:exposure cm:inCountry cmd:CHN .
cmd:control a cm:Control, cm:Measure ; cm:restricts cmd:powder .
cmd:tariff a cm:Measure . cmd:pause cm:suspends cmd:control .
cmd:depot cm:handles cmd:powder ; cm:locatedIn cmd:CHN .
cmd:shed cm:handles cmd:powder ; cm:locatedIn cmd:RUS . cmd:trader a cm:Exporter .
cmd:AUS cm:coreAllyOf cmd:USA . cmd:JPN cm:boundTo cmd:USA .
"""


def test_the_closure_equals_owlrl(infer_from: Callable[[str, str], Inferred]) -> None:
    assert infer_from(FACTS, ONTOLOGY) == closure_of_owlrl()


def test_every_kind_of_axiom_takes_part(tmp_path: Path) -> None:
    """A construct that the reader of axioms learns must be compared with owlrl too."""
    read = read_axioms(write_quads(ONTOLOGY, tmp_path / "ontology.nq"))
    assert not [skipped for skipped in read.skipped if skipped.derives]
    left: set[type] = set()
    right: set[type] = set()
    links: set[tuple[bool, bool]] = set()
    for axiom in read.axioms:
        match axiom:
            case SubClassOf(sub, sup):
                left |= constructs(sub)
                right |= constructs(sup)
            case SubPropertyOf(chain, _):
                links |= {(len(chain) > 1, link.inverse) for link in chain}
            case Domain(prop, _):
                links.add((False, prop.inverse))
    assert left == {Named, Some, HasValue, And, Or, OneOf}
    assert right == {Named, Only, HasValue, And}
    assert links == {(True, True), (True, False), (False, True), (False, False)}


def constructs(expression: ClassExpression | None) -> set[type]:
    """The constructs of a class expression, those inside it too."""
    match expression:
        case And(operands) | Or(operands):
            return {type(expression)}.union(*map(constructs, operands))
        case Some(_, filler) | Only(_, filler):
            return {type(expression)} | constructs(filler)
        case None:
            return set()
    return {type(expression)}


def closure_of_owlrl() -> Inferred:
    """What owlrl infers about things of the facts, with terms of the ontology.

    Left out is what the rules of critmat leave out on purpose: triples about terms, ``owl:sameAs``
    of a thing with itself, ``owl:Thing``, anonymous classes, and a shortcut from a thing to itself.
    """
    prologue = sparql_prologue().replace("PREFIX", "@prefix").replace(">\n", "> .\n")
    given = rdflib.Graph().parse(data=prologue + FACTS + ONTOLOGY, format="turtle")
    closed = rdflib.Graph() + given
    owlrl.DeductiveClosure(owlrl.OWLRL_Semantics).expand(closed)
    terms = rdflib.Namespace("https://w3id.org/critmat/ontology#")
    things = rdflib.Namespace("https://w3id.org/critmat/id/")
    found: Inferred = set()
    for s, p, o in set(closed) - set(given):
        about_things = s in things and isinstance(o, URIRef)
        is_shortcut = p in terms and o in things and s != o
        is_class = p == RDF.type and o in terms
        if about_things and (is_shortcut or is_class):
            assert p not in (OWL.sameAs, RDFS.subClassOf)
            found.add((shorten(str(s)), shorten(str(p)), shorten(str(o))))
    return found
