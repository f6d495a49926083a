"""Berita Acara of relocation and of disposal: what was done with assets, by whom, before whom."""

from __future__ import annotations

from collections.abc import Sequence

from templates_docx._authoring.blocks import grid, letterhead, page_number, particulars, signature_rows, together
from templates_docx._authoring.dokumentasi import photo_annex
from templates_docx._authoring.lampiran import annexes
from templates_docx._authoring.markup import TEXT_WIDTH, paragraph, run, steer
from templates_docx._authoring.numbering import list_of
from templates_docx._authoring.package import write_docx
from templates_docx._authoring.passages import (
    Columns,
    Listing,
    asset_listing,
    facts,
    items,
    only_if,
    texts,
)
from templates_docx._authoring.sections import closing

DISPOSED_COLUMNS: Columns = (
    ("No.", 0.8, "{{ a.no }}", "SelTengah"),
    (
        "NIBAR / Kode Barang / Register",
        2.7,
        "".join(paragraph(f"{{{{ a.{name} }}}}", "Sel") for name in ("nibar", "kode_barang", "register")),
        "Sel",
    ),
    ("Nama Barang", 2.2, "{{ a.nama }}", "Sel"),
    ("Merk/Type", 1.9, "{{ a.merk }}", "Sel"),
    ("No. Seri", 1.7, "{{ a.seri }}", "Sel"),
    ("Tahun", 1.15, "{{ a.tahun }}", "SelTengah"),
    ("Jumlah", 1.35, "{{ a.jumlah }}", "SelTengah"),
    ("Nilai Perolehan", 2.7, "{{ a.nilai }}", "SelKanan"),
    ("Kondisi", 1.5, "{{ a.kondisi }}", "SelTengah"),
)
FEW_SIGNERS = 8  # beside the two who sign below: as many lines as fit a page with the closing words
PLACE = "…" * 7  # to sign at: one word with its number, so that no column is narrower
SANITISED_COLUMNS: Columns = (
    ("No.", 0.9, "{{ s.no }}", "SelTengah"),
    ("Data/Media Penyimpan", 5.4, "{{ s.media }}", "Sel"),
    ("Metode", 5.0, "{{ s.metode }}", "Sel"),
    ("Hasil", 4.7, "{{ s.hasil }}", "Sel"),
)

MOVED = asset_listing("Aset yang dipindahtempatkan adalah sebagai berikut:")
DISPOSED = asset_listing("Aset yang dihapuskan adalah sebagai berikut:", DISPOSED_COLUMNS)
SANITISED = Listing(
    "sanitisasi",
    "Sebelum penghapusan, data pada aset dan media penyimpan berikut telah disanitisasi:",
    SANITISED_COLUMNS,
    "s",
    "DAFTAR DATA DAN MEDIA PENYIMPAN YANG DISANITISASI",
)
PARTIES = list_of("pihak")  # who signs, counted


def _opening(title: str, who: str) -> str:
    return (
        paragraph(title, "Judul")
        + paragraph("NOMOR {{ nomor }}", "JudulLanjutan", after=14)
        + paragraph(
            f"{{{{ kalimat.pada_hari_ini }}}} {who}:",
            "Alinea",
        )
    )


def _person(official: str, capacity: str, number: str = "") -> str:
    """Who one is, and as what one signs."""
    return particulars(
        [
            ("Nama", run(f"{{{{ {official}.nama }}}}", bold=True)),
            ("NIP", f"{{% if {official}.nip %}}{{{{ {official}.nip }}}}{{% else %}}-{{% endif %}}"),
            ("Pangkat/Gol.", f"{{% if {official}.pangkat %}}{{{{ {official}.pangkat }}}}{{% else %}}-{{% endif %}}"),
            ("Jabatan", f"{{{{ {official}.jabatan }}}}"),
        ],
        label_width=2.8,
        indent=0.75,
        number=number,
    ) + paragraph(capacity, "Alinea", before=3, indent=0.75)


def _as_party(name: str, role: str, *, last: bool = False) -> str:
    return run(f"{role}, selanjutnya disebut ") + run(name, bold=True) + run("." if last else ";")


