"""Photos of a draft: they are uploaded before anybody chose its class, and encrypted as soon as that is R or SR."""

from __future__ import annotations

import logging

from docgen.desk.desk import Desk
from docgen.desk.drafts.access import class_of_draft
from docgen.desk.secrecy import encrypt_objects, uploads_named_in
from storage.catalogue.visibility.classes import ENCRYPTED
from storage.errors import StorageError
from storage.records import Draft

log = logging.getLogger("docgen")


def encrypt_uploads(desk: Desk, draft: Draft) -> None:
    """Encrypt the photos of a draft of class R or SR; where that cannot be now, its letter does it when it is issued.

    The draft is saved by then: a store that is away takes nothing from its author.
    """
    keys = uploads_named_in(draft.body)
    if not keys or desk.is_drill:
        return
    with desk.catalogue.read() as tx:
        security = class_of_draft(desk, tx, draft)
    if security in ENCRYPTED:
        try:
            encrypt_objects(desk.store, keys)
        except StorageError as error:
            log.warning("Photos of draft %s are encrypted later: %s", draft.id, error)
