"""What each column says, for the questions on elements and on what is in products.

What is expected is worked out from the CSV files alone: no query and nothing that is derived.
"""

from __future__ import annotations

import re
from collections import defaultdict
from functools import cache

import pytest
from pyoxigraph import QuerySolutions, RdfFormat, Store

from kg.engines.embedded import EmbeddedEngine
from kg.questions import Catalogue, Cell, ResultTable
from kg.shipped import ontology_dir
from tests.queries.fact_tables import Row, asked, items, local, table, things

Said = dict[str, object]


def value(cell: Cell | None) -> object:
    """A figure as a number, a list as a set, a thing by the last part of its name."""
    if cell is None:
        return ""
    if cell.items:
        return things(cell)
    return cell.number if cell.number is not None and not cell.iri else local(cell)


def by_record(answer: ResultTable, *columns: str) -> dict[frozenset[str], Said]:
    found = {
        frozenset(things(row["record"])): {c: value(row.get(c)) for c in columns}
        for row in answer.rows
    }
    assert len(found) == len(answer.rows)
    return found


def figure(text: str) -> object:
    return float(text) if text else ""


@cache
def named(name: str) -> dict[str, Row]:
    return {row["id"]: row for row in table(name)}


def sources(*rows: Row) -> set[str]:
    return {source for row in rows for source in items(row["source_ids"])}


# --- lists of critical materials --------------------------------------------------------------


def test_an_entry_says_what_its_list_and_its_source_say(shipped_engine: EmbeddedEngine) -> None:
    american = ("usgs-mcs-2025-critical-list", "usgs-mcs-2026-critical-list")
    entries = {
        (row["substance"], row["list"]): row
        for name in ("eu-crm-designations", *american)
        for row in table(name)
    }
    texts = named("laws") | named("critical-lists")
    rows = asked(shipped_engine, "criticality", on="2023-01-01").rows
    for row in rows:
        of_list = texts[local(row["list"])]
        entry = entries[local(row["material"]), of_list["id"]]
        assert things(row["record"]) == {entry["id"]}
        assert local(row["jurisdiction"]) == of_list["jurisdiction"]
        assert local(row.get("number")) == of_list["official_number"]
        assert local(row.get("list_status")) == of_list["status_words"]
        assert local(row.get("note")) == entry.get("note", "")
        assert things(row["source"]) >= sources(entry)
        assert local(row["until_by"]) == "next list of the same government"
        assert local(row["status"]) == "status-inferred"
    assert {local(row["list"]) for row in rows} == {"eu-crm-list-2020", "usa-usgs-list-2022"}
    newest = asked(shipped_engine, "criticality", list="usa-usgs-list-2025", on="2026-01-15").rows
    assert not [row for row in newest if "until_by" in row or "status" in row]


ENTRY, OWN_DAYS = (
    ("a", "2020-01-01", "2022-01-01", "stated"),
    ("b", "2021-01-01", "2021-06-01", "stated"),
)

