"""Filling a Word template: what is written comes out as written, wrong tags are named, the pages are as they should."""

from __future__ import annotations

import datetime as dt
import io
import re
from pathlib import Path
from typing import Any

import pytest
from docx import Document
from PIL import Image

from docgen.errors import TemplateError
from docgen.forms import office_context
from docgen.kinds.kind import Kind
from docgen.libreoffice import Converter
from docgen.render.pdf.destinations import letters
from docgen.render.pdf.pdfium import page_png, page_text
from docgen.render.word.fill import render_docx
from docgen.render.word.template import open_template
from templates_docx import FOLDER
from tests.support.files.word import edited, unpacked
from tests.support.office.kinds import delivered_kinds
from tests.support.office.small_office import KABID, KASI, OFFICE, USER, context, picture

NOTA = (FOLDER / "nota_dinas" / "template.docx").read_bytes()
KINDS = delivered_kinds()
BODY = "word/document.xml"
HEADER = "word/header1.xml"


@pytest.fixture
def nota() -> Kind:
    """The Nota Dinas."""
    return KINDS["nota_dinas"]


@pytest.fixture
def handover() -> Kind:
    """The Berita Acara Serah Terima."""
    return KINDS["berita_acara_serah_terima"]


def text_of(docx: bytes) -> list[str]:
    """The text of every paragraph, those in tables too, as python-docx reads it."""
    document: Any = Document(io.BytesIO(docx))
    found = [paragraph.text for paragraph in document.paragraphs]
    for table in document.tables:
        found += [paragraph.text for row in table.rows for cell in row.cells for paragraph in cell.paragraphs]
    return found


@pytest.mark.parametrize(
    "value",
    [
        "Tanah & bangunan <b>\"tebal\"</b> 'kutip'",
        "{{ 7*7 }} {% for x in y %} {# catatan #} {%p if z %}",
        "{_{ nama }_} {_% if %_}",
        "{{ ''.__class__.__mro__[1].__subclasses__() }}",
        "baris satu\nbaris dua\n\tmenjorok",
        "🚀 emoji, العربية، עברית, 中文, ẽ̂",
        "A" * 3000,
        "]]></w:t></w:r></w:p>",
        "&amp; &#65; &lt;",
    ],
)
def test_values_come_out_literally(nota: Kind, value: str) -> None:
    """Markup, tags, line breaks, any script: what the clerk wrote is what the Word file says."""
    docx = render_docx(nota.template, context(nota, {"isi": value, "hal": value[:400]}))
    paragraphs = text_of(docx)
    assert value in paragraphs
    assert value[:400] in paragraphs


def test_values_from_registers_cannot_break_the_file(nota: Kind) -> None:
    """A character that XML cannot hold is shown as a replacement, and the file still opens."""
    given = context(nota)
    given["aset"][0]["nama"] = "Rusak\x00\ud800\x0b"
    assert "Rusak\ufffd\ufffd\ufffd" in text_of(render_docx(nota.template, given))


def test_the_same_arguments_give_the_same_bytes(nota: Kind) -> None:
    """Rendering has no clock and no chance in it."""
    properties: dict[str, str | dt.datetime] = {"title": "Nota", "created": dt.datetime(2026, 11, 23, tzinfo=dt.UTC)}
    one, two = (render_docx(nota.template, context(nota), properties=properties) for _ in range(2))
    assert one == two


def test_core_properties_are_those_given(nota: Kind) -> None:
    """Title, subject, author and date of creation are set, with & and < as written."""
    docx = render_docx(
        nota.template,
        context(nota),
        properties={
            "title": "Nota Dinas & <1>",
            "subject": "{{ 7*7 }}",
            "author": OFFICE.name,
            "created": dt.datetime(2026, 11, 23, 8, 0, tzinfo=dt.timezone(dt.timedelta(hours=8))),
        },
    )
    properties = Document(io.BytesIO(docx)).core_properties
    assert properties.title == "Nota Dinas & <1>"
    assert properties.subject == "{{ 7*7 }}"
    assert properties.author == OFFICE.name
    assert properties.created == dt.datetime(2026, 11, 23, tzinfo=dt.UTC)


