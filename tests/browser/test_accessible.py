"""Every page a clerk works on, looked at by axe-core, at 1366 by 768 and on a phone."""

from __future__ import annotations

import pytest

from docgen.desk.access.accounts import create_user
from docgen.desk.decisions.void import void as void_document
from docgen.desk.drafts.write import set_people
from docgen.desk.issuing.issue import issue
from docgen.desk.issuing.request import DocumentRequest
from docgen.desk.registers.manual_numbers import reserve_block
from storage.catalogue import phrases
from storage.records import Phrase
from tests.browser.axe import violations
from tests.support.callers.browser import DESKTOP, PASSWORD, PHONE, Site, Visitor
from tests.support.office.drafts import CLERK, submitted
from tests.support.office.kinds import with_table

pytestmark = [pytest.mark.browser, pytest.mark.office]


def pages(site: Site) -> dict[str, str]:
    """The pages, by name, of an office with a document and a standard sentence."""
    kind, procedure, step = with_table(site.desk)
    asked = DocumentRequest(
        kind="nota_dinas", procedure="pemeliharaan", step=2, data=site.desk.kinds["nota_dinas"].example
    )
    document = issue(site.desk, asked, "siti")
    void = issue(site.desk, asked, "siti")
    void_document(site.desk, void.id, "Salah ketik.", "siti")
    create_user(site.desk, "rina", "arsiparis", "Rina Wahyuni", PASSWORD, officials=["kepala-bidang"])
    (kept,) = reserve_block(site.desk, 1, "Listrik padam", "siti")
    with site.desk.catalogue.write() as tx:
        phrases.put_phrase(tx, Phrase(id="a", title="Penutup", text="Demikian."))
    draft = submitted(site.desk)
    set_people(site.desk, CLERK, draft.id, readers=["siti"])
    return {
        "draf": "/buat/draf",
        "draf-lain": "/buat/draf?milik=lain",
        "konsep": f"/konsep/{draft.id}",
        "jalur": "/kantor/jalur",
        "beranda": "/",
        "prosedur": "/buat",
        "langkah": "/buat/pemeliharaan",
        "nota": "/buat/pemeliharaan/2/nota_dinas",
        "serah-terima": "/buat/penggunaan/1/berita_acara_serah_terima",
        "tabel": f"/buat/{procedure}/{step}/{kind.slug}",
        "arsip": "/arsip?q=rencana",
        "naskah": f"/d/{document.id}",
        "baca": f"/d/{document.id}/baca?cari=jaringan",
        "banding": f"/d/{document.id}/banding",
        "ringkasan": "/ringkasan",
        "kalimat": "/kalimat",
        "naskah-batal": f"/d/{void.id}",
        "masuk": "/masuk",
        "kata-sandi": "/sandi",
        "peramban": "/sesi",
        "pemberitahuan": "/pemberitahuan",
        "putuskan": "/putuskan",
        "putuskan-naskah": f"/putuskan/naskah/{document.id}",
        "luring": "/luring",
        "berkas": "/berkas",
        "satu-berkas": f"/berkas/{document.dossier}",
        "agenda": "/agenda",
        "nomor-manual": "/agenda/nomor",
        "satu-nomor": f"/agenda/{document.year}/{kept.sequence}",
        "aset": "/aset",
        "aset-baru": "/aset/baru",
        "aset-ubah": "/aset/ubah?nibar=6310190000101",
        "aset-arsip": "/arsip/6310190000101",
        "pejabat": "/pejabat",
        "pejabat-baru": "/pejabat/baru",
        "kantor": "/kantor",
        "pengguna": "/pengguna",
        "akun": "/pengguna/ubah?name=rina",
        "retensi": "/retensi",
        "riwayat": "/riwayat",
        "massal": "/massal",
        "bundel": "/bundel",
        "pindaian": "/pindaian",
        "token": "/token",
        "bagikan": f"/d/{document.id}/bagikan",
        "webhook": "/webhook",
        "api": "/api/docs",
        "periksa": "/verifikasi",
        "keaslian": f"/verifikasi/{document.code}",
    }


def test_nothing_serious_keeps_anybody_out(visitor: Visitor) -> None:
    """axe-core finds no serious violation on any page, by day and by night, and each fits its window."""
    visitor.page.emulate_media(reduced_motion="reduce")  # colours are those of the moment
    visitor.sign_in("/")
    wrong: list[str] = []
    for name, path in pages(visitor.site).items():
        visitor.page.set_viewport_size(DESKTOP)  # type: ignore[arg-type]
        visitor.go(path)
        if path.startswith("/buat/") and path.count("/") > 2:
            visitor.wait_for_preview()
        for size in (DESKTOP, PHONE):
            visitor.page.set_viewport_size(size)  # type: ignore[arg-type]
            visitor.shot(f"akses-{name}")
            wrong += [f"{name} {size['width']}: {one}" for one in violations(visitor.page)]
            if not visitor.fits():
                wrong.append(f"{name} {size['width']}: sticks out")
        visitor.page.emulate_media(color_scheme="dark", reduced_motion="reduce")
        visitor.shot(f"malam-{name}")
        wrong += [f"{name} dark: {one}" for one in violations(visitor.page)]
        visitor.page.emulate_media(color_scheme="light")
    assert not wrong, "\n".join(wrong)
