"""How many things a person does for each journey: a press is one, a field typed into is one."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect
from pypdf import PdfReader

from docgen.desk.access.accounts import create_user
from docgen.desk.issuing.issue import issue
from docgen.desk.issuing.request import DocumentRequest
from storage.catalogue.documents import get_document
from storage.records import Document
from tests.support.callers.browser import DESKTOP, PASSWORD, PHONE, Site, Visitor, archived, window
from tests.support.callers.hand import Hand
from tests.support.files.photos import telephone_photo
from tests.support.office.decisions import ASSET, decide

pytestmark = [pytest.mark.browser, pytest.mark.office]


@pytest.fixture
def clerk(browser: Browser, site: Site, tmp_path: Path) -> Iterator[Visitor]:
    """A clerk's window on the home page."""
    create_user(site.desk, "norhayati", "operator", "Norhayati", PASSWORD)
    with window(browser, site, tmp_path) as visitor:
        visitor.sign_in("/", "norhayati")
        yield visitor
    assert visitor.complaints == []


def letter(site: Site, kind: str, step: int, dossier: str | None = None) -> Document:
    """Issue a letter of this kind as the clerk would, from its example."""
    request = DocumentRequest(
        kind=kind,
        procedure="pemeliharaan",
        step=step,
        assets=[ASSET],
        data=dict(site.desk.kinds[kind].example),
        dossier=dossier,
    )
    return issue(site.desk, request, "norhayati")


def test_a_nota_dinas_takes_ten_and_its_replacement_four(clerk: Visitor, site: Site) -> None:
    """From the home page to the issued letter at most ten; a wrong one is replaced in four."""
    page, hand = clerk.page, Hand(clerk.page)
    hand.press(page.get_by_role("link", name="Buat naskah Pilih langkah"))
    hand.press(page.get_by_role("link", name="Perbaikan dan Pemeliharaan"))
    hand.press(page.locator("#langkah-2").get_by_role("link", name="Nota Dinas"))
    clerk.wait_for_preview()
    hand.write(page.get_by_label("Cari aset"), "router puskesmas", key="Enter")
    expect(page.locator("#aset-terpilih li")).to_have_count(1)
    hand.write(page.get_by_label("Hal", exact=True), "Perbaikan router")
    hand.write(page.get_by_label("Isi", exact=True), "Router sering mati.")
    hand.issue()
    assert hand.count <= 10
    wrong = archived(site)[0]
    again = Hand(page)
    again.press(page.get_by_role("link", name="Perbaiki"))
    again.write(page.get_by_label("Hal", exact=True), "Perbaikan router Puskesmas Batulicin")
    again.issue()
    assert again.count <= 4
    assert archived(site)[0].title == "Perbaikan router Puskesmas Batulicin"
    with site.desk.catalogue.read() as tx:
        assert get_document(tx, wrong.id).status == "superseded"


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["1366", "360"])
def test_a_handover_takes_eleven(clerk: Visitor, site: Site, size: dict[str, int]) -> None:
    """From the home page to the issued Berita Acara of one asset, on a wide window and on a phone."""
    page, hand = clerk.page, Hand(clerk.page)
    page.set_viewport_size(size)  # type: ignore[arg-type]
    hand.press(page.get_by_role("link", name="Buat naskah Pilih langkah"))
    hand.press(page.get_by_role("link", name="Penggunaan"))
    hand.press(page.locator("#langkah-1").get_by_role("link", name="Berita Acara Serah Terima"))
    clerk.wait_for_preview()
    hand.write(page.get_by_role("combobox", name="Cari aset"), "laptop pengelola", key="Enter")
    expect(page.locator("#aset-terpilih li")).to_have_count(1)
    hand.write(page.get_by_role("combobox", name="Penerima"), "syahrani", key="Enter")
    hand.write(page.get_by_role("textbox", name="Barang yang diserahkan"), "laptop untuk pengelola pusat data")
    hand.issue()
    assert hand.count <= 11
    assert archived(site)[0].kind == "berita_acara_serah_terima"
    assert clerk.fits()