def test_bytes_path_and_opened_template_render_alike(nota: Kind, tmp_path: Path) -> None:
    """A template may be given in any of the three forms."""
    path = tmp_path / "templat.docx"
    path.write_bytes(NOTA)
    expected = render_docx(nota.template, context(nota))
    assert render_docx(NOTA, context(nota)) == expected
    assert render_docx(path, context(nota)) == expected


@pytest.mark.parametrize(
    ("tag", "expected"),
    [
        ("{{ halaman_rahasia }}", "halaman_rahasia"),
        ("{{ kantor.pendiri }}", "pendiri"),
        ("{{ kantor.__class__ }}", "__class__"),
        ("{{ kantor.keys() }}", "keys"),
        ("{{ hal.__class__.__mro__ }}", "__class__"),
        ("{{ aset }}", "daftar"),
        ("{{ hal + 1 }}", "hal + 1"),
        ("{{ 1 / 0 }}", "1 / 0"),
        ("{% include 'x' %}", "include"),
    ],
)
def test_a_tag_that_cannot_be_filled_is_named(nota: Kind, tag: str, expected: str) -> None:
    """Unknown names, the inside of Python, lists, errors of any sort: TemplateError with the tag and its text."""
    spoilt = open_template(edited(NOTA, BODY, "{{ hal }}", tag), "templat.docx")
    with pytest.raises(TemplateError, match=r"templat\.docx: isi: ") as caught:
        render_docx(spoilt, context(nota))
    assert expected in str(caught.value)


@pytest.mark.parametrize("tag", ["{{ hal|attr('x') }}", "{{ hal|safe }}", "{{ hal|tojson }}", "{{ hal|pprint }}"])
def test_only_the_few_safe_filters_exist(tag: str) -> None:
    """A filter that reaches attributes, or lets XML through, is refused when the template is opened."""
    with pytest.raises(TemplateError, match="tanda salah tulis"):
        open_template(edited(NOTA, BODY, "{{ hal }}", tag))


def test_only_plain_data_goes_in(nota: Kind) -> None:
    """An object in the context is a mistake of the caller and never reaches a template."""
    with pytest.raises(TypeError, match="hal"):
        render_docx(nota.template, context(nota) | {"hal": object()})


def test_a_doctype_in_a_template_is_refused() -> None:
    """No entity is ever expanded."""
    bomb = edited(NOTA, BODY, "<w:document", '<!DOCTYPE a [<!ENTITY x "y">]><w:document')
    with pytest.raises(TemplateError, match="DOCTYPE"):
        open_template(bomb)


@pytest.mark.parametrize(
    ("width", "height"), [(300, 360), (1000, 200), (90, 400)], ids=["like the box", "wide", "tall"]
)
def test_the_emblem_keeps_its_proportions_within_its_box(nota: Kind, width: int, height: int) -> None:
    """Whatever is uploaded is fitted, not stretched, into the letterhead's box."""
    emblem = picture(width, height)
    docx = render_docx(nota.template, context(nota), emblem=emblem)
    kept = Image.open(io.BytesIO(unpacked(docx)["word/media/lambang.png"]))
    assert kept.width / kept.height == pytest.approx(width / height, rel=0.02)
    section = Document(io.BytesIO(docx)).sections[0]
    extent = section.first_page_header._element.xpath(".//wp:extent")[0]
    cx, cy = int(extent.get("cx")), int(extent.get("cy"))
    assert cx / cy == pytest.approx(width / height, rel=0.01)
    assert cx <= 684_000
    assert cy <= 846_000


