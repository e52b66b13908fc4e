"""Study on the Critical Raw Materials for the EU 2023: shares of world supply by country.

European Commission, https://doi.org/10.2873/725585, CC BY 4.0. The file
``fact_GlobalSupplyShares_and_t.csv`` (cp1252) was taken from annex 7 by a third person. Shares are
averages of about 2016-2020.

The study prints one and the same line for several rare earths: these are figures of the group. The
importer finds the identical lines itself and records one set on the group whose members are
exactly these elements.
"""

from __future__ import annotations

import csv
import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from kg.report import Problem, Report, Severity
from kg.shipped import facts_dir
from kg.sources.fact_tables import FactTables
from kg.sources.importer import Importer
from kg.sources.ledger import RowLedger
from kg.sources.official_file import OfficialRow, fold, read_official_csv
from kg.sources.place_names import PlaceNames

SOURCE = "eu-crm-2023"
COLUMNS = ("Material", "Stage", "Country", "Share", "t")
_SHARE = re.compile(r"(?P<less><?)(?P<figure>\d{1,3}(?:\.\d+)?)%", re.ASCII)
#: Misspelt in the file, and certain.
_MISSPELT = {"turkyie": "TUR"}
_NOTE = "Average of about 2016-2020."
#: Points by which the shares of a material and stage may miss 100.
_TOLERANCE = 3.0
_RARE_EARTHS = "rare-earths"


class EuSeries(NamedTuple):
    """What a material and stage of the study stand for; ``left_out`` says why it is not read."""

    substance: str
    stage: str
    left_out: str


class _Line(NamedTuple):
    """One row as read: the area, the share and the row itself."""

    area: str
    share: str
    high: str
    row: OfficialRow


def eu_series() -> dict[tuple[str, str], EuSeries]:
    """Every material and stage of the study, from ``eu_materials.csv``."""
    path = Path(__file__).with_name("eu_materials.csv")
    with path.open(encoding="utf-8", newline="") as file:
        return {
            (fold(row["material"]), row["stage_code"]): EuSeries(
                row["substance"], row["stage"], row["left_out"]
            )
            for row in csv.DictReader(file)
        }


def element_groups(table: Path | None = None) -> dict[str, frozenset[str]]:
    """Identifier of each element group -> its members, from the table ``groups``."""
    path = table or facts_dir() / "tables" / "groups.csv"
    with path.open(encoding="utf-8", newline="") as file:
        return {row["id"]: frozenset(row["members"].split(";")) for row in csv.DictReader(file)}


def import_eu_crm(
    files: Sequence[Path],
    places: PlaceNames | None = None,
    groups: Mapping[str, frozenset[str]] | None = None,
) -> tuple[FactTables, Report]:
    """Read the table of world supply shares; the tables are empty when there is an error."""
    report = Report("import eu-crm")
    if len(files) != 1:
        report.add(
            Problem("eu-crm", "One file is read.", "Give fact_GlobalSupplyShares_and_t.csv.")
        )
        return {}, report
    rows = read_official_csv(files[0], COLUMNS, "cp1252", report)
    if rows is None:
        return {}, report
    ledger = RowLedger(files[0].name, report, read=len(rows))
    sets = _read_lines(rows, places or PlaceNames.shipped(), ledger)
    facts = _facts(sets, groups or element_groups(), ledger)
    ledger.close()
    return ({"eu-crm-2023-shares": ("shares", facts)} if report.ok else {}), report


def _read_lines(
    rows: Sequence[OfficialRow], places: PlaceNames, ledger: RowLedger
) -> dict[tuple[str, str], list[_Line]]:
    """The lines that can be used, by substance and stage; the others are accounted for."""
    known = eu_series()
    sets: dict[tuple[str, str], list[_Line]] = defaultdict(list)
    sums: dict[tuple[str, str], list[tuple[bool, float]]] = defaultdict(list)
    for row in rows:
        key = (fold(row["Material"]), row.text("Stage"))
        series = known.get(key)
        if series is None:
            ledger.refuse(
                row.line,
                f"The material {row.text('Material')!r} at stage {key[1]!r} is not known.",
                "Add it to kg/sources/eu_materials.csv.",
                column="Material",
            )
            continue
        share = _SHARE.fullmatch(row.text("Share"))
        if share is None or float(share["figure"]) > 100:
            ledger.refuse(
                row.line,
                f"The share {row.text('Share')!r} cannot be read.",
                "A share is a percentage such as 9.9% or <0.1%.",
                column="Share",
            )
            continue
        sums[key].append((bool(share["less"]), float(share["figure"])))
        area = _area(row, places, ledger, used=not series.left_out)
        if series.left_out:
            ledger.leave_out(f"{row.text('Material')}, {series.left_out}")
        elif area is not None:
            figure = share["figure"]
            value, high = ("", figure) if share["less"] else (figure, "")
            sets[series.substance, series.stage].append(_Line(area, value, high, row))
    for material, stage in sorted(known.keys() - sums.keys()):
        ledger.say(
            None,
            f"The material {material!r} at stage {stage!r} is missing.",
            "The file is cut off or was edited; download it again.",
            severity=Severity.ERROR,
        )
    _check_sums(sums, ledger)
    return sets


