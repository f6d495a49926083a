"""Administrators see which signed files were refused and why, and take them away; nobody else does."""

from __future__ import annotations

import re

import pytest

from docgen.desk import Desk
from docgen.desk.signing.kept_aside import keep_aside, store_refused
from storage.catalogue import audit
from tests.support.callers.pages import Person, words
from tests.support.files.pdfs import pdf
from tests.support.office.decisions import relocation_plan

pytestmark = pytest.mark.office


def test_a_refused_file_is_listed_taken_and_marked_as_seen(admin: Person, operator: Person, desk: Desk) -> None:
    """Letter, official and reason stand there; the file comes as it was; the count in the menu ends once it is seen."""
    assert "Belum ada berkas yang ditolak" in words(admin.get("/berkas-ditolak"))
    document, came = relocation_plan(desk), pdf("Surat yang lain")
    file = store_refused(desk, came)
    with desk.catalogue.write() as tx:
        row = keep_aside(desk, tx, document, "kepala-dinas", "sari", "Isinya bukan naskah yang dikirim.", file)
    shown = words(admin.get("/berkas-ditolak"))
    assert document.number in shown.replace("\N{WORD JOINER}", "").replace("\N{ZERO WIDTH SPACE}", "")
    assert "Isinya bukan naskah yang dikirim." in shown
    assert re.search(r"Berkas yang ditolak 1\b", shown)
    answer = admin.get(f"/berkas-ditolak/{row.id}")
    assert answer.data == came
    assert answer.headers["Content-Disposition"].startswith("attachment")
    admin.post("/berkas-ditolak/lihat", {"id": row.id})
    shown = words(admin.get("/berkas-ditolak"))
    assert "Dilihat kepala" in shown
    assert not re.search(r"Berkas yang ditolak 1\b", shown)
    with desk.catalogue.read() as tx:
        event = audit.last_event(tx)
    assert event is not None
    assert (event.action, event.subject) == ("document.refused_file_seen", document.id)
    assert operator.get("/berkas-ditolak").status_code == 403
    assert operator.get(f"/berkas-ditolak/{row.id}").status_code == 403
    assert admin.get("/berkas-ditolak/tidak-ada").status_code == 404
