"""Where the boxes and lines of a diagram go: layers from left to right, the same every time.

Layers by longest path after circles are cut, order in a layer by barycentre, lines over several
layers by way of thin gaps (Sugiyama, Tagawa and Toda, 1981, https://doi.org/10.1109/TSMC.1981.4308636).
All lengths are in user units of the SVG, about pixels.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from kg.reference.boxes import Box

TITLE_HEIGHT, ABOVE_HEIGHT, ROW_HEIGHT, PADDING = 28.0, 18.0, 20.0, 10.0
INDENT = 14.0
_LAYER_GAP, _BOX_GAP, _LINE_GAP, _GROUP_GAP = 64.0, 22.0, 14.0, 34.0
_TITLE_LETTER, _LETTER = 8.1, 6.9
#: Longest text of a line, in letters; what is longer is cut with an ellipsis.
LONGEST = 44
_SWEEPS = 6
#: Where boxes without lines stand, a row of them is about this wide.
_SHELF_WIDTH = 1090.0


@dataclass(frozen=True, slots=True)
class Place:
    """Where a box stands: its upper left corner and its size."""

    box: Box
    x: float
    y: float
    width: float
    height: float

    def row_y(self, iri: str) -> float:
        """The middle of the line of a class or property; of the title where it is the box's own."""
        top = self.y + TITLE_HEIGHT + (ABOVE_HEIGHT if self.box.above else 0)
        for number, row in enumerate(self.box.rows):
            if row.iri == iri:
                return top + number * ROW_HEIGHT + ROW_HEIGHT / 2
        return self.y + TITLE_HEIGHT / 2


@dataclass(frozen=True, slots=True)
class Line:
    """A line from a property to a class: the points that it passes, the arrow at the last."""

    points: tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """A whole diagram with its size."""

    places: tuple[Place, ...]
    lines: tuple[Line, ...]
    width: float
    height: float


@dataclass(slots=True)
class _Slot:
    """A box or the gap of a line, in one layer."""

    key: str
    layer: int
    width: float
    height: float
    y: float = 0.0


@dataclass(frozen=True, slots=True)
class _Link:
    source: str
    row: str
    target: str
    end: str


def shortened(text: str) -> str:
    """A text that fits on a line."""
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"


def size(box: Box) -> tuple[float, float]:
    """Width and height of a box."""
    widths = [len(shortened(box.title)) * _TITLE_LETTER]
    widths += [len(shortened(r.text)) * _LETTER + r.depth * INDENT + 12 for r in box.rows]
    if box.above:
        widths.append((len(shortened(", ".join(r.text for r in box.above))) + 10) * _LETTER * 0.9)
    rows = len(box.rows) * ROW_HEIGHT + (6 if box.rows else 0)
    height = TITLE_HEIGHT + (ABOVE_HEIGHT if box.above else 0) + rows
    return max(widths) + 2 * PADDING, height


def plan(boxes: Sequence[Box]) -> Plan:
    """Find a place for every box and a way for every line.

    What hangs together is laid out together, the largest first; boxes without lines come last.
    """
    links = _links(boxes)
    groups = [_layered(group, links) for group in _groups(boxes, links)]
    groups.sort(key=lambda group: -group.width * group.height)
    single = [box for box in boxes if not any(box.iri in (i.source, i.target) for i in links)]
    shelf = max([_SHELF_WIDTH, *(group.width for group in groups)])
    placed = _on_shelves(groups, shelf)
    bottom = max((p.y + p.height for group in placed for p in group.places), default=-_GROUP_GAP)
    places = [place for group in placed for place in group.places]
    places.extend(_shelved(single, bottom + _GROUP_GAP, shelf))
    lines = [line for group in placed for line in group.lines]
    return _whole(places, lines)


def _whole(places: Sequence[Place], lines: Sequence[Line]) -> Plan:
    rights = [place.x + place.width for place in places]
    bottoms = [place.y + place.height for place in places]
    bottoms += [y for line in lines for _, y in line.points]
    return Plan(tuple(places), tuple(lines), max(rights, default=0.0), max(bottoms, default=0.0))


