"""The form of a question: one control for each parameter, with what was chosen in it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType

from pyoxigraph import Literal, NamedNode

from kg.errors import UsageError
from kg.namespaces import expand, shorten
from kg.questions import Option, Parameter, ParameterError, ParameterErrors, Question
from kg.questions.binding import ANY, Term, UnknownParameterError
from kg.questions.question import ParameterType
from kg.questions.things import resolve
from service.context import service
from service.pages.presentation import COUNTRY, in_sentence, number
from service.parameters import Parameters
from service.protocol import caching

#: A list of more things than this is no list to pick from, but a field to type into.
LONGEST_LIST = 300
#: Things that are offered where a typed name fits none.
NEAR = 5

_ISO_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_YES_NO = {"true": "yes", "false": "no"}
_INPUT_MODES = {
    ParameterType.DECIMAL: "decimal",
    ParameterType.INTEGER: "numeric",
}
_NONE: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Choice:
    """One value of a list: as it is sent, and as it reads."""

    value: str
    text: str
    chosen: bool = False


@dataclass(frozen=True, slots=True)
class Control:
    """One form control.

    ``chosen`` are the values in it as a user writes them, ``texts`` as they read. ``choices`` is
    empty where a value is typed; ``words`` are then the words that may stand for a value.
    ``error`` says what is wrong, and ``near`` offers other values.
    """

    parameter: Parameter
    chosen: tuple[str, ...]
    texts: tuple[str, ...]
    choices: tuple[Choice, ...] = ()
    words: tuple[str, ...] = ()
    looked_up: bool = False
    error: str = ""
    near: tuple[Choice, ...] = ()

    @property
    def is_list(self) -> bool:
        """True where the values are picked from a list."""
        return bool(self.choices)

    @property
    def inputs(self) -> tuple[tuple[str, str], ...]:
        """What is typed and its value, one for each field; a further one where more may follow."""
        typed = tuple(zip(self.texts, self.chosen, strict=True))
        shown = typed or (("", ""),)
        return (*shown, ("", "")) if self.parameter.multiple and typed else shown

    @property
    def input_type(self) -> str:
        """What the browser is told of a typed value."""
        dated = self.parameter.type is ParameterType.DATE and not self.parameter.optional
        given = self.texts[0] if self.texts else ""
        return "date" if dated and _ISO_DATE.fullmatch(given) else "text"

    @property
    def input_mode(self) -> str:
        """Which keys a phone shows."""
        return _INPUT_MODES.get(self.parameter.type, "")

    @property
    def size(self) -> int:
        """The width of a typed value in characters."""
        longest = max((len(text) for text in self.texts), default=0)
        return min(40, max(longest + 1, 18 if self.looked_up else 6))


@dataclass(frozen=True, slots=True)
class Asked:
    """What was asked with: the terms of each parameter that is right, and what is wrong."""

    terms: Mapping[str, tuple[Term, ...]]
    errors: Mapping[str, str]


def read_values(question: Question, values: Parameters) -> Asked:
    """Turn the values of an address into terms, parameter by parameter."""
    engine = service().engine
    terms: dict[str, tuple[Term, ...]] = {}
    errors: dict[str, str] = {}
    for name, parameter in question.params.items():
        try:
            terms[name] = tuple(resolve(engine, parameter, values.get(name, ())))
        except (ParameterError, ParameterErrors) as error:
            errors[name] = wrong_values(error).get(name, error.message)
    return Asked(terms, errors)


def terms_for(
    question: Question, parameter: Parameter, values: Parameters
) -> dict[str, tuple[Term, ...]]:
    """The terms of the parameters that ``parameter`` depends on; what else is given must only be a
    parameter of the question.

    Raises :class:`~kg.questions.ParameterError` for an unknown name or a value that does not fit.
    """
    for name in values:
        if name not in question.params:
            raise UnknownParameterError(
                name, f"the question {question.id} has no such parameter.",
                remedy=f"It has: {', '.join(question.params)}.",
            )  # fmt: skip
    engine = service().engine
    return {
        name: tuple(resolve(engine, question.params[name], values.get(name, ())))
        for name in parameter.depends
    }


def wrong_values(error: UsageError) -> dict[str, str]:
    """What is wrong with each value, by the parameter's name."""
    errors: Sequence[UsageError] = error.errors if isinstance(error, ParameterErrors) else [error]
    wrong: dict[str, str] = {}
    for one in errors:
        if isinstance(one, ParameterError):
            message = one.message.removeprefix(f"{one.parameter}: ")
            said = f"{message[:1].upper()}{message[1:]} {one.remedy}".strip()
            wrong[one.parameter] = f"{wrong.get(one.parameter, '')} {said}".strip()
    return wrong


def words_of(question: Question, terms: Mapping[str, Sequence[Term]]) -> dict[str, list[str]]:
    """Terms in the words of the form, each parameter with all its values: what a lasting address
    holds."""
    reading = service().reading
    words: dict[str, list[str]] = {}
    for name, values in terms.items():
        parameter = question.params[name]
        by_iri: dict[str, str] = {expand(term): word for word, term in parameter.special.items()}
        if parameter.is_thing:
            listed = reading.options(parameter, terms, "", LONGEST_LIST + 1)
            by_iri |= {option.iri: option.value for option in listed if option.iri not in by_iri}
        words[name] = [_word(term, by_iri) for term in values]
    return words


def _word(term: Term, by_iri: Mapping[str, str]) -> str:
    if term is None:
        return ANY
    if isinstance(term, Literal):
        return term.value
    prefix, _, local = shorten(term.value).partition(":")
    return by_iri.get(term.value) or (local if prefix in {"cmd", "cm"} else term.value)


