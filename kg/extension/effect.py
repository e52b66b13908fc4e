"""What an extension changes: the triples that it states, and those that follow or no longer do."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from kg.extension.baseline import Baseline, split, statements
from kg.namespaces import (
    GRAPH_DERIVED_EXPOSURE,
    GRAPH_DERIVED_MAJOR_SOURCES,
    GRAPH_DERIVED_SHARES,
    OWL,
    QUDT,
    RDF,
    shorten,
)

#: Names that are listed of a kind; the rest is counted.
LISTED = 8

_TYPE = f"<{RDF}type>"
_NUMBER = f"<{QUDT}numericValue>"
_FIGURES = {
    f"<{GRAPH_DERIVED_SHARES}>": "shares",
    f"<{GRAPH_DERIVED_EXPOSURE}>": "exposures",
}


@dataclass(frozen=True, slots=True)
class Figure:
    """A share or exposure that comes, changes or goes; percent, ``None`` where there is none."""

    record: str
    kind: str
    before: str | None
    after: str | None

    def __str__(self) -> str:
        if self.before == self.after:
            return f"{self.record}: its evidence changes"
        return f"{self.record}: {self.before or 'none'} -> {self.after or 'none'}"


@dataclass(frozen=True, slots=True)
class Effect:
    """The difference between what is shipped and both together.

    ``stated`` counts the new things and records by class, ``members`` names the members that
    classes get by derivation, and ``lost`` those that they no longer have; ``links`` and
    ``unlinks`` count the derived triples of each property. Names are prefixed names.
    """

    triples: int
    stated: Mapping[str, int]
    terms: tuple[str, ...]
    derived: int
    withdrawn: int
    members: Mapping[str, tuple[str, ...]]
    lost: Mapping[str, tuple[str, ...]]
    links: Mapping[str, int]
    unlinks: Mapping[str, int]
    figures: tuple[Figure, ...]

    def lines(self) -> Iterator[str]:
        """The effect in words, one line each."""
        yield f"It states {self.triples:,} triples."
        if self.stated:
            yield "New things and records: " + _counted(self.stated)
        if self.terms:
            yield f"New terms: {_listed(self.terms)}"
        yield (
            f"From it and what is shipped, {self.derived:,} triples more are derived"
            + (f", and {self.withdrawn:,} no longer." if self.withdrawn else ".")
        )
        for name, members in self.members.items():
            yield f"  new in {name}: {_listed(members)}"
        for name, members in self.lost.items():
            yield f"  no longer in {name}: {_listed(members)}"
        if self.links:
            yield f"  new links: {_counted(self.links)}"
        if self.unlinks:
            yield f"  links that go: {_counted(self.unlinks)}"
        for kind in _FIGURES.values():
            figures = [figure for figure in self.figures if figure.kind == kind]
            if figures:
                yield f"  {kind} that come, change or go: {_listed(list(map(str, figures)))}"

    def as_dict(self) -> dict[str, Any]:
        """The effect as JSON values."""
        return asdict(self)


def _counted(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{n:,} {name}" for name, n in counts.items())


def _listed(names: list[str] | tuple[str, ...]) -> str:
    more = f" and {len(names) - LISTED:,} more" if len(names) > LISTED else ""
    return f"{', '.join(names[:LISTED])}{more}"


def find_effect(baseline: Baseline, facts: Path, schema: Path, before: Path, after: Path) -> Effect:
    """Compare what was derived without and with the extension.

    ``facts`` and ``schema`` are its own quads, ``before`` and ``after`` what is derived from the
    shipped quads and from both.
    """
    stated: dict[str, set[str]] = defaultdict(set)
    triples = 0
    for path in (facts, schema):
        for subject, predicate, value, _ in statements(path):
            triples += 1
            if path == facts and predicate == _TYPE and subject[1:-1] not in baseline.things:
                stated[_name(value)].add(subject)
    terms = sorted(
        {
            _name(subject)
            for subject, predicate, value, _ in statements(schema)
            if subject.startswith("<")
            and predicate == _TYPE
            and value != f"<{OWL}Ontology>"
            and subject[1:-1] not in baseline.terms
        }
    )
    old, new = (set(path.read_text(encoding="utf-8").splitlines(keepends=True))
                for path in (before, after))  # fmt: skip
    come = [split(line) for line in sorted(new - old)]
    gone = [split(line) for line in sorted(old - new)]
    members, links = _by_term(come)
    lost, unlinks = _by_term(gone)
    return Effect(
        triples=triples,
        stated={name: len(stated[name]) for name in sorted(stated)},
        terms=tuple(terms),
        derived=len(come),
        withdrawn=len(gone),
        members=members,
        lost=lost,
        links=links,
        unlinks=unlinks,
        figures=tuple(_figures(come, gone)),
    )


_Statement = tuple[str, str, str, str]


def _by_term(found: list[_Statement]) -> tuple[dict[str, tuple[str, ...]], dict[str, int]]:
    """New members by class and links by property; records of shares and exposures left out."""
    members: dict[str, list[str]] = defaultdict(list)
    links: Counter[str] = Counter()
    for subject, predicate, value, graph in found:
        if graph in _FIGURES or subject.startswith(f"<{GRAPH_DERIVED_MAJOR_SOURCES}"):
            continue
        if predicate == _TYPE:
            members[_name(value)].append(_name(subject))
        else:
            links[_name(predicate)] += 1
    return (
        {name: tuple(members[name]) for name in sorted(members)},
        {name: links[name] for name in sorted(links)},
    )


def _figures(come: list[_Statement], gone: list[_Statement]) -> Iterator[Figure]:
    records: dict[tuple[str, str], list[str | None]] = {}
    for at, found in enumerate((gone, come)):
        for subject, predicate, value, graph in found:
            if graph in _FIGURES:
                values = records.setdefault((_FIGURES[graph], subject), [None, None])
                if predicate == _NUMBER:
                    values[at] = value.split('"')[1]
    for (kind, subject), (before, after) in sorted(records.items()):
        yield Figure(_name(subject), kind, before, after)


def _name(term: str) -> str:
    return shorten(term[1:-1]) if term.startswith("<") else term
