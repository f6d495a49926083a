"""docs/signing.md tells a newcomer what is there: its buttons, settings and pictures are those of the service."""

from __future__ import annotations

import re
from importlib.resources import files
from io import BytesIO
from pathlib import Path

from babel.messages.pofile import read_po

DOCS = Path(__file__).parents[3] / "docs"
PAGE = (DOCS / "signing.md").read_text(encoding="utf-8")


def test_its_words_are_those_on_the_pages() -> None:
    """Each text in italics stands on a page of the service."""
    source = (files("web") / "translations/en/LC_MESSAGES/messages.po").read_bytes()
    texts = {
        re.sub(r" ?\(?\{1\}\)?", "", str(message.id)) for message in read_po(BytesIO(source), locale="en") if message.id
    }
    named = set(re.findall(r"(?<!\*)\*([^*\n]+)\*(?!\*)", PAGE)) - {"Esign Client Service"}
    assert sorted(named - texts) == []


def test_its_settings_are_described() -> None:
    """Each has its row on the page of settings."""
    settings = (DOCS / "settings.md").read_text(encoding="utf-8")
    named = set(re.findall(r"DOCGEN_[A-Z_]+", PAGE))
    assert sorted(name for name in named if f"`{name}`" not in settings) == []


def test_its_pictures_are_there() -> None:
    """No link to a picture is dead."""
    named = re.findall(r"!\[[^]]+\]\(([^)]+)\)", PAGE)
    assert named
    assert [name for name in named if not (DOCS / name).is_file()] == []
