"""Put the field of a seal into the tags of its letter, as PDF/UA-1 asks (ISO 14289-1, 7.18)."""

from __future__ import annotations

import re
from typing import Any

from pyhanko.pdf_utils.generic import (
    ArrayObject,
    DictionaryObject,
    IndirectObject,
    NameObject,
    NumberObject,
    StreamObject,
    pdf_name,
    pdf_string,
)
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter


def tag_field(writer: IncrementalPdfFileWriter, name: str, text: str) -> None:
    """Say by the tags that the field `name` is a form field called `text`; a file without tags stays as it is."""
    structure = _resolved(writer.root.get("/StructTreeRoot"))
    if not isinstance(structure, DictionaryObject):
        return
    parents = _resolved(structure.get("/ParentTree"))
    numbers = _resolved(parents.get("/Nums")) if isinstance(parents, DictionaryObject) else None
    if not isinstance(numbers, ArrayObject) or "/K" not in structure:
        return
    field = next(one for one in writer.root["/AcroForm"]["/Fields"] if one.get_object().get("/T") == name)
    widget, page = field.get_object(), field.get_object().raw_get("/P")
    document = structure["/K"]
    above = document.raw_get(0) if isinstance(document, ArrayObject) else structure.raw_get("/K")
    content = DictionaryObject({pdf_name("/Type"): pdf_name("/OBJR"), pdf_name("/Obj"): field})
    element = writer.add_object(
        DictionaryObject(
            {
                pdf_name("/Type"): pdf_name("/StructElem"),
                pdf_name("/S"): pdf_name("/Form"),
                pdf_name("/P"): above,
                pdf_name("/Pg"): page,
                pdf_name("/Alt"): pdf_string(text),
                pdf_name("/K"): content,
            }
        )
    )
    key = max(map(int, list(numbers)[::2]), default=-1) + 1
    numbers.append(NumberObject(key))
    numbers.append(element)
    _append_kid(above.get_object(), element)
    widget[pdf_name("/StructParent")] = NumberObject(key)
    page.get_object()[pdf_name("/Tabs")] = NameObject("/S")
    for changed in (numbers, above.get_object(), widget, page.get_object()):
        writer.update_container(changed)


def withdraw_claim(writer: IncrementalPdfFileWriter) -> None:
    """Say no longer that the file is PDF/UA: tags below an earlier signature cannot learn of another field."""
    metadata = _resolved(writer.root.get("/Metadata"))
    if not isinstance(metadata, StreamObject) or b"<pdfuaid:part>" not in metadata.data:
        return
    entries = {pdf_name("/Type"): pdf_name("/Metadata"), pdf_name("/Subtype"): pdf_name("/XML")}
    xmp = re.sub(rb"<pdfuaid:part>[^<]*</pdfuaid:part>", b"", metadata.data)
    writer.root[pdf_name("/Metadata")] = writer.add_object(StreamObject(entries, stream_data=xmp))
    writer.update_root()


def _resolved(thing: Any) -> Any:
    while isinstance(thing, IndirectObject):
        thing = thing.get_object()
    return thing


def _append_kid(above: Any, element: Any) -> None:
    kids = above.get("/K", ArrayObject())
    if not isinstance(kids, ArrayObject):
        kids = ArrayObject([above.raw_get("/K")])
    kids.append(element)
    above[pdf_name("/K")] = kids
