"""The tables on critical minerals: the list with its uses, and the leading producers."""

from __future__ import annotations

from pathlib import Path

import pytest

from kg.shipped import facts_dir
from kg.sources.importer import Importer
from kg.sources.usgs.mcs import USGS_MCS_2024, USGS_MCS_2025, USGS_MCS_2026
from kg.sources.usgs.series import critical_minerals
from tests.kg.sources.conftest import mapping

FIXTURES = Path(__file__).parents[1] / "fixtures"
USES = {
    2025: "tables/MCS2025_T4_Critical_Minerals_End_Use.csv",
    2026: "MCS2026_T6_Critical_Minerals_End_Use.csv",
}
LEADING = {
    2024: "tables/MCS2024_T5_Critical_Minerals_Salient.csv",
    2025: "tables/MCS2025_T5_Critical_Minerals_Salient.csv",
    2026: "MCS2026_T7_Critical_Minerals_Salient.csv",
}
IMPORTERS = {2024: USGS_MCS_2024, 2025: USGS_MCS_2025, 2026: USGS_MCS_2026}


def rows_of(importer: Importer, file: Path, table: str) -> list[dict[str, str]]:
    """Rows of a table that a single file gives."""
    tables, report = importer.read([file])
    assert report.ok, list(report.lines())
    return [dict(row) for row in tables[f"{importer.name}-{table}"][1]]


def test_an_entry_of_the_list_has_its_uses_in_the_words_of_the_release() -> None:
    file = FIXTURES / "usgs-mcs-2025" / USES[2025]
    rows = rows_of(USGS_MCS_2025, file, "critical-list")
    assert rows[0] == {
        "id": "designation-usa-usgs-list-2022-gallium",
        "substance": "gallium",
        "list": "usa-usgs-list-2022",
        "note": "Primary applications: Lasers and “smart” cards.",
        "source_ids": "usgs-mcs2025-data",
        "locator": "MCS2025_T4_Critical_Minerals_End_Use.csv",
    }
    assert [row["substance"] for row in rows] == ["gallium", "natural-graphite", "ytterbium"]


def test_each_release_gives_the_list_that_holds_then() -> None:
    file = FIXTURES / "usgs-mcs-2026" / USES[2026]
    rows = rows_of(USGS_MCS_2026, file, "critical-list")
    assert {row["list"] for row in rows} == {"usa-usgs-list-2025"}
    assert [row["substance"] for row in rows] == ["copper", "coking-coal", "phosphate-rock"]


def test_a_leading_producer_has_its_share_and_one_without_is_left_out() -> None:
    file = FIXTURES / "usgs-mcs-2024" / LEADING[2024]
    tables, report = USGS_MCS_2024.read([file])
    (share,) = tables["usgs-mcs-2024-leading-producers"][1]
    assert share["id"] == "gallium-refining-leading-CHN-2023-usgs-mcs2024"
    assert (share["share"], share["year"], share["status"]) == ("99", "2023", "estimated")
    assert report.counts["rows left out: leading producer without a share"] == 1


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("Gallium", "Kryptonite", "'Kryptonite' is not known"),
        (",99", ",?99", "'?99' cannot be read"),
        (",China,610", ",Atlantis,610", "'Atlantis' is not known"),
    ],
)
def test_what_is_not_known_stops_the_import(old: str, new: str, words: str, tmp_path: Path) -> None:
    text = (FIXTURES / "usgs-mcs-2024" / LEADING[2024]).read_text("utf-8-sig")
    path = tmp_path / "MCS2024_T5_Critical_Minerals_Salient.csv"
    path.write_text(text.replace(old, new), "utf-8-sig")
    tables, report = USGS_MCS_2024.read([path])
    assert tables == {}
    assert any(words in problem.message for problem in report.problems)


def test_a_mineral_that_stands_twice_stops_the_import(tmp_path: Path) -> None:
    text = (FIXTURES / "usgs-mcs-2025" / USES[2025]).read_text("utf-8-sig")
    path = tmp_path / "MCS2025_T4_Critical_Minerals_End_Use.csv"
    path.write_text(text + "MCS2025,Gallium,Clocks.,\n", "utf-8-sig")
    tables, report = USGS_MCS_2025.read([path])
    assert tables == {}
    assert "stands twice" in report.problems[0].message


def test_every_name_stands_for_something() -> None:
    for row in mapping("usgs/critical_minerals"):
        assert row["substance"] or row["leading"], row
        assert bool(row["leading"]) == bool(row["stage"]), row
    assert len(critical_minerals()) == len(mapping("usgs/critical_minerals"))


@pytest.mark.parametrize(("year", "size"), [(2025, 50), (2026, 60)])
def test_the_official_list_is_whole(official, year: int, size: int) -> None:
    file = official(f"usgs-mcs-{year}/{USES[year]}")
    assert len(rows_of(IMPORTERS[year], file, "critical-list")) == size


@pytest.mark.parametrize("year", [2023, 2024])
def test_the_list_that_is_left_out_is_that_of_2025(official, year: int) -> None:
    """Table 4 of 2023 and 2024 names the same minerals as that of 2025, which is read."""
    names = []
    for of in (year, 2025):
        file = official(f"usgs-mcs-{of}/tables/MCS{of}_T4_Critical_Minerals_End_Use.csv")
        lines = file.read_text("utf-8-sig").splitlines()[1:]
        names.append([line.split(",")[1].strip() for line in lines if line.strip(",")])
    assert names[0] == names[1]


@pytest.mark.parametrize("year", [2024, 2025, 2026])
def test_a_share_is_that_of_the_production_table(official, year: int) -> None:
    """Country and world of the same release give the share that the table states."""
    import csv

    tonnes = {"tonne": 1.0, "thousand-tonnes": 1e3, "thousand-dry-tonnes": 1e3, "kilogram": 1e-3}
    table = facts_dir() / "tables" / f"usgs-mcs-{year}-production.csv"
    with table.open(encoding="utf-8", newline="") as rows:
        production = {
            (row["substance"], row["stage"], row["area"], row["year"]): float(row["value"])
            * tonnes.get(row["unit"], 1.0)
            for row in csv.DictReader(rows)
            if row["measure"] == "production" and row["value"]
        }
    file = official(f"usgs-mcs-{year}/{LEADING[year]}")
    shares = rows_of(IMPORTERS[year], file, "leading-producers")
    assert len(shares) >= 27
    for share in shares:
        of = (share["substance"], share["stage"])
        country = production[(*of, share["area"], share["year"])]
        world = production[(*of, "WORLD", share["year"])]
        assert abs(100 * country / world - float(share["share"])) <= 1, share["id"]
