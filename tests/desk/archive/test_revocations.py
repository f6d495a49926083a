"""What was taken away after a backup stays taken away when the catalogue is restored, or rebuilt from its archive."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from sqlalchemy import update

from docgen.desk import Desk
from docgen.desk.access.accounts import (
    change_password,
    change_user,
    check_password,
    create_user,
    find_user,
    reset_password,
)
from docgen.desk.access.factors.second_factors import check_code, factors_of, remove_authenticator, set_authenticator
from docgen.desk.access.factors.totp import STEP, code_of, factor_box, make_secret
from docgen.desk.access.provider.provider_accounts import bind, identity_of, unbind
from docgen.desk.access.sessions import begin_session, find_signed_in
from docgen.desk.access.share_links import create_share, revoke_share
from docgen.desk.access.tokens import create_token, find_token, revoke_token
from docgen.desk.archive.restore import rebuild, restore_backup
from docgen.desk.archive.revocations import StillRevoked
from docgen.desk.mirror import keep_mirror
from docgen.desk.registers.edit import change_official
from docgen.desk.webhooks.outbox import add_webhook, remove_webhook
from docgen.openid.rules import Rules
from docgen.openid.settings import OpenIdSettings
from storage.backup import back_up
from storage.catalogue import registers, shares, webhooks
from storage.catalogue.access import accounts
from storage.catalogue.tables import tokens, users
from tests.support.office.restoring import ASSETS, issue_letter

pytestmark = pytest.mark.office

PROVIDER = OpenIdSettings(
    "https://masuk.kab.example", "naskah-dinas", "rahasia", "Akun Kabupaten", Rules(accounts="existing")
)
BOX = factor_box("a test's secret")
OLD, NEW = "kata-sandi-lama", "kata-sandi-baru"


def _session(desk: Desk, name: str) -> str:
    user = find_user(desk, name)
    assert user is not None
    session = begin_session(desk, user)
    assert session is not None
    return session.id


def _set_up(desk: Desk, name: str) -> list[str]:
    """Set up an application for somebody; return the recovery codes."""
    secret = make_secret()
    return set_authenticator(desk, BOX, name, secret, code_of(secret, int(desk.now().timestamp()) // STEP))


class Taken:
    """An office with a backup, after which things were taken away."""

    def __init__(self, desk: Desk, file: Path) -> None:
        document = issue_letter(desk, ASSETS[:1])
        for name in ("sari", "budi", "rina", "tono", "dewi"):
            create_user(desk, name, "operator", password=OLD)
        bind(desk, PROVIDER, "dewi", identity_of(PROVIDER, "f3a1"), "dewi")
        self.token = create_token(desk, "Register aset", "write", [])
        self.kept_token = create_token(desk, "Tiket", "read", [])
        hook = add_webhook(desk, "https://aset.example/docgen", ["document.issued"], "admin")
        share = create_share(desk, document.id, "admin")
        with desk.catalogue.read() as tx:
            token = next(one for one in accounts.list_tokens(tx) if one.name == "Register aset")
            kasi = next(one for one in registers.list_officials(tx) if one.role == "kepala_seksi")
        self.codes = {name: _set_up(desk, name) for name in ("tono", "rina")}
        self.session = _session(desk, "budi")
        keep_mirror(desk)
        back_up(desk.catalogue, file, desk.now())
        self.desk, self.share, self.official = desk, share.id, kasi.id
        revoke_token(desk, token.id)
        self.late_token = create_token(desk, "Sesudah", "read", [])
        change_user(desk, "sari", "admin", active=False)
        change_user(desk, "rina", "admin", officials=[kasi.id])
        unbind(desk, "dewi", "admin")
        change_password(desk, "budi", OLD, NEW)
        create_user(desk, "wati", "pejabat")
        remove_authenticator(desk, "tono")
        assert check_code(desk, BOX, "rina", self.codes["rina"][0]) == "recovery"
        remove_webhook(desk, hook.id, "admin")
        revoke_share(desk, share.id, "admin")
        change_official(desk, kasi.model_copy(update={"post": "Kepala Seksi yang Baru"}), by="admin")
        keep_mirror(desk)

    def stays(self) -> None:
        """Assert that nothing came back."""
        desk = self.desk
        assert find_token(desk, self.token) is None
        assert find_token(desk, self.kept_token) is not None
        assert find_signed_in(desk, self.session) is None
        assert check_password(desk, "sari", OLD) is None
        assert check_password(desk, "tono", OLD) is not None
        assert not factors_of(desk, "tono")
        assert factors_of(desk, "rina").authenticator is not None
        assert check_code(desk, BOX, "rina", self.codes["rina"][0]) is None
        with desk.catalogue.read() as tx:
            assert accounts.get_user(tx, "rina").officials == [self.official]
            assert accounts.find_bound(tx, PROVIDER.issuer, "f3a1") is None
            assert webhooks.list_webhooks(tx) == []
            assert shares.get_share(tx, self.share).revoked_at is not None
            assert registers.get_official(tx, self.official).post == "Kepala Seksi yang Baru"


@pytest.fixture
def taken(desk: Desk, tmp_path: Path) -> Taken:
    """The office, and its backup as `cadangan.jsonl.gz`."""
    return Taken(desk, tmp_path / "cadangan.jsonl.gz")


def test_a_restore_brings_nothing_back(taken: Taken, tmp_path: Path) -> None:
    """Token, account, password, session, webhook, share and official are as they were taken away, and it is told."""
    desk = taken.desk
    done = restore_backup(desk, tmp_path / "cadangan.jsonl.gz", replace=True)
    taken.stays()
    assert check_password(desk, "budi", OLD) is None  # the old password is void,
    assert check_password(desk, "budi", NEW) is None  # and the new one stands in no backup
    assert _session(desk, "budi") != taken.session
    assert done.revoked == StillRevoked(
        tokens=["Register aset"],
        accounts=["sari", "rina", "dewi"],
        passwords=["budi"],
        factors=["tono", "rina"],
        webhooks=["https://aset.example/docgen"],
        lacking=["Token Sesudah", "Akun wati"],
    )
    assert json.loads(json.dumps(done.to_json()))["kept_revoked"]["passwords"] == ["budi"]
    said = "\n".join(done.revoked.sentences())
    for name in ("Register aset", "sari", "rina", "budi", "aset.example", "Sesudah", "wati"):
        assert name in said
    assert check_password(desk, "budi", reset_password(desk, "budi")) is not None
    again = restore_backup(desk, tmp_path / "cadangan.jsonl.gz", replace=True)  # however often it is restored
    assert again.revoked.passwords == ["budi"]
    taken.stays()


def test_a_rebuild_over_an_older_database_brings_nothing_back(taken: Taken, tmp_path: Path) -> None:
    """Accounts and tokens of the database that is replaced are those of an old copy: the archive's log counts."""
    desk = taken.desk
    restore_backup(desk, tmp_path / "cadangan.jsonl.gz", replace=True)
    with desk.catalogue.write() as tx:  # a copy of the database's file, put back as it was
        tx.execute(update(tokens).values(revoked_at=None))
        tx.execute(update(users).values(active=True))
    keep_mirror(desk)
    done = rebuild(desk, replace=True)
    assert done.revoked.tokens == ["Register aset"]
    assert find_token(desk, taken.token) is None


