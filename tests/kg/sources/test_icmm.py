"""The workbook of the ICMM: kinds, clusters, slips of the keyboard, garbled names, wrong points."""

from __future__ import annotations

from pathlib import Path

import pytest

from kg.report import Report, Severity
from kg.sources.fact_tables import FactRow
from kg.sources.icmm import ICMM, TABLE, import_icmm
from tests.kg.sources.workbooks import ICMM as FIXTURE
from tests.kg.sources.workbooks import ICMM_COLUMNS, ICMM_ROWS, icmm_workbook, workbook


@pytest.fixture(scope="module")
def imported() -> tuple[dict[str, FactRow], Report]:
    tables, report = import_icmm([FIXTURE])
    assert report.ok, list(report.lines())
    return {row["id"]: row for row in tables[TABLE][1]}, report


def said(report: Report, line: int, severity: Severity) -> str:
    return " ".join(p.message for p in report.problems if (p.row, p.severity) == (line, severity))


def test_the_fixture_is_what_its_script_makes() -> None:
    assert FIXTURE.read_bytes() == icmm_workbook()


def test_every_row_ends_in_one_way(imported: tuple[dict[str, FactRow], Report]) -> None:
    records, report = imported
    assert set(records) == {f"icmm-icmm9000{n}" for n in (1, 2, 3, 5)}
    assert report.counts["rows read"] == 7
    assert report.counts["rows used"] == 4
    assert report.counts["rows left out: sites of thermal coal and nothing in scope"] == 1
    assert report.counts["rows reported and not used"] == 2


def test_a_smelter_with_a_refinery(imported: tuple[dict[str, FactRow], Report]) -> None:
    row = imported[0]["icmm-icmm90001"]
    assert (row["kind"], row["kind_words"]) == ("smelter", "Smelter;Refinery")
    assert row["stages"] == "smelting;refining"
    assert row["substances"] == "lead;tin;sulfur"
    assert row["name"] == "Bergsöe Works", "a real umlaut stays as it is"
    assert (row["precision"], row["status"], row["country"]) == ("site", "", "SWE")


def test_lanthanides_are_rare_earths_and_a_slip_is_mended_aloud(
    imported: tuple[dict[str, FactRow], Report],
) -> None:
    records, report = imported
    row = records["icmm-icmm90002"]
    assert row["substances"] == "iron-ore;rare-earths;niobium;cadmium"
    assert row["substance_words"] == "iron ore; lanthanides; niobium; cadmium"
    assert "'cadmiuum' is read as 'cadmium'" in said(report, 3, Severity.NOTE)
    assert "very low confidence" in row["note"]
    assert (row["aliases"], row["precision"]) == ("", "site"), "one name in two spellings"


def test_a_cluster_has_other_names_and_stands_at_no_single_site(
    imported: tuple[dict[str, FactRow], Report],
) -> None:
    records, report = imported
    row = records["icmm-icmm90003"]
    assert (row["name"], row["aliases"]) == ("Pyhäsalmi", "North Pit")
    assert row["precision"] == "locality"
    assert row["stages"] == "mining;processing"
    assert "garbled before the release; it is read as 'Pyhäsalmi'" in said(report, 4, Severity.NOTE)


def test_a_typographic_minus_is_a_minus_and_an_unknown_word_is_reported(
    imported: tuple[dict[str, FactRow], Report],
) -> None:
    records, report = imported
    assert records["icmm-icmm90005"]["latitude"] == "-23.8901"
    assert records["icmm-icmm90005"]["substances"] == "gold"
    assert "'bopper' is no commodity" in said(report, 6, Severity.WARNING)
    assert "typographic minus" in said(report, 6, Severity.NOTE)


def test_a_point_in_another_country_is_not_used_and_not_mended(
    imported: tuple[dict[str, FactRow], Report],
) -> None:
    records, report = imported
    assert "icmm-icmm90006" not in records
    assert "lies in AUS, not in NCL" in said(report, 7, Severity.WARNING)
    assert "'Atlantis' is not known as a country" in said(report, 8, Severity.WARNING)


@pytest.mark.parametrize(
    ("place", "value"), [(1, "Certain"), (6, "Quarry"), (0, "ICMM90002"), (0, None)]
)
def test_a_word_of_another_release_stops_the_import(
    tmp_path: Path, place: int, value: str | None
) -> None:
    row = [*ICMM_ROWS[0]]
    row[place] = value
    path = tmp_path / "global-mining-dataset.xlsx"
    path.write_bytes(workbook({"External": [ICMM_COLUMNS, *ICMM_ROWS[1:], row]}))
    tables, report = import_icmm([path])
    assert tables == {}
    assert any(problem.row == 8 for problem in report.problems)


@pytest.mark.parametrize(
    "columns", [ICMM_COLUMNS[:-1], (*ICMM_COLUMNS, "Owner"), ("Id", *ICMM_COLUMNS[1:])]
)
def test_other_columns_are_refused(tmp_path: Path, columns: tuple[str, ...]) -> None:
    path = tmp_path / "global-mining-dataset.xlsx"
    rows = [row[: len(columns)] for row in ICMM_ROWS]
    path.write_bytes(workbook({"External": [columns, *rows]}))
    tables, report = import_icmm([path])
    assert tables == {} and not report.ok


def test_exactly_one_file_is_read() -> None:
    assert import_icmm([])[0] == {}
    assert ICMM.tables == (TABLE,)
