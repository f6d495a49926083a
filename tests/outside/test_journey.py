"""Another system's journey in real Chromium: it holds an asset code and a step, and links to what is archived."""

from __future__ import annotations

from urllib.parse import quote

import pytest
from playwright.sync_api import Browser, expect

from docgen.client import Client
from storage.catalogue import registers
from tests.outside.conftest import Outside
from tests.support.callers.browser import CLERK, DESKTOP, PASSWORD, PHONE
from tests.support.callers.pictures import keep

pytestmark = [pytest.mark.browser, pytest.mark.office]

NIBAR = "045.2/INV-KOM/0012/2016"


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["1366", "360"])
def test_from_the_registers_page_to_the_document_and_its_permalink(
    outside: Outside, browser: Browser, size: dict[str, int]
) -> None:
    """The picker within the register's page gives a link that opens the document; asset and step alone lead to it."""
    client = Client(outside.site.url, outside.token)
    example = outside.site.desk.kinds["nota_dinas"].example
    made = [
        client.issue(
            {"kind": "nota_dinas", "procedure": "pemeliharaan", "step": 2, "assets": [NIBAR],
             "data": example | {"hal": hal}}
        )
        for hal in ("Perbaikan PC monitoring jaringan", "Penggantian catu daya PC monitoring")
    ]  # fmt: skip
    with outside.site.desk.catalogue.read() as tx:
        name = registers.get_asset(tx, NIBAR).name
    complaints: list[str] = []
    context = browser.new_context(viewport=size, locale="id-ID")  # type: ignore[arg-type]
    context.set_default_timeout(20_000)
    page = context.new_page()
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(f"{outside.site.url}/masuk")
    page.get_by_label("Nama pengguna").fill(CLERK)
    page.get_by_label("Kata sandi").fill(PASSWORD)
    page.get_by_role("button", name="Masuk").click()
    page.wait_for_url(f"{outside.site.url}/")

    page.goto(f"{outside.url}/aset/{NIBAR}")
    expect(page.locator("#naskah li")).to_have_count(2)
    picker = page.frame_locator("#bingkai")
    expect(picker.get_by_text("Penggantian catu daya PC monitoring")).to_be_visible()
    assert fits(page.evaluate("[document.documentElement.scrollWidth, document.documentElement.clientWidth]"))
    keep(page, "system-1-register", 1366)
    row = picker.get_by_role("listitem").filter(has_text="Perbaikan PC monitoring jaringan")
    row.get_by_role("button", name="Pilih naskah").click()
    picked = page.locator("#terpilih")
    expect(picked).to_contain_text(made[0]["number"])
    keep(page, "system-2-picked", 360)
    picked.click()
    page.wait_for_url(made[0]["links"]["page"])
    expect(page.get_by_role("heading", level=1)).to_have_text("Perbaikan PC monitoring jaringan")
    keep(page, "system-3-document", 360)

    page.goto(f"{outside.site.url}/arsip/{quote(NIBAR)}/pemeliharaan/2")
    expect(page.get_by_role("heading", level=1)).to_have_text(name)
    expect(page.locator(".doc-row")).to_have_count(2)
    assert fits(page.evaluate("[document.documentElement.scrollWidth, document.documentElement.clientWidth]"))
    keep(page, "system-4-permalink", 1366)
    status, type_, data = outside.ask(f"/arsip/{quote(NIBAR)}/pemeliharaan/2", "application/pdf")
    assert (status, type_, data[:5]) == (200, "application/pdf", b"%PDF-")
    context.close()
    assert complaints == []


def fits(widths: list[int]) -> bool:
    """Whether a page is no wider than its window."""
    return widths[0] <= widths[1] + 1
