"""An expert's own shapes, before anything is checked with them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pyoxigraph import Literal, NamedNode

from kg.extension.documents import SH, TYPE, Document
from kg.report import Problem

_QUERIES = frozenset(f"{SH}{name}" for name in ("select", "ask", "construct", "update"))
#: What calls another server or reads files, also where an engine would first decode it.
_CALLS_OUT = re.compile(r"\bservice\b|\bload\b|\bfrom\b|\\u", re.IGNORECASE)
#: Nested repetition, on which Python's regular expressions can run for years.
_REPEATED = re.compile(r"\([^()]*[+*][^()]*\)\s*[+*{]")
_TARGETS = frozenset(
    f"{SH}{name}"
    for name in ("targetClass", "targetNode", "targetSubjectsOf", "targetObjectsOf", "target")
)


def check_shapes(document: Document) -> Iterator[Problem]:
    """Refuse what a shape must not do: call out, run scripts, or repeat without end; and report a
    shape that looks at nothing."""
    targeted = {q.subject for q in document.shapes if q.predicate.value in _TARGETS}
    used = {q.object for q in document.shapes if not _is(q.predicate, TYPE.value)}
    for quad in document.shapes:
        predicate, value = quad.predicate.value, quad.object
        if predicate.startswith(f"{SH}js"):
            yield document.problem(
                "the shape runs JavaScript", "Say it in SHACL or SPARQL.", quad.predicate
            )
        elif (
            predicate in _QUERIES and isinstance(value, Literal) and _CALLS_OUT.search(value.value)
        ):
            yield document.problem(
                "the query of the shape may call another server or read other graphs",
                "Leave out SERVICE, LOAD and FROM.",
                quad.predicate, value,
            )  # fmt: skip
        elif predicate == f"{SH}pattern" and _REPEATED.search(_text(value)):
            yield document.problem(
                f"the pattern {_text(value)[:60]!r} repeats a repetition",
                "Write it without a repetition inside a repetition: it may never end.",
                quad.predicate, value,
            )  # fmt: skip
        elif (
            quad.predicate == TYPE
            and _is(value, f"{SH}NodeShape")
            and quad.subject not in targeted
            and quad.subject not in used
        ):
            yield document.problem(
                "the shape has no target, so it looks at nothing",
                "Add sh:targetClass with a class.",
                quad.subject,
            )


def _is(term: object, iri: str) -> bool:
    return isinstance(term, NamedNode) and term.value == iri


def _text(term: object) -> str:
    return term.value if isinstance(term, Literal) else ""
