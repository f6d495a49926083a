"""Tables of a form: rows are added, removed and kept, wide ones as cards."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from docgen.desk import Desk
from docgen.kinds import Kind
from tests.browser.conftest import PHONE, Visitor

pytestmark = [pytest.mark.browser, pytest.mark.office]


def with_table(desk: Desk) -> tuple[Kind, str, int]:
    """A kind whose form has a table, and a step where it is made."""
    for procedure in desk.sop.procedures:
        for step in procedure.steps:
            for slug in step.outputs:
                kind = desk.kinds.get(slug)
                if kind and any(field.type == "table" for field in kind.fields):
                    return kind, procedure.slug, step.number
    raise AssertionError("no kind with a table is made at any step")


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
