"""What goes into a bundle for who asks for it: no letter that he may not read."""

from __future__ import annotations

from typing import Any

from docgen.desk.bundles.request import BundleRequest
from docgen.desk.desk import Desk
from docgen.desk.rights import Caller, may
from docgen.errors import FieldError, InvalidSubmission
from storage.catalogue.limits import visible_documents
from wording import say


def wanted_bundle(desk: Desk, asked: dict[str, Any], caller: Caller) -> BundleRequest:
    """Return the request for what was asked; for who may not read secret letters, without any.

    Raises ValidationError; InvalidSubmission where it names a letter that the caller may not know of.
    """
    if may(caller, "secret"):
        return BundleRequest.model_validate(asked)
    request = BundleRequest.model_validate(asked | {"without_secret": True})
    named = request.documents or []
    with desk.catalogue.read() as tx:
        unseen = set(named) - visible_documents(tx, named, caller.within) if named else set()
    if unseen:
        raise InvalidSubmission(
            [FieldError("documents", say("Naskah {id} tidak ada dalam arsip.", id=repr(id))) for id in sorted(unseen)]
        )
    return request
