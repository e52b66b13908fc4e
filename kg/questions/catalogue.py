"""The questions there are."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType

from kg.errors import NotFoundError
from kg.questions.question import Question, QuestionFileError, Theme
from kg.questions.reading import read_question, read_theme
from kg.shipped import queries_dir

#: Folder of questions that test an ontology; their header is another one.
_COMPETENCY = "competency"
#: What a question can be called.
QUESTION_ID = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_NO_THEMES: Mapping[str, Theme] = MappingProxyType({})


class UnknownQuestionError(NotFoundError, KeyError):
    """There is no question of that name."""


def question_files(path: Path) -> list[Path]:
    """The files of canned questions at a path: a file itself, or those in a folder and below.

    Competency questions, in folders of that name, are left out. Raises
    :class:`~kg.errors.NotFoundError` where there is no question.
    """
    files = [path] if path.is_file() else sorted(path.rglob("*.rq"))
    own = [file for file in files if file.parent.name != _COMPETENCY]
    if not own:
        raise NotFoundError(
            f"There is no question in {path}.", remedy="Give a file that ends in .rq."
        )
    return own


class Catalogue(Mapping[str, Question]):
    """All questions of a folder by id, in the order of theme and id.

    Themes that are not given are called like their folders.
    """

    def __init__(
        self, questions: Mapping[str, Question], themes: Mapping[str, Theme] = _NO_THEMES
    ) -> None:
        self._questions = MappingProxyType(dict(questions))
        self._themes = MappingProxyType(dict(themes))

    @classmethod
    def load(cls, folder: Path | None = None) -> Catalogue:
        """Read every ``<theme>/<id>.rq`` under ``folder``, the shipped questions by default.

        Raises :class:`~kg.questions.question.QuestionFileError` for a file that breaks the rules.
        """
        questions: dict[str, Question] = {}
        themes: dict[str, Theme] = {}
        for path in sorted((folder or queries_dir()).glob("*/*.rq")):
            question = read_question(path)
            if question.id in questions:
                raise QuestionFileError(f"Two questions are called {question.id}.")
            questions[question.id] = question
            if question.theme not in themes:
                themes[question.theme] = read_theme(path.parent)
        return cls(questions, themes)

    def with_own(self, paths: Iterable[Path]) -> Catalogue:
        """These questions and those of an expert's own: files, or folders with ``*.rq`` in them.

        Competency questions, in folders of that name, are left out. Raises
        :class:`~kg.questions.question.QuestionFileError` for a file that breaks the rules, or a
        name that is taken, and :class:`~kg.errors.NotFoundError` where there is no question.
        """
        questions = dict(self._questions)
        themes = dict(self._themes)
        for path in paths:
            for file in question_files(path):
                question = read_question(file)
                if question.id in questions:
                    raise QuestionFileError(
                        f"{file}: another question is called {question.id} already.",
                        remedy="Give the file another name.",
                    )
                questions[question.id] = question
                if question.theme not in themes:
                    themes[question.theme] = read_theme(file.parent)
        return Catalogue(questions, themes)

    def __getitem__(self, question_id: str) -> Question:
        try:
            return self._questions[question_id]
        except KeyError:
            near = difflib.get_close_matches(question_id, self._questions, n=1)
            remedy = f"Did you mean {near[0]}?" if near else f"There are: {', '.join(self)}."
            raise UnknownQuestionError(
                f"There is no question {question_id!r}.", remedy=remedy
            ) from None

    def __iter__(self) -> Iterator[str]:
        return iter(self._questions)

    def __len__(self) -> int:
        return len(self._questions)

    def themes(self) -> dict[Theme, list[Question]]:
        """The questions by theme, in the order of the themes and then of their ids."""
        by_theme: dict[str, list[Question]] = {}
        for question in self._questions.values():
            by_theme.setdefault(question.theme, []).append(question)
        themes = [self._themes.get(name) or Theme(name, name) for name in by_theme]
        return {
            theme: sorted(by_theme[theme.id], key=lambda question: question.id)
            for theme in sorted(themes, key=lambda theme: (theme.order, theme.id))
        }


def find_question(question_id: str, own: Sequence[Path] = ()) -> Question:
    """Read one question: a file by its path, or by its id among the shipped and one's own.

    No other file is read where the id is clear. Raises what :class:`Catalogue` raises.
    """
    path = Path(question_id)
    if path.suffix == ".rq" and path.is_file():
        return read_question(path)
    shipped = queries_dir().glob("*/*.rq")
    files = [*shipped, *(file for path in own for file in question_files(path))]
    named = [file for file in files if file.stem == question_id]
    if len(named) == 1:
        return read_question(named[0])
    return Catalogue.load().with_own(own)[question_id]
