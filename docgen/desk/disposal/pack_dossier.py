"""Pack a dossier for the regional archive: a BagIt 1.0 bag (RFC 8493), whole or not at all.

bagit.txt, bag-info.txt, manifest-sha256.txt, tagmanifest-sha256.txt
data/daftar.csv          the documents, a line each, for a person
data/{key}               every object of every document, under its key in the archive
"""

from __future__ import annotations

import csv
import hashlib
import io
import re
import shutil
from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from docgen.desk import audit
from docgen.desk.audit_actions import Action
from docgen.desk.desk import Desk
from docgen.desk.revisions.revision_store import link_keys, record_key
from docgen.errors import Conflict
from docgen.indonesian import local_moment
from docgen.spreadsheets.text_cell import harmless
from storage.catalogue import documents, dossiers
from storage.catalogue.registers import get_office
from storage.catalogue.tombstones import is_used_elsewhere
from storage.errors import ObjectDamaged
from storage.keys import UPLOADS
from storage.records import Document, Dossier, Office, Revision
from wording import say

_COLUMNS = ("nomor", "tanggal", "hal", "jenis", "langkah", "keadaan", "revisi", "pdf", "sha256")


@dataclass(frozen=True)
class Bag:
    """A bag on disk: how many documents and files its payload holds, and their size in bytes."""

    folder: Path
    documents: int
    files: int
    size: int


def pack_dossier(desk: Desk, id: str, folder: Path, by: str) -> Bag:
    """Write a dossier as a bag into a new folder, and check every object against the catalogue's SHA-256.

    Raises RecordMissing (no such dossier), Conflict (the folder is there, or the dossier holds nothing archived),
    ObjectMissing, ObjectDamaged, StoreUnavailable, OSError.
    """
    if folder.exists():
        raise Conflict(say("{folder} sudah ada. Sebutkan folder yang baru.", folder=folder))
    with desk.catalogue.read() as tx:
        office, dossier = get_office(tx), dossiers.get_dossier(tx, id)
        archived = [document for document in dossiers.dossier_documents(tx, id) if document.revision]
        revisions = {document.id: documents.list_revisions(tx, document.id) for document in archived}
    if not archived:
        raise Conflict(say("Berkas “{title}” belum berisi naskah yang terarsip.", title=dossier.title))
    partial = folder.with_name(f".{folder.name}.sebagian")
    shutil.rmtree(partial, ignore_errors=True)  # of an attempt that was interrupted
    try:
        bag = _pack(desk, office, dossier, archived, revisions, partial)
        partial.rename(folder)
    finally:
        shutil.rmtree(partial, ignore_errors=True)
    with desk.catalogue.write() as tx:
        audit.record(desk, tx, by, Action.DOSSIER_PACKED, id, after={"file": folder.name, "count": bag.documents})
    return Bag(folder, bag.documents, bag.files, bag.size)


def _pack(
    desk: Desk,
    office: Office,
    dossier: Dossier,
    archived: list[Document],
    revisions: Mapping[str, list[Revision]],
    folder: Path,
) -> Bag:
    payload: dict[str, str] = {}
    size = 0
    shared_keys = _shared_uploads(desk, revisions)
    for name, data in _contents(desk, archived, revisions, shared_keys):
        path = folder / "data" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        payload[f"data/{name}"] = hashlib.sha256(data).hexdigest()
        size += len(data)
    info = {
        "Source-Organization": f"{office.government} {office.name}",
        "Organization-Address": office.address,
        "Contact-Phone": office.phone,
        "Contact-Email": office.email,
        "External-Identifier": dossier.id,
        "External-Description": dossier.title,
        "Bagging-Date": desk.today().isoformat(),
        "Payload-Oxum": f"{size}.{len(payload)}",
        "Bag-Software-Agent": "docgen",
        "Dossier-Procedure": dossier.procedure,
        "Dossier-Opened": local_moment(dossier.opened_at, office.time_zone).isoformat(),
        "Dossier-Closed": local_moment(dossier.closed_at, office.time_zone).isoformat() if dossier.closed_at else "",
        "Left-Out": ", ".join(sorted(shared_keys)),  # scanned together with pages of other dossiers
    }
    tags = {
        "bagit.txt": "BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n",
        "bag-info.txt": "".join(f"{key}: {_one_line(value)}\n" for key, value in info.items() if value),
        "manifest-sha256.txt": _manifest(payload),
    }
    seals = {name: hashlib.sha256(text.encode()).hexdigest() for name, text in tags.items()}
    for name, text in {**tags, "tagmanifest-sha256.txt": _manifest(seals)}.items():
        (folder / name).write_bytes(text.encode())
    return Bag(folder, len(archived), len(payload), size)


def _shared_uploads(desk: Desk, revisions: Mapping[str, list[Revision]]) -> set[str]:
    """Return the keys of scanned stacks that hold pages of other dossiers too: they are not handed over."""
    attachments = [attachment for it in revisions.values() for revision in it for attachment in revision.attachments]
    files = [original.file for attachment in attachments for original in attachment.originals]
    shared = {file.key: file.sha256 for file in files if file.key.startswith(UPLOADS)}
    with desk.catalogue.read() as tx:
        return {key for key, sha256 in shared.items() if is_used_elsewhere(tx, sha256, list(revisions))}


def _contents(
    desk: Desk, archived: list[Document], revisions: Mapping[str, list[Revision]], shared_keys: Container[str]
) -> Iterator[tuple[str, bytes]]:
    yield "daftar.csv", _listing(archived, revisions)
    for document in archived:
        expected: dict[str, str | None] = dict.fromkeys(link_keys(desk.store, document))
        for revision in revisions[document.id]:
            expected |= {file.key: file.sha256 for file in revision.files if file.key not in shared_keys}
            expected[record_key(desk.store, document, revision.number)] = None  # the catalogue keeps no hash of it
        for key, sha256 in expected.items():
            data = desk.store.get(key)
            if sha256 and hashlib.sha256(data).hexdigest() != sha256:
                raise ObjectDamaged(
                    say("{key} berubah sejak diarsipkan; pulihkan dari cadangan sebelum menyerahkan berkas.", key=key)
                )
            yield key, data


def _listing(archived: list[Document], revisions: Mapping[str, list[Revision]]) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(_COLUMNS)
    for document in archived:
        pdf = revisions[document.id][-1].pdf
        facts = (
            document.number,
            document.date.isoformat(),
            document.title,
            document.kind,
            document.step,
            document.status,
            document.revision,
        )
        writer.writerow([*(harmless(str(fact)) for fact in facts), f"data/{pdf.key}", pdf.sha256])
    return text.getvalue().encode("utf-8-sig")  # so that a spreadsheet takes it for UTF-8


def _manifest(sums: Mapping[str, str]) -> str:
    """Return a line for each path; `%`, CR and LF in it are percent-encoded (RFC 8493, 2.1.3)."""
    return "".join(f"{sums[path]}  {_encoded(path)}\n" for path in sorted(sums))


def _encoded(path: str) -> str:
    return path.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _one_line(value: str) -> str:
    return re.sub(r"\s+", " ", value).strip()
