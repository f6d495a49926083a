"""Draw marks on the pages of a PDF that pypdf is writing anyway: see `docgen.render.pdf.overlays.overlay`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pypdf import PageObject, PdfWriter
from pypdf.generic import (
    ArrayObject,
    DictionaryObject,
    FloatObject,
    IndirectObject,
    NameObject,
    PdfObject,
    StreamObject,
)

from docgen.render.pdf.geometry import Edges, PageView, page_shape, page_view
from docgen.render.pdf.mark_font import MarkPen, fonts_of, mark_font, resource
from docgen.render.pdf.objects.content_stream import as_form, content_data, content_parts, is_balanced
from docgen.render.pdf.overlays.overlay import NAME, mark_operators


class PypdfOverlay(MarkPen):
    """Draws marks on the pages of `writer`; the font and each drawing are written once for all pages.

    `signs` are those that the marks will say beside printable ASCII, as `printable` gives them.
    """

    def __init__(self, writer: PdfWriter, signs: str = "") -> None:
        self._writer = writer
        self._save = _stream(writer, b"q\n")
        super().__init__(mark_font(signs))
        fonts = [font.get_object().clone(writer).indirect_reference for font in fonts_of(self.font)]
        self._fonts = _dictionary({resource("/F", index): font for index, font in enumerate(fonts)})

    @property
    def pages(self) -> Sequence[PageObject]:
        """Return the pages of the writer in order."""
        return self._writer.pages

    def page_view(self, page: PageObject) -> PageView:
        """Return the visible part of a page."""
        return page_view(page)

    def drawing(
        self,
        operators: bytes,
        view: PageView,
        inner: IndirectObject | None = None,
        opacity: float | None = None,
        box: Edges | None = None,
    ) -> IndirectObject:
        """Add a drawing in the space of a page seen as `seen`, cut at its edges or at those of `box`; return its
        reference.

        It may use the font as /F, another drawing as /D, and `opacity` (0 to 1) as the graphics state /T.
        """
        form = _stream(self._writer, operators)
        resources: dict[str, PdfObject] = {"/Font": self._fonts}
        if inner is not None:
            resources["/XObject"] = _dictionary({"/D": inner})
        if opacity is not None:
            state = _dictionary({"/Type": NameObject("/ExtGState")})
            state |= _dictionary({"/ca": FloatObject(opacity), "/CA": FloatObject(opacity)})
            resources["/ExtGState"] = _dictionary({"/T": state})
        entries: dict[str, PdfObject] = {
            "/Type": NameObject("/XObject"),
            "/Subtype": NameObject("/Form"),
            "/BBox": ArrayObject(FloatObject(f"{edge:.2f}") for edge in box or (0, 0, view.width, view.height)),
            "/Resources": _dictionary(resources),
        }
        _entries(form).update(_dictionary(entries))
        return form

    def mark(self, page: PageObject, view: PageView, drawing: IndirectObject, *, subtype: str) -> None:
        """Show a drawing over the content of a page, as an artifact of `subtype` (Header, Footer, Watermark)."""
        isolate(self._writer, page)
        resources = DictionaryObject(_resolved(page.get("/Resources"), DictionaryObject))
        drawings = DictionaryObject(_resolved(resources.get("/XObject"), DictionaryObject))
        name = NAME
        while name in drawings:  # a stamped page that gets a second mark in a bundle
            name += "x"
        drawings[NameObject(name)] = drawing
        resources[NameObject("/XObject")] = drawings
        page[NameObject("/Resources")] = resources  # its own copy: pages made by LibreOffice share one
        closing = _stream(self._writer, mark_operators(view, name, subtype))
        contents = [self._save, *content_parts(page), closing]
        page[NameObject("/Contents")] = ArrayObject(contents)


def isolate(writer: PdfWriter, page: PageObject) -> None:
    """Protect what is drawn over a page from the graphics state that its content leaves: such content becomes a
    drawing.
    """
    if is_balanced(content_data(page)):
        return
    drawing = writer._add_object(as_form(page, page_shape(page).visible))
    page[NameObject("/Resources")] = _dictionary({"/XObject": _dictionary({"/DocgenHalaman": drawing})})
    page[NameObject("/Contents")] = ArrayObject([_stream(writer, b"/DocgenHalaman Do\n")])


def _stream(writer: PdfWriter, data: bytes) -> IndirectObject:
    stream = StreamObject()
    stream.set_data(data)
    return writer._add_object(stream.flate_encode() if len(data) > 200 else stream)


def _entries(reference: IndirectObject) -> DictionaryObject:
    return _resolved(reference, DictionaryObject)


def _dictionary(entries: dict[str, PdfObject]) -> DictionaryObject:
    return DictionaryObject({NameObject(name): value for name, value in entries.items()})


def _resolved(thing: Any, kind: type[DictionaryObject]) -> DictionaryObject:
    """Return the dictionary behind a reference; an empty one if there is none."""
    target = thing.get_object() if thing is not None else None
    return target if isinstance(target, kind) else DictionaryObject()
