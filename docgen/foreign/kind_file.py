"""Open the file of a kind that another office sent, in a child process."""

from __future__ import annotations

from typing import Any, cast

from docgen.errors import DataFileError, PdfError
from docgen.foreign.reader import child_pool
from docgen.kinds.kind_file import KindFile, Manifest

SECONDS = 5.0  # of processor time


def unpack_kind(data: bytes) -> KindFile:
    """Call `docgen.kinds.kind_file.unpack_kind` in a child process. Raises DataFileError, ReaderBusy."""
    try:
        manifest, *parts = cast(list[Any], child_pool().call("unpack_kind", data, lane="file", seconds=SECONDS))
    except PdfError as error:
        raise DataFileError("Berkas ini terlalu berat untuk dibuka, atau rusak. Minta ekspor yang baru.") from error
    return KindFile(Manifest.model_validate(manifest), *parts)
