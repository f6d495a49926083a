"""A citizen with a phone: is the PDF that came by messenger the one the office archived?"""

from __future__ import annotations

import pytest
from playwright.sync_api import FilePayload, expect

from docgen.desk.decisions.endorse import EndorsementRequest, endorse
from docgen.desk.issuing.issue import issue
from docgen.desk.issuing.request import DocumentRequest
from storage.catalogue import documents, registers
from tests.support.callers.browser import PHONE, Visitor

pytestmark = [pytest.mark.browser, pytest.mark.office]


def test_a_file_is_compared_on_a_phone(visitor: Visitor) -> None:
    """At 360 px, signed in nowhere: an older PDF is told so, a changed one too, a code with its number leads on."""
    desk, page = visitor.site.desk, visitor.page
    body = {
        **{"kind": "rencana_pemindahtempatan", "procedure": "pemindahtempatan", "step": 1},
        **{"assets": ["6310190000101"], "data": desk.kinds["rencana_pemindahtempatan"].example},
    }
    with desk.catalogue.write() as tx:
        registers.put_office(tx, registers.get_office(tx).model_copy(update={"verify_shows": "pages"}))
    document = issue(desk, DocumentRequest.model_validate(body), "siti")
    asked = EndorsementRequest(official="kepala-bidang", decision="setuju")
    endorse(desk, document.id, asked, "siti", ["*"])
    with desk.catalogue.read() as tx:
        first = desk.store.get(documents.get_revision(tx, document.id, 1).pdf.key)

    def choose(data: bytes) -> None:
        file: FilePayload = {"name": "rencana.pdf", "mimeType": "application/pdf", "buffer": data}
        page.get_by_label("Berkas PDF").set_input_files(file)

    def seen(name: str) -> None:
        page.wait_for_load_state("networkidle")
        assert visitor.fits()
        visitor.shot(name, full=True)

    page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    visitor.go("/verifikasi")
    seen("periksa")
    choose(first)
    page.get_by_role("button", name="Periksa berkas").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Asli, tetapi ada revisi baru")
    expect(page.locator("main")).to_contain_text("disetujui Kepala Bidang")
    seen("periksa-revisi-baru")
    choose(first + b"\n")
    page.get_by_role("button", name="Bandingkan dengan arsip").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Berkas berubah atau bukan yang asli")
    seen("periksa-berubah")
    page.get_by_role("link", name="Periksa naskah lain").click()
    page.get_by_label("Kode verifikasi").fill(document.code.lower())
    page.get_by_label("Nomor naskah").fill(document.number)
    page.get_by_role("button", name="Periksa kode").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Terdaftar dan asli dalam arsip")
    page.get_by_role("img", name="Halaman 1").scroll_into_view_if_needed()
    seen("periksa-asli")
