"""Who did what, when and from where: the audit log for administrators."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from flask import Blueprint, Response, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import Connection

from docgen.desk.audit_actions import Action
from docgen.desk.audit_history import GROUPS, differences, export, group_of, sentence
from storage import media_types
from storage.catalogue import audit, documents, dossiers, registers
from storage.catalogue.audit import EventFilter
from storage.errors import RecordMissing
from storage.records import Event
from web.desk import get_desk
from web.pages.shell.access import may, me
from web.pages.shell.filters import STATUSES

blueprint = Blueprint("history", __name__, url_prefix="/riwayat")

PAGE = 50
CHECKED_UNASKED = 20_000  # lines; a longer chain is checked when asked to, it takes seconds
FILTERS = ("dari", "sampai", "pelaku", "kata", "bagian")
MEDIA_TYPES = {"csv": f"{media_types.CSV}; charset=utf-8", "jsonl": f"{media_types.NDJSON}; charset=utf-8"}
DAY = dt.timedelta(days=1)


@dataclass(frozen=True)
class Subject:
    """What a line is about: what to call it, and its page where it has one."""

    name: str
    href: str = ""


@dataclass(frozen=True)
class Chain:
    """How long the log is, and what is wrong with it; `problems` is None when that was not looked at."""

    newest: Event | None
    problems: list[str] | None


@blueprint.get("")
@may("audit")
def index() -> ResponseReturnValue:
    """The log, newest first."""
    args = request.args
    with get_desk().catalogue.read() as tx:
        zone = registers.get_office(tx).time_zone
        wanted = _wanted(ZoneInfo(zone))
        found = audit.list_events(tx, wanted, before=args.get("sebelum", type=int), limit=PAGE + 1)
        chain = _chain(tx, asked="periksa" in args)
        subjects = _subjects(tx, found[:PAGE])
    kept = {name: args[name] for name in FILTERS if args.get(name)}
    return render_template(
        "history.html",
        events=[
            (one, sentence(one.action), subjects[one.sequence], differences(one, {"status": STATUSES}, zone))
            for one in found[:PAGE]
        ],
        chain=chain,
        kept=kept,
        more={**kept, "sebelum": found[PAGE - 1].sequence} if len(found) > PAGE else None,
        groups=GROUPS,
        typed={name: args.get(name, "") for name in FILTERS},
    )


@blueprint.get("/ekspor.<any(csv, jsonl):form>")
@may("audit")
def download(form: str) -> ResponseReturnValue:
    """The whole log with its hashes, so that the chain can be checked elsewhere; that it was taken is recorded."""
    desk = get_desk()
    name = f"riwayat-perubahan-{desk.today().isoformat()}.{form}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(export(desk, form, me().name), content_type=MEDIA_TYPES[form], headers=headers)


def _wanted(zone: ZoneInfo) -> EventFilter:
    """The filters of the address; days are those of the office, the last one is included."""
    args = request.args
    since, until = args.get("dari", type=_day), args.get("sampai", type=_day)
    return EventFilter(
        since=dt.datetime.combine(since, dt.time(), zone) if since else None,
        until=dt.datetime.combine(until + DAY, dt.time(), zone) if until else None,
        actor=args.get("pelaku", "").strip()[:200],
        words=args.get("kata", "").strip()[:200],
        group=args.get("bagian", "") if args.get("bagian", "") in GROUPS else "",
    )


def _day(text: str) -> dt.date:
    """A day from an address. Raises ValueError; nothing was written in the first years or will be in the last."""
    day = dt.date.fromisoformat(text)
    if not 1900 <= day.year <= 2200:
        raise ValueError(text)
    return day


def _chain(tx: Connection, *, asked: bool) -> Chain:
    newest = audit.last_event(tx)
    looked = asked or newest is None or newest.sequence < CHECKED_UNASKED
    return Chain(newest, audit.check_chain(tx) if looked else None)


def _subjects(tx: Connection, events: Sequence[Event]) -> dict[int, Subject]:
    """What each line is about, by its sequence number."""
    known: dict[tuple[str, str], Subject] = {}
    for event in events:
        key = (group_of(event.action), event.subject)
        if key not in known:
            known[key] = _subject(tx, event)
    return {event.sequence: known[group_of(event.action), event.subject] for event in events}


def _subject(tx: Connection, event: Event) -> Subject:
    """A thing that is gone, or never was one, keeps the name the log has for it."""
    group, id = group_of(event.action), event.subject
    try:
        if group == "document":
            return Subject(documents.get_document(tx, id).number, url_for("document.show", id=id))
        if group == "dossier":
            return Subject(dossiers.get_dossier(tx, id).title, url_for("dossiers.show", id=id))
        if group == "asset" and event.action != Action.ASSET_IMPORTED:
            name = registers.get_asset(tx, id).name
            return Subject(f"{name} ({id})", url_for("archive.asset", rest=id))
        if group == "official" and event.action != Action.OFFICIAL_IMPORTED:
            return Subject(registers.get_official(tx, id).name, url_for("officials.index"))
    except RecordMissing:
        pass
    told = event.after if event.after else event.before
    name = str(told.get("title" if group == "bundle" else "name", ""))
    return Subject(f"{name} ({id})" if name and id and name != id else name or id)
