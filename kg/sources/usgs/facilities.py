"""What the layers of mineral facilities of the USGS share: products, statuses, capacities.

The layers have one row for each product of a facility. Rows with one identifier become one record
of a site; each yearly capacity becomes a figure of its own, unless the layer gives it for several
sites or products together: such a figure is repeated on each of them and belongs to none.
Which substance, basis and step a commodity in a form stands for is said in
``facility_products.csv``.
"""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import groupby
from pathlib import Path
from typing import NamedTuple

from kg.report import Severity
from kg.sources.fact_tables import FactRow
from kg.sources.ledger import RowLedger
from kg.sources.official_file import fold
from kg.sources.place_names import PlaceNames
from kg.sources.site_reader import SitePoint, SiteReader
from kg.sources.site_record import SiteRecord, SiteSubstances, site_slug

_PRODUCTS = Path(__file__).with_name("facility_products.csv")

#: The status that words of the layers stand for.
STATUSES: Mapping[str, str] = {
    "Active": "operating",
    "Assumed Active": "operating",
    "C&M": "care-and-maintenance",
    "Suspended": "care-and-maintenance",
    "Closed": "closed",
    "Construction": "construction",
    "Development": "development",
}
#: Where rows of one facility differ, it does what comes first here.
_STRONGEST = ("operating", "construction", "development", "care-and-maintenance", "closed")

#: Whether a kind of facility takes ore out of the ground.
_TAKES_OUT: Mapping[str, bool] = {
    "Mines and Quarries": True,
    "Brine": True,
    "Oil and Gas Fields": True,
    "Mineral Processing Plants": False,
    "Oil and Gas Refineries and (or) Petrochemical Complexes": False,
}
#: The kind of a plant by the step that it does; of several steps the first counts.
_PLANTS: Mapping[str, str] = {
    "separation": "separation-plant",
    "refining": "refinery",
    "smelting": "smelter",
    "alloy-making": "metal-alloy-plant",
    "recycling": "recycling-plant",
    "processing": "processing-plant",
    "concentration": "processing-plant",
}
_UNITS: Mapping[str, str] = {
    "Metric tons": "tonne-per-year",
    "mt": "tonne-per-year",
    "Thousand metric tons": "thousand-tonnes-per-year",
    "kmt": "thousand-tonnes-per-year",
    "million mt": "million-tonnes-per-year",
    "Kilograms": "kilogram-per-year",
    "kg": "kilogram-per-year",
    "Million cubic meters": "million-cubic-metres",
}


class Product(NamedTuple):
    """What a commodity in a form is: nothing in scope if ``substances`` is empty."""

    substances: tuple[str, ...]
    material: str
    basis: str
    step: str


class Products:
    """Looks up commodities, forms and details of the layers."""

    def __init__(self, products: Mapping[tuple[str, str, str], Product]) -> None:
        self._products = {tuple(map(fold, key)): product for key, product in products.items()}

    @classmethod
    @cache
    def shipped(cls) -> Products:
        """The table that comes with critmat."""
        found = {}
        with _PRODUCTS.open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                found[row["commodity"], row["form"], row["detail"]] = Product(
                    tuple(filter(None, row["substances"].split(";"))),
                    row["material"],
                    row["basis"],
                    row["step"],
                )
        return cls(found)

    def find(self, commodity: str, form: str, detail: str) -> Product | None:
        """The product, or ``None`` for a combination that is not in the table."""
        return self._products.get((fold(commodity), fold(form), fold(detail)))


@dataclass(frozen=True, slots=True)
class FacilityRow:
    """One row of a layer in the words of the layer, an empty cell being ``""``.

    ``capacity`` is empty where the layer gives none; ``flags`` are the small letters of the layer:
    ``e`` estimated, ``g`` gross weight. ``combined`` says that the capacity is that of several
    sites or products together.
    """

    number: int
    uid: str
    name: str
    kind: str
    commodity: str
    form: str
    detail: str
    year: str
    capacity: str
    unit: str
    flags: frozenset[str]
    combined: bool
    status: str
    country: str
    region: str
    latitude: str
    longitude: str
    precision: str
    operator: str
    owners: tuple[str, ...]

    @property
    def words(self) -> str:
        """Commodity, form and detail as one text."""
        return ", ".join(filter(None, (self.commodity, self.form, self.detail)))


class _Read(NamedTuple):
    """A row that can be used, with its product and the place that was made sure of."""

    row: FacilityRow
    product: Product
    point: SitePoint


class Layer(NamedTuple):
    """Where the rows come from: name of the layer, identifier of the source, prefix of records."""

    name: str
    source: str
    prefix: str


def facility_tables(
    rows: Sequence[FacilityRow], layer: Layer, places: PlaceNames, ledger: RowLedger
) -> tuple[list[FactRow], list[FactRow]]:
    """Records of sites and their capacities; every row is counted in the ledger."""
    ledger.read += len(rows)
    reader = SiteReader(ledger, places)
    kinds: dict[str, set[bool]] = {}
    for row in rows:
        kinds.setdefault(row.uid, set()).add(_TAKES_OUT.get(row.kind, False))
    kept = [one for row in rows if (one := _read(row, reader, ledger))]
    kept.sort(key=lambda one: (one.row.uid, not _TAKES_OUT[one.row.kind], one.row.number))
    records: list[FactRow] = []
    capacities: list[FactRow] = []
    for (uid, takes_out), group in groupby(
        kept, key=lambda one: (one.row.uid, _TAKES_OUT[one.row.kind])
    ):
        several = list(group)
        # One identifier may stand for a mine and for a plant beside it: two sites.
        suffix = ("-mine" if takes_out else "-plant") if len(kinds[uid]) > 1 else ""
        record = _record(f"{layer.prefix}-{site_slug(uid)}{suffix}", several, layer)
        records.append(record.row())
        capacities.extend(_capacities(record.id, several, layer, ledger))
    return records, capacities


