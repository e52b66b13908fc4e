"""What to offer for a parameter: the things worth choosing, with what each can be found by."""

from __future__ import annotations

import heapq
import json
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from kg.engines.engine import Engine, Query
from kg.namespaces import CM, CMD, expand, is_local_name, sparql_prologue
from kg.questions.binding import TODAY, Term
from kg.questions.question import Parameter, ParameterType

_NOTHING: Mapping[str, Sequence[Term]] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Option:
    """A value that a parameter may take: ``value`` as a user writes it, ``label`` to read.

    ``iri`` is empty for what is no thing. ``count`` says how often the pattern of the parameter
    holds for the thing; ``None`` where it has none.
    """

    value: str
    label: str
    iri: str
    count: int | None = None


#: An option and the names that it is found by.
_Entry = tuple[Option, Sequence[str]]


@dataclass(frozen=True, slots=True)
class Offer:
    """All options of a parameter in order, and the names that each is found by, folded."""

    options: tuple[Option, ...]
    names: tuple[tuple[str, ...], ...]
    #: The names of each in one text, for a quick look.
    texts: tuple[str, ...]

    def search(self, text: str, limit: int | None = None) -> tuple[Option, ...]:
        """The options with all words of ``text`` in their names, whatever case and accents.

        First those that are called so, then those whose label begins with it, then those with
        another name that does, then those with a word that does.
        """
        wanted = folded(text)
        if not wanted:
            return self.options[:limit]
        longest = max(wanted.split(), key=len)
        ranked = (
            (rank, i)
            for i, text in enumerate(self.texts)
            if longest in text and (rank := _rank(self.names[i], wanted)) is not None
        )
        best = sorted(ranked) if limit is None else heapq.nsmallest(limit, ranked)
        return tuple(self.options[i] for _, i in best)


def options(
    engine: Engine,
    parameter: Parameter,
    given: Mapping[str, Sequence[Term]] = _NOTHING,
    search: str = "",
    limit: int | None = None,
) -> tuple[Option, ...]:
    """The options of a parameter, by its own order and label, or by how well they fit ``search``.

    ``given`` are the terms of the parameters that it depends on; those left out, and ``None``
    among the terms, narrow nothing. Who asks often keeps what :func:`offered` gives.
    """
    return offered(engine, parameter, given).search(search, limit)


def offered(
    engine: Engine, parameter: Parameter, given: Mapping[str, Sequence[Term]] = _NOTHING
) -> Offer:
    """Everything that a parameter offers; see :func:`options`."""
    special: list[_Entry] = [
        (Option(word, word, expand(curie)), (word,)) for word, curie in parameter.special.items()
    ]
    if parameter.is_thing:
        return _offer([*special, *_things(engine, parameter, given)])
    fixed: list[_Entry] = []
    match parameter.type:
        case ParameterType.ENUM:
            words = parameter.values.items()
            fixed = [(Option(word, label, ""), (label, word)) for word, label in words]
        case ParameterType.BOOLEAN:
            fixed = [(Option("true", "yes", ""), ("yes", "true"))]
            fixed.append((Option("false", "no", ""), ("no", "false")))
        case ParameterType.DATE:
            fixed = [(Option(TODAY, TODAY, ""), (TODAY,))]
    return _offer([*special, *fixed])


def folded(text: str) -> str:
    """A text without case, accents and dashes, for comparing.

    >>> folded(" Puławy  São-Tomé ")
    'pulawy sao tome'
    """
    apart = unicodedata.normalize("NFKD", text.casefold().replace("ł", "l").replace("ø", "o"))
    bare = (
        "".join(c for c in apart if not unicodedata.combining(c)) if not apart.isascii() else apart
    )
    return " ".join(bare.replace("-", " ").replace("_", " ").split())


def _offer(found: Iterable[_Entry]) -> Offer:
    entries = list(found)
    names = tuple(tuple(dict.fromkeys(map(folded, found_by))) for _, found_by in entries)
    return Offer(tuple(option for option, _ in entries), names, tuple(map("\n".join, names)))


