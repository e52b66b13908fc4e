"""Reading shapes: what is wrong with a file is said with its place."""

from __future__ import annotations

from pathlib import Path

import pytest
from pyoxigraph import Store

from kg.check import ShapesError, check_graph, read_shapes

HEAD = """
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix cms: <https://w3id.org/critmat/shapes#> .
@prefix cm: <https://w3id.org/critmat/ontology#> .
"""
RULE = HEAD + ("cms:r a sh:NodeShape ; sh:targetClass cm:Mine ; sh:sparql [ sh:select '''{}''' ] .")


def write(folder: Path, turtle: str) -> Path:
    path = folder / "mine.ttl"
    path.write_text(turtle, encoding="utf-8")
    return path


def test_the_shipped_shapes_are_read() -> None:
    shapes = read_shapes()
    assert len(shapes.infos) > 200
    assert len(shapes.rules) > 20
    assert all(info.must and info.remedy for info in shapes.infos.values())


def test_files_and_folders_may_be_given_together(tmp_path: Path) -> None:
    one = write(tmp_path, HEAD + "cms:one a sh:NodeShape ; sh:targetClass cm:Mine .")
    (tmp_path / "more").mkdir()
    two = write(tmp_path / "more", HEAD + "cms:two a sh:NodeShape ; sh:targetClass cm:Mine .")
    names = {info.name for info in read_shapes([one, two.parent]).infos.values()}
    assert names == {"cms:one", "cms:two"}


@pytest.mark.parametrize(
    ("turtle", "says"),
    [
        (HEAD + "cms:r a sh:NodeShape", r"mine.ttl: .*line 5"),
        (HEAD + "cms:r a cm:Mine .", "mine.ttl: there is no shape"),
        (HEAD + "cms:r a sh:NodeShape ; sh:severity cm:bad .", "mine.ttl, cms:r: .* no severity"),
        (RULE.format("SELECT $this WHERE { SERVICE <http://x/> { ?s ?p $this } }"), "SERVICE may"),
        (RULE.format("SELECT $this WHERE { $this ?p ?o MINUS { $this a ?o } }"), "MINUS may"),
        (RULE.format("SELECT $this WHERE { VALUES ?x { 1 } $this ?p ?x }"), "VALUES may"),
        (HEAD + "cms:r a sh:NodeShape ; sh:js [ sh:jsFunctionName 'f' ] .", "sh:js.* not used"),
        (HEAD + "cms:r a sh:NodeShape ; sh:rule [ ] .", "cms:r: sh:rule is not used"),
        (
            HEAD + "cms:r a sh:NodeShape ; sh:targetClass cm:Mine ; sh:sparql [ ] .",
            "cms:r: its sh:sparql has no sh:select",
        ),
        (
            HEAD + "cms:r a sh:NodeShape ; sh:in cms:l . cms:r sh:or [ "
            "<http://www.w3.org/1999/02/22-rdf-syntax-ns#first> cms:r ; "
            "<http://www.w3.org/1999/02/22-rdf-syntax-ns#rest> _:l ] . _:l "
            "<http://www.w3.org/1999/02/22-rdf-syntax-ns#first> cms:r ; "
            "<http://www.w3.org/1999/02/22-rdf-syntax-ns#rest> _:l .",
            "runs in a circle",
        ),
        (
            RULE.format("SELECT $this WHERE { $this ?p ?o }").replace(
                "sh:sparql [", "sh:sparql [ sh:prefixes cms:p ;"
            )
            + "cms:p sh:declare [ sh:prefix 'a' ; sh:namespace 'x> # ' ] .",
            "the prefix 'a' is not declared",
        ),
    ],
)
def test_shapes_that_cannot_be_read_are_named(tmp_path: Path, turtle: str, says: str) -> None:
    with pytest.raises(ShapesError, match=says):
        read_shapes(write(tmp_path, turtle))


@pytest.mark.parametrize(
    ("turtle", "says"),
    [
        (RULE.format("SLECT $this WHERE { $this ?p ?o }"), "query of cms:r: it cannot be asked"),
        (RULE.format("SELECT ?p WHERE { $this ?p ?o }"), "does not select"),
        (RULE.format("ASK { $this ?p ?o }"), "it is no SELECT"),
        (RULE.format("no pattern"), "it has no pattern"),
        (HEAD + "cms:r a sh:PropertyShape ; sh:targetClass cm:Mine .", "cannot be used"),
        (
            HEAD + "cms:r a sh:NodeShape ; sh:targetClass cm:Mine ; sh:minCount 'many' .",
            "cannot be used",
        ),
    ],
)
def test_shapes_that_cannot_be_asked_are_named(tmp_path: Path, turtle: str, says: str) -> None:
    store = Store()
    store.update("INSERT DATA { <x:m> a <https://w3id.org/critmat/ontology#Mine> ; <x:p> <x:o> }")
    with pytest.raises(ShapesError, match=says):
        check_graph(store, write(tmp_path, turtle))


def test_a_folder_without_shapes_and_a_missing_file_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ShapesError, match="no shapes"):
        read_shapes(tmp_path)
    with pytest.raises(ShapesError, match=r"gone\.ttl cannot be read"):
        read_shapes(tmp_path / "gone.ttl")
