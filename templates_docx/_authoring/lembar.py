"""Lembar Persetujuan and Lembar Disposisi: what an official decides on a document, and to whom it goes on."""

from __future__ import annotations

from collections.abc import Sequence

from templates_docx._authoring.blocks import end_of_table, letterhead, page_number, particulars, rule, together
from templates_docx._authoring.lampiran import annexes
from templates_docx._authoring.markup import TEXT_WIDTH, cell, paragraph, row, run, steer, steer_row, table
from templates_docx._authoring.numbering import list_of
from templates_docx._authoring.package import write_docx
from templates_docx._authoring.sections import (
    ASSET_SIZE,
    asset_annex,
    asset_list,
    closing,
    dated_signature,
    prose,
    sentence,
)

DISPOSAL = "penghapusan"  # the slug of the procedure
DECISIONS = ("Disetujui", "Diperbaiki", "Ditolak")
REQUESTS = (
    ("tanggapan", "Tanggapan dan saran"),
    ("proses", "Proses lebih lanjut"),
    ("koordinasi", "Koordinasi/konfirmasi"),
    ("laporkan", "Laporkan hasilnya"),
)
HALF = TEXT_WIDTH / 2


def build_approval() -> bytes:
    """Lembar Persetujuan as .docx."""
    internal = (
        "Persetujuan ini bersifat internal. Penghapusan barang milik daerah diusulkan Kepala Dinas selaku Pengguna "
        "Barang kepada Sekretaris Daerah selaku Pengelola Barang dan diputuskan oleh Pengelola Barang/Bupati sesuai "
        "peraturan perundang-undangan; aset tidak boleh dihapus atau dimusnahkan sebelum keputusan itu terbit."
    )
    body = (
        paragraph("LEMBAR PERSETUJUAN", "Judul")
        + paragraph("TENTANG", "JudulLanjutan")
        + paragraph("{{ jenis|replace('Persetujuan ', '')|upper|title_lines }}", "JudulLanjutan")
        + paragraph("NOMOR {{ nomor }}", "JudulLanjutan", after=10)
        + sentence("Naskah yang dimintakan persetujuan:", indent=0, keep_next=True)
        + particulars(
            [
                ("Naskah", "{{ naskah }}"),
                ("Nomor", "{{ nomor_naskah }}"),
                ("Tanggal", "{{ tanggal_naskah }}"),
                ("Diajukan oleh", "{{ pengusul }}"),
            ],
            label_width=3.2,
            only_if={"Diajukan oleh": "pengusul"},
        )
        + steer("p", "if aset")
        + rule("single", 4, before=6, after=4)
        + asset_list("Aset yang dimaksud adalah sebagai berikut:", indent=0)
        + steer("p", "endif")
        + paragraph("Keputusan", "Bab")
        + _boxes([(f'keputusan == "{decision}"', decision) for decision in DECISIONS], width=TEXT_WIDTH)
        + paragraph("Catatan", "Bab")
        + steer("p", "if catatan")
        + prose("catatan", indent=0)
        + steer("p", "else")
        + sentence("-", indent=0)
        + steer("p", "endif")
        + steer("p", f'if prosedur == "{DISPOSAL}" and keputusan == "{DECISIONS[0]}"')
        + paragraph(run(internal, italic=True), "Alinea", keep_lines=True)
        + steer("p", "endif")
        + together(
            closing(
                "Setelah memeriksa naskah tersebut, dengan ini dinyatakan {{ keputusan|upper }}"
                "{% if pukul %} pada pukul {{ pukul }}{% endif %}. {{ penutup }}",
                indent=0,
            ),
            dated_signature("penandatangan"),
        )
        + annexes(asset_annex("Lembar Persetujuan"))
    )
    return write_docx(body, letterhead(), page_number(), cell_size=ASSET_SIZE)


