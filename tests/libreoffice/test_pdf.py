"""What comes out: archival PDF that says what the Word file said."""

from __future__ import annotations

import io
import subprocess
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
from docx import Document
from docx.shared import Cm
from PIL import Image
from pypdf import PdfReader

from docgen.errors import ConversionFailed
from docgen.libreoffice import Converter
from docgen.libreoffice.pool import Pool
from docgen.libreoffice.sandbox import Installation, find_installation
from docgen.libreoffice.worker import Worker
from docgen.render.many.compose import compose_letters
from tests.support.files.word import edited, letter, saved, with_field
from tests.support.office.letters import kind, require_same
from tests.support.office.letters import letter as filled
from tests.support.office.small_office import picture

pytestmark = pytest.mark.office

BODY = "word/document.xml"
HARD_TEXT = "Tanah & bangunan < 5 ha > \"kutip\" 'tunggal' “lengkung” – é ß ½"


def text_of(pdf: bytes) -> str:
    document = pypdfium2.PdfDocument(pdf)
    try:
        return "\n".join(page.get_textpage().get_text_range() for page in document)
    finally:
        document.close()


def fonts_of(pdf: bytes) -> dict[str, bool]:
    """The name of every font on every page, and whether its outlines are in the file."""
    found: dict[str, bool] = {}
    for page in PdfReader(io.BytesIO(pdf)).pages:
        resources: Any = page["/Resources"]
        fonts = resources.get("/Font", {})
        for name in fonts:
            font = fonts[name]
            for single in font.get("/DescendantFonts", [font]):
                descriptor = single.get_object()["/FontDescriptor"].get_object()
                found[str(font["/BaseFont"])] = any(key.startswith("/FontFile") for key in descriptor)
    return found


def test_text_with_special_characters_arrives(converter: Converter) -> None:
    """Characters that are markup elsewhere, typographic quotes and an emoji come out as they were written."""
    text = text_of(converter.convert(letter(HARD_TEXT, "Selesai 😀")))
    assert HARD_TEXT in text
    assert "Selesai 😀" in text


def test_an_emoji_is_drawn_although_a_colour_font_has_it_too(converter: Converter) -> None:
    """Where the machine has a colour emoji font, the outlines of another are printed: the sign is visible."""
    listed = subprocess.run(["fc-list", ":color=true", "family"], capture_output=True, text=True, check=True).stdout
    assert "Emoji" in listed, "install fonts-noto-color-emoji: without it this test proves nothing"
    pdf = converter.convert(letter("", "🖨"))
    assert not [name for name in fonts_of(pdf) if "Emoji" in name]
    with pypdfium2.PdfDocument(pdf) as document:
        assert document[0].render(scale=1).to_pil().convert("L").getextrema()[0] < 128


def test_pdf_is_archival(converter: Converter) -> None:
    """The PDF declares PDF/A-2b, carries an output intent and a structure tree, and embeds every font."""
    pdf = converter.convert(letter(HARD_TEXT, "Selesai 😀"))
    reader = PdfReader(io.BytesIO(pdf))
    root: Any = reader.trailer["/Root"]
    xmp = root["/Metadata"].get_data().decode()
    assert "<pdfaid:part>2</pdfaid:part>" in xmp
    assert "<pdfaid:conformance>B</pdfaid:conformance>" in xmp
    assert root["/OutputIntents"][0]["/S"] == "/GTS_PDFA1"
    assert root["/MarkInfo"]["/Marked"]
    assert "/StructTreeRoot" in root
    fonts = fonts_of(pdf)
    assert fonts
    assert all(fonts.values()), fonts


def test_same_file_gives_same_pages(converter: Converter) -> None:
    """Many threads at once get their own documents back, not their neighbours'."""
    names = [f"Naskah nomor {number}" for number in range(12)]
    with ThreadPoolExecutor(6) as threads:
        texts = [text_of(pdf) for pdf in threads.map(converter.convert, [letter(name) for name in names])]
    assert all(name in text for name, text in zip(names, texts, strict=True))


