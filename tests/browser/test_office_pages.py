"""What an administrator sets for numbers and signatures fits a phone, and is reached from the menu of settings."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from docgen.desk.decisions.number import NumberRequest, give_number
from docgen.desk.signing.kept_aside import keep_aside, store_refused
from tests.support.callers.browser import PHONE, Visitor
from tests.support.files.pdfs import pdf
from tests.support.office.decisions import relocation_plan

pytestmark = [pytest.mark.browser, pytest.mark.office]


def test_pages_of_numbers_and_signatures_fit_a_phone(visitor: Visitor) -> None:
    """Also where a refused file waits to be seen, whose count stands in the menu; the menu says where one is."""
    desk = visitor.site.desk
    file = store_refused(desk, pdf("Surat yang lain"))
    document = relocation_plan(desk)
    with desk.catalogue.write() as tx:
        keep_aside(desk, tx, document, "kepala-dinas", "sari", "Isinya bukan naskah yang dikirim.", file)
    page = visitor.page
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    visitor.sign_in("/kantor")
    rooms = {
        "/kantor/penomoran": "Kantor",
        "/kantor/tanda-tangan-elektronik": "Kantor",
        "/kantor/segel-bsre": "Kantor",
        "/pejabat/identitas?id=kepala-dinas": "Pejabat",
        "/berkas-ditolak": "Berkas yang ditolak",
    }
    for address, room in rooms.items():
        page.goto(visitor.site.url + address)
        expect(page.get_by_role("navigation", name="Bagian menu").locator("[aria-current]")).to_contain_text(room)
        assert visitor.fits(), address
        visitor.shot(f"kantor-{address.split('/')[-1].split('?')[0]}", full=True)


def test_a_long_number_of_another_system_is_whole_on_a_phone(visitor: Visitor) -> None:
    """In the agenda it is broken where it has no place to break, instead of running out of its line."""
    desk = visitor.site.desk
    document = relocation_plan(desk, numbering={"by": "SRIKANDI"})
    request = NumberRequest(number="W" * 120, date=document.date)
    give_number(desk, document.id, request, "sari")
    visitor.page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    visitor.sign_in("/agenda")
    visitor.page.goto(f"{visitor.site.url}/agenda?seri=SRIKANDI&tahun={document.year}")
    number = visitor.page.locator("td a.struck")
    expect(number).to_contain_text("WWW")
    box = number.bounding_box()
    assert box is not None
    assert box["x"] + box["width"] <= PHONE["width"]
    assert visitor.fits()
