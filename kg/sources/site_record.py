"""Records of mines, plants and deposits: what every importer of sites shares.

A record is what one source says of one site. The words that sources use for what a site has or
makes are in the one table ``site_substances.csv``: a word that stands there without a substance
is out of scope (salt, cement, fuels), a word that does not stand there is reported.
"""

from __future__ import annotations

import csv
import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from functools import cache
from pathlib import Path

from kg.shipped import facts_dir
from kg.sources.fact_tables import FactRow
from kg.sources.official_file import fold

_WORDS = Path(__file__).with_name("site_substances.csv")
#: Kinds of sites at which something lies in the ground; all others are plants.
IN_THE_GROUND = frozenset({"deposit", "prospect", "mine"})
#: States in which a plant does not make anything yet.
_NOT_BUILT = frozenset({"construction", "development"})
_OTHER = re.compile(r"[^a-z0-9]+")


@dataclass(frozen=True, slots=True)
class SiteRecord:
    """One row of a table of the schema ``site-records``; the attributes are its columns.

    ``aliases``, ``owner_words``, ``substances``, ``stages`` and ``source_ids`` are lists. A point
    is given as the source spells it, in degrees (WGS 84), with ``precision``, or not at all.
    """

    id: str
    name: str
    kind: str
    country: str
    substances: tuple[str, ...]
    source_ids: tuple[str, ...]
    aliases: tuple[str, ...] = ()
    kind_words: str = ""
    status: str = ""
    status_words: str = ""
    region: str = ""
    latitude: str = ""
    longitude: str = ""
    precision: str = ""
    operator_words: str = ""
    owner_words: tuple[str, ...] = ()
    substance_words: str = ""
    stages: tuple[str, ...] = ()
    year: str = ""
    deposit_type: str = ""
    note: str = ""
    locator: str = ""

    @property
    def role(self) -> str:
        """What the site has to do with minerals and materials: it holds or produces them."""
        if self.kind in IN_THE_GROUND:
            return "holds"
        return "is-to-produce" if self.status in _NOT_BUILT else "produces"

    def row(self) -> FactRow:
        """The cells of the row; lists are joined with ``;``, each item once, in their order.

        A ``;`` inside an item becomes a comma, so that it stays one item. The columns
        ``elements``, ``others`` and ``role`` follow from the rest.
        """
        others = [one for one in self.substances if one not in _elements()]
        cells = {}
        for field in fields(self):
            value = getattr(self, field.name)
            cells[field.name] = value if isinstance(value, str) else _joined(value)
        cells["elements"] = _joined(one for one in self.substances if one in _elements())
        cells["others"] = _joined(others)
        cells["role"] = self.role if others else ""
        return cells


@cache
def _elements() -> frozenset[str]:
    with (facts_dir() / "tables" / "elements.csv").open(encoding="utf-8", newline="") as file:
        return frozenset(row["id"] for row in csv.DictReader(file))


def _joined(items: Iterable[str]) -> str:
    kept = dict.fromkeys(item.replace(";", ",").strip() for item in items)
    return ";".join(item for item in kept if item)


def site_slug(text: str) -> str:
    """The part of an identifier that a key or name of a source becomes.

    >>> site_slug("Itumbiára / Mine No. 2")
    'itumbiara-mine-no-2'
    """
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().casefold()
    return _OTHER.sub("-", plain).strip("-")


class SiteSubstances:
    """The substances that the words of sources for commodities stand for."""

    def __init__(self, substances: Mapping[str, tuple[str, ...]]) -> None:
        self._substances = {fold(words): ids for words, ids in substances.items()}

    @classmethod
    @cache
    def shipped(cls) -> SiteSubstances:
        """The table that comes with critmat; raises ``ValueError`` where words stand twice."""
        found: dict[str, tuple[str, ...]] = {}
        with _WORDS.open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                words = fold(row["words"])
                if words in found:
                    raise ValueError(f"{words!r} stands twice in {_WORDS.name}")
                found[words] = tuple(filter(None, row["substance"].split(";")))
        return cls(found)

    def find(self, words: str) -> tuple[str, ...] | None:
        """The ids of the substances, none for words out of scope, ``None`` for unknown words.

        >>> SiteSubstances({"Lanthanides": ("rare-earths",), "Salt": ()}).find("lanthanides ")
        ('rare-earths',)
        """
        return self._substances.get(fold(words))

    def read(self, words: Iterable[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """The substances that several words stand for, each once, and the words not known."""
        known: dict[str, None] = {}
        unknown: dict[str, None] = {}
        for one in words:
            ids = self.find(one)
            if ids is None:
                unknown[one] = None
            else:
                known.update(dict.fromkeys(ids))
        return tuple(known), tuple(unknown)