def test_an_emblem_larger_than_print_is_made_smaller_once(nota: Kind) -> None:
    """A photo of 12 megapixels weighs on no letter: 300 dpi in its box are kept; a small one stays byte for byte."""
    large = unpacked(render_docx(nota.template, context(nota), emblem=picture(3000, 4000)))["word/media/lambang.png"]
    assert Image.open(io.BytesIO(large)).size == (208, 277)
    small = picture(30, 36)
    assert unpacked(render_docx(nota.template, context(nota), emblem=small))["word/media/lambang.png"] == small


def test_without_an_emblem_no_picture_is_left(nota: Kind) -> None:
    """The placeholder is never printed."""
    assert b"<w:drawing" not in unpacked(render_docx(nota.template, context(nota)))[HEADER]


def test_a_jpeg_emblem_is_declared_as_one(nota: Kind) -> None:
    """Word reads the type from the package, not from the name."""
    docx = render_docx(nota.template, context(nota), emblem=picture(30, 36, "JPEG"))
    image = next(part for part in Document(io.BytesIO(docx)).part.package.iter_parts() if "media" in part.partname)
    assert image.content_type == "image/jpeg"
    assert Image.open(io.BytesIO(image.blob)).format == "JPEG"


def test_an_emblem_that_is_no_picture_is_refused(nota: Kind) -> None:
    """Said in words, not as a broken letter."""
    with pytest.raises(TemplateError, match="PNG atau JPEG"):
        render_docx(nota.template, context(nota), emblem=b"<svg/>")


def test_paper_can_be_f4(nota: Kind) -> None:
    """Folio 215 x 330 mm, as some regencies print; without it the template's own size."""
    section = Document(io.BytesIO(render_docx(nota.template, context(nota), paper="F4"))).sections[0]
    assert (round(section.page_width.mm), round(section.page_height.mm)) == (215, 330)
    section = Document(io.BytesIO(render_docx(nota.template, context(nota)))).sections[0]
    assert (round(section.page_width.mm), round(section.page_height.mm)) == (210, 297)


def test_templates_are_lean() -> None:
    """Only used styles: a small styles.xml is what makes conversion fast."""
    for slug in (*KINDS, "_bundel", "_bundel_daftar", "_bundel_label", "_bundel_lembar"):
        parts = unpacked((FOLDER / slug / "template.docx").read_bytes())
        assert len(parts["word/styles.xml"]) < 6_000, slug
        assert b"latentStyles" not in parts["word/styles.xml"], slug
        assert not {"word/stylesWithEffects.xml", "docProps/thumbnail.jpeg", "word/theme/theme1.xml"} & set(parts), slug


def long_text(sentences: int) -> str:
    return "Kalimat ini diulang agar isi surat menjadi panjang dan melampaui satu halaman. " * sentences


@pytest.mark.office
@pytest.mark.parametrize("count", [0, 1, 5, 9, 14, 60])
def test_a_signature_of_a_nota_dinas_never_stands_alone(nota: Kind, converter: Converter, count: int) -> None:
    """Wherever the page ends, the closing sentence goes with the signature; from page 2 on each page has a number."""
    pages = page_text(converter.convert(render_docx(nota.template, context(nota, count=count), emblem=picture(9, 9))))
    assert "Demikian" in pages[-1]
    assert "NIP 19870612 201101 1 003" in pages[-1]
    assert "DINAS KOMUNIKASI" in pages[0]
    for number, page in enumerate(pages[1:], start=2):
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
    for text in ("Demikian Berita Acara", "PIHAK KEDUA,", "PIHAK KESATU,", "Mengetahui:", "Plt. Kepala Bidang"):
        assert text in pages[-1]
    assert sum("Merk/" in page for page in pages) == sum("Access Point" in page for page in pages)


@pytest.mark.office
def test_a_very_long_value_still_breaks_over_pages(nota: Kind, converter: Converter) -> None:
    """20,000 characters of text, and a recipient of 300 without a space, lose nothing."""
    text = ("kata " * 4000)[:19_990].strip() + " TAMAT"
    docx = render_docx(nota.template, context(nota, {"isi": text, "kepada": "W" * 300}))
    pages = "".join(page_text(converter.convert(docx)))
    assert pages.replace("\n", "").count("W") >= 300
    assert pages.count("kata") == text.count("kata")
    assert "TAMAT" in pages


