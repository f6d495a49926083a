"""The tags of a template with their places, in the order in which they run, and as sources that Jinja reads.

Each tag stands alone on a line of such a source, so that a line tells the tag. Broken tags are left out and broken
blocks mended, so that one fault does not hide the next.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from jinja2.exceptions import TemplateSyntaxError

from docgen.errors import TemplateError
from docgen.render.shared.calls import names_part, names_sentence, tags_behind
from docgen.render.shared.definitions import SharedParts, place_of
from docgen.render.word.package import W
from docgen.render.word.rich.slots import PRINT, RICH_TAG
from docgen.render.word.tags.tag_text import Tag, find_tags
from docgen.render.word.tags.tagged_parts import BODY_LABEL, CORE
from docgen.render.word.template import tag_environment
from docgen.template_lint.finding import Place
from docgen.template_lint.opened import OpenedTemplate, TextParagraph

BLOCKS = {
    name: f"end{name}" for name in ("for", "if", "with", "macro", "call", "filter", "block", "set", "raw", "autoescape")
}
MIDDLES = ("elif", "else")
_MOST_MISPLACED = 20
_LETTER = re.compile(r"(?<=^\{[{%#])(?:p|tr|tc|r)(?=\s)")  # what docxtpl takes away with the tag
_QUOTES = str.maketrans("“”‘’", "\"\"''")
_CELL = re.compile(r"^\{%\s*(?:colspan|cellbg)\s+(.*?)\s*%\}$", re.DOTALL)  # docxtpl's own, of a table's cell
_MERGES = re.compile(r"^\{%\s*[vh]m\s*%\}$")
_TARGET = re.compile(r"\bfor\s+(\w+)")
_NOTES = {f"{W}footnoteReference": "catatan kaki", f"{W}endnoteReference": "catatan akhir"}


@dataclass(frozen=True)
class PlacedTag:
    """A complete tag and its paragraph; of one that names a shared part or sentence, the tags that stand there.

    `problem` says why what it names cannot stand there.
    """

    paragraph: TextParagraph
    tag: Tag
    behind: tuple[Tag, ...] | None = None
    problem: str = ""

    @property
    def place(self) -> Place:
        """Return where it stands."""
        return self.paragraph.place(self.tag.start, self.tag.end)

    @property
    def shared_file(self) -> str:
        """Return the file of the shared part that it names, for messages; "" if it names none."""
        return place_of(self.tag.words[1]) if names_part(self.tag) and len(self.tag.words) > 1 else ""

    @cached_property
    def source(self) -> str:
        """Return it as Jinja reads it, on one line."""
        if self.behind is None:
            return _source(self.tag.text)
        return "".join(["{# #}", *(_source(tag.text) for tag in self.behind)])

    @property
    def statement(self) -> str:
        """Return the word of a statement (`for`, `endif`); "" of what prints or says nothing."""
        words = self.source[2:-2].strip("-+ ").split(maxsplit=1)
        return words[0] if self.source.startswith("{%") and words else ""

    @property
    def opens(self) -> bool:
        """Return whether it begins a block; `set x = 1` is none."""
        return self.statement in BLOCKS and not (self.statement == "set" and "=" in self.source)

    @cached_property
    def error(self) -> TemplateSyntaxError | None:
        """Return why Jinja cannot read it by itself; None if it can."""
        if self.statement.startswith("end") and self.statement in BLOCKS.values():
            return None
        source = self.source
        if self.opens:
            source = f"{source}{{% {BLOCKS[self.statement]} %}}"
        elif self.statement in MIDDLES:
            source = f"{{% if 0 %}}{source}{{% endif %}}"
        try:
            tag_environment().parse(source)
        except TemplateSyntaxError as error:
            return error
        return None


def _source(text: str) -> str:
    rich = RICH_TAG.fullmatch(text)
    if rich:
        return f"{{{{ {PRINT}(0, {rich[1]}) }}}}"
    text = " ".join(_LETTER.sub("", text).translate(_QUOTES).split())
    cell = _CELL.match(text)
    return f"{{{{ {cell[1]} }}}}" if cell else "" if _MERGES.match(text) else text


@dataclass(frozen=True)
class Block:
    """A block whose tags are all there: its begin, `elif` and `else`, and end."""

    tags: tuple[PlacedTag, ...]


@dataclass
class TagFlow:
    """The tags of a part in order: `source` has one line each; blocks, and those that do not fit each other.

    `misplaced` are tags that Jinja can read, but not where they stand: a second `else`.
    """

    tags: Sequence[PlacedTag]
    blocks: list[Block] = field(default_factory=list)
    unclosed: list[PlacedTag] = field(default_factory=list)
    unopened: list[PlacedTag] = field(default_factory=list)
    misplaced: list[tuple[PlacedTag, TemplateSyntaxError]] = field(default_factory=list)
    source: str = ""


def tag_flows(opened: OpenedTemplate, shared: SharedParts) -> list[TagFlow]:
    """Return the tags of each part; those of a note stand where the note is called, as it is filled there.

    The tags of a shared part or sentence stand where it is named.
    """
    paragraphs = opened.paragraphs
    called = _notes(opened)
    inside = {id(paragraph) for note in called.values() for paragraph in note}
    flows = []
    for part in opened.trees:
        tags: list[PlacedTag] = []
        for paragraph in paragraphs:
            if paragraph.part == part and id(paragraph) not in inside:
                tags += _tags_of(paragraph, shared, opened.labels.get(part, part))
                for note in _called_notes(paragraph, called):
                    tags += [tag for inner in note for tag in _tags_of(inner, shared, opened.labels[inner.part])]
        flows.append(_with_blocks(TagFlow(tags)))
    return flows


def _tags_of(paragraph: TextParagraph, shared: SharedParts, label: str) -> Iterator[PlacedTag]:
    for tag in find_tags(paragraph.text):
        if paragraph.part == CORE or not (names_part(tag) or names_sentence(tag)):
            yield PlacedTag(paragraph, tag)
            continue
        try:
            yield PlacedTag(paragraph, tag, tuple(tags_behind(tag, shared, label)))
        except TemplateError as error:
            yield PlacedTag(paragraph, tag, (), str(error))


def _notes(opened: OpenedTemplate) -> dict[tuple[str, str], list[TextParagraph]]:
    """Return the paragraphs of the notes that the body calls, by label of their part and id."""
    if BODY_LABEL not in opened.labels.values():
        return {}
    calls = {(_NOTES[call.tag], call.get(f"{W}id")) for call in opened.trees[opened.body].iter(*_NOTES)}
    notes: dict[tuple[str, str], list[TextParagraph]] = {}
    for paragraph in opened.paragraphs:
        label = opened.labels.get(paragraph.part, "")
        if label in _NOTES.values():
            note = next(paragraph.element.iterancestors(f"{W}footnote", f"{W}endnote"), None)
            key = (label, note.get(f"{W}id") if note is not None else "")
            if key in calls:
                notes.setdefault(key, []).append(paragraph)
    return notes


def _called_notes(
    paragraph: TextParagraph, notes: dict[tuple[str, str], list[TextParagraph]]
) -> Iterator[list[TextParagraph]]:
    if notes:
        for call in paragraph.element.iter(*_NOTES):
            yield notes.get((_NOTES[call.tag], call.get(f"{W}id")), [])


def _with_blocks(flow: TagFlow) -> TagFlow:
    """Find the blocks of the tags, and write a source that Jinja can read whatever is wrong with them."""
    lines: list[str] = []
    stack: list[list[PlacedTag]] = []
    for tag in flow.tags:
        line = "" if tag.error else tag.source
        if tag.opens:
            stack.append([tag])
            line = _mended_begin(tag) if tag.error or tag.statement in ("raw", "autoescape") else line
        elif tag.statement in MIDDLES:
            if stack and stack[-1][0].statement in ("if", "for"):
                stack[-1].append(tag)
                line = "{% else %}" if tag.error else line
            else:
                flow.unopened.append(tag)
                line = ""
        elif tag.statement in BLOCKS.values():
            at = next((at for at in reversed(range(len(stack))) if BLOCKS[stack[at][0].statement] == tag.statement), -1)
            if at < 0:
                flow.unopened.append(tag)
                line = ""
            else:
                flow.unclosed += [tags[0] for tags in stack[at + 1 :]]
                line = "".join(_end(tags[0]) for tags in reversed(stack[at:]))
                flow.blocks.append(Block((*stack[at], tag)))
                del stack[at:]
        lines.append(line)
    flow.unclosed += [tags[0] for tags in stack]
    return _with_source(flow, lines, "".join(_end(tags[0]) for tags in reversed(stack)))


def _with_source(flow: TagFlow, lines: list[str], ends: str) -> TagFlow:
    """Set the source; a line that Jinja cannot read where it stands is left out."""
    for _ in lines:
        flow.source = "\n".join(lines) + ends
        try:
            tag_environment().parse(flow.source)
            return flow
        except TemplateSyntaxError as error:
            at = min(error.lineno, len(lines)) - 1
            flow.misplaced.append((flow.tags[at], error))
            if not lines[at] or len(flow.misplaced) > _MOST_MISPLACED:
                break
            lines[at] = ""
    flow.source = ""
    return flow


def _mended_begin(tag: PlacedTag) -> str:
    """Return a begin that Jinja can read in the place of one that it cannot."""
    target = _TARGET.search(tag.source)
    return f"{{% for {target[1]} in range(1) %}}" if tag.statement == "for" and target else "{% if 1 %}"


def _end(begin: PlacedTag) -> str:
    if begin.error or begin.statement in ("raw", "autoescape"):
        return "{% endfor %}" if _mended_begin(begin).startswith("{% for") else "{% endif %}"
    return f"{{% {BLOCKS[begin.statement]} %}}"
