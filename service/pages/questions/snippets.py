"""Ways to take an answer along: commands, programs and formulas that fetch the same answer."""

from __future__ import annotations

import json
import shlex
from dataclasses import dataclass

from kg.questions import Column, Question, ResultTable
from kg.questions.arrangement import shown_columns


@dataclass(frozen=True, slots=True)
class Snippet:
    """One way. ``note`` says what to do with it."""

    label: str
    text: str
    note: str = ""


def snippets(table: ResultTable, csv: str, endpoint: str) -> list[Snippet]:
    """The ways to fetch an answer; ``csv`` is the address of its CSV file, ``endpoint`` that of
    the SPARQL endpoint."""
    question = table.question
    return [
        Snippet("curl", f"curl --fail --output {question.id}.csv \\\n  {shlex.quote(csv)}"),
        Snippet("Python", _python(question, csv), "The standard library is enough."),
        Snippet("Python with pandas", _pandas(question, csv)),
        Snippet("Python with SPARQLWrapper", _wrapper(table, endpoint), "It sends the SPARQL."),
        Snippet("R", _r(question, csv)),
        Snippet(
            "Google Sheets",
            f"=IMPORTDATA({_in_formula(csv)})",
            "A formula for a cell. It is fetched again about every hour.",
        ),
        Snippet(
            "Excel and LibreOffice",
            csv,
            "In Excel choose Data, From Web, and paste this address. In LibreOffice Calc choose "
            "Sheet, External Links, and paste it; the text is UTF-8, separated by commas.",
        ),
    ]


def embedding(title: str, address: str) -> str:
    """The HTML with which another site shows an answer."""
    return (
        f'<iframe src="{_attribute(address)}"\n  title="{_attribute(title)}" width="100%" '
        'height="480" loading="lazy"></iframe>'
    )


def _attribute(text: str) -> str:
    return text.replace("&", "&amp;").replace('"', "&quot;").replace("<", "&lt;")


def _python(question: Question, address: str) -> str:
    printed = ", ".join(f'row["{column.name}"]' for column in _example_columns(question))
    return (
        "import csv, io, urllib.request\n\n"
        f"address = {json.dumps(address)}\n"
        "with urllib.request.urlopen(address) as reply:\n"
        '    rows = list(csv.DictReader(io.TextIOWrapper(reply, "utf-8")))\n'
        "for row in rows:\n"
        f"    print({printed})"
    )


def _pandas(question: Question, address: str) -> str:
    named = ", ".join(f'"{column.name}"' for column in _example_columns(question))
    return (
        "import pandas as pd\n\n"
        f"answer = pd.read_csv({json.dumps(address)})\n"
        f"print(answer[[{named}]])"
    )


def _wrapper(table: ResultTable, endpoint: str) -> str:
    first = shown_columns(table)[0].name
    # Inside three quotes of a raw string, the query stands as it is.
    query = table.bound.text.strip()
    quoted = f'r"""\n{query}\n"""' if '"""' not in query else json.dumps(query)
    return (
        "from SPARQLWrapper import JSON, POST, SPARQLWrapper\n\n"
        f"endpoint = SPARQLWrapper({json.dumps(endpoint)})\n"
        "endpoint.setMethod(POST)\n"
        "endpoint.setReturnFormat(JSON)\n"
        f"endpoint.setQuery({quoted})\n"
        'for row in endpoint.queryAndConvert()["results"]["bindings"]:\n'
        f'    print(row.get("{first}", {{}}).get("value"))'
    )


def _r(question: Question, address: str) -> str:
    named = ", ".join(f'"{column.name}"' for column in _example_columns(question))
    return f"answer <- read.csv({json.dumps(address)})\nhead(answer[, c({named})])"


def _in_formula(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'


def _example_columns(question: Question) -> list[Column]:
    """The columns that an example prints: the first, and the first figure or, without one, the
    next."""
    first, *rest = question.columns
    figures = [column for column in rest if column.unit or column.unit_from]
    return [first, *(figures or rest)[:1]]
