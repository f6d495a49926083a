"""Surat Penugasan (Surat Perintah or Surat Tugas): considerations, basis, who, what for, foot, tembusan."""

from __future__ import annotations

from templates_docx._authoring.blocks import grid, letterhead, page_number, particulars
from templates_docx._authoring.lampiran import annexes
from templates_docx._authoring.markup import TEXT_WIDTH, cell, paragraph, row, run, steer, table
from templates_docx._authoring.package import write_docx
from templates_docx._authoring.passages import (
    LETTER,
    PERIOD,
    Listing,
    asset_listing,
    closed,
    copies,
    items,
    only_if,
)

LABEL = 2.5  # cm: two of the standard tab stops

PEOPLE_COLUMNS = (
    ("No.", 0.9, "{{ orang.no }}", "SelTengah"),
    ("Nama", 4.5, "{{ orang.nama }}", "Sel"),
    ("NIP", 3.95, "{{ orang.nip }}", "Sel"),
    ("Pangkat/Gol.", 2.95, "{{ orang.pangkat }}", "Sel"),
    ("Jabatan", 3.7, "{{ orang.jabatan }}", "Sel"),
)

PEOPLE = Listing("pelaksana", "", PEOPLE_COLUMNS, "orang", "DAFTAR PEGAWAI YANG DITUGASKAN", "orang pegawai")
ASSETS = asset_listing("Barang milik daerah yang menjadi objek penugasan adalah sebagai berikut:")


def _labelled(label: str, content: str) -> str:
    """A label, a colon and paragraphs beside them, as long as they need."""
    widths = [LABEL, 0.4, TEXT_WIDTH - LABEL - 0.4]
    parts = (paragraph(label), paragraph(":"), content)
    return table(widths, [row([cell(part, width=width) for part, width in zip(parts, widths, strict=True)])])


def _considerations() -> str:
    """The clerk's own, then why people must be charged; one alone has no letter."""
    last = "bahwa untuk pelaksanaan {{ kegiatan }}, perlu menugaskan pegawai yang namanya tercantum dalam surat ini;"
    return (
        items("menimbang", mark=LETTER)
        + steer("p", "if menimbang")
        + paragraph(
            "{{ 'abcdefghijklmnopqrstuvwxyz'[menimbang|length % 26] }}.\t" + last, "Butir", indent=0.75, hanging=0.75
        )
        + steer("p", "else")
        + paragraph(last, "Alinea")
        + steer("p", "endif")
    )


def _people() -> str:
    """One person as a block, several as a table over the whole width, many in an annex."""
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
    lead = paragraph("pegawai yang namanya tercantum dalam daftar berikut:", "Rincian", keep_next=True)
    annexed = paragraph("pegawai sebagaimana tercantum dalam {{ pelaksana_lampiran }}.", "Rincian")
    return (
        steer("p", "if pelaksana|length == 1")
        + steer("p", "for orang in pelaksana")
        + one
        + steer("p", "endfor")
        + steer("p", "elif pelaksana_terlampir")
        + _labelled("Kepada", annexed)
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
    made, number = items("tugas"), "tugas|length + 1"
    for condition, text in last:
        line = paragraph(f"{{{{ {number} }}}}.\t{text}", "Butir", indent=0.75, hanging=0.75)
        made += only_if(condition, line) if condition else line
        number += f" + (1 if {condition} else 0)" if condition else " + 1"
    return made


def build() -> bytes:
    """The template as .docx."""
    body = (
        paragraph("{{ bentuk|upper }}", "Judul")
        + paragraph("NOMOR {{ nomor }}", "Judul", after=14)
        + _labelled("Menimbang", _considerations())
        + paragraph("", "Garis")
        + _labelled("Dasar", items("dasar", style="Daftar"))
        + paragraph(
            "{% if bentuk == 'Surat Tugas' %}MEMBERI TUGAS:{% else %}MEMERINTAHKAN:{% endif %}",
            "Judul",
            before=10,
            after=10,
        )
        + _people()
        + _labelled("Untuk", _tasks())
        + paragraph("", "Garis")
        + ASSETS.body()
        + closed(
            paragraph("{{ penutup }}", "Alinea", before=4),
            "Ditetapkan di {{ kantor.tempat }}",
            "pada tanggal {{ tanggal }}",
        )
        + copies()
        + annexes(PEOPLE.annex("{{ bentuk }}"), ASSETS.annex("{{ bentuk }}"))
    )
    return write_docx(body, letterhead(), page_number())
