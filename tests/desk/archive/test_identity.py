"""One catalogue tells an archive: a drill beside it, a copy of its database or an old backup changes nothing there."""

from __future__ import annotations

import dataclasses
import logging
import shutil
import tarfile
from pathlib import Path

import pytest
from sqlalchemy import text

from docgen.desk import Desk, open_desk
from docgen.desk.archive.fixity import check_archive
from docgen.desk.archive.restore import Restored, Standing, rebuild, restore_backup
from docgen.desk.decisions.void import void
from docgen.desk.mirror import adopt, keep_mirror, mirror_state
from docgen.desk.registers.edit import add_asset
from docgen.desk.setup import initialise
from docgen.errors import Conflict
from docgen.libreoffice import Converter
from docgen.settings import read_settings
from storage.backup import back_up
from storage.catalogue import Catalogue, changes, registers
from storage.catalogue.database import clear, migrate
from storage.catalogue.identity import get_identity
from storage.errors import ArchiveReadOnly, StorageError
from storage.keys import segment_key
from storage.mirror import CatalogueMoved, MirrorForeign, write_changes
from storage.objects import ReadOnlyStore
from storage.rebuild import catch_up
from storage.records import Asset
from storage.segments import Writer, newest_number, read_segment, segment_bytes
from tests.support.office.restoring import ASSETS, Rows, issue_letter, rows_of, with_catalogue
from tests.support.office.restoring import office as office
from tests.support.office.restoring import second_url as second_url

pytestmark = pytest.mark.office

OLD_ARCHIVE = Path(__file__).parent / "data" / "archive-0010.tar.xz"


def objects_of(desk: Desk) -> dict[str, str]:
    """Every object of the archive by its SHA-256."""
    return {key: desk.store.info(key).sha256 for key in desk.store.keys()}  # noqa: SIM118


def work_on(desk: Desk, count: int = 3) -> None:
    """Issue some letters and change a register, all of it mirrored."""
    for _ in range(count):
        issue_letter(desk, ASSETS[:1])
    add_asset(desk, Asset(nibar=f"baru-{newest_number(desk.store)}", name="Baru"), by="sari")
    keep_mirror(desk)


def same_from_the_archive(desk: Desk, url: str) -> None:
    """Assert that a catalogue built from the archive alone is this one, row by row, the lines of the log among them."""
    before = rows_of(desk.catalogue)
    third = with_catalogue(desk, url)
    with third.catalogue.write() as tx:
        clear(tx)
        migrate(tx)
    rebuild(third, replace=False, standing="read-only")
    after = rows_of(third.catalogue)
    third.catalogue.close()
    assert after["audit"].pop()["action"] == "archive.rebuilt"
    assert _comparable(after) == _comparable(before)


def _comparable(rows: Rows) -> Rows:
    return {name: found for name, found in rows.items() if name not in ("audit_head", "document_words")}


def drill(office: Desk, url: str, file: Path, standing: Standing) -> tuple[Desk, Restored]:
    """Restore the office's backup into another database beside its archive; returns the catalogue as it is served."""
    new = with_catalogue(office, url)
    done = restore_backup(new, file, replace=False, standing=standing)
    keep_mirror(new)  # as every command does at its end
    return dataclasses.replace(new, store=ReadOnlyStore(office.store) if not done.writes else office.store), done


@pytest.mark.parametrize("standing", ["read-only", ""])
def test_a_drill_leaves_the_living_archive_as_it_is(
    office: Desk, second_url: str, tmp_path: Path, standing: Standing
) -> None:
    """Restored beside production, with the flag or without: not an object more, and production goes on as before."""
    work_on(office)
    file = tmp_path / "cadangan.jsonl.gz"
    back_up(office.catalogue, file, office.now())
    work_on(office, 1)
    before = objects_of(office)
    practice, done = drill(office, second_url, file, standing)
    assert (done.writes, objects_of(office)) == (False, before)
    assert check_archive(practice).findings() == []
    assert mirror_state(practice) == "latihan: arsip hanya dibaca"
    numbers = rows_of(practice.catalogue)["register_entries"]
    with pytest.raises(ArchiveReadOnly, match="latihan"):
        issue_letter(practice, ASSETS[:1])
    assert rows_of(practice.catalogue)["register_entries"] == numbers  # no number was taken for nothing
    add_asset(practice, Asset(nibar="latihan", name="Latihan"), by="sari")
    assert keep_mirror(practice) == 0
    assert objects_of(office) == before
    work_on(office)
    assert check_archive(office).findings() == []
    assert mirror_state(office) == "ok"
    practice.catalogue.close()
    same_from_the_archive(office, second_url)


