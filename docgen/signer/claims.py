"""Withdraw what a sealed letter can no longer say of itself."""

from __future__ import annotations

import re
from typing import Any

from pyhanko.pdf_utils import generic

_name = generic.pdf_name


def withdraw_claim(writer: Any) -> None:
    """Say no longer that the file is PDF/UA: the field of a seal is not in its tags (ISO 14289-1, 7.18).

    To put it there would change pages and tags, which no signature may be followed by; metadata may change.
    """
    metadata: Any = writer.root.get("/Metadata")
    while isinstance(metadata, generic.IndirectObject):
        metadata = metadata.get_object()  # type: ignore[no-untyped-call]
    if not isinstance(metadata, generic.StreamObject) or b"<pdfuaid:part>" not in metadata.data:
        return
    entries = {_name("/Type"): _name("/Metadata"), _name("/Subtype"): _name("/XML")}
    xmp = re.sub(rb"<pdfuaid:part>[^<]*</pdfuaid:part>", b"", metadata.data)
    writer.root[_name("/Metadata")] = writer.add_object(generic.StreamObject(entries, stream_data=xmp))
    writer.update_root()
