"""Versions of a kind: drafted, tried, in force from a moment on, rolled back; letters keep the one they began with."""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import cast

import pytest

from docgen.desk import Desk
from docgen.desk.archive.copy_store import export_archive
from docgen.desk.archive.fixity import check_archive
from docgen.desk.issuing.issue import issue
from docgen.desk.kind_register import KindRegister
from docgen.desk.kinds.edit import begin_draft, put_fields, withdraw
from docgen.desk.kinds.marking import replace_file
from docgen.desk.kinds.publish import cancel_plan, publish, retire, roll_back
from docgen.desk.kinds.trial import preview, try_version
from docgen.desk.kinds.upload import upload
from docgen.desk.kinds.versions import history
from docgen.desk.revisions.journal import DocumentPending
from docgen.desk.service.document_recovery import recover
from docgen.desk.stored_kinds import StoredKinds
from docgen.errors import Conflict, ConverterUnavailable, Forbidden, InvalidSubmission, NotFound
from docgen.render.pdf.pdfium import page_text
from storage.catalogue import Catalogue, audit, documents, kind_versions
from storage.errors import RecordConflict, StoreUnavailable
from storage.keys import template_key
from storage.objects import ObjectStore, open_store
from storage.progress import no_progress
from storage.rebuild import catch_up
from tests.support.callers.roles import caller
from tests.support.office.own_kinds import (
    SLUG,
    drafted,
    editor,
    heading_of,
    issued_nota,
    nota,
    nota_request,
    published,
)

pytestmark = pytest.mark.office


class Away:
    """A LibreOffice that is not there."""

    def check(self) -> None:
        raise ConverterUnavailable("LibreOffice tidak ada.")

    def convert(self, docx: bytes, *, deadline: float = 30.0, group: str = "") -> bytes:
        raise ConverterUnavailable("LibreOffice tidak ada.")

    def close(self) -> None:
        pass


class Unreachable:
    """A store of which nothing can be read while it `is_away`."""

    def __init__(self, store: ObjectStore) -> None:
        self.store, self.is_away = store, True

    def get(self, key: str) -> bytes:
        if self.is_away:
            raise StoreUnavailable("Arsip tidak terjangkau.")
        return self.store.get(key)


class Slow:
    """A store that answers when it may."""

    def __init__(self, store: ObjectStore) -> None:
        self.store, self.is_asked, self.may_answer = store, threading.Event(), threading.Event()

    def get(self, key: str) -> bytes:
        self.is_asked.set()
        assert self.may_answer.wait(60)
        return self.store.get(key)


def started(desk: Desk, store: object = None) -> KindRegister:
    """The register of another process of the same service."""
    stored = StoredKinds(desk.catalogue, cast(ObjectStore, store or desk.store), desk.data, desk.shared)
    return KindRegister(desk.kind_register.installed, {}, stored, desk.now)


def test_a_version_goes_from_draft_to_tried_to_in_force(desk: Desk) -> None:
    """A draft changes nothing; tried, it has four letters and no errors; published, the next letter is made with it,
    and its record names number and SHA-256 of the version."""
    version = drafted(desk, "NOTA BARU")
    assert heading_of(desk, issued_nota(desk)) == "NOTA DINAS"
    trial = try_version(desk, editor(), SLUG, version.version)
    assert [(letter.stress, letter.pages > 0) for letter in trial.letters] == [
        ("example", True), ("least", True), ("rows", True), ("long", True),
    ]  # fmt: skip
    assert (trial.version.state, list(trial.errors)) == ("tried", [])
    publish(desk, editor(), SLUG, version.version)
    document = issued_nota(desk)
    assert heading_of(desk, document) == "NOTA BARU"
    with desk.catalogue.read() as tx:
        docx = documents.get_revision(tx, document.id, 1).docx.key
    record = json.loads(desk.store.get(f"{docx.rpartition('/')[0]}/record.json"))
    assert (record["snapshot"]["kind_number"], record["snapshot"]["kind_version"]) == (1, version.sha256)


