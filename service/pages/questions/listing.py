"""The list of questions, by theme, and looking for words in it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from kg.questions import Catalogue, Question
from kg.questions.arrangement import has_words, search_words
from service.pages.presentation import lower_first, sentence


@dataclass(frozen=True, slots=True)
class ListedTheme:
    """A theme with those of its questions that are listed."""

    id: str
    title: str
    description: str
    questions: tuple[Question, ...]


def listed(catalogue: Catalogue, find: str = "") -> tuple[ListedTheme, ...]:
    """The themes in their order, with the questions that have all the words of ``find``."""
    words = search_words(find)
    themes = []
    for theme, questions in catalogue.themes().items():
        found = tuple(
            question
            for question in questions
            if not words or has_words(_texts(question, theme.title), words)
        )
        if found:
            themes.append(ListedTheme(theme.id, theme.title, theme.description, found))
    return tuple(themes)


def _texts(question: Question, theme: str) -> Iterable[str]:
    """What a search looks at: everything that the question says of itself."""
    yield from (question.id, question.title, theme, question.description)
    yield " ".join(name or words for words, name in wording(question))
    for parameter in question.params.values():
        yield parameter.help
    for column in question.columns:
        yield from (column.name, column.label, column.help)


def wording(question: Question) -> list[tuple[str, str]]:
    """The question as its words and, in its slots, what the parameters are: ``(words, "")`` or
    ``("", label)``."""
    return [
        (words, lower_first(question.params[name].label) if name in question.params else name)
        for words, name in sentence(question)
    ]


def beginning(description: str) -> str:
    """The first sentence of a description.

    >>> beginning("What sources say, e.g. shares. More is below.")
    'What sources say, e.g. shares.'
    """
    found = re.match(r".{20,}?[.!?](?=\s+[A-Z]|$)", description)
    return found[0] if found else description