def test_a_handover_names_both_parties_and_the_total(handover: Kind) -> None:
    """KESATU signs and hands over, KEDUA receives; the total stands in figures and words."""
    text = "\n".join(text_of(render_docx(handover.template, context(handover, count=3))))
    assert (
        "Pada hari ini Senin tanggal dua puluh tiga bulan November tahun dua ribu dua puluh enam (23-11-2026)" in text
    )
    assert KASI.name in text
    assert USER.name in text
    assert "Jumlah nilai seluruhnya Rp7.500.000,00 (tujuh juta lima ratus ribu rupiah)." in text
    assert "rangkap 2 (dua)" in text


def test_a_nota_dinas_without_assets_has_no_table(nota: Kind) -> None:
    """The sentence that leads to the table goes with it."""
    text = text_of(render_docx(nota.template, context(nota, count=0)))
    assert not any("Barang milik daerah" in line for line in text)
    assert "NIBAR / Kode Barang" not in text


def test_a_signature_for_another_begins_with_an(nota: Kind) -> None:
    """a.n. and the superior's post stand above the signer's own (Permendagri 1/2023 on signing a.n.)."""
    text = text_of(render_docx(nota.template, context(nota, on_behalf_of=KABID)))
    above = text.index("a.n. Plt. Kepala Bidang Infrastruktur")
    assert text[above + 1] == "Kepala Seksi Infrastruktur Jaringan,"


