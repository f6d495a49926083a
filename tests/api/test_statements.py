"""What one letter over HTTP asks of the database: counted, because each statement and commit is a round trip."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any

import pytest
from sqlalchemy import event
from ulid import ULID

from docgen.desk import Desk
from docgen.desk.access.tokens import create_token
from docgen.desk.dossiers.dossiers import close
from docgen.desk.setup import initialise
from storage.catalogue import Catalogue, dossiers
from storage.records import Dossier
from tests.support.callers.api import Caller, make_app
from tests.support.office.documents import make_document
from tests.support.office.moments import NOW

pytestmark = pytest.mark.office


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def office(request: pytest.FixtureRequest, desk: Desk) -> Iterator[Desk]:
    """The demo office, on each database."""
    if request.param == "sqlite":
        yield desk
        return
    catalogue = Catalogue(request.getfixturevalue("postgres_url"))
    catalogue.upgrade()
    on_server = replace(desk, catalogue=catalogue)
    initialise(on_server, demo=True)
    yield on_server
    catalogue.close()


@dataclass
class Traffic:
    """Statements and transactions of one thread's database, and how many transactions wrote."""

    statements: list[str] = field(default_factory=list)
    transactions: int = 0
    writes: int = 0
    has_written: bool = False  # the transaction that is open

    def begin(self, _connection: Any) -> None:
        """Count a transaction."""
        self.transactions += 1
        self.has_written = False

    def execute(self, _connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        """Note a statement, and the first of a transaction that writes."""
        if statement.startswith("BEGIN"):
            return
        self.statements.append(statement)
        if statement.startswith(("INSERT", "UPDATE", "DELETE")) and not self.has_written:
            self.has_written = True
            self.writes += 1

    def __str__(self) -> str:
        return "\n".join([f"{self.transactions} transactions, {self.writes} to write", *self.statements])


@contextmanager
def counted(office: Desk) -> Iterator[Traffic]:
    """Count what is asked of the office's database in this block."""
    office.kind_register.refresh()  # which a request does once a second
    traffic, engine = Traffic(), office.catalogue.engine
    listeners = (("before_cursor_execute", traffic.execute), ("begin", traffic.begin))
    for name, listener in listeners:
        event.listen(engine, name, listener)
    yield traffic
    for name, listener in listeners:
        event.remove(engine, name, listener)


@pytest.fixture
def api(office: Desk) -> Caller:
    """Another system, whose first letter opened the register and noted the use of its token."""
    caller = Caller(make_app(office), create_token(office, "aset-kab", "write", []))
    assert caller.post("/documents", letter_body(office, dossier="new")).status_code == 201
    return caller


def letter_body(office: Desk, **more: Any) -> dict[str, Any]:
    """The body of a Nota Dinas."""
    body = {"kind": "nota_dinas", "procedure": "pemeliharaan", "step": 2, "assets": ["6310190000101"]}
    return {**body, "data": office.kinds["nota_dinas"].example, **more}


def test_one_letter_asks_little_of_the_database(office: Desk, api: Caller) -> None:
    """A letter over HTTP is four transactions: who calls, what the letter needs, its number, its archiving; two of them
    write. Into a dossier of its own it takes 26 statements, with an Idempotency-Key two more, and where open dossiers
    are looked at four more. One that continues a dossier looks at it again under the lock, and at what lies in it.
    """
    order = {"kind": "surat_penugasan", "step": 4, "data": office.kinds["surat_penugasan"].example}
    letters = (
        ({"dossier": "new"}, {}, (26, 4, 2)),
        ({"dossier": "new"}, {"Idempotency-Key": "a"}, (28, 4, 2)),
        ({}, {"Idempotency-Key": "b"}, (32, 4, 2)),
        ({**order, "assets": ["6310190000102"]}, {}, (44, 5, 2)),
    )
    first = api.post("/documents", letter_body(office, assets=["6310190000102"])).get_json()
    for more, headers, (statements, transactions, writes) in letters:
        with counted(office) as traffic:
            answer = api.post("/documents", letter_body(office, **more), headers=headers)
        assert answer.status_code == 201
        assert len(traffic.statements) <= statements, str(traffic)
        assert traffic.transactions <= transactions, str(traffic)
        assert traffic.writes <= writes, str(traffic)
    assert answer.get_json()["dossier"] == first["dossier"]


def test_a_repeated_call_writes_nothing(office: Desk, api: Caller) -> None:
    """What a key made is answered again by reading alone."""
    body, headers = letter_body(office, dossier="new"), {"Idempotency-Key": "c"}
    first = api.post("/documents", body, headers=headers)
    with counted(office) as traffic:
        again = api.post("/documents", body, headers=headers)
    assert again.get_json() == first.get_json()
    assert traffic.writes == 0, str(traffic)


def test_a_new_letter_is_told_as_it_is_read(office: Desk, api: Caller) -> None:
    """What a call answers of the letter that it issued, which it does not read again, is what reading it says: for a
    letter that waits for a decision, one of which nothing is to be decided, and one that waits for a signature.
    """
    handover = {"kind": "berita_acara_serah_terima", "procedure": "penggunaan", "step": 1}
    bodies = [
        letter_body(office, dossier="new"),
        letter_body(office, dossier="new", signing="bsre"),
        letter_body(office, **handover, data=office.kinds["berita_acara_serah_terima"].example),
    ]
    for body in bodies:
        answer = api.post("/documents", body).get_json()
        record = api.get(f"/documents/{answer['id']}").get_json()
        assert answer == {name: record[name] for name in answer.keys() & record.keys()} | {
            "dossier_joined": {"how": "opened", "title": answer["dossier_joined"]["title"], "others": 0},
            "replaces": None,
        }


def add_open_dossiers(office: Desk, nibar: str, number: int, kind: str, step: int) -> None:
    """Open so many dossiers of an asset, each with a letter in force."""
    for sequence in range(number):
        id = str(ULID()).lower()
        with office.catalogue.write() as tx:
            dossiers.add_dossier(
                tx, Dossier(id=id, procedure="pemeliharaan", assets=[nibar], title="Berkas", opened_at=NOW)
            )
        make_document(
            office.catalogue,
            9000 + sequence,
            id=str(ULID()).lower(),
            code=id,
            dossier=id,
            kind=kind,
            step=step,
            assets=[nibar],
            status="issued",
            revision=1,
        )


def test_open_dossiers_of_an_asset_cost_a_letter_nothing_more(office: Desk, api: Caller) -> None:
    """However many dossiers of its asset are open that hold its like, a letter asks the same of the database and reads
    none of their documents, whether it opens a dossier of its own or continues the one that fits.
    """
    busy, quiet = "6310190000102", "6310180000066"
    order = {"kind": "surat_penugasan", "step": 4, "data": office.kinds["surat_penugasan"].example}
    add_open_dossiers(office, busy, 60, "surat_penugasan", 4)
    traffic_of: dict[str, list[tuple[int, int]]] = {}
    for nibar in (busy, quiet):
        first = api.post("/documents", letter_body(office, assets=[nibar])).get_json()
        for more in ({}, order):
            with counted(office) as traffic:
                answer = api.post("/documents", letter_body(office, assets=[nibar], **more))
            assert answer.status_code == 201
            if more:
                assert answer.get_json()["dossier"] == first["dossier"]
            traffic_of.setdefault(nibar, []).append((len(traffic.statements), traffic.transactions))
            if not more:  # leaves the first as the only one that an order may continue
                close(office, answer.get_json()["dossier"], "sari", "Selesai")
    assert traffic_of[busy] == traffic_of[quiet]
