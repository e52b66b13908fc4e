"""Every importer, in the order in which ``critmat import`` lists them."""

from __future__ import annotations

from kg.sources.eu_crm import EU_CRM
from kg.sources.iea import IEA
from kg.sources.importer import Importer
from kg.sources.usgs.mcs import USGS_MCS_2026

IMPORTERS: tuple[Importer, ...] = (
    USGS_MCS_2026,
    EU_CRM,
    IEA,
)


def importer(name: str) -> Importer:
    """The importer of a name; raises ``KeyError`` where there is none."""
    for candidate in IMPORTERS:
        if candidate.name == name:
            return candidate
    raise KeyError(name)
