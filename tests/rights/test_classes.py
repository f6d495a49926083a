"""A letter of class T, R or SR: no reader, link, webhook or stranger comes to it, and who reads it is recorded."""

from __future__ import annotations

import datetime as dt
import io
import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest
from openpyxl import load_workbook
from sqlalchemy import update

from docgen.desk.access.secret_readings import SITTING
from docgen.desk.access.share_links import create_share, share_token
from docgen.desk.access.tokens import create_token
from docgen.desk.background.jobs import Jobs
from docgen.desk.batches.job_contents import read_job, require_job
from docgen.desk.bundles.filing import archive_bundle
from docgen.desk.decisions.endorse import EndorsementRequest, endorse
from docgen.desk.dossiers.recap import make_recap
from docgen.desk.issuing.issue import issue
from docgen.desk.issuing.request import DocumentRequest
from docgen.desk.service.job_functions import WORKERS
from docgen.desk.webhooks.outbox import add_webhook, remove_webhook
from docgen.errors import Conflict
from storage.catalogue import audit, documents, registers, webhooks
from storage.catalogue.jobs import get_job
from storage.catalogue.tables import documents as document_rows
from storage.catalogue.visibility import classes
from storage.catalogue.visibility.limits import Limits
from storage.errors import RecordMissing, StoreUnavailable
from storage.records import Document
from tests.rights.conftest import MINE, SECRET, House, letter, set_class
from tests.support.callers.api import Caller
from tests.support.callers.pages import application, words
from tests.support.callers.roles import caller
from tests.support.machine.away import Away

pytestmark = pytest.mark.office


@pytest.fixture
def jobs(house: House) -> Iterator[Jobs]:
    """The running queue of long work, which the application has meanwhile."""
    before, running = house.app.extensions["jobs"], Jobs(house.desk, WORKERS)
    running.start()
    house.app.extensions["jobs"] = running
    try:
        yield running
    finally:
        house.app.extensions["jobs"] = before
        running.stop()


def ways_in(document: Document) -> list[str]:
    """The addresses of pages that show a document, or something of it."""
    here = f"/d/{document.id}"
    return [here, *(f"{here}/{part}" for part in ("pdf", "docx", "halaman/1.png", "baca", "qr.svg", "banding"))]


def test_a_reader_never_meets_it(house: House) -> None:
    """By no address, search, sheet, list or count of pages: it looks absent, and its number stands without a title."""
    reader, title = house.person("baca", "pejabat"), house.secret.title
    for path in ways_in(house.secret):
        absent = path.replace(house.secret.id, "tidak-ada")
        assert (reader.get(path).status_code, reader.get(absent).status_code) == (404, 404)
    assert {reader.get(path).status_code for path in ways_in(house.mine)} == {200}
    assert reader.post(f"/d/{house.secret.id}/putusan", {"official": "x", "decision": "setuju"}).status_code == 404
    pages = ["/", "/arsip", "/arsip?q=gudang", f"/arsip/{MINE}", f"/arsip/{MINE}/pemeliharaan/2", "/agenda"]
    pages += ["/berkas", "/ringkasan", "/bundel"]
    for path in pages:
        shown = reader.get(path)
        assert shown.status_code == 200
        assert title not in words(shown)
        assert house.secret.id not in shown.text
    for path in ("/arsip/hasil.xlsx", "/agenda/agenda.xlsx"):
        cells = [cell for row in load_workbook(io.BytesIO(reader.get(path).data)).active.values for cell in row]
        assert title not in cells
        assert not any(house.secret.id in str(cell) for cell in cells)
    assert house.secret.number in words(reader.get("/agenda"))
    told = reader.get(f"/arsip/{MINE}", headers={"Accept": "application/json"}).get_json()
    assert house.secret.id not in [one["id"] for one in told["items"]]
    for one in (reader, house.person("tulis", "operator")):
        assert one.get(f"/berkas/{house.secret.dossier}").status_code == 404
    archivist = house.person("arsip.rahasia", "arsiparis")
    assert title in words(archivist.get("/arsip?q=gudang"))
    assert title in words(archivist.get("/agenda"))


def test_a_token_that_reads_never_meets_it(house: House) -> None:
    """By id, search, full text, dossier, register or asset, whichever officials it was given; a token with
    the permission does."""
    reader, writer = house.system("read", ("*", house.secret.signer)), house.system("admin")
    for part in ("", "/pdf", "/docx", "/shares"):
        path = f"/documents/{house.secret.id}{part}"
        assert (reader.get(path).status_code, writer.get(path).status_code) == (404, 200)
    lists = ["/documents", "/documents?q=gudang", f"/documents?asset={MINE}", "/register"]
    for path in (*lists, f"/dossiers/{house.secret.dossier}"):
        for system, met in ((reader, False), (writer, True)):
            assert (house.secret.id in system.get(path).text) == met
    assert house.secret.title not in reader.get("/register").text
    assert house.secret.number in reader.get("/register").text
    assert reader.get(f"http://localhost/d/{house.secret.id}").status_code == 404


