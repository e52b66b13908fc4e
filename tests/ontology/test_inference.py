"""What the axioms entail on a small example, by the reasoner: shortcuts and defined classes.

For each class there is a thing that belongs to it, and one that just misses it.
"""

from __future__ import annotations

from pathlib import Path

import owlready2
import pytest
from rdflib import URIRef

from kg.check.reasoner import java_executable
from kg.derive.axioms import read_axioms
from kg.namespaces import CM, CMD, RDF, expand
from kg.ontology import write_ontology_quads, write_ontology_triples

#: Subject, property, value. A system holds a motor with a neodymium magnet; of another system only
#: "rare earths" is said, of a third only gallium.
EXAMPLE = """
neodymium         containsElement   neodymium
gallium           containsElement   gallium
rare-earths       hasMember         neodymium
rare-earths       hasMember         dysprosium
rare-earths       hasMember         scandium
light-rare-earths hasMember         neodymium
heavy-rare-earths hasMember         dysprosium
magnet-rare-earths hasMember        dysprosium
platinum-group-metals hasMember     platinum
odd-group         hasMember         gallium

magnet            containsElement   neodymium
alloy             containsElement   neodymium
ferrite           containsElement   iron
vague-magnet      containsSomeOf    rare-earths
carbonate         containsSomeOf    rare-earths
arsenide          containsElement   gallium
arsenide          containsSomeOf    odd-group

to-metal          inputForm         oxide
to-metal          outputForm        metal
to-alloy          inputForm         metal
to-alloy          outputForm        alloy
to-magnet         inputForm         alloy
to-magnet         outputForm        magnet

item-1            whole             system
item-1            part              motor
item-2            whole             motor
item-2            materialPart      magnet
item-3            whole             vague-system
item-3            statesSubstance   rare-earths
item-4            whole             gallium-system
item-4            statesSubstance   gallium
item-5            whole             car
item-5            part              motor
item-6            whole             fleet
item-6            part              vague-system
system            productScope      cm:scope-named
vague-system      productScope      cm:scope-class

neodymium         hasMajorSource    exposure-1
rare-earths       hasMajorSource    exposure-2
gallium           hasMajorSource    exposure-3
exposure-1        inCountry         CHN
comparison-1      comparedSubstance gallium
exposure-2        inCountry         CHN
exposure-3        inCountry         AUS
withheld          status            cm:status-withheld
estimate          status            cm:status-estimated

stake             stakeIn           firm
stake             stakeHolder       holder
stake-above       stakeIn           holder
stake-above       stakeHolder       group
plant             produces          metal
plant             locatedIn         MYS
plant             operator          firm
separation        handlesElement    neodymium
separation        locatedIn         CHN
separation-abroad produces          carbonate
separation-abroad handlesElement    neodymium
separation-abroad locatedIn         MYS
gallium-plant     handlesElement    gallium
gallium-plant     locatedIn         CHN
dysprosium-plant  handlesElement    dysprosium
dysprosium-plant  locatedIn         CHN
cracker           takesIn           carbonate
carbonate-plant   produces          carbonate
deposit           holds             rare-earths
planned           isToProduce       magnet

control           restrictsSubstance neodymium
control           imposedBy         CHN
control-abroad    restrictsSubstance dysprosium
control-abroad    imposedBy         USA
tariff            restrictsSubstance gallium
tariff            imposedBy         CHN
pause             suspends          control
entry             designates        gallium
stop              affects           gallium
"""
CLASSES = {
    "Element": "neodymium dysprosium scandium gallium platinum iron",
    "ElementGroup": "odd-group",
    "Magnet": "magnet ferrite vague-magnet",
    "Alloy": "alloy",
    "Metal": "metal",
    "Oxide": "oxide",
    "Compound": "carbonate arsenide",
    "Component": "motor",
    "DefenceSystem": "system vague-system gallium-system",
    "Vehicle": "car",
    "Product": "fleet",
    "ProductionObservation": "withheld estimate",
    "Refinery": "plant dysprosium-plant cracker carbonate-plant planned",
    "SeparationPlant": "separation separation-abroad gallium-plant",
    "Deposit": "deposit",
    "ExportControl": "control control-abroad",
    "Tariff": "tariff",
    "MeasureSuspension": "pause",
}


