"""Codes of countries, on a small file in the form of the package, and on the table places."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path

import pytest

from kg.shipped import facts_dir
from kg.sources.country_codes import import_country_codes, shipped_places

FIXTURE = Path(__file__).parent / "fixtures" / "country-codes" / "country-codes.csv"


def test_codes_are_written_as_the_united_nations_write_them() -> None:
    tables, report = import_country_codes([FIXTURE])
    assert report.ok, list(report.lines())
    rows = {row["id"]: dict(row) for row in tables["country-codes"][1]}
    assert rows["AFG"]["m49"] == "004"
    assert (rows["CIV"]["iso2"], rows["CIV"]["name"]) == ("CI", "Côte d’Ivoire")
    assert list(rows) == sorted(rows)


def test_what_differs_from_the_table_places_is_reported() -> None:
    _, report = import_country_codes([FIXTURE])
    said = [problem.message for problem in report.problems]
    assert "The m49 of TWN is '' here and '158' in the table places." in said
    assert "XYZ (Atlantis) is not in the table places." in said
    assert "The table places has FRA, which the file does not have." in said
    assert not any("DEU" in message for message in said)


@pytest.mark.parametrize(
    ("old", "new"), [("AFG", "af"), (",DEU,", ",AFG,"), ("Germany", ""), (",276,", ",2760,")]
)
def test_a_spoilt_row_refuses_the_file(tmp_path: Path, old: str, new: str) -> None:
    path = tmp_path / "country-codes.csv"
    path.write_text(FIXTURE.read_text("utf-8").replace(old, new), encoding="utf-8")
    tables, report = import_country_codes([path])
    assert tables == {}
    assert any("is no code" in problem.message for problem in report.problems)


def test_the_shipped_places_have_the_codes_of_the_package(official: Callable[[str], Path]) -> None:
    _, report = import_country_codes([official("country-codes/country-codes.csv")])
    # Kosovo has no ISO code of its own.
    assert [problem.message for problem in report.problems] == [
        "The table places has XKX, which the file does not have."
    ]


def test_the_shipped_table_has_every_country_but_kosovo() -> None:
    with (facts_dir() / "tables" / "country-codes.csv").open(encoding="utf-8", newline="") as file:
        rows = {row["id"]: row for row in csv.DictReader(file)}
    places = shipped_places()
    assert places.keys() - rows.keys() == {"XKX"}
    assert all(
        (rows[code]["iso2"], rows[code]["m49"]) == (places[code]["iso2"], places[code]["m49"])
        for code in rows
    )
