"""Exposures: who inherits what, and each step of the preferred rule where it decides."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

DeriveFrom = Callable[..., Any]

GROUPS = """
cmd:neodymium a cm:Element . cmd:dysprosium a cm:Element . cmd:yttrium a cm:Element .
cmd:magnet-rare-earths a cm:ElementGroup ; cm:hasMember cmd:neodymium, cmd:dysprosium .
cmd:rare-earths a cm:ElementGroup ; cm:hasMember cmd:neodymium, cmd:dysprosium, cmd:yttrium .
graph:official cm:sourceKind cm:source-official ; dct:issued "2025-05"^^xsd:gYearMonth .
graph:newer cm:sourceKind cm:source-official ; dct:issued "2025-06-01"^^xsd:date .
graph:academic cm:sourceKind cm:source-academic ; dct:issued "2026"^^xsd:gYear .
graph:company cm:sourceKind cm:source-company ; dct:issued "2026"^^xsd:gYear .
graph:encyclopaedia cm:sourceKind cm:source-encyclopaedia ; dct:issued "2026"^^xsd:gYear .
graph:other cm:sourceKind cm:source-other ; dct:issued "2026"^^xsd:gYear .
graph:news cm:sourceKind cm:source-news ; dct:issued "2026"^^xsd:gYear .
"""


def share(name: str, value: str = "90", **given: str) -> str:
    """A published share of China; by default of neodymium at refining, 2024, official."""
    g = {
        "substance": "neodymium",
        "stage": "refining",
        "year": "2024",
        "source": "official",
        "status": "measured",
        "precision": "exact",
        "kind": "ShareObservation",
        "more": "",
    } | given
    position = f"cmd:{g['substance']}--{g['stage']}--CHN"
    number = f'qudt:numericValue "{value}"^^xsd:double ;' if value else ""
    return f"""
    cmd:{name} a cm:{g["kind"]} ; cm:supplyPosition {position} ; {number} {g["more"]}
        cm:refYear "{g["year"]}"^^xsd:gYear ; cm:status cm:status-{g["status"]} ;
        cm:precision cm:precision-{g["precision"]} ; prov:wasDerivedFrom cmd:in-{g["source"]} .
    cmd:in-{g["source"]} dct:isPartOf graph:{g["source"]} .
    {position} a cm:SupplyPosition ; cm:inCountry cmd:CHN ;
        cm:substance cmd:{g["substance"]} ; cm:atStage cm:stage-{g["stage"]} .
    """


LATEST = "cmd:exposure-neodymium--refining--CHN--latest"


def test_an_exposure_repeats_the_share_that_it_rests_on(derive_from: DeriveFrom) -> None:
    derived = derive_from(GROUPS + share("s", "91.5"))
    assert derived.rows(f"{LATEST} a cm:Exposure ; ?property ?value") == sorted(
        [
            ("rdf:type", "cm:Exposure"),
            ("cm:exposedSubstance", "cmd:neodymium"),
            ("cm:exposedStage", "cm:stage-refining"),
            ("cm:inCountry", "cmd:CHN"),
            ("cm:asOf", "cm:latest"),
            ("cm:refYear", "2024"),
            ("qudt:numericValue", "91.5"),
            ("qudt:unit", "cm:unit-percent"),
            ("cm:status", "cm:status-measured"),
            ("cm:restsOn", "cmd:s"),
            ("cm:sharedBy", "cmd:neodymium"),
            ("cm:knownShare", "91.5"),
            ("prov:wasDerivedFrom", "cmd:in-official"),
        ]
    )


def test_there_is_one_for_each_year_and_the_latest(derive_from: DeriveFrom) -> None:
    facts = GROUPS + share("old", "80", year="2022") + share("new", "91", year="2024")
    rows = derive_from(facts).rows(
        "?e cm:exposedStage cm:stage-refining ; cm:asOf ?as_of ; qudt:numericValue ?value"
    )
    assert [(as_of, value) for _, as_of, value in rows] == [
        ("2022", "80"),
        ("2024", "91"),
        ("cm:latest", "91"),
    ]


def test_an_element_inherits_from_its_group_and_says_so(derive_from: DeriveFrom) -> None:
    derived = derive_from(GROUPS + share("s", substance="magnet-rare-earths"))
    rows = derived.rows("?e cm:asOf cm:latest ; cm:exposedSubstance ?of ; cm:sharedBy ?by")
    assert {(of, by) for _, of, by in rows} == {
        ("cmd:magnet-rare-earths", "cmd:magnet-rare-earths"),
        ("cmd:neodymium", "cmd:magnet-rare-earths"),
        ("cmd:dysprosium", "cmd:magnet-rare-earths"),
    }


def test_a_group_inherits_from_a_group_that_holds_all_of_it(derive_from: DeriveFrom) -> None:
    derived = derive_from(GROUPS + share("s", substance="rare-earths"))
    inside = "cmd:exposure-magnet-rare-earths--refining--CHN--latest"
    assert derived.value(inside, "cm:sharedBy") == "cmd:rare-earths"
    narrow = derive_from(GROUPS + share("s", substance="magnet-rare-earths"))
    assert narrow.rows("?e cm:exposedSubstance cmd:rare-earths") == []


MAGNETS = """
cmd:ndfeb-magnet a cm:Material ; cm:containsElement cmd:neodymium, cmd:iron .
cmd:rare-earth-magnet a cm:Material ; cm:containsSomeOf cmd:rare-earths .
"""


def of_magnets(material: str, value: str, stage: str = "magnet-making") -> str:
    return share(f"of-{material}", value, substance=material, stage=stage)


@pytest.mark.parametrize(
    ("figures", "subject", "rests_on"),
    [
        (of_magnets("ndfeb-magnet", "90"), "neodymium", "cmd:of-ndfeb-magnet"),
        (of_magnets("rare-earth-magnet", "94"), "neodymium", "cmd:of-rare-earth-magnet"),
        (of_magnets("rare-earth-magnet", "94"), "rare-earths", "cmd:of-rare-earth-magnet"),
        (
            of_magnets("rare-earth-magnet", "94") + of_magnets("ndfeb-magnet", "90"),
            "neodymium",
            "cmd:of-ndfeb-magnet",
        ),
    ],
    ids=["contains it", "contains some of its group", "some of the group itself", "nearer first"],
)
def test_from_metal_making_on_a_form_speaks_for_what_is_in_it(
    derive_from: DeriveFrom, figures: str, subject: str, rests_on: str
) -> None:
    derived = derive_from(GROUPS + MAGNETS + figures)
    exposure = f"cmd:exposure-{subject}--magnet-making--CHN--latest"
    assert derived.rows(f"{exposure} cm:restsOn ?record") == [(rests_on,)]


def test_before_metal_making_a_form_speaks_for_nothing_else(derive_from: DeriveFrom) -> None:
    derived = derive_from(GROUPS + MAGNETS + of_magnets("ndfeb-magnet", "90", stage="recycling"))
    assert not derived.rows("?exposure a cm:Exposure")


def test_a_commodity_counts_only_where_it_stands_for_the_element(derive_from: DeriveFrom) -> None:
    facts = GROUPS + share("s", substance="nd-oxide")
    assert derive_from(facts).rows("?e a cm:Exposure") == []
    derived = derive_from(facts + "cmd:nd-oxide cm:standsFor cmd:neodymium .")
    assert derived.value(LATEST, "cm:sharedBy") == "cmd:nd-oxide"


def test_a_stage_that_covers_the_asked_one_answers_for_it(derive_from: DeriveFrom) -> None:
    derived = derive_from(GROUPS + share("s", stage="refining"))
    rows = derived.rows("?e cm:asOf cm:latest ; cm:exposedStage ?stage")
    assert sorted(stage for _, stage in rows) == ["cm:stage-refining", "cm:stage-separation"]


@pytest.mark.parametrize("status", ["forecast", "withheld", "not-available", "qualitative"])
def test_what_is_no_figure_never_counts(derive_from: DeriveFrom, status: str) -> None:
    assert derive_from(GROUPS + share("s", status=status)).summary.exposures == 0


def test_quotas_never_count(derive_from: DeriveFrom) -> None:
    facts = GROUPS + share("s") + "cmd:s a cm:QuotaObservation ."
    assert derive_from(facts).summary.exposures == 0


def test_a_figure_for_a_year_after_its_release_never_counts(derive_from: DeriveFrom) -> None:
    assert derive_from(GROUPS + share("s", year="2026", source="official")).summary.exposures == 0


def test_a_lower_bound_counts_as_the_bound_and_says_so(derive_from: DeriveFrom) -> None:
    low = 'cm:low "95"^^xsd:double ;'
    derived = derive_from(GROUPS + share("s", "", status="bound", more=low))
    assert derived.value(LATEST, "qudt:numericValue") == "95"
    assert derived.value(LATEST, "cm:status") == "cm:status-bound"


def test_an_upper_bound_alone_counts_nowhere(derive_from: DeriveFrom) -> None:
    high = 'cm:high "0.1"^^xsd:double ;'
    assert derive_from(GROUPS + share("s", "", status="bound", more=high)).summary.exposures == 0


def test_an_average_is_for_the_last_year_of_its_period(derive_from: DeriveFrom) -> None:
    period = 'cm:periodStart "2016"^^xsd:gYear ; cm:periodEnd "2020"^^xsd:gYear ;'
    facts = (GROUPS + share("s", more=period)).replace('cm:refYear "2024"^^xsd:gYear ;', "")
    assert derive_from(facts).value(LATEST, "cm:refYear") == "2020"


BOUND = {"status": "bound", "more": 'cm:low "90"^^xsd:double ;'}


@pytest.mark.parametrize(
    ("better", "worse"),
    [
        # 1 the kind of source, even against everything that follows
        ({"source": "official", "substance": "rare-earths"}, {"source": "academic"}),
        ({"source": "academic", "year": "2020"}, {"source": "company"}),
        ({"source": "company", "precision": "about"}, {"source": "encyclopaedia"}),
        ({"source": "encyclopaedia"}, {"source": "other"}),
        ({"source": "other"}, {"source": "news"}),
        # 2 the nearest figure, even against a newer one
        ({"year": "2020"}, {"substance": "magnet-rare-earths", "year": "2024"}),
        ({"substance": "magnet-rare-earths", "year": "2020"}, {"substance": "rare-earths"}),
        # 3 the newest year, even against a newer release
        ({"year": "2024"}, {"year": "2023", "source": "newer"}),
        # 4 the newest release
        ({"source": "newer", "precision": "about"}, {"source": "official"}),
        # 5 precision, then status
        ({"precision": "exact", "status": "estimated"}, {"precision": "about"}),
        ({"status": "measured"}, {"status": "estimated"}),
        ({"status": "measured"}, {"status": "computed"}),
        ({"status": "estimated"}, BOUND),
    ],
)
@pytest.mark.parametrize("names", [("a", "b"), ("b", "a")])
def test_each_step_of_the_rule_where_it_decides(
    derive_from: DeriveFrom, better: dict[str, str], worse: dict[str, str], names: tuple[str, str]
) -> None:
    """Under either name, so that the last step, the IRI, cannot be what decides."""
    values = ["" if given is BOUND else "90" for given in (better, worse)]
    derived = derive_from(
        GROUPS + share(names[0], values[0], **better) + share(names[1], values[1], **worse)
    )
    assert derived.value(LATEST, "cm:restsOn") == f"cmd:{names[0]}"
    assert derived.value(LATEST, "cm:alsoStated") == f"cmd:{names[1]}"


def test_the_iri_decides_at_last(derive_from: DeriveFrom) -> None:
    derived = derive_from(GROUPS + share("b", "80") + share("a", "90") + share("c", "70"))
    assert derived.value(LATEST, "cm:restsOn") == "cmd:a"
    assert derived.rows(f"{LATEST} cm:alsoStated ?other") == [("cmd:b",), ("cmd:c",)]


WORLD_OF_REFINING = """
cmd:neodymium--refining--WORLD a cm:WorldPosition ; cm:substance cmd:neodymium ;
  cm:atStage cm:stage-refining .
