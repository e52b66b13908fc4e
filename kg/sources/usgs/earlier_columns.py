"""The columns of the world tables of 2022 to 2025: what a column name says.

A name holds figure, unit, year and whether the figure is estimated: ``Prod_t_est_2023``,
``Cap_Sponge_t_2021``, ``Reserves_ore_K2O_equiv_kt``, ``PROD_EST_ 2024``. The unit of the release
2025 stands in a column of its own.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from kg.sources.official_file import tidy

#: Endings of column names -> codes of units. ``mt`` and ``mmt`` are million tonnes in these files.
_UNITS = {
    "t": "tonne",
    "kt": "thousand-tonnes",
    "mt": "million-tonnes",
    "mmt": "million-tonnes",
    "kg": "kilogram",
    "kct": "thousand-carats",
    "mct": "million-carats",
    "mcm": "million-cubic-metres",
}
_FIGURES = {"prod": "production", "cap": "capacity", "reserves": "reserves", "reserve": "reserves"}
#: What stands between figure and unit tells apart two figures of one row.
_KINDS = {"": "", "sponge": "sponge", "pigment": "pigment", "ore": "ore", "ore k2o equiv": "k2o"}
_NOTES = re.compile(r"(?P<figure>prod|cap|reserves?)_notes?", re.IGNORECASE)
_FIGURE = re.compile(
    r"(?P<figure>prod|cap|reserves)"
    r"(?P<kind>(?:_sponge|_pigment|_ore(?:_k2o_equiv)?)?)"
    rf"(?:_(?P<unit>{'|'.join(_UNITS)}))?"
    r"(?P<estimated>(?:_est)?)"
    r"(?:_\s?(?P<year>\d{4}))?",
    re.IGNORECASE | re.ASCII,
)


@dataclass(frozen=True, slots=True)
class FigureColumn:
    """A column of figures. ``unit`` and ``year`` are empty where the name does not say them."""

    name: str
    figure: str
    unit: str
    year: str
    estimated: bool


@dataclass(frozen=True, slots=True)
class NotesColumn:
    """A column of notes on ``production``, ``capacity`` or ``reserves``."""

    name: str
    figure: str


def column_of(name: str) -> FigureColumn | NotesColumn | None:
    """What a column holds, or ``None`` if the name is not of the known forms. Never raises.

    >>> column_of("Prod_t_est_2023")
    FigureColumn(name='Prod_t_est_2023', figure='production', unit='tonne', year='2023', \
estimated=True)
    >>> column_of("Reserves_ore_K2O_equiv_kt").figure, column_of("PROD_EST_ 2024").year
    ('reserves k2o', '2024')
    >>> column_of("RESERVE_NOTES").figure
    'reserves'
    """
    if notes := _NOTES.fullmatch(tidy(name)):
        return NotesColumn(name, _FIGURES[notes["figure"].lower()])
    found = _FIGURE.fullmatch(tidy(name))
    if found is None or not (found["unit"] or found["year"]):
        return None
    kind = _KINDS[found["kind"].lower().replace("_", " ").strip()]
    return FigureColumn(
        name=name,
        figure=f"{_FIGURES[found['figure'].lower()]} {kind}".strip(),
        unit=_UNITS[found["unit"].lower()] if found["unit"] else "",
        year=found["year"] or "",
        estimated=bool(found["estimated"]),
    )


@dataclass(frozen=True, slots=True)
class Columns:
    """The columns of a file sorted out: figures, and the name of the notes of each figure."""

    figures: tuple[FigureColumn, ...]
    notes: dict[str, str]
    nameless: tuple[str, ...]

    def notes_of(self, column: FigureColumn) -> str | None:
        """The column of notes on the figures of a column, if the file has one."""
        return self.notes.get(column.figure.split()[0])


def sort_columns(names: Sequence[str], fixed: Sequence[str]) -> Columns | list[str]:
    """Sort the columns beside the ``fixed`` ones, or give the names that are not known.

    Columns without a name, which spreadsheets leave behind, are kept apart.
    """
    figures: list[FigureColumn] = []
    notes: dict[str, str] = {}
    nameless: list[str] = []
    unknown: list[str] = []
    for name in names:
        if name in fixed:
            continue
        column = column_of(name)
        if isinstance(column, FigureColumn):
            figures.append(column)
        elif isinstance(column, NotesColumn) and column.figure not in notes:
            notes[column.figure] = name
        elif re.fullmatch(r"(?: \d+)?", name):
            nameless.append(name)
        else:
            unknown.append(name)
    return unknown or Columns(tuple(figures), notes, tuple(nameless))
