"""Tables of a form: rows are added, removed and kept, wide ones as cards."""

from __future__ import annotations

import re
import threading
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Route, expect

from docgen.kinds.kind import Kind
from storage.records import Draft
from tests.support.callers.browser import PHONE, Site, Visitor, window
from tests.support.office.kinds import with_table
from web.pages.writing import drafts

pytestmark = [pytest.mark.browser, pytest.mark.office]

SLOW = 30_000  # ms: a machine that is made twelve times slower, and may be busy besides
TYPE = "(input, text) => { input.value = text; input.dispatchEvent(new Event('input', { bubbles: true })); }"
REPORT = "/buat/pemeliharaan/5/laporan_pemeliharaan"


def test_rows_come_and_go_and_survive_a_reload(visitor: Visitor) -> None:
    """A row is added and another removed; those left are numbered anew and come back with the draft."""
    kind, procedure, step = with_table(visitor.site.desk)
    field = next(field for field in kind.fields if field.type == "table")
    column = next(column for column in field.columns if column.type == "text")
    page = visitor.page
    visitor.sign_in(f"/buat/{procedure}/{step}/{kind.slug}")
    visitor.wait_for_preview()
    table = page.locator(f'table[data-rows="data.{field.name}"]')
    add = page.locator(f'[data-add-row="data.{field.name}"]')
    while table.locator("tbody tr").count() < 3:
        add.click()
    for number, text in enumerate(("satu", "dua", "tiga")):
        page.locator(f'[name="data.{field.name}[{number}].{column.name}"]').fill(text)
    visitor.shot("tabel", full=True)
    table.get_by_role("button", name="Hapus baris 2").click()
    expect(page.locator(f'[name="data.{field.name}[1].{column.name}"]')).to_have_value("tiga")
    expect(page.locator("#keadaan-draf")).to_contain_text("Draf tersimpan pukul")
    page.wait_for_function("() => location.search.startsWith('?draf=')")
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    assert visitor.fits()
    visitor.shot("tabel", full=True)
    page.reload()
    expect(page.locator(f'[name="data.{field.name}[0].{column.name}"]')).to_have_value("satu")
    expect(page.locator(f'[name="data.{field.name}[1].{column.name}"]')).to_have_value("tiga")


@pytest.mark.parametrize("form", ["5/laporan_pemeliharaan", "4/surat_penugasan", "1/telaahan"])
def test_forms_with_narrow_tables_fit_a_phone(visitor: Visitor, form: str) -> None:
    """A table of up to three columns scrolls by itself: the page of a phone stays as wide as the phone."""
    visitor.page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    visitor.sign_in(f"/buat/pemeliharaan/{form}")
    visitor.wait_for_preview()
    assert visitor.fits()


def test_a_change_just_before_a_reload_is_there_after_it(visitor: Visitor) -> None:
    """A row removed and an asset chosen stay so when the page is reloaded at once, sooner than a draft is kept."""
    name, column = text_cell(visitor.site.desk.kinds[REPORT.rpartition("/")[2]])
    page = visitor.page
    visitor.sign_in(REPORT)
    visitor.wait_for_preview()
    table = page.locator(f'table[data-rows="{name}"]')
    for number, text in enumerate(("satu", "dua")):
        if table.locator("tbody tr").count() <= number:
            page.locator(f'[data-add-row="{name}"]').click()
        page.locator(f'[name="{name}[{number}].{column}"]').fill(text)
    expect(page.locator("#keadaan-draf")).to_contain_text("Draf tersimpan pukul")
    page.wait_for_function("() => location.search.startsWith('?draf=')")
    page.get_by_role("combobox", name="Cari aset").fill("router puskesmas")
    page.get_by_role("option", name="Router Puskesmas Batulicin").click()
    table.get_by_role("button", name="Hapus baris 1").click()
    page.reload()
    expect(page.locator(f'[name="{name}[0].{column}"]')).to_have_value("dua")
    assert [one.input_value() for one in table.locator(f'[name$=".{column}"]').all()].count("dua") == 1
    expect(page.locator("#aset-terpilih")).to_contain_text("Router Puskesmas Batulicin")
    visitor.wait_for_preview()
    page.reload()
    expect(page.locator(f'[name="{name}[0].{column}"]')).to_have_value("dua")
    expect(page.locator("#bentrok")).to_be_hidden()


