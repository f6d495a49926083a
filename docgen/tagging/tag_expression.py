"""Read one tag of a template: which names it uses, of what kind it is."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from jinja2 import Environment, nodes
from jinja2.exceptions import TemplateError as JinjaError

from docgen.render.shared.calls import STATEMENT
from docgen.render.word.tags.tag_text import Tag
from docgen.tagging.model import TagKind

_JINJA = Environment(autoescape=True)
_PLACED = re.compile(r"^(\{[{%#])(?:p|tr|tc|r)(?=\s)")  # a whole paragraph, row or cell, or a run of its own
_STRAIGHT = str.maketrans({"“": '"', "”": '"', "„": '"', "‘": "'", "’": "'"})  # Word curves them
# What makes a statement whole, so that it can be read by itself.
_COMPLETED = {
    **{"for": ("", "{% endfor %}"), "if": ("", "{% endif %}"), "elif": ("{% if x %}", "{% endif %}")},
    **{"with": ("", "{% endwith %}"), "macro": ("", "{% endmacro %}")},
}
_SHARED_PART = re.compile(rf"\{{%-?\s*{STATEMENT}\s+\w+(.*?)-?%\}}", re.DOTALL)
_PART_VALUE = re.compile(r"(\w+)\s*=\s*([a-z][a-z0-9_.]*)")
_OFFICIAL = "pejabat"  # the value of a shared part that is an official
_ENDS = ("endfor", "endif", "else", "endset", "endwith", "endmacro")


@dataclass(frozen=True)
class Expression:
    """What a tag says. `targets` are the names that it gives to something, `word` is the statement's own word.

    `printed` is the dotted name whose value it prints, walks through or asks for; "" for a computation.
    """

    kind: TagKind
    word: str = ""
    printed: str = ""
    names: tuple[str, ...] = ()
    filters: tuple[str, ...] = ()
    targets: tuple[str, ...] = ()
    choices: tuple[tuple[str, str], ...] = ()  # dotted names with a text that they are compared with


def read_expression(tag: Tag) -> Expression:
    """Return what a tag says; "broken" for one that Jinja does not read."""
    text = _PLACED.sub(r"\1", tag.text).translate(_STRAIGHT)
    if text.startswith("{#"):
        return Expression("comment")
    words = [] if text.startswith("{{") else text[2:-2].strip("-+ \n\t").split(maxsplit=1)
    word = words[0] if words else ""
    if word in _ENDS:
        return Expression("end", word)
    shared = _SHARED_PART.fullmatch(text)
    if shared:
        values = _PART_VALUE.findall(shared[1])
        return Expression(
            "part", word, names=tuple(f"{value}.nama" if name == _OFFICIAL else value for name, value in values)
        )
    before, after = _COMPLETED.get(word, ("", ""))
    if word == "set" and "=" not in text:
        after = "{% endset %}"
    try:
        tree = _JINJA.parse(before + text + after)
    except (JinjaError, RecursionError):
        return Expression("broken", word)
    kind: TagKind = {"": "value", "for": "loop", "if": "test", "elif": "test"}.get(word, "set")  # type: ignore[assignment]
    return _read(tree, kind, word)


def _read(tree: nodes.Template, kind: TagKind, word: str) -> Expression:
    names = tuple(dict.fromkeys(name for name in _dotted_names(tree) if not (word == "elif" and name == "x")))
    filters = tuple(node.name for node in tree.find_all(nodes.Filter))
    targets = tuple(node.name for node in tree.find_all(nodes.Name) if node.ctx in ("store", "param"))
    return Expression(kind, word, _printed(tree, kind), names, filters, targets, tuple(_choices(tree)))


def _printed(tree: nodes.Template, kind: TagKind) -> str:
    if kind == "loop":
        loop = tree.find(nodes.For)
        return _dotted(_without_filters(loop.iter)) if loop else ""
    if kind == "value":
        output = tree.find(nodes.Output)
        return _dotted(_without_filters(output.nodes[0])) if output and output.nodes else ""
    return ""


def _without_filters(node: nodes.Node) -> nodes.Node:
    while isinstance(node, nodes.Filter) and node.node is not None:
        node = node.node
    return node


def _dotted(node: nodes.Node) -> str:
    """Return a dotted name, "" for any other expression."""
    if isinstance(node, nodes.Name):
        return node.name
    if isinstance(node, nodes.Getattr):
        base = _dotted(node.node)
        return f"{base}.{node.attr}" if base else ""
    return ""


def _dotted_names(node: nodes.Node) -> Iterator[str]:
    """Yield the dotted names that an expression reads, each as long as it is."""
    name = _dotted(node)
    if name:
        if not (isinstance(node, nodes.Name) and node.ctx != "load"):
            yield name
        return
    for child in node.iter_child_nodes():
        yield from _dotted_names(child)


def _choices(tree: nodes.Template) -> Iterator[tuple[str, str]]:
    for compare in tree.find_all(nodes.Compare):
        name = _dotted(compare.expr)
        for operand in compare.ops:
            values = operand.expr.items if isinstance(operand.expr, nodes.Tuple | nodes.List) else [operand.expr]
            for value in values:
                if name and isinstance(value, nodes.Const) and isinstance(value.value, str):
                    yield name, value.value
