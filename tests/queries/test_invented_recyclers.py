"""What can replace a material and where it is recycled, in a small invented world."""

from __future__ import annotations

from tests.queries.invented import Told, listed, told

MATERIALS = """
graph:survey {
  cmd:magnet skos:broader cmd:magnets . cmd:other skos:broader cmd:magnets .
  cmd:magnets skos:broader cmd:wares . cmd:another skos:broader cmd:magnets .
  cmd:bonded skos:broader cmd:magnet . cmd:pump skos:broader cmd:pumps .
  cmd:magnet cm:containsElement cmd:neo . cmd:oxide cm:containsSomeOf cmd:group .
  cmd:neo cm:containsElement cmd:neo ; cm:memberOf cmd:group . cmd:group cm:hasMember cmd:neo .
  cmd:scrap rdfs:label "Old Scrap"@en . cmd:ore rdfs:label "Ore"@en .
  cmd:c dct:isPartOf graph:survey . cmd:c2 dct:isPartOf graph:register .
  graph:survey a cm:SourceRelease . graph:register a cm:SourceRelease .
}
graph:register { cmd:other skos:broader cmd:magnets }
graph:derived { cmd:inferred skos:broader cmd:magnets }
"""


def plant(name: str, said: str, kind: str = "cm:Facility") -> str:
    return f"""graph:survey {{
      cmd:{name} a {kind} ; cm:locatedIn cmd:XAA ; prov:wasDerivedFrom cmd:c ; {said} .
    }}
    """


RECYCLER = "cm:RecyclingPlant"
PLANTS = "".join(
    [
        # Recyclers of magnets: by what they take in, make or handle, now or as planned.
        plant("a-takes", "cm:takesIn cmd:magnet", RECYCLER),
        plant("b-is-to-take", "cm:isToTakeIn cmd:bonded", RECYCLER),
        plant("c-makes", "cm:produces cmd:magnet ; cm:takesIn cmd:ore", RECYCLER),
        plant("d-is-to-make", "cm:isToProduce cmd:oxide", RECYCLER),
        plant("e-stage", "cm:atStage cm:stage-recycling ; cm:takesIn cmd:magnets"),
        plant("f-scrap", "cm:takesIn cmd:scrap ; cm:produces cmd:magnet"),
        plant("g-is-to-take-scrap", "cm:isToTakeIn cmd:scrap ; cm:isToProduce cmd:magnet"),
        plant("g-wares", "cm:takesIn cmd:wares", RECYCLER),
        # No recyclers, or none of magnets.
        plant("h-maker", "cm:takesIn cmd:ore ; cm:produces cmd:magnet"),
        plant("i-of-pumps", "cm:takesIn cmd:pump", RECYCLER),
        plant("j-of-nothing", 'cm:locality "a town"', RECYCLER),
        plant("k-handles", "cm:handlesElement cmd:neo", RECYCLER),
        plant("l-scrap-of-other", "cm:takesIn cmd:scrap ; cm:produces cmd:other"),
    ]
)


def amount(name: str, said: str, citation: str = "c") -> str:
    return f"""graph:survey {{
      cmd:{name} cm:facility cmd:a-takes ; prov:wasDerivedFrom cmd:{citation} ; {said} .
    }}
    """


AMOUNTS = "".join(
    [
        amount("small", "qudt:numericValue 9e0 ; qudt:unit cm:unit-tonne", "c2"),
        amount("large", 'qudt:numericValue 10e0 ; rdfs:comment "Planned." ; cm:status cm:planned'),
        amount("unknown", 'cm:refYear "2030"^^xsd:gYear ; cm:statesSubstance cmd:magnet'),
    ]
)


def part(name: str, whole: str, of: str, note: str, kind: str = "cm:ComponentItem") -> str:
    return f"""graph:survey {{
      cmd:{name} a {kind} ; cm:whole cmd:{whole} ; cm:materialPart cmd:{of} ;
        rdfs:comment "{note}" ; prov:wasDerivedFrom cmd:c .
    }}
    """


