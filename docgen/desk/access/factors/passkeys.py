"""Passkeys (WebAuthn Level 3): a key pair in a device or a password manager that opens an account by itself.

A passkey proves possession and, because user verification is required, a PIN or a finger: it counts as both factors.
A question is answered once: it must be younger than the last use of the passkey that answers it.
"""

from __future__ import annotations

import datetime as dt
import ipaddress
import secrets
from dataclasses import dataclass
from urllib.parse import urlsplit

import webauthn
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url, parse_authentication_credential_json
from webauthn.helpers import structs as webauthn_structs
from webauthn.helpers.exceptions import WebAuthnException

from docgen.desk import audit
from docgen.desk.access.factors.second_factors import note_added
from docgen.desk.access.tell_owner import tell_owner
from docgen.desk.audit_actions import Action
from docgen.desk.desk import Desk
from docgen.desk.mirror import keep_mirror
from docgen.errors import Conflict, FieldError, InvalidSubmission
from docgen.secret_box import SecretBox
from storage.catalogue.access import accounts, factors
from storage.catalogue.registers import get_office
from storage.errors import RecordConflict
from storage.records import User
from storage.records.factors import Passkey
from wording import say

ANSWERED_WITHIN = dt.timedelta(minutes=5)
MOST_PASSKEYS = 20
_LONGEST_ANSWER = 20_000  # characters; of an authenticator some 2,000
_LONGEST_NAME = 60
# What a hostile answer may raise on its way through JSON, CBOR, COSE and X.509.
_UNREADABLE = (WebAuthnException, ValueError, TypeError, KeyError, AttributeError, IndexError, RecursionError)


@dataclass(frozen=True)
class Question:
    """A challenge, and when it was asked."""

    challenge: bytes
    asked_at: dt.datetime

    @classmethod
    def new(cls, desk: Desk) -> Question:
        """Return a new question."""
        return cls(secrets.token_bytes(32), desk.now())


@dataclass(frozen=True)
class Site:
    """This service as authenticators know it: the relying party's id, and the origin of its pages."""

    id: str
    origin: str


def site_of(desk: Desk) -> Site:
    """Return what passkeys are bound to. Raises Conflict where the service's address admits none."""
    parts = urlsplit(desk.public_url)
    host = (parts.hostname or "").lower()
    if host == "localhost" or (parts.scheme == "https" and host and not _is_address(host)):
        return Site(host, f"{parts.scheme}://{parts.netloc}".lower())
    message = (
        "Kunci sandi memerlukan alamat https dengan nama, misalnya https://naskah.kabupaten.go.id. Alamat layanan ini "
        "{address}; administrator mengaturnya dengan DOCGEN_PUBLIC_URL."
    )
    raise Conflict(say(message, address=desk.public_url))


def creation_options(desk: Desk, box: SecretBox, user: User, question: Question) -> str:
    """Return as JSON what a browser needs to make a passkey of a user. Raises Conflict."""
    site = site_of(desk)
    with desk.catalogue.read() as tx:
        present = factors.list_passkeys(tx, user.name)
        office = get_office(tx)
    if len(present) >= MOST_PASSKEYS:
        raise Conflict(say("Akun ini sudah memiliki {most} kunci sandi. Hapus dahulu yang tidak dipakai.",
                           most=MOST_PASSKEYS))  # fmt: skip
    return webauthn.options_to_json(
        webauthn.generate_registration_options(
            rp_id=site.id,
            rp_name=office.short_name or office.name,
            user_id=box.handle(user.name),
            user_name=user.name,
            user_display_name=user.full_name or user.name,
            challenge=question.challenge,
            authenticator_selection=webauthn_structs.AuthenticatorSelectionCriteria(
                resident_key=webauthn_structs.ResidentKeyRequirement.REQUIRED,
                user_verification=webauthn_structs.UserVerificationRequirement.REQUIRED,
            ),
            exclude_credentials=_descriptors(present),
        )
    )


def request_options(desk: Desk, question: Question, user: str = "") -> str:
    """Return as JSON what a browser needs to sign with a passkey: any of this service, or one of `user`.

    Raises Conflict.
    """
    with desk.catalogue.read() as tx:
        present = factors.list_passkeys(tx, user) if user else []
    return webauthn.options_to_json(
        webauthn.generate_authentication_options(
            rp_id=site_of(desk).id,
            challenge=question.challenge,
            allow_credentials=_descriptors(present),
            user_verification=webauthn_structs.UserVerificationRequirement.REQUIRED,
        )
    )


