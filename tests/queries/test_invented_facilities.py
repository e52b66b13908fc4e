"""A plant with several capacities, kinds and records, in a small invented world."""

from __future__ import annotations

from tests.queries.invented import Told, listed, told

WORLD = """
graph:survey {
  cmd:neo cm:isElementIn cmd:oxide ; cm:memberOf cmd:group . cmd:mix cm:containsSomeOf cmd:group .
  cmd:plant a cm:Refinery ; cm:locatedIn cmd:XAA ; cm:handlesElement cmd:neo .
  cmd:ruin a cm:Refinery ; cm:locatedIn cmd:XAA ; cm:holds cmd:oxide .
  cmd:seen cm:recordOf cmd:plant ; cm:statesSubstance cmd:neo .
  cmd:seen-iron cm:recordOf cmd:plant ; cm:statesSubstance cmd:iron .
}
graph:register { cmd:plant a cm:Smelter ; cm:locatedIn cmd:XAA ; cm:produces cmd:oxide }
"""


def capacity(name: str, of: str, said: str, *, measure: str = "hasCapacity") -> str:
    return f"""
      graph:survey {{ cmd:{name} cm:facility cmd:plant ; cm:statesSubstance cmd:{of} ; {said} . }}
      graph:derived {{ cmd:plant cm:{measure} cmd:{name} . }}
    """


def year(number: int, words: str = "oxide") -> str:
    return f'cm:refYear "{number}"^^xsd:gYear ; cm:facilityMeasureLabel "{words}"'


CAPACITIES = "".join(
    [
        # In the order in which they are to stand; no name is in the order of the alphabet.
        capacity("f-group", "group", year(2031)),
        capacity("e-mix", "mix", year(2031)),
        capacity("d-oxide", "oxide", "qudt:numericValue 3e0 ; qudt:unit cm:unit-kilogram"),
        capacity("c-oxide", "oxide", year(2029, "z-words")),
        capacity("a-oxide", "oxide", year(2030, "a-words")),
        capacity("b-oxide", "oxide", year(2030, "a-words")),
        capacity("a-later", "oxide", year(2030, "b-words")),
        # Not of the material, and no capacities.
        capacity("of-iron", "iron", year(2030)),
        capacity("made", "oxide", year(2030), measure="made"),
    ]
)


#: What a plant may have to do with a material.
LINKS = ("handlesElement", "takesIn", "produces", "holds", "isToTakeIn", "isToProduce")


def of_one_link(link: str) -> str:
    """A plant that has to do with the material in one way only, and its capacity."""
    return f"""
      graph:survey {{
        cmd:{link} a cm:Refinery ; cm:locatedIn cmd:XBB ; cm:{link} cmd:oxide .
        cmd:cap-{link} cm:facility cmd:{link} ; cm:statesSubstance cmd:oxide ; cm:low 7e0 .
      }}
      graph:derived {{ cmd:{link} cm:hasCapacity cmd:cap-{link} }}
    """


def rows(**asked: str) -> list[Told]:
    given = {"element": "cmd:neo", "kind": "any", "country": "any", "status": "any"} | asked
    return told("facilities", WORLD + CAPACITIES + "".join(map(of_one_link, LINKS)), **given)


def test_capacities_stand_by_material_year_words_and_name() -> None:
    figures = [
        listed(row["record"]) - {"cmd:seen"} for row in rows() if row["facility"] == "cmd:plant"
    ]
    assert figures == [
        *({"cmd:f-group"}, {"cmd:e-mix"}, {"cmd:d-oxide"}, {"cmd:c-oxide"}),
        *({"cmd:a-oxide"}, {"cmd:b-oxide"}, {"cmd:a-later"}),
    ]


def test_a_plant_has_one_kind_and_the_records_of_the_material() -> None:
    found = rows(country="cmd:XAA")
    assert [row["facility"] for row in found][-1] == "cmd:ruin"
    assert {row["kind"] for row in found} == {"cm:Refinery"}
    plants = [row for row in found if row["facility"] == "cmd:plant"]
    assert all("cmd:seen" in listed(row["record"]) for row in plants)
    assert not any("cmd:seen-iron" in listed(row["record"]) for row in plants)
    assert {tuple(sorted(listed(row["relation"]))) for row in plants} == {
        ("cm:handlesElement", "cm:produces")
    }
    assert all(listed(row["source"]) == {"graph:survey", "graph:register"} for row in plants)
    assert listed(found[-1].get("record")) == set()
    assert {row["kind"] for row in rows(kind="cm:Smelter")} == {"cm:Refinery"}


def test_a_capacity_is_shown_whatever_a_plant_does_with_the_material() -> None:
    found = rows(country="cmd:XBB")
    assert {
        row["facility"].removeprefix("cmd:"): row.get("capacity") for row in found
    } == dict.fromkeys(LINKS, "7")
    assert all(row["relation"].endswith(row["facility"].removeprefix("cmd:")) for row in found)


def test_all_sources_of_a_capacity_are_named() -> None:
    again = "graph:register { cmd:cap-holds cm:facility cmd:holds }"
    given = {"element": "cmd:neo", "kind": "any", "country": "any", "status": "any"}
    [row] = told("facilities", WORLD + of_one_link("holds") + again, **given)[:1]
    assert row["facility"] == "cmd:holds"
    assert listed(row["capacity_source"]) == {"graph:survey", "graph:register"}
