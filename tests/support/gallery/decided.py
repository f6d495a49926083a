"""What becomes of letters in the demo office: decided, refused, void, replaced; bundles, labels and the list of
dossiers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from docgen.desk import Desk
from docgen.desk.bundles.build import BundleRequest, make_bundle
from docgen.desk.bundles.file_list import file_list_pdf
from docgen.desk.decisions.void import void
from docgen.desk.revisions.stamps import copy_of
from storage.catalogue import documents
from storage.records import Document
from tests.support.office.decisions import add_acting_official, decide, issue_example, relocation_plan

NOTE = (
    "Lengkapi perhitungan daya listrik dan pendinginan ruang tujuan, jadwal pemadaman yang disepakati dengan pengguna "
    "layanan, serta rencana pemulihan bila perangkat tidak dapat dihidupkan kembali setelah dipindahkan."
)


@dataclass(frozen=True)
class Paper:
    """A PDF of the office: its group and name in the gallery, what it must show, and whether it is a letter."""

    group: str
    name: str
    shows: str
    pdf: bytes
    letter: bool = True


def papers(desk: Desk) -> Iterator[Paper]:
    """Make them all in the demo office."""
    yield from _decisions(desk)
    yield from _bundles(desk)


def _decisions(desk: Desk) -> Iterator[Paper]:
    stand_in = add_acting_official(desk, "kepala_dinas")
    plan = relocation_plan(desk)
    decide(desk, plan, "kepala-bidang", "setuju")
    refused = decide(desk, plan, stand_in.id, "tolak", NOTE)
    yield _paper(
        desk, refused, "refused", "Approved by one and refused by a Plh.: whole name, post and reason are read."
    )
    gone = void(desk, plan.id, "Nomor dan tanggal keliru; diganti dengan naskah yang benar", "sari")
    yield _paper(desk, gone, "void", "BATAL says since when and why, in one line below the letterhead.")
    replaced = relocation_plan(desk)
    decide(desk, replaced, "kepala-bidang", "perbaiki", NOTE)
    with desk.catalogue.read() as tx:
        revision = documents.list_revisions(tx, replaced.id)[-1]
    yield Paper("decisions", "copy", "SALINAN says so and leaves every line readable.", copy_of(desk, revision))
    relocation_plan(desk, dossier=replaced.dossier, replaces=replaced.id)
    with desk.catalogue.read() as tx:
        superseded = documents.get_document(tx, replaced.id)
    yield _paper(desk, superseded, "superseded", "DIGANTIKAN names the number of the letter that replaces it.")


def _bundles(desk: Desk) -> Iterator[Paper]:
    first = issue_example(desk, "nota_dinas", "pemeliharaan", 2)
    for kind, step in (("persetujuan", 3), ("surat_penugasan", 4), ("laporan_pemeliharaan", 5)):
        issue_example(desk, kind, "pemeliharaan", step, dossier=first.dossier)
    asked = {"dossier": first.dossier, "labels": True, "binding_mm": 5, "separators": True}
    bundle = make_bundle(desk, BundleRequest.model_validate(asked))
    shows = (
        "Cover of one page, contents, and a sheet for each letter that is missing; running marks follow the binding."
    )
    yield Paper("bundles", "bundle", shows, bundle.pdf, letter=False)
    if bundle.labels is not None:
        yield Paper("bundles", "labels", "Labels keep 5 mm to the line of the cut.", bundle.labels, letter=False)
    shows = "Columns as ANRI's lists have them, in the order of codes, with signatures."
    yield Paper("bundles", "list of dossiers", shows, file_list_pdf(desk, first.year), letter=False)


def _paper(desk: Desk, document: Document, name: str, shows: str) -> Paper:
    with desk.catalogue.read() as tx:
        key = documents.get_revision(tx, document.id, document.revision).pdf.key
    return Paper("decisions", name, shows, desk.store.get(key))
