"""Berita Acara Serah Terima Barang: two parties, basis, items with total, clauses, copies, two or three signatures."""

from __future__ import annotations

from templates_docx._authoring.blocks import grid, letterhead, page_number, particulars, signature_rows, together
from templates_docx._authoring.lampiran import annexes, either, list_annex
from templates_docx._authoring.markup import TEXT_WIDTH, paragraph, run, steer
from templates_docx._authoring.numbering import list_of
from templates_docx._authoring.package import write_docx
from templates_docx._authoring.passages import items
from templates_docx._authoring.sections import closing

ITEM_COLUMNS = (
    ("No.", 0.65, "{{ a.no }}", "SelTengah"),
    ("NIBAR / Kode Barang", 2.7, paragraph("{{ a.nibar }}", "Sel") + paragraph("{{ a.kode_barang }}", "Sel"), "Sel"),
    ("Nama Barang", 1.9, "{{ a.nama }}", "Sel"),
    ("Merk/Type", 1.75, "{{ a.merk }}", "Sel"),
    ("No. Seri", 1.75, "{{ a.seri }}", "Sel"),
    ("Tahun", 1.1, "{{ a.tahun }}", "SelTengah"),
    ("Jumlah", 1.3, "{{ a.jumlah }}", "SelTengah"),
    ("Nilai", 2.75, "{{ a.nilai }}", "SelKanan"),
    ("Kondisi", 2.1, "{{ a.kondisi }}", "SelTengah"),
)
SIZE = 8.5  # pt: nine columns on 16 cm


def _party(number: int, official: str, address: str, name: str, *, only_if: str) -> str:
    return particulars(
        [
            ("Nama", run(f"{{{{ {official}.nama }}}}", bold=True)),
            ("NIP", f"{{% if {official}.nip %}}{{{{ {official}.nip }}}}{{% else %}}-{{% endif %}}"),
            ("Pangkat/Gol.", f"{{% if {official}.pangkat %}}{{{{ {official}.pangkat }}}}{{% else %}}-{{% endif %}}"),
            ("Jabatan", f"{{{{ {official}.jabatan }}}}"),
            ("Alamat", f"{{{{ {address} }}}}"),
        ],
        label_width=2.8,
        indent=0.75,
        number=list_of("pihak"),
        only_if={"Alamat": only_if},
    ) + paragraph(
        run("selanjutnya disebut ") + run(name, bold=True) + run(";" if number == 1 else "."),
        before=3,
        after=7,
        indent=0.75,
    )


def _clauses() -> str:
    fixed = (
        "PIHAK KESATU telah menyerahkan dan PIHAK KEDUA telah menerima barang tersebut dalam jumlah dan kondisi "
        "sebagaimana tercantum dalam rincian tersebut, setelah diperiksa bersama oleh kedua belah pihak.",
        "Terhitung sejak ditandatanganinya Berita Acara ini, tanggung jawab atas penggunaan, pengamanan, dan "
        "pemeliharaan barang beralih dari PIHAK KESATU kepada PIHAK KEDUA.",
        "PIHAK KEDUA menggunakan barang hanya untuk pelaksanaan tugas dan fungsi, serta tidak memindahkan atau "
        "mengalihkannya kepada pihak lain tanpa persetujuan PIHAK KESATU.",
    )
    numbered = "".join(paragraph(text, "Butir", number=list_of("ketentuan")) for text in fixed)
    return (
        paragraph("Serah terima dilaksanakan dengan ketentuan sebagai berikut:", "Alinea", keep_next=True)
        + numbered
        + items("ketentuan", more=True)
    )


def _signatures(*, annex: bool = False) -> str:
    half, quarter = TEXT_WIDTH / 2, TEXT_WIDTH / 4
    parties = [("PIHAK KEDUA,", "penerima", half), ("PIHAK KESATU,", "penandatangan", half)]
    witness = [("", "", quarter), ("Mengetahui:", "mengetahui", half), ("", "", quarter)]
    return signature_rows(parties, witness, only_if="mengetahui", marked=not annex)


def build() -> bytes:
    """The template as .docx."""
    handed_over = grid(ITEM_COLUMNS, each="a in aset", padding=0.08)
    body = (
        paragraph("BERITA ACARA SERAH TERIMA BARANG", "Judul")
        + paragraph("NOMOR {{ nomor }}", "JudulLanjutan", after=14)
        + paragraph(
            "{{ kalimat.pada_hari_ini }} {{ kantor.tempat }}, kami yang bertanda tangan di bawah ini:",
            "Alinea",
        )
        + _party(1, "penandatangan", "kantor.alamat", "PIHAK KESATU", only_if="kantor.alamat")
        + _party(
            2,
            "penerima",
            "alamat_penerima or penerima.alamat",
            "PIHAK KEDUA",
            only_if="alamat_penerima or penerima.alamat",
        )
        + steer("p", "if dasar")
        + paragraph("Dasar serah terima:", "Alinea", keep_next=True)
        + items("dasar")
        + steer("p", "endif")
        + either(
            "aset",
            handed_over + paragraph("", "Garis"),
            "PIHAK KESATU menyerahkan kepada PIHAK KEDUA, dan PIHAK KEDUA menerima dari PIHAK KESATU, {{ barang }}, "
            "dengan rincian sebagai berikut:",
        )
        # A sentence, not a last row: a row would at times stand alone under the head on the next page.
        + steer("p", "if total_nilai")
        + paragraph("Jumlah nilai seluruhnya {{ total_nilai }} ({{ total_nilai_terbilang }}).", "Alinea")
        + steer("p", "endif")
        + steer("p", "if kelengkapan")
        + paragraph("Kelengkapan yang ikut diserahkan:", "Alinea", keep_next=True)
        + items("kelengkapan")
        + steer("p", "endif")
        + _clauses()
        + together(
            closing(
                "{{ kalimat.penutup_berita_acara }}",
                indent=0,
            ),
            _signatures(),
        )
        + annexes(
            list_annex(
                "aset",
                "Berita Acara Serah Terima Barang",
                "DAFTAR BARANG YANG DISERAHTERIMAKAN",
                listed=handed_over,
                rows="barang",
                signed=_signatures(annex=True),
            )
        )
    )
    return write_docx(body, letterhead(), page_number(), cell_size=SIZE)
