"""Check the files that an administrator installs: templates, and the certificate of the seal."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from docgen.errors import PdfError, SignatureError, TemplateError
from docgen.foreign.reader import ChildPool, child_pool
from wording import say

KIND_SECONDS = 20.0  # of processor time, to fill a template three times
OPEN_SECONDS = 10.0


def check_kind(folder: Path, sheet: Mapping[str, Any], example: Mapping[str, Any], source: bytes) -> None:
    """Check the parts of a kind as `docgen.kinds.check.check_kind` does. Raises TemplateError, ReaderBusy."""
    _check(str(folder), "check_kind_parts", str(folder), sheet, example, source, seconds=KIND_SECONDS)


def check_template(data: bytes, name: str) -> None:
    """Open a Word template, as `docgen.render.word.template.open_template` does. Raises TemplateError, ReaderBusy."""
    _check(name, "check_template", data, name, seconds=OPEN_SECONDS)


def check_seal_file(pkcs12: bytes, password: str) -> None:
    """Open a PKCS#12 file, as `docgen.signer.load_seal` does, in a child that is ended with its secret.

    Raises SignatureError, ReaderBusy.
    """
    pool = ChildPool()
    try:
        pool.call("check_seal_file", pkcs12, password, seconds=OPEN_SECONDS)
    except PdfError as error:
        raise SignatureError(
            "Berkas sertifikat ini terlalu berat untuk dibuka. Minta penerbit mengekspor ulang berkas .p12."
        ) from error
    finally:
        pool.close()


def _check(name: str, function: str, *arguments: Any, seconds: float) -> None:
    try:
        child_pool().call(function, *arguments, lane="file", seconds=seconds)
    except PdfError as error:
        raise TemplateError(
            say(
                "{name}: templat ini terlalu berat untuk dibuka, atau rusak. Salin isinya ke dokumen Word "
                "baru, lalu simpan lagi.",
                name=name,
            )
        ) from error
