"""The questions about the data themselves, against the tables of facts.

What is expected is worked out from the CSV files alone: no query and nothing that is derived.
"""

from __future__ import annotations

import json
import math
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from functools import cache

import pytest
from pyoxigraph import Literal, NamedNode, QuerySolutions, Store

from kg.engines.embedded import EmbeddedEngine
from kg.engines.engine import Query
from kg.namespaces import CM, GRAPH, expand
from kg.questions import Catalogue
from kg.questions.binding import bind
from kg.shipped import facts_dir
from tests.queries.fact_tables import Row, asked, items, local, table
from tests.queries.test_makers import (
    area,
    figures,
    merit,
    near,
    normal,
    number,
    published_shares,
)

#: Areas that are no place: the world, and what a source lumps together.
NO_PLACE = ("WORLD", "OTHER")


@cache
def blocs() -> frozenset[str]:
    return frozenset(row["id"] for row in table("places") if row["kind"] == "bloc")


# --- coverage ---------------------------------------------------------------------------------

#: Material, stage, year, release, series and basis.
About = tuple[str, str, str, str, str, str]
#: Known part of the world, countries with a figure and without, and what it is worked out from.
Known = tuple[float | None, int, int | None, str]


def from_amounts() -> Iterator[tuple[About, Known]]:
    """Of each table with a world total, the listed countries in percent of it."""
    tables: dict[tuple[str, ...], list[Row]] = defaultdict(list)
    of_sources: dict[tuple[str, ...], set[str]] = defaultdict(set)
    for (material, stage), rows in figures("production").items():
        for row in rows:
            for source in items(row["source_ids"]):
                when = (row["year"], row["period_start"], row["period_end"], row["series"])
                same = (material, stage, source, *when)
                if row["value"]:
                    tables[(*same, row["unit"], row["basis"])].append(row)
                elif row["area"] not in NO_PLACE:
                    of_sources[same].add(row["area"])
    for key, rows in tables.items():
        material, stage, source, year, _, _, series, _, basis = key
        world = [row for row in rows if row["area"] == "WORLD"]
        listed = [row for row in rows if row["area"] not in NO_PLACE]
        if not world or not listed or not year or "forecast" in {row["status"] for row in rows}:
            continue
        (of_world,) = world
        known = math.fsum(float(r["value"]) for r in listed if r["area"] not in blocs())
        total = max(known, float(of_world["value"]))
        if not total:
            continue
        without = of_sources[key[:-2]] - {row["area"] for row in listed}
        about = (material, stage, year, source, series, basis)
        yield about, (100 * known / total, len(listed), len(without), "amounts and world total")


def from_shares() -> Iterator[tuple[About, Known]]:
    """Of each release, the sum of the shares of countries that it publishes."""
    parts: dict[About, list[float]] = defaultdict(list)
    for (material, stage), rows in published_shares().items():
        for row in rows:
            if is_share_of_country(row) and row["share"] and row["area"] not in blocs():
                for source in items(row["source_ids"]):
                    about = (material, stage, row["year"], source, "", "")
                    parts[about].append(float(row["share"]))
    for about, of_release in parts.items():
        known = min(round(math.fsum(of_release), 3), 100.0)
        yield about, (known, len(of_release), None, "published shares")


def is_share_of_country(row: Row) -> bool:
    return bool(row["year"]) and row["area"] not in NO_PLACE and row["status"] != "forecast"


def without_total(shared: set[tuple[str, str]]) -> Iterator[tuple[About, Known]]:
    """Where nobody gives a share: how many countries each release has an amount of."""
    countries: dict[About, set[str]] = defaultdict(set)
    for (material, stage), rows in figures("production").items():
        for row in rows:
            if is_share_of_country(row) and (material, stage) not in shared:
                for source in items(row["source_ids"]):
                    countries[material, stage, row["year"], source, "", ""].add(row["area"])
    for about, places in countries.items():
        yield about, (None, len(places), None, "no world total")


