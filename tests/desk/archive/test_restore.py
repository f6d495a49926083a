"""The catalogue lost, and made again from the archive alone or from a backup: row by row what it was."""

from __future__ import annotations

import dataclasses
import gzip
import io
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from PIL import Image
from sqlalchemy import delete, select

from docgen.desk import Desk
from docgen.desk.archive.fixity import check_archive
from docgen.desk.archive.restore import rebuild, restore_backup
from docgen.desk.decisions.attach import attach
from docgen.desk.decisions.seal import seal
from docgen.desk.decisions.void import void
from docgen.desk.dossiers.dossiers import close
from docgen.desk.mirror import keep_mirror
from docgen.desk.registers.edit import add_asset, change_asset, change_emblem, change_office, remove_asset
from docgen.desk.revisions.journal import DocumentPending
from docgen.desk.service.document_recovery import recover
from docgen.desk.service.indexing import index_some
from docgen.desk.setup import initialise
from docgen.errors import Conflict, ConverterUnavailable
from storage.backup import back_up
from storage.catalogue import changes, documents, registers
from storage.catalogue.numbering import numbers
from storage.catalogue.tables import metadata
from storage.errors import ObjectDamaged, StorageError
from storage.keys import segment_key
from storage.mirror import MirrorForeign, write_changes
from storage.objects import open_store
from storage.rebuild import LOST, catch_up, is_empty
from storage.records import Asset
from storage.segments import read_segments
from tests.support.files.pdfs import pdf
from tests.support.office.decisions import decide, issue_example, relocation_plan
from tests.support.office.restoring import ASSETS, issue_letter, office, rows_of, second_url, with_catalogue

__all__ = ["office", "second_url"]  # fixtures

pytestmark = pytest.mark.office


def work(office: Desk) -> None:
    """A bit of everything that an office does."""
    approved = relocation_plan(office)
    keep_mirror(office)
    decide(office, approved, "kepala-bidang", "setuju", "Lanjutkan.")
    decide(office, approved, "kepala-dinas", "setuju")
    returned = relocation_plan(office, dossier=None, assets=[ASSETS[1]])
    decide(office, returned, "kepala-bidang", "perbaiki", "Lengkapi lokasi tujuan.")
    issue_example(office, "rencana_pemindahtempatan", "pemindahtempatan", 1, replaces=returned.id, assets=[ASSETS[1]])
    void(office, issue_letter(office, ASSETS).id, "Salah tujuan", "sari")
    keep_mirror(office)
    attach(office, issue_letter(office, ASSETS[:2]).id, pdf("tanda tangan"), "salinan.pdf", "sari")
    seal(office, issue_example(office, "rencana_kebutuhan", "perencanaan", 1).id, "sari")
    close(office, approved.dossier, "sari", "Dilanjutkan tahun depan")
    add_asset(office, Asset(nibar="baru/1", name="Pemindai"), by="sari")
    change_asset(office, Asset(nibar="baru/1", name="Pemindai A4", value=10**12), by="sari")
    add_asset(office, Asset(nibar="salah", name="Salah ketik"), by="sari")
    remove_asset(office, "salah", by="sari")
    picture = io.BytesIO()
    Image.new("RGB", (40, 40), "navy").save(picture, "PNG")
    change_emblem(office, picture.getvalue(), by="sari")
    with office.catalogue.read() as tx:
        current = registers.get_office(tx)
    change_office(office, current.model_copy(update={"phone": "(0519) 1"}), by="sari")
    failed_and_void(office)


def failing(office: Desk) -> Desk:
    """The office while LibreOffice is away."""

    class Away:
        def convert(self, docx: bytes, **_: object) -> bytes:
            raise ConverterUnavailable("LibreOffice tidak dapat dijalankan.")

        def close(self) -> None:
            return

    return dataclasses.replace(office, converter=Away())  # type: ignore[arg-type]


