"""What is compared: records of sites, and the facilities of the curated table."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from kg.facts.package import Package, Table
from kg.facts.records import read_records
from kg.match.names import SiteName, site_names
from kg.sources.site_record import IN_THE_GROUND, site_slug

#: Source of the curated facilities.
CURATED = "facilities"
RECORD_SCHEMA = "site-records"
#: Mean radius of the Earth, km.
_RADIUS = 6371.0088
#: How locators of curated points begin that name one record of an official table.
_POINTS_AT = frozenset({"record", "point"})

#: Tables of substances, with the columns that say which elements or groups are in them.
_ELEMENTS = (
    ("groups", ("members",)),
    ("materials", ("elements", "some_of")),
    ("commodities", ("elements",)),
)

Cells = Mapping[str, str]


@dataclass(frozen=True, slots=True, eq=False)
class Site:
    """A record, or a curated facility (``table`` is ``facilities`` then).

    ``names`` and ``aliases`` are the ways of writing its name and other names; ``point`` is the
    place on the unit sphere; ``contents`` are the elements (or substances without any) that it is
    named with; ``year`` is that of the state of knowledge, or of the source; ``official`` is the
    key or name of the official record that a curated point was taken from.
    """

    id: str
    table: str
    cells: Cells
    names: tuple[SiteName, ...]
    aliases: tuple[SiteName, ...]
    point: tuple[float, float, float] | None
    contents: frozenset[str]
    year: int = 0
    official: str = ""

    @property
    def curated(self) -> bool:
        """True for a facility of the curated table."""
        return self.table == CURATED

    @property
    def kind(self) -> str:
        """The kind, as the columns ``kind`` of the tables have it."""
        return self.cells["kind"]

    @property
    def country(self) -> str:
        """ISO 3166 alpha-3 code."""
        return self.cells["country"]

    @property
    def in_the_ground(self) -> bool:
        """True for a deposit, prospect or mine, false for a plant."""
        return self.kind in IN_THE_GROUND

    @property
    def listing(self) -> str:
        """The list of the source that the record stands in: sheet, layer or file.

        One list keeps its sites apart; two lists of one source may have the same site.
        """
        return f"{self.table} {self.cells.get('locator', '')}"

    def says(self) -> str:
        """What a reviewer needs to see of it."""
        cells = self.cells
        what = cells.get("substances") or cells.get("elements") or "?"
        who = cells.get("operator_words") or cells.get("owner_words") or ""
        parts = [cells["name"], cells.get("kind_words") or self.kind, self.country, what, who]
        return " | ".join(part for part in parts if part)


def distance_km(a: Site, b: Site) -> float | None:
    """Kilometres between two sites; ``None`` where one has no point."""
    if a.point is None or b.point is None:
        return None
    chord = math.dist(a.point, b.point)
    return 2 * _RADIUS * math.asin(min(1.0, chord / 2))


def on_sphere(latitude: str, longitude: str) -> tuple[float, float, float] | None:
    """A point in degrees as one on the unit sphere; ``None`` where a cell is empty."""
    if not latitude or not longitude:
        return None
    lat, lon = math.radians(float(latitude)), math.radians(float(longitude))
    return math.cos(lat) * math.cos(lon), math.cos(lat) * math.sin(lon), math.sin(lat)


def rows(table: Table) -> Iterator[Cells]:
    """The rows of a table as text; raises ``FactsError`` if the file is faulty."""
    reading = read_records(table.path, table.file)
    for record in reading.sound():
        yield dict(zip(reading.header, record.cells, strict=True))


def record_tables(package: Package) -> list[Table]:
    """The tables of records of sites, by name."""
    found = [t for t in package.tables.values() if t.schema.file.endswith(f"{RECORD_SCHEMA}.json")]
    return sorted(found, key=lambda table: table.name)


def read_sites(package: Package) -> dict[str, Site]:
    """All records and curated facilities by id, the curated first, then by table and row."""
    contents = _contents(package)
    sites = {site.id: site for site in _curated(package, contents)}
    released = {cells["id"]: cells["date"][:4] for cells in rows(package.table("sources"))}
    for table in record_tables(package):
        for cells in rows(table):
            sites[cells["id"]] = Site(
                id=cells["id"],
                table=table.name,
                cells=cells,
                names=site_names(cells["name"]),
                aliases=_aliases(cells),
                point=on_sphere(cells["latitude"], cells["longitude"]),
                contents=_expand(cells["substances"], contents),
                year=_year(cells, released),
            )
    return sites


def _curated(package: Package, contents: Mapping[str, frozenset[str]]) -> Iterator[Site]:
    places = {cells["facility"]: cells for cells in rows(package.table("facility-locations"))}
    flows: dict[str, list[str]] = {}
    for cells in rows(package.table("facility-flows")):
        flows.setdefault(cells["facility"], []).append(cells["material"])
    for cells in rows(package.table(CURATED)):
        place = places.get(cells["id"], {})
        named = ";".join([cells["elements"], *flows.get(cells["id"], ())])
        yield Site(
            id=cells["id"],
            table=CURATED,
            cells=cells,
            names=site_names(cells["name"]),
            aliases=(),
            point=on_sphere(place.get("latitude", ""), place.get("longitude", "")),
            contents=_expand(named, contents),
            official=_official(place),
        )


def _official(place: Cells) -> str:
    """Key or name of the official record that a curated point was taken from."""
    first, _, key = place.get("locator", "").partition(" ")
    return site_slug(key) if first in _POINTS_AT else ""


def _year(cells: Cells, released: Mapping[str, str]) -> int:
    source = cells["source_ids"].partition(";")[0].strip()
    text = cells["year"] or released.get(source, "")
    return int(text) if text.isdigit() else 0


def _aliases(cells: Cells) -> tuple[SiteName, ...]:
    texts = filter(None, cells["aliases"].split(";"))
    return tuple(dict.fromkeys(way for text in texts for way in site_names(text)))


def _contents(package: Package) -> dict[str, frozenset[str]]:
    """Group, material or commodity -> its elements."""
    found: dict[str, frozenset[str]] = {}
    for table, columns in _ELEMENTS:
        for cells in rows(package.table(table)):
            found[cells["id"]] = _expand(";".join(cells[column] for column in columns), found)
    return found


def _expand(named: str, contents: Mapping[str, frozenset[str]]) -> frozenset[str]:
    ids = filter(None, (item.strip() for item in named.split(";")))
    return frozenset(e for one in ids for e in (contents.get(one) or {one}))
