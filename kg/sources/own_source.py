"""The source of a user's own files: one row of a table ``sources``, written beside the facts.

Where the licence of a publisher is not settled, critmat ships neither figures nor source. What an
importer writes for a user then carries its source with it, so that the folder is complete for
``critmat check`` and ``critmat build --with``.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class OwnSource:
    """A publication that critmat does not ship.

    ``retrieved`` is the day on which the form of the files was last looked at (``2026-11-22``);
    ``attribution`` the notice that the publisher asks for, where it asks for one.
    """

    id: str
    title: str
    publisher: str
    url: str
    kind: str
    retrieved: str
    date: str = ""
    attribution: str = ""

    def row(self) -> dict[str, str]:
        """The row of the table ``sources``. No licence is named: that is for the user to settle."""
        return {
            "id": self.id,
            "title": self.title,
            "publisher": self.publisher,
            "date": self.date,
            "url": self.url,
            "kind": self.kind,
            "attribution": self.attribution,
            "retrieved": self.retrieved,
        }