def test_who_signs_or_decides_reads_it(house: House) -> None:
    """An official with a reader's account opens the secret letters that he signs, decides on or has decided on."""
    set_class(house.desk, "SR")
    try:
        kind = "rencana_pemindahtempatan"
        asked = {"kind": kind, "procedure": "pemindahtempatan", "step": 1, "assets": [MINE]}
        example = house.desk.kinds[kind].example
        document = issue(house.desk, DocumentRequest.model_validate({**asked, "data": example}), "admin")
    finally:
        set_class(house.desk, "B")
    head = house.person("kabid", "pejabat", "kepala-bidang")
    other = house.person("kasi.lain", "pejabat", "pengelola-aset-2")
    assert head.get(f"/d/{document.id}").status_code == 200
    assert other.get(f"/d/{document.id}").status_code == 404
    asked = EndorsementRequest(official="kepala-bidang", decision="setuju")
    endorse(house.desk, document.id, asked, "kabid", ["kepala-bidang"])
    assert head.get(f"/d/{document.id}").status_code == 200
    assert document.number in words(head.get("/arsip"))
    signer = house.person("penanda.tangan", "pejabat", document.signer)
    assert signer.get(f"/d/{document.id}").status_code == 200
    assert document.number in words(signer.get("/arsip"))


def test_no_link_and_no_webhook_tells_of_it(house: House) -> None:
    """A link is not made, one from before the letter was known as secret does not open, and no event is sent."""
    with pytest.raises(Conflict):
        create_share(house.desk, house.secret.id, "admin")
    assert house.system("admin").post(f"/documents/{house.secret.id}/shares", {"days": 3}).status_code == 409
    operator = house.person("pimpinan", "admin")
    assert "tidak dibagikan dengan tautan" in words(operator.get(f"/d/{house.secret.id}/bagikan"))
    assert operator.post(f"/d/{house.secret.id}/bagikan", {"days": "7"}).status_code == 409
    share = create_share(house.desk, house.mine.id, "admin")
    stranger = application(house.desk).test_client()
    address = f"/s/{share_token(SECRET, share)}"
    assert stranger.get(address).status_code == 200
    with known_as(house, "R"):
        assert stranger.get(address).status_code == 410
    webhook = add_webhook(house.desk, "https://aset.example/x", ["document.issued"], "admin")
    try:
        for security in ("SR", "R", "T"):
            issued_as(house, security)
        ordinary = issued_as(house, "B")
        with house.desk.catalogue.read() as tx:
            sent = [json.loads(one.body)["subject"] for one in webhooks.list_deliveries(tx, webhook.id)]
    finally:
        remove_webhook(house.desk, webhook.id, "admin")
    assert sent == [ordinary.id]


@contextmanager
def known_as(house: House, security: str) -> Iterator[None]:
    """The open letter as one of this class, for as long as the block lasts."""

    def write(value: str) -> None:
        with house.desk.catalogue.write() as tx:
            tx.execute(update(document_rows).where(document_rows.c.id == house.mine.id).values(security=value))

    write(security)
    try:
        yield
    finally:
        write("B")


def issued_as(house: House, security: str) -> Document:
    """A new letter of this class."""
    set_class(house.desk, security)
    try:
        return letter(house.desk)
    finally:
        set_class(house.desk, "B")


def test_reading_it_is_recorded_once_a_sitting(house: House) -> None:
    """Who opened it, as a person or as a system; its pages and files in one sitting are one line. Open letters leave
    none."""

    def readings(document: Document, by: str) -> int:
        with house.desk.catalogue.read() as tx:
            lines = audit.list_events(tx, subject=document.id)
        return sum((one.action, one.actor) == ("document.read", by) for one in lines)

    clerk = house.person("pembaca.sandi", "arsiparis")
    for path in (*ways_in(house.secret), *ways_in(house.mine)):
        assert clerk.get(path).status_code == 200
    assert (readings(house.secret, "pembaca.sandi"), readings(house.mine, "pembaca.sandi")) == (1, 0)
    system = Caller(house.app, create_token(house.desk, "sistem pembaca", "admin", []))
    for part in ("", "/pdf"):
        assert system.get(f"/documents/{house.secret.id}{part}").status_code == 200
    assert readings(house.secret, "sistem pembaca") == 1
    later = house.desk.now() + SITTING + dt.timedelta(seconds=1)
    house.app.extensions["desk"] = replace(house.desk, now=lambda: later)
    try:
        clerk.get(f"/d/{house.secret.id}")
    finally:
        house.app.extensions["desk"] = house.desk
    assert readings(house.secret, "pembaca.sandi") == 2
    chief = house.person("pengawas", "admin")
    assert "membaca naskah rahasia" in words(chief.get("/riwayat"))


