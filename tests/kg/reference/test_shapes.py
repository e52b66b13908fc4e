"""Shapes in words, written as a person who mends a record would want to read them."""

from __future__ import annotations

from pathlib import Path

import pytest

from kg.reference.shapes import Shape, UnreadableShapesError, read_shapes
from kg.reference.words import plain
from tests.kg.reference.conftest import PROLOGUE

SHAPES = """
cms:Stake a sh:NodeShape ; rdfs:label "Stake"@en ;
  sh:targetClass cm:Stake ; sh:targetObjectsOf cm:has ;
  sh:property [ sh:path cm:fraction ; sh:minCount 1 ; sh:maxCount 1 ; sh:datatype xsd:double ;
    sh:minInclusive 0.0 ; sh:maxInclusive 1.0 ; sh:message "A fraction lies between 0 and 1."@en ;
    cms:remedy "Divide percent by 100."@en ] ;
  sh:property [ sh:path [ sh:inversePath cm:has ] ; sh:class cm:Company ; sh:severity sh:Warning ] ;
  sh:property [ sh:path ( cm:has cm:of ) ; sh:in ( cm:a "b" ) ] ;
  sh:property [ sh:path [ sh:alternativePath ( cm:x cm:y ) ] ;
    sh:nodeKind sh:IRI ; sh:pattern "^a" ] ;
  sh:property [ sh:path cm:from ; sh:lessThan cm:until ] ;
  sh:sparql [ sh:message "All stakes of a day are 1 at most."@en ;
    sh:select "SELECT $this WHERE {}" ] ;
  sh:xone ( [ sh:path cm:low ; sh:minCount 1 ] [ sh:path cm:value ; sh:minCount 1 ] ) ;
  sh:not [ sh:class cm:Old ] .
"""


@pytest.fixture
def stake(tmp_path: Path) -> Shape:
    (tmp_path / "facilities.ttl").write_text(PROLOGUE + SHAPES, encoding="utf-8")
    (shape,) = read_shapes(lambda iri: iri.rpartition("#")[2], tmp_path)
    return shape


def test_a_shape_names_whom_it_is_for(stake: Shape) -> None:
    assert (stake.name, stake.label, stake.file) == ("cms:Stake", "Stake", "facilities")
    assert plain(stake.targets) == "every member of Stake and whatever is the value of has"


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("fraction", "exactly one, a number, at least 0.0 and at most 1.0"),
        ("the reverse of has", "a Company"),
        ("has, then of", "one of a or “b”"),
        ("x or y", "a thing with an IRI and written like ^a"),
        ("from", "less than the value of until"),
        (
            "",
            "exactly one of these: “low” at least one or else “value” at least one and not an Old",
        ),
    ],
)
def test_each_constraint_is_told_in_words(stake: Shape, path: str, words: str) -> None:
    told = {plain(r.path): plain(r.words) for r in stake.requirements if not r.query}

    assert told.get(path) == words, told


def test_message_remedy_and_severity_stand_with_it(stake: Shape) -> None:
    by_path = {plain(r.path): r for r in stake.requirements if not r.query}

    assert by_path["fraction"].message == "A fraction lies between 0 and 1."
    assert by_path["fraction"].remedy == "Divide percent by 100."
    assert by_path["the reverse of has"].severity == "Warning"


def test_a_query_is_told_by_its_message_and_kept(stake: Shape) -> None:
    (query,) = [r for r in stake.requirements if r.query]

    assert query.message == "All stakes of a day are 1 at most."
    assert query.query.startswith("SELECT")


def test_a_broken_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "bad.ttl").write_text("cms:X a", encoding="utf-8")

    with pytest.raises(UnreadableShapesError, match=r"bad\.ttl"):
        read_shapes(str, tmp_path)


def test_the_shipped_shapes_can_be_told() -> None:
    shapes = read_shapes(str)
    assert len({shape.iri for shape in shapes}) == len(shapes)
    for shape in shapes:
        for requirement in shape.requirements:
            assert requirement.words or requirement.message, shape.name
