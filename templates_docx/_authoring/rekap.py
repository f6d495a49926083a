"""Laporan Kegiatan Pengelolaan Aset: a report whose figures and list of documents are the archive's own recap."""

from __future__ import annotations

from templates_docx._authoring.blocks import end_of_table, grid, letterhead, page_number
from templates_docx._authoring.lampiran import annexes, head, one_piece
from templates_docx._authoring.laporan import INDENT, conclusion, point, section
from templates_docx._authoring.markup import cell, paragraph, row, run, steer, steer_row, table
from templates_docx._authoring.numbering import headings_of
from templates_docx._authoring.package import section_break, write_docx
from templates_docx._authoring.passages import closed, facts, items, only_if, texts

# Heading, width in cm, the figure of a procedure, the figure of all.
FIGURES = (
    ("Naskah", 1.6, "{{ p.naskah }}", "{{ rekap.naskah }}"),
    ("Aset", 1.2, "{{ p.aset }}", "{{ rekap.aset }}"),
    ("Nilai Perolehan Aset", 3.4, "{{ p.nilai }}", "{{ rekap.nilai|replace('Rp0,00', '-') }}"),
    ("Berkas Dibuka", 1.6, "{{ p.dibuka }}", "{{ rekap.dibuka }}"),
    ("Berkas Ditutup", 1.6, "{{ p.ditutup }}", "{{ rekap.ditutup }}"),
    ("Langkah Terlambat", 2.0, "{{ p.terlambat }}", "{{ rekap.terlambat }}"),
)
NAMED = (("No.", 0.9), ("Prosedur", 3.7))
DOCUMENTS = (
    ("No.", 0.9, "{{ n.no }}", "SelTengah"),
    ("Tanggal", 2.1, "{{ n.tanggal }}{% if n.terlambat %}\u00a0*{% endif %}", "SelTengah"),
    ("Nomor", 3.8, "{{ n.nomor }}", "Sel"),
    ("Jenis Naskah", 2.7, "{{ n.jenis }}", "Sel"),
    ("Hal", 4.0, "{{ n.hal }}", "Sel"),
    ("Aset", 2.5, "{{ n.aset }}", "Sel"),
)
SUMMARY = (
    "Selama periode {{ rekap.periode }} diterbitkan {{ rekap.naskah }} naskah mengenai {{ rekap.aset }} aset"
    "{% if rekap.nilai != 'Rp0,00' %} dengan nilai perolehan {{ rekap.nilai }}"
    "{% if rekap.nilai_terbilang %} ({{ rekap.nilai_terbilang }}){% endif %}{% endif %}. "
    "Berkas yang dibuka {{ rekap.dibuka }}, berkas yang ditutup {{ rekap.ditutup }}, dan langkah yang terlambat "
    "{{ rekap.terlambat }}, dengan rincian sebagai berikut:"
)
NOTES = (
    "Aset yang diurus dalam beberapa prosedur dihitung satu kali dalam jumlah. Nilai perolehan diambil dari daftar "
    "aset pada saat laporan ini disusun{% if rekap.tanpa_nilai %}; {{ rekap.tanpa_nilai }} aset belum memiliki nilai "
    "dalam daftar itu{% endif %}.",
    "Langkah terlambat adalah langkah yang naskah pertamanya terbit melewati waktu baku SOP sejak naskah langkah "
    "sebelumnya dalam berkas yang sama, dihitung menurut jam kerja kantor dan hari liburnya.",
)
UNLISTED = "Naskahnya terlalu banyak untuk dilampirkan satu per satu; daftar lengkapnya terdapat dalam buku agenda."
MARKED = "Tanda * menunjukkan naskah yang terbit melewati waktu baku langkahnya."
COMPLETE = (
    "Daftar ini memuat seluruh naskah dalam arsip yang bertanggal pada periode tersebut, kecuali naskah yang "
    "dibatalkan dan naskah yang belum selesai diterbitkan pada saat laporan ini disusun."
)