@cache
def coverage() -> tuple[dict[tuple[About, str], Known], dict[tuple[str, str], str]]:
    """What is known of everything, and the newest year of each material and stage."""
    with_share = [*from_amounts(), *from_shares()]
    years: dict[tuple[str, str], set[str]] = defaultdict(set)
    for (material, stage), rows in published_shares().items():
        years[material, stage] |= {row["year"] for row in rows if is_share_of_country(row)}
    for about, _ in with_share:
        years[about[:2]].add(about[2])
    forecast = {row_key for row_key, rows in published_shares().items() if rows}
    alone = list(without_total({*years, *forecast}))
    for about, _ in alone:
        years[about[:2]].add(about[2])
    found = {(about, known[3]): known for about, known in (*with_share, *alone)}
    return found, {about: max(of, default="") for about, of in years.items()}


@pytest.mark.parametrize(
    ("material", "year"),
    [
        ("any", "latest"),
        ("any", "2024"),
        ("any", "2021"),
        ("rare-earths", "2022"),
        ("boron", "latest"),
        ("cobalt", "latest"),
    ],
)
def test_what_is_known_is_what_the_listed_countries_make_up(
    shipped_engine: EmbeddedEngine, material: str, year: str
) -> None:
    everything, newest = coverage()
    expected = {
        key: known
        for key, known in everything.items()
        if material in ("any", key[0][0])
        and key[0][2] == (newest[key[0][:2]] if year == "latest" else year)
    }
    assert expected
    answer = asked(shipped_engine, "coverage", material=material, year=year)
    found = {}
    for row in answer.rows:
        told = {name: local(row.get(name)) for name in ("series", "basis", "worked_out")}
        about = (
            *(local(row["material"]), local(row["stage"]).removeprefix("stage-")),
            *(local(row["year"]), local(row["source"].items[0])),
            *(told["series"], told["basis"].removeprefix("basis-")),
        )
        counts = [int(row[n].text) if n in row else None for n in ("countries", "unknown")]
        found[about, told["worked_out"]] = (number(row, "known_share"), *counts)
    assert len(found) == len(answer.rows)
    assert found.keys() == expected.keys()
    assert {key: known[1:] for key, known in found.items()} == {
        key: known[1:3] for key, known in expected.items()
    }
    assert [key for key in expected if not near(found[key][0], expected[key][0])] == []


def test_a_share_of_estimates_is_marked(shipped_engine: EmbeddedEngine) -> None:
    answer = asked(shipped_engine, "coverage", material="rare-earths", year="2025")
    (row,) = [r for r in answer.rows if local(r["worked_out"]) == "amounts and world total"]
    rows = [
        r
        for r in figures("production")["rare-earths", "mining"]
        if r["year"] == "2025" and local(row["source"].items[0]) in items(r["source_ids"])
    ]
    assert {r["status"] for r in rows} & {"estimated"}
    assert local(row["status"]) == "status-computed-from-estimates"


# --- disagreements ----------------------------------------------------------------------------

MEASURES = {
    "production": "ProductionObservation",
    "reserves": "ReserveObservation",
    "capacity": "CapacityObservation",
}
#: What figures are of: measure, stage, area and year.
Same = tuple[str, str, str, str]
#: What is said of it: the lowest, the highest and the preferred figure.
Ends = tuple[float, float, float]


def on_one_basis(
    groups: Mapping[tuple[Same, str, bool], list[Row]],
) -> Iterator[tuple[Same, list[Row]]]:
    """The figures of each basis; those without one stand with the only other."""
    for (same, _, _), rows in groups.items():
        bases = {row["basis"] for row in rows if row["basis"]}
        for basis in bases if len(bases) == 1 else {row["basis"] for row in rows}:
            yield (
                same,
                [r for r in rows if r["basis"] == basis or (not r["basis"] and len(bases) == 1)],
            )


