"""Statistics of the United States in the main table of 2026."""

from __future__ import annotations

import pytest

from kg.report import Severity
from kg.sources import OfficialRow, RowLedger
from kg.sources.usgs.main_table import MAIN_COLUMNS
from kg.sources.usgs.release import Release
from kg.sources.usgs.series import SeriesKey
from kg.sources.usgs.us import read_us
from kg.sources.usgs.us_figure import slug
from kg.sources.usgs.us_items import UsItem

KNOWN = {
    SeriesKey.of("Cobalt", "Import", "Imports for consumption"): [UsItem("cobalt", "imports", "")],
    SeriesKey.of("Mica", "Import", "Imports"): [
        UsItem("scrap-and-flake-mica", "imports", ""),
        UsItem("sheet-mica", "imports", ""),
    ],
    SeriesKey.of("Tantalum", "Shipment", "Shipments from Government stockpile"): [
        UsItem("tantalum", "stockpile-shipments", "")
    ],
    SeriesKey.of("Gypsum", "Sold", "Wallboard, million square feet"): [
        UsItem("gypsum", "sales", "Wallboard", "million-square-feet")
    ],
    SeriesKey.of("Steel", "Production", "Continuously cast, percent"): [
        UsItem("", "", "shares of steelmaking processes")
    ],
}


def row(line: int, names: tuple[str, str, str], value: str, **more: str) -> OfficialRow:
    """A row of the main table: commodity, statistic, description and value."""
    cells = dict.fromkeys(MAIN_COLUMNS, "")
    commodity, statistic, detail = names
    cells |= {
        "MCS chapter": commodity.upper(),
        "Commodity": commodity,
        "Country": "United States",
        "Statistics": statistic,
        "Statistics_detail": detail,
        "Unit": "metric tons",
        "Year": "2025",
        "Value": value,
        "Notes": "Estimated.",
        "Is critical mineral 2025": "Yes",
        **more,
    }
    return OfficialRow(line, cells)


COBALT = ("Cobalt", "Import", "Imports for consumption")
MICA = ("Mica", "Import", "Imports")
TANTALUM = ("Tantalum", "Shipment", "Shipments from Government stockpile")
GYPSUM = ("Gypsum", "Sold", "Wallboard, million square feet")
STEEL = ("Steel", "Production", "Continuously cast, percent")
EVERY = (
    row(2, COBALT, "14,000"),
    row(3, MICA, "20,000"),
    row(4, MICA, "4,000"),
    row(5, TANTALUM, "?10"),
    row(6, GYPSUM, "28,000"),
    row(7, STEEL, "99.7"),
)


@pytest.fixture
def facts(ledger: RowLedger) -> dict[str, dict[str, str]]:
    """The facts of these rows by identifier, without the end that names the release."""
    ledger.read = len(EVERY)
    found = read_us(EVERY, KNOWN, Release(2026), ledger)
    return {fact["id"].removesuffix("-usgs-mcs2026"): fact for fact in found}


def test_a_statistic_is_a_figure_of_its_chapter(facts: dict[str, dict[str, str]]) -> None:
    cobalt = facts["cobalt-imports-USA-2025"]
    assert (cobalt["value"], cobalt["unit"], cobalt["status"]) == ("14000", "tonne", "estimated")
    assert cobalt["locator"] == "file.csv, statistics of the United States: COBALT"


def test_two_series_of_one_description_are_told_by_their_order(
    facts: dict[str, dict[str, str]], ledger: RowLedger
) -> None:
    assert facts["scrap-and-flake-mica-imports-USA-2025"]["value"] == "20000"
    assert facts["sheet-mica-imports-USA-2025"]["value"] == "4000"
    assert sum("by its order" in problem.message for problem in ledger.report.problems) == 2


def test_a_lost_minus_is_no_figure(facts: dict[str, dict[str, str]], ledger: RowLedger) -> None:
    assert not [name for name in facts if "tantalum" in name]
    (problem,) = [found for found in ledger.report.problems if found.row == 5]
    assert problem.severity is Severity.WARNING


def test_the_unit_of_the_description_goes_before_the_column(
    facts: dict[str, dict[str, str]],
) -> None:
    assert facts["gypsum-sales-USA-2025-wallboard"]["unit"] == "million-square-feet"


def test_what_is_no_statistic_of_a_substance_is_left_out_by_name(
    facts: dict[str, dict[str, str]], ledger: RowLedger
) -> None:
    assert ledger.left_out == {"United States, shares of steelmaking processes": 1}
    assert ledger.balanced
    assert len(facts) == 4


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ([row(2, ("Cobalt", "Import", "Bribes"), "5")], "is not known"),
        ([row(2, COBALT, "5"), row(3, COBALT, "6")], "more often than expected"),
        ([row(2, COBALT, "many")], "'many' cannot be read"),
        ([row(2, COBALT, "5", Unit="pinches")], "'pinches' is not known"),
        ([row(2, COBALT, "5")], "Mica / Import / Imports"),
    ],
)
def test_what_the_release_does_not_have_is_an_error(
    rows: list[OfficialRow], words: str, ledger: RowLedger
) -> None:
    read_us(rows, KNOWN, Release(2026), ledger)
    errors = [p.message for p in ledger.report.problems if p.severity is Severity.ERROR]
    assert any(words.casefold() in error.casefold() for error in errors), errors


def test_an_item_in_an_identifier_is_plain() -> None:
    assert slug("Fuller’s earth, 99.5% (C+D)") == "fullers-earth-99.5-percent-c-plus-d"
