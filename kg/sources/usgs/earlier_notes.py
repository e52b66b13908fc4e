"""The notes of the world tables of 2022 to 2025: what they say of the figure beside them.

Notes are written for readers and not for programs. Four things are taken from them: that the
figure of a year is estimated, that it is reported, what stands instead of a figure (``Categorized
as "Large"``, ``W for 23-24``), and that it counts something else. What is left is kept as words.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from kg.sources.official_file import fold, tidy
from kg.sources.usgs.values import ParsedValue, UnreadableValue, parse_value

#: Every figure of the row, whatever its year.
ANY_YEAR = "any"
_ESTIMATED = re.compile(
    r"(?:production )?(?:data )?(?:in (?P<before>\d{4}) )?(?:is |are |was |were )?(?:also )?"
    r"estimated(?: capacity)?(?: (?:in |for )?(?P<after>\d{4}))?(?: also)?|estimated in both years",
    re.ASCII,
)
_REPORTED = re.compile(
    r"(?:production was )?rep(?:or|ro)ted(?: production| quantity| data)?(?: in (?P<year>\d{4}))?",
    re.ASCII,
)
_WITHHELD = re.compile(r"w for \d\d-\d\d", re.ASCII)
_MISSING = re.compile(r"(?:na|xx)(?: for (?P<year>\d{4})| \(reserve data.*)?", re.ASCII)
_SIZE = re.compile(
    r"(?:(?:(?:world )?reserves are )?categorized as |considered (?:to be )?|estimated to be )?"
    r"\"?(?:very small|small|moderate|moderate to large|large)\"?(?: in quantity)?"
)
_ELSEWHERE = re.compile(r"includ(?:ed|es) (?:in|with) .{1,40}")
_MORE_THAN = re.compile(r"(?P<bound>>[\d,]+)(?:\. (?P<rest>.*))?", re.ASCII | re.DOTALL)
_LESS_THAN_HALF = re.compile(r"less than (?:½|1/2) ?unit\.?")
_FIGURE = re.compile(r"[\d,]+", re.ASCII)
#: The end of a sentence: not the stops of "U.S." and of "2.95", and there may be no blank after it.
_END = re.compile(
    r"(?<=[a-z)%\"”])\.\s*(?=[A-Z“(])|(?<=\d)\.\s+(?=[A-Z“(])|(?<=^estimated),\s|,\s(?=reported$)"
)
#: Nothing is said of the figure by these: they tell of the making of the book.
_SILENT = re.compile(
    r"not (?:applicable|available)|n/?a|xx|tol|leading producer|\(reserve data .*"
    r"|.*\brevised (?:based on|march 5).*|data may not add to totals .*",
)


@dataclass(frozen=True, slots=True)
class Notes:
    """What the notes beside the figures of a row say.

    ``estimated`` and ``reported`` hold years, or ``ANY_YEAR``. ``instead`` is read where the cell
    has no figure, by year. ``figure`` is a number that stands among the notes by mistake.
    """

    words: str = ""
    estimated: frozenset[str] = frozenset()
    reported: frozenset[str] = frozenset()
    instead: dict[str, ParsedValue] = field(default_factory=dict)
    figure: str = ""


def read_notes(cell: str) -> Notes:
    """Read a cell of notes. Never raises.

    >>> sorted(read_notes("Excludes U.S. production. Also estimated in 2022").estimated)
    ['2022']
    >>> read_notes('Categorized as "Large"').instead["any"].status
    'qualitative'
    >>> read_notes("W for 23-24").instead["any"].status
    'withheld'
    """
    words: list[str] = []
    estimated: set[str] = set()
    reported: set[str] = set()
    instead: dict[str, ParsedValue] = {}
    figure = ""
    for sentence in _sentences(cell):
        folded = fold(sentence).replace("“", '"').replace("”", '"')
        if found := _ESTIMATED.fullmatch(folded):
            estimated.add(found["before"] or found["after"] or ANY_YEAR)
        elif found := _REPORTED.fullmatch(folded):
            reported.add(found["year"] or ANY_YEAR)
        elif _FIGURE.fullmatch(folded):
            figure = sentence
        elif found := _MISSING.fullmatch(folded):
            instead[found["year"] or ANY_YEAR] = _missing(sentence)
        elif value := _instead(sentence, folded):
            instead[ANY_YEAR] = value
        elif not _SILENT.fullmatch(folded):
            words.append(sentence)
    text = " ".join(word if word.endswith((".", "”")) else f"{word}." for word in words)
    return Notes(text, frozenset(estimated), frozenset(reported), instead, figure)


def _sentences(cell: str) -> list[str]:
    """The sentences of a cell, without their full stops; a bound keeps what follows it."""
    text = tidy(cell)
    if found := _MORE_THAN.fullmatch(text):
        return [found["bound"], *_sentences(found["rest"] or "")]
    parts = re.split(_END, text)
    return [part for part in (part.strip().removesuffix(".") for part in parts) if part]


def _missing(sentence: str) -> ParsedValue:
    return ParsedValue("not-available", flag=sentence, stated=sentence)


def _instead(sentence: str, folded: str) -> ParsedValue | None:
    """What stands in the notes in place of a figure, if it is that."""
    if _WITHHELD.fullmatch(folded):
        return ParsedValue("withheld", flag=sentence, stated=sentence)
    if _LESS_THAN_HALF.fullmatch(folded):
        return ParsedValue("bound", low="0", high="0.5", flag=sentence, stated=sentence)
    if _SIZE.fullmatch(folded) or _ELSEWHERE.fullmatch(folded):
        return ParsedValue("qualitative", flag=sentence, stated=sentence)
    if sentence.startswith(">"):
        bound = parse_value(sentence)
        return None if isinstance(bound, UnreadableValue) else bound
    return None


def read_cell(cell: str) -> tuple[ParsedValue | UnreadableValue, bool]:
    """Read a cell of figures: the value, and whether the cell itself says that it is estimated.

    Beside the forms of the main table there are figures with the mark of an estimate (``e3,900``)
    and sentences in place of a figure (``Included with ilmenite``). Never raises.

    >>> read_cell("e3,900")[0].value, read_cell("e3,900")[1]
    ('3900', True)
    """
    text = tidy(cell)
    marked = re.fullmatch(r"e(?P<figure>\d[\d,]*)", text, re.ASCII)
    if marked:
        return parse_value(marked["figure"]), True
    value = parse_value(text)
    if isinstance(value, UnreadableValue):
        plain = fold(text).replace("“", '"').replace("”", '"').removesuffix(".")
        return _instead(text, plain) or value, False
    return value, False
