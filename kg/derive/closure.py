"""Asserted facts and the ontology to inferred triples.

Only the shortcuts that questions use are materialised. A property or class says so itself, with
``cm:materialise true`` (or ``false``); where no property says ``true``, all properties of critmat
that some axiom leads to are taken, and where no class does, all named classes. Nothing is written
that was given already, that says that something is an ``owl:Thing``, or that relates a thing to
itself by a shortcut.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from kg.derive.axioms import RDF_TYPE
from kg.derive.pairs import Numbers, Pairs
from kg.derive.rules import Relation, RelationKind, RuleSet, bodies
from kg.derive.spelling import Term
from kg.derive.terms import Columns, Terms, read_columns
from kg.namespaces import CM, PREFIXES

MATERIALISE = f"<{CM}materialise>"
_TRUE = ('"true"', '"1"')
_BORROWED = tuple(f"<{namespace}" for namespace in PREFIXES.values() if namespace != CM)


@dataclass(frozen=True, slots=True)
class Facts:
    """What was read: relations of numbers, the terms that they stand for, and counts of quads."""

    terms: Terms
    relations: Mapping[Relation, Pairs]
    annotated: Mapping[Term, bool]
    quads: int


class _Everything:
    def __contains__(self, item: object) -> bool:
        return True


def read_facts(files: Iterable[Path], predicates: Iterable[Term] | None = None) -> Facts:
    """Read the triples of some files, whatever their graph; all, or those of some predicates.

    Raises :class:`kg.derive.errors.UnreadableQuadsError`.
    """
    wanted = _Everything() if predicates is None else {*predicates, RDF_TYPE, MATERIALISE}
    terms = Terms()
    columns: dict[Term, Columns] = {}
    quads = sum(read_columns(file, terms, columns, wanted) for file in files)
    marks = columns.pop(MATERIALISE, ([], []))
    annotated = {
        terms[subject]: terms[value].startswith(_TRUE)
        for subject, value in zip(*marks, strict=True)
    }
    return Facts(terms, relations_of(columns, terms), annotated, quads)


def relations_of(columns: Mapping[Term, Columns], terms: Terms) -> dict[Relation, Pairs]:
    """Columns by predicate as relations, those of ``rdf:type`` split up into classes."""
    relations: dict[Relation, Pairs] = {}
    for predicate, (subjects, values) in columns.items():
        if predicate != RDF_TYPE:
            relations[Relation.property(predicate)] = Pairs.of(subjects, values)
            continue
        by_class = Pairs.of(values, subjects)
        classes, starts = np.unique(by_class.first, return_index=True)
        for number, members in zip(
            classes.tolist(), np.split(by_class.second, starts[1:]), strict=True
        ):
            relations[Relation.of_class(terms[number])] = Pairs.diagonal(members)
    return relations


def properties_of(rule_set: RuleSet) -> Iterator[Term]:
    """The properties that rules read or write."""
    for rule in rule_set.rules:
        for relation in (rule.head, *(side.relation for side in bodies(rule))):
            if relation.kind is RelationKind.PROPERTY:
                yield relation.name


def materialised(rule_set: RuleSet, annotated: Mapping[Term, bool]) -> list[Relation]:
    """The relations whose inferred pairs are written, sorted. ``annotated`` holds what terms say
    of themselves with ``cm:materialise``. Properties of vocabularies that critmat borrows from are
    not written unless they say so; those of an expert's own extension are."""
    heads = sorted({rule.head for rule in rule_set.rules})
    chosen: list[Relation] = []
    for kind in (RelationKind.PROPERTY, RelationKind.CLASS):
        of_kind = [head for head in heads if head.kind is kind]
        says = [annotated.get(head.name) for head in of_kind]
        for head, said in zip(of_kind, says, strict=True):
            by_default = True not in says and (
                kind is RelationKind.CLASS
                or (head.name.startswith("<") and not head.name.startswith(_BORROWED))
            )
            if said or (said is None and by_default):
                chosen.append(head)
    return chosen


def lines_of(inferred: Mapping[Relation, Pairs], terms: Terms, graph: str) -> list[str]:
    """Inferred pairs by relation as lines of N-Quads in ``graph``, sorted."""
    subjects: list[Numbers] = []
    predicates: list[Numbers] = []
    values: list[Numbers] = []
    for relation, pairs in inferred.items():
        x, y = pairs.first, pairs.second
        if relation.kind is RelationKind.CLASS:
            predicate, y = terms.number(RDF_TYPE), np.full(len(x), terms.number(relation.name))
        else:
            predicate = terms.number(relation.name)
            x, y = x[x != y], y[x != y]
        subjects.append(x)
        predicates.append(np.full(len(x), predicate, dtype=np.int64))
        values.append(y)
    if not subjects:
        return []
    s, p, o = map(np.concatenate, (subjects, predicates, values))
    ranks = _ranks(terms, np.concatenate((s, p, o)))
    many = int(ranks.max(initial=0)) + 1
    if many < 1 << 21:  # three ranks fit in one number, which sorts three times as fast
        order = np.argsort((ranks[s] * many + ranks[p]) * many + ranks[o])
    else:
        order = np.lexsort((ranks[o], ranks[p], ranks[s]))
    s, p, o = s[order], p[order], o[order]
    # Text is put together once for each subject with its predicate, and once for each object.
    starts = np.flatnonzero(np.diff(s, prepend=-1) | np.diff(p, prepend=-1))
    heads = [
        f"{terms[a]} {terms[b]} "
        for a, b in zip(s[starts].tolist(), p[starts].tolist(), strict=True)
    ]
    ends = {number: f"{terms[number]} <{graph}> .\n" for number in _used(terms, o).tolist()}
    runs = np.repeat(np.arange(len(starts)), np.diff(starts, append=len(s))).tolist()
    return [heads[run] + ends[value] for run, value in zip(runs, o.tolist(), strict=True)]


def _ranks(terms: Terms, used: Numbers) -> Numbers:
    """The place of each used term in the order of spellings, which is the order of the lines."""
    numbers = _used(terms, used)
    texts = [terms[number] for number in numbers.tolist()]
    ranks = np.zeros(len(terms), dtype=np.int64)
    ranks[numbers[sorted(range(len(texts)), key=texts.__getitem__)]] = np.arange(len(numbers))
    return ranks


def _used(terms: Terms, numbers: Numbers) -> Numbers:
    """The different ones of some numbers, sorted."""
    mask = np.zeros(len(terms), dtype=np.bool_)
    mask[numbers] = True
    return np.flatnonzero(mask)
