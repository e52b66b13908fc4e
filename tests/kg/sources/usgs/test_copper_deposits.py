"""The tables of copper deposits of the USGS (SIR 2010-5090-Z)."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from kg.report import Report
from kg.sources.usgs.copper_deposits import import_copper_deposits

FOLDER = Path(__file__).parents[1] / "fixtures" / "usgs-copper-deposits"


def tables(folder: Path = FOLDER) -> tuple[dict[str, dict[str, str]], list[dict[str, str]], Report]:
    """Sites by identifier, figures, report; the import must be without errors."""
    found, report = import_copper_deposits(sorted(folder.glob("*.csv")))
    assert report.ok, list(report.lines())
    sites, figures = (
        [dict(row) for row in found[f"usgs-copper-deposits-{what}"][1]]
        for what in ("sites", "resources")
    )
    return {row["id"]: row for row in sites}, figures, report


def test_minus_9999_is_no_figure() -> None:
    _, figures, _ = tables()
    assert {row["record"] for row in figures} == {"usgs-pcu-11", "usgs-sedcu-10001"}
    assert all(float(row["value"]) > 0 for row in figures)


def test_ore_grades_and_contained_copper_keep_their_units() -> None:
    _, figures, _ = tables()
    stated = {row["id"]: (row["value"], row["unit"], row["basis"]) for row in figures}
    assert stated["usgs-pcu-11-ore"] == ("200", "million-tonnes", "ore")
    assert stated["usgs-pcu-11-copper-grade"] == ("0.41", "percent", "mass-fraction")
    assert stated["usgs-pcu-11-gold-grade"] == ("0.1", "gram-per-tonne", "mass-fraction")
    assert stated["usgs-pcu-11-copper-contained"] == ("820000", "tonne", "metal-content")


def test_the_ore_is_that_of_all_graded_substances() -> None:
    _, figures, _ = tables()
    ore = next(row for row in figures if row["id"] == "usgs-pcu-11-ore")
    assert ore["substances"] == "copper;molybdenum;gold"


def test_a_producer_is_a_mine_and_its_status_stays_in_words() -> None:
    sites, _, _ = tables()
    assert (sites["usgs-pcu-11"]["kind"], sites["usgs-pcu-11"]["status"]) == ("mine", "")
    assert sites["usgs-pcu-11"]["status_words"] == "Producer"
    assert sites["usgs-pcu-11"]["substances"] == "copper;molybdenum;gold"


def test_sites_without_a_name_or_substance_say_so() -> None:
    sites, _, _ = tables()
    unnamed = sites["usgs-pcu-12"]
    assert (unnamed["name"], unnamed["country"]) == ("unnamed 12", "TWN")
    assert unnamed["substances"] == "copper"
    assert "names no substance" in unnamed["note"]


def test_a_site_with_only_doubtful_substances_is_left_out() -> None:
    sites, _, report = tables()
    assert "usgs-pcu-13" not in sites
    assert report.counts["rows left out: every substance in doubt"] == 1


def test_a_group_of_deposits_is_called_so() -> None:
    sites, _, _ = tables()
    assert "group of deposits" in sites["usgs-sedcu-10001"]["note"]


def test_contained_copper_that_is_not_ore_times_grade_is_reported(tmp_path: Path) -> None:
    for path in FOLDER.iterdir():
        text = path.read_bytes().replace(b"820000", b"82000")
        (tmp_path / path.name).write_bytes(text)
    _, figures, report = tables(tmp_path)
    assert "820,000 t of copper, the table says 82,000 t" in report.problems[0].message
    assert "82000" in [row["value"] for row in figures]


def test_one_table_alone_or_twice_is_refused() -> None:
    first, second = sorted(FOLDER.iterdir())
    for files in ([first], [first, first], [first, second, second]):
        found, report = import_copper_deposits(files)
        assert found == {}
        assert not report.ok


def test_every_row_of_the_real_tables_is_accounted_for(official: Callable[[str], Path]) -> None:
    sites, _, report = tables(official("usgs-copper-deposits/pcu_deps_pros.csv").parent)
    assert report.counts["rows read"] == 2199 + 1200
    assert len(sites) == report.counts["rows used"] == 3395
    assert sum("copper, the table says" in problem.message for problem in report.problems) == 9
