"""Tests of the query and update languages, sent over HTTP."""

from __future__ import annotations

import json
import re
from dataclasses import replace

from rdflib import Graph

from tests.w3c import graphs, tables
from tests.w3c.client import Client, Reply
from tests.w3c.judgement import Verdict, failed, passed
from tests.w3c.manifests import Case, DataSet, Edition
from tests.w3c.tables import Match, Table

#: What is asked for by the ending of the expected result; graphs come as N-Triples.
_ACCEPT = {
    ".srx": "application/sparql-results+xml",
    ".srj": "application/sparql-results+json",
    ".tsv": "text/tab-separated-values",
    ".csv": "text/csv",
    ".ttl": "application/sparql-results+json, application/n-triples",
    ".nt": "application/n-triples",
}
_EVERYTHING = "SELECT ?g ?s ?p ?o WHERE { { ?s ?p ?o } UNION { GRAPH ?g { ?s ?p ?o } } }"
_ORDER = re.compile(r"}\s*(?:#[^\n]*\n\s*)*ORDER\s+BY\b[^}]*\Z", re.IGNORECASE)
#: A graph that updates of the syntax tests drop or clear.
_GRAPH_OF_SYNTAX_TESTS = "graph"


def with_base(case: Case) -> str:
    """The query or update, with its own address as the base of its relative IRIs.

    The protocol has no parameter for it. A BASE of the text's own comes later and goes before.
    """
    assert case.text is not None
    return f"BASE <{case.base}>\n{case.text.read_text(encoding='utf-8')}"


def query_evaluation(case: Case, client: Client) -> Verdict:
    """Ask a query of the data set that the service holds already."""
    assert case.result is not None
    text = with_base(case)
    accept = _ACCEPT[case.result.suffix]
    reply = client.query(text, accept)
    if reply.status != 200:
        return failed(case, reply)
    if reply.media_type not in accept.split(", "):
        return failed(case, f"{reply.media_type} came, {accept} was asked for")
    try:
        match = _fits(case, text, reply)
    except (ValueError, KeyError, IndexError, SyntaxError) as error:
        return failed(case, f"the answer cannot be read: {error!r}")
    if match is Match.NO:
        return failed(case, f"the answer is another one: {reply}")
    return passed(case, match)


def _fits(case: Case, text: str, reply: Reply) -> Match:
    assert case.result is not None
    if reply.media_type == "application/n-triples":
        found = graphs.read_graph(reply.body, reply.media_type, case.base)
        return graphs.compare(graphs.read_file(case.result, case.edition), found)
    if case.result.suffix == ".ttl":
        expected = tables.read_result_set(graphs.read_file(case.result, case.edition))
    else:
        expected = tables.READERS[case.result.suffix](case.result.read_bytes())
        expected = replace(expected, ordered=_ORDER.search(text) is not None)
    return tables.compare(expected, tables.READERS[reply.media_type](reply.body))


def update_evaluation(case: Case, client: Client) -> Verdict:
    """Send an update to a store that holds the case's data; look at all that it holds then."""
    client.prepare(graphs.as_update(case.before, case.edition))
    reply = client.update(with_base(case))
    if not 200 <= reply.status < 300:
        return failed(case, reply)
    try:
        match = _holds(client, case.after, case.edition)
    except (ValueError, KeyError) as error:
        return failed(case, f"the store cannot be read: {error!r}")
    if match is Match.NO:
        return failed(case, "the store holds other triples than expected")
    return passed(case, match)


def _holds(client: Client, expected: DataSet, edition: Edition) -> Match:
    reply = client.query(_EVERYTHING, "application/sparql-results+json")
    if reply.status != 200:
        raise ValueError(reply)
    found = data_set(tables.read_json(reply.body))
    wanted = {"": Graph()}
    for iri, path in [*(("", path) for path in expected.default), *expected.named]:
        for name, graph in graphs.read_data_set(path, edition).items():
            wanted[iri or name] = wanted.get(iri or name, Graph()) + graph
    # Whether an empty graph is there is left to the store (SPARQL 1.1 Update, section 3.2).
    names = {name for pile in (found, wanted) for name, graph in pile.items() if len(graph)}
    matches = [
        graphs.compare(wanted.get(name, Graph()), found.get(name, Graph())) for name in names
    ]
    if Match.NO in matches:
        return Match.NO
    return Match.BY_VALUE if Match.BY_VALUE in matches else Match.EXACT


def data_set(table: Table) -> dict[str, Graph]:
    """The graphs of a data set by name, from rows with ``s``, ``p``, ``o`` and perhaps ``g``."""
    found: dict[str, Graph] = {}
    for row in table.rows:
        name = row["g"].value if "g" in row else ""
        graphs.add(found.setdefault(name, Graph()), [row[part] for part in "spo"])
    return found


def query_syntax(case: Case, client: Client) -> Verdict:
    """See whether a query is taken, or refused as malformed."""
    return _syntax(case, client.query(with_base(case), "*/*"))


def update_syntax(case: Case, client: Client) -> Verdict:
    """See whether an update is taken, or refused as malformed.

    Some drop or clear a graph, which must then be there, and one creates it, which must then be
    away; so an update that fails is tried once more with the graph, and once more without. One
    with LOAD is taken where it is refused for that alone, which it is when it has been parsed.
    """
    reply = client.update(with_base(case))
    graph = case.base.rpartition("/")[0] + "/" + _GRAPH_OF_SYNTAX_TESTS
    for change in ("CREATE", "DROP"):
        if case.positive and not 200 <= reply.status < 300:
            client.prepare(f"{change} SILENT GRAPH <{graph}>")
            reply = client.update(with_base(case))
    if case.positive and reply.status == 403 and _says_load(reply):
        return passed(case)
    return _syntax(case, reply)


def _syntax(case: Case, reply: Reply) -> Verdict:
    if case.positive:
        return passed(case) if 200 <= reply.status < 300 else failed(case, reply)
    if reply.status == 400 and _says_malformed(reply):
        return passed(case)
    return failed(case, f"not refused as malformed: {reply}")


def _says_load(reply: Reply) -> bool:
    """True where the problem is said to be LOAD: 403 alone could be anything."""
    try:
        return "LOAD fetches a document" in str(json.loads(reply.body)["detail"])
    except (ValueError, KeyError):
        return False


def _says_malformed(reply: Reply) -> bool:
    """True where the problem is said to be in the text: 400 alone could be anything."""
    try:
        return bool(str(json.loads(reply.body)["title"]).lower().startswith("malformed"))
    except (ValueError, KeyError):
        return False
