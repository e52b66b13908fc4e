"""Tariff headings: which codes are read, and what they say of a substance."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from kg.shipped import facts_dir
from kg.sources.harmonized_system import Heading, headings, import_hs_codes

FIXTURE = Path(__file__).parent / "fixtures" / "hs-codes" / "harmonized-system.csv"


def column(table: str, name: str) -> set[str]:
    """The values of a column of a shipped table."""
    with (facts_dir() / "tables" / f"{table}.csv").open(encoding="utf-8", newline="") as file:
        return {row[name] for row in csv.DictReader(file)}


def test_every_chosen_code_is_read_with_its_text() -> None:
    tables, report = import_hs_codes([FIXTURE])
    rows = {row["id"]: row for row in tables["tariff-headings"][1]}
    assert report.ok
    assert rows.keys() == headings().keys()
    assert rows["850511"]["name"] == "Invented goods; number 850511"
    assert rows["850511"]["within"] == "8505"
    assert rows["8505"]["within"] == ""


def test_what_holds_more_than_its_name_says_so() -> None:
    notes = {code: heading.note for code, heading in headings().items() if heading.note}
    assert "Every permanent magnet of metal" in notes["850511"]
    assert {"2846", "280530", "811292", "270112"} <= notes.keys()


def test_codes_that_other_tables_name_are_among_the_chosen() -> None:
    with (facts_dir() / "tables" / "identifiers.csv").open(encoding="utf-8", newline="") as file:
        named = {row["identifier"] for row in csv.DictReader(file) if row["scheme"][:2] == "hs"}
    assert len(named) > 60
    assert named <= headings().keys()
    assert column("trade-flows", "heading") <= headings().keys()


def test_a_substance_is_told_once_for_a_heading() -> None:
    # What the table of identifiers or the list of ADB and WTO says is not said again.
    told = set()
    for table, code, thing in (
        ("identifiers", "identifier", "thing"),
        ("wto-heading-substances", "heading", "substance"),
    ):
        with (facts_dir() / "tables" / f"{table}.csv").open(encoding="utf-8", newline="") as file:
            told |= {(row[code], row[thing]) for row in csv.DictReader(file)}
    ours = {
        (code, substance)
        for code, heading in headings().items()
        for substance in filter(None, heading.substances.split(";"))
    }
    assert ours & told <= {("2846", "rare-earths")}


def test_every_traded_heading_has_goods_of_a_substance() -> None:
    with (facts_dir() / "tables" / "identifiers.csv").open(encoding="utf-8", newline="") as file:
        known = {row["identifier"] for row in csv.DictReader(file)}
    known |= column("wto-heading-substances", "heading")
    known |= {code for code, heading in headings().items() if heading.substances}
    assert column("trade-flows", "heading") <= known


@pytest.mark.parametrize(
    ("old", "new", "word"),
    [
        ("V,2510,", "V,510,", "no code of its level"),
        ("Invented goods; number 2510,", ",", "has no text"),
        (",2510,", ",2511,", "stands twice"),
    ],
)
def test_a_list_that_a_program_changed_is_refused(
    old: str, new: str, word: str, tmp_path: Path
) -> None:
    text = FIXTURE.read_text(encoding="utf-8")
    assert old in text
    path = tmp_path / FIXTURE.name
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    tables, report = import_hs_codes([path])
    assert tables == {}
    assert any(word in problem.message for problem in report.problems)


def test_a_code_that_is_missing_is_named() -> None:
    _, report = import_hs_codes([FIXTURE], {**headings(), "999998": Heading("", "")})
    assert [problem.message for problem in report.problems] == ["The code 999998 is missing."]
