"""Pages of filled letters are whole: signatures stand with their text, long tables repeat their heads."""

from __future__ import annotations

import io
import re
from typing import Any

import pytest
from PIL import Image

from docgen.forms import office_context
from docgen.kinds.kind import Kind
from docgen.libreoffice import Converter
from docgen.render.pdf.destinations import letters
from docgen.render.pdf.pdfium import page_png, page_text
from docgen.render.word.fill import render_docx
from tests.support.office.annexes import letter_and_annexes
from tests.support.office.kinds import delivered_kinds, delivered_template
from tests.support.office.small_office import KASI, OFFICE, context, picture

KINDS = delivered_kinds()


@pytest.fixture
def nota() -> Kind:
    """The Nota Dinas."""
    return KINDS["nota_dinas"]


@pytest.fixture
def handover() -> Kind:
    """The Berita Acara Serah Terima."""
    return KINDS["berita_acara_serah_terima"]


def long_text(sentences: int) -> str:
    return "Kalimat ini diulang agar isi surat menjadi panjang dan melampaui satu halaman. " * sentences


@pytest.mark.office
@pytest.mark.parametrize("count", [0, 1, 5, 9, 14, 60])
def test_a_signature_of_a_nota_dinas_never_stands_alone(nota: Kind, converter: Converter, count: int) -> None:
    """Wherever the page ends, the closing sentence goes with the signature; from page 2 on each page has a number."""
    pages = page_text(converter.convert(render_docx(nota.template, context(nota, count=count), emblem=picture(9, 9))))
    letter, *annexes = letter_and_annexes(pages)
    assert "Demikian" in letter[-1]
    assert "DINAS KOMUNIKASI" in letter[0]
    assert len(annexes) == (count > 10)
    for part in (letter, *annexes):
        assert "NIP 19870612 201101 1 003" in part[-1]
        for number, page in enumerate(part[1:], start=2):
            assert page.startswith(f"- {number} -")
            assert "PEMERINTAH KABUPATEN" not in page


@pytest.mark.office
@pytest.mark.parametrize("sentences", [9, 14, 18, 20, 22, 24, 26])
def test_a_long_text_does_not_part_signature_and_closing(nota: Kind, converter: Converter, sentences: int) -> None:
    """However long the text is, the last page holds the closing and the signature."""
    docx = render_docx(nota.template, context(nota, {"isi": long_text(sentences)}, count=0))
    assert "Demikian" in page_text(converter.convert(docx))[-1]


@pytest.mark.office
@pytest.mark.parametrize("count", [1, 3, 5, 7, 20])
def test_three_signatures_of_a_handover_stay_with_its_closing(handover: Kind, converter: Converter, count: int) -> None:
    """Both parties and the witness sign on one page, under the closing; the table's head repeats."""
    pages = page_text(converter.convert(render_docx(handover.template, context(handover, count=count))))
    letter, *annexes = letter_and_annexes(pages)
    assert "Demikian Berita Acara" in letter[-1]
    for text in ("PIHAK KEDUA,", "PIHAK KESATU,", "Mengetahui:", "Plt. Kepala Bidang"):
        assert all(text in part[-1] for part in (letter, *annexes))
    assert sum("Merk/" in page for page in pages) == sum("Access Point" in " ".join(page.split()) for page in pages)


@pytest.mark.office
def test_a_very_long_value_still_breaks_over_pages(nota: Kind, converter: Converter) -> None:
    """20,000 characters of text, and a recipient of 300 without a space, lose nothing."""
    text = ("kata " * 4000)[:19_990].strip() + " TAMAT"
    docx = render_docx(nota.template, context(nota, {"isi": text, "kepada": "W" * 300}))
    pages = "".join(page_text(converter.convert(docx)))
    assert pages.replace("\n", "").count("W") >= 300
    assert pages.count("kata") == text.count("kata")
    assert "TAMAT" in pages


