"""Which figures answer for a year: of production, of reserves, of imports.

A *listing* (``cm:Listing``) holds the figures that answer one question for one year, so that
nobody has to choose among all releases when asking. Its ``cm:listedYear`` is the year, and
``cm:latest`` as well where it answers for the newest. The kind of source, then the newest release
decide, as in the preferred rule (:mod:`kg.derive.preference`).

- ``cm:ProductionListing``, of a substance and stage: the whole list of the release that gives a
  total of the world, that total beside it. Where no release gives one, the list is put together:
  for each country and series the preferred amount and the preferred share of those published
  (``cm:listsShare``). The latest is that of the best kind of source, then of the newest year;
  forecasts are never the latest.
- ``cm:ReserveListing``, of a substance: for each country and series the preferred figure.
- ``cm:ImportListing``, of a substance, the country that imports it and the form that a reliance is
  stated for: the reliance by the newest release, and the shares of the suppliers of this form for
  the newest period that ends by then, also in words (:mod:`kg.derive.import_listings`).

The course of the years needs another choice, since each year of a country is to rest on one
release: ``cm:yearlyFigure`` leads from the position of a country to the amounts of the best release
for each year, and ``cm:yearlyShare`` to the shares that go with them or, where it gives no amount,
to its shares alone. Forecasts are left out.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from kg.derive import import_listings as imports
from kg.derive.chosen import LATEST, Choice, Rating, Releases
from kg.derive.preference import quality, year_of
from kg.derive.records import Records
from kg.derive.spelling import Term, Triple, iri, lexical, slug
from kg.namespaces import CMD

#: Properties that the rule reads.
PROPERTIES = (
    "cm:supplyPosition",
    "cm:substance",
    "cm:atStage",
    "cm:inCountry",
    "cm:refYear",
    "cm:series",
    "cm:status",
    "cm:precision",
    "prov:wasDerivedFrom",
    "dct:isPartOf",
    "cm:sourceKind",
    "dct:issued",
    *imports.PROPERTIES,
)
CLASSES = (
    "cm:ProductionObservation",
    "cm:ShareObservation",
    "cm:ComputedShare",
    "cm:ReserveObservation",
    "cm:WorldPosition",
    *imports.CLASSES,
)

_FORECAST = iri("cm:status-forecast")


@dataclass(slots=True)
class Listings:
    """Triples of the listings and of the figures of each year, and how many listings there are."""

    triples: list[Triple] = field(default_factory=list)
    count: int = 0


@dataclass(frozen=True, slots=True)
class _Figure:
    """A figure of a position, with what is asked of it; ``ratings`` by the releases that state it,
    the preferred one first."""

    record: Term
    position: Term
    substance: Term
    stage: Term
    country: Term
    year: Term
    series: Term
    forecast: bool
    share: bool
    world: bool
    quality: tuple[int, int]
    ratings: tuple[Rating, ...]

    @property
    def order(self) -> tuple[object, ...]:
        """The key of the preferred rule among figures for the same; the smallest is preferred."""
        return (*self.ratings[0][:2], self.quality, self.record)


def find_listings(records: Records) -> Listings:
    """Choose the figures that answer for each year, and those of the course of the years."""
    releases = Releases(records)
    found = Listings()
    made = _by_about(
        [
            *_figures(records, releases, "cm:ProductionObservation"),
            *_figures(records, releases, "cm:ShareObservation", share=True),
        ]
    )
    for about, figures in made.items():
        _write(found, "cm:ProductionListing", about, _production(figures))
        found.triples.extend(_yearly(figures))
    reserves = _by_about(_figures(records, releases, "cm:ReserveObservation"), without_stage=True)
    for about, figures in reserves.items():
        _write(found, "cm:ReserveListing", about, _reserves(figures))
    for about, choices in imports.import_listings(records, releases):
        _write(found, "cm:ImportListing", about, choices)
    return found


def _figures(
    records: Records, releases: Releases, kind: str, *, share: bool = False
) -> Iterator[_Figure]:
    """The figures of a class that have a position, a year and a release; shares only
    where a source publishes them."""
    computed = frozenset(records.members("cm:ComputedShare"))
    world = frozenset(records.members("cm:WorldPosition"))
    for record in records.members(kind):
        position = records.one(record, "cm:supplyPosition")
        year = records.one(record, "cm:refYear")
        status = records.one(record, "cm:status")
        ratings = releases.of(record)
        if record in computed or not (position and year and ratings):
            continue
        yield _Figure(
            record,
            position,
            records.one(position, "cm:substance"),
            records.one(position, "cm:atStage"),
            records.one(position, "cm:inCountry"),
            year,
            records.one(record, "cm:series"),
            forecast=status == _FORECAST,
            share=share,
            world=position in world,
            quality=quality(records.one(record, "cm:precision"), status),
            ratings=ratings,
        )


def _by_about(
    figures: Iterable[_Figure], *, without_stage: bool = False
) -> dict[tuple[Term, ...], list[_Figure]]:
    """Figures by their substance and stage, or by their substance alone."""
    found: dict[tuple[Term, ...], list[_Figure]] = {}
    for figure in figures:
        about = (figure.substance,) if without_stage else (figure.substance, figure.stage)
        if all(about):
            found.setdefault(about, []).append(figure)
    return {about: found[about] for about in sorted(found)}


def _production(figures: list[_Figure]) -> dict[Choice, list[Term]]:
    """The lists of one substance and stage, and the years that each answers for."""
    chosen: dict[Choice, list[Term]] = {}
    years = sorted({figure.year for figure in figures})
    for year in years:
        of_year = [figure for figure in figures if figure.year == year]
        choice = _whole_list(of_year) or _put_together(of_year)
        chosen.setdefault(choice, []).append(year)
    known = [figure for figure in figures if not figure.forecast]
    totals = [figure for figure in known if _is_total(figure)]
    if known:
        newest = min(totals or known, key=lambda f: (f.ratings[0][0], -year_of([f.year]))).year
        of_year = [figure for figure in figures if figure.year == newest]
        of_known = [figure for figure in of_year if not (figure.forecast and _is_total(figure))]
        choice = _whole_list(of_known) or _put_together(of_year)
        chosen.setdefault(choice, []).append(LATEST)
    return {choice: years for choice, years in chosen.items() if choice.figures or choice.shares}


def _is_total(figure: _Figure) -> bool:
    return figure.world and not figure.share


def _whole_list(figures: list[_Figure]) -> Choice | None:
    """The list of the best release with a total of the world; nothing where there is none."""
    ratings = [rating for figure in figures if _is_total(figure) for rating in figure.ratings]
    if not ratings:
        return None
    best = min(ratings)
    listed = [f for f in figures if not f.share and best in f.ratings]
    return Choice(
        _records(figure for figure in listed if not figure.world),
        world=_records(figure for figure in listed if figure.world),
        releases=(best[2],),
    )


def _put_together(figures: list[_Figure]) -> Choice:
    """For each country and series the preferred amount and the preferred published share."""
    preferred = list(_preferred(figure for figure in figures if not figure.world))
    return Choice(
        _records(figure for figure in preferred if not figure.share),
        _records(figure for figure in preferred if figure.share),
    )


def _records(figures: Iterable[_Figure]) -> tuple[Term, ...]:
    return tuple(sorted(figure.record for figure in figures))


def _preferred(figures: Iterable[_Figure]) -> Iterator[_Figure]:
    """The preferred figure of each position, series and measure."""
    several: dict[tuple[Term, Term, bool], list[_Figure]] = {}
    for figure in figures:
        several.setdefault((figure.position, figure.series, figure.share), []).append(figure)
    for of_one in several.values():
        yield min(of_one, key=lambda figure: figure.order)


def _yearly(figures: list[_Figure]) -> Iterator[Triple]:
    """The figures of the best release for each country and year."""
    several: dict[tuple[Term, Term], list[_Figure]] = {}
    for figure in figures:
        if figure.country and not figure.forecast:
            several.setdefault((figure.position, figure.year), []).append(figure)
    for (position, _), of_year in several.items():
        _, share, _, best = min((r[0], f.share, *r[1:]) for f in of_year for r in f.ratings)
        stated = [f for f in of_year if any(release == best for _, _, release in f.ratings)]
        # A share that goes with the amounts of its release stands beside them.
        series = {figure.series for figure in stated if figure.share == share}
        for figure in _preferred(f for f in stated if f.series in series):
            name = "cm:yearlyShare" if figure.share else "cm:yearlyFigure"
            yield position, iri(name), figure.record


def _reserves(figures: list[_Figure]) -> dict[Choice, list[Term]]:
    """The figures of the reserves of one substance, and the years that they answer for."""
    newest = min(figures, key=lambda f: (f.ratings[0][0], -year_of([f.year]))).year
    chosen: dict[Choice, list[Term]] = {}
    for year in sorted({figure.year for figure in figures}):
        preferred = list(_preferred(figure for figure in figures if figure.year == year))
        choice = Choice(
            _records(figure for figure in preferred if not figure.world),
            world=_records(figure for figure in preferred if figure.world),
        )
        answered = [year, LATEST] if year == newest else [year]
        if choice.figures:
            chosen.setdefault(choice, []).extend(answered)
    return chosen


def _write(
    found: Listings, kind: str, about: tuple[Term, ...], chosen: Mapping[Choice, list[Term]]
) -> None:
    """The records of some listings of a kind."""
    place = "cm:listedCountry" if kind == "cm:ImportListing" else "cm:listedStage"
    of_tables = ("cm:listedSubstance", place)
    for choice, years in chosen.items():
        name = _name(kind, about, years)
        found.count += 1
        found.triples.append((name, iri("rdf:type"), iri(kind)))
        said = (
            *zip(of_tables, about, strict=False),
            *(("cm:listedYear", year) for year in years),
            *(("cm:lists", record) for record in choice.figures),
            *(("cm:listsShare", record) for record in choice.shares),
            *(("cm:worldTotal", record) for record in choice.world),
            *(("cm:inRelease", release) for release in choice.releases),
            *choice.more,
        )
        found.triples.extend((name, iri(of_table), value) for of_table, value in said)


def _name(kind: str, about: tuple[Term, ...], years: list[Term]) -> Term:
    """An IRI that says what a listing is of and for which year; a year has one of a kind."""
    key = "\n".join((kind, *about, *years))
    digest = hashlib.sha1(key.encode(), usedforsecurity=False).hexdigest()[:10]
    what = kind.removeprefix("cm:").removesuffix("Listing").lower()
    of = "--".join(slug(part).removeprefix("stage-") for part in about)
    when = "--".join(lexical(y) if y != LATEST else "latest" for y in years)
    return f"<{CMD}listing-{what}--{of}--{when}--{digest}>"