#: Two lists of one government. The first came into force after its day, and says when it ends;
#: of its entries one has days of its own. The second has no end.
LISTS = """
    @prefix cm: <https://w3id.org/critmat/ontology#> .
    @prefix dct: <http://purl.org/dc/terms/> .
    @prefix ex: <http://example.org/> .
    @prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
    ex:source {
      ex:old cm:jurisdiction ex:here ; dct:date "2019-01-01"^^xsd:date ;
        cm:validFrom "2020-01-01"^^xsd:date ; cm:validUntil "2022-01-01"^^xsd:date .
      ex:new cm:jurisdiction ex:here ; dct:date "2024-01-01"^^xsd:date .
      ex:a cm:onList ex:old ; cm:designates ex:gallium .
      ex:b cm:onList ex:old ; cm:designates ex:lithium ;
        cm:validFrom "2021-01-01"^^xsd:date ; cm:validUntil "2021-06-01"^^xsd:date .
      ex:c cm:onList ex:new ; cm:designates ex:gallium .
    }"""


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        ("2019-06-01", set()),
        ("2020-06-01", {ENTRY}),
        ("2021-02-01", {ENTRY, OWN_DAYS}),
        ("2021-06-01", {ENTRY}),
        ("2023-01-01", set()),
        ("2024-06-01", {("c", "2024-01-01", "", "")}),
    ],
)
def test_stated_days_go_before_those_of_the_list_and_of_the_next(
    day: str, expected: set[tuple[str, ...]]
) -> None:
    store = Store()
    store.load(LISTS.encode(), format=RdfFormat.TRIG)
    text = Catalogue.load()["criticality"].text
    slot = "VALUES ?on { UNDEF }"
    assert slot in text
    bound = text.replace(slot, f'VALUES ?on {{ "{day}"^^<http://www.w3.org/2001/XMLSchema#date> }}')
    found = store.query(bound, use_default_graph_as_union=True)
    assert isinstance(found, QuerySolutions)
    rows = set()
    for row in found:
        cells = (row[name] for name in ("record", "valid_from", "valid_until", "until_by"))
        rows.add(tuple(cell.value.rpartition("/")[2] if cell else "" for cell in cells))
        assert row["status"] is None
    assert rows == expected


# --- forms ------------------------------------------------------------------------------------


@cache
def places_in_the_chain() -> dict[str, int]:
    text = (ontology_dir() / "codes" / "stages.ttl").read_text("utf-8")
    found = re.findall(r'skos:notation "([^"]+)"[^!]*?cm:order (\d+)', text)
    assert len(found) == 12
    return {name: int(place) for name, place in found}


@pytest.mark.parametrize("element", ["neodymium", "gallium", "tungsten"])
def test_steps_stand_in_the_order_of_their_stages(
    shipped_engine: EmbeddedEngine, element: str
) -> None:
    rows = asked(shipped_engine, "forms-of-element", element=element).rows
    keys = []
    for row in rows:
        recipes = [named("recipes")[name] for name in things(row["record"])]
        assert {(r["input"], r["output"]) for r in recipes} == {
            (local(row["from_form"]), local(row["to_form"]))
        }
        assert things(row["source"]) == sources(*recipes)
        [stage] = {r["stage"] for r in recipes}
        assert row["order"].number == places_in_the_chain()[stage]
        keys.append((row["order"].number, local(row["from_form"]), local(row["to_form"])))
    assert keys == sorted(keys)
    assert len({key[0] for key in keys}) > 1


# --- uses -------------------------------------------------------------------------------------

USE = (
    "product", "kind", "component", "material", "use", "quantity", "quantity_high", "unit",
    "quantity_of", "area", "year", "evidence", "status", "note", "source",
)  # fmt: skip


def said(rows: tuple[Row, ...], **columns: object) -> Said:
    return dict.fromkeys(USE, "") | {"source": sources(*rows), **columns}


def uses(substance: str) -> dict[frozenset[str], Said]:
    """Each row, by its records."""
    found: dict[frozenset[str], Said] = {}
    parts = [row for row in table("component-materials") if substance in items(row["substances"])]
    for row in parts:
        found[frozenset({row["id"]})] = said(
            (row,), component=row["component"], material=row["material"],
            evidence="evidence-class", note=row["note"],
        )  # fmt: skip
    for row in table("bom-items"):
        of_product = {
            "product": row["product"],
            "kind": f"product-kind-{named('products')[row['product']]['kind']}",
            "component": row["component"],
            "use": row["part_words"],
        }
        if substance in items(row["substances"]):
            found[frozenset({row["id"]})] = said(
                (row,), **of_product, material=row["material"],
                quantity=figure(row["amount"] or row["amount_low"]),
                quantity_high=figure(row["amount_high"]),
                unit=row["unit"] and f"unit-{row['unit']}", quantity_of=row["amount_of"],
                evidence=f"evidence-{row['evidence']}", note=row["note"],
            )  # fmt: skip
            continue
        for part in parts:
            if part["component"] == row["component"]:
                found[frozenset({row["id"], part["id"]})] = said(
                    (row, part), **of_product, material=row["material"] or part["material"],
                    evidence="evidence-class", note=part["note"],
                )  # fmt: skip
    for row in table("end-use-shares", "eu-crm-2023-uses"):
        if substance in items(row["substances"]):
            found[frozenset({row["id"]})] = said(
                (row,), use=row["end_use"], quantity=figure(row["share"] or row["low"]),
                quantity_high=figure(row["high"]), unit="unit-percent", quantity_of=row["basis"],
                area="" if row["area"] == "WORLD" else row["area"], year=row["year"],
                status=f"status-{row['status']}", note=row["note"],
            )  # fmt: skip
    return found


