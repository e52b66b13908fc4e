"""Reading N-Quads: the quick way and the parser give the same terms."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import BlankNode, DefaultGraph, Literal, NamedNode, Quad, RdfFormat, serialize

from kg.derive import UnreadableQuadsError
from kg.derive.terms import Columns, Terms, read_columns

P = "<urn:p>"
nodes = st.sampled_from([NamedNode("urn:a"), NamedNode("urn:b#c"), BlankNode("x1")])
texts = st.text(alphabet=st.sampled_from('ab <>"\\\n\r\t.^@_:é\u2028\x0b'), max_size=12)
literals = st.one_of(
    st.builds(Literal, texts),
    st.builds(lambda text: Literal(text, language="en"), texts),
    st.builds(lambda text: Literal(text, datatype=NamedNode("urn:string")), texts),
)
graphs = st.sampled_from([DefaultGraph(), NamedNode("urn:g"), BlankNode("g")])


@given(
    st.lists(
        st.builds(Quad, nodes, st.just(NamedNode("urn:p")), st.one_of(nodes, literals), graphs)
    )
)
def test_every_term_comes_back(tmp_path_factory: pytest.TempPathFactory, quads: list[Quad]) -> None:
    path = tmp_path_factory.mktemp("quads") / "facts.nq"
    path.write_bytes(serialize(quads, format=RdfFormat.N_QUADS) or b"")
    terms, columns = Terms(), dict[str, Columns]()
    assert read_columns(path, terms, columns, {P}) == len(quads)
    subjects, values = columns.get(P, ([], []))
    read = [(terms[s], terms[o]) for s, o in zip(subjects, values, strict=True)]
    assert read == [(str(quad.subject), str(quad.object)) for quad in quads]


@pytest.mark.parametrize(
    "line",
    [
        '<urn:a>  <urn:p>\t"caf\\u00e9" <urn:g> .\n',
        '<urn:a> <urn:p> "café"^^<http://www.w3.org/2001/XMLSchema#string> .\n',
        '<urn:a> <urn:p> "café" <urn:g>.\n',
        '<urn:a> <urn:p> "café" . # said so\n',
        '<urn:a> <urn:p> "café" .',
    ],
)
def test_other_spellings_are_the_same_term(tmp_path: Path, line: str) -> None:
    path = tmp_path / "facts.nq"
    path.write_text(f"# a comment\n\n{line}", encoding="utf-8")
    terms, columns = Terms(), dict[str, Columns]()
    read_columns(path, terms, columns, {P})
    assert [terms[number] for number in columns[P][1]] == ['"café"']


@pytest.mark.parametrize("broken", ["<urn:a> <urn:p> .\n", "no quads\n", "<urn:a> <urn:q> x .\n"])
def test_a_broken_line_is_named(tmp_path: Path, broken: str) -> None:
    path = tmp_path / "facts.nq"
    path.write_text(f"<urn:a> <urn:p> <urn:b> .\n{broken}")
    with pytest.raises(UnreadableQuadsError, match=r"facts\.nq, line 2"):
        read_columns(path, Terms(), {}, {P, "<urn:q>"})


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(UnreadableQuadsError, match=r"nothing\.nq"):
        read_columns(tmp_path / "nothing.nq", Terms(), {}, {P})
