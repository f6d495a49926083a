"""Say which version of a kind is in force, and from when. Publications are only added: who rolls back adds one."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from docgen.desk import audit
from docgen.desk.audit_actions import Action
from docgen.desk.desk import Desk
from docgen.desk.kinds.trial import try_version
from docgen.desk.kinds.versions import KindHistory, find_version, history_in
from docgen.desk.rights import Caller, require
from docgen.errors import Conflict, FieldError, InvalidSubmission, NotFound
from storage.catalogue import kind_versions
from storage.catalogue.kind_versions import DELIVERED
from storage.catalogue.registers import get_office
from storage.errors import RecordConflict
from storage.records import KindPublication
from wording import joined, say


def publish(desk: Desk, caller: Caller, slug: str, number: int, start: dt.date | None = None) -> KindPublication:
    """Put a version in force now, or from the beginning of a day at the office; again, nothing is added.

    A draft is tried first. Raises InvalidSubmission (it has errors, the day is past), NotFound, Forbidden, Conflict
    (it was withdrawn), RecordConflict (somebody else published at once), and what `try_version` does.
    """
    require(caller, "edit_templates")
    desk.require_archive()
    with desk.catalogue.read() as tx:
        past, version = history_in(desk, tx, slug), find_version(tx, slug, number)
        starts_at = _moment(desk, tx, start)
    if (same := _same(past, number, starts_at, desk.now())) is not None:
        return same
    if version.state == "withdrawn":
        raise Conflict(say("Versi {version} sudah ditarik. Buat draf baru darinya.", version=number))
    if version.state == "draft":
        trial = try_version(desk, caller, slug, number)
        if trial.errors:
            problems = joined((finding.message for finding in trial.errors[:5]), " ")
            raise InvalidSubmission([FieldError("version", problems)])
        version = trial.version
    desk.stored_kinds.load(version)  # checked, and here before others ask for it
    with desk.catalogue.write() as tx:
        if find_version(tx, slug, number).sha256 != version.sha256:
            raise RecordConflict(say("Versi {version} baru saja diubah orang lain. Coba lagi.", version=number))
        after = {"version": number, "sha256": version.sha256}
        publication = _add(desk, tx, caller, past, number, starts_at, Action.KIND_PUBLISHED, after)
    desk.kind_register.refresh()
    return publication


def cancel_plan(desk: Desk, caller: Caller, slug: str, id: int) -> None:
    """Cancel a publication that did not begin yet. Raises NotFound, Forbidden, Conflict (it began)."""
    require(caller, "edit_templates")
    desk.require_archive()
    with desk.catalogue.write() as tx:
        plan = next((item for item in history_in(desk, tx, slug).publications if item.id == id), None)
        if plan is None:
            raise NotFound("Rencana penerbitan ini tidak ada. Muat ulang halaman.")
        if plan.cancelled_at is not None:
            return
        if not kind_versions.cancel_publication(tx, slug, id, desk.now()):
            raise Conflict(
                "Versi ini sudah mulai berlaku, jadi rencananya tidak dapat dibatalkan. Kembalikan ke versi lain."
            )
        before = {"version": plan.version, "starts_at": plan.starts_at.isoformat()}
        audit.record(desk, tx, caller.name, Action.KIND_PLAN_CANCELLED, slug, before=before)
    desk.kind_register.refresh()


def roll_back(desk: Desk, caller: Caller, slug: str, number: int) -> KindPublication:
    """Put a version in force now that was in force before, 0 being the kind that is delivered or installed.

    Raises NotFound, Forbidden, InvalidSubmission (it never was in force), RecordConflict.
    """
    require(caller, "edit_templates")
    return _put_back(desk, caller, slug, number, Action.KIND_ROLLED_BACK)


def retire(desk: Desk, caller: Caller, slug: str) -> KindPublication:
    """Take a kind of the office's own out of use; its letters stay as they are, and it can be published again.

    Raises NotFound, Forbidden, Conflict (a delivered kind, or none in force), RecordConflict.
    """
    require(caller, "edit_templates")
    with desk.catalogue.read() as tx:
        past = history_in(desk, tx, slug)
    if past.is_installed:
        raise Conflict(say("{title} dibawa docgen; kembalikan ke versi 0 untuk memakai bawaannya.", title=past.title))
    if past.in_force is None:
        raise Conflict(say("{title} belum pernah diterbitkan. Tarik drafnya.", title=past.title))
    return _put_back(desk, caller, slug, DELIVERED, Action.KIND_RETIRED)


def _put_back(desk: Desk, caller: Caller, slug: str, number: int, action: Action) -> KindPublication:
    desk.require_archive()
    with desk.catalogue.read() as tx:
        past, starts_at = history_in(desk, tx, slug), desk.now()
        version = find_version(tx, slug, number) if number != DELIVERED else None
    if past.in_force is not None and past.in_force.version == number:
        return past.in_force
    if action is Action.KIND_ROLLED_BACK and not _was_in_force(past, number, starts_at):
        message = say("Versi {version} belum pernah berlaku; terbitkan versi itu.", version=number)
        raise InvalidSubmission([FieldError("version", message)])
    if version is not None:
        desk.stored_kinds.load(version)
    with desk.catalogue.write() as tx:
        publication = _add(desk, tx, caller, past, number, starts_at, action, {"version": number})
    desk.kind_register.refresh()
    return publication


def _was_in_force(past: KindHistory, number: int, at: dt.datetime) -> bool:
    if number == DELIVERED:
        return past.is_installed
    begun = kind_versions.begun(past.publications, at)
    return any(publication.version == number for publication in begun)


def _add(
    desk: Desk,
    tx: Connection,
    caller: Caller,
    past: KindHistory,
    number: int,
    starts_at: dt.datetime,
    action: Action,
    after: dict[str, object],
) -> KindPublication:
    """Add a publication to those that the caller saw. Raises RecordConflict when there are others by now."""
    if len(kind_versions.list_publications(tx, past.slug)) != len(past.publications):
        raise RecordConflict(
            say("{title} baru saja diterbitkan orang lain. Muat ulang, lalu coba lagi.", title=past.title)
        )
    before = {} if past.number_in_force is None else {"version": past.number_in_force}
    publication = kind_versions.add_publication(
        tx, past.slug, number, starts_at=starts_at, at=desk.now(), by=caller.name
    )
    facts = {**after, "starts_at": starts_at.isoformat()}
    audit.record(desk, tx, caller.name, action, past.slug, before=before, after=facts)
    return publication


def _moment(desk: Desk, tx: Connection, start: dt.date | None) -> dt.datetime:
    """Return when a day begins at the office, the present moment for today. Raises InvalidSubmission."""
    today = desk.today_in(tx)
    if start is None or start == today:
        return desk.now()
    if start < today:
        message = say("Tanggal {date} sudah lewat. Pilih hari ini atau sesudahnya.", date=start.isoformat())
        raise InvalidSubmission([FieldError("from", message)])
    zone = ZoneInfo(get_office(tx).time_zone)
    return dt.datetime.combine(start, dt.time(), zone).astimezone(dt.UTC)


def _same(past: KindHistory, number: int, starts_at: dt.datetime, now: dt.datetime) -> KindPublication | None:
    """Return the publication that says this already: in force, or planned for that very moment."""
    if starts_at <= now and past.in_force is not None and past.in_force.version == number:
        return past.in_force
    return next((item for item in past.planned if (item.version, item.starts_at) == (number, starts_at)), None)
