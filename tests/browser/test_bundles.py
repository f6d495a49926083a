"""The filing officer's day: choose, put in order, print by volume, keep a recipe, and file only what is new."""

from __future__ import annotations

import io

import pytest
from playwright.sync_api import Locator, Page, expect
from pypdf import PdfReader

from docgen.desk.issuing.issue import issue
from docgen.desk.issuing.request import DocumentRequest
from docgen.render.pdf.pdfium import page_text
from storage.catalogue import filing, registers
from storage.records import Document
from tests.browser.axe import violations
from tests.support.callers.browser import DESKTOP, PHONE, Site, Visitor

pytestmark = [pytest.mark.browser, pytest.mark.office]


def letters(site: Site, count: int, dossier: str | None = None) -> list[Document]:
    """Letters of one dossier of maintenance."""
    desk = site.desk
    with desk.catalogue.read() as tx:
        nibar = registers.search_assets(tx, limit=1)[0].nibar
    made: list[Document] = []
    for number in range(count):
        data = {**desk.kinds["nota_dinas"].example, "hal": f"Perbaikan perangkat {number + 1}"}
        request = DocumentRequest(kind="nota_dinas", procedure="pemeliharaan", step=2, assets=[nibar], data=data)
        made.append(issue(desk, request.model_copy(update={"dossier": made[0].dossier if made else dossier}), "sari"))
    return made


def order(page: Page) -> list[str]:
    """The ids of the documents, as they stand."""
    return page.locator("[data-sortable] input[name=sequence]").evaluate_all("all => all.map((one) => one.value)")


def row(page: Page, document: Document) -> Locator:
    """The row of a document."""
    return page.locator(".bundle-row").filter(has=page.locator(f"input[value='{document.id}'][name=sequence]"))


def wrong(visitor: Visitor, name: str) -> list[str]:
    """What axe-core and the window have against this page, in both sizes; leaves a picture of each."""
    found: list[str] = []
    for size in (DESKTOP, PHONE):
        visitor.page.set_viewport_size(size)  # type: ignore[arg-type]
        visitor.shot(f"bundel-{name}", full=True)
        found += [f"{name} {size['width']}: {one}" for one in violations(visitor.page)]
        if not visitor.fits():
            found.append(f"{name} {size['width']}: sticks out")
    visitor.page.set_viewport_size(DESKTOP)  # type: ignore[arg-type]
    return found


def test_a_dossier_is_put_in_order_printed_by_volume_and_filed(visitor: Visitor) -> None:
    """By drag and by keyboard, for both sides, on F4, in volumes; archived; then the recipe makes what is new only."""
    page, site = visitor.page, visitor.site
    made = letters(site, 8)
    visitor.sign_in("/bundel")
    found = wrong(visitor, "mulai")
    search = page.get_by_role("combobox", name="Satu berkas")
    search.press_sequentially(made[0].number)
    option = page.locator("#berkas-pilihan [role=option]")
    expect(option).to_have_count(1)
    option.click()
    page.get_by_role("button", name="Susun bundel berkas").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Susun bundel")
    assert order(page) == [one.id for one in made]

    row(page, made[2]).locator(".bundle-grip").drag_to(row(page, made[0]), target_position={"x": 12, "y": 4})
    assert order(page)[:2] == [made[2].id, made[0].id]
    down = row(page, made[2]).get_by_role("button", name="Turunkan")
    down.focus()
    page.keyboard.press("Enter")
    assert order(page)[:3] == [made[0].id, made[2].id, made[1].id]
    expect(page.locator("[data-said]")).to_contain_text("urutan 2 dari 8")
    expect(down).to_be_focused()
    row(page, made[6]).get_by_role("checkbox").focus()
    page.keyboard.press("Space")

    page.get_by_label("Bolak-balik").check()
    page.get_by_label("Lembar pemisah tiap langkah").check()
    page.get_by_label("Label boks dan punggung").check()
    page.get_by_label("Kertas").select_option("F4")
    page.get_by_label("Geser untuk jilid (mm)").fill("7,5")
    page.get_by_label("Paling banyak halaman per jilid").fill("10")
    found += wrong(visitor, "susun")
    page.get_by_label("Simpan sebagai resep").fill("Berkas pemeliharaan")
    page.get_by_role("button", name="Simpan resep").click()
    expect(page.locator(".notice-success")).to_contain_text("Resep “Berkas pemeliharaan” disimpan")

    page.get_by_role("button", name="Jalankan").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Bundel siap", timeout=90_000)
    found += wrong(visitor, "siap")
    with page.expect_download() as begun:
        page.get_by_role("link", name="Unduh PDF").click()
    whole = begun.value.path().read_bytes()
    reader = PdfReader(io.BytesIO(whole), strict=True)
    assert {round(float(one.mediabox.height)) for one in reader.pages} == {935}
    words = [" ".join(text.split()) for text in page_text(whole)]
    sequence = [made[0], made[2], made[1], *made[3:6], made[7]]
    letters_at = [(n, text) for n, text in enumerate(words) if "NOTA DINAS" in text]
    places = [next(n for n, text in letters_at if one.number in text) for one in sequence]
    assert places == sorted(places)
    assert all(place % 2 == 0 for place in places)
    assert not any(made[6].number in text for text in words)
    with page.expect_download() as begun:
        page.get_by_role("link", name="Unduh jilid 2").click()
    assert "Jilid 2 dari" in page_text(begun.value.path().read_bytes())[0]

    page.get_by_role("button", name="Arsipkan bundel ini").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Bundel terarsip")
    found += wrong(visitor, "terarsip")
    visitor.go("/bundel")
    page.get_by_role("button", name="Hanya yang baru").click()
    expect(page.locator(".notice-warning")).to_contain_text("Tidak ada naskah baru sejak pemberkasan terakhir")
    (new,) = letters(site, 1, made[0].dossier)
    page.get_by_role("button", name="Hanya yang baru").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Bundel siap", timeout=90_000)
    expect(page.locator("ol.rows .doc-row")).to_have_count(1)
    expect(page.locator("ol.rows")).to_contain_text(new.title)
    found += wrong(visitor, "baru")
    assert not found, "\n".join(found)
    with site.desk.catalogue.read() as tx:
        assert len(filing.list_bundles(tx, 10)) == 1


def test_on_a_phone_what_is_found_is_put_in_order_and_bundled(visitor: Visitor) -> None:
    """At 360 px: rows are moved by their buttons; a wrong number is named and nothing else is lost."""
    page = visitor.page
    made = letters(visitor.site, 3)
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    visitor.sign_in("/bundel")
    page.get_by_label("Hasil pencarian").fill("perbaikan perangkat")
    page.get_by_role("button", name="Susun hasilnya").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Susun bundel")
    row(page, made[2]).get_by_role("button", name="Naikkan").click()
    assert order(page) == [made[0].id, made[2].id, made[1].id]
    page.get_by_label("Paling tebal per jilid (mm)").fill("500")
    page.get_by_role("button", name="Buat bundel").click()
    expect(page.locator(".notice-warning")).to_contain_text("Tebal per jilid (2 sampai 200 mm) belum benar")
    assert order(page) == [made[0].id, made[2].id, made[1].id]
    found = wrong(visitor, "salah")
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    page.get_by_label("Paling tebal per jilid (mm)").fill("20")
    page.get_by_role("button", name="Buat bundel").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Bundel siap", timeout=90_000)
    assert not found, "\n".join(found)
