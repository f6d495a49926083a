"""Accounts of people who sign in at an OpenID provider: made, bound, followed, refused.

An account is bound to issuer and subject once and for all; names and mail addresses, which pass from one person to
another, open nothing. What its claims say follows at each sign-in.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import Connection

from docgen.desk import audit
from docgen.desk.access.accounts import LONGEST_NAME
from docgen.desk.access.managers import hold_accounts, manages, require_manager, require_reach
from docgen.desk.access.passwords import NO_PASSWORD
from docgen.desk.access.provider.claimed_values import plain_name, role_of_claims, values_of_claims
from docgen.desk.audit_actions import Action
from docgen.desk.desk import Desk
from docgen.desk.mirror import keep_mirror
from docgen.desk.rights import Caller
from docgen.errors import Conflict, FieldError, Forbidden, InvalidSubmission
from docgen.openid.identity import LONGEST_SUBJECT, Identity, SignInRefused
from docgen.openid.rules import text_at
from docgen.openid.settings import OpenIdSettings
from storage.catalogue import notices
from storage.catalogue.access import accounts, one_time_links, sessions
from storage.errors import RecordConflict
from storage.records import User
from storage.text import DOOR
from wording import say

log = logging.getLogger("docgen.openid")

_LAST_MANAGER = "the last account that manages accounts"
_FOLLOWED = ("full_name", "email", "role", "officials", "divisions")


@dataclass(frozen=True)
class _Refusal:
    """Why somebody does not come in: `message` for the person, `reason` for the audit log."""

    message: str
    reason: str


def sign_in_from_provider(desk: Desk, provider: OpenIdSettings, identity: Identity) -> User:
    """Return the active account of an identity, made or changed as the claims say; the audit log tells of either.

    Whoever has no role any more loses his sessions. Raises SignInRefused with a sentence that says whom to ask.
    """
    return _repeat_on_conflict(lambda: _sign_in(desk, provider, identity))


def bind(
    desk: Desk, provider: OpenIdSettings, name: str, identity: Identity, by: str, *, caller: Caller | None = None
) -> User:
    """Bind an account to an identity; `by` is its owner, who is signed in, or an administrator.

    `caller` is who asks for somebody else's account, None on the command line. Raises RecordMissing; Conflict where
    either is bound already; Forbidden for an account that may do more than the caller.
    """
    return _repeat_on_conflict(lambda: _bind(desk, provider, name, identity, by, caller))


def _bind(desk: Desk, provider: OpenIdSettings, name: str, identity: Identity, by: str, caller: Caller | None) -> User:
    with desk.catalogue.write() as tx:
        owner = accounts.find_bound(tx, identity.issuer, identity.subject)
        user = accounts.hold_user(tx, name)
        require_reach(desk, caller, user.role)
        if owner is not None and owner.name != name:
            message = "{provider} itu sudah terhubung dengan akun lain di sini, “{other}”. Tidak ada yang diubah."
            raise Conflict(say(message, provider=provider.name, other=owner.name))
        if user.issuer and owner is None:
            message = "Akun “{name}” sudah terhubung dengan {provider} yang lain. Putuskan dahulu hubungan itu."
            raise Conflict(say(message, name=name, provider=provider.name))
        if owner is not None:
            return owner
        binding = {"issuer": identity.issuer, "subject": identity.subject, "bound_at": desk.now()}
        bound = user.model_copy(update=binding)
        accounts.put_user(tx, bound)
        _record(desk, tx, by, Action.USER_BOUND, user, bound)
    keep_mirror(desk)
    return bound


def unbind(desk: Desk, name: str, by: str, *, caller: Caller | None = None) -> User:
    """Part an account from the provider: it signs in with its password only, and sessions begun there end.

    `caller` as in `bind`. Raises RecordMissing; Conflict where it is not bound, or its owner would be locked out for
    want of a password; Forbidden for an account that may do more than the caller.
    """
    with desk.catalogue.write() as tx:
        user = accounts.hold_user(tx, name)
        require_reach(desk, caller, user.role)
        if not user.issuer:
            raise Conflict(say("Akun “{name}” tidak terhubung dengan akun di tempat lain.", name=name))
        if by == name and user.password == NO_PASSWORD:
            raise Conflict(
                "Akun ini tidak mempunyai kata sandi: tanpa hubungan itu Anda tidak dapat masuk lagi. Minta "
                "administrator memberi akun ini kata sandi."
            )
        parted = user.model_copy(update={"issuer": "", "subject": "", "bound_at": None})
        accounts.put_user(tx, parted)
        for session in sessions.list_sessions(tx, name):
            if session.method == "oidc":
                sessions.end_session(tx, session.id, name)
        _record(desk, tx, by, Action.USER_UNBOUND, user, parted)
    keep_mirror(desk)
    return parted


def identity_of(provider: OpenIdSettings, subject: str) -> Identity:
    """Return the identity of a subject that an administrator names. Raises InvalidSubmission."""
    clean = subject.strip()
    if not 0 < len(clean) <= LONGEST_SUBJECT or not clean.isprintable():
        message = "Tulis nomor akun (sub) di {provider}, seperti yang tampil ketika pemiliknya mencoba masuk."
        raise InvalidSubmission([FieldError("subject", say(message, provider=provider.name))])
    return Identity(provider.issuer, clean, {})


def require_same_person(user: User, identity: Identity) -> None:
    """Raise Forbidden unless an identity is the one that a signed-in account is bound to."""
    if (user.issuer, user.subject) != (identity.issuer, identity.subject) or not user.issuer:
        raise Forbidden("Yang masuk tadi bukan pemilik akun ini. Ulangi dengan akun Anda sendiri.")


def _repeat_on_conflict(work: Callable[[], User]) -> User:
    """Do it, and again where somebody else did the same at the same moment: what they did is there now."""
    try:
        return work()
    except RecordConflict:
        return work()


def _sign_in(desk: Desk, provider: OpenIdSettings, identity: Identity) -> User:
    rules = provider.rules
    with desk.catalogue.write() as tx:
        user = accounts.find_bound(tx, identity.issuer, identity.subject)
        outcome = _create(desk, tx, provider, identity) if user is None else _follow(desk, tx, user, provider, identity)
        changed = outcome != user
        if isinstance(outcome, _Refusal):
            who = user.name if user else text_at(identity.claims, rules.user_name)[:LONGEST_NAME]
            audit.record(desk, tx, "", Action.USER_SIGN_IN_FAILED, who, after={"reason": outcome.reason})
            if user is not None and outcome.reason != _LAST_MANAGER:
                sessions.end_sessions(tx, user.name)
                notices.remove_subscriptions(tx, user.name)
    if changed:
        keep_mirror(desk)
    if isinstance(outcome, _Refusal):
        log.warning("The account %r of the OpenID provider was refused: %s", identity.subject, outcome.reason)
        raise SignInRefused(outcome.message)
    return outcome


def _create(desk: Desk, tx: Connection, provider: OpenIdSettings, identity: Identity) -> User | _Refusal:
    """Return the account that an unknown identity gets, or why it gets none."""
    rules, claims = provider.rules, identity.claims
    given = text_at(claims, rules.user_name)
    role = role_of_claims(desk, rules, identity)
    if not role and rules.roles is not None:
        return _without_role(provider, given or identity.subject)
    if rules.accounts != "create":
        return _Refusal(
            say(
                "{provider} Anda belum terhubung dengan akun di sini. Masuk dengan nama pengguna dan kata sandi, lalu "
                "hubungkan di halaman Keamanan akun; atau minta bantuan administrator (nomor akun: {subject}).",
                provider=provider.name, subject=identity.subject,
            ), "not bound",
        )  # fmt: skip
    name = plain_name(given)
    if not name:
        return _Refusal(
            say(
                "{provider} tidak menyebut nama pengguna Anda (klaim {claim}). Beri tahu administrator kalimat ini.",
                provider=provider.name, claim=rules.user_name,
            ), f"no claim {rules.user_name}",
        )  # fmt: skip
    if accounts.has_user(tx, name):
        just_made = accounts.find_bound(tx, identity.issuer, identity.subject)
        if just_made is not None:  # by another window of the same person, since this one looked
            return _follow(desk, tx, just_made, provider, identity)
        return _Refusal(
            say(
                "Nama “{name}” sudah dipakai akun di sini yang tidak terhubung dengan {provider} itu. Bila akun Anda: "
                "masuk dengan kata sandinya, lalu hubungkan di halaman Keamanan akun. Bila bukan: minta bantuan "
                "administrator (nomor akun: {subject}).",
                name=name, provider=provider.name, subject=identity.subject,
            ), "the name is taken",
        )  # fmt: skip
    binding = {"issuer": identity.issuer, "subject": identity.subject, "bound_at": desk.now()}
    values = (
        {"name": name, "password": NO_PASSWORD, "role": role} | binding | values_of_claims(tx, rules, identity, None)
    )
    user = User.model_validate(values, context=DOOR)
    accounts.add_user(tx, user)
    audit.record(desk, tx, name, Action.USER_CREATED, name, after=_recorded(user) | {"by": "oidc"})
    return user


def _follow(desk: Desk, tx: Connection, user: User, provider: OpenIdSettings, identity: Identity) -> User | _Refusal:
    """Return a bound account as the claims want it, or why it does not come in."""
    follows = provider.rules.roles is not None
    given = role_of_claims(desk, provider.rules, identity) if follows else ""
    user, others = _hold_with_managers(desk, tx, user, given)
    if not user.active:
        message = "Akun “{name}” di sini sudah ditutup. Minta administrator membukanya lagi."
        return _Refusal(say(message, name=user.name), "the account is closed")
    if follows and not given:
        return _without_role(provider, user.name)
    values = {"role": given or user.role} | values_of_claims(tx, provider.rules, identity, user)
    checked = User.model_validate(user.model_dump() | values, context=DOOR)
    changed = user.model_copy(update={key: getattr(checked, key) for key in values})
    try:
        require_manager(desk, [user, *others], [changed, *others])
    except Conflict:
        return _last_manager(provider, user.name)
    if changed != user:
        accounts.put_user(tx, changed)
        if changed.role != user.role:
            sessions.end_sessions(tx, user.name)
            notices.remove_subscriptions(tx, user.name)
        if changed.email != user.email:
            one_time_links.void_links(tx, user.name, desk.now())
        _record(desk, tx, user.name, Action.USER_FOLLOWED, user, changed)
    return changed


def _hold_with_managers(desk: Desk, tx: Connection, user: User, role: str) -> tuple[User, list[User]]:
    """Return an account as it is now, locked, and the others where it would stop managing accounts, locked as well.

    Raises RecordConflict when it began to manage accounts since it was read: then it is to be tried again.
    """
    stays = not role or "accounts" in desk.roles.of_role(role)
    if manages(desk, user) and not stays:
        accounts_by_name = hold_accounts(tx)
        return accounts_by_name[user.name], [other for other in accounts_by_name.values() if other.name != user.name]
    held_user = accounts.hold_user(tx, user.name)
    if manages(desk, held_user) and not stays:
        raise RecordConflict(user.name)
    return held_user, []


def _without_role(provider: OpenIdSettings, who: str) -> _Refusal:
    return _Refusal(
        say(
            "{provider} “{who}” tidak mempunyai peran di layanan ini. Minta administrator {provider} memasukkannya ke "
            "dalam kelompok yang boleh memakai layanan ini, lalu masuk lagi.",
            provider=provider.name, who=who,
        ), "no group of the claims file",
    )  # fmt: skip


def _last_manager(provider: OpenIdSettings, name: str) -> _Refusal:
    return _Refusal(
        say(
            "Kelompok “{name}” di {provider} memberi peran tanpa pengaturan akun, padahal ini satu-satunya akun yang "
            "dapat mengatur akun lain. Tidak ada yang diubah. Beri dahulu akun lain peran Administrator, atau minta "
            "administrator {provider} mengembalikan kelompoknya, lalu masuk lagi.",
            name=name, provider=provider.name,
        ), _LAST_MANAGER,
    )  # fmt: skip


def _record(desk: Desk, tx: Connection, by: str, action: Action, user: User, changed: User) -> None:
    """Record a change; of the mail address only that it changed."""
    before, after = audit.changed(user, changed)
    if "email" in after:
        del before["email"], after["email"]
        after["email_changed"] = True
    audit.record(desk, tx, by, action, user.name, before=before, after=after)


def _recorded(user: User) -> dict[str, object]:
    return user.model_dump(mode="json", include={*_FOLLOWED, "name", "issuer", "subject"} - {"email"})
