"""The form's comforts: places, pickers, spreadsheets, the last letter, standard sentences, drafts in two tabs."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from storage.catalogue import phrases
from storage.records import Phrase
from tests.browser.axe import violations
from tests.support.callers.browser import PHONE, Visitor
from tests.support.office.kinds import with_table

pytestmark = [pytest.mark.browser, pytest.mark.office]
FORM = "/buat/pemeliharaan/2/nota_dinas"


def marks(visitor: Visitor) -> int:
    """How many boxes are drawn on the page's picture."""
    return visitor.page.locator("#tanda span").count()


def test_a_place_on_the_page_leads_to_its_field_and_back(visitor: Visitor) -> None:
    """Writing in a field marks its words on the picture; a click on the words brings the cursor to the field."""
    page = visitor.page
    visitor.sign_in(FORM)
    visitor.wait_for_preview()
    page.get_by_label("Hal", exact=True).fill("Perbaikan sakelar jaringan lantai dua")
    page.wait_for_function("() => document.querySelector('#tanda span')")
    visitor.wait_for_preview()
    page.wait_for_load_state("networkidle")  # the marks are drawn anew with each picture
    expect(page.locator("#tanda span").first).to_be_visible()
    visitor.shot("tanda")
    frame = page.locator("#tanda span").first.bounding_box()
    assert frame is not None
    page.get_by_label("Tembusan").focus()
    expect(page.locator("#tanda span")).to_have_count(0)
    page.mouse.click(frame["x"] + 6, frame["y"] + frame["height"] / 2)
    expect(page.get_by_label("Hal", exact=True)).to_be_focused()
    assert marks(visitor) > 0


def test_assets_are_chosen_without_a_mouse(visitor: Visitor) -> None:
    """Typing, an arrow and Enter take an asset; Enter never sends the form; what is unticked goes away."""
    page = visitor.page
    visitor.sign_in(FORM)
    visitor.wait_for_preview()
    search = page.get_by_role("combobox", name="Cari aset")
    search.press_sequentially("laptop")
    expect(page.locator("#aset-ditemukan [role=option]").first).to_be_visible()
    visitor.shot("pilih-aset")
    search.press("ArrowDown")
    search.press("ArrowDown")
    name = page.locator('[role=option][aria-selected="true"] strong').inner_text()
    assert search.get_attribute("aria-activedescendant") == "aset-ditemukan-1"
    search.press("Enter")
    expect(page.locator("#aset-terpilih")).to_contain_text(name)
    expect(search).to_be_focused()
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    search.fill("router")
    expect(page.locator("#aset-ditemukan [role=option]").first).to_be_visible()
    assert visitor.fits()
    visitor.shot("pilih-aset")
    search.press("Escape")
    expect(page.locator("#aset-ditemukan")).to_be_hidden()
    page.locator("#aset-terpilih input").click()
    expect(page.locator("#aset-terpilih li")).to_have_count(0)
    assert page.url.partition("?")[0].endswith(FORM)


def test_what_is_said_in_the_box_begins_a_letter(visitor: Visitor) -> None:
    """ "/", some words, an arrow and Enter open the form filled with subject and asset; Enter alone would search."""
    page = visitor.page
    visitor.sign_in("/pejabat")
    page.keyboard.press("/")
    page.keyboard.type("nota dinas perbaiki router puskesmas")
    first = page.get_by_role("option").first
    expect(first).to_contain_text("Buat Nota Dinas")
    expect(first).to_contain_text("Router Puskesmas Batulicin")
    assert violations(page) == []
    visitor.shot("kotak")
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    assert visitor.fits()
    visitor.shot("kotak")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url("**/buat/pemeliharaan/2/nota_dinas?**")
    expect(page.get_by_label("Hal", exact=True)).to_have_value("Perbaiki router puskesmas")
    expect(page.locator("#aset-terpilih")).to_contain_text("Router Puskesmas Batulicin")


