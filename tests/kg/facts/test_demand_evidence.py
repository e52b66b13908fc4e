"""How strong the statements on products are, and when the measures of states apply.

The flagship question rests on these tables: a statement about "rare earths" or about a class of
systems must never pass for one about neodymium in a named system.
"""

from __future__ import annotations

import csv
from functools import cache

import pytest

from kg.facts import load_package
from kg.shipped import facts_dir

Row = dict[str, str]

LOADED = (
    "products",
    "components",
    "component-materials",
    "bom-items",
    "end-use-shares",
    "laws",
    "measures",
    "suspensions",
    "agreements",
    "agreement-parties",
    "events",
    "projects",
)


@cache
def table(name: str) -> list[Row]:
    path = facts_dir() / "tables" / f"{name}.csv"
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def row(name: str, key: str) -> Row:
    return next(row for row in table(name) if row["id"] == key)


def items(cell: str) -> list[str]:
    return cell.split(";") if cell else []


def statements(product: str, substance: str) -> list[Row]:
    """The items of a product that name a substance."""
    return [
        item
        for item in table("bom-items")
        if item["product"] == product and substance in items(item["substances"])
    ]


def levels(product: str, substance: str) -> set[str]:
    return {item["evidence"] for item in statements(product, substance)}


def parts(product: str, substance: str) -> set[str]:
    return {item["component"] for item in statements(product, substance)}


def test_f_35_neodymium_is_named_and_its_920_pounds_are_a_group() -> None:
    assert levels("f-35", "neodymium") == {"named"}
    assert parts("f-35", "neodymium") == {"c-ndfeb-magnet"}
    assert levels("f-35", "rare-earths") == {"group"}
    [committee] = [item for item in statements("f-35", "rare-earths") if item["amount"] == "417.3"]
    assert (committee["unit"], committee["evidence"]) == ("kilogram-per-unit", "group")
    assert items(committee["substances"]) == ["rare-earths"]


def test_f_35_pump_magnet_is_samarium_cobalt() -> None:
    [pump] = [i for i in statements("f-35", "samarium") if "lube pump" in i["part_words"]]
    assert (pump["component"], pump["evidence"]) == ("c-smco-magnet", "named")
    assert "neodymium" not in items(pump["substances"])


@pytest.mark.parametrize("product", ["virginia-class", "columbia-class"])
def test_submarines_are_known_by_the_group_only(product: str) -> None:
    stated = {
        (s, item["evidence"])
        for item in table("bom-items")
        if item["product"] == product
        for s in items(item["substances"])
    }
    assert stated == {("rare-earths", "group")}


def test_m1a2_has_samarium_cobalt_and_no_neodymium() -> None:
    assert levels("abrams-m1", "samarium") == {"named"}
    assert not statements("abrams-m1", "neodymium")


def test_ddg_1000_has_no_neodymium_and_says_why() -> None:
    assert not statements("ddg-1000", "neodymium")
    motor = row("bom-items", "bom-ddg-1000-induction-motor")
    assert (motor["component"], motor["substances"], motor["evidence"]) == (
        "c-induction-motor",
        "",
        "",
    )
    assert "induction motors" in motor["note"]


@pytest.mark.parametrize(
    ("product", "component"),
    [
        ("ddg-51", "c-electric-propulsion-motor"),
        ("javelin", "c-ndfeb-magnet"),
        ("jdam", "c-ndfeb-magnet"),
        ("ground-laser-designator", "c-laser-nd"),
    ],
)
def test_neodymium_is_named_in_these_systems(product: str, component: str) -> None:
    assert component in parts(product, "neodymium")
    assert levels(product, "neodymium") == {"named"}


def test_tomahawk_fins_are_named_samarium_and_its_neodymium_is_unknown() -> None:
    assert "c-missile-fin-actuator" in parts("tomahawk", "samarium")
    assert levels("tomahawk", "samarium") == {"named"}
    assert not statements("tomahawk", "neodymium")


@pytest.mark.parametrize("product", ["fa-xx", "gcap-tempest", "j-36", "mq-9-reaper"])
def test_what_is_said_of_a_class_does_not_become_a_statement_on_one_aircraft(product: str) -> None:
    assert {i["evidence"] for i in table("bom-items") if i["product"] == product} == {"class"}


def test_elements_named_without_a_part_are_element_statements() -> None:
    assert levels("f-47", "neodymium") == {"element"}
    assert levels("stinger", "dysprosium") == {"element"}


