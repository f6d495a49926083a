"""Every setting, read from the environment in this one place. docs/settings.md lists them all; a test holds it so."""

from __future__ import annotations

import ipaddress
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, is_dataclass
from pathlib import Path
from typing import Any, Literal, cast, get_args
from urllib.parse import unquote, urlsplit

from docgen.bsre.settings import BsreSettings, read_bsre
from docgen.errors import DataFileError
from docgen.logs import FORMS, LEVELS, Form, Level
from docgen.mail import MailServer, is_address
from docgen.openid.settings import OpenIdSettings, read_openid

_RATE = re.compile(r"[1-9][0-9]{0,6} (per|/) ?(second|minute|hour|day)")
_ORIGIN = re.compile(r"https?://(?:[A-Za-z0-9.-]+|\[[0-9A-Fa-f:]+\])(?::[0-9]{1,5})?")
_SHORTEST_SECRET, _FEWEST_SIGNS = 32, 10  # characters; different ones
_SSE = re.compile(r"off|AES256|aws:kms(:[A-Za-z0-9:/_.-]{1,256})?")
PRODUCT = "Naskah Dinas"
Role = Literal["all", "web", "worker"]
ROLES: tuple[Role, ...] = get_args(Role)
_LONGEST_PRODUCT = 40  # characters: it stands in the head of each page
_CONTACT = re.compile(r"(?:mailto:|https://|tel:\+)[!-~]{3,200}")
_BARE_ADDRESS = re.compile(r"https?://[^/?#@]+")


@dataclass(frozen=True)
class Settings:
    """The settings of one running service. Paths are absolute; URLs have no trailing slash."""

    data: Path
    host: str
    port: int
    public_url: str
    database_url: str = field(repr=False)  # may hold a password
    store_url: str
    s3_access_key: str
    s3_secret_key: str = field(repr=False)
    s3_public_url: str
    s3_redirect: bool
    s3_lock: str
    s3_lock_days: int
    s3_sse: str
    archive_key_file: Path
    transfer_s3_access_key: str
    transfer_s3_secret_key: str = field(repr=False)
    secret_key: str = field(repr=False)
    converters: int
    processes: int
    role: Role
    drain: int  # seconds
    redis_url: str = field(repr=False)  # may hold a password
    sop: Path | None
    templates: Path | None
    retention: Path | None
    permissions: Path | None
    seal_file: Path | None
    seal_password: str = field(repr=False)
    seal_level: str
    timestamp_url: str = field(repr=False)  # may hold a password
    trust: Path | None
    renewals: bool
    returns: Path | None = None
    product: str = PRODUCT
    api_rate: str = "12000 per minute"
    cors_origins: tuple[str, ...] = ()
    picker_origins: tuple[str, ...] = ()
    webhook_private: bool = False
    mail: MailServer | None = None
    openid: OpenIdSettings | None = None
    bsre: BsreSettings | None = None
    proxies: tuple[ipaddress.IPv4Network | ipaddress.IPv6Network, ...] = ()
    log: Form = "text"
    log_level: Level = "info"
    log_access: bool = True
    otel_url: str = field(default="", repr=False)  # may hold a password
    security_contact: str = ""
    office: str = ""  # slug of the office that these are derived for; "" of the installation itself
    retired: bool = False  # whether that office is out of service
    checks: Path | None = None  # folder that remembers which templates passed their check; None: `data`

    @property
    def is_one_process(self) -> bool:
        """Return whether the service does all in the process that is started: workers do not answer callers."""
        return self.processes == 1 or self.role == "worker"

    @property
    def own_url(self) -> str:
        """The address at which this machine itself reaches the service, without the proxy before it."""
        return f"http://{_address(self.host)}:{self.port}"