cmd:neodymium--refining--USA cm:substance cmd:neodymium ; cm:atStage cm:stage-refining ;
  cm:inCountry cmd:USA .
"""


def amount(name: str, place: str, value: str, source: str = "official", year: str = "2024") -> str:
    """A published amount of neodymium at refining."""
    return f"""
    cmd:{name} a cm:ProductionObservation ; cm:supplyPosition cmd:neodymium--refining--{place} ;
      qudt:numericValue {value} ; qudt:unit cm:unit-tonne ; cm:refYear "{year}"^^xsd:gYear ;
      cm:status cm:status-measured ; prov:wasDerivedFrom cmd:in-{source} .
    cmd:in-{source} dct:isPartOf graph:{source} .
    """


def known(derived: Any) -> str | None:
    """How much of the world the latest exposure says to be known."""
    found: str | None = derived.value(LATEST, "cm:knownShare")
    return found


def test_the_known_part_is_the_most_that_the_release_tells_of_the_world(
    derive_from: DeriveFrom,
) -> None:
    table = amount("us", "USA", "97e0") + amount("all", "WORLD", "100e0")
    alone = GROUPS + WORLD_OF_REFINING + share("s", "74")
    assert known(derive_from(alone)) == "74"
    assert known(derive_from(alone + table)) == "97"


@pytest.mark.parametrize("other", [{"source": "newer"}, {"year": "2023"}])
def test_another_release_or_year_tells_nothing_of_it(
    derive_from: DeriveFrom, other: dict[str, str]
) -> None:
    table = amount("us", "USA", "97e0", **other) + amount("all", "WORLD", "100e0", **other)
    # The share is the better one, so that the exposure rests on it.
    share_of_2024 = share("s", "74", precision="exact")
    derived = derive_from(GROUPS + WORLD_OF_REFINING + share_of_2024 + table)
    assert (derived.value(LATEST, "cm:restsOn"), known(derived)) == ("cmd:s", "74")


def test_the_known_part_of_a_computed_share_is_that_of_its_table(derive_from: DeriveFrom) -> None:
    table = (
        amount("cn", "CHN", "60e0") + amount("us", "USA", "20e0") + amount("all", "WORLD", "100e0")
    )
    published = share("s", "74", source="news").replace("cmd:neodymium--refining--CHN", "cmd:other")
    position = """
    cmd:neodymium--refining--CHN cm:substance cmd:neodymium ; cm:atStage cm:stage-refining ;
      cm:inCountry cmd:CHN .
    """
    derived = derive_from(GROUPS + WORLD_OF_REFINING + position + table + published)
    assert (derived.value(LATEST, "qudt:numericValue"), known(derived)) == ("60", "80")


def test_a_bound_that_no_coverage_counts_says_nothing_of_the_rest(derive_from: DeriveFrom) -> None:
    derived = derive_from(GROUPS + share("s", "", more="cm:low 90e0 ;", status="bound"))
    assert (derived.value(LATEST, "qudt:numericValue"), known(derived)) == ("90", None)
