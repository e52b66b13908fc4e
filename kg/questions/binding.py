"""Binding: values of parameters become RDF terms, and terms take the place of data blocks.

Nothing is ever pasted: a value is checked for its type, turned into a term by the engine's own
term classes, serialised by them, and put between the braces of the ``VALUES`` block that bears
the parameter's name. The result is read again token by token and must differ from the question in
those blocks only.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from pyoxigraph import Literal, NamedNode

from kg.errors import NotFoundError, UsageError
from kg.namespaces import PREFIXES, XSD, expand, is_local_name
from kg.questions.question import Parameter, ParameterType, Question
from kg.sparql import Token, TokenKind, tokens

#: A term of a data block; ``None`` is ``UNDEF``, which leaves the variable free.
Term = NamedNode | Literal | None

ANY = "any"


class ParameterError(UsageError):
    """A value that does not fit its parameter. ``parameter`` is the parameter's name."""

    title = "Wrong parameter"

    def __init__(self, parameter: str, message: str, *, remedy: str = "") -> None:
        super().__init__(f"{parameter}: {message}", remedy=remedy)
        self.parameter = parameter


class UnknownParameterError(ParameterError, NotFoundError):
    """A name that the question has no parameter for."""

    exit_status = 2
    http_status = 404
    title = "Unknown parameter"


class ParameterErrors(UsageError):  # noqa: N818 - several errors
    """Everything that is wrong with the values given, so that all can be mended at once."""

    title = "Wrong parameters"

    def __init__(self, errors: Sequence[ParameterError]) -> None:
        super().__init__("\n".join(map(str, errors)))
        self.errors = tuple(errors)


@contextmanager
def collecting(errors: list[ParameterError]) -> Iterator[None]:
    """Put the parameter errors raised inside into ``errors`` and go on."""
    try:
        yield
    except ParameterErrors as several:
        errors += several.errors
    except ParameterError as error:
        errors.append(error)


def raise_collected(errors: Sequence[ParameterError]) -> None:
    """Raise the one error as it is, several as :class:`ParameterErrors`; nothing for none."""
    if len(errors) == 1:
        raise errors[0]
    if errors:
        raise ParameterErrors(errors)


@dataclass(frozen=True, slots=True)
class BoundQuestion:
    """A question with its values in place. ``text`` is the query, ready for any engine."""

    question: Question
    terms: Mapping[str, tuple[Term, ...]]
    text: str


def bind(question: Question, terms: Mapping[str, Sequence[Term]]) -> BoundQuestion:
    """Put terms into the slots of a question.

    Slots that are not named keep their default. Raises ``KeyError`` for a name that is no
    parameter and ``ValueError`` when the text does not come out as it must.
    """
    for name in terms:
        question.params[name]
    text = question.query
    blocks = _blocks(text)
    pieces: list[str] = []
    end = 0
    for name, opening, closing in blocks:
        if name not in terms:
            continue
        pieces += [text[end : opening.end], " ", " ".join(map(_serialise, terms[name])), " "]
        end = closing.start
    pieces.append(text[end:])
    bound = "".join(pieces)
    _verify(text, bound, terms)
    return BoundQuestion(question, {k: tuple(v) for k, v in terms.items()}, bound)


def _serialise(term: Term) -> str:
    return "UNDEF" if term is None else str(term)


def _blocks(text: str) -> list[tuple[str, Token, Token]]:
    """Every ``VALUES ?name { ... }`` as name, opening and closing brace."""
    found = list(tokens(text))
    blocks = []
    for i, token in enumerate(found[:-2]):
        variable, opening = found[i + 1], found[i + 2]
        if (
            token.kind is TokenKind.WORD
            and token.text.upper() == "VALUES"
            and variable.kind is TokenKind.VARIABLE
            and opening.text == "{"
        ):
            closing = next(t for t in found[i + 3 :] if t.text == "}")
            blocks.append((variable.text[1:], opening, closing))
    return blocks


