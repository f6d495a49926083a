"""Documents in a bare catalogue, without a desk."""

from __future__ import annotations

import datetime as dt

from ulid import ULID

from storage.catalogue import Catalogue, documents, dossiers
from storage.records import (
    Document,
    Dossier,
    Submission,
    Task,
)
from tests.support.office.moments import NOW

ISSUING = Task(change="issued", at=NOW, by="tester", reason="Diterbitkan")


def make_document(catalogue: Catalogue, sequence: int, **changes: object) -> Document:
    """A reserved document in a dossier of its own, with its journal line."""
    dossier = Dossier(id=str(ULID()).lower(), procedure="pemeliharaan", assets=["A/1"], title="Berkas", opened_at=NOW)
    values = {
        "id": f"{sequence:026}",
        "number": f"B/000.1.9.1/{sequence}/X/XI/2026",
        "unit": "X",
        "year": 2026,
        "sequence": sequence,
        "status": "reserved",
        "kind": "nota_dinas",
        "procedure": "pemeliharaan",
        "step": 2,
        "assets": ["A/1"],
        "dossier": dossier.id,
        "title": "Perbaikan 100% server_utama",
        "date": dt.date(2026, 11, 24),
        "signer": "kasi",
        "code": f"CODE{sequence:012}",
        "revision": 0,
        "created_at": NOW,
        "created_by": "tester",
    } | changes
    document = Document.model_validate(values)
    submission = Submission.model_validate(
        {k: values[k] for k in ("kind", "procedure", "step", "assets", "dossier", "signer", "date")}
        | {"data": {"hal": "x"}}
    )
    with catalogue.write() as tx:
        dossiers.add_dossier(tx, dossier)
        documents.add_document(tx, document, ISSUING, submission, {"assets": []}, "host:1", NOW)
    return document
