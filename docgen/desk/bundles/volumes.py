"""Each volume (Jilid) of a bundle as a PDF of its own, to be printed and bound alone."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import BinaryIO

from docgen.desk.bundles.manifest import Manifest
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


def volume_files(bundle: BinaryIO, manifest: Manifest, tick: Callable[[], None] = lambda: None) -> Iterator[VolumeFile]:
    """Yield the volumes of a bundle, cut from its file in turn; none where it is not divided. Raises PdfError.

    `tick` is called before each and may raise to stop.
    """
    if len(manifest.volumes) < 2:
        return
    finished = FinishedBundle(bundle)
    try:
        for number in range(1, len(manifest.volumes) + 1):
            tick()
            yield _cut(finished, manifest, number)
    finally:
        finished.close()


def volume_of(pdf: bytes, manifest: Manifest, number: int) -> VolumeFile:
    """Return one volume of a bundle that was archived in one file. Raises NotFound, PdfError."""
    if not 1 <= number <= len(manifest.volumes) or len(manifest.volumes) < 2:
        raise NotFound(say("Bundel ini tidak punya jilid {number}.", number=number))
    with tempfile.TemporaryFile() as file:
        file.write(pdf)
        finished = FinishedBundle(file)
        try:
            return _cut(finished, manifest, number)
        finally:
            finished.close()


def volume_name(manifest: Manifest, number: int) -> str:
    """Return `{title}, Jilid 2 dari 3`: the title of a volume's file."""
    return f"{manifest.title}, Jilid {number} dari {len(manifest.volumes)}"


def _cut(finished: FinishedBundle, manifest: Manifest, number: int) -> VolumeFile:
    volume = manifest.volumes[number - 1]
    per = 2 if manifest.request.get("two_up") else 1
    begins = (volume.starts_at - 1) // per
    sides = -(-volume.pages // per)
    with tempfile.TemporaryFile() as out:
        finished.extract(begins, sides, out, title=volume_name(manifest, number))
        out.seek(0)
        return VolumeFile(number, len(manifest.volumes), volume.pages, out.read(), sides)
