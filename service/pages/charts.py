"""The charts of an answer: what a script draws, and in words what they show.

The words are made from the data, so that they are there without a script and can be read aloud.
The table of the answer holds every figure of them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import json
from markupsafe import Markup

from kg.questions import Cell, Column, ResultTable
from kg.questions.question import View
from service.pages.chart_words import (
    areas_in_words,
    flows_in_words,
    links_in_words,
    points_in_words,
    values_in_words,
)
from service.pages.presentation import unit_words
from service.pages.thing import thing_address

Row = Mapping[str, Cell]

#: Bars, lines and flows of a chart at most: more cannot be told apart. The words say what is left
#: out, and the table holds it.
MOST_BARS, MOST_SERIES, MOST_LINKS = 30, 12, 60
#: Points on a map and links of a network at most.
MOST_POINTS, MOST_NETWORK_LINKS = 5_000, 400
#: What a thing without a number counts as in a flow.
_ONE = 1.0
_ISO3 = re.compile(r"(?:^|/)([A-Z]{3})$")


@dataclass(frozen=True, slots=True)
class Chart:
    """One chart. ``description`` is a sentence or two on what it shows, ``data`` what is drawn."""

    kind: str
    title: str
    description: str
    data: Mapping[str, Any]

    @property
    def document(self) -> Markup:
        """The chart as JSON that can stand inside a script element."""
        text = json.dumps({"kind": self.kind, "title": self.title, **self.data}, ensure_ascii=False)
        for character in "<>&\u2028\u2029":
            text = text.replace(character, f"\\u{ord(character):04x}")
        return Markup(text)  # noqa: S704 - nothing in it can end the element


def charts(table: ResultTable) -> list[Chart]:
    """The charts that the question names, those apart for which the answer has no data."""
    found = []
    for view in table.question.views:
        draw = _KINDS.get(view.kind)
        chart = draw(table, view) if draw and table.rows else None
        if chart is not None:
            found.append(chart)
    return found


@dataclass(frozen=True, slots=True)
class Picked:
    """The columns of a view, and how its values are named. ``units`` are those of the values: more
    than one cannot stand on one axis, so the most frequent is drawn."""

    columns: Mapping[str, Column]
    unit: str
    rows: tuple[Row, ...]
    left_out: int

    def label(self, part: str) -> str:
        """The head of a column."""
        return self.columns[part].label

    def text(self, row: Row, part: str) -> str:
        """What stands in a column; empty where nothing does."""
        column = self.columns.get(part)
        return row[column.name].text if column and column.name in row else ""

    def value(self, row: Row, part: str) -> float | None:
        """The figure in a column."""
        column = self.columns.get(part)
        return row[column.name].number if column and column.name in row else None


def _picked(table: ResultTable, view: View, value: str) -> Picked:
    """The rows that a view can draw; ``value`` names the part that holds its figures."""
    by_name = {column.name: column for column in table.columns}
    columns = {part: by_name[name] for part, name in view.columns.items() if name in by_name}
    column = columns.get(value)
    rows = [row for row in table.rows if column is None or _number(row, column.name) is not None]
    if column is None or not column.unit_from:
        return Picked(columns, column.unit if column else "", tuple(rows), 0)
    units: dict[str, int] = {}
    for row in rows:
        unit = row[column.unit_from].text if column.unit_from in row else ""
        units[unit] = units.get(unit, 0) + 1
    unit = max(units, key=lambda name: units[name], default="")
    same = [row for row in rows if _unit(row, column) == unit]
    return Picked(columns, unit_words(unit, 2), tuple(same), len(rows) - len(same))


def _unit(row: Row, column: Column) -> str:
    return row[column.unit_from].text if column.unit_from in row else ""


def _number(row: Row, name: str) -> float | None:
    return row[name].number if name in row else None


def _bars(table: ResultTable, view: View) -> Chart | None:
    """Bars by category, the largest first."""
    picked = _picked(table, view, "y")
    totals, series, several = _by_series(picked)
    if not totals:
        return None
    categories = sorted(totals, key=lambda name: -totals[name])[:MOST_BARS]
    names = list(series)[:MOST_SERIES]
    left_out = len(totals) - len(categories)
    data = _series_data(categories, names, series, picked.unit)
    return Chart(
        "bar", _title(picked, "y", "x"),
        values_in_words(picked.label("y"), picked.label("x"), categories, data["series"],
                        picked.unit, left_out=left_out, other_units=picked.left_out,
                        several=several),
        data,
    )  # fmt: skip


def _lines(table: ResultTable, view: View) -> Chart | None:
    """Lines over the years, which stand in order."""
    picked = _picked(table, view, "y")
    totals, series, several = _by_series(picked)
    if not totals:
        return None
    years = sorted(totals)
    last = {name: max(values) for name, values in series.items()}
    names = sorted(series, key=lambda name: -(series[name][last[name]]))[:MOST_SERIES]
    data = _series_data(years, names, series, picked.unit)
    return Chart(
        "line", _title(picked, "y", "x"),
        values_in_words(picked.label("y"), picked.label("x"), years, data["series"], picked.unit,
                        left_out=len(series) - len(names), other_units=picked.left_out, years=True,
                        several=several),
        data,
    )  # fmt: skip


def _by_series(picked: Picked) -> tuple[dict[str, float], dict[str, dict[str, float]], bool]:
    """The largest value of each category, the values of each series by category, and whether
    several figures fall together.

    Where they do, the largest stands for them: nothing is added up that a source did not add up.
    """
    several = False
    totals: dict[str, float] = {}
    series: dict[str, dict[str, float]] = {}
    for row in picked.rows:
        category, value = picked.text(row, "x"), picked.value(row, "y")
        if not category or value is None:
            continue
        name = picked.text(row, "series") if "series" in picked.columns else ""
        of_series = series.setdefault(name, {})
        several = several or of_series.get(category, value) != value
        of_series[category] = max(of_series.get(category, value), value)
        totals[category] = max(totals.get(category, value), value)
    return totals, series, several


def _series_data(
    categories: Sequence[str],
    names: Iterable[str],
    series: Mapping[str, Mapping[str, float]],
    unit: str,
) -> dict[str, Any]:
    return {
        "categories": list(categories),
        "series": [
            {"name": name, "values": [series[name].get(category) for category in categories]}
            for name in names
        ],
        "unit": unit,
    }


def _title(picked: Picked, value: str, by: str) -> str:
    return f"{picked.label(value)} by {_lower(picked.label(by))}"


def _map(table: ResultTable, view: View) -> Chart | None:
    return _areas(table, view) if "place" in view.columns else _points(table, view)


def _areas(table: ResultTable, view: View) -> Chart | None:
    """Countries with a value each; only those with an ISO code can be drawn."""
    picked = _picked(table, view, "value")
    areas: dict[str, dict[str, Any]] = {}
    unplaced: set[str] = set()
    for row in picked.rows:
        cell = row.get(picked.columns["place"].name)
        value = picked.value(row, "value")
        if cell is None or value is None:
            continue
        code = _ISO3.search(cell.iri)
        if code is None:
            unplaced.add(cell.text)
        elif code[1] not in areas or areas[code[1]]["value"] < value:
            areas[code[1]] = {"iso3": code[1], "name": cell.text, "value": value}
    if not areas:
        return None
    ordered = sorted(areas.values(), key=lambda area: -area["value"])
    return Chart(
        "map", _title(picked, "value", "place"),
        areas_in_words(picked.label("value"), ordered, picked.unit, sorted(unplaced)),
        {"areas": ordered, "unit": picked.unit},
    )  # fmt: skip


def _points(table: ResultTable, view: View) -> Chart | None:
    """Places with coordinates; places that stand in several rows are drawn once."""
    picked = _picked(table, view, "latitude")
    points: dict[tuple[str, float, float], dict[str, Any]] = {}
    everything: set[str] = set()
    for row in table.rows:
        latitude, longitude = picked.value(row, "latitude"), picked.value(row, "longitude")
        cell = row.get(picked.columns["label"].name)
        name = cell.text if cell else ""
        everything.add(name)
        if latitude is None or longitude is None or abs(latitude) > 90 or abs(longitude) > 180:
            continue
        points.setdefault(
            (name, latitude, longitude),
            {
                "name": name,
                "latitude": latitude,
                "longitude": longitude,
                "group": picked.text(row, "group"),
                "href": thing_address(cell.iri) if cell and cell.iri else "",
            },
        )
    if not points:
        return None
    drawn = list(points.values())[:MOST_POINTS]
    without = len(everything - {point["name"] for point in drawn})
    return Chart(
        "map", f"Where they are: {picked.label('label')}",
        points_in_words(picked.label("label"), drawn, without),
        {"points": drawn},
    )  # fmt: skip


def _sankey(table: ResultTable, view: View) -> Chart | None:
    """Flows from one thing to the next. A flow that would lead back is left out, since such a
    drawing has no beginning."""
    picked = _picked(table, view, "value")
    flows: dict[tuple[str, str], float] = {}
    for row in picked.rows:
        ends = (picked.text(row, "from"), picked.text(row, "to"))
        value = picked.value(row, "value") if "value" in picked.columns else _ONE
        if all(ends) and value is not None and value > 0:
            flows[ends] = max(flows.get(ends, 0), value)
    kept: dict[tuple[str, str], float] = {}
    after: dict[str, set[str]] = {}
    back: list[tuple[str, str]] = []
    for ends, value in sorted(flows.items(), key=lambda flow: -flow[1]):
        if _leads(after, ends[1], ends[0]):
            back.append(ends)
        elif len(kept) < MOST_LINKS:
            kept[ends] = value
            after.setdefault(ends[0], set()).add(ends[1])
    if not kept:
        return None
    nodes = dict.fromkeys(name for ends in kept for name in ends)
    links = [{"source": a, "target": b, "value": value} for (a, b), value in kept.items()]
    return Chart(
        "sankey", f"From {_lower(picked.label('from'))} to {_lower(picked.label('to'))}",
        flows_in_words(links, len(nodes), picked.unit if "value" in picked.columns else "",
                       back, len(flows) - len(kept) - len(back),
                       counted="value" in picked.columns),
        {"nodes": [{"name": name} for name in nodes], "links": links, "unit": picked.unit},
    )  # fmt: skip


def _leads(after: Mapping[str, Iterable[str]], start: str, end: str) -> bool:
    """True where one gets from ``start`` to ``end``."""
    seen, waiting = {start}, [start]
    while waiting:
        name = waiting.pop()
        if name == end:
            return True
        new = [other for other in after.get(name, ()) if other not in seen]
        seen.update(new)
        waiting += new
    return False


def _network(table: ResultTable, view: View) -> Chart | None:
    picked = _picked(table, view, "")
    links: dict[tuple[str, str], None] = {}
    groups: dict[str, str] = {}
    for row in picked.rows:
        ends = (picked.text(row, "from"), picked.text(row, "to"))
        if not all(ends) or ends[0] == ends[1]:
            continue
        links.setdefault(ends)
        group = picked.text(row, "group")
        groups.setdefault(
            ends[0], f"{picked.label('group')}: {group}" if group else picked.label("from")
        )
    if not links:
        return None
    drawn = list(links)[:MOST_NETWORK_LINKS]
    # What is at the end of a link and at the beginning of none is of the kind of its column.
    nodes = dict.fromkeys(name for ends in drawn for name in ends)
    other = picked.label("to")
    return Chart(
        "network", f"{picked.label('from')} and {_lower(picked.label('to'))}",
        links_in_words(picked.label("from"), picked.label("to"), drawn, len(links) - len(drawn)),
        {
            "nodes": [{"name": name, "group": groups.get(name, other)} for name in nodes],
            "links": [{"source": a, "target": b} for a, b in drawn],
        },
    )  # fmt: skip


def _lower(text: str) -> str:
    return text[:1].lower() + text[1:]


_KINDS: Mapping[str, Callable[[ResultTable, View], Chart | None]] = {
    "bar": _bars,
    "line": _lines,
    "map": _map,
    "sankey": _sankey,
    "network": _network,
}
