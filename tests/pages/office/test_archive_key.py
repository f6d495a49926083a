"""The archive's key on the administrator's home: to keep a copy of it, and that it is missing."""

from __future__ import annotations

import pytest

from docgen.desk import Desk
from storage.catalogue import audit
from storage.objects import EncryptedStore
from tests.support.callers.pages import Person, words

pytestmark = pytest.mark.office

COPY = "Simpan salinan kunci arsip di tempat lain"


def test_an_administrator_is_told_to_keep_a_copy_until_he_did(admin: Person, operator: Person, desk: Desk) -> None:
    """With the first key the administrator's home names fingerprint and file until somebody says that a copy is kept,
    which is in the log; a rotated key asks again. An operator is told nothing, and a key that is none cannot be
    confirmed.
    """
    assert COPY not in words(admin.get("/"))
    desk.store.require_secrecy()
    assert isinstance(desk.store, EncryptedStore)
    [key] = desk.store.key_file.ids()
    shown = words(admin.get("/"))
    assert COPY in shown
    assert key in shown
    assert str(desk.store.key_file.path) in shown
    assert COPY not in words(operator.get("/"))
    assert operator.post("/kantor/kunci-arsip", {"kunci": key}).status_code == 403
    assert admin.post("/kantor/kunci-arsip", {"kunci": "0" * 16}).status_code == 404
    admin.post("/kantor/kunci-arsip", {"kunci": key})
    assert COPY not in words(admin.get("/"))
    with desk.catalogue.read() as tx:
        event = audit.last_event(tx)
    assert event is not None
    assert (event.action, event.subject, event.actor) == ("archive.key_copied", key, "kepala")
    second = desk.store.rotate()
    assert second in words(admin.get("/"))
    assert key not in words(admin.get("/"))


def test_an_administrator_is_told_that_the_key_is_missing(admin: Person, desk: Desk) -> None:
    """Without the key file the administrator's home names the key, the file and the setting; the page works."""
    desk.store.require_secrecy()
    assert isinstance(desk.store, EncryptedStore)
    [key] = desk.store.key_file.ids()
    desk.store.key_file.path.unlink()
    shown = words(admin.get("/"))
    assert f"Kunci arsip tidak ada: {key}" in shown
    assert "DOCGEN_ARCHIVE_KEY_FILE" in shown
