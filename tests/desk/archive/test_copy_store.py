"""An archive moves between stores whole, again only what is new; a dossier is packed as a bag others can check."""

from __future__ import annotations

import csv
import dataclasses
import hashlib
import io
from pathlib import Path

import bagit
import pytest

from docgen.desk import Desk, open_desk
from docgen.desk.archive.copy_store import export_archive, import_archive, other_store
from docgen.desk.archive.fixity import check_archive
from docgen.desk.archive.restore import rebuild
from docgen.desk.decisions.attach import attach
from docgen.desk.decisions.void import void
from docgen.desk.disposal.pack_dossier import pack_dossier
from docgen.errors import Conflict
from docgen.settings import Settings, read_settings
from storage.errors import ObjectDamaged, StorageError
from tests.servers.minio import S3Server
from tests.support.files.pdfs import pdf
from tests.support.office.decisions import decide, relocation_plan
from tests.support.office.restoring import ASSETS, issue_letter, rows_of

pytestmark = pytest.mark.office


def settings_of(data: Path, minio: S3Server | None = None) -> Settings:
    """Settings whose other store, if any, is this server."""
    keys = (
        {"DOCGEN_TRANSFER_S3_ACCESS_KEY": minio.access_key, "DOCGEN_TRANSFER_S3_SECRET_KEY": minio.secret_key}
        if minio
        else {}
    )
    return read_settings({"DOCGEN_DATA": str(data), "DOCGEN_CONVERTERS": "1", **keys})


def quiet(done: int, total: int) -> None:
    """No progress shown."""


@pytest.mark.s3
def test_an_archive_goes_to_s3_and_comes_back_whole(desk: Desk, tmp_path: Path, minio: S3Server, s3_url: str) -> None:
    """Folder to S3, then S3 to the folder of a new installation, whose catalogue is rebuilt: the same rows."""
    void(desk, issue_letter(desk, ASSETS).id, "Salah tujuan", "sari")
    bucket = other_store(settings_of(tmp_path, minio), s3_url)
    counted: list[tuple[int, int]] = []
    done = export_archive(desk, bucket, "sari", lambda here, total: counted.append((here, total)))
    assert (done.copied, done.skipped, done.different) == (counted[-1][1], 0, [])
    before = rows_of(desk.catalogue)
    again = export_archive(desk, bucket, "sari", quiet)
    assert (again.copied, again.skipped) == (1, done.copied)  # that it was exported, in the mirror
    second = open_desk(settings_of(tmp_path / "second", minio), desk.converter)
    assert import_archive(second, bucket, quiet).copied == done.copied + 1
    assert import_archive(second, bucket, quiet).copied == 0
    rebuild(second, replace=False)
    after = rows_of(second.catalogue)
    assert after["audit"][: len(before["audit"])] == before["audit"]
    for name in ("documents", "revisions", "register_entries", "registers", "assets", "officials", "office"):
        assert after[name] == before[name], name
    assert check_archive(second).findings() == []
    second.catalogue.close()


def test_a_copy_that_stopped_goes_on(desk: Desk, tmp_path: Path) -> None:
    """Cut short by a store that went away: what is there is a smaller archive, and the next call copies the rest."""
    issue_letter(desk, ASSETS)
    target = other_store(settings_of(tmp_path), str(tmp_path / "salinan"))

    class GoneAfterTwo(type(target)):  # type: ignore[misc]
        left = 2

        def put(self, key: str, data: bytes, content_type: str, **options: bool) -> object:
            if not self.left:
                raise StorageError("Arsip tidak terjangkau.")
            self.left -= 1
            return super().put(key, data, content_type, **options)

    with pytest.raises(StorageError):
        export_archive(desk, GoneAfterTwo(target.store, target.key_file), "sari", quiet)
    there = list(target.keys())
    assert len(there) == 2
    assert not any(key.endswith("record.json") or key.startswith("_catalogue") for key in there)
    done = export_archive(desk, target, "sari", quiet)
    assert (done.skipped, done.different) == (2, [])
    assert sorted(target.keys()) == sorted(desk.store.keys())


def test_other_bytes_at_the_target_are_told_and_left(desk: Desk, tmp_path: Path) -> None:
    """Never overwritten; and the archive of another catalogue is refused before anything is copied."""
    document = issue_letter(desk, ASSETS)
    target = other_store(settings_of(tmp_path), str(tmp_path / "salinan"))
    target.prepare()
    [key] = [key for key in desk.store.keys() if document.id in key and key.endswith(".docx")]  # noqa: SIM118
    target.put(key, b"lain", "text/plain")
    assert export_archive(desk, target, "sari", quiet).different == [key]
    assert target.get(key) == b"lain"
    foreign = other_store(settings_of(tmp_path), str(tmp_path / "kantor-lain"))
    foreign.prepare()
    foreign.put("_catalogue/00000001.jsonl", b"{}", "application/x-ndjson")
    with pytest.raises(StorageError, match="katalog lain"):
        export_archive(desk, foreign, "sari", quiet)
    assert len(list(foreign.keys())) == 1


@pytest.mark.filterwarnings("ignore:'count' is passed as positional argument:DeprecationWarning:bagit")  # Python 3.13
def test_a_dossier_is_packed_as_a_valid_bag(desk: Desk, tmp_path: Path) -> None:
    """The Library of Congress' own program finds it complete and valid; a changed byte it finds too."""
    document = relocation_plan(desk)
    decide(desk, document, "kepala-bidang", "setuju")
    attach(desk, document.id, pdf("tanda tangan"), "salinan.pdf", "sari")
    folder = tmp_path / "berkas 100%"
    packed = pack_dossier(desk, document.dossier, folder, "sari")
    bag = bagit.Bag(str(folder))
    bag.validate()
    assert bag.version_info == (1, 0)
    assert bag.info["External-Identifier"] == document.dossier
    assert bag.info["Payload-Oxum"] == f"{packed.size}.{packed.files}"
    assert packed.documents == 1
    rows = list(csv.DictReader(io.StringIO((folder / "data" / "daftar.csv").read_text("utf-8-sig"))))
    assert [(row["nomor"], row["revisi"]) for row in rows] == [(document.number, "3")]
    listed = (folder / rows[0]["pdf"]).read_bytes()
    assert hashlib.sha256(listed).hexdigest() == rows[0]["sha256"]
    assert len(list(folder.glob("data/**/record.json"))) == 3
    with pytest.raises(Conflict, match="sudah ada"):
        pack_dossier(desk, document.dossier, folder, "sari")
    (folder / rows[0]["pdf"]).write_bytes(listed + b" ")
    with pytest.raises(bagit.BagValidationError):
        bagit.Bag(str(folder)).validate()


def test_a_damaged_dossier_is_not_packed(desk: Desk, tmp_path: Path) -> None:
    """Other bytes under a right hash of their own: the catalogue finds them, and nothing is left of the bag."""
    document = issue_letter(desk, ASSETS)
    store = desk.store

    class Exchanged(type(store)):  # type: ignore[misc]
        def get(self, key: str) -> bytes:
            return b"lain" if key.endswith(".pdf") else bytes(super().get(key))

    broken = dataclasses.replace(desk, store=Exchanged(store.store, store.key_file))
    with pytest.raises(ObjectDamaged, match="pulihkan dari cadangan"):
        pack_dossier(broken, document.dossier, tmp_path / "bag", "sari")
    assert list(tmp_path.glob("*bag*")) == []
