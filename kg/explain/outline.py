"""An explanation as an outline: what a terminal or a text file shows."""

from __future__ import annotations

from collections.abc import Iterator

from rich.console import Console
from rich.markup import escape
from rich.tree import Tree

from kg.explain.explanation import RULES, Explanation, Node

#: Sources of one statement that are named; JSON names all.
_NAMED_SOURCES = 3


def print_outline(explanation: Explanation, console: Console) -> None:
    """Print an explanation: as a tree on a terminal, else as plain indented text."""
    if console.is_terminal:
        console.print(_branch(explanation.root))
    else:
        for line in outline(explanation.root):
            console.print(line, markup=False, highlight=False, soft_wrap=True)
    for sentence in remarks(explanation):
        console.print(sentence, markup=False, highlight=False, soft_wrap=True)


def outline(node: Node, depth: int = 0) -> Iterator[str]:
    """The lines of a node and of all below it."""
    indent = "  " * depth
    yield f"{indent}{'- ' if depth else ''}{node.text}"
    yield from (f"{indent}    {line}" for line in details(node))
    for premise in node.premises:
        yield from outline(premise, depth + 1)


def details(node: Node) -> Iterator[str]:
    """What stands below the sentence of a node: why it holds, or who says so."""
    if node.rule:
        yield f"Rule {node.rule} ({RULES[node.rule]}): {node.reason}"
    elif node.reason:
        yield f"Axiom: {node.reason}"
    yield from node.notes
    for source in node.sources[:_NAMED_SOURCES]:
        yield f"Source: {source.words}"
    if len(node.sources) > _NAMED_SOURCES:
        yield f"and {len(node.sources) - _NAMED_SOURCES} more sources"


def remarks(explanation: Explanation) -> Iterator[str]:
    """What is to be said of the explanation as a whole."""
    if not explanation.written:
        yield "This follows, but is not written in the data: see what is materialised."
    if explanation.cut:
        yield explanation.cut


def _branch(node: Node) -> Tree:
    lines = [f"[bold]{escape(node.text)}[/]", *(f"[dim]{escape(d)}[/]" for d in details(node))]
    tree = Tree("\n".join(lines), guide_style="dim")
    for premise in node.premises:
        tree.children.append(_branch(premise))
    return tree
