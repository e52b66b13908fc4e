"""The gate: what passes, what is refused with which place, and that it never does worse."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.engines.engine import (
    ForbiddenQueryError,
    MalformedQueryError,
    QueryForm,
    QueryTooLargeError,
)
from kg.engines.gate import GateLimits, check_query, query_form


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * { ?s ?p ?o }",
        "SELECT * { ?s ?p 'SERVICE', \"LOAD\", '''\nSERVICE <x:y> {}''', \"\"\"INSERT \" '\"\"\" }",
        'SELECT * { ?s ?p "a\\"b SERVICE <x:y> {" }',
        'SELECT * { ?s ?p "a\\u0022b" }',
        "SELECT * { ?s ?p ?o } # SERVICE <x:y> { }",
        "# LOAD <x:y>\nSELECT * { ?SERVICE ?load $INSERT }",
        "PREFIX load: <x:> SELECT * { service:a load:service x:LOAD ; x:SERVICE load: }",
        "PREFIX service: <x:> SELECT * FROM service:g { GRAPH service:h { ?s ?p ?o } }",
        "SELECT * { <http://example.org/service> <http://x.y/a#SERVICE> _:service, 'x'@load }",
        "SELECT * { ?s ?p ?o FILTER(?o<5 && 3 >?p||?o <= 7) }",
        "SELECT * { <<?s ?p ?o>> ?q <<( ?a ?b <<?c ?d ?e>> )>> }",
        "SELECT * { VALUES (?a ?b) {" + "(1 'x'@en) " * 5_000 + "} }",
        "SELECT * { FILTER(?x IN (" + "<x:y>, " * 5_000 + "1)) }",
    ],
)
def test_these_pass(query: str) -> None:
    check_query(query)


@pytest.mark.parametrize(
    ("query", "place"),
    [
        ("SELECT * {\n  SERVICE <x:y> { } }", "Line 2, column 3"),
        ("SELECT * { sErViCe SILENT ?x { } }", "Line 1, column 12"),
        # pyoxigraph asks for no space behind a keyword: each of these did call out.
        ("SELECT * { SERVICEx:y { } }", "Line 1, column 12"),
        ("SELECT * { SERVICE:y { } }", "Line 1, column 12"),
        ("SELECT * { ?s ?p trueSERVICE<x:y> { } }", "Line 1, column 18"),
        ("SELECT * { ?s ?p trueSERVICESILENTx:y { } }", "Line 1, column 18"),
        ("SELECT * { ?s ?p 1SERVICE<x:y> { } }", "Line 1, column 19"),
        ("SELECT * { ?s ?p ?o FILTER(?o<?p)SERVICE x:a#>\n{ } }", "Line 1, column 34"),
        ("SELECT * { ?s ?p ?o FILTER(?o<?p)SERVICE:a#>\n{ } }", "Line 1, column 30"),
        ("SELECT * { ?s ?p <x:a^#> SERVICE <x:y> {}\n }", "Line 1, column 18"),
        # Codepoint escapes, as engines decode them before parsing.
        ("SELECT * { \\u0053ERVICE <x:y> { } }", "Line 1, column 12"),
        ('ASK { ?s ?p """a\\u0022\\u0022\\u0022 SERVICE <x:y> { } # """\n}', "Line 1, column 36"),
        ("SELECT * { ?s ?p 'é' . \\U00000053ERVICE <x:y> { } }", "Line 1, column 24"),
        ("LOAD <x:y>", "Line 1, column 1: LOAD changes data"),
        ("INSERT DATA { <x:a> <x:b> 1 }", "Line 1, column 1: INSERT"),
        ("PREFIX x: <x:> DELETE WHERE { ?s ?p ?o }", "Line 1, column 16: DELETE"),
    ],
)
def test_these_are_forbidden(query: str, place: str) -> None:
    with pytest.raises(ForbiddenQueryError) as error:
        check_query(query)
    assert str(error.value).startswith(place)


@pytest.mark.parametrize(
    ("query", "place"),
    [
        ("SELECT * { ?s ?p 'abc\n' }", (1, 18)),
        ('SELECT * {\n ?s ?p """abc" }', (2, 8)),
        ("SELECT * { { }", (1, 10)),
        ("SELECT * { ) }", (1, 12)),
        ("SELECT * {\n\n ?s ?p ( 1 ] }", (3, 12)),
        ("SELECT * { ?s ?p '\ud800' }", (1, 19)),
    ],
)
def test_these_are_malformed(query: str, place: tuple[int, int]) -> None:
    with pytest.raises(MalformedQueryError) as error:
        check_query(query)
    assert (error.value.line, error.value.column) == place


