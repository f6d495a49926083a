"""Kinds that an office makes itself: other versions of the Nota Dinas, whose heading tells which it is."""

from __future__ import annotations

from functools import cache

from docgen.desk import Desk
from docgen.desk.issuing.issue import issue
from docgen.desk.issuing.request import DocumentRequest
from docgen.desk.kinds.edit import begin_draft
from docgen.desk.kinds.keep import change_draft
from docgen.desk.kinds.publish import publish
from docgen.desk.rights import Caller
from docgen.render.pdf.pdfium import page_text
from storage.catalogue import documents
from storage.records import Document, KindVersion
from templates_docx import FOLDER
from tests.support.callers.roles import caller
from tests.support.files.word import edited

SLUG = "nota_dinas"
HEADING = "NOTA DINAS"


def editor(name: str = "admin") -> Caller:
    """A person who may change templates."""
    return caller(name, role="admin")


@cache  # a zip holds the moment it was written
def nota(heading: str) -> bytes:
    """The template of the Nota Dinas under another heading."""
    return edited((FOLDER / SLUG / "template.docx").read_bytes(), "word/document.xml", HEADING, heading)


def drafted(desk: Desk, heading: str, slug: str = SLUG) -> KindVersion:
    """A draft of the Nota Dinas under this heading."""
    draft = begin_draft(desk, editor(), slug, 0)
    return change_draft(desk, editor(), draft, source=nota(heading))


def published(desk: Desk, heading: str) -> KindVersion:
    """A version of the Nota Dinas under this heading, which is in force now."""
    version = drafted(desk, heading)
    publish(desk, editor(), version.slug, version.version)
    return version


def nota_request(desk: Desk) -> DocumentRequest:
    """A Nota Dinas that can be issued."""
    body = {"kind": SLUG, "procedure": "pemeliharaan", "step": 2, "data": desk.kinds[SLUG].example}
    return DocumentRequest.model_validate(body)


def issued_nota(desk: Desk) -> Document:
    """A Nota Dinas as it is issued now."""
    return issue(desk, nota_request(desk), "sari")


def heading_of(desk: Desk, document: Document) -> str:
    """The heading that a Nota Dinas bears."""
    with desk.catalogue.read() as tx:
        pdf = documents.get_revision(tx, document.id, document.revision).pdf
    lines = "\n".join(page_text(desk.store.get(pdf.key))).splitlines()
    return next(line.strip() for line in lines if line.strip().startswith("NOTA"))
