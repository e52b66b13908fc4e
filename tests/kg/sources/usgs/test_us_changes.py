"""Figures 10 to 13 of the book, on small files of their form."""

from __future__ import annotations

from pathlib import Path

import pytest

from kg.report import Report
from kg.sources import PlaceNames
from kg.sources.usgs.release import Release
from kg.sources.usgs.us_changes import CHANGE_FILES, layouts, read_changes

FIXTURES = Path(__file__).parents[1] / "fixtures"


def read(year: int, *files: Path) -> tuple[dict[str, dict[str, str]], Report]:
    """The facts of the figures of a fixture by identifier, without the release, and the report."""
    report = Report("test")
    given = files or tuple((FIXTURES / f"usgs-mcs-{year}").rglob("*_Fig1?_*.csv"))
    table = read_changes(given, Release(year), PlaceNames({}), report)[
        f"usgs-mcs-{year}-us-changes"
    ]
    return {row["id"].removesuffix(f"-usgs-mcs{year}"): dict(row) for row in table[1]}, report


def test_a_change_has_its_first_and_last_year() -> None:
    facts, _ = read(2026)
    rare = facts["rare-earths-consumption-change-USA-2021-2025"]
    assert (rare["year"], rare["period_start"], rare["period_end"]) == ("2025", "2021", "2025")
    assert (rare["value"], rare["unit"], rare["status"]) == ("240", "percent", "estimated")
    assert facts["rare-earths-consumption-change-USA-2024-2025"]["value"] == "190"


def test_a_price_has_its_change_in_a_year_and_its_growth_over_four() -> None:
    facts, _ = read(2024)
    assert facts["antimony-price-change-USA-2022-2023-metal"]["value"] == "-8"
    assert facts["antimony-price-growth-USA-2019-2023-metal"]["value"] == "16"
    assert facts["cerium-oxide-price-change-USA-2022-2023"]["value"] == "0"


def test_a_note_is_kept_unless_it_points_elsewhere() -> None:
    facts, _ = read(2026)
    gallium = facts["gallium-price-change-USA-2024-2025"]
    assert gallium["note"] == "Average annual unit value of imports."
    assert facts["antimony-price-change-USA-2024-2025-metal"]["note"] == ""


def test_scrap_has_a_value_and_three_shares() -> None:
    facts, _ = read(2025)
    lead = {name: row for name, row in facts.items() if name.startswith("lead-")}
    assert {(row["measure"], row["item"], row["value"]) for row in lead.values()} == {
        ("scrap-value", "", "2500"),
        ("scrap-share", "domestic", "94.5"),
        ("scrap-share", "imported", "0.5"),
        ("scrap-share", "exported", "5"),
    }
    assert facts["tin-scrap-value-USA-2024"]["unit"] == "million-usd"


def test_critical_and_other_minerals_are_one_series() -> None:
    facts, _ = read(2024)
    assert facts["yttrium-consumption-change-USA-2022-2023"]["value"] == "-79"
    assert facts["strontium-consumption-change-USA-2022-2023"]["value"] == "-63"


def test_a_second_header_is_left_out_and_a_mineral_that_is_both_is_reported() -> None:
    facts, report = read(2025)
    assert report.counts["rows left out: a second header among the rows"] == 1
    assert not [name for name in facts if "abrasives" in name]
    (problem,) = report.problems
    assert problem.place == (
        "MCS2025_Fig12_Pch_Consump_2020_2024.csv:2:Pch_Other_Minerals_2020_2024"
    )
    assert report.ok


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ("Unobtainium,5,6,\n", "'Unobtainium' is not known"),
        ("Gallium,much,6,\n", "'much' cannot be read"),
        ("Gallium,,,\n", "lacks a figure"),
        ("Gallium,5,6,\nGallium,5,6,\n", "stands twice"),
    ],
)
def test_a_row_that_cannot_be_used_is_an_error(rows: str, words: str, tmp_path: Path) -> None:
    path = tmp_path / "MCS2026_Fig10_Price_Growth_Rates.csv"
    header = "critical_mineral_priced,PCH_2024_2025,CAGR_2021_2025,Notes\n"
    path.write_text(header + rows, encoding="utf-8-sig")
    _, report = read(2026, path)
    assert not report.ok
    assert any(words in problem.message for problem in report.problems), list(report.lines())


def test_the_years_of_a_figure_are_those_of_its_release(tmp_path: Path) -> None:
    path = tmp_path / "MCS2026_Fig10_Price_Growth_Rates.csv"
    path.write_text("critical_mineral_priced,PCH_2023_2024,CAGR_2020_2024,Notes\n", "utf-8-sig")
    _, report = read(2026, path)
    assert not report.ok


@pytest.mark.parametrize("year", [2024, 2025, 2026])
def test_each_release_has_the_figures_it_has(year: int) -> None:
    assert len(layouts(year)) == (3 if year == 2024 else 4)
    assert CHANGE_FILES.tells(f"MCS{year}_Fig12_Pch_Consump.csv", [])
    assert not CHANGE_FILES.tells(f"MCS{year}_Fig1_Minerals_in_Economy.csv", [])
