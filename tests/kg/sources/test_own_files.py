"""Importers for a user's own files: what they read, what they leave out, and that none is shipped.

That the tables are accepted beside the shipped ones is tested in tests/kg/extension.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from kg.errors import CritmatError
from kg.shipped import facts_dir
from kg.sources.bgs import import_bgs
from kg.sources.cli import import_
from kg.sources.comtrade import areas, import_comtrade
from kg.sources.fact_tables import FactTables
from kg.sources.global_trade_alert import import_global_trade_alert, union_members
from kg.sources.iea_policies import date_of, import_iea_policies
from kg.sources.importer import Importer
from kg.sources.registry import IMPORTERS
from kg.sources.world_mining_data import import_world_mining_data
from tests.kg.sources.mining_workbooks import FILE, SHEETS, sheet
from tests.kg.sources.workbooks import workbook

FIXTURES = Path(__file__).parent / "fixtures"
OWN = [importer for importer in IMPORTERS if not importer.shipped]


def files_of(name: str) -> list[Path]:
    """The files of an importer's fixture."""
    return sorted(path for path in (FIXTURES / name).rglob("*") if path.is_file())


def rows(tables: FactTables, table: str) -> dict[str, dict[str, str]]:
    """The rows of one table by identifier."""
    return {row["id"]: dict(row) for row in tables[table][1]}


def test_five_publishers_are_read_for_users_only() -> None:
    assert {importer.name for importer in OWN} == {
        "bgs",
        "world-mining-data",
        "comtrade",
        "global-trade-alert",
        "iea-policies",
    }


@pytest.mark.parametrize("importer", OWN, ids=lambda importer: importer.name)
def test_nothing_of_it_is_among_the_shipped_tables(importer: Importer) -> None:
    tables, _ = importer.read(files_of(importer.name))
    (source,) = next(rows for schema, rows in tables.values() if schema == "sources")
    shipped = facts_dir() / "tables"
    assert not [table for table in importer.tables if (shipped / f"{table}.csv").exists()]
    sources = (shipped / "sources.csv").read_text(encoding="utf-8")
    assert f"\n{source['id']}," not in sources
    assert f",{source['url']}," not in sources


@pytest.mark.parametrize("importer", OWN, ids=lambda importer: importer.name)
def test_a_folder_of_ones_own_is_asked_for(importer: Importer, tmp_path: Path) -> None:
    files = [str(path) for path in files_of(importer.name)]
    refused = CliRunner().invoke(import_, [importer.name, *files])
    assert isinstance(refused.exception, CritmatError)
    assert "--out" in refused.exception.remedy
    done = CliRunner().invoke(import_, [importer.name, *files, "--out", str(tmp_path)])
    assert done.exit_code == 0, done.output
    written = sorted(path.stem for path in tmp_path.iterdir())
    assert written == sorted(importer.tables)


def test_bgs_oxides_and_minerals_of_rare_earths_are_series_of_their_own() -> None:
    tables, _ = import_bgs(files_of("bgs"))
    facts = rows(tables, "bgs-production")
    oxides = facts["rare-earths-mining-production-CHN-2022-bgs-wms"]
    assert (oxides["value"], oxides["basis"], oxides["status"]) == ("1000", "reo", "estimated")
    monazite = facts["monazite-production-exports-MYS-1975-bgs-wms"]
    assert (monazite["measure"], monazite["basis"]) == ("exports", "gross-weight")


def test_bgs_figures_that_are_no_figures() -> None:
    tables, _ = import_bgs(files_of("bgs"))
    facts = rows(tables, "bgs-production")
    missing = facts["palladium-mining-production-CAN-2022-bgs-wms"]
    assert (missing["status"], missing.get("value", "")) == ("not-available", "")
    little = facts["monazite-production-production-BRA-1975-bgs-wms"]
    assert (little["status"], little["low"], little["high"]) == ("bound", "0", "0.5")


def test_bgs_two_rows_of_one_code_are_both_reported() -> None:
    _, report = import_bgs(files_of("bgs"))
    assert report.ok
    assert [problem.row for problem in report.problems] == [7, 8]
    assert report.counts["rows left out: area that is no place of critmat: Soviet Union"] == 1


def test_bgs_a_file_given_twice_is_an_error(tmp_path: Path) -> None:
    first = files_of("bgs")[0]
    again = tmp_path / first.name
    again.write_bytes(first.read_bytes())
    tables, report = import_bgs([first, again])
    assert tables == {}
    assert any("Give each file once" in problem.remedy for problem in report.problems)


def test_mining_data_has_a_total_and_no_stage() -> None:
    tables, report = import_world_mining_data([FILE])
    facts = rows(tables, "world-mining-data-production")
    assert report.ok
    world = facts["rare-earths-production-WORLD-2021-world-mining-data"]
    assert (world["value"], world["basis"], world["stage"]) == ("10000.5", "reo", "production")
    assert facts["platinum-production-ZAF-2021-world-mining-data"]["unit"] == "kilogram"


