"""Letters that were garbled before a release: text in UTF-8 that somebody read as cp1252.

Only what can be undone exactly is undone, and the importer says so; the rest stays as it is.
"""

from __future__ import annotations

import re

#: What has no letter in cp1252 keeps its number, as the programs that garble do it.
_CONTROLS = re.compile("[\x80-\x9f]")


def restored(text: str) -> str:
    """The text as it was before it was garbled; any other text comes back as it is.

    A text that was garbled twice is restored once. A control character that no text has stands
    for the letter that cp1252 has in its place.

    >>> restored("Pyh\\xc3\\xa4salmi"), restored("Bergs\\xf6e"), restored("D\\x92Ivoire")
    ('Pyhäsalmi', 'Bergsöe', 'D’Ivoire')
    """
    if text.isascii():
        return text
    try:
        return b"".join(map(_byte, text)).decode("utf-8")
    except UnicodeError:
        return _CONTROLS.sub(_letter, text)


def _byte(letter: str) -> bytes:
    try:
        return letter.encode("cp1252")
    except UnicodeEncodeError:
        return letter.encode("latin-1")


def _letter(control: re.Match[str]) -> str:
    return control[0].encode("latin-1").decode("cp1252", errors="ignore") or control[0]