def compared(material: str, least: float) -> list[tuple[Same, Ends]]:
    """What at least two sources say of the same and differs, with the preferred figure."""
    assert not [f for f in table("conversion-factors") if material in items(f["substances"])]
    groups: dict[tuple[Same, str, bool], list[Row]] = defaultdict(list)
    for measure in MEASURES:
        for (substance, stage), rows in figures(measure).items():
            for row in rows:
                if substance == material and row["value"] and row["area"] != "OTHER":
                    same = (measure, stage, row["area"], row["year"])
                    groups[same, row["series"], row["status"] == "forecast"].append(row)
    found: list[tuple[Same, Ends]] = []
    for same, rows in on_one_basis(groups):
        values = [normal(row) or 0.0 for row in rows]
        low, high = min(values), max(values)
        several = len({tuple(sorted(items(row["source_ids"]))) for row in rows}) > 1
        if several and high > low and 100 * (high - low) / high >= least:
            found.append((same, (low, high, normal(min(rows, key=merit)) or 0.0)))
    return sorted(found)


@pytest.mark.parametrize(
    ("material", "least"),
    [
        ("rare-earths", 10),
        ("rare-earths", 60),
        ("cobalt", 10),
        ("tin", 0),
        ("antimony", 25.5),
        ("natural-graphite", 10),
    ],
)
def test_figures_that_differ_by_so_much_are_found(
    shipped_engine: EmbeddedEngine, material: str, least: float
) -> None:
    expected = compared(material, least)
    assert expected
    answer = asked(shipped_engine, "disagreements", material=material, least=str(least))
    measures = {kind: name for name, kind in MEASURES.items()}
    found: list[tuple[Same, Ends]] = []
    for row in answer.rows:
        if local(row["measure"]) in measures:
            place = area(row["place"]) if "place" in row else "WORLD"
            stage = local(row["stage"]).removeprefix("stage-")
            same = (measures[local(row["measure"])], stage, place, local(row["year"]))
            low, high, preferred = (row[name].number for name in ("low", "high", "preferred"))
            assert low is not None
            assert high is not None
            assert preferred is not None
            found.append((same, (low, high, preferred)))
    found.sort()
    assert [same for same, _ in found] == [same for same, _ in expected]
    for (_, ends), (same, of_tables) in zip(found, expected, strict=True):
        assert ends == pytest.approx(of_tables), same


def test_without_a_choice_it_is_the_rare_earths_by_a_tenth(shipped_engine: EmbeddedEngine) -> None:
    chosen = asked(shipped_engine, "disagreements", material="rare-earths", least="10")
    answer = asked(shipped_engine, "disagreements")
    assert answer.rows == chosen.rows
    assert answer.rows


@pytest.mark.parametrize(("material", "threshold"), [("gallium", 50), ("rare-earths", 12)])
def test_each_row_says_who_says_what(
    shipped_engine: EmbeddedEngine, material: str, threshold: float
) -> None:
    answer = asked(
        shipped_engine, "disagreements", material=material, least="5", threshold=str(threshold)
    )
    titles = {source["id"]: source["title"] for source in table("sources")}
    assert answer.rows
    for row in answer.rows:
        low, high = number(row, "low"), number(row, "high")
        assert low is not None
        assert high is not None
        assert near(number(row, "difference"), 100 * (high - low) / high)
        assert (number(row, "difference") or 0) >= 5
        share = local(row["measure"]) == "ShareObservation"
        crossed = "yes" if low < threshold <= high else "no"
        assert local(row.get("changes")) == (crossed if share else "")
        said = row["figures"].text
        named = [titles[local(item)] for item in row["source"].items]
        assert len(named) > 1
        assert [title for title in named if f"({title})" not in said] == []
        # The preferred figure stands first, with its basis and its source.
        first = min((said.partition(f" ({title})")[0] for title in named), key=len)
        assert "; " not in first
        assert float(first.split(",")[0]) == pytest.approx(number(row, "preferred"), abs=0.0006)


# --- sources ----------------------------------------------------------------------------------

#: Tables of which each row is one record.
ONE_RECORD_A_ROW = ("agreements", "agreement-parties", "suspensions", "events")


@cache
def cited_in() -> dict[str, Counter[str]]:
    """How many rows of each table cite a source."""
    found: dict[str, Counter[str]] = defaultdict(Counter)
    for path in sorted((facts_dir() / "tables").glob("*.csv")):
        for row in table(path.stem):
            for source in items(row.get("source_ids") or ""):
                found[source][path.stem] += 1
    return found


