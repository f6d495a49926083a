"""The field *Berkas* in a browser: it follows the assets, what is chosen stays, and nothing unrelated is replaced."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from docgen.desk import Desk
from docgen.desk.issuing.issue import issue
from docgen.desk.issuing.request import DocumentRequest
from storage.catalogue import documents
from storage.records import Document
from tests.support.callers.browser import CLERK, DESKTOP, PASSWORD, Site, Visitor
from tests.support.office.decisions import decide

pytestmark = [pytest.mark.browser, pytest.mark.office]

FORM, ORDER = "/buat/pemeliharaan/2/nota_dinas", "/buat/pemeliharaan/4/surat_penugasan"
ASSET, OTHER = "6310190000101", "6310180000066"


def letter(desk: Desk, assets: list[str], **more: Any) -> Document:
    """A Nota Dinas of the maintenance procedure."""
    body = {"kind": "nota_dinas", "procedure": "pemeliharaan", "step": 2, "assets": assets}
    body |= {"data": desk.kinds["nota_dinas"].example, **more}
    return issue(desk, DocumentRequest.model_validate(body), "sari")


def now(desk: Desk, document: Document) -> Document:
    """The document as it is by now."""
    with desk.catalogue.read() as tx:
        return documents.get_document(tx, document.id)


def test_an_unrelated_letter_leaves_a_refused_one_alone(visitor: Visitor) -> None:
    """A letter without assets, begun anew, opens its own dossier and says so; the refused one is replaced only by the
    letter that its own page begins, whose dialog names it."""
    desk, page = visitor.site.desk, visitor.page
    refused = decide(desk, letter(desk, []), "kepala-bidang", "tolak")
    visitor.sign_in(FORM)
    expect(page.get_by_label("Masuk ke berkas")).to_have_value("new")
    expect(page.get_by_label("Menggantikan naskah")).to_have_value("")
    page.get_by_label("Hal", exact=True).fill("Pemeliharaan AC ruang server")
    page.get_by_label("Isi", exact=True).fill("AC bocor.")
    page.locator(".act-bar").get_by_role("button", name="Terbitkan").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("Membuka berkas baru.")
    expect(dialog).not_to_contain_text("Menggantikan")
    visitor.shot("berkas-baru")
    dialog.get_by_role("button", name="Ya, terbitkan").click()
    page.wait_for_url("**/d/*")
    assert now(desk, refused).status == "issued"
    visitor.go(f"/d/{refused.id}")
    page.get_by_role("link", name="Buat Nota Dinas").click()
    expect(page.get_by_label("Menggantikan naskah")).to_have_value(refused.id)
    expect(page.get_by_label("Masuk ke berkas")).to_have_value(refused.dossier)
    page.locator(".act-bar").get_by_role("button", name="Terbitkan").click()
    expect(dialog).to_contain_text(f"Menggantikan naskah {refused.number} yang dikembalikan.")
    visitor.shot("berkas-pengganti")
    dialog.get_by_role("button", name="Ya, terbitkan").click()
    page.wait_for_url("**/d/*")
    assert now(desk, refused).status == "superseded"


def test_the_field_follows_the_assets_and_dasar_the_field(visitor: Visitor) -> None:
    """Another asset brings its dossier, and *Dasar* cites what lies there; a chosen one stays, in its draft too; the
    letter to replace and the dossier go together."""
    desk, page = visitor.site.desk, visitor.page
    one, other = letter(desk, [ASSET]), letter(desk, [OTHER])
    visitor.sign_in(f"{ORDER}?aset={ASSET}")
    field, basis = page.get_by_label("Masuk ke berkas"), page.get_by_label("Dasar", exact=True)
    expect(field).to_have_value(one.dossier)
    assert one.number in basis.input_value()
    page.locator("#aset-terpilih input").click()
    expect(field).to_have_value("new")
    page.get_by_label("Cari aset").fill(OTHER)
    page.locator("#aset-ditemukan").get_by_text(OTHER).click()
    expect(field).to_have_value(other.dossier)
    page.wait_for_function("number => document.getElementById('data.dasar').value.includes(number)", arg=other.number)
    assert one.number not in basis.input_value()
    field.select_option("new")
    page.wait_for_function("number => !document.getElementById('data.dasar').value.includes(number)", arg=other.number)
    expect(page.locator("#keadaan-draf")).to_contain_text("Draf tersimpan pukul")
    page.reload()
    expect(field).to_have_value("new")
    assert other.number not in basis.input_value()


def test_the_letter_to_replace_and_its_dossier_go_together(visitor: Visitor) -> None:
    """Choosing the letter chooses its dossier; choosing another dossier lets go of the letter."""
    desk, page = visitor.site.desk, visitor.page
    refused = decide(desk, letter(desk, [ASSET]), "kepala-bidang", "perbaiki")
    running = letter(desk, [ASSET])
    visitor.sign_in(f"{FORM}?aset={ASSET}")
    field, replaces = page.get_by_label("Masuk ke berkas"), page.get_by_label("Menggantikan naskah")
    expect(field).to_have_value("new")
    replaces.select_option(refused.id)
    expect(field).to_have_value(refused.dossier)
    expect(page.locator("#berkas")).to_have_count(1)
    field.select_option(running.dossier)
    expect(replaces).to_have_value("")
    expect(page.locator("#berkas")).to_contain_text(f"sudah memuat Nota Dinas {running.number}")
    visitor.shot("berkas-pilihan")
    assert visitor.fits()


def test_without_javascript_the_field_is_the_same(browser: Browser, site: Site) -> None:
    """Scripts off: the dossiers of an asset stand there once it is looked for; a chosen one is named before it counts,
    and the letter goes there."""
    first = letter(site.desk, [ASSET])
    second = letter(site.desk, [ASSET])
    context = browser.new_context(java_script_enabled=False, viewport=DESKTOP, locale="id-ID")  # type: ignore[arg-type]
    page = context.new_page()
    page.goto(f"{site.url}/masuk?next={FORM}")
    page.get_by_label("Nama pengguna").fill(CLERK)
    page.get_by_label("Kata sandi").fill(PASSWORD)
    page.get_by_role("button", name="Masuk", exact=True).click()
    expect(page.get_by_label("Masuk ke berkas")).to_have_value("new")
    page.get_by_label("Hal", exact=True).fill("Tanpa skrip")
    page.get_by_label("Isi", exact=True).fill("Router mati.")
    page.get_by_label("Cari aset").fill(ASSET)
    page.get_by_role("button", name="Cari", exact=True).click()
    page.locator(f"#aset-ditemukan input[value='{ASSET}']").check()
    page.locator(".act-bar").get_by_role("button", name="Terbitkan").click()
    expect(page.locator("#konfirmasi")).to_contain_text("Membuka berkas baru.")
    page.get_by_label("Masuk ke berkas").select_option(first.dossier)
    page.locator(".act-bar").get_by_role("button", name="Terbitkan").click(force=True)
    expect(page.locator("#konfirmasi-berkas")).to_contain_text("Masuk ke berkas Server Rack")
    page.get_by_role("button", name="Ya, terbitkan").click()
    page.wait_for_url("**/d/*")
    with site.desk.catalogue.read() as tx:
        made = documents.get_document(tx, page.url.rpartition("/")[2])
    assert made.dossier == first.dossier != second.dossier
    context.close()
