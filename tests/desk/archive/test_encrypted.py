"""Letters of class R and SR lie encrypted with all that is made of them; with the key everything works as for others,
without it all others do.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
from pathlib import Path

import pytest

from docgen.desk import Desk
from docgen.desk.access.accounts import create_user
from docgen.desk.archive.archive_key import key_state, rotate_key
from docgen.desk.archive.fixity import check_archive
from docgen.desk.archive.restore import rebuild
from docgen.desk.background.jobs import Jobs
from docgen.desk.batches.results import store_sheet
from docgen.desk.bundles.build import BundleRequest, run_bundle_job
from docgen.desk.bundles.filing import archive_bundle
from docgen.desk.decisions.attach import attach
from docgen.desk.decisions.void import void
from docgen.desk.disposal.destroy import destroy
from docgen.desk.dossiers.dossiers import close
from docgen.desk.drafts.drafts import save_draft
from docgen.desk.issuing.issue import issue
from docgen.desk.issuing.request import DocumentRequest
from docgen.desk.mirror import keep_mirror
from docgen.desk.revisions.photos import keep_photo
from storage.catalogue import audit, documents
from storage.catalogue.changes import Change
from storage.catalogue.numbering import numbers
from storage.catalogue.visibility.veil import veil
from storage.errors import KeyMissing, ObjectDamaged, SecrecyUnavailable, StoreUnavailable
from storage.keys import CATALOGUE, KEY_NOTES, UPLOADS
from storage.objects import EncryptedStore, ObjectInfo, open_store
from storage.records import Document
from tests.servers.minio import S3Server
from tests.support.callers.pages import PASSWORD, Person, application
from tests.support.files.pdfs import pdf
from tests.support.office.batches import batch_of_letters
from tests.support.office.closed_dossiers import approved, in_years
from tests.support.office.decisions import decide, relocation_plan
from tests.support.office.finished_batches import issued
from tests.support.office.restoring import ASSETS, issue_letter, rows_of, with_catalogue
from tests.support.office.small_office import picture

pytestmark = pytest.mark.office
TITLE = "Mutasi pejabat eselon dua"


def secret_letter(desk: Desk) -> Document:
    """Issue a letter of class R about two assets, of which no word may lie open."""
    data = {**desk.kinds["nota_dinas"].example, "hal": TITLE}
    body = {"kind": "nota_dinas", "procedure": "pemeliharaan", "step": 2, "assets": ASSETS, "data": data}
    return issue(desk, DocumentRequest.model_validate({**body, "security": "R"}), "sari")


def open_keys(desk: Desk) -> set[str]:
    """The keys of objects that lie open."""
    return {key for key in desk.store.keys() if not desk.store.info(key).secret}  # noqa: SIM118


def key_file(desk: Desk) -> Path:
    """Where the key lies."""
    return desk.data / "archive.key"


def words_in_the_open(desk: Desk, words: str) -> list[str]:
    """The files of the archive that hold these words as they are."""
    files = [path for path in (desk.data / "objects").rglob("*") if path.is_file()]
    return [str(path) for path in files if words.encode() in path.read_bytes()]


def test_everything_made_of_a_secret_letter_lies_encrypted(desk: Desk) -> None:
    """Files and record of every revision, links, uploads, bundles and the mirror: encrypted, and no word in the open.
    A letter of class B beside it, and what is made of that alone, lies open.
    """
    plain = issue_letter(desk, ASSETS)
    before = open_keys(desk)
    letter = secret_letter(desk)
    attach(desk, letter.id, pdf("tanda tangan"), "salinan.pdf", "sari")
    void(desk, letter.id, "Salah tujuan", "sari")
    keep_mirror(desk)
    jobs = Jobs(desk, {"bundle": run_bundle_job})
    bundles = [BundleRequest(documents=ids).model_dump(mode="json") for ids in ([letter.id, plain.id], [plain.id])]
    mixed, only_plain = (jobs.run("bundle", bundle, "sari") for bundle in bundles)
    filed = archive_bundle(desk, mixed, "sari")
    keep_mirror(desk)

    secret = {key for key in desk.store.keys() if desk.store.info(key).secret}  # noqa: SIM118
    of_letter = {key for key in desk.store.keys() if letter.id in key}  # noqa: SIM118
    assert len(of_letter) > 6
    assert of_letter <= secret
    assert set(desk.store.keys(UPLOADS)) <= secret
    assert {filed.pdf.key, filed.manifest.key} <= secret
    assert set(desk.store.keys(f"_jobs/{mixed.id}/")) <= secret
    assert not secret & set(desk.store.keys(f"_jobs/{only_plain.id}/"))
    assert before <= open_keys(desk)
    assert words_in_the_open(desk, TITLE) == []
    assert words_in_the_open(desk, "Salah tujuan") == []
    report = check_archive(desk)
    assert (report.sound, report.findings()) == (True, [])
    with desk.catalogue.read() as tx:
        revision = documents.get_revision(tx, letter.id, 1)
    assert desk.store.info(revision.pdf.key).sha256 == revision.pdf.sha256


def test_uploads_of_unknown_class_are_encrypted_with_their_letter(desk: Desk) -> None:
    """A photo that was uploaded before anybody knew for what is encrypted when a secret letter shows it; the sheet of a
    batch and all that the batch gives, when its letters are secret.
    """
    photos = [keep_photo(desk, picture(side, 30), "a.png").file for side in (40, 50)]
    kind = desk.kinds["laporan_pemeliharaan"]
    body = {"kind": kind.slug, "procedure": "pemeliharaan", "step": 5, "assets": ASSETS[:1]}
    shown = [{"file": photos[0], "caption": "Ruang"}]
    body |= {"security": "SR", "data": {**kind.example, "foto": shown}}
    issue(desk, DocumentRequest.model_validate(body), "sari")
    assert [desk.store.info(f"{UPLOADS}{name}").secret for name in photos] == [True, False]
    body["data"]["foto"] = [{"file": photos[1], "caption": "Ruang"}]
    save_draft(desk, "sari", body)
    assert desk.store.info(f"{UPLOADS}{photos[1]}").secret

    sheet = store_sheet(desk, b"hal;isi\nMutasi;x\n")
    job = issued(desk, batch_of_letters(desk, {}, {"security": "R"}), sheet)
    assert desk.store.info(sheet).secret
    results = list(desk.store.keys(f"_batches/{job.id}/"))
    assert len(results) == 3
    assert all(desk.store.info(key).secret for key in results)


def test_what_is_left_of_a_destroyed_secret_letter_lies_encrypted(desk: Desk) -> None:
    """Its tombstone and the act of its destruction name it, so they are encrypted; its objects are gone."""
    letter = secret_letter(desk)
    close(desk, letter.dossier, "sari", "Selesai")
    act = destroy(in_years(desk, 6), approved(letter.dossier), "admin")
    left = {key for key in desk.store.keys() if letter.id in key or act in key}  # noqa: SIM118
    assert {key.rpartition("/")[2] for key in left} == {"musnah.json", "berita-acara.pdf"}
    assert all(desk.store.info(key).secret for key in left)
    assert words_in_the_open(desk, TITLE) == []


def test_the_catalogue_is_rebuilt_with_the_key_row_by_row(desk: Desk, tmp_path: Path) -> None:
    """Encrypted letters, decided on, voided and listed, come back as they were; with keys that were rotated meanwhile,
    too.
    """
    plan = relocation_plan(desk, security="R")
    keep_mirror(desk)
    decide(desk, plan, "kepala-bidang", "setuju", "Lanjutkan.")
    rotate_key(desk, "admin")
    void(desk, secret_letter(desk).id, "Salah tujuan", "sari")
    keep_mirror(desk)
    issue_letter(desk, ASSETS)  # known to its record alone
    secret_letter(desk)
    before = rows_of(desk.catalogue)
    new = with_catalogue(desk, f"sqlite:///{tmp_path / 'second.sqlite'}")
    done = rebuild(new, replace=False, standing="adopt")
    assert done.archive.unreadable == []
    after = rows_of(new.catalogue)
    for name in ("documents", "revisions", "register_entries", "dossiers", "document_assets"):
        assert after[name] == before[name], name
    with new.catalogue.read() as tx:
        assert audit.check_chain(tx) == []
    new.catalogue.close()


def test_without_the_key_the_rest_is_rebuilt_and_works(desk: Desk, tmp_path: Path) -> None:
    """Rebuilt without the key: all other letters are there, what could not be read is listed, the numbers of secret
    letters stay taken and named so in the register, and new letters are issued. With the key back, a rebuild has all.
    """
    plain = issue_letter(desk, ASSETS)
    letter = secret_letter(desk)
    keep_mirror(desk)
    void(desk, letter.id, "Salah tujuan", "sari")
    keep_mirror(desk)
    before = rows_of(desk.catalogue)
    aside = key_file(desk).rename(tmp_path / "aside.key")

    new = with_catalogue(desk, f"sqlite:///{tmp_path / 'second.sqlite'}")
    done = rebuild(new, replace=False, standing="adopt")
    assert {key.rpartition("/")[2] for key in done.archive.unreadable if letter.id in key} == {"record.json"}
    assert [key for key in done.archive.unreadable if key.startswith(CATALOGUE)]
    assert done.archive.lost == 0
    with new.catalogue.read() as tx:
        assert [document.id for document, _ in documents.all_revisions(tx)] == [plain.id]
        entries = {entry.document: entry for entry in numbers.list_entries(tx, letter.unit, letter.year)}
        problems = audit.check_chain(tx)
    entry = entries[letter.id]
    assert (entry.number, entry.title, entry.status, entry.reason) == (letter.number, "(naskah rahasia)", "void", "")
    assert problems
    assert all("kunci arsip" in line for line in problems)
    following = issue_letter(new, ASSETS)
    assert following.sequence == letter.sequence + 1
    keep_mirror(new)
    report = check_archive(new)
    assert not report.sound
    assert not (report.missing)
    assert not (report.changed)
    assert report.unreadable

    aside.rename(key_file(desk))
    again = rebuild(new, replace=True, standing="adopt")
    assert again.archive.unreadable == []
    after = rows_of(new.catalogue)
    for name in ("documents", "register_entries", "revisions"):
        other_rows = [row for row in after[name] if following.id not in row.values()]
        assert other_rows == before[name], name
    new.catalogue.close()


def test_an_encrypted_pdf_is_downloaded_like_any_other(desk: Desk) -> None:
    """Whole, by a range, and asked for by HEAD: bytes, length and ETag are those of the PDF."""
    letter = secret_letter(desk)
    with desk.catalogue.read() as tx:
        file = documents.get_revision(tx, letter.id, 1).pdf
    create_user(desk, "kepala", "admin", "Kepala", PASSWORD)
    reader = Person(application(desk)).sign_in("kepala")
    path = f"/d/{letter.id}/pdf"
    assert hashlib.sha256(reader.get(path).data).hexdigest() == file.sha256
    part = reader.get(path, headers={"Range": "bytes=0-3"})
    assert (part.status_code, part.data, part.headers["Content-Range"]) == (206, b"%PDF", f"bytes 0-3/{file.size}")
    head = reader.client.head(path)
    assert (head.status_code, head.content_length, file.sha256 in head.headers["ETag"]) == (200, file.size, True)


@pytest.mark.s3
@pytest.mark.postgres
def test_on_s3_the_server_encrypts_and_the_catalogue_is_rebuilt(
    desk: Desk, minio: S3Server, s3_url: str, postgres_url: str
) -> None:
    """On MinIO and PostgreSQL: all of a secret letter, and its segment of the mirror, is encrypted by the server; no
    key file is made, and a rebuild has everything.
    """
    store = open_store(s3_url, minio.access_key, minio.secret_key, key_file=key_file(desk), sse="AES256")
    store.prepare()
    bucket = dataclasses.replace(desk, store=store)
    letter = secret_letter(bucket)
    keep_mirror(bucket)
    assert all(store.info(key).secret for key in store.keys() if letter.id in key)  # noqa: SIM118
    assert [store.info(key).secret for key in store.keys(CATALOGUE)] == [True, False]
    assert not key_file(desk).exists()
    new = with_catalogue(bucket, postgres_url)
    assert rebuild(new, replace=False, standing="adopt").archive.unreadable == []
    assert rows_of(new.catalogue)["documents"] == rows_of(desk.catalogue)["documents"]
    new.catalogue.close()


def test_a_mirror_that_stopped_between_two_segments_goes_on(desk: Desk, tmp_path: Path) -> None:
    """Killed after the encrypted segment and before the open one that goes with it: the next call goes on, and a
    rebuild has everything, with the key and without.
    """
    plain, letter = issue_letter(desk, ASSETS), secret_letter(desk)

    class GoneAfterOne(EncryptedStore):
        left = 1

        def put(self, key: str, data: bytes, content_type: str, *, secret: bool = False) -> ObjectInfo:
            if not self.left:
                raise StoreUnavailable("Arsip tidak terjangkau.")
            self.left -= 1
            return super().put(key, data, content_type, secret=secret)

    assert isinstance(desk.store, EncryptedStore)
    keep_mirror(dataclasses.replace(desk, store=GoneAfterOne(desk.store.store, desk.store.key_file)))
    assert [desk.store.info(key).secret for key in desk.store.keys(CATALOGUE)] == [True]
    keep_mirror(desk)
    assert [desk.store.info(key).secret for key in desk.store.keys(CATALOGUE)] == [True, True, False]
    with desk.catalogue.read() as tx:
        before = [entry.title for entry in numbers.list_entries(tx, letter.unit, letter.year)]
    for with_key in (True, False):
        if not with_key:
            key_file(desk).unlink()
        new = with_catalogue(desk, f"sqlite:///{tmp_path / f'{with_key}.sqlite'}")
        rebuild(new, replace=False)
        with new.catalogue.read() as tx:
            titles = [entry.title for entry in numbers.list_entries(tx, letter.unit, letter.year)]
        assert titles == (before if with_key else [plain.title, "(naskah rahasia)"])
        new.catalogue.close()


def test_a_line_about_a_secret_draft_is_veiled(desk: Desk) -> None:
    """A draft of class R has a title, too: the open segment keeps its line's place in the log, and no word of it."""
    row = {"sequence": 7, "subject": "d", "before": {}, "after": {"title": TITLE, "security": "R"}, "hash": "x"}
    open_row = {**row, "after": {"title": TITLE, "security": "T"}}
    with desk.catalogue.read() as tx:
        veiled, same = veil(tx, [Change("audit", [7], row), Change("audit", [8], open_row)])
    assert veiled.row == {**row, "after": {"veiled": True}}
    assert same.row == open_row


