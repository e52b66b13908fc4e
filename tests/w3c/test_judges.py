"""The judges of the suite: an answer that is not the expected one never passes."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from rdflib import Graph, URIRef

from tests.w3c import graphs, tables
from tests.w3c.client import Client
from tests.w3c.description import faults
from tests.w3c.exchange import protocol
from tests.w3c.language import data_set, query_evaluation, query_syntax, update_syntax
from tests.w3c.manifests import Case, DataSet, Edition, Request, Suite
from tests.w3c.tables import XSD, Match, Table, Term, literal

_LOAD = "Line 1, column 1: LOAD fetches a document; this service does not call out."
EX = "http://example.org/"
X, Y = Term("blank", "x"), Term("blank", "y")


def table(*rows: dict[str, Term], ordered: bool = False) -> Table:
    return Table(("a", "b"), rows, ordered=ordered)


def test_rows_count_as_often_as_they_come() -> None:
    row = {"a": Term("iri", EX)}
    assert tables.compare(table(row, row), table(row, row)) is Match.EXACT
    assert tables.compare(table(row, row), table(row)) is Match.NO
    assert tables.compare(table(row), table(row, {})) is Match.NO


def test_the_order_counts_only_where_it_is_said() -> None:
    one, two = {"a": literal("1")}, {"a": literal("2")}
    assert tables.compare(table(one, two), table(two, one)) is Match.EXACT
    assert tables.compare(table(one, two, ordered=True), table(two, one)) is Match.NO


def test_blank_nodes_stand_for_one_another_one_to_one() -> None:
    same, other = {"a": X, "b": X}, {"a": X, "b": Y}
    renamed = {"a": Term("blank", "p"), "b": Term("blank", "q")}
    assert tables.compare(table(other), table(renamed)) is Match.EXACT
    assert tables.compare(table(same), table(renamed)) is Match.NO
    assert tables.compare(table(other), table(same)) is Match.NO


def test_blank_nodes_are_the_same_in_all_rows() -> None:
    # Both rows look alike; which stands for which is found by trying.
    expected = table({"a": X, "b": Y}, {"a": Y, "b": literal("end")})
    found = table({"a": X, "b": literal("end")}, {"a": Y, "b": X})
    assert tables.compare(expected, found) is Match.EXACT
    broken = table({"a": Y, "b": literal("end")}, {"a": Y, "b": X})
    assert tables.compare(expected, broken) is Match.NO


def test_variables_are_the_same() -> None:
    assert tables.compare(Table(("a",)), Table(("b",))) is Match.NO
    assert tables.compare(Table(("a",)), Table(boolean=True)) is Match.NO
    assert tables.compare(Table(boolean=False), Table(boolean=True)) is Match.NO


@pytest.mark.parametrize(
    ("datatype", "one", "other", "match"),
    [
        ("decimal", "2.0", "2", Match.BY_VALUE),
        ("decimal", "2.0", "2.0", Match.EXACT),
        ("decimal", "2.01", "2", Match.NO),
        ("decimal", "0." + "0" * 40 + "1", "0", Match.NO),
        ("integer", "+07", "7", Match.BY_VALUE),
        ("double", "1.0E6", "1000000", Match.BY_VALUE),
        ("double", "NaN", "INF", Match.NO),
        ("boolean", "0", "false", Match.BY_VALUE),
        ("boolean", "0", "true", Match.NO),
        ("string", "2.0", "2", Match.NO),
    ],
)
def test_numbers_and_booleans_count_by_value(
    datatype: str, one: str, other: str, match: Match
) -> None:
    pair = [table({"a": literal(text, XSD + datatype)}) for text in (one, other)]
    assert tables.compare(*pair) is match
    typed = [graphs.spelled(text, XSD + datatype) for text in (one, other)]
    triples = [Graph().add((URIRef(EX), URIRef(EX), term)) for term in typed]
    assert graphs.compare(*triples) is match


def test_a_number_of_another_datatype_is_another_one() -> None:
    pair = [table({"a": literal("-3", XSD + kind)}) for kind in ("integer", "negativeInteger")]
    assert tables.compare(*pair) is Match.NO


def test_all_formats_say_the_same() -> None:
    """One table by hand in each format, with every kind of term."""
    row = {
        "a": literal('a "b"\t', language="EN"),
        "b": literal("1", XSD + "integer"),
    }
    expected = table(row, {"b": Term("iri", EX)}, {"a": X})
    xml = f"""<sparql xmlns="http://www.w3.org/2005/sparql-results#"><head><variable name="a"/>
    <variable name="b"/></head><results><result><binding name="a"><literal xml:lang="en"
    >a "b"\t</literal></binding><binding name="b"><literal datatype="{XSD}integer">1</literal>
    </binding></result><result><binding name="b"><uri>{EX}</uri></binding></result><result><binding
    name="a"><bnode>k</bnode></binding></result></results></sparql>"""
    rows = [
        {
            "a": {"type": "literal", "value": 'a "b"\t', "xml:lang": "en"},
            "b": {"type": "literal", "value": "1", "datatype": f"{XSD}integer"},
        },
        {"b": {"type": "uri", "value": EX}},
        {"a": {"type": "bnode", "value": "k"}},
    ]
    document = json.dumps({"head": {"vars": ["a", "b"]}, "results": {"bindings": rows}})
    tsv = f'?a\t?b\n"a \\"b\\"\\t"@en\t1\n\t<{EX}>\n_:k\t\n'
    assert tables.compare(expected, tables.read_xml(xml.encode())) is Match.EXACT
    assert tables.compare(expected, tables.read_json(document.encode())) is Match.EXACT
    assert tables.compare(expected, tables.read_tsv(tsv.encode())) is Match.EXACT
    lossy = tables.read_csv(f'a,b\r\n"a ""b""\t",1\r\n,{EX}\r\n_:k,\r\n'.encode())
    assert [sorted(row) for row in lossy.rows] == [["a", "b"], ["b"], ["a"]]
    assert lossy.rows[0]["a"].value == 'a "b"\t'


TRIPLE = {
    "type": "triple",
    "value": {
        "subject": {"type": "bnode", "value": "k"},
        "predicate": {"type": "uri", "value": EX},
        "object": {"type": "literal", "value": "a", "xml:lang": "en", "its:dir": "ltr"},
    },
}


def test_all_formats_say_the_same_of_triple_terms_and_directions() -> None:
    text = literal("a", language="en", direction="ltr")
    expected = Table(("a",), ({"a": tables.triple(X, Term("iri", EX), text)},))
    document = json.dumps({"head": {"vars": ["a"]}, "results": {"bindings": [{"a": TRIPLE}]}})
    xml = f"""<sparql xmlns="http://www.w3.org/2005/sparql-results#"
    xmlns:its="http://www.w3.org/2005/11/its"><head><variable name="a"/></head><results><result>
    <binding name="a"><triple><subject><bnode>k</bnode></subject><predicate><uri>{EX}</uri>
    </predicate><object><literal xml:lang="en" its:dir="ltr">a</literal></object></triple></binding>
    </result></results></sparql>"""
    tsv = f'?a\n<<( _:k <{EX}> "a"@en--ltr )>>\n'
    assert tables.compare(expected, tables.read_json(document.encode())) is Match.EXACT
    assert tables.compare(expected, tables.read_xml(xml.encode())) is Match.EXACT
    assert tables.compare(expected, tables.read_tsv(tsv.encode())) is Match.EXACT
    with pytest.raises(ValueError, match="three parts"):
        tables.read_xml(xml.replace("predicate>", "verb>").encode())


@pytest.mark.parametrize(
    "other",
    [
        tables.triple(X, Term("iri", EX + "p"), literal("1", XSD + "integer")),
        tables.triple(X, Term("iri", EX), literal("2", XSD + "integer")),
        tables.triple(Term("iri", EX), Term("iri", EX), literal("1", XSD + "integer")),
        literal("1", XSD + "integer"),
    ],
)
def test_another_triple_term_is_another_answer(other: Term) -> None:
    one = tables.triple(X, Term("iri", EX), literal("1", XSD + "integer"))
    spelled = tables.triple(Y, Term("iri", EX), literal("01", XSD + "integer"))
    assert tables.compare(table({"a": one}), table({"a": one})) is Match.EXACT
    assert tables.compare(table({"a": one}), table({"a": spelled})) is Match.BY_VALUE
    assert tables.compare(table({"a": one}), table({"a": other})) is Match.NO


def test_a_blank_node_in_a_triple_term_is_the_one_outside() -> None:
    about_x, about_y = (tables.triple(node, Term("iri", EX), node) for node in (X, Y))
    same, other = table({"a": X, "b": about_x}), table({"a": X, "b": about_y})
    assert tables.compare(same, table({"a": Y, "b": about_y})) is Match.EXACT
    assert tables.compare(same, other) is Match.NO


def test_another_direction_is_another_answer() -> None:
    one, other = (literal("a", language="en", direction=way) for way in ("ltr", "rtl"))
    assert tables.compare(table({"a": one}), table({"a": other})) is Match.NO
    directed = [f'<x:s> <x:p> "a"@en{way} .'.encode() for way in ("--ltr", "--rtl", "")]
    first, second, third = (graphs.read_graph(text, "text/turtle", EX) for text in directed)
    assert graphs.compare(first, second) is Match.NO
    assert graphs.compare(first, third) is Match.NO


def test_graphs_are_compared_by_their_triple_terms() -> None:
    def read(text: str) -> Graph:
        return graphs.read_graph(text.encode(), "text/turtle", EX)

    one = read("_:a <x:p> <<( _:a <x:q> <<( _:a <x:r> 1 )>> )>> .")
    assert graphs.compare(one, read("_:b <x:p> <<( _:b <x:q> <<( _:b <x:r> 1 )>> )>> .")) is (
        Match.EXACT
    )
    assert graphs.compare(one, read("_:b <x:p> <<( _:b <x:q> <<( _:b <x:r> 01 )>> )>> .")) is (
        Match.BY_VALUE
    )
    assert graphs.compare(one, read("_:b <x:p> <<( _:b <x:q> <<( _:b <x:r> 2 )>> )>> .")) is (
        Match.NO
    )
    assert graphs.compare(one, read("_:b <x:p> <<( _:b <x:q> <<( _:c <x:r> 1 )>> )>> .")) is (
        Match.NO
    )


def test_a_test_without_all_its_files_is_not_run(case: Case, tmp_path: Path) -> None:
    assert case.missing() == []
    away = tmp_path / "away.ttl"
    assert replace(case, before=DataSet((away,))).missing() == [away]


def test_graphs_are_compared_up_to_blank_nodes() -> None:
    one = graphs.read_graph(b"[] <x:p> [ <x:q> 1 ] .", "text/turtle", EX)
    same = graphs.read_graph(b"_:a <x:p> _:b . _:b <x:q> 1 .", "text/turtle", EX)
    other = graphs.read_graph(b"_:a <x:p> _:b . _:a <x:q> 1 .", "text/turtle", EX)
    assert graphs.compare(one, same) is Match.EXACT
    assert graphs.compare(one, other) is Match.NO


def test_a_data_set_keeps_its_graphs_apart() -> None:
    triple = {part: Term("iri", EX) for part in "spo"}
    found = data_set(Table(tuple("gspo"), (triple, {**triple, "g": Term("iri", EX + "g")})))
    assert {name: len(graph) for name, graph in found.items()} == {"": 1, EX + "g": 1}


@contextmanager
def answering(status: int, media_type: str, body: bytes) -> Iterator[Client]:
    """A server that says the same to everything."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            self.send_response(status)
            self.send_header("Content-Type", media_type)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        try:
            yield Client(f"http://127.0.0.1:{server.server_port}", "no token")
        finally:
            server.shutdown()
            thread.join()


