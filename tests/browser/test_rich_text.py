"""The editor of rich text in a real browser: pasted from Word and Excel, by keyboard alone, previewed, issued, kept."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from docgen.desk import Desk
from docgen.desk.issuing.issue import issue
from docgen.desk.issuing.request import DocumentRequest
from docgen.render.pdf.pdfium import page_text
from storage.catalogue import documents, phrases
from storage.records import Document, Phrase
from tests.browser.axe import violations
from tests.support.callers.browser import PHONE, Site, Visitor, archived
from tests.support.files.photos import telephone_photo

pytestmark = [pytest.mark.office, pytest.mark.browser]

NOTA = "/buat/pemeliharaan/2/nota_dinas"
CLIPBOARD = Path(__file__).parent / "clipboard"
PASTE = """([area, html, text]) => {
  const data = new DataTransfer();
  if (html) data.setData("text/html", html);
  data.setData("text/plain", text);
  area.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
}"""


def editor(page: Page) -> Locator:
    return page.locator(".rich-text[role=textbox]")


def value(page: Page) -> Any:
    """What is sent and saved: text, or blocks."""
    text = page.locator("[name='data.isi']").input_value()
    return json.loads(text) if text.startswith("[") else text


def paste(page: Page, html: str = "", text: str = "") -> None:
    page.evaluate(PASTE, [editor(page).element_handle(), html, text])


def opened(visitor: Visitor) -> Page:
    """A new Nota Dinas with its cursor in the body."""
    visitor.sign_in(NOTA)
    editor(visitor.page).click()
    return visitor.page


def item(text: str, level: int = 1, numbering: str = "1.") -> dict[str, Any]:
    return {"type": "item", "level": level, "numbering": numbering, "runs": [{"text": text}]}


def test_a_list_of_word_becomes_the_letters_own(visitor: Visitor) -> None:
    """Levels, numbers and looks are kept, all else is left out, and a sentence says what that was."""
    page = opened(visitor)
    paste(page, (CLIPBOARD / "word_list.html").read_text("utf-8"), "tidak dipakai")
    assert value(page) == [
        {
            "type": "paragraph",
            "runs": [
                {"text": "Sehubungan dengan hal tersebut, kami "},
                {"text": "merencanakan", "bold": True},
                {"text": " hal-hal berikut:"},
            ],
        },
        item("Penggantian kipas pendingin;"),
        item("Pembersihan, meliputi:"),
        {**item("", 2, "a."), "runs": [{"text": "rak "}, {"text": "server", "italic": True}, {"text": "; dan"}]},
        {**item("", 2, "a."), "runs": [{"text": "kabel "}, {"text": "utama", "underline": True}, {"text": "."}]},
        item("Lantai 1", 3, "1)"),
        item("Tanpa nomor di sini", 1, "bullet"),
    ]
    notice = page.locator(".rich-say")
    expect(notice).to_contain_text("Yang tidak dikenal naskah ditinggalkan:")
    for words in ("warna", "tautan", "gambar"):
        expect(notice).to_contain_text(words)
    numbers = page.locator(".rich-text p").evaluate_all("all => all.map((one) => one.dataset.number ?? '')")
    assert numbers == ["", "1.", "2.", "a.", "b.", "1)", "•"]
    before = value(page)
    page.locator("[name='data.isi']").evaluate("(area) => area.dispatchEvent(new Event('change', {bubbles: true}))")
    assert value(page) == before


def test_a_range_of_excel_becomes_a_table_that_is_issued(visitor: Visitor, site: Site) -> None:
    """Pasted, seen in the live preview, checked and issued: the letter holds the table; merged cells are named."""
    page = opened(visitor)
    page.get_by_label("Hal", exact=True).fill("Penggantian perangkat")
    editor(page).click()
    page.keyboard.type("Rincian:")
    page.keyboard.press("Enter")
    paste(page, (CLIPBOARD / "excel_range.html").read_text("utf-8"))
    rows = [
        ["No.", "Nama perangkat", "Harga"],
        ["1", "Sakelar 24 port", "Rp12.500.000,00"],
        ["2", "Kipas & kabel", ""],
    ]
    cells = [[[{"text": text}] if text else [] for text in row] for row in rows]
    assert value(page) == [{"type": "paragraph", "runs": [{"text": "Rincian:"}]}, {"type": "table", "rows": cells}]
    expect(page.locator(".rich-say")).to_contain_text("gabungan sel")
    visitor.wait_for_preview()
    expect(page.locator("#keadaan-draf")).to_contain_text("Draf tersimpan pukul")
    visitor.shot("isi-tabel", full=True)
    page.get_by_role("button", name="Terbitkan").first.click()
    page.get_by_role("button", name="Terbitkan").last.click()
    page.wait_for_url("**/d/*")
    (document,) = [letter for letter in archived(site) if letter.title == "Penggantian perangkat"]
    with site.desk.catalogue.read() as tx:
        submission, _ = documents.get_contents(tx, document.id)
    assert submission.data["isi"][1] == {"type": "table", "rows": cells}
    assert "Rp12.500.000,00" in printed(site.desk, document)


def printed(desk: Desk, document: Document) -> str:
    """The words of a letter's PDF."""
    with desk.catalogue.read() as tx:
        key = documents.get_revision(tx, document.id, document.revision).pdf.key
    return " ".join(" ".join(page_text(desk.store.get(key))).split())


