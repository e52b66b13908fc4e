"""A package with two sources of sites, one curated facility and one company."""

from __future__ import annotations

import csv
import json
import shutil
from collections.abc import Mapping
from pathlib import Path

from kg.match.names import site_names
from kg.match.site import Site, on_sphere
from kg.shipped import facts_dir
from kg.sources.fact_tables import columns_of
from kg.sources.site_record import SiteRecord

Row = Mapping[str, str]
#: Table -> schema of the tables that a package needs for matching.
SCHEMAS = {
    "sources": "sources",
    "groups": "groups",
    "materials": "materials",
    "commodities": "commodities",
    "companies": "companies",
    "facilities": "facilities",
    "facility-locations": "facility-locations",
    "facility-flows": "facility-flows",
    "atlas-sites": "site-records",
    "survey-sites": "site-records",
    "sites": "sites",
    "site-locations": "facility-locations",
    "site-identities": "site-identities",
}
ROWS: dict[str, list[Row]] = {
    "sources": [
        {"id": "atlas", "title": "Atlas", "date": "2025-09"},
        {"id": "survey", "title": "Survey", "date": "2018"},
    ],
    "groups": [{"id": "rare-earths", "members": "cerium;lanthanum"}],
    "companies": [{"id": "hill-mining", "name": "Hill Mining", "aliases": "HMC"}],
    "facilities": [
        {
            "id": "blue-lake",
            "name": "Blue Lake",
            "kind": "mine",
            "country": "CAN",
            "elements": "copper",
            "source_ids": "survey",
        }
    ],
    "facility-locations": [
        {
            "id": "location-blue-lake",
            "facility": "blue-lake",
            "latitude": "50",
            "longitude": "-90",
            "precision": "site",
            "source_ids": "survey",
            "locator": "record S7",
        }
    ],
}


def record(
    id_: str,
    name: str,
    at: tuple[float, float] | None = (10.0, 20.0),
    substances: str = "copper",
    **cells: str,
) -> Row:
    """The row of a record; its source is the first part of its id."""
    source, _, _ = id_.partition("-")
    point = (str(at[0]), str(at[1])) if at else ("", "")
    made = SiteRecord(
        id=id_,
        name=name,
        kind=cells.pop("kind", "mine"),
        country=cells.pop("country", "AUS"),
        substances=tuple(substances.split(";")),
        source_ids=(source,),
        latitude=point[0],
        longitude=point[1],
        precision="site" if at else "",
    )
    return {**made.row(), **cells}


def site(id_: str, name: str, *args: object, **cells: str) -> Site:
    """A record as it is compared, without a package; substances are as they stand."""
    row = record(id_, name, *args, **cells)  # type: ignore[arg-type]
    aliases = [way for text in row["aliases"].split(";") if text for way in site_names(text)]
    return Site(
        id=id_,
        table=f"{id_.partition('-')[0]}-sites",
        cells=row,
        names=site_names(name),
        aliases=tuple(aliases),
        point=on_sphere(row["latitude"], row["longitude"]),
        contents=frozenset(row["substances"].split(";")),
    )


def write_sites(folder: Path, *records: Row) -> Path:
    """The package in a folder, with these records."""
    (folder / "tables").mkdir(parents=True, exist_ok=True)
    shutil.copytree(facts_dir() / "schemas", folder / "schemas", dirs_exist_ok=True)
    rows: dict[str, list[Row]] = {name: list(ROWS.get(name, [])) for name in SCHEMAS}
    for row in records:
        rows[f"{row['source_ids']}-sites"].append(row)
    for name, schema in SCHEMAS.items():
        path = folder / "tables" / f"{name}.csv"
        if name.startswith("site") and path.exists():
            continue  # What an earlier run wrote.
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, columns_of(schema), restval="", lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows[name])
    resources = [
        {"name": name, "path": f"tables/{name}.csv", "schema": f"schemas/{schema}.json"}
        for name, schema in SCHEMAS.items()
    ]
    (folder / "datapackage.json").write_text(json.dumps({"name": "t", "resources": resources}))
    return folder
