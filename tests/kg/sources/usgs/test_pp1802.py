"""Points of Professional Paper 1802: identifiers of twins, districts, rounded and wrong points."""

from __future__ import annotations

from pathlib import Path

import pytest

from kg.report import Report
from kg.sources.fact_tables import FactRow
from kg.sources.usgs.pp1802 import TABLE, import_usgs_pp1802

FIXTURE = (
    Path(__file__).resolve().parents[1] / "fixtures" / "usgs-pp1802" / "PP1802_CritMin_pts.csv"
)


@pytest.fixture(scope="module")
def imported() -> tuple[dict[str, FactRow], Report]:
    tables, report = import_usgs_pp1802([FIXTURE])
    assert report.ok, list(report.lines())
    return {row["id"]: row for row in tables[TABLE][1]}, report


def test_twins_say_their_minerals_and_then_their_point(
    imported: tuple[dict[str, FactRow], Report],
) -> None:
    assert list(imported[0]) == [
        "pp1802-araxa-velho-bra",
        "pp1802-orsk-rus-gallium-5130n-05845e",
        "pp1802-orsk-rus-gallium-5119n-05865e",
        "pp1802-heling-chn-graphite",
        "pp1802-heling-chn-rare-earth-elements",
        "pp1802-silver-creek-district-usa",
        "pp1802-wide-creek-aus",
        "pp1802-old-lode-gbr",
    ]


def test_a_pair_of_minerals_is_two_elements(imported: tuple[dict[str, FactRow], Report]) -> None:
    row = imported[0]["pp1802-araxa-velho-bra"]
    assert row["substances"] == "niobium;tantalum;rare-earths"
    assert row["deposit_type"] == "Carbonatite; Vein, cavity-fill"
    assert (row["kind"], row["status"], row["stages"]) == ("deposit", "", "")


@pytest.mark.parametrize(
    ("record", "precision"),
    [
        ("pp1802-araxa-velho-bra", "site"),
        ("pp1802-silver-creek-district-usa", "locality"),
        ("pp1802-wide-creek-aus", "locality"),
    ],
)
def test_a_district_and_a_rounded_point_are_localities(
    imported: tuple[dict[str, FactRow], Report], record: str, precision: str
) -> None:
    assert imported[0][record]["precision"] == precision


def test_what_is_in_no_country_or_in_another_is_not_used(
    imported: tuple[dict[str, FactRow], Report],
) -> None:
    _, report = imported
    assert report.counts["rows left out: sites in no country: Pacific Ocean"] == 1
    (wrong,) = (problem for problem in report.problems if "lies in CHN" in problem.message)
    assert wrong.row == 11
    assert report.counts["rows reported and not used"] == 1


def test_a_row_that_stands_twice_is_an_error(tmp_path: Path) -> None:
    lines = FIXTURE.read_text(encoding="utf-8").splitlines(keepends=True)
    path = tmp_path / FIXTURE.name
    path.write_text("".join([*lines, lines[1]]), encoding="utf-8")
    tables, report = import_usgs_pp1802([path])
    assert tables == {} and not report.ok


def test_a_file_cut_off_in_its_last_cell_is_refused(tmp_path: Path) -> None:
    path = tmp_path / FIXTURE.name
    path.write_text("\n".join(FIXTURE.read_text("utf-8").splitlines()[:6]), encoding="utf-8")
    tables, report = import_usgs_pp1802([path])
    assert tables == {}
    assert "cut off" in report.problems[0].message