@pytest.mark.office
def test_front_matter_lists_500_documents_under_a_repeated_head(converter: Converter) -> None:
    """Cover on page 1, then contents as long as they need, the head on every page, no blank page at the end."""
    lines = [
        {
            **{"tanda": letters(n), "urut": str(n), "no": str(n), "nomor": f"B/{n}/2026", "uraian": "Nota Dinas"},
            **{"catatan": "", "tanggal": "23 November 2026", "lembar": "1", "halaman": str(n)},
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
        "aset": [f"12.10.{n}" for n in range(40)],
        "periode": "1 s.d. 23 November 2026",
        "jumlah_naskah": "500",
        "jumlah_halaman": "900",
        "kode": "01KB",
        "tanggal_cetak": "24 November 2026",
        "daftar": lines,
    }
    pages = page_text(converter.convert(render_docx(FOLDER / "_bundel" / "template.docx", front)))
    assert "SAMPUL BERKAS" in pages[0]
    assert "dan 25 aset lain" in pages[0]
    assert "DAFTAR ISI BERKAS" in pages[1]
    assert all("Nomor Naskah" in page for page in pages[1:])
    assert "B/500/2026" in pages[-1]


def grown(kind: Kind, count: int) -> dict[str, Any]:
    """The kind's example with `count` rows in each of its tables that has rows; those of people who sign stay."""
    tables = [field for field in kind.fields if field.type == "table" and kind.example.get(field.name)]
    names = [table.name for table in tables if "nip" not in {column.name for column in table.columns}]
    return {name: (kind.example[name] * count)[:count] for name in names}


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
    """Letterhead on the first page only, then numbers; margins and the band below stay free; no page is blank and no
    signature without text above it; the last asset is there.
    """
    kind = KINDS[slug]
    assets = 0 if kind.needs_assets == "none" else count
    docx = render_docx(kind.template, context(kind, grown(kind, count), count=assets), emblem=picture(30, 36))
    pdf = converter.convert(docx)
    pages = page_text(pdf)
    assert "PEMERINTAH KABUPATEN" in pages[0]
    for number, page in enumerate(pages[1:], start=2):
        assert " ".join(page.split()).startswith(f"- {number} -")
        assert "PEMERINTAH KABUPATEN" not in page
        assert len(page.split()) > 10
    signed = pages[0] if slug == "sop" else pages[-1]  # an SOP is ratified on its identity sheet
    assert len(with_signatures(signed).split()) >= 10
    assert KASI.name in signed
    if assets:
        assert f"Access Point {count}" in " ".join(" ".join(pages).split())
    assert [outside(page_png(pdf, number)) for number in range(1, len(pages) + 1)] == [[]] * len(pages)


@pytest.mark.parametrize(("procedure", "said"), [("penghapusan", True), ("perencanaan", False)])
def test_an_approval_of_disposal_says_who_decides(procedure: str, said: bool) -> None:
    """Inside the office a disposal is only agreed to; Pengelola Barang or Bupati decide (PP 27/2014 jo. 28/2020)."""
    kind = KINDS["persetujuan"]
    text = " ".join(text_of(render_docx(kind.template, context(kind, procedure=procedure))))
    assert ("bersifat internal" in text and "Bupati" in text) == said


def test_a_plan_of_needs_reckons_its_totals() -> None:
    """Nobody types the total of a row, nor that of the plan."""
    kind = KINDS["rencana_kebutuhan"]
    rows = [row | {"jumlah": 2, "harga_satuan": 1_250_000} for row in kind.example["kebutuhan"]]
    text = text_of(render_docx(kind.template, context(kind, {"kebutuhan": rows}, count=0)))
    assert text.count("Rp2.500.000,00") == len(rows) == 3
    assert "Jumlah kebutuhan anggaran seluruhnya Rp7.500.000,00 (tujuh juta lima ratus ribu rupiah)." in text


def written(docx: bytes) -> str:
    """Every paragraph in the body, in order, those of tables within tables too, one a line."""
    body: Any = Document(io.BytesIO(docx)).element.body
    return "\n".join("".join(text.text or "" for text in one.xpath(".//w:t")) for one in body.xpath(".//w:p"))


@pytest.mark.parametrize("people", [1, 3])
def test_one_who_is_charged_is_a_block_and_several_are_a_table(people: int) -> None:
    """A surat perintah names one person line by line, several in a table; without an NIP there is a dash."""
    kind = KINDS["surat_penugasan"]
    rows = kind.example["pelaksana"][-people:]
    text = written(render_docx(kind.template, context(kind, {"pelaksana": rows}, on_behalf_of=KABID)))
    assert ("dalam daftar berikut:" in text) == (people > 1)
    assert "Pangkat/Gol." in text
    assert text.split("\n").count("-") == 2, "NIP and rank of one who has none"
    assert "a.n. Plt. Kepala Bidang Infrastruktur\nKepala Seksi Infrastruktur Jaringan,\n" in text


@pytest.mark.parametrize(("form", "word"), [("Surat Tugas", "MEMBERI TUGAS:"), ("Surat Perintah", "MEMERINTAHKAN:")])
def test_a_surat_tugas_charges_and_a_surat_perintah_orders(form: str, word: str) -> None:
    """The word between basis and people follows the form of the letter (Permendagri 1/2023)."""
    kind = KINDS["surat_penugasan"]
    text = text_of(render_docx(kind.template, context(kind, {"bentuk": form})))
    assert form.upper() in text
    assert word in text


def test_a_relocation_is_handed_over_by_its_signer_where_no_other_keeper_is_named() -> None:
    """With a keeper at the origin three sign; without one the signer is PIHAK KESATU, and two sign."""
    kind = KINDS["berita_acara_pemindahtempatan"]
    three, two = (
        written(render_docx(kind.template, context(kind, {"penanggung_asal": keeper}))) for keeper in ("kabid", "")
    )
    assert three.count(KABID.name) == 2
    assert "Pelaksana pemindahtempatan," in three
    assert KABID.name not in two
    assert "Pelaksana pemindahtempatan," not in two
    assert two.count(KASI.name) == 2
