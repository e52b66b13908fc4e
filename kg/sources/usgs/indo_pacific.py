"""USGS compilation of geospatial data for the mineral industries of the Indo-Pacific region.

https://www.sciencebase.gov/catalog/item/65caa1aed34ef4b119cb3427, in the public domain: facilities
of 19 countries and areas, one row for each product, as GeoJSON. China, Japan, India, Indonesia,
Thailand and Australia are not among them. The capacity -999 means that none is given. A place that
the layer calls approximate (``A``) is a locality, an exact one (``E``) the site.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from kg.report import Problem, Report
from kg.sources.fact_tables import FactTables
from kg.sources.importer import Importer
from kg.sources.ledger import RowLedger
from kg.sources.official_json import Feature, read_features
from kg.sources.place_names import PlaceNames
from kg.sources.usgs.facilities import FacilityRow, Layer, facility_tables

LAYER = Layer("INDOPAC_Mineral_facilities", "usgs-indopac-facilities", "usgs-indopac")
_NOT_GIVEN = "-999"
_OWNERS = [f"OwnerName{number}" for number in range(1, 7)]
PROPERTIES = (
    *["FeatureUID", "Country", "FeatureNam", "FeatureTyp"],
    *(f"DsgAttr0{number}" for number in range(1, 9)),
    *[
        "DsgAttr9",
        "LocOpStat",
        "DsgAttr10",
        "ADM1",
        "LocConf",
        "Latitude",
        "Longitude",
        "OperateNam",
    ],
    *_OWNERS,
    "Label",
    *(f"InfSource{number}" for number in range(1, 8)),
    "MemoSource",
)
_NO_NAME = "NA"


def import_indo_pacific(
    files: Sequence[Path], places: PlaceNames | None = None
) -> tuple[FactTables, Report]:
    """Read the layer of facilities; the tables are empty when there is an error."""
    report = Report("import usgs-indo-pacific")
    if len(files) != 1:
        report.add(Problem("usgs-indo-pacific", "One file is read.", "Give the GeoJSON layer."))
        return {}, report
    features = read_features(files[0], PROPERTIES, report)
    if features is None:
        return {}, report
    ledger = RowLedger(files[0].name, report)
    rows = [_facility(feature) for feature in features]
    sites, capacities = facility_tables(rows, LAYER, places or PlaceNames.shipped(), ledger)
    ledger.close()
    if not report.ok:
        return {}, report
    return {
        "usgs-indo-pacific-sites": ("site-records", sites),
        "usgs-indo-pacific-capacities": ("site-capacities", capacities),
    }, report


def _facility(feature: Feature) -> FacilityRow:
    flags = frozenset(flag.strip().casefold() for flag in feature.text("DsgAttr08").split(","))
    capacity = feature.text("DsgAttr06")
    owners = [owner for owner in map(feature.text, _OWNERS) if owner not in {"", _NO_NAME}]
    operator = feature.text("OperateNam")
    return FacilityRow(
        number=feature.number,
        uid=feature.text("FeatureUID"),
        name=feature.text("FeatureNam"),
        kind=feature.text("FeatureTyp"),
        commodity=feature.text("DsgAttr01"),
        form=feature.text("DsgAttr02"),
        detail=feature.text("DsgAttr03"),
        year="",
        capacity="" if capacity.startswith(_NOT_GIVEN) else capacity,
        unit=feature.text("DsgAttr07"),
        flags=flags,
        combined="c" in flags or bool(feature.text("DsgAttr9")),
        status=feature.text("LocOpStat"),
        country=feature.text("Country"),
        region=feature.text("ADM1"),
        latitude=feature.text("Latitude"),
        longitude=feature.text("Longitude"),
        precision="site" if feature.text("LocConf") == "E" else "locality",
        operator="" if operator == _NO_NAME else operator,
        owners=tuple(owners),
    )


USGS_INDO_PACIFIC = Importer(
    name="usgs-indo-pacific",
    summary="USGS mineral industries of the Indo-Pacific region: facilities of 19 countries.",
    folder="usgs-facilities-indo-pacific",
    files=("INDOPAC_Mineral_facilities.geojson",),
    tables=("usgs-indo-pacific-sites", "usgs-indo-pacific-capacities"),
    read=import_indo_pacific,
)