def build() -> bytes:
    """The template as .docx."""
    body = (
        paragraph("LAPORAN", "Judul")
        + paragraph("TENTANG", "JudulLanjutan")
        + paragraph("{{ tentang|upper|title_lines }}", "JudulLanjutan")
        + paragraph("PERIODE {{ rekap.periode|upper }}", "JudulLanjutan")
        + paragraph("NOMOR {{ nomor }}", "JudulLanjutan", after=12)
        + section("Pendahuluan")
        + point("Umum")
        + texts("umum", indent=INDENT)
        + point("Maksud dan Tujuan")
        + texts("maksud_tujuan", indent=INDENT)
        + point("Ruang Lingkup")
        + texts("ruang_lingkup", indent=INDENT)
        + point("Dasar")
        + items("dasar", form="a.", indent=2 * INDENT)
        + section("Kegiatan yang Dilaksanakan")
        + facts(
            [
                ("Periode", "{{ periode_awal }} sampai dengan {{ periode_akhir }}"),
                ("Sumber Data", "Arsip naskah dan daftar aset"),
            ],
            label_width=4.8,
        )
        + texts("kegiatan")
        + section("Hasil yang Dicapai")
        + summary()
        + only_if("not rekap.terlampir and rekap.naskah != '0'", paragraph(UNLISTED, "Alinea"))
        + texts("hasil")
        + only_if("hambatan", paragraph("Hambatan dan penyelesaiannya:", "Alinea", keep_next=True))
        + texts("hambatan")
        + conclusion()
        + only_if("saran", point("Saran") + items("saran", form="a.", indent=2 * INDENT))
        + closed(section("Penutup") + texts("penutup"), "{{ kalimat.tempat_tanggal }}")
        + annexes(only_if("rekap.terlampir", _annex()))
    )
    return write_docx(body, letterhead(), page_number())


def summary(*, indent: float | None = None) -> str:
    """The recap in a sentence, then its figures and the notes on them, which no page parts."""
    notes = (paragraph(note, "Alinea", indent=indent) for note in NOTES)
    return paragraph(SUMMARY, "Alinea", indent=indent, keep_next=True) + one_piece(_figures(), *notes)


def _figures() -> str:
    """The figures of each procedure, and of all; an asset of two procedures is one asset, so no column adds up."""
    widths = [width for _, width in NAMED] + [width for _, width, _, _ in FIGURES]
    titles = [title for title, _ in NAMED] + [title for title, _, _, _ in FIGURES]
    head = [
        cell(paragraph(title, "SelKepala"), width=width, align="center")
        for title, width in zip(titles, widths, strict=True)
    ]
    names = [("{{ p.no }}", "SelTengah"), ("{{ p.judul }}", "Sel")]
    figures = [(of_one, "SelKanan" if "nilai" in of_one else "SelTengah") for _, _, of_one, _ in FIGURES]
    line = [
        cell(paragraph(text, style), width=width) for (text, style), width in zip(names + figures, widths, strict=True)
    ]
    total = [cell(paragraph("Seluruhnya", "SelKepala"), width=sum(widths[:2]), span=2)] + [
        cell(paragraph(run(of_all, bold=True), "SelKanan" if "nilai" in of_all else "SelTengah"), width=width)
        for _, width, _, of_all in FIGURES
    ]
    rows = [
        row(head, header=True, whole=True),
        steer_row("for p in rekap.prosedur"),
        row(line, whole=True),
        steer_row("endfor"),
        row(total, whole=True),
    ]
    return table(widths, rows, lines=True, padding=0.1, style="Kisi") + end_of_table() + paragraph("", "Garis")


def _annex() -> str:
    """The documents, a table for each procedure, signed again as an annex is."""
    return (
        head("'Lampiran'", "Laporan")
        + paragraph("DAFTAR NASKAH PENGELOLAAN ASET", "Judul")
        + paragraph("PERIODE {{ rekap.periode|upper }}", "JudulLanjutan", after=8)
        + steer("p", "for p in rekap.prosedur")
        + paragraph("{{ p.judul }}", "Bab", number=headings_of("prosedur", "1."))
        + steer("p", "if p.daftar")
        + grid(DOCUMENTS, each="n in p.daftar")
        + paragraph("", "Garis")
        + steer("p", "else")
        + paragraph("Tidak ada naskah pada periode ini.", "Alinea", indent=INDENT)
        + steer("p", "endif")
        + steer("p", "endfor")
        + closed(only_if("rekap.terlambat != '0'", paragraph(MARKED, "Alinea")) + paragraph(COMPLETE, "Alinea"))
        + section_break(annex=True)
    )