def read_settings(env: Mapping[str, str] | None = None) -> Settings:
    """Read `DOCGEN_*` from `env` (the process environment by default); unset ones get the embedded default.

    Raises DataFileError naming the setting whose value cannot be read.
    """
    env = os.environ if env is None else env
    data = Path(env.get("DOCGEN_DATA") or "var").absolute()
    host = env.get("DOCGEN_HOST") or "127.0.0.1"
    port = _integer(env, "DOCGEN_PORT", 8000, 1, 65535)
    public_url = (env.get("DOCGEN_PUBLIC_URL") or f"http://{_address(host)}:{port}").rstrip("/")
    if not public_url.startswith(("http://", "https://")):
        raise DataFileError(
            f"DOCGEN_PUBLIC_URL={public_url!r}: write the address people use, as https://naskah.example."
        )
    timestamp_url = env.get("DOCGEN_TIMESTAMP_URL") or ""
    if timestamp_url and not timestamp_url.startswith(("http://", "https://")):
        raise DataFileError("DOCGEN_TIMESTAMP_URL: write the server's address, https://…")
    s3_public_url = (env.get("DOCGEN_S3_PUBLIC_URL") or "").rstrip("/")
    if s3_public_url and not _BARE_ADDRESS.fullmatch(s3_public_url):
        raise DataFileError(f"DOCGEN_S3_PUBLIC_URL={s3_public_url!r}: write the server's address, https://host:port.")
    pairs_of_cores = max(1, (os.cpu_count() or 1) // 2)
    return Settings(
        data=data,
        host=host,
        port=port,
        public_url=public_url,
        database_url=env.get("DOCGEN_DATABASE_URL") or f"sqlite:///{data / 'docgen.sqlite'}",
        store_url=env.get("DOCGEN_STORE_URL") or (data / "objects").as_uri(),
        s3_access_key=env.get("DOCGEN_S3_ACCESS_KEY") or "",
        s3_secret_key=env.get("DOCGEN_S3_SECRET_KEY") or "",
        s3_public_url=s3_public_url,
        s3_redirect=_choice(env, "DOCGEN_S3_REDIRECT", ("0", "1"), "0") == "1",
        s3_lock=_choice(env, "DOCGEN_S3_LOCK", ("off", "governance", "compliance"), "off"),
        s3_lock_days=_integer(env, "DOCGEN_S3_LOCK_DAYS", 0, 0, 36500),
        s3_sse=_encryption(env, "DOCGEN_S3_SSE"),
        archive_key_file=_path(env, "DOCGEN_ARCHIVE_KEY_FILE") or data / "archive.key",
        transfer_s3_access_key=env.get("DOCGEN_TRANSFER_S3_ACCESS_KEY") or env.get("DOCGEN_S3_ACCESS_KEY") or "",
        transfer_s3_secret_key=env.get("DOCGEN_TRANSFER_S3_SECRET_KEY") or env.get("DOCGEN_S3_SECRET_KEY") or "",
        secret_key=_secret(env, "DOCGEN_SECRET_KEY"),
        converters=_integer(env, "DOCGEN_CONVERTERS", pairs_of_cores, 1, 64),
        processes=_integer(env, "DOCGEN_PROCESSES", pairs_of_cores, 1, 64),
        role=cast(Role, _choice(env, "DOCGEN_ROLE", ROLES, "all")),
        drain=_integer(env, "DOCGEN_DRAIN", 1, 0, 3600),
        redis_url=env.get("DOCGEN_REDIS_URL") or "",
        sop=_path(env, "DOCGEN_SOP"),
        templates=_path(env, "DOCGEN_TEMPLATES"),
        retention=_path(env, "DOCGEN_RETENTION"),
        permissions=_path(env, "DOCGEN_PERMISSIONS"),
        seal_file=_path(env, "DOCGEN_SEAL_FILE"),
        seal_password=env.get("DOCGEN_SEAL_PASSWORD") or "",
        seal_level=_choice(
            env, "DOCGEN_SEAL_LEVEL", ("B-B", "B-T", "B-LT", "B-LTA"), "B-T" if timestamp_url else "B-B"
        ),
        timestamp_url=timestamp_url,
        trust=_path(env, "DOCGEN_TRUST"),
        renewals=_choice(env, "DOCGEN_RENEWALS", ("night", "off"), "night") == "night",
        returns=_path(env, "DOCGEN_RETURNS"),
        product=_product(env, "DOCGEN_PRODUCT"),
        api_rate=_rate(env, "DOCGEN_API_RATE", "12000 per minute"),
        cors_origins=_origins(env, "DOCGEN_CORS_ORIGINS"),
        picker_origins=_origins(env, "DOCGEN_PICKER_ORIGINS"),
        webhook_private=_choice(env, "DOCGEN_WEBHOOK_PRIVATE", ("0", "1"), "0") == "1",
        mail=_mail_server(env),
        openid=read_openid(env),
        bsre=read_bsre(env),
        proxies=_networks(env, "DOCGEN_PROXY"),
        log=cast(Form, _choice(env, "DOCGEN_LOG", FORMS, "text")),
        log_level=cast(Level, _choice(env, "DOCGEN_LOG_LEVEL", LEVELS, "info")),
        log_access=_choice(env, "DOCGEN_LOG_ACCESS", ("0", "1"), "1") == "1",
        otel_url=_collector(env, "DOCGEN_OTEL_URL"),
        security_contact=_contact(env, "DOCGEN_SECURITY_CONTACT"),
    )


def secrets_of(settings: Any) -> set[str]:
    """Return every secret that settings hold: what their `repr` leaves out, and the passwords in addresses among it.

    A field of a new secret says `repr=False`, and is found here by that.
    """
    secrets: set[str] = set()
    for item in fields(settings):
        value = getattr(settings, item.name)
        if is_dataclass(value):
            secrets |= secrets_of(value)
        elif not item.repr and isinstance(value, str) and value:
            password = urlsplit(value).password if "://" in value else None
            secrets |= {value} if password is None else {value, password, unquote(password)}
    return secrets


def _contact(env: Mapping[str, str], name: str) -> str:
    """Read where weaknesses are reported: an address of RFC 9116, or a mail address, which becomes one."""
    text = (env.get(name) or "").strip()
    contact = f"mailto:{text}" if is_address(text) else text
    if contact and not _CONTACT.fullmatch(contact):
        raise DataFileError(f"{name}={text!r}: write a mail address, https://… or tel:+62….")
    return contact


def _product(env: Mapping[str, str], name: str) -> str:
    text = (env.get(name) or PRODUCT).strip()
    if not 0 < len(text) <= _LONGEST_PRODUCT or not text.isprintable():
        raise DataFileError(f"{name}={text!r}: write a name of at most {_LONGEST_PRODUCT} characters.")
    return text


def _integer(env: Mapping[str, str], name: str, default: int, low: int, high: int) -> int:
    text = env.get(name) or str(default)
    if not text.isdecimal() or not low <= int(text) <= high:
        raise DataFileError(f"{name}={text!r}: write a whole number from {low} to {high}.")
    return int(text)


def read_remote(env: Mapping[str, str] | None = None) -> tuple[str, str]:
    """Return address and token of a remote service that the command line works with, or two empty texts.

    Raises DataFileError when only one of them is set.
    """
    env = os.environ if env is None else env
    url, token = (env.get("DOCGEN_URL") or "").rstrip("/"), env.get("DOCGEN_TOKEN") or ""
    if bool(url) != bool(token) or (url and not url.startswith(("http://", "https://"))):
        raise DataFileError(f"DOCGEN_URL={url!r}: set the address, https://…, together with DOCGEN_TOKEN.")
    return url, token


def read_office(env: Mapping[str, str] | None = None) -> str:
    """Return the slug of the office that commands work for; "" for the installation itself."""
    return ((os.environ if env is None else env).get("DOCGEN_OFFICE") or "").strip()


def _secret(env: Mapping[str, str], name: str) -> str:
    """Read a key that nobody may guess, because with it one signs in as anybody."""
    text = env.get(name) or ""
    if text and is_weak(text):
        raise DataFileError(
            f"{name} is too short or too simple: whoever guesses it signs in as anybody. "
            f"Write at least {_SHORTEST_SECRET} random characters, as `openssl rand -base64 48` prints them."
        )
    return text


def is_weak(secret: str) -> bool:
    """Return whether a secret key is too short or too simple for what it protects."""
    return len(secret) < _SHORTEST_SECRET or len(set(secret)) < _FEWEST_SIGNS


def _rate(env: Mapping[str, str], name: str, default: str) -> str:
    text = " ".join((env.get(name) or default).split())
    if not _RATE.fullmatch(text):
        raise DataFileError(f"{name}={text!r}: write how many calls and in what time, e.g. 600 per minute.")
    return text


def _origins(env: Mapping[str, str], name: str) -> tuple[str, ...]:
    """Read origins of web pages, with commas or spaces between them."""
    origins = tuple(origin.rstrip("/") for origin in (env.get(name) or "").replace(",", " ").split())
    wrong = next((origin for origin in origins if not _ORIGIN.fullmatch(origin)), None)
    if wrong is not None:
        raise DataFileError(f"{name}: {wrong!r} is no origin. Write scheme, host and port only, https://aset.example.")
    return origins


def _networks(env: Mapping[str, str], name: str) -> tuple[ipaddress.IPv4Network | ipaddress.IPv6Network, ...]:
    """Read addresses or networks, with commas or spaces between them."""
    try:
        return tuple(ipaddress.ip_network(part) for part in (env.get(name) or "").replace(",", " ").split())
    except ValueError as error:
        raise DataFileError(
            f"{name}: {error}. Write the proxy's address or network, 10.0.0.5 or 10.0.0.0/24."
        ) from None


def _mail_server(env: Mapping[str, str]) -> MailServer | None:
    """Read where mails are handed over and who they name as their sender; without an address none are sent."""
    url, sender = env.get("DOCGEN_SMTP_URL") or "", env.get("DOCGEN_MAIL_FROM") or ""
    if bool(url) != bool(sender):
        raise DataFileError("Set DOCGEN_SMTP_URL together with DOCGEN_MAIL_FROM, the sender's address.")
    try:
        return MailServer.of(url, sender) if url else None
    except ValueError as error:  # the address holds a password and is not repeated
        raise DataFileError(f"DOCGEN_SMTP_URL, DOCGEN_MAIL_FROM: {error}.") from None


def _choice(env: Mapping[str, str], name: str, choices: tuple[str, ...], default: str) -> str:
    text = env.get(name) or default
    if text not in choices:
        raise DataFileError(f"{name}={text!r}: write one of {', '.join(choices)}.")
    return text


def _encryption(env: Mapping[str, str], name: str) -> str:
    text = env.get(name) or "AES256"
    if not _SSE.fullmatch(text):
        raise DataFileError(f"{name}={text!r}: write AES256, aws:kms, aws:kms:KEY, or off.")
    return text


def _collector(env: Mapping[str, str], name: str) -> str:
    url = (env.get(name) or "").rstrip("/")
    if url and not url.startswith(("http://", "https://")):
        raise DataFileError(f"{name}: write the address of an OTLP/HTTP collector, http://host:4318.")
    return url


def _path(env: Mapping[str, str], name: str) -> Path | None:
    text = env.get(name)
    return Path(text).absolute() if text else None


def _address(host: str) -> str:
    """Return the name a browser on this machine uses: a wildcard address is reached as 127.0.0.1."""
    return {"0.0.0.0": "127.0.0.1", "::": "[::1]", "": "127.0.0.1"}.get(host, host)  # noqa: S104
