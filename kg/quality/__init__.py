"""How good the facts are: what is there, what it rests on, and what is missing or does not fit."""

from kg.quality.measures import measure
from kg.quality.model import QualityReport

__all__ = ["QualityReport", "measure"]
