"""Make PDFs of any origin ready to be shown, printed and merged: annotations become part of the page.

Ink, stamps, typed text, highlights, shapes and the values of form fields become content of their page; the fields,
notes and signatures themselves go. The file that came is never changed: what this makes is a derived copy.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from functools import cached_property
from typing import Any

from pypdf import PageObject, PdfReader, PdfWriter
from pypdf.generic import (
    ArrayObject,
    DictionaryObject,
    IndirectObject,
    NameObject,
    NumberObject,
    StreamObject,
)

from docgen.render.pdf.flattening.annotation_appearance import draw_annotation
from docgen.render.pdf.flattening.field_appearance import draw_field, field_entry, is_push_button
from docgen.render.pdf.flattening.layers import hidden_layers, is_off
from docgen.render.pdf.flattening.strokes import dictionary_of, number_list
from docgen.render.pdf.geometry import Matrix
from docgen.render.pdf.mark_font import LATIN
from docgen.render.pdf.objects.content_stream import content_parts, inherited, reference_of
from docgen.render.pdf.objects.pdf_file import pdf_errors, read_pdf, release, write_pdf
from docgen.render.pdf.overlays.pypdf_overlay import PypdfOverlay, isolate

HIDDEN, PRINT, NO_VIEW = 2, 4, 32  # of /F, ISO 32000-1 table 165
_NEVER = ("/Link", "/Popup", "/TrapNet", "/PrinterMark")  # lead somewhere or frame something, and are not on the paper
_ICONS = ("/Text", "/FileAttachment", "/Sound", "/Movie", "/Screen", "/RichMedia", "/3D")  # on the screen alone
_SWEEPS = 3  # a field's value is free once the field is gone, and what it refers to after that
# What asks, signs or acts in the file that came, and has nothing to say in a copy of it.
_OF_THE_FILE = ("/AcroForm", "/Perms", "/DSS", "/OpenAction", "/AA", "/NeedsRendering", "/Legal")


class _Pen:
    """Draws into a writer; the font of marks is put there when it is first needed."""

    def __init__(self, writer: PdfWriter) -> None:
        self.writer = writer

    @cached_property
    def overlay(self) -> PypdfOverlay:
        """Return what draws."""
        return PypdfOverlay(self.writer, LATIN)


def flatten_pdf(pdf: bytes) -> bytes:
    """Return the PDF without fields, annotations and password; what they show becomes content of the pages, links stay.

    A file that has none of them is returned as it came. The same input gives the same bytes. Raises PdfError.
    """
    reader = read_pdf(pdf)
    try:
        with pdf_errors():
            return _flat_copy(reader, pdf) if needs_flattening(reader, pdf) else pdf
    finally:
        release(reader)


def _flat_copy(reader: PdfReader, pdf: bytes) -> bytes:
    writer = PdfWriter(clone_from=reader, keep_initial_header=pdf.startswith(b"%PDF-"))
    form = writer.root_object.get("/AcroForm")
    acroform = form.get_object() if form is not None else DictionaryObject()
    layers = hidden_layers(writer.root_object)
    pen = _Pen(writer)
    for page in writer.pages:
        _flatten_page(pen, page, acroform, layers)
    for key in _OF_THE_FILE:
        writer.root_object.pop(key, None)
    _count_pages(writer.root_object["/Pages"].get_object())
    for _ in range(_SWEEPS):
        writer.compress_identical_objects(remove_duplicates=False, remove_unreferenced=True)
    flat = write_pdf(writer, hashlib.sha256(b"flattened\0" + pdf).digest()[:16])
    release(reader, writer)
    return flat


def has_xfa(pdf: bytes) -> bool:
    """Return whether the file is an XFA form, whose values may be visible in Adobe's programs only. Raises PdfError."""
    reader = read_pdf(pdf)
    with pdf_errors():
        form = reader.root_object.get("/AcroForm")
        return form is not None and "/XFA" in form.get_object()


def needs_flattening(reader: PdfReader, pdf: bytes) -> bool:
    """Return whether `flatten_pdf` would change the file that `reader` reads from these bytes."""
    if reader.is_encrypted or not pdf.startswith(b"%PDF-"):
        return True
    root: Any = reader.root_object
    return (
        "/AcroForm" in root
        or root["/Pages"].get_object().get("/Count") != len(reader.pages)
        or any(annotation.get("/Subtype") != "/Link" for page in reader.pages for annotation in _annotations(page))
    )


