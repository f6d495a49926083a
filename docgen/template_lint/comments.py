"""Hand a template back as the same file with a Word comment at each fault; the author's own comments stay.

Word knows no comments in headers, footers, notes and text boxes: there the comment stands at the nearest place of the
body, and begins with where it belongs.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from copy import deepcopy
from itertools import count
from typing import Any

from lxml import etree

from docgen.render.word.package import DECLARATION, NS, TYPES, W, packed, parse_xml, relations_part, with_types
from docgen.render.word.tags.tag_text import texts_of
from docgen.template_lint.finding import Finding
from docgen.template_lint.opened import OpenedTemplate, open_docx
from wording import say

AUTHOR = "docgen"
COMMENTS = "word/comments.xml"
_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.comments+xml"
_RELATION = f"{NS['r']}/comments"
_SPACE = "{http://www.w3.org/XML/1998/namespace}space"
_TITLES = {"error": say("Kesalahan"), "warning": say("Peringatan"), "hint": say("Saran")}
_P, _R, _BOX, _CONTROL = f"{W}p", f"{W}r", f"{W}txbxContent", f"{W}sdt"
_NOTES = {"catatan kaki": ("footnote", "footnoteReference"), "catatan akhir": ("endnote", "endnoteReference")}


def with_comments(docx: bytes, findings: Sequence[Finding]) -> bytes:
    """Return the Word file with a comment for each finding, at its words. Raises Refused for a file that cannot be
    opened.
    """
    opened = open_docx(docx)
    body = opened.trees[opened.body]
    name, comments = _comments_part(opened)
    ids = count(max((int(each.get(f"{W}id", "0")) for each in comments), default=-1) + 1)
    for finding in findings:
        number = str(next(ids))
        paragraph, start, end, lead = _anchor(opened, body, finding)
        _mark(paragraph, start, end, number)
        comments.append(_comment(number, finding, lead))
    changed = {opened.body: _written(body), name: _written(comments)}
    if name not in opened.parts:
        relations = relations_part(opened.body)
        changed[TYPES] = with_types(opened.parts[TYPES], {name: _TYPE})
        changed[relations] = _with_relation(opened.parts.get(relations, b""), name)
    return packed({**opened.parts, **changed})


def _comments_part(opened: OpenedTemplate) -> tuple[str, Any]:
    """Return the name and root of the part with the comments, of a new one if there is none."""
    for relation in opened.relations(opened.body).values():
        if relation.kind == _RELATION and relation.target in opened.parts:
            return relation.target, parse_xml(opened.parts[relation.target])
    return COMMENTS, etree.Element(f"{W}comments", nsmap={"w": W[1:-1]})


def _anchor(opened: OpenedTemplate, body: Any, finding: Finding) -> tuple[Any, int, int, str]:
    """Return the paragraph of the body at which a finding is told, the characters, and words on where it belongs."""
    place, label = finding.place, opened.labels.get(finding.place.part, "")
    paragraphs = [*body.iter(_P)]
    if place.part == opened.body and place.paragraph < len(paragraphs):
        paragraph = paragraphs[place.paragraph]
        box = next(paragraph.iterancestors(_BOX), None)
        if box is None:
            return paragraph, place.start, place.end, ""
        outer = next(
            (each for each in box.iterancestors(_P) if next(each.iterancestors(_BOX), None) is None), paragraph
        )
        return outer, 0, 0, say("Dalam kotak teks, pada {words}: ", words=repr(finding.words))
    first = paragraphs[0] if paragraphs else etree.SubElement(body, _P)
    lead = say("Di {part}, pada {words}: ", part=label, words=repr(finding.words)) if label else ""
    if label in _NOTES and place.part in opened.trees:
        calling = _calling(opened.trees[place.part], body, place.paragraph, *_NOTES[label])
        return first if calling is None else calling, 0, 0, lead
    return first, 0, 0, lead


def _calling(notes: Any, body: Any, index: int, note: str, call: str) -> Any:
    """Return the paragraph of the body that calls the note with this paragraph; None if none does."""
    paragraph = next((each for at, each in enumerate(notes.iter(_P)) if at == index), None)
    holder = next(paragraph.iterancestors(f"{W}{note}"), None) if paragraph is not None else None
    for element in body.iter(f"{W}{call}"):
        if holder is not None and element.get(f"{W}id") == holder.get(f"{W}id"):
            return next(element.iterancestors(_P), None)
    return None


def _mark(paragraph: Any, start: int, end: int, number: str) -> None:
    """Write begin, end and reference of a comment around these characters; around the whole text if there are none."""
    begin = etree.Element(f"{W}commentRangeStart", {f"{W}id": number})
    finish = etree.Element(f"{W}commentRangeEnd", {f"{W}id": number})
    reference = etree.Element(_R)
    etree.SubElement(reference, f"{W}commentReference", {f"{W}id": number})
    length = sum(len(text.text or "") for text in texts_of(paragraph))
    if start >= end or end > length:
        start, end = 0, length
    control = _outermost(paragraph, _CONTROL)
    if control is not None:
        _mark_control(control, begin, finish, reference)
        return
    if length == 0:
        paragraph.extend([begin, finish, reference])
        return
    first, last = _run_from(paragraph, start), _run_until(paragraph, end)
    _whole_field(paragraph, first, "begin").addprevious(begin)
    _whole_field(paragraph, last, "end").addnext(finish)
    finish.addnext(reference)


def _mark_control(control: Any, begin: Any, finish: Any, reference: Any) -> None:
    """Write a comment around a content control with whole paragraphs: from before it to the next paragraph behind it.

    LibreOffice 7.4 loses the text of a control in which a comment ends.
    """
    for where in ("following", "preceding"):
        near = control.xpath(f"{where}::w:p[not(ancestor::w:sdt) and not(ancestor::w:txbxContent)]", namespaces=NS)
        if near:
            paragraph = near[0] if where == "following" else near[-1]
            at = 1 if paragraph.find(f"{W}pPr") is not None else 0
            if where == "following":
                control.addprevious(begin)
                paragraph[at:at] = [finish, reference]
            else:
                paragraph.extend([begin, finish, reference])
            return


def _outermost(element: Any, tag: str) -> Any | None:
    """Return the outermost element of a kind around another; None if there is none."""
    return next(reversed([*element.iterancestors(tag)]), None)


def _whole_field(paragraph: Any, run: Any, mark: str) -> Any:
    """Return the run that begins or ends the field in which a run stands, or the content control; the run itself if
    it stands in none. LibreOffice loses the words of a comment that ends within either.
    """
    control = _outermost(run, _CONTROL)
    if control is not None:
        return control
    begins: list[Any] = []
    is_inside = False
    for element in paragraph.iter(_R):
        marks = [each.get(f"{W}fldCharType") for each in element.iterfind(f"{W}fldChar")]
        begins += [element] * marks.count("begin")
        if element is run and begins:
            if mark == "begin":
                return begins[0]
            is_inside = True
        del begins[len(begins) - min(len(begins), marks.count("end")) :]
        if is_inside and not begins:
            return element
    return run


def _run_from(paragraph: Any, start: int) -> Any:
    """Return the run that begins with this character of the paragraph; one is split if it must be."""
    for text, at in _positions(paragraph):
        if at <= start < at + len(text.text or ""):
            return _split(text, start - at)
    return _run_of(texts_of(paragraph)[-1])


def _run_until(paragraph: Any, end: int) -> Any:
    """Return the run that ends before this character of the paragraph; one is split if it must be."""
    for text, at in _positions(paragraph):
        if at < end <= at + len(text.text or ""):
            if end - at < len(text.text or "") or text.getnext() is not None:
                _split_after(text, end - at)
            return _run_of(text)
    return _run_of(texts_of(paragraph)[-1])


def _positions(paragraph: Any) -> Iterator[tuple[Any, int]]:
    at = 0
    for text in texts_of(paragraph):
        yield text, at
        at += len(text.text or "")


def _run_of(text: Any) -> Any:
    """Return the run that holds a text element; what else holds one is taken as a whole."""
    return next((each for each in text.iterancestors() if each.tag == _R), text.getparent())


def _split(text: Any, at: int) -> Any:
    """Return a run that begins with the character `at` of a text element."""
    run = _run_of(text)
    first = next((child for child in run if child.tag != f"{W}rPr"), None)
    if at == 0 and first is text:
        return run
    if at == 0:
        return _moved(run, text)
    return _split_after(text, at)


def _split_after(text: Any, at: int) -> Any:
    """Move what stands behind the first `at` characters of a text element into a run of its own, and return that."""
    run, rest = _run_of(text), (text.text or "")[at:]
    if rest:
        new = deepcopy(text)
        new.text = rest
        new.set(_SPACE, "preserve")
        text.text = (text.text or "")[:at]
        text.set(_SPACE, "preserve")
        text.addnext(new)
        return _moved(run, new)
    return _moved(run, text.getnext())


def _moved(run: Any, first: Any) -> Any:
    """Return a new run behind this one, with the same look, that holds `first` and what stands behind it."""
    new = etree.Element(run.tag, run.attrib)
    look = run.find(f"{W}rPr")
    if look is not None:
        new.append(deepcopy(look))
    while first is not None:
        following = first.getnext()
        new.append(first)
        first = following
    run.addnext(new)
    return new


def _comment(number: str, finding: Finding, lead: str) -> Any:
    comment = etree.Element(f"{W}comment", {f"{W}id": number, f"{W}author": AUTHOR, f"{W}initials": AUTHOR[:1]})
    message = f"{_TITLES[finding.severity]}: {lead}{finding.message}"
    for sentence in (message, finding.suggestion):
        run = etree.SubElement(etree.SubElement(comment, _P), _R)
        text = etree.SubElement(run, f"{W}t", {_SPACE: "preserve"})
        text.text = sentence
    return comment


def _with_relation(relations: bytes, target: str) -> bytes:
    """Return the relations of the body with one that leads to its comments."""
    root = (
        parse_xml(relations) if relations else etree.Element(f"{{{NS['rel']}}}Relationships", nsmap={None: NS["rel"]})
    )
    used = {each.get("Id") for each in root}
    id = next(name for name in (f"rKomentar{number}" for number in count(1)) if name not in used)
    etree.SubElement(root, f"{{{NS['rel']}}}Relationship", {"Id": id, "Type": _RELATION, "Target": f"/{target}"})
    return _written(root)


def _written(root: Any) -> bytes:
    data: bytes = etree.tostring(root)
    return DECLARATION + data
