"""What the slug and the host name of an office may be: names of a schema, a bucket, a folder, a page."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from docgen.errors import FieldError, InvalidSubmission
from wording import say

LONGEST_SLUG = 40  # characters, so that `office_…` and most `bucket-…` are names that servers take
_SLUG = re.compile(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*")
_LABEL = re.compile(r"(?!..--)[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")  # RFC 1035, 2.3.4; `xn--…` looks like others
_LONGEST_HOST = 253
_LONGEST_BUCKET = 63
_PATHS = "/o/"  # no page of the service begins so


def check_slug(slug: str) -> None:
    """Raise InvalidSubmission unless a slug is of small letters, digits and single hyphens, 2 to LONGEST_SLUG."""
    if not 2 <= len(slug) <= LONGEST_SLUG or not _SLUG.fullmatch(slug):
        _refuse(
            "slug",
            say(
                "{slug} bukan nama singkat kantor. Pakai 2 sampai {longest} huruf kecil, angka, dan tanda hubung "
                "tunggal, mulai dengan huruf, misalnya kominfo atau dinas-pu.",
                slug=repr(slug),
                longest=LONGEST_SLUG,
            ),
        )


def check_host(host: str, installation_url: str) -> None:
    """Raise InvalidSubmission unless an office may have this host name: in small ASCII letters, without scheme, port,
    wildcard and punycode, and not one at which the installation itself is reached. A name of one label, as in a local
    network, will do.
    """
    if host in (urlsplit(installation_url).hostname, "localhost"):
        _refuse(
            "host",
            say(
                "{host} adalah alamat instalasi ini sendiri. Pilih nama lain untuk kantor itu, atau pakai --path.",
                host=host,
            ),
        )
    labels = host.split(".")
    is_name = all(_LABEL.fullmatch(label) for label in labels)
    if len(host) > _LONGEST_HOST or not is_name or labels[-1].isdecimal():
        _refuse(
            "host",
            say(
                "{host} bukan nama host. Tulis namanya saja, dengan huruf kecil a–z, tanpa https://, "
                "port, tanda bintang, atau xn--, misalnya kominfo.naskah.example.",
                host=repr(host),
            ),
        )


def check_bucket(store_url: str) -> None:
    """Raise InvalidSubmission when the bucket of an office's store has a name that is too long."""
    bucket = urlsplit(store_url).path.strip("/") if store_url.startswith("s3://") else ""
    if len(bucket) > _LONGEST_BUCKET:
        _refuse(
            "slug",
            say(
                "Bucket {bucket} bernama lebih dari {longest} karakter. Pilih nama singkat kantor yang lebih pendek.",
                bucket=bucket,
                longest=_LONGEST_BUCKET,
            ),
        )


def path_of(slug: str) -> str:
    """Return the path at which an office without a host name of its own is reached."""
    return f"{_PATHS}{slug}"


def _refuse(field: str, message: str) -> None:
    raise InvalidSubmission([FieldError(field, message)])
