"""What the axioms entail on a small example, by the reasoner: dependence follows from records."""

from __future__ import annotations

from pathlib import Path

import owlready2
import pytest
from rdflib import URIRef

from kg.check.reasoner import java_executable
from kg.derive.axioms import read_axioms
from kg.namespaces import CM, CMD
from kg.ontology import write_ontology_quads, write_ontology_triples

#: A motor with a neodymium magnet in one system; another of which only "rare earths" is said.
EXAMPLE = """
neodymium   containsElement   neodymium
rare-earths hasMember         neodymium
magnet      containsElement   neodymium
item-1      whole             system
item-1      part              motor
item-2      whole             motor
item-2      part              magnet
item-3      whole             vague-system
item-3      statesSubstance   rare-earths
recipe      inputForm         oxide
recipe      outputForm        metal
stake       stakeIn           firm
stake       stakeHolder       holder
plant       produces          metal
"""
CLASSES = {
    "neodymium": "Element",
    "magnet": "Magnet",
    "motor": "Component",
    "system": "DefenceSystem",
    "vague-system": "DefenceSystem",
    "oxide": "Oxide",
    "metal": "Metal",
    "plant": "Refinery",
}


@pytest.fixture(scope="module")
def reasoned(tmp_path_factory: pytest.TempPathFactory) -> owlready2.World:
    """The ontology with the example, after HermiT."""
    path = tmp_path_factory.mktemp("example") / "example.nt"
    write_ontology_triples(path)
    rdf_type = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
    individual = "http://www.w3.org/2002/07/owl#NamedIndividual"
    things = {word for line in EXAMPLE.strip().splitlines() for word in line.split()[::2]}
    with path.open("a", encoding="utf-8") as file:
        for thing in sorted(things):
            file.write(f"<{CMD}{thing}> <{rdf_type}> <{individual}> .\n")
        for thing, name in CLASSES.items():
            file.write(f"<{CMD}{thing}> <{rdf_type}> <{CM}{name}> .\n")
        for line in EXAMPLE.strip().splitlines():
            subject, predicate, value = line.split()
            file.write(f"<{CMD}{subject}> <{CM}{predicate}> <{CMD}{value}> .\n")
    world = owlready2.World()
    world.get_ontology(path.as_uri()).load(only_local=True)
    owlready2.JAVA_EXE = str(java_executable())
    owlready2.sync_reasoner_hermit(world, infer_property_values=True, debug=0)
    return world


def values(world: owlready2.World, thing: str, name: str) -> set[str]:
    """Local names of the values of a property."""
    found = world.as_rdflib_graph().objects(URIRef(CMD + thing), URIRef(CM + name))
    return {str(value).removeprefix(CMD) for value in found}


def classes(world: owlready2.World, thing: str) -> set[str]:
    """Local names of all classes of a thing."""
    return {c.name for c in world[CMD + thing].INDIRECT_is_a if hasattr(c, "name")}


@pytest.mark.parametrize(
    ("thing", "name", "expected"),
    [
        ("system", "hasPart", {"motor"}),
        ("motor", "hasPart", {"magnet"}),
        ("system", "dependsOnElement", {"neodymium"}),
        ("motor", "dependsOnElement", {"neodymium"}),
        ("vague-system", "dependsOnSubstance", {"rare-earths"}),
        ("neodymium", "memberOf", {"rare-earths"}),
        ("metal", "madeFrom", {"oxide"}),
        ("metal", "producedAt", {"plant"}),
        ("firm", "ownedBy", {"holder"}),
    ],
)
def test_a_shortcut_follows_from_the_records(
    thing: str, name: str, expected: set[str], reasoned: owlready2.World
) -> None:
    assert values(reasoned, thing, name) == expected


def test_a_group_is_never_turned_into_one_of_its_members(reasoned: owlready2.World) -> None:
    assert values(reasoned, "vague-system", "dependsOnElement") == set()


@pytest.mark.parametrize(
    ("thing", "name"),
    [
        ("neodymium", "RareEarthElement"),
        ("rare-earths", "RareEarthGroup"),
        ("magnet", "RareEarthMagnet"),
        ("system", "RareEarthDependentDefenceSystem"),
        ("vague-system", "RareEarthDependentDefenceSystem"),
    ],
)
def test_a_defined_class_gets_its_members(thing: str, name: str, reasoned: owlready2.World) -> None:
    assert name in classes(reasoned, thing)


def test_nothing_else_becomes_a_rare_earth(reasoned: owlready2.World) -> None:
    assert "RareEarthMagnet" not in classes(reasoned, "metal")
    assert "LightRareEarthElement" not in classes(reasoned, "neodymium")


def test_every_axiom_that_derives_something_is_compiled_by_the_build(tmp_path: Path) -> None:
    out = tmp_path / "ontology.nq"
    write_ontology_quads(None, out)

    axioms = read_axioms(out)

    assert len(axioms.axioms) > 150
    assert [skipped for skipped in axioms.skipped if skipped.derives] == []
