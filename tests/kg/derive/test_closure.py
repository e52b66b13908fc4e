"""What follows from facts and axioms, on graphs that can be read."""

from __future__ import annotations

from collections.abc import Callable

Inferred = set[tuple[str, str, str]]
InferFrom = Callable[[str, str], Inferred]

BILLS = """
cm:isWholeOf owl:inverseOf cm:whole ; cm:materialise false .
cm:hasPart owl:propertyChainAxiom ( cm:isWholeOf cm:part ) .
cm:dependsOnElement owl:propertyChainAxiom ( cm:hasPart cm:dependsOnElement ) .
cm:containsElement rdfs:subPropertyOf cm:dependsOnElement .
"""
MISSILE = """
cmd:bom-1 cm:whole cmd:missile ; cm:part cmd:actuator .
cmd:bom-2 cm:whole cmd:actuator ; cm:part cmd:magnet .
cmd:bom-3 cm:whole cmd:magnet ; cm:part cmd:alloy .
cmd:alloy cm:containsElement cmd:neodymium .
"""


def test_from_the_missile_to_the_element(infer_from: InferFrom) -> None:
    assert infer_from(MISSILE, BILLS) == {
        ("cmd:missile", "cm:hasPart", "cmd:actuator"),
        ("cmd:actuator", "cm:hasPart", "cmd:magnet"),
        ("cmd:magnet", "cm:hasPart", "cmd:alloy"),
        ("cmd:alloy", "cm:dependsOnElement", "cmd:neodymium"),
        ("cmd:magnet", "cm:dependsOnElement", "cmd:neodymium"),
        ("cmd:actuator", "cm:dependsOnElement", "cmd:neodymium"),
        ("cmd:missile", "cm:dependsOnElement", "cmd:neodymium"),
    }


def test_an_axiom_that_an_expert_adds_is_honoured(infer_from: InferFrom) -> None:
    chain = "cm:exposedTo owl:propertyChainAxiom ( cm:dependsOnElement cm:refinedIn ) ."
    facts = MISSILE + "cmd:neodymium cm:refinedIn cmd:CHN ."
    new = infer_from(facts, BILLS + chain) - infer_from(facts, BILLS)
    assert new == {
        (f"cmd:{thing}", "cm:exposedTo", "cmd:CHN")
        for thing in ("alloy", "magnet", "actuator", "missile")
    }


def test_defined_classes_follow_from_what_a_thing_has(infer_from: InferFrom) -> None:
    ontology = """
    cm:memberOf owl:inverseOf cm:hasMember .
    [] owl:onProperty cm:memberOf ; owl:hasValue cmd:rare-earths ; rdfs:subClassOf cm:RareEarth .
    [] owl:intersectionOf ( cm:Magnet
        [ owl:onProperty cm:containsElement ; owl:someValuesFrom cm:RareEarth ] ) ;
       rdfs:subClassOf cm:RareEarthMagnet .
    """
    facts = """
    cmd:rare-earths cm:hasMember cmd:samarium .
    cmd:smco a cm:Magnet ; cm:containsElement cmd:samarium, cmd:cobalt .
    cmd:alnico a cm:Magnet ; cm:containsElement cmd:cobalt .
    """
    assert infer_from(facts, ontology) == {
        ("cmd:samarium", "cm:memberOf", "cmd:rare-earths"),
        ("cmd:samarium", "rdf:type", "cm:RareEarth"),
        ("cmd:smco", "rdf:type", "cm:RareEarthMagnet"),
    }


def test_the_right_side_may_give_a_value_or_a_class_to_all_values(infer_from: InferFrom) -> None:
    ontology = """
    cm:ChineseMine rdfs:subClassOf cm:Mine,
        [ owl:onProperty cm:locatedIn ; owl:hasValue cmd:CHN ],
        [ owl:onProperty cm:produces ; owl:allValuesFrom cm:Ore ] .
    """
    assert infer_from("cmd:m a cm:ChineseMine ; cm:produces cmd:clay .", ontology) == {
        ("cmd:m", "rdf:type", "cm:Mine"),
        ("cmd:m", "cm:locatedIn", "cmd:CHN"),
        ("cmd:clay", "rdf:type", "cm:Ore"),
    }


def test_circles_end(infer_from: InferFrom) -> None:
    ontology = "cm:madeFrom a owl:TransitiveProperty . cm:like a owl:SymmetricProperty ."
    facts = """
    cmd:magnet cm:madeFrom cmd:metal . cmd:metal cm:madeFrom cmd:scrap .
    cmd:scrap cm:madeFrom cmd:magnet . cmd:a cm:like cmd:b .
    """
    assert infer_from(facts, ontology) == {
        ("cmd:magnet", "cm:madeFrom", "cmd:scrap"),
        ("cmd:metal", "cm:madeFrom", "cmd:magnet"),
        ("cmd:scrap", "cm:madeFrom", "cmd:metal"),
        ("cmd:b", "cm:like", "cmd:a"),
    }


def test_nothing_is_said_of_literals_or_of_everything(infer_from: InferFrom) -> None:
    ontology = """
    cm:note rdfs:range cm:Note ; rdfs:subPropertyOf cm:text . cm:noteOf owl:inverseOf cm:note .
    cm:Mine rdfs:subClassOf owl:Thing . cm:whole rdfs:domain owl:Thing .
    """
    facts = 'cmd:m a cm:Mine ; cm:note "large"@en ; cm:whole cmd:x .'
    assert infer_from(facts, ontology) == {("cmd:m", "cm:text", "large")}


def test_what_was_asserted_is_not_inferred_again(infer_from: InferFrom) -> None:
    ontology = "cm:Mine rdfs:subClassOf cm:Facility . cm:memberOf owl:inverseOf cm:hasMember ."
    facts = "cmd:m a cm:Mine, cm:Facility . cmd:g cm:hasMember cmd:e . cmd:e cm:memberOf cmd:g ."
    assert infer_from(facts, ontology) == set()


def test_terms_say_whether_they_are_materialised(infer_from: InferFrom) -> None:
    ontology = """
    cm:p rdfs:subPropertyOf cm:shortcut, cm:other . cm:shortcut cm:materialise true .
    cm:A rdfs:subClassOf cm:B . cm:B rdfs:subClassOf cm:C . cm:B cm:materialise false .
    """
    assert infer_from("cmd:x a cm:A ; cm:p cmd:y .", ontology) == {
        ("cmd:x", "cm:shortcut", "cmd:y"),
        ("cmd:x", "rdf:type", "cm:C"),
    }


def test_properties_of_others_are_not_materialised_unless_asked(infer_from: InferFrom) -> None:
    ontology = "cm:status rdfs:subPropertyOf sdmx-attribute:obsStatus ."
    assert infer_from("cmd:o cm:status cm:status-estimated .", ontology) == set()