@pytest.mark.office
def test_front_matter_lists_500_documents_under_a_repeated_head(converter: Converter) -> None:
    """Cover on page 1, then contents as long as they need, the head on every page, no blank page at the end."""
    lines = [
        {
            **{"tanda": letters(n), "urut": str(n), "no": str(n), "nomor": f"B/{n}/2026", "uraian": "Nota Dinas"},
            **{"catatan": "", "tanggal": "23 November 2026", "lembar": "1", "halaman": str(n), "berkas": ""},
        }
        for n in range(1, 501)
    ]
    front = {
        "kantor": office_context(OFFICE),
        "judul": "Perbaikan Access Point",
        **{"jilid": "", "rentang": "", "jilid_lain": "", "keterangan": []},
        "nomor_berkas": "000.1.9.1/001/2026",
        "klasifikasi": "000.1.9.1",
        "retensi": "5 tahun",
        "jumlah_lembar": "900",
        "prosedur": "Perbaikan dan Pemeliharaan",
        "aset": [*(f"12.10.{n}" for n in range(8)), "dan 32 aset lain"],
        "periode": "1 s.d. 23 November 2026",
        "jumlah_naskah": "500",
        "jumlah_halaman": "900",
        "kode": "01KB",
        "tanggal_cetak": "24 November 2026",
        "daftar": lines,
    }
    pages = page_text(converter.convert(render_docx(delivered_template("_bundel"), front)))
    assert "SAMPUL BERKAS" in pages[0]
    assert "dan 32 aset lain" in pages[0]
    assert "DAFTAR ISI BERKAS" in pages[1]
    assert all("Nomor Naskah" in page for page in pages[1:])
    assert "B/500/2026" in pages[-1]


def grown(kind: Kind, count: int) -> dict[str, Any]:
    """The kind's example with `count` rows in each of its tables that has rows; those of people who sign stay."""
    tables = [field for field in kind.fields if field.type == "table" and kind.example.get(field.name)]
    names = [table.name for table in tables if "nip" not in {column.name for column in table.columns}]
    return {name: (kind.example[name] * count)[:count] for name in names}


# An SOP is ratified on its identity sheet; behind a Notula and a Surat Tugas are sheets that are filled by hand.
SIGNED_BEFORE_THE_END = ("sop", "notula", "surat_tugas")
SIGNING = re.compile(rf"Batulicin, 23 November|PIHAK KEDUA,|\w+ oleh:|Mengetahui:|{KASI.post},")


def with_signatures(page: str) -> str:
    """What a last page holds between its number and the first signature."""
    text = re.sub(r"^- \d+ -", "", " ".join(page.split()))
    return text[: min(found.start() for found in SIGNING.finditer(text))]


def outside(picture_of_page: bytes) -> list[str]:
    """The margins in which a page shows anything: left 2.8 and right 1.8 cm, and the free band of 2.2 cm below."""
    page = Image.open(io.BytesIO(picture_of_page)).convert("L")
    cm = page.width / (29.7 if page.width > page.height else 21)
    boxes = {
        "left": (0, 0, round(2.8 * cm), page.height),
        "right": (page.width - round(1.8 * cm), 0, page.width, page.height),
        "below": (0, page.height - round(2.2 * cm), page.width, page.height),
    }
    return [name for name, box in boxes.items() if page.crop(box).getextrema()[0] < 250]


@pytest.mark.office
@pytest.mark.parametrize("count", [1, 5, 60])
@pytest.mark.parametrize("slug", sorted(KINDS))
def test_pages_of_every_kind_are_whole(slug: str, count: int, converter: Converter) -> None:
    """Letterhead on the first page only, then numbers, of an annex its own; margins and the band below stay free; no
    page is blank and no signature without text above it; the last asset is there.
    """
    kind = KINDS[slug]
    assets = 0 if kind.needs_assets == "none" else count
    docx = render_docx(kind.template, context(kind, grown(kind, count), count=assets), emblem=picture(30, 36))
    pdf = converter.convert(docx)
    pages = page_text(pdf)
    assert "PEMERINTAH KABUPATEN" in pages[0]
    for part in letter_and_annexes(pages):
        for number, page in enumerate(part[1:], start=2):
            assert " ".join(page.split()).startswith(f"- {number} -")
            assert "PEMERINTAH KABUPATEN" not in page
            assert len(page.split()) > 10
        signed = [page for page in part if KASI.name in page][-1] if slug in SIGNED_BEFORE_THE_END else part[-1]
        assert len(with_signatures(signed).split()) >= 8
        assert KASI.name in signed
    if assets:
        assert f"Access Point {count}" in " ".join(" ".join(pages).split())
    assert [outside(page_png(pdf, number)) for number in range(1, len(pages) + 1)] == [[]] * len(pages)