SHAPES = {
    "functions": lambda n: "ASK { FILTER(" + "STR(" * n + "1" + ")" * n + ") }",
    "exists": lambda n: "ASK {" + " FILTER EXISTS {" * n + "}" * n + "}",
    "braces": lambda n: "ASK {" + "{" * n + "}" * n + "}",
    "brackets": lambda n: "ASK { ?a ?b " + "[ ?c " * n + "1" + "]" * n + "}",
    "parentheses": lambda n: "ASK { FILTER(" + "(" * n + "1" + ")" * n + ") }",
    "triple terms": lambda n: "ASK { ?a ?b " + "<<( ?a ?b " * n + "1" + " )>>" * n + " }",
}
CHAINS = {
    "minus": lambda n: "ASK {" + " MINUS { ?a ?b ?c }" * n + "}",
    "union": lambda n: "ASK { {}" + " UNION { ?a ?b ?c }" * n + "}",
    "optional": lambda n: "ASK {" + " OPTIONAL { ?a ?b ?c }" * n + "}",
    "groups": lambda n: "ASK {" + "{} " * n + "}",
    "sum": lambda n: "ASK { FILTER(" + "1+" * n + "1) }",
    "or": lambda n: "ASK { FILTER(" + "?x||" * n + "?x) }",
    "not": lambda n: "ASK { FILTER(" + "!" * n + "?x) }",
    "path": lambda n: "ASK { ?a " + "<x:p>/" * n + "<x:p> ?b }",
    "triples": lambda n: "ASK { " + "?a ?b ?c . " * n + "}",
    "objects": lambda n: "ASK { ?a ?b 1" + ", 1" * n + "}",
    "collection": lambda n: "ASK { ?a ?b (1" + " 1" * n + ") }",
    "bind": lambda n: "ASK {" + "".join(f" BIND(1 AS ?x{i})" for i in range(n)) + "}",
    "numbers with dots": lambda n: "ASK { " + "?a ?b 1." * n + "}",
}


@pytest.mark.parametrize("shape", SHAPES)
def test_nesting_has_a_limit(shape: str) -> None:
    check_query(SHAPES[shape](45))  # some shapes open two brackets a level
    with pytest.raises(QueryTooLargeError, match="nested more than 100 deep") as error:
        check_query(SHAPES[shape](1_000))
    assert error.value.line == 1


@pytest.mark.parametrize("shape", CHAINS)
def test_the_number_of_operations_has_a_limit(shape: str) -> None:
    check_query(CHAINS[shape](400))
    with pytest.raises(QueryTooLargeError, match="more than 2,000 operations"):
        check_query(CHAINS[shape](3_000))


def test_size_has_a_limit() -> None:
    check_query("ASK {}".ljust(256 * 1024))
    with pytest.raises(QueryTooLargeError, match="262,145 bytes"):
        check_query("ASK {}".ljust(256 * 1024 + 1))
    with pytest.raises(QueryTooLargeError):
        check_query("ASK {} # " + "é" * 131_072)


@pytest.mark.timeout(60)  # seconds if linear; were any part quadratic, it would be minutes
@pytest.mark.parametrize(
    "piece",
    [
        "a.",
        "a-",
        '"""\\',
        "<a",
        "<^",
        "\\u0041",
        "a:",
        "_:a.",
        "1.",
        "x:.a",
        "@a-",
        "'",
        "#\n",
        "é",
    ],
)
def test_the_scan_is_linear(piece: str) -> None:
    text = piece * (256 * 1024 // len(piece.encode()))
    wide = GateLimits(operations=10**9)
    for query in (text, f"SERVICE:x {text}"):
        for limits in (GateLimits(), wide)[: 2 if query is text else 1]:
            with suppress(MalformedQueryError, ForbiddenQueryError):
                check_query(query, limits)


_texts = st.one_of(
    st.text(),
    st.text(alphabet=st.sampled_from("{}()[]<>\"'\\u0041SERVICE:?#.,; \n")),
    st.lists(
        st.sampled_from(
            ["SERVICE", "{", "}", '"', "'", '"""', "<x:y>", "<", "<<", ">>", "(", ")", "x:y", "?x",
             "\\u0022", "#", "\n", " ", "1.5", ".", "VALUES", "LOAD", "@en", "^^"]
        )
    ).map("".join),
)  # fmt: skip


@given(_texts)
def test_whatever_comes_only_its_own_errors_are_raised(text: str) -> None:
    try:
        check_query(text)
    except (MalformedQueryError, ForbiddenQueryError) as error:
        assert error.message


@given(st.text(alphabet=st.characters(exclude_characters="\\", exclude_categories=["Cs"])))
def test_no_keyword_in_a_string_is_refused(text: str) -> None:
    text = text.replace("\n", " ").replace("\r", " ").replace('"', "'")
    check_query(f'SELECT * {{ ?s ?p "SERVICE <x:y> {{ {text} LOAD" }}')


@pytest.mark.parametrize(
    ("query", "form"),
    [
        ("# ASK\nPREFIX select: <x:> SELECT * {}", QueryForm.SOLUTIONS),
        ("BASE <x:ask> ask {}", QueryForm.BOOLEAN),
        ("DESCRIBE <x:y>", QueryForm.GRAPH),
        ("CONSTRUCT WHERE { ?a ?b ?c }", QueryForm.GRAPH),
        ("", None),
    ],
)
def test_the_form_of_a_query(query: str, form: QueryForm | None) -> None:
    assert query_form(query) is form
