"""Find the tags of a Word file, wherever they stand: body, tables, headers, notes, text boxes, controls, properties."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from docgen.render.word.package import W
from docgen.render.word.tags.tag_text import Tag, find_tags
from docgen.render.word.tags.tagged_parts import CORE
from docgen.tagging.model import TemplateTag
from docgen.tagging.tag_expression import Expression, read_expression
from docgen.tagging.word_text import SDT, P, PartText, T, is_fallback, nearest, read_word_text, text_elements
from docgen.template_lint.finding import Place


def find_template_tags(docx: bytes) -> list[TemplateTag]:
    """Return the tags of a Word file, part by part in the order of the text. Raises TemplateError.

    A content control that bears a name (its tag or its title) and holds no tag is one of kind "control".
    """
    return [tag for part in read_word_text(docx).parts.values() for tag in tags_of_part(part)]


def tags_of_part(part: PartText) -> list[TemplateTag]:
    """Return the tags of a part, in the order of the text."""
    scope = _Scope()
    return [scope.enter(tag, place) for tag, place in _placed_tags(part)] + list(_controls(part))


@dataclass
class _Scope:
    """The loops and tests that are open while a part is read from its beginning."""

    loops: list[tuple[str, tuple[str, ...]]] = field(default_factory=list)  # path of the list, names of its element
    blocks: list[tuple[str, tuple[str, ...]]] = field(default_factory=list)  # word, paths that a test asks for
    own: set[str] = field(default_factory=set)  # names that the template sets itself

    def enter(self, tag: Tag, place: Place) -> TemplateTag:
        """Return a tag as it is meant where it stands, and go on behind it."""
        expression = read_expression(tag)
        conditions = tuple(path for word, paths in self.blocks if word == "if" for path in paths)
        loop = self.loops[-1][0] if self.loops else ""
        names = tuple(self._path(name) for name in expression.names)
        path = self._path(expression.printed) if expression.printed else (names[0] if names else "")
        choices = tuple(text for name, text in expression.choices if self._path(name) == path)
        self._follow(expression, path)
        return TemplateTag(
            expression.kind,
            path.partition(".")[0],
            path,
            tag.text,
            place,
            tuple(name for name in names if name),
            expression.filters,
            loop,
            conditions,
            choices,
            tag.replaces,
        )

    def _follow(self, expression: Expression, path: str) -> None:
        if expression.word in ("for", "if", "with", "macro"):
            conditions = tuple(self._path(name) for name in expression.names) if expression.word == "if" else ()
            self.blocks.append((expression.word, conditions))
            if expression.word == "for":
                self.loops.append((path, expression.targets))
            else:
                self.own |= set(expression.targets)
        elif expression.word == "set":
            self.own |= set(expression.targets)
        elif expression.word.startswith("end") and self.blocks and expression.word == f"end{self.blocks[-1][0]}":
            self.blocks.pop()
            if expression.word == "endfor":
                self.loops.pop()

    def _path(self, name: str) -> str:
        """Return a dotted name from its list on; "" for what the template sets itself."""
        first, dot, rest = name.partition(".")
        if first == "loop" and self.loops:
            return ""
        for path, targets in reversed(self.loops):
            if first in targets:
                return f"{path}{dot}{rest}" if dot else f"{path}[]"
        return "" if first in self.own else name


def _placed_tags(part: PartText) -> Iterator[tuple[Tag, Place]]:
    for index, paragraph in enumerate(part.paragraphs):
        if part.is_copy(index):
            continue
        for tag in find_tags(part.text(index)):
            yield tag, Place(part.name, index, tag.start, tag.end)
        if part.name != CORE:
            yield from _attribute_tags(part, index, paragraph)


def _attribute_tags(part: PartText, index: int, paragraph: Any) -> Iterator[tuple[Tag, Place]]:
    """Yield the tags of a paragraph that stand in no text, e.g. in the alternative text of a picture."""
    for element in paragraph.iter():
        if not isinstance(element.tag, str) or not any("{" in value for value in element.attrib.values()):
            continue
        if nearest(element, P) is paragraph and not is_fallback(element):
            for value in element.attrib.values():
                for tag in find_tags(value):
                    yield tag, Place(part.name, index, 0, 0)


def _controls(part: PartText) -> Iterator[TemplateTag]:
    """Yield the content controls that bear a name and hold text without a tag."""
    numbers = {paragraph: index for index, paragraph in enumerate(part.paragraphs)}
    for control in part.root.iter(SDT):
        name = control_name(control)
        place = _content_place(part.name, control, numbers)
        if name and place and not is_fallback(control):
            yield TemplateTag("control", name, name, name, place)


def control_name(control: Any) -> str:
    """Return the name that its author gave a content control: its tag, else its title; "" if it has none."""
    for key in ("tag", "alias"):
        element = control.find(f"{W}sdtPr/{W}{key}")
        if element is not None and element.get(f"{W}val", "").strip():
            return str(element.get(f"{W}val")).strip()
    return ""


def _content_place(part: str, control: Any, numbers: Mapping[Any, int]) -> Place | None:
    """Return where the text of a content control stands, in its first paragraph; None if it holds a tag or nothing."""
    content = control.find(f"{W}sdtContent")
    inside = set(content.iter(T)) if content is not None else set()
    first = next((text for text in control.iter(T) if text in inside and (text.text or "").strip()), None)
    paragraph = nearest(first, P) if first is not None else None
    if paragraph is None or next(find_tags("".join(text.text or "" for text in control.iter(T))), None):
        return None
    spans, at = [], 0
    for text in text_elements(paragraph):
        length = len(text.text or "")
        spans += [(at, at + length)] if text in inside and length else []
        at += length
    return Place(part, numbers[paragraph], spans[0][0], spans[-1][1])
