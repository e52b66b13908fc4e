"""The canned questions: their files, their parameters, and asking them."""

from kg.questions.binding import BoundQuestion, ParameterError, ParameterErrors, bind
from kg.questions.catalogue import Catalogue
from kg.questions.question import Column, Parameter, Question, QuestionFileError
from kg.questions.run import Cell, ResultTable, ask, bind_values
from kg.questions.things import Option, options

__all__ = [
    "BoundQuestion",
    "Catalogue",
    "Cell",
    "Column",
    "Option",
    "Parameter",
    "ParameterError",
    "ParameterErrors",
    "Question",
    "QuestionFileError",
    "ResultTable",
    "ask",
    "bind",
    "bind_values",
    "options",
]
