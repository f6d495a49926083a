"""Who may have the files of an archived bundle: a caller who may know of every letter in it."""

from __future__ import annotations

from docgen.desk.access.secret_readings import read_all, require_all
from docgen.desk.desk import Desk
from docgen.desk.rights import Caller
from storage.catalogue import filing
from storage.errors import RecordMissing
from storage.records import FiledBundle
from wording import say


def require_bundle(desk: Desk, bundle: FiledBundle, caller: Caller) -> None:
    """Raise RecordMissing when an archived bundle holds a letter that the caller may not know of."""
    if caller.within:
        require_all(desk, _documents_of_bundle(desk, bundle), caller, _absent(bundle))


def may_see_bundle(desk: Desk, bundle: FiledBundle, caller: Caller) -> bool:
    """Return whether a caller may know of an archived bundle."""
    try:
        require_bundle(desk, bundle, caller)
    except RecordMissing:
        return False
    return True


def read_bundle(desk: Desk, bundle: FiledBundle, caller: Caller) -> None:
    """Require as `require_bundle`, and record the secret letters that the caller reads with the bundle."""
    read_all(desk, _documents_of_bundle(desk, bundle), caller, _absent(bundle))


def _documents_of_bundle(desk: Desk, bundle: FiledBundle) -> list[str]:
    with desk.catalogue.read() as tx:
        return filing.documents_of(tx, bundle.code)


def _absent(bundle: FiledBundle) -> str:
    return say("Bundel {code} tidak ada dalam arsip.", code=repr(bundle.code))