def pending(office: Desk) -> str:
    """The id of a document that has its number and could not be made."""
    with pytest.raises(DocumentPending) as caught:
        issue_letter(failing(office), ASSETS[:1])
    return caught.value.document.id


def failed_and_void(office: Desk) -> None:
    """A number given up before anything was archived."""
    void(office, pending(office), "Tidak jadi", "sari")


def test_the_catalogue_is_rebuilt_row_by_row(office: Desk, second_url: str) -> None:
    """Endorsed, sent back and replaced, voided, attached, sealed, closed, registers changed: all rows are the same."""
    work(office)
    keep_mirror(office)
    before = rows_of(office.catalogue)
    assert all(before[name] for name in ("documents", "revisions", "dossiers", "register_entries", "audit"))
    assert {one["status"] for one in before["documents"]} == {"issued", "void", "superseded"}
    new = with_catalogue(office, second_url)
    done = rebuild(new, replace=False, standing="adopt")
    after = rows_of(new.catalogue)
    last = after["audit"].pop()
    assert (last["action"], done.archive.lost, done.saved) == ("archive.rebuilt", 0, None)
    assert after["audit_head"] == [{"id": 1, "sequence": last["sequence"], "hash": last["hash"]}]
    after["audit_head"] = before["audit_head"]  # one line further
    found = [{row["document"] for row in tables.pop("document_words")} for tables in (before, after)]
    assert found[0] == found[1]  # the index is made anew; it is no row of the archive
    for name, rows in before.items():
        assert after[name] == rows, name
    assert check_archive(new).findings() == []
    assert issue_letter(new, ASSETS[:1]).sequence == max(one["sequence"] for one in before["register_entries"]) + 1
    assert keep_mirror(new) == 1  # and the mirror goes on where it stood
    new.catalogue.close()


def test_records_tell_what_the_mirror_did_not_yet(office: Desk, second_url: str) -> None:
    """Without any segment of the mirror: documents, revisions, numbers, files and what they are about are the same."""
    approved = relocation_plan(office)
    decide(office, approved, "kepala-bidang", "setuju")
    returned = relocation_plan(office, dossier=None, assets=[ASSETS[1]])
    decide(office, returned, "kepala-bidang", "perbaiki", "Lengkapi lokasi tujuan.")
    issue_example(office, "rencana_pemindahtempatan", "pemindahtempatan", 1, replaces=returned.id, assets=[ASSETS[1]])
    void(office, issue_letter(office, ASSETS).id, "Salah tujuan", "sari")
    before = rows_of(office.catalogue)
    new = with_catalogue(office, second_url)
    with new.catalogue.write() as tx:
        done = catch_up(tx, new.store)
    assert (done.segments, done.revisions, done.lost) == (0, len(before["revisions"]), 0)
    after = rows_of(new.catalogue)
    for name in ("documents", "revisions", "dossiers", "register_entries", "registers", "document_assets"):
        assert after[name] == before[name], name
    assert after["archived_files"] == before["archived_files"]
    new.catalogue.close()


def test_a_document_in_work_is_finished_after_the_rebuild(office: Desk, second_url: str) -> None:
    """Its submission was mirrored: recovery makes it, under its number."""
    id = pending(office)
    keep_mirror(office)
    new = with_catalogue(office, second_url)
    assert rebuild(new, replace=False).archive.lost == 0
    later = dataclasses.replace(new, now=lambda: office.now().replace(year=office.now().year + 1))
    assert recover(later) == 1
    with new.catalogue.read() as tx:
        assert documents.get_document(tx, id).status == "issued"
    new.catalogue.close()


def test_a_number_lost_with_the_catalogue_is_void_and_never_given_again(office: Desk, second_url: str) -> None:
    """Taken after the last segment, never archived: a gap below the greatest number, listed as void with its reason."""
    first = issue_letter(office, ASSETS[:1])
    keep_mirror(office)
    pending(office)
    third = issue_letter(office, ASSETS[:1])
    new = with_catalogue(office, second_url)
    assert rebuild(new, replace=False).archive.lost == 1
    with new.catalogue.read() as tx:
        entries = numbers.list_entries(tx, first.unit, first.year)
    assert [(one.sequence, one.status, one.reason) for one in entries] == [
        (1, "issued", ""),
        (2, "void", LOST),
        (3, "issued", ""),
    ]
    assert third.sequence == 3
    assert issue_letter(new, ASSETS[:1]).sequence == 4
    assert check_archive(new).findings() == []
    new.catalogue.close()


