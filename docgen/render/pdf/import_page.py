"""Import a page of one PDF into another: its content, resources and links, copied and moved to their place."""

from __future__ import annotations

from typing import Any

from pypdf import PageObject, PdfReader
from pypdf.generic import (
    ArrayObject,
    DictionaryObject,
    IndirectObject,
    NameObject,
    NumberObject,
    PdfObject,
    StreamObject,
    TextStringObject,
)

from docgen.render.pdf.flattening.flatten import flatten_pdf, needs_flattening
from docgen.render.pdf.geometry import Edges, Matrix, PlacedPage
from docgen.render.pdf.metadata import profile_without_date
from docgen.render.pdf.objects.object_writer import Copier, ObjectFile, dictionary, rectangle, stream
from docgen.render.pdf.objects.pdf_file import pdf_errors, read_pdf, release


def readable(pdf: bytes, strict: bool) -> tuple[PdfReader, list[PageObject], bytes]:
    """Return a file without fields and notes, its pages and bytes: what they show is part of its pages.

    It is read once where it has neither. Raises PdfError.
    """
    reader = read_pdf(pdf, strict=strict)
    with pdf_errors():
        if not needs_flattening(reader, pdf):
            return reader, list(reader.pages), pdf
    release(reader)
    flat = flatten_pdf(pdf)
    reader = read_pdf(flat, strict=strict)
    return reader, list(reader.pages), flat


def own_resources(resources: Any, copier: Copier) -> DictionaryObject:
    """Return a page's resources as a dictionary of its own, and so its fonts, to which the mark's is added."""
    inherited_resources = resources.get_object() if resources is not None else None
    own = DictionaryObject()
    if not isinstance(inherited_resources, DictionaryObject):
        return own
    for key, value in inherited_resources.items():
        if key == "/Font" and isinstance(value.get_object(), DictionaryObject):
            fonts: Any = value.get_object()
            own[NameObject(key)] = DictionaryObject({NameObject(n): copier.copy(f) for n, f in fonts.items()})
        else:
            own[NameObject(key)] = copier.copy(value)
    return own


def contents_of(page: PageObject, copier: Copier) -> list[PdfObject]:
    """Return the content streams of a page, copied."""
    raw = page.raw_get("/Contents") if "/Contents" in page else None
    resolved = raw.get_object() if raw is not None else None
    if isinstance(resolved, ArrayObject):
        return [copied for copied in map(copier.copy, resolved) if isinstance(copied, IndirectObject)]
    return [copier.copy(raw)] if isinstance(raw, IndirectObject) and isinstance(resolved, StreamObject) else []


def as_drawing(page: PageObject, resources: DictionaryObject, placed: PlacedPage, copier: Copier) -> StreamObject:
    """Return a page as a drawing; a content stream of one piece stays packed as it is."""
    raw = page.raw_get("/Contents") if "/Contents" in page else None
    resolved = raw.get_object() if raw is not None else None
    if isinstance(resolved, ArrayObject) and len(resolved) == 1:
        resolved = resolved[0].get_object()
    drawing = StreamObject()
    if isinstance(resolved, StreamObject):
        drawing._data = resolved._data
        for key in ("/Filter", "/DecodeParms"):
            if key in resolved:
                drawing[NameObject(key)] = copier.copy(resolved.raw_get(key))
    elif isinstance(resolved, ArrayObject):
        parts = [part.get_object() for part in resolved]
        drawing = stream(b"\n".join(part.get_data() for part in parts if isinstance(part, StreamObject)))
    entries = dictionary(Type="/XObject", Subtype="/Form", BBox=rectangle(*placed.clip), Resources=resources)
    if "/Group" in page:
        entries[NameObject("/Group")] = copier.copy(page.raw_get("/Group"))
    drawing.update(entries)
    return drawing


def moved_by(placed: PlacedPage) -> bytes:
    """Return operators that move a page to its place and cut off what lies outside of it."""
    x, y, right, top = placed.clip
    if placed.matrix.is_identity:
        return b""
    return placed.matrix.operator() + f"{x:g} {y:g} {right - x:g} {top - y:g} re W n\n".encode("ascii")


def links_of(page: PageObject, copier: Copier, matrix: Matrix) -> list[DictionaryObject]:
    """Return links to addresses and to pages of the same file; others would lead nowhere."""
    entry = page.get("/Annots")
    annotations: Any = entry.get_object() if entry is not None else []
    links = []
    for annotation in annotations or []:
        entries: Any = annotation.get_object()
        action = entries.get("/A")
        target = action.get_object() if action is not None else {}
        inside = isinstance(entries.get("/Dest"), ArrayObject) or isinstance(target.get("/D"), ArrayObject)
        if entries.get("/Subtype") != "/Link" or not (inside or target.get("/S") == "/URI"):
            continue
        link = _annotation()
        link[NameObject("/Rect")] = rectangle(*matrix.bounding_box(*(float(edge) for edge in entries["/Rect"])))
        for key in ("/A", "/Dest"):
            if key in entries:
                link[NameObject(key)] = copier.copy(entries[key])
        links.append(link)
    return links


def intents_of(reader: PdfReader, copier: Copier, file: ObjectFile) -> ArrayObject | None:
    """Return the output intents of a file, copied; their colour profiles do not say when they were made."""
    entry = reader.root_object.get("/OutputIntents")
    if entry is None:
        return None
    intents: Any = entry.get_object()
    copies = ArrayObject()
    for intent in intents:
        plain = {key: value for key, value in intent.get_object().items() if key != "/DestOutputProfile"}
        copied: Any = copier.copy(DictionaryObject(plain))
        profile = intent.get_object().get("/DestOutputProfile")
        if profile is not None:
            data = profile_without_date(profile.get_object().get_data())
            copied[NameObject("/DestOutputProfile")] = file.add(stream(data, dictionary(N=profile.get_object()["/N"])))
        copies.append(copied)
    return copies


def link_to(box: Edges, target: IndirectObject, text: str) -> DictionaryObject:
    """Return a link without a frame to a page; `text` says where it leads (ISO 14289-1, 7.18.5)."""
    link = dictionary(
        Type="/Annot", Subtype="/Link", F=NumberObject(4), Border=rectangle(0, 0, 0), Rect=rectangle(*box)
    )
    link[NameObject("/Contents")] = TextStringObject(text)
    link[NameObject("/Dest")] = ArrayObject([target, NameObject("/Fit")])
    return link


def _annotation() -> DictionaryObject:
    """Return a link without a frame that is printed (as PDF/A asks)."""
    return dictionary(Type="/Annot", Subtype="/Link", F=NumberObject(4), Border=rectangle(0, 0, 0))
