"""What a rule looks at: the opened template, and what it is for."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from docgen.forms.field_sheet import FieldSheet, SheetField
from docgen.kinds.samples import full_context
from docgen.render.shared.definitions import SharedParts
from docgen.render.word.package import NS, W
from docgen.render.word.photo_slots import photo_tag
from docgen.render.word.tag_check import TagReading, read_tags
from docgen.render.word.template import tag_environment
from docgen.template_lint.finding import WHOLE_FILE, Finding, Place, finding
from docgen.template_lint.opened import OpenedTemplate, TextParagraph
from docgen.template_lint.tags import PlacedTag, TagFlow, tag_flows
from storage.records import Office

_TITLE = SheetField(name="judul_naskah", label="Judul", required=True)
_LONGEST = 120
_PICTURE = f"{{{NS['wp']}}}docPr"


@dataclass(frozen=True)
class Case:
    """A template, the sheet that fills it (None: not known yet), the office, its shared parts, this machine's fonts."""

    opened: OpenedTemplate
    sheet: FieldSheet | None
    office: Office | None
    fonts: Collection[str] | None
    shared: SharedParts

    @cached_property
    def flows(self) -> list[TagFlow]:
        """Return the tags of each part in order."""
        return tag_flows(self.opened, self.shared)

    @cached_property
    def context(self) -> Mapping[str, Any]:
        """Return what the tags are compared with: the context of a letter that has everything."""
        bare = FieldSheet(title="Templat", title_field=_TITLE.name, fields=[_TITLE])
        return full_context(self.sheet or bare)

    @cached_property
    def readings(self) -> list[tuple[TagFlow, TagReading]]:
        """Return what the tags of each part use, and what they may not."""
        return [
            (flow, read_tags(flow.source, tag_environment(), self.context, any_name=self.sheet is None))
            for flow in self.flows
        ]

    @cached_property
    def used_names(self) -> frozenset[str]:
        """Return the names that some tag uses, or a picture that stands for a photo."""
        names = {name for _, reading in self.readings for name in (*reading.used, *reading.free)}
        pictures = (photo_tag(each) for tree in self.opened.trees.values() for each in tree.iter(_PICTURE))
        return frozenset(names | {tag.partition(".")[0] for tag in pictures if tag})

    def at(self, rule: str, place: Place, message: str, suggestion: str) -> Finding:
        """Return a finding at a place; its words are those that stand there."""
        paragraph = self._paragraphs.get((place.part, place.paragraph))
        words = paragraph.text[place.start : place.end] if paragraph is not None else ""
        return finding(rule, place, shortened(words), message, suggestion)

    def at_tag(self, rule: str, tag: PlacedTag, message: str, suggestion: str) -> Finding:
        """Return a finding at a tag."""
        return finding(rule, tag.place, shortened(tag.tag.text), message, suggestion)

    def at_element(self, rule: str, part: str, element: Any, message: str, suggestion: str) -> Finding:
        """Return a finding at the paragraph that holds an element, or at the one before it."""
        paragraph = self.paragraph_of(part, element)
        if paragraph is None:
            return finding(rule, WHOLE_FILE, "", message, suggestion)
        return finding(rule, paragraph.place(), shortened(paragraph.text), message, suggestion)

    def paragraph_of(self, part: str, element: Any) -> TextParagraph | None:
        """Return the paragraph that holds an element, or the last one before it."""
        holder = next((each for each in (element, *element.iterancestors()) if each.tag == f"{W}p"), None)
        if holder is None:
            above = (
                each for sibling in element.itersiblings(preceding=True) for each in [*sibling.iter(f"{W}p")][::-1]
            )
            holder = next((each for each in above if (part, each) in self._by_element), None)
        return self._by_element.get((part, holder)) if holder is not None else None

    def label(self, part: str) -> str:
        """Return the name of a part as a person of the office knows it."""
        return self.opened.labels.get(part, "isi")

    @cached_property
    def _paragraphs(self) -> dict[tuple[str, int], TextParagraph]:
        return {(paragraph.part, paragraph.index): paragraph for paragraph in self.opened.paragraphs}

    @cached_property
    def _by_element(self) -> dict[tuple[str, Any], TextParagraph]:
        return {(paragraph.part, paragraph.element): paragraph for paragraph in self.opened.paragraphs}


def shortened(words: str) -> str:
    """Return words on one line, at most so many as a finding tells."""
    line = " ".join(words.split())
    return line if len(line) <= _LONGEST else f"{line[: _LONGEST - 2]} …"
