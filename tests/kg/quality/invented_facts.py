"""A hand-made package of which every number of the report is worked out in the tests."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

SOURCES = """\
id,title,publisher,date,kind,licence,retrieved
survey,Survey,Office,2024-06,official,CC0,2026-03-01
daily,Daily,Paper,2026-02-28,news,,2026-01-05
weekly,Weekly,Paper,,news,,2026-03-15
unread,Unread,Office,2016,official,,2026-03-01
"""
SHARES = """\
id,substance,stage,year,share,low,high,status,source_ids
a1,tin,mining,2020,60,,,measured,survey
a2,tin,mining,2021,42,,,estimated,survey
b1,zinc,mining,2020,90,,,measured,daily
b2,zinc,mining,2020,,,4,bound,daily;weekly
c1,lead,mining,2020,80,,,measured,survey
c2,lead,mining,2020,,,,withheld,survey
d1,iron,mining,2020,101,,,measured,survey;daily
d2,iron,mining,2020,,,3,bound,survey
e1,gold,mining,2020,70,,,measured,survey
e2,gold,mining,2020,,20,,bound,survey
f1,silver,mining,2020,,,,withheld,survey
g1,cobalt,mining,2020,104,,,measured,survey
"""
FACILITIES = """\
id,country,status,source_ids
prague,CZE,operating,survey
ocean,CHN,closed,daily
swapped,AUS,,survey
unknown,CZE,,survey
"""
LOCATIONS = """\
id,facility,latitude,longitude,source_ids,locality_source_ids
p1,prague,50.1,14.4,survey,weekly
p2,ocean,0.0,-150.0,survey,
p3,swapped,50.1,14.4,survey,
p4,unknown,,,survey,
"""
IMPORTS = """\
id,importer,file,outcome,kind,rows
1,office,a.csv,read,,10
2,office,a.csv,used,,6
3,office,a.csv,reported,,1
4,office,a.csv,left-out,sand,2
5,office,a.csv,left-out,salt,1
6,office,b.csv,read,,3
7,office,b.csv,used,,2
8,bureau,a.csv,read,,5
9,bureau,a.csv,used,,5
"""
IDENTITIES = """\
record,facility,rule
r1,prague,same-name
r2,prague,same-name
r3,ocean,alone
"""
REVIEW = """\
id,left,right,decision
x,r1,r3,
y,r2,r3,other
z,r1,r2,
"""
_CITED = {"name": "source_ids", "type": "string", "separator": ";"}
_OTHER = {"name": "locality_source_ids", "references": {"resources": ["sources"], "field": "id"}}
_STATUS = {"name": "status", "type": "string", "propertyUrl": "cm:status"}
_KIND_OF_STATUS = {"name": "status", "type": "string", "propertyUrl": "cm:facilityStatus"}

TABLES: Mapping[str, tuple[str, Mapping[str, Any]]] = {
    "sources": (SOURCES, {"aboutUrl": "graph:{id}"}),
    "tin-shares": (SHARES, {"aboutUrl": "cmd:{id}", "special": [_CITED, _STATUS]}),
    "facilities": (FACILITIES, {"aboutUrl": "cmd:{id}", "special": [_CITED, _KIND_OF_STATUS]}),
    "facility-locations": (LOCATIONS, {"aboutUrl": "cmd:{id}", "special": [_CITED, _OTHER]}),
    "imports": (IMPORTS, {}),
    "site-identities": (IDENTITIES, {"aboutUrl": "cmd:{record}"}),
    "match-review": (REVIEW, {}),
}


def write_facts(
    folder: Path,
    texts: Mapping[str, str] | None = None,
    wholes: object = ("substance", "stage", "year"),
) -> Path:
    """Write the package, with the text of some tables or the columns of the wholes replaced."""
    resources = []
    for name, (text, keys) in TABLES.items():
        table = (texts or {}).get(name, text)
        special = {field["name"]: field for field in keys.get("special", [])}
        schema = {key: value for key, value in keys.items() if key != "special"}
        header = table.splitlines()[0].split(",")
        schema["fields"] = [special.get(c, {"name": c, "type": "string"}) for c in header]
        (folder / f"{name}.csv").write_text(table, encoding="utf-8")
        resource = {"name": name, "title": f"The {name}", "path": f"{name}.csv", "schema": schema}
        if name == "tin-shares" and wholes is not None:
            resource["wholes"] = wholes
        resources.append(resource)
    (folder / "datapackage.json").write_text(json.dumps({"name": "test", "resources": resources}))
    return folder
