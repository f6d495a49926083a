"""The hand of a person at a page: does what a person does, and counts it."""

from __future__ import annotations

from playwright.sync_api import Locator, Page


class Hand:
    """Does what a person does, and counts it."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.count = 0

    def press(self, place: Locator) -> None:
        """Press something."""
        place.first.click()
        self.count += 1

    def write(self, place: Locator, text: str, *, key: str = "") -> None:
        """Type into a field, and press a key that takes what it offers."""
        place.fill(text)
        self.count += 1
        if key:
            self.page.keyboard.press(key)
            self.count += 1

    def issue(self) -> None:
        """Issue what the form holds, and wait for the letter."""
        self.press(self.page.locator(".act-bar").get_by_role("button", name="Terbitkan"))
        self.press(self.page.get_by_role("dialog").get_by_role("button", name="Ya, terbitkan"))
        self.page.wait_for_url("**/d/*")

    def drag(self, first: Locator, last: Locator) -> None:
        """Go down with the pointer on one thing, and up on another."""
        first.scroll_into_view_if_needed()
        start, end = first.bounding_box(), last.bounding_box()
        assert start
        assert end
        self.page.mouse.move(start["x"] + start["width"] / 2, start["y"] + start["height"] / 2)
        self.page.mouse.down()
        self.page.mouse.move(end["x"] + end["width"] / 2, end["y"] + end["height"] / 2)
        self.page.mouse.up()
        self.count += 1
