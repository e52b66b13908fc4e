"""World tables of 2022 to 2025 on small files in the form of the publisher."""

from __future__ import annotations

from pathlib import Path

import pytest

from kg.report import Severity
from kg.sources.usgs.mcs import USGS_MCS_2022, USGS_MCS_2023, USGS_MCS_2024, USGS_MCS_2025
from kg.sources.usgs.series import earlier_series
from tests.kg.sources.conftest import COUNTRIES, mapping, write_csv

FIXTURES = Path(__file__).parents[1] / "fixtures"
WORLD_COLUMNS = (
    "SOURCE",
    "COMMODITY",
    "COUNTRY",
    "TYPE",
    "UNIT_MEAS",
    "PROD_2023",
    "PROD_EST_ 2024",
    "PROD_NOTES",
    "CAP_2023",
    "CAP_EST_ 2024",
    "CAP_NOTES",
    "RESERVES_2024",
    "RESERVE_NOTES",
)
COLUMN_OF = {"production": 5, "capacity": 8, "reserves": 11}


def facts_of(importer, *files: str) -> dict[str, dict[str, str]]:
    """The world facts of files of the fixture, by identifier without the mark of the release."""
    paths = [FIXTURES / importer.name / "world" / name for name in files]
    tables, report = importer.read(paths)
    assert report.ok, list(report.lines())
    year = importer.name[-4:]
    rows = tables[f"usgs-mcs-{year}-production"][1]
    return {row["id"].removesuffix(f"-usgs-mcs{year}"): dict(row) for row in rows}


def world_data(folder: Path, *more: list[str], skip: int | None = None) -> Path:
    """A world table of 2025 with a row for each series, figures invented."""
    rows: dict[tuple[str, str, str], list[str]] = {}
    for number, series in enumerate(mapping("usgs/series_2025")):
        if number == skip:
            continue
        key = (series["commodity"], series["type"], series["country"])
        # Types that stand for one series are about different countries, as in the release.
        country = series["country"] or COUNTRIES[len(rows) % len(COUNTRIES)]
        row = ["MCS2025", series["commodity"], country, series["type"], "metric tons", *[""] * 8]
        rows.setdefault(key, row)[COLUMN_OF[series["figure"]]] = "10"
    return write_csv(
        folder / "MCS2025_World_Data.csv", WORLD_COLUMNS, [*rows.values(), *more], "utf-8-sig"
    )


def test_a_figure_becomes_an_observation_of_its_release() -> None:
    facts = facts_of(USGS_MCS_2024, "mcs2024-galli_world.csv")
    assert facts["gallium-refining-production-CHN-2022-low-purity"] == {
        "id": "gallium-refining-production-CHN-2022-low-purity-usgs-mcs2024",
        "substance": "gallium",
        "stage": "refining",
        "measure": "production",
        "area": "CHN",
        "year": "2022",
        "value": "590000",
        "low": "",
        "high": "",
        "unit": "kilogram",
        "basis": "metal-content",
        "status": "estimated",
        "flag": "",
        "stated": "590000",
        "series": "low-purity",
        "note": "",
        "source_ids": "usgs-mcs2024-data",
        "locator": "mcs2024-galli_world.csv",
    }


def test_the_same_country_and_year_of_two_releases_are_two_records() -> None:
    name = "gallium-refining-production-CHN-2021-low-purity"
    earlier = facts_of(USGS_MCS_2022, "gallium_mcs2022-galli_world.csv")[name]
    later = facts_of(USGS_MCS_2023, "mcs2023-galli_world.csv")[name]
    assert (earlier["value"], earlier["status"]) == ("402000", "estimated")
    assert (later["value"], later["status"]) == ("411000", "measured")
    assert earlier["source_ids"] != later["source_ids"]
    line_up = ("substance", "stage", "measure", "series", "unit", "basis", "area", "year")
    assert [earlier[column] for column in line_up] == [later[column] for column in line_up]


@pytest.mark.parametrize(
    ("name", "status"),
    [
        # The column says est, and so does the note on the year before.
        ("gallium-refining-production-CHN-2023-low-purity", "estimated"),
        ("gallium-refining-production-CHN-2022-low-purity", "estimated"),
        # Japane: the mark of an estimate is glued to the country, and stands before the figure.
        ("gallium-refining-production-JPN-2022-low-purity", "estimated"),
        # Nothing says that the world total of 2022 is an estimate.
        ("gallium-refining-production-WORLD-2022-low-purity", "measured"),
        ("gallium-refining-capacity-OTHER-2023-low-purity", "estimated"),
        ("gallium-refining-capacity-CHN-2023-low-purity", "measured"),
        ("vermiculite-mining-production-ZAF-2022", "measured"),
        ("vermiculite-mining-production-MEX-2022", "bound"),
        ("vermiculite-mining-reserves-MEX-2023", "qualitative"),
        ("vermiculite-mining-reserves-WORLD-2023", "not-available"),
    ],
)
def test_what_is_estimated_and_what_is_no_figure(name: str, status: str) -> None:
    facts = facts_of(USGS_MCS_2024, "mcs2024-galli_world.csv", "mcs2024-vermi_world.csv")
    assert facts[name]["status"] == status
    assert bool(facts[name]["value"]) == (status in {"measured", "estimated"})


