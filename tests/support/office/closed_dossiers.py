"""A dossier that was closed, and the office years later."""

from __future__ import annotations

import dataclasses
import datetime as dt

from docgen.desk import Desk
from docgen.desk.decisions.attach import attach
from docgen.desk.decisions.void import void
from docgen.desk.desk import utc_now
from docgen.desk.disposal.destroy import DestructionRequest
from docgen.desk.dossiers.dossiers import close
from storage.records import Document
from tests.support.files.pdfs import pdf
from tests.support.office.restoring import ASSETS, issue_letter

YEAR = dt.timedelta(days=366)


def in_years(desk: Desk, years: int) -> Desk:
    """Return the office so many years later; officials stay in office."""
    return dataclasses.replace(desk, now=lambda: utc_now() + years * YEAR)


def closed_dossier(desk: Desk) -> list[Document]:
    """A closed maintenance dossier: a letter with a signed copy, and one that was voided."""
    first = issue_letter(desk, ASSETS)
    attach(desk, first.id, pdf("tanda tangan"), "salinan.pdf", "sari")
    void(desk, first.id, "Salah tujuan", "sari")
    second = issue_letter(desk, ASSETS)
    assert second.dossier == first.dossier
    close(desk, first.dossier, "sari", "Selesai")
    return [first, second]


def approved(dossier: str, **more: str) -> DestructionRequest:
    """Return what the head of the office approved."""
    told = {"official": "kepala-dinas", "approval": "B/000.5/7/2031", "reason": "Habis masa simpannya", **more}
    return DestructionRequest(dossiers=[dossier], **told)
