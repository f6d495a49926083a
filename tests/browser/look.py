"""What every page of a journey has to be, on each screen and in each light."""

from __future__ import annotations

from tests.browser.axe import violations
from tests.support.callers.browser import DESKTOP, PHONE, Visitor


def look(visitor: Visitor, name: str) -> None:
    """Check that a page fits and keeps nobody out, on a phone by day and by night, and on a desk; keep its pictures."""
    page = visitor.page
    for size in (DESKTOP, PHONE):
        page.set_viewport_size(size)  # type: ignore[arg-type]
        visitor.shot(name)
        assert visitor.fits()
    assert violations(page) == []
    page.emulate_media(color_scheme="dark")
    visitor.shot(f"malam-{name}")
    assert violations(page) == []
    page.emulate_media(color_scheme="light")
