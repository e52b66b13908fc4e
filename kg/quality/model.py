"""What the data quality report says, as values that a page, a terminal and a program can show."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, dataclass


@dataclass(frozen=True, slots=True)
class TableQuality:
    """One fact table.

    ``statuses`` counts its rows by status of the figure (``measured``, ``withheld``, ``bound`` ...;
    empty for a table without figures). ``on_news`` are the rows that rest on news alone.
    """

    table: str
    title: str
    rows: int
    sources: int
    statuses: Mapping[str, int]
    on_news: int
    in_graph: bool


@dataclass(frozen=True, slots=True)
class SourceQuality:
    """One source: its kind, when it was released, how many rows name it, and the years that
    these rows are of. ``age`` is in whole years, ``None`` where no date is known."""

    source: str
    title: str
    publisher: str
    kind: str
    date: str
    age: int | None
    licence: str
    rows: int
    first_year: int | None
    last_year: int | None


@dataclass(frozen=True, slots=True)
class FileQuality:
    """One official file that an importer read: what became of its rows.

    ``kinds`` are the rows left out, by the name of what they are.
    """

    importer: str
    file: str
    read: int
    used: int
    reported: int
    left_out: int
    kinds: Mapping[str, int]

    @property
    def lost(self) -> int:
        """Rows that nothing accounts for; negative where more are accounted for than were read."""
        return self.read - self.used - self.reported - self.left_out


@dataclass(frozen=True, slots=True)
class WholeQuality:
    """Shares of one whole that do not add up to 100 percent within the tolerance.

    ``least`` is their sum with each bound such as ``<0.1%`` at its lower end, ``most`` with each at
    its upper end; ``rows`` are the shares that there are.
    """

    table: str
    whole: str
    rows: int
    least: float
    most: float


@dataclass(frozen=True, slots=True)
class PlaceQuality:
    """Places with coordinates against the shapes of countries.

    ``inside`` lie in their country, ``near`` no more than 25 km from it (coasts and borders are
    coarse), ``elsewhere`` in another country, ``at_sea`` in none. ``facilities`` have a place or
    none; ``with_point`` of them have coordinates.
    """

    facilities: int
    with_point: int
    points: int
    inside: int
    near: int
    at_sea: int
    elsewhere: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class QualityReport:
    """The state of the facts.

    ``day`` is the day that ages are counted to, in ISO 8601, or empty where no age is known.
    ``identities`` counts the records of sites by the rule that said which facility they are of;
    ``doubtful`` pairs wait for an expert, ``decided`` pairs have had one.
    """

    day: str
    tables: tuple[TableQuality, ...]
    sources: tuple[SourceQuality, ...]
    files: tuple[FileQuality, ...]
    wholes: tuple[WholeQuality, ...]
    wholes_checked: int
    places: PlaceQuality
    identities: Mapping[str, int]
    doubtful: int
    decided: int

    def to_json(self) -> str:
        """The report as JSON text, the same for the same facts and day."""
        return json.dumps(asdict(self), indent=1, sort_keys=True, ensure_ascii=False) + "\n"

    @classmethod
    def from_json(cls, text: str) -> QualityReport:
        """Read what :meth:`to_json` wrote; raises ``ValueError`` for anything else."""
        try:
            value = json.loads(text)
            places = value["places"]
            return cls(
                day=value["day"],
                tables=tuple(TableQuality(**each) for each in value["tables"]),
                sources=tuple(SourceQuality(**each) for each in value["sources"]),
                files=tuple(FileQuality(**each) for each in value["files"]),
                wholes=tuple(WholeQuality(**each) for each in value["wholes"]),
                wholes_checked=value["wholes_checked"],
                places=PlaceQuality(**{**places, "elsewhere": tuple(places["elsewhere"])}),
                identities=value["identities"],
                doubtful=value["doubtful"],
                decided=value["decided"],
            )
        except (KeyError, TypeError, RecursionError) as error:
            raise ValueError(f"This is no data quality report: {error!r}.") from error

    @property
    def rows(self) -> int:
        """Rows of all tables that are in the graph."""
        return sum(table.rows for table in self.tables if table.in_graph)

    @property
    def statuses(self) -> dict[str, int]:
        """Figures of all tables that are in the graph, by status, the commonest first."""
        counts: Counter[str] = Counter()
        for table in self.tables:
            if table.in_graph:
                counts.update(table.statuses)
        return dict(sorted(counts.items(), key=lambda item: (-item[1], item[0])))

    @property
    def on_news(self) -> int:
        """Rows that rest on news alone."""
        return sum(table.on_news for table in self.tables)
