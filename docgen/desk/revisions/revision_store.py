"""Write a revision into the object store, and read the record that an interrupted attempt already wrote.

Objects are written in the order docx, pdf, links, record.json, and never overwritten. A record.json is therefore the
proof that the revision is complete; an attempt that finds one only has to commit it.
"""

from __future__ import annotations

import hashlib
import json
from typing import Any

from docgen.desk.revisions.revise import Files
from docgen.desk.secrecy import encrypt_objects, is_encrypted_by, uploads_named_in
from docgen.foreign import page_count
from storage import media_types
from storage.errors import ObjectExists, ObjectMissing
from storage.keys import (
    UPLOADS,
    collective,
    former_asset,
    general,
    link_key,
    revision_key,
    safe_asset,
    tombstone_key,
)
from storage.objects import ObjectStore, put_if_absent
from storage.records import (
    OUTSIDE_SOP,
    Attachment,
    Document,
    Dossier,
    ForeignNumber,
    Original,
    Revision,
    StoredFile,
    Task,
)
from storage.text import json_text

FORMAT = "docgen-record/1"


def read_record(store: ObjectStore, document: Document, revision: int) -> dict[str, Any] | None:
    """Return the record.json of a revision, None when it is not written yet. Raises StoreUnavailable, ObjectDamaged."""
    try:
        record: dict[str, Any] = json.loads(store.get(record_key(store, document, revision)))
    except ObjectMissing:
        return None
    return record


def write_revision(
    store: ObjectStore,
    document: Document,
    dossier: Dossier,
    files: Files,
    task: Task,
    *,
    number: int,
    submission: dict[str, Any],
    snapshot: dict[str, Any],
) -> dict[str, Any]:
    """Write the files and the record of a new revision and return the record. Raises StoreUnavailable.

    Files that an interrupted attempt left under the same keys are used as they are, because they come from the same
    task. Of a letter of class R or SR everything is encrypted, also what was uploaded for it before its class was
    known; raises SecrecyUnavailable where that cannot be.
    """
    secret = is_encrypted_by(snapshot)
    docx = _file(store, document, number, "docx", media_types.DOCX, files.docx, secret=secret)
    pdf = _file(store, document, number, "pdf", media_types.PDF, files.pdf, secret=secret)
    pdf = _with_pages(store, pdf, files)
    revision = Revision(
        document=document.id,
        number=number,
        created_at=task.at,
        created_by=task.by,
        reason=task.reason,
        pdf=pdf,
        docx=docx,
        change=task.change,
        endorsement=task.endorsement,
        attachments=_attachments(store, document, number, task, pdf, secret=secret),
    )
    if number == 1:
        for key in link_keys(store, document):
            _put_link(store, document, key, secret=secret)
    if secret:
        encrypt_objects(store, _uploads_of(revision, submission))
    return _write_record(store, document, dossier, revision, submission, snapshot, task.number)


def record_key(store: ObjectStore, document: Document, revision: int) -> str:
    """Return the key of a revision's record.json."""
    return _key(store, document, revision, "record.json")


def tombstone_of(store: ObjectStore, document: Document) -> str:
    """Return the key of the musnah.json that is left of a document."""
    return tombstone_key(_folder_of(store, document), _part_of(document), document.step, document.id)


def link_keys(store: ObjectStore, document: Document) -> list[str]:
    """Return the keys of the link.json at each asset of a document whose folder is not the document's."""
    assets = document.assets if _is_outside(document) else document.assets[1:]
    folders = [_folder(store, document, nibar) for nibar in assets]
    return [link_key(folder, _part_of(document), document.step, document.id) for folder in folders]


def _folder_of(store: ObjectStore, document: Document) -> str:
    """Return the folder of a document: its first asset's, or that of its year."""
    # A letter that another system numbers stays where it is when its number brings it into another year.
    year = document.created_at.year if document.numbering else document.year
    if _is_outside(document):
        return general(year)
    return _folder(store, document, document.assets[0]) if document.assets else collective(year)


def _is_outside(document: Document) -> bool:
    return document.procedure == OUTSIDE_SOP


def _part_of(document: Document) -> str:
    """Return the part of a document's keys after its folder: the procedure, or the kind of a letter outside the SOP."""
    return document.kind if _is_outside(document) else document.procedure


def _folder(store: ObjectStore, document: Document, nibar: str) -> str:
    """Return the folder of an asset of a document; the former name of the folder where an earlier docgen used that."""
    former = former_asset(nibar)
    if former:  # the store is asked only where the two differ
        keys = store.keys(f"{former}/{_part_of(document)}/{document.step:02}/{document.id}/")
        if next(iter(keys), None) is not None:
            return former
    return safe_asset(nibar)


