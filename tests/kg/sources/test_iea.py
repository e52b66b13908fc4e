"""The importer of the IEA extract, on a small extract with invented figures."""

from __future__ import annotations

from pathlib import Path

import pytest

from kg.sources.iea import import_iea

EXTRACT = Path(__file__).parent / "fixtures" / "iea" / "iea_2025_edition_extract.json"


def facts_of(path: Path = EXTRACT) -> dict[str, dict[str, str]]:
    """The observations by identifier; the import must be without errors."""
    tables, report = import_iea([path])
    assert report.ok, list(report.lines())
    return {row["id"]: dict(row) for row in tables["iea-2025-supply"][1]}


def test_the_base_year_is_an_estimate_and_later_years_are_forecasts() -> None:
    facts = facts_of()
    base = facts["copper-mining-production-CHL-2024-iea-cmd-2025"]
    later = facts["copper-mining-production-CHL-2030-iea-cmd-2025"]
    assert (base["value"], base["status"], base["unit"]) == ("50.0", "estimated", "thousand-tonnes")
    assert (later["value"], later["status"]) == ("60.5", "forecast")
    assert "Projection, base case." in later["note"]


def test_figures_keep_the_spelling_of_the_extract() -> None:
    facts = facts_of()
    assert facts["copper-refining-production-CHN-2024-iea-cmd-2025"]["value"] == "1.50"
    assert facts["copper-refining-production-OTHER-2024-iea-cmd-2025"]["value"] == "0"


def test_residual_and_total_are_no_countries() -> None:
    areas = {row["area"] for row in facts_of().values() if row["substance"] == "cobalt"}
    assert areas == {"COD", "CHN", "OTHER", "WORLD"}


def test_rare_earths_are_the_four_magnet_elements() -> None:
    china = facts_of()["magnet-rare-earths-refining-production-CHN-2024-iea-cmd-2025"]
    assert china["basis"] == "reo-magnet-elements"
    assert "Neodymium, praseodymium, dysprosium and terbium together." in china["note"]


def test_mined_graphite_is_natural_refined_graphite_is_not_said_to_be() -> None:
    facts = facts_of()
    assert "natural-graphite-mining-production-CHN-2024-iea-cmd-2025" in facts
    refined = facts["graphite-refining-production-CHN-2024-iea-cmd-2025"]
    assert "does not say whether synthetic" in refined["note"]


def test_footnotes_sums_and_shares_of_three_are_reported() -> None:
    _, report = import_iea([EXTRACT])
    said = "\n".join(problem.message for problem in report.problems)
    assert "a footnote stands among the countries: 'Notes: figures are projections.'" in said
    assert "Cobalt, mining, 2024: the areas add up to 12.0, the total is 10.0." in said
    assert "Cobalt, refining, 2024: the three largest countries have 80.0%" in said
    assert len(report.problems) == 3


def test_every_figure_is_accounted_for() -> None:
    tables, report = import_iea([EXTRACT])
    counts = dict(report.counts)
    assert counts.pop("rows read") == sum(counts.values())
    assert counts["rows left out: footnote among the countries"] == 2
    assert counts["rows used"] == len(tables["iea-2025-supply"][1])


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('"Chile"', '"Atlantis"', "Copper, mining, Atlantis, 2024: '50.0' cannot be placed"),
        ('"2024": 50.0', '"2024": "many"', "'many' cannot be placed"),
        ('"2024": 50.0', '"2124": 50.0', "2124: '50.0' cannot be placed"),
        ('"refining"', '"boiling"', "supply > Copper > refining is missing"),
        ('"Nickel"', '"Nickle"', "supply > Nickle is not known"),
        ('"supply"', '"supplies"', "There is no key 'supply'"),
        ("}", "", "This is not JSON, or it is cut off"),
    ],
)
def test_a_spoilt_extract_gives_a_clear_report_and_no_table(
    tmp_path: Path, old: str, new: str, words: str
) -> None:
    path = tmp_path / "extract.json"
    path.write_text(EXTRACT.read_text("utf-8").replace(old, new), encoding="utf-8")
    tables, report = import_iea([path])
    assert tables == {}
    assert any(words in problem.message for problem in report.problems), list(report.lines())
