"""The check of the archive: what is lost, changed, strange, or missing in log and register is named, nothing else."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from pathlib import Path

import pytest

from docgen.desk import Desk
from docgen.desk.archive.fixity import Report, check_archive
from docgen.desk.archive.paced_reading import Bookmark, Throttle
from docgen.desk.decisions.void import void
from docgen.desk.issuing.issue import issue
from docgen.desk.issuing.request import DocumentRequest
from docgen.desk.mirror import keep_mirror
from docgen.desk.registers.edit import add_asset
from storage.catalogue import documents, journal
from storage.keys import segment_key
from storage.records import Asset, Document, Task

pytestmark = pytest.mark.office

ASSETS = ["6310190000101", "6310180000066"]


@pytest.fixture
def letter(desk: Desk) -> Document:
    """A voided letter about two assets: two revisions that share the Word file, and a link."""
    body = {"kind": "nota_dinas", "procedure": "pemeliharaan", "step": 2, "assets": ASSETS}
    data = desk.kinds["nota_dinas"].example
    document = issue(desk, DocumentRequest.model_validate({**body, "data": data}), "sari")
    return void(desk, document.id, "Salah tujuan", "sari")


def place(desk: Desk, letter: Document, end: str) -> Path:
    """The file of the letter whose key ends so."""
    [key] = [key for key in desk.store.keys() if letter.id in key and key.endswith(end)]  # noqa: SIM118
    return desk.data / "objects" / key


def overwrite(path: Path, data: bytes) -> None:
    """Change a file behind the store's back."""
    path.chmod(0o644)
    path.write_bytes(data)


def wrong(report: Report) -> tuple[list[str], list[str], list[str]]:
    """The ends of the keys found fault with: missing, changed, unknown."""
    missing, changed, unknown = (
        [key.rpartition("/")[2] for key in keys] for keys in (report.missing, report.changed, report.unknown)
    )
    return missing, changed, unknown


def test_a_sound_archive_is_sound(desk: Desk, letter: Document) -> None:
    """Two PDFs, one Word file, two records and a link are counted and whole; the count comes up to its end."""
    counted: list[tuple[int, int]] = []
    report = check_archive(desk, lambda done, total: counted.append((done, total)))
    assert (report.objects, report.sound, report.findings()) == (6, True, [])
    assert report.events > 2
    assert counted[-1] == (6, 6)
    assert report.to_json() == {
        **{"objects": 6, "missing": [], "changed": [], "unknown": [], "unreadable": [], "ending_proofs": []},
        **{
            "audit": {"events": report.events, "problems": []},
            "register": {"gaps": []},
            "mirror": {"segments": 0, "problems": []},
        },
    }


@pytest.mark.parametrize(
    "end", ["001/nota_dinas.pdf", "001/nota_dinas.docx", "001/record.json", "002/record.json", "link.json"]
)
def test_what_is_gone_or_changed_is_named(desk: Desk, letter: Document, end: str) -> None:
    """Every sort of object: another byte in it, then the whole of it taken away."""
    path = place(desk, letter, end)
    overwrite(path, path.read_bytes() + b" ")
    report = check_archive(desk)
    assert wrong(report) == ([], [path.name], [])
    assert report.findings() == [f"berubah {report.changed[0]}"]
    path.parent.chmod(0o755)
    path.unlink()
    report = check_archive(desk)
    assert wrong(report) == ([path.name], [], [])
    assert not report.sound


@pytest.mark.parametrize(
    ("end", "data"),
    [
        ("001/nota_dinas.pdf", b"%PDF-1.7 lain"),
        ("002/record.json", b'{"revision": {"number": 2}}'),
        ("002/record.json", b"[]"),
        ("link.json", b"bukan json"),
    ],
)
def test_a_forgery_with_its_hash_is_found_by_the_catalogue(desk: Desk, letter: Document, end: str, data: bytes) -> None:
    """Whoever writes an object anew through the store itself has a right hash beside it, and is found all the same."""
    path = place(desk, letter, end)
    key = path.relative_to(desk.data / "objects").as_posix()
    path.parent.chmod(0o755)
    path.unlink()
    desk.store.put(key, data, "application/octet-stream")
    assert desk.store.get(key) == data
    assert check_archive(desk).changed == [key]


def test_what_the_catalogue_does_not_know_is_a_warning(desk: Desk, letter: Document) -> None:
    """A file beside the letter's and one elsewhere are unknown, which is no damage; bundles and photos are ours."""
    with desk.catalogue.read() as tx:
        folder = documents.get_revision(tx, letter.id, 2).pdf.key.rpartition("/")[0]
    photo = f"_uploads/{hashlib.sha256(b'foto').hexdigest()}.jpg"
    for key, data in ((f"{folder}/lain.pdf", b"x"), ("titipan.txt", b"x"), ("_jobs/1/x.pdf", b"x"), (photo, b"foto")):
        desk.store.put(key, data, "text/plain")
    report = check_archive(desk)
    assert report.unknown == sorted([f"{folder}/lain.pdf", "titipan.txt"])
    assert report.sound
    assert len(report.findings()) == 2
    other = f"_uploads/{'0' * 64}.jpg"
    desk.store.put(other, b"bukan itu", "image/jpeg")
    assert check_archive(desk).changed == [other]


