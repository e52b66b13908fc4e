"""How values read on a page: numbers, dates, addresses, sources."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from urllib.parse import urlsplit

from flask import Flask

from kg.namespaces import GRAPH, PREFIXES, is_local_name, shorten
from kg.questions import Question, ResultTable
from service.pages.examples import examples

#: The values of a parameter of this class are kinds of things, and read in the plural.
CLASS = "owl:Class"
COUNTRY = "cm:Country"
#: Things of these classes are no names, and stand in a sentence with a small letter.
_COMMON_NOUNS = {"cm:Element", "cm:Material", "cm:Substance", "cm:Stage", "cm:Component"}
_TAKES_ARTICLE = re.compile(
    r"^(United|Netherlands|Philippines|Czech Republic|Central African|Maldives|Gambia|Bahamas|"
    r"Russian|European|Dominican|DR )|(Republic|Islands|Emirates|States|Union|Kingdom)$"
)
#: Where the head of a phrase ends: it takes the ending, and a verb behind it follows.
_JOINTS = {" that depends ": " that depend ", " or ": " or "}
_PLURALS = {
    "list of projects": "lists of projects",
    "production": "production figures",
    "group of elements": "groups of elements",
    "group of rare earths": "groups of rare earths",
    "suspension of a measure": "suspensions of a measure",
}
_SAME_IN_PLURAL = {"reserves", "exports", "net import reliance", "rare earths"}
_AMOUNTS_OF = {
    "material": "of the material, not of the element alone",
    "substances": "of the elements in it",
    "part": "of the part",
    "whole": "of the whole",
}
_UNCOUNTED = {"percent", "ratio", "number"}

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
    >>> plural("bill of materials item", 2), plural("place or body", 2), plural("reserves", 2)
    ('bill of materials items', 'places or bodies', 'reserves')
    """
    word = lower_first(word)
    if count == 1:
        return word
    for joint, several in _JOINTS.items():
        head, found, rest = word.partition(joint)
        if found:
            return f"{plural(head, 2)}{several}{plural(rest, 2) if joint == ' or ' else rest}"
    if word in _SAME_IN_PLURAL:
        return word
    if word in _PLURALS:
        return _PLURALS[word]
    if word.endswith("y") and word[-2:-1] not in "aeiou":
        return f"{word[:-1]}ies"
    return f"{word}es" if word.endswith(("s", "x", "ch")) else f"{word}s"


def lower_first(text: str) -> str:
    """A label inside a sentence: its first letter small, unless the word is an abbreviation or a
    formula.

    >>> lower_first("Element or group"), lower_first("HHI"), lower_first("NdFeB magnet")
    ('element or group', 'HHI', 'NdFeB magnet')
    """
    word = text.partition(" ")[0]
    return text[:1].lower() + text[1:] if word[1:] == word[1:].lower() else text


def in_sentence(label: str, of: str) -> str:
    """The label of a thing inside a sentence, by its class.

    Substances and stages are common nouns, kinds of things stand in the plural, some countries
    take the article, other names stay as they are.

    >>> in_sentence("Neodymium", "cm:Element"), in_sentence("United States", "cm:Country")
    ('neodymium', 'the United States')
    >>> in_sentence("Defence system", "owl:Class"), in_sentence("F-35", "cm:Product")
    ('defence systems', 'F-35')
    """
    if of == CLASS:
        return plural(label, 2)
    if of == COUNTRY:
        return f"the {label}" if _TAKES_ARTICLE.search(label) else label
    if of in _COMMON_NOUNS:
        return re.sub(r", (.*)$", r" (\1)", lower_first(label))
    return label


def enumeration(words: Sequence[str], conjunction: str = "and") -> str:
    """Words in a row: ``a, b and c``.

    >>> enumeration(["a", "b", "c"]), enumeration(["a", "b"]), enumeration(["a"])
    ('a, b and c', 'a and b', 'a')
    """
    *before, last = words
    return f"{', '.join(before)} {conjunction} {last}" if before else last


def unit_words(unit: str, amount: float) -> str:
    """A unit behind an amount.

    >>> unit_words("kilogram per unit", 20), unit_words("gram per device", 1)
    ('kilograms per unit', 'gram per device')
    """
    noun, space, rest = unit.partition(" ")
    several = amount != 1 and noun[-1:].islower() and noun not in _UNCOUNTED
    return f"{plural(noun, 2) if several else noun}{space}{rest}"


def amount_of(text: str) -> str:
    """What an amount is the amount of, in words.

    >>> amount_of("substances"), amount_of("alloy")
    ('of the elements in it', 'of alloy')
    """
    return _AMOUNTS_OF.get(text, f"of {text}")


def cited(source: Mapping[str, str]) -> str:
    """A source in a few words: its publisher and its year.

    >>> cited({"publisher": "IEA", "date": "2025-05-21"}), cited({"title": "A report"})
    ('IEA, 2025', 'A report')
    """
    name = source.get("publisher") or source.get("title", "")
    return ", ".join(part for part in (name, year(source.get("date", ""))) if part)


def host(address: str) -> str:
    """The host of an address, to say where a link leads.

    >>> host("https://www.iea.org/data")
    'iea.org'
    """
    return (urlsplit(address).hostname or address).removeprefix("www.")


def span(text: str) -> str:
    """A period with the dash that it is printed with.

    >>> span("2016-2020")
    '2016–2020'
    """
    return re.sub(r"(?<=\d)-(?=\d)", "\u2013", text)


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
    in_sentence,
    unit_words,
    amount_of,
    cited,
    host,
    span,
    sentence,
    sentence_names,
    distinct,
    year,
    shorten,
)


def register_filters(app: Flask) -> None:
    """Let templates use these functions, the example queries and the prefixes."""
    for function in _FILTERS:
        app.jinja_env.filters[function.__name__] = function
    app.jinja_env.globals.update(example_queries=examples(), prefixes=PREFIXES)
