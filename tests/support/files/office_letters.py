"""Letters as an office writes them in Word: eight templates with tags in odd places, and letters without any tag."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from docx import Document
from docx.enum.section import WD_ORIENT, WD_SECTION
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import parse_xml
from docx.shared import Cm, Pt
from lxml import etree

from tests.support.files.word import saved
from tests.support.files.word_by_hand import NAMES, field, para, part, run, text_box

_WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml"


def invitation() -> bytes:
    """An invitation whose tags Word has cut into several runs, with spelling marks between and one in a link."""
    document = _letter()
    _pairs(
        document,
        {"Nomor": "{{ nomor }}", "Sifat": "{{ sifat }}", "Lampiran": "{{ lampiran }}", "Hal": "{{ hal }}"},
    )
    _place_and_date(document)
    document.add_paragraph("Yth. {{ kepada }}")
    document.add_paragraph("di Tempat")
    line = document.add_paragraph("Dengan hormat, mengharap kehadiran Saudara pada rapat ")
    for text, bold in (("{{ ag", True), ("enda_", False), ("rapat }", True), ("} yang diselenggarakan pada:", False)):
        line.add_run(text).bold = bold
        line._p.append(parse_xml(f'<w:proofErr {NAMES} w:type="spellStart"/>'))
    _pairs(
        document,
        {
            "Hari": "{{ hari_rapat }}",
            "Tanggal": "{{ tanggal_rapat }}",
            "Pukul": "{{ waktu }} WITA",
            "Tempat": "{{ tempat }}",
        },
    )
    link = document.part.relate_to("https://contoh.go.id/rapat", RELATIONSHIP_TYPE.HYPERLINK, is_external=True)
    line = document.add_paragraph("Bahan rapat: ")
    line._p.append(parse_xml(f'<w:hyperlink {NAMES} r:id="{link}">{run("{{ tautan")}{run("_bahan }}")}</w:hyperlink>'))
    _signature(document)
    return saved(document)


def statement() -> bytes:
    """A statement about an employee in content controls: in a line, around a paragraph and in a cell."""
    document = _letter("SURAT KETERANGAN", "Nomor: {{ nomor }}")
    document.add_paragraph("Yang bertanda tangan di bawah ini menerangkan bahwa:")
    table = document.add_table(0, 3)
    for label, name in (("Nama", "nama_pegawai"), ("NIP", "nip_pegawai"), ("Jabatan", "jabatan_pegawai")):
        cells = table.add_row().cells
        cells[0].text, cells[1].text = label, ":"
        cells[2].paragraphs[0]._p.append(_control(name, run(f"{{{{ {name} }}}}")))
    line = document.add_paragraph("telah bekerja di kantor kami sejak tanggal ")
    line._p.append(_control("Mulai bekerja", run("{{ tanggal_"), run("mulai }}")))
    line.add_run(" dan surat ini dipakai untuk keperluan:")
    body = document.element.body
    body.insert(len(body) - 1, _control("Keperluan", para("{{ keperluan }}")))
    _place_and_date(document)
    _signature(document)
    return saved(document)


def assignment() -> bytes:
    """An assignment with a numbered list in a loop, and a table of people."""
    document = _letter("SURAT TUGAS", "Nomor: {{ nomor }}")
    document.add_paragraph("Dasar:")
    document.add_paragraph("{%p for d in dasar %}")
    document.add_paragraph("{{ d }}", style="List Number")
    document.add_paragraph("{%p endfor %}")
    document.add_paragraph("MEMERINTAHKAN").alignment = WD_ALIGN_PARAGRAPH.CENTER
    _loop_table(document, "petugas", {"Nama": "nama", "NIP": "nip", "Jabatan": "jabatan"})
    _pairs(document, {"Untuk": "{{ maksud }}", "Lama": "{{ lama_hari }} hari"})
    _pairs(document, {"Berangkat": "{{ tanggal_berangkat }}", "Kembali": "{{ tanggal_kembali }}"})
    _place_and_date(document)
    _signature(document)
    return saved(document)


def guest_card() -> bytes:
    """A letter with a tag in a text box, which Word writes twice: for new programs and for old ones."""
    document = _letter()
    _pairs(document, {"Nomor": "{{ nomor }}", "Hal": "{{ hal }}"})
    box = text_box(para("Tamu: ", "{{ nama_", run("tamu }}", "<w:b/>")), para("Meja {{ nomor_meja }}"), height=800_000)
    copy = f"<w:pict><v:shape><v:textbox><w:txbxContent>{para('Tamu: ', '{{ nama_tamu }}')}"
    copy += f"{para('Meja {{ nomor_meja }}')}</w:txbxContent></v:textbox></v:shape></w:pict>"
    names = f'{NAMES} xmlns:v="urn:schemas-microsoft-com:vml"'
    drawing = box.replace("<w:r><w:t>PENGGANTI</w:t></w:r>", copy)
    document.add_paragraph("Yth. Bapak/Ibu")._p.append(parse_xml(drawing.replace("<w:r>", f"<w:r {names}>", 1)))
    document.add_paragraph("{%p for alinea in isi %}")
    document.add_paragraph("{{ alinea }}")
    document.add_paragraph("{%p endfor %}")
    _place_and_date(document)
    _signature(document)
    return saved(document)


def minutes() -> bytes:
    """Minutes with other headers on the first and on even pages, and a footnote with a tag."""
    document = _letter("NOTULA", "Nomor: {{ nomor }}")
    section = document.sections[0]
    section.different_first_page_header_footer = True
    document.settings.odd_and_even_pages_header_footer = True
    section.first_page_header.paragraphs[0].text = "{{ kantor.nama }}"
    section.even_page_header.paragraphs[0].text = "Notula {{ acara }}"
    section.header.paragraphs[0].text = "Notula {{ acara }}, {{ tanggal }}"
    section.first_page_footer.paragraphs[0].text = "Disusun oleh {{ notulis.nama }}"
    line = document.add_paragraph("Rapat {{ acara }} dipimpin oleh {{ pimpinan_rapat }}")
    _footnote(document, line, "Ditunjuk dengan {{ dasar_penunjukan }}")
    _pairs(document, {"Tanggal rapat": "{{ tanggal_rapat }}", "Jumlah peserta": "{{ jumlah_peserta }} orang"})
    document.add_paragraph("{%p for p in pembahasan %}")
    document.add_paragraph("{{ p }}")
    document.add_paragraph("{%p endfor %}")
    document.add_paragraph("{%p if catatan %}")
    document.add_paragraph("Catatan: {{ catatan }}")
    document.add_paragraph("{%p endif %}")
    document.add_paragraph("Notulis, {{ notulis.nama }} NIP {{ notulis.nip }}")
    _place_and_date(document)
    _signature(document)
    return saved(document)


def activity_report() -> bytes:
    """A report with a section across, in which a wide table stands."""
    document = _letter("LAPORAN KEGIATAN", "Nomor: {{ nomor }}")
    document.core_properties.title = "Laporan {{ nama_kegiatan }}"
    _pairs(document, {"Nama kegiatan": "{{ nama_kegiatan }}", "Tahun anggaran": "{{ tahun_anggaran }}"})
    _place_and_date(document)
    _signature(document)
    section = document.add_section(WD_SECTION.NEW_PAGE)
    section.orientation = WD_ORIENT.LANDSCAPE
    section.page_width, section.page_height = Cm(29.7), Cm(21)
    document.add_paragraph("Rincian kegiatan")
    columns = {"Uraian": "uraian", "Tanggal": "tanggal", "Volume": "volume", "Harga satuan (Rp)": "harga_satuan"}
    _loop_table(document, "rincian", columns | {"Keterangan": "keterangan"})
    return saved(document)


def receipt() -> bytes:
    """A receipt with a table in a table, an amount in words and a choice."""
    document = _letter("KUITANSI", "Nomor: {{ nomor }}")
    outer = document.add_table(1, 2)
    outer.style = "Table Grid"
    inner = outer.cell(0, 0).add_table(0, 3)
    texts = {"Telah terima dari": "{{ pembayar }}", "Uang sejumlah": "{{ jumlah }}"}
    for label, text in (texts | {"Untuk pembayaran": "{{ untuk_pembayaran }}"}).items():
        cells = inner.add_row().cells
        cells[0].text, cells[1].text, cells[2].text = label, ":", text
    outer.cell(0, 1).text = "Terbilang: {{ jumlah_terbilang }}"
    document.add_paragraph(
        '{% if cara_bayar == "Tunai" %}Dibayar tunai{% elif cara_bayar == "Transfer" %}Ditransfer{% endif %}'
    )
    _place_and_date(document)
    document.add_paragraph("Penerima, {{ penerima.nama }}, {{ penerima.jabatan }}")
    _signature(document)
    return saved(document)


def asset_loan() -> bytes:
    """A loan of assets: the register's assets in a table, curved quotes in a tag, a field that counts pages."""
    document = _letter("BERITA ACARA PINJAM PAKAI", "Nomor: {{ nomor }}")
    document.add_paragraph("Pada hari {{ hari }} tanggal {{ tanggal_terbilang }}, {{ peminjam }} meminjam:")
    _loop_table(document, "aset", {"Kode barang": "kode_barang", "Nama": "nama", "Kondisi": "kondisi"})
    document.add_paragraph("Jangka waktu: {{ jangka_waktu|default(“tiga bulan”) }} sampai {{ tgl_kembali }}.")
    footer = document.sections[0].footer.paragraphs[0]
    for element in parse_xml(f"<w:p {NAMES}>{run('Halaman ')}{field('PAGE', '1')}</w:p>"):
        footer._p.append(element)
    _place_and_date(document)
    _signature(document)
    return saved(document)


