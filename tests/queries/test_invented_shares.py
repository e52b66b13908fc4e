"""Which of several shares a country has in mining and refining, where no exposures are kept.

Each country of an invented world has shares that differ in one thing only.
"""

from __future__ import annotations

from tests.queries.invented import Told, told

SOURCES = """
graph:facts {
  cm:stage-mining cm:coversStage cm:stage-mining .
  cm:stage-processing cm:coversStage cm:stage-processing , cm:stage-refining .
  cm:stage-refining cm:coversStage cm:stage-refining .
  cm:source-official cm:order 1 . cm:source-news cm:order 6 .
  cmd:c-old dct:isPartOf graph:old .
  graph:old cm:sourceKind cm:source-official ; dct:issued "2024" .
  cmd:c-new dct:isPartOf graph:new .
  graph:new cm:sourceKind cm:source-official ; dct:issued "2025-03" .
  cmd:c-undated dct:isPartOf graph:undated . graph:undated cm:sourceKind cm:source-official .
  cmd:c-news dct:isPartOf graph:news . graph:news cm:sourceKind cm:source-news ; dct:issued "2026" .
}
"""


def share(
    name: str,
    said: str,
    *,
    stage: str = "mining",
    year: int = 2023,
    source: str = "old",
    status: str = "measured",
    more: str = "",
) -> str:
    """A share of the country that the name begins with; ``said`` is its figure."""
    country = name.partition("-")[0]
    return f"""graph:{source} {{
      cmd:{country}--{stage} cm:substance cmd:ore ; cm:inCountry cmd:{country} ;
        cm:atStage cm:stage-{stage} .
      cmd:{name} a cm:ShareObservation ; cm:supplyPosition cmd:{country}--{stage} ; {said} ; {more}
        cm:refYear "{year}"^^xsd:gYear ; cm:status cm:status-{status} ;
        prov:wasDerivedFrom cmd:c-{source} .
    }}
    """


def value(number: float) -> str:
    return f"qudt:numericValue {number}e0"


ABOUT = "cm:precision cm:precision-about ;"
SHARES = [
    # The better kind of source goes before the newer year and release.
    share("XAA-official", value(10), year=2020),
    share("XAA-news", value(90), year=2024, source="news"),
    # Then the newer year, before the newer release.
    share("XBB-newer", value(11), year=2024),
    share("XBB-older", value(91), year=2023, source="new"),
    # Then the newer release; one without a date is the oldest.
    share("XCC-a-old", value(92)),
    share("XCC-b-new", value(12), source="new"),
    share("XCC-a-undated", value(93), source="undated"),
    # Then the exact figure before one that is about.
    share("XDD-a-about", value(94), more=ABOUT),
    share("XDD-b-exact", value(13)),
    # Then the measured before the estimated, and that before a bound.
    share("XEE-b-measured", value(14)),
    share("XEE-a-estimated", value(95), status="estimated"),
    share("XFF-b-estimated", value(15), status="estimated"),
    share("XFF-a-bound", "cm:low 96e0", status="bound"),
    # A lower bound counts by its low end; an upper bound alone counts nowhere, nor does a forecast.
    share("XGG-low", "cm:low 16e0", status="bound"),
    share("XOO-low", "cm:low 18e0", stage="refining", status="bound"),
    share("XHH-high", "cm:high 97e0", status="bound"),
    share("XII-plan", value(98), year=2030, status="forecast"),
    # What is processed is refined, but not the other way round, and nothing else is.
    share("XJJ-processed", value(17), stage="processing"),
    share("XKK-separated", value(99), stage="separation"),
    # Of the same share of refining the larger share of mining comes first, then the name.
    share("XLL-refined", value(17), stage="refining"),
    share("XLL-mined", value(1)),
    share("XNN-refined", value(17), stage="refining"),
    share("XNN-mined", value(2)),
    share("XMM-refined", value(17), stage="refining"),
    share("XMM-mined", value(2)),
]


def answer() -> list[Told]:
    return told("mining-versus-refining", SOURCES + "".join(SHARES), material="cmd:ore")


def test_each_country_has_its_preferred_share() -> None:
    rows = answer()
    chosen = {row["country"]: (row.get("mining_share"), row.get("refining_share")) for row in rows}
    assert chosen == {
        "cmd:XAA": ("10", None),
        "cmd:XBB": ("11", None),
        "cmd:XCC": ("12", None),
        "cmd:XDD": ("13", None),
        "cmd:XEE": ("14", None),
        "cmd:XFF": ("15", None),
        "cmd:XGG": ("16", None),
        "cmd:XJJ": (None, "17"),
        "cmd:XLL": ("1", "17"),
        "cmd:XMM": ("2", "17"),
        "cmd:XNN": ("2", "17"),
        "cmd:XOO": (None, "18"),
    }
    [processed] = [row for row in rows if row["country"] == "cmd:XJJ"]
    assert processed["refining_stage"] == "cm:stage-processing"


def test_who_refines_most_comes_first_then_who_mines_most() -> None:
    rows = answer()
    order = [row["country"].removeprefix("cmd:") for row in rows]
    refiners, miners = order[:5], order[5:]
    assert refiners == ["XOO", "XMM", "XNN", "XLL", "XJJ"]
    assert miners == ["XGG", "XFF", "XEE", "XDD", "XCC", "XBB", "XAA"]


def test_where_exposures_are_kept_they_alone_answer() -> None:
    exposure = """graph:derived {
      cmd:exposure cm:exposedSubstance cmd:ore ; cm:asOf cm:latest ; cm:inCountry cmd:XAA ;
        cm:exposedStage cm:stage-mining ; cm:restsOn cmd:XAA-news ; cm:sharedBy cmd:ores .
    }
    """
    rows = told("mining-versus-refining", SOURCES + "".join(SHARES) + exposure, material="cmd:ore")
    [row] = rows
    assert (row["country"], row["mining_share"], row["mining_of"]) == ("cmd:XAA", "90", "cmd:ores")
