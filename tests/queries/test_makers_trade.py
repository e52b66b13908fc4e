"""The questions about prices, import reliance and reserves, against the tables of facts.

What is expected is worked out from the CSV files alone: no query and nothing that is derived.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

import pytest

from kg.engines.embedded import EmbeddedEngine
from kg.questions import Cell
from tests.queries.fact_tables import Row, asked, items, local, table, things

RELEASES = ("2022", "2023", "2024", "2025", "2026")
STATISTICS = [f"usgs-mcs-{release}-us" for release in RELEASES]
RELIANCE = [*STATISTICS, *(f"usgs-mcs-{release}-import-reliance" for release in RELEASES[1:])]
IMPORTS = [f"usgs-mcs-{release}-import-sources" for release in RELEASES[1:]]
RESERVES = ["production", *(f"usgs-mcs-{release}-production" for release in RELEASES[1:])]

#: The kilogram in other units of weight, and what the normal unit is then.
POUND, TROY_OUNCE, TONNE = 0.45359237, 0.0311034768, 1000.0
PER_KILOGRAM = {
    "usd-per-kilogram": 1.0,
    "usd-per-tonne": 1 / TONNE,
    "usd-per-gram": 1000.0,
    "usd-per-pound": 1 / POUND,
    "us-cents-per-pound": 0.01 / POUND,
    "usd-per-troy-ounce": 1 / TROY_OUNCE,
}
IN_TONNES = {"tonne": 1.0, "thousand-tonnes": 1e3, "million-tonnes": 1e6, "kilogram": 1e-3}

ISSUED = {source["id"]: source["date"] for source in table("sources")}


def release(row: Row) -> str:
    """The one release that a row is from."""
    [source] = items(row["source_ids"])
    return source


def day(row: Row) -> str:
    """The day of the release; a year alone comes before all days of it."""
    return (ISSUED[release(row)] + "-00-00")[:10]


def number(cell: Cell | None) -> float | None:
    return None if cell is None else cell.number


def scaled(cell: str, factor: float) -> float | None:
    return float(cell) * factor if cell else None


def near(expected: float | None) -> object:
    return None if expected is None else pytest.approx(expected, rel=1e-9)


def each(row: Row, *names: str) -> tuple[str, ...]:
    return tuple(row[name] for name in names)


# --- prices -----------------------------------------------------------------------------------


def prices(material: str) -> dict[tuple[str, str], Row]:
    """For each thing that is priced and each year the row of the newest release."""
    found: dict[tuple[str, str], Row] = {}
    for row in sorted(table(*STATISTICS), key=day):
        if row["measure"] == "price" and row["substance"] == material:
            found[row["item"], row["year"]] = row
    return found


@pytest.mark.parametrize(
    "material",
    [
        "neodymium-oxide",  # the default
        "gallium",  # priced otherwise in the newest release
        "cobalt",  # dollars per pound
        "copper",  # cents per pound
        "chromium",  # once per pound, once per tonne
        "natural-zeolites",  # ranges
        "mica",  # withheld
        "mercury",  # not available in an older release
        "tungsten",  # metric ton units
        "platinum",  # troy ounces
        "granite",  # words only
    ],
)
def test_prices_are_those_of_the_newest_release(
    shipped_engine: EmbeddedEngine, material: str
) -> None:
    answer = asked(shipped_engine, "prices", material=material)
    expected = prices(material)
    assert expected
    assert len(answer.rows) == len(expected)
    for row in answer.rows:
        fact = expected[local(row.get("item")), local(row["year"])]
        factor = PER_KILOGRAM.get(fact["unit"])
        unit = "unit-usd-per-kilogram" if factor else f"unit-{fact['unit']}" * bool(fact["unit"])
        assert local(row.get("unit")) == unit
        value = scaled(fact["value"] or fact["low"], factor or 1)
        assert number(row.get("value")) == near(value)
        assert number(row.get("high")) == near(scaled(fact["high"], factor or 1))
        assert local(row["status"]) == f"status-{fact['status']}"
        assert things(row["record"]) == {fact["id"]}
        assert things(row["source"]) == {release(fact)}
        assert local(row["stated"]).startswith(fact["stated"] or fact["flag"])


def test_a_price_that_was_corrected_stands_once(shipped_engine: EmbeddedEngine) -> None:
    """For 2021 the releases of 2022 and 2023 say 49, all later ones 98."""
    said = {
        row["value"]
        for row in table(*STATISTICS)
        if each(row, "substance", "measure", "year") == ("neodymium-oxide", "price", "2021")
    }
    assert said == {"49", "98"}
    [row] = [r for r in asked(shipped_engine, "prices").rows if local(r["year"]) == "2021"]
    assert number(row["value"]) == 98


# --- import reliance --------------------------------------------------------------------------


def newest_reliance(year: str = "") -> dict[tuple[str, str], Row]:
    """For each material the rows of its newest year, or of one year, in the newest release."""
    of: dict[str, list[Row]] = {}
    for row in table(*RELIANCE):
        if row["measure"] == "import-reliance" and (not year or row["year"] == year):
            of.setdefault(row["substance"], []).append(row)
    found: dict[tuple[str, str], Row] = {}
    for material, rows in of.items():
        newest = max((row["year"], day(row)) for row in rows)
        for row in rows:
            if (row["year"], day(row)) == newest:
                assert (material, row["item"]) not in found
                found[material, row["item"]] = row
    return found


def newest_imports(year: str = "") -> dict[str, list[Row]]:
    """For each material where the imports of its newest years, up to a year, came from."""
    of: dict[str, list[Row]] = {}
    for row in table(*IMPORTS):
        if not year or row["year"] <= year:
            of.setdefault(row["substance"], []).append(row)
    return {
        material: [row for row in rows if row["year"] == max(each(r, "year") for r in rows)[0]]
        for material, rows in of.items()
    }


@pytest.mark.parametrize("year", ["", "2022"])
def test_reliance_and_suppliers_are_those_of_the_newest_release(
    shipped_engine: EmbeddedEngine, year: str
) -> None:
    answer = asked(shipped_engine, "import-reliance", year=year or "latest")
    expected, imports = newest_reliance(year), newest_imports(year)
    names = {place["id"]: place["name"] for place in table("places")}
    assert len(answer.rows) == len(expected)
    for row in answer.rows:
        material = local(row["material"])
        fact = expected[material, local(row.get("item"))]
        assert local(row["year"]) == fact["year"]
        assert number(row.get("net_import_reliance")) == near(scaled(fact["value"], 1))
        assert number(row.get("low")) == near(scaled(fact["low"], 1))
        assert number(row.get("high")) == near(scaled(fact["high"], 1))
        assert local(row["status"]) == f"status-{fact['status']}"
        assert things(row["record"]) == {fact["id"]}

        parts = imports.get(material, [])
        assert things(row["source"]) == {release(fact), *map(release, parts)}
        assert things(row.get("suppliers")) == {p["supplier"] for p in parts} - {"OTHER"}
        text = local(row.get("main_sources"))
        for part in parts:
            share = f" {float(part['share']):g}%" if part["share"] else ""
            assert names.get(part["supplier"], "other countries") + share in text
            assert part["item"] in text
            assert local(row["sources_period"]) == f"{part['period_start']}-{part['period_end']}"
        # A form may have a percentage in its own words; all others are shares.
        own = sum(form.count("%") for form in {part["item"] for part in parts})
        assert text.count("%") - own == sum(
            bool(p["share"] or p["low"] or p["high"]) for p in parts
        )


def test_the_largest_supplier_comes_first(shipped_engine: EmbeddedEngine) -> None:
    """Within each form; what the source calls other countries comes last, however much it is."""
    seen = 0
    for row in asked(shipped_engine, "import-reliance").rows:
        for form in local(row.get("main_sources")).split("; "):
            named, _, rest = form.partition("other countries")
            shares = [float(share) for share in re.findall(r" (\d+(?:\.\d+)?)%", named)]
            if "(" not in form:  # a form may have a percentage in its own words
                assert shares == sorted(shares, reverse=True)
                seen += len(shares)
            assert rest.count("%") <= 1
    assert seen > 300


# --- reserves ---------------------------------------------------------------------------------


def preferred(rows: Iterable[Row]) -> Row:
    """The newest release first, then measured before estimated before a bound, then the name."""
    exactness = {"measured": 0, "bound": 2}
    several = list(rows)
    newest = max(map(day, several))
    return min(
        (row for row in several if day(row) == newest),
        key=lambda row: (exactness.get(row["status"], 1), row["id"]),
    )


@pytest.mark.parametrize(
    ("material", "year"),
    [
        ("rare-earths", ""),  # a later version of a sheet corrects two of the figures
        ("rare-earths", "2023"),
        ("cobalt", ""),
        ("lithium", ""),
        ("natural-graphite", ""),
        ("tungsten", ""),
        ("nickel", "2025"),  # a bound for the other countries
        ("rhenium", ""),  # kilograms
        ("copper", ""),  # thousand tonnes
        ("iron-ore", ""),  # two lists, of ore and of iron
    ],
)
def test_reserves_are_the_preferred_figures_of_the_year(
    shipped_engine: EmbeddedEngine, material: str, year: str
) -> None:
    facts = [
        fact
        for fact in table(*RESERVES)
        if fact["measure"] == "reserves" and fact["substance"] == material
    ]
    asked_year = year or max(fact["year"] for fact in facts)
    stated: dict[tuple[str, str], list[Row]] = {}
    for fact in facts:
        if fact["year"] == asked_year:
            stated.setdefault((fact["area"], fact["series"]), []).append(fact)
    expected = {key: preferred(rows) for key, rows in stated.items()}
    countries = {key for key in expected if key[0] not in ("WORLD", "OTHER")}
    assert len(countries) > 4

    answer = asked(shipped_engine, "reserves", material=material, year=year or "latest")
    assert len(answer.rows) == sum(area != "WORLD" for area, _ in expected)
    for row in answer.rows:
        country, series = local(row["country"]), local(row.get("series"))
        fact = expected["OTHER" if country == "Other countries" else country, series]
        factor = IN_TONNES[fact["unit"]]
        value = scaled(fact["value"], factor)
        assert local(row["unit"]) == "unit-tonne"
        assert number(row.get("value")) == near(value)
        assert number(row.get("low")) == near(scaled(fact["low"], factor))
        assert local(row["status"]) == f"status-{fact['status']}"
        assert local(row.get("basis")) == (f"basis-{fact['basis']}" if fact["basis"] else "")
        assert things(row["record"]) == {fact["id"]}
        assert things(row["source"]) == {release(fact)}

        # A share needs a total of the world; a lower bound of it gives the most that it can be.
        world = expected.get(("WORLD", series))
        listed = sum(
            scaled(one["value"], IN_TONNES[one["unit"]]) or 0
            for key, one in expected.items()
            if key in countries and key[1] == series
        )
        total = world and scaled(world["value"], IN_TONNES[world["unit"]])
        least = world and scaled(world["low"], IN_TONNES[world["unit"]])
        share = 100 * value / max(total, listed) if total and value is not None else None
        most = None if total or value is None else 100 * value / max(least or 0, listed)
        assert number(row.get("share")) == near(share)
        assert number(row.get("share_high")) == near(most)