@pytest.mark.parametrize(
    ("name", "damaged", "word"),
    [
        ("Platinum", sheet("kg", ("South Africa", 800), total=900), "add up to 800"),
        ("Platinum", sheet("oz", ("South Africa", 800)), "'oz' cannot be read"),
        ("Platinum", sheet("kg", ("Russia", 5), ("Russia", 5)), "stands twice"),
        ("Unobtainium", sheet("kg", ("Russia", 5)), "is not known"),
        ("Platinum", [("another title",), *SHEETS["Platinum"][1:]], "none of table 6.5"),
    ],
)
def test_mining_data_that_does_not_fit_is_refused(
    name: str, damaged: list[tuple[object, ...]], word: str, tmp_path: Path
) -> None:
    path = tmp_path / FILE.name
    path.write_bytes(workbook({**SHEETS, name: damaged}))  # type: ignore[dict-item]
    tables, report = import_world_mining_data([path])
    assert tables == {}
    assert any(word in problem.message for problem in report.problems)


def test_comtrade_each_report_is_a_row() -> None:
    tables, _ = import_comtrade(files_of("comtrade"))
    facts = rows(tables, "comtrade-trade-flows")
    theirs = facts["flow-CHN-USA-2846-2023-by-CHN-un-comtrade"]
    ours = facts["flow-CHN-USA-2846-2023-by-USA-un-comtrade"]
    assert (theirs["value"], ours["value"]) == ("8500.0", "9000.0")
    assert (theirs["reported_by"], ours["reported_by"]) == ("CHN", "USA")
    assert theirs["note"] == "The net weight is an estimate of UN Comtrade."


def test_comtrade_the_world_is_a_total_and_an_area_is_no_country() -> None:
    tables, _ = import_comtrade(files_of("comtrade"))
    facts = rows(tables, "comtrade-trade-flows")
    total = facts["flow-WORLD-USA-2846-2023-by-USA-un-comtrade"]
    assert (total["kind"], total["exporter"]) == ("total", "WORLD")
    elsewhere = facts["flow-NES-USA-490-2846-2023-by-USA-un-comtrade"]
    assert (elsewhere["exporter"], elsewhere["quantity"]) == ("NES", "")
    assert "From Other Asia, nes." in elsewhere["note"]
    assert "net weight of 0" in elsewhere["note"]


def test_comtrade_codes_of_areas_are_its_own_where_they_differ() -> None:
    known = areas()
    assert [known[code] for code in ("842", "840", "757", "756", "156")] == [
        "USA", "USA", "CHE", "CHE", "CHN",
    ]  # fmt: skip


def test_trade_alert_the_union_is_one_and_others_are_each_for_themselves() -> None:
    tables, report = import_global_trade_alert(files_of("global-trade-alert"))
    facts = rows(tables, "gta-measures")
    assert report.counts["rows left out: subsidy: Financial grant"] == 1
    assert {name: row["imposed_by"] for name, row in facts.items()} == {
        "gta-1": "NAM",
        "gta-2": "EU",
        "gta-3-bwa": "BWA",
        "gta-3-zaf": "ZAF",
    }
    assert facts["gta-1"]["substances"] == "lithium;rare-earths"
    assert {row["kind"] for row in facts.values()} == {"export-ban", "tariff", "export-quota"}


def test_trade_alert_members_of_the_union_are_those_of_the_day() -> None:
    assert "GBR" in union_members("2019-06-01")
    assert len(union_members("2030-01-01")) == 27


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('"Export ban"', '"Export whim"'),
        ('"Lithium"', '"Unobtainium"'),
        ('"Namibia"', '"Atlantis"'),
        ("2030-05-01", "2030-13-01"),
        ('"id":"2"', '"id":"1"'),
    ],
)
def test_trade_alert_what_is_not_known_stops_the_import(old: str, new: str, tmp_path: Path) -> None:
    (path,) = files_of("global-trade-alert")
    text = path.read_text(encoding="utf-8")
    assert old in text
    changed = tmp_path / path.name
    changed.write_text(text.replace(old, new), encoding="utf-8")
    json.loads(changed.read_text(encoding="utf-8"))
    tables, report = import_global_trade_alert([changed])
    assert (tables, report.ok) == ({}, False)


def test_policies_are_laws_rules_and_strategies() -> None:
    tables, report = import_iea_policies(files_of("iea-policies"))
    facts = rows(tables, "iea-policies-laws")
    assert [(row["kind"], row["jurisdiction"], row["adopted"]) for row in facts.values()] == [
        ("regulation", "CHL", "2021-12-12"),
        ("proposal", "CHN", ""),
        ("strategy", "EU", "2014-12-29"),
        ("tariff", "AUS", "2019"),
    ]
    assert [row["ended"] for row in facts.values()] == ["", "", "2020", ""]
    assert report.counts["rows left out: no law, rule or strategy: Financing"] == 1
    # Where day and month may change places, only the year is taken, and the report says so.
    assert [problem.row for problem in report.problems] == [5]


def test_policies_the_words_of_the_publisher_are_not_copied() -> None:
    tables, _ = import_iea_policies(files_of("iea-policies"))
    assert "Invented é, words" not in str(tables)


@given(st.text(alphabet="0123456789-", max_size=10))
def test_a_date_is_one_or_none(cell: str) -> None:
    found = date_of(cell)
    assert found is None or found == "" or len(found) in {4, 10}


def test_the_real_files_are_read(official: Callable[[str], Path]) -> None:
    first = official("gta-interventions/gta-interventions.json")
    collection = first.parent.parent
    for importer in OWN:
        files = importer.official_files(collection)
        assert files, importer.name
        tables, report = importer.read(files)
        assert report.ok, [importer.name, *list(report.lines())[:5]]
        assert len(tables) == 2