def _rank(names: Sequence[str], wanted: str) -> int | None:
    """How well names fit: the smaller the better, ``None`` for not at all."""
    if wanted in names:
        return 0
    for i, name in enumerate(names):
        if name.startswith(wanted):
            return min(i, 1) + 1
    words = wanted.split()
    rank = None
    for name in names:
        if all(word in name for word in words):
            parts = f" {name}"
            if all(f" {word}" in parts for word in words):
                return 3
            rank = 4
    return rank


@dataclass(slots=True)
class _Names:
    """What the graph calls one thing."""

    label: str = ""
    language: str | None = None
    notation: str = ""
    order: float = float("inf")
    count: int | None = None
    others: tuple[str, ...] = ()


#: What a thing is called and where it stands: a branch for each, so that each is looked up.
_NAMES = " UNION ".join(
    f"{{ {branch} }}"
    for branch in (
        "?value rdfs:label ?label",
        "?value skos:prefLabel ?label",
        "?value skos:altLabel ?other",
        "?value skos:notation ?notation ; skos:inScheme ?scheme",
        "?value skos:notation ?other",
        "?value cm:iso2 ?other",
        "?value cm:order ?order",
    )
)


def _things(
    engine: Engine, parameter: Parameter, given: Mapping[str, Sequence[Term]]
) -> list[_Entry]:
    """The things that a parameter may name, with all their names, in order."""
    pattern = _pattern(parameter, given)
    if parameter.among:
        within = f"SELECT ?value (COUNT(*) AS ?count) WHERE {{ {pattern} }} GROUP BY ?value"
    else:
        within = f"SELECT ?value WHERE {{ {pattern} }}"
    names: dict[str, _Names] = {}
    for row in _rows(
        engine,
        f"SELECT ?value ?count ?label ?notation ?other ?order WHERE {{ {{ {within} }} "
        f"?value a {parameter.of} . {_NAMES} }}",
    ):
        if row["value"]["type"] == "uri":
            _note(names.setdefault(row["value"]["value"], _Names()), row)
    words = Counter(known.notation for known in names.values())
    locals_ = {_word(iri) for iri in names}
    entries = []
    for iri, known in names.items():
        word = _word(iri)
        is_clear = known.notation and words[known.notation] == 1 and known.notation not in locals_
        label = known.label or word
        option = Option(known.notation if is_clear else word, label, iri, known.count)
        entries.append((known.order, label.casefold(), iri, option, (label, word, *known.others)))
    entries.sort(key=lambda entry: entry[:3])
    return [(option, found_by) for *_, option, found_by in entries]


def _pattern(parameter: Parameter, given: Mapping[str, Sequence[Term]]) -> str:
    """The pattern that ``?value`` must fit, with the values of the parameters in it."""
    blocks = [
        f"VALUES ?{name} {{ {' '.join(str(term) for term in given[name])} }}"
        for name in parameter.depends
        if given.get(name) and None not in given[name]
    ]
    return " ".join([*blocks, parameter.among or f"?value a {parameter.of}"])


def _rows(engine: Engine, query: str) -> list[dict[str, dict[str, str]]]:
    with engine.query(Query(sparql_prologue() + query)) as answer:
        found: list[dict[str, dict[str, str]]] = json.loads(answer.read())["results"]["bindings"]
    return found


def _note(known: _Names, row: Mapping[str, Mapping[str, str]]) -> None:
    """Keep one name of a thing; as label the English one is best, then one of no language."""
    if "label" in row:
        text, language = row["label"]["value"], row["label"].get("xml:lang", "")
        if _foreign(language) < (2 if known.language is None else _foreign(known.language)):
            text, known.label, known.language = known.label, text, language
        if text:
            known.others += (text,)
    for name in ("other", "notation"):
        if name in row:
            known.others += (row[name]["value"],)
    if "notation" in row:
        known.notation = known.notation or row["notation"]["value"]
    if "count" in row:
        known.count = int(row["count"]["value"])
    if "order" in row:
        known.order = float(row["order"]["value"])


def _foreign(language: str) -> int:
    return 0 if language == "en" or language.startswith("en-") else 2 if language else 1


def _word(iri: str) -> str:
    """The local name of an IRI of ours, which is what a user would type."""
    for namespace in (CMD, CM):
        local = iri.removeprefix(namespace)
        if local != iri and is_local_name(local):
            return local
    return iri