def _annotations(page: PageObject) -> Iterator[DictionaryObject]:
    annotations = page.get("/Annots")
    entries: Any = annotations.get_object() if annotations is not None else None
    for entry in entries if isinstance(entries, ArrayObject) else ():
        annotation = entry.get_object() if entry is not None else None
        if isinstance(annotation, DictionaryObject):
            yield annotation


def _flatten_page(pen: _Pen, page: PageObject, form: DictionaryObject, layers: set[int]) -> None:
    drawn: list[tuple[Matrix, IndirectObject, bool]] = []
    links = ArrayObject()
    for annotation in _annotations(page):
        if annotation.get("/Subtype") == "/Link":
            links.append(reference_of(annotation) or annotation)
            continue
        if _is_shown(annotation, layers):
            drawing = _drawing(pen, annotation, form)
            if drawing is not None:
                drawn.append((*drawing, annotation.get("/Subtype") == "/Highlight"))
        if field_entry(annotation, "/FT") == "/Sig":
            _unsign(annotation)
    if links:
        page[NameObject("/Annots")] = links
    else:
        page.pop("/Annots", None)
    if drawn:
        _draw(pen.writer, page, drawn)


def _unsign(field: Any) -> None:
    """Remove the signature of a field: tags may still lead to the field, and a copy must not look signed."""
    while isinstance(field, DictionaryObject):
        field.pop("/V", None)
        parent = field.pop("/Parent", None)
        field = parent.get_object() if parent is not None else None


def _is_shown(annotation: DictionaryObject, layers: set[int]) -> bool:
    """Return whether a person sees it, on the screen or on paper; of what is on the screen alone only marks on the
    page.
    """
    flags = _integer(annotation.get("/F"))
    subtype = annotation.get("/Subtype")
    if subtype in _NEVER or flags & HIDDEN or is_off(annotation.get("/OC"), layers):
        return False
    if flags & PRINT:
        return True
    return not (flags & NO_VIEW or subtype in _ICONS or is_push_button(annotation))


def _drawing(pen: _Pen, annotation: DictionaryObject, form: DictionaryObject) -> tuple[Matrix, IndirectObject] | None:
    """Return how an annotation looks: the map from its drawing to the page, and the drawing; None where nothing is
    seen.
    """
    if annotation.get("/Subtype") == "/Widget":
        stream = None if _must_regenerate(annotation, form) else _appearance(annotation)
        if stream is None:
            drawing = draw_field(pen.overlay, annotation, form)
            if drawing is not None:
                return Matrix(), drawing
            stream = _appearance(annotation)
        if stream is not None and "/Resources" not in stream and "/DR" in form:
            stream[NameObject("/Resources")] = form.raw_get("/DR")  # fonts that the form's fields share
        return _placed(pen.writer, annotation, stream)
    if "/AP" in annotation:
        return _placed(pen.writer, annotation, _appearance(annotation))
    drawing = draw_annotation(pen.overlay, annotation)
    return (Matrix(), drawing) if drawing is not None else None


def _appearance(annotation: DictionaryObject) -> StreamObject | None:
    """Return the normal appearance in the annotation's state."""
    looks = annotation.get("/AP")
    normal = looks.get_object().get("/N") if looks is not None else None
    appearance = normal.get_object() if normal is not None else None
    if isinstance(appearance, StreamObject):
        return appearance
    if not isinstance(appearance, DictionaryObject):
        return None
    state = annotation.get("/AS")
    if state is None:
        state = field_entry(annotation, "/V") or NameObject("/Off")
    chosen = appearance.get(str(state))
    stream = chosen.get_object() if chosen is not None else None
    return stream if isinstance(stream, StreamObject) else None


def _must_regenerate(annotation: DictionaryObject, form: DictionaryObject) -> bool:
    """Return whether a field's appearance does not show its value: programs that fill forms often leave it so."""
    kind = field_entry(annotation, "/FT")
    if kind == "/Btn":
        return "/AP" not in annotation
    if kind not in ("/Tx", "/Ch"):
        return False
    stream = _appearance(annotation)
    if stream is None or form.get("/NeedAppearances") == True:  # noqa: E712 (a BooleanObject)
        return True
    return bool(field_entry(annotation, "/V")) and b"Tj" not in (data := stream.get_data()) and not _shows(data)


