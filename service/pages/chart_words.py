"""What charts show, in words: the largest values, the range of years, how many points."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from service.pages.presentation import enumeration, figure, number, plural

#: Values that the words name.
NAMED = 3


def amount(value: float, unit: str) -> str:
    """A figure with its unit.

    >>> amount(85.53, "%"), amount(12000, "tonnes"), amount(7, "")
    ('85.5\\xa0%', '12,000\\xa0tonnes', '7')
    """
    return f"{figure(value, unit)}\u00a0{unit}" if unit else figure(value, unit)


def values_in_words(
    value: str,
    by: str,
    categories: Sequence[str],
    series: Sequence[Mapping[str, Any]],
    unit: str,
    *,
    left_out: int = 0,
    other_units: int = 0,
    years: bool = False,
    several: bool = False,
) -> str:
    """Bars and lines in words; ``categories`` of lines are years in order."""
    first = _lines_in_words if years else _bars_in_words
    sentences = [first(value, by, categories, series, unit)]
    if left_out and years:
        sentences.append(f"{_more(left_out, 'series')} in the table, not in the chart.")
    elif left_out:
        sentences.append(f"{_more(left_out, by)} in the table, not in the chart.")
    if other_units:
        sentences.append(f"{_more(other_units, 'row')} in another unit, only in the table.")
    if several:
        sentences.append("Where several figures are for the same, the largest is drawn.")
    return " ".join(sentences)


def _more(count: int, word: str) -> str:
    noun = word if word == "series" else plural(word, count)
    return f"{number(count)} more {noun} {'stands' if count == 1 else 'stand'}"


def _bars_in_words(
    value: str, by: str, categories: Sequence[str], series: Sequence[Mapping[str, Any]], unit: str
) -> str:
    best: list[tuple[float, str]] = []
    for place, category in enumerate(categories):
        for one in series:
            found = one["values"][place]
            if found is not None:
                named = f"{category} ({one['name']})" if one["name"] else category
                best.append((found, named))
    best.sort(key=lambda pair: -pair[0])
    count = f"{number(len(categories))} {plural(by, len(categories))}"
    in_series = f" in {number(len(series))} series" if len(series) > 1 else ""
    top = [f"{name} with {amount(found, unit)}" for found, name in best[:NAMED]]
    most = "The value is" if len(best) == 1 else "The largest are" if len(top) > 1 else "Largest:"
    if len(best) == 1:
        return f"{value} of {top[0].replace(' with ', ': ')}."
    return f"{value} of {count}{in_series}. {most} {enumeration(top)}."


def _lines_in_words(
    value: str, by: str, categories: Sequence[str], series: Sequence[Mapping[str, Any]], unit: str
) -> str:
    first, last = categories[0], categories[-1]
    span = f"{by} {first}" if first == last else f"{first} to {last}"
    several = f" for {number(len(series))} series" if len(series) > 1 else ""
    said = []
    for one in series[:NAMED]:
        known = [
            (year, found)
            for year, found in zip(categories, one["values"], strict=True)
            if found is not None
        ]
        (start, low), (end, high) = known[0], known[-1]
        name = f"{one['name']}: " if one["name"] else ""
        if start == end:
            said.append(f"{name}{amount(high, unit)} in {end}")
        else:
            said.append(f"{name}{amount(low, unit)} in {start}, {amount(high, unit)} in {end}")
    return f"{value}, {span}{several}. {'; '.join(said)}."


def areas_in_words(
    value: str, areas: Sequence[Mapping[str, Any]], unit: str, unplaced: Sequence[str]
) -> str:
    """A map of countries in words; ``areas`` begin with the largest."""
    top = [f"{area['name']} with {amount(area['value'], unit)}" for area in areas[:NAMED]]
    count = f"{number(len(areas))} {plural('country', len(areas))}"
    largest = f"The largest are {enumeration(top)}." if len(top) > 1 else f"It is {top[0]}."
    text = f"{value} of {count} on a map. {largest}"
    if unplaced:
        names = enumeration(list(unplaced[:NAMED]))
        more = len(unplaced) - NAMED
        names += f" and {number(more)} more" if more > 0 else ""
        text += f" Not on the map, since they are no single country: {names}."
    return text


def points_in_words(label: str, points: Sequence[Mapping[str, Any]], without: int) -> str:
    """A map of points in words; ``without`` have no coordinates."""
    groups: dict[str, int] = {}
    for point in points:
        if point["group"]:
            groups[point["group"]] = groups.get(point["group"], 0) + 1
    count = f"{number(len(points))} {plural(label, len(points))}"
    text = f"{count} on a map."
    if len(groups) > 1:
        top = sorted(groups, key=lambda name: -groups[name])
        said = [f"{number(groups[name])} {plural(name, groups[name])}" for name in top[:NAMED]]
        rest = len(points) - sum(groups[name] for name in top[:NAMED])
        said += [f"{number(rest)} others"] if rest > 0 else []
        text += f" By kind: {enumeration(said)}."
    if without:
        has = "has" if without == 1 else "have"
        text += f" {number(without)} of the answer {has} no coordinates."
    return text


def flows_in_words(
    links: Sequence[Mapping[str, Any]],
    nodes: int,
    unit: str,
    back: Sequence[tuple[str, str]],
    left_out: int,
    *,
    counted: bool,
) -> str:
    """Flows in words; ``back`` are those that would lead in a circle."""
    count = f"{number(len(links))} {plural('link', len(links))} between {number(nodes)} things."
    named = [
        f"{link['source']} to {link['target']}"
        + (f" ({amount(link['value'], unit)})" if counted else "")
        for link in links[:NAMED]
    ]
    which = "The largest" if counted and len(links) > 1 else "For example" if len(links) > 1 else ""
    text = f"{count} {which + ': ' if which else ''}{'; '.join(named)}."
    if back:
        circles = "; ".join(f"{a} to {b}" for a, b in back[:NAMED])
        more = f" and {number(len(back) - NAMED)} more" if len(back) > NAMED else ""
        text += f" Not drawn, since it would lead in a circle: {circles}{more}."
    if left_out:
        text += f" {_more(left_out, 'link')} in the table, not in the chart."
    return text


def links_in_words(start: str, end: str, links: Sequence[tuple[str, str]], left_out: int) -> str:
    """A network in words: who has the most links."""
    starts, ends = {a for a, _ in links}, {b for _, b in links}
    counts: dict[str, int] = {}
    for pair in links:
        for name in pair:
            counts[name] = counts.get(name, 0) + 1
    top = sorted(counts, key=lambda name: -counts[name])[:NAMED]
    said = [f"{name} with {number(counts[name])}" for name in top]
    text = (
        f"{number(len(starts))} {plural(start, len(starts))} and {number(len(ends))} "
        f"{plural(end, len(ends))}, joined by {number(len(links))} {plural('link', len(links))}."
    )
    if len(links) > 1:
        text += f" Most links: {enumeration(said)}."
    if left_out:
        text += f" {_more(left_out, 'link')} in the table, not in the chart."
    return text
