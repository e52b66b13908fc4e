"""Merging sorted N-Quads: one sorted file, each line once, with the default graph."""

import hashlib
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyoxigraph import BlankNode, DefaultGraph, Literal, NamedNode, Quad, RdfFormat, Triple, parse

from kg.snapshot.merge import MergeError, merge_quads, split_line


def test_the_default_graph_holds_every_triple_once(quads: list[Path], tmp_path: Path) -> None:
    out = tmp_path / "data.nq"
    summary = merge_quads(quads, out)
    found = list(parse(out.read_bytes(), RdfFormat.N_QUADS))
    default = [q.triple for q in found if isinstance(q.graph_name, DefaultGraph)]
    named = {q.triple for q in found if not isinstance(q.graph_name, DefaultGraph)}
    assert len(default) == len(set(default)) == summary.triples == 5
    assert set(default) == named


def test_the_file_is_sorted_and_unique(quads: list[Path], tmp_path: Path) -> None:
    out = tmp_path / "data.nq"
    summary = merge_quads([*quads, quads[0]], out)
    lines = out.read_bytes().splitlines()
    assert lines == sorted(set(lines))
    assert summary.quads == len(lines) == 12
    assert summary.sha256 == hashlib.sha256(out.read_bytes()).hexdigest()


def test_counts_by_graph_and_class_and_titles(quads: list[Path], tmp_path: Path) -> None:
    summary = merge_quads(quads, tmp_path / "data.nq")
    assert summary.graphs["https://w3id.org/critmat/graph/usgs"] == 3
    assert summary.graphs["https://w3id.org/critmat/graph/derived/owl"] == 2
    assert summary.classes == {"x:Element": 1, "x:Substance": 1}
    assert summary.properties == {
        "http://www.w3.org/1999/02/22-rdf-syntax-ns#type": 2,
        "http://www.w3.org/2000/01/rdf-schema#label": 1,
        "http://purl.org/dc/terms/title": 1,
        "x:says": 1,
    }
    assert summary.subjects == 2
    assert summary.titles == {"usgs": 'Summaries "2026"'}


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("<x:b> <x:b> <x:b> .\n<x:a> <x:b> <x:b> .\n", "line 2: the lines are not in order"),
        ("<x:b> <x:b> <x:b> .\n<x:c> <x:b>\n", "line 2: this is no whole N-Quads statement"),
    ],
)
def test_a_bad_file_is_refused_with_the_line(tmp_path: Path, text: str, place: str) -> None:
    path = tmp_path / "bad.nq"
    path.write_text(text)
    with pytest.raises(MergeError, match=f"bad.nq, {place}"):
        merge_quads([path], tmp_path / "out.nq")


_names = st.sampled_from(["x:a", "x:b#c", "http://example.org/%20(z)"]).map(NamedNode)
_objects = st.one_of(
    _names,
    st.just(BlankNode("b1")),
    st.text(alphabet=st.sampled_from(' <>"\\_:.@^\nag')).map(Literal),
    st.text(alphabet=st.sampled_from(' <>"\\g')).map(lambda t: Literal(t, language="en")),
    st.text(alphabet=st.sampled_from(' <"\\')).map(
        lambda t: Literal(t, datatype=NamedNode("x:type"))
    ),
)


@given(_names, _names, _objects, st.one_of(st.none(), _names, st.just(BlankNode("g"))))
def test_a_line_is_split_as_a_parser_would(s, p, o, g) -> None:  # type: ignore[no-untyped-def]
    quad = Quad(s, p, o, g)
    line = f"{quad} .\n".encode()
    assert split_line(line) == (str(Triple(s, p, o)).encode(), str(g).encode() if g else b"")


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=30)
@given(st.lists(st.tuples(_names, _objects, st.one_of(st.none(), _names)), max_size=20))
def test_the_merge_equals_the_plain_computation(tmp_path: Path, rows) -> None:  # type: ignore[no-untyped-def]
    quads = [Quad(NamedNode("x:s"), p, o, g) for p, o, g in rows]
    lines = sorted({f"{quad} .\n".encode() for quad in quads})
    files = [tmp_path / "odd.nq", tmp_path / "even.nq"]
    for start, file in enumerate(files):
        file.write_bytes(b"".join(lines[start::2]))
    merge_quads(files, tmp_path / "out.nq")
    expected = set(quads) | {Quad(q.subject, q.predicate, q.object) for q in quads}
    assert (tmp_path / "out.nq").read_bytes().splitlines(keepends=True) == sorted(
        f"{quad} .\n".encode() for quad in expected
    )
