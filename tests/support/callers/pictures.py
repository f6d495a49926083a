"""Pictures of the journeys for docs/: written only when DOCGEN_JOURNEYS names their folder."""

from __future__ import annotations

import io
import os
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page

LARGEST = 150_000  # bytes
TALLEST = 1100  # pixels of a phone's page
COLOURS = (256, 128, 64)


def keep(page: Page, name: str, *widths: int) -> None:
    """Keep what a window of one of these widths shows as `{name}-{width}.png`, in as few colours as its size asks for.

    A phone shows its page further down, too. Raises AssertionError when it stays too large.
    """
    folder = os.environ.get("DOCGEN_JOURNEYS")
    if not folder or (page.viewport_size or {"width": 0})["width"] not in widths:
        return
    page.wait_for_load_state("networkidle")
    size = page.viewport_size or {"width": 0}
    phone = size["width"] < 600
    picture = Image.open(io.BytesIO(page.screenshot(full_page=phone, animations="disabled"))).convert("RGB")
    if phone:
        picture = picture.crop((0, 0, picture.width, min(picture.height, TALLEST)))
    for colours in COLOURS:
        out = io.BytesIO()
        picture.quantize(colours, dither=Image.Dither.NONE).save(out, "PNG", optimize=True)
        if len(out.getvalue()) < LARGEST:
            break
    assert len(out.getvalue()) < LARGEST
    Path(folder).mkdir(parents=True, exist_ok=True)
    (Path(folder) / f"{name}-{size['width']}.png").write_bytes(out.getvalue())