def test_a_rebuild_keeps_the_passwords_that_are_newer_than_the_log(taken: Taken) -> None:
    """In the true place nothing is void: the database that is replaced knows every change the log tells."""
    done = rebuild(taken.desk, replace=True)
    assert done.revoked == StillRevoked()
    assert check_password(taken.desk, "budi", NEW) is not None
    assert find_token(taken.desk, taken.late_token) is not None
    taken.stays()


def test_an_old_copy_of_accounts_under_a_rebuild_is_void_where_the_log_goes_on(taken: Taken) -> None:
    """The replaced database lacks the newest lines of the log: passwords that they changed are void."""
    desk = taken.desk
    with desk.catalogue.write() as tx:
        events = tx.exec_driver_sql(
            "SELECT sequence FROM audit WHERE action = 'user.changed' ORDER BY sequence"
        ).scalars()
        first = events.all()[0]
        tx.exec_driver_sql("DROP TRIGGER audit_no_delete")
        tx.exec_driver_sql(f"DELETE FROM audit WHERE sequence >= {first}")  # noqa: S608 (a number)
        tx.execute(update(users).values(active=True))
    done = rebuild(desk, replace=True)
    assert done.revoked.accounts == ["sari"]
    assert done.revoked.passwords == ["budi"]
    assert check_password(desk, "budi", NEW) is None
    taken.stays()
