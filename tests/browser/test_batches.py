"""Many letters in a real browser: a sheet with a mistake, mended, issued and fetched."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from docgen.forms.spreadsheet.columns import ASSETS
from tests.support.callers.browser import DESKTOP, PHONE, Visitor
from tests.support.files.sheets import changed, unmarked

pytestmark = [pytest.mark.office, pytest.mark.browser]


def test_a_sheet_is_checked_mended_and_issued(visitor: Visitor, tmp_path: Path) -> None:
    """From the menu to the letters: a sheet fetched, an error in its cell, then all issued while one watches."""
    page = visitor.page
    visitor.sign_in("/buat")
    page.get_by_role("link", name="Naskah massal", exact=True).click()
    visitor.shot("massal-kosong", full=True)
    page.get_by_label("Jenis naskah").first.select_option("penggunaan/1/berita_acara_serah_terima")
    with page.expect_download() as download:
        page.get_by_role("button", name="Unduh lembar isian").click()
    book = unmarked(Path(download.value.path()).read_bytes())

    def several(sheet: Any) -> None:
        rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=4, max_row=sheet.max_row)]
        for _ in range(11):
            sheet.append([None])
            for row in rows:
                sheet.append(row)

    def spoil(sheet: Any) -> None:
        asset = next(cell.column for cell in sheet[2] if cell.value == ASSETS)
        sheet.cell(4, asset).value = "999-tidak-ada"

    wrong, right = tmp_path / "salah.xlsx", tmp_path / "benar.xlsx"
    wrong.write_bytes(changed(book, spoil))
    right.write_bytes(changed(book, several))
    page.get_by_label("Jenis naskah").nth(1).select_option("penggunaan/1/berita_acara_serah_terima")
    page.get_by_label("Lembar isian").set_input_files(wrong)
    page.get_by_role("button", name="Periksa").click()
    expect(page.locator("td.is-wrong")).to_contain_text("999-tidak-ada")
    visitor.complaints.clear()  # the browser itself notes the answer 422
    for size in (PHONE, DESKTOP):
        page.set_viewport_size(size)  # type: ignore[arg-type]
        assert visitor.fits()
        visitor.shot("massal-salah", full=True)
    page.get_by_label("Lembar isian yang sudah diperbaiki").set_input_files(right)
    page.get_by_role("button", name="Periksa lagi").click()
    expect(page.get_by_text("12 baris benar semua.")).to_be_visible()
    visitor.shot("massal-benar", full=True)
    page.get_by_role("button", name="Terbitkan 12 naskah").click()
    visitor.shot("massal-jalan")
    expect(page.get_by_role("heading", name="12 naskah terbit")).to_be_visible(timeout=60_000)
    for size in (PHONE, DESKTOP):
        page.set_viewport_size(size)  # type: ignore[arg-type]
        assert visitor.fits()
        visitor.shot("massal-selesai", full=True)
