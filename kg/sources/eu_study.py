"""What the files of the EU study of 2023 have in common.

European Commission, Study on the Critical Raw Materials for the EU 2023,
https://doi.org/10.2873/725585, CC BY 4.0. The tables were taken from the annexes by a third person.

The study prints one and the same line for several rare earths: these are figures of the group.
:func:`group_figures` finds the identical lines, so that they are recorded once, on the group whose
members are exactly these elements.
"""

from __future__ import annotations

import csv
import re
from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from kg.report import Severity
from kg.shipped import facts_dir
from kg.sources.ledger import RowLedger
from kg.sources.official_file import OfficialRow, fold
from kg.sources.place_names import PlaceNames

SOURCE = "eu-crm-2023"
#: Points by which shares may miss 100.
TOLERANCE = 3.0
_RARE_EARTHS = "rare-earths"
_SHARE = re.compile(r"(?P<sign>[<>]?)(?P<figure>\d{1,3}(?:\.\d+)?)(?P<percent>%?)", re.ASCII)
#: Misspelt in the files, and certain.
_MISSPELT = {"turkyie": "TUR", "libanon": "LBN", "surinam": "SUR", "brasil": "BRA"}


class EuSeries(NamedTuple):
    """What a material and stage of the study stand for; ``left_out`` says why it is not read."""

    substance: str
    stage: str
    left_out: str


class Share(NamedTuple):
    """A share in percent as the file spells it: a value, or one end of a bound."""

    value: str
    low: str
    high: str
    stated: str

    @property
    def status(self) -> str:
        """``measured`` for a figure, ``bound`` for one of ``<`` and ``>``."""
        return "measured" if self.value else "bound"


def mapping(name: str) -> list[dict[str, str]]:
    """The rows of one of the tables of names beside this module, such as ``eu_materials``."""
    with Path(__file__).with_name(f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def series_of(name: str) -> dict[tuple[str, str], EuSeries]:
    """Every material and stage of a file of shares, by its table of names."""
    return {
        (fold(row["material"]), row["stage_code"]): EuSeries(
            row["substance"], row["stage"], row["left_out"]
        )
        for row in mapping(name)
    }


def substances_of(name: str) -> dict[str, EuSeries]:
    """Every material of a file that has no stages, by its table of names."""
    return {
        fold(row["material"]): EuSeries(row["substance"], "", row["left_out"])
        for row in mapping(name)
    }


def element_groups(table: Path | None = None) -> dict[str, frozenset[str]]:
    """Identifier of each element group -> its members, from the table ``groups``."""
    path = table or facts_dir() / "tables" / "groups.csv"
    with path.open(encoding="utf-8", newline="") as file:
        return {row["id"]: frozenset(row["members"].split(";")) for row in csv.DictReader(file)}


def read_share(row: OfficialRow, ledger: RowLedger) -> Share | None:
    """The share of a row; one that cannot be read is refused, a lacking sign is a warning."""
    stated = row.text("Share")
    found = _SHARE.fullmatch(stated)
    if found is None or float(found["figure"]) > 100:
        ledger.refuse(
            row.line,
            f"The share {stated!r} cannot be read.",
            "A share is a percentage such as 9.9% or <0.1%.",
            column="Share",
        )
        return None
    if not found["percent"]:
        ledger.say(
            row.line,
            f"The share {stated!r} has no percent sign.",
            "It is taken for percent, as all others are.",
            column="Share",
        )
    figure = found["figure"]
    if found["sign"] == "<":
        return Share("", "", figure, stated)
    if found["sign"] == ">":
        return Share("", figure, "", stated)
    return Share(figure, "", "", stated)


def read_area(
    row: OfficialRow, places: PlaceNames, ledger: RowLedger, *, used: bool = True
) -> str | None:
    """The place of a row; a row that would be used and has none is refused with a warning."""
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


def refuse_unknown(row: OfficialRow, table: str, ledger: RowLedger) -> None:
    """Refuse a row whose material and stage are not in the table of names."""
    ledger.refuse(
        row.line,
        f"The material {row.text('Material')!r} at stage {row.text('Stage')!r} is not known.",
        f"Add it to kg/sources/{table}.csv.",
        column="Material",
    )


def check_complete(
    known: Mapping[tuple[str, str], object],
    found: Mapping[tuple[str, str], object],
    ledger: RowLedger,
) -> None:
    """Report each material and stage that a file lacks, as an error."""
    for material, stage in sorted(known.keys() - found.keys()):
        ledger.say(
            None,
            f"The material {material!r} at stage {stage!r} is missing.",
            "The file is cut off or was edited; download it again.",
            severity=Severity.ERROR,
        )


def group_figures(
    lines: Mapping[tuple[str, str], frozenset[tuple[str, ...]]],
    groups: Mapping[str, frozenset[str]],
    ledger: RowLedger,
) -> dict[tuple[str, str], str]:
    """The group of each rare earth and stage whose lines are those of another one as well.

    ``lines`` are by substance and stage. Identical lines without a group that has exactly these
    members are an error.
    """
    rare = groups.get(_RARE_EARTHS, frozenset())
    alike: dict[tuple[str, frozenset[tuple[str, ...]]], list[str]] = defaultdict(list)
    for (substance, stage), content in lines.items():
        if substance in rare:
            alike[stage, content].append(substance)
    owner: dict[tuple[str, str], str] = {}
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
        owner.update({(element, stage): fitting[0] for element in elements})
    return owner
