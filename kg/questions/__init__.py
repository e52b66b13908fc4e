"""The canned questions: their files, their parameters, and asking them."""

from kg.questions.binding import BoundQuestion, ParameterError, ParameterErrors, bind
from kg.questions.catalogue import Catalogue
from kg.questions.options import Offer, Option, offered, options
from kg.questions.question import (
    Column,
    Parameter,
    Question,
    QuestionFileError,
    Theme,
    TriplePattern,
    View,
)
from kg.questions.reading import read_question
from kg.questions.run import Cell, ResultTable, ask, bind_values

__all__ = [
    "BoundQuestion",
    "Catalogue",
    "Cell",
    "Column",
    "Offer",
    "Option",
    "Parameter",
    "ParameterError",
    "ParameterErrors",
    "Question",
    "QuestionFileError",
    "ResultTable",
    "Theme",
    "TriplePattern",
    "View",
    "ask",
    "bind",
    "bind_values",
    "offered",
    "options",
    "read_question",
]