OFFICE_TEMPLATES: Mapping[str, Callable[[], bytes]] = {
    function.__name__: function
    for function in (invitation, statement, assignment, guest_card, minutes, activity_report, receipt, asset_loan)
}


def untagged_letter() -> bytes:
    """A letter as it was sent, without any tag: the clerk makes a kind of it."""
    document = _letter(tagged=False)
    document.add_paragraph("Batulicin, 16 November 2026").alignment = WD_ALIGN_PARAGRAPH.RIGHT
    texts = {"Nomor": "000.1.5/412/DISKOMINFO/XI/2026", "Sifat": "Biasa", "Lampiran": "1 (satu) berkas"}
    _pairs(document, texts | {"Hal": "Undangan rapat persiapan arsip digital"})
    document.add_paragraph("Yth. Kepala Dinas Perpustakaan dan Kearsipan")
    document.add_paragraph("di Batulicin")
    document.add_paragraph(
        "Sehubungan dengan persiapan arsip digital di lingkungan Pemerintah Kabupaten Tanah Bumbu, dengan ini kami "
        "mengundang Saudara untuk hadir dalam rapat persiapan yang akan membahas jadwal, biaya, dan pembagian tugas."
    )
    document.add_paragraph(
        "Biaya kegiatan sebesar Rp12.500.000,00 (dua belas juta lima ratus ribu rupiah) dibebankan pada anggaran "
        "dinas, dan peserta diharap hadir lima belas menit sebelum rapat dimulai dengan membawa surat tugasnya."
    )
    _pairs(document, {"Hari": "Senin", "Tanggal": "23 November 2026", "Tempat": "Aula Kantor Bupati"})
    table = document.add_table(0, 3)
    table.style = "Table Grid"
    rows = (("No", "Nama", "Jabatan"), ("1", "Siti Aminah", "Arsiparis"), ("2", "Budi Santoso", "Pranata Komputer"))
    for texts_of_row in rows:
        for cell, text in zip(table.add_row().cells, texts_of_row, strict=True):
            cell.text = text
    names = ("Drs. H. Ahmad Fauzi, M.Si.", "Pembina Utama Muda", "NIP 19700512 199503 1 004")
    for text in ("Kepala Dinas,", "", "", *names):
        document.add_paragraph(text)
    document.add_paragraph("Tembusan:")
    for text in ("Bupati Tanah Bumbu", "Sekretaris Daerah"):
        document.add_paragraph(text, style="List Number")
    return saved(document)


