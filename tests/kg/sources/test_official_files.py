"""The importers on the files that the publishers issued, where these are beside the checkout.

The figures were read in the files by eye. They are tests of the importer, not of the publisher.
"""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from kg.report import Report
from kg.shipped import facts_dir
from kg.sources.eu_crm import import_eu_crm
from kg.sources.fact_tables import FactTables, table_text
from kg.sources.iea import import_iea
from kg.sources.usgs.mcs import USGS_MCS_2026

Official = Callable[[str], Path]
Imported = tuple[FactTables, Report]


@pytest.fixture(scope="module")
def usgs(official: Official) -> Imported:
    """The three files of the USGS release."""
    names = ("Commodities_Data", "T4_Country_Export_Control", "T5_Trade_Agreements")
    return USGS_MCS_2026.read([official(f"usgs-mcs-2026/MCS2026_{name}.csv") for name in names])


@pytest.fixture(scope="module")
def eu(official: Official) -> Imported:
    """The table of world supply shares of the EU study."""
    return import_eu_crm([official("eu-crm-2023/fact_GlobalSupplyShares_and_t.csv")])


@pytest.fixture(scope="module")
def iea(official: Official) -> Imported:
    """The IEA extract."""
    return import_iea([official("iea-critical-minerals/iea_2025_edition_extract.json")])


def by_id(imported: Imported, table: str) -> dict[str, dict[str, str]]:
    """Rows of a table by identifier."""
    return {row["id"]: dict(row) for row in imported[0][table][1]}


@pytest.mark.parametrize("source", ["usgs", "eu", "iea"])
def test_shipped_tables_are_a_fresh_import(source: str, request: pytest.FixtureRequest) -> None:
    tables, report = request.getfixturevalue(source)
    assert report.ok, list(report.lines())
    for name, (schema, rows) in tables.items():
        shipped = (facts_dir() / "tables" / f"{name}.csv").read_bytes()
        assert table_text(schema, rows).encode() == shipped, f"{name} is stale: import it again"


@pytest.mark.parametrize("source", ["usgs", "eu", "iea"])
def test_counts_add_up(source: str, request: pytest.FixtureRequest) -> None:
    counts = dict(request.getfixturevalue(source)[1].counts)
    assert counts.pop("rows read") == sum(counts.values())


def test_all_rows_of_the_usgs_files_are_used_or_named(usgs: Imported) -> None:
    tables, report = usgs
    rows = {name: len(table[1]) for name, table in tables.items()}
    assert rows["usgs-mcs-2026-production"] == 3303
    assert rows["usgs-mcs-2026-us"] == 4851
    assert rows["usgs-mcs-2026-import-sources"] == 720 - 1
    assert report.counts["rows read"] == 8886 + 19 + 9
    assert rows["usgs-mcs-2026-agreements"] == 9 - 2
    assert report.counts["rows reported and not used"] == 1 + 2
    (refused,) = [found for found in report.problems if "several countries" in found.message]
    assert "China, Germany, and Russia" in refused.message


@pytest.mark.parametrize(
    ("name", "value", "unit", "status"),
    [
        ("rare-earths-mining-production-CHN-2025", "270000", "tonne", "estimated"),
        ("rare-earths-mining-production-USA-2024", "45500", "tonne", "measured"),
        ("rare-earths-mining-production-WORLD-2025", "390000", "tonne", "estimated"),
        ("rare-earths-mining-production-WORLD-2024", "380000", "tonne", "estimated"),
        ("gallium-refining-production-CHN-2024-low-purity", "839000", "kilogram", "measured"),
        ("gallium-refining-production-USA-2025-low-purity", "0", "kilogram", "measured"),
        ("scandium-production-production-WORLD-2025", "80", "tonne", "estimated"),
        ("scandium-mining-reserves-AUS-2023", "34000", "tonne", "estimated"),
        ("cement-production-production-WORLD-2025", "3800000", "thousand-tonnes", "estimated"),
        ("soda-ash-production-production-WORLD-2025-synthetic", "52000", "thousand-tonnes",
         "estimated"),
        ("boron-production-production-TUR-2025-refined-borates", "1500", "thousand-tonnes",
         "estimated"),
        ("arsenic-refining-production-CHN-2025-arsenic-trioxide", "24000", "tonne", "estimated"),
    ],
)  # fmt: skip
def test_world_figures(usgs: Imported, name: str, value: str, unit: str, status: str) -> None:
    row = by_id(usgs, "usgs-mcs-2026-production")[f"{name}-usgs-mcs2026"]
    assert (row["value"], row["unit"], row["status"]) == (value, unit, status)


