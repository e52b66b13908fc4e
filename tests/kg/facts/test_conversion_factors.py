"""Conversion factors: worked out again from atomic masses, and in step with the list of units."""

from __future__ import annotations

import csv
import re
from collections import defaultdict
from pathlib import Path

import pytest
from rdflib import Graph, URIRef

from kg.namespaces import CM, PREFIXES
from kg.shipped import facts_dir, ontology_dir

REPOSITORY = Path(__file__).resolve().parents[3]
#: Of the one element that PubChem rounds to a digit, the mass that the row takes from its source.
OTHER_MASSES = {"lithium": 6.941}


def rows(table: str) -> list[dict[str, str]]:
    with (facts_dir() / "tables" / f"{table}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


FACTORS = rows("conversion-factors")
COMPOUNDS = [row for row in FACTORS if row["formula"]]
UNITS = [row for row in FACTORS if row["unit"]]


@pytest.fixture(scope="module")
def masses() -> dict[str, float]:
    """Atomic mass by symbol."""
    symbols = {row["id"]: row["symbol"] for row in rows("elements")}
    return {
        symbols[row["element"]]: OTHER_MASSES.get(row["element"], float(row["value"]))
        for row in rows("element-properties")
        if row["property"] == "atomic-mass"
    }


@pytest.fixture(scope="module")
def codes() -> Graph:
    return Graph().parse(ontology_dir() / "codes" / "units.ttl")


def atoms(formula: str) -> list[tuple[str, int]]:
    """Symbols and numbers: ``Nd2O3`` is two of neodymium and three of oxygen."""
    return [(s, int(n or 1)) for s, n in re.findall(r"([A-Z][a-z]?)(\d*)", formula)]


@pytest.mark.parametrize("row", COMPOUNDS, ids=[row["id"] for row in COMPOUNDS])
def test_a_factor_is_the_part_of_the_mass_that_is_the_element(
    row: dict[str, str], masses: dict[str, float]
) -> None:
    symbol = next(e["symbol"] for e in rows("elements") if e["id"] == row["element"])
    of_element = sum(masses[s] * n for s, n in atoms(row["formula"]) if s == symbol)
    whole = sum(masses[s] * n for s, n in atoms(row["formula"]))
    assert float(row["factor"]) == pytest.approx(of_element / whole, rel=1e-5)


def test_two_factors_by_hand() -> None:
    """288.48 of 336.477, and 13.882 of 73.89."""
    by_formula = {row["formula"]: row["factor"] for row in COMPOUNDS}
    assert (by_formula["Nd2O3"], by_formula["Li2CO3"]) == ("0.857354", "0.187874")


def test_no_two_factors_are_for_the_same_substance_and_basis() -> None:
    keys = [
        (substance, basis)
        for row in COMPOUNDS
        for substance in row["substances"].split(";")
        for basis in row["bases"].split(";")
    ]
    assert len(keys) == len(set(keys))


def test_every_rare_earth_that_is_made_has_its_oxide() -> None:
    """Promethium is not made, and has no standard atomic weight."""
    rare_earths = next(row for row in rows("groups") if row["id"] == "rare-earths")
    members = set(
        next(v for k, v in rare_earths.items() if k in ("members", "elements")).split(";")
    )
    converted = {row["element"] for row in COMPOUNDS if "reo" in row["bases"].split(";")}
    assert members - converted == {"promethium"}


def test_no_mixture_has_a_factor() -> None:
    groups = {row["id"] for row in rows("groups")}
    assert not groups & {s for row in COMPOUNDS for s in row["substances"].split(";")}


@pytest.mark.parametrize("row", UNITS, ids=[row["id"] for row in UNITS])
def test_the_code_list_has_the_factor_of_the_table(row: dict[str, str], codes: Graph) -> None:
    unit = URIRef(f"{CM}unit-{row['unit']}")
    multiplier = codes.value(unit, URIRef(f"{PREFIXES['qudt']}conversionMultiplier"))
    assert float(str(multiplier)) == pytest.approx(float(row["factor"]), rel=1e-12)


def test_the_page_lists_what_is_converted(codes: Graph) -> None:
    text = (REPOSITORY / "docs" / "figures.md").read_text(encoding="utf-8")
    told = {
        normal: set(re.findall(r"`([\w-]+)`", others))
        for normal, others in re.findall(r"^\| `([\w-]+)` \| (.+) \|$", text, re.MULTILINE)
    }
    families: dict[str, set[str]] = defaultdict(set)
    for unit, normal in codes.subject_objects(URIRef(f"{CM}normalUnit")):
        if unit != normal:
            name = str(normal).removeprefix(f"{CM}unit-")
            families[name].add(str(unit).removeprefix(f"{CM}unit-"))
    assert told == families
