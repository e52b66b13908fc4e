"""One importer for each publisher's official files, and one way of reporting.

An importer reads the file as the publisher issues it and gives fact tables as text: official file
-> rows -> tables. Every row is either used, reported with place and remedy, or of a kind that is
left out by name; the counts add up. Nothing is written while there is an error.
"""

from kg.sources.fact_tables import FactTables, write_tables
from kg.sources.ledger import RowLedger
from kg.sources.official_file import OfficialRow, read_official_csv
from kg.sources.place_names import PlaceNames

__all__ = [
    "FactTables",
    "OfficialRow",
    "PlaceNames",
    "RowLedger",
    "read_official_csv",
    "write_tables",
]