def test_bundles_with_it_are_for_those_who_read_it(house: House, jobs: Jobs) -> None:
    """A reader's bundle is made without it; one that holds it, archived or not, looks absent to him, in every file."""
    asked = {"documents": [house.mine.id, house.secret.id]}
    whole = jobs.submit("bundle", asked, "admin")
    reader = house.person("baca", "pejabat")
    reader.get("/bundel")
    refused = reader.post("/bundel", asked)
    assert refused.headers["Location"] == "/arsip"
    assert f"Naskah '{house.secret.id}' tidak ada dalam arsip" in words(reader.get("/arsip"))
    begun = reader.post("/bundel", {"asset": MINE})
    made = begun.headers["Location"].rpartition("/")[2]
    for id in (whole.id, made):
        finished(house, id)
    assert reader.get(f"/bundel/{made}").status_code == 200
    assert house.secret.number not in words(reader.get(f"/bundel/{made}"))
    system = house.system("read")
    for path in (f"/bundel/{whole.id}", f"/bundel/{whole.id}.pdf", f"/bundel/{whole.id}/jilid-1.pdf"):
        assert reader.get(path).status_code == 404
    for path in (f"/jobs/{whole.id}", f"/jobs/{whole.id}/pdf", f"/jobs/{whole.id}/manifest"):
        assert (system.get(path).status_code, house.system("admin").get(path).status_code) == (404, 200)
    with house.desk.catalogue.read() as tx:
        filed = archive_bundle(house.desk, get_job(tx, whole.id), "admin")
    archivist = Caller(house.app, create_token(house.desk, "arsiparis", "admin", []))
    for path in (f"/jobs/{whole.id}/manifest", f"/bundles/{filed.code}/manifest"):
        assert archivist.get(path).status_code == 200
    assert "arsiparis" not in readers_of(house)  # a manifest names letters and shows none
    assert archivist.get(f"/jobs/{whole.id}/pdf").status_code == 200
    assert "arsiparis" in readers_of(house)
    assert reader.get(f"/bundel/{filed.code}.pdf").status_code == 404
    for path in (f"/bundles/{filed.code}", f"/bundles/{filed.code}/pdf", f"/bundles/{filed.code}/manifest"):
        assert (system.get(path).status_code, house.system("admin").get(path).status_code) == (404, 200)


def test_what_a_bundle_holds_is_known_without_its_manifest(house: House, jobs: Jobs) -> None:
    """Whoever asks how far it is, or fetches its files, has the store read nothing; of a job of an earlier version its
    manifest still tells."""
    id = jobs.submit("bundle", {"documents": [house.mine.id, house.secret.id]}, "admin").id
    finished(house, id)
    with house.desk.catalogue.read() as tx:
        job = get_job(tx, id)
    assert job.result is not None
    older = job.model_copy(update={"result": {key: it for key, it in job.result.items() if key != "documents"}})
    reader = caller("baca", role="pejabat")
    clerk = replace(caller("register aset"), within=Limits(assets=(MINE,)))
    storeless = replace(house.desk, store=Away(StoreUnavailable("Arsip tidak dapat dihubungi.")))
    for desk, one in ((storeless, job), (house.desk, older)):
        for ask in (require_job, read_job):
            with pytest.raises(RecordMissing):
                ask(desk, one, reader)
            ask(desk, one, clerk)


def readers_of(house: House) -> set[str]:
    """Who is on record as having read the secret letter."""
    with house.desk.catalogue.read() as tx:
        lines = audit.list_events(tx, subject=house.secret.id)
    return {one.actor for one in lines if one.action == "document.read"}


def finished(house: House, id: str) -> None:
    """Wait until a job is done."""
    for _ in range(600):
        with house.desk.catalogue.read() as tx:
            if get_job(tx, id).status == "done":
                return
        time.sleep(0.05)
    raise AssertionError(id)


def test_a_recap_does_not_tell_what_it_is_about(house: House) -> None:
    """The report of a period lists every number, and of a secret letter no title: whoever may read the report."""
    period = dict.fromkeys(("periode_awal", "periode_akhir"), house.secret.date)
    with house.desk.catalogue.read() as tx:
        told = make_recap(house.desk, tx, period, registers.get_office(tx), "evaluasi")
    lines = {line["number"]: line["title"] for one in told["procedures"] for line in one["documents"]}
    assert lines[house.secret.number] == "(naskah rahasia)"
    assert lines[house.mine.number] == house.mine.title


def test_the_register_offers_no_voiding_of_what_it_veils(house: House) -> None:
    """Whoever may not know of a letter meets its number alone, without a link that would only be refused."""
    page = house.person("pencatat", "operator").get("/agenda")
    for document, is_offered in ((house.mine, True), (house.secret, False)):
        assert document.number in words(page)
        assert (f'aria-label="Batalkan nomor urut {document.sequence}…"' in page.text) is is_offered


def test_the_class_comes_back_from_what_an_earlier_version_kept(house: House) -> None:
    """Rows without a class hide their letter from readers, until it is read again from the letter's own record."""
    with house.desk.catalogue.write() as tx:
        tx.execute(update(document_rows).values(security=""))
        assert classes.is_secret(tx, house.mine.id)
        classes.set_missing_classes(tx)
        assert not classes.is_secret(tx, house.mine.id)
        assert classes.is_secret(tx, house.secret.id)
        assert documents.get_document(tx, house.secret.id) == house.secret
