"""Several people at one computer: whoever signed out leaves nothing behind for the next."""

from __future__ import annotations

import time

import pytest

from docgen.desk.access.accounts import create_user
from tests.support.callers.browser import PASSWORD, Visitor

pytestmark = [pytest.mark.browser, pytest.mark.office]

TYPED = "docgen:rina:/buat/pemeliharaan/2/nota_dinas:x"


def test_signing_out_forgets_what_was_typed(visitor: Visitor) -> None:
    """What a form kept in the browser is there while its person is signed in, and gone for the next; soon."""
    page = visitor.page
    create_user(visitor.site.desk, "rina", "operator", "Rina Wahyuni", PASSWORD)
    visitor.sign_in("/", "rina")
    for storage in ("localStorage", "sessionStorage"):
        page.evaluate(f"{storage}.setItem('{TYPED}', 'rahasia')")
    visitor.go("/arsip")
    assert page.evaluate(f"localStorage.getItem('{TYPED}')") == "rahasia"
    page.locator("details.who summary").click()
    began = time.monotonic()
    page.get_by_role("button", name="Keluar", exact=True).click()
    page.wait_for_url("**/masuk")
    page.get_by_label("Nama pengguna").wait_for()
    assert time.monotonic() - began < 5
    assert page.evaluate("Object.keys(localStorage).concat(Object.keys(sessionStorage))") == ["docgen-keluar"]
    page.go_back()
    assert page.url == f"{visitor.site.url}/masuk?next=/arsip"


def test_the_script_forgets_where_the_header_is_not_heard(visitor: Visitor) -> None:
    """On plain http elsewhere browsers ignore the header, so the page that follows signing out clears what is ours."""
    page = visitor.page
    visitor.sign_in("/")
    page.evaluate(f"localStorage.setItem('{TYPED}', 'rahasia'); localStorage.setItem('lain', 'tetap')")
    token = page.locator("form[action='/keluar'] input[name=csrf_token]").get_attribute("value")
    answer = page.request.post(
        f"{visitor.site.url}/keluar",
        form={"csrf_token": token or ""},
        headers={"Origin": visitor.site.url},
        max_redirects=0,
    )
    assert answer.status == 303
    visitor.go("/masuk")
    assert page.evaluate(f"[localStorage.getItem('{TYPED}'), localStorage.getItem('lain')]") == [None, "tetap"]