def _shows(data: bytes) -> bool:
    return any(sign in data for sign in (b"TJ", b"'", b'"', b" Do", b"\nDo"))


def _placed(
    writer: PdfWriter, annotation: DictionaryObject, stream: StreamObject | None
) -> tuple[Matrix, IndirectObject] | None:
    """Return the map that fits an appearance into the annotation's rectangle (ISO 32000-1, 12.5.5, algorithm 8.1)."""
    rect, box = number_list(annotation.get("/Rect"), 4), number_list(stream.get("/BBox"), 4) if stream else None
    if stream is None or rect is None:
        return None
    x, y, right, top = min(rect[0], rect[2]), min(rect[1], rect[3]), max(rect[0], rect[2]), max(rect[1], rect[3])
    if box is None:
        box = [0, 0, right - x, top - y]
    own = Matrix(*(number_list(stream.get("/Matrix"), 6) or (1, 0, 0, 1, 0, 0)))
    left, bottom, end, head = own.bounding_box(*box)
    if end - left <= 0 or head - bottom <= 0:
        return None
    across, up = (right - x) / (end - left), (top - y) / (head - bottom)
    reference = reference_of(stream) or writer._add_object(stream)
    form = reference.get_object()
    if isinstance(form, StreamObject):
        form[NameObject("/Type")] = NameObject("/XObject")
        form[NameObject("/Subtype")] = NameObject("/Form")  # some programs leave it out
        if number_list(form.get("/BBox"), 4) is None:
            form[NameObject("/BBox")] = ArrayObject(NumberObject(round(edge)) for edge in box)
    return Matrix(across, 0, 0, up, x - left * across, y - bottom * up), reference


def _draw(writer: PdfWriter, page: PageObject, drawn: list[tuple[Matrix, IndirectObject, bool]]) -> None:
    """Draw these drawings over the content of the page, as artifacts: the tags of the file know nothing of them."""
    isolate(writer, page)
    resources = _own(page, "/Resources")
    names = DictionaryObject(dictionary_of(resources.get("/XObject")))
    resources[NameObject("/XObject")] = names
    operators = b"Q\n/Artifact BMC\n"
    for matrix, reference, multiplied in drawn:
        name = f"/DocgenCatatan{len(names)}"
        while name in names:
            name += "x"
        names[NameObject(name)] = reference
        operators += b"q " + (_multiply(resources) if multiplied else b"") + matrix.operator()
        operators += f"{name} Do Q\n".encode("ascii")
    operators += b"EMC\n"
    page[NameObject("/Contents")] = ArrayObject(
        [writer._add_object(_stream(b"q\n")), *content_parts(page), writer._add_object(_stream(operators))]
    )


def _multiply(resources: DictionaryObject) -> bytes:
    """Set blend mode Multiply: what a highlighter covers stays readable, as viewers show it."""
    states = DictionaryObject(dictionary_of(resources.get("/ExtGState")))
    states[NameObject("/DocgenKali")] = DictionaryObject(
        {NameObject("/Type"): NameObject("/ExtGState"), NameObject("/BM"): NameObject("/Multiply")}
    )
    resources[NameObject("/ExtGState")] = states
    return b"/DocgenKali gs "


def _own(page: PageObject, key: str) -> DictionaryObject:
    """Return a dictionary of the page alone, copied where pages share or inherit it."""
    own = DictionaryObject(dictionary_of(inherited(page, key)))
    page[NameObject(key)] = own
    return own


def _count_pages(node: Any) -> int:
    """Set and return the number of pages in a page tree; some files lie."""
    if "/Kids" not in node:
        return 1
    count = sum(_count_pages(kid.get_object()) for kid in node["/Kids"] if kid.get_object() is not None)
    node[NameObject("/Count")] = NumberObject(count)
    return count


def _stream(data: bytes) -> StreamObject:
    stream = StreamObject()
    stream.set_data(data)
    return stream


def _integer(thing: Any) -> int:
    value = thing.get_object() if thing is not None else 0
    return int(value) if isinstance(value, (int, float)) else 0