def add_passkey(desk: Desk, user: str, question: Question, answer: str, name: str) -> list[str]:
    """Register the passkey that a browser made; return recovery codes when the user has none yet.

    Raises Conflict, and InvalidSubmission for an answer that is not to this question.
    """
    site, now = site_of(desk), desk.now()
    refused = InvalidSubmission([FieldError("passkey", "Kunci sandi ini tidak dapat didaftarkan. Coba sekali lagi.")])
    if len(answer) > _LONGEST_ANSWER or now > question.asked_at + ANSWERED_WITHIN:
        raise refused
    try:
        new = webauthn.verify_registration_response(
            credential=answer,
            expected_challenge=question.challenge,
            expected_rp_id=site.id,
            expected_origin=site.origin,
            require_user_verification=True,
        )
        transports = webauthn.helpers.parse_registration_credential_json(answer).response.transports or []
    except _UNREADABLE as error:
        raise refused from error
    passkey = Passkey(
        id=bytes_to_base64url(new.credential_id),
        user=user,
        name="".join(filter(str.isprintable, name)).strip()[:_LONGEST_NAME] or "Kunci sandi",
        public_key=bytes_to_base64url(new.credential_public_key),
        sign_count=new.sign_count,
        transports=[transport.value for transport in transports],
        backed_up=new.credential_backed_up,
        created_at=now,
    )
    with desk.catalogue.write() as tx:
        try:
            factors.add_passkey(tx, passkey)
        except RecordConflict as taken:
            raise refused from taken
        codes = note_added(desk, tx, user, {"factor": "passkey", "name": passkey.name, "id": passkey.id})
    keep_mirror(desk)
    return codes


def check_passkey(desk: Desk, box: SecretBox, question: Question, answer: str, user: str = "") -> User | None:
    """Return the active user whose passkey answered this question, or None; with `user`, of this user alone.

    A counter that went back means that somebody copied the passkey: it is refused, and recorded.
    """
    now = desk.now()
    if len(answer) > _LONGEST_ANSWER or now > question.asked_at + ANSWERED_WITHIN:
        return None
    with desk.catalogue.write() as tx:
        try:
            credential = parse_authentication_credential_json(answer)
            passkey = factors.find_passkey(tx, credential.id)
        except _UNREADABLE:
            return None
        if passkey is None or (user and passkey.user != user):
            return None
        count = _verified_count(desk, box, question, credential, passkey)
        owner = accounts.find_active_user(tx, passkey.user)
        if count is None or owner is None:
            return None
        if (count or passkey.sign_count) and count <= passkey.sign_count:
            audit.record(desk, tx, passkey.user, Action.USER_PASSKEY_REFUSED, passkey.user,
                         after={"name": passkey.name})  # fmt: skip
            tell_owner(desk, tx, owner, "passkey_refused")
            return None
        return owner if factors.use_passkey(tx, passkey.id, count, question.asked_at, now) else None


def _verified_count(
    desk: Desk,
    box: SecretBox,
    question: Question,
    credential: webauthn_structs.AuthenticationCredential,
    passkey: Passkey,
) -> int | None:
    """Return the authenticator's counter when everything it signed is right, else None."""
    site = site_of(desk)
    handle = credential.response.user_handle
    if handle is not None and not secrets.compare_digest(handle, box.handle(passkey.user)):
        return None
    try:
        verified = webauthn.verify_authentication_response(
            credential=credential,
            expected_challenge=question.challenge,
            expected_rp_id=site.id,
            expected_origin=site.origin,
            credential_public_key=base64url_to_bytes(passkey.public_key),
            credential_current_sign_count=0,  # compared by `check_passkey`, which records what went back
            require_user_verification=True,
        )
    except _UNREADABLE:
        return None
    return verified.new_sign_count


def _descriptors(present: list[Passkey]) -> list[webauthn_structs.PublicKeyCredentialDescriptor]:
    return [
        webauthn_structs.PublicKeyCredentialDescriptor(
            id=base64url_to_bytes(key.id),
            transports=[webauthn_structs.AuthenticatorTransport(transport) for transport in key.transports] or None,
        )
        for key in present
    ]


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True
