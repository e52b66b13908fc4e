"""What the graph says of the things in an answer: labels, short names, addresses."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from pyoxigraph import NamedNode

from kg.engines.engine import Engine, Query
from kg.engines.gate import GateLimits
from kg.namespaces import CMD, PREFIXES, is_local_name

#: Bytes of names in one query: well within what engines take.
_BATCH = GateLimits().size * 3 // 4
_PROLOGUE = "".join(
    f"PREFIX {prefix}: <{PREFIXES[prefix]}>\n" for prefix in ("cm", "cmd", "rdfs", "skos", "dct")
)


@dataclass(frozen=True, slots=True)
class Thing:
    """What the graph says of a thing in an answer; empty where it says nothing.

    ``notation`` is the short name of a concept; ``address`` and ``kind`` are those of a source.
    """

    label: str = ""
    notation: str = ""
    address: str = ""
    kind: str = ""


_NOTHING = Thing()


def describe(engine: Engine, iris: Collection[str]) -> dict[str, Thing]:
    """Describe things by IRI, labels in English, in as few queries as engines take."""
    found: dict[str, Thing] = {}
    for batch in _batches(sorted(iris)):
        found |= _described(engine, batch)
    return {iri: found.get(iri, _NOTHING) for iri in iris}


def _batches(iris: Collection[str]) -> Iterator[str]:
    batch: list[str] = []
    size = 0
    for iri in iris:
        local = iri.removeprefix(CMD)
        name = f"cmd:{local}" if local != iri and is_local_name(local) else str(NamedNode(iri))
        length = len(name.encode()) + 1
        if size + length > _BATCH:
            yield " ".join(batch)
            batch, size = [], 0
        batch.append(name)
        size += length
    if batch:
        yield " ".join(batch)


#: One branch for each thing that is said: the engine looks each up by itself, and needs not group.
_SAID = " UNION ".join(
    f"{{ {branch} }}"
    for branch in (
        "?thing rdfs:label ?label",
        "?thing skos:prefLabel ?label",
        "?thing dct:title ?label",
        "?thing skos:notation ?notation",
        "?thing cm:sourceUrl ?address",
        "?thing cm:sourceKind ?concept . ?concept skos:notation ?kind",
    )
)


def _described(engine: Engine, names: str) -> dict[str, Thing]:
    query = f"""{_PROLOGUE}
        SELECT ?thing ?label ?notation ?address ?kind WHERE {{
          VALUES ?thing {{ {names} }} {_SAID}
        }}"""
    with engine.query(Query(query)) as answer:
        rows = json.loads(answer.read())["results"]["bindings"]
    said: dict[str, dict[str, str]] = {}
    for row in rows:
        about = said.setdefault(row.pop("thing")["value"], {})
        for name, value in row.items():
            language = value.get("xml:lang", "en").lower()
            if language == "en" or language.startswith("en-"):
                # Of several the first in the alphabet, so that the same graph reads the same.
                about[name] = min(about.get(name, value["value"]), value["value"])
    return {iri: Thing(**about) for iri, about in said.items()}
