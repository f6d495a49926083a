"""PDFs and pictures as other programs make them, each with something that PDF/A-2b forbids."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

from PIL import Image
from pypdf import PdfReader, PdfWriter
from pypdf.annotations import FreeText
from pypdf.generic import (
    ArrayObject,
    ByteStringObject,
    DictionaryObject,
    FloatObject,
    NameObject,
    NumberObject,
    StreamObject,
    TextStringObject,
)
from reportlab.pdfgen.canvas import Canvas

from docgen.render.pdf.metadata import declare_pdfa
from tests.support.files.pdfs import A4, pdf, with_field

_INLINE = "q 9 0 0 9 9 9 cm BI /W 1 /H 1 /BPC 8 /CS /CMYK ID abcd\nEI Q\n"


def pictures() -> dict[str, bytes]:
    """Pictures in every mode that a scanner or telephone writes."""
    wide = Image.linear_gradient("L").resize((300, 420))
    colour = Image.merge("RGB", (wide, wide.transpose(Image.Transpose.ROTATE_180), Image.new("L", wide.size, 90)))
    made = {
        "cmyk.jpg": colour.convert("CMYK"),
        "grey.jpg": wide,
        "colour.jpg": colour,
        "one-bit.png": wide.convert("1"),
    }
    made |= {
        "palette.png": colour.convert("P"),
        "alpha.png": colour.convert("RGBA"),
        "16-bit.png": wide.convert("I;16"),
    }
    found = {}
    for name, picture in made.items():
        if name == "alpha.png":
            picture.putalpha(wide)
        out = io.BytesIO()
        picture.save(out, {"jpg": "JPEG", "png": "PNG"}[name[-3:]], dpi=(50, 50))
        found[name] = out.getvalue()
    return found


def _canvas(draw: Callable[[Canvas], Any]) -> bytes:
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=A4, invariant=True)
    draw(canvas)
    canvas.showPage()
    canvas.save()
    return out.getvalue()


def _changed(change: Callable[[PdfWriter], Any], base: bytes = b"") -> bytes:
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(base or pdf("Isi surat"))))
    change(writer)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def _transparent(canvas: Canvas) -> None:
    canvas.setFillAlpha(0.3)
    canvas.rect(100, 100, 200, 200, fill=1)


def _press_colours(canvas: Canvas) -> None:
    canvas.setFillColorCMYK(1, 0, 0, 0)
    canvas.rect(9, 9, 99, 99, fill=1)


def _lzw(writer: PdfWriter) -> None:
    contents = StreamObject()
    contents[NameObject("/Filter")] = NameObject("/LZWDecode")
    contents._data = bytes.fromhex("800B6050220C0C8501")  # ISO 32000-1 §7.4.4.2: no operators, as the page has none
    writer.pages[0][NameObject("/Contents")] = writer._add_object(contents)


def _layer(writer: PdfWriter) -> None:
    layer = writer._add_object(DictionaryObject({NameObject("/Type"): NameObject("/OCG")}))
    resources: Any = writer.pages[0]["/Resources"]
    resources[NameObject("/Properties")] = DictionaryObject({NameObject("/MC0"): layer})


def _halftone(writer: PdfWriter) -> None:
    state = DictionaryObject({NameObject("/TR"): NameObject("/Identity")})
    resources: Any = writer.pages[0]["/Resources"]
    resources[NameObject("/ExtGState")] = DictionaryObject({NameObject("/G0"): state})


def _note(writer: PdfWriter) -> None:
    writer.add_annotation(0, FreeText(text="Sudah dicek", rect=(100, 100, 300, 140)))


def _attachment(writer: PdfWriter) -> None:
    writer.add_attachment("data.txt", b"isi")
    script = {"/S": NameObject("/JavaScript"), "/JS": TextStringObject("app.alert('halo')")}
    writer.root_object[NameObject("/OpenAction")] = DictionaryObject(
        {NameObject(key): value for key, value in script.items()}
    )


def _false_claim(writer: PdfWriter) -> None:
    declare_pdfa(writer, "Mengaku PDF/A")


def _huge(writer: PdfWriter) -> None:
    writer.pages[0][NameObject("/MediaBox")] = ArrayObject(FloatObject(edge) for edge in (0, 0, 15000, 800))


def _indexed(writer: PdfWriter) -> None:
    image = StreamObject()
    image.set_data(bytes(16))
    palette = ByteStringObject(b"\0\0\0\0")
    space = ArrayObject([NameObject("/Indexed"), NameObject("/DeviceCMYK"), NumberObject(0), palette])
    image.update(
        {
            NameObject("/Type"): NameObject("/XObject"),
            NameObject("/Subtype"): NameObject("/Image"),
            NameObject("/Width"): NumberObject(4),
            NameObject("/Height"): NumberObject(4),
            NameObject("/BitsPerComponent"): NumberObject(8),
            NameObject("/ColorSpace"): space,
        }
    )
    resources: Any = writer.pages[0]["/Resources"]
    resources[NameObject("/XObject")] = DictionaryObject({NameObject("/Im0"): writer._add_object(image)})


def foreign() -> dict[str, bytes]:
    """One file for each thing that is forbidden, by the name of that."""
    return {
        "fonts that are not embedded": pdf("Isi surat"),
        "the colours of a press": _canvas(_press_colours),
        "transparency": _canvas(_transparent),
        "LZW": _changed(_lzw),
        "layers": _changed(_layer),
        "transfer functions": _changed(_halftone),
        "scripts and attachments": _changed(_attachment),
        "a claim to be PDF/A that is false": _changed(_false_claim),
        "pages too large": _changed(_huge),
        "a palette of press colours": _changed(_indexed),
        "an unknown operator": pdf("Isi", operators="zz\n"),
        "one q too many and nested too deep": pdf("Isi", operators="q\n" * 40),
        "an inline picture of press colours": pdf("", operators=_INLINE),
        "turned pages": pdf("Isi", rotate=90),
        "a form": with_field("isian"),
    }
