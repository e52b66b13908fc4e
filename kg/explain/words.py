"""Triples and axioms as sentences, with labels."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Mapping

from kg.derive.axioms import RDF_TYPE
from kg.derive.spelling import Term, Triple, lexical
from kg.engines.engine import Engine
from kg.explain.conclusions import Among, Conclusion, Condition, variables_of
from kg.explain.explanation import spelled
from kg.namespaces import CM, GRAPH_CATALOGUE, GRAPH_ONTOLOGY, GRAPH_QUESTIONS, RDF, RDFS, XSD
from kg.questions.description import describe

#: Labels of properties that begin with a verb stand between subject and object as they are.
_VERBS = {
    "amends", "applies", "compares", "contains", "covers", "depends", "follows", "handles", "has",
    "holds", "imposes", "includes", "is", "lists", "makes", "names", "needs", "owns",
    "participates", "prefers", "produces", "restricts", "rests", "says", "stands", "states",
    "suspends", "takes", "uses",
}  # fmt: skip
#: Labels that begin or end with one of these need "is" before them: "located in", "of position".
_PREPOSITIONS = {
    "about", "against", "as", "at", "by", "for", "from", "in", "of", "on", "through", "to", "with",
}  # fmt: skip
_NUMBERS = frozenset(f"<{XSD}{name}>" for name in ("double", "decimal", "integer", "float"))
_PLACEHOLDER = re.compile(r"\{(<[^<>{}\s]+>)\}")
_LETTERS = "XYZWVUTSRQ"
#: Words for properties that are not ours and have no label in the data.
_KNOWN = {
    f"<{RDFS}label>": "label",
    f"<{RDFS}subClassOf>": "is a kind of",
    f"<{RDF}type>": "is a",
    "<http://www.w3.org/ns/prov#wasDerivedFrom>": "is derived from",
    "<http://purl.org/dc/terms/isPartOf>": "is part of",
    "<http://qudt.org/schema/qudt/numericValue>": "value",
    "<http://qudt.org/schema/qudt/unit>": "unit",
    f"<{RDFS}comment>": "note",
}
_GRAPHS = {
    GRAPH_ONTOLOGY: "the ontology of critmat",
    GRAPH_CATALOGUE: "the catalogue of sources",
    GRAPH_QUESTIONS: "the questions of critmat",
}

Name = Callable[[Term], str]


class Names:
    """Labels of terms; where the data have none, prefixed names."""

    def __init__(self, engine: Engine, iris: Iterable[str]) -> None:
        self._labels: Mapping[str, str] = {
            iri: thing.label for iri, thing in describe(engine, set(iris)).items() if thing.label
        }

    def __call__(self, term: Term) -> str:
        if term.startswith("<"):
            label = self._labels.get(term[1:-1]) or _KNOWN.get(term)
            return label or _GRAPHS.get(term[1:-1]) or spelled(term)
        if term.startswith('"'):
            text = lexical(term)
            datatype = term.rpartition("^^")[2]
            return figure(text) if datatype in _NUMBERS else f"“{text}”"
        return term

    def fill(self, text: str) -> str:
        """A sentence with ``{<iri>}`` replaced by labels."""
        return _PLACEHOLDER.sub(lambda match: self(match.group(1)), text)


def figure(text: str) -> str:
    """A number as it reads: thousands apart, at most four digits behind the point.

    >>> figure("270000"), figure("69.23076923"), figure("1e-7"), figure("INF")
    ('270,000', '69.2308', '1e-07', 'INF')
    """
    try:
        value = float(text)
    except ValueError:
        return text
    if not math.isfinite(value):
        return text
    if value == int(value) and abs(value) < 1e15:
        return f"{int(value):,}"
    plain = f"{value:,.4f}".rstrip("0").rstrip(".")
    return plain if plain not in ("0", "-0") else f"{value:.3g}"


def clause(triple: Triple, name: Name) -> str:
    """A triple as a sentence without its full stop.

    >>> labels = {"<d>": "depends on element", "<w>": "stake holder", "<l>": "located in"}
    >>> labels |= {"<i>": "lists", "<p>": "prefers"}
    >>> name = lambda term: labels.get(term, term.strip("<>"))
    >>> clause(("<F-35>", "<d>", "<samarium>"), name)
    'F-35 depends on element samarium'
    >>> clause(("<s>", "<w>", "<o>"), name), clause(("<s>", "<l>", "<o>"), name)
    ('the stake holder of s is o', 's is located in o')
    >>> clause(("<s>", "<i>", "<o>"), name), clause(("<s>", "<p>", "<o>"), name)
    ('s lists o', 's prefers o')
    """
    subject, predicate, value = triple
    if predicate == RDF_TYPE:
        kind = name(value)
        return f"{name(subject)} is {_article(kind)} {kind}"
    label = name(predicate)
    words = label.split()
    if words[:1] and words[0] in _VERBS:
        return f"{name(subject)} {label} {name(value)}"
    if {*words[:1], *words[-1:]} & _PREPOSITIONS:
        return f"{name(subject)} is {label} {name(value)}"
    return f"the {label} of {name(subject)} is {name(value)}"


def sentence(text: str) -> str:
    """A clause with a capital and a full stop.

    >>> sentence("the part of it is a magnet")
    'The part of it is a magnet.'
    >>> sentence("cmd:bom-1 states samarium")
    'cmd:bom-1 states samarium.'
    """
    is_name = ":" in text.partition(" ")[0]
    begun = text if is_name else f"{text[:1].upper()}{text[1:]}"
    return begun if begun.endswith((".", "?", "!")) else f"{begun}."


def _article(noun: str) -> str:
    return "an" if noun[:1].lower() in set("aeiou") and not noun.lower().startswith("eu") else "a"


def conclusion_in_words(conclusion: Conclusion, name: Name) -> str:
    """An axiom, as far as it was used, as a sentence with letters for things.

    "If X has part Y and Y depends on element Z, then X depends on element Z."
    """
    order: dict[Term, str] = {}
    for term in (t for one in [*conclusion.body, conclusion.head] for t in _terms(one)):
        if term in variables_of([*conclusion.body, conclusion.head]) and term not in order:
            order[term] = _LETTERS[len(order)] if len(order) < len(_LETTERS) else f"X{len(order)}"

    def lettered(term: Term) -> str:
        return order.get(term) or name(term)

    conditions = [_condition(one, lettered) for one in conclusion.body]
    return f"If {' and '.join(conditions)}, then {clause(conclusion.head, lettered)}."


def _terms(one: Condition) -> tuple[Term, ...]:
    return (one.term,) if isinstance(one, Among) else (one[0], one[2])


def _condition(one: Condition, name: Name) -> str:
    if isinstance(one, Among):
        return f"{name(one.term)} is one of {', '.join(map(name, one.members))}"
    return clause(one, name)


def iris_in(terms: Iterable[Term]) -> set[str]:
    """The IRIs among terms, those that stand in sentences as ``{<iri>}`` included."""
    found: set[str] = set()
    for term in terms:
        if term.startswith("<"):
            found.add(term[1:-1])
        elif not term.startswith('"'):
            found.update(match[1:-1] for match in _PLACEHOLDER.findall(term))
    return {iri for iri in found if iri != CM}