def test_a_letter_in_work_keeps_the_version_it_began_with(desk: Desk) -> None:
    """A letter whose conversion failed is finished with the version that was in force when it was numbered: the
    delivered one, and the office's own, whatever was published since."""
    away = dataclasses.replace(desk, converter=Away())
    waiting = []
    for heading in ("NOTA SATU", "NOTA DUA"):
        with pytest.raises(DocumentPending) as caught:
            issue(away, nota_request(desk), "sari")
        waiting.append(caught.value.document.id)
        published(desk, heading)
    assert recover(dataclasses.replace(desk, now=lambda: desk.now() + dt.timedelta(hours=1))) == 2
    with desk.catalogue.read() as tx:
        letters = [documents.get_document(tx, id) for id in waiting]
    assert [heading_of(desk, letter) for letter in letters] == ["NOTA DINAS", "NOTA SATU"]
    assert heading_of(desk, issued_nota(desk)) == "NOTA DUA"


def test_a_plan_begins_at_its_day_where_the_office_is(desk: Desk) -> None:
    """Planned for tomorrow, a version is in force from midnight WITA on, which is 16.00 UTC; a plan that was cancelled
    never is; a day that is past is refused."""
    version, tomorrow = drafted(desk, "NOTA BESOK"), desk.today() + dt.timedelta(days=1)
    plan = publish(desk, editor(), SLUG, version.version, tomorrow)
    assert plan.starts_at == dt.datetime.combine(tomorrow, dt.time(), dt.timezone(dt.timedelta(hours=8)))
    assert publish(desk, editor(), SLUG, version.version, tomorrow) == plan
    assert desk.kinds[SLUG].version == 0
    other = drafted(desk, "NOTA LUSA")
    cancelled = publish(desk, editor(), SLUG, other.version, tomorrow + dt.timedelta(days=1))
    cancel_plan(desk, editor(), SLUG, cancelled.id)
    for seconds, number in ((-1, 0), (0, 1), (172_800, 1)):
        desk.kind_register.now = lambda seconds=seconds: plan.starts_at + dt.timedelta(seconds=seconds)  # type: ignore[misc]
        desk.kind_register.refresh()
        assert desk.kinds[SLUG].version == number
    with pytest.raises(InvalidSubmission):
        publish(desk, editor(), SLUG, other.version, desk.today() - dt.timedelta(days=1))


def test_roll_back_adds_a_publication_and_the_chain_says_who(desk: Desk) -> None:
    """Back to an older version, and to the delivered one: each is a publication and a line of the audit log."""
    first, second = published(desk, "NOTA SATU"), published(desk, "NOTA DUA")
    roll_back(desk, editor("rina"), SLUG, first.version)
    assert heading_of(desk, issued_nota(desk)) == "NOTA SATU"
    roll_back(desk, editor("rina"), SLUG, 0)
    assert heading_of(desk, issued_nota(desk)) == "NOTA DINAS"
    past = history(desk, editor(), SLUG)
    assert [item.version for item in past.publications] == [first.version, second.version, first.version, 0]
    with desk.catalogue.read() as tx:
        lines = [(line.actor, line.action) for line in audit.list_events(tx, limit=50) if line.subject == SLUG]
        assert audit.check_chain(tx) == []
    assert lines[:2] == [("rina", "kind.rolled_back")] * 2
    never = drafted(desk, "NOTA TIGA")
    with pytest.raises(InvalidSubmission):
        roll_back(desk, editor(), SLUG, never.version)


def test_what_was_published_never_changes(desk: Desk) -> None:
    """Neither fields nor file of a published version, nor of one that was withdrawn; a new draft begins from it."""
    version = published(desk, "NOTA TETAP")
    with pytest.raises(Conflict):
        put_fields(desk, editor(), SLUG, version.version, {"title": "Lain"})
    with pytest.raises(Conflict):
        replace_file(desk, editor(), SLUG, version.version, nota("NOTA LAIN"), was="")
    with pytest.raises(Conflict):
        withdraw(desk, editor(), SLUG, version.version)
    draft = begin_draft(desk, editor(), SLUG, version.version)
    assert (draft.version, draft.state, draft.sha256) == (version.version + 1, "draft", version.sha256)
    changed = put_fields(desk, editor(), SLUG, draft.version, {"title": "Nota Dinas Baru"})
    assert (changed.sheet["title"], changed.state) == ("Nota Dinas Baru", "draft")
    assert withdraw(desk, editor(), SLUG, draft.version).state == "withdrawn"
    with pytest.raises(Conflict):
        publish(desk, editor(), SLUG, draft.version)


