"""Names of countries in other languages, from the Unicode Common Locale Data Repository (CLDR).

https://cldr.unicode.org/, Unicode License v3, read from the copy that the Python package Babel
carries (https://babel.pocoo.org/). The names are those that the CLDR uses for display; they take
no side in a dispute over a territory, and neither does critmat.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from kg.errors import CritmatError
from kg.report import Report
from kg.shipped import facts_dir
from kg.sources.fact_tables import FactTables
from kg.sources.ledger import RowLedger

#: The languages of labels beside English.
LANGUAGES = ("de", "fr", "es", "ja", "zh")

#: Names of territories by ISO 3166 alpha-2 code, for a language.
Territories = Callable[[str], Mapping[str, str]]


class BabelMissingError(CritmatError):
    """The optional package with the names is not installed."""

    title = "Babel is missing"


def import_cldr(places: Path | None = None) -> tuple[FactTables, Report]:
    """Read the names of the places of the table ``places`` in every language of critmat.

    Raises :class:`BabelMissingError` where the package Babel is not installed.
    """
    try:
        from babel import Locale  # noqa: PLC0415
        from babel.core import get_cldr_version  # noqa: PLC0415
    except ImportError as error:
        raise BabelMissingError(
            "The names of countries are read from the package Babel, which is not installed.",
            remedy="Install it with: pip install 'critmat[names]'",
        ) from error
    path = places or facts_dir() / "tables" / "places.csv"
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return place_labels(
        rows,
        lambda language: Locale(language).territories,
        f"cldr-{get_cldr_version()}",
    )


def place_labels(
    places: list[dict[str, str]], territories: Territories, source: str
) -> tuple[FactTables, Report]:
    """Labels of places from the names of territories; ``source`` is the id of their source.

    A place is looked up by its two-letter code, or, where it has none, by its id (``EU``). A place
    that the CLDR does not name is left out; one that lacks a language is used and reported.
    """
    report = Report("import cldr")
    ledger = RowLedger("places.csv", report)
    names = {language: territories(language) for language in LANGUAGES}
    facts: list[dict[str, str]] = []
    for line, place in enumerate(places, start=2):
        ledger.read += 1
        code = place["iso2"] or place["id"]
        found = list(_labels(place["id"], code, names, source))
        if not found:
            ledger.leave_out("place that the CLDR does not name")
            continue
        ledger.use()
        facts.extend(found)
        missing = set(LANGUAGES) - {fact["lang"] for fact in found}
        if missing:
            ledger.say(
                line,
                f"The CLDR has no name of {place['name']} in {', '.join(sorted(missing))}.",
                "Add a row to the table labels if you know it from a source.",
                column="name",
            )
    ledger.close()
    return ({"cldr-labels": ("labels", facts)} if report.ok else {}), report


def _labels(
    place: str, code: str, names: Mapping[str, Mapping[str, str]], source: str
) -> Iterator[dict[str, str]]:
    for language, territories in names.items():
        name = territories.get(code, "")
        # The CLDR gives the code itself where it has no name.
        if name and name != code:
            yield {
                "id": f"{place}-{language}",
                "thing": place,
                "lang": language,
                "label": name,
                "source_ids": source,
            }
