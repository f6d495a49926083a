"""The checks, in the order in which they are told: what others need comes before them."""

from __future__ import annotations

from docgen.desk.doctor.checks import front, letters, machine, neighbours, places, runs, upkeep
from docgen.desk.doctor.model import Check, see
from wording import say

_BASE = ("settings", "data", "rights", "disk")  # what hinders whatever opens database and archive
_AWAY = ("settings", "clock")  # what hinders whatever is reached by an encrypted connection
_DESK = (*_BASE, "database")  # what hinders whatever opens the desk


def _reach(setting: str) -> str:
    return say("Periksa {setting} dan jaringannya.", setting=setting)


SETTINGS_CHECK = Check(
    "settings",
    machine.settings,
    say("Betulkan pengaturan yang disebut (docs/settings.md), lalu mulai ulang layanan."),
)
_SEE_ADDRESS = see("address-proxy-and-certificate")
_SEE_STORE = see("object-store-away")
_SEE_CONVERTER = see("libreoffice-hung-or-missing")
_SEE_MAIL = see("mail-refused")

CHECKS: tuple[Check, ...] = (
    SETTINGS_CHECK,
    Check("data", machine.data, see("data-disk-lost"), ("settings", "rights", "disk")),
    Check("rights", machine.rights, say("Betulkan pemilik dan hak berkas itu."), ("settings",)),
    Check("disk", machine.disk, see("disk-full"), ("settings",), of_machine=True),
    Check("database", places.database, see("database-away"), _BASE),
    Check("connections", places.connections, see("database-away"), _DESK, of_machine=True),
    Check("store", places.store, see("archive-disk-lost"), (*_BASE, "clock")),
    Check("s3_conditions", places.s3_conditions, _SEE_STORE, (*_BASE, "store")),
    Check("s3_protections", places.s3_protections, _SEE_STORE, (*_BASE, "store")),
    Check("s3_encryption", places.s3_encryption, _SEE_STORE, (*_BASE, "store")),
    Check("archive_key", places.archive_key, see("archive-key-lost"), (*_DESK, "store")),
    Check("secret_key", machine.secret_key, see("secret-key-lost"), _DESK),
    Check("libreoffice", letters.libreoffice, _SEE_CONVERTER, _DESK, of_machine=True, seconds=60),
    Check("sandbox", letters.sandbox, _SEE_CONVERTER, of_machine=True),
    Check("fonts", letters.fonts, _SEE_CONVERTER, _DESK, of_setting="templates"),
    Check("templates", letters.templates, say("Betulkan templatnya: `docgen templates lint`."), _DESK),
    Check("clock", front.clock, see("clock-wrong"), _BASE, of_machine=True, seconds=30),
    Check("public_url", front.public_url, _SEE_ADDRESS, (*_DESK, "secret_key")),
    Check("https", front.https, _SEE_ADDRESS, ("settings", "public_url", "clock")),
    Check("proxy_headers", front.proxy_headers, _SEE_ADDRESS, (*_DESK, "secret_key", "public_url")),
    Check("smtp", neighbours.smtp, _SEE_MAIL, _AWAY, of_setting="mail", seconds=45),
    Check("oidc", neighbours.oidc, _reach("DOCGEN_OIDC_ISSUER"), _AWAY, of_setting="openid"),
    Check("bsre", neighbours.bsre, _reach("DOCGEN_BSRE_URL"), _AWAY, of_setting="bsre"),
    Check(
        "timestamp",
        neighbours.timestamp,
        _reach("DOCGEN_TIMESTAMP_URL"),
        ("settings", "clock"),
        of_setting="timestamp_url",
    ),
    Check("redis", neighbours.redis, see("redis-away"), ("settings",), of_machine=True),
    Check("backup", runs.backup, see("backup"), (*_DESK, "clock")),
    Check("verify", runs.verify, see("archive-not-sound"), (*_DESK, "clock")),
    Check("mirror", upkeep.mirror, see("another-catalogue-writes-the-archive"), (*_DESK, "store", "clock")),
    Check("letters", upkeep.letters, see("letters-or-jobs-that-wait"), (*_DESK, "store", "libreoffice", "clock")),
    Check("jobs", upkeep.background_jobs, see("letters-or-jobs-that-wait"), (*_DESK, "clock")),
    Check("notices", upkeep.notices, _SEE_MAIL, (*_DESK, "smtp")),
    Check("accounts", upkeep.accounts, say("Betulkan akunnya: `docgen user list`."), _DESK),
    Check("seal", upkeep.seal, see("certificate-of-the-seal-over"), (*_DESK, "clock")),
)
