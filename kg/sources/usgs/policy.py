"""Export controls (table 4) and trade agreements (table 5) of the Mineral Commodity Summaries."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import datetime

from kg.report import Severity
from kg.sources.fact_tables import FactTables
from kg.sources.ledger import RowLedger
from kg.sources.official_file import OfficialRow, fold, tidy
from kg.sources.place_names import PlaceNames
from kg.sources.usgs.release import FileKind, Release, one_file, with_most_of
from kg.sources.usgs.series import AgreementTerms, Control, agreements, controls
from kg.sources.usgs.us_figure import slug
from kg.sources.usgs.world import RELEASE, SOURCE

CONTROL_COLUMNS = ("Country", "Control_Type", "Commodity_Year", "Data_source", "Notes")
AGREEMENT_COLUMNS = (
    "Country",
    "Agreement",
    "Signing_date",
    "Signing_date",
    "Focus_area",
    "Source",
)

_KINDS = {
    "export ban": ("export-ban", "Export ban"),
    "temporary export ban": ("export-ban", "Temporary export ban"),
    "export quota": ("export-quota", "Export quota"),
    "export licensing requirement": ("export-licence", "Export licence required"),
    "export licensing requirement for materials and technologies": (
        "export-licence",
        "Export licence required for materials and technologies",
    ),
}
#: One group of goods with its year: "Antimony (2024)", "Copper (refined and alloys) ... (2025)".
_GOODS = re.compile(r"(?P<goods>.+?) ?\((?P<year>\d{4})\)(?:, and |, | and |\.$|$)")


def split_goods(text: str) -> list[tuple[str, str]] | None:
    """The groups of goods of a control with the year of each, or ``None`` if it is not read.

    >>> split_goods("Bauxite (2023), copper concentrates (2023), and nickel ore (2020).")
    [('Bauxite', '2023'), ('copper concentrates', '2023'), ('nickel ore', '2020')]
    """
    goods, at, whole = [], 0, tidy(text)
    while at < len(whole):
        found = _GOODS.match(whole, at)
        if found is None or found.end() == at:
            return None
        goods.append((tidy(found["goods"]), found["year"]))
        at = found.end()
    return goods or None


def read_controls(
    rows: Iterable[OfficialRow],
    known: Mapping[tuple[str, str, str], Control],
    places: PlaceNames,
    ledger: RowLedger,
) -> list[dict[str, str]]:
    """One measure for each group of goods; the year is when the control began."""
    facts: list[dict[str, str]] = []
    for row in rows:
        kind = _KINDS.get(fold(row["Control_Type"]))
        place = places.find(row["Country"])
        goods = split_goods(row["Commodity_Year"])
        unknown = [
            f"{words} ({year})"
            for words, year in goods or []
            if (fold(row["Country"]), fold(words), year) not in known
        ]
        if kind is None or place is None or goods is None or unknown:
            ledger.refuse(
                row.line,
                f"The control {row.text('Control_Type')!r} of {row.text('Country')} is not known"
                + (f": {', '.join(unknown)}." if unknown else "."),
                "Add its goods to kg/sources/usgs/controls.csv.",
                column="Commodity_Year",
            )
            continue
        for words, year in goods:
            control = known[fold(row["Country"]), fold(words), year]
            measure = _measure(row, place, kind, (words, year), control)
            where = f"{row.text('Country')}, {row.text('Control_Type')}"
            facts.append({**measure, "locator": f"{ledger.file}, line {row.line}: {where}"})
        ledger.use()
    return facts


def _measure(
    row: OfficialRow,
    place: str,
    kind: tuple[str, str],
    goods: tuple[str, str],
    control: Control,
) -> dict[str, str]:
    words, year = goods
    return {
        "id": f"{place.lower()}-{kind[0]}-{slug(words)}-{year}-{RELEASE}",
        "name": f"{kind[1]}: {words} ({row.text('Country')}, {year})",
        "kind": kind[0],
        "imposed_by": place,
        "directed_against": "ALL",
        "substances": control.substances,
        "words": control.words,
        "valid_from": year,
        "status_words": "temporary" if kind[1].startswith("Temporary") else "",
        "url": row.text("Data_source"),
        "note": f"The source's words for the goods: {words}. {row.text('Notes')}",
        "source_ids": SOURCE,
    }


def read_agreements(
    rows: Iterable[OfficialRow],
    known: Mapping[tuple[str, str], AgreementTerms],
    ledger: RowLedger,
) -> tuple[list[dict[str, str]], list[dict[str, str]]]:
    """The agreements and their parties.

    An agreement that the table ``agreements`` holds already, with this release among its sources,
    is left out by the name of that record, so that each agreement stands once.
    """
    facts: list[dict[str, str]] = []
    parties: list[dict[str, str]] = []
    for row in rows:
        terms = known.get((fold(row["Country"]), fold(row["Agreement"])))
        signed = row.text("Signing_date 2")
        if terms is None or not re.fullmatch(r"\d{4}-\d{2}(-\d{2})?", signed):
            ledger.refuse(
                row.line,
                f"The agreement {row.text('Agreement')!r} with {row.text('Country')}, signed "
                f"{signed!r}, is not known.",
                "Add it to kg/sources/usgs/agreements.csv; the date must be YYYY-MM-DD.",
                column="Agreement",
            )
            continue
        if not re.fullmatch(r"https?://[^\s/]+\.[^\s]+", row.text("Source")):
            ledger.refuse(
                row.line,
                f"The source {row.text('Source')!r} is no address.",
                "The file is cut off or was edited; download it again.",
                column="Source",
            )
            continue
        if terms.same_as:
            ledger.leave_out(f"same agreement as {terms.same_as}")
            continue
        doubt = _date_doubt(row.text("Signing_date"), signed)
        if doubt:
            ledger.say(
                row.line,
                f"The two signing dates differ: {row.text('Signing_date')!r} and {signed!r}.",
                "The second one is used; the address of the source should settle it.",
                column="Signing_date",
                severity=Severity.WARNING,
            )
        countries = [place for place in terms.parties.split(";") if place != "USA"]
        name = f"usa-{'-'.join(countries).lower()}-agreement-{signed}-{RELEASE}"
        where = f"{ledger.file}, line {row.line}: {row.text('Country')}, {row.text('Agreement')}"
        facts.append(
            {
                "id": name,
                "name": row.text("Agreement"),
                "kind": terms.kind,
                "signed_on": signed,
                "topics": terms.topics,
                "substances": terms.substances,
                "url": row.text("Source"),
                "note": doubt,
                "source_ids": SOURCE,
                "locator": where,
            }
        )
        parties.extend(
            {
                "id": f"{name}-{place.lower()}",
                "agreement": name,
                "party": place,
                "role": "signatory",
                "source_ids": SOURCE,
                "locator": where,
            }
            for place in terms.parties.split(";")
        )
        ledger.use()
    return facts, parties


def _date_doubt(short: str, iso: str) -> str:
    """Words about two spellings of a date that do not agree, or nothing.

    >>> _date_doubt("20-Oct-25", "2025-10-20"), _date_doubt("25-Feb", "2025-02")
    ('', '')
    """
    for form, shape in (("%d-%b-%y", "%Y-%m-%d"), ("%y-%b", "%Y-%m")):
        try:
            # Only the calendar date is compared, so a time zone would mean nothing.
            if datetime.strptime(short, form).strftime(shape) == iso:
                return ""
        except ValueError:
            continue
    return f"The release gives the signing date also as {short}."


def _controls(
    rows: list[OfficialRow], release: Release, places: PlaceNames, ledger: RowLedger
) -> FactTables:
    measures = read_controls(rows, controls(), places, ledger)
    return {release.table("export-controls"): ("measures", measures)}


def _agreements(
    rows: list[OfficialRow], release: Release, _: PlaceNames, ledger: RowLedger
) -> FactTables:
    facts, parties = read_agreements(rows, agreements(), ledger)
    return {
        release.table("agreements"): ("agreements", facts),
        release.table("agreement-parties"): ("agreement-parties", parties),
    }


EXPORT_CONTROLS = FileKind(
    name="table 4, export controls",
    tells=with_most_of(CONTROL_COLUMNS),
    read=one_file(CONTROL_COLUMNS, "utf-8-sig", _controls),
    tables=("export-controls",),
)
TRADE_AGREEMENTS = FileKind(
    name="table 5, trade agreements",
    tells=with_most_of(AGREEMENT_COLUMNS),
    read=one_file(AGREEMENT_COLUMNS, "utf-8-sig", _agreements),
    tables=("agreements", "agreement-parties"),
)