def test_a_version_with_errors_is_not_published(desk: Desk) -> None:
    """A tag that the form does not know: the trial says so, and what is in force stays in force."""
    draft = drafted(desk, "NOTA {{ tidak_dikenal }}")
    trial = try_version(desk, editor(), SLUG, draft.version)
    assert trial.errors
    assert trial.version.state == "draft"
    assert any("tidak_dikenal" in f"{finding.words} {finding.message}" for finding in trial.errors)
    with pytest.raises(InvalidSubmission):
        publish(desk, editor(), SLUG, draft.version)
    with pytest.raises(InvalidSubmission):
        preview(desk, editor(), SLUG, draft.version)
    assert heading_of(desk, issued_nota(desk)) == "NOTA DINAS"


def test_who_changed_the_draft_meanwhile_is_not_overwritten(desk: Desk) -> None:
    """A change that names an older SHA-256 is refused."""
    draft = drafted(desk, "NOTA SATU")
    put_fields(desk, editor("budi"), SLUG, draft.version, {"title": "Judul Budi"}, was=draft.sha256)
    with pytest.raises(RecordConflict):
        put_fields(desk, editor(), SLUG, draft.version, {"title": "Judul Ani"}, was=draft.sha256)


def test_a_kind_of_the_offices_own_is_uploaded_used_and_retired(desk: Desk) -> None:
    """An upload is a draft of a new kind; published, letters are made with it; retired, no new ones are, and those that
    are there keep its title."""
    taken = upload(desk, editor(), nota("NOTA KANTOR"), "nota-kantor.docx")
    assert (taken.version.slug, taken.version.version, taken.version.state) == ("nota_kantor", 1, "draft")
    sheet = {**desk.kinds[SLUG].sheet.model_dump(mode="json", exclude_defaults=True), "title": "Nota Kantor"}
    put_fields(desk, editor(), "nota_kantor", 1, sheet, example=desk.kinds[SLUG].example)
    publish(desk, editor(), "nota_kantor", 1)
    request = nota_request(desk).model_copy(update={"kind": "nota_kantor"})
    document = issue(desk, request, "sari")
    assert heading_of(desk, document) == "NOTA KANTOR"
    with pytest.raises(Conflict):
        upload(desk, editor(), nota("NOTA LAGI"), "x.docx", title="Nota Kantor")
    retire(desk, editor(), "nota_kantor")
    assert "nota_kantor" not in desk.kinds
    assert desk.kind_title("nota_kantor") == "Nota Kantor"
    with pytest.raises(InvalidSubmission):
        issue(desk, request, "sari")
    with pytest.raises(Conflict):
        retire(desk, editor(), SLUG)


def test_only_who_may_edit_templates_does(desk: Desk) -> None:
    """An operator reads the history and changes nothing."""
    version, operator = drafted(desk, "NOTA SATU"), caller("sari", role="operator")
    assert history(desk, operator, SLUG).versions
    works: list[Callable[[], object]] = [
        lambda: upload(desk, operator, nota("NOTA"), "x.docx"),
        lambda: put_fields(desk, operator, SLUG, version.version, {}),
        lambda: try_version(desk, operator, SLUG, version.version),
        lambda: publish(desk, operator, SLUG, version.version),
        lambda: roll_back(desk, operator, SLUG, 0),
        lambda: retire(desk, operator, SLUG),
    ]
    for work in works:
        with pytest.raises(Forbidden):
            work()
    with pytest.raises(NotFound):
        history(desk, operator, "tidak_ada")


@pytest.mark.parametrize("damage", ["object", "row"])
def test_a_damaged_version_never_takes_the_place_of_a_sound_one(desk: Desk, damage: str) -> None:
    """A service that starts with a damaged version in force uses the sound one before it, and says which is off."""
    first, second = published(desk, "NOTA SATU"), published(desk, "NOTA DUA")
    if damage == "object":
        desk.store.remove(template_key(second.template_sha256))
    else:
        with desk.catalogue.write() as tx:
            tx.exec_driver_sql(f"UPDATE kind_versions SET sheet = '{{}}' WHERE version = {second.version}")  # noqa: S608
    register = started(desk)
    assert register[SLUG].version == first.version
    assert list(register.in_force().switched_off) == [f"{SLUG} versi {second.version}"]


