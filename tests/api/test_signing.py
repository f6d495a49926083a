"""Over HTTP a letter is signed through BSrE, and each thing that is wrong has one answer that names its field."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from docgen.bsre import Secret
from docgen.desk import Desk
from docgen.desk.access.tokens import create_token
from docgen.desk.background.jobs import Jobs
from docgen.desk.service.job_functions import WORKERS
from docgen.desk.signature_jobs.request import SignaturesRequest, begin_signatures
from storage.catalogue import registers
from tests.servers.bsre import BsreServer, bsre_server
from tests.support.callers.api import Caller, make_app
from tests.support.callers.roles import caller
from tests.support.office.electronic import NIKS, PASSPHRASE, electronic, register
from tests.support.office.jobs import FAST, ended, state, wait
from web.api.resources.jobs import shown_job

pytestmark = pytest.mark.office


@dataclass
class Signing:
    """An office that signs through BSrE, and a system that may sign for its head."""

    desk: Desk
    bsre: BsreServer
    system: Caller

    def sign(self, id: str, **body: Any) -> Any:
        return self.system.post(f"/documents/{id}/sign", {"official": "kepala-dinas", "method": "bsre"} | body)


@pytest.fixture
def signing(desk: Desk, tmp_path: Path) -> Iterator[Signing]:
    with bsre_server() as bsre:
        office = electronic(desk, bsre, tmp_path)
        with office.catalogue.read() as tx:
            register(office, bsre, registers.get_official(tx, "kepala-dinas"), NIKS[0])
        token = create_token(office, "aset-kab", "write", ["kepala-dinas"])
        yield Signing(office, bsre, Caller(make_app(office), token))


def test_a_letter_is_signed_once_what_is_wrong_is_right(signing: Signing, letter: dict[str, Any]) -> None:
    """A passphrase that is missing, none, too long or wrong is told at its field, and changes nothing; the right one
    signs, and nothing signs twice.
    """
    id = signing.system.post("/documents", {**letter, "signer": "kepala-dinas"}).get_json()["id"]
    before = signing.system.get(f"/documents/{id}").get_json()
    wrong: list[tuple[dict[str, Any], str]] = [
        ({}, "Isi passphrase"),
        ({"passphrase": [PASSPHRASE]}, "harus berupa teks"),
        ({"passphrase": "x" * 300}, "terlalu panjang: paling banyak 200 karakter"),
        ({"passphrase": "bukan ini"}, "Passphrase anda salah"),
    ]
    for body, reason in wrong:
        answer = signing.sign(id, **body)
        [error] = answer.get_json()["errors"]
        assert (answer.status_code, error["field"]) == (422, "passphrase")
        assert reason in error["message"]
    assert signing.system.get(f"/documents/{id}").get_json() == before
    signed = signing.sign(id, passphrase=PASSPHRASE)
    assert (signed.status_code, signed.get_json()["signatures"]["state"]) == (201, "signed")
    again = signing.sign(id, passphrase=PASSPHRASE)
    assert again.status_code == 409
    assert again.get_json()["detail"].endswith(", S.E.")
    assert signing.bsre.count(PASSPHRASE) == 1


def test_a_job_tells_no_number_of_a_letter_that_has_none(signing: Signing, letter: dict[str, Any]) -> None:
    """What another system has not numbered has the number null, as in its own answer, and the reason why."""
    body = {**letter, "signer": "kepala-dinas", "numbering": {"by": "SRIKANDI"}}
    id = signing.system.post("/documents", body).get_json()["id"]
    jobs = Jobs(signing.desk, WORKERS, FAST)
    request, secret = SignaturesRequest(documents=[id], official="kepala-dinas"), Secret.passphrase(PASSPHRASE)
    job = begin_signatures(signing.desk, jobs, caller("pejabat", "kepala-dinas"), request, secret)
    wait(signing.desk, job.id, ended)
    jobs.stop()
    with signing.system.app.test_request_context():
        [line] = shown_job(state(signing.desk, job.id)).model_dump()["result"]["letters"]
    assert (line["document"], line["number"], line["status"]) == (id, None, "refused")
    assert "belum bernomor" in line["message"]
