"""What every row of a file of sites goes through: its commodities, its country, its point.

A row that cannot be placed is reported and not used: a point that lies in another country than the
one named is wrong, or the country is, and nobody can tell which from the file.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import NamedTuple

from kg.report import Severity
from kg.sources.ledger import RowLedger
from kg.sources.official_file import fold
from kg.sources.place_names import PlaceNames
from kg.sources.site_record import SiteSubstances

_WORDS = Path(__file__).with_name("site_places.csv")
_DEGREES = re.compile(r"-?\d{1,3}(\.\d{1,18})?")
_TYPOGRAPHIC_MINUS = "\N{MINUS SIGN}"
#: Names of places that are wider than a site.
_WIDE = re.compile(
    r"\b(districts?|provinces?|regions?|areas?|belts?|basins?|fields?|plains?|zone|formation|rise)\b",
    re.IGNORECASE,
)
#: How near to a whole or half degree a figure is that was rounded to it.
_ROUNDED = 1e-6


class SitePoint(NamedTuple):
    """Where a site is: country, and degrees as the source spells them, or empty."""

    country: str
    latitude: str
    longitude: str


class _Place(NamedTuple):
    """What words for a country that is not in the table of places stand for."""

    country: str
    why: str


@cache
def _place_words() -> Mapping[str, _Place]:
    with _WORDS.open(encoding="utf-8", newline="") as file:
        return {fold(r["words"]): _Place(r["country"], r["why"]) for r in csv.DictReader(file)}


class SiteReader:
    """Reads commodities and places of the rows of one file, whose ledger it fills.

    A method that gives ``None`` has accounted for the row.
    """

    def __init__(
        self,
        ledger: RowLedger,
        places: PlaceNames | None = None,
        substances: SiteSubstances | None = None,
    ) -> None:
        self._ledger = ledger
        self._places = places or PlaceNames.shipped()
        self._substances = substances or SiteSubstances.shipped()

    def substances(self, line: int, words: Sequence[str], column: str) -> tuple[str, ...] | None:
        """The ids of the substances that the words of a row stand for, or ``None``.

        A row of out-of-scope commodities only is left out by the name of the first.
        """
        ids, unknown = self._substances.read(words)
        for one in unknown:
            self._ledger.say(
                line,
                f"{one!r} is no commodity that critmat knows.",
                "Add the words to kg/sources/site_substances.csv, without a substance if they are "
                "out of scope or unclear.",
                column=column,
            )
        if ids:
            return ids
        if unknown or not words:
            self._ledger.refuse(
                line,
                "The row names no commodity that critmat knows.",
                "Nothing else to do where words that are not known were reported.",
                column=column,
                severity=Severity.WARNING,
            )
        else:
            self._ledger.leave_out(f"sites of {words[0].casefold()} and nothing in scope")
        return None

    def country(self, line: int, words: str, column: str) -> str | None:
        """The ISO 3166 alpha-3 code of a country, or ``None``."""
        found = self._places.find(words)
        if found is not None:
            return found
        place = _place_words().get(fold(words))
        if place is not None and place.country:
            self._ledger.say(
                line,
                f"{words!r} is taken for {place.country} ({place.why}).",
                "Nothing to do.",
                column=column,
                severity=Severity.NOTE,
            )
            return place.country
        if place is not None and place.why == "in no country":
            self._ledger.leave_out(f"sites in no country: {words}")
            return None
        self._ledger.refuse(
            line,
            f"{words!r} is not known as a country."
            if place is None
            else f"{words!r}: {place.why}.",
            "Add the name to the aliases of its place in the table places, or to "
            "kg/sources/site_places.csv; a site of an unclear country is not used.",
            column=column,
            severity=Severity.WARNING,
        )
        return None

    def point(
        self, line: int, country: str, latitude: str, longitude: str, columns: tuple[str, str]
    ) -> SitePoint | None:
        """A site of a country with the point that is stated, or ``None``.

        ``columns`` are those of latitude and longitude. A site without a point is kept.
        """
        north, east = (
            self._degrees(line, stated, most, column)
            for stated, most, column in zip((latitude, longitude), (90, 180), columns, strict=True)
        )
        if not north or not east:
            return SitePoint(country, "", "")
        # Not above: the package of checks is heavy, and most importers need none of it.
        from kg.check.territories import countries_at, lies_in  # noqa: PLC0415

        if lies_in(country, float(east), float(north)):
            return SitePoint(country, north, east)
        found = ", ".join(sorted(countries_at(float(east), float(north))))
        if found:
            self._ledger.refuse(
                line,
                f"The point {north} {east} lies in {found}, not in {country}.",
                "Either the point or the country is wrong, so the row is not used. Tell the "
                "publisher.",
                column=columns[0],
                severity=Severity.WARNING,
            )
            return None
        self._ledger.say(
            line,
            f"The point {north} {east} lies in the sea, more than 25 km from {country}.",
            "The point is kept as it stands.",
            column=columns[0],
        )
        return SitePoint(country, north, east)

    def _degrees(self, line: int, stated: str, most: int, column: str) -> str:
        """The degrees as spelled, with an ASCII minus; empty where there are none."""
        plain = stated.strip().replace(_TYPOGRAPHIC_MINUS, "-")
        if not plain:
            return ""
        if not _DEGREES.fullmatch(plain) or abs(float(plain)) > most:
            self._ledger.say(
                line,
                f"{stated!r} are no degrees.",
                "The site is used without a point.",
                column=column,
            )
            return ""
        if plain != stated.strip():
            self._ledger.say(
                line,
                f"{stated!r} has a typographic minus; it is read as {plain}.",
                "Nothing to do.",
                column=column,
                severity=Severity.NOTE,
            )
        return plain


def deposit_precision(name: str, latitude: str, longitude: str) -> str:
    """``site``, or ``locality`` for a district and for a point in whole or half degrees.

    Empty where there is no point.

    >>> deposit_precision("Bikita", "-19.9609", "31.428")
    'site'
    >>> deposit_precision("Charley Creek", "-23.5000000001", "133")
    'locality'
    """
    if not latitude or not longitude:
        return ""
    rounded = all(
        abs(2 * float(degrees) - round(2 * float(degrees))) < _ROUNDED
        for degrees in (latitude, longitude)
    )
    return "locality" if rounded or _WIDE.search(name) else "site"
