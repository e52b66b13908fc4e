"""Why a product is said to hold a substance: the item of the product and the one that names it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from kg.derive.spelling import Term, Triple, iri
from kg.explain.asking import Asker
from kg.explain.record import Record, label, stated_in
from kg.explain.step import Step

#: Properties of a content that it has from its item of the substance, under these names.
_TAKEN_OVER: Mapping[Term, str] = {
    iri("cm:throughMaterial"): "cm:materialPart",
    iri("cm:evidenceLevel"): "cm:evidenceLevel",
}


def steps_to_content(asker: Asker, triple: Triple) -> Sequence[Step]:
    """The step by which a triple of a content was written."""
    content = Record.read(asker, triple[0])
    item, said = (
        Record.read(asker, content.one(name)) for name in ("cm:itemOfProduct", "cm:itemOfSubstance")
    )
    substance = content.one("cm:heldSubstance")
    _, predicate, value = triple
    if predicate == iri("cm:inRelease"):
        premises = stated_in(asker, [item, said], value)
    elif predicate in _TAKEN_OVER:
        premises = _values(said, value, _TAKEN_OVER[predicate])
    else:
        premises = [
            *item.triples("cm:whole"),
            *_values(item, said.one("cm:whole"), "cm:part"),
            *_values(said, substance, "cm:statesSubstance", "cm:materialPart"),
        ]
        if predicate == iri("cm:throughPart"):
            premises = [*_values(item, value, "cm:part"), *premises]
    reason = f"The source of the item names {label(substance)}."
    if said.term != item.term:
        reason = (
            f"The product is said to have a part of the kind {label(said.one('cm:whole'))}, of "
            f"which a source names {label(substance)}."
        )
    return [Step(triple, tuple(dict.fromkeys(premises)), rule="content", reason=reason)]


def _values(record: Record, value: Term, *names: str) -> list[Triple]:
    """The triples by which a record has a value under some names."""
    return [(record.term, iri(name), value) for name in names if value in record.all(name)]
