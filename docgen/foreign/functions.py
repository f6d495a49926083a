"""What a child may be asked to do: pure functions of `docgen.render`, by name."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from docgen.render import flat, pages, photo, scan

FUNCTIONS: Mapping[str, Callable[..., Any]] = {
    function.__name__: function
    for function in (
        pages.page_count,
        pages.page_text,
        pages.page_png,
        pages.page_size,
        pages.find_boxes,
        pages.find_all,
        flat.flattened,
        photo.prepare_photo,
        scan.read_scans,
        scan.assemble,
        scan.upright_png,
    )
}
