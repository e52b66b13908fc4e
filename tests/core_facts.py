"""The shipped facts without most rows of large official releases, for tests that build.

Building all facts takes a minute or more. What a test of the build itself looks at does not depend
on how many mines there are, so such tests build the curated tables with two official releases, and
of the longest tables of these only the rows on a few metals and one of each kind that there is.
"""

from __future__ import annotations

import csv
import shutil
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from kg.shipped import facts_dir
from kg.sources.registry import IMPORTERS

#: Releases whose tables stay.
KEPT = frozenset({"usgs-mcs-2026", "iea", "eu-crm", "elements", "hs-codes", "material-intensity"})
#: The largest tables of these releases, about one country; no test of the build looks at them.
NATIONAL = ("usgs-mcs-2026-us", "usgs-mcs-2026-us-changes")
#: Tables about what is in these.
ABOUT = ("sites", "site-locations", "site-identities", "match-review", "company-names")
#: The longest tables that stay, of which some rows stay.
SAMPLED = (
    "usgs-mcs-2026-production", "usgs-mcs-2026-import-sources", "eu-crm-2023-shares",
    "eu-crm-2023-sourcing", "material-intensities",
)  # fmt: skip
#: Metals whose rows stay in these, all of them, so that their shares can be computed and compared.
METALS = ("beryllium", "gallium", "germanium", "tungsten")
#: Rows are of one kind that have the same in these columns, and the same columns filled.
KIND = ("stage", "measure", "unit", "basis", "status", "precision", "product", "buyer")


@cache
def large_tables() -> frozenset[str]:
    """The tables that are left empty."""
    of_releases = (t for i in IMPORTERS if i.shipped and i.name not in KEPT for t in i.tables)
    return frozenset((*of_releases, *NATIONAL, *ABOUT))


def write_core_facts(folder: Path) -> Path:
    """Copy the shipped facts to a new folder, with few or no rows in the large tables."""
    shutil.copytree(facts_dir(), folder, ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    for name in large_tables():
        path = folder / "tables" / f"{name}.csv"
        with path.open("rb") as file:
            header = file.readline()
        path.write_bytes(header)
    for name in SAMPLED:
        path = folder / "tables" / f"{name}.csv"
        with path.open(encoding="utf-8", newline="") as lines:
            header, *rows = csv.reader(lines)
        with path.open("w", encoding="utf-8", newline="") as out:
            csv.writer(out, lineterminator="\n").writerows([header, *sample(header, rows)])
    return folder


def sample(header: list[str], rows: list[list[str]]) -> Iterator[list[str]]:
    """The rows on the metals, and the first of each kind."""
    of_kind = [at for at, column in enumerate(header) if column in KIND]
    substance = header.index("substance")
    seen: set[tuple[object, ...]] = set()
    for row in rows:
        kind = (*(row[at] for at in of_kind), *map(bool, row))
        if row[substance] in METALS or kind not in seen:
            yield row
        seen.add(kind)
