"""Sourcing, uses, assessments and categories of the EU study, on the small files of the fixture."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.report import Report, Severity
from kg.sources import RowLedger
from kg.sources.eu_crm import import_eu_crm
from kg.sources.eu_study import read_share
from kg.sources.official_file import OfficialRow

FIXTURE = Path(__file__).parent / "fixtures" / "eu-crm"
Rows = dict[str, dict[str, str]]


def facts_of(file: str, table: str) -> Rows:
    """Rows of a table by identifier; the import must be without errors."""
    tables, report = import_eu_crm([FIXTURE / file])
    assert report.ok, list(report.lines())
    return {row["id"]: dict(row) for row in tables[table][1]}


@pytest.fixture
def spoilt(tmp_path: Path) -> object:
    """Imports a file of the fixture in which some words are others; gives tables and report."""

    def run(file: str, old: str, new: str) -> tuple[object, Report]:
        encoding = "cp1252" if file.startswith("fact") else "utf-8"
        with (FIXTURE / file).open(encoding=encoding, newline="") as source:
            text = source.read()
        assert old in text
        path = tmp_path / file
        with path.open("w", encoding=encoding, newline="") as target:
            target.write(text.replace(old, new, 1))
        return import_eu_crm([path])

    return run


def sourcing() -> Rows:
    return facts_of("fact_EUSupplyShares_and_t.csv", "eu-crm-2023-sourcing")


def test_a_member_of_the_eu_is_a_supplier_and_the_parameter_of_the_study_is_kept() -> None:
    poland = sourcing()["copper-mining-sourcing-EU-POL-2020-eu-crm-2023"]
    assert (poland["buyer"], poland["supplier"], poland["share"]) == ("EU", "POL", "60")
    assert poland["trade_parameter"] == "0.8"


def test_a_share_without_a_percent_sign_is_used_with_a_warning() -> None:
    norway = sourcing()["silicon-metal-processing-sourcing-EU-NOR-2020-eu-crm-2023"]
    assert (norway["share"], norway["stated"]) == ("60", "60")
    _, report = import_eu_crm([FIXTURE / "fact_EUSupplyShares_and_t.csv"])
    said = [problem.message for problem in report.problems]
    assert "The share '60' has no percent sign." in said
    assert "'Brasil' is misspelt." in said


def test_where_the_eu_buys_several_rare_earths_is_a_figure_of_their_group() -> None:
    subjects = {row["substance"] for row in sourcing().values()}
    assert {
        "eu-2023-light-rare-earths",
        "eu-2023-sourcing-light-rare-earths",
        "eu-2023-ytterbium-yttrium",
        "eu-2023-heavy-rare-earths",
    } <= subjects
    assert not subjects & {"neodymium", "yttrium", "samarium"}


def uses() -> Rows:
    return facts_of("fact_MaterialUseShares.csv", "eu-crm-2023-uses")


def test_a_use_names_its_sector_and_other_uses_have_none() -> None:
    facts = uses()
    alloys = facts["end-use-tin-eu-2023-c24-alloys"]
    other = facts["end-use-tin-eu-2023-none-other"]
    assert (alloys["sector"], other["sector"]) == ("nace-c24", "")
    assert (other["share"], other["status"]) == ("10", "measured")


def test_a_sector_that_contradicts_its_value_added_is_left_out_of_the_row() -> None:
    motors = uses()["end-use-manganese-eu-2023-c29-motors"]
    assert motors["sector"] == ""
    assert "contradicts itself" in motors["note"]
    _, report = import_eu_crm([FIXTURE / "fact_MaterialUseShares.csv"])
    (said,) = [problem for problem in report.problems if "C29" in problem.message]
    assert "500 in this row and 2000 elsewhere" in said.message


def test_rare_earths_with_the_same_uses_have_them_together() -> None:
    facts = uses()
    ceramics = facts["end-use-holmium-eu-2023-c20-ceramics"]
    assert ceramics["substances"] == "holmium;thulium"
    assert not any("thulium" in name for name in facts)


def test_more_than_nothing_is_a_bound() -> None:
    statues = uses()["end-use-copper-eu-2023-c24-statues"]
    assert (statues["share"], statues["low"], statues["status"]) == ("", "0", "bound")


def test_a_use_that_stands_twice_is_used_once_and_reported() -> None:
    tables, report = import_eu_crm([FIXTURE / "fact_MaterialUseShares.csv"])
    assert report.counts["rows reported and not used"] == 1
    assert any("of Magnesium stands twice" in found.message for found in report.problems)
    assert report.counts["rows used"] == len(tables["eu-crm-2023-uses"][1])


def test_each_sector_has_one_value_added_whatever_its_line_breaks() -> None:
    sectors = facts_of("fact_MaterialUseShares.csv", "eu-crm-2023-sectors")
    values = facts_of("fact_MaterialUseShares.csv", "eu-crm-2023-values-added")
    assert (
        sectors["nace-c29"]["name"] == "Manufacture of motor vehicles, trailers and semi-trailers"
    )
    assert {row["sector"]: row["value"] for row in values.values()} == {
        "nace-c20": "1000",
        "nace-c24": "500",
        "nace-c29": "2000",
    }


def test_a_dash_is_no_assessment() -> None:
    facts = facts_of("dimension_CRMsOverTime.csv", "eu-crm-2023-assessments")
    _, report = import_eu_crm([FIXTURE / "dimension_CRMsOverTime.csv"])
    assert report.counts["rows left out: not assessed in that year"] > 10
    assert all(float(row["supply_risk"]) >= 0 for row in facts.values())


def test_figures_that_heavy_and_light_rare_earths_and_scandium_share_are_of_all_rare_earths() -> (
    None
):
    facts = facts_of("dimension_CRMsOverTime.csv", "eu-crm-2023-assessments")
    whole = facts["rare-earths-criticality-2011-eu-crm-2023"]
    assert (whole["supply_risk"], whole["economic_importance"]) == ("4.5", "5.5")
    assert "a figure of the group" in whole["note"]
    assert "scandium-criticality-2011-eu-crm-2023" not in facts
    assert "scandium-criticality-2014-eu-crm-2023" in facts


def test_a_material_can_be_in_two_categories() -> None:
    facts = facts_of("dimension_ScreenedMatGroupings.csv", "eu-crm-2023-categories")
    gold = {row["category"] for row in facts.values() if row["substance"] == "gold"}
    assert gold == {"precious metals", "other non-ferrous metals"}
    assert facts["cerium-rare-earths-eu-crm-2023"]["category"] == "rare earths"


@pytest.mark.parametrize(
    ("file", "old", "new", "words"),
    [
        ("fact_EUSupplyShares_and_t.csv", "Copper,E,Poland", "Kryptonite,E,Poland", "not known"),
        ("fact_EUSupplyShares_and_t.csv", "Copper,E,Poland", "Copper,E,Türkiye", "stands twice"),
        ("fact_EUSupplyShares_and_t.csv", "60%,0.8", "60%,free", "no number such as 0.8"),
        ("fact_EUSupplyShares_and_t.csv", "Beryllium,P,Poland,60%,0.8\r\n"
         "Beryllium,P,Türkiye,40%,1\r\n", "", "'beryllium' at stage 'P' is missing"),
        ("fact_MaterialUseShares.csv", "C24 - Manufacture", "24 Manufacture", "cannot be read"),
        ("fact_MaterialUseShares.csv", ",500\r\n", ",many\r\n", "cannot be read"),
        ("dimension_CRMsOverTime.csv", "Tin,2011", "Tin,2012", "is not known or stands twice"),
        ("dimension_CRMsOverTime.csv", "4.5,5.5", "4.5,-", "are no two numbers"),
        ("dimension_ScreenedMatGroupings.csv", "scandium,", "scandal,", "is not known"),
        ("dimension_ScreenedMatGroupings.csv", "cerium,REE,REE,LREE,LREE",
         "cerium,REE,REE,HREE,HREE", "The members of LREE are not those"),
    ],
)  # fmt: skip
def test_a_spoilt_file_gives_a_clear_report_and_no_table(
    spoilt: object, file: str, old: str, new: str, words: str
) -> None:
    tables, report = spoilt(file, old, new)  # type: ignore[operator]
    assert tables == {}
    errors = [p.message for p in report.problems if p.severity is Severity.ERROR]
    assert any(words in message for message in errors), errors


def test_the_two_files_of_shares_are_told_by_their_names(tmp_path: Path) -> None:
    path = tmp_path / "shares.csv"
    shutil.copy(FIXTURE / "fact_EUSupplyShares_and_t.csv", path)
    tables, report = import_eu_crm([path])
    assert tables == {}
    assert "with their names" in report.problems[0].remedy


@given(st.text(max_size=8))
def test_a_share_is_read_as_a_percentage_or_refused(text: str) -> None:
    ledger = RowLedger("file.csv", Report("test"), read=1)
    share = read_share(OfficialRow(2, {"Share": text}), ledger)
    if share is None:
        assert ledger.reported == 1
    else:
        figures = [float(end) for end in share[:3] if end]
        assert len(figures) == 1
        assert 0 <= figures[0] <= 100
