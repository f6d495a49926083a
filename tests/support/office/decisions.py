"""Letters of the demo office that officials decide on, their decisions, and what is seen of both."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from docgen.desk import Desk
from docgen.desk.decisions.endorse import EndorsementRequest, endorse
from docgen.desk.dossiers.dossiers import DossierView, view_dossier
from docgen.desk.issuing.issue import issue
from docgen.desk.issuing.request import DocumentRequest
from docgen.render.pdf.pdfium import page_text
from storage.catalogue import documents, registers
from storage.records import Document, Official

ASSET = "6310190000101"
ALL = ("*",)


def issue_example(
    desk: Desk, kind: str, procedure: str, step: int, dossier: str | None = None, **more: Any
) -> Document:
    """The kind's example, issued at that step."""
    collective = desk.kinds[kind].needs_assets == "none" or procedure == "perencanaan"
    body = {
        "kind": kind,
        "procedure": procedure,
        "step": step,
        "assets": [] if collective else [ASSET],
        "dossier": dossier,
        "data": desk.kinds[kind].example,
    }
    return issue(desk, DocumentRequest.model_validate(body | more), "sari")


def relocation_plan(desk: Desk, **more: Any) -> Document:
    """Issue a relocation plan (B1)."""
    return issue_example(desk, "rencana_pemindahtempatan", "pemindahtempatan", 1, **more)


def decide(
    desk: Desk, document: Document, official: str, decision: str, note: str = "", officials_allowed: Iterable[str] = ALL
) -> Document:
    """Let an official decide."""
    asked = EndorsementRequest.model_validate({"official": official, "decision": decision, "note": note})
    return endorse(desk, document.id, asked, "sari", list(officials_allowed))


def states(desk: Desk, dossier: str) -> list[str]:
    """Return the states of a dossier's steps."""
    return [one.state for one in seen(desk, dossier).steps]


def seen(desk: Desk, dossier: str) -> DossierView:
    """Return a dossier as it stands."""
    with desk.catalogue.read() as tx:
        return view_dossier(desk, tx, dossier)


def text(desk: Desk, document: Document) -> str:
    """Return the words of the current PDF, on one line."""
    with desk.catalogue.read() as tx:
        key = documents.get_revision(tx, document.id, document.revision).pdf.key
    return " ".join(" ".join(page_text(desk.store.get(key))).split())


def add_acting_official(desk: Desk, role: str, **more: Any) -> Official:
    """Put one who acts for the holder of a role into the register, in office today."""
    with desk.catalogue.write() as tx:
        holder = next(one for one in registers.list_officials(tx) if one.role == role)
        person = {"id": f"plh-{role}", "name": "Dra. Rahmawati Noor, M.Si.", "nip": "197001011990032001"}
        official = holder.model_copy(update={**person, "capacity": "plh", **more})
        registers.add_official(tx, official)
    return official


DERIVED = ("naskah", "nomor_naskah", "tanggal_naskah", "pengusul", "jenis", "dasar", "persetujuan")
SHEET = {"pemeliharaan": 3, "penghapusan": 3, "perencanaan": 4}


def example_request(desk: Desk, kind: str, procedure: str, step: int, dossier: str, **data: Any) -> DocumentRequest:
    """Return a request for the kind's example without what the dossier knows."""
    known = {name: value for name, value in desk.kinds[kind].example.items() if name not in DERIVED}
    assets = [] if desk.kinds[kind].needs_assets == "none" or procedure == "perencanaan" else [ASSET]
    return DocumentRequest(kind=kind, procedure=procedure, step=step, assets=assets, dossier=dossier, data=known | data)


def approval_sheet(desk: Desk, dossier: str, verdict: str, procedure: str = "pemeliharaan") -> Document:
    """Issue a Lembar Persetujuan that says so."""
    return issue(
        desk, example_request(desk, "persetujuan", procedure, SHEET[procedure], dossier, keputusan=verdict), "sari"
    )
