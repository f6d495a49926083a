"""Pictures of a draft's pages: the letter as it will be, DRAF across each page and no number yet."""

from __future__ import annotations

from dataclasses import dataclass

from docgen.desk import Desk
from docgen.desk.drafts.show import show_draft
from docgen.desk.revisions.pipeline import Produced
from docgen.desk.rights import Caller
from docgen.errors import ConverterError, InvalidSubmission, TemplateError, TooManyAtOnce
from storage.records import Draft
from web.short_memory import short_memory

FRESH = 60.0  # seconds: long enough to turn the pages and decide, short enough for a changed register


@dataclass(frozen=True)
class Shown:
    """How many pages a draft has, or why it cannot be shown."""

    pages: int
    problem: str = ""


def look_at(desk: Desk, caller: Caller, draft: Draft) -> Shown:
    """Return what there is to see of a draft, as this caller may see it."""
    try:
        return Shown(produced(desk, caller, draft).pages)
    except InvalidSubmission as invalid:
        return Shown(0, invalid.summary())
    except (ConverterError, TemplateError, TooManyAtOnce) as error:
        return Shown(0, str(error))


def produced(desk: Desk, caller: Caller, draft: Draft) -> Produced:
    """Return a draft that this caller may see as the letter it will be, from memory or made now.

    Raises what `show_draft` raises.
    """
    key = (draft.id, draft.version, desk.today())
    letter: Produced = short_memory("draft_pictures", FRESH).get(key, lambda: show_draft(desk, caller, draft.id))
    return letter
