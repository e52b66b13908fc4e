"""The list of ADB and WTO: a mineral is used where the official text of the code names it."""

from __future__ import annotations

from pathlib import Path

from kg.report import Severity
from kg.sources.wto_headings import categories, import_wto_hs_codes, parts

FIXTURE = Path(__file__).parent / "fixtures" / "wto-hs-codes" / "WTO_HS6Codes_Raw.csv"


def test_each_mineral_of_a_code_is_a_row() -> None:
    tables, report = import_wto_hs_codes([FIXTURE])
    rows = tables["wto-heading-substances"][1]
    assert report.ok
    assert [(row["heading"], row["substance"], row["words"]) for row in rows] == [
        ("810520", "cobalt", "Cobalt"),
        ("284690", "rare-earths", "Rare Earth Elements"),
        ("811292", "gallium", "Gallium"),
        ("811292", "vanadium", "Vanadium"),
        ("811292", "indium", "Imdium"),
        ("811292", "niobium", "Niobium"),
        ("811292", "germanium", "Germanium"),
    ]


def test_tantalum_is_no_niobium() -> None:
    _, report = import_wto_hs_codes([FIXTURE])
    (problem,) = report.problems
    assert problem.severity is Severity.WARNING
    assert problem.message == "The text of 810320 does not name the mineral 'Niobium'."


def test_products_and_codes_of_earlier_editions_are_left_out_by_name() -> None:
    _, report = import_wto_hs_codes([FIXTURE])
    assert report.counts["rows left out: a product, not a mineral"] == 1
    kind = "rows left out: code of an earlier edition of the Harmonized System"
    assert report.counts[kind] == 1


def test_a_cell_that_is_one_category_is_not_split() -> None:
    known = categories()
    assert parts("Silver; incl. gold/platinum plated", known) == [
        "Silver; incl. gold/platinum plated"
    ]
    assert parts("Silver ; Gold", known) == ["Silver", "Gold"]


def test_a_new_mineral_stops_the_import(tmp_path: Path) -> None:
    path = tmp_path / FIXTURE.name
    text = FIXTURE.read_text(encoding="utf-8-sig").replace(",Cobalt", ",Unobtainium")
    path.write_text(text, encoding="utf-8-sig")
    tables, report = import_wto_hs_codes([path])
    assert tables == {}
    assert any("Unobtainium" in problem.message for problem in report.problems)
