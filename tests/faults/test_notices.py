"""kill -9 while a letter is issued: whom it concerns is told once."""

from __future__ import annotations

from pathlib import Path

import pytest

from docgen.desk.service.document_recovery import recover
from docgen.libreoffice import Converter
from storage.catalogue.searching.search import Filter, search_documents
from tests.faults.office import faulty_office
from tests.support.office.notices import add_person, notices_of

pytestmark = pytest.mark.office

MOST_STEPS = 100


def test_killed_while_a_letter_is_issued(tmp_path: Path, converter: Converter) -> None:
    """kill -9 at every step of issuing: after recovery whose decision each letter waits for was told once of each."""
    env = {"DOCGEN_SMTP_URL": "smtp://127.0.0.1:9", "DOCGEN_MAIL_FROM": "Naskah Dinas <naskah@dinas.example>"}
    with faulty_office(tmp_path, converter, env) as faulty:
        desk = faulty.desk
        add_person(desk, "kabid", "pejabat", ["kepala-bidang"])
        example = desk.kinds["rencana_pemindahtempatan"].example
        body = {"kind": "rencana_pemindahtempatan", "procedure": "pemindahtempatan", "step": 1, "data": example}
        for step in range(1, MOST_STEPS):
            arguments = {"body": {**body, "assets": faulty.nibars(1)}, "key": f"kunci-{step}"}
            ended = faulty.run("issue", step, **arguments)
            recover(desk)
            with desk.catalogue.read() as tx:
                letters = [document.id for document in search_documents(tx, Filter(), limit=MOST_STEPS)]
            assert sorted(notice.subject for notice in notices_of(desk, "kabid")) == sorted(letters)
            if not ended.killed:
                break
        assert ended.commits > 1