@pytest.mark.parametrize(
    ("name", "status", "low", "high"),
    [
        ("rare-earths-mining-reserves-WORLD-2025", "bound", "85000000", ""),
        ("rare-earths-mining-reserves-IND-2025", "not-available", "", ""),
        ("yttrium-mining-production-WORLD-2025", "bound", "10000", "15000"),
        ("caesium-mining-reserves-OTHER-2025-australia-canada-china-namibia", "bound", "",
         "200000"),
        ("selenium-refining-production-USA-2025", "withheld", "", ""),
        ("boron-production-production-WORLD-2025", "not-available", "", ""),
        ("helium-production-production-ZAF-2025", "bound", "0", "0.5"),
        ("natural-graphite-mining-reserves-AUT-2025", "qualitative", "", ""),
        ("iron-oxide-pigments-mining-reserves-PAK-2025", "qualitative", "", ""),
        ("steel-slag-production-production-WORLD-2025", "bound", "190", "290"),
    ],
)  # fmt: skip
def test_world_states(usgs: Imported, name: str, status: str, low: str, high: str) -> None:
    facts = by_id(usgs, "usgs-mcs-2026-production")
    row = facts[f"{name}-usgs-mcs2026"]
    assert (row["value"], row["status"], row["low"], row["high"]) == ("", status, low, high)
    assert row["flag"]


def test_withheld_rows_are_all_there(usgs: Imported) -> None:
    states = Counter(row["flag"] for row in usgs[0]["usgs-mcs-2026-production"][1])
    assert states["W"] == 30
    assert states["NA"] == 200
    assert states["—"] == 161
    assert states["XX"] == 8
    assert states["Large"] == 28


@pytest.mark.parametrize(("year", "share"), [("2024", 71.1), ("2025", 69.2)])
def test_chinas_share_of_rare_earth_mining(usgs: Imported, year: str, share: float) -> None:
    facts = by_id(usgs, "usgs-mcs-2026-production")
    name = "rare-earths-mining-production-{}-" + year + "-usgs-mcs2026"
    world = float(facts[name.format("WORLD")]["value"])
    listed = sum(
        float(row["value"])
        for row in facts.values()
        if row["substance"] == "rare-earths"
        and (row["measure"], row["year"]) == ("production", year)
        and row["area"] != "WORLD"
        and row["value"]
    )
    assert abs(listed - world) < 0.02 * world, "the total is the sum of the countries, rounded"
    assert round(100 * float(facts[name.format("CHN")]["value"]) / world, 1) == share


def test_united_states_figures(usgs: Imported) -> None:
    us = by_id(usgs, "usgs-mcs-2026-us")
    reliance = us["rare-earths-import-reliance-USA-2025-compounds-and-metals-usgs-mcs2026"]
    assert (reliance["value"], reliance["unit"]) == ("67", "percent")
    exporter = us["rare-earths-import-reliance-USA-2025-mineral-concentrates-usgs-mcs2026"]
    assert (exporter["value"], exporter["flag"]) == ("", "E")
    price = us[
        "neodymium-oxide-price-USA-2025-average-neodymium-oxide-99.5-percent-minimum-usgs-mcs2026"
    ]
    assert (price["value"], price["unit"]) == ("73", "usd-per-kilogram")
    assert us["sheet-mica-import-reliance-USA-2025-sheet-usgs-mcs2026"]["value"] == "100"
    quartz = us["high-purity-quartz-price-USA-2025-range-of-value-usgs-mcs2026"]
    assert quartz["low"] and quartz["high"] and not quartz["value"]
    sources = by_id(usgs, "usgs-mcs-2026-import-sources")
    yttrium = sources["yttrium-import-source-USA-CHN-2024-usgs-mcs2026"]
    assert (yttrium["share"], yttrium["period_start"], yttrium["status"]) == (
        "70",
        "2021",
        "estimated",
    )


