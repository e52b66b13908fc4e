"""Names of sites in the form in which they are compared.

Letters are made plain Latin ones, words that say what a site is or has (mine, project, copper)
are dropped, and what tells neighbours apart is kept beside: numbers, and words such as north or
upper. A name may be written in several ways (``Kuantan (Gebeng)``), each way is compared.
"""

from __future__ import annotations

import csv
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from rapidfuzz import fuzz

#: Letters that have no accent to take off.
_LETTERS = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ß": "ss", "æ": "ae", "œ": "oe", "ı": "i", "ð": "d", "þ": "th"}
)
_WORD = re.compile(r"[a-z]+|[0-9]+")
_PARENTHESES = re.compile(r"[(\[]([^()\[\]]*)[)\]]?")
_INCLUDES = re.compile(r"\s*incl", re.IGNORECASE)
_APOSTROPHE = re.compile(r"(?<=\w)['’`´](?=\w)")


def _words(sort: str) -> dict[str, str]:
    """The words of a sort in ``words.csv``, each with the one that it is read as."""
    with Path(__file__).with_name("words.csv").open(encoding="utf-8", newline="") as file:
        return {
            row["word"]: row["read_as"] or row["word"]
            for row in csv.DictReader(file)
            if row["sort"] == sort
        }


#: What a site is, in the languages that the sources use.
_KINDS = frozenset(_words("kind"))
#: Words for a larger area than one site.
_AREAS = frozenset(_words("area"))
#: What a site has.
_SUBSTANCES = frozenset(_words("substance"))
_SMALL = frozenset(_words("small"))
#: Words of landscapes: they belong to a name, but make two short names look like each other.
_LANDSCAPES = frozenset(_words("landscape"))
_LEGAL = frozenset(_words("legal-form"))
#: What tells parts of one site, or neighbours, apart: north, upper, new.
_PARTS = _words("part")
_ROMAN = _words("numeral")
#: Names that only say where a nameless site is: "Mine in Klang".
_PLACED = re.compile(
    r"\b(?:mines?|plants?|quarr(?:y|ies)|refinery|smelters?|mills?|works|facility|operations?)"
    r"\s+(?:in|at|near)\b",
    re.IGNORECASE,
)
#: What stands between two ways of writing a name.
_SEPARATORS = re.compile(r"\s*(?:/|\bor\b|\baka\b|\bformerly\b|;)\s*")


@dataclass(frozen=True, slots=True)
class SiteName:
    """One way of writing a name.

    ``core`` are the words that name the site, in order; ``parts`` are numbers and words such as
    north; ``area`` is true of a district or belt; ``placed`` of a name that only says in which
    town a nameless site is; ``plain`` where nothing but words of kinds or substances is left, so
    that the name tells nothing.
    """

    core: tuple[str, ...]
    parts: frozenset[str]
    area: bool
    plain: bool
    placed: bool = False

    @property
    def compact(self) -> str:
        """The core without blanks."""
        return "".join(self.core)


@dataclass(frozen=True, slots=True)
class Likeness:
    """How like two names are: ``score`` 0 to 100, ``within`` if one's words are in the other.

    ``parts`` is ``same``, ``one-sided`` or ``different``; ``area`` where only one
    of the two names an area, ``district`` where at least one does;
    ``alias`` where only a second name of one of the two is like the other; ``placed`` where one
    is only the name of the place; ``short`` where a name has fewer than four letters.
    """

    score: float
    within: bool
    parts: str
    area: bool
    plain: bool
    alias: bool = False
    placed: bool = False
    short: bool = False
    district: bool = False


def plain_letters(text: str) -> str:
    """A text in small plain Latin letters, as far as it has a Latin form.

    >>> plain_letters("Aïn Kerma – Łódź")
    'ain kerma  lodz'
    """
    text = text.casefold().translate(_LETTERS)
    return unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()


