"""Tell what the signatures of a letter prove, and until when; the PDF is inspected once for each revision."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from docgen.desk.desk import Desk
from docgen.errors import PdfError, SignatureError
from docgen.signer import Level, SignatureReport, has_signatures
from storage.catalogue import documents
from storage.catalogue.signatures import proofs as signature_proofs
from storage.catalogue.signatures.proofs import SignatureProof
from storage.errors import ObjectDamaged, ObjectMissing, RecordMissing, StorageError
from storage.records import Document

LEVELS: Sequence[Level] = ("B-B", "B-T", "B-LT", "B-LTA")


def signature_proof(desk: Desk, document: Document) -> SignatureProof:
    """Return what the signatures of a document's newest revision prove; level "" where none is valid.

    Inspects the PDF where nobody did before. Raises StoreUnavailable, KeyMissing, ReaderBusy.
    """
    with desk.catalogue.read() as tx:
        proof = signature_proofs.proof_of(tx, document.id, document.revision)
    return proof or inspect_proof(desk, document)


def public_proof(desk: Desk, document: Document) -> SignatureProof | None:
    """Return what a page tells of a letter's signatures; None without a valid one, and while the archive is away.

    The PDF of a letter that nothing was signed on is not read.
    """
    try:
        with desk.catalogue.read() as tx:
            is_signed = signature_proofs.may_be_signed(tx, document.id)
        proof = signature_proof(desk, document) if is_signed else None
    except (StorageError, RecordMissing):
        return None
    return proof if proof is not None and proof.level else None


def inspect_proof(desk: Desk, document: Document) -> SignatureProof:
    """Inspect the PDF of a document's newest revision, note what it proves, and return that."""
    with desk.catalogue.read() as tx:
        revision = documents.get_revision(tx, document.id, document.revision)
    try:
        pdf = desk.store.get(revision.pdf.key)
        reports = desk.signing.reports(pdf) if has_signatures(pdf) else []
        proof = proof_of(document, reports)
    except (SignatureError, PdfError, ObjectMissing, ObjectDamaged) as error:
        proof = SignatureProof(document.id, document.revision, "", problem=str(error))
    with desk.catalogue.write() as tx:
        signature_proofs.put(tx, proof)
    return proof


def proof_of(document: Document, reports: Sequence[SignatureReport]) -> SignatureProof:
    """Return what all signatures of a file prove together: the lowest level, and the end that comes first."""
    signatures = [report for report in reports if not report.timestamp]
    levels = [report.level for report in signatures if report.level]
    ends = [report.until for report in signatures if report.until is not None]
    if not signatures or len(levels) < len(signatures) or not ends:
        problem = next((report.problem for report in signatures if report.problem), "")
        return SignatureProof(document.id, document.revision, "", problem=problem)
    stamps: list[dt.datetime] = [report.signed_at for report in reports if report.trusted and report.signed_at]
    return SignatureProof(
        document.id, document.revision, min(levels, key=LEVELS.index), max(stamps, default=None), min(ends)
    )
