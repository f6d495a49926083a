"""An office whose processes are killed: the zygote that does it, and what must be true of the archive afterwards."""

from __future__ import annotations

import itertools
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from docgen.desk import Desk, open_desk
from docgen.desk.archive.fixity import check_archive
from docgen.desk.setup import initialise
from docgen.libreoffice import Converter
from docgen.libreoffice.converter_server import ConverterServer
from docgen.libreoffice.pool import Pool
from docgen.settings import read_settings
from storage.catalogue import documents, jobs, journal, registers
from storage.catalogue.numbering import numbers
from tests.faults.zygote import Order, as_line
from tests.servers.authority import authority_server
from tests.servers.bsre import BsreServer, bsre_server
from tests.support.files.certificates import PASSWORD
from tests.support.machine.lent_children import lent_children
from tests.support.office.demo_office import data_folder


@dataclass
class Ended:
    """How a process ended, and the steps it had done by then."""

    killed: bool
    code: int
    steps: list[str]

    @property
    def commits(self) -> int:
        return self.steps.count("committed")


@dataclass
class FaultyOffice:
    """A demo office, and a zygote whose processes work in it."""

    desk: Desk
    folder: Path
    zygote: subprocess.Popen[bytes]
    bsre: BsreServer
    _numbers: Iterator[int] = field(default_factory=itertools.count)

    def run(self, case: str, kill_at: int = 0, **arguments: Any) -> Ended:
        """Do a use-case in a process of its own, which is killed at a step."""
        told = self.folder / f"steps-{next(self._numbers)}"
        assert self.zygote.stdin is not None
        assert self.zygote.stdout is not None
        self.zygote.stdin.write(as_line(Order(case, kill_at, str(told), arguments)))
        self.zygote.stdin.flush()
        answer = json.loads(self.zygote.stdout.readline())
        return Ended(answer["killed"], answer["code"], told.read_text().splitlines())

    def nibars(self, count: int = 2) -> list[str]:
        with self.desk.catalogue.read() as tx:
            return [asset.nibar for asset in registers.search_assets(tx, limit=count)]

    def last_number(self) -> int:
        with self.desk.catalogue.read() as tx:
            return numbers.last_sequence(tx, registers.get_office(tx).unit_code, self.desk.today().year)

    def check(self) -> None:
        """Nothing lost, nothing twice, no gap, nothing that nobody knows, nothing still to be done."""
        with self.desk.catalogue.read() as tx:
            unit = registers.get_office(tx).unit_code
            entries = numbers.list_entries(tx, unit, self.desk.today().year)
            assert journal.list_pending(tx) == []
            assert jobs.unfinished_jobs(tx) == []
            held = documents.get_documents(tx, [entry.document for entry in entries])
            revisions = {id: documents.list_revisions(tx, id) for id in held}
        assert [entry.sequence for entry in entries] == list(range(1, self.last_number() + 1))
        assert len({entry.document for entry in entries}) == len(entries)
        for entry in entries:
            document = held[entry.document]
            assert document.sequence == entry.sequence
            assert entry.status == ("void" if document.status == "void" else "issued") or document.status == "destroyed"
            assert entry.status != "void" or entry.reason
            if document.status != "destroyed":
                made = [one.number for one in revisions[document.id]]
                assert made == list(range(1, document.revision + 1))
                assert made or document.status == "void"
        report = check_archive(self.desk)
        assert report.findings() == []
        assert report.sound


@contextmanager
def faulty_office(folder: Path, converter: Converter, env: dict[str, str]) -> Iterator[FaultyOffice]:
    """A demo office with a seal, an authority that answers and a BSrE that signs, and its zygote.

    `env` names other places than the folder and SQLite.
    """
    with authority_server("Balai Besar Sertifikasi Elektronik") as server, bsre_server() as bsre:
        seal, trust = folder / "segel.p12", folder / "ca.pem"
        seal.write_bytes(server.authority.pkcs12(server.authority.office))
        trust.write_bytes(server.authority.root.pem + bsre.authority.root.pem)
        settings = {
            **env,
            **bsre.settings(folder),
            "DOCGEN_DATA": str(data_folder(folder)),
            "DOCGEN_SEAL_FILE": str(seal),
            "DOCGEN_SEAL_PASSWORD": PASSWORD,
            "DOCGEN_SEAL_LEVEL": "B-B",
            "DOCGEN_TIMESTAMP_URL": server.timestamp_url,
            "DOCGEN_TRUST": str(trust),
        }
        with _zygote_of(folder, converter, settings, bsre) as office:
            yield office


@contextmanager
def _zygote_of(folder: Path, converter: Converter, env: dict[str, str], bsre: BsreServer) -> Iterator[FaultyOffice]:
    """The office of these settings, and its zygote."""
    desk = open_desk(read_settings(env), converter)
    initialise(desk, demo=True)
    children = folder / "children"
    with lent_converter(converter, folder / "converter") as address, lent_children(children):
        plain = {name: value for name, value in os.environ.items() if not name.startswith("DOCGEN_")}
        zygote = subprocess.Popen(
            [sys.executable, "-m", "tests.faults.zygote"],
            env={**plain, **env, "FAULTS_CONVERTER": address, "FAULTS_CHILDREN": str(children)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        try:
            yield FaultyOffice(desk, folder, zygote, bsre)
        finally:
            assert zygote.stdin is not None
            assert zygote.stdout is not None
            zygote.stdin.close()
            zygote.wait(30)
            zygote.stdout.close()
            desk.catalogue.close()


@contextmanager
def lent_converter(converter: Converter, address: Path) -> Iterator[str]:
    """Lend our LibreOffice to other processes, at a socket; those killed while they wait are let go."""
    assert isinstance(converter, Pool)
    with closing(ConverterServer(converter, address)):
        yield str(address)