def test_every_release_is_listed_with_what_its_table_says(shipped_engine: EmbeddedEngine) -> None:
    found = {
        local(row["source"]): tuple(
            local(row.get(name)).removeprefix("source-")
            for name in (
                *("publisher", "released", "license", "attribution"),
                *("kind", "retrieved", "address"),
            )
        )
        for row in asked(shipped_engine, "sources", least="0").rows
    }
    assert found == {
        row["id"]: tuple(
            row[name]
            for name in (
                *("publisher", "date", "licence", "attribution"),
                *("kind", "retrieved", "url"),
            )
        )
        for row in table("sources")
    }


def counts_of(engine: EmbeddedEngine, **params: str) -> dict[str, int]:
    """The sources of an answer, in its order, with the number of records of each."""
    rows = asked(engine, "sources", **params).rows
    found = {local(row["source"]): int(row["facts"].text) for row in rows}
    assert len(found) == len(rows)
    assert list(found) == sorted(found, key=lambda source: (-found[source], source))
    return found


def test_records_are_counted_by_release(shipped_engine: EmbeddedEngine) -> None:
    found = counts_of(shipped_engine, least="0")
    plain = {
        source["id"]: sum(cited_in()[source["id"]].values())
        for source in table("sources")
        if set(cited_in()[source["id"]]) <= set(ONE_RECORD_A_ROW)
    }
    assert len([source for source, count in plain.items() if count > 1]) > 10
    assert {source: found[source] for source in plain} == plain


@cache
def records_of(engine: EmbeddedEngine) -> dict[str, int]:
    """How many records cite each release, counted in the graph itself: tables alone do not say how
    many are computed."""
    text = f"""SELECT ?release (COUNT(DISTINCT ?record) AS ?records) WHERE {{
      ?record <{expand("prov:wasDerivedFrom")}> ?citation .
      ?citation a <{CM}Citation> ; <{expand("dct:isPartOf")}> ?release .
    }} GROUP BY ?release"""
    with engine.query(Query(text)) as answer:
        rows = json.loads(answer.read())["results"]["bindings"]
    return {
        row["release"]["value"].removeprefix(GRAPH): int(row["records"]["value"]) for row in rows
    }


@pytest.mark.parametrize("kind", ["any", "official", "encyclopaedia"])
@pytest.mark.parametrize("least", ["default", "0", "1", "500"])
def test_sources_on_which_so_many_records_rest(
    shipped_engine: EmbeddedEngine, least: str, kind: str
) -> None:
    counted = records_of(shipped_engine)
    limit = 10 if least == "default" else int(least)
    expected = {
        row["id"]: counted.get(row["id"], 0)
        for row in table("sources")
        if counted.get(row["id"], 0) >= limit and kind in ("any", row["kind"])
    }
    params = {"kind": kind} | ({} if least == "default" else {"least": least})
    assert counts_of(shipped_engine, **params) == expected
    assert expected or (least, kind) == ("500", "encyclopaedia")


def test_a_source_that_was_added_later_is_listed_among_all() -> None:
    """It has no count of records, and here no kind either."""
    store = Store()
    store.update(
        f"""INSERT DATA {{
          <{GRAPH}new> a <{CM}SourceRelease> .
          <{GRAPH}old> a <{CM}SourceRelease> ; <{CM}recordCount> 0 .
          <{GRAPH}old> <{CM}sourceKind> <{CM}source-news> .
        }}"""
    )

    def listed(**given: NamedNode | Literal) -> list[str]:
        terms = {name: [term] for name, term in given.items()}
        found = store.query(bind(Catalogue.load()["sources"], terms).text)
        assert isinstance(found, QuerySolutions)
        return [row["source"].value.removeprefix(GRAPH) for row in found]

    zero, one = Literal(0), Literal(1)
    assert listed(least=zero) == ["old", "new"]
    assert listed(least=one) == []
    assert listed(least=zero, kind=NamedNode(f"{CM}source-news")) == ["old"]
    assert listed(least=zero, kind=NamedNode(f"{CM}source-official")) == []
