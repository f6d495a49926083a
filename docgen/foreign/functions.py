"""What a child may be asked to do: pure functions of `docgen.render`, `signer` and `spreadsheets`, by name."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from docgen import signer
from docgen.render import binder, conform, emblem, endorsement, flat, footnote, join, pages, photo, scan, watermark
from docgen.spreadsheets import Grid, filled, read_grid


def packed_grid(name: str, data: bytes, sheet: str, known: Mapping[str, str], mark: str) -> tuple[Grid, bytes]:
    """Return what `read_grid` reads: the sheet without its rows, and these as JSON."""
    grid = read_grid(name, data, sheet=sheet, known=known, mark=mark)
    return replace(grid, rows=()), json.dumps(list(grid.rows)).encode()


FUNCTIONS: Mapping[str, Callable[..., Any]] = {
    function.__name__: function
    for function in (
        pages.page_count,
        pages.page_text,
        pages.grey_png,
        pages.page_png,
        pages.find_boxes,
        pages.find_all,
        flat.flattened,
        flat.has_xfa,
        conform.conforming,
        binder.rehearse_binding,
        endorsement.place_mark,
        footnote.footnote,
        join.join,
        watermark.watermark,
        emblem.prepare_emblem,
        photo.prepare_photo,
        scan.read_scans,
        scan.assemble,
        scan.upright_png,
        filled.filled_sheet,
        packed_grid,
        signer.inspect_signatures,
        signer.more_than_signatures,
        signer.rehearse_seal,
    )
}