def test_everything_is_done_by_keyboard(visitor: Visitor) -> None:
    """Items by what is typed, levels by Tab, looks by Ctrl, tools by Alt+F10 and arrows; Esc leads out of the text."""
    page = opened(visitor)
    for keys in ("1. satu", "Enter", "dua", "Enter", "Tab", "anak", "Enter", "Enter", "Enter", "biasa "):
        page.keyboard.press(keys) if keys in ("Enter", "Tab") else page.keyboard.type(keys)
    page.keyboard.press("Control+b")
    page.keyboard.type("tebal")
    assert value(page) == [
        item("satu"),
        item("dua"),
        item("anak", 2, "a."),
        {"type": "paragraph", "runs": [{"text": "biasa "}, {"text": "tebal", "bold": True}]},
    ]
    page.keyboard.press("Alt+F10")
    expect(page.get_by_role("button", name="Tebal (Ctrl+B)")).to_be_focused()
    page.keyboard.press("End")
    expect(page.get_by_role("button", name="Ulangi (Ctrl+Y)")).to_be_focused()
    for _ in range(4):
        page.keyboard.press("ArrowLeft")
    expect(page.get_by_role("button", name="Lanjutkan nomor sebelumnya")).to_be_focused()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    expect(page.locator(".rich-text table")).to_have_count(1)
    for keys in ("a", "Tab", "b", "Tab", "c"):
        page.keyboard.press(keys)
    page.keyboard.press("Escape")
    page.keyboard.press("Shift+Tab")
    expect(editor(page)).not_to_be_focused()
    assert value(page)[-1]["rows"][0] == [[{"text": "a"}], [{"text": "b"}], [{"text": "c"}]]
    page.locator(".rich-text").click()
    page.keyboard.press("Control+z")
    assert value(page)[-1]["rows"][0][2] == []


def test_a_table_grows_and_shrinks(visitor: Visitor) -> None:
    """Rows and columns come and go by their buttons, the first row may be no heading, and the table goes whole."""
    page = opened(visitor)
    page.get_by_role("button", name="Sisipkan tabel").click()
    page.keyboard.type("x")
    for name in (
        "Tambah baris di bawah",
        "Tambah kolom di kanan",
        "Tambah kolom di kanan",
        "Hapus baris",
    ):
        page.get_by_role("button", name=name).click()
    assert value(page) == ""  # the heading, in which the word stood, is gone, and an empty table says nothing
    page.keyboard.type("y")
    (table,) = value(page)
    assert table["header"] is False
    assert [len(row) for row in table["rows"]] == [5, 5, 5]
    page.get_by_role("button", name="Baris pertama judul tabel").click()
    assert "header" not in value(page)[0]
    page.get_by_role("button", name="Hapus tabel").click()
    assert value(page) == ""
    expect(page.get_by_role("button", name="Hapus tabel")).to_be_hidden()


def test_a_picture_needs_its_caption(visitor: Visitor, tmp_path: Path) -> None:
    """It is uploaded, gets a caption that is asked for, and is in the preview; without caption the check names it."""
    photo = tmp_path / "rak.jpg"
    photo.write_bytes(telephone_photo(800, 600, colour="teal"))
    page = opened(visitor)
    page.keyboard.type("Gambar:")
    page.locator(".rich-tools input[type=file]").set_input_files(photo)
    caption = page.get_by_label("Keterangan gambar", exact=True)
    expect(caption).to_be_focused()
    page.keyboard.type("Rak 3")
    assert value(page)[1]["photo"]["caption"] == "Rak 3"
    visitor.wait_for_preview()
    page.wait_for_function("() => document.querySelector('.rich-picture img')?.naturalWidth > 0")
    page.get_by_label("Hal", exact=True).fill("Rak")
    caption.fill("")
    page.get_by_role("button", name="Terbitkan").first.click()
    expect(page.locator(".rich")).to_contain_text("gambar memerlukan keterangan")
    expect(page.get_by_label("Keterangan gambar", exact=True)).to_have_value("")
    visitor.complaints.clear()  # Chromium notes the answer 422


def test_what_is_written_comes_back(visitor: Visitor, site: Site) -> None:
    """After a reload, and as a copy of an issued letter, the text is as it was; a standard sentence goes into it."""
    with site.desk.catalogue.write() as tx:
        phrases.put_phrase(tx, Phrase(id="a", title="Penutup", text="Demikian disampaikan."))
    items = [{"type": "item", "runs": [{"text": text}]} for text in ("satu", "dua")]
    blocks = [*items, {"type": "table", "rows": [[[{"text": "a"}]], [[{"text": "b"}]]]}]
    example = site.desk.kinds["nota_dinas"].example
    request = DocumentRequest(kind="nota_dinas", procedure="pemeliharaan", step=2, data=example | {"isi": blocks})
    issue(site.desk, request, "siti")
    page = opened(visitor)
    page.get_by_role("button", name="Isi seperti").click()
    expect(page.locator(".rich-text td, .rich-text th")).to_have_count(2)
    assert value(page) == blocks
    page.locator(".rich-text p").first.click()
    page.keyboard.press("End")
    page.locator("#kalimat-isi").select_option("a")
    with page.expect_response(lambda answer: "simpan" in (answer.request.post_data or "") and answer.ok):
        page.locator("[data-into='data.isi']").click()
    sentence = {"type": "paragraph", "runs": [{"text": "Demikian disampaikan."}]}
    assert value(page)[:3] == [item("satu"), sentence, item("dua")]
    page.wait_for_function("() => location.search.startsWith('?draf=')")
    expect(page.locator("#keadaan-draf")).to_contain_text("Draf tersimpan pukul")
    page.reload()
    expect(editor(page)).to_be_visible()
    assert value(page)[1] == sentence


def test_it_is_usable_by_everybody(visitor: Visitor) -> None:
    """axe-core finds nothing against editor, list, table and toolbar; on a phone nothing sticks out."""
    page = opened(visitor)
    page.keyboard.type("1. satu")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Sisipkan tabel").click()
    assert violations(page) == []
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    assert visitor.fits()
    visitor.shot("isi", full=True)
    assert violations(page) == []
