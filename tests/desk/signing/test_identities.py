"""By what BSrE knows an official: checked when it is entered, encrypted where it lies, and shown masked."""

from __future__ import annotations

import gzip
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import select

from docgen.bsre import SigningIdentity
from docgen.desk import Desk
from docgen.desk.registers.edit import remove_official
from docgen.desk.signing.identities import (
    check_identity,
    identity_of,
    read_identity,
    remove_identity,
    require_identity,
    set_identity,
    shown_identity,
)
from docgen.errors import Conflict, Forbidden, InvalidSubmission, NotFound
from storage.backup import back_up
from storage.catalogue import registers
from storage.catalogue.signatures import identities
from storage.catalogue.tables import audit, changes, signing_identities
from storage.errors import RecordMissing
from storage.records import Official
from tests.support.callers.roles import caller

pytestmark = pytest.mark.office  # the desk fixture has a LibreOffice

NIK = "3671014510850003"
ADMIN = caller("kepala", role="admin")


def official(desk: Desk) -> Official:
    """An official of the demo office."""
    with desk.catalogue.read() as tx:
        return registers.list_officials(tx)[0]


def identity(desk: Desk, id: str) -> SigningIdentity | None:
    """What the rest of docgen is handed for an official."""
    with desk.catalogue.read() as tx:
        return identity_of(desk, tx, id)


def test_it_is_handed_out_as_it_was_entered_and_shown_masked(desk: Desk) -> None:
    """A NIK with spaces is read without them; its record shows the first and last four digits, the log as well."""
    id = official(desk).id
    assert identity(desk, id) is None
    record = set_identity(desk, id, " 3671 0145 1085 0003 ", by="kepala")
    assert identity(desk, id) == SigningIdentity("nik", NIK)
    assert record.masked == "3671••••••••0003"
    set_identity(desk, id, "budi@example.go.id", by="kepala")
    assert identity(desk, id) == SigningIdentity("email", "budi@example.go.id")
    with desk.catalogue.read() as tx:
        lines = tx.execute(select(audit).where(audit.c.subject == id).order_by(audit.c.sequence)).mappings().all()
    assert [line["after"]["identity"] for line in lines] == ["3671••••••••0003", "b•••@example.go.id"]
    assert [line["action"] for line in lines] == ["official.identity_set"] * 2


def test_the_same_value_again_changes_nothing(desk: Desk) -> None:
    """Entering the value that is there keeps row and log as they are."""
    id = official(desk).id
    first = set_identity(desk, id, NIK, by="kepala")
    assert set_identity(desk, id, NIK, by="orang lain") == first


def test_nobody_finds_it_in_database_backup_or_mirror(desk: Desk, tmp_path: Path) -> None:
    """Neither the files of the database nor a backup hold the value, and the mirror is not told of the row."""
    id = official(desk).id
    set_identity(desk, id, NIK, by="kepala")
    set_identity(desk, id, "rahasia.sekali@example.go.id", by="kepala")
    file = tmp_path / "cadangan"
    back_up(desk.catalogue, file, desk.now())
    content = b"".join(path.read_bytes() for path in desk.data.glob("docgen.sqlite*")) + gzip.decompress(
        file.read_bytes()
    )
    assert b"signing_identities" in content
    assert NIK.encode() not in content
    assert b"rahasia.sekali" not in content
    with desk.catalogue.read() as tx:
        assert tx.execute(select(changes).where(changes.c.table == "signing_identities")).first() is None


def test_another_secret_key_is_told_and_a_new_entry_mends_it(desk: Desk) -> None:
    """With a changed DOCGEN_SECRET_KEY the value cannot be read: an error says what to do, and entering it helps."""
    person = official(desk)
    set_identity(desk, person.id, NIK, by="kepala")
    moved = replace(desk, secret_key=lambda: "another key of the service, longer")
    with pytest.raises(Conflict, match=r"3671••••••••0003 tidak dapat dibaca lagi.*mengisi NIK"):
        identity(moved, person.id)
    set_identity(moved, person.id, NIK, by="kepala")
    assert identity(moved, person.id) == SigningIdentity("nik", NIK)


def test_a_row_of_another_official_opens_nothing(desk: Desk) -> None:
    """Whoever copies one official's encrypted value into another's row in the database gets nothing by it."""
    first = official(desk)
    with desk.catalogue.read() as tx:
        second = registers.list_officials(tx)[1]
    set_identity(desk, first.id, NIK, by="kepala")
    with desk.catalogue.write() as tx:
        stolen = identities.find_identity(tx, first.id)
        assert stolen is not None
        identities.put_identity(tx, stolen.model_copy(update={"official": second.id}))
    with pytest.raises(Conflict):
        identity(desk, second.id)


@pytest.mark.parametrize(
    "text",
    ["", "367101451085000", "36710145108500031", "3671017510850003", "3671013202850003", "3671014513850003",
     "0671014510850003", "3671014510850000", "budi@", "@example.go.id", "budi @example.go.id", "36710145108500O3"],
)  # fmt: skip
def test_what_is_neither_is_refused(text: str) -> None:
    """Too short, too long, no date, no place, no serial, no address: an error at the field says what is wrong."""
    with pytest.raises(InvalidSubmission) as refusal:
        read_identity(text)
    assert refusal.value.errors[0].field == "identity"


@pytest.mark.parametrize("text", [NIK, "3671010510850003", "3671012902000001", "36.7101.451085.0003"])
def test_women_men_and_leap_days_have_a_nik(text: str) -> None:
    """The day of a woman's birth has 40 added; 29 February counts where one of the centuries has it."""
    assert read_identity(text).sort == "nik"


def test_it_goes_with_its_official(desk: Desk) -> None:
    """Removing it, or the official, leaves no row; removing what is not there is an error."""
    person = official(desk)
    set_identity(desk, person.id, NIK, by="kepala")
    remove_identity(desk, person.id, by="kepala")
    assert identity(desk, person.id) is None
    with pytest.raises(NotFound):
        remove_identity(desk, person.id, by="kepala")
    set_identity(desk, person.id, NIK, by="kepala")
    remove_official(desk, person.id, by="kepala")
    with desk.catalogue.read() as tx:
        assert tx.execute(select(signing_identities)).first() is None


def test_an_official_sees_his_own_and_changes_none(desk: Desk) -> None:
    """Who decides as an official may see his masked identity, not set it; another one may not even see it."""
    id = official(desk).id
    set_identity(desk, id, NIK, by="kepala")
    own = shown_identity(desk, caller("budi", id), id)
    assert own is not None
    assert own.masked == "3671••••••••0003"
    assert shown_identity(desk, ADMIN, id) == own
    with pytest.raises(Forbidden):
        shown_identity(desk, caller("rina", "orang-lain"), id)
    with pytest.raises(Forbidden):
        set_identity(desk, id, NIK, by="budi", officials_allowed=[id])
    with pytest.raises(Forbidden):
        remove_identity(desk, id, by="budi", officials_allowed=[id])


def test_what_is_missing_is_named(desk: Desk) -> None:
    """Without an identity an error names the official, without a client of BSrE the settings; an id is not made up."""
    person = official(desk)
    with pytest.raises(Conflict, match=person.name), desk.catalogue.read() as tx:
        require_identity(desk, tx, person)
    set_identity(desk, person.id, NIK, by="kepala")
    with pytest.raises(Conflict, match="DOCGEN_BSRE_URL"):
        check_identity(replace(desk, bsre=None), ADMIN, person.id)
    with pytest.raises(RecordMissing):
        check_identity(desk, ADMIN, "tidak-ada")
