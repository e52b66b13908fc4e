"""Records of mineral sites in the form of MinMod, and the lists of entities that they point at.

https://minmod.isi.edu/, MIT licence (DARPA CriticalMAAS TA2): a list of sites in JSON. What a
country, substance or unit is says ``normalized_uri``, a number that stands in the lists of
entities; the names beside it are those that somebody found in a table and may be missing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from kg.report import Problem, Report
from kg.sources.ledger import RowLedger
from kg.sources.official_file import read_official_csv, tidy
from kg.sources.official_json import Figure, Keys, read_official_json

_RESOURCE = "https://minmod.isi.edu/resource/"
_POINT = re.compile(r"POINT \((-?\d+(?:\.\d+)?) (-?\d+(?:\.\d+)?)\)")
_CRS_WGS84 = "Q701"

#: The lists of entities that are read: columns, and the one that gives the meaning of a number.
ENTITIES: Mapping[str, tuple[tuple[str, ...], str]] = {
    "commodity.csv": (
        (
            *("minmod_id", "name", "parent", "aliases", "geokb_name", "geokb_id"),
            *("is_critical_commodity", "mrds_code"),
        ),
        "name",
    ),
    "country.csv": (
        (
            *("minmod_id", "id", "name", "alt names", "iso3", "iso2", "numeric_code"),
            *("phone_code", "capital", "currency", "currency_name", "currency_symbol", "tld"),
            *("native", "region", "region_id", "subregion", "subregion_id", "nationality"),
            *("timezones", "latitude", "longitude", "emoji", "emojiU"),
        ),
        "iso3",
    ),
    "unit.csv": (("minmod_id", "unit name", "unit aliases"), "unit name"),
}
_SITE = Keys(
    ("source_id", "record_id", "reference", "created_by", "modified_at"),
    ("name", "aliases", "location_info", "deposit_type_candidate", "mineral_inventory"),
)
_LOCATION = Keys(("country", "crs"), ("state_or_province", "location"))
_CANDIDATE = Keys(("source", "confidence"), ("observed_name", "normalized_uri"))
_INVENTORY = Keys(("commodity", "reference"), ("category", "grade", "ore"))
_AMOUNT = Keys(("value", "unit"))

#: Meaning of a number by list of entities: ``{"country": {"Q1235": "USA"}}``.
Entities = Mapping[str, Mapping[str, str]]


@dataclass(frozen=True, slots=True)
class Amount:
    """A figure as spelled, with the name of its unit in the list of units."""

    value: Figure
    unit: str


@dataclass(frozen=True, slots=True)
class InventoryItem:
    """A substance of a site: its name in the list, the classes of the resource, the figures."""

    commodity: str
    categories: tuple[str, ...] = ()
    grade: Amount | None = None
    ore: Amount | None = None


@dataclass(frozen=True, slots=True)
class MinmodSite:
    """One record of a site; texts are empty where the record says nothing.

    ``country`` is an ISO 3166 alpha-3 code, ``longitude`` and ``latitude`` are in degrees (WGS 84).
    """

    number: int
    record_id: str
    name: str
    aliases: tuple[str, ...] = ()
    country: str = ""
    region: str = ""
    longitude: str = ""
    latitude: str = ""
    deposit_type: str = ""
    inventory: tuple[InventoryItem, ...] = field(default=())


class _FormError(ValueError):
    """A record that has not the form of MinMod."""


def read_entities(files: Iterable[Path], report: Report) -> Entities | None:
    """Read the three lists of entities; ``None`` with problems where one is missing or wrong."""
    paths = {path.name: path for path in files}
    found: dict[str, Mapping[str, str]] = {}
    for name, (columns, meaning) in ENTITIES.items():
        if name not in paths:
            report.add(
                Problem(name, "The list of entities is missing.", f"Give entities/{name} as well.")
            )
            continue
        rows = read_official_csv(paths[name], columns, "utf-8-sig", report)
        if rows is not None:
            # Each entry is there to be looked up, and none is a fact by itself.
            ledger = RowLedger(name, report, read=len(rows))
            ledger.left_out["entries of a list that records point at"] = len(rows)
            ledger.close()
            found[name.removesuffix(".csv")] = {
                row.text("minmod_id"): row.text(meaning) for row in rows
            }
    return found if len(found) == len(ENTITIES) else None


def read_sites(path: Path, entities: Entities, report: Report) -> list[MinmodSite] | None:
    """Read the records of a file; ``None`` when one of them has another form."""
    whole = read_official_json(path, report)
    if whole is None:
        return None
    if not isinstance(whole, list) or not whole:
        report.add(Problem(path.name, "This is no list of records.", "Download the file again."))
        return None
    reader = _Reader(path, entities, report)
    sites = []
    for number, record in enumerate(whole, start=1):
        try:
            sites.append(reader.site(number, record))
        except _FormError as error:
            report.add(
                Problem(
                    path.name,
                    f"Record {number} has not the form of MinMod: {error}.",
                    "Take the file as it was released; a new form needs a new version of the "
                    "importer.",
                )
            )
            return None
    return sites


@dataclass(slots=True)
class _Reader:
    """Takes the records of one file apart; raises ``_FormError`` at what has another form."""

    path: Path
    entities: Entities
    report: Report

    def site(self, number: int, value: object) -> MinmodSite:
        record = self.keyed(value, _SITE, f"record {number}")
        place = record.get("location_info")
        location = {} if place is None else self.keyed(place, _LOCATION, "location_info")
        if location and self.meaning(location["crs"]) != _CRS_WGS84:
            raise _FormError("the coordinates are not WGS 84")
        longitude, latitude = self.point(location.get("location"))
        types = [self.observed(item) for item in self.items(record, "deposit_type_candidate")]
        aliases = tuple(self.text(alias) for alias in self.items(record, "aliases"))
        inventory = self.items(record, "mineral_inventory")
        return MinmodSite(
            number=number,
            record_id=self.text(record["record_id"]),
            name=self.text(record.get("name", "")),
            aliases=aliases,
            country=self.first(location, "country", "country"),
            region=next(map(self.observed, self.items(location, "state_or_province")), ""),
            longitude=longitude,
            latitude=latitude,
            deposit_type=types[0] if types else "",
            inventory=tuple(self.item(item) for item in inventory),
        )

    def item(self, value: object) -> InventoryItem:
        item = self.keyed(value, _INVENTORY, "mineral_inventory")
        return InventoryItem(
            commodity=self.known(item["commodity"], "commodity"),
            categories=tuple(self.meaning(one) for one in self.items(item, "category")),
            grade=self.amount(item.get("grade")),
            ore=self.amount(item.get("ore")),
        )

    def amount(self, value: object) -> Amount | None:
        if value is None:
            return None
        amount = self.keyed(value, _AMOUNT, "a figure")
        figure = amount["value"]
        if not isinstance(figure, Figure) or float(figure) <= 0:
            raise _FormError("a figure is no number above 0")
        return Amount(figure, self.known(amount["unit"], "unit"))

    def keyed(self, value: object, keys: Keys, where: str) -> Mapping[str, object]:
        if not isinstance(value, dict) or not keys.fit(value, where, self.path, self.report):
            raise _FormError(f"{where} has other keys or is no object")
        return value

    @staticmethod
    def items(record: Mapping[str, object], name: str) -> Sequence[object]:
        value = record.get(name, [])
        if not isinstance(value, list):
            raise _FormError(f"{name} is no list")
        return value

    @staticmethod
    def text(value: object) -> str:
        if not isinstance(value, str):
            raise _FormError("a name is no text")
        return tidy(value)

    def meaning(self, value: object) -> str:
        """The number of a candidate in the lists of entities."""
        candidate = self.keyed(value, _CANDIDATE, "a candidate")
        uri = self.text(candidate.get("normalized_uri", ""))
        if not uri.startswith(_RESOURCE):
            raise _FormError("a candidate has no number of an entity")
        return uri.removeprefix(_RESOURCE)

    def known(self, value: object, entity: str) -> str:
        number = self.meaning(value)
        found = self.entities[entity].get(number, "")
        if not found:
            raise _FormError(f"{number} is no {entity} of the lists of entities")
        return found

    def first(self, record: Mapping[str, object], name: str, entity: str) -> str:
        return next((self.known(item, entity) for item in self.items(record, name)), "")

    def observed(self, value: object) -> str:
        """The name that somebody found in a table; it may be missing."""
        candidate = self.keyed(value, _CANDIDATE, "a candidate")
        return self.text(candidate.get("observed_name", ""))

    def point(self, value: object) -> tuple[str, str]:
        """Longitude and latitude as spelled, or two empty texts."""
        if value is None:
            return "", ""
        match = _POINT.fullmatch(self.text(value))
        if match is None or abs(float(match[1])) > 180 or abs(float(match[2])) > 90:
            raise _FormError("the location is no point on the globe")
        return match[1], match[2]
