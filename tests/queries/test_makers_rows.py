"""What rows of the questions on makers say beside amounts and shares, and their order.

What is expected is worked out from the CSV files alone, as in :mod:`tests.queries.test_makers`.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest
from pyoxigraph import NamedNode, QuerySolutions

from kg.derive import derive
from kg.engines.embedded import EmbeddedEngine
from kg.namespaces import CM, CMD, GRAPH
from kg.ontology import write_ontology_quads
from kg.questions import Catalogue, Cell
from kg.questions.binding import bind
from tests.invented_world import stored, write_world
from tests.queries.fact_tables import Row, asked, local
from tests.queries.test_makers import (
    WITH_A_WORLD,
    WITH_RESERVES,
    area,
    best_list,
    figures,
    merit,
    near,
    normal,
    number,
    preferred_reserves,
)

Rows = Sequence[Mapping[str, Cell]]


def series(row: Mapping[str, Cell]) -> str:
    return row["series"].text if "series" in row else ""


def falls(rows: Rows, *columns: str) -> bool:
    """Whether rows of each series stand together, in the order of series, and the numbers of the
    columns fall, those without a number last."""
    keys = [
        (series(row), *(-(number(row, c) if c in row else -math.inf) for c in columns))  # type: ignore[operator]
        for row in rows
    ]
    return keys == sorted(keys)


@pytest.mark.parametrize("material", WITH_RESERVES)
def test_bounds_and_denominators_of_reserves(shipped_engine: EmbeddedEngine, material: str) -> None:
    preferred = preferred_reserves(material)
    rows = asked(shipped_engine, "reserves", material=material).rows
    assert falls(rows, "value", "low")
    for row in rows:
        figure = preferred[area(row["country"]), series(row)]
        assert near(number(row, "low"), normal(figure, "low"))
        assert near(number(row, "high"), normal(figure, "high"))
        countries = [r for (place, of), r in preferred.items() if of == series(row)]
        listed = math.fsum(normal(r) or 0 for r in countries if r["area"] not in ("WORLD", "OTHER"))
        world = preferred.get(("WORLD", series(row)))
        total = (normal(world) or 0) if world else 0
        bound = (normal(world, "low") or 0) if world else 0
        if "share" in row:
            words = "published world total" if total >= listed else "sum of listed countries"
            assert row["share_of"].text == words
        elif "share_high" in row:
            words = "published lower bound of the world"
            assert row["share_of"].text == (words if bound >= listed else "sum of listed countries")
            value = normal(figure) or 0
            assert near(number(row, "share_high"), 100 * value / max(bound, listed))
        else:
            assert "share_of" not in row


@pytest.mark.parametrize(("material", "stage"), WITH_A_WORLD)
def test_bounds_and_order_of_the_latest_list(
    shipped_engine: EmbeddedEngine, material: str, stage: str
) -> None:
    listed = best_list(figures("production")[material, stage], "")
    of = {(row["area"], row["series"]): row for row in listed}
    rows = asked(shipped_engine, "production-by-country", material=material, stage=stage).rows
    assert falls(rows, "share", "value")
    for row in rows:
        figure = of[area(row["country"]), series(row)]
        assert near(number(row, "low"), normal(figure, "low"))
        assert near(number(row, "high"), normal(figure, "high"))
        if area(row["country"]) == "OTHER":
            assert ("share" in row) == ("share_of" in row)
            if "share" in row:
                assert row["share_of"].text == "published world total"


@pytest.mark.parametrize("question", ["production-by-country", "production-over-time", "reserves"])
def test_a_figure_with_a_flag_beside_its_words_is_one_row(question: str, tmp_path: Path) -> None:
    """In the invented world, 25,000 tonnes are told as "e25,000" with the flag "e"."""
    asserted = tmp_path / "asserted.nq"
    write_world(asserted)
    words = f'<{CM}statedValue> ">900,000 t" <{GRAPH}survey-2031> .\n'
    with asserted.open("a") as facts:
        facts.write(f"<{CMD}reserves-xbo> {words}")
    write_ontology_quads(None, tmp_path / "ontology.nq")
    derive(asserted, tmp_path / "ontology.nq", tmp_path / "derived.nq")
    store = stored(asserted, tmp_path / "ontology.nq", tmp_path / "derived.nq")
    store.update("INSERT { ?s ?p ?o } WHERE { GRAPH ?graph { ?s ?p ?o } }")
    asked_for = Catalogue.load()[question]
    terms = {"material": [NamedNode(f"{CMD}rare-earths")]}
    if "country" in asked_for.params:
        terms["country"] = [NamedNode(f"{CMD}{code}") for code in ("CHN", "XVA", "XBO", "XCE")]
    found = store.query(bind(asked_for, terms).text)
    assert isinstance(found, QuerySolutions)
    rows = [(str(row["country"]), str(row["stated"])) for row in found]
    assert len(rows) == len({country for country, _ in rows}) > 0
    assert any("e25,000" in words or ">900,000 t" in words for _, words in rows)


def test_the_course_of_the_years_stands_in_order(shipped_engine: EmbeddedEngine) -> None:
    rows = asked(shipped_engine, "production-over-time", material="gallium", stage="refining").rows
    order = [(local(row["country"]), series(row), int(local(row["year"]))) for row in rows]
    assert order == sorted(order)
    assert len(order) > 3


@pytest.mark.parametrize("material", ["helium", "boron", "rare-earths", "tungsten"])
def test_bounds_in_the_course_of_the_years(shipped_engine: EmbeddedEngine, material: str) -> None:
    stage = "production" if material in ("helium", "boron") else "mining"
    stated: dict[tuple[str, str, str], list[Row]] = defaultdict(list)
    for row in figures("production")[material, stage]:
        stated[row["area"], row["year"], row["series"]].append(row)
    answer = asked(
        shipped_engine, "production-over-time", material=material, stage=stage, country="any"
    )
    amounts = [row for row in answer.rows if "unit" in row]  # the others are shares alone
    assert len(amounts) > 10
    for shown in amounts:
        key = (local(shown["country"]), local(shown["year"]), series(shown))
        figure = min(stated[key], key=lambda row: merit(row)[:2])  # type: ignore[arg-type,return-value]
        assert near(number(shown, "low"), normal(figure, "low"))
        assert near(number(shown, "high"), normal(figure, "high"))


def test_the_most_reliant_comes_first(shipped_engine: EmbeddedEngine) -> None:
    rows = asked(shipped_engine, "import-reliance").rows
    order = [
        -next(
            (n for n in (number(row, "net_import_reliance"), number(row, "low")) if n is not None),
            -1.0,
        )
        for row in rows
    ]
    assert order == sorted(order)
    assert len(order) > 100
