"""What people do on the pages of templates, by form."""

from __future__ import annotations

import io

from werkzeug.test import TestResponse

from docgen.desk import Desk
from docgen.desk.kinds.versions import read_version, template_of
from docgen.foreign.tagging import list_paragraphs
from storage.records import KindVersion
from tests.support.callers.pages import ORIGIN, Person


def send_file(person: Person, path: str, source: bytes, name: str, **fields: str) -> TestResponse:
    """Send a form with a file; the page with the form was opened before."""
    form = {"csrf_token": person.token, "berkas": (io.BytesIO(source), name), **fields}
    return person.client.post(path, data=form, headers=ORIGIN, content_type="multipart/form-data")


def uploaded(person: Person, source: bytes, name: str = "Undangan rapat.docx") -> str:
    """Upload a Word file as a new kind; returns the address of its draft."""
    person.get("/templat/unggah-surat")
    answer = send_file(person, "/templat/unggah-surat", source, name)
    assert answer.status_code == 303, answer.get_data(as_text=True)
    return str(answer.headers["Location"]).removesuffix("/tandai")


def draft_at(desk: Desk, address: str) -> KindVersion:
    """Return the draft whose pages are at an address."""
    slug, number = address.strip("/").split("/")[1:3]
    return read_version(desk, slug, int(number))


def mark(desk: Desk, person: Person, address: str, words: str, what: str, label: str = "", **more: str) -> TestResponse:
    """Mark words of a draft as the dialog does: `what` is `isian:` with a type, or `tag:` with a name."""
    draft = draft_at(desk, address)
    paragraphs = list_paragraphs(template_of(desk, draft))
    paragraph = next(item for item in paragraphs if words in item.counted)
    start = paragraph.counted.index(words)
    form = {"semula": draft.sha256, "alinea": paragraph.key, "dari": str(start), "sampai": str(start + len(words))}
    return person.post(f"{address}/tandai", {**form, "ditanya": "1", "apa": what, "label": label, **more})
