"""Critical minerals in Canada: mines, processing plants and advanced projects (2026).

The inventory of Natural Resources Canada, https://natural-resources.canada.ca/, Open Government
Licence - Canada, read from a copy in JSON. The compiler of the copy gave the keys their names and
added some of his own; read is what the inventory states (its number, group, stage of development,
status, minerals, operator, province, point). Left aside are the compiler's key and region and his
choice of a primary mineral. He cut the minerals at each comma, also inside brackets.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from kg.report import Problem, Report
from kg.sources.fact_tables import FactRow, FactTables
from kg.sources.importer import Importer
from kg.sources.ledger import RowLedger
from kg.sources.official_file import tidy
from kg.sources.official_json import Keys, read_official_json
from kg.sources.place_names import PlaceNames
from kg.sources.site_reader import SiteReader
from kg.sources.site_record import SiteRecord, SiteSubstances, site_slug

SOURCE = "nrcan-cm"
TABLE = "nrcan-sites"
_TEXTS = (
    "id",
    "name",
    "operator",
    "primaryMineral",
    "stage",
    "status",
    "region",
    "province",
    "website",
    "source",
    "operationGroup",
    "developmentStage",
)
_KEYS = Keys((*_TEXTS, "minerals", "latitude", "longitude", "nrcanObjectId"),
             ("impactAssessmentUrl",))  # fmt: skip
#: A comma that stands outside brackets.
_COMMA = re.compile(r",(?![^()]*\))")
_AGAIN = "Take the copy of the inventory as it is; a new one needs a look at the importer."


class _Works(NamedTuple):
    """What the words of the inventory say a site is."""

    kind: str
    stages: tuple[str, ...]


_MINES = "Mines and other primary producing sites"
_PROJECT = "Advanced exploration project"
_PLANT = "Processing"
_PLANT_PROJECT = "Advanced processing project"
#: Status by its words and whether the site works or is a project; there is no code for a project
#: that rests.
_STATUSES = {
    (True, "Active"): "operating",
    (True, "On hold / suspended"): "care-and-maintenance",
    (False, "Active"): "development",
    (False, "On hold / suspended"): "",
}
_WELLS = _Works("plant", ("production",))
#: Plants by their stage of development; the others are processing plants.
_BY_STAGE = {
    "Smelter": _Works("smelter", ("smelting",)),
    "Smelter, plant": _Works("smelter", ("smelting", "processing")),
    "Smelter, refinery, plant": _Works("smelter", ("smelting", "refining", "processing")),
    "Electric arc furnace": _Works("smelter", ("smelting",)),
    "Secondary smelter": _Works("smelter", ("recycling", "smelting")),
    "Refinery": _Works("refinery", ("refining",)),
    "Secondary refinery": _Works("refinery", ("recycling", "refining")),
    "Ferroalloy plant": _Works("metal-alloy-plant", ("alloy-making",)),
    "Battery recycling facility": _Works("recycling-plant", ("recycling",)),
}
_PROCESSING = _Works("processing-plant", ("processing",))


class _Site(NamedTuple):
    """One object of the file with its texts tidied."""

    number: int
    texts: Mapping[str, str]
    minerals: list[str]
    latitude: str
    longitude: str


def import_nrcan(
    files: Sequence[Path],
    places: PlaceNames | None = None,
    substances: SiteSubstances | None = None,
) -> tuple[FactTables, Report]:
    """Read the inventory; the tables are empty when there is an error.

    Rows are the objects of the file, counted from 1.
    """
    report = Report("import nrcan")
    if len(files) != 1:
        report.add(Problem("nrcan", "One file is read.", "Give the inventory in JSON."))
        return {}, report
    sites = _sites(files[0], report)
    if sites is None:
        return {}, report
    ledger = RowLedger(files[0].name, report, read=len(sites))
    reader = SiteReader(ledger, places, substances)
    points = Counter((site.latitude, site.longitude) for site in sites)
    records: dict[str, FactRow] = {}
    for site in sites:
        shared = points[site.latitude, site.longitude] > 1
        record = _record(site, ledger, reader, shared=shared)
        if record is None:
            continue
        if record.id in records:
            ledger.refuse(site.number, "Two sites have one number.", _AGAIN, column="nrcanObjectId")
            continue
        records[record.id] = record.row()
        ledger.use()
    ledger.close()
    return ({TABLE: ("site-records", list(records.values()))} if report.ok else {}), report


def _sites(path: Path, report: Report) -> list[_Site] | None:
    whole = read_official_json(path, report)
    if whole is None:
        return None
    if not isinstance(whole, list) or not whole:
        report.add(Problem(path.name, "This is not a list of sites.", _AGAIN))
        return None
    sites = []
    for number, found in enumerate(whole, start=1):
        where = f"Site {number}"
        if not isinstance(found, dict) or not _KEYS.fit(found, where, path, report):
            if not isinstance(found, dict):
                report.add(Problem(path.name, f"{where} is no object.", _AGAIN, row=number))
            return None
        minerals = found["minerals"]
        singles = [found[key] for key in _KEYS.required if key != "minerals"]
        if not isinstance(minerals, list) or not all(
            isinstance(text, str) for text in (*singles, *minerals)
        ):
            report.add(Problem(path.name, f"{where} has another form.", _AGAIN, row=number))
            return None
        sites.append(
            _Site(
                number,
                {key: tidy(found[key]) for key in (*_TEXTS, "nrcanObjectId")},
                _minerals(minerals),
                found["latitude"],
                found["longitude"],
            )
        )
    return sites


def _minerals(parts: Sequence[str]) -> list[str]:
    """The minerals as the inventory lists them: put together again and cut outside brackets.

    >>> _minerals(["Uranium (dioxide", "metal)", "and lead"])
    ['Uranium (dioxide, metal)', 'lead']
    """
    whole = map(tidy, _COMMA.split(", ".join(parts)))
    return [mineral.removeprefix("and ") for mineral in whole if mineral]


def _record(
    site: _Site, ledger: RowLedger, reader: SiteReader, *, shared: bool
) -> SiteRecord | None:
    texts = site.texts
    works = _works(texts["operationGroup"], texts["developmentStage"])
    status = _STATUSES.get((texts["operationGroup"] in (_MINES, _PLANT), texts["status"]))
    if works is None or status is None:
        ledger.refuse(
            site.number,
            f"{texts['operationGroup']!r}, {texts['status']!r} is not known.",
            _AGAIN,
            column="operationGroup",
        )
        return None
    substances = reader.substances(site.number, site.minerals, "minerals")
    if substances is None:
        return None
    point = reader.point(
        site.number, "CAN", site.latitude, site.longitude, ("latitude", "longitude")
    )
    if point is None:
        return None
    return SiteRecord(
        id=f"nrcan-{site_slug(texts['nrcanObjectId'])}",
        name=texts["name"],
        kind=works.kind,
        kind_words=f"{texts['operationGroup']}: {texts['developmentStage']}",
        status=status,
        status_words=texts["status"],
        country=point.country,
        region=texts["province"],
        latitude=point.latitude,
        longitude=point.longitude,
        # Sites that share a point cannot all be at it.
        precision=("locality" if shared else "site") if point.latitude else "",
        operator_words=texts["operator"],
        substances=substances,
        substance_words="; ".join(site.minerals),
        stages=works.stages,
        source_ids=(SOURCE,),
        locator="inventory",
    )


def _works(group: str, stage: str) -> _Works | None:
    if group == _MINES:
        return _WELLS if stage.startswith("Well(s)") else _Works("mine", ("mining",))
    if group == _PROJECT:
        return _Works("deposit", ())
    if group in (_PLANT, _PLANT_PROJECT):
        return _BY_STAGE.get(stage, _PROCESSING)
    return None


NRCAN = Importer(
    name="nrcan",
    summary="Natural Resources Canada, mines, plants and projects (2026): the inventory in JSON.",
    folder="nrcan-critical-minerals",
    files=("nrcan_sync_*.json",),
    tables=(TABLE,),
    read=import_nrcan,
)