def test_rare_earths_in_the_words_of_a_source_become_no_element() -> None:
    """The engines of the F-22 have "rare earths", the F-47 needs "rare earths now restricted"."""
    assert not statements("f-22", "yttrium")
    assert levels("f-22", "rare-earths") == {"group"}
    assert levels("f-47", "yttrium") == {"class"}
    assert {"group"} == levels("f-47", "rare-earths")


def test_samarium_in_a_magnet_is_not_yet_samarium_cobalt() -> None:
    stock = row("bom-items", "bom-tomahawk-rare-earth-magnet-2")
    assert (stock["substances"], stock["material"]) == ("samarium", "rare-earth-magnet")
    assert not stock["component"]


def test_what_a_maker_can_do_is_not_said_of_its_radar() -> None:
    assert levels("patriot", "arsenic") == {"class"}
    assert "named" in levels("patriot", "gallium")


def test_a_class_of_systems_has_class_evidence_only() -> None:
    classes = {product["id"] for product in table("products") if product["scope"] == "class"}
    assert {"military-radar", "precision-munitions", "night-vision", "us-weapon-systems"} <= classes
    for item in table("bom-items"):
        if item["product"] in classes and item["substances"]:
            assert item["evidence"] == "class", item["id"]


def test_evidence_and_substances_go_together() -> None:
    groups = {group["id"] for group in table("groups")}
    for item in table("bom-items"):
        stated = items(item["substances"])
        assert bool(stated) == bool(item["evidence"]), item["id"]
        if not stated:
            assert item["note"], item["id"]
        if item["evidence"] == "group":
            assert set(stated) <= groups, item["id"]
        if item["evidence"] in ("named", "element"):
            assert not set(stated) & groups, item["id"]
        if item["evidence"] == "named":
            assert item["component"] or item["material"] or item["part_words"], item["id"]


def test_a_material_never_says_more_than_the_item() -> None:
    """A magnet whose type is not stated is no NdFeB magnet; an NdFeB magnet holds neodymium."""
    for item in table("bom-items"):
        stated = set(items(item["substances"]))
        if item["magnet_type"] == "rare-earth, type not stated":
            assert item["material"] == "rare-earth-magnet", item["id"]
        if item["material"] == "smco-magnet":
            assert "neodymium" not in stated, item["id"]
        if "neodymium" in stated:
            assert item["material"] != "smco-magnet", item["id"]


def test_amounts_are_figures_or_ranges_with_a_unit() -> None:
    for item in table("bom-items"):
        figures = [item[c] for c in ("amount", "amount_low", "amount_high") if item[c]]
        assert bool(figures) == bool(item["unit"]) == bool(item["amount_of"]), item["id"]
        assert not (item["amount"] and len(figures) > 1), item["id"]
        if item["amount_low"] and item["amount_high"]:
            assert float(item["amount_low"]) < float(item["amount_high"]), item["id"]


def test_the_mass_of_a_magnet_is_never_the_mass_of_an_element() -> None:
    """23 kg of SmCo alloy are not 23 kg of samarium, nor 417 kg of materials pure elements."""
    alloy = row("bom-items", "bom-f-35-smco-magnet-3")
    assert (alloy["amount"], alloy["amount_of"]) == ("23", "material")
    assert row("bom-items", "bom-f-35-rare-earth-materials")["amount_of"] == "material"
    assert row("bom-items", "bom-f-35-pure-rare-earth")["amount_of"] == "substances"
    for item in table("bom-items"):
        if {"iron", "boron"} & set(items(item["substances"])) and item["unit"]:
            assert item["amount_of"] == "material", item["id"]


def test_disputed_amounts_stand_side_by_side() -> None:
    figures = {
        (i["amount"], i["amount_low"], i["amount_high"]) for i in statements("f-35", "rare-earths")
    }
    assert {("417.3", "", ""), ("408", "", ""), ("", "40", "70"), ("", "11", "20")} <= figures


def test_references_hold_identifiers_only() -> None:
    package = load_package()
    ids = {name: {r["id"] for r in table(name)} for name in package.tables if has_ids(name)}
    for name in LOADED:
        schema = package.table(name).schema
        targets = {column: (to,) for column, (to, _) in schema.foreign_keys.items()}
        also: dict[str, set[str]] = {}
        for field in schema.fields:
            if field.references:
                targets[field.name] = field.references.resources
                also[field.name] = set(field.references.also)
        assert "source_ids" in targets
        for line in table(name):
            for column, resources in targets.items():
                known = also.get(column, set()).union(*(ids[r] for r in resources))
                assert set(items(line[column])) <= known, (name, line["id"], column)


