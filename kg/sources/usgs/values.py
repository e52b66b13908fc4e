"""The cells of the Mineral Commodity Summaries: figures, bounds, ranges, flags and words.

None of the special values ever becomes a figure, except a dash, which the book defines as zero.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from kg.sources.official_file import fold, tidy

_FIGURE = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?"
_PLAIN = re.compile(rf"-?(?:{_FIGURE})", re.ASCII)
_BOUND = re.compile(rf"(?P<sign>[<>≤≥])\s?(?P<figure>{_FIGURE})", re.ASCII)
_RANGE = re.compile(rf"(?P<low>{_FIGURE})\s?(?:–|—|-|to)\s?(?P<high>{_FIGURE})", re.ASCII)
_DASHES = {"—", "–", "-"}
#: Withheld, not available, not applicable, net exporter, too small or included elsewhere.
_FLAGS = {
    "W": "withheld",
    "NA": "not-available",
    "XX": "not-available",
    "E": "qualitative",
    "s": "qualitative",
}
_WORDS = re.compile(
    r"(?:very small|small|moderate|moderate to large|large|very large|variable(?:,.*)?)"
)
_LESS_THAN_HALF = re.compile(r"less than ½ ?unit")
_LOST_SIGN = re.compile(r"\?\d")


@dataclass(frozen=True, slots=True)
class ParsedValue:
    """A cell of the source, read.

    ``value``, ``low`` and ``high`` are figures as the source spells them, without thousands
    commas, or empty; ``flag`` is the cell where it is not a plain figure.
    """

    status: str
    value: str = ""
    low: str = ""
    high: str = ""
    flag: str = ""
    stated: str = ""


@dataclass(frozen=True, slots=True)
class UnreadableValue:
    """A cell that is none of the known forms, and why it is not read."""

    stated: str
    reason: str


def parse_value(cell: str) -> ParsedValue | UnreadableValue:
    """Read one cell. Never raises.

    >>> parse_value("1,500").value
    '1500'
    >>> parse_value(">95").low, parse_value("50–300").high, parse_value("—").value
    ('95', '300', '0')
    >>> parse_value("W").status, parse_value("Large").status, parse_value("XX").value
    ('withheld', 'qualitative', '')
    """
    text = tidy(cell)
    parsed = _as_figure(text) or _as_word(text)
    if parsed is not None:
        return parsed
    if _RANGE.fullmatch(text):
        return UnreadableValue(text, "The range runs downwards.")
    if _LOST_SIGN.match(text):
        return UnreadableValue(text, "A sign before the figure was lost, probably a minus.")
    return UnreadableValue(text, "The form is not known." if text else "The cell is empty.")


def _as_figure(text: str) -> ParsedValue | None:
    if _PLAIN.fullmatch(text):
        return ParsedValue("measured", value=_figure(text), stated=text)
    if found := _BOUND.fullmatch(text):
        end = "low" if found["sign"] in ">≥" else "high"
        return replace(_flagged("bound", text), **{end: _figure(found["figure"])})
    if found := _RANGE.fullmatch(text):
        low, high = _figure(found["low"]), _figure(found["high"])
        if float(low) <= float(high):
            return replace(_flagged("bound", text), low=low, high=high)
    return None


def _as_word(text: str) -> ParsedValue | None:
    if text in _DASHES:
        return replace(_flagged("measured", text), value="0")
    if status := _FLAGS.get(text):
        return _flagged(status, text)
    return _flagged("qualitative", text) if _WORDS.fullmatch(fold(text)) else None


def _flagged(status: str, text: str) -> ParsedValue:
    return ParsedValue(status, flag=text, stated=text)


def _figure(text: str) -> str:
    return text.replace(",", "")


def with_notes(parsed: ParsedValue, notes: str) -> ParsedValue:
    """Let the notes column qualify a value: ``Estimated``, and what ``s`` stands for.

    >>> with_notes(parse_value("900"), "Estimated. -- Crude ore.").status
    'estimated'
    >>> with_notes(parse_value("s"), "Less than ½ unit.").high
    '0.5'
    """
    segments = split_notes(notes)
    if parsed.flag == "s" and any(_LESS_THAN_HALF.search(fold(part)) for part in segments):
        return replace(parsed, status="bound", low="0", high="0.5")
    if parsed.status == "measured" and any(part.startswith("Estimated") for part in segments):
        return replace(parsed, status="estimated")
    return parsed


def split_notes(notes: str) -> list[str]:
    """The single notes of a notes cell, which the release joins by `` -- ``."""
    return [part for part in (tidy(part) for part in re.split(r" ?-- ?", notes)) if part]


#: Notes that say nothing beyond the status, or point into the book.
_SILENT_NOTES = re.compile(r"(Estimated|Reported) ?\.?|See Appendix C for resource .*")


def note_text(notes: str, qualifier: str = "") -> str:
    """The notes worth keeping, the qualifier of the series first, as one line.

    >>> note_text("Estimated. -- Excludes U.S. production.", "crude ore")
    'Series: crude ore. Excludes U.S. production.'
    """
    parts = [part for part in split_notes(notes) if not _SILENT_NOTES.fullmatch(part)]
    head = [f"Series: {qualifier}."] if qualifier else []
    return " ".join(head + [part if part.endswith((".", "”")) else f"{part}." for part in parts])


#: Units of the release -> codes of the code list; a spelling of the same unit shares its code.
UNITS = {
    "metric tons": "tonne",
    "tons": "ton",
    "thousand metric tons": "thousand-tonnes",
    "million metric tons": "million-tonnes",
    "thousand metric dry tons": "thousand-dry-tonnes",
    "kilograms": "kilogram",
    "thousands of carats": "thousand-carats",
    "thousand carats": "thousand-carats",
    "million carats": "million-carats",
    "million liters": "million-litres",
    "million cubic meters": "million-cubic-metres",
    "number": "count",
    "million dollars": "million-usd",
    "percent": "percent",
    "index": "index",
    "cents per pound": "us-cents-per-pound",
    "dollars per pound": "usd-per-pound",
    "dollars per gram": "usd-per-gram",
    "dollars per kilogram": "usd-per-kilogram",
    "dollars per metric ton": "usd-per-tonne",
    "dollars per ton": "usd-per-ton",
    "dollars per short ton": "usd-per-short-ton",
    "dollars per troy ounce": "usd-per-troy-ounce",
    "dollars per carat": "usd-per-carat",
    "dollars per 10-grams": "usd-per-10-grams",
    "dollars per 25 grams": "usd-per-25-grams",
    "dollars per 50 grams": "usd-per-50-grams",
    "dollars per 100 mililiters": "usd-per-100-millilitres",
    "dollars per 100 milliliters": "usd-per-100-millilitres",
    "dollars per dry metric ton unit": "usd-per-dry-metric-ton-unit",
}
