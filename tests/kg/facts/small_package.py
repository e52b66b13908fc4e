"""A data package of three small tables, which the tests spoil in their ways."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from kg.facts import check_folder
from kg.report import Problem

SOURCES = {
    "primaryKey": "id",
    "aboutUrl": "graph:{id}",
    "graph": "graph:catalogue",
    "fields": [
        {"name": "id", "type": "string", "constraints": {"required": True}},
        {"name": "title", "type": "string", "propertyUrl": "dct:title", "lang": "en"},
    ],
}
PLACES = {
    "primaryKey": "id",
    "aboutUrl": "cmd:{id}",
    "sources": "source_ids",
    "fields": [
        {"name": "id", "type": "string", "constraints": {"required": True}},
        {"name": "name", "type": "string", "propertyUrl": "rdfs:label", "lang": "en"},
        {"name": "source_ids", "type": "string", "separator": ";"},
    ],
}
OUTPUT = {
    "primaryKey": "id",
    "aboutUrl": "cmd:{id}",
    "sources": "source_ids",
    "foreignKeys": [{"fields": "area", "reference": {"resource": "places", "fields": "id"}}],
    "fields": [
        {"name": "id", "type": "string", "constraints": {"required": True}},
        {"name": "area", "type": "string", "propertyUrl": "cm:inCountry", "valueUrl": "cmd:{area}"},
        {
            "name": "buyers",
            "type": "string",
            "separator": ";",
            "references": {"resources": ["places"], "field": "id", "also": ["ALL"]},
        },
        {"name": "year", "type": "year", "propertyUrl": "cm:refYear"},
        {"name": "since", "type": "date", "propertyUrl": "cm:validFrom"},
        {
            "name": "share",
            "type": "number",
            "constraints": {"minimum": 0, "maximum": 100},
            "propertyUrl": "qudt:numericValue",
        },
        {"name": "low", "type": "number", "propertyUrl": "cm:low"},
        {
            "name": "status",
            "type": "string",
            "constraints": {"required": True, "enum": ["measured", "bound", "withheld"]},
            "propertyUrl": "cm:status",
            "valueUrl": "cm:status-{status}",
        },
        {
            "name": "source_ids",
            "type": "string",
            "separator": ";",
            "constraints": {"required": True},
        },
    ],
}
GOOD = {
    "sources": "id,title\nusgs-2026,Mineral commodity summaries\niea-2025,Outlook\n",
    "places": "id,name,source_ids\nCHN,China,usgs-2026\nAUS,Australia,usgs-2026\n",
    "output": (
        "id,area,buyers,year,since,share,low,status,source_ids\n"
        "o1,CHN,AUS;CHN,2024,2024-01-31,69.5,,measured,usgs-2026;iea-2025\n"
        "o2,AUS,ALL,2024,,,,withheld,usgs-2026\n"
        "o3,AUS,,2024,,,5,bound,usgs-2026\n"
    ),
}
HEADER = "id,area,buyers,year,since,share,low,status,source_ids\n"


def write_package(
    folder: Path, tables: dict[str, str | bytes], schemas: dict[str, Any] | None = None
) -> Path:
    """A data package with the three tables above, each as given."""
    schemas = {"sources": SOURCES, "places": PLACES, "output": OUTPUT, **(schemas or {})}
    resources = []
    for name, text in tables.items():
        data = text if isinstance(text, bytes) else text.encode()
        (folder / f"{name}.csv").write_bytes(data)
        (folder / f"{name}.json").write_text(json.dumps(schemas[name]))
        resources.append({"name": name, "path": f"{name}.csv", "schema": f"{name}.json"})
    (folder / "datapackage.json").write_text(json.dumps({"name": "test", "resources": resources}))
    return folder


def check(folder: Path) -> list[Problem]:
    """The problems of a package, without an ontology to compare with."""
    return check_folder(folder, ontology=folder / "no-ontology").problems


def check_output(folder: Path, rows: str | bytes, **schema: Any) -> list[Problem]:
    """The problems of the table ``output`` with other rows or another schema."""
    write_package(folder, {**GOOD, "output": rows}, {"output": {**OUTPUT, **schema}})
    return check(folder)


def only(problems: list[Problem]) -> Problem:
    """The one problem that there is."""
    assert len(problems) == 1, problems
    return problems[0]