@pytest.fixture
def case(tmp_path: Path) -> Case:
    """A query whose answer is to be yes."""
    edition = Edition(tmp_path, EX)
    query, result = tmp_path / "q.rq", tmp_path / "q.srj"
    query.write_text("ASK {}")
    result.write_text('{"head": {}, "boolean": true}')
    return Case("own/case", "a case", Suite.QUERY, edition, text=query, result=result)


JSON = "application/sparql-results+json"


@pytest.mark.parametrize(
    ("status", "media_type", "body", "passes"),
    [
        (200, JSON, b'{"head": {}, "boolean": true}', True),
        (200, JSON, b'{"head": {}, "boolean": false}', False),
        (200, JSON, b'{"head": {}, "boolean": "true"}', False),
        (200, JSON, b'{"head": {}, "bool', False),
        (200, JSON, b"{}", False),
        (200, "application/json", b'{"head": {}, "boolean": true}', False),
        (500, JSON, b'{"head": {}, "boolean": true}', False),
    ],
)
def test_only_the_right_answer_passes(
    case: Case, status: int, media_type: str, body: bytes, passes: bool
) -> None:
    with answering(status, media_type, body) as client:
        assert query_evaluation(case, client).passed is passes


@pytest.mark.parametrize(
    ("status", "title", "passes"),
    [
        (400, "Malformed query", True),
        (400, "Usage", False),
        (403, "Malformed query", False),
        (413, "Query too large", False),
        (500, "Malformed query", False),
        (200, "", False),
    ],
)
def test_what_is_malformed_is_refused_for_that(
    case: Case, status: int, title: str, passes: bool
) -> None:
    bad = replace(case, positive=False)
    with answering(status, "application/problem+json", json.dumps({"title": title}).encode()) as at:
        assert query_syntax(bad, at).passed is passes


