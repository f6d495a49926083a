"""Letters outside the SOP last as long as all others: rebuilt, bundled, and destroyed when their time is over."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from docgen.desk import Desk
from docgen.desk.archive.fixity import check_archive
from docgen.desk.archive.restore import rebuild
from docgen.desk.bundles.cover import dossier_number
from docgen.desk.bundles.request import BundleRequest
from docgen.desk.bundles.selection import choose_items
from docgen.desk.decisions.attach import attach
from docgen.desk.decisions.void import void
from docgen.desk.disposal.destroy import destroy
from docgen.desk.dossiers.dossiers import close
from docgen.desk.issuing.issue import issue
from docgen.desk.issuing.request import DocumentRequest
from docgen.desk.mirror import keep_mirror
from docgen.desk.object_lock import object_lock
from docgen.settings import read_settings
from storage.catalogue import documents, dossiers
from storage.records import Document
from tests.support.files.pdfs import pdf
from tests.support.office.closed_dossiers import approved, in_years
from tests.support.office.restoring import (
    ASSETS,
    BACKENDS,
    issue_letter,
    office,
    rows_of,
    second_url,
    with_catalogue,
)

__all__ = ["BACKENDS", "office", "second_url"]  # fixtures

pytestmark = pytest.mark.office
LINK_SCHEMA = Path(__file__).parents[3] / "docs/link.schema.json"


def general(desk: Desk, kind: str = "nota_dinas", **more: Any) -> Document:
    """A letter outside the SOP."""
    body = {"kind": kind, "procedure": "umum", "classification": "800.1.11.1", "data": desk.kinds[kind].example}
    return issue(desk, DocumentRequest.model_validate(body | more), "sari")


def test_a_catalogue_is_rebuilt_with_them(office: Desk, second_url: str) -> None:
    """From the objects alone and with the mirror: a letter with assets, one replaced, one voided, one with a copy."""
    first = general(office, assets=ASSETS)
    replaced = general(office)
    general(office, replaces=replaced.id)
    voided = general(office, "surat_tugas")
    void(office, voided.id, "Salah tujuan", "sari")
    attach(office, first.id, pdf("tanda tangan"), "salinan.pdf", "sari")
    schema = json.loads(LINK_SCHEMA.read_text("utf-8"))
    links = [key for key in office.store.keys() if key.endswith("link.json")]  # noqa: SIM118
    assert len(links) == len(ASSETS)
    for key in links:
        jsonschema.validate(json.loads(office.store.get(key)), schema)
    assert check_archive(office).findings() == []
    keep_mirror(office)
    before = rows_of(office.catalogue)
    new = with_catalogue(office, second_url)
    rebuild(new, replace=False)
    after = rows_of(new.catalogue)
    for name in ("documents", "document_assets", "revisions", "register_entries", "dossiers"):
        assert after[name] == before[name], name
    with new.catalogue.read() as tx:
        dossier = dossiers.get_dossier(tx, first.dossier)
    assert (dossier.classification, dossier.year) == ("800.1.11.1", first.date.year)
    assert general(new).dossier == first.dossier
    new.catalogue.close()


def test_a_bundle_sorts_them_by_their_classification(desk: Desk) -> None:
    """Dossiers of letters outside the SOP stand where their code does, and count with procedures that share it."""
    late = general(desk)
    maintenance = issue_letter(desk, ASSETS[:1])
    early = general(desk, classification="000.1.5")
    shared = general(desk, classification=desk.sop.procedure("pemeliharaan").classification)
    with desk.catalogue.read() as tx:
        items = choose_items(desk, tx, BundleRequest(year=late.date.year, order="dossier"))
        numbers = [dossier_number(desk, tx, dossiers.get_dossier(tx, one.dossier)) for one in (maintenance, shared)]
    ids = [item.document.id for item in items]
    assert ids.index(early.id) < ids.index(maintenance.id) < ids.index(late.id)
    code = desk.sop.procedure("pemeliharaan").classification
    assert numbers == [f"{code}/001/{late.date.year}", f"{code}/002/{late.date.year}"]


def test_they_are_destroyed_by_the_retention_of_their_code(desk: Desk) -> None:
    """Nothing of the letter stays but its musnah.json, in the folder of its year."""
    document = general(desk, assets=ASSETS[:1])
    close(desk, document.dossier, "sari")
    late = in_years(desk, 3)  # 800.1.11.1: one year active, one inactive
    destroy(late, approved(document.dossier), "admin")
    left = [key for key in desk.store.keys() if document.id in key]  # noqa: SIM118
    assert left == [f"umum-{document.date.year}/nota_dinas/00/{document.id}/musnah.json"]
    with desk.catalogue.read() as tx:
        assert documents.get_document(tx, document.id).status == "destroyed"
    assert check_archive(late).findings() == []


def test_a_lock_never_outlives_the_shortest_retention(desk: Desk) -> None:
    """The key does not tell the classification, so the lock is the shortest of the table."""
    settings = read_settings({"DOCGEN_S3_LOCK": "governance"})
    lock = object_lock(settings, desk.sop, desk.retention)
    assert lock is not None
    shortest = min(rule.active + rule.inactive for rule in desk.retention.rules.values())
    assert lock.days("umum-2026/nota_dinas/00/01K/001/nota_dinas.pdf") == shortest * 366