def test_a_catalogue_takes_the_archive_over_and_the_former_is_refused(office: Desk, second_url: str) -> None:
    """By `adopt` alone; the other one stops loudly, says so in verify and readiness, and may take it back: then what
    was told between counts no more."""
    work_on(office, 1)
    new = with_catalogue(office, second_url)
    assert rebuild(new, replace=False, standing="adopt").writes
    assert keep_mirror(new) == 1
    issue_letter(office, ASSETS[:1])
    with pytest.raises(MirrorForeign, match="docgen archive adopt"):
        write_changes(office.catalogue, office.store, office.now())
    report = check_archive(office)
    assert not report.sound
    assert report.findings() == report.mirror_problems
    assert segment_key(newest_number(office.store)) in report.mirror_problems[0]
    assert "katalog lain" in mirror_state(office)
    add_asset(new, Asset(nibar="tersesat", name="Tersesat"), by="sari")
    assert keep_mirror(new) == 1
    assert adopt(office) == 2
    assert check_archive(office).findings() == []
    add_asset(new, Asset(nibar="lagi", name="Lagi"), by="sari")
    with pytest.raises(MirrorForeign):
        write_changes(new.catalogue, new.store, new.now())
    work_on(office, 1)
    new.catalogue.close()
    same_from_the_archive(office, second_url)


def test_a_take_over_that_is_taken_back_takes_its_own_disregard_along(desk: Desk, tmp_path: Path) -> None:
    """A catalogue disregards another's segments, and is disregarded itself: the other's count again."""
    work_on(desk, 1)
    work_on(desk, 1)
    url = f"sqlite:///{tmp_path / 'second.sqlite'}"
    other = with_catalogue(desk, url)
    with other.catalogue.write() as tx:
        catch_up(tx, desk.store)  # as far as this
    work_on(desk, 1)
    assert adopt(other) > 0
    add_asset(other, Asset(nibar="tersesat", name="Tersesat"), by="sari")
    keep_mirror(other)
    assert adopt(desk) > 0
    work_on(desk, 1)
    other.catalogue.close()
    same_from_the_archive(desk, url)


def test_a_backup_of_a_catalogue_that_was_overruled_is_refused(office: Desk, second_url: str, tmp_path: Path) -> None:
    """What it tells was struck from the archive's history: restoring it would bring it back."""
    work_on(office, 1)
    new = with_catalogue(office, second_url)
    rebuild(new, replace=False, standing="adopt")
    keep_mirror(new)
    file = tmp_path / "salah.jsonl.gz"
    back_up(new.catalogue, file, new.now())
    adopt(office)
    with pytest.raises(StorageError, match="kemudian digantikan"):
        restore_backup(new, file, replace=True, standing="read-only")
    new.catalogue.close()


def test_what_an_older_docgen_wrote_in_between_is_found_and_overruled(office: Desk, second_url: str) -> None:
    """Segments of other catalogues without any identity: verify names them, adopt sets things right."""
    work_on(office, 1)
    newest = read_segment(office.store, newest_number(office.store))
    new = with_catalogue(office, second_url)
    rebuild(new, replace=False, standing="read-only")
    with new.catalogue.read() as tx:
        found = changes.pending_changes(tx, 100)[1]
    data = segment_bytes(newest.number + 1, newest.sha256, found, new.now(), Writer(), newest.number)
    data = data.replace(b'"catalogue": "", "machine": "", "store": ""', b'"old": ""')
    office.store.put(segment_key(newest.number + 1), data, "application/x-ndjson")
    new.catalogue.close()
    issue_letter(office, ASSETS[:1])
    assert keep_mirror(office) == 0
    assert len(check_archive(office).mirror_problems) == 1
    assert adopt(office) == 1
    work_on(office, 1)
    same_from_the_archive(office, second_url)


