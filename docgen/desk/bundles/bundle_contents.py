"""Who may have the files of an archived bundle: a caller who may know of every letter in it."""

from __future__ import annotations

from docgen.desk.access.secret_readings import may_know_all, note_reading
from docgen.desk.desk import Desk
from docgen.desk.rights import Caller
from storage.catalogue import filing
from storage.errors import RecordMissing
from storage.records import FiledBundle
from wording import say


def require_bundle(desk: Desk, bundle: FiledBundle, caller: Caller) -> None:
    """Raise RecordMissing when an archived bundle holds a letter that the caller may not know of."""
    if caller.within:
        _require_all(desk, bundle, _documents_of_bundle(desk, bundle), caller)


def read_bundle(desk: Desk, bundle: FiledBundle, caller: Caller) -> None:
    """Require as `require_bundle`, and record the secret letters that the caller reads with the bundle."""
    ids = _documents_of_bundle(desk, bundle)
    _require_all(desk, bundle, ids, caller)
    note_reading(desk, ids, caller.name)


def _documents_of_bundle(desk: Desk, bundle: FiledBundle) -> list[str]:
    with desk.catalogue.read() as tx:
        return filing.documents_of(tx, bundle.code)


def _require_all(desk: Desk, bundle: FiledBundle, ids: list[str], caller: Caller) -> None:
    if not may_know_all(desk, ids, caller):
        raise RecordMissing(say("Bundel {code} tidak ada dalam arsip.", code=repr(bundle.code)))
