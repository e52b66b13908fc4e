"""Every importer, in the order in which ``critmat import`` lists them."""

from __future__ import annotations

from kg.sources.baci import BACI
from kg.sources.bgs import BGS
from kg.sources.comtrade import COMTRADE
from kg.sources.country_codes import COUNTRY_CODES
from kg.sources.eu_crm import EU_CRM
from kg.sources.global_trade_alert import GLOBAL_TRADE_ALERT
from kg.sources.harmonized_system import HS_CODES
from kg.sources.icmm import ICMM
from kg.sources.iea import IEA
from kg.sources.iea_policies import IEA_POLICIES
from kg.sources.importer import Importer
from kg.sources.material_intensity import MATERIAL_INTENSITY
from kg.sources.minmod_sites import USMIN, WENG_2015
from kg.sources.nrcan import NRCAN
from kg.sources.pubchem import ELEMENTS
from kg.sources.usgs.africa import USGS_AFRICA
from kg.sources.usgs.copper_deposits import USGS_COPPER_DEPOSITS
from kg.sources.usgs.indo_pacific import USGS_INDO_PACIFIC
from kg.sources.usgs.major_deposits import USGS_MAJOR_DEPOSITS
from kg.sources.usgs.mcs import (
    USGS_MCS_2022,
    USGS_MCS_2023,
    USGS_MCS_2024,
    USGS_MCS_2025,
    USGS_MCS_2026,
)
from kg.sources.usgs.pp1802 import USGS_PP1802
from kg.sources.usgs.ree_deposits import USGS_REE_DEPOSITS
from kg.sources.world_mining_data import WORLD_MINING_DATA
from kg.sources.wto_headings import WTO_HS_CODES

IMPORTERS: tuple[Importer, ...] = (
    USGS_MCS_2022,
    USGS_MCS_2023,
    USGS_MCS_2024,
    USGS_MCS_2025,
    USGS_MCS_2026,
    EU_CRM,
    IEA,
    HS_CODES,
    WTO_HS_CODES,
    BACI,
    ICMM,
    NRCAN,
    USGS_PP1802,
    USGS_MAJOR_DEPOSITS,
    COUNTRY_CODES,
    MATERIAL_INTENSITY,
    ELEMENTS,
    BGS,
    WORLD_MINING_DATA,
    USGS_AFRICA,
    USGS_INDO_PACIFIC,
    USGS_REE_DEPOSITS,
    USGS_COPPER_DEPOSITS,
    USMIN,
    WENG_2015,
    COMTRADE,
    GLOBAL_TRADE_ALERT,
    IEA_POLICIES,
)


def importer(name: str) -> Importer:
    """The importer of a name; raises ``KeyError`` where there is none."""
    for candidate in IMPORTERS:
        if candidate.name == name:
            return candidate
    raise KeyError(name)