def iri(word: str, namespace: str = CMD) -> str:
    """The IRI of a word of the example; of a code where it has a prefix."""
    return expand(word) if ":" in word else namespace + word


@pytest.fixture(scope="module")
def reasoned(tmp_path_factory: pytest.TempPathFactory) -> owlready2.World:
    """The ontology with the example, after HermiT."""
    path = tmp_path_factory.mktemp("example") / "example.nt"
    write_ontology_triples(path)
    individual = "http://www.w3.org/2002/07/owl#NamedIndividual"
    triples = [line.split() for line in EXAMPLE.strip().splitlines() if line]
    things = {word for subject, _, value in triples for word in (subject, value)}
    with path.open("a", encoding="utf-8") as file:
        for thing in sorted(things):
            file.write(f"<{iri(thing)}> <{RDF}type> <{individual}> .\n")
        for name, members in CLASSES.items():
            for thing in members.split():
                file.write(f"<{CMD}{thing}> <{RDF}type> <{CM}{name}> .\n")
        for subject, predicate, value in triples:
            file.write(f"<{iri(subject)}> <{iri(predicate, CM)}> <{iri(value)}> .\n")
    world = owlready2.World()
    world.get_ontology(path.as_uri()).load(only_local=True)
    owlready2.JAVA_EXE = str(java_executable())
    owlready2.sync_reasoner_hermit(world, infer_property_values=True, debug=0)
    return world


def values(world: owlready2.World, thing: str, name: str) -> set[str]:
    """Local names of the values of a property, and of those below it: HermiT writes only these."""
    graph = world.as_rdflib_graph()
    below = graph.query(
        "SELECT ?p { ?p <http://www.w3.org/2000/01/rdf-schema#subPropertyOf>* ?top }",
        initBindings={"top": URIRef(CM + name)},
    )
    found = (o for (prop,) in below for o in graph.objects(URIRef(CMD + thing), prop))
    return {str(value).removeprefix(CMD).removeprefix(CM) for value in found}


def classes(world: owlready2.World, thing: str) -> set[str]:
    """Local names of all classes of a thing."""
    return {c.name for c in world[CMD + thing].INDIRECT_is_a if hasattr(c, "name")}


@pytest.mark.parametrize(
    ("thing", "name", "expected"),
    [
        # What is inside
        ("system", "hasPart", {"motor"}),
        ("motor", "hasPart", {"magnet"}),
        ("item-2", "part", {"magnet"}),
        ("motor", "madeOf", {"magnet"}),
        ("system", "madeOf", set()),
        ("system", "containsMaterial", {"magnet"}),
        ("system", "dependsOnElement", {"neodymium"}),
        ("motor", "dependsOnElement", {"neodymium"}),
        ("vague-system", "dependsOnSubstance", {"rare-earths"}),
        ("fleet", "dependsOnSubstance", {"rare-earths"}),
        ("gallium-system", "dependsOnElement", {"gallium"}),
        # Which forms it passes
        ("metal", "madeFrom", {"oxide"}),
        ("oxide", "madeInto", {"metal"}),
        ("magnet", "madeFrom", {"alloy"}),
        ("magnet", "madeThrough", {"alloy", "metal", "oxide"}),
        ("system", "dependsOnMaterial", {"magnet", "alloy", "metal", "oxide"}),
        # Who makes and owns it
        ("metal", "producedAt", {"plant"}),
        ("metal", "madeInCountry", {"MYS"}),
        ("firm", "ownedBy", {"holder"}),
        ("firm", "indirectlyOwnedBy", {"holder", "group"}),
        ("firm", "ultimatelyOwnedBy", set()),
        # What it is exposed to
        ("system", "exposedTo", {"CHN"}),
        ("vague-system", "exposedTo", {"CHN"}),
        ("gallium-system", "exposedTo", {"AUS"}),
        # Codes that follow from classes
        ("magnet", "form", {"form-magnet"}),
        ("oxide", "form", {"form-oxide", "form-compound"}),
        ("car", "productKind", {"product-kind-vehicle"}),
        ("fleet", "productKind", set()),
    ],
)
def test_a_shortcut_follows_from_the_records(
    thing: str, name: str, expected: set[str], reasoned: owlready2.World
) -> None:
    assert values(reasoned, thing, name) == expected


