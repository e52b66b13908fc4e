"""Which figures answer for imports: by form, with the suppliers of the form, also in words."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pytest

from tests.kg.derive.conftest import Derived

DeriveFrom = Callable[..., Derived]

PLACES = """
cmd:c-survey dct:isPartOf graph:survey .
graph:survey cm:sourceKind cm:source-official ; dct:issued "2025" .
cmd:c-sources dct:isPartOf graph:sources .
graph:sources cm:sourceKind cm:source-official ; dct:issued "2024" .
cmd:zn rdfs:label "zinc"@en . cmd:CHN rdfs:label "China"@en . cmd:CAN rdfs:label "Canada"@en .
cmd:PER rdfs:label "Peru"@en .
"""


def reliance(name: str, form: str = "") -> str:
    item = f'; cm:tradeItem "{form}"' if form else ""
    return f"""
    cmd:{name} a cm:ImportReliance ; cm:tradedSubstance cmd:zn ; cm:inCountry cmd:USA ;
      cm:refYear "2024"^^xsd:gYear {item} ; prov:wasDerivedFrom cmd:c-survey .
    """


def supplier(name: str, place: str, said: str = "", form: str = "") -> str:
    """The share of a supplier, named by a letter; ``said`` is what the source says of it."""
    item = f'; cm:tradeItem "{form}"' if form else ""
    who = f"; cm:supplier cmd:{place}" if place else ""
    return f"""
    cmd:{name} a cm:ImportShare ; cm:tradedSubstance cmd:zn ; cm:importer cmd:USA {who} {item}
      {said and f"; {said}"} ; cm:refYear "2023"^^xsd:gYear ; cm:periodStart "2020"^^xsd:gYear ;
      prov:wasDerivedFrom cmd:c-sources .
    """


def shares_of(derived: Derived) -> Mapping[str, set[str]]:
    """The shares beside each reliance."""
    found: dict[str, set[str]] = {row[1]: set() for row in derived.rows("?l cm:lists ?figure")}
    for _, figure, share in derived.rows("?l cm:lists ?figure ; cm:listsShare ?share"):
        found[figure].add(share.removeprefix("cmd:"))
    return {figure.removeprefix("cmd:"): shares for figure, shares in found.items()}


def words(derived: Derived) -> list[str]:
    return [row[1] for row in derived.rows("?l cm:suppliersInWords ?words")]


FORMS = (
    supplier("a", "CAN", form="Refined metal")
    + supplier("b", "PER", form="Ores and concentrates")
    + supplier("c", "CHN", form="refined")
    + supplier("d", "CHN")
)


@pytest.mark.parametrize(
    ("form", "shares"),
    [
        ("", "abcd"),
        ("All forms of zinc", "abcd"),
        ("Zinc content", "abcd"),
        ("zinc", "abcd"),
        ("Refined zinc", "ac"),
        ("refined metal", "ac"),
        ("Zinc ores and concentrates", "b"),
        ("Sheets", ""),
    ],
)
def test_a_form_has_its_own_suppliers(derive_from: DeriveFrom, form: str, shares: str) -> None:
    derived = derive_from(PLACES + reliance("of", form) + FORMS)
    assert shares_of(derived) == {"of": set(shares)}
    releases = {row[1] for row in derived.rows("?l cm:inRelease ?release")}
    assert releases == ({"graph:survey", "graph:sources"} if shares else {"graph:survey"})


def test_each_form_has_a_listing(derive_from: DeriveFrom) -> None:
    derived = derive_from(
        PLACES
        + reliance("metal", "Refined zinc")
        + reliance("ore", "Ores and concentrates")
        + FORMS
    )
    assert shares_of(derived) == {"metal": {"a", "c"}, "ore": {"b"}}
    names = sorted({row[0] for row in derived.rows("?l a cm:ImportListing")})
    ore, metal = (name.rpartition("--")[0] for name in names)
    assert ore == "cmd:listing-import--zn--USA--Ores-and-concentrates--2024--latest"
    assert metal == "cmd:listing-import--zn--USA--Refined-zinc--2024--latest"


def test_two_figures_of_one_form_stand_together(derive_from: DeriveFrom) -> None:
    derived = derive_from(PLACES + reliance("one") + reliance("other") + supplier("a", "CAN"))
    assert shares_of(derived) == {"one": {"a"}, "other": {"a"}}
    assert len(derived.rows("?l a cm:ImportListing")) == 1


def test_a_name_with_signs_is_no_pattern(derive_from: DeriveFrom) -> None:
    places = PLACES.replace('"zinc"', '"zinc (pure+)"')
    derived = derive_from(places + reliance("of", "Refined zinc (pure+)") + FORMS)
    assert shares_of(derived) == {"of": {"a", "c"}}


def test_a_substance_without_a_name_has_forms_as_well(derive_from: DeriveFrom) -> None:
    places = PLACES.replace('cmd:zn rdfs:label "zinc"@en .', "")
    derived = derive_from(places + reliance("of", "Refined") + FORMS)
    assert shares_of(derived) == {"of": {"a", "c"}}


def test_the_largest_is_told_first_and_other_countries_last(derive_from: DeriveFrom) -> None:
    facts = (
        supplier("a", "PER", "qudt:numericValue 15e0")
        + supplier("b", "", "qudt:numericValue 60.5e0")
        + supplier("c", "CHN", "qudt:numericValue 20e0")
        + supplier("d", "CAN", "cm:low 1e0")
    )
    derived = derive_from(PLACES + reliance("of") + facts)
    assert words(derived) == ["China 20%, Peru 15%, Canada at least 1%, other countries 60.5%"]
    suppliers = {row[1] for row in derived.rows("?l cm:listedSupplier ?supplier")}
    assert suppliers == {"cmd:CHN", "cmd:PER", "cmd:CAN"}


def test_without_shares_the_note_of_the_source_gives_the_order(derive_from: DeriveFrom) -> None:
    facts = (
        supplier("a", "CAN", 'rdfs:comment "2nd of the 3 major import sources."@en')
        + supplier("b", "PER", 'rdfs:comment "1st of the 3 major import sources."@en')
        + supplier("c", "CHN", 'cm:high 5e0 ; rdfs:comment "3rd of the 3 major import sources."@en')
    )
    derived = derive_from(PLACES + reliance("of") + facts)
    assert words(derived) == ["Peru, Canada, China at most 5%"]


def test_forms_are_told_by_name_and_in_order(derive_from: DeriveFrom) -> None:
    facts = (
        supplier("a", "PER", "qudt:numericValue 1e0", 'Sheets \\"thin\\"')
        + supplier("b", "CAN", "qudt:numericValue 100e0", "Ore")
        + supplier("c", "CHN", "qudt:numericValue 99e0", 'Sheets \\"thin\\"')
        + supplier("d", "CHN", "qudt:numericValue 7e0")
    )
    told = words(derive_from(PLACES + reliance("of") + facts))
    assert told == ['China 7%; Ore: Canada 100%; Sheets "thin": China 99%, Peru 1%']


def test_the_years_of_the_imports_are_said(derive_from: DeriveFrom) -> None:
    derived = derive_from(PLACES + reliance("of") + supplier("a", "CAN"))
    ((_, since, until),) = derived.rows("?l cm:periodStart ?since ; cm:periodEnd ?until")
    assert (since, until) == ("2020", "2023")


def test_a_supplier_without_a_name_is_told_by_its_code(derive_from: DeriveFrom) -> None:
    facts = supplier("a", "XYZ", "qudt:numericValue 70e0") + supplier("b", "", "cm:high 30e0")
    derived = derive_from(PLACES + reliance("of") + facts)
    assert words(derived) == ["XYZ 70%, other countries at most 30%"]


def test_without_suppliers_nothing_is_said_of_them(derive_from: DeriveFrom) -> None:
    derived = derive_from(PLACES + reliance("of"))
    for name in ("suppliersInWords", "listedSupplier", "periodStart", "periodEnd"):
        assert derived.rows(f"?l cm:{name} ?said") == []
