"""The four tables of Open-File Report 2005-1294: joined by number, named, placed."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from kg.report import Report
from kg.sources.fact_tables import FactRow
from kg.sources.usgs.major_deposits import TABLE, import_usgs_major_deposits

FIXTURE = Path(__file__).resolve().parents[1] / "fixtures" / "usgs-major-deposits"


def read(folder: Path) -> tuple[dict[str, FactRow], Report]:
    tables, report = import_usgs_major_deposits(sorted(folder.glob("*.csv")))
    return {row["id"]: row for row in tables.get(TABLE, ("", []))[1]}, report


@pytest.fixture(scope="module")
def imported() -> tuple[dict[str, FactRow], Report]:
    records, report = read(FIXTURE)
    assert report.ok, list(report.lines())
    return records, report


def test_every_row_ends_in_one_way(imported: tuple[dict[str, FactRow], Report]) -> None:
    records, report = imported
    assert set(records) == {f"ofr2005-1294-{n}" for n in (1, 2, 3, 4, 7, 8, 10)}
    assert report.files["deposit.csv"]["rows reported and not used"] == 2
    assert report.files["deposit.csv"]["rows left out: sites of salt and nothing in scope"] == 1
    assert report.files["ref.csv"]["rows left out: entry of the list of literature"] == 2


def test_commodities_come_by_symbol_and_by_name(
    imported: tuple[dict[str, FactRow], Report],
) -> None:
    records, report = imported
    assert records["ofr2005-1294-1"]["substances"] == "iron;niobium"
    assert records["ofr2005-1294-1"]["substance_words"] == "Iron, Columbium(Niobium)"
    assert records["ofr2005-1294-2"]["substances"] == "copper"
    assert any("'bravaisite' is no commodity" in problem.message for problem in report.problems)


def test_names_in_brackets_are_other_names_unless_several_sites_have_them(
    imported: tuple[dict[str, FactRow], Report],
) -> None:
    records, _ = imported
    assert records["ofr2005-1294-1"]["aliases"] == "Buchwana;Buhwana;Doughnut"
    assert records["ofr2005-1294-3"]["aliases"] == "Fenzi", "Haicheng is where both are"


def test_places(imported: tuple[dict[str, FactRow], Report]) -> None:
    records, report = imported
    assert records["ofr2005-1294-7"]["country"] == "CIV"
    nowhere = records["ofr2005-1294-8"]
    assert (nowhere["latitude"], nowhere["longitude"], nowhere["precision"]) == ("", "", "")
    said = {problem.row: problem.message for problem in report.problems if problem.row}
    assert "Korean Peninsula" in said[7]
    assert "lies in ZMB, not in ZWE" in said[10]
    assert "in the sea" in said[11]
    assert "ofr2005-1294-10" in records, "a point in the sea contradicts nothing"


def test_the_type_has_its_detail(imported: tuple[dict[str, FactRow], Report]) -> None:
    types = {record: row["deposit_type"] for record, row in imported[0].items()}
    assert types["ofr2005-1294-2"] == "Hydrothermal: Sediment-hosted copper deposit"
    assert types["ofr2005-1294-1"] == "Sedimentary"


@pytest.mark.parametrize(
    ("table", "old", "new", "says"),
    [
        ("commodity.csv", "9,Ni\n", "", "no row of commodities"),
        ("commodity.csv", "9,Ni\n", "9,Ni\n99,Ni\n", "There is no site '99'"),
        ("deposit.csv", "\n2,", "\n1,", "stands twice"),
        ("deposit.csv", "\n2,", "\ntwo,", "is no number"),
    ],
)
def test_tables_that_do_not_fit_each_other_are_refused(
    tmp_path: Path, table: str, old: str, new: str, says: str
) -> None:
    folder = tmp_path / "release"
    shutil.copytree(FIXTURE, folder)
    path = folder / table
    path.write_text(path.read_text(encoding="utf-8").replace(old, new, 1), encoding="utf-8")
    records, report = read(folder)
    assert not records
    assert any(says in problem.message for problem in report.problems)


def test_a_missing_table_is_named(tmp_path: Path) -> None:
    shutil.copy(FIXTURE / "deposit.csv", tmp_path)
    records, report = read(tmp_path)
    assert not records
    assert "A table is missing." in [problem.message for problem in report.problems]
