"""Draw marks on the pages of a PDF that LibreOffice has just written, as `docgen.render.pdf.overlays.overlay` does.

Only the objects that change are written anew; the rest of the file (300 objects, most of them tags) is copied and never
parsed. A file that is not as LibreOffice writes it raises PdfError; `pikepdf_overlay` then does the work.
"""

from __future__ import annotations

import re
import zlib
from contextlib import suppress
from functools import lru_cache

from docgen.errors import PdfError
from docgen.render.pdf.geometry import PageShape, PageView
from docgen.render.pdf.mark_font import MarkFont, MarkPen, fonts_of, mark_font, resource
from docgen.render.pdf.objects.raw_objects import RawPdf, references, stream_text, unexpected_structure
from docgen.render.pdf.overlays.overlay import NAME, mark_operators
from docgen.render.pdf.tags.accessible import accessible

_CONTENTS = re.compile(rb"/Contents\s*(\[[^\]]*\]|\d+ 0 R)")
_RESOURCES = re.compile(rb"/Resources\s+(\d+) 0 R")
_DRAWINGS = re.compile(rb"/XObject\s*(<<[^<>]*>>|\d+ 0 R)")
_OTHERWISE_SEEN = re.compile(rb"/(Rotate|CropBox|UserUnit)\b")
_NAME = NAME.encode()


class RawOverlay(MarkPen):
    """Draws on a file that LibreOffice has just written; pages and drawings are the numbers of their objects."""

    def __init__(self, raw: RawPdf, signs: str = "") -> None:
        """Find the pages. Raises PdfError if they are not as LibreOffice writes them."""
        self._raw = raw
        self._changed: dict[int, bytes] = {}
        self._added: list[bytes] = []
        self.pages = raw.pages
        self._save = self._add(_stream(b"", b"q\n"))
        super().__init__(mark_font(signs))
        fonts, objects = _font_objects(raw.size + len(self._added), self.font)
        self._fonts = b"".join(
            b"%b %d 0 R" % (resource("/F", index).encode(), font) for index, font in enumerate(fonts)
        )
        self._added += objects

    def page_view(self, page: int) -> PageView:
        """Return the visible part of a page. Raises PdfError if it is turned or cropped."""
        left, bottom, right, top = map(float, self._raw.media_box(page).split())
        if left or bottom or _OTHERWISE_SEEN.search(self._raw.text_of(page)):
            raise unexpected_structure()
        return PageShape((left, bottom, right, top)).view

    def drawing(self, operators: bytes, view: PageView, inner: int | None = None, opacity: float | None = None) -> int:
        """Add a drawing in the space of a page and return its number.

        It may use the font as /F, `inner` as /D, and `opacity` (0 to 1) as the graphics state /T.
        """
        resources = b"/Font<<%b>>" % self._fonts
        if inner is not None:
            resources += b"/XObject<</D %d 0 R>>" % inner
        if opacity is not None:
            resources += b"/ExtGState<</T<</Type/ExtGState/ca %.2f/CA %.2f>>>>" % (opacity, opacity)
        box = f"[0.00 0.00 {view.width:.2f} {view.height:.2f}]".encode()
        return self._add(_stream(b"/Type/XObject/Subtype/Form/BBox%b/Resources<<%b>>" % (box, resources), operators))

    def mark(self, page: int, view: PageView, drawing: int, *, subtype: str) -> None:
        """Show a drawing over the content of a page, as an artifact of `subtype`. Raises PdfError."""
        head = self._raw.text_of(page)
        contents, resources = _CONTENTS.search(head), _RESOURCES.search(head)
        if contents is None or resources is None:
            raise unexpected_structure()
        shown = self._add(_stream(b"", mark_operators(view, NAME, subtype)))
        streams = contents[1].strip(b"[]")
        head = _CONTENTS.sub(b"/Contents[%d 0 R %b %d 0 R]" % (self._save, streams, shown), head)
        own = self._with_drawing(self._raw.text_of(int(resources[1])), drawing)
        self._changed[page] = _RESOURCES.sub(lambda _: b"/Resources" + own, head)

    def make_accessible(self) -> None:
        """Make the tags those of PDF/UA-1; they stay as they are if a LibreOffice wrote them in another way."""
        with suppress(PdfError):
            self._changed = accessible(self._raw, self._add) | self._changed

    def to_bytes(self, revision: bytes) -> bytes:
        """Return the bytes of the changed PDF. /ID keeps its first half; `revision` (16 bytes) becomes its second."""
        return self._raw.with_changes(self._changed, self._added, revision)

    def _with_drawing(self, resources: bytes, drawing: int) -> bytes:
        """Return a copy of a page's resources with one more drawing; LibreOffice's pages share theirs."""
        entry = b"%b %d 0 R" % (_NAME, drawing)
        match = _DRAWINGS.search(resources)
        if match is None:
            return resources.replace(b"<<", b"<</XObject<<%b>>" % entry, 1)
        drawings = match[1] if match[1].startswith(b"<<") else self._raw.text_of(references(match[1])[0])
        if _NAME in drawings:
            raise unexpected_structure()
        with_entry = drawings.strip()[:-2] + b" " + entry + b">>"
        return resources[: match.start()] + b"/XObject" + with_entry + resources[match.end() :]

    def _add(self, text: bytes) -> int:
        self._added.append(text)
        return self._raw.size + len(self._added) - 1


@lru_cache(maxsize=64)
def _font_objects(first: int, font: MarkFont) -> tuple[list[int], list[bytes]]:
    """Return the numbers of the mark fonts, and the objects they consist of, numbered from `first` on."""
    page = RawPdf(font.page)
    numbers: list[int] = []
    objects: list[bytes] = []
    for font_object in fonts_of(font):
        numbers.append(first + len(objects))
        objects += page.closure(font_object.idnum, first + len(objects))
    return numbers, objects


def _stream(entries: bytes, data: bytes) -> bytes:
    """Return a stream, compressed if it is long enough for that to pay."""
    if len(data) > 200:
        data, entries = zlib.compress(data), entries + b"/Filter/FlateDecode"
    return stream_text(entries, data)
