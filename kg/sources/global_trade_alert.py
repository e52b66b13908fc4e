"""Global Trade Alert: controls of trade in critical minerals, from a user's own file.

St. Gallen Endowment (https://globaltradealert.org/), as the Critical Minerals Tracker selects and
reshapes it to JSON: interventions with the minerals that the compiler assigned. Terms of reuse are
not confirmed, so critmat ships nothing of it. Titles, dates, kinds and addresses are read, the
descriptions are not.

Subsidies restrict nothing and are left out by name. An intervention of every member of the European
Union of its day is one of the Union; one of several other countries is one measure for each.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType

from kg.report import Problem, Report, Severity
from kg.shipped import facts_dir
from kg.sources.fact_tables import FactTables
from kg.sources.importer import Importer
from kg.sources.ledger import RowLedger
from kg.sources.official_file import tidy
from kg.sources.official_json import Keys, read_official_json
from kg.sources.own_source import OwnSource
from kg.sources.place_names import PlaceNames

SOURCE = OwnSource(
    id="gta-interventions",
    title="Global Trade Alert, interventions on critical minerals",
    publisher="St. Gallen Endowment (selected by the Critical Minerals Tracker)",
    url="https://globaltradealert.org/",
    kind="academic",
    retrieved="2026-11-22",
    attribution="Source: Global Trade Alert",
)
KEYS = Keys(
    (
        "id",
        "title",
        "evaluation",
        "dealType",
        "interventionType",
        "minerals",
        "implementers",
        "date",
        "dateISO",
        "link",
        "description",
    )
)
#: Substances of the eight minerals that the compiler names.
MINERALS: Mapping[str, str] = MappingProxyType(
    {
        "Cobalt": "cobalt",
        "Copper": "copper",
        "Graphite": "graphite",
        "Lithium": "lithium",
        "Manganese": "manganese",
        "Nickel": "nickel",
        "Rare Earths": "rare-earths",
        "Silicon": "silicon",
    }
)
#: Kind of measure by the type of the intervention; the type itself stays as words.
KINDS: Mapping[str, str] = MappingProxyType(
    {
        "Export ban": "export-ban",
        "Export licensing requirement": "export-licence",
        "Export quota": "export-quota",
        "Export tax": "tariff",
        "Import tariff": "tariff",
        "Export-related non-tariff measure, nes": "other",
        "Import ban": "other",
        "Import monitoring": "other",
        "Internal taxation of imports": "other",
    }
)
_SUBSIDY, _CONTROL = "Subsidy", "Trade Control"
_DAY = re.compile(r"(19|20)[0-9]{2}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])", re.ASCII)
_NUMBER = re.compile(r"[0-9]{1,9}", re.ASCII)
_UNION = "EU"


def union_members(day: str, table: Path | None = None) -> frozenset[str]:
    """Members of the European Union on a day, from the table ``memberships``."""
    path = table or facts_dir() / "tables" / "memberships.csv"
    with path.open(encoding="utf-8", newline="") as file:
        return frozenset(
            row["country"]
            for row in csv.DictReader(file)
            if row["bloc"] == _UNION
            and (not row["valid_from"] or row["valid_from"] <= day)
            and (not row["valid_until"] or day < row["valid_until"])
        )


def import_global_trade_alert(
    files: Sequence[Path], places: PlaceNames | None = None
) -> tuple[FactTables, Report]:
    """Read the interventions of one file; the tables are empty when there is an error."""
    report = Report("import global-trade-alert")
    if len(files) != 1:
        report.add(
            Problem("global-trade-alert", "One file is read.", "Give gta-interventions.json.")
        )
        return {}, report
    path = files[0]
    records = _records(path, report)
    if records is None:
        return {}, report
    names = places or PlaceNames.shipped()
    ledger = RowLedger(path.name, report, read=len(records))
    facts: dict[str, dict[str, str]] = {}
    for number, record in enumerate(records, start=1):
        for fact in _read(number, record, names, ledger):
            if fact["id"] in facts:
                ledger.say(
                    None,
                    f"Intervention {fact['id']} stands twice.",
                    "Take the file as it was released.",
                    severity=Severity.ERROR,
                )
            facts[fact["id"]] = fact
    ledger.close()
    if not report.ok:
        return {}, report
    tables: FactTables = {
        "gta-measures": ("measures", list(facts.values())),
        "gta-sources": ("sources", [SOURCE.row()]),
    }
    return tables, report


def _records(path: Path, report: Report) -> list[Mapping[str, object]] | None:
    """The interventions, each with exactly the known keys."""
    whole = read_official_json(path, report)
    if whole is None:
        return None
    listed = whole.get("interventions") if isinstance(whole, dict) else None
    if not isinstance(listed, list) or not listed:
        report.add(
            Problem(
                path.name,
                "There is no list 'interventions'.",
                "Take the file of the Critical Minerals Tracker as it is.",
            )
        )
        return None
    records: list[Mapping[str, object]] = [
        record
        for number, record in enumerate(listed, start=1)
        if isinstance(record, dict) and KEYS.fit(record, f"Intervention {number}", path, report)
    ]
    if len(records) < len(listed) and report.ok:
        report.add(Problem(path.name, "An intervention is no object.", "Download it again."))
    return records if report.ok else None


def _texts(value: object) -> list[str]:
    return (
        [tidy(item) for item in value if isinstance(item, str)] if isinstance(value, list) else []
    )


def _read(
    number: int, record: Mapping[str, object], places: PlaceNames, ledger: RowLedger
) -> list[dict[str, str]]:
    """The measures of one intervention, which is accounted for."""
    text = {key: tidy(value) for key, value in record.items() if isinstance(value, str)}
    kind = text.get("interventionType", "")
    if text.get("dealType") == _SUBSIDY:
        ledger.leave_out(f"subsidy: {kind}")
        return []
    minerals, implementers = _texts(record["minerals"]), _texts(record["implementers"])
    found = [places.find(name) for name in implementers]
    strange = [
        key
        for key, sound in (
            ("id", _NUMBER.fullmatch(text.get("id", ""))),
            ("title", text.get("title")),
            ("dealType", text.get("dealType") == _CONTROL),
            ("interventionType", kind in KINDS),
            ("minerals", minerals and all(name in MINERALS for name in minerals)),
            ("implementers", found and None not in found),
            ("dateISO", _DAY.fullmatch(text.get("dateISO", ""))),
            ("link", text.get("link", "").startswith("https://")),
        )
        if not sound
    ]
    if strange:
        ledger.refuse(
            number,
            f"Intervention {number}: {str(record[strange[0]])[:80]!r} cannot be placed.",
            "Add a mineral or a kind to kg/sources/global_trade_alert.py, a country to places.",
            column=strange[0],
        )
        return []
    ledger.use()
    countries = [place for place in found if place is not None]
    if frozenset(countries) == union_members(text["dateISO"]):
        countries = [_UNION]
    return [
        {
            "id": "-".join(
                ("gta", text["id"], *((country.lower(),) if len(countries) > 1 else ()))
            ),
            "name": text["title"],
            "kind": KINDS[kind],
            "imposed_by": country,
            "substances": ";".join(sorted(MINERALS[name] for name in minerals)),
            "valid_from": text["dateISO"],
            "url": text["link"],
            "note": f"{kind}. The minerals were assigned by the compiler of the file.",
            "source_ids": SOURCE.id,
            "locator": f"Intervention {text['id']}",
        }
        for country in sorted(countries)
    ]


GLOBAL_TRADE_ALERT = Importer(
    name="global-trade-alert",
    summary="Global Trade Alert, your own gta-interventions.json; needs --out.",
    folder="gta-interventions",
    files=("gta-interventions.json",),
    tables=("gta-measures", "gta-sources"),
    read=import_global_trade_alert,
    shipped=False,
)
