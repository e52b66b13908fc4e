"""The shipped facts without the rows of large official releases, for tests that build.

Building all facts takes a minute or more. What a test of the build itself looks at does not depend
on how many mines there are, so such tests build the curated tables with two official releases.
"""

from __future__ import annotations

import shutil
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


@cache
def large_tables() -> frozenset[str]:
    """The tables that are left empty."""
    of_releases = (t for i in IMPORTERS if i.shipped and i.name not in KEPT for t in i.tables)
    return frozenset((*of_releases, *NATIONAL, *ABOUT))


def write_core_facts(folder: Path) -> Path:
    """Copy the shipped facts to a new folder, with no rows in the large tables."""
    shutil.copytree(facts_dir(), folder, ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    for name in large_tables():
        path = folder / "tables" / f"{name}.csv"
        with path.open("rb") as file:
            header = file.readline()
        path.write_bytes(header)
    return folder
