"""Which figures answer for how reliant a country is on imports, and on whom.

There is one listing for each substance, country and form that a reliance is stated for. It holds
the reliance by the newest release, and the shares of the suppliers for the newest period that ends
by the year. A reliance on the substance as a whole has the suppliers of all its forms, one on a
form those of this form only. Which form a text means is found by its words, without the name of the
substance: "Refined zinc" has the suppliers of "Refined metal" and those of "refined".
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from kg.derive.chosen import LATEST, Choice, Rating, Releases
from kg.derive.preference import year_of
from kg.derive.records import Records
from kg.derive.spelling import Term, lexical, quoted, slug

#: Properties that the rule reads beside those of :mod:`kg.derive.listings`.
PROPERTIES = (
    "cm:importer",
    "cm:supplier",
    "cm:tradedSubstance",
    "cm:tradeItem",
    "qudt:numericValue",
    "cm:low",
    "cm:high",
    "cm:periodStart",
    "rdfs:label",
    "rdfs:comment",
)
CLASSES = ("cm:ImportReliance", "cm:ImportShare")

#: Forms by which sources mean the substance as a whole.
_WHOLE = re.compile("total|all (forms|grades)|content|value", re.IGNORECASE)
#: What a share of a supplier is said with: its number, or the end of a range.
_SHARE = (("qudt:numericValue", ""), ("cm:low", "at least "), ("cm:high", "at most "))

#: Figures by year and release.
_Editions = dict[tuple[Term, Rating], list[Term]]


def import_listings(
    records: Records, releases: Releases
) -> Iterator[tuple[tuple[Term, ...], dict[Choice, list[Term]]]]:
    """For each substance, the country that imports it and the form the figures, and the years that
    they answer for. The form is left out where the reliance has none."""
    reliance = _trade(records, releases, "cm:ImportReliance", "cm:inCountry")
    shares = _trade(records, releases, "cm:ImportShare", "cm:importer")
    for about in sorted(reliance):
        editions = reliance[about]
        of_forms: dict[Term, dict[Choice, list[Term]]] = {}
        years = {year for year, _ in editions}
        for year in [*sorted(years), LATEST]:
            of_year = max(years, key=lambda y: year_of([y])) if year == LATEST else year
            release = min(r for y, r in editions if y == of_year)
            suppliers, source = _newest(shares.get(about, {}), year)
            figures: dict[Term, list[Term]] = {}
            for figure in sorted(editions[of_year, release]):
                figures.setdefault(records.one(figure, "cm:tradeItem"), []).append(figure)
            for form, of_form in figures.items():
                supplied = _of_form(records, form, about[0], suppliers)
                choice = Choice(
                    tuple(of_form),
                    tuple(sorted(supplied)),
                    releases=tuple(dict.fromkeys((release[2], *(source if supplied else ())))),
                    more=tuple(_of_suppliers(records, supplied)),
                )
                of_forms.setdefault(form, {}).setdefault(choice, []).append(year)
        for form, chosen in sorted(of_forms.items()):
            yield (*about, form) if form else about, chosen


def _trade(
    records: Records, releases: Releases, kind: str, country: str
) -> Mapping[tuple[Term, Term], _Editions]:
    """Figures of trade by substance and country, then by year and release."""
    found: dict[tuple[Term, Term], _Editions] = {}
    for record in records.members(kind):
        place, year = (records.one(record, name) for name in (country, "cm:refYear"))
        if not (place and year):
            continue
        for substance in records.all(record, "cm:tradedSubstance"):
            editions = found.setdefault((substance, place), {})
            for rating in releases.of(record):
                editions.setdefault((year, rating), []).append(record)
    return found


def _newest(shares: _Editions, year: Term) -> tuple[list[Term], tuple[Term, ...]]:
    """The shares of suppliers for the newest period that ends by a year, and their release."""
    until = [
        (year_of([y]), r[2], (y, r))
        for y, r in shares
        if year == LATEST or year_of([y]) <= year_of([year])
    ]
    if not until:
        return [], ()
    *_, newest = max(until)
    return shares[newest], (newest[1][2],)


def _of_form(records: Records, form: Term, substance: Term, shares: Iterable[Term]) -> list[Term]:
    """The shares of the suppliers of a form, or of all forms."""
    about = _words_of_form(form, records.one(substance, "rdfs:label"))
    if not about:
        return list(shares)
    return [
        share
        for share in shares
        if (item := _text(records.one(share, "cm:tradeItem")).lower())
        and (about in item or item in about)
    ]


def _words_of_form(form: Term, substance: Term) -> str:
    """What a form says beside the name of its substance; nothing where it means all of it.

    >>> _words_of_form('"Refined zinc"', '"zinc"@en'), _words_of_form('"All forms"', '"zinc"@en')
    ('refined', '')
    """
    if _WHOLE.search(_text(form)):
        return ""
    name = re.escape(_text(substance).lower())
    return re.sub(f" ?{name} ?", "", _text(form).lower()) if name else _text(form).lower()


def _of_suppliers(records: Records, shares: Sequence[Term]) -> Iterator[tuple[str, Term]]:
    """What is said of the suppliers: who they are, for which years, and their shares in words."""
    if shares:
        values = {
            name: sorted({value for share in shares for value in records.all(share, name)})
            for name in ("cm:supplier", "cm:periodStart", "cm:refYear")
        }
        yield from (("cm:listedSupplier", supplier) for supplier in values["cm:supplier"])
        yield from (("cm:periodStart", since) for since in values["cm:periodStart"][:1])
        yield from (("cm:periodEnd", until) for until in values["cm:refYear"][-1:])
        yield "cm:suppliersInWords", quoted(_in_words(records, shares))


def _in_words(records: Records, shares: Iterable[Term]) -> str:
    """The suppliers with their shares, the largest first, behind the form that they supply."""
    of_forms: dict[str, list[Term]] = {}
    for share in shares:
        of_forms.setdefault(_text(records.one(share, "cm:tradeItem")), []).append(share)
    return "; ".join(
        f"{form}: {told}" if form else told
        for form, of_form in sorted(of_forms.items())
        for told in [", ".join(words for *_, words in sorted(_told(records, s) for s in of_form))]
    )


def _told(records: Records, share: Term) -> tuple[bool, float, str, str]:
    """A supplier and its share in words, behind what it is sorted by: other countries come last,
    and where there is no number, the source says in a note which supplier is the largest."""
    supplier = records.one(share, "cm:supplier")
    percent = records.number(share, "qudt:numericValue")
    name = _text(records.one(supplier, "rdfs:label")) or slug(supplier)
    words = name or "other countries"
    for of_table, how in _SHARE:
        number = records.number(share, of_table)
        if number is not None:
            words = f"{words} {how}{number:g}%"
            break
    order = 1.0 if percent is None else -percent
    return not supplier, order, _text(records.one(share, "rdfs:comment")), words


def _text(literal: Term) -> str:
    """The text of a literal, or an empty one where there is none."""
    return lexical(literal) if literal else ""
