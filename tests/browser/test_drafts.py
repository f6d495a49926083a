"""Drafts over a slow line: saves that arrive late, or whose answers are lost."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from docgen.desk import Desk
from docgen.desk.drafts.drafts import Save, save_draft
from storage.catalogue.drafting import drafts as catalogue_drafts
from storage.records import Draft
from tests.support.callers.browser import CLERK, Visitor
from web.pages.writing import drafts

pytestmark = [pytest.mark.browser, pytest.mark.office]

FORM = "/buat/pemeliharaan/2/nota_dinas"


def drafts_of_clerk(desk: Desk) -> list[Draft]:
    """Every draft of the clerk."""
    with desk.catalogue.read() as tx:
        return catalogue_drafts.list_drafts(tx, CLERK)


class SlowLine:
    """The first save waits on its way until `go` is set; `left` when it set out, `arrived` when it was answered."""

    def __init__(self) -> None:
        self.left, self.go, self.arrived = threading.Event(), threading.Event(), threading.Event()

    @contextmanager
    def between(self) -> Iterator[None]:
        """Delay the first save that comes, and no other."""
        if self.left.is_set():
            yield
            return
        self.left.set()
        try:
            assert self.go.wait(60)
            yield
        finally:
            self.arrived.set()


@pytest.fixture
def line(monkeypatch: pytest.MonkeyPatch) -> Iterator[SlowLine]:
    """A line on which the first save is late."""
    slow, save = SlowLine(), drafts.save_draft

    def late(*args: Any, **more: Any) -> Draft | None:
        with slow.between():
            return save(*args, **more)

    monkeypatch.setattr(drafts, "save_draft", late)
    yield slow
    slow.go.set()


def write(page: Page, slow: SlowLine) -> None:
    """Type a letter, and wait until its first save is on its way."""
    page.get_by_label("Hal", exact=True).fill("Ditulis di jaringan yang lambat")
    page.get_by_label("Isi", exact=True).fill("Router sering mati.")
    assert slow.left.wait(20)


def type_and_save(page: Page, name: str, text: str) -> None:
    """Fill in a field, and wait until a save that holds it is answered well."""
    with page.expect_response(
        lambda answer: answer.url.endswith("/buat/draf") and text in (answer.request.post_data or "")
    ) as saved:
        page.locator(f'[name="data.{name}"]').fill(text)
    assert saved.value.ok


def test_a_new_form_reloaded_before_its_first_save_arrived_has_one_draft(visitor: Visitor, line: SlowLine) -> None:
    """The words are there after the reload; those typed then go into the same draft, and nobody is asked."""
    page = visitor.page
    visitor.sign_in(FORM)
    write(page, line)
    page.reload()
    expect(page.get_by_label("Isi", exact=True)).to_have_value("Router sering mati.")
    page.get_by_label("Isi", exact=True).fill("Router sering mati. Diganti besok.")
    expect(page.locator("#keadaan-draf")).to_contain_text("Draf tersimpan pukul")
    line.go.set()
    assert line.arrived.wait(20)
    type_and_save(page, "hal", "Penggantian router")
    expect(page.locator("#bentrok")).to_be_hidden()
    (draft,) = drafts_of_clerk(visitor.site.desk)
    assert (draft.body["data"]["hal"], draft.body["data"]["isi"]) == (
        "Penggantian router",
        "Router sering mati. Diganti besok.",
    )


def test_a_save_that_arrives_after_the_letter_was_issued_leaves_no_draft(visitor: Visitor, line: SlowLine) -> None:
    """A letter issued while the first save of its form is still on its way leaves no draft behind."""
    page = visitor.page
    visitor.sign_in(FORM)
    write(page, line)
    page.get_by_role("button", name="Terbitkan…").click()
    page.get_by_role("button", name="Ya, terbitkan").click()
    page.wait_for_url("**/d/*")
    line.go.set()
    assert line.arrived.wait(20)
    assert drafts_of_clerk(visitor.site.desk) == []
    visitor.go("/")
    expect(page.locator("main")).not_to_contain_text("Ditulis di jaringan yang lambat draf")


def test_a_check_while_the_first_save_is_under_way_asks_nobody(visitor: Visitor, line: SlowLine) -> None:
    """The page that answers the check saves on, knows the save before it as its own, and there is one draft."""
    page = visitor.page
    visitor.sign_in(FORM)
    write(page, line)
    page.get_by_label("Tembusan").fill("Arsip")
    page.get_by_role("button", name="Terbitkan…").click()
    expect(page.get_by_role("button", name="Ya, terbitkan")).to_be_visible()
    line.go.set()
    assert line.arrived.wait(20)
    page.locator("#konfirmasi [data-close]").click()
    type_and_save(page, "tembusan", "Arsip Daerah")
    expect(page.locator("#bentrok")).to_be_hidden()
    (draft,) = drafts_of_clerk(visitor.site.desk)
    assert draft.body["data"]["tembusan"] == "Arsip Daerah"


def test_a_new_form_whose_draft_another_tab_saved_is_at_that_draft(visitor: Visitor) -> None:
    """A copy of the tab saved first: the address names the draft that is asked about, and keeps it."""
    page, desk = visitor.page, visitor.site.desk
    visitor.sign_in(FORM)
    key = page.locator('[name="kunci"]').input_value()
    body = {"kind": "nota_dinas", "procedure": "pemeliharaan", "step": 2, "data": {"hal": "Salinan"}, "assets": []}
    theirs = save_draft(desk, CLERK, body, Save(key=key, id="x"))
    assert theirs is not None
    page.get_by_label("Hal", exact=True).fill("Milik saya")
    expect(page.locator("#bentrok")).to_be_visible()
    expect(page).to_have_url(re.compile(f"draf={theirs.id}"))
    page.get_by_role("button", name="Simpan milik saya").click()
    expect(page.locator("#keadaan-draf")).to_contain_text("Draf tersimpan pukul")
    visitor.go(f"{FORM}?draf={theirs.id}")
    expect(page.get_by_label("Hal", exact=True)).to_have_value("Milik saya")
    visitor.complaints.clear()  # Chromium notes the answer 409