def _groups(boxes: Sequence[Box], links: Sequence[_Link]) -> list[list[Box]]:
    """The boxes that lines join, directly or by way of others."""
    group = {box.iri: number for number, box in enumerate(boxes)}
    for link in links:
        one, other = sorted((group[link.source], group[link.target]))
        group = {iri: one if number == other else number for iri, number in group.items()}
    found: dict[int, list[Box]] = {}
    for box in boxes:
        found.setdefault(group[box.iri], []).append(box)
    return [members for members in found.values() if len(members) > 1]


def _on_shelves(groups: Sequence[Plan], width: float) -> list[Plan]:
    """Groups side by side as far as the width goes, then below."""
    placed = []
    x = y = tallest = 0.0
    for group in groups:
        if x and x + group.width > width:
            x, y, tallest = 0.0, y + tallest + _GROUP_GAP, 0.0
        placed.append(_moved(group, x, y))
        x, tallest = x + group.width + _GROUP_GAP, max(tallest, group.height)
    return placed


def _moved(group: Plan, x: float, y: float) -> Plan:
    return Plan(
        tuple(replace(place, x=place.x + x, y=place.y + y) for place in group.places),
        tuple(Line(tuple((a + x, b + y) for a, b in line.points)) for line in group.lines),
        group.width,
        group.height,
    )


def _links(boxes: Sequence[Box]) -> list[_Link]:
    home = {iri: box.iri for box in boxes for iri in box.classes}
    found = {
        _Link(box.iri, row.iri, home[target], target): None
        for box in boxes
        for row in box.rows
        for target in row.leads_to
        if target in home and home[target] != box.iri
    }
    return list(found)


def _layers(boxes: Sequence[Box], links: Sequence[_Link]) -> dict[str, int]:
    """The layer of each box; a link that would close a circle goes backwards."""
    after: dict[str, list[str]] = {box.iri: [] for box in boxes}
    for link in links:
        if link.target not in after[link.source]:
            after[link.source].append(link.target)
    forward: dict[str, list[str]] = {box.iri: [] for box in boxes}
    state: dict[str, int] = {}

    def visit(node: str) -> None:
        state[node] = 1
        for target in after[node]:
            if state.get(target) != 1:
                forward[node].append(target)
            if target not in state:
                visit(target)
        state[node] = 2

    entered = {link.target for link in links}
    for box in sorted(boxes, key=lambda b: b.iri in entered):
        if box.iri not in state:
            visit(box.iri)
    layer = dict.fromkeys(after, 0)
    for _ in boxes:
        for node, targets in forward.items():
            for target in targets:
                layer[target] = max(layer[target], layer[node] + 1)
    # A box that only sends links stands just before the nearest that it links to.
    for node, targets in forward.items():
        if targets and node not in entered:
            layer[node] = min(layer[target] for target in targets) - 1
    return layer


def _layered(boxes: Sequence[Box], all_links: Sequence[_Link]) -> Plan:
    own = {box.iri for box in boxes}
    links = [link for link in all_links if link.source in own]
    layer = _layers(boxes, links)
    slots: dict[str, _Slot] = {}
    for box in boxes:
        width, height = size(box)
        slots[box.iri] = _Slot(box.iri, layer[box.iri], width, height)
    ways = {link: _way(link, layer, slots) for link in links}
    near = _neighbours(ways.values())
    columns: dict[int, list[_Slot]] = {}
    for slot in slots.values():
        columns.setdefault(slot.layer, []).append(slot)
    for column in columns.values():
        _stack(column)
    for sweep in range(_SWEEPS):
        for number in sorted(columns, reverse=bool(sweep % 2)):
            _align(columns[number], slots, near)
    top = min(slot.y for slot in slots.values())
    for slot in slots.values():
        slot.y -= top
    spans = _spans(columns)
    places = {
        box.iri: Place(
            box, spans[layer[box.iri]][0], slots[box.iri].y, slots[box.iri].width,
            slots[box.iri].height,
        )
        for box in boxes
    }  # fmt: skip
    lines = []
    for link, way in ways.items():
        gaps = [slots[key] for key in way[1:-1]]
        lines.append(_line(link, gaps, places, spans))
    return _whole(list(places.values()), lines)


