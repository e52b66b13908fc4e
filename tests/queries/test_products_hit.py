"""The products that a measure touches, against the tables of facts.

What is expected is worked out from the CSV files alone: no query and nothing that is derived.
"""

from __future__ import annotations

import pytest

from kg.engines.embedded import EmbeddedEngine
from tests.queries.fact_tables import Row, asked, columns, items, local, records, table, things


def touched(substances: set[str], materials: set[str]) -> set[tuple[str, str, str, str]]:
    """Product, component, what it has of these, and evidence, by what the sources say."""
    products = {p["id"] for p in table("products", "energy-technologies")}
    of_class: dict[str, list[Row]] = {}
    for made in table("component-materials"):
        of_class.setdefault(made["component"], []).append(made)
    found: set[tuple[str, str, str, str]] = set()
    for item in table("bom-items"):
        if item["product"] not in products:
            continue
        stated, part = set(items(item["substances"])), item["component"]
        own = (stated & substances) | ({item["material"]} & materials)
        found |= {(item["product"], part, has, f"evidence-{item['evidence']}") for has in own}
        for made in of_class.get(part, ()):
            inside = (set(items(made["substances"])) & substances) - stated
            inside |= {made["material"]} & materials - {item["material"]}
            found |= {(item["product"], part, has, "evidence-class") for has in inside}
    return found


@pytest.mark.parametrize(
    "measure",
    ["measure-chn-mofcom-18-2025", "measure-chn-mofcom-23-2023", "measure-usa-dfars-7052"],
)
def test_products_are_those_that_have_what_a_measure_names(
    shipped_engine: EmbeddedEngine, measure: str
) -> None:
    [row] = [m for m in table("measures") if m["id"] == measure]
    materials = {m["id"]: m for m in table("materials")}
    named = set(items(row["substances"]))
    answer = asked(shipped_engine, "products-hit-by-measure", measure=measure)
    found = {
        (
            local(r["product"]),
            local(r.get("component")),
            local(r.get("stated")) or local(r["material"]),
            local(r["evidence"]),
        )
        for r in answer.rows
        if "kind of" not in local(r["touched_by"])
    }
    assert found == touched(named - materials.keys(), named & materials.keys())


def test_the_share_is_that_of_the_country_and_the_stage_of_the_measure(
    shipped_engine: EmbeddedEngine,
) -> None:
    names = ("material", "element", "country", "stage", "share", "share_of", "year")
    controls = columns(asked(shipped_engine, "products-hit-by-measure"), *names)
    # eu-crm-2023-shares.csv: the processing of light rare earths, China 84.9 percent.
    light = ("CHN", "stage-refining", "84.9", "eu-2023-light-rare-earths", "2020")
    assert ("samarium", "samarium", *light) in controls
    # shares.csv has two figures of magnet making for China in 2025; one is preferred.
    magnets = ("CHN", "stage-magnet-making", "92", "rare-earth-magnet", "2025")
    assert ("smco-magnet", "", *magnets) in controls
    assert {"92", "98"} <= {
        share["share"]
        for share in table("shares")
        if (share["substance"], share["stage"]) == ("rare-earth-magnet", "magnet-making")
        and (share["area"], share["year"]) == ("CHN", "2025")
    }
    # The stages that a measure names go before the one that usually gives a form.
    banned = asked(
        shipped_engine, "products-hit-by-measure", measure="measure-chn-ree-tech-ban-2023"
    )
    [ban] = [m for m in table("measures") if m["id"] == "measure-chn-ree-tech-ban-2023"]
    at = {
        stage for what, stage in columns(banned, "material", "stage") if what == "permanent-magnet"
    }
    assert at == {f"stage-{stage}" for stage in items(ban["stages"])}
    # A tariff acts on the country that it is directed against.
    tariff = asked(shipped_engine, "products-hit-by-measure", measure="measure-usa-s301-magnets")
    assert ("permanent-magnet", "", *magnets) in columns(tariff, *names)
    # A rule of purchase acts on the countries that it is directed against.
    purchase = asked(shipped_engine, "products-hit-by-measure", measure="measure-usa-dfars-7052")
    assert {place for (place,) in columns(purchase, "country")} <= {"CHN", "RUS", "PRK", "IRN", ""}
    # eu-crm-2023-shares.csv: the processing of tungsten, China 85.6 and Russia 2.8 percent.
    for place, share in (("CHN", "85.6"), ("RUS", "2.8")):
        tungsten = (place, "stage-refining", share, "tungsten", "2020")
        assert ("tungsten", "tungsten", *tungsten) in columns(purchase, *names)


