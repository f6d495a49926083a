"""Tokens of other systems: create (the token is shown once), find by SHA-256, limit, revoke."""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets
from collections.abc import Sequence
from contextlib import suppress

from sqlalchemy import Connection
from ulid import ULID

from docgen.desk import audit
from docgen.desk.audit_actions import Action
from docgen.desk.desk import Desk
from docgen.desk.mirror import keep_mirror
from docgen.desk.registers.checks import check_officials
from docgen.desk.rights import EVERYONE, Caller, may, permissions_of, system
from docgen.errors import FieldError, InvalidSubmission
from storage.catalogue import registers
from storage.catalogue.access import accounts
from storage.errors import StorageError
from storage.records import Scope, Token
from storage.text import tidy
from wording import say

USE_NOTED = dt.timedelta(minutes=1)  # a busy system must not cost a write for each call


def create_token(
    desk: Desk,
    name: str,
    scope: Scope,
    officials: list[str],
    by: str = "docgen",
    *,
    assets: Sequence[str] = (),
    procedures: Sequence[str] = (),
    expires_at: dt.datetime | None = None,
    permissions: Sequence[str] = (),
    creator: Caller | None = None,
) -> str:
    """Make a token for another system and return it; it is shown this once.

    It may do what its `permissions` name; without them, what its scope may. `officials` are those it endorses as,
    ["*"] for all; `assets` (NIBARs) and `procedures` (slugs) limit it, and `expires_at` ends it. Raises
    InvalidSubmission for one who or that is not registered, an end that is past, or more than the `creator` has
    himself; without a creator it is made on the server.
    """
    raw = f"dg_{secrets.token_urlsafe(32)}"
    token = Token(
        id=str(ULID()).lower(),
        name=tidy(name),
        hash=hashlib.sha256(raw.encode()).hexdigest(),
        scope=scope,
        officials=officials,
        created_at=desk.now(),
        assets=list(dict.fromkeys(assets)),
        procedures=list(dict.fromkeys(procedures)),
        expires_at=expires_at,
        created_by=by,
        permissions=[name for name in desk.roles.words if name in permissions],
    )
    with desk.catalogue.write() as tx:
        check_officials(tx, officials)
        _check_limits(desk, tx, token)
        _check_permissions(desk, token, permissions, creator)
        accounts.add_token(tx, token)
        fields = {"name", "scope", "officials", "assets", "procedures", "expires_at", "permissions"}
        after = {key: value for key, value in token.model_dump(mode="json", include=fields).items() if value}
        audit.record(desk, tx, by, Action.TOKEN_CREATED, token.id, after={"officials": officials, **after})
    return raw


def find_token(desk: Desk, raw: str) -> Token | None:
    """Return the token that another system showed, or None when it is unknown, revoked or expired; note its use."""
    shown = find_caller(desk, raw)
    return None if shown is None else shown[0]


def find_caller(desk: Desk, raw: str) -> tuple[Token, Caller] | None:
    """Return the token that another system showed, as `find_token` does, and the caller that it makes."""
    now = desk.now()
    with desk.catalogue.read() as tx:
        token = accounts.find_token(tx, hashlib.sha256(raw.encode()).hexdigest())
        if token is None or (token.expires_at is not None and token.expires_at <= now):
            return None
        caller = system(desk.roles, tx, token)
    if token.last_used_at is None or token.last_used_at <= now - USE_NOTED:
        with suppress(StorageError), desk.catalogue.write() as tx:  # who only reads is kept from it by no full disk
            accounts.note_use(tx, token.id, now, now - USE_NOTED)
    return token, caller


def list_tokens(desk: Desk) -> list[Token]:
    """Return all tokens, also those that are revoked or over."""
    with desk.catalogue.read() as tx:
        return accounts.list_tokens(tx)


def revoke_token(desk: Desk, id: str, by: str = "docgen") -> Token:
    """Revoke a token at once and for good; returns it. One that is revoked stays so. Raises RecordMissing."""
    with desk.catalogue.write() as tx:
        token = accounts.get_token(tx, id)
        if token.revoked_at is None:
            accounts.revoke_token(tx, id, desk.now())
            before = token.model_dump(include={"name", "scope", "permissions"})
            audit.record(desk, tx, by, Action.TOKEN_REVOKED, id, before=before)
        revoked = accounts.get_token(tx, id)
    keep_mirror(desk)  # at once, so that a revoked token stays revoked after a restore
    return revoked


def _check_limits(desk: Desk, tx: Connection, token: Token) -> None:
    errors = []
    assets = registers.find_assets(tx, token.assets)
    for nibar in token.assets:
        if nibar not in assets:
            errors.append(
                FieldError(
                    "assets", say("Aset {nibar} tidak ada dalam daftar aset. Periksa NIBAR-nya.", nibar=repr(nibar))
                )
            )
    slugs = [procedure.slug for procedure in desk.sop.places]
    for slug in token.procedures:
        if slug not in slugs:
            errors.append(
                FieldError(
                    "procedures",
                    say("Prosedur {slug} tidak ada. Yang ada: {slugs}.", slug=repr(slug), slugs=", ".join(slugs)),
                )
            )
    if token.expires_at is not None and token.expires_at <= desk.now():
        errors.append(FieldError("expires_at", "Tanggal berakhirnya sudah lewat. Pilih tanggal sesudah hari ini."))
    if errors:
        raise InvalidSubmission(errors)


def _check_permissions(desk: Desk, token: Token, permissions: Sequence[str], creator: Caller | None) -> None:
    """Raise InvalidSubmission unless the permissions exist and the creator has all that he gives away."""
    known = ", ".join(desk.roles.words)
    errors = [
        FieldError("permissions", say("Izin {name} tidak ada. Yang ada: {known}.", name=repr(name), known=known))
        for name in permissions
        if name not in desk.roles.words
    ]
    if creator is not None:
        field = "permissions" if permissions else "scope"
        more = [name for name in desk.roles.words if name in permissions_of(desk.roles, token) - creator.permissions]
        if more:
            message = "Token tidak boleh berizin lebih daripada pembuatnya. Anda tidak punya izin: {names}."
            errors.append(FieldError(field, say(message, names=", ".join(more))))
        if creator.within.divisions:
            message = "Akun yang dibatasi pada bidangnya tidak dapat membuat token, karena token melihat semua bidang."
            errors.append(FieldError(field, message))
        may_appoint = may(creator, "accounts") or EVERYONE in creator.officials
        if not may_appoint and not set(token.officials) <= set(creator.officials):
            message = "Token hanya boleh memutus atas nama pejabat yang Anda wakili sendiri."
            errors.append(FieldError("officials", message))
    if errors:
        raise InvalidSubmission(errors)