def _clauses(texts: Sequence[str]) -> str:
    fixed = "".join(paragraph(text, "Butir", number=list_of("ketentuan")) for text in texts)
    return fixed + items("ketentuan", more=True)


def _basis() -> str:
    return only_if("dasar", paragraph("Dasar:", "Alinea", keep_next=True) + items("dasar"))


CLOSING = "{{ kalimat.penutup_berita_acara }}"


def _parties(*, annex: bool = False) -> str:
    """The two parties and who carried the relocation out, if he is none of them."""
    half, quarter = TEXT_WIDTH / 2, TEXT_WIDTH / 4
    receiver = ("PIHAK KEDUA,", "penanggung_tujuan", half)
    executor = [("", "", quarter), ("Pelaksana pemindahtempatan,", "penandatangan", half), ("", "", quarter)]
    three = signature_rows([receiver, ("PIHAK KESATU,", "penanggung_asal", half)], executor, marked=not annex)
    two = signature_rows([receiver, ("PIHAK KESATU,", "penandatangan", half)], marked=not annex)
    return steer("p", "if penanggung_asal") + three + steer("p", "else") + two + steer("p", "endif")


def build_relocation() -> bytes:
    """Berita Acara Pemindahtempatan: from one place and keeper to another; the signer carries it out."""
    origin, target = "penanggung jawab aset di tempat asal", "penanggung jawab aset di tempat tujuan"
    body = (
        _opening("BERITA ACARA PEMINDAHTEMPATAN ASET", "{{ kantor.tempat }}, kami yang bertanda tangan di bawah ini")
        + steer("p", "if penanggung_asal")
        + _person("penanggung_asal", _as_party("PIHAK KESATU", origin), PARTIES)
        + _person("penanggung_tujuan", _as_party("PIHAK KEDUA", target), PARTIES)
        + _person("penandatangan", "pelaksana pemindahtempatan.", PARTIES)
        + steer("p", "else")
        + _person("penandatangan", _as_party("PIHAK KESATU", f"pelaksana pemindahtempatan dan {origin}"), PARTIES)
        + _person("penanggung_tujuan", _as_party("PIHAK KEDUA", target, last=True), PARTIES)
        + steer("p", "endif")
        + _basis()
        + paragraph(
            "Kami telah melaksanakan pemindahtempatan {{ barang }}, dengan keterangan sebagai berikut:",
            "Alinea",
            keep_next=True,
        )
        + facts(
            [
                ("Tempat asal", "{{ tempat_asal }}"),
                ("Tempat tujuan", "{{ tempat_tujuan }}"),
                ("Alasan", "{{ alasan }}"),
                ("Kondisi sebelum", "{{ kondisi_sebelum }}"),
                ("Kondisi sesudah", "{{ kondisi_sesudah }}"),
            ],
            label_width=4.0,
        )
        + MOVED.body()
        + paragraph("Pemindahtempatan dilaksanakan dengan ketentuan sebagai berikut:", "Alinea", keep_next=True)
        + _clauses(
            (
                "Terhitung sejak ditandatanganinya Berita Acara ini, tanggung jawab atas penempatan, pengamanan, dan "
                "pemeliharaan aset tersebut beralih dari PIHAK KESATU kepada PIHAK KEDUA.",
                "Kartu Inventaris Ruangan (KIR) di tempat asal dan di tempat tujuan, atau daftar aset data untuk aset "
                "berupa data, dimutakhirkan berdasarkan Berita Acara ini.",
                "Pemindahtempatan ini hanya mengubah tempat aset dan tidak mengalihkan status penggunaan barang milik "
                "daerah.",
            )
        )
        + together(closing(CLOSING, indent=0), _parties())
        + annexes(MOVED.annex("Berita Acara Pemindahtempatan Aset", _parties(annex=True)))
    )
    return write_docx(body, letterhead(), page_number(), cell_size=8.5)


