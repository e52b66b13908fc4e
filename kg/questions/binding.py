"""Binding: values of parameters become RDF terms, and terms take the place of data blocks.

Nothing is ever pasted: a value is checked for its type, turned into a term by the engine's own
term classes, serialised by them, and put between the braces of the ``VALUES`` block that bears
the parameter's name. The result is read again token by token and must differ from the question in
those blocks only.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime

from pyoxigraph import Literal, NamedNode

from kg.errors import NotFoundError, UsageError
from kg.namespaces import PREFIXES, XSD, expand, is_local_name
from kg.questions.question import Parameter, ParameterType, Question
from kg.questions.slots import DataBlock, blocks_of
from kg.sparql import Token, TokenKind, tokens

#: A term of a data block; ``None`` is ``UNDEF``, which leaves the variable free.
Term = NamedNode | Literal | None

ANY = "any"
#: The word for the day of asking.
TODAY = "today"


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
    before = list(tokens(text))
    pieces: list[str] = []
    end = 0
    for block in _slots(before, terms):
        values = " ".join(map(_serialise, terms[block.slot]))
        pieces += [text[end : block.opening.end], " ", values, " "]
        end = block.closing.start
    pieces.append(text[end:])
    bound = "".join(pieces)
    _verify(before, list(tokens(bound)), terms)
    return BoundQuestion(question, {k: tuple(v) for k, v in terms.items()}, bound)


def _serialise(term: Term) -> str:
    return "UNDEF" if term is None else str(term)


def _slots(found: Sequence[Token], names: Mapping[str, object]) -> list[DataBlock]:
    """The slots of the named parameters, in order."""
    return [block for block in blocks_of(found) if block.slot in names]


def _apart(
    found: Sequence[Token], names: Mapping[str, object]
) -> tuple[list[str], list[tuple[str, list[Token]]]]:
    """The token texts outside the named slots, and the tokens inside with the name, slot by
    slot."""
    outside: list[str] = []
    inside: list[tuple[str, list[Token]]] = []
    rest = iter(_slots(found, names))
    block = next(rest, None)
    for token in found:
        if block is not None and token.start >= block.closing.start:
            block = next(rest, None)
        if block is None or token.start < block.opening.end:
            outside.append(token.text)
            if block is not None and token.start == block.opening.start:
                inside.append((block.slot, []))
        else:
            inside[-1][1].append(token)
    return outside, inside


def _verify(
    before: Sequence[Token], after: Sequence[Token], terms: Mapping[str, Sequence[Term]]
) -> None:
    """The bound text differs from the question in the named slots only, and these hold as many
    terms as were given, each of its own kind."""
    outside_before, slots_before = _apart(before, terms)
    outside_after, slots_after = _apart(after, terms)
    found = [(name, [token.kind for token in inside]) for name, inside in slots_after]
    wanted = [(name, [k for term in terms[name] for k in _kinds(term)]) for name, _ in slots_before]
    if outside_before != outside_after or found != wanted:
        raise ValueError("binding changed more than the data blocks of the question")


def _kinds(term: Term) -> list[TokenKind]:
    """The kinds of the tokens that a term is written with."""
    if term is None:
        return [TokenKind.WORD]
    if isinstance(term, NamedNode):
        return [TokenKind.IRI]
    if term.language:
        return [TokenKind.STRING, TokenKind.TERM]
    if term.datatype.value == f"{XSD}string":
        return [TokenKind.STRING]
    return [TokenKind.STRING, TokenKind.DATATYPE, TokenKind.IRI]


# --- from what a user writes to a term -------------------------------------------------------

_YEAR = re.compile(r"[0-9]{4}")
_INTEGER = re.compile(r"[+-]?[0-9]{1,18}")
_DECIMAL = re.compile(r"[+-]?(?:[0-9]{1,15}(?:\.[0-9]{0,15})?|\.[0-9]{1,15})")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_BOOLEANS = {
    "true": "true",
    "yes": "true",
    "1": "true",
    "false": "false",
    "no": "false",
    "0": "false",
}


def literal(parameter: Parameter, value: str) -> Term:
    """Turn a value of a parameter that is no thing into a term.

    Raises :class:`ParameterError` with what would fit.
    """
    if value in parameter.special:
        return NamedNode(expand(parameter.special[value]))
    return _MAKERS[parameter.type](parameter, value)


def _year(parameter: Parameter, value: str) -> Literal:
    if not _YEAR.fullmatch(value):
        raise _misfit(parameter, f"{value!r} is no year.", "a year such as 2024")
    _check_range(parameter, value)
    return _typed(value, "gYear")


def _integer(parameter: Parameter, value: str) -> Literal:
    if not _INTEGER.fullmatch(value):
        raise _misfit(parameter, f"{value!r} is no whole number.", "a whole number such as 5")
    _check_range(parameter, value)
    return _typed(value, "integer")


def _decimal(parameter: Parameter, value: str) -> Literal:
    if not _DECIMAL.fullmatch(value):
        raise _misfit(parameter, f"{value!r} is no number.", "a number such as 50 or 12.5")
    _check_range(parameter, value)
    return _typed(value, "decimal")


def _date(parameter: Parameter, value: str) -> Literal:
    if value.casefold() == TODAY:
        return _typed(today().isoformat(), "date")
    try:
        if not _DATE.fullmatch(value):
            raise ValueError
        date.fromisoformat(value)
    except ValueError:
        raise _misfit(
            parameter, f"{value!r} is no day.", "a day such as 2025-04-04", TODAY
        ) from None
    return _typed(value, "date")


def _boolean(parameter: Parameter, value: str) -> Literal:
    word = _BOOLEANS.get(value.casefold())
    if word is None:
        raise _misfit(parameter, f"{value!r} is neither yes nor no.", "yes", "no")
    return _typed(word, "boolean")


def _enum(parameter: Parameter, value: str) -> Literal:
    folded = value.casefold()
    for word, label in parameter.values.items():
        if folded in (word.casefold(), label.casefold()):
            return Literal(word)
    raise _misfit(parameter, f"{value!r} is none of the words.", *parameter.values)


def _string(parameter: Parameter, value: str) -> Literal:
    if parameter.pattern and not re.fullmatch(parameter.pattern, value):
        wanted = parameter.help or f"a text that matches {parameter.pattern}"
        raise ParameterError(
            parameter.name, f"{value!r} has not the right form.", remedy=f"Give {wanted}"
        )
    return Literal(value)


def _no_literal(parameter: Parameter, value: str) -> Literal:
    raise TypeError(f"{parameter.name}: a thing is looked up in the graph, not made from {value!r}")


_MAKERS: Mapping[ParameterType, Callable[[Parameter, str], Literal]] = {
    ParameterType.YEAR: _year,
    ParameterType.INTEGER: _integer,
    ParameterType.DECIMAL: _decimal,
    ParameterType.DATE: _date,
    ParameterType.BOOLEAN: _boolean,
    ParameterType.ENUM: _enum,
    ParameterType.STRING: _string,
    ParameterType.THING: _no_literal,
    ParameterType.COUNTRY: _no_literal,
}


def today() -> date:
    """The day of asking, in UTC, as engines count it."""
    return datetime.now(UTC).date()


def _typed(value: str, datatype: str) -> Literal:
    return Literal(value, datatype=NamedNode(XSD + datatype))


def _misfit(parameter: Parameter, message: str, *fitting: str) -> ParameterError:
    """The error for a value that does not fit, with all that would."""
    words = [*fitting, *parameter.special, *([ANY] if parameter.optional else [])]
    return ParameterError(parameter.name, message, remedy=f"Give {' or '.join(words)}.")


def _check_range(parameter: Parameter, value: str) -> None:
    low, high = parameter.minimum, parameter.maximum
    if (low is None or low <= float(value)) and (high is None or float(value) <= high):
        return
    if low is None:
        wanted = f"at most {high:g}"
    else:
        wanted = f"at least {low:g}" if high is None else f"from {low:g} to {high:g}"
    raise ParameterError(
        parameter.name, f"{value} is out of range.", remedy=f"Give a value {wanted}."
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
