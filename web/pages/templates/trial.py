"""Try a version: its letters as pictures, with what the lint finds; then publish it, now or from a day on."""

from __future__ import annotations

import datetime as dt

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from docgen.desk.kinds.publish import publish as publish_version
from docgen.desk.kinds.trial import INPUTS, Trial, TrialLetter, trial_letter, try_version
from docgen.errors import Conflict, InvalidSubmission
from docgen.indonesian import long_date
from storage.errors import RecordConflict
from web.desk import get_desk
from web.pages.shell.access import may, me
from web.pages.shell.message_translation import flash
from web.pages.templates.pictures import send_page
from web.pages.templates.version import examined
from web.pages.templates.views import MOST_PAGES, VersionView, by_severity, view_version
from web.short_memory import ShortMemory, short_memory
from wording import Message, say

blueprint = Blueprint("template_trial", __name__, url_prefix="/templat/<slug>/<int:version>/coba")

FRESH = 300.0  # seconds: long enough to look at all pages, short enough for a changed register
CHANGED = "Versi ini berubah sejak Anda membuka halaman ini. Coba lagi, lalu terbitkan."
NO_DAY = "Pilih tanggal mulai berlakunya."
PAST = "Tanggal itu sudah lewat. Pilih hari ini atau sesudahnya."


@blueprint.get("")
@may("edit_templates")
def show(slug: str, version: int) -> ResponseReturnValue:
    """Show the letters of a version that was tried; of a draft what the lint finds."""
    desk = get_desk()
    record, view = view_version(desk, slug, version)
    if view.state == "draft":
        return _page(view, Trial(record, examined(desk, record)))
    return _page(view, _trial(view))


@blueprint.post("")
@may("edit_templates")
def attempt(slug: str, version: int) -> ResponseReturnValue:
    """Try the version. What went wrong is shown with 422."""
    view = view_version(get_desk(), slug, version)[1]
    trial = try_version(get_desk(), me().caller, slug, version)
    if trial.errors:
        return _page(view, trial), 422
    _memory().get(view.sha256, lambda: trial)
    flash("Versi ini sudah dicoba dan dapat diterbitkan.", "success")
    return redirect(url_for(".show", slug=slug, version=version), 303)


@blueprint.get("/<stress>/<int:page>.png")
@may("edit_templates")
def picture(slug: str, version: int, stress: str, page: int) -> ResponseReturnValue:
    """Send a page of a letter that was tried."""
    desk = get_desk()
    view = view_version(desk, slug, version)[1]
    filling = next((name for name in INPUTS if name == stress), None)
    if filling is None:
        abort(404)
    if view.state == "draft":
        letter = trial_letter(desk, me().caller, slug, version, filling)
    else:
        letter = next((item for item in _trial(view).letters if item.stress == filling), TrialLetter(filling))
    if not 1 <= page <= letter.pages:
        abort(404)
    return send_page(letter.pdf, page)


@blueprint.post("/terbit")
@may("edit_templates")
def publish(slug: str, version: int) -> ResponseReturnValue:
    """Say what publishing changes, and on a yes publish: now, or from the beginning of a day."""
    desk = get_desk()
    view = view_version(desk, slug, version)[1]
    start, wrong = _start()
    if wrong:
        return _page(view, _trial(view), wrong={"sejak": wrong}), 422
    if not request.form.get("yakin"):
        return _page(view, _trial(view), statement=_statement(view, start), start=start)
    if request.form.get("semula") != view.sha256:
        return _page(view, _trial(view), wrong={"publish": CHANGED}), 409
    try:
        publish_version(desk, me().caller, slug, version, start)
    except InvalidSubmission as invalid:
        return _page(view, _trial(view), wrong={"publish": invalid.summary()}), 422
    except (Conflict, RecordConflict) as conflict:
        return _page(view, _trial(view), wrong={"publish": str(conflict)}), 409
    flash(_statement(view, start), "success")
    return redirect(url_for("template_kind.show", slug=slug), 303)


def _start() -> tuple[dt.date | None, str]:
    """Return the day from which on the version is to be in force, None for now; or what is wrong with it."""
    if request.form.get("kapan") != "tanggal":
        return None, ""
    try:
        start = dt.date.fromisoformat(request.form.get("sejak", ""))
    except ValueError:
        return None, NO_DAY
    return (start, "") if start >= get_desk().today() else (None, PAST)


def _statement(view: VersionView, start: dt.date | None) -> Message:
    """Return what changes once the version is published."""
    if start is None:
        return say("Sejak sekarang semua {title} baru memakai versi {version}.", title=view.title, version=view.version)
    return say(
        "Sejak {date} semua {title} baru memakai versi {version}.",
        date=long_date(start),
        title=view.title,
        version=view.version,
    )


def _memory() -> ShortMemory:
    return short_memory("template_trials", FRESH)


def _trial(view: VersionView) -> Trial:
    """Return the trial of a version that was tried, from memory or made now."""
    desk, caller = get_desk(), me().caller
    trial: Trial = _memory().get(view.sha256, lambda: try_version(desk, caller, view.slug, view.version))
    return trial


def _page(
    view: VersionView,
    trial: Trial,
    *,
    wrong: dict[str, str] | None = None,
    start: dt.date | None = None,
    statement: str = "",
) -> str:
    """Return the page; `statement` says what publishing changes, and asks whether to."""
    return render_template(
        "kinds/trial.html",
        view=view,
        letters=trial.letters,
        findings=by_severity(trial.findings),
        wrong=wrong or {},
        start=start.isoformat() if start else "",
        statement=statement,
        tomorrow=(get_desk().today() + dt.timedelta(days=1)).isoformat(),
        most=MOST_PAGES,
    )
