"""Whole procedures in real Chromium: five people, each in a window of their own, from the first form to the close."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from docgen.desk.access.accounts import create_user
from docgen.desk.dossiers.dossiers import view_dossier
from docgen.forms.field_sheet import SheetField
from docgen.kinds.kind import Kind
from docgen.render.pdf.pdfium import page_text
from storage.catalogue import documents, dossiers
from tests.support.callers.browser import DESKTOP, PASSWORD, PHONE, Site, Visitor

pytestmark = [pytest.mark.office, pytest.mark.browser]

# name to sign in with, role of the account, official
PEOPLE = {
    "kepala_dinas": ("husain", "pejabat", "kepala-dinas"),
    "kepala_bidang": ("fauzi", "operator", "kepala-bidang"),
    "kepala_seksi": ("norhayati", "operator", "kepala-seksi"),
    "pengelola_aset": ("rizky", "operator", "pengelola-aset"),
    "pengguna_aset": ("yuliana", "operator", "pengguna-puskesmas"),
}
ASSET = "6310160000007"
MANY = 30  # turns; no procedure has as many steps


@pytest.fixture
def people(browser: Browser, site: Site, tmp_path: Path) -> Iterator[dict[str, Visitor]]:
    """A signed-in window for each role; afterwards, none asked for anything outside or complained."""
    shots = Path(os.environ.get("DOCGEN_TEST_SHOTS") or tmp_path / "shots")
    shots.mkdir(parents=True, exist_ok=True)
    windows, contexts = {}, []
    for role, (name, account, official) in PEOPLE.items():
        create_user(site.desk, name, account, name.title(), PASSWORD, officials=[official])
        contexts.append(browser.new_context(viewport=DESKTOP, locale="id-ID"))  # type: ignore[arg-type]
        contexts[-1].set_default_timeout(20_000)
        windows[role] = Visitor(contexts[-1].new_page(), site, shots)
        windows[role].sign_in("/", name)
    yield windows
    for context in contexts:
        context.close()
    assert [window.strangers + window.complaints for window in windows.values()] == [[]] * len(windows)


def fill(page: Page, kind: Kind) -> list[str]:
    """Type the kind's example into what is still empty; returns the names of the fields that were filled already."""
    filled = []
    for field in kind.fields:
        value = kind.example.get(field.name)
        if field.type == "table":
            for index, row in enumerate(value or []):
                for column, cell in row.items():
                    place = page.locator(f'[id="data.{field.name}[{index}].{column}"]')
                    if index and not place.count():
                        page.locator(f'[data-add-row="data.{field.name}"]').click()
                    place.fill(str(cell))
        elif field.type not in ("boolean", "photos") and value is not None:
            filled += _fill_one(page, field, value)
    return filled


def _fill_one(page: Page, field: SheetField, value: object) -> list[str]:
    place = page.locator(f'[id="data.{field.name}"]')
    if place.input_value():
        return [field.name]
    if field.type == "official":
        place.select_option(str(value), force=True)  # hidden behind the search where there are many
    elif field.type == "choice":
        place.select_option(label=str(value))
    else:
        place.fill("\n".join(value) if isinstance(value, list) else str(value))
    return []


def issue(page: Page) -> str:
    """Issue what the form holds; returns the document's id."""
    page.locator(".act-bar").get_by_role("button", name="Terbitkan").click()
    page.get_by_role("dialog").get_by_role("button", name="Ya, terbitkan").click()
    page.wait_for_url("**/d/*")
    return page.url.rpartition("/")[2]


def decide(window: Visitor, title: str, button: str, note: str = "") -> None:
    """From the home page to the document that waits, and decide."""
    window.go("/")
    waiting = window.page.get_by_role("region", name="Menunggu keputusan Anda")
    expect(waiting).to_contain_text(title)
    waiting.get_by_role("link", name=title).first.click()
    before = pictures(window.page)
    card = window.page.locator("#putusan")
    card.get_by_label("Catatan").fill(note)
    card.get_by_role("button", name=button, exact=True).click()
    expect(window.page.locator(".notice-success")).to_contain_text("tercatat dan dicap")
    assert pictures(window.page) != before  # the stamp is seen at once, whatever the browser kept


def pictures(page: Page) -> list[str]:
    """The pictures of the pages as the browser has them, from what it kept where it may: a sum of the bytes of each."""
    images = page.locator(".sheets > a > img")
    expect(images.first).to_be_visible()
    found: list[str] = images.evaluate_all(
        """images => Promise.all(images.map(async (image) => {
            const bytes = new Uint8Array(await (await fetch(image.src)).arrayBuffer());
            return `${bytes.length} ${bytes.reduce((sum, byte) => (sum * 31 + byte) % 1000003, 7)}`;
        }))"""
    )
    assert found
    return found


