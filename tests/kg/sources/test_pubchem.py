"""Properties of the elements, on a table in the form of PubChem with invented figures."""

from __future__ import annotations

from pathlib import Path

import pytest

from kg.sources.pubchem import import_elements

FIXTURE = Path(__file__).parent / "fixtures" / "elements" / "PubChemElements_all.csv"


def facts() -> dict[str, dict[str, str]]:
    """All rows of the fixture's table by identifier."""
    tables, report = import_elements([FIXTURE])
    assert report.ok, list(report.lines())
    return {row["id"]: dict(row) for row in tables["element-properties"][1]}


def test_each_property_has_its_unit() -> None:
    neon = {name.removeprefix("neon-"): row["unit"] for name, row in facts().items() if
            row["element"] == "neon"}  # fmt: skip
    assert neon == {
        "atomic-mass": "dalton",
        "melting-point": "kelvin",
        "boiling-point": "kelvin",
        "density": "gram-per-cubic-centimetre",
        "electronegativity": "ratio",
        "atomic-radius": "picometre",
        "ionization-energy": "electronvolt",
        "electron-affinity": "electronvolt",
    }


def test_an_empty_cell_is_no_fact() -> None:
    assert "helium-electronegativity" in facts()
    assert "beryllium-electronegativity" not in facts()
    assert "oganesson-melting-point" not in facts()


def test_figures_keep_their_spelling() -> None:
    assert facts()["hydrogen-density"]["value"] == "8.9e-05"


def test_american_spellings_are_the_elements_of_critmat() -> None:
    assert facts()["aluminium-atomic-mass"]["element"] == "aluminium"
    assert facts()["caesium-atomic-mass"]["element"] == "caesium"


def test_a_whole_atomic_mass_says_that_it_is_not_for_converting() -> None:
    assert "Not for converting" in facts()["lithium-atomic-mass"]["note"]
    assert facts()["beryllium-atomic-mass"]["note"] == ""


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("60,Nd,Neodymium", "60,Ne,Neodymium", "are no element of the table elements"),
        ("60,Nd,Neodymium", "61,Nd,Neodymium", "are no element of the table elements"),
        ("60,Nd,Neodymium", "60,Nd,Newdymium", "are no element of the table elements"),
        ("360.5", "warm", "'warm' is no number"),
    ],
)
def test_a_spoilt_row_refuses_the_file(tmp_path: Path, old: str, new: str, words: str) -> None:
    path = tmp_path / "PubChemElements_all.csv"
    path.write_text(FIXTURE.read_text("utf-8").replace(old, new, 1), encoding="utf-8")
    tables, report = import_elements([path])
    assert tables == {}
    assert any(words in problem.message for problem in report.problems), list(report.lines())


def test_an_element_that_lacks_is_an_error(tmp_path: Path) -> None:
    path = tmp_path / "PubChemElements_all.csv"
    lines = FIXTURE.read_text("utf-8").splitlines(keepends=True)
    path.write_text("".join(lines[:-1]), encoding="utf-8")
    tables, report = import_elements([path])
    assert tables == {}
    assert "The element oganesson is missing." in [problem.message for problem in report.problems]
