"""Write every delivered template.docx anew: `python -m templates_docx._authoring`."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from templates_docx import FOLDER
from templates_docx._authoring import (
    bagian,
    berita_acara,
    berita_acara_aset,
    bundel,
    bundel_daftar,
    bundel_label,
    bundel_lembar,
    evaluasi,
    identifikasi,
    laporan,
    lembar,
    nota_dinas,
    notula,
    rekap,
    rencana,
    sop,
    surat,
    surat_penugasan,
    surat_tugas,
    telaahan,
)

BUILDERS: Mapping[str, Callable[[], bytes]] = {
    "_bagian/jabatan_pejabat": bagian.build_post,
    "_bagian/kepala_lampiran": bagian.build_annex_head,
    "_bagian/kop": bagian.build_letterhead,
    "_bagian/nama_pejabat": bagian.build_name,
    "_bagian/nomor_halaman": bagian.build_page_number,
    "_bagian/tanda_tangan": bagian.build_signature,
    "_bundel": bundel.build,
    "_bundel_daftar": bundel_daftar.build,
    "_bundel_label": bundel_label.build,
    "_bundel_lembar": bundel_lembar.build,
    "berita_acara_pemindahtempatan": berita_acara_aset.build_relocation,
    "berita_acara_penghapusan": berita_acara_aset.build_disposal,
    "berita_acara_serah_terima": berita_acara.build,
    "disposisi": lembar.build_disposition,
    "hasil_evaluasi": evaluasi.build,
    "identifikasi_penghapusan": identifikasi.build,
    "laporan_pengelolaan_aset": rekap.build,
    "nota_dinas": nota_dinas.build,
    "notula": notula.build,
    "persetujuan": lembar.build_approval,
    "rencana_aksi": rencana.build_action,
    "rencana_kebutuhan": rencana.build_needs,
    "rencana_pemindahtempatan": rencana.build_relocation,
    "rencana_tindak_lanjut": rencana.build_follow_up,
    "sop": sop.build,
    "surat_dinas": surat.build_letter,
    "surat_pengantar": surat.build_covering_letter,
    "surat_penugasan": surat_penugasan.build,
    "surat_tugas": surat_tugas.build,
    "surat_undangan": surat.build_invitation,
    "telaahan": telaahan.build,
    **laporan.BUILDERS,
}


def main() -> None:
    """Write the files."""
    for folder, build in BUILDERS.items():
        (FOLDER / folder).mkdir(parents=True, exist_ok=True)
        (FOLDER / folder / "template.docx").write_bytes(build())


if __name__ == "__main__":
    main()