def test_a_surat_penugasan_for_four_people_takes_ten(clerk: Visitor, site: Site) -> None:
    """After the approval, from what waits on the home page: the first two people are there, two more are added."""
    note = letter(site, "nota_dinas", 2)
    decide(site.desk, note, "kepala-bidang", "setuju")
    letter(site, "persetujuan", 3, note.dossier)
    page, hand = clerk.page, Hand(clerk.page)
    clerk.go("/")
    hand.press(page.get_by_role("region", name="Disetujui").get_by_role("link", name="Buat Surat Penugasan"))
    clerk.wait_for_preview()
    hand.write(page.get_by_label("Kegiatan", exact=True), "Perbaikan router")
    for row, name in ((2, "yuliana"), (3, "husain")):
        cell = page.locator(f'[id="data.pelaksana[{row}].nama"]')
        if not cell.count():
            hand.press(page.locator('[data-add-row="data.pelaksana"]'))
        hand.write(cell, name, key="Enter")
    hand.write(page.get_by_label("Tugas", exact=True), "mengganti kipas pendingin")
    hand.write(page.get_by_label("Tanggal mulai", exact=True), site.desk.today().isoformat())
    hand.issue()
    assert hand.count <= 10
    made = archived(site)[0]
    assert made.kind == "surat_penugasan"
    words = PdfReader(io.BytesIO(page.request.get(f"{site.url}/d/{made.id}/pdf").body())).pages[0].extract_text()
    assert "Yuliana" in words
    assert "Husain" in words


def test_a_report_with_three_photos_takes_fifteen(clerk: Visitor, site: Site, tmp_path: Path) -> None:
    """From the dossier's page: the photos are chosen at once, and each has a caption."""
    note = letter(site, "nota_dinas", 2)
    decide(site.desk, note, "kepala-bidang", "setuju")
    letter(site, "persetujuan", 3, note.dossier)
    letter(site, "surat_penugasan", 4, note.dossier)
    photos = [tmp_path / f"{number}.jpg" for number in range(3)]
    for photo in photos:
        photo.write_bytes(telephone_photo(800, 600))
    page, hand = clerk.page, Hand(clerk.page)
    clerk.go(f"/berkas/{note.dossier}")
    hand.press(page.locator("main").get_by_role("link", name="Laporan Kegiatan"))
    clerk.wait_for_preview()
    page.get_by_label("Foto (boleh kosong)").set_input_files(photos)
    hand.count += 2  # the button, and the choice
    expect(page.locator(".photo-list > li")).to_have_count(3)
    for number, caption in enumerate(("Sebelum", "Pekerjaan", "Sesudah"), start=1):
        hand.write(page.get_by_label(f"Keterangan foto {number}"), caption)
    hand.write(page.get_by_label("Uraian kegiatan", exact=True), "Kipas pendingin diganti.")
    hand.write(page.locator('[id="data.pekerjaan[0].tindakan"]'), "Kipas diganti")
    hand.write(page.get_by_label("Hasil yang dicapai", exact=True), "Suhu kerja normal.")
    hand.write(page.get_by_label("Simpulan", exact=True), "Kondisi aset baik.")
    hand.issue()
    assert hand.count <= 15


def test_a_decision_on_a_phone_takes_two_and_a_bundle_one(
    clerk: Visitor, browser: Browser, site: Site, tmp_path: Path
) -> None:
    """Read and approved with two presses at 360 pixels; the dossier is bundled with one."""
    note = letter(site, "nota_dinas", 2)
    create_user(site.desk, "fauzi", "pejabat", "Fauzi", PASSWORD, officials=["kepala-bidang"])
    with window(browser, site, tmp_path) as head:
        head.page.set_viewport_size(PHONE)  # type: ignore[arg-type]
        head.sign_in("/", "fauzi")
        hand = Hand(head.page)
        hand.press(head.page.get_by_role("region", name="Menunggu keputusan Anda").get_by_role("link", name="Putuskan"))
        hand.press(head.page.get_by_role("button", name="Setujui", exact=True))
        expect(head.page.get_by_text("Disetujui").first).to_be_visible()
        assert hand.count <= 2
    assert head.complaints == []
    clerk.go(f"/berkas/{note.dossier}")
    clerk.page.get_by_role("button", name="Bundel berkas").click()
    expect(clerk.page.get_by_role("heading", name="Bundel siap")).to_be_visible(timeout=60_000)