@pytest.mark.parametrize("element", ["neodymium", "gallium", "cobalt", "samarium", "rare-earths"])
def test_a_use_says_all_that_its_records_say(shipped_engine: EmbeddedEngine, element: str) -> None:
    answer = asked(shipped_engine, "uses-of-element", element=element)
    expected = uses(element)
    found = by_record(answer, *USE)
    for record, row in found.items():
        year = row["year"]
        row["year"] = f"{year:g}" if isinstance(year, float) else year
        assert {
            k: (v, expected[record][k]) for k, v in row.items() if v != expected[record][k]
        } == {}
    assert found.keys() == expected.keys()
    keys = [
        tuple(local(row.get(c)) for c in ("kind", "product", "component")) for row in answer.rows
    ]
    assert keys == sorted(keys)


# --- what a product needs ---------------------------------------------------------------------


@pytest.mark.parametrize("product", ["f-35", "smartphone", "wind-turbine"])
def test_a_statement_on_a_product_is_told_in_full(
    shipped_engine: EmbeddedEngine, product: str
) -> None:
    texts = named("bom-items") | named("component-materials")
    rows = asked(shipped_engine, "product-profile", product=product).rows
    for row in rows:
        [record] = things(row["record"])
        stated = texts[record]
        assert things(row["source"]) == sources(stated)
        assert local(row.get("note")) == stated["note"]
        assert local(row.get("words")) == stated.get("part_words", "")
        assert local(row.get("per")) == stated.get("per", "")
        own = record in named("bom-items")
        assert row["said_of"].text == ("the product" if own else "parts of this kind")
    order = {"the product": 1, "parts of this kind": 2}
    keys = [(local(row.get("component")), order[row["said_of"].text]) for row in rows]
    assert keys == sorted(keys)


# --- what products share ----------------------------------------------------------------------


def test_shared_elements_say_the_evidence_for_each_product(shipped_engine: EmbeddedEngine) -> None:
    products = ["f-35", "tomahawk", "smartphone", "wind-turbine", "ev"]
    strength = ["named", "element", "group", "class"]
    levels: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    where: dict[str, set[str]] = defaultdict(set)
    for product in products:
        own = [row for row in table("bom-items") if row["product"] == product]
        kinds = {row["component"] for row in own}
        general = [row for row in table("component-materials") if row["component"] in kinds]
        for row in [*own, *general]:
            for element in items(row["substances"]):
                levels[element][named("products")[product]["name"]].append(
                    row.get("evidence", "class")
                )
                where[element] |= sources(row)
    rows = asked(shipped_engine, "shared-elements", products=products).rows
    for told in rows:
        element = local(told["element"])
        best = [
            f"{name}: {min(found, key=strength.index)}" for name, found in levels[element].items()
        ]
        assert told["evidence"].text == "; ".join(sorted(best))
        assert things(told["source"]) == where[element]
    keys = [(-(told["count"].number or 0), local(told["element"])) for told in rows]
    assert keys == sorted(keys)
    assert keys[0][0] != keys[-1][0]
