"""What an axiom concludes from what, as patterns of triples.

An axiom becomes one or more *conclusions*: a head, and a body of triples with variables that must
hold together. A union or several operands on either side give several conclusions.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, count, islice, product

from kg.derive.axioms import (
    RDF_TYPE,
    And,
    Axiom,
    ClassExpression,
    Domain,
    HasValue,
    Named,
    OneOf,
    Only,
    Or,
    Property,
    Some,
    SubClassOf,
    SubPropertyOf,
)
from kg.derive.spelling import Term, Triple

#: Bodies that one conclusion may unfold into; see :func:`unfolded`.
_MOST_BODIES = 200

#: What a variable stands for; variables begin with ``?``.
Binding = Mapping[str, Term]


@dataclass(frozen=True, slots=True)
class Among:
    """A variable or thing that must be one of some."""

    term: Term
    members: tuple[Term, ...]


Condition = Triple | Among


@dataclass(frozen=True, slots=True)
class Conclusion:
    """``head`` holds if all of ``body`` does; terms that begin with ``?`` are variables."""

    head: Triple
    body: tuple[Condition, ...]
    axiom: Axiom


class Conclusions:
    """The conclusions of all axioms, by what they may give."""

    def __init__(self, axioms: Iterable[Axiom]) -> None:
        self._by_key: dict[tuple[Term, Term], list[Conclusion]] = {}
        for axiom in axioms:
            for conclusion in conclusions_of(axiom):
                self._by_key.setdefault(_key(conclusion.head), []).append(conclusion)

    def giving(self, triple: Triple) -> Sequence[Conclusion]:
        """The conclusions whose head may be this triple, which may hold variables."""
        return self._by_key.get(_key(triple), ())


def _key(triple: Triple) -> tuple[Term, Term]:
    """Membership goes by the class, everything else by the property."""
    return (RDF_TYPE, triple[2]) if triple[1] == RDF_TYPE else (triple[1], "")


def conclusions_of(axiom: Axiom) -> Iterator[Conclusion]:
    """Everything that an axiom concludes."""
    names = (f"?v{number}" for number in count())
    x = next(names)
    match axiom:
        case SubClassOf(sub, sup):
            for head, more in _heads(sup, x, names):
                for body in _members(sub, x, names):
                    yield Conclusion(head, (*body, *more), axiom)
        case SubPropertyOf(chain, sup):
            nodes = [x, *islice(names, len(chain))]
            body = tuple(
                _triple(link, start, end)
                for link, start, end in zip(chain, nodes[:-1], nodes[1:], strict=True)
            )
            yield Conclusion(_triple(sup, nodes[0], nodes[-1]), body, axiom)
        case Domain(prop, cls):
            first = _triple(prop, x, next(names))
            for head, more in _heads(cls, x, names):
                yield Conclusion(head, (first, *more), axiom)


def _triple(prop: Property, x: Term, y: Term) -> Triple:
    return (y, prop.iri, x) if prop.inverse else (x, prop.iri, y)


def _members(
    expression: ClassExpression, x: Term, names: Iterator[str]
) -> list[tuple[Condition, ...]]:
    """The ways in which ``x`` can be a member of a class expression on the left side."""
    match expression:
        case Named(iri):
            return [((x, RDF_TYPE, iri),)]
        case HasValue(prop, value):
            return [(_triple(prop, x, value),)]
        case Some(prop, filler):
            y = next(names)
            inner = _members(filler, y, names) if filler is not None else [()]
            return [(_triple(prop, x, y), *rest) for rest in inner]
        case OneOf(members):
            return [(Among(x, members),)]
        case And(operands):
            ways = product(*(_members(operand, x, names) for operand in operands))
            return [tuple(one for part in way for one in part) for way in ways]
        case Or(operands):
            return [way for operand in operands for way in _members(operand, x, names)]
        case Only():
            raise AssertionError(expression)  # the reader of axioms lets none through


def _heads(
    expression: ClassExpression, x: Term, names: Iterator[str]
) -> list[tuple[Triple, tuple[Condition, ...]]]:
    """What follows for a member of a class expression on the right side, and what more it needs."""
    match expression:
        case Named(iri):
            return [((x, RDF_TYPE, iri), ())]
        case HasValue(prop, value):
            return [(_triple(prop, x, value), ())]
        case And(operands):
            return [head for operand in operands for head in _heads(operand, x, names)]
        case Only(prop, filler):
            y = next(names)
            link = _triple(prop, x, y)
            return [(head, (link, *more)) for head, more in _heads(filler, y, names)]
        case _:
            raise AssertionError(expression)  # the reader of axioms lets none through


def matched(pattern: Triple, triple: Triple) -> dict[str, Term] | None:
    """What the variables of a pattern stand for if it is this triple, or nothing if it is not.

    >>> matched(("?a", "<p>", "?a"), ("<x>", "<p>", "<y>")) is None
    True
    >>> matched(("?a", "<p>", "<y>"), ("<x>", "<p>", "<y>"))
    {'?a': '<x>'}
    """
    binding: dict[str, Term] = {}
    for part, term in zip(pattern, triple, strict=True):
        if part.startswith("?"):
            if binding.setdefault(part, term) != term:
                return None
        elif part != term:
            return None
    return binding


def replaced(body: Iterable[Condition], binding: Binding) -> tuple[Condition, ...]:
    """A body with variables replaced by what they stand for, others left as they are."""

    def put(term: Term) -> Term:
        return binding.get(term, term)

    return tuple(
        Among(put(one.term), one.members)
        if isinstance(one, Among)
        else (put(one[0]), put(one[1]), put(one[2]))
        for one in body
    )


def unfolded(
    body: Sequence[Condition], conclusions: Conclusions, depth: int
) -> Iterator[tuple[Condition, ...]]:
    """Bodies in which triples stand for what they may follow from, up to some depth.

    Not all that follows is written: a shortcut from a thing to itself is not, nor is a property
    that only serves others. What is asked of the data must then be asked in other words.
    """
    names = (f"?u{number}" for number in count())

    def ways(one: Condition, depth: int) -> list[tuple[Condition, ...]]:
        found: list[tuple[Condition, ...]] = [(one,)]
        if isinstance(one, Among) or depth == 0:
            return found
        for conclusion in conclusions.giving(one):
            fresh = {
                v: next(names) for v in sorted(variables_of([conclusion.head, *conclusion.body]))
            }
            rest = replaced(conclusion.body, fresh)
            head = [fresh.get(part, part) for part in conclusion.head]
            bound: dict[str, Term] = {}
            same: list[Among] = []
            for part, term in zip(head, one, strict=True):
                if part.startswith("?") and part not in bound:
                    bound[part] = term
                elif (value := bound.get(part, part)) != term:
                    # Two different terms must be one: only a variable can become the other.
                    if not value.startswith("?") and term.startswith("?"):
                        value, term = term, value  # noqa: PLW2901
                    same.append(Among(value, (term,)))
            if any(not s.term.startswith("?") or s.members[0].startswith("?") for s in same):
                continue
            inner = product(*(ways(each, depth - 1) for each in replaced(rest, bound)))
            found.extend((*same, *(c for part in way for c in part)) for way in inner)
        return found

    bodies = product(*(ways(one, depth) for one in body))
    yield from islice((tuple(c for part in way for c in part) for way in bodies), _MOST_BODIES)


def folded(
    body: Sequence[Condition], conclusions: Conclusions
) -> Iterator[tuple[tuple[Condition, ...], tuple[Condition, ...]]]:
    """Bodies in which some triples relate a thing to itself, and what is left to ask of each.

    A shortcut from a thing to itself is never written, though others may rest on it: such a triple
    is not asked for, but looked into.
    """
    loops = [
        one
        for one in body
        if not isinstance(one, Among) and one[1] != RDF_TYPE and conclusions.giving(one)
    ]
    for several in islice(_some_of(loops), _MOST_BODIES):
        binding = _joined(several)
        if binding is not None:
            rest = [one for one in body if one not in several]
            needed = replaced(body, binding)
            yield needed, replaced(rest, binding)


def _some_of(loops: Sequence[Triple]) -> Iterator[tuple[Triple, ...]]:
    for size in range(1, len(loops) + 1):
        yield from combinations(loops, size)


def _joined(loops: Iterable[Triple]) -> dict[str, Term] | None:
    """What variables stand for if both ends of each triple are one; nothing where they differ."""
    binding: dict[str, Term] = {}

    def end(term: Term) -> Term:
        while term in binding:
            term = binding[term]
        return term

    for subject, _, value in loops:
        one, other = end(subject), end(value)
        if one == other:
            continue
        if one.startswith("?"):
            binding[one] = other
        elif other.startswith("?"):
            binding[other] = one
        else:
            return None
    return {variable: end(variable) for variable in binding}


def variables_of(body: Iterable[Condition]) -> set[str]:
    """The variables of a body."""
    return {
        term
        for one in body
        for term in ((one.term,) if isinstance(one, Among) else one)
        if term.startswith("?")
    }
