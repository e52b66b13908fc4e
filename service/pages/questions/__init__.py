"""The questions: their list, and for each its page, its files, its view for other sites and the
values that its parameters take."""

from service.pages.questions.routes import blueprint
from service.pages.questions.words import answer_in_words

__all__ = ["answer_in_words", "blueprint"]
