"""Operators and owners in words: which company of the table ``companies`` they are.

Only words that, without the legal form, are a name or alias of exactly one company are sure.
Words that are nearly such a name are a doubtful pair for an expert.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from rapidfuzz import fuzz

from kg.facts.package import Package
from kg.match.names import company_name
from kg.match.site import Site, rows

#: Names are nearly the same from this likeness on, 0 to 100.
_NEARLY = 92.0


@dataclass(frozen=True, slots=True)
class CompanyWords:
    """Words of sources, how many records have them, and the company that they are a name of."""

    words: str
    records: int
    company: str
    rule: str
    likeness: float = 100.0


@dataclass(frozen=True, slots=True)
class CompanyNames:
    """The sure words, and those in doubt."""

    sure: list[CompanyWords]
    doubtful: list[CompanyWords]

    @property
    def ids(self) -> Mapping[str, str]:
        """Words -> id of the company."""
        return {one.words: one.company for one in self.sure}


def find_companies(
    package: Package, sites: Iterable[Site], decided: Mapping[tuple[str, str], bool]
) -> CompanyNames:
    """Look up the words of all records; ``decided`` are (company, words) with an answer."""
    companies = _names(package)
    by_start: dict[str, list[str]] = defaultdict(list)
    for name in companies:
        by_start[name[:3]].append(name)
    sure: list[CompanyWords] = []
    doubtful: list[CompanyWords] = []
    for words, count in sorted(_words(sites).items()):
        name = company_name(words)
        ids = companies.get(name, frozenset())
        accepted = [c for (c, w), same in decided.items() if w == words and same]
        if accepted:
            sure.append(CompanyWords(words, count, accepted[0], "reviewed"))
        elif len(ids) == 1:
            (company,) = ids
            if decided.get((company, words)) is not False:
                sure.append(CompanyWords(words, count, company, "same-name"))
        elif name:
            near = [(fuzz.ratio(name, other), other) for other in by_start.get(name[:3], ())]
            score, other = max(near, default=(0.0, ""))
            if score >= _NEARLY and len(companies[other]) == 1:
                (company,) = companies[other]
                if (company, words) not in decided:
                    doubtful.append(CompanyWords(words, count, company, "company-name", score))
    return CompanyNames(sure, doubtful)


def _names(package: Package) -> dict[str, frozenset[str]]:
    """Name of a company without its legal form -> the companies that have it."""
    found: dict[str, set[str]] = defaultdict(set)
    for cells in rows(package.table("companies")):
        for text in (cells["name"], *cells["aliases"].split(";")):
            if name := company_name(text):
                found[name].add(cells["id"])
    return {name: frozenset(ids) for name, ids in found.items()}


def _words(sites: Iterable[Site]) -> Counter[str]:
    found: Counter[str] = Counter()
    for site in sites:
        if site.curated:
            continue
        cells = site.cells
        found.update(
            {w.strip() for w in (cells["operator_words"], *cells["owner_words"].split(";"))}
        )
    del found[""]
    return found
