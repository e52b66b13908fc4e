"""Tools for what no question asks: finding a thing, looking at it, and SPARQL."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from typing import Any

from pyoxigraph import Literal, NamedNode

from kg.engines.engine import AnswerFormats, Lane, Query, QueryError, QueryForm
from kg.errors import NotFoundError, UsageError
from kg.namespaces import PREFIXES, expand, shorten, sparql_prologue
from kg.questions.binding import candidate_iris
from kg.questions.things import solutions
from kg.sparql import TokenKind, tokens
from service.mcp.limits import Limits, fitting
from service.mcp.tool import Call, Schema, Tool, rows_schema
from service.pages.thing_facts import Facts, Property, Value, known, read_facts

#: Things that a search looks at before it puts the likeliest first.
_MOST_FOUND = 2_000
_FORMATS = AnswerFormats(graph="application/n-triples")
#: Characters of a query that is looked through for prefixes; the gate refuses longer ones.
_SCANNED = 256 * 1024
_LINE = re.compile(r"^Line ([0-9]+)")


def find(limits: Limits) -> Tool:
    """The tool that finds things by their names."""

    def run(call: Call) -> Schema:
        text, of = call.text("text", needed=True), call.text("type")
        size = call.rows()
        words = [Literal(word) for word in text.casefold().split()[:10]]
        if not words:
            raise UsageError("text: a word is needed.", remedy="Give some of the name.")
        fits = " && ".join(f"CONTAINS(LCASE(STR(?name)), {word})" for word in words)
        kind = f"?thing a {_class(of)} ." if of else ""
        rows = solutions(
            call.engine,
            f"""{sparql_prologue()}
            SELECT ?thing (MIN(?rank) AS ?best) (SAMPLE(?name) AS ?found) WHERE {{
              {kind}
              ?thing rdfs:label|skos:prefLabel|skos:altLabel|skos:notation|dct:title ?name .
              FILTER({fits})
              BIND(STRLEN(STR(?name)) AS ?rank)
            }} GROUP BY ?thing ORDER BY ?best ?thing LIMIT {_MOST_FOUND}""",
        )
        rows = [row for row in rows if "thing" in row]
        shown = rows[:size]
        told = _things(call, [row["thing"] for row in shown])
        return {
            "found": [{**told[row["thing"]], "name": row["found"]} for row in shown],
            "total": len(rows),
            "more": _more_found(len(rows), size),
        }

    return Tool(
        name="find",
        title="Find a thing",
        description="Find elements, materials, products, facilities, companies, laws, sources and "
        "all else in the graph by words of its name, the closest first; with id, label and types. "
        "Names and codes in any language count.",
        properties={
            "text": {"type": "string", "description": "Words of the name, or a code."},
            "type": {
                "type": "string",
                "description": "Only things of this class, such as cm:Facility or Element.",
            },
            "rows": rows_schema(limits),
        },
        required=("text",),
        run=run,
    )


def _more_found(total: int, size: int) -> str:
    if total <= size:
        return ""
    return f"{total - size:,} more. Ask for more rows, give more words, or a type."


def _class(text: str) -> NamedNode:
    try:
        if ":" not in text:
            return NamedNode(expand(f"cm:{text.strip()}"))
        iris = candidate_iris(text)
        return iris[0]
    except (ValueError, KeyError, IndexError):
        raise UsageError(
            f"type: {text[:100]!r} is no class.", remedy="Give one such as cm:Facility."
        ) from None


def _things(call: Call, iris: Iterable[str]) -> dict[str, Schema]:
    """Id, IRI, label and stated classes of things, most exact classes first."""
    nodes = list(dict.fromkeys(iris))
    told: dict[str, Schema] = {
        iri: {"id": shorten(iri), "iri": iri, "label": "", "types": []} for iri in nodes
    }
    if not nodes:
        return told
    values = " ".join(str(NamedNode(iri)) for iri in nodes)
    for row in solutions(
        call.engine,
        f"""{sparql_prologue()}
        SELECT DISTINCT ?thing ?label ?type WHERE {{
          VALUES ?thing {{ {values} }}
          OPTIONAL {{ ?thing rdfs:label|skos:prefLabel|dct:title ?label
                      FILTER(LANGMATCHES(LANG(?label), "en") || LANG(?label) = "") }}
          OPTIONAL {{ GRAPH ?graph {{ ?thing a ?type }}
                      FILTER(!STRSTARTS(STR(?graph), STR(graph:derived))) }}
        }} ORDER BY ?thing ?label ?type""",
    ):
        thing = told[row["thing"]]
        thing["label"] = thing["label"] or row.get("label", "")
        kind = shorten(row["type"]) if "type" in row else ""
        if kind and kind not in thing["types"] and not kind.startswith("owl:"):
            thing["types"].append(kind)
    for thing in told.values():
        thing["label"] = thing["label"] or thing["id"]
    return told


def look_up() -> Tool:
    """The tool that tells what is known of a thing."""

    def run(call: Call) -> Schema:
        name = call.text("thing", needed=True)
        for node in candidate_iris(name):
            if known(call.engine, node.value):
                return _facts(call, read_facts(call.engine, node.value))
        raise NotFoundError(
            f"There is no thing {name[:200]!r} in the data.",
            remedy="Ask find for the id of a thing by words of its name.",
        )

    return Tool(
        name="look_up",
        title="Look a thing up",
        description="What the graph says of a thing: each property with its values, the sources "
        "that state it, and whether it is inferred; and which things refer to it. Of many values "
        "the first are given, with their number.",
        properties={
            "thing": {
                "type": "string",
                "description": "Id such as cmd:neodymium, local name or IRI; see find.",
            }
        },
        required=("thing",),
        run=run,
    )


def _facts(call: Call, facts: Facts) -> Schema:
    said = [_property(one) for one in facts.said]
    references = [_property(one) for one in facts.references]
    sizes = [len(json.dumps(one, ensure_ascii=False).encode()) for one in (*said, *references)]
    kept = fitting([*said, *references], sizes, call.limits.max_result_kib * 1024)
    graphs = {g for p in (*facts.said, *facts.references) for v in p.values for g in v.graphs}
    titles = _things(call, sorted(graphs))
    return {
        "id": shorten(facts.iri),
        "iri": facts.iri,
        "label": facts.label,
        "description": facts.description,
        "types": [shorten(one.iri) for one in facts.types],
        "snapshot": call.engine.snapshot_id,
        "facts": said[:kept],
        "referred_to_by": references[: max(0, kept - len(said))],
        "sources": [{"id": told["id"], "title": told["label"]} for told in titles.values()],
        "more": ""
        if kept == len(said) + len(references)
        else "Not all properties fit; ask sparql for the others.",
    }


def _property(one: Property) -> Schema:
    return {
        "property": shorten(one.iri),
        "label": one.label,
        "total": one.total,
        "values": [_value(value) for value in one.values],
    }


def _value(value: Value) -> Schema:
    told: Schema = {"id": shorten(value.iri), "label": value.text} if value.iri else {}
    if not value.iri:
        told = {
            "value": value.text,
            "datatype": shorten(value.datatype),
            "language": value.language,
        }
    told["sources"] = [shorten(graph) for graph in value.graphs]
    told = {key: item for key, item in told.items() if item}
    return {**told, "inferred": value.inferred}


def sparql(limits: Limits) -> Tool:
    """The tool that takes SPARQL queries."""

    def run(call: Call) -> Schema:
        text = call.text("query", needed=True)
        size = call.rows()
        form, content = _asked(call, text)
        given: Schema = {"snapshot": call.engine.snapshot_id}
        if form is QueryForm.GRAPH:
            lines = content.decode().splitlines()
            kept = _fitting(lines[:size], call.limits)
            return given | {"triples": lines[:kept], "total": len(lines), **_rest(kept, len(lines))}
        found = json.loads(content)
        if "boolean" in found:
            return given | {"boolean": bool(found["boolean"])}
        rows = found["results"]["bindings"]
        kept = _fitting(rows[:size], call.limits)
        return given | {
            "variables": found["head"].get("vars", []),
            "rows": rows[:kept],
            "total": len(rows),
            **_rest(kept, len(rows)),
        }

    return Tool(
        name="sparql",
        title="Ask in SPARQL",
        description="Run a SPARQL 1.1 query (SELECT, ASK, CONSTRUCT or DESCRIBE) over the graph; "
        "nothing can be changed. The prefixes of the data (cm:, cmd:, graph:, skos:, dct:, prov:, "
        "qudt: and others) need no declaration. Every source is a named graph; the default graph "
        "holds them all. Terms come as SPARQL JSON has them, triples as N-Triples.",
        properties={
            "query": {"type": "string", "description": "The query."},
            "rows": rows_schema(limits),
        },
        required=("query",),
        run=run,
    )


def prologue_for(text: str) -> str:
    """Declarations, in one line, of the prefixes of ours that a query uses without declaring them.

    >>> prologue_for("SELECT * { cmd:neodymium skos:notation ?symbol }").split()[1::3]
    ['cmd:', 'skos:']
    """
    used: dict[str, None] = {}
    declared: set[str] = set()
    word = ""
    for token in tokens(text):
        if token.kind is TokenKind.PREFIXED_NAME:
            prefix = token.text.partition(":")[0]
            if word == "PREFIX":
                declared.add(prefix)
            else:
                used[prefix] = None
        word = token.text.upper() if token.kind is TokenKind.WORD else ""
    missing = [prefix for prefix in used if prefix in PREFIXES and prefix not in declared]
    return " ".join(f"PREFIX {prefix}: <{PREFIXES[prefix]}>" for prefix in missing)


def _asked(call: Call, text: str) -> tuple[QueryForm, bytes]:
    """The answer of a query of the model's own; places in errors are those of its text."""
    prologue = prologue_for(text) if len(text) <= _SCANNED else ""
    whole = f"{prologue}\n{text}" if prologue else text
    try:
        with call.engine.query(
            Query(whole, formats=_FORMATS, lane=Lane.OPEN, client="mcp")
        ) as answer:
            return answer.form, answer.read()
    except QueryError as error:
        if prologue:
            error.message = _LINE.sub(lambda found: f"Line {int(found[1]) - 1}", error.message)
        raise


def _fitting(items: list[Any], limits: Limits) -> int:
    sizes = [len(json.dumps(item, ensure_ascii=False).encode()) for item in items]
    return fitting(items, sizes, limits.max_result_kib * 1024)


def _rest(given: int, total: int) -> Schema:
    if given >= total:
        return {"more": ""}
    how = "Ask for more rows, or page with ORDER BY, LIMIT and OFFSET."
    return {"more": f"{total - given:,} more. {how}"}
