"""Draw marks on the pages of any PDF with pikepdf: see `docgen.render.pdf.overlays.overlay`.

qpdf, in C++ below it, reads and writes a letter and its tags seven times as fast as pypdf does. The bytes are
the same for the same input and version of qpdf; packed streams are copied as they are.
"""

from __future__ import annotations

import hashlib
import io
import re
import zlib
from collections.abc import Callable

import pikepdf
from pikepdf import Array, Dictionary, Name, Object, ObjectStreamMode, Page, Pdf, Stream, StreamDecodeLevel, String
from PIL import Image

from docgen.errors import PdfError
from docgen.render.pdf.geometry import PageShape, PageView, ordered, visible_part
from docgen.render.pdf.mark_font import MarkPen, mark_font, resource
from docgen.render.pdf.objects.content_stream import is_balanced
from docgen.render.pdf.objects.pdf_file import LOCKED, NO_PAGES, pdf_errors, require_pdf
from docgen.render.pdf.overlays.overlay import NAME, content_operators, mark_operators
from docgen.render.pdf.tags.structure import tree_of

_SECOND_HALF = re.compile(rb"(/ID \[<[0-9a-f]*><)[0-9a-f]{32}(?=>)")  # of /ID, as qpdf writes it
_TRAILER = 512  # bytes at the end of a file that hold its trailer


class PikepdfOverlay(MarkPen):
    """Draws on the pages of a PDF that pikepdf has opened; drawings are streams of it."""

    def __init__(self, data: bytes, signs: str = "") -> None:
        """Open a PDF that has pages and needs no password; `signs` are those that its marks will say beside printable
        ASCII, as `printable` gives them. Raises PdfError.
        """
        super().__init__(mark_font(signs))
        require_pdf(data)
        with pdf_errors():
            try:
                self.pdf = Pdf.open(io.BytesIO(data))
            except pikepdf.PasswordError as error:
                raise PdfError(LOCKED) from error
            self.pages = list(self.pdf.pages)
            if not self.pages:
                raise PdfError(NO_PAGES)
            self._save = self._stream(b"q\n")
            self._tree = tree_of(self.pdf)
            self._font_source = Pdf.open(io.BytesIO(self.font.page))  # must live until the fonts are written
            fonts = self._font_source.pages[0].obj.Resources.Font
            copies = [self.pdf.copy_foreign(fonts[name]) for name in self.font.names]
            self._fonts = Dictionary({resource("/F", index): font for index, font in enumerate(copies)})

    def page_view(self, page: Page) -> PageView:
        """Return the visible part of a page."""
        return _shape(page).view

    def drawing(
        self, operators: bytes, view: PageView, inner: Stream | None = None, opacity: float | None = None
    ) -> Stream:
        """Add a drawing in the space of a page as it is seen.

        It may use the font as /F, another drawing as /D, and `opacity` (0 to 1) as the graphics state /T.
        """
        resources = Dictionary(Font=self._fonts)
        if inner is not None:
            resources.XObject = Dictionary(D=inner)
        if opacity is not None:
            resources.ExtGState = Dictionary(T=Dictionary(Type=Name.ExtGState, ca=opacity, CA=opacity))
        form = self._form(operators, 0, 0, round(view.width, 2), round(view.height, 2))
        form.Resources = resources
        return form

    def picture(self, picture: Image.Image) -> Stream:
        """Add a picture in RGB, which fills a unit square where it is drawn."""
        stream = self._stream(picture.tobytes())
        stream.Type, stream.Subtype = Name.XObject, Name.Image
        stream.Width, stream.Height = picture.size
        stream.ColorSpace, stream.BitsPerComponent = Name.DeviceRGB, 8
        return stream

    def mark(self, page: Page, view: PageView, drawing: Stream, *, subtype: str) -> None:
        """Show a drawing over the content of a page, as an artifact of `subtype` (Header, Footer, Watermark)."""
        self._show(page, drawing, lambda name: mark_operators(view, name, subtype))

    def add_content(
        self, page: Page, view: PageView, drawing: Stream, *, role: str, text: str = "", first: bool = False
    ) -> None:
        """Show a drawing over the content of a page as content of its own: an element of `role` behind all that stands
        on that page, or before everything. `text`: what a screen reader says for it. Without tags it is an artifact.
        """
        if self._tree is None:
            self.mark(page, view, drawing, subtype="Watermark")
            return
        mcid = self._tree.add(page.obj, role, text, first=first)
        self._show(page, drawing, lambda name: content_operators(view, name, role, mcid))

    def _show(self, page: Page, drawing: Stream, operators: Callable[[str], bytes]) -> None:
        self._isolate(page)
        resources = _copy(page.obj.get("/Resources"))
        drawings = _copy(resources.get("/XObject"))
        name = NAME
        while name in drawings:  # a letter that was marked before
            name += "x"
        drawings[name] = drawing
        resources.XObject = drawings
        page.obj.Resources = resources  # its own copy: pages made by LibreOffice share one
        page.obj.Contents = Array([self._save, *_contents(page), self._stream(operators(name))])

    def rewrite_marks(self, page: Page, rewritten: Callable[[bytes], bytes]) -> None:
        """Replace the operators of each mark on a page by what `rewritten` returns for them."""
        drawings = _copy(_copy(page.obj.get("/Resources")).get("/XObject"))
        for name, drawing in drawings.items():
            if name.startswith(NAME) and isinstance(drawing, Stream):
                operators = drawing.read_bytes()
                new_operators = rewritten(operators)
                if new_operators != operators:
                    _write(drawing, new_operators)

    def add_page(self, width: float, height: float) -> Page:
        """Add an empty page behind the others and return it."""
        self.pdf.add_blank_page(page_size=(width, height))
        self.pages.append(self.pdf.pages[-1])
        return self.pages[-1]

    def to_bytes(self, revision: bytes) -> bytes:
        """Return the bytes of the changed PDF. /ID keeps its first half; `revision` (16 bytes) becomes its second."""
        if "/ID" not in self.pdf.trailer:
            self.pdf.trailer.ID = Array([String(revision), String(revision)])
        out = io.BytesIO()
        self.pdf.save(
            out,
            static_id=True,
            compress_streams=False,
            stream_decode_level=StreamDecodeLevel.none,
            object_stream_mode=ObjectStreamMode.disable,
            fix_metadata_version=False,
        )
        data = out.getvalue()
        trailer = _SECOND_HALF.sub(rb"\g<1>" + revision.hex().encode(), data[-_TRAILER:])
        return data[:-_TRAILER] + trailer

    def _isolate(self, page: Page) -> None:
        """Protect a mark from the graphics state that the page's content leaves: such content becomes a drawing."""
        content = b"\n".join(part.read_bytes() for part in _contents(page))
        if is_balanced(content):
            return
        form = self._form(content, *(round(edge, 3) for edge in _shape(page).visible))
        for key in ("/Resources", "/Group"):
            if key in page.obj:
                form[key] = page.obj[key]
        page.obj.Resources = Dictionary(XObject=Dictionary(DocgenHalaman=form))
        page.obj.Contents = self._stream(b"/DocgenHalaman Do\n")

    def _form(self, content: bytes, *box: float) -> Stream:
        form = self._stream(content)
        form.Type, form.Subtype, form.BBox = Name.XObject, Name.Form, Array(box)
        return form

    def _stream(self, data: bytes) -> Stream:
        stream = Stream(self.pdf, b"")
        _write(stream, data)
        return stream


