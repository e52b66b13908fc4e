"""The writer: one process that applies changes and publishes each result as a new snapshot.

``change`` is what can be asked of it, ``writer`` the side that many threads of the service use,
``process`` the side that owns the only store that is ever written to. What was acknowledged is on
the disk; what failed was not applied.
"""

from kg.writer.change import AddQuads, Change, DropGraph, ReplaceGraph, UpdateText, Written
from kg.writer.settings import WriterSettings
from kg.writer.writer import Writer

__all__ = [
    "AddQuads",
    "Change",
    "DropGraph",
    "ReplaceGraph",
    "UpdateText",
    "Writer",
    "WriterSettings",
    "Written",
]
