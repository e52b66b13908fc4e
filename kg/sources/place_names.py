"""From the names that publishers use for countries to identifiers of places."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from pathlib import Path

from kg.shipped import facts_dir
from kg.sources.official_file import fold

#: Areas that are no place: the source's own total and its residual.
WORLD, OTHER = "WORLD", "OTHER"


class PlaceNames:
    """Looks up a place by its name or one of the aliases of the table ``places``."""

    def __init__(self, ids: Mapping[str, str]) -> None:
        self._ids = dict(ids)

    @classmethod
    def shipped(cls, table: Path | None = None) -> PlaceNames:
        """The names of ``tables/places.csv``.

        Raises ``ValueError`` when one name belongs to two places.
        """
        ids: dict[str, str] = {}
        path = table or facts_dir() / "tables" / "places.csv"
        with path.open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                for name in (row["name"], *filter(None, row["aliases"].split(";"))):
                    other = ids.setdefault(fold(name), row["id"])
                    if other != row["id"]:
                        raise ValueError(f"{name} is both {other} and {row['id']}")
        return cls(ids)

    def find(self, name: str) -> str | None:
        """The identifier of a place (ISO 3166 alpha-3 for countries), or ``None``.

        >>> PlaceNames({"turkey": "TUR"}).find(" Turkey")
        'TUR'
        """
        return self._ids.get(fold(name))
