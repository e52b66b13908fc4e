"""Competency questions: how a file is read, and what is said of an answer that differs."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import Literal, NamedNode, RdfFormat, Store

from kg.check.competency import (
    CompetencyFileError,
    read_competency_folder,
    read_competency_question,
    run_competency,
)
from kg.check.expectation import ExpectationError, Refusal, Table, read_row
from kg.namespaces import CM, CMD

FACTS = """
@prefix cm: <https://w3id.org/critmat/ontology#> .
@prefix cmd: <https://w3id.org/critmat/id/> .
@prefix graph: <https://w3id.org/critmat/graph/> .
graph:a { cmd:neodymium a cm:Element ; cm:symbol "Nd" ; cm:atomicNumber 60 . }
graph:b {
  cmd:neodymium a cm:Element .
  cmd:iron a cm:Element ; cm:symbol "Fe" ; cm:atomicNumber 26 .
}
"""
SELECT = "PREFIX cm: <https://w3id.org/critmat/ontology#>\nSELECT "
SYMBOLS = SELECT + "?element ?symbol WHERE { ?element a cm:Element ; cm:symbol ?symbol }"


@pytest.fixture
def store() -> Store:
    """Two elements; two sources say the same of one of them, and the default graph is empty."""
    store = Store()
    store.load(FACTS.encode(), format=RdfFormat.TRIG)
    return store


def write(folder: Path, text: str, name: str = "01-symbols.rq") -> Path:
    """Write one question."""
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def header(expectation: str) -> str:
    """A file that expects something of the symbols of elements."""
    return f"# question: Which symbols?\n# module: substances\n{expectation}\n{SYMBOLS}\n"


def problems(folder: Path, store: Store) -> list[str]:
    """Place and message of each problem."""
    return [f"{p.place}: {p.message}" for p in run_competency(folder, store).problems]


def test_a_question_says_what_is_asked_and_what_must_come_out(tmp_path: Path) -> None:
    text = "# question: Which elements\n#   are there?\n# module: substances\n"
    text += "# needs: cm:Element,\n#   cm:symbol\n"
    path = write(tmp_path, text + '# expect:\n#   ?symbol | ?n\n#   "Nd" | 60\n' + SYMBOLS)

    question = read_competency_question(path)

    assert question.question == "Which elements are there?"
    assert question.needs == ("cm:Element", "cm:symbol")
    assert question.expectation == Table(("symbol", "n"), ((Literal("Nd"), 60.0),))
    assert (question.id, question.line) == ("01-symbols", 6)


def test_a_right_answer_in_any_order_is_no_problem(tmp_path: Path, store: Store) -> None:
    rows = '#   ?symbol | ?element\n#   "Nd" | cmd:neodymium\n#   "Fe" | cmd:iron'
    write(tmp_path, header(f"# expect:\n{rows}"))

    report = run_competency(tmp_path, store)

    assert report.ok
    assert report.counts["questions"] == 1


@pytest.mark.parametrize(
    ("expectation", "message"),
    [
        (
            '# expect:\n#   ?symbol | ?element\n#   "Nd" | cmd:neodymium',
            'has too much: "Fe" | cmd:iron.',
        ),
        (
            '# expect:\n#   ?symbol | ?element\n#   "Nd"@en | cmd:neodymium\n#   "Fe" | cmd:iron',
            'lacks "Nd"@en | cmd:neodymium; has too much: "Nd" | cmd:neodymium.',
        ),
        ("# expect:\n#   ?symbol\n#   1", "selects ?element ?symbol and expects ?symbol."),
        ("# expect: true", "expects a truth value of a SELECT."),
    ],
)
def test_an_answer_that_differs_is_reported_with_file_and_line(
    expectation: str, message: str, tmp_path: Path, store: Store
) -> None:
    write(tmp_path, header(expectation))

    assert problems(tmp_path, store) == [f"01-symbols.rq:3: {message}"]


def test_the_order_counts_only_where_it_is_said_to(tmp_path: Path, store: Store) -> None:
    rows = '#   ?element | ?symbol\n#   cmd:neodymium | "Nd"\n#   cmd:iron | "Fe"'
    write(tmp_path, header(f"# expect:\n{rows}") + "ORDER BY ?symbol", "1.rq")
    write(tmp_path, header(f"# expect in order:\n{rows}") + "ORDER BY ?symbol", "2.rq")

    (problem,) = problems(tmp_path, store)

    assert problem.startswith("2.rq:3: answers in another order: cmd:iron")


def test_a_refusal_is_broken_by_any_row(tmp_path: Path, store: Store) -> None:
    write(tmp_path, header("# refuse: Nothing has\n#   a symbol."))

    (problem,) = problems(tmp_path, store)

    assert problem.endswith("and must be refused: Nothing has a symbol.")
    assert read_competency_question(tmp_path / "01-symbols.rq").expectation == Refusal(
        "Nothing has a symbol."
    )


@pytest.mark.parametrize(("expected", "number"), [("true", 60), ("false", 61)])
def test_an_ask_is_true_or_false(expected: str, number: int, tmp_path: Path, store: Store) -> None:
    ask = f"PREFIX cm: <{CM}>\nASK {{ ?e cm:atomicNumber {number} }}"
    write(tmp_path, f"# question: Is there one?\n# expect: {expected}\n{ask}", "1.rq")
    write(tmp_path, f"# question: Is there one?\n# refuse: There is none.\n{ask}", "2.rq")

    found = problems(tmp_path, store)

    assert found == (
        [] if expected == "false" else ["2.rq:2: is true and must be refused: There is none."]
    )


def test_a_triple_of_two_sources_is_one_row(tmp_path: Path, store: Store) -> None:
    query = SELECT + "?element WHERE { ?element a cm:Element }"
    write(
        tmp_path,
        f"# question: Which?\n# expect:\n#   ?element\n#   cmd:iron\n#   cmd:neodymium\n{query}",
    )

    assert problems(tmp_path, store) == []


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (SYMBOLS, "1: must either expect or refuse."),
        ("# expect: true\nASK {}", "1: has no question."),
        ("# question: a\n# expct: true\nASK {}", "2: has the unknown key 'expct'."),
        ("# question: a\n# question: b\nASK {}", "2: has the key 'question' twice."),
        ("# question: a\n# expect: maybe\nASK {}", "2: expects 'maybe' on the line of the key."),
        ("# question: a\n# expect:\n#   ?x\nASK {}", "2: expects a table without rows."),
        ("# question: a\n# expect:\n#   x\n#   1\nASK {}", "3: 'x' is no variable."),
        ("# question: a\n# expect:\n#   ?x\n#   1 | 2\nASK {}", "4: has 2 cells below 1 columns."),
        ("# question: a\n# expect:\n#   ?x\n#   cx:1\nASK {}", "4: 'cx:1' is no cell."),
        ("# question: a\n# expect: true\nASK {", "2: is no SPARQL: "),
        ("# question: a\n# expect: true\nDESCRIBE <a:b>", "2: builds a graph."),
        ("# question: a\n# refuse: b\nASK { SERVICE <a:b> {} }", "3: may call another server."),
        ("# question: a\n# refuse: b\nASK { \\u0053ERVICE <a:b> }", "3: may call another server."),
    ],
)  # fmt: skip
def test_a_file_that_is_no_question_is_named_with_its_line(
    text: str, message: str, tmp_path: Path, store: Store
) -> None:
    write(tmp_path, text, "own.rq")

    (problem,) = problems(tmp_path, store)

    assert problem.startswith(f"own.rq:{message}")


def test_all_files_are_reported_at_once_with_those_below_and_what_is_right_is_asked(
    tmp_path: Path, store: Store
) -> None:
    (tmp_path / "mine").mkdir()
    write(tmp_path, "ASK {}", "mine/bad.rq")
    write(tmp_path, "# question: a\n# refuse: b\nASK {}", "broken.rq")
    (tmp_path / "latin.rq").write_bytes(b"# question: \xe9\n")

    report = run_competency(tmp_path, store)

    assert [p.file for p in report.problems] == ["broken.rq", "latin.rq", "mine/bad.rq"]
    assert all(p.remedy for p in report.problems)
    assert report.counts["questions"] == 1


def test_one_file_is_enough_and_an_error_carries_its_problem(tmp_path: Path) -> None:
    path = write(tmp_path, "# question: a\n# expect: true\nASK {}")
    broken = write(tmp_path, "x", "broken.rq")

    questions, _ = read_competency_folder(path)
    with pytest.raises(CompetencyFileError) as error:
        read_competency_question(broken)

    assert [q.id for q in questions] == ["01-symbols"]
    assert error.value.problem.row == 1


def test_cells_are_terms_numbers_or_nothing() -> None:
    row = 'cmd:iron | "a | b"@en | "2030"^^xsd:gYear | -1.5 | - | <https://x.example/>'

    assert read_row(row) == (
        NamedNode(f"{CMD}iron"),
        Literal("a | b", language="en"),
        Literal("2030", datatype=NamedNode("http://www.w3.org/2001/XMLSchema#gYear")),
        -1.5,
        None,
        NamedNode("https://x.example/"),
    )


@given(st.lists(st.text(st.characters(exclude_categories=["Cs", "Cc"])), min_size=1, max_size=4))
def test_a_row_of_texts_is_read_back(texts: list[str]) -> None:
    row = " | ".join(str(Literal(text)) for text in texts)

    assert read_row(row) == tuple(map(Literal, texts))


@given(st.text(max_size=40))
def test_whatever_stands_in_a_row_is_read_or_refused(text: str) -> None:
    try:
        row = read_row(text)
    except ExpectationError as error:
        assert error.remedy
    else:
        assert all(cell is None or isinstance(cell, NamedNode | Literal | float) for cell in row)
