"""Material intensities, on a small file in the form of the compilation."""

from __future__ import annotations

from pathlib import Path

import pytest

from kg.sources.material_intensity import import_material_intensity

FIXTURE = Path(__file__).parent / "fixtures" / "material-intensity" / "intensity_data.csv"


def facts() -> list[dict[str, str]]:
    """All rows of the fixture's table."""
    tables, report = import_material_intensity([FIXTURE])
    assert report.ok, list(report.lines())
    return [dict(row) for row in tables["material-intensities"][1]]


def test_every_value_of_a_pair_is_kept_with_the_work_that_states_it() -> None:
    wind = [row for row in facts() if row["substance"] == "neodymium"]
    assert [(row["value"], row["work"], row["source_ids"]) for row in wind] == [
        ("180.5", "Müller, A., & Höök, M (2017)", "liang-2022"),
        ("28.0", "Doe 2011", "wang-2023"),
    ]
    assert {row["product"] for row in wind} == {"wind-turbine-offshore"}
    assert {row["unit"] for row in wind} == {"tonne-per-gigawatt"}


def test_a_year_after_the_publication_is_an_outlook_and_minus_one_is_no_year() -> None:
    by_value = {row["value"]: row for row in facts()}
    assert (by_value["28.0"]["year"], by_value["28.0"]["status"]) == ("2025", "forecast")
    assert (by_value["180.5"]["year"], by_value["180.5"]["status"]) == ("2014", "measured")
    assert (by_value["61.0"]["year"], by_value["61.0"]["status"]) == ("", "measured")


def test_a_value_of_nothing_is_nothing() -> None:
    (zero,) = [row for row in facts() if row["substance"] == "aluminium"]
    assert (zero["value"], zero["status"]) == ("0.0", "measured")


def test_two_spellings_of_a_technology_are_one_product() -> None:
    (cell,) = [row for row in facts() if row["technology"] == "CDTE"]
    assert cell["product"] == "solar-cdte"


def test_gadium_is_not_decided() -> None:
    _, report = import_material_intensity([FIXTURE])
    (said,) = report.problems
    assert "gadolinium by the letters, gallium by the technology" in said.message
    assert report.counts["rows reported and not used"] == 1
    assert not {row["substance"] for row in facts()} & {"gadolinium", "gallium"}


def test_what_is_left_out_has_a_name() -> None:
    _, report = import_material_intensity([FIXTURE])
    assert report.counts["rows left out: Glass, no substance of critmat"] == 1
    assert report.counts["rows left out: the same value of the same work again"] == 1


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("Hydro,", "Tidal,", "The technology 'Tidal' is not known"),
        (",Tellurium,", ",Unobtainium,", "The material 'Unobtainium' is not known"),
        ("61.0", "plenty", "'plenty' is no number"),
        ("Poe 1999,1999,-1", "Poe 1999,1999,0", "'0' is no year"),
        ("Poe 1999,1999,-1", "Poe 1999,soon,-1", "no authors or no year"),
        ("0.0,wang_2023", "0.0,wing_2023", "The compilation 'wing_2023' is not known"),
    ],
)
def test_a_spoilt_row_refuses_the_file(tmp_path: Path, old: str, new: str, words: str) -> None:
    path = tmp_path / "intensity_data.csv"
    path.write_text(FIXTURE.read_text("utf-8").replace(old, new, 1), encoding="utf-8")
    tables, report = import_material_intensity([path])
    assert tables == {}
    assert any(words in problem.message for problem in report.problems), list(report.lines())