def test_a_lost_database_is_replaced_in_its_place_without_being_asked(desk: Desk, tmp_path: Path) -> None:
    """The same file again: it goes on telling the archive under a new id; in another place it would only read."""
    work_on(desk, 1)
    with desk.catalogue.read() as tx:
        former = get_identity(tx).catalogue
    url = str(desk.catalogue.engine.url)
    desk.catalogue.close()
    for part in desk.data.glob("docgen.sqlite*"):
        part.unlink()
    new = with_catalogue(desk, url)
    assert rebuild(new, replace=False).writes
    assert keep_mirror(new) == 1
    with new.catalogue.read() as tx:
        assert get_identity(tx).catalogue not in ("", former)
    work_on(new, 1)
    assert check_archive(new).findings() == []
    done = rebuild(new, replace=True)  # in the true place it stays the one that writes
    assert (done.writes, done.saved is not None) == (True, True)
    assert keep_mirror(new) == 1
    assert check_archive(new).findings() == []
    new.catalogue.close()


def test_a_copy_of_the_archive_is_one_of_its_own(desk: Desk, converter: Converter, tmp_path: Path) -> None:
    """Objects copied elsewhere: the catalogue built from them writes there, and the first archive does not change."""
    work_on(desk, 1)
    before = objects_of(desk)
    shutil.copytree(desk.data / "objects", tmp_path / "lain" / "objects")
    copy = open_desk(read_settings({"DOCGEN_DATA": str(tmp_path / "lain")}), converter)
    assert rebuild(copy, replace=False).writes
    work_on(copy, 1)
    assert check_archive(copy).findings() == []
    assert objects_of(desk) == before
    copy.catalogue.close()


def test_a_copy_of_the_database_does_not_write_beside_the_other(desk: Desk, tmp_path: Path) -> None:
    """The file of the database copied and used with the same archive: refused, until it is told to take over."""
    work_on(desk, 1)
    shutil.copy(desk.data / "docgen.sqlite", tmp_path / "salinan.sqlite")
    for ending in ("-wal", "-shm"):
        part = desk.data / f"docgen.sqlite{ending}"
        if part.exists():
            shutil.copy(part, tmp_path / f"salinan.sqlite{ending}")
    copy = dataclasses.replace(desk, catalogue=Catalogue(f"sqlite:///{tmp_path / 'salinan.sqlite'}"))
    add_asset(copy, Asset(nibar="salinan", name="Salinan"), by="sari")
    with pytest.raises(CatalogueMoved):
        write_changes(copy.catalogue, copy.store, copy.now())
    work_on(desk, 1)
    assert check_archive(desk).findings() == []
    adopt(copy)
    assert mirror_state(copy) == "ok"
    add_asset(desk, Asset(nibar="asli", name="Asli"), by="sari")
    with pytest.raises(MirrorForeign):
        write_changes(desk.catalogue, desk.store, desk.now())
    copy.catalogue.close()


def test_data_that_is_moved_as_a_whole_goes_on(desk: Desk, converter: Converter, tmp_path: Path) -> None:
    """Database and archive in another folder together: it is the same catalogue, and nothing has to be said."""
    work_on(desk, 1)
    desk.catalogue.close()
    (desk.data).rename(tmp_path / "pindah")
    moved = open_desk(read_settings({"DOCGEN_DATA": str(tmp_path / "pindah")}), converter)
    work_on(moved, 1)
    assert mirror_state(moved) == "ok"
    assert check_archive(moved).findings() == []
    moved.catalogue.close()


def test_another_offices_archive_is_written_by_no_number(desk: Desk, converter: Converter, tmp_path: Path) -> None:
    """A catalogue pointed at another office's store by mistake, further along than that one: nothing is appended."""
    work_on(desk, 1)
    other = open_desk(read_settings({"DOCGEN_DATA": str(tmp_path / "lain")}), converter)
    initialise(other, demo=True)
    for name in ("a", "b", "c", "d"):
        add_asset(other, Asset(nibar=name, name=name), by="sari")
        keep_mirror(other)
    before = objects_of(desk)
    add_asset(other, Asset(nibar="e", name="e"), by="sari")
    with pytest.raises(MirrorForeign):
        write_changes(other.catalogue, desk.store, other.now())
    with pytest.raises(StorageError, match="bukan dari arsip ini"):
        adopt(dataclasses.replace(other, store=desk.store))
    assert objects_of(desk) == before
    other.catalogue.close()