def _letter(*titles: str, tagged: bool = True) -> Any:
    """A document on A4 in Arial with a letterhead and these titles."""
    document: Any = Document()
    document.styles["Normal"].font.name = "Arial"
    document.styles["Normal"].font.size = Pt(11)
    section = document.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin, section.right_margin = Cm(2.5), Cm(2)
    letterhead = ("{{ kantor.pemerintah }}", "{{ kantor.nama }}", "{{ kantor.alamat }}")
    plain = ("PEMERINTAH KABUPATEN TANAH BUMBU", "DINAS KOMUNIKASI DAN INFORMATIKA", "Jalan Dharma Praja Nomor 7")
    for text in (*(letterhead if tagged else plain), *titles):
        line = document.add_paragraph()
        line.alignment = WD_ALIGN_PARAGRAPH.CENTER
        line.add_run(text).bold = True
    return document


def _pairs(document: Any, texts: Mapping[str, str]) -> None:
    """Lines "Nomor : …" in a table without borders."""
    table = document.add_table(0, 3)
    for label, text in texts.items():
        for cell, words in zip(table.add_row().cells, (label, ":", text), strict=True):
            cell.text = words


def _loop_table(document: Any, name: str, columns: Mapping[str, str]) -> None:
    """A table with a heading, and a row for each element of a list."""
    table = document.add_table(0, len(columns) + 1)
    table.style = "Table Grid"
    rows = (
        ("No", *columns),
        (f"{{%tr for baris in {name} %}}", *("" for _ in columns)),
        ("{{ baris.no }}", *(f"{{{{ baris.{column} }}}}" for column in columns.values())),
        ("{%tr endfor %}", *("" for _ in columns)),
    )
    for texts in rows:
        for cell, text in zip(table.add_row().cells, texts, strict=True):
            cell.text = text


