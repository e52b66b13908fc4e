"""Diagrams as SVG: no script, no style inside, colours and fonts by the classes of a style sheet.

Text scales with the picture and stays text; every class and property links to its page. For
readers who do not see it, a title and a description say what it shows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from html import escape
from typing import TypeAlias

from kg.reference.boxes import Box, Picture
from kg.reference.layout import (
    ABOVE_HEIGHT,
    INDENT,
    PADDING,
    ROW_HEIGHT,
    TITLE_HEIGHT,
    Line,
    Place,
    Plan,
    plan,
    shortened,
)

#: Gives the address of a term's page, or nothing where it has none.
Address: TypeAlias = Callable[[str], str]
_MARGIN = 4.0
#: A small view is this wide at most, in pixels.
SMALL = 260.0
#: A wider view may be shrunk to this width where the window is narrower, and no further.
WIDE = 928.0


def svg(picture: Picture, name: str, title: str, address: Address) -> str:
    """Draw a picture; ``name`` is unique on its page, ``title`` says what is shown."""
    drawn = plan(picture.boxes)
    if not drawn.places:
        return ""
    parts = [
        _head(
            drawn, drawn.width, f'role="group" aria-labelledby="{escape(name)}-t {escape(name)}-d"'
        ),
        f'<title id="{escape(name)}-t">{escape(title)}</title>',
        f'<desc id="{escape(name)}-d">{escape(described(picture))}</desc>',
        '<g class="d-lines">',
        *map(_line, drawn.lines),
        "</g>",
    ]
    for place in drawn.places:
        parts.extend(_box(place, address))
    return "\n".join([*parts, "</svg>"])


def small_svg(picture: Picture) -> str:
    """Draw a picture without words, to stand beside a name; hidden from screen readers."""
    drawn = plan(picture.boxes)
    if not drawn.places:
        return ""
    parts = [_head(drawn, SMALL, 'aria-hidden="true" focusable="false"'), '<g class="d-lines">']
    parts.extend(map(_line, drawn.lines))
    parts.append("</g>")
    for place in drawn.places:
        kind = "d-box d-outside" if place.box.outside else "d-box"
        parts.append(f'<rect class="{kind}" {_rect(place)}/>')
        parts.append(
            f'<rect class="d-bar" x="{place.x:.0f}" y="{place.y:.0f}" '
            f'width="{place.width:.0f}" height="{TITLE_HEIGHT:.0f}"/>'
        )
    return "\n".join([*parts, "</svg>"])


def described(picture: Picture) -> str:
    """What a picture shows, in a sentence."""
    inside = [box for box in picture.boxes if not box.outside]
    links = sum(1 for box in picture.boxes for row in box.rows if not row.is_class)
    names = ", ".join(box.title for box in inside)
    return f"Boxes for {names}, with their narrower classes and {links} links between classes."


def _head(drawn: Plan, width: float, attributes: str) -> str:
    box = (-_MARGIN, -_MARGIN, drawn.width + 2 * _MARGIN, drawn.height + 2 * _MARGIN)
    view = " ".join(f"{number:.0f}" for number in box)
    height = width * box[3] / box[2]
    kind = "diagram diagram-wide" if width > WIDE else "diagram"
    return (
        f'<svg class="{kind}" xmlns="http://www.w3.org/2000/svg" viewBox="{view}" '
        f'width="{width:.0f}" height="{height:.0f}" {attributes}>'
    )


def _rect(place: Place) -> str:
    return (
        f'x="{place.x:.0f}" y="{place.y:.0f}" width="{place.width:.0f}" '
        f'height="{place.height:.0f}" rx="2"'
    )


def _line(line: Line) -> str:
    """A smooth line through its points, with an arrow at the end."""
    (x, y), *rest = line.points
    path = [f"M{x:.1f} {y:.1f}"]
    for number, (to_x, to_y) in enumerate(rest):
        if number % 2:  # along a gap
            path.append(f"L{to_x:.1f} {to_y:.1f}")
        else:
            middle = (x + to_x) / 2
            path.append(f"C{middle:.1f} {y:.1f} {middle:.1f} {to_y:.1f} {to_x:.1f} {to_y:.1f}")
        x, y = to_x, to_y
    back = -6 if line.points[-1][0] >= line.points[0][0] else 6
    arrow = f"M{x + back:.1f} {y - 3.5:.1f}L{x:.1f} {y:.1f}L{x + back:.1f} {y + 3.5:.1f}"
    return f'<path class="d-line" d="{"".join(path)}"/><path class="d-arrow" d="{arrow}"/>'


def _box(place: Place, address: Address) -> Iterator[str]:
    box = place.box
    left = place.x + PADDING
    pale = box.outside or not box.iri
    yield f'<g class="{"d-class d-other" if pale else "d-class"}">'
    yield f'<rect class="{"d-box d-outside" if pale else "d-box"}" {_rect(place)}/>'
    title = f'<text class="d-title" x="{left:.0f}" y="{place.y + 19:.0f}">{_cut(box.title)}</text>'
    yield _linked(box.iri, title, address, reached=True)
    y = place.y + TITLE_HEIGHT
    if box.above:
        names = _cut(", ".join(ref.text for ref in box.above))
        yield f'<text class="d-above" x="{left:.0f}" y="{y + 8:.0f}">a kind of {names}</text>'
        y += ABOVE_HEIGHT
    if box.rows:
        yield (f'<path class="d-rule" d="M{place.x:.0f} {y - 1:.0f}h{place.width:.0f}"/>')
    yield from _rows(box, left, y, address)
    yield "</g>"


def _rows(box: Box, left: float, top: float, address: Address) -> Iterator[str]:
    for number, row in enumerate(box.rows):
        x = left + row.depth * INDENT
        y = top + number * ROW_HEIGHT + 15
        sign = "▸ " if row.is_class else ""
        kind = "d-sub" if row.is_class else "d-property"
        text = f'<text class="{kind}" x="{x:.0f}" y="{y:.0f}">{sign}{_cut(row.text)}</text>'
        yield _linked(row.iri, text, address, reached=False)


def _linked(iri: str, inside: str, address: Address, *, reached: bool) -> str:
    """A link around an element. Only titles are ``reached`` by the Tab key: the list below the
    picture has them all."""
    target = address(iri) if iri else ""
    if not target:
        return inside
    tab = "" if reached else ' tabindex="-1"'
    return f'<a href="{escape(target)}"{tab}>{inside}</a>'


def _cut(text: str) -> str:
    return escape(shortened(text))
