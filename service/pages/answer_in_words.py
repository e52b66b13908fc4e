"""An answer in words: what stands above its table, so that it can be read at once.

Which things are named and how strong the evidence is (a column of the role ``evidence``), and
which share of the world a country holds (the columns ``country``, ``stage`` and ``share``). An
answer without these columns is only counted.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pyoxigraph import Literal, NamedNode

from kg.questions import Cell, ResultTable
from service.pages.presentation import (
    CLASS,
    COUNTRY,
    distinct,
    enumeration,
    figure,
    in_sentence,
    number,
    plural,
    sentence,
    span,
)
from service.reading import Row

#: Names that a sentence gives in full; of more it says how many.
_MOST_NAMES = 12

#: The columns that the sentence on a share says.
_SHARE_COLUMNS = frozenset(
    {"country", "stage", "share_of", "year", "period", "status", "share_source"}
)

#: How a sentence names the status of a figure; a status without an entry is named by its label.
_STATUS_WORDS = {
    "measured": "as published",
    "computed": "computed by critmat from published figures",
    "computed-from-estimates": "computed by critmat from published estimates",
    "estimated": "estimated by the source",
    "bound": "a bound: the source states only one end",
    "forecast": "a forecast",
}


@dataclass(frozen=True, slots=True)
class Level:
    """One level of evidence: how many rows it has, and the things for which it is the strongest."""

    name: str
    definition: str
    rows: int
    things: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Share:
    """One share of the world. ``text`` is a sentence up to its sources; ``caution`` says where the
    figure is for something wider than what was asked."""

    text: str
    status: str
    caution: str
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Words:
    """An answer in words: the first sentence, what follows it, and the shares.

    ``said`` are the columns that these words cover for every row.
    """

    first: str
    names: tuple[str, ...]
    more_names: int
    rest: tuple[str, ...]
    levels: tuple[Level, ...]
    shares: tuple[Share, ...]
    said: frozenset[str]


def in_words(table: ResultTable, levels: Sequence[Row], statuses: Sequence[Row]) -> Words:
    """Put an answer of at least one row into words; ``levels`` and ``statuses`` are code lists."""
    found = levels_of(table, levels)
    strongest = next((level for level in found if level.things), None)
    kind = _kind(table)
    if strongest is None or "element" not in table.question.params:
        first = _counted(table, kind)
        things: tuple[str, ...] = ()
        rest: tuple[str, ...] = ()
    else:
        things = strongest.things
        first = _first_sentence(strongest, kind, asked_for(table, "element"))
        rest = tuple(_further(level) for level in found if level.things and level is not strongest)
    shares, said = shares_of(table, {row["status"]: row for row in statuses})
    more = len(things) - _MOST_NAMES if len(things) > _MOST_NAMES + 1 else 0
    names = things[: len(things) - more]
    return Words(first, names, more, rest, found, shares, said)


def _counted(table: ResultTable, kind: str) -> str:
    """How many things in how many rows; of one thing its name."""
    name = table.columns[0].name
    count, rows = distinct(table, name), len(table.rows)
    of_rows = f"{number(rows)} {plural('row', rows)}"
    if count == 1 and rows > 1:
        thing = next(row[name].text for row in table.rows if name in row)
        return f"{thing}: {of_rows}."
    return f"{number(count)} {plural(kind, count)} in {of_rows}."


def asked_for(table: ResultTable, name: str) -> str:
    """What a parameter was asked with, as it reads in a sentence; empty where it was left open."""
    terms = table.bound.terms.get(name, ())
    of = table.question.params[name].of if name in table.question.params else ""
    labels = [
        in_sentence(table.labels.get(term.value, term.value), of)
        for term in terms
        if isinstance(term, NamedNode)
    ]
    return enumeration(labels, "or") if labels else ""


def asked_in_words(table: ResultTable) -> list[tuple[str, str]]:
    """The question as it was asked: ``(words, "")`` or ``("", what stands in a slot)``."""
    pieces = []
    for words, name in sentence(table.question):
        pieces.append((words, _in_slot(table, name) if name else ""))
    return pieces


def _in_slot(table: ResultTable, name: str) -> str:
    """What a parameter was asked with, whatever its type."""
    things = asked_for(table, name)
    if things:
        return things
    parameter = table.question.params[name]
    texts = [
        parameter.values.get(term.value, term.value)
        for term in table.bound.terms.get(name, ())
        if isinstance(term, Literal)
    ]
    unit = f"\u00a0{parameter.unit}" if parameter.unit else ""
    return f"{enumeration(texts, 'or')}{unit}" if texts else "any"


def levels_of(table: ResultTable, levels: Sequence[Row]) -> tuple[Level, ...]:
    """The levels of evidence, strongest first, with what an answer has of each."""
    column = next((c.name for c in table.columns if c.role == "evidence"), "")
    if not column:
        return ()
    first = table.columns[0].name
    order = {row["level"]: place for place, row in enumerate(levels)}
    best: dict[str, tuple[int, str]] = {}
    counts: dict[str, int] = {}
    for row in table.rows:
        if column not in row or first not in row:
            continue
        level, thing = row[column].iri, row[first]
        counts[level] = counts.get(level, 0) + 1
        place = order.get(level, len(order))
        key = thing.iri or thing.text
        if key not in best or place < best[key][0]:
            best[key] = (place, thing.text)
    return tuple(
        Level(
            name=row["notation"],
            definition=row["definition"],
            rows=counts.get(row["level"], 0),
            things=tuple(text for at, text in best.values() if at == place),
        )
        for place, row in enumerate(levels)
    )


def _kind(table: ResultTable) -> str:
    """What the rows are about: the kind that was asked for, or the head of the first column."""
    for name, parameter in table.question.params.items():
        if parameter.of == CLASS:
            for term in table.bound.terms.get(name, ()):
                if isinstance(term, NamedNode) and term.value in table.labels:
                    return table.labels[term.value]
    return table.columns[0].label


def _first_sentence(level: Level, kind: str, element: str) -> str:
    count = len(level.things)
    some = f"{number(count)} {plural(kind, count)}"
    are = "is" if count == 1 else "are"
    what = element or "the element"
    match level.name:
        case "named":
            return f"{some} {are} named in a source with {what} and the part that holds it"
        case "element":
            return f"{some} {are} named in a source with {what}, but not the part that holds it"
        case "group":
            return (
                f"No source names {what} in a system of its own. {some} {are} said to hold a group "
                f"of elements that {what} belongs to"
            )
        case "class":
            return (
                f"No source names {what} in a system of its own. {some} {are} covered by what is "
                "said of a whole class of systems or parts"
            )
    return f"{some} {are} at the level of evidence “{level.name}”"


def _further(level: Level) -> str:
    count = number(len(level.things))
    match level.name:
        case "element":
            return f"{count} more with the element but not the part"
        case "group":
            return f"{count} more only with a group of elements, such as “rare earths”"
        case "class":
            return f"{count} more only through what is said of a class of systems or parts"
    return f"{count} more at the level “{level.name}”"


def shares_of(
    table: ResultTable, statuses: Mapping[str, Row]
) -> tuple[tuple[Share, ...], frozenset[str]]:
    """The shares in an answer as sentences, and the columns that these sentences cover.

    Nothing is covered where one element has several shares, because a row would not tell which.
    """
    names = {column.name for column in table.columns}
    if not {"country", "stage", "share"} <= names:
        return (), frozenset()
    told = sorted((_SHARE_COLUMNS | {"share", "element"}) & names)
    one_each: dict[Cell | None, Mapping[str, Cell]] = {}
    for row in table.rows:
        if "share" not in row or "country" not in row or "stage" not in row:
            return (), frozenset()
        known = one_each.setdefault(row.get("element"), row)
        if any(known.get(name) != row.get(name) for name in told):
            return (), frozenset()
    shares = tuple(_share(table, row, statuses) for row in one_each.values())
    return shares, _SHARE_COLUMNS & names


def _share(table: ResultTable, row: Mapping[str, Cell], statuses: Mapping[str, Row]) -> Share:
    country = in_sentence(row["country"].text, COUNTRY)
    stage = in_sentence(row["stage"].text, "cm:Stage")
    substance = row.get("share_of") or row.get("element")
    named = in_sentence(substance.text, "cm:Substance") if substance else ""
    value = row["share"].number
    share = figure(value, "%") if value is not None else row["share"].text
    text = f"{country[:1].upper()}{country[1:]} held {share}\u00a0% of the world’s {stage}"
    text += f" of {named}" if named else ""
    if "period" in row:
        text += f" on average over {span(row['period'].text)}"
    elif "year" in row:
        text += f" in {row['year'].text}"
    status = row.get("status")
    code = statuses.get(status.iri, {}) if status else {}
    return Share(
        text=text,
        status=_STATUS_WORDS.get(code.get("notation", ""), status.text if status else ""),
        caution=_caution(table, row, substance, stage),
        sources=tuple(item.iri for item in row["share_source"].items)
        if "share_source" in row
        else (),
    )


def _caution(
    table: ResultTable, row: Mapping[str, Cell], substance: Cell | None, stage: str
) -> str:
    """Where a figure is for something else than what a row says or the question asked for."""
    sentences = []
    element = row.get("element")
    if substance and element and substance.iri != element.iri:
        name = in_sentence(element.text, "cm:Element")
        whole = in_sentence(substance.text, "cm:Substance")
        sentences.append(
            f"This is a figure for {whole}, not for {name} alone, whose share may differ."
        )
    elif element and element.iri not in (_asked_iris(table, "element") or {element.iri}):
        name = in_sentence(element.text, "cm:Element")
        sentences.append(f"It goes with the statements that name only {name}.")
    asked = _asked_iris(table, "stage")
    if asked and row["stage"].iri and row["stage"].iri not in asked:
        wanted = asked_for(table, "stage")
        sentences.append(f"The source states {stage} as a whole, not {wanted} alone.")
    return " ".join(sentences)


def _asked_iris(table: ResultTable, name: str) -> set[str]:
    """The things that a parameter was asked with."""
    return {term.value for term in table.bound.terms.get(name, ()) if isinstance(term, NamedNode)}
