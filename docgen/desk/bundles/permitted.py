"""Keep letters that a caller may not read out of the bundles he asks for."""

from __future__ import annotations

from typing import Any

from docgen.desk.bundles.request import BundleRequest
from docgen.desk.desk import Desk
from docgen.desk.rights import Caller, may
from docgen.errors import FieldError, InvalidSubmission
from storage.catalogue.limits import visible_documents
from wording import say


def permitted_request(desk: Desk, body: dict[str, Any], caller: Caller) -> BundleRequest:
    """Return the request of a body; for a caller who may not read secret letters, without any.

    Raises ValidationError; InvalidSubmission where it names a letter that the caller may not know of.
    """
    if may(caller, "read_secret"):
        return BundleRequest.model_validate(body)
    request = BundleRequest.model_validate(body | {"without_secret": True})
    ids = request.documents or []
    with desk.catalogue.read() as tx:
        unseen = set(ids) - visible_documents(tx, ids, caller.within) if ids else set()
    if unseen:
        raise InvalidSubmission(
            [FieldError("documents", say("Naskah {id} tidak ada dalam arsip.", id=repr(id))) for id in sorted(unseen)]
        )
    return request