@pytest.mark.parametrize("garbage", [b"", b"bukan Word", b"PK\x03\x04" + b"\0" * 400])
def test_garbage_is_refused(converter: Converter, garbage: bytes) -> None:
    """A file that is no Word file fails with a sentence for the clerk."""
    with pytest.raises(ConversionFailed, match=r"bukan dokumen Word"):
        converter.convert(garbage)


def test_one_process_a_document_gives_the_same_pages(tmp_path: Path, converter: Converter) -> None:
    """Where no Python has uno, the slower way gives as many pages, and archival ones."""
    document = Document()
    for number in range(60):
        document.add_paragraph(f"Butir {number} dari daftar barang yang panjang. " * 4)
    docx = saved(document)

    def without_uno() -> Installation | None:
        found = find_installation()
        return found and Installation(found.soffice, Path("/usr/bin/python3"), has_uno=False)

    slow = Pool(1, tmp_path, find=without_uno)
    try:
        one, other = slow.convert(docx), converter.convert(docx)
        with pytest.raises(ConversionFailed):
            slow.convert(b"bukan Word")
    finally:
        slow.close()
    assert len(PdfReader(io.BytesIO(one)).pages) == len(PdfReader(io.BytesIO(other)).pages) > 1
    assert text_of(one) == text_of(other)
    assert b"<pdfaid:part>2</pdfaid:part>" in one
    assert list(tmp_path.iterdir()) == []


def test_nothing_of_a_document_reaches_the_next(tmp_path: Path) -> None:
    """A LibreOffice prints a letter as its first one did, also after many in one file, one with changes that are
    tracked, a list, a field, and one that cannot be read.
    """
    nota = filled(kind("nota_dinas"), 1)
    changed = edited(letter("Satu.", "Dua."), BODY, "<w:r><w:t>Dua.", '<w:del w:author="A"><w:r><w:t>Dua.')
    changed = edited(changed, BODY, "Dua.</w:t></w:r>", "Dua.</w:t></w:r></w:del>")
    others = [compose_letters([nota, nota]), changed, with_field(" NUMPAGES "), letter("\u05de\u05e9\u05e8\u05d3")]
    broken = edited(nota, BODY, "<w:body>", "<w:body><w:p>")
    office = Pool(1, tmp_path)
    try:
        first = office.convert(nota)
        for other in others:
            office.convert(other)
            require_same(office.convert(nota), first)
        with pytest.raises(ConversionFailed):
            office.convert(broken)
        require_same(office.convert(nota), first)
    finally:
        office.close()


def test_letters_leave_no_memory_behind(tmp_path: Path) -> None:
    """After its first ten letters, LibreOffice grows by less than 0.7 MiB a letter: each is really closed."""
    installation = find_installation()
    assert installation is not None
    worker = Worker(installation, tmp_path / "worker")
    try:
        worker.wait_ready()
        sizes = []
        for number in range(60):
            worker.convert(letter(f"Surat {number}."), 60.0)
            sizes.append(worker.mib)
    finally:
        worker.stop()
    assert sizes[-1] - sizes[10] < 35


def test_only_large_pictures_are_packed_anew(converter: Converter) -> None:
    """A small picture is in the PDF without loss, as often as it is shown; a large one is a JPEG, which takes less."""
    small, large = picture(60, 80), io.BytesIO()
    Image.effect_noise((200, 200), 80).save(large, "PNG")
    assert b"/DCTDecode" not in converter.convert(with_picture(small))
    assert b"/DCTDecode" in converter.convert(with_picture(large.getvalue()))


def with_picture(data: bytes) -> bytes:
    """A letter that shows a picture."""
    document = Document()
    document.add_picture(io.BytesIO(data), width=Cm(1.5))
    return saved(document)


def test_pdf_is_sound(converter: Converter, tmp_path: Path) -> None:
    """An independent reader finds nothing wrong with the structure of the PDF."""
    made = tmp_path / "naskah.pdf"
    made.write_bytes(converter.convert(letter(HARD_TEXT)))
    subprocess.run(["qpdf", "--check", str(made)], check=True, capture_output=True)