def test_without_the_key_nothing_secret_is_numbered(desk: Desk) -> None:
    """Without its key, or with a wrong one, a secret letter is refused before it takes a number, by a sentence that
    names setting and file; it cannot be read; other letters are issued and read on.
    """
    letter = secret_letter(desk)
    with desk.catalogue.read() as tx:
        pdf_key = documents.get_revision(tx, letter.id, 1).pdf.key
    key_text = key_file(desk).read_text()
    for wrong in ("", "A" * 43 + "=\n"):
        key_file(desk).unlink()
        if wrong:
            key_file(desk).write_text(wrong)
        with pytest.raises(SecrecyUnavailable, match=r"DOCGEN_ARCHIVE_KEY_FILE") as caught:
            secret_letter(desk)
        assert str(key_file(desk)) in str(caught.value)
        with pytest.raises(KeyMissing):
            desk.store.get(pdf_key)
        following = issue_letter(desk, ASSETS)
        assert key_file(desk).exists() == bool(wrong)
        key_file(desk).write_text(key_text)
    assert following.sequence == letter.sequence + 2
    assert key_state(desk).missing == []
    assert desk.store.get(pdf_key).startswith(b"%PDF")


def test_a_secret_letter_under_anothers_name_is_damage(desk: Desk) -> None:
    """Whoever may write the archive's folder cannot pass one secret letter off as another: that is damage."""
    first, second = secret_letter(desk), secret_letter(desk)
    root = desk.data / "objects"
    with desk.catalogue.read() as tx:
        keys = [documents.get_revision(tx, document.id, 1).pdf.key for document in (first, second)]
    before, after = (hashlib.sha256((root / key).read_bytes()).hexdigest() for key in keys)
    (root / keys[0]).chmod(0o644)
    (root / keys[0]).write_bytes((root / keys[1]).read_bytes())
    hashes = root / ".sha256" / f"{Path(keys[0]).parents[1]}.sha256"
    hashes.write_text(hashes.read_text().replace(before, after))
    with pytest.raises(ObjectDamaged):
        desk.store.get(keys[0])
    assert check_archive(desk).changed == [keys[0]]


