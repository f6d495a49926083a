"""Different letters of one kind, and what is to be the same of a letter whichever way its PDF is made."""

from __future__ import annotations

import datetime as dt
import hashlib
import io
from collections.abc import Mapping, Sequence
from contextlib import closing
from functools import cache, partial
from typing import Any

import pypdfium2
from PIL import Image
from pypdf import PdfReader
from pypdf.generic import ArrayObject

from docgen.forms.field_sheet import SheetField
from docgen.kinds.kind import Kind
from docgen.libreoffice import Converter
from docgen.render.many.one_file import convert_in_one_file
from docgen.render.pdf.paper import Paper
from docgen.render.pdf.pdfium import page_text
from docgen.render.word.fill import render_docx
from tests.support.office.kinds import delivered_kinds
from tests.support.office.small_office import OFFICE, context

KINDS = delivered_kinds()
DPI = 72
LINE = "Perangkat diperiksa, dicatat dan dirawat menurut ketentuan yang berlaku. "


def letter(
    kind: Kind,
    index: int = 0,
    data: Mapping[str, Any] | None = None,
    *,
    photos: Mapping[str, bytes] | None = None,
    emblem: bytes | None = None,
    paper: Paper = "A4",
) -> bytes:
    """Letter `index` of a kind: its example, the longer the higher the index, `data` over it."""
    varied = {field.name: _varied(kind, field, index) for field in kind.fields if _own(kind, field)}
    count = 0 if kind.needs_assets == "none" else 1 + 15 * index
    tags = context(
        kind, varied | dict(data or {}), count=count, number=number(index), **({"emblem": emblem} if emblem else {})
    )
    properties = {
        "title": title(kind, index),
        "subject": f"Perihal {index}",
        "author": OFFICE.name,
        "created": dt.datetime(2026, 11, 23, tzinfo=dt.UTC),
    }
    return render_docx(kind.template, tags, emblem=emblem, photos=photos, properties=properties, paper=paper)


def number(index: int) -> str:
    """The number of letter `index`."""
    return f"B/000.1.9.1/{83 + 517 * index}/DiskominfoSP2/XI/2026"


def title(kind: Kind, index: int) -> str:
    """What the PDF of letter `index` is called; with signs that PDF and XML both mean something by."""
    return f"{kind.title} (uji) <{index}> & é \\ {number(index)}"


def _own(kind: Kind, field: SheetField) -> bool:
    """Whether the example says something of its own; officials are those of the tests' office."""
    return field.name in kind.example and field.type != "official"


def _varied(kind: Kind, field: SheetField, index: int) -> Any:
    value = kind.example[field.name]
    if index == 0:
        return value
    if field.type in ("paragraphs", "rich_text"):
        return "\n\n".join([value] + [LINE * 5] * 2 * index)[: field.max_length].strip()
    if field.type in ("list", "table") and isinstance(value, list):
        return value * (1 + 2 * index)
    if field.type == "text" and isinstance(value, str):
        longer = f"{value} ke-{index}"
        return longer if len(longer) <= field.max_length else value
    return value


def notas(count: int) -> list[bytes]:
    """This many short Notas Dinas, each with a subject of its own."""
    return [letter(kind("nota_dinas"), 0, {"hal": f"Perihal ke-{index}#"}) for index in range(count)]


def subjects(pdfs: Sequence[bytes]) -> list[str]:
    """Which of `notas` these are."""
    return ["".join(page_text(pdf)).partition("Perihal ke-")[2].partition("#")[0] for pdf in pdfs]


def photos(index: int, count: int) -> tuple[list[dict[str, str]], dict[str, bytes]]:
    """Photos as a form sends them and as they are kept: each letter's of its own colours and proportions."""
    kept = {}
    for at in range(count):
        data = io.BytesIO()
        colour = ((37 * index + 11) % 256, (91 * at + 60) % 256, (index * 53 + at * 19) % 256)
        Image.new("RGB", (80 + 30 * at + 10 * index, 90), colour).save(data, "JPEG", quality=90)
        kept[f"{hashlib.sha256(data.getvalue()).hexdigest()}.jpg"] = data.getvalue()
    return [{"file": name, "caption": f"Foto {at} naskah {index}"} for at, name in enumerate(kept)], kept


def together(converter: Converter, docxs: Sequence[bytes]) -> list[bytes]:
    """Composed, converted at once and split."""
    return convert_in_one_file(docxs, partial(converter.convert, deadline=120.0))


def images(pdf: bytes, dpi: int = DPI) -> list[tuple[tuple[int, int], bytes]]:
    """Every page as a picture: its size and its pixels."""
    found = []
    with closing(pypdfium2.PdfDocument(pdf)) as document:
        for at in range(len(document)):
            with closing(document[at]) as page, closing(page.render(scale=dpi / 72)) as bitmap:
                picture = bitmap.to_pil()
                found.append((picture.size, picture.tobytes()))
    return found


def destinations(pdf: bytes) -> dict[str, tuple[int, tuple[float, ...]]]:
    """Named destinations: the number of the page, and where on it."""
    reader = PdfReader(io.BytesIO(pdf))
    return {
        name: (
            reader.get_destination_page_number(found) or 0,
            tuple(round(float(found.get(key) or 0), 1) for key in ("/Left", "/Top")),
        )
        for name, found in reader.named_destinations.items()
    }


def structure(pdf: bytes) -> list[tuple[int, str]]:
    """What a screen reader goes through: each element's depth and type, in reading order."""
    root: Any = PdfReader(io.BytesIO(pdf)).trailer["/Root"]
    found = []

    def walk(element: Any, depth: int) -> None:
        element = element.get_object()
        if isinstance(element, list):
            for one in element:
                walk(one, depth)
        elif isinstance(element, dict) and "/S" in element:
            found.append((depth, str(element["/S"])))
            walk(element.get("/K", ArrayObject()), depth + 1)

    walk(root["/StructTreeRoot"]["/K"], 0)
    return found


def information(pdf: bytes) -> dict[str, str]:
    """What Info and XMP say, without the dates, and the language."""
    reader = PdfReader(io.BytesIO(pdf), strict=True)
    entries = {key: str(value) for key, value in (reader.metadata or {}).items() if not key.endswith("Date")}
    names = ("dc_title", "dc_creator", "dc_description", "pdf_keywords", "pdf_producer", "xmp_creator_tool")
    described = {name: str(getattr(reader.xmp_metadata, name)) for name in names}
    return entries | described | {"language": str(reader.root_object["/Lang"])}


def require_same(part: bytes, alone: bytes) -> None:
    """Assert that a letter cut from many is, to every reader, the one that was made alone."""
    assert images(part) == images(alone)
    assert page_text(part) == page_text(alone)
    assert destinations(part) == destinations(alone)
    assert structure(part) == structure(alone)
    assert information(part) == information(alone)


@cache
def kind(slug: str) -> Kind:
    """A kind of the office."""
    return KINDS[slug]
