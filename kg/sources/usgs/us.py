"""Statistics of the United States in the main table, and where the country bought."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from kg.report import Severity
from kg.sources.ledger import RowLedger
from kg.sources.official_file import OfficialRow, fold
from kg.sources.place_names import PlaceNames
from kg.sources.usgs.release import Release
from kg.sources.usgs.series import SeriesKey
from kg.sources.usgs.us_figure import slug, us_figure
from kg.sources.usgs.us_items import UsItem
from kg.sources.usgs.values import note_text
from kg.sources.usgs.world import (
    RELEASE,
    SOURCE,
    check_flag,
    figure_of,
    locator_of,
    notes_of,
    readable,
    report_missing,
    unit_of,
)

#: A minus that was lost before the release: the figure is not certain.
_LOST_SIGN = re.compile(r"\?\d")


def read_us(
    rows: Iterable[OfficialRow],
    known: Mapping[SeriesKey, Sequence[UsItem]],
    release: Release,
    ledger: RowLedger,
) -> list[dict[str, str]]:
    """Every statistic of the United States, in the order of the file."""
    facts: dict[str, dict[str, str]] = {}
    times: Counter[tuple[SeriesKey, str]] = Counter()
    ambiguous: set[tuple[SeriesKey, int]] = set()
    for row in rows:
        key = SeriesKey.of(row["Commodity"], row["Statistics"], row["Statistics_detail"])
        items = known.get(key)
        turn = times[key, row.text("Year")]
        times[key, row.text("Year")] += 1
        if items is None or turn >= len(items):
            ledger.refuse(
                row.line,
                f"The statistic {row.text('Commodity')} / {row.text('Statistics_detail')} is "
                + ("not known." if items is None else "here more often than expected."),
                "Add it to kg/sources/usgs/us_items.csv with its substance, measure and item.",
                column="Statistics_detail",
            )
            continue
        if not items[turn].measure:
            ledger.leave_out(f"United States, {items[turn].item}")
            continue
        fact = _us_fact(row, items[turn], release, ledger)
        if fact is None:
            continue
        if fact["id"] in facts:
            ledger.refuse(
                row.line,
                f"The figure {fact['id']} stands twice in the file.",
                "Tell the two apart by their item in kg/sources/usgs/us_items.csv.",
            )
            continue
        if len(items) > 1 and (key, turn) not in ambiguous:
            ambiguous.add((key, turn))
            ledger.say(
                row.line,
                f"Several series are called {row.text('Statistics_detail')!r}; this one is taken "
                f"for {items[turn].substance!r} by its order in the chapter.",
                "Compare with the table of net import reliance (Fig2) of the release.",
                column="Statistics_detail",
            )
        facts[fact["id"]] = fact
        ledger.use()
    report_missing(known.keys() - {key for key, _ in times}, ledger)
    return list(facts.values())


def _us_fact(
    row: OfficialRow, item: UsItem, release: Release, ledger: RowLedger
) -> dict[str, str] | None:
    if _LOST_SIGN.match(row.text("Value")):
        ledger.refuse(
            row.line,
            f"The value {row.text('Value')!r} lost its sign before the release.",
            "Not used; probably a minus. Older releases have the figure.",
            column="Value",
            severity=Severity.WARNING,
        )
        return None
    parsed = readable(row, ledger)
    if parsed is None:
        return None
    unit: str | None = ""
    if row.text("Unit") or parsed.status != "qualitative":
        unit = unit_of(row, ledger)
    if unit is None:
        return None
    if item.unit and item.unit != unit:
        ledger.say(
            row.line,
            f"The unit column says {row.text('Unit')!r}, the description says otherwise.",
            f"The unit of the description is used: {item.unit}.",
            column="Unit",
        )
        unit = item.unit
    check_flag(row, ledger)
    return us_figure(
        item._replace(unit=unit),
        row.text("Year"),
        parsed,
        release,
        note=note_text(notes_of(row)),
        locator=f"{ledger.file}, statistics of the United States: {row.text('MCS chapter')}",
    )


def read_import_sources(
    rows: Iterable[OfficialRow],
    commodities: Mapping[str, str],
    places: PlaceNames,
    ledger: RowLedger,
) -> list[dict[str, str]]:
    """Where the United States bought, in percent of imports over four years."""
    facts: dict[str, dict[str, str]] = {}
    seen: set[str] = set()
    for row in rows:
        substance = commodities.get(fold(row["Commodity"]))
        if substance is None:
            ledger.refuse(
                row.line,
                f"The commodity {row.text('Commodity')!r} is not known.",
                "Add it to kg/sources/usgs/commodities.csv with its substance.",
                column="Commodity",
            )
            continue
        seen.add(fold(row["Commodity"]))
        fact = _import_source(row, substance, places, ledger)
        if fact is None:
            continue
        if fact["id"] in facts:
            ledger.refuse(
                row.line, f"The figure {fact['id']} stands twice in the file.", "Check the file."
            )
            continue
        facts[fact["id"]] = fact
        ledger.use()
    report_missing(
        (SeriesKey(name, "import sources", "") for name in commodities.keys() - seen), ledger
    )
    return list(facts.values())


def _import_source(
    row: OfficialRow, substance: str, places: PlaceNames, ledger: RowLedger
) -> dict[str, str] | None:
    read = figure_of(row, places, ledger)
    if read is None:
        return None
    parsed, _, area = read
    first, _, last = row.text("Year").partition("–")
    last = first[:2] + last if last else first
    item = row.text("Statistics_detail")
    if fold(item) in {"all", fold(row["Commodity"])}:
        item = ""
    name = (substance, "import-source-USA", area, last, slug(item), RELEASE)
    return {
        "id": "-".join(filter(None, name)),
        "substance": substance,
        "item": item,
        "importer": "USA",
        "supplier": area,
        "year": last,
        "period_start": first,
        "period_end": last,
        "share": parsed.value,
        "low": parsed.low,
        "high": parsed.high,
        "status": parsed.status,
        "flag": parsed.flag,
        "stated": parsed.stated,
        "note": note_text(notes_of(row)),
        "source_ids": SOURCE,
        "locator": locator_of(row, ledger.file),
    }
