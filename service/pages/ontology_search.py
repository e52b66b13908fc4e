"""Finding terms by words, without an index: there are some hundreds."""

from __future__ import annotations

from dataclasses import dataclass

from kg.reference import Reference, Term, TermKind

_KINDS = list(TermKind)
#: Terms shown of one search.
MOST = 100


@dataclass(frozen=True, slots=True)
class Hit:
    """A term that fits and why: the text besides its label that has the words."""

    term: Term
    why: str
    rank: int


def find(reference: Reference, words: str) -> list[Hit]:
    """The terms that have every word in their label, name, code, other labels or definition.

    The exact label first, then names, labels that begin so, labels, codes, other languages and
    definitions; classes before properties and codes.
    """
    wanted = words.casefold().split()
    phrase = " ".join(wanted)
    hits = [hit for term in reference.terms.values() if (hit := _hit(term, wanted, phrase))]
    hits.sort(key=_place)
    return hits[:MOST]


def _place(hit: Hit) -> tuple[int, int, str, str]:
    return hit.rank, _KINDS.index(hit.term.kind), hit.term.label.casefold(), hit.term.iri


def _hit(term: Term, wanted: list[str], phrase: str) -> Hit | None:
    label, name, local = term.label.casefold(), term.name.casefold(), term.local.casefold()
    others = (*term.alternatives, *(text for _, text in term.translations))
    other = next((text for text in others if _has(text.casefold(), wanted)), "")
    whole = " ".join((label, term.definition, *term.notes, *term.examples)).casefold()
    fits = (
        (phrase in (label, name), ""),
        (phrase in (local, term.notation.casefold()), term.name),
        (label.startswith(phrase), ""),
        (_has(label, wanted), ""),
        (_has(f"{name} {term.notation.casefold()}", wanted), term.name),
        (bool(other), other),
        (_has(whole, wanted), ""),
    )
    return next((Hit(term, why, rank) for rank, (fit, why) in enumerate(fits) if fit), None)


def _has(text: str, wanted: list[str]) -> bool:
    return all(word in text for word in wanted)
