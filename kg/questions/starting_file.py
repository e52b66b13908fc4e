"""The file that a new question begins with: it can be asked at once and says what to change."""

from __future__ import annotations

from importlib.resources import files

#: Stands in it wherever the author has to write; lint finds it.
PLACEHOLDER = "TO BE WRITTEN"


def starting_file(path: str) -> str:
    """The text of the file that is to stand at ``path``."""
    text = (files("kg.questions") / "starting-file.rq").read_text(encoding="utf-8")
    return text.replace("THIS_FILE", path)
