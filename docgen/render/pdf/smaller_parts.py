"""Replace what LibreOffice puts into every letter by less that says the same: the colour profile, the padding of XMP.

Its sRGB has a curve of 1,024 points three times over, and its XMP ends in 4 KB of blanks for programs that change it in
its place, which nobody may do with an archived letter. Together they are an eighth of a letter of one page.
"""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from functools import cache

from docgen.render.pdf.metadata import SRGB, colour_profile
from docgen.render.pdf.objects.raw_objects import RawPdf, references, stream_text

_END_OF_XMP = b"<?xpacket end"


def smaller_parts(raw: RawPdf, changed: Mapping[int, bytes]) -> dict[int, bytes]:
    """Return these objects of a letter, by number, as they are after the changes in `changed`.

    Raises PdfError if the file is not as LibreOffice writes it.
    """
    catalog = raw.text_of(raw.root)
    parts = {}
    metadata = raw.reference(catalog, b"Metadata")
    xmp = _data_of(changed[metadata]) if metadata in changed else raw.stream(metadata)
    content, mark, end = xmp.partition(_END_OF_XMP)
    if mark:
        parts[metadata] = stream_text(b"/Type/Metadata/Subtype/XML", content.rstrip() + b"\n" + mark + end)
    intents = catalog.partition(b"/OutputIntents")[2].partition(b"]")[0]
    for intent in references(intents):
        text = raw.text_of(intent)
        profile = raw.reference(text, b"DestOutputProfile")
        if SRGB.encode() in text and b"/N 3" in raw.text_of(profile):
            parts[profile] = _profile()
    return parts


def _data_of(stream: bytes) -> bytes:
    """Return the data of a stream as `stream_text` wrote it."""
    return stream.partition(b"\nstream\n")[2].rpartition(b"\nendstream")[0]


@cache
def _profile() -> bytes:
    """Return the profile of sRGB as the text of a stream, always the same bytes."""
    return stream_text(b"/N 3/Filter/FlateDecode", zlib.compress(colour_profile(), 9))
