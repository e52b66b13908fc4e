"""Queries that were seen to end, block or bloat a process that evaluates SPARQL.

Each shape gives the text for a size. The sizes are half of the gate's limit, the limit, and ten
times it.
"""

from __future__ import annotations

from collections.abc import Callable

_NUMBERS = " ".join(map(str, range(100)))
_LONG_KEYS = f"?a ?b ?c . ?d ?e ?f BIND(CONCAT('{'k' * 10_000}', STR(?a), STR(?d)) AS ?k)"

#: They work without end: in the evaluator, along paths, in the planner.
ENDLESS = {
    "cross product": "SELECT (COUNT(*) AS ?n) {"
    + "".join(f" VALUES ?v{i} {{ {_NUMBERS} }}" for i in range(6))
    + " FILTER(?v0 + ?v1 + ?v2 + ?v3 + ?v4 + ?v5 = -1) }",
    "path": "SELECT (COUNT(*) AS ?n) { ?a <x:next>* ?b . ?b <x:next>* ?c . ?c <x:next>* ?a }",
    "path of paths": "SELECT (COUNT(*) AS ?n) { ?a ((<x:next>|^<x:next>)*)* ?b }",
    "planner": "ASK {" + " ".join(f"?a{i} ?b{i} ?a{i + 1} ." for i in range(900)) + "}",
}

#: They ask for memory without end.
BOMBS = {
    "optionals": "ASK {" + "".join(f" OPTIONAL {{ ?a{i} ?b ?a{i + 1} }}" for i in range(300)) + "}",
    "concat": "SELECT (STRLEN(?a28) AS ?l) { BIND('aaaaaaaaaaaaaaaa' AS ?a0)"
    + "".join(f" BIND(CONCAT(?a{i}, ?a{i}) AS ?a{i + 1})" for i in range(28))
    + "}",
    "replace": "SELECT (STRLEN(?a9) AS ?l) { BIND('aaaaaaaaaaaaaaaa' AS ?a0)"
    + "".join(f" BIND(REPLACE(?a{i}, 'a', '{'a' * 16}') AS ?a{i + 1})" for i in range(9))
    + "}",
    "sort": "SELECT * { ?a ?b ?c . ?d ?e ?f } ORDER BY ?c ?f",
    "group": f"SELECT (COUNT(*) AS ?n) {{ SELECT ?k {{ {_LONG_KEYS} }} GROUP BY ?k }}",
    "distinct": f"SELECT (COUNT(*) AS ?n) {{ SELECT DISTINCT ?k {{ {_LONG_KEYS} }} }}",
}

_DEEP, _FLAT = (45, 90, 1_000), (1_000, 1_950, 20_000)
#: They overflow the stack where they are deep or long enough.
SHAPES: dict[str, tuple[Callable[[int], str], tuple[int, int, int]]] = {
    "functions": (lambda n: f"ASK {{ FILTER({'STR(' * n}1{')' * n}) }}", _DEEP),
    "if": (lambda n: f"ASK {{ FILTER({'IF(true,' * n}1{',1)' * n}) }}", _DEEP),
    "exists": (lambda n: f"ASK {{{' FILTER EXISTS {' * n}{'}' * n}}}", _DEEP),
    "braces": (lambda n: f"ASK {{{'{' * n}{'}' * n}}}", _DEEP),
    "selects": (lambda n: f"ASK {{{'{SELECT * {' * (n // 2)}{'}}' * (n // 2)}}}", _DEEP),
    "brackets": (lambda n: f"ASK {{ ?a ?b {'[ ?c ' * n}1{']' * n} }}", _DEEP),
    "lists": (lambda n: f"ASK {{ ?a ?b {'(' * n}1{')' * n} }}", _DEEP),
    "parentheses": (lambda n: f"ASK {{ FILTER({'(' * n}1{')' * n}) }}", _DEEP),
    "stars": (lambda n: f"ASK {{ <x:t1> {'(' * n}<x:no>{')*' * n} ?b }}", _DEEP),
    "triple terms": (lambda n: f"ASK {{ ?a ?b {'<<( ?a ?b ' * (n // 2)}1{' )>>' * (n // 2)} }}",
                     _DEEP),
    "minus": (lambda n: f"ASK {{{' MINUS { ?a ?b 1 }' * (n // 2)}}}", _FLAT),
    "union": (lambda n: f"ASK {{ {{}}{' UNION { <x:a> ?b 1 }' * (n // 2 - 2)} }}", _FLAT),
    "sum": (lambda n: f"ASK {{ FILTER({'1+' * (n - 5)}1) }}", _FLAT),
    "or": (lambda n: f"ASK {{ FILTER({'false||' * (n - 5)}true) }}", _FLAT),
    "not": (lambda n: f"ASK {{ FILTER({'!' * (n - 5)}true) }}", _FLAT),
    "sequence": (lambda n: f"ASK {{ <x:t1> {'<x:no>/' * (n - 5)}<x:no> ?b }}", _FLAT),
    "optional": (lambda n: f"ASK {{{' OPTIONAL { <x:a> ?b 1 }' * (n // 2 - 2)}}}", _FLAT),
    "bind": (lambda n: f"ASK {{{''.join(f' BIND(1 AS ?v{i})' for i in range(n // 2))}}}", _FLAT),
    "patterns": (lambda n: f"ASK {{ {'<x:a> ?b 1 . ' * (n // 2 - 5)} }}", _FLAT),
}  # fmt: skip
