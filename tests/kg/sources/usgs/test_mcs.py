"""The importer of the Mineral Commodity Summaries on small files written for the purpose."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from kg.report import Report, Severity
from kg.sources import OfficialRow, PlaceNames, RowLedger, read_official_csv
from kg.sources.usgs.main_table import MAIN_COLUMNS
from kg.sources.usgs.mcs import USGS_MCS_2026
from kg.sources.usgs.policy import (
    AGREEMENT_COLUMNS,
    CONTROL_COLUMNS,
    read_agreements,
    read_controls,
)
from kg.sources.usgs.series import SeriesKey, WorldSeries, agreements, controls
from kg.sources.usgs.world import compare_totals, read_world

FIXTURES = Path(__file__).parents[1] / "fixtures"
KNOWN = {
    SeriesKey.of("Rare Earths", "Production", detail): WorldSeries(
        "rare-earths", "mining", "production", "", "reo", ""
    )
    for detail in ("Mine production", "Mine production: rounded")
} | {
    SeriesKey.of("Rare Earths", "Reserves", "Reserves: rounded"): WorldSeries(
        "rare-earths", "mining", "reserves", "", "reo", ""
    ),
    SeriesKey.of("Yttrium", "Production", "Mine production"): WorldSeries(
        "yttrium", "mining", "production", "", "oxide", "in concentrates"
    ),
    SeriesKey.of("Graphite (Natural)", "Reserves", "Reserves"): WorldSeries(
        "natural-graphite", "mining", "reserves", "", "", ""
    ),
    SeriesKey.of("Vermiculite", "Production", "Mine production"): WorldSeries(
        "vermiculite", "mining", "production", "", "", ""
    ),
}


def fixture_rows(name: str, columns: tuple[str, ...]) -> list[OfficialRow]:
    """The rows of a fixture, which is UTF-8 so that it can be read in a diff."""
    report = Report("fixture")
    rows = read_official_csv(FIXTURES / name, columns, "utf-8-sig", report)
    assert rows is not None, list(report.lines())
    return rows


@pytest.fixture
def world(ledger: RowLedger, places: PlaceNames) -> tuple[dict[str, dict[str, str]], RowLedger]:
    """The facts of the fixture by identifier, and the ledger."""
    rows = fixture_rows("mcs_main.csv", MAIN_COLUMNS)
    ledger.read = len(rows)
    facts = read_world(rows, KNOWN, places, ledger)
    return {fact["id"]: fact for fact in facts}, ledger


def problems(ledger: RowLedger, row: int) -> list[str]:
    """What was said of a line."""
    return [problem.message for problem in ledger.report.problems if problem.row == row]


def test_a_figure_becomes_an_observation_with_status_note_and_locator(world) -> None:
    facts, _ = world
    china = facts["rare-earths-mining-production-CHN-2025-usgs-mcs2026"]
    assert china == {
        "id": "rare-earths-mining-production-CHN-2025-usgs-mcs2026",
        "substance": "rare-earths",
        "stage": "mining",
        "measure": "production",
        "area": "CHN",
        "year": "2025",
        "value": "3000",
        "low": "",
        "high": "",
        "unit": "tonne",
        "basis": "reo",
        "status": "estimated",
        "flag": "",
        "stated": "3,000",
        "series": "",
        "note": "Production quota; does not include undocumented production.",
        "source_ids": "usgs-mcs2026-data",
        "locator": "file.csv, line 2: Rare Earths, Mine production, China, 2025",
    }


def test_special_values_stay_what_they_are(world) -> None:
    facts, _ = world
    assert facts["rare-earths-mining-production-USA-2025-usgs-mcs2026"]["status"] == "withheld"
    assert facts["rare-earths-mining-production-USA-2025-usgs-mcs2026"]["value"] == ""
    assert facts["rare-earths-mining-production-MMR-2025-usgs-mcs2026"]["value"] == "0"
    assert facts["rare-earths-mining-production-OTHER-2025-usgs-mcs2026"]["flag"] == "NA"
    assert facts["rare-earths-mining-reserves-WORLD-2025-usgs-mcs2026"]["low"] == "85000"
    assert facts["natural-graphite-mining-reserves-AUT-2025-usgs-mcs2026"]["flag"] == "Large"
    assert facts["vermiculite-mining-production-MEX-2025-usgs-mcs2026"]["high"] == "0.5"


def test_the_world_total_keeps_its_note(world) -> None:
    facts, _ = world
    total = facts["rare-earths-mining-production-WORLD-2025-usgs-mcs2026"]
    assert (total["area"], total["note"]) == ("WORLD", "Excludes U.S. production.")


def test_a_shifted_row_gives_its_figure_and_a_warning(world) -> None:
    facts, ledger = world
    yttrium = facts["yttrium-mining-production-WORLD-2025-usgs-mcs2026"]
    assert (yttrium["low"], yttrium["high"]) == ("100", "150")
    assert yttrium["note"] == "Series: in concentrates."
    assert any("shifted" in message for message in problems(ledger, 14))


@pytest.mark.parametrize(
    ("row", "words"),
    [
        (3, "'Korea of the north' is not known"),
        (8, "'short barrels' is not known"),
        (9, "A sign before the figure was lost"),
        (10, "Mine production: dreamt is not known"),
        (11, "The year is not a year"),
        (12, "stood already in line 2"),
    ],
)
def test_what_cannot_be_read_is_an_error_with_place_and_remedy(world, row, words) -> None:
    _, ledger = world
    (problem,) = [found for found in ledger.report.problems if found.row == row]
    assert words in problem.message
    assert problem.severity is Severity.ERROR
    assert problem.remedy


def test_every_row_is_accounted_for(world) -> None:
    facts, ledger = world
    assert (ledger.read, ledger.used, ledger.reported) == (15, len(facts), 6)
    assert ledger.balanced
    ledger.read += 1
    assert not ledger.balanced
    ledger.close()
    assert "not accounted for" in ledger.report.problems[-1].message


def test_a_total_that_the_countries_do_not_reach_is_noted(ledger: RowLedger) -> None:
    key = {"substance": "tin", "stage": "mining", "measure": "production", "series": ""}
    facts = [
        {**key, "year": "2025", "area": "CHN", "value": "60"},
        {**key, "year": "2025", "area": "OTHER", "value": "20"},
        {**key, "year": "2025", "area": "WORLD", "value": "100"},
        {**key, "year": "2024", "area": "CHN", "value": ""},
        {**key, "year": "2024", "area": "WORLD", "value": "100"},
    ]
    compare_totals(facts, ledger)
    (note,) = ledger.report.problems
    assert "tin mining production 2025" in note.message
    assert note.severity is Severity.NOTE


def test_a_control_becomes_one_measure_for_each_group_of_goods(
    ledger: RowLedger, places: PlaceNames
) -> None:
    rows = fixture_rows("mcs_controls.csv", CONTROL_COLUMNS)
    facts = read_controls(rows, controls(), places, ledger)
    assert [(fact["substances"], fact["valid_from"], fact["kind"]) for fact in facts] == [
        ("bauxite", "2023", "export-ban"),
        ("copper", "2023", "export-ban"),
        ("nickel", "2020", "export-ban"),
        ("lithium", "2022", "export-ban"),
    ]
    assert facts[2]["id"] == "idn-export-ban-nickel-ore-2020-usgs-mcs2026"
    assert facts[3]["status_words"] == "temporary"
    assert [problem.row for problem in ledger.report.problems] == [4, 5]
    assert "Moonstone (2022)" in ledger.report.problems[0].message


def test_agreements_get_their_parties_and_doubtful_dates_a_warning(ledger: RowLedger) -> None:
    rows = fixture_rows("mcs_agreements.csv", AGREEMENT_COLUMNS)
    facts, parties = read_agreements(rows, agreements(), ledger)
    assert [(fact["signed_on"], fact["substances"]) for fact in facts] == [
        ("2025-09-23", ""),
        ("2025-02", "nickel"),
    ]
    assert facts[0]["note"] == "The release gives the signing date also as 23-Aug."
    assert [party["party"] for party in parties] == ["USA", "JPN", "KOR", "USA", "PHL"]
    assert "signing dates differ" in problems(ledger, 2)[0]
    assert "Handshake" in problems(ledger, 4)[0]


def test_an_agreement_with_a_record_of_its_own_is_left_out_by_name(ledger: RowLedger) -> None:
    rows = fixture_rows("mcs_agreements.csv", AGREEMENT_COLUMNS)
    ledger.read = len(rows)
    facts, parties = read_agreements(rows, agreements(), ledger)
    assert ledger.left_out == {"same agreement as us-aus-framework-2025": 1}
    assert not [row["id"] for row in (*facts, *parties) if "aus" in row["id"]]
    assert ledger.balanced


def test_a_whole_release_is_read_and_the_counts_add_up(main_table: Path) -> None:
    tables, report = USGS_MCS_2026.read([main_table])
    assert report.ok, list(report.lines())
    counts = report.counts
    left_out = sum(number for what, number in counts.items() if what.startswith("rows left out"))
    assert counts["rows used"] == sum(len(rows) for _, rows in tables.values())
    assert counts["rows read"] == counts["rows used"] + left_out


def change(path: Path, edit: Callable[[bytes], bytes]) -> Path:
    """A copy of the file, changed."""
    path.write_bytes(edit(path.read_bytes()))
    return path


@pytest.mark.parametrize(
    ("edit", "words"),
    [
        (lambda data: data.replace(b"Unit,Year,", b"Unit,Jahr,"), "missing: Year; not known: Jahr"),
        (lambda data: data.decode("cp1252").encode("utf-8"), "is UTF-8, the release is cp1252"),
        (lambda data: data.decode("cp1252").encode("utf-16"), "The file is UTF-16"),
        (lambda data: b"\r\n".join(data.split(b"\r\n")[:300]), "is missing"),
        (lambda data: data[: data.rindex(b"ZINC,") + 20], "cells instead of 12"),
        (lambda data: data.replace(b"1,000", b"1\x81000"), "is not cp1252 text"),
        (lambda _: b"", "none of the files"),
        (lambda _: b"a,b\r\n1,2\r\n", "none of the files"),
    ],
    ids=["column", "utf-8", "utf-16", "half", "cut row", "byte", "empty", "other file"],
)
def test_a_spoilt_file_gives_a_clear_report_and_no_table(
    main_table: Path, edit: Callable[[bytes], bytes], words: str
) -> None:
    tables, report = USGS_MCS_2026.read([change(main_table, edit)])
    assert tables == {}
    assert not report.ok
    assert any(words in problem.message for problem in report.problems), list(report.lines())
    assert all(problem.remedy for problem in report.problems)


def test_the_other_files_of_a_release_are_counted_and_left_out_by_name(main_table: Path) -> None:
    economy = main_table.with_name("MCS2026_T2_Mineral_Economic_Trends.csv")
    economy.write_text(
        "\ufeffSource,Year,GDP_bil_dols\nMCS2026,2024,29\nMCS2026,2025,30\n", "utf-8"
    )
    tables, report = USGS_MCS_2026.read([economy, main_table])
    assert report.ok
    assert tables
    assert report.counts["rows left out: table 2, mineral economy"] == 2


def test_a_file_that_is_not_there_or_given_twice_is_reported(main_table: Path) -> None:
    again = shutil.copy(main_table, main_table.with_name("MCS2026_copy.csv"))
    _, report = USGS_MCS_2026.read([main_table, Path(again), main_table.with_name("nowhere.csv")])
    errors = [found for found in report.problems if found.severity is Severity.ERROR]
    assert [error.message for error in errors] == [
        "There is no such file.",
        "MCS2026_Commodities_Data.csv is the same table.",
    ]
