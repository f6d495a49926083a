"""Settings that can be read and contradict each other, or name what is not there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from docgen.errors import DataFileError
from docgen.messages import nearest
from docgen.openid.settings import require_known_roles
from docgen.permissions import load_permissions
from docgen.retention import load_retention
from docgen.settings import Settings, read_remote, read_settings
from docgen.sop import load_sop
from storage.errors import StorageError
from wording import say

LOOPBACK = ("127.0.0.1", "localhost", "::1")
_OF_COMMANDS = {"DOCGEN_OFFICE"}
_FILES = {
    "DOCGEN_SOP": "sop",
    "DOCGEN_TEMPLATES": "templates",
    "DOCGEN_RETENTION": "retention",
    "DOCGEN_PERMISSIONS": "permissions",
    "DOCGEN_SEAL_FILE": "seal_file",
    "DOCGEN_TRUST": "trust",
    "DOCGEN_RETURNS": "returns",
}


class _Recorder(dict[str, str]):
    """An environment that records which names it was asked for."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        super().__init__(environment)
        self.names: set[str] = set()

    def get(self, name: str, default: Any = None) -> Any:
        self.names.add(name)
        return super().get(name, default)


def contradictions(settings: Settings, environment: Mapping[str, str]) -> Iterator[str]:
    """Yield a sentence for each setting that is unknown, names a file that does not exist, or contradicts another."""
    yield from _unknown_names(environment)
    for name, attribute in _FILES.items():
        path: Path | None = getattr(settings, attribute)
        if path is not None and not path.exists():
            yield say("{setting} menyebut {path}, yang tidak ada.", setting=name, path=path)
    yield from _wrong_files(settings)
    yield from _wrong_pairs(settings)


def _unknown_names(environment: Mapping[str, str]) -> Iterator[str]:
    recorder = _Recorder(environment)
    read_settings(recorder)
    try:
        read_remote(recorder)
    except DataFileError as error:
        yield str(error)
    names = {name for name in environment if name.startswith("DOCGEN_") and not name.startswith("DOCGEN_TEST_")}
    for name in sorted(names - recorder.names - _OF_COMMANDS):
        alike = nearest(name, sorted(recorder.names))
        yield say("{setting} bukan pengaturan docgen.{nearest}", setting=name, nearest=alike)


def _wrong_files(settings: Settings) -> Iterator[str]:
    if settings.sop is None or settings.sop.exists():
        yield from _error_of(lambda: load_sop(settings.sop))
    if settings.retention is None or settings.retention.exists():
        yield from _error_of(lambda: load_retention(settings.retention))
    if settings.permissions is None or settings.permissions.exists():
        yield from _error_of(lambda: _check_roles(settings))


def _check_roles(settings: Settings) -> None:
    roles = load_permissions(settings.permissions)
    if settings.openid is not None:
        require_known_roles(settings.openid, [*roles.roles, *roles.formerly])


def _error_of(work: Any) -> Iterator[str]:
    try:
        work()
    except (DataFileError, StorageError, OSError) as error:
        yield str(error)


def _wrong_pairs(settings: Settings) -> Iterator[str]:
    is_folder = settings.store_url.startswith("file://")
    if urlsplit(settings.public_url).hostname in LOOPBACK and settings.host not in LOOPBACK:
        yield say(
            "DOCGEN_PUBLIC_URL={address} hanya terbuka di mesin ini, padahal layanan mendengarkan di {host}: QR pada "
            "naskah tidak dapat dibuka orang lain.",
            address=settings.public_url,
            host=settings.host,
        )
    if is_folder and settings.s3_lock != "off":
        yield say("DOCGEN_S3_LOCK mengunci berkas pada S3; folder arsip tidak mengenalnya.")
    if is_folder and settings.s3_redirect:
        yield say("DOCGEN_S3_REDIRECT=1 memerlukan arsip pada S3, padahal arsip ini sebuah folder.")
    if settings.seal_level in ("B-LT", "B-LTA") and settings.trust is None:
        yield say("DOCGEN_SEAL_LEVEL={level} memerlukan DOCGEN_TRUST.", level=settings.seal_level)
    if settings.seal_level != "B-B" and not settings.timestamp_url:
        yield say("DOCGEN_SEAL_LEVEL={level} memerlukan DOCGEN_TIMESTAMP_URL.", level=settings.seal_level)
