"""The reports of the procedures: one layout of five sections, A to E; each kind adds its own particulars and tables."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial

from templates_docx._authoring.blocks import letterhead, page_number
from templates_docx._authoring.dokumentasi import photo_annex
from templates_docx._authoring.lampiran import annexes
from templates_docx._authoring.markup import paragraph
from templates_docx._authoring.package import write_docx
from templates_docx._authoring.passages import (
    PERIOD,
    Columns,
    Listing,
    asset_listing,
    closed,
    facts,
    items,
    only_if,
    texts,
)
from templates_docx._authoring.sections import heading

INDENT = 0.75  # cm: text under a numbered heading

BUDGET_COLUMNS: Columns = (
    ("No.", 0.9, "{{ r.no }}", "SelTengah"),
    ("Kode Rekening", 2.9, "{{ r.kode_rekening }}", "Sel"),
    ("Uraian", 4.3, "{{ r.uraian }}", "Sel"),
    ("Volume", 1.8, "{{ r.volume }} {{ r.satuan }}", "SelTengah"),
    ("Harga Satuan", 3.0, "{{ r.harga_satuan }}", "SelKanan"),
    ("Jumlah", 3.1, "{{ r.jumlah }}", "SelKanan"),
)
PURCHASE_COLUMNS: Columns = (
    ("No.", 0.9, "{{ b.no }}", "SelTengah"),
    ("Nama Barang", 3.1, "{{ b.nama }}", "Sel"),
    ("Merk/Type/Spesifikasi", 3.7, "{{ b.spesifikasi }}", "Sel"),
    ("Volume", 1.8, "{{ b.volume }} {{ b.satuan }}", "SelTengah"),
    ("Harga Satuan", 3.2, "{{ b.harga_satuan }}", "SelKanan"),
    ("Jumlah", 3.3, "{{ b.jumlah }}", "SelKanan"),
)
SETTING_COLUMNS: Columns = (
    ("No.", 0.9, "{{ k.no }}", "SelTengah"),
    ("Perangkat/Perangkat Lunak", 4.4, "{{ k.perangkat }}", "Sel"),
    ("Konfigurasi", 4.6, "{{ k.parameter }}", "Sel"),
    ("Nilai", 6.1, "{{ k.nilai }}", "Sel"),
)
TEST_COLUMNS: Columns = (
    ("No.", 0.9, "{{ u.no }}", "SelTengah"),
    ("Pengujian", 7.6, "{{ u.pengujian }}", "Sel"),
    ("Hasil", 7.5, "{{ u.hasil }}", "Sel"),
)
WORK_COLUMNS: Columns = (
    ("No.", 0.9, "{{ p.no }}", "SelTengah"),
    ("Barang", 3.5, "{{ p.barang }}", "Sel"),
    ("Temuan/Kerusakan", 4.0, "{{ p.temuan }}", "Sel"),
    ("Tindakan", 4.2, "{{ p.tindakan }}", "Sel"),
    ("Hasil", 3.4, "{{ p.hasil }}", "Sel"),
)
PART_COLUMNS: Columns = (
    ("No.", 0.9, "{{ s.no }}", "SelTengah"),
    ("Suku Cadang/Bahan/Jasa", 7.1, "{{ s.nama }}", "Sel"),
    ("Jumlah", 2.4, "{{ s.jumlah }}", "SelTengah"),
    ("Biaya", 5.6, "{{ s.biaya }}", "SelKanan"),
)


Pieces = Sequence[str | Listing]


def build(particulars: Sequence[tuple[str, str]], work: Pieces, result: Pieces = (), *, photos: bool = True) -> bytes:
    """A report as .docx: `particulars` come after time and place, `work` and `result` end sections B and C.

    `photos` says whether it has the annex of photographs.
    """
    lists = [piece for piece in (*work, *result) if isinstance(piece, Listing)]
    when = [("Waktu", PERIOD), ("Tempat", "{{ tempat }}"), *particulars]
    body = (
        paragraph("LAPORAN", "Judul")
        + paragraph("TENTANG", "JudulLanjutan")
        + paragraph("{{ tentang|upper|title_lines }}", "JudulLanjutan")
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
        + facts(when, label_width=4.8)
        + texts("kegiatan")
        + only_if(
            "tahapan", paragraph("Kegiatan dilaksanakan dengan tahapan sebagai berikut:", "Alinea", keep_next=True)
        )
        + items("tahapan")
        + _written(work)
        + section("Hasil yang Dicapai")
        + texts("hasil")
        + _written(result)
        + only_if("hambatan", paragraph("Hambatan dan penyelesaiannya:", "Alinea", keep_next=True))
        + texts("hambatan")
        + conclusion()
        + only_if("saran", point("Saran") + items("saran", form="a.", indent=2 * INDENT))
        + closed(section("Penutup") + texts("penutup"), "{{ kalimat.tempat_tanggal }}")
        + annexes(*(one.annex("Laporan") for one in lists), photo_annex("Laporan") if photos else "")
    )
    return write_docx(body, letterhead(), page_number())


def _written(pieces: Pieces) -> str:
    return "".join(piece.body() if isinstance(piece, Listing) else piece for piece in pieces)


def section(title: str) -> str:
    """A section's heading: `A.` and capitals."""
    return heading(title.upper(), "A.")