def test_a_save_that_arrives_after_the_reload_is_no_conflict(visitor: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    """A page that is reloaded while its last save is on its way saves on, and asks nobody which words shall stay."""
    name, column = text_cell(visitor.site.desk.kinds[REPORT.rpartition("/")[2]])
    page = visitor.page
    visitor.sign_in(REPORT)
    visitor.wait_for_preview()
    cell = page.locator(f'[name="{name}[0].{column}"]')
    cell.fill("satu")
    expect(page.locator("#keadaan-draf")).to_contain_text("Draf tersimpan pukul")
    page.wait_for_function("() => location.search.startsWith('?draf=')")
    reloaded, arrived, save = threading.Event(), threading.Event(), drafts.save_draft

    def late(*args: Any, **more: Any) -> Draft:
        if not arrived.is_set():
            assert reloaded.wait(20)
        try:
            return save(*args, **more)
        finally:
            arrived.set()

    monkeypatch.setattr(drafts, "save_draft", late)
    page.get_by_role("combobox", name="Cari aset").fill("router puskesmas")
    page.get_by_role("option", name="Router Puskesmas Batulicin").click()
    cell.fill("dua")
    page.reload()
    reloaded.set()
    assert arrived.wait(20)
    cell.fill("tiga")
    expect(page.locator("#keadaan-draf")).to_contain_text("Draf tersimpan pukul")
    expect(page.locator("#bentrok")).to_be_hidden()
    page.reload()
    expect(cell).to_have_value("tiga")


def test_a_long_letter_is_saved_after_an_answer_was_lost(visitor: Visitor) -> None:
    """A letter longer than what a browser sends for a page that is gone is saved, also after a save that arrived, but
    whose answer did not; a preview carries nothing beside the form.
    """
    page = visitor.page
    visitor.sign_in("/buat/pemeliharaan/2/nota_dinas")
    visitor.wait_for_preview()
    text, state = page.locator('[name="data.isi"]'), page.locator("#keadaan-draf")
    page.locator('[name="data.hal"]').fill("Naskah yang panjang")
    expect(state).to_contain_text("Draf tersimpan pukul")

    def lose_answer(route: Route) -> None:
        route.fetch()
        route.abort()

    page.route("**/buat/draf", lose_answer, times=1)
    long = "Kalimat yang panjang.\n" * 3500
    text.evaluate(TYPE, long)
    expect(state).to_contain_text("Draf belum tersimpan", timeout=SLOW)
    with page.expect_request("**/buat/pratinjau") as preview:
        text.evaluate(TYPE, f"{long}Selesai.")
    assert len(preview.value.post_data or "") < len(long) * 1.5
    expect(state).to_contain_text("Draf tersimpan pukul", timeout=SLOW)
    expect(page.locator("#bentrok")).to_be_hidden()
    with page.expect_response("**/buat/pratinjau"):
        page.reload()
    expect(text).to_have_value(re.compile("Selesai"))
    expect(page.locator("#lembar")).to_have_attribute("aria-busy", "false")
    visitor.complaints.clear()  # the answer that was lost, and that no preview is made of so much


def test_a_slow_machine_may_be_clicked_before_the_script(visitor: Visitor) -> None:
    """A row added, words typed and an asset looked for before the script ran are all there once it did, and kept."""
    name, column = text_cell(visitor.site.desk.kinds[REPORT.rpartition("/")[2]])
    page = visitor.page
    visitor.sign_in("/")
    page.context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": 12})
    held: list[Route] = []
    page.route("**/compose.js*", lambda route: held.append(route))
    page.goto(visitor.site.url + REPORT, wait_until="commit")
    rows = page.locator(f'table[data-rows="{name}"] tbody tr')
    page.locator(f'[name="{name}[0].{column}"]').fill("satu")
    before = rows.count()
    with page.expect_request("**/compose.js*"):  # of the page that the service answers
        page.locator(f'[data-add-row="{name}"]').click()  # the service adds it
    expect(rows).not_to_have_count(before, timeout=SLOW)
    expect(page.locator(f'[name="{name}[0].{column}"]')).to_have_value("satu")
    page.locator(f'[name="{name}[1].{column}"]').fill("dua")
    page.get_by_label("Cari aset").fill("router puskesmas")
    held[-1].continue_()  # of the page that the service answered; that of the first went with it
    page.unroute("**/compose.js*")
    page.get_by_role("option", name="Router Puskesmas Batulicin").click()
    expect(page.locator("#keadaan-draf")).to_contain_text("Draf tersimpan pukul", timeout=SLOW)
    page.reload()
    expect(page.locator(f'[name="{name}[1].{column}"]')).to_have_value("dua", timeout=SLOW)
    expect(page.locator("#aset-terpilih")).to_contain_text("Router Puskesmas Batulicin", timeout=SLOW)


def text_cell(kind: Kind) -> tuple[str, str]:
    """The path of a kind's first table, and its first column of text."""
    field = next(field for field in kind.fields if field.type == "table")
    return f"data.{field.name}", next(column.name for column in field.columns if column.type == "text")


def test_a_preview_that_was_refused_is_asked_for_again(browser: Browser, site: Site, tmp_path: Path) -> None:
    """While the service is busy the page says that the preview follows, and it does without another key pressed."""
    busy = threading.Event()

    def answer(route: Route) -> None:
        if busy.is_set():
            route.continue_()
            return
        busy.set()
        route.fulfill(status=429, headers={"Retry-After": "1"}, json={"error": "Pratinjau ini menyusul sebentar lagi."})

    with window(browser, site, tmp_path) as visitor:
        visitor.page.route("**/buat/pratinjau", answer)
        visitor.sign_in(REPORT)
        expect(visitor.page.locator("#catatan-pratinjau")).to_contain_text("menyusul sebentar lagi")
        visitor.wait_for_preview()
