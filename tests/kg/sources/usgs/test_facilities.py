"""What the layers of facilities share: products, sites of several rows, capacities."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kg.sources import PlaceNames, RowLedger
from kg.sources.fact_tables import FactRow
from kg.sources.usgs.facilities import FacilityRow, Layer, Products, facility_tables

LAYER = Layer("layer", "usgs-africa-facilities", "x")
MINE = FacilityRow(
    number=1,
    uid="COD001",
    name="Étoile",
    kind="Mines and Quarries",
    commodity="Copper",
    form="Ore, Cu content",
    detail="",
    year="2018",
    capacity="100.0",
    unit="Metric tons",
    flags=frozenset(),
    combined=False,
    status="Assumed Active",
    country="Congo (Kinshasa)",
    region="Lualaba",
    latitude="-10.75",
    longitude="25.5",
    precision="site",
    operator="Étoile Mining",
    owners=("Holding [80%]", "Government [20%]"),
)
PLANT = replace(MINE, kind="Mineral Processing Plants", form="Refined")


def read(
    *rows: FacilityRow, places: PlaceNames, ledger: RowLedger
) -> tuple[list[FactRow], list[FactRow]]:
    numbered = [replace(row, number=number) for number, row in enumerate(rows, start=1)]
    found = facility_tables(numbered, LAYER, places, ledger)
    ledger.close()
    assert ledger.balanced
    return found


def test_rows_of_one_identifier_are_one_site(places: PlaceNames, ledger: RowLedger) -> None:
    cobalt = replace(MINE, commodity="Cobalt", form="Mine", name="Étoile north", status="C&M")
    sites, capacities = read(MINE, cobalt, places=places, ledger=ledger)
    assert len(sites) == 1
    assert sites[0]["id"] == "x-cod001"
    assert sites[0]["aliases"] == "Étoile north"
    assert sites[0]["substances"] == "copper;cobalt"
    assert sites[0]["status_words"] == "Assumed Active; C&M"
    assert sites[0]["status"] == "operating"
    assert sites[0]["owner_words"] == "Holding [80%];Government [20%]"
    assert [row["material"] for row in capacities] == ["copper", "cobalt"]


def test_a_mine_and_a_plant_of_one_identifier_are_two_sites(
    places: PlaceNames, ledger: RowLedger
) -> None:
    sites, _ = read(PLANT, MINE, places=places, ledger=ledger)
    assert [(s["id"], s["kind"], s["stages"]) for s in sites] == [
        ("x-cod001-mine", "mine", "mining"),
        ("x-cod001-plant", "refinery", "refining"),
    ]


@pytest.mark.parametrize(
    ("commodity", "form", "kind"),
    [
        ("Copper", "Smelter", "smelter"),
        ("Copper", "", "plant"),
        ("Copper", "Concentrate", "processing-plant"),
        ("Aluminum", "Secondary", "recycling-plant"),
        ("Antimony", "Alloy", "metal-alloy-plant"),
    ],
)
def test_the_kind_of_a_plant_is_what_its_product_says(
    places: PlaceNames, ledger: RowLedger, commodity: str, form: str, kind: str
) -> None:
    sites, _ = read(replace(PLANT, commodity=commodity, form=form), places=places, ledger=ledger)
    assert sites[0]["kind"] == kind


def test_a_capacity_of_several_sites_is_no_figure_of_one(
    places: PlaceNames, ledger: RowLedger
) -> None:
    sites, capacities = read(replace(MINE, combined=True), places=places, ledger=ledger)
    assert capacities == []
    assert "given for several sites" in sites[0]["note"]
    assert ledger.used == 1


def test_a_capacity_keeps_unit_basis_year_and_whether_it_is_estimated(
    places: PlaceNames, ledger: RowLedger
) -> None:
    estimated = replace(MINE, form="Mine", unit="kmt", capacity="7.5", flags=frozenset({"e", "g"}))
    _, (stated,) = read(MINE, places=places, ledger=ledger)
    _, (gross,) = read(estimated, places=places, ledger=RowLedger("f", ledger.report))
    assert (stated["value"], stated["unit"], stated["basis"], stated["status"]) == (
        "100",
        "tonne-per-year",
        "metal-content",
        "measured",
    )
    assert (gross["value"], gross["unit"], gross["basis"], gross["status"]) == (
        "7.5",
        "thousand-tonnes-per-year",
        "gross-weight",
        "estimated",
    )
    assert stated["year"] == "2018"


@pytest.mark.parametrize(
    "row",
    [
        replace(MINE, unit="NA"),
        replace(
            MINE,
            commodity="Tantalum and niobium (columbium)",
            form="Columbite-tantalite, ore and concentrate",
        ),
    ],
    ids=["no unit", "two metals"],
)
def test_a_capacity_that_is_not_of_one_product_in_a_unit_is_reported(
    places: PlaceNames, ledger: RowLedger, row: FacilityRow
) -> None:
    sites, capacities = read(row, places=places, ledger=ledger)
    assert len(sites) == 1
    assert capacities == []
    assert "cannot be read as a figure" in ledger.report.problems[0].message
    assert ledger.report.ok


def test_two_rows_of_the_same_product_are_told_apart_or_reported(
    places: PlaceNames, ledger: RowLedger
) -> None:
    other = replace(MINE, name="Second pit")
    _, capacities = read(MINE, other, other, places=places, ledger=ledger)
    assert len({row["id"] for row in capacities}) == len(capacities) == 2
    assert ledger.report.counts["capacities reported and not used"] == 1


def test_what_is_out_of_scope_is_left_out_by_name(places: PlaceNames, ledger: RowLedger) -> None:
    sites, _ = read(
        replace(MINE, commodity="Cement", form="Portland"),
        replace(MINE, commodity="Nitrogen", form="Urea"),
        places=places,
        ledger=ledger,
    )
    assert sites == []
    assert dict(ledger.left_out) == {
        "out of scope: cement": 1,
        "out of scope: nitrogen, urea": 1,
    }


@pytest.mark.parametrize(
    ("change", "column"),
    [
        ({"form": "Nuggets"}, "product"),
        ({"kind": "Market"}, "FeatureTyp"),
        ({"status": "Sleeping"}, "LocOpStat"),
    ],
)
def test_what_is_not_known_stops_the_import(
    places: PlaceNames, ledger: RowLedger, change: dict[str, str], column: str
) -> None:
    sites, _ = read(replace(MINE, **change), places=places, ledger=ledger)  # type: ignore[arg-type]
    assert sites == []
    assert not ledger.report.ok
    assert ledger.report.problems[0].column == column


def test_a_point_in_another_country_makes_the_row_unusable(
    places: PlaceNames, ledger: RowLedger
) -> None:
    sites, capacities = read(replace(MINE, latitude="10.75"), MINE, places=places, ledger=ledger)
    assert (len(sites), len(capacities)) == (1, 1)
    assert "not in COD" in ledger.report.problems[0].message
    assert ledger.reported == 1


def test_coking_coal_is_in_scope_and_other_coal_is_not() -> None:
    products = Products.shipped()
    coking = products.find("Coal", "Metallurgical", "")
    assert coking is not None
    assert coking.substances == ("coking-coal",)
    assert products.find("Coal", "Lignite", "") is None
