"""Surat Penugasan (Surat Perintah or Surat Tugas): considerations, basis, who, what for, foot, tembusan."""

from __future__ import annotations

from collections.abc import Sequence

from templates_docx._authoring.blocks import grid, letterhead, page_number, particulars
from templates_docx._authoring.lampiran import annexes
from templates_docx._authoring.markup import TEXT_WIDTH, cell, paragraph, row, run, steer, steer_row, table
from templates_docx._authoring.numbering import list_of
from templates_docx._authoring.package import write_docx
from templates_docx._authoring.passages import PERIOD, Listing, asset_listing, closed

LABEL = 2.5  # cm: two of the standard tab stops
WIDTHS = (LABEL, 0.4, TEXT_WIDTH - LABEL - 0.4)  # label, colon, text
LABEL_HERE = "LABEL"

PEOPLE_COLUMNS = (
    ("No.", 0.9, "{{ orang.no }}", "SelTengah"),
    ("Nama", 4.5, "{{ orang.nama }}", "Sel"),
    ("NIP", 3.95, "{{ orang.nip }}", "Sel"),
    ("Pangkat/Gol.", 2.95, "{{ orang.pangkat }}", "Sel"),
    ("Jabatan", 3.7, "{{ orang.jabatan }}", "Sel"),
)

PEOPLE = Listing("pelaksana", "", PEOPLE_COLUMNS, "orang", "DAFTAR PEGAWAI YANG DITUGASKAN", "orang pegawai")
ASSETS = asset_listing("Barang milik daerah yang menjadi objek penugasan adalah sebagai berikut:")


def _labelled(label: str, *rows: str) -> str:
    """A label and a colon, and rows of text beside them."""
    return table(WIDTHS, [part.replace(LABEL_HERE, label) for part in rows])


def _row(content: str, *, first: str = "true") -> str:
    """A row that is never split, with the label where the condition `first` holds.

    LibreOffice heeds neither orphans nor widows where it splits a row between pages.
    """
    label, colon = (f"{{% if {first} %}}{text}{{% endif %}}" for text in (LABEL_HERE, ":"))
    parts = (paragraph(label, "Alinea"), paragraph(colon, "Alinea"), content)
    return row([cell(part, width=width) for part, width in zip(parts, WIDTHS, strict=True)], whole=True)


def _rows(name: str, *, form: str = "1.", more: bool = False) -> str:
    """A row for each text of a list field; one alone has no number, unless there are `more` items of the list."""
    numbered = _row(paragraph("{{ satu }}", "Butir", number=list_of(name, form)), first="loop.first")
    alone = _row(paragraph("{{ satu }}", "Butir"), first="loop.first")
    if not more:
        numbered = _row_if("loop.length > 1", numbered) + _row_if("loop.length == 1", alone)
    return steer_row(f"for satu in {name}", 3) + numbered + steer_row("endfor", 3)


def _row_if(condition: str, line: str) -> str:
    """A row that is there only under a condition."""
    return steer_row(f"if {condition}", 3) + line + steer_row("endif", 3)


def _considerations() -> Sequence[str]:
    """The clerk's own, then why people must be charged; one alone has no letter."""
    last = "bahwa untuk pelaksanaan {{ kegiatan }}, perlu menugaskan pegawai yang namanya tercantum dalam surat ini;"
    return (
        _rows("menimbang", form="a.", more=True),
        _row_if("menimbang", _row(paragraph(last, "Butir", number=list_of("menimbang", "a.")), first="false")),
        _row_if("not menimbang", _row(paragraph(last, "Butir"))),
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
    lead = paragraph("pegawai yang namanya tercantum dalam daftar berikut:", "Butir", keep_next=True)
    annexed = paragraph("pegawai sebagaimana tercantum dalam {{ pelaksana_lampiran }}.", "Butir")
    return (
        steer("p", "if pelaksana|length == 1")
        + steer("p", "for orang in pelaksana")
        + one
        + steer("p", "endfor")
        + steer("p", "elif pelaksana_terlampir")
        + _labelled("Kepada", _row(annexed))
        + steer("p", "else")
        + _labelled("Kepada", _row(lead))
        + paragraph("", "Garis", keep_next=True)  # or the two tables are one, and its head is not repeated
        + grid(PEOPLE_COLUMNS, each="orang in pelaksana")
        + paragraph("", "Garis")  # as far from the table as the lead above it
        + steer("p", "endif")
        + paragraph("", "Garis")
    )


def _tasks() -> Sequence[str]:
    """What is typed, then when and where, what it is paid from, and the duty to report."""
    last = (
        ("", f"melaksanakan tugas tersebut pada tanggal {PERIOD} bertempat di {{{{ tempat }}}};"),
        ("biaya", "biaya pelaksanaan tugas ini dibebankan pada {{ biaya }};"),
        ("", "melaporkan hasil pelaksanaan tugas secara tertulis kepada {{ lapor_kepada }} setelah tugas selesai."),
    )
    rows = [_rows("tugas", more=True)]
    for condition, text in last:
        line = _row(paragraph(text, "Butir", number=list_of("tugas")), first="false")
        rows.append(_row_if(condition, line) if condition else line)
    return rows


def build() -> bytes:
    """The template as .docx."""
    return write_docx(order(), letterhead(), page_number())


def order(then: str = "") -> str:
    """The letter, what comes `then` on pages of its own, and the annexes."""
    return (
        paragraph("{{ bentuk|upper }}", "Judul")
        + paragraph("NOMOR {{ nomor }}", "JudulLanjutan", after=14)
        + _labelled("Menimbang", *_considerations())
        + paragraph("", "Garis")
        + _labelled("Dasar", _rows("dasar"))
        + paragraph(
            "{% if bentuk == 'Surat Tugas' %}MEMBERI TUGAS:{% else %}MEMERINTAHKAN:{% endif %}",
            "JudulLanjutan",
            before=10,
            after=10,
        )
        + _people()
        + _labelled("Untuk", *_tasks())
        + paragraph("", "Garis")
        + ASSETS.body()
        + closed(
            paragraph("{{ penutup }}", "Alinea", before=4),
            "Ditetapkan di {{ kantor.tempat }}",
            "pada tanggal {{ tanggal }}",
            copied=True,
        )
        + then
        + annexes(PEOPLE.annex("{{ bentuk }}"), ASSETS.annex("{{ bentuk }}"))
    )
