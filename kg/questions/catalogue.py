"""The questions there are."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from types import MappingProxyType

from kg.errors import NotFoundError
from kg.questions.question import Question, QuestionFileError, read_question
from kg.shipped import queries_dir

#: Folder of questions that test an ontology; their header is another one.
_COMPETENCY = "competency"


class UnknownQuestionError(NotFoundError, KeyError):
    """There is no question of that name."""


class Catalogue(Mapping[str, Question]):
    """All questions of a folder by id, in the order of theme and id."""

    def __init__(self, questions: Mapping[str, Question]) -> None:
        self._questions = MappingProxyType(dict(questions))

    @classmethod
    def load(cls, folder: Path | None = None) -> Catalogue:
        """Read every ``<theme>/<id>.rq`` under ``folder``, the shipped questions by default.

        Raises :class:`~kg.questions.question.QuestionFileError` for a file that breaks the rules.
        """
        questions: dict[str, Question] = {}
        for path in sorted((folder or queries_dir()).glob("*/*.rq")):
            question = read_question(path)
            if question.id in questions:
                raise QuestionFileError(f"Two questions are called {question.id}.")
            questions[question.id] = question
        return cls(questions)

    def with_own(self, paths: Iterable[Path]) -> Catalogue:
        """These questions and those of an expert's own: files, or folders with ``*.rq`` in them.

        Competency questions, in folders of that name, are left out. Raises
        :class:`~kg.questions.question.QuestionFileError` for a file that breaks the rules, or a
        name that is taken, and :class:`~kg.errors.NotFoundError` where there is no question.
        """
        questions = dict(self._questions)
        for path in paths:
            files = [path] if path.is_file() else sorted(path.rglob("*.rq"))
            own = [file for file in files if file.parent.name != _COMPETENCY]
            if not own:
                raise NotFoundError(
                    f"There is no question in {path}.", remedy="Give a file that ends in .rq."
                )
            for file in own:
                question = read_question(file)
                if question.id in questions:
                    raise QuestionFileError(
                        f"{file}: another question is called {question.id} already.",
                        remedy="Give the file another name.",
                    )
                questions[question.id] = question
        return Catalogue(questions)

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

    def themes(self) -> dict[str, list[Question]]:
        """The questions by theme."""
        by_theme: dict[str, list[Question]] = {}
        for question in self._questions.values():
            by_theme.setdefault(question.theme, []).append(question)
        return by_theme