def controls(
    question: Question,
    values: Parameters,
    terms: Mapping[str, Sequence[Term]],
    errors: Mapping[str, str] = _NONE,
    labels: Mapping[str, str] = _NONE,
) -> dict[str, Control]:
    """The controls by parameter name.

    ``terms`` are the values that were understood, ``errors`` what is wrong with the others, which
    stay as they were given in ``values``. ``labels`` are those of things by IRI, as far as known.
    """
    words = words_of(question, terms)
    found = {}
    for name, parameter in question.params.items():
        given = tuple(value for value in values.get(name, ()) if value.strip())
        chosen = tuple(words.get(name, given or parameter.default))
        error = errors.get(name, "")
        if parameter.is_thing:
            known = {
                word: labels.get(term.value, "")
                for word, term in zip(chosen, terms.get(name, ()), strict=False)
                if isinstance(term, NamedNode)
            }
            found[name] = _thing(parameter, chosen, terms, known, error)
        else:
            found[name] = _plain(parameter, chosen, error)
    return found


def bare_controls(question: Question, values: Parameters) -> dict[str, Control]:
    """The controls without asking the engine: every value is typed."""
    found = {}
    for name, parameter in question.params.items():
        given = tuple(value for value in values.get(name, ()) if value.strip())
        chosen = given or parameter.default
        found[name] = Control(parameter, chosen, chosen)
    return found


def _plain(parameter: Parameter, chosen: tuple[str, ...], error: str) -> Control:
    """A control for a value that is no thing."""
    special = tuple(parameter.special)
    more = (ANY,) if parameter.optional else ()
    match parameter.type:
        case ParameterType.ENUM:
            offered = {**dict.fromkeys(more, ANY), **parameter.values}
        case ParameterType.BOOLEAN:
            offered = {**dict.fromkeys(more, ANY), **_YES_NO}
        case _:
            offered = {}
    if offered:
        strange = [value for value in chosen if value not in offered]
        listed = [(value, f"{value} (not known)") for value in strange] + list(offered.items())
        choices = tuple(Choice(value, text, value in chosen) for value, text in listed)
        return Control(parameter, chosen, chosen, choices, error=error)
    words = (*special, *(("today",) if parameter.type is ParameterType.DATE else ()), *more)
    return Control(parameter, chosen, chosen, words=words, error=error)


def _thing(
    parameter: Parameter,
    chosen: tuple[str, ...],
    terms: Mapping[str, Sequence[Term]],
    known: Mapping[str, str],
    error: str,
) -> Control:
    """A control for things: a list to pick from, or a field where there are too many."""
    reading = service().reading
    offered = reading.options(parameter, terms, "", LONGEST_LIST + 1)
    labels = {option.value: option.label for option in offered} | {
        word: label for word, label in known.items() if label
    }
    texts = tuple(labels.get(value, value) for value in chosen)
    if len(offered) <= LONGEST_LIST:
        choices = _choices(parameter, offered, chosen, labels, known_only=not error)
        return Control(parameter, chosen, texts, choices, error=error)
    near = _near(parameter, chosen, terms) if error else ()
    words = (*parameter.special, *((ANY,) if parameter.optional else ()))
    return Control(parameter, chosen, texts, words=words, looked_up=True, error=error, near=near)


def _choices(
    parameter: Parameter,
    offered: Sequence[Option],
    chosen: Sequence[str],
    labels: Mapping[str, str],
    *,
    known_only: bool,
) -> tuple[Choice, ...]:
    values = {option.value for option in offered} | {ANY}
    listed = [Choice(ANY, ANY, ANY in chosen)] if parameter.optional else []
    for value in chosen:
        if value not in values:
            text = labels.get(value, value) if known_only else f"{value} (not known)"
            listed.append(Choice(value, text, chosen=True))
    listed += [
        Choice(option.value, choice_text(parameter, option, chosen), option.value in chosen)
        for option in offered
    ]
    if parameter.multiple:
        # Where several are chosen, they stand together at the top of a long list.
        listed.sort(key=lambda choice: not choice.chosen)
    return tuple(listed)


def choice_text(parameter: Parameter, option: Option, chosen: Sequence[str] = ()) -> str:
    """How an option reads inside the question.

    Countries go without their article, so that typing the first letter finds them. What is chosen
    goes without its count, since it stands in the sentence.
    """
    of = parameter.of
    label = option.label if of == COUNTRY else in_sentence(option.label, of)
    if option.count is None or option.value in chosen:
        return label
    return f"{label} ({number(option.count)})"


def _near(
    parameter: Parameter, typed: Sequence[str], terms: Mapping[str, Sequence[Term]]
) -> tuple[Choice, ...]:
    """Things whose names have the words that were typed, or some of them."""
    reading = service().reading
    found: dict[str, Choice] = {}
    for text in typed:
        words = [text, *sorted(re.findall(r"\w{3,}", text), key=len, reverse=True)]
        for search in dict.fromkeys(words):
            for option in reading.options(parameter, terms, search, NEAR):
                found.setdefault(option.value, Choice(option.value, option.label))
            if len(found) >= NEAR:
                break
    return tuple(found.values())[:NEAR]


def asks_of_today(question: Question) -> bool:
    """True where the answer may be another one tomorrow, although the data are the same."""
    dated = any(p.type is ParameterType.DATE for p in question.params.values())
    return dated or caching.is_volatile(question.query)


def day_of(question: Question, today: date) -> str:
    """What stands for the day in the key of an answer; empty where the day does not matter."""
    return today.isoformat() if asks_of_today(question) else ""