def test_the_first_key_is_told_and_is_in_no_backup(desk: Desk, tmp_path: Path) -> None:
    """Fingerprint and file are told, the key itself nowhere: not by the command, the archive, or its note."""
    assert key_state(desk).keys == []
    secret_letter(desk)
    state = key_state(desk)
    assert (state.file, len(state.keys), state.missing) == (key_file(desk), 1, [])
    [note] = desk.store.keys(KEY_NOTES)
    assert json.loads(desk.store.get(note))["key"] == state.keys[0]
    secret = key_file(desk).read_text().splitlines()[-1]
    assert secret not in "".join(state.sentences())
    assert words_in_the_open(desk, secret) == []


@pytest.mark.s3
def test_a_server_that_cannot_encrypt_numbers_nothing_secret(desk: Desk, versity: S3Server, versity_url: str) -> None:
    """On S3 without encryption a secret letter is refused before it takes a number; DOCGEN_S3_SSE=off lets docgen
    encrypt, and the letter is issued.
    """
    keys = (versity.access_key, versity.secret_key)
    store = open_store(versity_url, *keys, key_file=key_file(desk), sse="AES256")
    store.prepare()
    bucket = dataclasses.replace(desk, store=store)
    with pytest.raises(SecrecyUnavailable, match="DOCGEN_S3_SSE=off"):
        secret_letter(bucket)
    first = issue_letter(bucket, ASSETS)
    assert first.sequence == 1
    own = dataclasses.replace(desk, store=open_store(versity_url, *keys, key_file=key_file(desk)))
    letter = secret_letter(own)
    assert all(own.store.info(key).secret for key in own.store.keys() if letter.id in key)  # noqa: SIM118
