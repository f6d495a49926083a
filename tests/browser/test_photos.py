"""Photos in a real browser: chosen, captioned, removed, kept with the draft, seen in the preview."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Response, expect

from tests.support.callers.browser import PHONE, Visitor
from tests.support.files.photos import telephone_photo

pytestmark = [pytest.mark.office, pytest.mark.browser]


@pytest.fixture
def photos(tmp_path: Path) -> list[Path]:
    """Three photos and a text that calls itself one."""
    made = []
    for number, (width, height, colour) in enumerate(((1200, 900, "teal"), (900, 1200, "navy"), (600, 600, "olive"))):
        made.append(tmp_path / f"IMG_{number}.jpg")
        made[-1].write_bytes(telephone_photo(width, height, colour=colour))
    made.append(tmp_path / "catatan.jpg")
    made[-1].write_bytes(b"bukan foto")
    return made


def test_photos_are_sent_when_chosen_and_stay_with_the_draft(visitor: Visitor, photos: list[Path]) -> None:
    """Each chosen photo gets a picture and a caption; one is removed; reloading brings the rest back as it was."""
    page = visitor.page
    visitor.sign_in("/buat/pemeliharaan/5/laporan_pemeliharaan")
    visitor.wait_for_preview()
    rows = page.locator(".photo-list > li")
    page.get_by_label("Foto (boleh kosong)").set_input_files(photos[:3])
    expect(rows).to_have_count(3)
    expect(page.locator(".photo-say")).to_have_text("Foto terunggah. Tulis keterangannya.")
    expect(page.locator(".photo-progress")).to_be_hidden()
    for number, caption in enumerate(("Sebelum", "Pekerjaan", "Sesudah"), start=1):
        page.get_by_label(f"Keterangan foto {number}").fill(caption)
    page.wait_for_function("() => [...document.querySelectorAll('.photo-list img')].every(one => one.naturalWidth > 0)")
    with page.expect_response(holds_two_photos):
        page.get_by_role("button", name="Hapus foto 2").click()
        expect(rows).to_have_count(2)
        expect(page.get_by_label("Keterangan foto 2")).to_have_value("Sesudah")
    page.wait_for_function("() => location.search.startsWith('?draf=')")
    expect(page.locator("#keadaan-draf")).to_contain_text("Draf tersimpan pukul")
    visitor.wait_for_preview()
    visitor.shot("foto", full=True)
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    assert visitor.fits()
    visitor.shot("foto", full=True)
    page.reload()
    expect(rows).to_have_count(2)
    expect(page.get_by_label("Keterangan foto 1")).to_have_value("Sebelum")
    expect(page.get_by_label("Keterangan foto 2")).to_have_value("Sesudah")


def holds_two_photos(answer: Response) -> bool:
    """Whether this answers a save of the draft without the second photo."""
    sent = answer.request.post_data or ""
    return answer.url.endswith("/buat/draf") and "Sesudah" in sent and "Pekerjaan" not in sent


def test_a_file_that_is_no_photo_is_named(visitor: Visitor, photos: list[Path]) -> None:
    """What is wrong with it stands below; the photo beside it is there."""
    page = visitor.page
    visitor.sign_in("/buat/pemeliharaan/5/laporan_pemeliharaan")
    visitor.wait_for_preview()
    page.get_by_label("Foto (boleh kosong)").set_input_files([photos[3], photos[0]])
    expect(page.locator(".photo-list > li")).to_have_count(1)
    expect(page.locator(".photo-say")).to_contain_text("catatan.jpg: bukan foto yang dapat dibaca")
    visitor.complaints.clear()  # the browser itself notes the answer 422
