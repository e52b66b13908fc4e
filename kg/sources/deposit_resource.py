"""Figures of what lies in a deposit: ore, grades and contained amounts, one row for each figure."""

from __future__ import annotations

from dataclasses import dataclass

from kg.sources.fact_tables import FactRow

#: What a figure of a deposit measures, and what its weight is the weight of.
_BASES = {"ore": "ore", "grade": "mass-fraction", "contained": "metal-content"}


@dataclass(frozen=True, slots=True)
class DepositResource:
    """One figure of one deposit as a source states it: a row of the schema ``deposit-resources``.

    ``measure`` is ``ore`` (tonnage of rock, of all its substances), ``grade`` (part of the ore that
    a substance is) or ``contained`` (amount of a substance); ``value`` keeps the spelling of the
    source in ``unit``. ``category`` are the classes of the resource in the words of the source.
    """

    record: str
    measure: str
    substances: tuple[str, ...]
    value: str
    unit: str
    source: str
    locator: str
    category: str = ""
    note: str = ""

    def row(self) -> FactRow:
        """The cells of the row; its id is made of the record, the substance and the measure."""
        about = self.substances[0] if self.measure != "ore" else ""
        return {
            "id": "-".join(filter(None, (self.record, about, self.measure))),
            "record": self.record,
            "measure": self.measure,
            "substances": ";".join(self.substances),
            "value": self.value,
            "unit": self.unit,
            "basis": _BASES[self.measure],
            "category": self.category,
            "status": "estimated",
            "note": self.note,
            "source_ids": self.source,
            "locator": self.locator,
        }
