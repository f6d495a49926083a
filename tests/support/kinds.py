"""Small kinds of an office's own, of a title and a text."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

from tests.support.word import word

_SHEET = """title: {0}
title_field: hal
fields:
  - {{name: hal, label: Hal, required: true}}
  - {{name: isi, label: Isi}}
"""


def write_kind(folder: Path, slug: str, body: str, parts: Mapping[str, str] | None = None) -> Path:
    """Write a kind with the fields hal and isi into `folder`; returns its own."""
    own = folder / slug
    own.mkdir(parents=True)
    (own / "template.docx").write_bytes(word(body, parts))
    (own / "fields.yaml").write_text(_SHEET.format(slug.title()), encoding="utf-8")
    (own / "example.json").write_text(json.dumps({"hal": "Uji", "isi": "Isi"}), encoding="utf-8")
    return own
