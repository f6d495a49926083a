"""An office that signs through the Esign Client Service of the tests, and who signs its letters."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from pathlib import Path

import pytest

from docgen.bsre import Secret
from docgen.desk import Desk
from docgen.desk.decisions.sign import sign
from docgen.desk.office_seal import OfficeSeal
from docgen.desk.rights import Caller
from docgen.desk.signing.identities import set_identity
from docgen.desk.signing.request import DocumentSignatureRequest
from storage.catalogue import documents, registers
from storage.records import Document, Official
from tests.servers.bsre import BsreServer, Person, bsre_server
from tests.support.callers.roles import caller

PASSPHRASE = "sandi tanda tangan"
NIKS = ("6408015001800001", "6408012005790002", "6408011207810003")


@pytest.fixture
def bsre() -> Iterator[BsreServer]:
    """The service, which knows nobody yet."""
    with bsre_server() as server:
        yield server


def electronic(desk: Desk, bsre: BsreServer, folder: Path, **timeouts: float) -> Desk:
    """The desk of an office that signs through this service, has its seal there, and trusts its authority."""
    with desk.catalogue.read() as tx:
        bsre.seal_name = registers.get_office(tx).name
    trust = folder / "bsre-ca.pem"
    trust.write_bytes(bsre.authority.root.pem)
    seal = OfficeSeal(trust_file=trust)
    return dataclasses.replace(desk, bsre=bsre.client(**timeouts), signing=seal)


def with_head(desk: Desk, bsre: BsreServer, folder: Path, **timeouts: float) -> Desk:
    """The desk of an office that signs through this service, which knows its head."""
    office = electronic(desk, bsre, folder, **timeouts)
    with office.catalogue.read() as tx:
        head = registers.get_official(tx, "kepala-dinas")
    register(office, bsre, head, NIKS[0])
    return office


def register(desk: Desk, bsre: BsreServer, official: Official, nik: str, **more: str) -> Person:
    """Have an official known to the service and to the office, by his NIK."""
    person = Person(official.name, nik, PASSPHRASE, **more)
    bsre.people.append(person)
    set_identity(desk, official.id, nik, by="kepala")
    return person


def signer_of(desk: Desk, document: Document) -> Official:
    """Who signs a letter, as it is printed."""
    with desk.catalogue.read() as tx:
        return registers.get_official(tx, documents.get_contents(tx, document.id)[1]["signer"]["id"])


def as_official(official: Official, *others: str) -> Caller:
    """The caller who signs as this official."""
    return caller("pejabat", official.id, *others)


def sign_by_bsre(
    desk: Desk, document: Document, official: Official, passphrase: str = PASSPHRASE, **more: str
) -> Document:
    """Sign a letter as its official."""
    request = DocumentSignatureRequest.model_validate({"official": official.id, "method": "bsre"} | more)
    return sign(desk, as_official(official), document.id, request, secret=Secret.passphrase(passphrase))