def test_words_beside_a_country_are_kept_in_the_note() -> None:
    facts = facts_of(USGS_MCS_2022, "manganese_mcs2022-manga_world.csv")
    assert facts["manganese-mining-production-KAZ-2020"]["note"] == "Series: concentrate."
    assert facts["manganese-mining-production-CIV-2020"]["value"] == "520"


def test_a_unit_that_cannot_be_is_replaced_with_a_reason_and_a_warning() -> None:
    facts = facts_of(USGS_MCS_2023, "mcs2023-chrom_world.csv")
    turkey = facts["chromium-mining-production-TUR-2021"]
    assert (turkey["unit"], turkey["status"]) == ("thousand-tonnes", "estimated")
    assert "Unit in the file: tonne. Its own notes say thousand metric tons." in turkey["note"]
    _, report = USGS_MCS_2023.read([FIXTURES / "usgs-mcs-2023/world/mcs2023-chrom_world.csv"])
    assert sum("cannot be" in problem.message for problem in report.problems) == 1


def test_files_that_are_not_given_are_named() -> None:
    _, report = USGS_MCS_2022.read(
        [FIXTURES / "usgs-mcs-2022/world/gallium_mcs2022-galli_world.csv"]
    )
    (problem,) = report.problems
    assert problem.message.startswith("11 world files of the release are not given: cobal")
    assert problem.severity is Severity.WARNING


def test_a_reserve_year_is_the_year_before_the_release() -> None:
    facts = facts_of(USGS_MCS_2023, "mcs2023-chrom_world.csv")
    assert "chromium-mining-reserves-TUR-2022-shipping-grade" in facts


def test_the_world_table_of_2025_holds_every_series(tmp_path: Path) -> None:
    tables, report = USGS_MCS_2025.read([world_data(tmp_path)])
    assert report.ok, [str(found) for found in report.problems]
    rows = tables["usgs-mcs-2025-production"][1]
    left_out = [series for series in earlier_series(2025).values() if not series.substance]
    assert len(rows) == len(earlier_series(2025)) - len(left_out)
    assert {row["locator"] for row in rows} > {"MCS2025_World_Data.csv, Gallium"}


@pytest.mark.parametrize(
    ("row", "words"),
    [
        (["Gallium", "Peru", "Primary dreams", "kilograms", "5"], "Primary dreams / production"),
        (["Gallium", "Atlantis", "Primary production", "kilograms", "5"], "'Atlantis' is not"),
        (["Gallium", "Chile", "Primary production", "pounds", "5"], "The unit 'pounds' is not"),
        (["Gallium", "Chile", "Primary production", "kilograms", "?5"], "'?5' cannot be read"),
    ],
    ids=["series", "country", "unit", "value"],
)  # fmt: skip
def test_what_cannot_be_read_stops_the_import(row: list[str], words: str, tmp_path: Path) -> None:
    cells = ["MCS2025", *row, *[""] * (len(WORLD_COLUMNS) - 1 - len(row))]
    tables, report = USGS_MCS_2025.read([world_data(tmp_path, cells)])
    assert tables == {}
    (error,) = [found for found in report.problems if found.severity is Severity.ERROR]
    assert words in error.message
    assert error.remedy


def test_a_figure_that_stands_twice_stops_the_import(tmp_path: Path) -> None:
    row = ["MCS2025", "Gallium", "Chile", "Primary production", "kilograms", "5", *[""] * 7]
    tables, report = USGS_MCS_2025.read([world_data(tmp_path, row, row)])
    assert tables == {}
    (error,) = [found for found in report.problems if found.severity is Severity.ERROR]
    assert "CHL-2023-low-purity-usgs-mcs2025 stands twice" in error.message


def test_a_country_without_a_figure_is_left_out_by_name(tmp_path: Path) -> None:
    empty = ["MCS2025", "Gallium", "Chile", "Primary production", "kilograms", *[""] * 8]
    _, report = USGS_MCS_2025.read([world_data(tmp_path, empty)])
    assert report.ok
    assert report.counts["rows left out: country without a figure"] == 1


def test_a_series_that_is_missing_stops_the_import(tmp_path: Path) -> None:
    tables, report = USGS_MCS_2025.read([world_data(tmp_path, skip=0)])
    assert tables == {}
    assert any("abrasives" in str(problem) and "is missing" in str(problem)
               for problem in report.problems)  # fmt: skip


@pytest.mark.parametrize("year", [2022, 2023, 2024, 2025])
def test_a_series_has_a_substance_or_a_reason(year: int) -> None:
    for key, series in earlier_series(year).items():
        assert bool(series.unit or not series.substance) == bool(series.reason), key
        assert bool(series.substance) == bool(series.stage and series.measure), key


def test_every_country_word_names_a_country_that_is_known(places) -> None:
    for row in mapping("usgs/country_words"):
        known = places.find(row["country"]) or row["country"] in {"World total", "Other countries"}
        assert known, row
        assert row["estimated"] in {"", "yes"}
