"""Each volume (Jilid) of a bundle as a PDF of its own, to be printed and bound alone."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, BinaryIO

from docgen.errors import NotFound
from docgen.render.bundles.extract import FinishedBundle
from wording import say


@dataclass(frozen=True)
class VolumeFile:
    """A volume: which of how many, the number of its numbered pages, its file and the pages a viewer counts in it."""

    number: int
    of: int
    pages: int
    pdf: bytes
    sides: int


def volume_files(
    bundle: BinaryIO, manifest: Mapping[str, Any], tick: Callable[[], None] = lambda: None
) -> Iterator[VolumeFile]:
    """The volumes of a bundle, cut from its file one after another; none where it is not divided. Raises PdfError.

    `tick` is called before each and may raise to stop.
    """
    if len(manifest["volumes"]) < 2:
        return
    whole = FinishedBundle(bundle)
    try:
        for number in range(1, len(manifest["volumes"]) + 1):
            tick()
            yield _cut(whole, manifest, number)
    finally:
        whole.close()


def volume_of(pdf: bytes, manifest: Mapping[str, Any], number: int) -> VolumeFile:
    """One volume of a bundle that was archived as a whole. Raises NotFound, PdfError."""
    if not 1 <= number <= len(manifest["volumes"]) or len(manifest["volumes"]) < 2:
        raise NotFound(say("Bundel ini tidak punya jilid {number}.", number=number))
    with tempfile.TemporaryFile() as file:
        file.write(pdf)
        whole = FinishedBundle(file)
        try:
            return _cut(whole, manifest, number)
        finally:
            whole.close()


def volume_name(manifest: Mapping[str, Any], number: int) -> str:
    """`{title}, Jilid 2 dari 3`: what a volume's file says that it is."""
    return f"{manifest['title']}, Jilid {number} dari {len(manifest['volumes'])}"


def _cut(whole: FinishedBundle, manifest: Mapping[str, Any], number: int) -> VolumeFile:
    told = manifest["volumes"][number - 1]
    per = 2 if manifest["request"].get("two_up") else 1
    begins = (told["starts_at"] - 1) // per
    sides = -(-told["pages"] // per)
    with tempfile.TemporaryFile() as out:
        whole.extract(begins, sides, out, title=volume_name(manifest, number))
        out.seek(0)
        return VolumeFile(number, len(manifest["volumes"]), told["pages"], out.read(), sides)
