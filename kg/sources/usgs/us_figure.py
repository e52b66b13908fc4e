"""A figure of the statistics of the United States as a row of the schema ``us_statistics``."""

from __future__ import annotations

import re

from kg.sources.official_file import fold
from kg.sources.usgs.release import Release
from kg.sources.usgs.us_items import UsItem
from kg.sources.usgs.values import ParsedValue


def slug(text: str) -> str:
    """A piece of an identifier: lower case letters, digits and dots, joined by hyphens.

    >>> slug("average: Neodymium oxide, 99.5% minimum")
    'average-neodymium-oxide-99.5-percent-minimum'
    """
    plain = fold(text).replace("'", "").replace("%", " percent ").replace("+", " plus ")
    return re.sub(r"[^a-z0-9.]+", "-", re.sub(r"\.(?!\d)", " ", plain)).strip("-.")


def us_figure(
    item: UsItem,
    years: str,
    parsed: ParsedValue,
    release: Release,
    *,
    note: str = "",
    locator: str,
) -> dict[str, str]:
    """One row: ``years`` is a year or two years with a hyphen, the unit is that of the item.

    The identifier is made of substance, measure, years, item and release, so it stays the same as
    long as the release does.
    """
    first, _, last = years.partition("-")
    name = (item.substance, item.measure, "USA", years, slug(item.item), release.mark)
    return {
        "id": "-".join(filter(None, name)),
        "substance": item.substance,
        "measure": item.measure,
        "item": item.item,
        "area": "USA",
        "year": last or first,
        "period_start": first if last else "",
        "period_end": last,
        "value": parsed.value,
        "low": parsed.low,
        "high": parsed.high,
        "unit": item.unit,
        "status": parsed.status,
        "flag": parsed.flag,
        "stated": parsed.stated,
        "note": note,
        "source_ids": release.source,
        "locator": locator,
    }
