"""Notula with Daftar Hadir: what was discussed and decided, who follows it up, and the list that attendants sign."""

from __future__ import annotations

from templates_docx._authoring.blocks import end_of_table, grid, letterhead, page_number, particulars, signature_rows
from templates_docx._authoring.markup import TEXT_WIDTH, cell, paragraph, row, steer, steer_row, table
from templates_docx._authoring.package import write_docx
from templates_docx._authoring.passages import items, only_if, texts

FOLLOW_UP = (
    ("No.", 0.9, "{{ butir.no }}", "SelTengah"),
    ("Tindak Lanjut", 7.2, "{{ butir.uraian }}", "Sel"),
    ("Penanggung Jawab", 4.6, "{{ butir.penanggung_jawab }}", "Sel"),
    ("Batas Waktu", 3.3, "{{ butir.batas_waktu }}", "SelTengah"),
)
PRESENT = (1.0, 5.6, 5.4, 4.0)  # cm: number, name, post, signature
MEETING = [
    ("Acara", "{{ acara }}"),
    ("Hari, tanggal", "{{ tanggal_rapat_hari }}, {{ tanggal_rapat }}"),
    ("Waktu", "{{ waktu }}"),
    ("Tempat", "{{ tempat }}"),
]


def build() -> bytes:
    """The template as .docx."""
    half = TEXT_WIDTH / 2
    led = [("", "", half), ("Pemimpin Rapat,", "penandatangan", half)]
    noted = [("Notulis,", "notulis", half), ("Pemimpin Rapat,", "penandatangan", half)]
    body = (
        paragraph("NOTULA", "Judul")
        + paragraph("NOMOR {{ nomor }}", "JudulLanjutan", after=10)
        + particulars(
            [*MEETING, ("Pemimpin rapat", "{{ penandatangan.nama }}"), ("Peserta", "{{ peserta }}")],
            label_width=3.4,
            only_if={"Peserta": "peserta"},
        )
        + paragraph("", "Garis")
        + _part("Kegiatan rapat", texts("pembahasan"))
        + only_if("kesimpulan", _part("Kesimpulan", items("kesimpulan")))
        + only_if(
            "tindak_lanjut",
            _part("Tindak lanjut", grid(FOLLOW_UP, each="butir in tindak_lanjut")) + paragraph("", "Garis"),
        )
        + paragraph("{{ penutup }}", "Alinea", keep_next=True, keep_lines=True, after=10)
        + paragraph("{{ kalimat.tempat_tanggal }}", "TandaTangan", indent=half)
        + steer("p", "if notulis")
        + signature_rows(noted)
        + steer("p", "else")
        + signature_rows(led)
        + steer("p", "endif")
        + _present()
    )
    return write_docx(body, letterhead(), page_number())


def _part(title: str, content: str) -> str:
    return paragraph(title, "Bab") + content


def _present() -> str:
    """Daftar Hadir on a page of its own: those who are known, and empty rows for all others."""
    headings = ("No.", "Nama", "Jabatan/Instansi", "Tanda Tangan")
    head = row(
        [
            cell(paragraph(text, "SelKepala"), width=width, align="center")
            for text, width in zip(headings, PRESENT, strict=True)
        ],
        header=True,
        whole=True,
    )
    values = ("{{ orang.no }}", "{{ orang.nama }}", "{{ orang.jabatan }}", "{{ orang.no }}.")
    styles = ("SelTengah", "Sel", "Sel", "Sel")
    line = row(
        [
            cell(paragraph(text, style), width=width, align="center")
            for text, style, width in zip(values, styles, PRESENT, strict=True)
        ],
        whole=True,
        height=0.95,
    )
    rows = [head, steer_row("for orang in hadir", 4), line, steer_row("endfor", 4)]
    listed = (
        paragraph("DAFTAR HADIR", "Judul", new_page=True, after=8)
        + particulars(MEETING, label_width=3.4)
        + paragraph("", "Garis")
        + table(PRESENT, rows, lines=True, padding=0.1, style="")
        + end_of_table()
    )
    return only_if("hadir", listed)
