"""What a diagram shows: classes as boxes, in each its narrower classes and its links to others."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from kg.reference.model import Module, Reference, Term, TermKind
from kg.reference.words import Ref, Words, plain

#: The title of the box for properties that are used with several classes, and name none.
FREE = "used with several classes"


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a box: a narrower class, or a property with what it leads to.

    ``iri`` is the term that the line stands for, ``depth`` how far it is indented, ``leads_to``
    the classes that the property ends at.
    """

    iri: str
    text: str
    depth: int = 0
    is_class: bool = False
    leads_to: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Box:
    """A class with its lines. ``above`` are broader classes that have a box elsewhere; ``outside``
    is true for a class of another module, of which only the name is shown."""

    iri: str
    title: str
    rows: tuple[Row, ...] = ()
    above: tuple[Ref, ...] = ()
    outside: bool = False

    @property
    def classes(self) -> tuple[str, ...]:
        """The classes that the box holds."""
        own = (self.iri,) if self.iri else ()
        return (*own, *(row.iri for row in self.rows if row.is_class))


@dataclass(frozen=True, slots=True)
class Picture:
    """The boxes of one diagram."""

    boxes: tuple[Box, ...]


def module_picture(reference: Reference, module: Module) -> Picture:
    """The classes of a module with their links; classes that links lead to stand outside."""
    terms = [reference.terms[iri] for iri in module.terms]
    classes = {term.iri: term for term in terms if term.kind is TermKind.CLASS}
    links = _links_by_class(reference, classes)
    roots = [c for c in _by_label(classes.values()) if not any(p in classes for p in c.parents)]
    boxes: list[Box] = []
    drawn: set[str] = set()
    for root in roots:
        box = _box(reference, root, classes, links, drawn)
        drawn.update(box.classes)
        boxes.append(box)
    shown = {row.iri for box in boxes for row in box.rows}
    free = [t for t in terms if t.kind is TermKind.OBJECT_PROPERTY and t.iri not in shown]
    if free:
        rows = _property_rows(reference, [(t, _iris(t.range)) for t in _by_label(free)], 0)
        boxes.append(Box("", FREE, tuple(rows)))
    outside = {target for box in boxes for row in box.rows for target in row.leads_to} - drawn
    known = [reference.terms[iri] for iri in sorted(outside) if iri in reference.terms]
    ours = [t for t in _by_label(known) if t.kind is TermKind.CLASS]
    boxes.extend(Box(term.iri, term.label, outside=True) for term in ours)
    return Picture(tuple(boxes))


def class_picture(reference: Reference, term: Term) -> Picture:
    """A class with its narrower classes and links, and the classes that link to it."""
    near = {term.iri: term} | {iri: reference.terms[iri] for iri in term.children}
    links = _links_by_class(reference, near)
    box = _box(reference, term, near, links, set())
    targets = {target for row in box.rows for target in row.leads_to if target not in box.classes}
    incoming: dict[str, list[Row]] = {}
    for prop in reference.terms.values():
        if prop.kind is TermKind.OBJECT_PROPERTY and term.iri in _iris(prop.range):
            for source in _iris(prop.domain):
                if source not in box.classes:
                    row = Row(prop.iri, f"{prop.label} → {term.label}", leads_to=(term.iri,))
                    incoming.setdefault(source, []).append(row)
    known = reference.terms
    sources = [
        Box(t.iri, t.label, tuple(incoming[t.iri]), outside=True)
        for t in _by_label(known[iri] for iri in incoming if iri in known)
    ]
    ends = [
        Box(t.iri, t.label, outside=True)
        for t in _by_label(known[iri] for iri in targets if iri in known and iri not in incoming)
    ]
    return Picture((box, *sources, *ends))


def _links_by_class(
    reference: Reference, classes: Iterable[str]
) -> dict[str, list[tuple[Term, tuple[str, ...]]]]:
    """The object properties that begin at each class, with the classes that they lead to."""
    wanted = set(classes)
    found: dict[str, list[tuple[Term, tuple[str, ...]]]] = {}
    for prop in _by_label(reference.terms.values()):
        if prop.kind is TermKind.OBJECT_PROPERTY:
            for source in _iris(prop.domain):
                if source in wanted:
                    found.setdefault(source, []).append((prop, _iris(prop.range)))
    return found


def _box(
    reference: Reference,
    root: Term,
    classes: dict[str, Term],
    links: dict[str, list[tuple[Term, tuple[str, ...]]]],
    drawn: set[str],
) -> Box:
    rows = _property_rows(reference, links.get(root.iri, ()), 0)
    seen = {root.iri, *drawn}

    def below(term: Term, depth: int) -> None:
        for child in _by_label(classes[iri] for iri in term.children if iri in classes):
            if child.iri not in seen:
                seen.add(child.iri)
                rows.append(Row(child.iri, child.label, depth, is_class=True))
                rows.extend(_property_rows(reference, links.get(child.iri, ()), depth + 1))
                below(child, depth + 1)

    below(root, 0)
    above = tuple(
        reference.terms[iri].ref if iri in reference.terms else Ref(iri, reference.label(iri))
        for iri in root.parents
    )
    return Box(root.iri, root.label, tuple(rows), above)


def _property_rows(
    reference: Reference, links: Sequence[tuple[Term, tuple[str, ...]]], depth: int
) -> list[Row]:
    rows = []
    for prop, targets in links:
        known = tuple(t for t in targets if t in reference.terms)
        text = f"{prop.label} → {plain(prop.range)}" if prop.range else prop.label
        rows.append(Row(prop.iri, text, depth, leads_to=known))
    return rows


def _iris(words: Words) -> tuple[str, ...]:
    return tuple(piece.iri for piece in words if isinstance(piece, Ref))


def _by_label(terms: Iterable[Term]) -> list[Term]:
    return sorted(terms, key=lambda term: (term.label.casefold(), term.iri))