def test_a_store_that_is_away_brings_no_other_kind_in(desk: Desk) -> None:
    """A service that cannot read the office's version now uses none at all, and that version once the store is back."""
    version = published(desk, "NOTA SATU")
    unreachable = Unreachable(desk.store)
    register = started(desk, unreachable)
    assert SLUG not in register
    assert SLUG in register.in_force().switched_off
    unreachable.is_away = False
    register.refresh()
    assert register[SLUG].version == version.version


def test_within_a_request_the_kinds_stay(desk: Desk) -> None:
    """What another process publishes is not seen before the request ends; what this one publishes is, at once."""
    with desk.kind_register.pinned():
        before = desk.kinds[SLUG]
        elsewhere = started(desk)
        version = drafted(desk, "NOTA SATU")
        with desk.catalogue.write() as tx:
            now = desk.now()
            kind_versions.add_publication(tx, SLUG, version.version, starts_at=now, at=now, by="rina")
        elsewhere.refresh()
        assert elsewhere[SLUG].version == version.version
        assert desk.kinds[SLUG] is before
        published(desk, "NOTA DUA")
        assert desk.kinds[SLUG].version == version.version + 1
    assert "NOTA DUA" in "\n".join(page_text(preview(desk, editor(), SLUG, version.version + 1).pdf))


class Publishing:
    """A LibreOffice during whose first letter somebody else publishes another version."""

    def __init__(self, desk: Desk, number: int) -> None:
        self.desk, self.number, self.is_first = desk, number, True

    def convert(self, docx: bytes, *, deadline: float = 30.0, group: str = "") -> bytes:
        if self.is_first:
            self.is_first = False
            publish(self.desk, editor("budi"), SLUG, self.number)
        return self.desk.converter.convert(docx, deadline=deadline, group=group)

    def check(self) -> None:
        pass

    def close(self) -> None:
        pass


def test_of_two_who_publish_at_once_one_is_told(desk: Desk) -> None:
    """While somebody's draft is tried another version is published: his publication is refused, and done on the next
    call."""
    first, second = drafted(desk, "NOTA SATU"), drafted(desk, "NOTA DUA")
    with pytest.raises(RecordConflict):
        publish(dataclasses.replace(desk, converter=Publishing(desk, first.version)), editor(), SLUG, second.version)
    assert desk.kinds[SLUG].version == first.version
    publish(desk, editor(), SLUG, second.version)
    assert desk.kinds[SLUG].version == second.version


def test_a_rebuilt_archive_has_every_version(desk: Desk, tmp_path: Path) -> None:
    """From the archive alone, and from a copy of it: versions, publications and Word files are there, and in force is
    what was; a template that is gone or changed is reported."""
    version, waiting = published(desk, "NOTA SATU"), drafted(desk, "NOTA DUA")
    target = open_store((tmp_path / "salinan").as_uri())
    export_archive(desk, target, "admin", no_progress)
    catalogue = Catalogue(f"sqlite:///{tmp_path / 'lain.sqlite'}")
    catalogue.upgrade()
    with catalogue.write() as tx:
        catch_up(tx, target)
    with catalogue.read() as tx, desk.catalogue.read() as before:
        assert kind_versions.list_versions(tx) == kind_versions.list_versions(before)
        assert kind_versions.list_publications(tx) == kind_versions.list_publications(before)
    stored = StoredKinds(catalogue, target, desk.data, desk.shared)
    register = KindRegister(desk.kind_register.installed, {}, stored, desk.now)
    assert register[SLUG].sha256 == version.sha256
    catalogue.close()
    assert check_archive(desk).findings() == []
    key = template_key(waiting.template_sha256)
    desk.store.remove(key)
    assert check_archive(desk).missing == [key]


def test_nobody_uses_the_delivered_kind_while_a_service_starts(desk: Desk) -> None:
    """Two threads ask a register that never looked: while the first reads the office's version from a slow archive the
    second waits, and both see that version."""
    version = published(desk, "NOTA SATU")
    slow = Slow(desk.store)
    register = started(desk, slow)
    with ThreadPoolExecutor(2) as threads:
        first = threads.submit(lambda: register[SLUG].version)
        assert slow.is_asked.wait(60)
        second = threads.submit(lambda: register[SLUG].version)
        slow.may_answer.set()
        assert [first.result(60), second.result(60)] == [version.version] * 2
