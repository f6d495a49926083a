"""Drafts signed through BSrE, with every sort of answer, while letters are issued: no number is missing or twice."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from docgen.desk import Desk, open_desk
from docgen.desk.archive.fixity import check_archive
from docgen.desk.mirror import keep_mirror
from docgen.desk.registers.edit import change_office
from docgen.desk.setup import initialise
from docgen.desk.signing.outcomes import SignatureAwaited
from docgen.errors import BsreRefused
from docgen.libreoffice import Converter
from docgen.render.pdf.pdfium import page_text
from docgen.settings import read_settings
from storage.catalogue import documents, registers
from storage.catalogue.numbering import number_holds, numbers
from storage.catalogue.signatures import awaited
from storage.records import Draft, NumberSeries
from tests.servers.bsre import BsreServer
from tests.support.office.decisions import relocation_plan
from tests.support.office.demo_office import data_folder
from tests.support.office.drafts import at_signature, signed
from tests.support.office.electronic import NIKS, PASSPHRASE, bsre, electronic, register
from tests.support.office.restoring import issue_letter

__all__ = ["bsre"]  # a fixture

pytestmark = pytest.mark.office

SERIES = NumberSeries(name="nota-dinas", title="Nota Dinas", pattern="ND {urut}/{tahun}", kinds=["nota_dinas"])
MOODS = ["good", "wrong-passphrase", "ill", "good", "late-signed", "wrong-passphrase", "cut", "good"]


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def office(request: pytest.FixtureRequest, tmp_path: Path, converter: Converter, bsre: BsreServer) -> Iterator[Desk]:
    """An office on each database, whose head BSrE knows, with a series for Nota Dinas beside the main one."""
    env = {"DOCGEN_DATA": str(data_folder(tmp_path))}
    if request.param == "postgres":
        env["DOCGEN_DATABASE_URL"] = request.getfixturevalue("postgres_url")
    desk = open_desk(read_settings(env), converter)
    initialise(desk, demo=True)
    with desk.catalogue.read() as tx:
        head, current = registers.get_official(tx, "kepala-dinas"), registers.get_office(tx)
    change_office(desk, current.model_copy(update={"series": [SERIES]}), by="siti")
    office = electronic(desk, bsre, tmp_path, sign_timeout=3.0)
    register(office, bsre, head, NIKS[0])
    yield office
    desk.catalogue.close()


def outcome(desk: Desk, draft: Draft) -> str:
    """Sign a draft, and return what became of it."""
    try:
        return signed(desk, draft, method="bsre", passphrase=PASSPHRASE).status
    except BsreRefused:
        return "refused"
    except SignatureAwaited:
        return "awaiting"


def check(desk: Desk, series: str, count: int) -> set[str]:
    """Return the letters of a series, which has so many numbers from 1 without a gap, each in the PDF of its letter."""
    with desk.catalogue.read() as tx:
        assert (numbers.gaps(tx), number_holds.list_holds(tx)) == ([], [])
        unit, year = registers.get_office(tx).unit_code, desk.today().year
        entries = numbers.list_entries(tx, unit, year, series)
        assert numbers.last_sequence(tx, unit, year, series) == count
        keys = {
            entry.number: documents.get_revision(
                tx, entry.document, documents.get_document(tx, entry.document).revision
            ).pdf.key
            for entry in entries
        }
    assert [entry.sequence for entry in entries] == list(range(1, count + 1))
    assert len(keys) == count
    for number, key in keys.items():
        assert number in " ".join(page_text(desk.store.get(key))), number
    return {entry.document for entry in entries}


def test_numbers_are_gapless_whatever_bsre_answers_meanwhile(office: Desk, bsre: BsreServer) -> None:
    """Eight drafts are signed, refused or unanswered among ten letters of two series; tried again all are letters."""
    waiting = [at_signature(office) for _ in MOODS]
    bsre.next_moods += MOODS
    with ThreadPoolExecutor(6) as pool:
        drafts = [pool.submit(outcome, office, draft) for draft in waiting]
        letters = [pool.submit(issue_letter, office, []) for _ in range(5)]
        plans = [pool.submit(relocation_plan, office, dossier="new") for _ in range(5)]
        outcomes = [future.result() for future in drafts]
        assert all(future.result().status == "issued" for future in [*letters, *plans])
    bsre.release()
    assert outcomes.count("refused") == MOODS.count("wrong-passphrase")
    assert outcomes.count("awaiting") >= 3
    refused = [draft for draft, result in zip(waiting, outcomes, strict=True) if result == "refused"]
    assert [outcome(office, draft) for draft in refused] == ["issued", "issued"]
    issued = check(office, SERIES.name, len(MOODS) + 5)
    check(office, "utama", 5)
    with office.catalogue.read() as tx:
        assert len(awaited.find(tx, list(issued))) == outcomes.count("awaiting")
    keep_mirror(office)
    report = check_archive(office)
    assert (report.findings(), report.sound) == ([], True)