def shipped_by_id(name: str) -> dict[str, dict[str, str]]:
    with (facts_dir() / "tables" / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return {row["id"]: row for row in csv.DictReader(file)}


@pytest.mark.parametrize(
    ("record", "signed"),
    [("us-aus-framework-2025", "2025-10-20"), ("us-japan-framework-2025", "2025-10-27")],
)
def test_an_agreement_that_both_tell_of_stands_once(
    usgs: Imported, record: str, signed: str
) -> None:
    kept = shipped_by_id("agreements")[record]
    assert kept["signed_on"] == signed
    assert "usgs-mcs2026-data" in kept["source_ids"].split(";")
    assert usgs[1].counts[f"rows left out: same agreement as {record}"] == 1
    named = {
        row["signed_on"]: row["name"] for row in by_id(usgs, "usgs-mcs-2026-agreements").values()
    }
    assert signed not in named


def test_unlike_tellurium_stands_in_series_of_its_own(usgs: Imported) -> None:
    """The release itself gives China 80 percent: 800 of 1,000 t of refined tellurium."""
    rows = [
        row
        for row in by_id(usgs, "usgs-mcs-2026-production").values()
        if (row["substance"], row["measure"], row["year"]) == ("tellurium", "production", "2025")
    ]
    series = {row["area"]: row["series"] for row in rows}
    assert (series.pop("SWE"), series.pop("USA")) == ("concentrate", "copper-telluride")
    assert set(series.values()) == {""}
    refined = {
        row["area"]: float(row["value"]) for row in rows if row["value"] and not row["series"]
    }
    world = refined.pop("WORLD")
    assert round(100 * refined["CHN"] / max(world, sum(refined.values()))) == 80


def test_chinas_export_licences(usgs: Imported) -> None:
    rows = usgs[0]["usgs-mcs-2026-export-controls"][1]
    china = {row["substances"]: row["valid_from"] for row in rows if row["imposed_by"] == "CHN"}
    assert china["gallium"] == "2023"
    assert china["rare-earths"] == "2025"
    assert len(china) == 14


@pytest.mark.parametrize(
    ("name", "share"),
    [
        ("eu-2023-light-rare-earths-processing-share-CHN", "84.9"),
        ("eu-2023-light-rare-earths-processing-share-MYS", "10.5"),
        ("eu-2023-heavy-rare-earths-processing-share-CHN", "100.0"),
        ("eu-2023-extraction-rare-earths-mining-share-CHN", "68.3"),
        ("dysprosium-terbium-mining-share-CHN", "84.4"),
        ("scandium-processing-share-CHN", "66.7"),
    ],
)
def test_eu_shares(eu: Imported, name: str, share: str) -> None:
    assert by_id(eu, "eu-crm-2023-shares")[f"{name}-2020-eu-crm-2023"]["share"] == share


def test_the_ten_known_sums_and_the_misspelt_names_are_warnings(eu: Imported) -> None:
    said = [problem.message for problem in eu[1].problems]
    assert sum("instead of 100" in message for message in said) == 10
    assert len(said) == 12


def test_iea_figures(iea: Imported) -> None:
    facts = by_id(iea, "iea-2025-supply")
    china = facts["magnet-rare-earths-refining-production-CHN-2024-iea-cmd-2025"]
    world = facts["magnet-rare-earths-refining-production-WORLD-2024-iea-cmd-2025"]
    assert round(float(china["value"]), 1) == 73.8
    assert round(float(world["value"]), 1) == 80.8
    assert facts["nickel-mining-production-IDN-2040-iea-cmd-2025"]["status"] == "forecast"
    assert iea[1].counts["rows left out: footnote among the countries"] == 8


def test_substances_and_places_of_the_mapping_tables_exist() -> None:
    tables = facts_dir() / "tables"
    known: set[str] = set()
    for name in ("elements", "materials", "groups", "commodities"):
        with (tables / f"{name}.csv").open(encoding="utf-8", newline="") as file:
            ids = {row["id"] for row in csv.DictReader(file)}
        assert not ids & known, "an identifier stands in one table only"
        known |= ids
    sources = Path(__file__).resolve().parents[3] / "kg" / "sources"
    for name in ("usgs/series", "usgs/us_items", "usgs/commodities", "eu_materials"):
        with (sources / f"{name}.csv").open(encoding="utf-8", newline="") as file:
            used = {row["substance"] for row in csv.DictReader(file)} - {""}
        assert used <= known, f"{name}: {sorted(used - known)}"
