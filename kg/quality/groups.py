"""The long lists of the data quality report in groups: sources by kind, files by importer."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from kg.quality.model import FileQuality, QualityReport, SourceQuality, WholeQuality

#: Ages of sources, and the whole years up to which each goes.
AGES = (
    ("less than a year", 0),
    ("1 year", 1),
    ("2 to 4 years", 4),
    ("5 to 9 years", 9),
    ("10 years and more", 10_000),
)
#: The group of sources whose date is not known.
NO_DATE = "no date"


def age_group(age: int | None) -> str:
    """The group of :data:`AGES` that an age in whole years is in.

    >>> age_group(0), age_group(3), age_group(10), age_group(None)
    ('less than a year', '2 to 4 years', '10 years and more', 'no date')
    """
    if age is None:
        return NO_DATE
    return next(name for name, most in AGES if age <= most)


@dataclass(frozen=True, slots=True)
class SourceKind:
    """The sources of one kind, those that most rows name first."""

    kind: str
    sources: tuple[SourceQuality, ...]

    @property
    def rows(self) -> int:
        """How often a row names one of them."""
        return sum(source.rows for source in self.sources)

    @property
    def ages(self) -> dict[str, int]:
        """How many are of each age, in the order of :data:`AGES`."""
        counts = Counter(age_group(source.age) for source in self.sources)
        return {name: counts[name] for name in (*(name for name, _ in AGES), NO_DATE)}


@dataclass(frozen=True, slots=True)
class ImporterFiles:
    """The official files that one importer read, by name."""

    importer: str
    files: tuple[FileQuality, ...]

    @property
    def read(self) -> int:
        """Rows read."""
        return sum(file.read for file in self.files)

    @property
    def used(self) -> int:
        """Rows that became rows of a fact table."""
        return sum(file.used for file in self.files)

    @property
    def reported(self) -> int:
        """Rows that could not be read or placed."""
        return sum(file.reported for file in self.files)

    @property
    def left_out(self) -> int:
        """Rows left out by name."""
        return sum(file.left_out for file in self.files)

    @property
    def kinds(self) -> tuple[tuple[str, int], ...]:
        """What was left out, by name, the commonest first."""
        counts: Counter[str] = Counter()
        for file in self.files:
            counts.update(file.kinds)
        return tuple(sorted(counts.items(), key=lambda kind: (-kind[1], kind[0])))


@dataclass(frozen=True, slots=True)
class TableWholes:
    """The wholes of one table that do not add up."""

    table: str
    title: str
    wholes: tuple[WholeQuality, ...]


def source_kinds(report: QualityReport) -> list[SourceKind]:
    """The sources by kind, the kind that most rows name first."""
    by_kind: dict[str, list[SourceQuality]] = defaultdict(list)
    for source in sorted(report.sources, key=lambda source: (-source.rows, source.source)):
        by_kind[source.kind].append(source)
    kinds = [SourceKind(kind, tuple(sources)) for kind, sources in by_kind.items()]
    return sorted(kinds, key=lambda kind: (-kind.rows, kind.kind))


def importer_files(report: QualityReport) -> list[ImporterFiles]:
    """The official files by importer, in the order of their names."""
    by_importer: dict[str, list[FileQuality]] = defaultdict(list)
    for file in report.files:
        by_importer[file.importer].append(file)
    return [ImporterFiles(name, tuple(files)) for name, files in sorted(by_importer.items())]


def table_wholes(report: QualityReport) -> list[TableWholes]:
    """The wholes that do not add up by table, those farthest from 100 first."""
    titles = defaultdict(str, {table.table: table.title for table in report.tables})
    by_table: dict[str, list[WholeQuality]] = defaultdict(list)
    for whole in report.wholes:
        by_table[whole.table].append(whole)
    return [
        TableWholes(
            name, titles.get(name, name), tuple(sorted(wholes, key=_distance, reverse=True))
        )
        for name, wholes in sorted(by_table.items())
    ]


def _distance(whole: WholeQuality) -> float:
    """Points that a whole is away from 100 at least."""
    return max(whole.least - 100, 100 - whole.most)


def unused_sources(sources: Sequence[SourceQuality]) -> list[SourceQuality]:
    """The sources that no row names."""
    return [source for source in sources if not source.rows]
