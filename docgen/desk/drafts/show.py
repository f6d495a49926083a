"""Show a draft as the letter it will be: the same pipeline, DRAF across every page, and no number yet."""

from __future__ import annotations

from docgen.desk.desk import Desk
from docgen.desk.drafts.access import open_draft
from docgen.desk.drafts.submit import letter_of
from docgen.desk.issuing.prepare import prepare
from docgen.desk.issuing.preview import show
from docgen.desk.revisions.pipeline import Produced
from docgen.desk.rights import Caller
from docgen.errors import NotFound
from storage.catalogue.drafting import draft_hands
from wording import say

NO_NUMBER = "\u2026"


def show_draft(desk: Desk, caller: Caller, id: str, version: int = 0) -> Produced:
    """Render a draft as it is now, or as it was at a version that was kept; nothing is kept of it.

    Raises InvalidSubmission (it still lacks something), NotFound (no such version), RecordMissing, TemplateError,
    ConverterError, TooManyAtOnce.
    """
    with desk.catalogue.read() as tx:
        draft = open_draft(desk, tx, caller, id).draft
        if version and version != draft.version:
            past = draft_hands.get_version(tx, id, version)
            if past is None:
                raise NotFound(say("Versi {version} draf ini tidak disimpan.", version=version))
            draft = draft.model_copy(update={"body": past.body})
        letter = letter_of(desk, tx, draft)
    return show(desk, prepare(desk, letter), NO_NUMBER)
