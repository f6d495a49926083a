"""Surat Penugasan (Surat Perintah or Surat Tugas): considerations, basis, who, what for, foot, tembusan."""

from __future__ import annotations

from templates_docx._authoring.blocks import grid, letterhead, page_number, particulars
from templates_docx._authoring.markup import TEXT_WIDTH, cell, paragraph, row, run, steer, table
from templates_docx._authoring.numbering import list_of
from templates_docx._authoring.package import write_docx
from templates_docx._authoring.passages import PERIOD, asset_listing, closed, copies, items, only_if

LABEL = 2.5  # cm: two of the standard tab stops

PEOPLE_COLUMNS = (
    ("No.", 0.9, "{{ orang.no }}", "SelTengah"),
    ("Nama", 4.5, "{{ orang.nama }}", "Sel"),
    ("NIP", 3.95, "{{ orang.nip }}", "Sel"),
    ("Pangkat/Gol.", 2.95, "{{ orang.pangkat }}", "Sel"),
    ("Jabatan", 3.7, "{{ orang.jabatan }}", "Sel"),
)


def _labelled(label: str, content: str) -> str:
    """A label, a colon and paragraphs beside them, as long as they need."""
    widths = [LABEL, 0.4, TEXT_WIDTH - LABEL - 0.4]
    parts = (paragraph(label, "Alinea"), paragraph(":", "Alinea"), content)
    return table(widths, [row([cell(part, width=width) for part, width in zip(parts, widths, strict=True)])])


def _considerations() -> str:
    """The clerk's own, then why people must be charged; one alone has no letter."""
    last = "bahwa untuk pelaksanaan {{ kegiatan }}, perlu menugaskan pegawai yang namanya tercantum dalam surat ini;"
    return (
        items("menimbang", form="a.", more=True)
        + steer("p", "if menimbang")
        + paragraph(last, "Butir", number=list_of("menimbang", "a."))
        + steer("p", "else")
        + paragraph(last, "Butir")
        + steer("p", "endif")
    )


def _people() -> str:
    """One person as a block, several as a table over the whole width."""
    one = particulars(
        [
            ("Nama", run("{{ orang.nama }}", bold=True)),
            ("NIP", "{{ orang.nip }}"),
            ("Pangkat/Gol.", "{{ orang.pangkat }}"),
            ("Jabatan", "{{ orang.jabatan }}"),
        ],
        label_width=2.9,
        indent=LABEL + 0.4,
        number="Kepada\t:",
    )
    lead = paragraph("pegawai yang namanya tercantum dalam daftar berikut:", "Butir", keep_next=True)
    return (
        steer("p", "if pelaksana|length == 1")
        + steer("p", "for orang in pelaksana")
        + one
        + steer("p", "endfor")
        + steer("p", "else")
        + _labelled("Kepada", lead)
        + paragraph("", "Garis", keep_next=True)  # or the two tables are one, and its head is not repeated
        + grid(PEOPLE_COLUMNS, each="orang in pelaksana")
        + steer("p", "endif")
        + paragraph("", "Garis")
    )


def _tasks() -> str:
    """What is typed, then when and where, what it is paid from, and the duty to report."""
    last = (
        ("", f"melaksanakan tugas tersebut pada tanggal {PERIOD} bertempat di {{{{ tempat }}}};"),
        ("biaya", "biaya pelaksanaan tugas ini dibebankan pada {{ biaya }};"),
        ("", "melaporkan hasil pelaksanaan tugas secara tertulis kepada {{ lapor_kepada }} setelah tugas selesai."),
    )
    made = items("tugas", more=True)
    for condition, text in last:
        line = paragraph(text, "Butir", number=list_of("tugas"))
        made += only_if(condition, line) if condition else line
    return made


def build() -> bytes:
    """The template as .docx."""
    body = (
        paragraph("{{ bentuk|upper }}", "Judul")
        + paragraph("NOMOR {{ nomor }}", "JudulLanjutan", after=14)
        + _labelled("Menimbang", _considerations())
        + paragraph("", "Garis")
        + _labelled("Dasar", items("dasar"))
        + paragraph(
            "{% if bentuk == 'Surat Tugas' %}MEMBERI TUGAS:{% else %}MEMERINTAHKAN:{% endif %}",
            "JudulLanjutan",
            before=10,
            after=10,
        )
        + _people()
        + _labelled("Untuk", _tasks())
        + paragraph("", "Garis")
        + asset_listing("Barang milik daerah yang menjadi objek penugasan adalah sebagai berikut:")
        + closed(
            paragraph("{{ penutup }}", "Alinea", before=4),
            "Ditetapkan di {{ kantor.tempat }}",
            "pada tanggal {{ tanggal }}",
        )
        + copies()
    )
    return write_docx(body, letterhead(), page_number())
