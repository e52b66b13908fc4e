"""How values read on a page: numbers, dates, addresses, sources."""

from __future__ import annotations

import re
from collections import Counter
from urllib.parse import urlsplit

from flask import Flask

from kg.namespaces import GRAPH, is_local_name, shorten
from kg.questions import Question, ResultTable

#: The values of a parameter of this class are kinds of things, and read in the plural.
CLASS = "owl:Class"

#: Scripts and data addresses are never linked, whatever a table of sources may hold.
_LINKED_SCHEMES = {"http", "https"}


def number(value: float | str) -> str:
    """A figure as it reads: thousands apart, no more decimals than it has, at most four digits
    behind the point.

    >>> number("1234567.0"), number(84.9), number("0.12345678")
    ('1,234,567', '84.9', '0.1235')
    """
    figure = float(value)
    if figure == int(figure) and abs(figure) < 1e15:
        return f"{int(figure):,}"
    text = f"{figure:,.4f}".rstrip("0").rstrip(".")
    return text if text not in {"0", "-0"} else f"{figure:.3g}"


def figure(value: float, unit: str) -> str:
    """A figure in its unit: one decimal for a percentage, since no source knows more; the exports
    hold what the graph holds.

    >>> figure(91.27721579, "%"), figure(417.0, ""), figure(0.04, "%")
    ('91.3', '417', '0.04')
    """
    rounded = round(value, 1) if unit == "%" and abs(value) >= 0.1 else value
    return number(rounded)


def safe_address(value: str) -> str:
    """The address where it may be linked, or nothing.

    >>> safe_address("https://example.org/x"), safe_address("javascript:alert(1)")
    ('https://example.org/x', '')
    """
    if any(character.isspace() or ord(character) < 32 for character in value):
        return ""
    try:
        parts = urlsplit(value)
    except ValueError:
        return ""
    return value if parts.scheme.lower() in _LINKED_SCHEMES and parts.netloc else ""


def source_id(iri: str) -> str:
    """The id of a source release by its IRI; empty where it is none."""
    local = iri.removeprefix(GRAPH)
    return local if local != iri and is_local_name(local) else ""


def plural(word: str, count: int) -> str:
    """A label in the plural where there are several: ``Country`` gives ``countries``.

    >>> plural("Product", 2), plural("Country", 3), plural("Measure", 1)
    ('products', 'countries', 'measure')
    """
    word = lower_first(word)
    if count == 1:
        return word
    if word.endswith("y") and word[-2:-1] not in "aeiou":
        return f"{word[:-1]}ies"
    return f"{word}es" if word.endswith(("s", "x", "ch")) else f"{word}s"


def lower_first(text: str) -> str:
    """A label inside a sentence: its first letter small, unless it is an abbreviation.

    >>> lower_first("Element or group"), lower_first("HHI")
    ('element or group', 'HHI')
    """
    return text if text[1:2].isupper() else text[:1].lower() + text[1:]


def sentence(question: Question) -> list[tuple[str, str]]:
    """The question as its words and its parameters in turn: ``(words, "")`` or ``("", name)``."""
    pieces = re.split(r"\{(\w+)\}", question.question)
    return [
        ("", piece) if place % 2 else (piece.strip(), "")
        for place, piece in enumerate(pieces)
        if piece.strip()
    ]


def sentence_names(question: Question) -> set[str]:
    """The parameters that stand in the sentence."""
    return {name for _, name in sentence(question) if name}


def distinct(table: ResultTable, name: str) -> int:
    """How many different values a column has."""
    return len({row[name] for row in table.rows if name in row})


def tally(table: ResultTable, name: str) -> list[tuple[str, int]]:
    """The values of a column with the number of rows of each, in the order of appearance."""
    counts = Counter(row[name].text for row in table.rows if name in row)
    return list(counts.items())


def year(value: str) -> str:
    """The year of a date or a year.

    >>> year("2024-05-01"), year("2024")
    ('2024', '2024')
    """
    return value[:4]


_FILTERS = (
    number,
    figure,
    safe_address,
    source_id,
    plural,
    lower_first,
    sentence,
    sentence_names,
    distinct,
    tally,
    year,
    shorten,
)


def register_filters(app: Flask) -> None:
    """Let templates use these functions."""
    for function in _FILTERS:
        app.jinja_env.filters[function.__name__] = function
