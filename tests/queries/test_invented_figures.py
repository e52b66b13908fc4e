"""What rows of the questions on makers, prices and imports say of figures that are rare.

The shipped facts have no low end in another unit beside a flag, no published share beside a
computed one of the same release, and the like; an invented world has.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.queries.invented import Told, listed, told

UNITS = """
graph:facts {
  cm:unit-tonne cm:normalUnit cm:unit-tonne ; rdfs:label "t"@en .
  cm:unit-kilogram cm:normalUnit cm:unit-tonne ; rdfs:label "kg"@en .
  cmd:c dct:isPartOf graph:survey . graph:survey dct:issued "2031" .
  cmd:XAA rdfs:label "Aa"@en . cmd:XBB rdfs:label "Bb"@en . cmd:XCC rdfs:label "Cc"@en .
}
"""


def figure(country: str, said: str, *, year: int = 2030, kind: str = "amount") -> str:
    """A figure of a country; without one, of other countries."""
    where = f"cm:inCountry cmd:{country}" if country else "a cm:ResidualPosition"
    return f"""
      cmd:p-{country} cm:substance cmd:ore ; cm:atStage cm:stage-mining ; {where} .
      cmd:{kind}-{country}-{year} cm:supplyPosition cmd:p-{country} ; {said} ;
        cm:refYear "{year}"^^xsd:gYear ; prov:wasDerivedFrom cmd:c .
    """


#: An amount in tonnes.
TONNES = "qudt:numericValue %se0 ; qudt:unit cm:unit-tonne ; cm:status cm:status-measured"
FIGURES = "".join(
    [
        # A lower bound of 5,000 kg, with a flag and no words.
        figure(
            "XAA",
            'cm:low 5000e0 ; cm:normalLow 5e0 ; qudt:unit cm:unit-kilogram ; cm:sourceFlag ">" ; '
            "cm:status cm:status-bound",
        ),
        # 60 t with a share that is computed, and one that is published.
        figure("XBB", TONNES % 60),
        figure(
            "XBB",
            "qudt:numericValue 61e0 ; qudt:unit cm:unit-percent ; cm:status cm:status-measured",
            kind="share",
        ),
        """cmd:computed cm:computedFrom cmd:amount-XBB-2030 ; qudt:unit cm:unit-percent ;
             qudt:numericValue 60e0 ; cm:denominator "published world total" ; cm:shareFloor 59e0 ;
             cm:shareCeiling 62e0 . """,
        # A published lower bound of a share, and nothing else.
        figure(
            "XCC",
            "cm:low 7e0 ; qudt:unit cm:unit-percent ; cm:status cm:status-bound",
            kind="share",
        ),
        # Nothing is stated but that it is withheld.
        figure("XDD", "qudt:unit cm:unit-tonne ; cm:status cm:status-withheld"),
        # The same amount of two countries, in words by one.
        figure("XAB", TONNES % 1),
        figure("XAC", f'{TONNES % 1} ; cm:statedValue "1.0"'),
        figure("XAD", TONNES % 2),
    ]
)
OTHERS = figure("", TONNES % 20)
AMOUNTS = ("XAA", "XBB", "XDD", "XAB", "XAC", "XAD")
WORLD = """cmd:world qudt:numericValue 100e0 ; qudt:unit cm:unit-tonne . """


def list_of(*, world: bool = True) -> list[Told]:
    amounts = " , ".join(f"cmd:amount-{place}-2030" for place in (*AMOUNTS, ""))
    shares = "cmd:share-XBB-2030 , cmd:share-XCC-2030"
    total = "cm:worldTotal cmd:world ;" if world else ""
    listing = f"""cmd:listing cm:listedSubstance cmd:ore ; cm:listedStage cm:stage-mining ;
      cm:listedYear cm:latest ; {total} cm:lists {amounts} ; cm:listsShare {shares} . """
    facts = f"{UNITS} graph:survey {{ {FIGURES} {OTHERS} {WORLD} {listing} }}"
    return told("production-by-country", facts, material="cmd:ore", stage="cm:stage-mining")


def course() -> list[Told]:
    figures = " . ".join(
        f"cmd:p-{place} cm:yearlyFigure cmd:amount-{place}-2030" for place in AMOUNTS
    )
    shares = " . ".join(f"cmd:p-{c} cm:yearlyShare cmd:share-{c}-2030" for c in ("XBB", "XCC"))
    earlier = figure("XAD", TONNES % 3, year=2028)
    earlier += "cmd:p-XAD cm:yearlyFigure cmd:amount-XAD-2028 ."
    facts = f"{UNITS} graph:survey {{ {FIGURES} {figures} . {shares} . {earlier} }}"
    asked = {"material": "cmd:ore", "stage": "cm:stage-mining", "country": "any"}
    return told("production-over-time", facts, **asked)


@pytest.mark.parametrize("rows_of", [list_of, course])
def test_what_is_said_of_rare_figures(rows_of: Callable[[], list[Told]]) -> None:
    rows = {row["country"]: row for row in rows_of() if row["year"] == "2030"}
    bound, both = rows["cmd:XAA"], rows["cmd:XBB"]
    assert (bound["low"], bound["unit"], bound["stated"]) == ("5", "cm:unit-tonne", "> kg")
    assert "value" not in bound
    assert (both["share"], both["share_of"]) == ("60", "published world total")
    assert (both["share_low"], both["share_high"]) == ("59", "62")
    assert listed(both["computed_share"]) == {"cmd:computed"}
    assert listed(both["record"]) == {"cmd:amount-XBB-2030"}
    share = rows["cmd:XCC"]
    assert (share["share_low"], share["share_of"]) == ("7", "published share")
    assert "value" not in share
    assert (rows["cmd:XAB"]["stated"], rows["cmd:XAC"]["stated"]) == ("1 t", "1.0 t")
    withheld = rows["cmd:XDD"]
    assert withheld.keys() & {"stated", "value", "low", "share", "share_of"} == set()


def test_other_countries_have_a_share_where_there_is_a_total() -> None:
    [others] = [row for row in list_of() if row["country"] == "Other countries"]
    assert (others["share"], others["share_of"]) == ("20", "published world total")
    [others] = [row for row in list_of(world=False) if row["country"] == "Other countries"]
    assert others.keys() & {"share", "share_of"} == set()


def test_who_makes_most_comes_first_and_years_in_their_order() -> None:
    order = [row["country"].removeprefix("cmd:") for row in list_of()]
    assert order[:5] == ["XBB", "Other countries", "XAD", "XAB", "XAC"]
    years = [(row["country"].removeprefix("cmd:"), row["year"]) for row in course()]
    assert years == sorted(years)
    assert years[3:5] == [("XAD", "2028"), ("XAD", "2030")]


# --- prices -----------------------------------------------------------------------------------

PRICES = """
graph:facts {
  cm:unit-usd-per-kilogram cm:normalUnit cm:unit-usd-per-kilogram ; rdfs:label "USD/kg"@en .
  cm:unit-usd-per-pound cm:normalUnit cm:unit-usd-per-kilogram ; rdfs:label "USD/lb"@en .
  cm:unit-usd-per-flask rdfs:label "USD/flask"@en .
  cmd:oxide cm:containsElement cmd:element ; rdfs:label "Oxide"@en .
  graph:survey dct:issued "2031" .
}
"""


def price(name: str, said: str, year: int, *, of: str = "element", item: str = "spot") -> str:
    told_of = f'cm:tradeItem "{item}" ;' if item else ""
    return f"""cmd:{name} a cm:PriceObservation ; cm:tradedSubstance cmd:{of} ; {told_of} {said} ;
      cm:status cm:status-measured ; cm:refYear "{year}"^^xsd:gYear . """


def test_prices_of_one_unit_are_one_line_in_the_order_of_years() -> None:
    kilogram, pound = "qudt:unit cm:unit-usd-per-kilogram", "qudt:unit cm:unit-usd-per-pound"
    facts = "".join(
        [
            price("a", f"qudt:numericValue 1e0 ; cm:normalValue 2.2e0 ; {pound}", 2030),
            price("b", f"qudt:numericValue 3e0 ; {kilogram}", 2029),
            price("c", f'cm:sourceFlag "W" ; {pound}', 2028),
            price("d", f'qudt:numericValue 9e0 ; cm:sourceFlag "e" ; {kilogram}', 2031),
            price(
                "e", f'qudt:numericValue 9e0 ; cm:statedValue "9.0" ; {kilogram}', 2031, of="oxide"
            ),
            price("f", "qudt:numericValue 4e0 ; qudt:unit cm:unit-usd-per-flask", 2030, item=""),
            price("g", "qudt:numericValue 5e0", 2027, item="index"),
            price("h", "qudt:numericValue 6e0 ; qudt:unit cm:unit-usd-per-flask", 2032),
        ]
    )
    rows = told("prices", f"{PRICES} graph:survey {{ {facts} }}", material="cmd:element")
    assert [
        (*listed(row["record"]), row["line"], row.get("stated"), row.get("value")) for row in rows
    ] == [
        ("cmd:f", "USD/flask", "4 USD/flask", "4"),
        ("cmd:g", "index, no unit", "5", "5"),
        ("cmd:h", "spot, USD/flask", "6 USD/flask", "6"),
        ("cmd:c", "spot, USD/kg", "W USD/lb", None),
        ("cmd:b", "spot, USD/kg", "3 USD/kg", "3"),
        ("cmd:a", "spot, USD/kg", "1 USD/lb", "2.2"),
        ("cmd:d", "spot, USD/kg", "e USD/kg", "9"),
        ("cmd:e", "Oxide: spot, USD/kg", "9.0 USD/kg", "9"),
    ]


# --- imports ----------------------------------------------------------------------------------

IMPORTS = """
graph:survey {
  cmd:whole cm:refYear "2030"^^xsd:gYear ; cm:status cm:status-measured ;
    qudt:numericValue 50e0 .
  cmd:oxide cm:refYear "2030"^^xsd:gYear ; cm:status cm:status-measured ;
    qudt:numericValue 60e0 ; cm:tradeItem "Ore oxide" .
  cmd:metal cm:refYear "2029"^^xsd:gYear ; cm:status cm:status-bound ;
    cm:low 50e0 ; cm:tradeItem "Ore metal" .
}
graph:derived {
  cmd:of-whole cm:lists cmd:whole ; cm:listedSupplier cmd:XAA , cmd:XBB ;
    cm:suppliersInWords "Bb 80%; Oxide: Aa 70%" ; cm:inRelease graph:survey , graph:older ;
    cm:periodStart "2027"^^xsd:gYear ; cm:periodEnd "2030"^^xsd:gYear .
  cmd:of-oxide cm:lists cmd:oxide ; cm:listedSupplier cmd:XAA ;
    cm:suppliersInWords "Oxide: Aa 70%" ; cm:inRelease graph:survey .
  cmd:of-metal cm:lists cmd:metal ; cm:inRelease graph:survey .
  cmd:of-whole cm:listedCountry cmd:USA ; cm:listedYear cm:latest ; cm:listedSubstance cmd:ore .
  cmd:of-oxide cm:listedCountry cmd:USA ; cm:listedYear cm:latest ; cm:listedSubstance cmd:ore .
  cmd:of-metal cm:listedCountry cmd:USA ; cm:listedYear cm:latest ; cm:listedSubstance cmd:ore .
}
"""


def test_each_form_has_the_suppliers_of_its_listing() -> None:
    rows = told("import-reliance", IMPORTS)
    columns = ("item", "net_import_reliance", "low", "main_sources", "sources_period", "year")
    assert [
        (*(row.get(name) for name in columns), listed(row.get("suppliers"))) for row in rows
    ] == [
        ("Ore oxide", "60", None, "Oxide: Aa 70%", None, "2030", {"cmd:XAA"}),
        (None, "50", None, "Bb 80%; Oxide: Aa 70%", "2027-2030", "2030", {"cmd:XAA", "cmd:XBB"}),
        ("Ore metal", None, "50", None, None, "2029", set()),
    ]
    assert [listed(row["source"]) for row in rows] == [
        {"graph:survey"},
        {"graph:survey", "graph:older"},
        {"graph:survey"},
    ]


def test_a_figure_without_a_status_keeps_all_else() -> None:
    without = IMPORTS.replace(" ; cm:status cm:status-bound", "")
    [metal] = [row for row in told("import-reliance", without) if row.get("low")]
    assert (metal["item"], metal["low"], metal.get("status")) == ("Ore metal", "50", None)


DIFFERING = """
graph:survey {
  cmd:c dct:isPartOf graph:survey . graph:survey dct:title "Survey" .
  cmd:pos cm:atStage cm:stage-mining ; cm:inCountry cmd:XAA .
  cmd:low a cm:ProductionObservation ; cm:supplyPosition cmd:pos ; qudt:numericValue 50e0 ;
    cm:refYear "2030"^^xsd:gYear ; prov:wasDerivedFrom cmd:c .
  cmd:high a cm:ProductionObservation ; cm:supplyPosition cmd:pos ; qudt:numericValue 100e0 ;
    cm:refYear "2030"^^xsd:gYear ; prov:wasDerivedFrom cmd:c .
}
graph:derived {
  cmd:ore cm:comparedIn cmd:comparison . cmd:comparison cm:comparedSubstance cmd:ore ;
    cm:difference 50e0 ; cm:compares cmd:low , cmd:high ; cm:prefers cmd:high ;
    qudt:unit cm:unit-tonne .
}
"""


def test_figures_without_a_status_are_told_apart_by_all_else() -> None:
    [row] = told("disagreements", DIFFERING, material="cmd:ore")
    names = ("stage", "place", "measure", "year", "low", "high", "preferred")
    assert [row.get(name) for name in names] == [
        *("cm:stage-mining", "cmd:XAA", "cm:ProductionObservation", "2030", "50", "100", "100")
    ]
    assert "status" not in row


# --- coverage ---------------------------------------------------------------------------------


def coverage(name: str, release: str, said: str) -> str:
    return f"""cmd:{name} cm:coveredYear cm:latest ; cm:coveredSubstance cmd:ore ;
      cm:coveredStage cm:stage-mining ; cm:refYear "2030"^^xsd:gYear ; cm:knownPositions 2 ;
      cm:workedOutFrom "published shares" ; cm:inRelease graph:{release} ; {said} . """


def test_what_is_known_best_comes_first_then_by_source_series_and_basis() -> None:
    facts = "".join(
        [
            coverage("e", "a", "cm:knownShare 50e0"),
            coverage("d", "b", 'cm:knownShare 50e0 ; cm:series "x" ; cm:basis cm:basis-b'),
            coverage("c", "b", 'cm:knownShare 50e0 ; cm:series "y" ; cm:basis cm:basis-a'),
            coverage("b", "b", 'cm:knownShare 50e0 ; cm:series "y" ; cm:basis cm:basis-b'),
            coverage("f", "c", "cm:knownShare 90e0"),
            coverage("a", "a", "cm:unknownPositions 1"),
        ]
    )
    rows = told("coverage", f"graph:derived {{ {facts} }}", material="any", year="cm:latest")
    assert [row["record"].removeprefix("cmd:") for row in rows] == ["f", "e", "d", "c", "b", "a"]
