"""Where a query that does not parse goes wrong.

pyoxigraph's parser reports the furthest place it looked at, and looking for a keyword counts as
looking at as many characters as the keyword has: for ``SELEKT * {}`` it names column 10, since
``CONSTRUCT`` has nine letters. With the tokens of the query set further apart than any keyword is
long, the furthest place lies behind the token that is wrong and before the next one.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable

from kg.sparql import TOKEN

_PLACE = re.compile(r"^error at (\d+):(\d+): ")
_GAP = " " * 20  # the longest keyword is ENCODE_FOR_URI
_MOST_TOKENS = 5_000


def locate(text: str, parse: Callable[[str], object]) -> tuple[int, str] | None:
    """Give the position of the wrong token in ``text`` and the parser's message about it.

    ``parse`` raises ``SyntaxError``. Gives ``None`` where no better place is found than the
    parser's own; the position is the length of the text where its end is what is wrong.
    """
    parts: list[str] = []
    spread, original = [0], [0]
    length = 0
    before = ""
    for match in TOKEN.finditer(text):
        if match.lastgroup is None:
            continue
        lexeme = match.group()
        if before not in ("", "^^") and lexeme[0] != "@" and lexeme != "^^":
            parts.append(_GAP)
            length += len(_GAP)
        spread.append(length)
        original.append(match.start())
        parts.append(lexeme)
        length += len(lexeme)
        before = lexeme
        if len(spread) > _MOST_TOKENS:
            return None
    spread.append(length + len(_GAP))
    original.append(len(text))
    wide = "".join(parts) + _GAP
    try:
        parse(wide)
    except SyntaxError as error:
        message = str(error)
        found = _PLACE.match(message)
        if found:
            line, column = int(found.group(1)), int(found.group(2))
            offset = sum(map(len, wide.split("\n")[: line - 1])) + line - 1 + column - 1
            return original[bisect_right(spread, offset) - 1], message
    return None
