"""The questions about who makes what, against the tables of facts.

What is expected is worked out from the CSV files alone: no query and nothing that is derived.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping
from functools import cache

import pytest

from kg.engines.embedded import EmbeddedEngine
from kg.namespaces import GRAPH
from kg.questions import Cell, ResultTable
from kg.shipped import facts_dir
from tests.queries.fact_tables import Row, asked, items, local, table

KINDS = ("official", "academic", "company", "encyclopaedia", "other", "news")
FACTORS = {
    "kilogram": 0.001,
    "thousand-tonnes": 1e3,
    "million-tonnes": 1e6,
    "thousand-dry-tonnes": 1e3,
    "thousand-carats": 0.0002,
    "million-carats": 0.2,
    "million-cubic-metres": 1e6,
    "million-litres": 1e3,
}
#: Of an undated source it is not known that it is newer than any other.
UNDATED = "0000"

Key = tuple[str, str]
#: Figures by area and series, or by country, year and series.
Figures = dict[tuple[str, ...], float | None]


@cache
def sources() -> dict[str, Row]:
    return {row["id"]: row for row in table("sources")}


def rank(source: str) -> int:
    return KINDS.index(sources()[source]["kind"])


def released(source: str) -> str:
    return sources()[source]["date"] or UNDATED


def newest_first(source: str) -> tuple[int, ...]:
    """Sorts the newest release first; what is not said of a date counts as 0."""
    year, month, day = (*released(source).split("-"), "0", "0")[:3]
    return (-int(year), -int(month), -int(day))


def names(end: str) -> list[str]:
    return sorted(p.stem for p in (facts_dir() / "tables").glob(f"*{end}.csv"))


@cache
def figures(measure: str) -> dict[Key, list[Row]]:
    """Amounts by material and stage."""
    found: dict[Key, list[Row]] = defaultdict(list)
    for row in table(*names("production"), "iea-2025-supply"):
        if row["measure"] == measure:
            found[row["substance"], row["stage"]].append(row)
    return found


@cache
def published_shares() -> dict[Key, list[Row]]:
    found: dict[Key, list[Row]] = defaultdict(list)
    for row in table("shares", "eu-crm-2023-shares", *names("leading-producers")):
        found[row["substance"], row["stage"]].append(row)
    return found


def normal(row: Row, column: str = "value") -> float | None:
    """A figure in its normal unit."""
    return float(row[column]) * FACTORS.get(row["unit"], 1.0) if row[column] else None


def area(cell: Cell) -> str:
    return "OTHER" if cell.text == "Other countries" else local(cell)


def near(found: float | None, expected: float | None) -> bool:
    if found is None or expected is None:
        return found is expected
    return math.isclose(found, expected, rel_tol=1e-9, abs_tol=1e-12)


def number(row: Mapping[str, Cell], column: str) -> float | None:
    return row[column].number if column in row else None


def agree(found: Figures, expected: Figures) -> None:
    assert found.keys() == expected.keys()
    assert [k for k in expected if not near(found[k], expected[k])] == []


# --- production by country --------------------------------------------------------------------


def lists_of_the_world(rows: Iterable[Row]) -> dict[tuple[str, str], list[Row]]:
    """The lists that come with a total of the world, by year and source."""
    lists: dict[tuple[str, str], list[Row]] = defaultdict(list)
    for row in rows:
        for source in items(row["source_ids"]):
            lists[row["year"], source].append(row)
    return {k: rows for k, rows in lists.items() if any(r["area"] == "WORLD" for r in rows)}


def best_list(rows: Iterable[Row], year: str) -> list[Row]:
    """The list that answers for a year, or for the newest: its rows, the world included."""
    lists = {
        (of, source): listed
        for (of, source), listed in lists_of_the_world(rows).items()
        if (of == year if year else listed[0]["status"] != "forecast")
    }
    if not lists:
        return []
    return lists[min(lists, key=lambda k: (rank(k[1]), -int(k[0]), newest_first(k[1])))]


WITH_A_WORLD = sorted(k for k, rows in figures("production").items() if best_list(rows, ""))


def test_there_are_many_lists_of_the_world() -> None:
    assert len(WITH_A_WORLD) > 80


def by_country(listed: Iterable[Row]) -> Figures:
    rows = [row for row in listed if row["area"] != "WORLD"]
    assert len({(r["area"], r["series"]) for r in rows}) == len(rows)
    return {(r["area"], r["series"]): normal(r) for r in rows}


def shares_of(listed: list[Row]) -> Figures:
    """100 times each amount by the larger of the world and the sum of countries of its series."""
    expected: Figures = {}
    for row in listed:
        if row["area"] == "WORLD":
            continue
        same = [r for r in listed if all(r[c] == row[c] for c in ("series", "unit", "basis"))]
        world = [normal(r) for r in same if r["area"] == "WORLD"]
        countries = math.fsum(normal(r) or 0 for r in same if r["area"] not in ("WORLD", "OTHER"))
        amount, total = normal(row), world[0] if world else None
        key = (row["area"], row["series"])
        if amount is None or not total:
            expected[key] = None
        elif row["area"] == "OTHER":
            expected[key] = 100 * amount / total
        else:
            expected[key] = 100 * amount / max(total, countries)
    return expected


def found_by_country(answer: ResultTable, column: str) -> Figures:
    found: Figures = {
        (area(row["country"]), row["series"].text if "series" in row else ""): number(row, column)
        for row in answer.rows
    }
    assert len(found) == len(answer.rows), "a country stands there twice"
    return found


@pytest.mark.parametrize(("material", "stage"), WITH_A_WORLD)
def test_the_latest_list_is_that_of_the_best_and_newest_source(
    shipped_engine: EmbeddedEngine, material: str, stage: str
) -> None:
    listed = best_list(figures("production")[material, stage], "")
    answer = asked(shipped_engine, "production-by-country", material=material, stage=stage)
    agree(found_by_country(answer, "value"), by_country(listed))
    agree(found_by_country(answer, "share"), shares_of(listed))
    assert len({local(row["unit"]) for row in answer.rows if "unit" in row}) <= 1
    assert {local(row["year"]) for row in answer.rows} == {r["year"] for r in listed if answer.rows}


@pytest.mark.parametrize(
    ("material", "stage", "year"),
    [
        ("rare-earths", "mining", "2024"),
        ("rare-earths", "mining", "2021"),
        ("gallium", "refining", "2024"),
        ("cobalt", "mining", "2024"),
        ("lithium", "refining", "2035"),
        ("natural-graphite", "mining", "2022"),
        ("graphite", "refining", "2030"),
        ("tungsten", "mining", "2023"),
        ("strontium", "mining", "2024"),
        ("germanium", "refining", "2022"),
    ],
)
def test_the_list_of_one_year(
    shipped_engine: EmbeddedEngine, material: str, stage: str, year: str
) -> None:
    listed = best_list(figures("production")[material, stage], year)
    assert listed
    answer = asked(
        shipped_engine, "production-by-country", material=material, stage=stage, year=year
    )
    agree(found_by_country(answer, "value"), by_country(listed))
    agree(found_by_country(answer, "share"), shares_of(listed))
    statuses = {(r["area"], r["series"]): r["status"] for r in listed if r["area"] != "WORLD"}
    for row in answer.rows:
        key = (area(row["country"]), row["series"].text if "series" in row else "")
        assert local(row["status"]) == f"status-{statuses[key]}"


WITHOUT_A_WORLD = [
    ("gallium", "processing"),
    ("rare-earths", "refining"),
    ("battery-grade-graphite", "refining"),
    ("tungsten", "processing"),
    ("cobalt", "processing"),
    ("dysprosium-terbium", "mining"),
    ("ndpr-oxide", "separation"),
    ("sintered-ndfeb-magnet", "magnet-making"),
    ("magnesium-metal", "metal-making"),
]


def merit(row: Row) -> tuple[object, ...]:
    source = min(items(row["source_ids"]), key=lambda s: (rank(s), newest_first(s)))
    about = row.get("precision") == "about"
    state = {"measured": 0, "bound": 2}.get(row["status"], 1)
    return (rank(source), newest_first(source), about, state, row["id"])


@pytest.mark.parametrize(("material", "stage"), WITHOUT_A_WORLD)
def test_without_a_world_each_country_has_its_preferred_figures(
    shipped_engine: EmbeddedEngine, material: str, stage: str
) -> None:
    amounts = figures("production").get((material, stage), [])
    shares = published_shares().get((material, stage), [])
    assert not best_list(amounts, "")
    known = [row for row in (*amounts, *shares) if row["status"] != "forecast"]
    best = min(merit(row)[0] for row in known)  # type: ignore[type-var]
    year = max(row["year"] for row in known if merit(row)[0] == best)
    expected: dict[str, list[Row]] = defaultdict(list)
    for rows in (amounts, shares):
        of_area: dict[str, list[Row]] = defaultdict(list)
        for row in rows:
            if row["year"] == year:
                of_area[row["area"]].append(row)
        for place, several in of_area.items():
            expected[place].append(min(several, key=merit))
    answer = asked(shipped_engine, "production-by-country", material=material, stage=stage)
    found = {
        area(shown["country"]): {local(i) for i in shown["record"].items} for shown in answer.rows
    }
    assert found == {place: {row["id"] for row in rows} for place, rows in expected.items()}
    for shown in answer.rows:
        assert local(shown["year"]) == year
        for figure in expected[area(shown["country"])]:
            if "share" in figure:
                assert near(
                    number(shown, "share"), float(figure["share"]) if figure["share"] else None
                )
            else:
                assert near(number(shown, "value"), normal(figure))


# --- production over time ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("material", "stage"),
    [
        ("rare-earths", "mining"),
        ("gallium", "refining"),
        ("cobalt", "mining"),
        ("lithium", "refining"),
        ("natural-graphite", "mining"),
        ("tungsten", "mining"),
        ("strontium", "mining"),
        ("rare-earths", "separation"),
        ("magnet-rare-earths", "refining"),
    ],
)
def test_each_year_of_a_country_rests_on_one_release(
    shipped_engine: EmbeddedEngine, material: str, stage: str
) -> None:
    of: dict[tuple[str, str], dict[tuple[object, ...], list[Row]]] = defaultdict(
        lambda: defaultdict(list)
    )
    for measure, rows in (
        (0, figures("production").get((material, stage), [])),
        (1, published_shares().get((material, stage), [])),
    ):
        for row in rows:
            if row["area"] in ("WORLD", "OTHER") or row["status"] == "forecast":
                continue
            for source in items(row["source_ids"]):
                release = (rank(source), measure, newest_first(source), f"{GRAPH}{source}")
                of[row["area"], row["year"]][release].append(row)
    expected: Figures = {}
    for (place, year), releases in of.items():
        for row in releases[min(releases)]:
            if "value" in row:
                expected[place, year, row["series"]] = normal(row)
            else:
                expected[place, year, ""] = None
    answer = asked(
        shipped_engine, "production-over-time", material=material, stage=stage, country="any"
    )
    found: Figures = {}
    for shown in answer.rows:
        series = shown["series"].text if "series" in shown else ""
        found[local(shown["country"]), local(shown["year"]), series] = number(shown, "value")
    assert len(found) == len(answer.rows)
    agree(found, expected)
    lines = defaultdict(set)
    for shown in answer.rows:
        lines[shown["line"].text].add(
            (local(shown.get("unit")), local(shown.get("basis")), local(shown.get("series")))
        )
    shared = {line for line, kinds in lines.items() if len({k for k in kinds if k[0]}) > 1}
    assert not shared, "figures of two units, bases or series on one line"


def test_the_default_asks_for_four_countries(shipped_engine: EmbeddedEngine) -> None:
    answer = asked(shipped_engine, "production-over-time")
    assert {local(shown["country"]) for shown in answer.rows} == {"CHN", "USA", "AUS", "MMR"}


# --- reserves ---------------------------------------------------------------------------------

WITH_RESERVES = sorted({material for material, _ in figures("reserves")})


def preferred_reserves(material: str) -> dict[tuple[str, str], Row]:
    rows = [r for (of, _), rs in figures("reserves").items() if of == material for r in rs]
    best = min(merit(row)[0] for row in rows)  # type: ignore[type-var]
    year = max(row["year"] for row in rows if merit(row)[0] == best)
    several: dict[tuple[str, str], list[Row]] = defaultdict(list)
    for row in rows:
        if row["year"] == year:
            several[row["area"], row["series"]].append(row)
    return {key: min(of_one, key=merit) for key, of_one in several.items()}


@pytest.mark.parametrize("material", WITH_RESERVES)
def test_reserves_are_the_preferred_figures_of_the_newest_year(
    shipped_engine: EmbeddedEngine, material: str
) -> None:
    preferred = preferred_reserves(material)
    expected: Figures = {k: normal(row) for k, row in preferred.items() if k[0] != "WORLD"}
    answer = asked(shipped_engine, "reserves", material=material)
    agree(found_by_country(answer, "value"), expected)
    shares: Figures = {}
    for (place, series), amount in expected.items():
        world = preferred.get(("WORLD", series))
        total = normal(world) if world else None
        listed = math.fsum(v or 0 for (p, s), v in expected.items() if s == series and p != "OTHER")
        known = total and amount is not None
        shares[place, series] = 100 * amount / max(total, listed) if known else None  # type: ignore[operator,type-var]
    agree(found_by_country(answer, "share"), shares)


def test_a_bound_of_the_world_gives_no_share(shipped_engine: EmbeddedEngine) -> None:
    rows = asked(shipped_engine, "reserves", material="rare-earths").rows
    assert not any("share" in row for row in rows)
    [china] = [row for row in rows if area(row["country"]) == "CHN"]
    listed = math.fsum(number(row, "value") or 0 for row in rows)
    assert near(number(china, "share_high"), 100 * 44e6 / listed)
    assert listed > 75e6
