"""Read the content streams of pages of any origin: do they leave the graphics state as they found it?"""

from __future__ import annotations

import re

from pypdf import PageObject
from pypdf.generic import ArrayObject, FloatObject, IndirectObject, NameObject, PdfObject, StreamObject

_TOKEN = re.compile(
    rb"(?P<comment>%[^\r\n]*)"
    rb"|(?P<string>\()"
    rb"|(?P<hex><[0-9A-Fa-f\s]*>)"
    rb"|(?P<name>/[^\x00\t\n\f\r ()<>\[\]{}/%]*)"
    rb"|(?P<word>[^\x00\t\n\f\r ()<>\[\]{}/%]+)"
)
_SIMPLE_STRING = rb"\([^()\\]*+(?:\\.[^()\\]*+)*+\)"
# All tokens at once, nine times as quick, where no string holds parentheses and no inline image its data. The first
# string that holds some takes all that follows, so that no file makes the search begin again at each parenthesis.
_SIMPLE_TOKEN = re.compile(
    rb"%[^\r\n]*|" + _SIMPLE_STRING + rb"|\(.*|<[0-9A-Fa-f\s]*>"
    rb"|/[^\x00\t\n\f\r ()<>\[\]{}/%]*|[^\x00\t\n\f\r ()<>\[\]{}/%]+",
    re.DOTALL,
)
_ONE_STRING = re.compile(_SIMPLE_STRING, re.DOTALL)
_STRING_PART = re.compile(rb"\\.|[()]", re.DOTALL)
_IMAGE_END = re.compile(rb"[\x00\t\n\f\r ]EI(?=[\x00\t\n\f\r ]|$)")


def content_data(page: PageObject) -> bytes:
    """Return the content of a page as one stream."""
    return b"\n".join(stream.get_data() for stream in content_streams(page))


def content_parts(page: PageObject) -> list[PdfObject]:
    """Return the entries of a page's /Contents; references stay references."""
    raw = page.raw_get("/Contents") if "/Contents" in page else None
    resolved = raw.get_object() if raw is not None else None
    if isinstance(resolved, ArrayObject):
        return list(resolved)
    return [raw] if raw is not None and isinstance(resolved, StreamObject) else []


def content_streams(page: PageObject) -> list[StreamObject]:
    """Return the streams of a page's content."""
    streams = [part.get_object() for part in content_parts(page)]
    return [stream for stream in streams if isinstance(stream, StreamObject)]


def is_balanced(content: bytes) -> bool:
    """Return whether each q has its Q, each BT its ET, each marked content its end, in order.

    What is drawn behind a content that is not balanced stands in a moved, turned or clipped space.
    """
    depth = {b"q": 0, b"BT": 0, b"BMC": 0}
    step = {b"q": (b"q", 1), b"Q": (b"q", -1), b"BT": (b"BT", 1), b"ET": (b"BT", -1)}
    step |= {b"BMC": (b"BMC", 1), b"BDC": (b"BMC", 1), b"EMC": (b"BMC", -1)}
    for word in _operators(content):
        if word in step:
            kind, change = step[word]
            depth[kind] += change
            if depth[kind] < 0:
                return False
    return not any(depth.values())


def as_form(page: PageObject, box: tuple[float, float, float, float]) -> StreamObject:
    """Return the content of a page as a form XObject: whatever state it leaves ends with it. Resources are shared."""
    form = StreamObject()
    form.set_data(content_data(page))
    form = form.flate_encode()
    form[NameObject("/Type")] = NameObject("/XObject")
    form[NameObject("/Subtype")] = NameObject("/Form")
    form[NameObject("/BBox")] = ArrayObject(FloatObject(f"{edge:.3f}") for edge in box)
    for key in ("/Resources", "/Group"):
        entry = inherited(page, key) if key == "/Resources" else page.get(key)
        if entry is not None:
            form[NameObject(key)] = reference_of(entry) or entry
    return form


def reference_of(thing: PdfObject | None) -> IndirectObject | None:
    """Return the reference under which an object is kept in its file; None for one that is part of another."""
    reference = getattr(thing, "indirect_reference", None)
    return reference if isinstance(reference, IndirectObject) else None


def inherited(page: PageObject, key: str) -> PdfObject | None:
    """Return an entry of a page, or of what it stands below in the page tree."""
    node: PdfObject | None = page
    seen: set[int] = set()
    while isinstance(node, dict) and id(node) not in seen:
        seen.add(id(node))
        if key in node:
            entry: PdfObject | None = node[key]
            return entry
        parent = node.get("/Parent")
        node = parent.get_object() if isinstance(parent, IndirectObject) else parent
    return None


def _operators(content: bytes) -> list[bytes]:
    """Return the words of a content stream, and what is no word with its first sign: `(`, `/`, `%` or `<`."""
    tokens = _SIMPLE_TOKEN.findall(content)
    holds_parentheses = bool(tokens) and tokens[-1].startswith(b"(") and not _ONE_STRING.fullmatch(tokens[-1])
    return _operators_one_by_one(content) if holds_parentheses or b"ID" in tokens else tokens


def _operators_one_by_one(content: bytes) -> list[bytes]:
    """Return the words of a content stream outside of strings, names, comments and inline image data."""
    words: list[bytes] = []
    at = 0
    while token := _TOKEN.search(content, at):
        at = token.end()
        if token["string"]:
            at = _string_end(content, at)
        elif token["word"]:
            words.append(token["word"])
            if token["word"] == b"ID":
                end = _IMAGE_END.search(content, at)
                at = end.end() if end else len(content)
    return words


def _string_end(content: bytes, at: int) -> int:
    depth = 1
    for part in _STRING_PART.finditer(content, at):
        depth += {b"(": 1, b")": -1}.get(part[0], 0)
        if depth == 0:
            return part.end()
    return len(content)