@pytest.mark.parametrize(
    ("thing", "name", "expected"),
    [
        ("neodymium", "memberOf", {"rare-earths", "light-rare-earths"}),
        ("iron", "isElementIn", {"ferrite"}),
        ("neodymium", "neededBy", {"system", "motor", "car"}),
        ("exposure-1", "isMajorSourceOf", {"neodymium"}),
        ("gallium", "comparedIn", {"comparison-1"}),
        ("MYS", "locationOf", {"plant", "separation-abroad"}),
        ("MYS", "makesMaterial", {"metal", "carbonate"}),
        ("firm", "operates", {"plant"}),
        ("holder", "owns", {"firm"}),
        ("CHN", "imposes", {"control", "tariff"}),
        ("gallium", "restrictedBy", {"tariff"}),
        ("control", "suspendedBy", {"pause"}),
        ("gallium", "designatedBy", {"entry"}),
        ("gallium", "affectedBy", {"stop"}),
    ],
)
def test_it_can_be_asked_from_the_other_end(
    thing: str, name: str, expected: set[str], reasoned: owlready2.World
) -> None:
    assert values(reasoned, thing, name) == expected


def test_a_group_is_never_turned_into_one_of_its_members(reasoned: owlready2.World) -> None:
    assert values(reasoned, "vague-system", "dependsOnElement") == set()


def test_a_route_never_makes_a_material_inside(reasoned: owlready2.World) -> None:
    assert "oxide" not in values(reasoned, "system", "containsMaterial")


@pytest.mark.parametrize(
    ("name", "members", "near_misses"),
    [
        ("RareEarthElement", "neodymium dysprosium scandium", "gallium"),
        ("LightRareEarthElement", "neodymium", "dysprosium scandium"),
        ("HeavyRareEarthElement", "dysprosium", "neodymium scandium"),
        ("MagnetRareEarthElement", "dysprosium", "neodymium"),
        ("PlatinumGroupMetal", "platinum", "gallium"),
        ("RareEarthGroup", "rare-earths magnet-rare-earths", "odd-group"),
        ("RareEarthMaterial", "magnet alloy vague-magnet carbonate", "arsenide ferrite"),
        ("RareEarthMagnet", "magnet vague-magnet", "ferrite carbonate"),
        ("PermanentMagnetMaterial", "magnet ferrite alloy", "metal carbonate"),
        ("WithheldObservation", "withheld", "estimate"),
        ("RareEarthFacility", "separation cracker carbonate-plant deposit", "planned plant"),
        ("RareEarthSeparationPlant", "separation", "gallium-plant cracker"),
        ("NamedDefenceSystem", "system", "vague-system gallium-system"),
        ("RareEarthDependentDefenceSystem", "system vague-system", "gallium-system car"),
        ("ChinaExposedDefenceSystem", "system vague-system", "gallium-system car"),
        ("SuspendedMeasure", "control", "control-abroad tariff"),
        (
            "FacilityHandlingControlledSubstance",
            "separation separation-abroad dysprosium-plant",
            "gallium-plant cracker",
        ),
        (
            "FacilityUnderChineseExportControl",
            "separation",
            "separation-abroad dysprosium-plant gallium-plant",
        ),
    ],
)
def test_a_defined_class_gets_its_members_and_no_near_miss(
    name: str, members: str, near_misses: str, reasoned: owlready2.World
) -> None:
    things = [*members.split(), *near_misses.split()]
    found = {thing for thing in things if name in classes(reasoned, thing)}

    assert found == set(members.split())


def test_every_axiom_that_derives_something_is_compiled_by_the_build(tmp_path: Path) -> None:
    out = tmp_path / "ontology.nq"
    write_ontology_quads(None, out)

    axioms = read_axioms(out)

    assert len(axioms.axioms) > 300
    assert [skipped for skipped in axioms.skipped if skipped.derives] == []