def _area(row: OfficialRow, places: PlaceNames, ledger: RowLedger, *, used: bool) -> str | None:
    """The place of a row; a row that would be used and has none is refused."""
    name = row.text("Country")
    if place := places.find(name):
        return place
    place = _MISSPELT.get(fold(name))
    if place is not None:
        ledger.say(
            row.line, f"{name!r} is misspelt.", f"It is taken for {place}.", column="Country"
        )
        return place
    message = f"The country {name!r} is not known."
    remedy = "Not used: which place is meant is not certain; see the study itself."
    if used:
        ledger.refuse(row.line, message, remedy, column="Country", severity=Severity.WARNING)
    else:
        ledger.say(row.line, message, remedy, column="Country")
    return None


def _check_sums(
    sums: Mapping[tuple[str, str], Sequence[tuple[bool, float]]], ledger: RowLedger
) -> None:
    """Warn where the shares do not make 100, with ``<0.1%`` counted as nothing or in full."""
    for (material, stage), shares in sums.items():
        least = sum(figure for less, figure in shares if not less)
        most = least + sum(figure for less, figure in shares if less)
        if max(100 - least, most - 100) > _TOLERANCE:
            ledger.say(
                None,
                f"The shares of {material}, stage {stage}, add up to {least:.1f}"
                + (f" to {most:.1f}" if most > least else "")
                + " instead of 100.",
                "The shares are kept as they are in the file; see the study itself.",
            )


def _facts(
    sets: Mapping[tuple[str, str], Sequence[_Line]],
    groups: Mapping[str, frozenset[str]],
    ledger: RowLedger,
) -> list[dict[str, str]]:
    """One row for each line, with the identical lines of rare earths told once, of their group."""
    rare = groups.get(_RARE_EARTHS, frozenset())
    alike: dict[tuple[str, frozenset[tuple[str, str, str]]], list[str]] = defaultdict(list)
    for (substance, stage), lines in sets.items():
        if substance in rare:
            alike[stage, frozenset(line[:3] for line in lines)].append(substance)
    owner: dict[tuple[str, str], str] = {}
    members: dict[str, list[str]] = {}
    for (stage, _), elements in alike.items():
        if len(elements) == 1:
            continue
        fitting = [name for name, held in groups.items() if held == frozenset(elements)]
        if len(fitting) != 1:
            ledger.say(
                None,
                f"The lines of {', '.join(sorted(elements))} at stage {stage} are the same, "
                f"but {len(fitting)} groups have exactly these members.",
                "Add or mend the group in the table groups.",
                severity=Severity.ERROR,
            )
            continue
        members[fitting[0]] = sorted(elements)
        owner.update({(element, stage): fitting[0] for element in elements})
    facts: dict[str, dict[str, str]] = {}
    for (substance, stage), lines in sets.items():
        subject = owner.get((substance, stage), substance)
        for line in lines:
            fact = _fact(subject, stage, line, members.get(subject, []), ledger.file)
            if fact["id"] not in facts:
                facts[fact["id"]] = fact
                ledger.use()
            elif subject != substance:
                ledger.leave_out(f"same line as another member of {subject}")
            else:
                ledger.refuse(
                    line.row.line,
                    f"{line.row.text('Country')} stands twice for the same material and stage.",
                    "Check the file.",
                )
    return list(facts.values())


def _fact(
    subject: str, stage: str, line: _Line, members: Sequence[str], file: str
) -> dict[str, str]:
    stated = line.row.text("Share")
    note = _NOTE
    if members:
        note += f" The study prints the same line for {', '.join(members)}: a figure of the group."
    what = ", ".join(members) or line.row.text("Material")
    return {
        "id": f"{subject}-{stage}-share-{line.area}-2020-{SOURCE}",
        "substance": subject,
        "stage": stage,
        "area": line.area,
        "year": "2020",
        "period_start": "2016",
        "period_end": "2020",
        "share": line.share,
        "high": line.high,
        "precision": "exact" if line.share else "",
        "status": "measured" if line.share else "bound",
        "flag": "" if line.share else stated,
        "stated": stated,
        "basis_note": "Share of world supply at the stage, as the study computed it.",
        "note": note,
        "source_ids": SOURCE,
        "locator": f"{file}, line {line.row.line}: {what}, stage {line.row.text('Stage')}, "
        f"{line.row.text('Country')}",
    }


EU_CRM = Importer(
    name="eu-crm",
    summary="EU study on critical raw materials 2023: fact_GlobalSupplyShares_and_t.csv.",
    folder="eu-crm-2023",
    files=("fact_GlobalSupplyShares_and_t.csv",),
    tables=("eu-crm-2023-shares",),
    read=import_eu_crm,
)
