"""The questions as RDF, so that whoever asks the data set finds examples of what it can be asked.

Each question is a ``sh:SPARQLExecutable`` with its text, in a named graph of its own. This is how
the SPARQL endpoints of the Swiss Institute of Bioinformatics describe their examples, and what
editors and assistants that know them look for. Where the endpoint is, the data do not know: the
description of a service says it (``schema:target``).

https://github.com/sib-swiss/sparql-examples, https://www.w3.org/TR/shacl/#sparql-prefixes
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, parse

from kg.engines.engine import QueryForm
from kg.engines.gate import query_form
from kg.namespaces import (
    DCT,
    GRAPH_QUESTIONS,
    PREFIXES,
    RDF,
    RDFS,
    SKOS,
    XSD,
)
from kg.quad_file import lines_beginning, write_sorted
from kg.questions.binding import ANY, candidate_iris
from kg.questions.question import Parameter, Question, Theme

#: The IRI of a question is this and its id.
QUESTION = "https://w3id.org/critmat/questions/"
SCHEMA = "https://schema.org/"
LICENCE = "https://creativecommons.org/licenses/by/4.0/"

_SH = PREFIXES["sh"]
_GRAPH = NamedNode(GRAPH_QUESTIONS)
#: All declarations of prefixes; no question is called like this, for ids have no sign ``#``.
_DECLARATIONS = f"{QUESTION}#prefixes"
#: Class and property for each form of query.
_FORMS = {
    QueryForm.SOLUTIONS: ("SPARQLSelectExecutable", "select"),
    QueryForm.BOOLEAN: ("SPARQLAskExecutable", "ask"),
    QueryForm.GRAPH: ("SPARQLConstructExecutable", "construct"),
}
_NAMING = (f"{RDFS}label", f"{SKOS}prefLabel", f"{DCT}title")
_SLOT = re.compile(r"\{(\w+)\}")
_HUMP = re.compile(r"(?<=[a-z])(?=[A-Z])")

Themes = Mapping[Theme, Sequence[Question]]


def write_question_quads(themes: Themes, facts: Iterable[Path], out: Path) -> int:
    """Write the questions as N-Quads, sorted; gives how many quads there are.

    ``facts`` are sorted files of N-Quads, in which the names of default values are looked up. The
    same questions and facts give the same bytes. Raises ``OSError``.
    """
    lines = {f"{quad} .\n" for quad in question_quads(themes, tuple(facts))}
    write_sorted(lines, out)
    return len(lines)


def question_quads(themes: Themes, facts: Sequence[Path] = ()) -> Iterator[Quad]:
    """The statements about the questions and about the graph that holds them."""
    yield _said(GRAPH_QUESTIONS, f"{DCT}title", Literal("The questions of critmat", language="en"))
    yield _said(GRAPH_QUESTIONS, f"{DCT}license", NamedNode(LICENCE))
    for prefix, namespace in PREFIXES.items():
        declaration = f"{QUESTION}#prefix-{prefix}"
        yield _said(_DECLARATIONS, f"{_SH}declare", NamedNode(declaration))
        yield _said(declaration, f"{_SH}prefix", Literal(prefix))
        any_uri = NamedNode(f"{XSD}anyURI")
        yield _said(declaration, f"{_SH}namespace", Literal(namespace, datatype=any_uri))
    for theme, questions in themes.items():
        for question in questions:
            yield from _question(question, theme, facts)


def _question(question: Question, theme: Theme, facts: Sequence[Path]) -> Iterator[Quad]:
    node = QUESTION + question.id
    kind, text_property = _FORMS[query_form(question.query) or QueryForm.SOLUTIONS]
    for name in ("SPARQLExecutable", kind):
        yield _said(node, f"{RDF}type", NamedNode(_SH + name))
    yield _said(node, f"{DCT}identifier", Literal(question.id))
    yield _said(node, f"{RDFS}label", Literal(question.title, language="en"))
    yield _said(node, f"{RDFS}comment", Literal(asked(question, facts), language="en"))
    if question.description:
        yield _said(node, f"{DCT}description", Literal(question.description, language="en"))
    yield _said(node, f"{SCHEMA}keywords", Literal(theme.title, language="en"))
    yield _said(node, f"{_SH}prefixes", NamedNode(_DECLARATIONS))
    yield _said(node, _SH + text_property, Literal(question.query))


def asked(question: Question, facts: Sequence[Path] = ()) -> str:
    """The question with its default values in place, which its text has too."""
    return _SLOT.sub(
        lambda found: (
            " or ".join(_word(question.params[found[1]], value, facts) for value in values)
            if found[1] in question.params and (values := question.params[found[1]].default)
            else found[0]
        ),
        question.question,
    )


def _word(parameter: Parameter, value: str, facts: Sequence[Path]) -> str:
    """A default value as it reads in a sentence."""
    if value in parameter.values:
        return parameter.values[value]
    if value.casefold() == ANY:
        return f"any {parameter.label.lower()}"
    if not parameter.is_thing or value in parameter.special:
        return f"{value} {parameter.unit}".strip()
    for node in candidate_iris(value):
        for path in facts:
            if label := _label(path, node.value):
                return label
    return _HUMP.sub(" ", value.rpartition(":")[2].replace("-", " ")).lower()


def _label(path: Path, iri: str) -> str:
    """The English name of a thing in a file, empty where it has none."""
    for naming in _NAMING:
        for line in lines_beginning(path, f"<{iri}> <{naming}> "):
            [quad] = parse(line, format=RdfFormat.N_QUADS)
            found = quad.object
            if isinstance(found, Literal) and (found.language or "en").startswith("en"):
                return found.value
    return ""


def _said(subject: str, predicate: str, value: NamedNode | Literal) -> Quad:
    return Quad(NamedNode(subject), NamedNode(predicate), value, _GRAPH)
