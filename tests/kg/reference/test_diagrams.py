"""Diagrams: nothing overlaps, every line ends at its class, and the text is safe."""

from __future__ import annotations

from itertools import combinations
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.namespaces import GRAPH_ONTOLOGY
from kg.ontology import ontology_dataset
from kg.reference import Reference
from kg.reference.boxes import Box, Picture, Row, module_picture
from kg.reference.diagrams import small_svg, svg
from kg.reference.layout import Place, plan
from kg.reference.reading import make_reference
from kg.reference.statements import Statement, Statements


def overlap(one: Place, other: Place) -> bool:
    return (
        one.x < other.x + other.width
        and other.x < one.x + one.width
        and one.y < other.y + other.height
        and other.y < one.y + one.height
    )


@st.composite
def boxes(draw: st.DrawFn) -> list[Box]:
    """Some boxes with lines between any of them, circles and lines to themselves included."""
    names = [f"urn:{number}" for number in range(draw(st.integers(0, 8)))]
    made = []
    for name in names:
        targets = draw(st.lists(st.sampled_from(names), max_size=4))
        rows = [Row(f"{name}:p{n}", f"p{n} → {t}", leads_to=(t,)) for n, t in enumerate(targets)]
        made.append(Box(name, name, tuple(rows)))
    return made


@given(boxes())
@settings(max_examples=60, deadline=None)
def test_boxes_never_overlap_and_nothing_leaves_the_picture(given_boxes: list[Box]) -> None:
    drawn = plan(given_boxes)

    assert {place.box.iri for place in drawn.places} == {box.iri for box in given_boxes}
    assert not [pair for pair in combinations(drawn.places, 2) if overlap(*pair)]
    for place in drawn.places:
        assert 0 <= place.x <= place.x + place.width <= drawn.width
        assert -0.001 <= place.y <= place.y + place.height <= drawn.height + 0.001


@given(boxes())
@settings(max_examples=60, deadline=None)
def test_each_line_begins_and_ends_at_the_side_of_a_box(given_boxes: list[Box]) -> None:
    drawn = plan(given_boxes)
    sides = {round(x, 3) for p in drawn.places for x in (p.x, p.x + p.width)}
    wanted = {
        (box.iri, row.iri, target)
        for box in given_boxes
        for row in box.rows
        for target in row.leads_to
        if target != box.iri
    }

    assert len(drawn.lines) == len(wanted)
    for line in drawn.lines:
        assert round(line.points[0][0], 3) in sides
        assert round(line.points[-1][0], 3) in sides
    assert plan(given_boxes) == drawn


@pytest.fixture(scope="module")
def shipped() -> Reference:
    statements = Statements(
        Statement(q.subject, q.predicate, q.object, GRAPH_ONTOLOGY) for q in ontology_dataset()
    )
    return make_reference(statements, lambda _: {})


def test_each_module_is_drawn_with_all_its_classes_and_links(shipped: Reference) -> None:
    for module in (m for m in shipped.modules.values() if not m.name.startswith("codes/")):
        picture = module_picture(shipped, module)
        shown = {iri for box in picture.boxes for iri in (*box.classes, *(r.iri for r in box.rows))}
        drawable = {
            iri for iri in module.terms if shipped.terms[iri].kind in ("class", "object property")
        }
        assert drawable <= shown, module.name
        text = svg(picture, "d", module.title, lambda iri: f"/x?{iri}")
        root = ElementTree.fromstring(text)  # noqa: S314 - our own text
        assert root.find("{http://www.w3.org/2000/svg}title").text == module.title  # type: ignore[union-attr]
        assert root.find("{http://www.w3.org/2000/svg}desc") is not None
        assert "style=" not in text
        assert "<style" not in text


def test_a_hostile_label_stays_text() -> None:
    evil = '<script>alert("1")</script>&'
    box = Box("urn:a", evil, (Row("urn:p", f"{evil} → x", is_class=True),))
    text = svg(Picture((box,)), 'n"><script>', evil, lambda iri: f'/"><script>{iri}')

    assert "<script" not in text
    assert ElementTree.fromstring(text).tag.endswith("svg")  # noqa: S314 - our own text


def test_a_small_view_is_hidden_from_screen_readers_and_has_no_links() -> None:
    text = small_svg(Picture((Box("urn:a", "a"),)))

    assert 'aria-hidden="true"' in text
    assert "<a " not in text
    assert small_svg(Picture(())) == svg(Picture(()), "n", "t", str) == ""
