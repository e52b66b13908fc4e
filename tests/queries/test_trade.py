"""The questions about prices, import reliance and reserves, against the tables of facts.

What is expected is worked out from the CSV files alone: no query and nothing that is derived.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from functools import cache

import pytest

from kg.engines.embedded import EmbeddedEngine
from kg.questions import Cell
from kg.shipped import facts_dir
from tests.queries.fact_tables import Row, asked, items, listed_shares, local, table, things

POUND, TROY_OUNCE, SHORT_TON = 0.45359237, 0.0311034768, 907.18474
#: Kilograms of what a price in dollars is for.
KILOGRAMS = {
    "usd-per-kilogram": 1.0,
    "usd-per-tonne": 1000.0,
    "usd-per-gram": 0.001,
    "usd-per-10-grams": 0.01,
    "usd-per-25-grams": 0.025,
    "usd-per-50-grams": 0.05,
    "usd-per-pound": POUND,
    "us-cents-per-pound": 100 * POUND,
    "usd-per-troy-ounce": TROY_OUNCE,
    "usd-per-short-ton": SHORT_TON,
    "usd-per-carat": 0.0002,
}
IN_TONNES = {"tonne": 1.0, "thousand-tonnes": 1e3, "million-tonnes": 1e6, "kilogram": 1e-3}


def names(end: str) -> list[str]:
    return sorted(p.stem for p in (facts_dir() / "tables").glob(f"*{end}.csv"))


@cache
def issued() -> dict[str, str]:
    return {source["id"]: source["date"] for source in table("sources")}


@cache
def statistics(measure: str) -> list[Row]:
    rows = table(*names("-us"), *names("-import-reliance"), *names("-us-changes"))
    return [row for row in rows if row["measure"] == measure]


def release(row: Row) -> str:
    """The one release that a row is from."""
    [source] = items(row["source_ids"])
    return source


def day(row: Row) -> str:
    """The day of the release; a year alone comes before all days of it."""
    return (issued()[release(row)] + "-00-00")[:10]


def number(cell: Cell | None) -> float | None:
    return None if cell is None else cell.number


def scaled(cell: str, factor: float) -> float | None:
    return float(cell) * factor if cell else None


def near(expected: float | None) -> object:
    return None if expected is None else pytest.approx(expected, rel=1e-9)


# --- prices -----------------------------------------------------------------------------------

PRICED = {row["substance"] for row in statistics("price")}
CONTAINS = {row["id"]: items(row["elements"]) for row in table("materials", "commodities")}
ELEMENTS = {row["id"] for row in table("elements")}
#: The priced forms of each element that has any, itself included.
FORMS_OF = {
    element: {p for p in PRICED if p == element or element in CONTAINS.get(p, ())}
    for element in ELEMENTS
}


def prices(material: str) -> dict[tuple[str, str, str], Row]:
    """For each substance, thing that is priced and year the row of the newest release."""
    found: dict[tuple[str, str, str], Row] = {}
    for row in sorted(statistics("price"), key=day):
        if row["substance"] in FORMS_OF.get(material, {material}):
            found[row["substance"], row["item"], row["year"]] = row
    return found


@pytest.mark.parametrize("material", sorted({*PRICED, *(e for e, of in FORMS_OF.items() if of)}))
def test_prices_are_those_of_the_newest_release(
    shipped_engine: EmbeddedEngine, material: str
) -> None:
    answer = asked(shipped_engine, "prices", material=material)
    expected = prices(material)
    assert expected
    assert len(answer.rows) == len(expected)
    found = {
        (local(row["priced_as"]), local(row.get("item")), local(row["year"])) for row in answer.rows
    }
    assert found == expected.keys()
    lines: dict[str, set[tuple[str, ...]]] = defaultdict(set)
    for row in answer.rows:
        key = (local(row["priced_as"]), local(row.get("item")))
        fact = expected[(*key, local(row["year"]))]
        weight = KILOGRAMS.get(fact["unit"])
        unit = "unit-usd-per-kilogram" if weight else f"unit-{fact['unit']}" * bool(fact["unit"])
        assert local(row.get("unit")) == unit
        for column in ("value", "low", "high"):
            assert number(row.get(column)) == near(scaled(fact[column], 1 / (weight or 1)))
        assert local(row["status"]) == f"status-{fact['status']}"
        assert things(row["record"]) == {fact["id"]}
        assert things(row["source"]) == {release(fact)}
        assert local(row["stated"]).startswith(fact["stated"] or fact["flag"])
        lines[row["line"].text].add((*key, unit))
    assert all(len(of_line) == 1 for of_line in lines.values())


def test_an_element_has_the_prices_of_its_forms() -> None:
    """So that those who ask for lithium are not told that there is none."""
    assert FORMS_OF["lithium"] == {"lithium-carbonate"}
    assert FORMS_OF["neodymium"] == {"neodymium-oxide", "ndpr-oxide"}


def test_ranges_are_compared() -> None:
    """Prices that are a range have no single value, so the columns of its ends are needed."""
    ranges = [row for row in statistics("price") if row["low"] or row["high"]]
    assert len(ranges) > 10
    assert all(row["low"] and row["high"] and not row["value"] for row in ranges)


def test_prices_are_nominal_unless_the_form_says_real() -> None:
    """As the question says below its answers."""
    words = ("real", "constant dollar", "inflation", "deflated")
    corrected = {
        (row["substance"], row["item"])
        for row in statistics("price")
        if any(re.search(rf"\b{word}\b", f"{row['item']} {row['note']}".lower()) for word in words)
    }
    form = "annual average-real, battery-grade lithium carbonate"
    assert corrected == {("lithium-carbonate", form)}


def test_a_price_that_was_corrected_stands_once(shipped_engine: EmbeddedEngine) -> None:
    """For 2021 the releases of 2022 and 2023 say 49, all later ones 98."""
    said = {
        row["value"]
        for row in statistics("price")
        if (row["substance"], row["year"]) == ("neodymium-oxide", "2021")
    }
    assert said == {"49", "98"}
    [row] = [r for r in asked(shipped_engine, "prices").rows if local(r["year"]) == "2021"]
    assert number(row["value"]) == 98


# --- import reliance --------------------------------------------------------------------------


def newest_reliance(year: str = "") -> dict[tuple[str, str], Row]:
    """For each material the rows of its newest year, or of one year, in the newest release."""
    of: dict[str, list[Row]] = {}
    for row in statistics("import-reliance"):
        if not year or row["year"] == year:
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
    for row in table(*names("-import-sources")):
        if not year or row["year"] <= year:
            of.setdefault(row["substance"], []).append(row)
    return {
        material: [row for row in rows if row["year"] == max(r["year"] for r in rows)]
        for material, rows in of.items()
    }


#: Figures about a form, and all forms of imports, in whatever release, that are this form.
#: All other figures are about the material as a whole.
FORMS = {
    ("lead", "refined metal"): {"Refined metal", "refined"},
    ("manufactured-abrasives", "Fused aluminum oxide"): {
        "Fused aluminum oxide (crude)",
        "Fused aluminum oxide, ground and refined",
        "Total fused aluminum oxide",
        "fused aluminum oxide",
    },
    ("manufactured-abrasives", "Metallic abrasives"): {"Metallic abrasives"},
    ("manufactured-abrasives", "Silicon carbide"): {
        "Silicon carbide, crude",
        "Silicon carbide, ground and refined",
        "Total silicon carbide",
        "silicon carbide",
    },
    ("rare-earths", "Compounds and metals"): {
        "Rare-earth compounds and metals",
        "compounds and metals",
    },
    ("rare-earths", "Mineral concentrates"): set(),
    ("tin", "refined tin"): {"Refined tin", "refined"},
    ("zinc", "Ores and concentrates"): {"Ores and concentrates"},
    ("zinc", "Refined zinc"): {"Refined metal", "refined"},
    ("zirconium", "Zirconium ores and concentrates"): {
        "Zirconium ores and concentrates",
        "ores and concentrates",
    },
}


@pytest.mark.parametrize("year", ["", "2025", "2024", "2022", "2019"])
def test_reliance_and_suppliers_are_those_of_the_newest_release(
    shipped_engine: EmbeddedEngine, year: str
) -> None:
    answer = asked(shipped_engine, "import-reliance", year=year or "latest")
    expected, imports = newest_reliance(year), newest_imports(year)
    shares = listed_shares(shipped_engine)
    assert len(answer.rows) == len(expected)
    found = {(local(row["material"]), local(row.get("item"))) for row in answer.rows}
    assert found == expected.keys()
    compared = 0
    for row in answer.rows:
        material = local(row["material"])
        fact = expected[material, local(row.get("item"))]
        assert local(row["year"]) == fact["year"]
        assert number(row.get("net_import_reliance")) == near(scaled(fact["value"], 1))
        assert number(row.get("low")) == near(scaled(fact["low"], 1))
        assert number(row.get("high")) == near(scaled(fact["high"], 1))
        assert local(row["status"]) == f"status-{fact['status']}"
        assert things(row["reliance"]) == {fact["id"]}

        forms = FORMS.get((material, fact["item"]))
        parts = [p for p in imports.get(material, []) if forms is None or p["item"] in forms]
        [listing] = things(row["record"]) - {fact["id"]}
        assert fact["id"] in things(row["record"])
        assert shares.get(listing, set()) == {part["id"] for part in parts}
        assert things(row["source"]) == {release(fact), *map(release, parts)}
        assert things(row.get("suppliers")) == {p["supplier"] for p in parts} - {"OTHER"}
        assert told(local(row.get("main_sources")), parts) == len(parts)
        periods = {f"{part['period_start']}-{part['period_end']}" for part in parts}
        assert {local(row.get("sources_period"))} == (periods or {""})
        compared += len(parts)
    assert compared > (400 if year in ("", "2024", "2025") else 100) or year == "2019"


def said(row: Row) -> str:
    """A supplier and its share, as the question says it."""
    who = {p["id"]: p["name"] for p in table("places")}.get(row["supplier"], "other countries")
    if row["share"]:
        return f"{who} {float(row['share']):g}%"
    if row["low"]:
        return f"{who} at least {float(row['low']):g}%"
    return f"{who} at most {float(row['high']):g}%" if row["high"] else who


def told(text: str, parts: Iterable[Row]) -> int:
    """How many suppliers a text names, each of which must be one of the parts of its form.

    Names of forms hold commas, colons and percentages, so they are taken away one by one.
    """
    forms: dict[str, list[str]] = defaultdict(list)
    for part in parts:
        forms[part["item"]].append(said(part))
    seen = 0
    rest = text
    for form, suppliers in sorted(forms.items()):
        start = f"{form}: " if form else ""
        assert rest.startswith(start)
        of_form = rest.removeprefix(start).split("; ")[0]
        assert sorted(of_form.split(", ")) == sorted(suppliers)
        seen += len(suppliers)
        rest = rest.removeprefix(start + of_form).removeprefix("; ")
    assert not rest
    return seen


def test_the_largest_supplier_comes_first(shipped_engine: EmbeddedEngine) -> None:
    """Within each form; what the source calls other countries comes last, however much it is."""
    seen = 0
    rows = asked(shipped_engine, "import-reliance").rows
    for row in rows:
        for form in local(row.get("main_sources")).split("; "):
            named, _, rest = form.partition("other countries")
            shares = [float(share) for share in re.findall(r" (\d+(?:\.\d+)?)%", named)]
            if "(" not in form:  # a form may have a percentage in its own words
                assert shares == sorted(shares, reverse=True)
                seen += len(shares)
            assert rest.count("%") <= 1
    assert seen > 300
    [gallium] = {local(r.get("main_sources")) for r in rows if local(r["material"]) == "gallium"}
    assert gallium == "Metal: Canada 28%, Japan 22%, China 18%, Germany 16%, other countries 16%"


def test_a_form_without_published_imports_has_no_suppliers(shipped_engine: EmbeddedEngine) -> None:
    """The imports of compounds of rare earths say nothing about their concentrates."""
    rows = asked(shipped_engine, "import-reliance").rows
    of = {local(r.get("item")): r for r in rows if local(r["material"]) == "rare-earths"}
    assert "main_sources" not in of["Mineral concentrates"]
    assert "CHN" not in things(of["Mineral concentrates"].get("suppliers"))
    assert "CHN" in things(of["Compounds and metals"]["suppliers"])


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
        for fact in table("production", *names("-production"))
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