def test_a_mirror_that_lags_is_told_by_verify_and_readiness(desk: Desk) -> None:
    """A change that waits for an hour is a finding; one that came just now is none."""
    work_on(desk, 1)
    add_asset(desk, Asset(nibar="menunggu", name="Menunggu"), by="sari")
    assert check_archive(desk).findings() == []
    with desk.catalogue.write() as tx:
        tx.execute(text("UPDATE changes SET at = datetime('now', '-61 minutes')"))
    assert check_archive(desk).mirror_problems == [
        "Cermin katalog tertinggal: ada perubahan yang menunggu 61 menit. Jalankan layanan, dan periksa catatannya "
        "tentang arsip."
    ]
    assert mirror_state(desk).startswith("tertinggal 61 menit")
    keep_mirror(desk)
    assert check_archive(desk).findings() == []
    assert mirror_state(desk) == "ok"


def test_the_log_tells_of_a_mirror_in_trouble_once(
    office: Desk, second_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    """Not every 15 seconds: when it begins, and when it is over."""
    work_on(office, 1)
    new = with_catalogue(office, second_url)
    rebuild(new, replace=False, standing="adopt")
    keep_mirror(new)
    add_asset(office, Asset(nibar="a", name="A"), by="sari")
    with caplog.at_level(logging.INFO, logger="docgen.mirror"):
        for _ in range(4):
            keep_mirror(office)
        adopt(office)
        add_asset(office, Asset(nibar="b", name="B"), by="sari")
        keep_mirror(office)
    lines = [one.getMessage() for one in caplog.records if one.name == "docgen.mirror"]
    assert len(lines) == 2
    assert lines[0].startswith("The catalogue is not mirrored into the archive: ")
    assert lines[1] == "The catalogue is mirrored into the archive again"
    new.catalogue.close()


@pytest.fixture
def old_archive(tmp_path: Path) -> Path:
    """A folder of data as the version before wrote it: a letter on the assets `_rak/1` and `_lemari`, and an asset
    whose name holds a line separator of Unicode."""
    folder = tmp_path / "lama"
    with tarfile.open(OLD_ARCHIVE) as packed:
        packed.extractall(folder, filter="data")
    return folder


def test_data_of_the_version_before_is_sound_and_goes_on(old_archive: Path, converter: Converter) -> None:
    """Verified as it came, mirrored on under the identity it got, rebuilt from the archive alone: nothing is amiss."""
    desk = open_desk(read_settings({"DOCGEN_DATA": str(old_archive)}), converter)
    assert check_archive(desk).findings() == []
    keep_mirror(desk)
    with desk.catalogue.read() as tx:
        own = get_identity(tx).catalogue
        assert registers.get_asset(tx, "6310180000066").name == "Router\u2028Puskesmas"
    assert read_segment(desk.store, newest_number(desk.store)).writer.catalogue == own
    further = issue_letter(desk, ["_rak/1", "_lemari"])
    assert any(further.id in key and key.startswith("~5Frak~2F1/") for key in desk.store.keys())  # noqa: SIM118
    keep_mirror(desk)
    assert check_archive(desk).findings() == []
    before = rows_of(desk.catalogue)
    assert rebuild(desk, replace=True).archive.lost == 0
    after = rows_of(desk.catalogue)
    after["audit"].pop()
    assert _comparable(after) == _comparable(before)
    assert check_archive(desk).findings() == []
    desk.catalogue.close()


def test_a_letter_stays_where_the_version_before_kept_it(old_archive: Path, converter: Converter) -> None:
    """A further revision of a letter of the asset `_rak/1` lies beside the first, and is found again by a rebuild."""
    desk = open_desk(read_settings({"DOCGEN_DATA": str(old_archive)}), converter)
    [document] = rows_of(desk.catalogue)["documents"]
    void(desk, document["id"], "Salah tujuan", "sari")
    keep_mirror(desk)
    folder = f"_rak~2F1/pemeliharaan/02/{document['id']}/002/"
    assert [key.removeprefix(folder) for key in desk.store.keys(folder)] == ["nota_dinas.pdf", "record.json"]
    assert check_archive(desk).findings() == []
    rebuild(desk, replace=True)
    assert rows_of(desk.catalogue)["documents"][0]["revision"] == 2
    desk.catalogue.close()


def test_a_catalogue_that_is_empty_is_not_begun_on_a_full_archive(office: Desk, second_url: str) -> None:
    """Two offices on one bucket by mistake: the second is told before anything is written."""
    work_on(office, 1)
    before = objects_of(office)
    new = with_catalogue(office, second_url)
    with pytest.raises(Conflict, match="arsipnya sudah berisi"):
        initialise(new, demo=True)
    assert objects_of(office) == before
    new.catalogue.close()
