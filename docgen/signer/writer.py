"""Open a PDF to append to it what signatures need, and nothing else."""

from __future__ import annotations

import io

from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter


class UnchangedMetadataWriter(IncrementalPdfFileWriter):
    """Leaves XMP and Info as they are. pyHanko would write its name in both, differently: PDF/A wants them to agree."""

    def _update_meta(self) -> None:
        pass


def open_writer(pdf: bytes) -> UnchangedMetadataWriter:
    """Return a writer that appends to `pdf`, which `read_pdf` has accepted."""
    writer = UnchangedMetadataWriter(io.BytesIO(pdf), strict=False)
    if writer.prev.encrypted:
        writer.encrypt("")  # type: ignore[no-untyped-call]  # it only limits use: read_pdf saw to that
    return writer
