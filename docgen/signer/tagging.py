"""Put the field of a seal into the tags of its letter, as PDF/UA-1 asks (ISO 14289-1, 7.18)."""

from __future__ import annotations

import re
from typing import Any

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

_PDF: Any = generic  # its classes say no types
_name = generic.pdf_name


def tag_field(writer: IncrementalPdfFileWriter, name: str, text: str) -> None:
    """Say by the tags that the field `name` is a form field called `text`; a file without tags stays as it is."""
    structure = _resolved(writer.root.get("/StructTreeRoot"))
    if not isinstance(structure, generic.DictionaryObject):
        return
    parents = _resolved(structure.get("/ParentTree"))
    numbers = _resolved(parents.get("/Nums")) if isinstance(parents, generic.DictionaryObject) else None
    if not isinstance(numbers, generic.ArrayObject) or "/K" not in structure:
        return
    field = next(one for one in writer.root["/AcroForm"]["/Fields"] if one.get_object().get("/T") == name)
    widget, page = field.get_object(), field.get_object().raw_get("/P")
    top = structure["/K"]
    above = top.raw_get(0) if isinstance(top, generic.ArrayObject) else structure.raw_get("/K")
    content = _PDF.DictionaryObject({_name("/Type"): _name("/OBJR"), _name("/Obj"): field})
    element = writer.add_object(
        _PDF.DictionaryObject(
            {
                _name("/Type"): _name("/StructElem"),
                _name("/S"): _name("/Form"),
                _name("/P"): above,
                _name("/Pg"): page,
                _name("/Alt"): generic.pdf_string(text),
                _name("/K"): content,
            }
        )
    )
    key = max(map(int, list(numbers)[::2]), default=-1) + 1
    numbers.extend([_PDF.NumberObject(key), element])
    document = _resolved(above)
    kids = document["/K"] if "/K" in document else generic.ArrayObject()
    if not isinstance(kids, generic.ArrayObject):
        kids = generic.ArrayObject([document.raw_get("/K")])
    kids.append(element)
    document[_name("/K")] = kids
    widget[_name("/StructParent")] = _PDF.NumberObject(key)
    page.get_object()[_name("/Tabs")] = _name("/S")
    for changed in (numbers, document, widget, page.get_object()):
        writer.update_container(changed)


def withdraw_claim(writer: Any) -> None:
    """Say no longer that the file is PDF/UA: tags below an earlier signature cannot learn of another field."""
    metadata = _resolved(writer.root.get("/Metadata"))
    if not isinstance(metadata, generic.StreamObject) or b"<pdfuaid:part>" not in metadata.data:
        return
    entries = {_name("/Type"): _name("/Metadata"), _name("/Subtype"): _name("/XML")}
    xmp = re.sub(rb"<pdfuaid:part>[^<]*</pdfuaid:part>", b"", metadata.data)
    writer.root[_name("/Metadata")] = writer.add_object(generic.StreamObject(entries, stream_data=xmp))
    writer.update_root()


def _resolved(thing: Any) -> Any:
    while isinstance(thing, _PDF.IndirectObject):
        thing = thing.get_object()
    return thing
