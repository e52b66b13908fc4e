"""What products are said to hold, by their own items and by those of their parts."""

from __future__ import annotations

from collections.abc import Callable

from tests.kg.derive.conftest import Derived

DeriveFrom = Callable[..., Derived]

ONTOLOGY = """
cm:ComponentItem rdfs:subClassOf cm:BomItem .
cm:Vehicle rdfs:subClassOf cm:Product .
cm:materialPart rdfs:subPropertyOf cm:part .
"""
THINGS = """
cmd:car a cm:Vehicle . cmd:motor a cm:Component . cmd:magnet a cm:Material .
cmd:c-one dct:isPartOf graph:one . cmd:c-two dct:isPartOf graph:two .
"""
HAS_MOTOR = """
cmd:has-motor a cm:BomItem ; cm:whole cmd:car ; cm:part cmd:motor ;
  cm:evidenceLevel cm:evidence-named ; prov:wasDerivedFrom cmd:c-one .
"""
MOTORS_HOLD = """
cmd:in-motors a cm:ComponentItem ; cm:whole cmd:motor ; cm:statesSubstance cmd:nd , cmd:dy ;
  cm:evidenceLevel cm:evidence-class ; prov:wasDerivedFrom cmd:c-two .
"""
ROW = (
    "?c a cm:Content ; cm:contentOf ?product ; cm:heldSubstance ?what ; cm:evidenceLevel ?level ; "
    "cm:itemOfProduct ?item ; cm:itemOfSubstance ?said"
)


def held(derived: Derived) -> list[tuple[str, ...]]:
    """Product, substance, evidence and the two items of each content."""
    return sorted(row[1:] for row in derived.rows(ROW))


def of(derived: Derived, substance: str, name: str) -> list[str]:
    """The values that the contents of a substance have of a property."""
    rows = derived.rows(f"?c a cm:Content ; cm:heldSubstance {substance} ; {name} ?value")
    return [row[1] for row in rows]


def test_an_item_of_the_product_names_what_it_holds(derive_from: DeriveFrom) -> None:
    derived = derive_from(
        THINGS
        + """
        cmd:said a cm:BomItem ; cm:whole cmd:car ; cm:part cmd:motor ; cm:materialPart cmd:magnet ;
          cm:statesSubstance cmd:nd ; cm:evidenceLevel cm:evidence-named ;
          prov:wasDerivedFrom cmd:c-one , cmd:c-two .
        """,
        ONTOLOGY,
    )
    assert held(derived) == [
        ("cmd:car", "cmd:magnet", "cm:evidence-named", "cmd:said", "cmd:said"),
        ("cmd:car", "cmd:nd", "cm:evidence-named", "cmd:said", "cmd:said"),
    ]
    for substance in ("cmd:magnet", "cmd:nd"):
        assert of(derived, substance, "cm:throughPart") == ["cmd:motor"]
        assert of(derived, substance, "cm:inRelease") == ["graph:one", "graph:two"]
    assert of(derived, "cmd:nd", "cm:throughMaterial") == ["cmd:magnet"]
    assert of(derived, "cmd:magnet", "cm:throughMaterial") == []


def test_a_part_that_it_has_brings_what_such_parts_hold(derive_from: DeriveFrom) -> None:
    derived = derive_from(THINGS + HAS_MOTOR + MOTORS_HOLD, ONTOLOGY)
    assert held(derived) == [
        ("cmd:car", "cmd:dy", "cm:evidence-class", "cmd:has-motor", "cmd:in-motors"),
        ("cmd:car", "cmd:nd", "cm:evidence-class", "cmd:has-motor", "cmd:in-motors"),
    ]
    assert of(derived, "cmd:nd", "cm:throughPart") == ["cmd:motor"]
    assert of(derived, "cmd:nd", "cm:inRelease") == ["graph:one", "graph:two"]


def test_what_the_item_itself_says_goes_before_its_kind_of_part(derive_from: DeriveFrom) -> None:
    own = HAS_MOTOR.replace("cm:part cmd:motor", "cm:part cmd:motor ; cm:statesSubstance cmd:nd")
    derived = derive_from(THINGS + own + MOTORS_HOLD, ONTOLOGY)
    assert held(derived) == [
        ("cmd:car", "cmd:dy", "cm:evidence-class", "cmd:has-motor", "cmd:in-motors"),
        ("cmd:car", "cmd:nd", "cm:evidence-named", "cmd:has-motor", "cmd:has-motor"),
    ]


def test_another_item_of_the_product_takes_nothing_away(derive_from: DeriveFrom) -> None:
    other = """
    cmd:general a cm:BomItem ; cm:whole cmd:car ; cm:statesSubstance cmd:nd ;
      cm:evidenceLevel cm:evidence-element ; prov:wasDerivedFrom cmd:c-one .
    """
    derived = derive_from(THINGS + HAS_MOTOR + MOTORS_HOLD + other, ONTOLOGY)
    assert [row[3:] for row in held(derived) if row[1] == "cmd:nd"] == [
        ("cmd:has-motor", "cmd:in-motors"),
        ("cmd:general", "cmd:general"),
    ]


def test_parts_alone_and_parts_of_parts_hold_nothing_for_a_product(derive_from: DeriveFrom) -> None:
    inner = """
    cmd:servo a cm:Component .
    cmd:has-servo a cm:BomItem ; cm:whole cmd:car ; cm:part cmd:servo ;
      cm:evidenceLevel cm:evidence-named ; prov:wasDerivedFrom cmd:c-one .
    cmd:servo-has-motor a cm:ComponentItem ; cm:whole cmd:servo ; cm:part cmd:motor ;
      cm:evidenceLevel cm:evidence-class ; prov:wasDerivedFrom cmd:c-one .
    """
    assert held(derive_from(THINGS + MOTORS_HOLD + inner, ONTOLOGY)) == []


def test_things_that_only_end_alike_keep_contents_of_their_own(derive_from: DeriveFrom) -> None:
    said = " ; cm:statesSubstance cmd:nd ; cm:evidenceLevel cm:evidence-element ; "
    derived = derive_from(
        THINGS
        + f"<urn:a/x> a cm:BomItem ; cm:whole cmd:car{said} prov:wasDerivedFrom cmd:c-one ."
        + f"<urn:b/x> a cm:BomItem ; cm:whole cmd:car{said} prov:wasDerivedFrom cmd:c-two .",
        ONTOLOGY,
    )
    assert [row[3] for row in held(derived)] == ["urn:a/x", "urn:b/x"]
    assert len({row[0] for row in derived.rows("?c a cm:Content")}) == 2


def test_an_item_that_says_little_does_no_harm(derive_from: DeriveFrom) -> None:
    derived = derive_from(
        THINGS + "cmd:empty a cm:BomItem . cmd:bare a cm:BomItem ; cm:whole cmd:car ; "
        "cm:statesSubstance cmd:nd .",
        ONTOLOGY,
    )
    assert derived.rows("?c cm:contentOf ?product ; cm:itemOfSubstance ?item") == [
        (*derived.rows("?c a cm:Content")[0], "cmd:car", "cmd:bare")
    ]
    assert of(derived, "cmd:nd", "cm:evidenceLevel") == []