def _write_record(
    store: ObjectStore,
    document: Document,
    dossier: Dossier,
    revision: Revision,
    submission: dict[str, Any],
    snapshot: dict[str, Any],
    foreign_number: ForeignNumber | None,
) -> dict[str, Any]:
    """Write the record.json of a revision, last of all its objects; return the record that the store has then."""
    archived = document.model_copy(update={"revision": revision.number})
    record = {
        "format": FORMAT,
        "document": archived.model_dump(mode="json"),
        "revision": revision.model_dump(mode="json"),
        "dossier": dossier.model_dump(mode="json"),
        "submission": submission,
        "snapshot": snapshot,
        "foreign_number": foreign_number.model_dump(mode="json") if foreign_number else None,
    }
    data = json_text(record, indent=1, sort_keys=True).encode()
    try:
        secret = is_encrypted_by(snapshot)
        store.put(record_key(store, document, revision.number), data, media_types.JSON, secret=secret)
    except ObjectExists:
        return read_record(store, document, revision.number) or record
    return record


def _key(store: ObjectStore, document: Document, revision: int, name: str) -> str:
    return revision_key(_folder_of(store, document), _part_of(document), document.step, document.id, revision, name)


def _file(
    store: ObjectStore,
    document: Document,
    number: int,
    suffix: str,
    content_type: str,
    content: bytes | StoredFile,
    *,
    secret: bool,
) -> StoredFile:
    """Write a file of the revision and return it; the file of an earlier revision stays as it is."""
    if isinstance(content, StoredFile):
        return content
    key = _key(store, document, number, f"{document.kind}.{suffix}")
    return put_if_absent(store, key, content, content_type, secret=secret)


def _uploads_of(revision: Revision, submission: dict[str, Any]) -> set[str]:
    """Return the keys of everything uploaded that a revision was made of: attachments as they came, and photos."""
    keys = {file.key for file in revision.files if file.key.startswith(UPLOADS)}
    if revision.number == 1:
        keys |= uploads_named_in(submission)
    return keys


def _attachments(
    store: ObjectStore, document: Document, number: int, task: Task, pdf: StoredFile, *, secret: bool
) -> list[Attachment]:
    """Archive the attachments of a revision beside it and return them; a signed copy is the revision's PDF itself."""
    archived = []
    for index, attachment in enumerate(task.attachments, start=1):
        if attachment.sort == "signed":
            file = pdf
        else:
            key = _key(store, document, number, f"lampiran-{index}.pdf")
            data = store.get(attachment.file.key)
            file = put_if_absent(store, key, data, attachment.file.content_type, secret=secret)
            file = file.model_copy(update={"pages": attachment.file.pages})
        originals = [
            _original(store, document, number, f"lampiran-{index}-asli-{nth}", original, file, secret=secret)
            for nth, original in enumerate(attachment.originals, start=1)
        ]
        archived.append(attachment.model_copy(update={"file": file, "originals": originals}))
    return archived


def _original(
    store: ObjectStore,
    document: Document,
    number: int,
    name: str,
    original: Original,
    file: StoredFile,
    *,
    secret: bool,
) -> Original:
    """Archive an uploaded file beside `file`, which was made from it, and return it.

    Where both are the same bytes it is `file` itself; a file that several documents share stays where it is.
    """
    if original.shared:
        return original
    uploaded = original.file
    if uploaded.sha256 == file.sha256:
        return original.model_copy(update={"file": file})
    suffix = uploaded.key.rpartition(".")[2]
    key = _key(store, document, number, f"{name}.{suffix}")
    archived = put_if_absent(store, key, store.get(uploaded.key), uploaded.content_type, secret=secret)
    return original.model_copy(update={"file": archived.model_copy(update={"pages": uploaded.pages})})


def _with_pages(store: ObjectStore, pdf: StoredFile, files: Files) -> StoredFile:
    """Return the PDF with its number of pages, counted again where the store has another attempt's bytes."""
    if isinstance(files.pdf, StoredFile):
        return pdf
    same = pdf.sha256 == hashlib.sha256(files.pdf).hexdigest()
    pages = files.pages if same and files.pages else page_count(store.get(pdf.key))
    return pdf.model_copy(update={"pages": pages})


def _put_link(store: ObjectStore, document: Document, key: str, *, secret: bool) -> None:
    """Write a link.json, which names the asset whose folder has the document, or the folder of one outside the SOP."""
    where = {"folder": _folder_of(store, document)} if _is_outside(document) else {"asset": document.assets[0]}
    link = {"format": "docgen-link/1", "document": document.id, **where, "number": document.number}
    try:
        store.put(key, json_text(link, indent=1).encode(), media_types.JSON, secret=secret)
    except ObjectExists:
        return