def has_ids(name: str) -> bool:
    with (facts_dir() / "tables" / f"{name}.csv").open(encoding="utf-8") as file:
        return file.readline().startswith("id,")


# Measures in time


def in_force(measure: str, day: str) -> bool:
    """In force on a day: inside the interval of the measure and inside none of its suspensions."""

    def inside(span: Row) -> bool:
        start, end = span["valid_from"], span["valid_until"]
        return (not start or start <= day) and (not end or day < end)

    suspended = any(inside(s) for s in table("suspensions") if s["measure"] == measure)
    return inside(row("measures", measure)) and not suspended


@pytest.mark.parametrize("number", ["55", "56", "57", "58", "61", "62"])
def test_the_six_orders_of_october_2025_are_suspended_until_10_november_2026(number: str) -> None:
    suspension = row("suspensions", f"suspension-chn-mofcom-{number}-2025")
    assert suspension["measure"] == f"measure-chn-mofcom-{number}-2025"
    assert suspension["law"] == "chn-mofcom-70-2025"
    assert (suspension["valid_from"], suspension["valid_until"]) == ("2025-11-07", "2026-11-10")
    assert not in_force(suspension["measure"], "2025-12-15")
    assert not in_force(suspension["measure"], "2026-11-09")
    assert in_force(suspension["measure"], "2026-11-10")


def test_a_first_day_that_no_source_gives_is_left_open() -> None:
    for measure in (
        "measure-chn-mofcom-62-2025",
        "measure-chn-antimony-2024",
        "measure-chn-ree-tech-ban-2023",
        "measure-usa-s232-cm",
    ):
        assert not row("measures", measure)["valid_from"]
        assert "not in the sources read" in row("measures", measure)["note"]
    october = [s for s in table("suspensions") if s["law"] == "chn-mofcom-70-2025"]
    assert len(october) == 6


def test_the_first_and_last_days_of_measures_are_those_of_their_laws() -> None:
    """Or they stand in the words of the law: a due date, a half-year, a year of a second tariff."""
    in_words = {
        "measure-chn-mofcom-55-2025": "status_words",
        "measure-chn-mofcom-56-2025": "status_words",
        "measure-chn-mofcom-57-2025": "status_words",
        "measure-chn-mofcom-58-2025": "status_words",
        "measure-chn-ree-tech-catalogue-2001": "status_words",
        "measure-usa-s301-critical-minerals": "status_words",
    }
    for measure in table("measures"):
        if not measure["law"]:
            continue
        start = measure["valid_from"]
        law = row("laws", measure["law"])
        told = start in measure[in_words[measure["id"]]] if measure["id"] in in_words else False
        assert start in ("", law["in_force"]) or told, measure["id"]
        end = measure["valid_until"]
        assert end in ("", law["ended"]) or measure["id"] == "measure-chn-quota-2010h2"


def test_the_controls_of_april_2025_are_not_suspended() -> None:
    april = row("measures", "measure-chn-mofcom-18-2025")
    assert {"samarium", "dysprosium", "terbium"} <= set(items(april["substances"]))
    assert not {"neodymium", "rare-earths"} & set(items(april["substances"]))
    assert in_force(april["id"], "2026-06-01")


def test_announcement_72_suspends_the_second_clause_only() -> None:
    materials = "measure-chn-mofcom-46-2024-materials"
    days = ["2024-12-02", "2024-12-03", "2025-11-09", "2026-11-26", "2026-11-27"]
    assert [in_force(materials, day) for day in days] == [False, True, False, False, True]
    assert in_force("measure-chn-mofcom-46-2024-military", "2026-01-01")
    assert row("measures", materials)["directed_against"] == "USA"


def test_known_faults_of_the_collected_tables_are_mended() -> None:
    assert row("laws", "usa-eo-14156")["kind"] == "emergency-declaration"
    for forum in ("msp-forum-2024", "msp-finance-network-2024"):
        assert "do not list the parties" in row("agreements", forum)["note"]
    assert {r["scope"] for r in table("projects") if r["id"].startswith("eu-list-")} == {"list"}
