"""Scan back in a real browser: a stack is chosen, sorted while one watches, and its torn page placed by hand."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.support.callers.browser import DESKTOP, PHONE, Visitor
from tests.support.files.scans import filed, letter, sheets, without_code

pytestmark = [pytest.mark.office, pytest.mark.browser]


def test_a_stack_is_sorted_and_its_torn_page_placed(visitor: Visitor, tmp_path: Path) -> None:
    """From the menu to the filed scan: files listed as chosen, missing page named, a wrong entry kept, then placed."""
    page, desk = visitor.page, visitor.site.desk
    whole, lacking = letter(desk, 12, hal="Perawatan menara"), letter(desk, 60, hal="Pengadaan perangkat jaringan")
    scans = [*sheets(desk, whole), *sheets(desk, lacking)]
    scans[3] = ("sobek.jpg", without_code(scans[3][1]))
    paths = [tmp_path / name for name, _ in [*scans, ("catatan.pdf", b"")]]
    for path, (_, data) in zip(paths, [*scans, ("catatan.pdf", b"bukan PDF")], strict=True):
        path.write_bytes(data)
    visitor.sign_in("/")
    assert visitor.fits()
    page.get_by_role("link", name="Arsip").first.click()
    page.get_by_role("link", name="Pindaian").first.click()
    visitor.shot("pindaian-kosong")
    page.get_by_label("Hasil pindai").set_input_files([*paths[:4], *paths[5:]])
    expect(page.locator(".drop-list li")).to_have_count(6)
    visitor.shot("pindaian-pilih")
    page.get_by_role("button", name="Unggah dan pilah").click()
    expect(page.get_by_role("heading", name="Hasil pemilahan")).to_be_visible()
    expect(page.get_by_text("Halaman 2 dan 3 belum ada.")).to_be_visible()
    for size in (PHONE, DESKTOP):
        page.set_viewport_size(size)  # type: ignore[arg-type]
        page.wait_for_function(
            "() => [...document.images].every(one => one.loading !== 'lazy' || one.naturalWidth > 0)"
        )
        assert visitor.fits()
        visitor.shot("pindaian-hasil", full=True)
    page.get_by_label("Nomor atau kode naskah").fill(lacking.number)
    page.get_by_label("Halaman ke").fill("9")
    page.get_by_label("Halaman ke").press("Enter")
    expect(page.locator(".wrong")).to_contain_text("terdiri atas 4 halaman")
    expect(page.get_by_label("Nomor atau kode naskah")).to_have_value(lacking.number)
    visitor.complaints.clear()  # the browser itself notes the answer 422
    assert filed(desk, lacking) == []
    visitor.shot("pindaian-salah", full=True)
    page.get_by_label("Halaman ke").fill("2")
    page.get_by_role("button", name="Simpan penempatan").last.click()
    expect(page.get_by_text("Halaman 3 belum ada.")).to_be_visible()
    page.get_by_role("button", name="Lampirkan tanpa halaman itu").click()
    expect(page.get_by_text(f"Hasil pindai naskah {lacking.number} dilampirkan.")).to_be_visible()
    assert filed(desk, whole) == [([1, 2], 2)]
    assert filed(desk, lacking) == [([1, 2, 4], 3)]
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    assert visitor.fits()
    visitor.shot("pindaian-selesai", full=True)
    visitor.go("/pindaian")
    assert visitor.fits()
    visitor.shot("pindaian-daftar", full=True)