def test_a_catalogue_in_use_is_not_overwritten_unasked(office: Desk) -> None:
    """Refused with a sentence; with --replace it is saved first, and accounts stay."""
    issue_letter(office, ASSETS[:1])
    with pytest.raises(Conflict, match="--replace"):
        rebuild(office, replace=False)
    keep_mirror(office)
    before = rows_of(office.catalogue)
    with office.catalogue.write() as tx:
        tx.execute(delete(metadata.tables["register_entries"]))
    done = rebuild(office, replace=True)
    assert done.saved is not None
    assert done.saved.exists()
    assert rows_of(office.catalogue)["register_entries"] == before["register_entries"]
    with office.catalogue.read() as tx:
        assert [row.name for row in tx.execute(select(metadata.tables["users"]))] == ["admin"]


def test_every_table_is_mirrored_told_by_records_or_kept_out_with_a_reason() -> None:
    """A new table cannot be forgotten."""
    listed = (*changes.MIRRORED, *changes.DERIVED, *changes.PRIVATE)
    assert sorted(listed) == sorted(metadata.tables)


def test_what_another_catalogue_told_is_not_mixed_up(office: Desk, second_url: str) -> None:
    """A new catalogue on a full archive is not begun, nor mirrored over the old one; neither is an old copy."""
    issue_letter(office, ASSETS[:1])
    keep_mirror(office)
    new = with_catalogue(office, second_url)
    with pytest.raises(Conflict, match="docgen archive rebuild"):
        initialise(new, demo=True)
    with new.catalogue.write() as tx:
        registers.add_asset(tx, Asset(nibar="x", name="x"))
    with pytest.raises(MirrorForeign, match="rebuild --replace"):
        write_changes(new.catalogue, new.store, new.now())
    new.catalogue.close()


def test_two_processes_mirror_into_one_series(office: Desk) -> None:
    """Killed between writing a segment and noting it, and a second process beside it: the series stays one."""
    add_asset(office, Asset(nibar="a", name="A"), by="sari")
    assert keep_mirror(office) == 1
    with office.catalogue.write() as tx:  # as before the segment was noted
        tx.execute(delete(metadata.tables["mirror"]))
        changes.note_all(tx)
    add_asset(office, Asset(nibar="b", name="B"), by="sari")
    assert keep_mirror(office) == 1
    found = list(read_segments(office.store))
    assert [one.number for one in found] == [1, 2]
    assert found[1].previous == found[0].sha256
    with ThreadPoolExecutor(4) as pool:
        add_asset(office, Asset(nibar="c", name="C"), by="sari")
        list(pool.map(lambda _: keep_mirror(office), range(8)))
    numbers_there = [one.number for one in read_segments(office.store)]
    assert numbers_there == list(range(1, len(numbers_there) + 1))
    assert keep_mirror(office) == 0


def test_a_broken_series_is_not_believed(office: Desk, second_url: str) -> None:
    """A segment taken away, or one exchanged: the rebuild says which, and leaves the catalogue empty."""
    for name in ("a", "b", "c"):
        add_asset(office, Asset(nibar=name, name=name), by="sari")
        keep_mirror(office)
    kept = {key: office.store.get(key) for key in office.store.keys("_catalogue/")}
    for lost in (segment_key(2), ""):
        store = open_store((office.data / f"other-{lost[-8:] or 'x'}").as_uri())
        store.prepare()
        for key, data in kept.items():
            if key != lost:
                changed = data.replace(b'"name":"b"', b'"name":"B"') if not lost else data
                store.put(key, changed, "application/x-ndjson")
        new = dataclasses.replace(with_catalogue(office, second_url), store=store)
        with pytest.raises(ObjectDamaged, match="_catalogue/"):
            rebuild(new, replace=False)
        with new.catalogue.read() as tx:
            assert is_empty(tx)
        new.catalogue.close()