def _way(link: _Link, layer: Mapping[str, int], slots: dict[str, _Slot]) -> tuple[str, ...]:
    """The slots that a link passes, with a gap of its own in each layer between its ends."""
    start, end = layer[link.source], layer[link.target]
    step = 1 if end >= start else -1
    gaps = []
    for number in range(start + step, end, step):
        # Lines to the same class share one gap.
        key = f"{link.source} {link.end} {number}"
        slots.setdefault(key, _Slot(key, number, 0.0, _LINE_GAP))
        gaps.append(key)
    return (link.source, *gaps, link.target)


def _neighbours(ways: Iterable[Sequence[str]]) -> dict[str, list[str]]:
    near: dict[str, list[str]] = {}
    for way in ways:
        for one, other in pairwise(way):
            near.setdefault(one, []).append(other)
            near.setdefault(other, []).append(one)
    return near


def _stack(column: Sequence[_Slot]) -> None:
    y = 0.0
    for slot in column:
        slot.y = y
        y += slot.height + _BOX_GAP


def _align(
    column: list[_Slot], slots: Mapping[str, _Slot], near: Mapping[str, Sequence[str]]
) -> None:
    """Move the slots of a layer towards those that they are linked with; none may overlap."""
    wanted: dict[str, float] = {}
    for slot in column:
        others = [slots[key] for key in near.get(slot.key, ())]
        centres = [other.y + other.height / 2 for other in others]
        centre = sum(centres) / len(centres) if centres else slot.y + slot.height / 2
        wanted[slot.key] = centre - slot.height / 2
    column.sort(key=lambda slot: (wanted[slot.key] + slot.height / 2, slot.key))
    bottom = float("-inf")
    for slot in column:
        slot.y = max(wanted[slot.key], bottom)
        bottom = slot.y + slot.height + (_BOX_GAP if slot.width else _LINE_GAP / 2)
    # Pushing only down would let a layer slide away: half of the push is taken back.
    pushed = sum(slot.y - wanted[slot.key] for slot in column) / len(column)
    for slot in column:
        slot.y -= pushed


def _spans(columns: Mapping[int, Sequence[_Slot]]) -> dict[int, tuple[float, float]]:
    """Where each layer begins and ends from left to right."""
    spans: dict[int, tuple[float, float]] = {}
    x = 0.0
    for number in sorted(columns):
        width = max(slot.width for slot in columns[number])
        spans[number] = (x, x + width)
        x += width + _LAYER_GAP
    return spans


def _line(
    link: _Link,
    gaps: Sequence[_Slot],
    places: Mapping[str, Place],
    spans: Mapping[int, tuple[float, float]],
) -> Line:
    source, target = places[link.source], places[link.target]
    forwards = source.x <= target.x
    start = (source.x + source.width if forwards else source.x, source.row_y(link.row))
    end = (target.x if forwards else target.x + target.width, target.row_y(link.end))
    points = [start]
    for slot in gaps:
        left, right = spans[slot.layer]
        y = slot.y + slot.height / 2
        points.extend([(left, y), (right, y)] if forwards else [(right, y), (left, y)])
    return Line((*points, end))


def _shelved(boxes: Sequence[Box], top: float, width: float) -> list[Place]:
    """Boxes without lines, in columns of about the same height."""
    if not boxes:
        return []
    sizes = [size(box) for box in boxes]
    widest = max(w for w, _ in sizes)
    number = max(1, min(len(boxes), int((width + _BOX_GAP) // (widest + _BOX_GAP))))
    heights = [top] * number
    places = []
    for box, (own, height) in sorted(zip(boxes, sizes, strict=True), key=lambda pair: -pair[1][1]):
        column = heights.index(min(heights))
        places.append(Place(box, column * (widest + _BOX_GAP), heights[column], own, height))
        heights[column] += height + _BOX_GAP
    return places
