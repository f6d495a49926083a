"""The list of a person's drafts: all of them, searched, deleted, and brought back."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import Connection

from docgen.desk import Desk
from docgen.desk.drafts.access import is_author
from docgen.desk.drafts.lists import find_drafts, title_of
from docgen.desk.drafts.removal import KEPT, delete_draft, restore_draft
from docgen.desk.drafts.turn import full_names, turn_sentence
from docgen.errors import Conflict
from storage.records import Draft
from web.desk import get_desk
from web.pages.shell.access import may, me
from web.pages.shell.message_translation import flash

blueprint = Blueprint("draft_list", __name__, url_prefix="/buat/draf")

MOST_LISTED = 500
LONGEST_SEARCH = 200  # characters


@dataclass(frozen=True)
class ListedDraft:
    """A draft with what it is about, as far as it was typed, whose turn it is, and whether the reader wrote it."""

    draft: Draft
    title: str
    sentence: str
    is_own: bool

    @property
    def is_open(self) -> bool:
        """Return whether its author goes on in the form at once."""
        return self.is_own and self.draft.state == "writing"

    @property
    def is_removable(self) -> bool:
        """Return whether the reader may delete it."""
        return self.is_own and self.draft.state in ("writing", "returned", "withdrawn")


@blueprint.get("")
@may("read")
def index() -> ResponseReturnValue:
    """Show the person's drafts, last changed first, with those deleted in the last days below.

    `?milik=lain` shows those of others that he may read, `?keadaan=` those in one state.
    """
    desk = get_desk()
    words = request.args.get("q", "")[:LONGEST_SEARCH]
    of_others = request.args.get("milik") == "lain" or not me().may("issue")
    asked = request.args.get("keadaan", "")
    with desk.catalogue.read() as tx:
        drafts = _listed(desk, tx, of_others=of_others)
        removed = [] if of_others else _listed(desk, tx, removed=True)
    counts = Counter(listed.draft.state for listed in drafts)
    found = [one for one in drafts if asked in ("", one.draft.state) and _holds(desk, one, words)]
    return render_template(
        "compose/drafts.html",
        drafts=found,
        total=len(drafts),
        counts=counts,
        asked=asked,
        of_others=of_others,
        removed=removed,
        just_removed=next((listed for listed in removed if listed.draft.id == request.args.get("dihapus")), None),
        words=words,
        days=KEPT.days,
    )


@blueprint.post("/<id>/hapus")
@may("issue")
def remove(id: str) -> ResponseReturnValue:
    """Delete a draft; the list offers to bring it back."""
    try:
        delete_draft(get_desk(), me().caller, id)
    except Conflict as conflict:
        flash(str(conflict), "danger")
        return redirect(url_for(".index"), 303)
    return redirect(url_for(".index", dihapus=id), 303)


@blueprint.post("/<id>/kembalikan")
@may("issue")
def restore(id: str) -> ResponseReturnValue:
    """Bring a deleted draft back."""
    restore_draft(get_desk(), me().caller, id)
    flash("Draf dikembalikan.", "success")
    return redirect(url_for(".index"), 303)


def _listed(desk: Desk, tx: Connection, *, removed: bool = False, of_others: bool = False) -> list[ListedDraft]:
    names = full_names(tx)
    found = find_drafts(desk, tx, me().caller, mine=not of_others, removed=removed, limit=MOST_LISTED)
    if of_others:
        found = [seen for seen in found if not is_author(seen.draft, me().caller)]
    else:
        found = [seen for seen in found if seen.draft.state != "issued"]
    found.sort(key=lambda seen: seen.draft.removed_at or seen.draft.updated_at, reverse=True)
    return [
        ListedDraft(seen.draft, title_of(desk, seen.draft), turn_sentence(seen, names), not of_others) for seen in found
    ]


def _holds(desk: Desk, listed: ListedDraft, words: str) -> bool:
    """Return whether a draft holds every word: in what was typed, in its kind's name, or as an asset's code."""
    body = listed.draft.body
    text = f"{desk.kind_title(str(body.get('kind')))} {listed.title} {body.get('data')} {body.get('assets')}".casefold()
    return all(word in text for word in words.casefold().split())
