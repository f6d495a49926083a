"""Documents and dossiers as the API shows them, with absolute addresses."""

from __future__ import annotations

from typing import Any

from docgen.desk import Desk
from storage import records
from web.api import models
from web.api.calls import PREFIX


def document(desk: Desk, one: records.Document, revision: records.Revision | None) -> models.Document:
    """A document with its current files; without a revision it has none yet."""
    return models.Document.model_validate(_document(desk, one, revision))


def found_document(desk: Desk, one: records.Document, revision: records.Revision | None) -> models.FoundDocument:
    """A document as a list shows it."""
    return models.FoundDocument.model_validate({**_document(desk, one, revision), **_shown(one)})


def document_record(desk: Desk, one: records.Document, revisions: list[records.Revision]) -> models.DocumentRecord:
    """Everything about a document; `revisions` from the oldest."""
    current = revisions[-1] if revisions else None
    past = [
        {
            **revision.model_dump(include={"number", "created_at", "created_by", "reason"}),
            **_files(desk, revision, True),
        }
        for revision in revisions
    ]
    return models.DocumentRecord.model_validate({**_document(desk, one, current), **_shown(one), "revisions": past})


def found_dossier(desk: Desk, one: records.Dossier) -> dict[str, Any]:
    """A dossier as a list shows it, as values of `models.FoundDossier`."""
    status = "open" if one.closed_at is None else "closed"
    return {**one.model_dump(), "status": status, "href": f"{desk.public_url}{PREFIX}/dossiers/{one.id}"}


def document_address(desk: Desk, id: str) -> str:
    """The address of a document in the API."""
    return f"{desk.public_url}{PREFIX}/documents/{id}"


def _document(desk: Desk, one: records.Document, revision: records.Revision | None) -> dict[str, Any]:
    plain = {"id", "number", "status", "kind", "procedure", "step", "assets", "dossier", "date", "revision"}
    links = {
        "self": document_address(desk, one.id),
        "page": f"{desk.public_url}/d/{one.id}",
        "verify": desk.verify_url(one.code),
    }
    files = {"pdf": None, "docx": None, "key": None} if revision is None else _files(desk, revision, False)
    key = revision.pdf.key if revision is not None else None
    return {**one.model_dump(include=plain), **files, "links": links, "key": key}


def _shown(one: records.Document) -> dict[str, Any]:
    return one.model_dump(include={"title", "signer", "status_reason", "created_at", "created_by"})


def _files(desk: Desk, revision: records.Revision, pinned: bool) -> dict[str, Any]:
    """PDF and Word file of a revision; `pinned` addresses stay with this revision when a newer one comes."""
    address = document_address(desk, revision.document)
    suffix = f"?revision={revision.number}" if pinned else ""
    docx = revision.docx.model_dump(include={"sha256", "size"})
    pdf = revision.pdf.model_dump(include={"sha256", "size", "pages"})
    return {
        "pdf": {"href": f"{address}/pdf{suffix}", **pdf},
        "docx": {"href": f"{address}/docx{suffix}", **docx},
    }