def test_a_table_takes_a_block_of_a_spreadsheet(visitor: Visitor) -> None:
    """Pasted lines become rows and tabs cells; Enter goes down, Alt and an arrow move a row."""
    kind, procedure, step = with_table(visitor.site.desk)
    field = next(field for field in kind.fields if field.type == "table")
    page = visitor.page
    visitor.sign_in(f"/buat/{procedure}/{step}/{kind.slug}")
    visitor.wait_for_preview()
    first = page.locator(f'table[data-rows="data.{field.name}"] tbody tr').first.locator("input, textarea").first
    width = len(field.columns)
    block = "\\n".join("\\t".join(f"s{row}{column}" for column in range(width)) for row in range(3))
    first.evaluate(
        "(input, text) => { const data = new DataTransfer(); data.setData('text/plain', text.replaceAll('\\\\n', '\\n')"
        ".replaceAll('\\\\t', '\\t')); input.dispatchEvent(new ClipboardEvent('paste',"
        " {clipboardData: data, bubbles: true, cancelable: true})); }",
        block,
    )
    texts = [index for index, column in enumerate(field.columns) if column.type == "text"]
    cell = f'[name="data.{field.name}[{{}}].{field.columns[texts[0]].name}"]'
    for row in range(3):
        expect(page.locator(cell.format(row))).to_have_value(f"s{row}{texts[0]}")
    page.locator(cell.format(1)).press("Alt+ArrowUp")
    expect(page.locator(cell.format(0))).to_have_value(f"s1{texts[0]}")
    page.locator(cell.format(0)).press("Enter")
    expect(page.locator(cell.format(1))).to_be_focused()
    visitor.shot("lembar-tempel", full=True)
    visitor.wait_for_preview()
    visitor.complaints.clear()  # what was pasted is no number, and the preview says so


def test_a_standard_sentence_goes_where_the_cursor_is(visitor: Visitor) -> None:
    """A sentence that the office saved is put into a long field and seen in the picture."""
    with visitor.site.desk.catalogue.write() as tx:
        phrases.put_phrase(tx, Phrase(id="a", title="Penutup", text="Demikian untuk menjadi perhatian."))
    page = visitor.page
    visitor.sign_in(FORM)
    visitor.wait_for_preview()
    page.get_by_label("Isi", exact=True).fill("Router mati.")
    page.get_by_label("Kalimat baku untuk Isi").select_option(label="Penutup")
    page.locator('[data-into="data.isi"]').click()
    expect(page.get_by_label("Isi", exact=True)).to_have_value("Router mati.\n\nDemikian untuk menjadi perhatian.")
    visitor.shot("kalimat-baku")


def test_two_tabs_on_one_draft_are_told(visitor: Visitor) -> None:
    """The tab that saves second is asked which words stay; nothing is written over unasked."""
    page = visitor.page
    visitor.sign_in(FORM)
    page.get_by_label("Hal", exact=True).fill("Dari tab pertama")
    expect(page.locator("#keadaan-draf")).to_contain_text("Draf tersimpan pukul")
    other = page.context.new_page()
    other.goto(page.url)
    other.get_by_label("Hal", exact=True).fill("Dari tab kedua")
    expect(other.locator("#keadaan-draf")).to_contain_text("Draf tersimpan pukul")
    page.get_by_label("Hal", exact=True).fill("Dari tab pertama lagi")
    expect(page.locator("#bentrok")).to_contain_text("sudah diubah di tab atau perangkat lain")
    visitor.shot("bentrok")
    visitor.complaints.clear()  # Chromium notes the answer 409
    page.get_by_role("button", name="Simpan milik saya").click()
    expect(page.locator("#keadaan-draf")).to_contain_text("Draf tersimpan pukul")
    other.reload()
    expect(other.get_by_label("Hal", exact=True)).to_have_value("Dari tab pertama lagi")


def test_words_survive_a_service_that_is_away(visitor: Visitor) -> None:
    """What could not be sent is kept in the browser: another tab is offered it, a reload of this one shows it."""
    page = visitor.page
    visitor.sign_in(FORM)
    visitor.wait_for_preview()
    page.route("**/buat/draf", lambda route: route.abort())
    page.get_by_label("Hal", exact=True).fill("Diketik saat layanan mati")
    expect(page.locator("#keadaan-draf")).to_contain_text("belum tersimpan")
    other = page.context.new_page()
    other.goto(visitor.site.url + FORM)
    expect(other.locator("#pulihkan")).to_be_visible()
    other.screenshot(path=visitor.shots / "pulihkan-1366.png")
    other.get_by_role("button", name="Pulihkan").click()
    expect(other.get_by_label("Hal", exact=True)).to_have_value("Diketik saat layanan mati")
    other.close()
    page.evaluate("window.stop()")
    page.reload()
    expect(page.get_by_label("Hal", exact=True)).to_have_value("Diketik saat layanan mati")
    expect(page.locator("#pulihkan")).to_be_hidden()
    page.unroute("**/buat/draf")
    page.get_by_label("Tembusan").fill("Sekretaris Dinas")
    expect(page.locator("#keadaan-draf")).to_contain_text("Draf tersimpan pukul")
    visitor.complaints.clear()  # the request that was cut