def test_a_general_material_touches_its_kinds(shipped_engine: EmbeddedEngine) -> None:
    answer = asked(shipped_engine, "products-hit-by-measure", measure="measure-usa-s301-magnets")
    rows = columns(answer, "product", "material", "touched_by")
    kind = "in a kind of the material that the measure names"
    # bom-items.csv: the F-35 has samarium-cobalt magnets, which are permanent magnets.
    assert ("f-35", "permanent-magnet", kind) in rows


def ways_in(measure: Row) -> dict[tuple[str, str], str]:
    """How what a measure names counts as being in something: by what it names, and what is in."""
    groups = {g["id"]: items(g["members"]) for g in table("groups")}
    materials = {m["id"]: m for m in table("materials")}
    ways: dict[tuple[str, str], str] = {}
    for named in items(measure["substances"]):
        if named not in materials:
            ways[named, named] = "named by the measure"
            ways |= {
                (named, one): "in a group that the measure names" for one in groups.get(named, [])
            }
            continue
        ways[named, named] = "in a material that the measure names"
        kinds = [named]
        for kind in kinds:
            kinds += [m["id"] for m in materials.values() if kind in items(m["broader"])]
        ways |= {
            (named, one): "in a kind of the material that the measure names" for one in kinds[1:]
        }
    return ways


@pytest.mark.parametrize(
    "measure",
    [
        *("measure-chn-quota-measures-2025", "measure-usa-s301-magnets"),
        *("measure-chn-mofcom-61-2025", "measure-usa-dfars-2021-d015"),
    ],
)
def test_members_of_a_group_and_kinds_of_a_material_are_touched(
    shipped_engine: EmbeddedEngine, measure: str
) -> None:
    [row] = [m for m in table("measures") if m["id"] == measure]
    materials = {m["id"] for m in table("materials")}
    ways = ways_in(row)
    inside = {one for _, one in ways}
    expected = {
        (product, part, named, "" if has in materials else has, evidence, ways[named, has])
        for product, part, has, evidence in touched(inside - materials, inside & materials)
        for named in items(row["substances"])
        if (named, has) in ways
    }
    names = ("product", "component", "material", "stated", "evidence", "touched_by")
    assert (
        set(columns(asked(shipped_engine, "products-hit-by-measure", measure=measure), *names))
        == expected
    )


def test_a_statement_is_one_of_the_product_or_of_its_part(shipped_engine: EmbeddedEngine) -> None:
    made = {m["id"]: m for m in table("component-materials")}
    stated = {item["id"]: item for item in table("bom-items")}
    measure = "measure-chn-mofcom-18-2025"
    rows = asked(shipped_engine, "products-hit-by-measure", measure=measure).rows
    keys = [(local(row["product"]), local(row.get("component"))) for row in rows]
    assert keys == sorted(keys)
    for row in rows:
        rests_on = records(shipped_engine, row)
        of_items, of_parts = rests_on & stated.keys(), rests_on & made.keys()
        assert measure in rests_on
        assert {stated[name]["product"] for name in of_items} == {local(row["product"])}
        assert not of_parts or local(row["evidence"]) == "evidence-class"
        sources = [s for name in of_items for s in items(stated[name]["source_ids"])]
        sources += [s for name in of_parts for s in items(made[name]["source_ids"])]
        assert things(row["source"]) == set(sources)
        exposures = {name for name in rests_on if name.startswith("exposure-")}
        assert bool(exposures) == ("share" in row)
        assert rests_on == {measure, *of_items, *of_parts, *exposures}