def _signing(name: str, title: str, column: str) -> str:
    """People who sign beside their name: members of a team, or witnesses."""
    one = f"{name}_satu"
    columns: Columns = (
        ("No.", 0.9, f"{{{{ {one}.no }}}}", "SelTengah"),
        ("Nama", 4.3, f"{{{{ {one}.nama }}}}", "Sel"),
        ("NIP", 3.6, f"{{{{ {one}.nip }}}}", "Sel"),
        (column, 4.0, f"{{{{ {one}.jabatan }}}}", "Sel"),
        ("Tanda Tangan", 3.2, paragraph(f"{{{{ {one}.no }}}}.\u00a0{PLACE}", "Sel", before=16, after=6), "Sel"),
    )
    return paragraph(run(title, bold=True), keep_next=True, before=10, after=6) + grid(columns, each=f"{one} in {name}")


def _all_signatures() -> str:
    """The closing words, then those who sign: the team, the witnesses, who carried it out.

    All on one page while they are few; a large team runs on over pages, and the witnesses stay with the signatures.
    """
    half = TEXT_WIDTH / 2
    words = closing(CLOSING, indent=0)
    team = _signing("tim", "TIM PENGHAPUSAN", "Jabatan dalam Tim")
    witnesses = _signing("saksi", "SAKSI-SAKSI", "Jabatan/Instansi")
    executor = ("Yang melaksanakan,", "penandatangan", half)
    signatures = (
        paragraph("", "Garis", before=8)
        + steer("p", "if mengetahui")
        + signature_rows([("Mengetahui:", "mengetahui", half), executor])
        + steer("p", "else")
        + signature_rows([("", "", half), executor])
        + steer("p", "endif")
    )
    return (
        steer("p", f"if tim|length + saksi|length <= {FEW_SIGNERS}")
        + together(words, team, witnesses, signatures)
        + steer("p", "else")
        + words
        + team
        + steer("p", f"if saksi|length <= {FEW_SIGNERS}")
        + together(witnesses, signatures)
        + steer("p", "else")
        + witnesses
        + signatures
        + steer("p", "endif")
        + steer("p", "endif")
    )


def build_disposal() -> bytes:
    """Berita Acara Penghapusan: approval, team, method, sanitisation of data, before witnesses."""
    body = (
        _opening("BERITA ACARA PENGHAPUSAN ASET", "{{ tempat }}, yang bertanda tangan di bawah ini")
        + _person(
            "penandatangan",
            "selaku pelaksana penghapusan, bersama Tim Penghapusan dan disaksikan para saksi yang menandatangani "
            "daftar pada Berita Acara ini, telah melaksanakan penghapusan {{ barang }}.",
        )
        + facts(
            [
                ("Persetujuan intern", "Nomor {{ nomor_persetujuan }} tanggal\u00a0{{ tanggal_persetujuan }}"),
                ("Keputusan penghapusan", "{% if keputusan %}{{ keputusan }}{% else %}-{% endif %}"),
                ("Cara penghapusan", "{{ cara }}"),
                ("Alasan", "{{ alasan }}"),
            ],
            label_width=5.0,
        )
        + _basis()
        + texts("pelaksanaan")
        + DISPOSED.body()
        + only_if(
            "total_nilai",
            paragraph("{{ kalimat.jumlah_nilai }}", "Alinea"),
        )
        + SANITISED.body()
        + paragraph("Penghapusan dilaksanakan dengan ketentuan sebagai berikut:", "Alinea", keep_next=True)
        + _clauses(
            (
                "Aset tersebut tidak digunakan lagi terhitung sejak tanggal Berita Acara ini.",
                "Persetujuan tersebut di atas bersifat intern. Penghapusan dari Daftar Barang Milik Daerah dilakukan "
                "setelah terbit keputusan Pengelola Barang atau Bupati.",
                "Berita Acara ini menjadi dasar pemutakhiran catatan aset dan pengusulan penghapusan barang milik "
                "daerah.",
            )
        )
        + _all_signatures()
        + annexes(DISPOSED.annex("Berita Acara"), SANITISED.annex("Berita Acara"), photo_annex("Berita Acara"))
    )
    return write_docx(body, letterhead(), page_number(), cell_size=8.5)
