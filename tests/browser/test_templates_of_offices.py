"""Templates as offices write them in Word become forms that work, in a browser."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import expect

from storage.catalogue.registers import list_officials, search_assets
from tests.support.callers.browser import Visitor, archived
from tests.support.files.office_letters import OFFICE_TEMPLATES

pytestmark = [pytest.mark.browser, pytest.mark.office]

# What stands in a box that does not grow: field, an example that fits, and the longest text.
NARROW = {"guest_card": [("nama_tamu", "Siti Aminah", "60"), ("nomor_meja", "7", "20")]}


@pytest.mark.parametrize("name", sorted(OFFICE_TEMPLATES))
def test_a_template_of_an_office_becomes_a_form_that_issues_a_letter(
    visitor: Visitor, tmp_path: Path, name: str
) -> None:
    """It is uploaded, tried and published as its proposed form stands; the form then issues a letter."""
    page = visitor.page
    letter = tmp_path / f"{name}.docx"
    letter.write_bytes(OFFICE_TEMPLATES[name]())
    visitor.sign_in("/templat/unggah-surat")
    page.get_by_label("Surat atau templat (.docx)").set_input_files(letter)
    page.get_by_role("button", name="Unggah", exact=True).click()
    for field, text, most in NARROW.get(name, ()):
        page.get_by_role("link", name="3. Atur isian").click()
        page.locator(f'[id="isian.{field}"] summary').click()
        page.locator(f'[id="isian.{field}.example"]').fill(text)
        page.locator(f'[id="isian.{field}.max_length"]').fill(most)
        expect(page.locator("#keadaan-isian")).to_contain_text("Tersimpan pukul")
    page.get_by_role("link", name="4. Coba dan terbitkan").click()
    page.get_by_role("button", name="Coba sekarang").click()
    page.get_by_role("button", name="Terbitkan…").click(timeout=60_000)
    page.get_by_role("button", name="Ya, terbitkan").click()
    expect(page.locator("main")).to_contain_text("Berlaku: versi 1")
    kind = visitor.site.desk.kinds[name]
    with visitor.site.desk.catalogue.read() as tx:
        official, (asset,) = list_officials(tx)[0], search_assets(tx, limit=1)
    visitor.go(f"/buat/pemeliharaan/2/{name}?aset={asset.nibar}")
    visitor.wait_for_preview()
    for field in kind.fields:
        box = page.locator(f'[id="data.{field.name}"]')
        example = kind.example.get(field.name)
        if field.type == "table":
            for column, value in (example or [{}])[0].items():
                page.locator(f'[name="data.{field.name}[0].{column}"]').fill(str(value))
        elif field.type == "official":
            box.select_option(official.id, force=True)
        elif field.type == "choice":
            box.select_option(str(example))
        elif field.type not in ("boolean", "photos", "rich_text"):
            box.fill("\n".join(example) if isinstance(example, list) else str(example or ""))
    page.locator(".act-bar").get_by_role("button", name="Terbitkan").click()
    page.get_by_role("dialog").get_by_role("button", name="Ya, terbitkan").click()
    page.wait_for_url("**/d/*")
    (document,) = archived(visitor.site)
    assert (document.kind, document.status) == (name, "issued")
