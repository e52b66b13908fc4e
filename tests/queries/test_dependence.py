"""The questions on what is in products, held against the fact tables: as CSV, without the graph."""

from __future__ import annotations

from collections import Counter, defaultdict
from functools import cache

import pytest

from kg.engines.embedded import EmbeddedEngine
from kg.questions import Cell
from tests.queries.fact_tables import Row, asked, columns, items, local, records, table, things

STRENGTH = {"named": 1, "element": 2, "group": 3, "class": 4}


def number(cell: Cell | None) -> float | None:
    return cell.number if cell else None


def stated(figure: str) -> float | None:
    return float(figure) if figure else None


@cache
def parts(product: str) -> set[str]:
    return {r["component"] for r in table("bom-items") if r["product"] == product} - {""}


def statements(product: str) -> list[tuple[str, str, str]]:
    """Substance or material, evidence and record: of the product, and of parts of its kinds."""
    found = [
        (what, row["evidence"], row["id"])
        for row in table("bom-items")
        if row["product"] == product and row["evidence"]
        for what in [*items(row["substances"]), row["material"]]
        if what
    ]
    return found + [
        (what, "class", row["id"])
        for row in table("component-materials")
        if row["component"] in parts(product)
        for what in [*items(row["substances"]), row["material"]]
        if what
    ]


@cache
def substances() -> frozenset[str]:
    return frozenset(row["id"] for t in ("elements", "groups") for row in table(t))


# --- what a product needs -----------------------------------------------------------------------


@pytest.mark.parametrize("product", ["f-35", "smartphone", "wind-turbine-dd", "tomahawk", "ev"])
def test_a_product_needs_what_the_tables_say(shipped_engine: EmbeddedEngine, product: str) -> None:
    rows = asked(shipped_engine, "product-profile", product=f"cmd:{product}").rows
    expected: Counter[tuple[object, ...]] = Counter()
    own: set[tuple[str, str]] = set()
    for row in table("bom-items"):
        if row["product"] != product:
            continue
        named = items(row["substances"]) or [""]
        own |= {(row["component"], element) for element in named}
        for element in named:
            figures = (row["amount"], row["amount_low"], row["amount_high"])
            expected[
                row["id"], row["component"], row["material"], element, row["evidence"],
                *map(stated, figures), row["unit"], row["amount_of"],
                len(named) if row["unit"] and named != [""] else None,
            ] += 1  # fmt: skip
    for row in table("component-materials"):
        if row["component"] in parts(product):
            for element in items(row["substances"]) or [""]:
                if not element or (row["component"], element) not in own:
                    expected[
                        row["id"], row["component"], row["material"], element, "class",
                        None, None, None, "", "", None,
                    ] += 1  # fmt: skip
    found = Counter(
        (
            *things(row["record"]), local(row.get("component")), local(row.get("material")),
            local(row.get("element")), local(row.get("evidence")).removeprefix("evidence-"),
            number(row.get("quantity")), number(row.get("low")), number(row.get("high")),
            local(row.get("unit")).removeprefix("unit-"), local(row.get("quantity_of")),
            number(row.get("together")),
        )
        for row in rows
    )  # fmt: skip
    assert found == expected


def test_what_is_said_of_parts_in_general_is_marked(shipped_engine: EmbeddedEngine) -> None:
    """Of the F-35 itself nobody says dysprosium; of NdFeB magnets in general somebody does."""
    rows = asked(shipped_engine, "product-profile").rows
    dysprosium = [row for row in rows if local(row.get("element")) == "dysprosium"]
    assert {row["said_of"].text for row in dysprosium} == {"parts of this kind"}
    assert {local(row["evidence"]) for row in dysprosium} == {"evidence-class"}


# --- what products share ------------------------------------------------------------------------


@pytest.mark.parametrize(
    "products",
    [
        ["f-35", "tomahawk", "smartphone", "wind-turbine", "ev"],
        ["f-35", "tomahawk"],
        ["smartphone", "ev", "mri-scanner"],
    ],
)
def test_shared_elements_are_those_that_two_products_have(
    shipped_engine: EmbeddedEngine, products: list[str]
) -> None:
    known = [p for p in products if any(row["id"] == p for row in table("products"))]
    best: dict[str, dict[str, int]] = defaultdict(dict)
    records: dict[str, set[str]] = defaultdict(set)
    for product in known:
        for what, evidence, record in statements(product):
            if what in substances():
                strength = STRENGTH[evidence]
                best[what][product] = min(strength, best[what].get(product, strength))
                records[what].add(record)
    expected = {what: of for what, of in best.items() if len(of) > 1}
    rows = asked(shipped_engine, "shared-elements", products=[f"cmd:{p}" for p in known]).rows
    assert {local(r["element"]): things(r["products"]) for r in rows} == {
        what: {*of} for what, of in expected.items()
    }
    weakest = {v: k for k, v in STRENGTH.items()}
    for row in rows:
        element = local(row["element"])
        assert number(row["count"]) == len(expected[element])
        assert number(row["chosen"]) == len(known)
        assert things(row["record"]) == records[element]
        level = weakest[max(expected[element].values())]
        assert local(row["least_evidence"]) == f"evidence-{level}"


def test_rare_earths_are_not_counted_as_neodymium(shipped_engine: EmbeddedEngine) -> None:
    """Of the Tomahawk sources name rare earths and samarium."""
    rows = asked(shipped_engine, "shared-elements").rows
    of = {local(row["element"]): things(row["products"]) for row in rows}
    assert "tomahawk" in of["rare-earths"]
    assert "tomahawk" not in of["neodymium"]


