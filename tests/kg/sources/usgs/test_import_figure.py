"""Figure 2: major import sources in their order, and net import reliance."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from kg.shipped import facts_dir
from kg.sources.usgs.mcs import USGS_MCS_2023, USGS_MCS_2024, USGS_MCS_2025
from kg.sources.usgs.series import import_items
from kg.sources.usgs.values import ParsedValue, parse_value

FIXTURES = Path(__file__).parents[1] / "fixtures"
FILE = "tables/MCS{0}_Fig2_Net_Import_Reliance.csv"
IMPORTERS = {2023: USGS_MCS_2023, 2024: USGS_MCS_2024, 2025: USGS_MCS_2025}


def read(year: int, path: Path | None = None):
    """Tables and report of the figure of the fixture."""
    return IMPORTERS[year].read([path or FIXTURES / f"usgs-mcs-{year}" / FILE.format(year)])


def sources(year: int) -> dict[str, dict[str, str]]:
    """Import sources of the fixture by identifier without the mark of the release."""
    tables, report = read(year)
    assert report.ok, list(report.lines())
    rows = tables[f"usgs-mcs-{year}-import-sources"][1]
    return {row["id"].removesuffix(f"-usgs-mcs{year}"): dict(row) for row in rows}


def test_each_country_is_an_import_share_in_words_with_its_rank() -> None:
    rows = sources(2025)
    first = rows["gallium-import-source-USA-JPN-2023-metal"]
    assert first["note"] == "1st of the 2 major import sources by share."
    assert (first["status"], first.get("share", "")) == ("qualitative", "")
    assert (first["period_start"], first["period_end"], first["year"]) == ("2020", "2023", "2023")
    # A footnote is glued to the name, and the note of the row says what China includes.
    second = rows["gallium-import-source-USA-CHN-2023-metal"]
    assert second["note"] == "2nd of the 2 major import sources by share. Includes Hong Kong."
    assert second["stated"] == "China3"


def test_a_release_without_a_column_of_notes_is_read_too() -> None:
    assert len(sources(2023)) == 8


def test_reliance_is_read_where_the_release_has_no_other_file() -> None:
    tables, _ = read(2025)
    (caesium,) = tables["usgs-mcs-2025-import-reliance"][1]
    assert caesium["id"] == "caesium-import-reliance-USA-2024-usgs-mcs2025"
    assert (caesium["value"], caesium["status"], caesium["unit"]) == ("100", "estimated", "percent")


def test_a_word_that_is_no_country_is_reported_and_the_others_are_used(tmp_path: Path) -> None:
    text = (FIXTURES / "usgs-mcs-2024" / FILE.format(2024)).read_text("utf-8-sig")
    path = tmp_path / FILE.format(2024).removeprefix("tables/")
    path.write_text(text.replace("Gabon", "Europe"), "utf-8-sig")
    tables, report = read(2024, path)
    assert [problem.message for problem in report.problems] == [
        "'Europe' is not known as a country."
    ]
    assert len(tables["usgs-mcs-2024-import-sources"][1]) == 3


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("RUBIDIUM", "RUBIDIUM, blue", "'RUBIDIUM, blue' is not known"),
        ("RUBIDIUM,100", "RUBIDIUM,?100", "'?100' cannot be read"),
        ("_2019_2022", "_2019", "The columns are not those of the release"),
    ],
)
def test_what_is_not_known_stops_the_import(old: str, new: str, words: str, tmp_path: Path) -> None:
    text = (FIXTURES / "usgs-mcs-2024" / FILE.format(2024)).read_text("utf-8-sig")
    path = tmp_path / FILE.format(2024).removeprefix("tables/")
    changed = text.replace(old, f'"{new}"' if ", " in new else new)
    path.write_text(changed, "utf-8-sig")
    tables, report = read(2024, path)
    assert tables == {}
    assert any(words in problem.message for problem in report.problems)


def statistics(year: int) -> dict[str, set[str]]:
    """Net import reliance in the statistics of the United States: substance -> what is stated."""
    found: dict[str, set[str]] = {}
    table = facts_dir() / "tables" / f"usgs-mcs-{year}-us.csv"
    with table.open(encoding="utf-8", newline="") as rows:
        for row in csv.DictReader(rows):
            if row["measure"] == "import-reliance" and row["year"] == str(year - 1):
                found.setdefault(row["substance"], set()).add(row["flag"] or row["value"])
    return found


#: The statistics name some commodities more closely than the figure.
CLOSER = {
    "TALC": "talc-and-pyrophyllite",
    "MICA (NATURAL), sheet": "sheet-mica",
    "MICA (NATURAL), scrap and flake": "scrap-and-flake-mica",
    "DIAMOND (INDUSTRIAL), stones": "industrial-diamond-stones",
    "DIAMOND (INDUSTRIAL), bort, grit, dust, and powder": "industrial-diamond-grit",
    "DIAMOND (INDUSTRIAL), bort, grit, and dust and powder": "industrial-diamond-grit",
}
#: Where the release contradicts itself: figure and statistics, as published.
DIFFERENT = {
    2023: {"CHROMIUM, all forms": ("80", ["83"]), "PEAT": ("82", ["81"])},
    2024: {"STONE (DIMENSION)": ("87", ["86"])},
    2025: {"POTASH": ("93", ["94"])},
    2026: {"STONE (DIMENSION)": ("85", ["81"]), "TALC": ("22", ["23"])},
}


@pytest.mark.parametrize("year", [2023, 2024, 2025, 2026])
def test_the_figure_and_the_statistics_of_a_release_agree(official, year: int) -> None:
    """What is left out of the figure stands in the statistics, with the same value."""
    folder = f"usgs-mcs-{year}/" if year == 2026 else f"usgs-mcs-{year}/tables/"
    file = official(f"{folder}MCS{year}_Fig2_Net_Import_Reliance.csv")
    known, stated = import_items(), statistics(year)
    differ = {}
    with file.open(encoding="utf-8-sig", newline="") as rows:
        for row in csv.DictReader(rows):
            words = " ".join(row["Commodity"].split())
            item = known[words.casefold()]
            value = parse_value(row[f"Net_Import_Reliance_pct_{year - 1}"])
            assert isinstance(value, ParsedValue)
            found = stated.get(CLOSER.get(words, item.substance), set())
            if str(year) in item.reliance.split(";"):
                assert not found, f"{words} is read from both"
            elif (value.flag or value.value) not in found:
                differ[words] = (value.stated, sorted(found))
    assert differ == DIFFERENT[year]
