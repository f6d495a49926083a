"""Check the tags of a Word template against an example of the data they will get."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from jinja2 import nodes

from docgen.messages import nearest
from docgen.render.word.tag_vocabulary import FUNCTIONS, unknown
from docgen.render.word.template import TemplatePart, WordTemplate
from wording import say

_ANY = object()  # a value of which nothing is known: everything may be asked of it
_LOOP: dict[str, Any] = dict.fromkeys(("index", "index0", "revindex", "revindex0", "first", "last", "length"), 0)
_LOOP |= dict.fromkeys(("depth", "depth0"), 0) | dict.fromkeys(("previtem", "nextitem", "cycle", "changed"), _ANY)
_REFUSED = (nodes.Include, nodes.Import, nodes.FromImport, nodes.Extends)


@dataclass
class TagReport:
    """The names of the sample that the template uses, and the problems found, as sentences in Indonesian."""

    used: set[str] = field(default_factory=set)
    problems: list[str] = field(default_factory=list)


def check_tags(template: WordTemplate, sample: Mapping[str, Any]) -> TagReport:
    """Compare every tag (body, headers, footers, footnotes, properties) with `sample`, a context as the template
    gets it, with at least one element in each list."""
    report = TagReport()
    for part in template.parts:
        tree = part.template.environment.parse(part.source)
        _Walk(part, sample, report).visit(tree, {})
    return report


class _Walk:
    """Walks the tree of one part; `scope` holds the names that the template itself sets."""

    def __init__(self, part: TemplatePart, sample: Mapping[str, Any], report: TagReport) -> None:
        self.part = part
        self.sample = sample
        self.report = report

    def visit(self, node: nodes.Node, scope: dict[str, Any]) -> None:
        if isinstance(node, nodes.For):
            self._visit_loop(node, scope)
            return
        if isinstance(node, nodes.Assign):
            self.visit(node.node, scope)
            scope.update(_bind(node.target, self._value(node.node, scope)))
            return
        if isinstance(node, _REFUSED):
            self._add(node, "tanda 'include', 'import' dan 'extends' tidak dapat dipakai.")
            return
        if isinstance(node, nodes.Name) and node.ctx == "load":
            self._look_up(node, scope)
        elif isinstance(node, nodes.Getattr):
            self._look_inside(node, node.node, node.attr, scope)
        elif isinstance(node, nodes.Getitem) and isinstance(node.arg, nodes.Const):
            self._look_inside(node, node.node, node.arg.value, scope)
        elif isinstance(node, (nodes.Filter, nodes.Test)):
            self._require_known(node)
        inner = (
            dict(scope) if isinstance(node, (nodes.Macro, nodes.CallBlock, nodes.With, nodes.AssignBlock)) else scope
        )
        for name in _bound_by(node):
            inner[name] = _ANY
            scope[name] = _ANY
        for child in node.iter_child_nodes():
            self.visit(child, inner)

    def _visit_loop(self, node: nodes.For, scope: dict[str, Any]) -> None:
        self.visit(node.iter, scope)
        inner = {**scope, **_bind(node.target, _element(self._value(node.iter, scope))), "loop": _LOOP}
        for child in [node.test] if node.test else []:
            self.visit(child, inner)
        for child in node.body:
            self.visit(child, inner)
        for child in node.else_:
            self.visit(child, dict(scope))

    def _require_known(self, node: nodes.Filter | nodes.Test) -> None:
        environment = self.part.template.environment
        if isinstance(node, nodes.Filter) and node.name not in environment.filters:
            self._add(node, unknown("saringan", node.name))
        elif isinstance(node, nodes.Test) and node.name not in environment.tests:
            self._add(node, unknown("uji", node.name))

    def _look_up(self, node: nodes.Name, scope: Mapping[str, Any]) -> None:
        if node.name in scope or node.name.startswith("_") or node.name in FUNCTIONS:
            return
        if node.name in self.sample:
            self.report.used.add(node.name)
        else:
            self._add(
                node, say("tanda {name} tidak dikenal.{hint}", name=repr(node.name), hint=_hint(node.name, self.sample))
            )

    def _look_inside(self, node: nodes.Expr, base: nodes.Expr, key: object, scope: Mapping[str, Any]) -> None:
        value = self._value(base, scope)
        if isinstance(value, dict) and key not in value:
            name = f"{_spell(base)}.{key}"
            self._add(node, say("tanda {name} tidak dikenal.{hint}", name=repr(name), hint=_hint(str(key), value)))
        elif isinstance(value, list) and not isinstance(key, int):
            name = _spell(base)
            self._add(
                node,
                say(
                    "{quoted} adalah daftar: pakai 'for satu in {name}', lalu 'satu.{key}'.",
                    quoted=repr(name),
                    name=name,
                    key=key,
                ),
            )
        elif isinstance(value, (str, bool, int)):
            self._add(node, say("{name} adalah teks dan tidak memiliki {key}.", name=repr(_spell(base)), key=repr(key)))

    def _value(self, node: nodes.Node, scope: Mapping[str, Any]) -> Any:
        """Return what an expression stands for in the sample, or _ANY."""
        if isinstance(node, nodes.Name):
            return scope.get(node.name, self.sample.get(node.name, _ANY))
        if isinstance(node, nodes.Getattr):
            value = self._value(node.node, scope)
            return value.get(node.attr, _ANY) if isinstance(value, dict) else _ANY
        if isinstance(node, nodes.Getitem):
            value = self._value(node.node, scope)
            if isinstance(node.arg, nodes.Slice):
                return value
            if isinstance(value, dict) and isinstance(node.arg, nodes.Const):
                return value.get(node.arg.value, _ANY)
            return _element(value)
        if isinstance(node, nodes.Filter) and node.name in ("first", "last") and node.node is not None:
            return _element(self._value(node.node, scope))
        return _ANY

    def _add(self, node: nodes.Node, problem: str) -> None:
        near = self.part.near(node.lineno)
        self.report.problems.append(
            say("{part}: {problem} Dekat: {near}", part=self.part.label, problem=problem, near=repr(near))
        )


def _bind(target: nodes.Node, value: Any) -> dict[str, Any]:
    if isinstance(target, nodes.Name):
        return {target.name: value}
    return {name.name: _ANY for name in target.find_all(nodes.Name)}


def _bound_by(node: nodes.Node) -> Iterator[str]:
    """Yield names that a statement makes besides loops and plain assignments."""
    if isinstance(node, nodes.Macro):
        yield node.name
    if isinstance(node, (nodes.Macro, nodes.CallBlock)):
        yield from (argument.name for argument in node.args)
        yield "caller"
    if isinstance(node, nodes.With):
        yield from (target.name for target in node.targets if isinstance(target, nodes.Name))
    if isinstance(node, nodes.AssignBlock):
        yield from (name.name for name in node.target.find_all(nodes.Name))


def _element(value: Any) -> Any:
    return value[0] if isinstance(value, list) and value else _ANY


def _spell(node: nodes.Expr) -> str:
    if isinstance(node, nodes.Name):
        return node.name
    if isinstance(node, nodes.Getattr):
        return f"{_spell(node.node)}.{node.attr}"
    return "…"


def _hint(word: str, known: Mapping[str, Any]) -> str:
    names = [name for name in known if not name.startswith("_")]
    return nearest(word, sorted(names))
