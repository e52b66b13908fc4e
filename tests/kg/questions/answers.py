"""Answers made by hand and by chance, for tests of what is made from an answer."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from hypothesis import strategies as st
from pyoxigraph import Literal

from kg.namespaces import CMD, GRAPH, XSD
from kg.questions import BoundQuestion, Cell, Column, Question, ResultTable
from kg.questions.question import Parameter, ParameterType

COLUMNS = (
    Column("place", "Place"),
    Column("share", "Share", unit="%"),
    Column("source", "Source", role="source", list=True),
    Column("because", "Because", role="record", list=True),
)


def answer(
    rows: Iterable[Mapping[str, Cell]],
    columns: Sequence[Column] = COLUMNS,
    *,
    missing: str = "",
    gaps: tuple[str, ...] = (),
) -> ResultTable:
    """An answer with these rows to a question with one parameter."""
    least = Parameter("least", ParameterType.DECIMAL, "Least share", ("10",), unit="%")
    question = Question(
        id="shares",
        theme="makers",
        title="Shares",
        question="Who holds {least} or more?",
        description="A question for tests.",
        params={"least": least},
        columns=tuple(columns),
        views=(),
        expect=(),
        text="SELECT ?place ?share ?source ?because {}",
        missing=missing,
        gaps=gaps,
    )
    bound = BoundQuestion(question, {"least": (Literal("10"),)}, question.text)
    return ResultTable(bound, question.columns, tuple(rows), {}, "5f3a")


def thing(name: str, label: str, space: str = CMD) -> Cell:
    return Cell(text=label, iri=space + name)


def source(name: str, title: str, address: str = "", kind: str = "") -> Cell:
    return Cell(text=title, iri=GRAPH + name, address=address, kind=kind)


def many(*cells: Cell) -> Cell:
    return Cell(text="; ".join(cell.text for cell in cells), items=cells)


def literal(text: str, kind: str = "string") -> Cell:
    return Cell(text=text, datatype=XSD + kind)


CHINA = {
    "place": thing("CHN", "China"),
    "share": literal("62.5", "double"),
    "source": many(
        source("office", "Yearbook", "https://office.example/yearbook", "official"),
        source("paper", "=cmd|' /C calc'!A0"),
    ),
    "because": many(thing("record-2", "cmd:record-2"), thing("record-1", "cmd:record-1")),
}
NOWHERE = {"share": literal("0.1", "decimal")}

# By chance

#: Texts that spreadsheets, XML and Turtle trip over.
awkward = st.sampled_from(
    [
        "=1+1", "@x", "+1", "-", "\tx", "\rx", "https://example.org/x", "mailto:a@b", "'", '"',
        "<r><t>x</t></r>", "_x0041_", "_x005F_x0041_", "\x00", "\x0b", "\ufffe", "a\r\nb", " ",
        "#N/A", "1e5", "TRUE", "\u2028", "\U0001f9f2" * 3, '"""', "\\", "{=1}", "&amp;", "]]>",
    ]
)  # fmt: skip
texts = st.one_of(awkward, st.text(max_size=30))
_names = st.from_regex(r"[a-z][a-z0-9-]{0,8}[a-z0-9]", fullmatch=True)
figures = st.one_of(
    st.floats(allow_nan=False).map(lambda x: literal(repr(x).replace("inf", "INF"), "double")),
    st.decimals(allow_nan=False, allow_infinity=False, places=3, min_value=-1e15, max_value=1e15)
    .map(lambda x: literal(f"{x:f}", "decimal")),
    st.integers().map(lambda x: literal(str(x), "integer")),
    st.integers(1000, 9999).map(lambda x: literal(str(x), "gYear")),
    st.dates().map(lambda x: literal(x.isoformat(), "date")),
    st.booleans().map(lambda x: literal(str(x).lower(), "boolean")),
)  # fmt: skip
things = st.builds(thing, _names, texts)
lists = st.lists(
    st.builds(source, _names, texts, texts, st.sampled_from(["", "official"])),
    min_size=1, max_size=3, unique_by=lambda cell: cell.iri,
).map(lambda cells: many(*cells))  # fmt: skip
plain = st.one_of(texts.map(literal), texts.map(lambda text: Cell(text=text)), figures, things)
rows = st.fixed_dictionaries(
    {}, optional={"place": plain, "share": plain, "source": lists, "because": lists}
)
answers = st.lists(rows, max_size=5).map(answer)
