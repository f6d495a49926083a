"""The list of a person's drafts: all of them, searched, deleted, and brought back."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import Connection

from docgen.desk import Desk
from docgen.desk.drafts.lists import find_drafts, title_of
from docgen.desk.drafts.removal import KEPT, delete_draft, restore_draft
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
    """A draft with what it is about, as far as it was typed, and whether its author may write on."""

    draft: Draft
    title: str

    @property
    def is_open(self) -> bool:
        """Return whether the form goes on with it."""
        return self.draft.state in ("writing", "returned")

    @property
    def is_removable(self) -> bool:
        """Return whether its author may delete it."""
        return self.draft.state in ("writing", "returned", "withdrawn")


@blueprint.get("")
@may("issue")
def index() -> ResponseReturnValue:
    """Show the person's drafts, last changed first, with those deleted in the last days below."""
    desk = get_desk()
    words = request.args.get("q", "")[:LONGEST_SEARCH]
    with desk.catalogue.read() as tx:
        drafts = _listed(desk, tx, removed=False)
        removed = _listed(desk, tx, removed=True)
    return render_template(
        "compose/drafts.html",
        drafts=[listed for listed in drafts if _holds(desk, listed, words)],
        total=len(drafts),
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


def _listed(desk: Desk, tx: Connection, *, removed: bool) -> list[ListedDraft]:
    found = find_drafts(desk, tx, me().caller, mine=True, removed=removed, limit=MOST_LISTED)
    drafts = [seen.draft for seen in found if seen.draft.state != "issued"]
    drafts.sort(key=lambda draft: draft.removed_at or draft.updated_at, reverse=True)
    return [ListedDraft(draft, title_of(desk, draft)) for draft in drafts]


def _holds(desk: Desk, listed: ListedDraft, words: str) -> bool:
    """Return whether a draft holds every word: in what was typed, in its kind's name, or as an asset's code."""
    body = listed.draft.body
    text = f"{desk.kind_title(str(body.get('kind')))} {listed.title} {body.get('data')} {body.get('assets')}".casefold()
    return all(word in text for word in words.casefold().split())