def build_disposition() -> bytes:
    """Lembar Disposisi as .docx."""
    letter = [
        ("Surat dari", "{{ surat_dari }}", "Diterima tanggal", "{{ diterima_tanggal }}"),
        ("Nomor surat", "{{ nomor_surat }}", "Nomor agenda", "{{ nomor_agenda }}"),
        ("Tanggal surat", "{{ tanggal_surat }}", "Sifat", "{{ sifat }}"),
    ]
    passed_on = _label("Diteruskan kepada:") + _receivers()
    requests = _label("Dengan hormat harap:") + _boxes(list(REQUESTS), width=HALF - 0.4, upright=True)
    requests += paragraph("", "Garis")
    notes = (
        _label("Catatan:")
        + steer("p", "for alinea in catatan")
        + paragraph("{{ alinea }}", "Alinea")
        + steer("p", "endfor")
    )
    rows = [row([_entry(*pair[:2]), _entry(*pair[2:])], whole=True) for pair in letter]
    rows.append(row([cell(_line("Hal", "{{ hal }}"), width=TEXT_WIDTH, span=2)], whole=True))
    rows.append(row([cell(passed_on, width=HALF), cell(requests, width=HALF)]))
    rows.append(row([cell(notes, width=TEXT_WIDTH, span=2)]))
    body = (
        paragraph("LEMBAR DISPOSISI", "Judul")
        + steer("p", "if nomor")
        + paragraph("NOMOR {{ nomor }}", "JudulLanjutan")
        + steer("p", "endif")
        + paragraph("", "Garis")
        + table([HALF, HALF], rows, lines=True, padding=0.2)
        + paragraph("", "Garis")
        + steer("p", "if aset")
        + asset_list("Aset yang dimaksud adalah sebagai berikut:", indent=0)
        + steer("p", "endif")
        + together(
            closing(
                "Disposisi ini disertakan pada surat yang bersangkutan. Setelah ditindaklanjuti, surat dan lembar "
                "disposisi dikembalikan untuk diarsipkan.",
                indent=0,
            ),
            dated_signature("penandatangan"),
        )
        + annexes(asset_annex("Lembar Disposisi"))
    )
    return write_docx(body, letterhead(), page_number(), cell_size=ASSET_SIZE)


def _entry(label: str, value: str) -> str:
    return cell(_line(label, value), width=HALF)


def _receivers() -> str:
    """A row for each receiver, for LibreOffice heeds neither orphans nor widows in a row that is split."""
    width = HALF - 0.4
    item = paragraph("{{ satu }}", "Butir", number=list_of("diteruskan", "1."))
    rows = [steer_row("for satu in diteruskan")]
    for condition, text in (("if loop.length > 1", item), ("else", paragraph("{{ satu }}", "Butir", indent=0))):
        rows += [steer_row(condition), row([cell(text, width=width)], whole=True)]
    return table([width], [*rows, steer_row("endif"), steer_row("endfor")]) + end_of_table()


def _label(text: str) -> str:
    """The label of a cell that may go on on the next page: no heading, for LibreOffice would keep its row whole."""
    return paragraph(run(text, bold=True), "Rincian", before=6, after=4)


def _line(label: str, value: str) -> str:
    return paragraph(run(f"{label}: ") + run(value), "Rincian")


def _boxes(choices: Sequence[tuple[str, str]], *, width: float, upright: bool = False) -> str:
    """Boxes with an X where the condition holds, side by side or one under the other."""
    box = 0.8
    marks = [
        table(
            [box],
            [row([cell(paragraph(f"{{% if {condition} %}}X{{% endif %}}", align="center"), width=box)])],
            lines=True,
        )
        + end_of_table()
        for condition, _ in choices
    ]
    labels = [paragraph(label) for _, label in choices]
    across = 1 if upright else len(choices)
    rest = width / across - box - 0.2
    cells = [
        cell(mark, width=box + 0.2) + cell(label, width=rest, align="center")
        for mark, label in zip(marks, labels, strict=True)
    ]
    rows = [row(cells[first : first + across], whole=True) for first in range(0, len(cells), across)]
    return table([box + 0.2, rest] * across, rows) + end_of_table()
