"""An explanation: a tree of triples, each with what it rests on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from kg.derive.spelling import Triple
from kg.namespaces import shorten


class Kind(StrEnum):
    """How a triple came to be in the data."""

    ASSERTED = "asserted"
    AXIOM = "axiom"
    RULE = "rule"


#: Where each rule that is no axiom is described.
RULES = {
    "share": "docs/derivation.md#shares",
    "normal-figure": "docs/derivation.md#normal-figures",
    "comparison": "docs/derivation.md#comparisons",
    "coverage": "docs/derivation.md#coverage",
    "listing": "docs/derivation.md#listings",
    "content": "docs/derivation.md#contents",
    "capacity": "docs/derivation.md#capacities-of-facilities",
    "record-count": "docs/derivation.md#records-of-a-release",
    "exposure": "docs/derivation.md#exposures-and-the-preferred-rule",
    "owner": "docs/derivation.md#owners-in-the-end",
    "major-source": "docs/derivation.md#major-sources",
}


@dataclass(frozen=True, slots=True)
class Source:
    """Who says so: the named graph, its title, and for a record the citation and its locator."""

    graph: str
    title: str
    citation: str = ""
    locator: str = ""

    @property
    def words(self) -> str:
        """The source in one phrase."""
        return f"{self.title}, {self.locator}" if self.locator else self.title


@dataclass(frozen=True, slots=True)
class Node:
    """A triple and what it rests on.

    ``text`` is one plain sentence. ``reason`` says of a derived triple by which axiom or
    computation it follows, ``axiom`` spells the axiom out in OWL functional syntax, ``rule`` names
    a rule of :data:`RULES`. ``notes`` say what else a reader should know, such as which figures
    were not preferred. ``sources`` are those of an asserted triple.
    """

    triple: Triple
    kind: Kind
    text: str
    reason: str = ""
    axiom: str = ""
    rule: str = ""
    notes: tuple[str, ...] = ()
    premises: tuple[Node, ...] = ()
    sources: tuple[Source, ...] = ()

    @property
    def name(self) -> str:
        """The triple in prefixed names."""
        return " ".join(spelled(term) for term in self.triple)

    def leaves(self) -> Iterator[Node]:
        """The nodes below that rest on nothing else, or this one."""
        if not self.premises:
            yield self
        for premise in self.premises:
            yield from premise.leaves()

    def as_dict(self) -> dict[str, Any]:
        """The node as JSON values, without what is empty."""
        found: dict[str, Any] = {
            "triple": dict(zip(("subject", "predicate", "object"), self.triple, strict=True)),
            "name": self.name,
            "kind": self.kind.value,
            "text": self.text,
            "reason": self.reason,
            "axiom": self.axiom,
            "rule": {"id": self.rule, "described": RULES[self.rule]} if self.rule else None,
            "notes": list(self.notes),
            "premises": [premise.as_dict() for premise in self.premises],
            "sources": [
                {
                    "graph": source.graph,
                    "title": source.title,
                    "citation": source.citation,
                    "locator": source.locator,
                }
                for source in self.sources
            ],
        }
        return {key: value for key, value in found.items() if value}


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why a triple holds on a snapshot.

    ``cut`` says why the explanation does not go down to asserted facts, and is empty where it
    does. ``written`` is false for a triple that follows but that the data leave out.
    """

    root: Node
    snapshot_id: str
    cut: str = ""
    written: bool = True

    def as_dict(self) -> dict[str, Any]:
        """The explanation as JSON values."""
        return {
            "snapshot": self.snapshot_id,
            "written": self.written,
            "cut": self.cut,
            "explanation": self.root.as_dict(),
        }


def spelled(term: str) -> str:
    """A term as a person writes it: a prefixed name, or a literal with its datatype shortened.

    >>> spelled("<https://w3id.org/critmat/id/f-35>")
    'cmd:f-35'
    >>> spelled('"5"^^<http://www.w3.org/2001/XMLSchema#double>')
    '"5"^^xsd:double'
    """
    if term.startswith("<"):
        return shorten(term[1:-1])
    text, mark, datatype = term.rpartition("^^<")
    if mark and text.endswith('"') and datatype.endswith(">"):
        return f"{text}^^{shorten(datatype[:-1])}"
    return term
