"""`docgen archive renew` as an administrator or cron calls it: what it prints, and its exit codes."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from docgen.desk import open_desk
from docgen.desk.decisions.seal import seal
from docgen.desk.setup import initialise
from docgen.libreoffice import Converter
from docgen.settings import read_settings
from tests.servers.authority import AuthorityServer, authority_server
from tests.support.files.certificates import PASSWORD
from tests.support.office.decisions import relocation_plan
from tests.support.office.demo_office import data_folder

pytestmark = pytest.mark.office

DOCGEN = Path(sys.executable).with_name("docgen")


@pytest.fixture
def server() -> Iterator[AuthorityServer]:
    with authority_server() as running:
        yield running


@pytest.fixture
def env(tmp_path: Path, server: AuthorityServer) -> dict[str, str]:
    """The settings of an office that can seal and renew."""
    seal_file, trust = tmp_path / "segel.p12", tmp_path / "ca.pem"
    seal_file.write_bytes(server.authority.pkcs12(server.authority.office))
    trust.write_bytes(server.authority.root.pem)
    clean = {key: value for key, value in os.environ.items() if not key.startswith("DOCGEN_")}
    return clean | {
        "DOCGEN_DATA": str(data_folder(tmp_path)),
        "DOCGEN_SEAL_FILE": str(seal_file),
        "DOCGEN_SEAL_PASSWORD": PASSWORD,
        "DOCGEN_SEAL_LEVEL": "B-B",
        "DOCGEN_TIMESTAMP_URL": server.timestamp_url,
        "DOCGEN_TRUST": str(trust),
    }


def renew(env: dict[str, str], *args: str) -> subprocess.CompletedProcess[str]:
    command = [DOCGEN, "archive", "renew", *args]
    return subprocess.run(command, env=env, capture_output=True, text=True, timeout=120, check=False)


def test_exit_codes(env: dict[str, str], server: AuthorityServer, converter: Converter) -> None:
    """A dry run lists and changes nothing; a failure is exit 1, a renewal 0, and without a server it is 2."""
    desk = open_desk(read_settings(env), converter)
    initialise(desk, demo=True)
    id = seal(desk, relocation_plan(desk).id, "sari").id
    desk.catalogue.close()
    listed = renew(env, "--dry-run", "--json")
    assert (listed.returncode, [letter["outcome"] for letter in json.loads(listed.stdout)["letters"]]) == (0, ["due"])
    server.gone = {"crl", "ocsp"}
    failed = renew(env)
    assert failed.returncode == 1
    assert "tidak dapat diambil" in failed.stdout
    server.gone = set()
    renewed = renew(env, "--json")
    assert renewed.returncode == 0, renewed.stderr
    [letter] = json.loads(renewed.stdout)["letters"]
    assert (letter["document"], letter["outcome"], letter["level"]) == (id, "renewed", "B-LTA")
    again = renew(env)
    assert (again.returncode, again.stdout) == (0, "0 naskah diperpanjang, 0 gagal.\n")
    assert renew(env, "--document", id).stdout.startswith("diperpanjang ")
    assert renew({name: value for name, value in env.items() if name != "DOCGEN_TRUST"}).returncode == 2
