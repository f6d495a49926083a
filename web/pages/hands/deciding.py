"""Putuskan: the letters that wait for my decision, read one after the other and decided, on a phone as well.

Addresses of notices lead here: `/putuskan/naskah/{id}` and `/putuskan/konsep/{id}`.
"""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlencode

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from pydantic import ValidationError

from docgen.desk.decisions import held
from docgen.desk.decisions.endorse import EndorsementRequest
from docgen.desk.drafts import decide as drafts
from docgen.desk.drafts.lists import title_of
from docgen.desk.drafts.requests import DecisionRequest
from docgen.desk.inbox.inbox import InboxItem, list_to_decide
from docgen.desk.inbox.reasons import reason_of
from docgen.errors import Conflict, DocgenError, Forbidden, InvalidSubmission
from docgen.sop.reasons import usual_reasons, written_reason
from storage.errors import RecordMissing, StorageError
from web.desk import get_desk
from web.errors import http_error
from web.pages.hands.letters_to_decide import (
    NO_TITLE,
    Key,
    Taken,
    just_decided,
    key_of,
    letter_of,
    next_of,
    parse_keys,
    pictures_of,
    place_of,
    undo,
)
from web.pages.hands.signer_check import signs_electronically
from web.pages.shell.access import limits, may, me, read_document, see_document
from web.pages.shell.filters import zone
from web.pages.shell.message_translation import flash
from wording import say

blueprint = Blueprint("deciding", __name__, url_prefix="/putuskan")

LISTED = 50  # letters on a page of the list, and decided at once
NOW = "baru"  # in an address: what was decided just now
SORTS = ("setuju", "terima", "paraf", "tanda_tangan")  # what is asked for, each with a part of the list
CHOOSE = "Pilih keputusannya dahulu."


@blueprint.get("")
@may("endorse")
def queue() -> ResponseReturnValue:
    """Show what waits for the person's decision, the longest waiting first, by what is asked for."""
    items = list_to_decide(get_desk(), me().caller)
    start = min(max(request.args.get("mulai", 0, type=int), 0), max(len(items) - 1, 0))
    shown = items[start : start + LISTED]
    groups = []
    for sort in SORTS:
        rows = [_row(item) for item in shown if asked_for(item) == sort]
        if rows:
            groups.append((sort, rows))
    return render_template(
        "deciding/queue.html", groups=groups, total=len(items), start=start, step=LISTED, taken=_taken(),
        first=key_of(items[0]) if items else None, now=NOW, signs_electronically=signs_electronically(get_desk()),
    )  # fmt: skip


@blueprint.get("/naskah/<id>")
@may("endorse")
def document(id: str) -> ResponseReturnValue:
    """Show a document that waits for a decision, and those before and after it."""
    return _page(Key("naskah", id))


@blueprint.get("/konsep/<id>")
@may("endorse")
def draft(id: str) -> ResponseReturnValue:
    """Show a draft that waits for initials or signature, as it will be, and those before and after it."""
    return _page(Key("konsep", id))


@blueprint.post("/naskah/<id>")
@may("endorse")
def decide_document(id: str) -> ResponseReturnValue:
    """Record a decision on a document, and show the next letter."""
    see_document(id)
    return _decided(Key("naskah", id))


@blueprint.post("/konsep/<id>")
@may("endorse")
def decide_draft(id: str) -> ResponseReturnValue:
    """Record a decision on a draft, and show the next letter."""
    return _decided(Key("konsep", id))


@blueprint.post("/urungkan")
@may("endorse", confirmed=False)  # there are ten seconds for it
def take_back() -> ResponseReturnValue:
    """Take decisions back that were made just now, and show the first of these letters again."""
    keys = parse_keys(request.form.getlist(NOW), LISTED)
    undone: list[Key] = []
    for key in keys:
        try:
            undo(key)
            undone.append(key)
        except (Conflict, Forbidden, RecordMissing) as error:
            flash(error, "danger")
    if undone:
        flash(
            "Keputusan diurungkan." if len(undone) == 1 else say("{count} keputusan diurungkan.", count=len(undone)),
            "success",
        )
    return redirect(undone[0].address if len(undone) == 1 else url_for(".queue"), 303)


@blueprint.get("/pilihan")
@may("endorse")
def chosen() -> ResponseReturnValue:
    """Name the letters that are about to be decided together."""
    keys = parse_keys(request.args.getlist("pilih"), LISTED)
    if not keys:
        flash("Centang dahulu naskah yang akan diputus.", "warning")
        return redirect(url_for(".queue"), 303)
    items = {key_of(item): item for item in list_to_decide(get_desk(), me().caller)}
    letters, gone = [], 0
    for key in keys:
        try:
            letter = letter_of(key, items.get(key))
        except RecordMissing:
            gone += 1
            continue
        if letter.yes:
            letters.append(letter)
        else:
            gone += 1
    if not letters:
        flash("Naskah yang dipilih tidak menunggu keputusan Anda lagi.", "warning")
        return redirect(url_for(".queue"), 303)
    return render_template("deciding/chosen.html", letters=letters, gone=gone)