@pytest.mark.parametrize(
    ("status", "detail", "positive", "passes"),
    [
        (403, _LOAD, True, True),
        (403, _LOAD, False, False),
        (400, _LOAD, True, False),
        (403, "The token is of another role.", True, False),
        (500, "LOAD", True, False),
    ],
)
def test_load_that_is_refused_was_taken_as_an_update(
    case: Case, status: int, detail: str, positive: bool, passes: bool
) -> None:
    update = replace(case, positive=positive)
    body = json.dumps({"title": "Query not allowed", "detail": detail}).encode()
    with answering(status, "application/problem+json", body) as client, _prepared():
        assert update_syntax(update, client).passed is passes


@pytest.mark.parametrize("status", [401, 403, 404, 408, 429, 500])
def test_a_refusal_for_another_reason_does_not_pass_a_protocol_test(
    case: Case, status: int
) -> None:
    request = Request("POST", "/sparql/", (), b"x", ("StatusCode4xx",))
    refused = replace(case, suite=Suite.PROTOCOL, requests=(request,))
    with answering(status, "text/plain", b"") as client, _prepared():
        assert not protocol(refused, client).passed
    with answering(415, "text/plain", b"") as client, _prepared():
        assert protocol(refused, client).passed


@contextmanager
def _prepared() -> Iterator[None]:
    """The server refuses everything, the preparation of its store too: leave that out."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Client, "prepare", lambda *_: None)
        yield


GOOD = """@prefix sd: <http://www.w3.org/ns/sparql-service-description#> .
<> a sd:Service ; sd:endpoint <> ; sd:supportedLanguage sd:SPARQL11Query ;
   sd:defaultDataset [ a sd:Dataset ; sd:defaultGraph [ a sd:Graph ] ;
                       sd:namedGraph [ sd:name <g> ; sd:graph [ a sd:Graph ] ] ] ."""


@pytest.mark.parametrize(
    ("change", "seen"),
    [
        (lambda text: text, ""),
        (lambda text: text.replace("sd:SPARQL11Query", "sd:SPARQL99"), "sd:SPARQL99"),
        (lambda text: text.replace("sd:namedGraph", "sd:named"), "sd:named "),
        (lambda text: text.replace("sd:name <g>", 'sd:name "g"'), "literal"),
        (lambda text: text.replace("sd:name <g> ;", ""), "names"),
        (lambda text: text.replace("sd:endpoint <> ;", ""), "endpoints"),
        (lambda text: text.replace("a sd:Dataset", "a sd:Graph"), "would be"),
    ],
)
def test_a_service_description_keeps_to_its_vocabulary(
    change: Callable[[str], str], seen: str
) -> None:
    found = graphs.read_graph(change(GOOD).encode(), "text/turtle", EX)
    assert seen in " ".join(faults(found))
    assert bool(seen) is bool(faults(found))