def test_a_document_at_work_is_not_unknown(desk: Desk, letter: Document) -> None:
    """Files a journaled document left behind when it was interrupted are awaited, not strange."""
    with desk.catalogue.read() as tx:
        submission, snapshot = documents.get_contents(tx, letter.id)
        revision = documents.list_revisions(tx, letter.id)[0]
    with desk.catalogue.write() as tx:
        task = {"change": "attached", "at": revision.created_at, "by": "sari", "reason": "Salinan"}
        journal.add_task(tx, letter.id, Task.model_validate(task), submission, snapshot, "", revision.created_at)
    desk.store.put(revision.pdf.key.replace("/001/", "/003/"), b"%PDF", "application/pdf")
    assert check_archive(desk).unknown == []
    with desk.catalogue.write() as tx:
        journal.strike_line(tx, letter.id)
    assert len(check_archive(desk).unknown) == 1


def test_a_gap_in_the_register_and_a_broken_chain_are_named(desk: Desk, letter: Document) -> None:
    """A line taken out of the buku agenda, in the middle or at the end, and a log changed past its guard."""
    with desk.catalogue.write() as tx:
        tx.exec_driver_sql("DELETE FROM register_entries")
        tx.exec_driver_sql("DROP TRIGGER audit_no_update")
        tx.exec_driver_sql("UPDATE audit SET actor = 'budi' WHERE sequence = 1")
    report = check_archive(desk)
    assert not report.sound
    gap = {"unit": letter.unit, "year": letter.year, "series": "utama", "sequence": 1}
    assert report.to_json()["register"]["gaps"] == [gap]
    assert report.findings() == [
        "Jejak audit: baris 1 berubah sejak ditulis.",
        f"Buku agenda {letter.unit} {letter.year}: nomor urut 1 tidak ada.",
    ]
    assert json.dumps(report.to_json())


def test_the_mirror_is_checked_as_a_series(desk: Desk, letter: Document) -> None:
    """A segment gone, one exchanged with a right hash beside it, and a strange name among them: each by its key."""
    for name in ("a", "b", "c"):
        add_asset(desk, Asset(nibar=name, name=name), by="sari")
        keep_mirror(desk)
    assert (check_archive(desk).findings(), check_archive(desk).segments) == ([], 3)
    desk.store.put("_catalogue/titipan.txt", b"x", "text/plain")
    assert check_archive(desk).unknown == ["_catalogue/titipan.txt"]
    path = desk.data / "objects" / segment_key(2)
    data = path.read_bytes()
    path.unlink()
    assert check_archive(desk).missing == [segment_key(2)]
    desk.store.put(segment_key(2), data.replace(b'"name":"b"', b'"name":"B"'), "application/x-ndjson")
    assert check_archive(desk).changed == [segment_key(2)]


def test_an_interrupted_check_goes_on(desk: Desk, letter: Document) -> None:
    """What it read is not read again, what it found is told; without --resume it begins anew."""
    place(desk, letter, "001/nota_dinas.docx").unlink()
    read: list[str] = []
    store = desk.store

    class Watched(type(store)):  # type: ignore[misc]
        def get(self, key: str) -> bytes:
            if len(read) == 2:
                raise KeyboardInterrupt
            read.append(key)
            return bytes(super().get(key))

    watched = dataclasses.replace(desk, store=Watched(store.store, store.key_file))
    file = desk.data / "verify.json"
    with pytest.raises(KeyboardInterrupt):
        check_archive(watched, bookmark=Bookmark(file))
    first = list(read)
    read.clear()
    with pytest.raises(KeyboardInterrupt):
        check_archive(watched, bookmark=Bookmark(file, resume=True))
    assert not set(read) & set(first)
    report = check_archive(desk, bookmark=Bookmark(file, resume=True))
    assert wrong(report) == (["nota_dinas.docx"], [], [])
    assert not file.exists()
    file.write_text("rusak")
    assert wrong(check_archive(desk, bookmark=Bookmark(file, resume=True))) == (["nota_dinas.docx"], [], [])


def test_a_throttle_keeps_the_pace() -> None:
    """It waits as long as the bytes read so far were too early, and no longer."""
    waited: list[float] = []
    clock = [100.0]
    throttle = Throttle(1000, clock=lambda: clock[0], sleep=waited.append)
    throttle.spend(500)
    assert waited == [0.5]
    clock[0] += 3
    throttle.spend(500)
    assert waited == [0.5]
    Throttle(None, clock=lambda: clock[0], sleep=waited.append).spend(10**9)
    assert waited == [0.5]
