"""PDFs with what people put on a page: annotations and form fields, with an appearance and without one."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

from pypdf import PdfReader, PdfWriter
from pypdf.generic import (
    ArrayObject,
    BooleanObject,
    DictionaryObject,
    FloatObject,
    IndirectObject,
    NameObject,
    NumberObject,
    PdfObject,
    StreamObject,
    TextStringObject,
)

from tests.support.files.pdfs import pdf

Box = tuple[float, float, float, float]


class Annotated:
    """A PDF that annotations are added to, on its first page."""

    def __init__(self, data: bytes | None = None) -> None:
        self.writer = PdfWriter(clone_from=PdfReader(io.BytesIO(data or pdf("Isi surat"))))
        self.fields: list[IndirectObject] = []
        self.form: dict[str, PdfObject] = {}

    def add(self, subtype: str, rect: Box, **entries: Any) -> IndirectObject:
        """Add an annotation; texts are strings, those that begin with a slash names, tuples arrays of numbers."""
        told = {"F": 4} | entries
        annotation = DictionaryObject(
            {NameObject("/Subtype"): NameObject(f"/{subtype}"), NameObject("/Rect"): box(rect)}
        )
        annotation.update({NameObject(f"/{key}"): thing(value) for key, value in told.items() if value is not None})
        reference = self.writer._add_object(annotation)
        page = self.writer.pages[0]
        page[NameObject("/Annots")] = ArrayObject([*page.get("/Annots", []), reference])
        if subtype == "Widget":
            self.fields.append(reference)
        return reference

    def look(self, operators: bytes, bounds: Box, matrix: Sequence[float] = ()) -> IndirectObject:
        """A drawing, to be an appearance."""
        form = StreamObject()
        form.set_data(operators)
        form.update({NameObject("/Subtype"): NameObject("/Form"), NameObject("/BBox"): box(bounds)})
        if matrix:
            form[NameObject("/Matrix")] = box(matrix)
        return self.writer._add_object(form)

    def states(self, **looks: IndirectObject) -> DictionaryObject:
        """The /AP of a button: a drawing for each of its states."""
        return DictionaryObject(
            {NameObject("/N"): DictionaryObject({NameObject(f"/{k}"): v for k, v in looks.items()})}
        )

    def done(self) -> bytes:
        """The file."""
        if self.fields:
            told = {"Fields": ArrayObject(self.fields), "DA": TextStringObject("/Helv 0 Tf 0 g")} | self.form
            self.writer.root_object[NameObject("/AcroForm")] = DictionaryObject(
                {NameObject(f"/{key}"): value for key, value in told.items()}
            )
        out = io.BytesIO()
        self.writer.write(out)
        return out.getvalue()


def look_of(reference: IndirectObject) -> DictionaryObject:
    """The /AP of an annotation that has this drawing alone."""
    return DictionaryObject({NameObject("/N"): reference})


def box(numbers: Sequence[float]) -> ArrayObject:
    """An array of numbers."""
    return ArrayObject(FloatObject(number) for number in numbers)


def thing(value: Any) -> PdfObject:
    """A value as PDF has it."""
    if isinstance(value, PdfObject):
        return value
    if isinstance(value, bool):
        return BooleanObject(value)
    if isinstance(value, str):
        return NameObject(value) if value.startswith("/") else TextStringObject(value)
    if isinstance(value, tuple):
        return ArrayObject(thing(one) for one in value)
    return NumberObject(value) if isinstance(value, int) else FloatObject(value)


def with_ink(data: bytes | None = None, rect: Box = (300, 200, 500, 300)) -> bytes:
    """A PDF that was signed with a pen on a tablet: a thick blue stroke across `rect`, with its appearance."""
    paper = Annotated(data)
    width, height = rect[2] - rect[0], rect[3] - rect[1]
    stroke = f"0 0 1 RG 8 w 10 10 m {width - 10} {height - 10} l S".encode()
    look = look_of(paper.look(stroke, (0, 0, width, height)))
    paper.add("Ink", rect, InkList=((rect[0], rect[1], rect[2], rect[3]),), C=(0.0, 0.0, 1.0), AP=look)
    return paper.done()


def with_password(data: bytes, *, user: str, owner: str = "rahasia", algorithm: str = "AES-256") -> bytes:
    """The PDF encrypted; `user` is what one must know to open it, "" for nothing."""
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(data)))
    writer.encrypt(user, owner, algorithm=algorithm)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()
