"""USGS compilation of geospatial data for the mineral industries of Africa: three layers.

https://doi.org/10.5066/P97EQWXP, in the public domain. Facilities (one row for each product, state
of 2017 and 2018), exploration sites and deposits, as GeoJSON. An empty cell is null or the text
``<null>``; the capacity -999 means that none is given.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from kg.report import Problem, Report
from kg.sources.fact_tables import FactRow, FactTables
from kg.sources.importer import Importer
from kg.sources.ledger import RowLedger
from kg.sources.official_json import Feature, read_features
from kg.sources.place_names import PlaceNames
from kg.sources.site_reader import SiteReader
from kg.sources.site_record import SiteRecord, site_slug
from kg.sources.usgs.facilities import FacilityRow, Layer, facility_tables

SOURCE = "usgs-africa-facilities"
PREFIX = "usgs-afr"
_NOT_GIVEN = "-999"

_COMMON = "FeatureUID Label1 Country FeatureNam ADM1 Latitude Longitude InfSource1"
_NUMBERED = [f"DsgAttr{number:02}" for number in range(1, 11)]
_OWNERS = [f"OwnerName{number}" for number in range(1, 5)]
_WORDS = _NUMBERED[:8]
_FACILITIES = (
    *_COMMON.split(),
    *_NUMBERED,
    *["FeatureTyp", "LocOpStat", "MemoOther", "MemoLoc", "LocConfid", "LocSource1", "OperateNam"],
    *_OWNERS,
)
_EXPLORATION = (
    *_COMMON.split(),
    *_NUMBERED,
    *["NameVar", "LocOpStat", "MemoLoc", "OwnerName", "DsgAttr11", "DsgAttr12"],
)
_DEPOSITS = (*_COMMON.split(), *_NUMBERED, "NameVar")
#: The files by the name that the publisher gives them, with the properties of each feature.
LAYERS: Mapping[str, tuple[str, ...]] = {
    "AFR_Mineral_Facilities": _FACILITIES,
    "AFR_Mineral_Exploration": _EXPLORATION,
    "AFR_Mineral_Deposits": _DEPOSITS,
}

#: Kind and status of an exploration site by the words of the layer.
_STAGES: Mapping[str, tuple[str, str]] = {
    "Exploration": ("prospect", ""),
    "Inactive": ("prospect", ""),
    "Suspended": ("prospect", ""),
    "Placer": ("prospect", ""),
    "Feasibility Study": ("prospect", "development"),
    "Reserves Development": ("prospect", "development"),
    "Pre-Production": ("prospect", "development"),
    "Care and Maintenance": ("mine", "care-and-maintenance"),
    "Production - Inactive": ("mine", "care-and-maintenance"),
    "Production": ("mine", "operating"),
    "Expansion": ("mine", "operating"),
    "Closed": ("mine", "closed"),
}
#: Spelled with a letter that is none (a cp1252 apostrophe); nobody else writes it so.
_GARBLED: Mapping[str, str] = {"Côte d'\x92Ivoire": "Côte d'Ivoire"}


def import_africa(
    files: Sequence[Path], places: PlaceNames | None = None
) -> tuple[FactTables, Report]:
    """Read the three layers; the tables are empty when there is an error."""
    report = Report("import usgs-africa")
    paths = {path.stem: path for path in files}
    for path in files:
        if path.stem not in LAYERS:
            report.add(
                Problem(path.name, "This is no layer of the release.", "Leave the file away.")
            )
    for name in LAYERS:
        if name not in paths:
            report.add(Problem(f"{name}.geojson", "The layer is missing.", "Give all three."))
    if not report.ok:
        return {}, report
    names = places or PlaceNames.shipped()
    sites: list[FactRow] = []
    capacities: list[FactRow] = []
    for name, properties in LAYERS.items():
        features = read_features(paths[name], properties, report)
        if features is None:
            continue
        ledger = RowLedger(paths[name].name, report)
        if name == "AFR_Mineral_Facilities":
            rows = [_facility(feature) for feature in features]
            layer = Layer(name, SOURCE, PREFIX)
            records, capacities = facility_tables(rows, layer, names, ledger)
        else:
            records = _others(name, features, names, ledger)
        sites.extend(records)
        ledger.close()
    if not report.ok:
        return {}, report
    return {
        "usgs-africa-sites": ("site-records", sites),
        "usgs-africa-capacities": ("site-capacities", capacities),
    }, report


def _facility(feature: Feature) -> FacilityRow:
    memo = feature.text("MemoOther").casefold()
    flags = frozenset(flag.strip() for flag in feature.text("DsgAttr09").split(","))
    capacity = feature.text("DsgAttr07")
    return FacilityRow(
        number=feature.number,
        uid=feature.text("FeatureUID"),
        name=feature.text("FeatureNam"),
        kind=feature.text("FeatureTyp"),
        commodity=feature.text("DsgAttr02"),
        form=feature.text("DsgAttr03"),
        detail="",
        year=feature.text("DsgAttr06"),
        capacity="" if capacity.startswith(_NOT_GIVEN) else capacity,
        unit=feature.text("DsgAttr08"),
        flags=flags,
        # The flag is missing in places where the memo says so or other sites are named.
        combined="c" in flags or bool(feature.text("DsgAttr10")) or "combination" in memo,
        status=feature.text("LocOpStat"),
        country=feature.text("Country"),
        region=feature.text("ADM1"),
        latitude=feature.text("Latitude"),
        longitude=feature.text("Longitude"),
        # "Location provided is for one mine in the specified area of study."
        precision="locality" if "location provided is" in memo else "site",
        operator=feature.text("OperateNam"),
        owners=tuple(filter(None, map(feature.text, _OWNERS))),
    )


def _others(
    layer: str, features: Sequence[Feature], places: PlaceNames, ledger: RowLedger
) -> list[FactRow]:
    """Records of exploration sites and deposits."""
    ledger.read += len(features)
    reader = SiteReader(ledger, places)
    records = []
    for feature in features:
        words = [word for word in map(feature.text, _WORDS) if word]
        stage = feature.text("LocOpStat") if layer == "AFR_Mineral_Exploration" else ""
        if stage and stage not in _STAGES:
            ledger.refuse(
                feature.number,
                f"{feature.text('FeatureUID')}: the status {stage!r} is not known.",
                "A new status needs a new version of the importer.",
                column="LocOpStat",
            )
            continue
        kind, status = _STAGES.get(stage, ("deposit", ""))
        substances = reader.substances(feature.number, words, "DsgAttr01")
        if substances is None:
            continue
        named = feature.text("Country")
        country = reader.country(feature.number, _GARBLED.get(named, named), "Country")
        if country is None:
            continue
        degrees = feature.text("Latitude"), feature.text("Longitude")
        point = reader.point(feature.number, country, *degrees, ("Latitude", "Longitude"))
        if point is None:
            continue
        ledger.use()
        record = SiteRecord(
            id=f"{PREFIX}-{site_slug(feature.text('FeatureUID'))}",
            name=feature.text("FeatureNam"),
            aliases=tuple(feature.text("NameVar").split(";")),
            kind=kind,
            status=status,
            status_words=stage,
            country=point.country,
            region=feature.text("ADM1"),
            latitude=point.latitude,
            longitude=point.longitude,
            precision="locality" if layer == "AFR_Mineral_Exploration" else "site",
            owner_words=(feature.text("OwnerName"),) if stage else (),
            substances=substances,
            substance_words="; ".join(words),
            stages=("mining",) if kind == "mine" else (),
            year=feature.text("DsgAttr11") if stage else "",
            deposit_type="" if stage else feature.text("DsgAttr09"),
            source_ids=(SOURCE,),
            locator=f"layer {layer}",
        )
        records.append(record.row())
    return sorted(records, key=lambda row: row["id"])


USGS_AFRICA = Importer(
    name="usgs-africa",
    summary="USGS mineral industries of Africa: facilities, exploration sites and deposits.",
    folder="usgs-facilities-africa",
    files=("AFR_Mineral_*.geojson",),
    tables=("usgs-africa-sites", "usgs-africa-capacities"),
    read=import_africa,
)
