"""BACI: every dollar of the files is in the table, in a flow or in what is left of its code."""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.shipped import facts_dir
from kg.sources.baci import import_baci, whole_dollars

FIXTURE = Path(__file__).parent / "fixtures" / "baci"
FILES = sorted(FIXTURE.glob("*.csv"))
Sums = dict[tuple[str, str], Decimal]


def facts() -> dict[str, dict[str, str]]:
    """The rows of the fixture's table by identifier, without the name of the source."""
    tables, report = import_baci(FILES)
    assert report.ok, list(report.lines())
    rows = [dict(row) for row in tables["trade-flows"][1]]
    return {row["id"].removesuffix("-cepii-baci-202601"): row for row in rows}


def test_a_flow_of_a_million_dollars_is_told_for_itself() -> None:
    row = facts()["flow-CHN-USA-283691-2024"]
    assert (row["kind"], row["value"], row["unit"]) == ("flow", "1000000", "usd")
    assert (row["quantity"], row["quantity_unit"]) == ("80.125", "tonne")
    assert row["status"] == "estimated"


def test_smaller_flows_are_one_sum_for_each_code_and_year() -> None:
    row = facts()["flow-rest-850511-2024"]
    assert (row["kind"], row["value"], row["flows"]) == ("remainder", "21235", "2")
    # One of the two has no tonnes, and the note says so.
    assert row["quantity"] == "0.25"
    assert "that of 1 of them" in row["note"]


def test_a_year_without_a_file_of_quantities_has_none() -> None:
    rows = [row for row in facts().values() if row["year"] == "2022"]
    assert len(rows) == 4
    assert {row["quantity"] for row in rows} == {""}


def test_an_area_that_is_no_country_is_told_in_words() -> None:
    row = facts()["flow-CHN-S19-850511-2022"]
    assert (row["exporter"], row["importer"]) == ("CHN", "NES")
    assert row["note"] == "To Other Asia, nes, which is no country."


def test_a_rest_of_binary_arithmetic_is_no_part_of_a_dollar() -> None:
    assert facts()["flow-rest-711011-2022"]["value"] == "65034"
    assert whole_dollars("1018.9999999999999") == 1019
    assert whole_dollars("1018.5") is None
    assert whole_dollars("-3") is None
    assert whole_dollars("") is None


@given(st.integers(min_value=0, max_value=10**12))
def test_thousand_dollars_with_three_decimals_are_whole_dollars(dollars: int) -> None:
    stated = str(dollars / 1000 * 1000) if dollars < 10**10 else f"{dollars}.0"
    assert whole_dollars(stated) == dollars


@given(st.text(max_size=12))
def test_any_cell_gives_a_value_or_none(cell: str) -> None:
    found = whole_dollars(cell)
    assert found is None or found >= 0


def damaged(tmp_path: Path, name: str, old: str, new: str) -> list[Path]:
    """The fixture with one text in one file replaced."""
    for path in FILES:
        text = path.read_text(encoding="utf-8")
        assert path.name != name or old in text
        changed = text.replace(old, new) if path.name == name else text
        (tmp_path / path.name).write_text(changed, encoding="utf-8")
    return sorted(tmp_path.glob("*.csv"))


@pytest.mark.parametrize(
    ("name", "old", "new", "column"),
    [
        ("baci_trade_2024_with_quantity.csv", "4000.0", "4000.7", "value_kusd"),
        ("baci_trade_2024_with_quantity.csv", "91.5", "about 90", "qty_t"),
        ("baci_2022.csv", "CHN,DEU,850511", "CHN,XXX,850511", "j"),
        ("baci_2022.csv", "CHN,DEU,850511", "CHN,DEU,010121", "cmd"),
        ("baci_2022.csv", "3000000.0", "3000000.5", "value"),
        ("baci_2022.csv", "CHN,S19,850511", "CHN,DEU,850511", "cmd"),
    ],
)
def test_what_cannot_be_placed_stops_the_import(
    name: str, old: str, new: str, column: str, tmp_path: Path
) -> None:
    tables, report = import_baci(damaged(tmp_path, name, old, new))
    assert tables == {}
    assert {(problem.file, problem.column) for problem in report.problems} >= {(name, column)}


def test_both_files_of_a_year_must_have_the_same_flows(tmp_path: Path) -> None:
    line = "2024,CHN,China,USA,USA,283691,lithium,1000.0,80.125\n"
    files = damaged(tmp_path, "baci_trade_2024_with_quantity.csv", line, "")
    _, report = import_baci(files)
    (problem,) = report.problems
    assert "CHN, USA, 283691 is missing" in problem.message


def test_quantities_alone_are_no_year() -> None:
    _, report = import_baci([path for path in FILES if "2022" not in path.name][1:])
    assert not report.ok


@pytest.mark.parametrize("year", ["2022", "2024"])
def test_flows_and_remainder_add_up_to_the_official_file(
    official: Callable[[str], Path], year: str
) -> None:
    theirs: Sums = defaultdict(Decimal)
    count = 0
    with official(f"baci-extract/baci_{year}.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            theirs[year, row["cmd"]] += round(Decimal(row["value"]))
            count += 1
    ours: Sums = defaultdict(Decimal)
    flows = 0
    for row in shipped(year):
        ours[year, row["heading"]] += Decimal(row["value"])
        flows += int(row["flows"] or 1)
    assert ours == theirs
    assert flows == count


def test_the_tonnes_of_2024_add_up_to_the_official_file(official: Callable[[str], Path]) -> None:
    path = official("baci-extract/baci_trade_2024_with_quantity.csv")
    theirs: Sums = defaultdict(Decimal)
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            theirs["2024", row["hs6"]] += Decimal(row["qty_t"] or 0)
    ours: Sums = defaultdict(Decimal)
    for row in shipped("2024"):
        ours["2024", row["heading"]] += Decimal(row["quantity"] or 0)
    assert ours == theirs


def shipped(year: str) -> list[dict[str, str]]:
    """The shipped rows of a year."""
    with (facts_dir() / "tables" / "trade-flows.csv").open(encoding="utf-8", newline="") as file:
        return [row for row in csv.DictReader(file) if row["year"] == year]
