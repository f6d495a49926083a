"""Letters to seal, and what is done to them before and after."""

from __future__ import annotations

import datetime as dt
import io
import subprocess
from pathlib import Path
from typing import Any

import reportlab
from PIL import ImageCms
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.fields import MDPPerm
from pyhanko.sign.signers import PdfSignatureMetadata, sign_pdf
from pypdf import PdfReader, PdfWriter
from pypdf.generic import ArrayObject, DecodedStreamObject, DictionaryObject, NameObject, NumberObject, TextStringObject
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from docgen.signer import Appearance, Seal, SignatureReport, inspect_signatures, seal_pdf
from tests.support.files.certificates import now
from tests.support.files.pdfs import A4

BOX = (300.0, 90.0, 540.0, 150.0)
LINES = ("Pemerintah Kabupaten Contoh", "Disegel secara elektronik", "Sekretariat Daerah", "23 November 2026")
VISIBLE = Appearance(0, BOX, LINES)
XMP = b"""<?xpacket begin="\xef\xbb\xbf" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/">
<pdfaid:part>2</pdfaid:part><pdfaid:conformance>B</pdfaid:conformance></rdf:Description>
</rdf:RDF></x:xmpmeta><?xpacket end="w"?>"""


def sealed_once(data: bytes, seal: Seal, field: str = "Segel1", **changes: Any) -> bytes:
    arguments: dict[str, Any] = {"at": now(), "appearance": VISIBLE, **changes}
    return seal_pdf(data, seal, field=field, reason="Surat dinas resmi", location="Contoh", **arguments)


def only(data: bytes, *trust: bytes, at: dt.datetime | None = None) -> SignatureReport:
    (report,) = inspect_signatures(data, trust=trust, at=at)
    return report


def pdf_a(text: str) -> bytes:
    """A page that declares PDF/A-2b and has what it asks for: embedded font, output intent, XMP, file identifier."""
    pdfmetrics.registerFont(
        TTFont("Surat", str(Path(reportlab.__file__).parent / "fonts" / "Vera.ttf"), asciiReadable=True)
    )
    drawn = io.BytesIO()
    canvas = Canvas(drawn, pagesize=A4, invariant=True, initialFontName="Surat")
    canvas.setFont("Surat", 11)
    canvas.drawString(200, 420, text)
    canvas.save()
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(drawn.getvalue())))
    for font in list(writer.pages[0]["/Resources"]["/Font"]):  # type: ignore[index, call-overload]
        if "/FontDescriptor" not in writer.pages[0]["/Resources"]["/Font"][font]:  # type: ignore[index]
            del writer.pages[0]["/Resources"]["/Font"][font]  # type: ignore[index]
    profile = DecodedStreamObject()
    profile.set_data(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    profile[NameObject("/N")] = NumberObject(3)
    intent = DictionaryObject(
        {
            NameObject("/Type"): NameObject("/OutputIntent"),
            NameObject("/S"): NameObject("/GTS_PDFA1"),
            NameObject("/OutputConditionIdentifier"): TextStringObject("sRGB"),
            NameObject("/DestOutputProfile"): writer._add_object(profile),
        }
    )
    writer._root_object[NameObject("/OutputIntents")] = ArrayObject([intent])
    writer.xmp_metadata = XMP
    writer.metadata = None
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def pdfsig(data: bytes, tmp_path: Path) -> str:
    """What Poppler says of the signatures; it has no CA to trust."""
    path = tmp_path / "naskah.pdf"
    path.write_bytes(data)
    return subprocess.run(["pdfsig", str(path)], capture_output=True, text=True, check=True).stdout


def with_text_change(data: bytes) -> bytes:
    """The file with other words on its page, written behind it."""
    writer = PdfWriter(io.BytesIO(data), incremental=True)
    stream = DecodedStreamObject()
    stream.set_data(b"BT /F1 30 Tf 100 300 Td (Rp 900.000.000) Tj ET")
    writer.pages[0][NameObject("/Contents")] = writer._add_object(stream)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def certified(data: bytes, seal: Seal) -> bytes:
    """A document signed by its author with no changes allowed, as other programs can."""
    meta = PdfSignatureMetadata(field_name="Penulis", certify=True, docmdp_permissions=MDPPerm.NO_CHANGES)
    return bytes(sign_pdf(IncrementalPdfFileWriter(io.BytesIO(data)), meta, seal.signer).getvalue())
