"""What products are said to hold: every substance that an item of a product names, or an item of
a part that the product is said to have.

A *content* (``cm:Content``) puts together what a query would have to join each time: the product,
the substance, the part and the material that it is in, how good the evidence is, and the releases
that say so. It rests on one item, which names the substance for the product itself, or on two: one
says that the product has a part, the other, which is about all parts of this kind, what they hold.

- What a source says of the item itself goes before what holds of the kind of part: where the item
  names the substance too, there is no content from the kind of part.
- The evidence is that of the item that names the substance.
- Nothing is added from groups or compositions: "rare earths" stays a group, and a magnet a magnet.
- Parts of parts are not followed; ``cm:dependsOnSubstance`` does so.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from kg.derive.records import Records
from kg.derive.spelling import Term, Triple, iri, slug
from kg.namespaces import CMD

#: Properties and classes that the rule reads.
PROPERTIES = (
    "cm:whole",
    "cm:part",
    "cm:materialPart",
    "cm:statesSubstance",
    "cm:evidenceLevel",
    "prov:wasDerivedFrom",
    "dct:isPartOf",
)
CLASSES = ("cm:BomItem", "cm:Product", "cm:Component")


@dataclass(frozen=True, slots=True)
class Contents:
    """Triples of the contents, and how many there are."""

    triples: list[Triple]
    count: int


@dataclass(frozen=True, slots=True)
class _Content:
    """A product and what it holds, by which of its items and by which item that names it."""

    product: Term
    substance: Term
    item: Term
    said: Term
    parts: tuple[Term, ...]

    @property
    def items(self) -> tuple[Term, ...]:
        """The items that it rests on, each once."""
        return (self.item,) if self.item == self.said else (self.item, self.said)

    @property
    def name(self) -> Term:
        """An IRI that says what is held by what, and ends in a digest that names the items too."""
        key = "\n".join((self.product, self.substance, *self.items))
        digest = hashlib.sha1(key.encode(), usedforsecurity=False).hexdigest()[:10]
        return f"<{CMD}content-{slug(self.product)}--{slug(self.substance)}--{digest}>"


def find_contents(records: Records) -> Contents:
    """Put together what each product is said to hold."""
    contents = list(_contents(records))
    return Contents([t for content in contents for t in _triples(records, content)], len(contents))


def _contents(records: Records) -> Iterator[_Content]:
    products = frozenset(records.members("cm:Product"))
    components = frozenset(records.members("cm:Component"))
    items = records.members("cm:BomItem")
    of_kind: dict[Term, list[Term]] = {}
    for item in items:
        for whole in components.intersection(records.all(item, "cm:whole")):
            of_kind.setdefault(whole, []).append(item)
    for item in items:
        parts = tuple(sorted(components.intersection(records.all(item, "cm:part"))))
        own = _substances(records, item)
        for product in sorted(products.intersection(records.all(item, "cm:whole"))):
            for substance in own:
                yield _Content(product, substance, item, item, parts)
            for part in parts:
                for said in of_kind.get(part, ()):
                    for substance in _substances(records, said):
                        if substance not in own:
                            yield _Content(product, substance, item, said, (part,))


def _substances(records: Records, item: Term) -> list[Term]:
    """What an item names: elements and groups, and the material that is a part."""
    names = ("cm:statesSubstance", "cm:materialPart")
    return sorted({value for name in names for value in records.all(item, name)})


def _triples(records: Records, content: _Content) -> Iterator[Triple]:
    """The record of one content."""
    materials = records.all(content.said, "cm:materialPart")
    releases = {release for item in content.items for release in records.releases(item)}
    said: dict[str, Iterable[Term]] = {
        "rdf:type": [iri("cm:Content")],
        "cm:contentOf": [content.product],
        "cm:heldSubstance": [content.substance],
        "cm:throughPart": content.parts,
        "cm:throughMaterial": [one for one in materials if one != content.substance],
        "cm:evidenceLevel": records.all(content.said, "cm:evidenceLevel"),
        "cm:itemOfProduct": [content.item],
        "cm:itemOfSubstance": [content.said],
        "cm:inRelease": sorted(releases),
    }
    for name, values in said.items():
        for value in values:
            yield content.name, iri(name), value
