"""Every setting that holds a secret, those to come included, shows it nowhere: neither printed nor when it is wrong."""

from __future__ import annotations

import dataclasses
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from docgen.desk.office_seal import OfficeSeal
from docgen.errors import DataFileError
from docgen.log_words import Strike
from docgen.settings import read_settings, secrets_of
from storage.errors import StorageError
from storage.objects import open_store
from tests.support.machine import planted

ROOT = Path(__file__).parents[2]
PLANTED = planted.secrets()
# Settings whose names sound like it: names of keys, files, and what the command line alone reads.
NO_SECRETS = {
    "DOCGEN_S3_ACCESS_KEY",
    "DOCGEN_TRANSFER_S3_ACCESS_KEY",
    "DOCGEN_ARCHIVE_KEY_FILE",
    "DOCGEN_TOKEN",
}


def hidden(settings: Any) -> dict[str, Any]:
    """The fields that are not printed, those of settings within settings, too."""
    found: dict[str, Any] = {}
    for item in dataclasses.fields(settings):
        value = getattr(settings, item.name)
        if dataclasses.is_dataclass(value):
            found |= {f"{item.name}.{name}": inner for name, inner in hidden(value).items()}
        elif not item.repr:
            found[item.name] = value
    return found


def test_every_secret_is_planted_and_known() -> None:
    """Each field that is not printed is tried by the tests of this room, and is struck from the log; each setting whose
    name sounds like a secret is one of them."""
    settings = read_settings({**planted.SETTINGS, **planted.BESIDE})
    fields = hidden(settings)
    unplanted = [name for name, value in fields.items() if not any(secret in str(value) for secret in PLANTED)]
    assert unplanted == [], "add them to tests/support/machine/planted.py"
    assert secrets_of(settings) >= PLANTED
    strike = Strike(secrets_of(settings))
    assert not [secret for secret in PLANTED if secret in strike(f"for {secret}, and {secret}")]
    sources = [path.read_text("utf-8") for path in (ROOT / "docgen").rglob("*.py")]
    names = {name for source in sources for name in re.findall(r'"(DOCGEN_\w+)"', source)}
    sounding = {name for name in names if re.search("SECRET|PASSWORD|TOKEN|KEY", name)}
    assert sounding - NO_SECRETS - set(planted.SETTINGS) == set()


def test_printing_shows_none() -> None:
    """The settings, and what is made of them and may be printed with an error."""
    settings = read_settings({**planted.SETTINGS, **planted.BESIDE})
    shown = (
        f"{settings!r} {settings} {OfficeSeal.of(settings)!r} {settings.mail!r} {settings.openid!r} {settings.bsre!r}"
    )
    assert [secret for secret in PLANTED if secret in shown] == []


@pytest.mark.parametrize("name", sorted(planted.SETTINGS))
def test_a_wrong_one_is_refused_without_being_repeated(name: str) -> None:
    """Whatever is wrong with it, the sentence names the setting and not its value."""
    value = planted.SETTINGS[name]
    for wrong in (f"zz{value}", value.replace("://", ":/"), f"{value}:x[", value.replace("tanam", "tumbuh")):
        refused = ""
        try:
            read_settings({**planted.SETTINGS, **planted.BESIDE, name: wrong})
        except DataFileError as error:
            refused = str(error)
        assert [secret for secret in (*PLANTED, wrong) if secret in refused] == []


@pytest.mark.parametrize(
    ("name", "address"),
    [
        ("DOCGEN_DATABASE_URL", planted.SETTINGS["DOCGEN_DATABASE_URL"]),
        ("DOCGEN_REDIS_URL", "zz://:tanam-sandi-redis@127.0.0.1:1/0"),
    ],
)
def test_what_is_away_is_told_without_its_password(tmp_path: Path, name: str, address: str) -> None:
    """A start that fails on an address says so, and the password in it is in no line, nor in a traceback."""
    clean = {key: value for key, value in os.environ.items() if not key.startswith("DOCGEN_")}
    environment = {**clean, "DOCGEN_DATA": str(tmp_path), "DOCGEN_PORT": "1", name: address}
    command = [str(Path(sys.executable).with_name("docgen")), "serve", "--wait", "0"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode != 0
    assert done.stderr
    assert [secret for secret in PLANTED if secret in done.stderr + done.stdout] == []


@pytest.mark.parametrize("scheme", ["s9", "s3", "file"])
def test_a_store_is_named_without_its_password(scheme: str) -> None:
    """Keys that somebody wrote into the address of a store are in no sentence about it."""
    with pytest.raises(StorageError) as refused:
        open_store(f"{scheme}://dinas:tanam-kunci-s3-satu@127.0.0.1:1/arsip?x=1").prepare()
    assert "tanam" not in str(refused.value)
