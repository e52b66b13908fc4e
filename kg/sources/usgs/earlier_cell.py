"""A row and a cell of figures of the world tables of 2022 to 2025, with all that is said of it."""

from __future__ import annotations

from dataclasses import dataclass, replace

from kg.sources.official_file import OfficialRow, fold
from kg.sources.usgs.earlier_columns import FigureColumn
from kg.sources.usgs.earlier_notes import ANY_YEAR, Notes
from kg.sources.usgs.series import CountryWords, EarlierKey, EarlierSeries
from kg.sources.usgs.values import ParsedValue


@dataclass(frozen=True, slots=True)
class EarlierRow:
    """A row with the columns of both forms: commodity, type, country and unit as stated.

    ``unit`` is ``None`` where the release has a file for each commodity, and the names of the
    columns say the unit.
    """

    official: OfficialRow
    commodity: str
    type: str
    country: str
    unit: str | None

    def locator(self, file: str) -> str:
        """Where the row stands: a place for each commodity, in which its country is found."""
        return file if self.unit is None else f"{file}, {self.commodity}"


@dataclass(frozen=True, slots=True)
class EarlierCell:
    """A cell of figures: its row and column, the notes on it, and what its series is about."""

    row: EarlierRow
    column: FigureColumn
    notes: Notes
    key: EarlierKey
    series: EarlierSeries
    words: CountryWords

    @property
    def stated(self) -> str:
        """The cell as it is spelled."""
        return self.row.official.text(self.column.name)

    @property
    def unit_said(self) -> str:
        """The unit in the words of the release, or of the name of the column."""
        return self.row.unit or self.column.unit or "none"

    @property
    def note(self) -> str:
        """What series and country count, what the notes say, and a unit that was replaced."""
        qualifier = "; ".join(filter(None, (self.series.qualifier, self.words.qualifier)))
        series = f"Series: {qualifier}." if qualifier else ""
        unit = ""
        if self.series.unit:
            unit = f"Unit in the file: {self.unit_said}. {self.series.reason}"
        return " ".join(filter(None, (series, self.notes.words, unit)))

    def with_status(self, parsed: ParsedValue, *, marked: bool) -> ParsedValue:
        """Let column name, type, notes and marks say that a plain figure is estimated.

        A note that says reported without a year speaks of the year that the release does not
        estimate as a whole: its last year is an estimate also where the year before was reported.
        Of capacity there is one figure, and the note is on it.
        """
        column, notes = self.column, self.notes
        if parsed.status != "measured":
            return parsed
        estimated = (
            marked
            or bool(self.words.estimated)
            or column.estimated
            or not notes.estimated.isdisjoint({column.year, ANY_YEAR})
            or (self.series.measure != "reserves" and "estimated" in fold(self.row.type))
        )
        of_one_figure = self.series.measure == "capacity" or not column.estimated
        if column.year in notes.reported or (ANY_YEAR in notes.reported and of_one_figure):
            estimated = False
        return replace(parsed, status="estimated") if estimated else parsed
