"""Letters that leave the house: Surat Dinas, Surat Undangan and Surat Pengantar (Permendagri 1/2023, korespondensi)."""

from __future__ import annotations

from collections.abc import Sequence

from templates_docx._authoring.blocks import (
    SIGNATURE_ROOM,
    end_of_table,
    grid,
    letterhead,
    page_number,
    particulars,
    signature,
)
from templates_docx._authoring.lampiran import annexes, either
from templates_docx._authoring.markup import TEXT_WIDTH, cell, paragraph, row, steer, table
from templates_docx._authoring.numbering import list_of
from templates_docx._authoring.package import write_docx
from templates_docx._authoring.passages import Listing, closed, facts, only_if
from templates_docx._authoring.sections import ASSET_COLUMNS, ASSET_SIZE, asset_annex

LABEL = 2.2  # cm
YTH = 1.1
VALUE = "Jumlah nilai perolehan seluruhnya {{ total_nilai }} ({{ total_nilai_terbilang }})."
LEAD = "Barang milik daerah yang dimaksud adalah sebagai berikut:"
DOTS = "…" * 12
RIGHT = 8.0  # where the date begins, above the signature
INVITED_COLUMNS = (
    ("No.", 0.9, "{{ orang.no }}", "SelTengah"),
    ("Jabatan atau Nama", 8.1, "{{ orang.nama }}", "Sel"),
    ("Instansi", 7.0, "{{ orang.instansi }}", "Sel"),
)
INVITED = Listing("diundang", "", INVITED_COLUMNS, "orang", "DAFTAR UNDANGAN", "undangan")
SENT_COLUMNS = (
    ("No.", 0.9, "{{ barang.no }}", "SelTengah"),
    ("Yang Dikirim", 7.4, "{{ barang.uraian }}", "Sel"),
    ("Banyaknya", 3.2, "{{ barang.banyaknya }}", "SelTengah"),
    ("Keterangan", 4.5, "{{ barang.keterangan }}", "Sel"),
)


def build_letter() -> bytes:
    """Surat Dinas as .docx."""
    listed = grid(ASSET_COLUMNS, each="a in aset", padding=0.08)
    body = (
        _dated()
        + _head("sifat", "lampiran", "hal")
        + _recipients("kepada")
        + _texts("pembuka")
        + paragraph("{{p isi }}", "Isi")
        + only_if("aset", either("aset", listed + paragraph("", "Garis"), LEAD, "Isi"))
        + only_if("total_nilai", paragraph(VALUE, "Isi"))
        + closed(paragraph("{{ penutup }}", "Isi", after=10), copied=True, marked=True)
        + annexes(asset_annex("Surat"))
    )
    return write_docx(body, letterhead(), page_number(), cell_size=ASSET_SIZE)


def build_invitation() -> bytes:
    """Surat Undangan as .docx: whom, when, where and what for; many are invited by a list in the annex."""
    meeting = [
        ("Hari, tanggal", "{{ tanggal_acara_hari }}, {{ tanggal_acara }}"),
        ("Waktu", "{{ waktu }}"),
        ("Tempat", "{{ tempat }}"),
        ("Acara", "{{ acara }}"),
    ]
    several = (
        paragraph("Yth.", "Rincian", keep_next=True)
        + steer("p", "for orang in diundang")
        + paragraph(_invited("orang"), "Rincian", number=list_of("diundang", indent=YTH + 0.65, hanging=0.65))
        + steer("p", "endfor")
    )
    whom = (
        steer("p", "if diundang_terlampir")
        + paragraph("Yth. (daftar undangan sebagaimana tercantum dalam {{ diundang_lampiran }})", "Rincian")
        + steer("p", "elif diundang|length > 1")
        + several
        + steer("p", "else")
        + steer("p", "for orang in diundang")
        + _hung(_invited("orang"))
        + steer("p", "endfor")
        + steer("p", "endif")
    )
    body = (
        _dated()
        + _head("sifat", "lampiran", "hal")
        + whom
        + _place_of_recipients()
        + _texts("pembuka")
        + facts(meeting, label_width=3.4)
        + _texts("catatan")
        + closed(paragraph("{{ penutup }}", "Isi", after=10), copied=True, marked=True)
        + annexes(INVITED.annex("Surat Undangan"))
    )
    return write_docx(body, letterhead(), page_number())


def build_covering_letter() -> bytes:
    """Surat Pengantar as .docx: what is sent, and beside the signature the receipt that comes back."""
    sent = grid(SENT_COLUMNS, each="barang in kiriman")
    body = (
        _dated()
        + _recipients("kepada")
        + paragraph("SURAT PENGANTAR", "Judul", before=6)
        + paragraph("NOMOR {{ nomor }}", "JudulLanjutan", after=10)
        + paragraph("{{ pembuka }}", "Alinea", keep_next=True)
        + sent
        + paragraph("", "Garis")
        + closed(paragraph("{{ penutup }}", "Alinea"), copied=True, marked=True, signed=_sent_and_received())
    )
    return write_docx(body, letterhead(), page_number())


def _sent_and_received() -> str:
    """Who received the things fills in the left half and sends the letter back; the right half is the sender's."""
    half = TEXT_WIDTH / 2
    blanks = ("Nama", "Jabatan", "NIP")
    received = (
        paragraph("Diterima tanggal ………………", "Rincian")
        + paragraph("Penerima,", "Rincian", after=SIGNATURE_ROOM)
        + "".join(paragraph(f"{label}\t: {DOTS}", "Rincian", indent=1.9, hanging=1.9) for label in blanks)
    )
    sent = paragraph("Pengirim,", "TandaTangan") + signature("penandatangan", indent=0)
    return table([half, half], [row([cell(received, width=half), cell(sent, width=half)], whole=True)]) + end_of_table()


def _dated() -> str:
    """Place and date, above the signature's column."""
    return paragraph("{{ kalimat.tempat_tanggal }}", "Rincian", indent=RIGHT, after=6)


def _head(*names: str) -> str:
    """Nomor and what else stands on the left."""
    rows = [("Nomor", "{{ nomor }}"), *((name.capitalize(), f"{{{{ {name} }}}}") for name in names)]
    return particulars(rows, label_width=LABEL) + paragraph("", "Garis")


def _recipients(name: str) -> str:
    """Yth. and one post, or a numbered list; then where they are."""
    several = (
        paragraph("Yth.", "Rincian", keep_next=True)
        + steer("p", f"for satu in {name}")
        + paragraph("{{ satu }}", "Rincian", number=list_of(name, indent=YTH + 0.65, hanging=0.65))
        + steer("p", "endfor")
    )
    one = steer("p", f"for satu in {name}") + _hung("{{ satu }}") + steer("p", "endfor")
    return (
        steer("p", f"if {name}|length > 1")
        + several
        + steer("p", "else")
        + one
        + steer("p", "endif")
        + _place_of_recipients()
    )


def _place_of_recipients() -> str:
    return paragraph("di {{ tujuan }}", "Rincian", indent=YTH, after=12)


def _hung(text: str) -> str:
    """What hangs behind "Yth."."""
    return paragraph(f"Yth.\t{text}", "Rincian", indent=YTH, hanging=YTH)


def _invited(one: str) -> str:
    return f"{{{{ {one}.nama }}}}{{% if {one}.instansi != '-' %}}, {{{{ {one}.instansi }}}}{{% endif %}}"


def _texts(*names: str) -> str:
    """The paragraphs of these fields."""
    parts: Sequence[str] = [
        steer("p", f"for alinea in {name}") + paragraph("{{ alinea }}", "Isi") + steer("p", "endfor") for name in names
    ]
    return "".join(parts)