def test_a_backup_taken_at_work_is_whole(office: Desk, second_url: str, tmp_path: Path) -> None:
    """Taken while another thread issues: restored, every document is whole, the chain holds, no number comes twice."""
    issue_letter(office, ASSETS[:1])
    keep_mirror(office)
    begun, stop = threading.Event(), threading.Event()

    def issuing() -> None:
        while not stop.is_set():
            issue_letter(office, ASSETS)
            begun.set()

    thread = threading.Thread(target=issuing)
    thread.start()
    begun.wait()
    files = [tmp_path / f"cadangan-{n}.jsonl.gz" for n in range(3)]
    for file in files:
        assert back_up(office.catalogue, file, office.now()) > 0
        begun.clear()
        begun.wait()
    stop.set()
    thread.join()
    keep_mirror(office)
    before = rows_of(office.catalogue)
    new = with_catalogue(office, second_url)
    done = restore_backup(new, files[0], replace=False, standing="adopt")
    assert (done.rows > 0, done.archive.lost) == (True, 0)
    index_some(new)  # words are derived, and read anew from the files
    after = rows_of(new.catalogue)
    after["audit"].pop()  # that it was restored
    after["audit_head"] = before["audit_head"]
    assert after == before
    assert check_archive(new).findings() == []
    with new.catalogue.read() as tx:
        assert [row.name for row in tx.execute(select(metadata.tables["users"]))] == ["admin"]
    assert issue_letter(new, ASSETS[:1]).sequence == max(one["sequence"] for one in before["register_entries"]) + 1
    assert keep_mirror(new) == 1
    new.catalogue.close()


@pytest.mark.postgres
def test_a_backup_moves_between_databases(desk: Desk, postgres_url: str, tmp_path: Path) -> None:
    """From SQLite to PostgreSQL: the same rows, and work goes on."""
    issue_letter(desk, ASSETS)
    file = tmp_path / "cadangan.jsonl.gz"
    back_up(desk.catalogue, file, desk.now())
    before = rows_of(desk.catalogue)
    new = with_catalogue(desk, postgres_url)
    restore_backup(new, file, replace=False)
    index_some(new)
    after = rows_of(new.catalogue)
    assert after["audit"].pop()["action"] == "archive.restored"
    after["audit_head"] = before["audit_head"]
    assert after == before
    assert issue_letter(new, ASSETS).sequence == 2
    new.catalogue.close()


def test_a_backup_that_is_not_whole_changes_nothing(desk: Desk, tmp_path: Path) -> None:
    """Cut short, changed, no backup at all, or a name that is taken: a sentence, and the catalogue as it was."""
    issue_letter(desk, ASSETS)
    file = tmp_path / "cadangan.jsonl.gz"
    back_up(desk.catalogue, file, desk.now())
    with pytest.raises(StorageError, match="sudah ada"):
        back_up(desk.catalogue, file, desk.now())
    lines = gzip.decompress(file.read_bytes()).splitlines(keepends=True)
    before = rows_of(desk.catalogue)
    for wrong in (
        file.read_bytes()[:-20],
        gzip.compress(b"".join(lines[:-1])),
        gzip.compress(b"".join([*lines[:2], *lines[3:]])),
        gzip.compress(b"apa saja\n"),
        b"apa saja",
        b"",
    ):
        other = tmp_path / "salah.jsonl.gz"
        other.write_bytes(wrong)
        with pytest.raises(StorageError, match="bukan cadangan"):
            restore_backup(desk, other, replace=True)
    assert rows_of(desk.catalogue) == before
    assert sorted(path.name for path in tmp_path.glob(".*")) == []