def _outside_blocks(text: str, names: Mapping[str, object]) -> tuple[list[str], list[list[str]]]:
    """The token texts outside the named blocks, and those inside, block by block."""
    found = list(tokens(text))
    spans = [(o.end, c.start) for name, o, c in _blocks(text) if name in names]
    outside = [t.text for t in found if not any(a <= t.start < b for a, b in spans)]
    inside = [[t.text for t in found if a <= t.start < b] for a, b in spans]
    return outside, inside


def _verify(before: str, after: str, terms: Mapping[str, Sequence[Term]]) -> None:
    """The bound text differs from the question in the named blocks only."""
    outside_before, _ = _outside_blocks(before, terms)
    outside_after, inside = _outside_blocks(after, terms)
    names = [name for name, _, _ in _blocks(after) if name in terms]
    wanted = [[t.text for term in terms[name] for t in tokens(_serialise(term))] for name in names]
    if outside_before != outside_after or inside != wanted:
        raise ValueError("binding changed more than the data blocks of the question")


# --- from what a user writes to a term -------------------------------------------------------

_YEAR = re.compile(r"[0-9]{4}")
_INTEGER = re.compile(r"[+-]?[0-9]{1,18}")
_DECIMAL = re.compile(r"[+-]?(?:[0-9]{1,15}(?:\.[0-9]{0,15})?|\.[0-9]{1,15})")


def literal(parameter: Parameter, value: str) -> Term:
    """Turn a value of a parameter that is no thing into a term.

    Raises :class:`ParameterError` with what would fit.
    """
    name = parameter.name
    if value in parameter.special:
        return NamedNode(expand(parameter.special[value]))
    match parameter.type:
        case ParameterType.YEAR:
            if not _YEAR.fullmatch(value):
                known = " or ".join(["a year such as 2024", *parameter.special])
                raise ParameterError(name, f"{value!r} is no year.", remedy=f"Give {known}.")
            _check_range(parameter, float(value))
            return Literal(value, datatype=NamedNode(f"{XSD}gYear"))
        case ParameterType.INTEGER:
            if not _INTEGER.fullmatch(value):
                raise ParameterError(name, f"{value!r} is no whole number.", remedy="Give e.g. 5.")
            _check_range(parameter, float(value))
            return Literal(value, datatype=NamedNode(f"{XSD}integer"))
        case ParameterType.DECIMAL:
            if not _DECIMAL.fullmatch(value):
                raise ParameterError(
                    name, f"{value!r} is no number.", remedy="Give e.g. 50 or 12.5."
                )
            _check_range(parameter, float(value))
            return Literal(value, datatype=NamedNode(f"{XSD}decimal"))
        case ParameterType.STRING:
            return Literal(value)
        case ParameterType.THING:
            raise TypeError("a thing is looked up in the graph, not made from its name")


def _check_range(parameter: Parameter, number: float) -> None:
    low = -math.inf if parameter.minimum is None else parameter.minimum
    high = math.inf if parameter.maximum is None else parameter.maximum
    if not low <= number <= high:
        raise ParameterError(
            parameter.name,
            f"{number:g} is out of range.",
            remedy=f"Give a value from {low:g} to {high:g}.",
        )


def candidate_iris(value: str) -> list[NamedNode]:
    """The IRIs that a user's word for a thing may mean, likeliest first.

    A local name, a prefixed name or a full IRI, with or without angle brackets. The list is empty
    where the word can be no IRI (then only a label can fit).

    >>> [n.value for n in candidate_iris("samarium")][:1]
    ['https://w3id.org/critmat/id/samarium']
    """
    value = value.strip()
    texts: list[str] = []
    prefix, colon, local = value.partition(":")
    if is_local_name(value):
        texts = [PREFIXES["cmd"] + value, PREFIXES["cm"] + value]
    elif colon and prefix in PREFIXES and is_local_name(local):
        texts = [PREFIXES[prefix] + local]
    elif colon:
        texts = [value.removeprefix("<").removesuffix(">")]
    nodes = []
    for text in texts:
        try:
            nodes.append(NamedNode(text))
        except ValueError:
            continue
    return nodes
