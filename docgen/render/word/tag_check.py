"""Check the tags of a Word template against an example of the data they will get."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from math import prod
from typing import Any, Literal

from jinja2 import Environment, nodes

from docgen.messages import nearest
from docgen.render.word.tags.tag_vocabulary import FUNCTIONS, unknown
from docgen.render.word.template import WordTemplate
from wording import say

_ANY = object()  # a value of which nothing is known: everything may be asked of it
_LOOP: dict[str, Any] = dict.fromkeys(("index", "index0", "revindex", "revindex0", "first", "last", "length"), 0)
_LOOP |= dict.fromkeys(("depth", "depth0"), 0) | dict.fromkeys(("previtem", "nextitem", "cycle", "changed"), _ANY)
_REFUSED = (nodes.Include, nodes.Import, nodes.FromImport, nodes.Extends)
_FORMATS = ("format", "format_map")  # of a text: they read attributes of what they are given
_TOO_MUCH = say("tanda ini menghitung atau mengulang terlalu banyak.")
_MOST_LOOPS = 6  # within each other
_MOST_TURNS = 10_000  # of a number in a tag: what multiplies texts or counts turns by more is no letter

_INSIDE = re.compile(r"__[a-z]+__")  # an attribute of Python's own

TagRule = Literal[
    "unknown_name", "unknown_filter", "refused_statement", "element_of_list", "element_of_text", "prints_list",
    "unsafe_tag",
]  # fmt: skip


@dataclass(frozen=True)
class TagFault:
    """What a tag may not do: the line of the source (from 1), and a sentence in Indonesian about it.

    Of an unknown name, `known` are those that exist, and `name` is to be compared with them.
    """

    rule: TagRule
    line: int
    problem: str
    name: str = ""
    known: tuple[str, ...] = ()

    @property
    def hint(self) -> str:
        """Return the nearest name, as a sentence with a space before it; "" unless a name is unknown."""
        return nearest(self.name, self.known) if self.rule == "unknown_name" else ""


@dataclass
class TagReading:
    """The names of the sample that a source uses, those it takes for fields with their lines, and the faults."""

    used: set[str] = field(default_factory=set)
    free: dict[str, int] = field(default_factory=dict)
    faults: list[TagFault] = field(default_factory=list)


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
        reading = read_tags(part.source, part.template.environment, sample)
        report.used |= reading.used
        for fault in reading.faults:
            report.problems.append(
                say(
                    "{part}: {problem}{hint} Dekat: {near}",
                    part=part.place(fault.line),
                    problem=fault.problem,
                    hint=fault.hint,
                    near=repr(part.near(fault.line)),
                )
            )
    return report


def read_tags(
    source: str, environment: Environment, sample: Mapping[str, Any], *, any_name: bool = False
) -> TagReading:
    """Return what the tags of a source use, and what they may not; with `any_name` every unknown name is a field.

    Raises TemplateSyntaxError for a source that cannot be read.
    """
    reading = TagReading()
    _Walk(environment, sample, reading, any_name=any_name).visit(environment.parse(source), {})
    return reading


class _Walk:
    """Walks the tree of one source; `scope` holds the names that the template itself sets."""

    def __init__(
        self, environment: Environment, sample: Mapping[str, Any], reading: TagReading, *, any_name: bool
    ) -> None:
        self.environment = environment
        self.sample = sample
        self.reading = reading
        self.any_name = any_name
        self._loops: list[int] = []  # turns of the loops around what is visited, as far as the template says them

    def visit(self, node: nodes.Node, scope: dict[str, Any]) -> None:
        if isinstance(node, nodes.For):
            self._visit_loop(node, scope)
            return
        if isinstance(node, nodes.Assign):
            self.visit(node.node, scope)
            scope.update(_bind(node.target, self._value(node.node, scope)))
            return
        if isinstance(node, nodes.With):
            self._visit_with(node, scope)
            return
        if isinstance(node, _REFUSED):
            self._add("refused_statement", node, say("tanda 'include', 'import' dan 'extends' tidak dapat dipakai."))
            return
        if isinstance(node, nodes.Name) and node.ctx == "load":
            self._look_up(node, scope)
        elif isinstance(node, nodes.Getattr):
            self._look_inside(node, node.node, node.attr, scope)
        elif isinstance(node, nodes.Getitem) and isinstance(node.arg, nodes.Const):
            self._look_inside(node, node.node, node.arg.value, scope)
        elif isinstance(node, (nodes.Filter, nodes.Test)):
            self._require_known(node)
        elif isinstance(node, nodes.Output):
            self._require_text(node, scope)
        self._require_safe(node)
        inner = dict(scope) if isinstance(node, (nodes.Macro, nodes.CallBlock, nodes.AssignBlock)) else scope
        for name in _bound_by(node):
            inner[name] = _ANY
            scope[name] = _ANY
        for child in node.iter_child_nodes():
            self.visit(child, inner)

    def _visit_loop(self, node: nodes.For, scope: dict[str, Any]) -> None:
        self.visit(node.iter, scope)
        self._loops.append(_turns(node.iter))
        if len(self._loops) > _MOST_LOOPS or prod(self._loops) > _MOST_TURNS:
            self._add("unsafe_tag", node, _TOO_MUCH)
        inner = {**scope, **_bind(node.target, _element(self._value(node.iter, scope))), "loop": _LOOP}
        for child in [node.test] if node.test else []:
            self.visit(child, inner)
        for child in node.body:
            self.visit(child, inner)
        for child in node.else_:
            self.visit(child, dict(scope))
        self._loops.pop()

    def _visit_with(self, node: nodes.With, scope: dict[str, Any]) -> None:
        inner = dict(scope)
        for target, value in zip(node.targets, node.values, strict=True):
            self.visit(value, scope)
            inner.update(_bind(target, self._value(value, scope)))
        for child in node.body:
            self.visit(child, inner)

    def _require_known(self, node: nodes.Filter | nodes.Test) -> None:
        if isinstance(node, nodes.Filter) and node.name not in self.environment.filters:
            self._add("unknown_filter", node, unknown("saringan", node.name))
        elif isinstance(node, nodes.Test) and node.name not in self.environment.tests:
            self._add("unknown_filter", node, unknown("uji", node.name))

    def _require_text(self, node: nodes.Output, scope: Mapping[str, Any]) -> None:
        """Refuse tags that print a whole list or an entry of several parts."""
        for printed in node.nodes:
            if isinstance(self._value(printed, scope), (list, dict)):
                name = repr(_spell(printed))
                self._add("prints_list", printed, say("{name} berisi daftar atau rincian, bukan teks.", name=name))

    def _require_safe(self, node: nodes.Node) -> None:
        """Refuse what reads the insides of the program, and what works without end."""
        is_inside = bool(
            (isinstance(node, nodes.Getattr) and node.attr.startswith("_"))
            or (isinstance(node, nodes.Const) and _INSIDE.search(str(node.value)))
            or (isinstance(node, nodes.Call) and isinstance(node.node, nodes.Getattr) and node.node.attr in _FORMATS)
        )
        factors = node.iter_child_nodes() if isinstance(node, nodes.Mul) else ()
        is_endless = isinstance(node, nodes.Pow) or any(_is_too_much(factor) for factor in factors)
        if is_inside:
            self._add("unsafe_tag", node, say("tanda ini membaca bagian dalam program, bukan isi surat."))
        if is_endless:
            self._add("unsafe_tag", node, _TOO_MUCH)

    def _look_up(self, node: nodes.Name, scope: Mapping[str, Any]) -> None:
        if node.name in scope or node.name.startswith("_") or node.name in FUNCTIONS:
            return
        if node.name in self.sample:
            self.reading.used.add(node.name)
        elif self.any_name:
            self.reading.free.setdefault(node.name, node.lineno)
        else:
            self._add_unknown(node, node.name, node.name, self.sample)

    def _look_inside(self, node: nodes.Expr, base: nodes.Expr, key: object, scope: Mapping[str, Any]) -> None:
        if _INSIDE.search(str(key)):  # told by `_require_safe`
            return
        value = self._value(base, scope)
        name = _spell(base)
        if isinstance(value, dict) and key not in value:
            self._add_unknown(node, f"{name}.{key}", str(key), value)
        elif isinstance(value, list) and not isinstance(key, int):
            problem = say(
                "{quoted} adalah daftar: pakai 'for satu in {name}', lalu 'satu.{key}'.",
                quoted=repr(name),
                name=name,
                key=key,
            )
            self._add("element_of_list", node, problem)
        elif isinstance(value, (str, bool, int)):
            problem = say("{name} adalah teks dan tidak memiliki {key}.", name=repr(name), key=repr(key))
            self._add("element_of_text", node, problem)

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

    def _add_unknown(self, node: nodes.Node, spelled: str, name: str, known: Mapping[str, Any]) -> None:
        problem = say("tanda {name} tidak dikenal.", name=repr(spelled))
        names = tuple(sorted(other for other in known if not other.startswith("_")))
        self.reading.faults.append(TagFault("unknown_name", node.lineno, problem, name, names))

    def _add(self, rule: TagRule, node: nodes.Node, problem: str) -> None:
        self.reading.faults.append(TagFault(rule, node.lineno, problem))


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
    if isinstance(node, nodes.AssignBlock):
        yield from (name.name for name in node.target.find_all(nodes.Name))


def _element(value: Any) -> Any:
    return value[0] if isinstance(value, list) and value else _ANY


def _spell(node: nodes.Node) -> str:
    if isinstance(node, nodes.Name):
        return node.name
    if isinstance(node, nodes.Getattr):
        return f"{_spell(node.node)}.{node.attr}"
    return "…"


def _turns(node: nodes.Node) -> int:
    """Return how often a loop turns if its tag says so: the largest number of its `range`."""
    if not (isinstance(node, nodes.Call) and _spell(node.node) == "range"):
        return 1
    return max((abs(each.value) for each in node.find_all(nodes.Const) if isinstance(each.value, int)), default=1) or 1


def _is_too_much(node: nodes.Node) -> bool:
    """Return whether a constant multiplies to more than any letter holds."""
    if not isinstance(node, nodes.Const):
        return False
    return isinstance(node.value, str) or (isinstance(node.value, int) and node.value > _MOST_TURNS)