EITHER = "Either this or the other."
PARTS = "".join(
    [
        part("motor-magnet", "motor", "magnet", EITHER),
        part("motor-other", "motor", "other", EITHER),
        part("motor-again", "motor", "magnet", "Either this or another magnet."),
        part("motor-steel", "motor", "steel", "Also this."),
        part("motor-product", "motor", "copper", EITHER, "cm:BomItem"),
        # Here the note of the one part does not say so.
        part("pump-magnet", "pump", "magnet", "Mostly this."),
        part("pump-steel", "pump", "steel", EITHER),
        # Here the one is no material of the part, but one of a product.
        part("hub-magnet", "hub", "magnet", EITHER, "cm:BomItem"),
        part("hub-steel", "hub", "steel", EITHER),
        part("fan-steel", "fan", "steel", EITHER),
    ]
)
WORLD = MATERIALS + PLANTS + AMOUNTS + PARTS


def rows(relation: str, material: str = "cmd:magnet") -> list[Told]:
    answer = told("substitutes-and-recycling", WORLD, material=material)
    return [row for row in answer if row["relation"] == relation]


def test_either_of_two_is_said_by_the_notes_of_both() -> None:
    [row] = rows("either of two in one part")
    assert (row["alternative"], row["component"]) == ("cmd:other", "cmd:motor")
    assert (row["note"], listed(row["record"])) == (EITHER, {"cmd:motor-other"})
    assert listed(row["source"]) == {"graph:survey"}


def test_of_the_same_kind_is_what_sources_say_and_never_itself() -> None:
    found = rows("another material of the same kind")
    assert [(row["alternative"], listed(row["source"])) for row in found] == [
        ("cmd:another", {"graph:survey"}),
        ("cmd:other", {"graph:survey", "graph:register"}),
    ]
    assert {row["status"] for row in found} == {"cm:status-inferred"}
    assert not any(row.keys() & {"facility", "component"} for row in found)


def test_recyclers_are_plants_that_recycle_and_deal_with_the_material() -> None:
    found = [row["facility"].removeprefix("cmd:") for row in rows("recycled here")]
    assert sorted(set(found)) == [
        *("a-takes", "b-is-to-take", "c-makes", "d-is-to-make", "e-stage", "f-scrap"),
        *("g-is-to-take-scrap", "g-wares"),
    ]
    assert found == sorted(found)
    of_element = {row["facility"] for row in rows("recycled here", "cmd:neo")}
    assert {"cmd:k-handles", "cmd:a-takes", "cmd:d-is-to-make"} <= of_element
    assert of_element & {"cmd:i-of-pumps", "cmd:j-of-nothing", "cmd:h-maker"} == set()


def test_a_recycler_is_told_with_what_it_takes_in_and_makes() -> None:
    of = {row["facility"].removeprefix("cmd:"): row for row in rows("recycled here")}
    flows = {
        name: (listed(row["input"]), listed(row["output"]))
        for name, row in of.items()
        if "input" in row and "output" in row
    }
    assert flows["c-makes"] == ({"cmd:ore"}, {"cmd:magnet"})
    assert flows["g-is-to-take-scrap"] == ({"cmd:scrap"}, {"cmd:magnet"})
    assert listed(of["b-is-to-take"]["input"]) == {"cmd:bonded"}
    assert listed(of["d-is-to-make"]["output"]) == {"cmd:oxide"}
    assert {row["country"] for row in of.values()} == {"cmd:XAA"}


def test_the_larger_amount_comes_first_with_its_own_source() -> None:
    amounts = [row for row in rows("recycled here") if row["facility"] == "cmd:a-takes"]
    assert [
        (*listed(row["record"]), row.get("capacity"), row.get("unit"), row.get("note"))
        for row in amounts
    ] == [
        ("cmd:large", "10", None, "Planned."),
        ("cmd:small", "9", "cm:unit-tonne", None),
        ("cmd:unknown", None, None, None),
    ]
    large, small, unknown = amounts
    assert large["status"] == "cm:planned"
    assert (unknown["year"], unknown["capacity_of"]) == ("2030", "cmd:magnet")
    assert listed(small["source"]) == {"graph:survey", "graph:register"}
    assert listed(large["source"]) == {"graph:survey"}


def test_alternatives_stand_before_recyclers() -> None:
    answer = told("substitutes-and-recycling", WORLD, material="cmd:magnet")
    assert list(dict.fromkeys(row["relation"] for row in answer)) == [
        "another material of the same kind",
        "either of two in one part",
        "recycled here",
    ]
    relations = [row["relation"] for row in answer]
    assert relations == sorted(relations)