# --- no alternative -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("country", "threshold", "material"),
    [
        ("CHN", "90", "gallium"),
        ("CHN", "90", "yttrium"),
        ("CHN", "90", "rare-earths"),
        ("CHN", "90", "rare-earth-magnet"),
        ("COD", "50", "cobalt"),
    ],
)
def test_every_product_that_is_said_to_hold_it_is_named(
    shipped_engine: EmbeddedEngine, country: str, threshold: str, material: str
) -> None:
    rows = [
        row
        for row in asked(
            shipped_engine, "no-alternative", kind="any", country=country, threshold=threshold
        ).rows
        if local(row["material"]) == material
    ]
    assert rows
    expected = {}
    for product in {row["product"] for row in table("bom-items")}:
        levels = [STRENGTH[level] for what, level, _ in statements(product) if what == material]
        if levels:
            expected[product] = min(levels)
    found = {
        local(row["product"]): STRENGTH[local(row["evidence"]).removeprefix("evidence-")]
        for row in rows
    }
    assert found == expected


def test_it_begins_with_defence_systems(shipped_engine: EmbeddedEngine) -> None:
    kinds = {row["id"]: row["kind"] for row in table("products")}
    rows, all_rows = (
        columns(asked(shipped_engine, "no-alternative", **kind), "product", "material", "stage")
        for kind in ({}, {"kind": "any"})
    )
    assert rows == [row for row in all_rows if kinds[row[0]] == "defence-system"]
    assert len(rows) < len(all_rows)


def behind(product: str, material: str) -> dict[str, set[str]]:
    """The items by which a product holds something, with their sources: its own that name it, or
    one that has a part together with one of such parts."""
    found = {}
    for own in table("bom-items"):
        if own["product"] != product:
            continue
        pairs = [own]
        if not names(own, material):
            of_parts = [
                row
                for row in table("component-materials")
                if own["component"] and row["component"] == own["component"]
                if names(row, material)
            ]
            pairs = [own, *of_parts] if of_parts else []
        found |= {row["id"]: {*items(row["source_ids"])} for row in pairs}
    return found


def names(row: Row, material: str) -> bool:
    return material in (*items(row["substances"]), row["material"])


@pytest.mark.parametrize("material", ["gallium", "rare-earth-magnet", "yttrium", "rare-earths"])
def test_a_product_rests_on_all_that_is_said_of_it(
    shipped_engine: EmbeddedEngine, material: str
) -> None:
    rows = [
        row
        for row in asked(shipped_engine, "no-alternative", kind="any").rows
        if local(row["material"]) == material
    ]
    assert rows
    for row in rows:
        expected = behind(local(row["product"]), material)
        rests_on = records(shipped_engine, row)
        assert {name for name in rests_on if not name.startswith("exposure-")} == {*expected}
        assert things(row["source"]) == {source for of in expected.values() for source in of}


def published(stem: str, substance: str, stage: str, year: str) -> dict[str, float]:
    return {
        row["area"]: float(row["share"])
        for row in table(stem)
        if (row["substance"], row["stage"], row["year"]) == (substance, stage, year)
        and row["share"]
    }


def test_coverage_is_what_the_source_knows_of_the_world(shipped_engine: EmbeddedEngine) -> None:
    china = asked(shipped_engine, "no-alternative").rows
    [figures] = {
        (number(r["share"]), number(r["coverage"]), number(r["elsewhere"]), number(r["unknown"]))
        for r in china
        if local(r["material"]) == "gallium" and local(r["stage"]) == "stage-processing"
    }
    shares = published("eu-crm-2023-shares", "gallium", "processing", "2020")
    known = min(100, sum(shares.values()))
    assert figures == pytest.approx((shares["CHN"], known, known - shares["CHN"], 100 - known))


def test_coverage_counts_what_the_same_source_knows_by_amounts(
    shipped_engine: EmbeddedEngine,
) -> None:
    """The USGS gives the share of the leading producer alone, and tonnes of twelve countries."""
    [row] = [
        row
        for row in asked(shipped_engine, "no-alternative", country="COD", threshold="70").rows
        if local(row["material"]) == "cobalt" and local(row["product"]) == "f-35"
    ]
    tonnes = {
        r["area"]: float(r["value"])
        for r in table("usgs-mcs-2026-production")
        if r["substance"] == "cobalt" and r["measure"] == "production" and r["year"] == "2025"
    }
    world = tonnes.pop("WORLD")
    tonnes.pop("OTHER")
    leader = published("usgs-mcs-2026-leading-producers", "cobalt", "mining", "2025")
    assert number(row["share"]) == leader["COD"] == 74
    assert number(row["coverage"]) == pytest.approx(100 * sum(tonnes.values()) / world)


def test_share_elsewhere_and_unknown_add_up(shipped_engine: EmbeddedEngine) -> None:
    rows = asked(shipped_engine, "no-alternative", threshold="50").rows
    keys = [(local(r["product"]), local(r["material"]), local(r["stage"])) for r in rows]
    assert len(keys) == len(set(keys))
    for row in rows:
        three = [number(row[part]) or 0 for part in ("share", "elsewhere", "unknown")]
        assert sum(three) == pytest.approx(100)
        assert min(three) >= -1e-9
        assert three[0] >= 50
        assert local(row["stage"]) != "stage-recycling"


def test_published_shares_are_of_countries_alone() -> None:
    """The question adds up all published shares of a stage: none may be of a bloc or a rest."""
    countries = {row["id"] for row in table("places") if row["kind"] == "country"}
    for stem in ("shares", "eu-crm-2023-shares", "usgs-mcs-2026-leading-producers"):
        assert {row["area"] for row in table(stem)} <= countries


def test_a_country_that_leads_nowhere_has_no_rows(shipped_engine: EmbeddedEngine) -> None:
    found = asked(shipped_engine, "no-alternative", country="Iceland")
    assert not found.rows
    assert found.question.missing
