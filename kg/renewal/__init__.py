"""A newly downloaded release as a reviewed change: what would come, change and go, rows and
answers, before anything is written."""

from kg.renewal.difference import TableDifference, compare_tables
from kg.renewal.proposal import Proposal, accept, propose

__all__ = ["Proposal", "TableDifference", "accept", "compare_tables", "propose"]
