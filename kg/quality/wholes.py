"""Shares that should make a whole.

A resource of ``datapackage.json`` may say ``"wholes": [columns]``: the shares of all rows that
agree in these columns are the parts of one whole, as its source lists all of them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping

from kg.facts import Package
from kg.quality.model import WholeQuality

#: Points by which the shares of a whole may miss 100, since sources round.
TOLERANCE = 3.0

Row = Mapping[str, str]


def measure_wholes(
    package: Package, rows: Mapping[str, Iterable[Row]]
) -> tuple[tuple[WholeQuality, ...], int]:
    """The wholes that do not add up, in the order of the tables, and how many were looked at.

    A share without a figure counts from its lower to its upper bound. Where it has no upper bound
    or no figure at all, its whole may be less than 100, never more; a whole that has no figure is
    not looked at.
    """
    found: list[WholeQuality] = []
    checked = 0
    for name, table in sorted(package.tables.items()):
        columns = table.descriptor.get("wholes")
        if columns is None:
            continue
        wholes: dict[tuple[str, ...], list[Row]] = defaultdict(list)
        for row in rows[name]:
            wholes[tuple(row[column] for column in columns)].append(row)
        for key, parts in sorted(wholes.items()):
            if not any(row["share"] or row["low"] or row["high"] for row in parts):
                continue
            checked += 1
            least = sum(float(row["share"] or row["low"] or 0) for row in parts)
            most = sum(float(row["share"] or row["high"] or row["low"] or 0) for row in parts)
            closed = all(row["share"] or row["high"] for row in parts)
            if least > 100 + TOLERANCE or (closed and most < 100 - TOLERANCE):
                whole = ", ".join(filter(None, key))
                found.append(WholeQuality(name, whole, len(parts), round(least, 1), round(most, 1)))
    return tuple(found), checked