def _place_and_date(document: Any) -> None:
    document.add_paragraph("{{ kantor.tempat }}, {{ tanggal }}").alignment = WD_ALIGN_PARAGRAPH.RIGHT


def _signature(document: Any) -> None:
    lines = ("{{ penandatangan.jabatan }},", "", "", "", "{{ penandatangan.nama }}", "{{ penandatangan.pangkat }}")
    for text in (*lines, "{% if penandatangan.nip %}NIP {{ penandatangan.nip }}{% endif %}"):
        document.add_paragraph(text)


def _control(name: str, *content: str) -> Any:
    """A content control of this name around runs or paragraphs."""
    properties = f'<w:sdtPr><w:alias w:val="{name}"/><w:tag w:val="{name.lower().replace(" ", "_")}"/></w:sdtPr>'
    return parse_xml(f"<w:sdt {NAMES}>{properties}<w:sdtContent>{''.join(content)}</w:sdtContent></w:sdt>")


def _footnote(document: Any, paragraph: Any, text: str) -> None:
    """Put a footnote at the end of a paragraph; the document has one."""
    notes = "".join(
        f'<w:footnote w:type="{kind}" w:id="{number}"><w:p><w:r><w:{kind}/></w:r></w:p></w:footnote>'
        for number, kind in ((-1, "separator"), (0, "continuationSeparator"))
    )
    mark = '<w:r><w:rPr><w:vertAlign w:val="superscript"/></w:rPr>{}</w:r>'
    content = mark.format("<w:footnoteRef/>") + run(" ") + run(text)
    note = f'<w:footnote w:id="1"><w:p>{content}</w:p></w:footnote>'
    blob = etree.tostring(etree.fromstring(part("footnotes", notes + note)), xml_declaration=True, encoding="UTF-8")
    holder = Part(PackURI("/word/footnotes.xml"), f"{_WORD}.footnotes+xml", blob, document.part.package)
    document.part.relate_to(holder, RELATIONSHIP_TYPE.FOOTNOTES)
    reference = mark.format('<w:footnoteReference w:id="1"/>')
    paragraph._p.append(parse_xml(reference.replace("<w:r>", f"<w:r {NAMES}>", 1)))