def conclusion() -> str:
    """Section D up to the suggestions; only where they follow has the conclusion a number, behind which it stands."""
    numbered = section("Simpulan dan Saran") + point("Simpulan") + texts("simpulan", indent=INDENT)
    return only_if("saran", numbered) + only_if("not saran", section("Simpulan") + texts("simpulan"))


def point(title: str) -> str:
    """A numbered heading within a section."""
    return heading(title, "A.", level=1)


def _amount(name: str) -> str:
    """Rupiah in figures and words; a sum too large to be spelled in figures alone."""
    words = f"{name}_terbilang"
    return f"{{{{ {name} }}}}{{% if {words} %}} ({{{{ {words} }}}}){{% endif %}}"


def _or_dash(name: str, shown: str = "") -> str:
    """The value, or a dash where nothing was written."""
    return f"{{% if {name} %}}{shown or f'{{{{ {name} }}}}'}{{% else %}}-{{% endif %}}"


BUDGET = Listing(
    "rincian",
    "Kebutuhan aset yang dianggarkan adalah sebagai berikut:",
    BUDGET_COLUMNS,
    "r",
    "RINCIAN KEBUTUHAN YANG DIANGGARKAN",
)
PURCHASES = Listing(
    "barang", "Barang yang diadakan adalah sebagai berikut:", PURCHASE_COLUMNS, "b", "DAFTAR BARANG YANG DIADAKAN"
)
SETTINGS = Listing(
    "konfigurasi",
    "Konfigurasi yang diterapkan adalah sebagai berikut:",
    SETTING_COLUMNS,
    "k",
    "KONFIGURASI YANG DITERAPKAN",
)
TESTS = Listing("pengujian", "Hasil pengujian adalah sebagai berikut:", TEST_COLUMNS, "u", "HASIL PENGUJIAN")
WORK = Listing(
    "pekerjaan",
    "Pekerjaan yang dilaksanakan adalah sebagai berikut:",
    WORK_COLUMNS,
    "p",
    "DAFTAR PEKERJAAN YANG DILAKSANAKAN",
)
PARTS = Listing(
    "suku_cadang",
    "Suku cadang, bahan, dan jasa yang digunakan adalah sebagai berikut:",
    PART_COLUMNS,
    "s",
    "DAFTAR SUKU CADANG, BAHAN, DAN JASA",
)


BUILDERS: Mapping[str, Callable[[], bytes]] = {
    "laporan_penganggaran": partial(
        build,
        [
            ("Tahun Anggaran", "{{ tahun_anggaran }}"),
            ("Sumber Dana", "{{ sumber_dana }}"),
            ("Dokumen Anggaran", _or_dash("dokumen_anggaran")),
        ],
        [BUDGET, asset_listing("Aset yang berkaitan dengan kebutuhan tersebut adalah sebagai berikut:")],
        [paragraph(f"Jumlah anggaran seluruhnya {_amount('rincian_jumlah')}.", "Alinea")],
        photos=False,
    ),
    "laporan_pengadaan": partial(
        build,
        [
            ("Metode Pengadaan", "{{ metode }}"),
            ("Penyedia", "{{ penyedia }}"),
            ("Kontrak/Surat Pesanan", "Nomor {{ nomor_kontrak }} tanggal\u00a0{{ tanggal_kontrak }}"),
            ("Sumber Dana", "{{ sumber_dana }}"),
        ],
        [PURCHASES, asset_listing("Barang tersebut telah dicatat sebagai barang milik daerah sebagai berikut:")],
        [paragraph(f"Nilai pengadaan seluruhnya {_amount('barang_jumlah')}.", "Alinea")],
    ),
    "laporan_pemindahtempatan": partial(
        build,
        [
            ("Tempat Asal", "{{ tempat_asal }}"),
            ("Tempat Tujuan", "{{ tempat_tujuan }}"),
            ("Berita Acara", _or_dash("berita_acara")),
        ],
        [asset_listing("Aset yang dipindahtempatkan adalah sebagai berikut:")],
        [
            paragraph("Kondisi aset sebelum dipindahkan: {{ kondisi_sebelum }}.", "Alinea"),
            paragraph("Kondisi aset sesudah dipindahkan: {{ kondisi_sesudah }}.", "Alinea"),
        ],
    ),
    "laporan_instalasi": partial(
        build,
        [("Berita Acara Serah Terima", "{{ berita_acara }}")],
        [asset_listing("Aset yang diinstal dan dikonfigurasi adalah sebagai berikut:"), SETTINGS],
        [TESTS],
    ),
    "laporan_pemeliharaan": partial(
        build,
        [("Surat Penugasan", "{{ surat_penugasan }}")],
        [asset_listing("Aset yang diperbaiki atau dipelihara adalah sebagai berikut:"), WORK, PARTS],
        [only_if("suku_cadang_biaya", paragraph(f"Biaya seluruhnya {_amount('suku_cadang_biaya')}.", "Alinea"))],
    ),
    "laporan_penghapusan": partial(
        build,
        [
            ("Surat Penugasan", "{{ surat_penugasan }}"),
            ("Persetujuan Intern", "{{ persetujuan }}"),
            ("Cara Penghapusan", "{{ cara }}"),
            ("Berita Acara", _or_dash("berita_acara")),
        ],
        [asset_listing("Aset yang dihapuskan adalah sebagai berikut:")],
        [
            only_if(
                "total_nilai",
                paragraph("{{ kalimat.jumlah_nilai }}", "Alinea"),
            )
        ],
    ),
}