def _read(row: FacilityRow, reader: SiteReader, ledger: RowLedger) -> _Read | None:
    """The row if it can be used; otherwise it is accounted for."""
    product = Products.shipped().find(row.commodity, row.form, row.detail)
    if product is None and SiteSubstances.shipped().find(row.commodity) == ():
        ledger.leave_out(f"out of scope: {row.commodity.casefold()}")
        return None
    if product is not None and not product.substances:
        ledger.leave_out(f"out of scope: {row.words.casefold()}")
        return None
    unknown = [
        (column, words)
        for column, words, known in (
            ("product", row.words, product is not None),
            ("FeatureTyp", row.kind, row.kind in _TAKES_OUT),
            ("LocOpStat", row.status, row.status in STATUSES),
        )
        if not known
    ]
    if unknown or product is None:
        column, words = unknown[0]
        ledger.refuse(
            row.number,
            f"{row.uid}: {words!r} is not known.",
            "Add the product to kg/sources/usgs/facility_products.csv; a new kind or status needs "
            "a new version of the importer.",
            column=column,
        )
        return None
    country = reader.country(row.number, row.country, "Country")
    if country is None:
        return None
    columns = ("Latitude", "Longitude")
    point = reader.point(row.number, country, row.latitude, row.longitude, columns)
    if point is None:
        return None
    ledger.use()
    return _Read(row, product, point)


def _record(identifier: str, several: Sequence[_Read], layer: Layer) -> SiteRecord:
    rows = [one.row for one in several]
    first, point = rows[0], several[0].point
    steps = {one.product.step for one in several if one.product.step}
    statuses = {STATUSES[row.status] for row in rows}
    combined = sorted({row.words for row in rows if row.combined and row.capacity})
    return SiteRecord(
        id=identifier,
        name=first.name,
        aliases=tuple(n for n in dict.fromkeys(row.name for row in rows) if n != first.name),
        kind="mine" if _TAKES_OUT[first.kind] else _plant(steps),
        kind_words=_together(row.kind for row in rows),
        status=next(status for status in _STRONGEST if status in statuses),
        status_words=_together(row.status for row in rows),
        country=point.country,
        region=first.region,
        latitude=point.latitude,
        longitude=point.longitude,
        precision=first.precision if point.latitude else "",
        operator_words=_together(row.operator for row in rows),
        owner_words=tuple(owner for row in rows for owner in row.owners),
        substances=tuple(item for one in several for item in one.product.substances),
        substance_words=_together(row.words for row in rows),
        stages=("mining",) if _TAKES_OUT[first.kind] else tuple(s for s in _PLANTS if s in steps),
        year=first.year,
        note=(
            f"The capacity ({'; '.join(combined)}) is given for several sites or products "
            "together and is no figure of this site."
            if combined
            else ""
        ),
        source_ids=(layer.source,),
        locator=f"layer {layer.name}",
    )


def _plant(steps: set[str]) -> str:
    return next((kind for step, kind in _PLANTS.items() if step in steps), "plant")


def _together(words: Iterable[str]) -> str:
    return "; ".join(dict.fromkeys(filter(None, words)))


def _capacities(
    record: str, several: Sequence[_Read], layer: Layer, ledger: RowLedger
) -> list[FactRow]:
    """The capacities that are figures of this site alone."""
    counts = ledger.report.counts
    twice = Counter(one.row.words for one in several)
    found: dict[str, FactRow] = {}
    for row, product, _ in several:
        if not row.capacity:
            counts["capacities not given"] += 1
            continue
        if row.combined:
            counts["capacities of several sites or products together, left out"] += 1
            continue
        unit = _UNITS.get(row.unit)
        own = [row.words] if twice[row.words] == 1 else [row.words, row.name, row.operator]
        identifier = f"{record}-{site_slug(' '.join(own))}-capacity"
        if unit is None or identifier in found or not product.material:
            counts["capacities reported and not used"] += 1
            ledger.say(
                row.number,
                f"{row.uid}, {row.words}: the capacity {row.capacity} {row.unit!r} cannot be read "
                "as a figure of one product in a known unit.",
                "The record of the site is used without it; look into the layer.",
                column="unit" if unit is None else "product",
                severity=Severity.WARNING,
            )
            continue
        counts["capacities used"] += 1
        found[identifier] = {
            "id": identifier,
            "record": record,
            "measure": "capacity",
            "words": row.words,
            "material": product.material,
            "value": row.capacity.removesuffix(".0"),
            "unit": unit,
            "basis": product.basis or ("gross-weight" if "g" in row.flags else ""),
            "year": row.year,
            "status": "estimated" if "e" in row.flags else "measured",
            "source_ids": layer.source,
            "locator": f"layer {layer.name}",
        }
    return list(found.values())