def _write(stream: Stream, data: bytes) -> None:
    """Set the data of a stream, compressed if they are long enough for that to pay."""
    if len(data) > 200:
        stream.write(zlib.compress(data), filter=Name.FlateDecode)
    else:
        stream.write(data)


def draw_on_pages(
    pdf: bytes,
    draw: Callable[[PikepdfOverlay, PageView], bytes],
    *,
    subtype: str,
    texts: str,
    opacity: float | None = None,
    spoken: str = "",
    picture: Image.Image | None = None,
) -> bytes:
    """Return the PDF with the same drawing on every page, made once for each page size.

    `draw` returns its operators; `texts` is all that they print, printable; `picture` (RGB) is /D to them. They are
    artifacts; `spoken` is what a screen reader says of them all, before everything else. PDF/A, tagging, XMP and Info
    stay; the same input gives the same bytes. Raises PdfError when `pdf` cannot be read.
    """
    overlay = PikepdfOverlay(pdf, texts)
    with pdf_errors():
        drawings: dict[PageView, Stream] = {}
        inner = overlay.picture(picture) if picture else None
        for page in overlay.pages:
            view = overlay.page_view(page)
            if view not in drawings:
                drawings[view] = overlay.drawing(draw(overlay, view), view, inner, opacity=opacity)
            if spoken and page == overlay.pages[0]:
                overlay.add_content(page, view, drawings[view], role="P", text=spoken, first=True)
            else:
                overlay.mark(page, view, drawings[view], subtype=subtype)
        return overlay.to_bytes(hashlib.sha256(pdf + b"\0" + texts.encode()).digest()[:16])


def _shape(page: Page) -> PageShape:
    media, crop = (ordered(*map(float, box.as_list())) for box in (page.mediabox, page.cropbox))
    rotation, unit = page.obj.get("/Rotate", 0), page.obj.get("/UserUnit", 1)
    return PageShape(visible_part(media, crop), int(rotation), float(unit))


def _contents(page: Page) -> list[Object]:
    contents = page.obj.get("/Contents")
    if isinstance(contents, Array):
        return [part for part in contents.as_list() if isinstance(part, Stream)]
    return [contents] if isinstance(contents, Stream) else []


def _copy(entries: Object | None) -> Dictionary:
    """Return a dictionary of its own with these entries; an empty one for none."""
    return Dictionary(dict(entries.items())) if isinstance(entries, Dictionary) else Dictionary()
