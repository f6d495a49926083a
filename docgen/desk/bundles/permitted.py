"""Keep letters that a caller may not know of out of the bundles he asks for."""

from __future__ import annotations

from typing import Any

from docgen.desk.bundles.request import BundleRequest
from docgen.desk.desk import Desk
from docgen.desk.rights import Caller
from docgen.errors import FieldError, InvalidSubmission
from storage.catalogue import dossiers
from storage.catalogue.visibility.limits import visible_documents
from storage.errors import RecordMissing
from wording import say


def permitted_request(desk: Desk, body: dict[str, Any], caller: Caller) -> BundleRequest:
    """Return the request of a body, which finds only letters that its caller may know of.

    Raises ValidationError; InvalidSubmission where it names a letter that the caller may not know of, RecordMissing for
    such a dossier.
    """
    within = caller.within
    request = BundleRequest.model_validate(body | {"within": within.to_json() if within else None})
    if not within:
        return request
    ids = request.documents or []
    with desk.catalogue.read() as tx:
        unseen = set(ids) - visible_documents(tx, ids, within) if ids else set()
        if request.dossier is not None and not dossiers.is_dossier_visible(tx, request.dossier, within):
            raise RecordMissing(say("Berkas {id} tidak ada.", id=repr(request.dossier)))
    if unseen:
        raise InvalidSubmission(
            [
                FieldError(f"documents[{index}]", say("Naskah {id} tidak ada dalam arsip.", id=repr(id)))
                for index, id in enumerate(ids)
                if id in unseen
            ]
        )
    return request
