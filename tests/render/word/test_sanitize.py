"""A Word file keeps its text and its clickable links, and loses every way to reach for another file."""

from __future__ import annotations

import io
import zipfile

import pytest
from docx import Document
from docx.opc.constants import RELATIONSHIP_TYPE

from docgen.errors import ConversionFailed
from docgen.render.word import sanitize
from docgen.render.word.sanitize import strip_external
from tests.support.files.word import edited, letter, packed, saved, unpacked, with_field, with_linked_picture

RELS = "word/_rels/document.xml.rels"
OUTSIDE = "http://127.0.0.1:9/x"
BASE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def with_relation(kind: str, *, mode: str = ' TargetMode="External"', target: str = OUTSIDE) -> bytes:
    relation = f'<Relationship Id="rId900" Type="{kind}" Target="{target}"{mode}/></Relationships>'
    return edited(letter("Isi surat"), RELS, "</Relationships>", relation)


def with_hyperlink() -> tuple[bytes, str]:
    document = Document()
    link = document.part.relate_to("https://example.go.id/", RELATIONSHIP_TYPE.HYPERLINK, is_external=True)
    docx = saved(document)
    run = f'<w:p><w:hyperlink r:id="{link}"><w:r><w:t>situs</w:t></w:r></w:hyperlink></w:p><w:sectPr'
    return edited(docx, "word/document.xml", "<w:sectPr", run), link


def test_an_ordinary_letter_is_untouched() -> None:
    """Nothing to strip: the very same bytes come back."""
    docx = letter("Tanah & bangunan")
    assert strip_external(docx) is docx


@pytest.mark.parametrize("kind", ["image", "attachedTemplate", "oleObject", "frame", "mailMergeSource", "subDocument"])
def test_links_that_are_fetched_are_removed(kind: str) -> None:
    """Linked pictures, templates, objects, frames and data sources go; the other parts stay as they were."""
    docx = with_relation(f"{BASE}/{kind}")
    before, after = unpacked(docx), unpacked(strip_external(docx))
    assert b"rId900" not in after[RELS]
    assert {name: data for name, data in before.items() if name != RELS} == {
        name: data for name, data in after.items() if name != RELS
    }


@pytest.mark.parametrize("mode", [' TargetMode="external"', "", ' TargetMode="Internal"'])
@pytest.mark.parametrize("target", [OUTSIDE, "file:///etc/passwd", "//server/share/x", "\\\\server\\share"])
def test_an_address_is_removed_whatever_its_mode_says(mode: str, target: str) -> None:
    """A relationship that calls an address internal is not believed."""
    cleaned = unpacked(strip_external(with_relation(f"{BASE}/image", mode=mode, target=target)))
    assert b"rId900" not in cleaned[RELS]


def test_another_format_inside_is_removed() -> None:
    """An embedded HTML part, which could link to anything, is not imported."""
    docx = with_relation(f"{BASE}/aFChunk", mode="", target="chunk.html")
    assert b"rId900" not in unpacked(strip_external(docx))[RELS]


def test_hyperlinks_stay() -> None:
    """A link that a reader clicks is no danger and stays."""
    docx, _ = with_hyperlink()
    assert strip_external(docx) is docx


def test_a_hyperlink_used_as_a_picture_is_removed() -> None:
    """A picture cannot hide behind the relationship of a hyperlink."""
    docx, link = with_hyperlink()
    blip = (
        f'<w:p><a:blip xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" r:link="{link}"/></w:p><w:sectPr'
    )
    hostile = edited(docx, "word/document.xml", "<w:sectPr", blip)
    assert b"example.go.id" not in unpacked(strip_external(hostile))[RELS]


def test_a_linked_picture_is_removed_and_the_text_stays() -> None:
    """A stripped letter is still a Word file with its text."""
    cleaned = strip_external(with_linked_picture(OUTSIDE))
    assert [paragraph.text for paragraph in Document(io.BytesIO(cleaned)).paragraphs if paragraph.text] == [
        "Sebelum gambar",
        "Sesudah gambar",
    ]


@pytest.mark.parametrize(
    "pieces",
    [
        (f' INCLUDEPICTURE "{OUTSIDE}" ',),
        (" INCLUDE", f'TEXT "{OUTSIDE}"'),
        (" dde", "AUTO soffice x y"),
        (f' LINK Excel.Sheet "{OUTSIDE}" ',),
    ],
)
def test_fields_that_fetch_are_emptied(pieces: tuple[str, ...]) -> None:
    """Fields that fetch lose their instruction, even if it is spread over runs, and keep what they showed."""
    text = unpacked(strip_external(with_field(*pieces)))["word/document.xml"].decode()
    assert "hasil terakhir" in text
    assert not any(piece.strip() in text for piece in pieces)


@pytest.mark.parametrize("instruction", [" PAGE ", " NUMPAGES ", ' DATE \\@ "d MMMM yyyy" ', " REF lampiran \\h "])
def test_harmless_fields_stay(instruction: str) -> None:
    """Page numbers, dates and cross references are left alone."""
    docx = with_field(instruction)
    assert strip_external(docx) is docx


@pytest.mark.parametrize("garbage", [b"", b"%PDF-1.7", b"PK\x05\x06" + b"\0" * 18, letter("x")[:-200]])
def test_what_is_no_word_file_is_refused(garbage: bytes) -> None:
    """Other formats, an empty zip and a file cut short are refused with a sentence for the clerk."""
    with pytest.raises(ConversionFailed, match="bukan dokumen Word"):
        strip_external(garbage)


def test_a_damaged_part_is_refused() -> None:
    """A flipped byte inside a part is noticed."""
    docx = bytearray(letter("Isi surat"))
    with zipfile.ZipFile(io.BytesIO(docx)) as package:
        entry = package.getinfo("word/document.xml")
    docx[entry.header_offset + 80] ^= 0xFF
    with pytest.raises(ConversionFailed):
        strip_external(bytes(docx))


def test_a_zip_bomb_is_refused_unopened() -> None:
    """A file that would swell up far beyond its size is refused."""
    bomb = packed({**unpacked(letter("x")), "word/media/bom.bin": b"\0" * (sanitize.RATIO_COUNTS_FROM + 1)})
    assert len(bomb) < 200_000
    with pytest.raises(ConversionFailed, match="terlalu besar"):
        strip_external(bomb)


def test_too_many_parts_are_refused() -> None:
    """So is a file of very many parts."""
    many = packed({f"word/media/{number}.txt": b"" for number in range(sanitize.MAX_PARTS + 1)})
    with pytest.raises(ConversionFailed, match="terlalu besar"):
        strip_external(many)


@pytest.mark.parametrize(
    "start",
    [
        b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "c">]><a/>',
        '<?xml version="1.0" encoding="UTF-16"?><a/>'.encode("utf-16"),
        b'<?xml version="1.0" encoding="UTF-7"?><a/>',
    ],
)
def test_odd_xml_is_refused(start: bytes) -> None:
    """Entities, and encodings that would hide them, are refused in any part."""
    with pytest.raises(ConversionFailed, match="tidak lazim"):
        strip_external(packed({**unpacked(letter("x")), "word/aneh.bin": start}))


def test_two_parts_of_one_name_are_refused() -> None:
    """Readers disagree on which of two parts of one name counts, so neither does."""
    target = io.BytesIO(letter("x"))
    with zipfile.ZipFile(target, "a") as package:
        package.writestr("word/Document.xml", b"<a/>")
    with pytest.raises(ConversionFailed, match="bukan dokumen Word"):
        strip_external(target.getvalue())