@lru_cache(maxsize=100_000)
def site_names(name: str) -> tuple[SiteName, ...]:
    """The ways in which a name is written: whole, without and only what is in parentheses.

    A district in parentheses is no name of the site, nor is what it is said to include.

    >>> [way.core for way in site_names("Kuantan (Gebeng) rare earth plant")]
    [('kuantan',), ('gebeng',)]
    """
    inside = [text for text in _PARENTHESES.findall(name) if not _INCLUDES.match(text)]
    outside = _PARENTHESES.sub(" ", name)
    first = _ways(_SEPARATORS.split(outside))
    second = _ways(t for text in inside for t in _SEPARATORS.split(text.replace(",", ";")))
    ways = [*first, *(way for way in second if not way.area or not first)]
    telling = [way for way in ways if not way.plain]
    return tuple(dict.fromkeys(telling or ways))


def _ways(texts: Iterable[str]) -> list[SiteName]:
    return [way for text in texts if (way := _read(text)) is not None]


def _read(text: str) -> SiteName | None:
    words = _WORD.findall(plain_letters(_APOSTROPHE.sub("", text)))
    if not words:
        return None
    core: list[str] = []
    parts: set[str] = set()
    for place, word in enumerate(words):
        if word.isdigit():
            parts.add(word.lstrip("0") or "0")
        elif word in _ROMAN and place:
            parts.add(_ROMAN[word])
        elif word in _PARTS:
            parts.add(_PARTS[word])
        elif word not in _KINDS and word not in _AREAS and word not in _SMALL:
            core.append(word)
    telling = [word for word in core if word not in _SUBSTANCES]
    area = any(word in _AREAS for word in words)
    if sum(map(len, telling)) >= 2:
        placed = _PLACED.search(text) is not None
        return SiteName(tuple(telling), frozenset(parts), area, plain=False, placed=placed)
    # "Rare Earth" or "North": all that there is counts, but it tells little.
    return SiteName(tuple(words), frozenset(), area, plain=True)


def likeness(ones: Iterable[SiteName], others: Iterable[SiteName]) -> Likeness:
    """How like two names are in the most like ways of writing them."""
    found = [_compare(a, b) for a in ones for b in others]
    order = {"same": 2, "one-sided": 1, "different": 0}
    none = Likeness(0, False, "same", False, True)
    return max(
        found, key=lambda one: (one.score, order[one.parts], one.within, not one.area), default=none
    )


def _compare(a: SiteName, b: SiteName) -> Likeness:
    if a.compact == b.compact or sorted(a.core) == sorted(b.core):
        score = 100.0
    else:
        score = max(
            fuzz.ratio(a.compact, b.compact),
            fuzz.ratio(" ".join(sorted(a.core)), " ".join(sorted(b.core))),
        )
        score = min(score, 99.0, _without_landscapes(a, b))
    small, large = sorted((set(a.core), set(b.core)), key=len)
    within = small < large and sum(map(len, small)) >= 5
    different = "different" if a.parts and b.parts else "one-sided"
    parts = "same" if a.parts == b.parts else different
    plain, placed = a.plain or b.plain, a.placed or b.placed
    short = min(len(a.compact), len(b.compact)) < 4
    return Likeness(
        score,
        within,
        parts,
        a.area != b.area,
        plain,
        placed=placed,
        short=short,
        district=a.area or b.area,
    )


def _without_landscapes(a: SiteName, b: SiteName) -> float:
    """How like the rest of two names is: Mrima Hill and Mfima Hill are two hills."""
    one, other = ("".join(word for word in name.core if word not in _LANDSCAPES) for name in (a, b))
    return fuzz.ratio(one, other) if one and other else 100.0


@lru_cache(maxsize=50_000)
def company_name(words: str) -> str:
    """The name of a company without its legal form, blanks and percentages.

    >>> company_name("Lynas Malaysia Sdn. Bhd. [100%]")
    'lynasmalaysia'
    """
    text = re.sub(r"\[[^\]]*\]|\([^)]*\)|\d+(\.\d+)?\s*%", " ", words)
    text = re.sub(r"\b([A-Za-z])\.\s?(?=[A-Za-z]\b)", r"\1", text)
    found = _WORD.findall(plain_letters(_APOSTROPHE.sub("", text)))
    while found and found[-1] in _LEGAL:
        found.pop()
    return "".join(word for word in found if word not in _SMALL)


def companies_alike(one: str, other: str) -> float:
    """How like two names of companies are, 0 to 100; 0 where one is missing."""
    a, b = company_name(one), company_name(other)
    return fuzz.ratio(a, b) if a and b else 0.0
