"""An office is carried out of one installation into another, and begins there with all it had."""

from __future__ import annotations

from pathlib import Path

import pytest

from docgen.desk import Desk, open_desk
from docgen.desk.archive.fixity import check_archive
from docgen.desk.archive.restore import restore_backup
from docgen.desk.issuing.issue import issue
from docgen.desk.offices.create import create_office
from docgen.desk.offices.export import export_office
from docgen.errors import Conflict
from docgen.libreoffice import Converter
from docgen.settings import read_settings
from storage.catalogue import documents
from storage.catalogue.access import accounts
from tests.support.office.hosted import Installation, installation, opened_installation
from tests.support.office.requests import register, request

__all__ = ["installation"]  # a fixture
pytestmark = pytest.mark.office


def test_an_installation_becomes_an_office_and_an_office_an_installation(
    desk: Desk, installation: Installation, tmp_path: Path, converter: Converter
) -> None:
    """Letters, numbers, accounts, keys and the archive come along either way; the next letter has the next number.

    A copy that was cut off goes on, and a second one copies only what is new.
    """
    secret = request(desk, data=desk.kinds["nota_dinas"].example, security="R")
    first = issue(desk, secret, "admin")
    out = tmp_path / "out"
    here = read_settings({"DOCGEN_DATA": str(desk.data)})
    exported = export_office(desk, here, out, "t")
    assert exported.archive.copied
    assert export_office(desk, here, out, "t").archive.copied < exported.archive.copied

    created = create_office(installation.desk, installation.settings, "pu", host="pu.example", by="t", source=out)
    assert created.password_file is None, "its accounts came along"
    with installation.opened("pu") as office:
        assert [entry.number for entry in register(office)] == [first.number]
        assert office.secret_key() == desk.secret_key()
        second = issue(office, request(office), "admin")
        assert second.sequence == first.sequence + 1
        assert check_archive(office).sound
        further = tmp_path / "further"
        export_office(office, installation.own_settings("pu"), further, "t")

    elsewhere = read_settings({"DOCGEN_DATA": str(further)})
    alone = open_desk(elsewhere, converter)
    [backup] = further.glob("katalog-*.jsonl.gz")
    assert restore_backup(alone, backup, replace=False).writes
    third = issue(alone, request(alone), "admin")
    assert third.sequence == second.sequence + 1
    assert check_archive(alone).sound
    with alone.catalogue.read() as tx:
        assert accounts.count_users(tx) == 1
        assert documents.get_document(tx, first.id).number == first.number
    alone.catalogue.close()


def test_a_folder_that_is_something_else_is_refused(tmp_path: Path, converter: Converter) -> None:
    """Neither is a folder with other files written into, nor one without archive and backup taken in."""
    with opened_installation(tmp_path, converter) as installation:
        other = tmp_path / "other"
        other.mkdir()
        (other / "surat.txt").write_text("x")
        with pytest.raises(Conflict, match="kosong"):
            export_office(installation.desk, installation.settings, other, "t")
        with pytest.raises(Conflict, match="docgen office export"):
            create_office(installation.desk, installation.settings, "pu", by="t", source=other)
        assert not (installation.settings.data / "offices" / "pu").exists()
