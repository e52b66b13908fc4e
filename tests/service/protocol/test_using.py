"""``using-graph-uri``: the data set of the protocol, written into the update."""

from __future__ import annotations

import pytest
from pyoxigraph import NamedNode, Store

from kg.engines.engine import MalformedQueryError
from service.protocol.using import DatasetConflictError, rewrite

A, B = "http://example.org/a", "http://example.org/b"


@pytest.mark.parametrize(
    ("update", "written"),
    [
        ("INSERT {?s a 1} WHERE {?s a 2}", "INSERT {?s a 1} USING <a> WHERE {?s a 2}"),
        ("delete {?s a 1}where{?s a 2}", "delete {?s a 1}USING <a> where{?s a 2}"),
        (
            "DELETE {?s ?p 1} INSERT {?s ?p 2} WHERE {?s ?p ?o}",
            "DELETE {?s ?p 1} INSERT {?s ?p 2} USING <a> WHERE {?s ?p ?o}",
        ),
        ("DELETE WHERE {?s a 2}", "DELETE       {?s a 2} USING <a> WHERE {?s a 2}"),
        (
            "PREFIX where: <x:> BASE <y:> PREFIX : <z:> INSERT {} WHERE {}",
            "PREFIX where: <x:> BASE <y:> PREFIX : <z:> INSERT {} USING <a> WHERE {}",
        ),
        (
            "INSERT {} WHERE {}; # WHERE {}\nPREFIX p: <q:> DELETE WHERE {};",
            "INSERT {} USING <a> WHERE {}; # WHERE {}\nPREFIX p: <q:> DELETE       {}"
            " USING <a> WHERE {};",
        ),
        (
            'INSERT { ?s ?p "} WHERE {" } WHERE { { ?s ?p ?o } # }\n }',
            'INSERT { ?s ?p "} WHERE {" } USING <a> WHERE { { ?s ?p ?o } # }\n }',
        ),
        (
            "INSERT {} WHERE { SELECT * WHERE {} }",
            "INSERT {} USING <a> WHERE { SELECT * WHERE {} }",
        ),
    ],
)
def test_using_goes_before_where(update: str, written: str) -> None:
    assert rewrite(update, "", ["a"]).text == written


@pytest.mark.parametrize(
    "update",
    [
        "INSERT DATA { <s:> <p:> 1 }", "DELETE DATA { <s:> <p:> 1 }", "CLEAR ALL",
        "DROP SILENT GRAPH <g:>", "ADD <g:> TO DEFAULT", "CREATE GRAPH <g:>", "", " ; ", "# WHERE",
        "LOAD SILENT <where:> INTO GRAPH <with:>",
    ],
)  # fmt: skip
def test_operations_without_a_pattern_stay_as_they_are(update: str) -> None:
    assert rewrite(update, "", ["a"], ["b"]).text == update


@pytest.mark.parametrize(
    "update",
    [
        "INSERT {} USING <g:> WHERE {}", "insert {} using named <g:> where {}",
        "WITH <g:> DELETE {} WHERE {}", "CLEAR ALL; WITH<g:>INSERT {} WHERE {}",
    ],
)  # fmt: skip
def test_two_data_sets_are_refused(update: str) -> None:
    with pytest.raises(DatasetConflictError):
        rewrite(update, "", (), ["b"])
    assert rewrite(update, "").text == update


@pytest.mark.parametrize(
    "update",
    [
        # pyoxigraph asks for no space behind a keyword, so it would read these as operations.
        "PREFIX x: <x:> WITHx:g INSERT {} WHERE {}", "DELETEWHERE {}", "INSERT {} WHEREx {}",
        r"\u0057ITH <g:> INSERT {} WHERE {}", "SELECT * WHERE {}", "INSERT {} WHERE {} WHERE {}",
        "INSERT {}", "{}",
    ],
)  # fmt: skip
def test_what_is_no_known_operation_is_refused_and_never_guessed_at(update: str) -> None:
    with pytest.raises(MalformedQueryError, match="Line 1, column"):
        rewrite(update, "", ["a"])


def store() -> Store:
    found = Store()
    for graph, subject in (("", "s:0"), (A, "s:a"), (B, "s:b")):
        triple = f"<{subject}> <p:> {len(subject)}"
        found.update(f"INSERT DATA {{ {f'GRAPH <{graph}> {{ {triple} }}' if graph else triple} }}")
    return found


@pytest.mark.parametrize(
    ("update", "default", "named", "subjects"),
    [
        ("INSERT { GRAPH <r:> { ?s a 1 } } WHERE { ?s ?p ?o }", [A], [], "a"),
        ("INSERT { GRAPH <r:> { ?s a 1 } } WHERE { ?s ?p ?o }", [A, B], [], "ab"),
        ("INSERT { GRAPH <r:> { ?s a 1 } } WHERE { ?s ?p ?o }", [], [A], ""),
        ("INSERT { GRAPH <r:> { ?s a 1 } } WHERE { GRAPH ?g { ?s ?p ?o } }", [], [B], "b"),
        (
            "INSERT { GRAPH <r:> {?s a 1} } WHERE { {?s ?p 3} UNION { GRAPH ?g {?s ?p ?o} } }",
            [A], [B], "ab",
        ),
    ],
)  # fmt: skip
def test_the_data_set_is_the_one_that_was_named(
    update: str, default: list[str], named: list[str], subjects: str
) -> None:
    found = store()
    found.update(rewrite(update, "", default, named).text)
    result = found.quads_for_pattern(None, None, None, NamedNode("r:"))
    assert {str(quad.subject) for quad in result} == {f"<s:{letter}>" for letter in subjects}


def test_the_short_delete_takes_what_the_data_set_shows_from_the_default_graph() -> None:
    found = store()
    found.update("INSERT DATA { <s:a> <p:> 3 }")
    found.update(rewrite("DELETE WHERE { ?s ?p ?o }", "", [A]).text)
    assert sorted(str(quad.subject) for quad in found) == ["<s:0>", "<s:a>", "<s:b>"]
    assert sum(quad.subject == NamedNode("s:a") for quad in found) == 1


def test_relative_iris_are_resolved_against_the_base() -> None:
    found = Store()
    found.update(rewrite("INSERT DATA { <s> <p> <#o> }", "http://example.org/update").text)
    (quad,) = found
    assert str(quad.object) == "<http://example.org/update#o>"


@pytest.mark.parametrize(
    ("update", "line", "column"),
    [
        ("CLEAR WRONG", 1, 7),
        ("CLEAR ALL;\nINSERT { ?s ?p WRONG } WHERE { ?s ?p ?o }", 2, 16),
        ("DELETE WHERE { ?s ?p ?o };\nDELETE WHERE { ?s WRONG }", 2, 19),
        ("INSERT {} WHERE {\n ?s WRONG }", 2, 5),
    ],
)
def test_a_mistake_is_shown_where_its_author_made_it(update: str, line: int, column: int) -> None:
    """The position that the engine finds in the rewritten text is one in the original."""
    rewritten = rewrite(update, "http://example.org/", [A])
    place = rewritten.text.index("WRONG")
    found_line = rewritten.text.count("\n", 0, place) + 1
    found_column = place - rewritten.text.rfind("\n", 0, place)
    error = MalformedQueryError(
        f"Line {found_line}, column {found_column}: wrong.", line=found_line, column=found_column
    )
    shown = rewritten.shown(error)
    assert (shown.line, shown.column) == (line, column)
    assert shown.message == f"Line {line}, column {column}: wrong."
