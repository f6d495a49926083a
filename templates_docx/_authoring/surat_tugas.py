"""Surat Tugas with Surat Perjalanan Dinas (PMK 113/2012): the order, the front of the SPD, the stamp sheet behind."""

from __future__ import annotations

from collections.abc import Sequence

from templates_docx._authoring.blocks import end_of_table, letterhead, page_number, signature
from templates_docx._authoring.markup import TEXT_WIDTH, cell, paragraph, row, run, steer, table
from templates_docx._authoring.package import write_docx
from templates_docx._authoring.passages import only_if
from templates_docx._authoring.surat_penugasan import order

FRONT = (1.0, 6.3, TEXT_WIDTH - 7.3)  # cm: number, what is asked, the answer
HALF = TEXT_WIDTH / 2
STOPS = ("II.", "III.", "IV.")  # places on the way that stamp the sheet
DOTS = "…" * 14
CARE = (
    "Pejabat yang berwenang menerbitkan SPD, pegawai yang melakukan perjalanan dinas, para pejabat yang mengesahkan "
    "tanggal berangkat/tiba, serta bendahara pengeluaran bertanggung jawab berdasarkan peraturan keuangan negara "
    "apabila negara/daerah menderita rugi akibat kesalahan, kelalaian, dan kealpaannya."
)
CHECKED = (
    "Telah diperiksa dengan keterangan bahwa perjalanan tersebut di atas benar dilakukan atas perintahnya dan "
    "semata-mata untuk kepentingan jabatan dalam waktu yang sesingkat-singkatnya."
)


def build() -> bytes:
    """The template as .docx."""
    return write_docx(order(only_if("spd", _front() + _back())), letterhead(), page_number(), cell_size=10)


def _front() -> str:
    """The SPD itself: ten numbered rows, and who orders it."""
    leader = ("for orang in pelaksana[:1]", "endfor")
    others = (
        steer("p", "if pelaksana_terlampir")
        + _line("Sebagaimana tercantum dalam {{ pelaksana_lampiran }}")
        + steer("p", "else")
        + steer("p", "for orang in pelaksana[1:]")
        + _line("{{ orang.nama }}, {{ orang.jabatan }}")
        + steer("p", "endfor")
        + steer("p", "endif")
        + only_if("pelaksana|length == 1", _line("-"))
    )
    days = "{% if lama_hari %}{{ lama_hari }} ({{ lama_hari_terbilang }}) hari{% else %}-{% endif %}"
    rows: Sequence[tuple[Sequence[str], str]] = (
        (["Pejabat yang memberi perintah"], _line("{{ penandatangan.jabatan }}")),
        (
            ["Nama/NIP pegawai yang melaksanakan perjalanan dinas"],
            _each(leader, "{{ orang.nama }}", "NIP {{ orang.nip }}"),
        ),
        (
            ["a. Pangkat dan golongan", "b. Jabatan", "c. Tingkat biaya perjalanan dinas"],
            _each(leader, "a. {{ orang.pangkat }}", "b. {{ orang.jabatan }}") + _line("c. {{ tingkat_biaya }}"),
        ),
        (["Maksud perjalanan dinas"], _line("{{ kegiatan }}")),
        (["Alat angkutan yang dipergunakan"], _line("{{ angkutan }}")),
        (
            ["a. Tempat berangkat", "b. Tempat tujuan"],
            _line("a. {{ berangkat_dari or kantor.tempat }}") + _line("b. {{ tempat }}"),
        ),
        (
            ["a. Lamanya perjalanan dinas", "b. Tanggal berangkat", "c. Tanggal harus kembali"],
            _line(f"a. {days}") + _line("b. {{ tanggal_mulai }}") + _line("c. {{ tanggal_selesai }}"),
        ),
        (["Pengikut"], others),
        (
            ["Pembebanan anggaran", "a. Instansi", "b. Akun"],
            _line("{{ biaya or '-' }}") + _line("a. {{ kantor.nama }}") + _line("b. {{ akun }}"),
        ),
        (["Keterangan lain-lain"], _line("{{ keterangan_spd }}")),
    )
    numbered = [
        row(
            [
                cell(_line(f"{number}."), width=FRONT[0]),
                cell("".join(map(_line, labels)), width=FRONT[1]),
                cell(answer, width=FRONT[2]),
            ],
            whole=True,
        )
        for number, (labels, answer) in enumerate(rows, start=1)
    ]
    place = paragraph("Dikeluarkan di {{ kantor.tempat }}", "TandaTangan", indent=8.0, before=8)
    place += paragraph("pada tanggal {{ tanggal }}", "TandaTangan", indent=8.0)
    return (
        paragraph("SURAT PERJALANAN DINAS (SPD)", "Judul", new_page=True)
        + paragraph("NOMOR {{ nomor }}", "JudulLanjutan", after=8)
        + table(FRONT, numbered[:-1], lines=True, padding=0.1, style="")
        + end_of_table()
        + _whole(table(FRONT, numbered[-1:], lines=True, padding=0.1, style="") + place + signature("penandatangan"))
    )


def _back() -> str:
    """The stamp sheet: where the traveller came and left, each attested there, and the return."""
    head = cell(paragraph("", "Sel"), width=HALF)
    begin = _stop("I.", [("Berangkat dari", "{{ berangkat_dari or kantor.tempat }}"), ("Ke", ""), ("Pada tanggal", "")])
    rows = [row([head, cell(begin, width=HALF)], whole=True)]
    for number in STOPS:
        came = _stop(number, [("Tiba di", ""), ("Pada tanggal", ""), ("Kepala", "")])
        left = _stop("", [("Berangkat dari", ""), ("Ke", ""), ("Pada tanggal", ""), ("Kepala", "")])
        rows.append(row([cell(came, width=HALF), cell(left, width=HALF)], whole=True))
    back = _stop("V.", [("Tiba di", "{{ berangkat_dari or kantor.tempat }}"), ("Pada tanggal", "")])
    seen = paragraph(CHECKED, "Sel") + _attested()
    rows.append(row([cell(back, width=HALF), cell(seen, width=HALF)], whole=True))
    for label, text in (("VI. Catatan lain-lain", ""), ("VII. Perhatian", CARE)):
        content = paragraph(run(label, bold=True), "Sel") + paragraph(text, "Sel")
        rows.append(row([cell(content, width=TEXT_WIDTH, span=2)], whole=True))
    title = paragraph("PENGESAHAN PERJALANAN DINAS", "Judul", new_page=True, after=6)
    return title + table([HALF, HALF], rows, lines=True, padding=0.15, style="") + end_of_table()


def _stop(number: str, lines: Sequence[tuple[str, str]]) -> str:
    """Where, when, and room for the stamp of who attests it."""
    printed = "".join(
        paragraph(f"{number if not index else ''}\t{label}\t: {text}", "Sel", indent=3.6, hanging=3.6).replace(
            "<w:ind ", '<w:tabs><w:tab w:val="left" w:pos="454"/></w:tabs><w:ind ', 1
        )
        for index, (label, text) in enumerate(lines)
    )
    return printed + _attested()


def _attested() -> str:
    return paragraph(f"({DOTS})", "Sel", before=34, align="center") + paragraph(f"NIP {DOTS}", "Sel", align="center")


def _each(loop: tuple[str, str], *lines: str) -> str:
    return steer("p", loop[0]) + "".join(map(_line, lines)) + steer("p", loop[1])


def _line(text: str) -> str:
    return paragraph(text, "Sel")


def _whole(content: str) -> str:
    return table([TEXT_WIDTH], [row([cell(content, width=TEXT_WIDTH)], whole=True)]) + end_of_table()
