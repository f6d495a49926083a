"""Store the files of a finished batch: a zip, one file to print, its spreadsheet with numbers and links filled in."""

from __future__ import annotations

import hashlib
import logging
import re
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

from docgen.desk.batches.batch_request import BatchRequest
from docgen.desk.batches.check import read_letter_sheet
from docgen.desk.batches.outcomes import RowOutcome
from docgen.desk.batches.worksheet import SHEET
from docgen.desk.desk import Desk
from docgen.desk.secrecy import any_encrypted
from docgen.errors import DataFileError, NotFound, PdfError
from docgen.foreign import fill_results, read_grid
from docgen.foreign import join_pdfs as join_foreign_pdfs
from docgen.render.many.concatenate import join_pdfs
from docgen.signer import has_signatures
from docgen.spreadsheets.filled import filled_sheet
from docgen.zip_bytes import Member, zip_bytes
from storage import media_types
from storage.catalogue import documents
from storage.errors import ObjectMissing
from storage.objects import put_if_absent
from storage.records import KeptFile

log = logging.getLogger(__name__)

READERS = 4
_SHEET = re.compile(r"[0-9a-f]{64}\.(xlsx|csv)")
_UNSAFE = str.maketrans('/\\:*?"<>|', "---------")


def store_results(
    desk: Desk, job: str, batch: BatchRequest, file: str, outcomes: Sequence[RowOutcome], sheet_name: str = ""
) -> dict[str, KeptFile]:
    """Write the files of a batch under `_batches/{job}/` and return them by name. Raises StorageError.

    `file` is the key of the spreadsheet that was sent, "" for JSON rows; `sheet_name` the sheet that was read.
    """
    issued = [outcome for outcome in outcomes if outcome.state == "issued"]
    with desk.catalogue.read() as tx:
        documents_by_id = documents.get_documents(tx, [outcome.id for outcome in issued])
        revisions = documents.current_revisions(tx, list(documents_by_id.values()))
    with ThreadPoolExecutor(READERS) as readers:
        pdfs = list(readers.map(lambda outcome: desk.store.get(revisions[outcome.id].pdf.key), issued))
    secret = any_encrypted(desk, list(documents_by_id))
    if secret and file:
        desk.store.make_secret(file)
    sheet = _sheet(desk, batch, file, outcomes, sheet_name)
    kind = desk.kind_title(batch.kind)
    stored = {"sheet": put_if_absent(desk.store, f"_batches/{job}/hasil.xlsx", sheet, media_types.XLSX, secret=secret)}
    if issued:
        packed = _packed(issued, pdfs, sheet)
        stored["zip"] = put_if_absent(desk.store, f"_batches/{job}/naskah.zip", packed, media_types.ZIP, secret=secret)
        own = not any(map(has_signatures, pdfs))  # letters of a batch that was resumed late may be signed by now
        printed = (join_pdfs if own else join_foreign_pdfs)(
            pdfs, title=f"{kind}: {len(pdfs)} naskah", duplex=batch.duplex
        )
        stored["print"] = put_if_absent(
            desk.store, f"_batches/{job}/cetak.pdf", printed, media_types.PDF, secret=secret
        )
    return {name: KeptFile(key=file.key, sha256=file.sha256, size=file.size) for name, file in stored.items()}


def store_sheet(desk: Desk, data: bytes, *, secret: bool = False) -> str:
    """Store the spreadsheet of a batch, `secret` or not, under its SHA-256; return its key. Raises StorageError."""
    suffix = "xlsx" if data.startswith(b"PK") else "csv"
    key = f"_batches/masuk/{hashlib.sha256(data).hexdigest()}.{suffix}"
    put_if_absent(desk.store, key, data, media_types.XLSX if suffix == "xlsx" else media_types.CSV, secret=secret)
    return key


def read_stored_sheet(desk: Desk, name: str) -> bytes:
    """Return a spreadsheet by the last part of its key from `store_sheet`. Raises NotFound, StorageError."""
    if _SHEET.fullmatch(name):
        with suppress(ObjectMissing):
            return desk.store.get(f"_batches/masuk/{name}")
    raise NotFound("Lembar isian ini tidak ada lagi. Unggah dan periksa lagi.")


def _sheet(desk: Desk, batch: BatchRequest, file: str, outcomes: Sequence[RowOutcome], name: str) -> bytes:
    rows = {
        outcome.row: (
            outcome.number,
            desk.links.document(outcome.id) if outcome.id else "",
            outcome.message or ("" if outcome.state == "issued" else "Nomor sudah diambil; PDF-nya menyusul."),
        )
        for outcome in outcomes
    }
    data = desk.store.get(file) if file else b""
    if data.startswith(b"PK"):
        try:
            return fill_results(data, rows, name=name or SHEET)
        except (PdfError, DataFileError):  # openpyxl reads fewer workbooks than we do, and needs more memory
            log.warning("batch sheet %s cannot be written into; a new one is made of its rows", file)
    kind = desk.kinds.get(batch.kind)
    if data:
        grid = (read_letter_sheet(kind, file, data) if kind else read_grid(file, data)).rows
    else:
        grid = [(row, ["", str(row)]) for row in rows]
    return filled_sheet(None, rows, grid, name=SHEET)


def _packed(outcomes: Sequence[RowOutcome], pdfs: Sequence[bytes], sheet: bytes) -> bytes:
    letters = (
        Member(f"{outcome.row:04} {outcome.number.translate(_UNSAFE)}.pdf", pdf, stored=True)
        for outcome, pdf in zip(outcomes, pdfs, strict=True)
    )
    return zip_bytes([Member("hasil.xlsx", sheet), *letters])
