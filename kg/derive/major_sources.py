"""Which countries are a major source of an element or group: ``cm:hasMajorSource``.

A substance has a major source in an exposure whose share reaches a threshold, as of a year or as
of the latest figures. A share of which only the low end is known counts by that end. What this
means for products is left to the axioms of the ontology, over ``cm:hasMajorSource``. Since all of
it depends on the year and the threshold, it stands in a graph of its own that says which they are.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Self

from kg.derive.records import Records
from kg.derive.spelling import Term, Triple, double, iri, lexical, year
from kg.errors import UsageError
from kg.namespaces import GRAPH_DERIVED_MAJOR_SOURCES

#: Properties and classes that the rule reads.
PROPERTIES = (
    "cm:asOf",
    "cm:exposedSubstance",
    "cm:sharedBy",
    "cm:standsFor",
    "qudt:numericValue",
)
CLASSES = ("cm:Exposure", "cm:Material")

LATEST = "latest"


@dataclass(frozen=True, slots=True)
class MajorSourceRule:
    """From which share on a country is a major source, in percent, and as of when.

    ``as_of`` is a year, or ``None`` for the latest figures. Raises
    :class:`~kg.errors.UsageError` for a year or a threshold that cannot be meant.
    """

    as_of: int | None = None
    threshold: float = 50.0

    def __post_init__(self) -> None:
        if self.as_of is not None and not 1900 <= self.as_of <= 2100:
            raise UsageError(
                f"{self.as_of} is no year of a figure.", remedy="Give e.g. 2024, or latest."
            )
        if not (math.isfinite(self.threshold) and 0 < self.threshold <= 100):
            raise UsageError(
                f"{self.threshold:g} is no threshold for a share.",
                remedy="Give a percentage above 0 and up to 100.",
            )

    @classmethod
    def of(cls, year: str, threshold: float) -> Self:
        """Read a year as it is written on the command line: ``latest`` or ``2024``."""
        if year == LATEST:
            return cls(None, threshold)
        if not (year.isascii() and year.isdigit() and len(year) == 4):
            raise UsageError(f"{year[:50]!r} is no year.", remedy="Give e.g. 2024, or latest.")
        return cls(int(year), threshold)

    @property
    def year(self) -> str:
        """The year as it is written, ``latest`` or ``2024``."""
        return LATEST if self.as_of is None else str(self.as_of)

    @property
    def _percent(self) -> str:
        return lexical(double(float(self.threshold)))

    @property
    def graph(self) -> str:
        """The IRI of the graph of this rule.

        >>> MajorSourceRule(2024, 62.5).graph
        'https://w3id.org/critmat/graph/derived/major-sources/2024/62.5'
        """
        return f"{GRAPH_DERIVED_MAJOR_SOURCES}/{self.year}/{self._percent}"

    @property
    def as_of_term(self) -> Term:
        """The value of ``cm:asOf`` that exposures of this rule have."""
        return iri("cm:latest") if self.as_of is None else year(self.as_of)

    def description(self) -> list[Triple]:
        """What the graph says of itself."""
        graph = f"<{self.graph}>"
        when = "the latest figures" if self.as_of is None else f"figures for {self.as_of}"
        share = self._percent
        return [
            (graph, iri("cm:asOf"), self.as_of_term),
            (graph, iri("cm:threshold"), double(float(self.threshold))),
            (
                graph,
                iri("rdfs:label"),
                f'"Major sources: countries with a share of {share} percent or more, by {when}"@en',
            ),
        ]


def find_major_sources(records: Records, rule: MajorSourceRule) -> list[Triple]:
    """The triples from elements, groups and forms to exposures that reach the threshold, sorted."""
    found: list[Triple] = []
    forms = {*records.members("cm:Material")}
    for exposure in records.members("cm:Exposure"):
        share = records.number(exposure, "qudt:numericValue")
        if share is None or share < rule.threshold:
            continue
        if rule.as_of_term in records.all(exposure, "cm:asOf"):
            about = records.one(exposure, "cm:sharedBy")
            for substance in records.all(exposure, "cm:exposedSubstance"):
                merely_inside = about in forms and substance not in records.all(
                    about, "cm:standsFor"
                )
                subject = about if merely_inside else substance
                found.append((subject, iri("cm:hasMajorSource"), exposure))
    return sorted(found)
