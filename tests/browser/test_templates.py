"""A clerk makes a kind of a Word file: marks words, edits the form, tries it, publishes it, and issues a letter."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Locator, expect

from docgen.desk.kinds.versions import read_version, template_of
from docgen.foreign.tagging import list_paragraphs
from tests.browser.look import look
from tests.support.callers.browser import DESKTOP, Visitor, archived
from tests.support.callers.hand import Hand
from tests.support.files.office_letters import untagged_letter

pytestmark = [pytest.mark.browser, pytest.mark.office]

MOST_ACTS = 40


def words_of(visitor: Visitor, slug: str, text: str) -> tuple[Locator, Locator]:
    """The first and the last word of a text on the picture of a draft's first version."""
    paragraphs = list_paragraphs(template_of(visitor.site.desk, read_version(visitor.site.desk, slug, 1)))
    paragraph = next(item for item in paragraphs if text in item.counted)
    start = paragraph.counted.index(text)
    words = [word for word in paragraph.words if start <= word.start < start + len(text)]
    first, last = (visitor.page.locator(f'[data-place="{paragraph.key} {word.start} {word.end}"]').first
                   for word in (words[0], words[-1]))  # fmt: skip
    return first, last


def test_an_untagged_letter_becomes_a_kind_in_force_and_a_letter(visitor: Visitor, tmp_path: Path) -> None:
    """From the home page to a kind in force with at most 40 acts: proposals are accepted or refused one by one, words
    are dragged over on the page, the form is looked at; then a letter of it is issued."""
    page, hand = visitor.page, Hand(visitor.page)
    letter = tmp_path / "Undangan rapat.docx"
    letter.write_bytes(untagged_letter())
    page.emulate_media(reduced_motion="reduce")  # colours are those of the moment
    visitor.sign_in("/")
    hand.press(page.get_by_role("navigation", name="Menu utama").get_by_role("link", name="Pengaturan"))
    hand.press(page.get_by_role("navigation", name="Bagian menu").get_by_role("link", name="Templat"))
    look(visitor, "templat")
    page.set_viewport_size(DESKTOP)  # type: ignore[arg-type]
    hand.press(page.get_by_role("link", name="Unggah surat Word"))
    page.get_by_label("Surat atau templat (.docx)").set_input_files(letter)
    hand.count += 1
    hand.press(page.get_by_role("button", name="Unggah", exact=True))
    page.wait_for_url("**/tandai")
    page.wait_for_load_state("networkidle")
    look(visitor, "templat-tandai")
    page.set_viewport_size(DESKTOP)  # type: ignore[arg-type]

    hand.press(page.get_by_role("button", name="Bukan isian: 1 (satu) berkas"))
    expect(page.get_by_role("button", name="Terima: 1 (satu) berkas")).to_have_count(0)
    accept = page.get_by_role("button", name=re.compile("^Terima: "))
    while left := accept.count():
        hand.press(accept)
        expect(page.get_by_role("status").first).to_contain_text("ditandai.")
        assert accept.count() < left
    hand.drag(*words_of(visitor, "undangan_rapat", "1 (satu) berkas"))
    dialog = page.get_by_role("dialog", name="Kata ini isian apa?")
    expect(dialog).to_contain_text("“1 (satu) berkas”")
    expect(dialog.get_by_label("Nama isian")).to_have_value("Lampiran")
    look(visitor, "templat-kata")
    page.set_viewport_size(DESKTOP)  # type: ignore[arg-type]
    hand.press(dialog.get_by_role("button", name="Tandai"))
    expect(page.get_by_role("status").first).to_contain_text("“Lampiran” ditandai.")

    hand.press(page.locator("main").get_by_role("link", name="Atur isian", exact=True))
    visitor.wait_for_preview()
    look(visitor, "templat-isian")
    page.set_viewport_size(DESKTOP)  # type: ignore[arg-type]
    hand.press(page.get_by_role("button", name="Coba", exact=True))
    page.wait_for_url("**/coba")
    hand.press(page.get_by_role("button", name="Coba sekarang"))
    expect(page.get_by_role("heading", name="Terbitkan")).to_be_visible(timeout=60_000)
    look(visitor, "templat-coba")
    page.set_viewport_size(DESKTOP)  # type: ignore[arg-type]
    hand.press(page.get_by_role("button", name="Terbitkan…"))
    expect(page.get_by_role("dialog")).to_contain_text("Sejak sekarang semua Undangan rapat baru memakai versi 1.")
    look(visitor, "templat-terbit")
    page.set_viewport_size(DESKTOP)  # type: ignore[arg-type]
    hand.press(page.get_by_role("button", name="Ya, terbitkan"))
    expect(page.locator("main")).to_contain_text("Berlaku: versi 1")
    look(visitor, "templat-jenis")
    page.set_viewport_size(DESKTOP)  # type: ignore[arg-type]
    assert hand.count <= MOST_ACTS, hand.count

    visitor.go("/buat/pemeliharaan/2/undangan_rapat")
    visitor.wait_for_preview()
    for box in page.locator(".part.fields [data-needed] :is(input:not([type=hidden]), textarea)").all():
        if box.is_visible() and not box.input_value():
            box.fill("2026-11-30" if box.get_attribute("type") == "date" else "12")
    hand.issue()
    (document,) = archived(visitor.site)
    assert (document.kind, document.status) == ("undangan_rapat", "issued")


def test_fields_are_saved_while_typing_and_what_is_wrong_is_not_lost(visitor: Visitor, tmp_path: Path) -> None:
    """A wrong field is marked beside its input and stays typed over a reload; put right, it is saved; moved fields keep
    their place; findings lead to their words on the page."""
    page = visitor.page
    letter = tmp_path / "Undangan rapat.docx"
    letter.write_bytes(untagged_letter())
    page.emulate_media(reduced_motion="reduce")  # colours are those of the moment
    visitor.sign_in("/templat/unggah-surat")
    page.get_by_label("Surat atau templat (.docx)").set_input_files(letter)
    page.get_by_role("button", name="Unggah", exact=True).click()
    for name in ("Undangan rapat persiapan", "Aula Kantor Bupati"):
        page.get_by_role("button", name=re.compile(f"^Terima: {name}")).click()
        expect(page.get_by_role("status").first).to_contain_text("ditandai.")
    visitor.go("/templat/undangan_rapat/1/isian")
    visitor.wait_for_preview()
    saved = page.locator("#keadaan-isian")
    label = page.get_by_label("Label", exact=True).first
    page.get_by_label("Untuk apa naskah ini").fill("Mengundang rapat.")
    expect(saved).to_contain_text("Tersimpan pukul")
    label.fill("")
    expect(page.locator(".sheet-field .wrong")).to_contain_text("tulis labelnya")
    page.reload()
    expect(label).to_have_value("")
    expect(page.locator(".sheet-field .wrong")).to_contain_text("tulis labelnya")
    visitor.complaints.clear()  # the answers 422
    label.fill("Perihal")
    expect(page.locator(".sheet-field .wrong")).to_have_count(0)
    page.get_by_role("button", name="Turunkan Perihal").click()
    expect(saved).to_contain_text("Tersimpan pukul")
    page.wait_for_load_state("networkidle")
    page.reload()
    expect(page.locator(".sheet-field h2").first).to_have_text("Tempat")
    expect(page.get_by_label("Untuk apa naskah ini")).to_have_value("Mengundang rapat.")
    visitor.go("/templat/undangan_rapat/1")
    page.get_by_role("link", name="Lihat pada halaman 1").first.click()
    expect(page.locator(".finding-box:target")).to_be_in_viewport()
    look(visitor, "templat-periksa")