@blueprint.post("/pilihan")
@may("endorse")
def decide_chosen() -> ResponseReturnValue:
    """Agree to several letters, each for itself: one that cannot be decided stops no other."""
    done: list[Key] = []
    for key in parse_keys(request.form.getlist("pilih"), LISTED):
        name = ""
        try:
            letter = letter_of(key)
            name = letter.number or letter.title
            version = request.form.get(f"version-{key}", type=int)
            if not letter.yes:
                raise Conflict("Naskah ini tidak menunggu keputusan Anda lagi.")
            _decide(letter.key, request.form.get(f"official-{key}", ""), letter.yes, "", version)
            done.append(key)
        except (DocgenError, RecordMissing) as error:
            flash(say("{name}: {error}", name=name or key.id, error=_words(error)), "warning")
        except StorageError as error:
            flash(say("{name}: {error}", name=name or key.id, error=error), "warning")
            break
    if not done:
        flash("Belum ada yang diputus.", "warning")
    made = urlencode([(NOW, str(key)) for key in done])
    return redirect(f"{url_for('.queue')}?{made}", 303)


def asked_for(item: InboxItem) -> str:
    """Return what an item asks of the person: `setuju`, `terima`, `paraf` or `tanda_tangan`."""
    if item.what == "sign":
        return "tanda_tangan"
    if item.draft is not None:
        return "tanda_tangan" if item.draft.state == "signing" else "paraf"
    return item.endorsement or "setuju"


def _page(key: Key, wrong: str = "", refused: str = "", typed: Mapping[str, str] | None = None) -> str:
    """Show a letter; `wrong` stands beside the reason, `refused` above the letter."""
    if key.sort == "naskah":
        read_document(key.id)
    items = list_to_decide(get_desk(), me().caller)
    item = next((item for item in items if key_of(item) == key), None)
    letter = letter_of(key, item)
    pictures, pages, trouble = pictures_of(letter)
    return render_template(
        "deciding/letter.html",
        letter=letter,
        item=item,
        place=place_of(key, items),
        pictures=pictures,
        pages=pages,
        trouble=trouble,
        taken=_taken(),
        now=NOW,
        signs_electronically=signs_electronically(get_desk()),
        reasons=usual_reasons(),
        wrong=wrong,
        refused=refused,
        typed=typed or {},
    )


def _row(item: InboxItem) -> tuple[InboxItem, Key, str, str]:
    """Return what a row of the list shows: what waits, why, and what it is called."""
    title = item.document.title if item.document else (item.draft and title_of(get_desk(), item.draft))
    return item, key_of(item), reason_of(get_desk(), item, zone()), title or NO_TITLE


def _decided(key: Key) -> ResponseReturnValue:
    form = request.form
    decision = form.get("decision", "")
    note = written_reason(form.getlist(f"alasan-{decision}"), form.get(f"note-{decision}", ""))
    typed = {"decision": decision, "note": note, "official": form.get("official", "")}
    items = list_to_decide(get_desk(), me().caller)
    try:
        _decide(key, typed["official"], decision, note, form.get("version", type=int))
    except ValidationError as error:
        too_long = any("note" in problem["loc"] for problem in error.errors())
        if too_long:
            return _page(key, wrong="Catatan paling banyak 1.000 karakter.", typed=typed), 422
        return _page(key, refused=CHOOSE, typed=typed), 422
    except InvalidSubmission as error:
        problem = error.errors[0]
        return _page(key, **{"wrong" if problem.field == "note" else "refused": problem.message}, typed=typed), 422
    except (Conflict, Forbidden) as error:
        answer = http_error(error)
        return _page(key, refused=str(error), typed=typed), answer.status if answer else 409
    following = next_of(key, items)
    address = following.address if following else url_for(".queue")
    return redirect(f"{address}?{NOW}={key}", 303)


def _decide(key: Key, official: str, decision: str, note: str, version: int | None) -> None:
    """Record a decision. Raises ValidationError, InvalidSubmission, Conflict, Forbidden, RecordMissing."""
    typed = {"official": official, "decision": decision, "note": note}
    if key.sort == "naskah":
        endorsement = EndorsementRequest.model_validate(typed)
        held.decide(get_desk(), key.id, endorsement, me().name, me().user.officials, limits())
    else:
        drafts.decide(get_desk(), me().caller, key.id, DecisionRequest.model_validate(typed), version)


def _taken() -> Taken | None:
    return just_decided(parse_keys(request.args.getlist(NOW), LISTED))


def _words(error: Exception) -> str:
    return str(error.errors[0].message) if isinstance(error, InvalidSubmission) else str(error)
