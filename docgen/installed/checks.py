"""Check the files that an administrator installs: templates, and the certificate of the seal."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

from docgen.errors import PdfError, SignatureError, TemplateError
from docgen.foreign.reader import ChildPool, child_pool
from docgen.forms.field_sheet import FieldSheet
from docgen.kinds.kind import Kind
from docgen.libreoffice.font_list import font_families
from docgen.render.shared.definitions import NO_PARTS, SharedParts, place_of
from docgen.template_lint.finding import Finding, too_heavy
from storage.records import Office
from wording import say

KIND_SECONDS = 20.0  # of processor time, to fill a template three times
OPEN_SECONDS = 10.0
EXAMINE_SECONDS = 6.0  # the largest delivered template takes half of one


def check_kind(kind: Kind) -> None:
    """Check a kind as `docgen.kinds.check.check_kind` does. Raises TemplateError, ReaderBusy."""
    parts = (kind.slug, kind.origin, kind.sheet.model_dump(mode="json"), kind.example, kind.source, kind.shared)
    _check(kind.origin, "check_kind_parts", *parts, seconds=KIND_SECONDS)


def check_template(data: bytes, name: str, shared: SharedParts = NO_PARTS) -> None:
    """Open a Word template with its shared parts, as the service does to fill it. Raises TemplateError, ReaderBusy."""
    _check(name, "check_template", data, name, shared, seconds=OPEN_SECONDS)


def check_shared_part(name: str, shared: SharedParts) -> None:
    """Check whether a shared part can stand in a template. Raises TemplateError, ReaderBusy."""
    _check(place_of(name), "require_insertable", name, shared, seconds=OPEN_SECONDS)


def examine_template(
    docx: bytes, sheet: FieldSheet | None = None, office: Office | None = None, shared: SharedParts = NO_PARTS
) -> list[Finding]:
    """Return the faults of a Word template, as `docgen.template_lint.examine.examine` does, in the order of the text.

    One that takes too much time or memory has one finding. Raises ReaderBusy.
    """
    parts = [record.model_dump(mode="json") if record is not None else None for record in (sheet, office)]
    fonts = font_families()
    try:
        findings = child_pool().call(
            "examine_template", docx, *parts, sorted(fonts) if fonts is not None else None, shared,
            lane="file", seconds=EXAMINE_SECONDS,
        )  # fmt: skip
    except PdfError:
        return [too_heavy()]
    return cast(list[Finding], findings)


def missing_fonts(docx: bytes) -> list[str]:
    """Return the families of a Word template with its shared parts that this machine has no like of, as far as its
    fonts are known. Raises TemplateError, ReaderBusy."""
    fonts = sorted(font_families() or ())
    if not fonts:
        return []
    try:
        return cast(list[str], child_pool().call("missing_fonts", docx, fonts, lane="file", seconds=OPEN_SECONDS))
    except PdfError as error:
        raise TemplateError(say("Templat ini terlalu berat untuk dibuka.")) from error


def commented_template(docx: bytes, findings: Sequence[Finding]) -> bytes:
    """Return a Word template with a comment at each fault, as `docgen.template_lint.comments.with_comments` does.

    Raises TemplateError, ReaderBusy.
    """
    try:
        commented = child_pool().call("with_comments", docx, list(findings), lane="file", seconds=OPEN_SECONDS)
    except PdfError as error:
        raise TemplateError(say("Templat ini terlalu berat untuk dibuka.")) from error
    return cast(bytes, commented)


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