@pytest.mark.parametrize("procedure", ["perencanaan", "pemindahtempatan", "penghapusan"])
def test_five_people_walk_a_procedure(people: dict[str, Visitor], site: Site, procedure: str) -> None:
    """Each finds what to do on the dossier's or the home page; the end is a closed dossier of stamped PDFs."""
    desk = site.desk
    first = desk.sop.procedure(procedure).steps[0]
    start = people[first.signer_role]
    kind = desk.kinds[first.outputs[0]]
    start.go(f"/buat/{procedure}/1/{kind.slug}" + ("" if procedure == "perencanaan" else f"?aset={ASSET}"))
    fill(start.page, kind)
    start.wait_for_preview()
    issue(start.page)
    with desk.catalogue.read() as tx:
        [dossier] = dossiers.list_dossiers(tx)
    for _ in range(MANY):
        with desk.catalogue.read() as tx:
            view = view_dossier(desk, tx, dossier.id)
        turn = view.current
        if turn is None:
            break
        if turn.awaits:
            window = people[turn.step.endorser_role or turn.actor]
            title = next(one.title for one in view.documents if one.id == turn.awaits[0])
            decide(window, title, "Terima" if turn.step.endorsement == "terima" else "Setujui", "Sudah diperiksa.")
            continue
        window = people[turn.actor] if PEOPLE[turn.actor][1] != "pejabat" else people["kepala_seksi"]
        wanted = desk.kinds[turn.lacks[0]]
        window.go(f"/berkas/{dossier.id}")
        window.page.locator(f"#langkah-{turn.step.number}").get_by_role("link", name=wanted.title).click()
        known = fill(window.page, wanted)
        if "dasar" in {field.name for field in wanted.fields}:
            assert "dasar" in known
        issue(window.page)
    assert not view.lacking
    clerk = people["kepala_seksi"]
    clerk.go(f"/berkas/{dossier.id}")
    assert clerk.fits()
    clerk.shot(f"berkas-{procedure}", full=True)
    clerk.page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    assert clerk.fits()
    clerk.shot(f"berkas-{procedure}", full=True)
    clerk.page.get_by_role("button", name="Tutup berkas").click()
    expect(clerk.page.locator("main")).to_contain_text("Berkas ditutup")
    for document in view.documents:
        with desk.catalogue.read() as tx:
            pdf = desk.store.get(documents.get_revision(tx, document.id, document.revision).pdf.key)
        words = "\n".join(page_text(pdf))
        decisions = view.endorsements.get(document.id, [])
        assert words.count("DISETUJUI") + words.count("DITERIMA") >= len(decisions)
        (clerk.shots / f"{procedure}-{document.step}-{document.kind}.pdf").write_bytes(pdf)


def test_a_plan_is_sent_back_and_made_again(people: dict[str, Visitor], site: Site) -> None:
    """The Kabid sends the plan back; the Kasi's new form begins with what was written; the old one is replaced."""
    clerk, chief = people["kepala_seksi"], people["kepala_bidang"]
    kind = site.desk.kinds["rencana_pemindahtempatan"]
    clerk.go(f"/buat/pemindahtempatan/1/{kind.slug}?aset={ASSET}")
    fill(clerk.page, kind)
    old = issue(clerk.page)
    title = kind.document_title(kind.example)
    clerk.shot("menunggu-putusan", full=True)
    expect(clerk.page.locator("#putusan")).to_contain_text("Menunggu Ahmad Fauzi Rahman")
    chief.go("/")
    chief.shot("beranda-putusan")
    decide(chief, title, "Kembalikan untuk diperbaiki", "Lokasi tujuan belum siap.")
    chief.shot("dikembalikan", full=True)
    clerk.go(f"/d/{old}")
    expect(clerk.page.locator("main")).to_contain_text("Lokasi tujuan belum siap.")
    clerk.page.get_by_role("link", name="Buat Rencana Pemindahtempatan Aset").click()
    expect(clerk.page.locator('[id="data.perihal"]')).to_have_value(kind.example["perihal"])
    clerk.page.locator('[id="data.tujuan"]').fill("Ruang Arsip, Lantai 1")
    clerk.wait_for_preview()
    new = issue(clerk.page)
    clerk.go(f"/d/{old}")
    expect(clerk.page.locator("main")).to_contain_text("Naskah ini sudah diganti")
    clerk.shot("diganti", full=True)
    clerk.page.get_by_role("alert").get_by_role("link").click()
    clerk.page.wait_for_url(f"**/d/{new}")


def test_the_form_fills_in_what_follows_from_other_fields(visitor: Visitor) -> None:
    """A start date gives the end after three working days, an asset its place; what was typed stays."""
    page = visitor.page
    visitor.sign_in("/buat/pemeliharaan/4/surat_penugasan")
    end, place = page.locator('[id="data.tanggal_selesai"]'), page.locator('[id="data.tempat"]')
    page.locator('[id="data.tanggal_mulai"]').fill("2026-11-26")
    page.locator('[id="data.tanggal_mulai"]').blur()
    expect(end).to_have_value("2026-11-30")
    page.get_by_label("Cari aset").fill("Server Tower")
    page.locator("#aset-ditemukan").get_by_role("option", name="Server Tower Surat Elektronik").click()
    expect(place).to_have_value("Gudang Aset, Lantai 1")
    end.fill("2026-12-04")
    page.locator('[id="data.tanggal_mulai"]').fill("2026-11-27")
    page.locator('[id="data.tanggal_mulai"]').blur()
    visitor.wait_for_preview()
    expect(end).to_have_value("2026-12-04")
