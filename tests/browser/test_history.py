"""The audit log in a real browser: readable on a desktop and a phone."""

from __future__ import annotations

import pytest

from docgen.desk.registers.edit import add_asset, change_asset, change_emblem
from storage.records import Asset
from tests.support.callers.browser import DESKTOP, PHONE, Visitor

pytestmark = [pytest.mark.office, pytest.mark.browser]


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_the_log_fits_with_its_details_open(visitor: Visitor, size: dict[str, int]) -> None:
    """Menu, filters and the longest details stay inside the window; a click on Rincian shows before and after."""
    desk = visitor.site.desk
    asset = Asset(nibar="12.10.20.05.01.2024.000017", name="Access Point Ruang Pelayanan Terpadu", location="Rak 3")
    add_asset(desk, asset, by="siti")
    moved = asset.model_copy(update={"location": "Mal Pelayanan Publik, lantai dua, lemari jaringan sebelah timur"})
    change_asset(desk, moved, by="Sistem Informasi Manajemen Barang Daerah")
    change_emblem(desk, None, by="siti")
    visitor.page.set_viewport_size(size)  # type: ignore[arg-type]
    visitor.sign_in("/riwayat")
    assert visitor.fits()
    for one in visitor.page.get_by_text("Rincian").all():
        one.click()
    assert visitor.page.get_by_role("cell", name=moved.location).is_visible()
    visitor.page.get_by_text("Saring", exact=True).click()
    assert visitor.fits()
    visitor.shot("riwayat", full=True)
