"""A letter of class T, R or SR is looked for by every way in, and found by none who has no right to it."""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
from werkzeug.test import TestResponse

from docgen.desk.access.tokens import create_token
from docgen.desk.background.jobs import Jobs
from docgen.desk.batches.job import task_of
from docgen.desk.bundles.filing import archive_bundle
from docgen.desk.issuing.issue import issue
from docgen.desk.issuing.request import DocumentRequest
from docgen.desk.service.indexing import index_some
from docgen.desk.service.job_functions import WORKERS
from docgen.desk.webhooks.outbox import add_webhook, remove_webhook
from docgen.foreign import page_text
from storage.catalogue import registers, webhooks
from storage.records import Document, Job
from tests.rights.conftest import MINE, House
from tests.support.callers.api import Caller
from tests.support.callers.pages import Person
from tests.support.office.batches import batch_of_letters

pytestmark = pytest.mark.office

CLASSES = ("T", "R", "SR")
TITLE, TELLTALE = "Zirkonium", "wolframit"  # the letters are looked for by the first word, and betrayed by the second
BODY, INNER = "Tantalum", "molibdenit"
RECIPIENT, STRANGER = "pengguna-statistik", "pengelola-aset-2"
LISTS_NUMBERS = ("/agenda", "/agenda/agenda.xlsx", "/api/v1/register")  # where every number must stand
ABSENT = "0" * 26

Ask = Callable[[str], TestResponse]


@dataclass
class Hidden:
    """Letters of each class, and the bundle and the batch that hold them."""

    letters: dict[str, Document]
    bundle: Job
    batch: Job
    filed: str
    events: list[str]

    @property
    def ids(self) -> set[str]:
        return {letter.id for letter in self.letters.values()}


@pytest.fixture(scope="module")
def hidden(house: House) -> Iterator[Hidden]:
    """The letters, written by an operator, with a recipient who has an account; indexed, bundled and in a batch."""
    desk, jobs = house.desk, Jobs(house.desk, WORKERS)
    writer, values = house.person("penulis", "operator"), dict(desk.kinds["nota_dinas"].example)
    with desk.catalogue.read() as tx:
        recipient = registers.get_official(tx, RECIPIENT)
    values |= {"hal": f"{TITLE} {TELLTALE}", "isi": f"{BODY} {INNER}.", "kepada": recipient.post, "tembusan": []}
    place = {"kind": "nota_dinas", "procedure": "pemeliharaan", "step": 2, "assets": [MINE], "dossier": "new"}
    webhook = add_webhook(desk, "https://aset.example/sepuluh", ["document.issued", "dossier.closed"], "admin")
    letters = {
        security: issue(
            desk, DocumentRequest.model_validate({**place, "security": security, "data": values}), "penulis"
        )
        for security in CLASSES
    }
    assert writer.get("/").status_code == 200
    rows = batch_of_letters(desk, {"security": "R", "data": {"hal": f"{TITLE} {TELLTALE}"}}, dossier="new")
    batch = jobs.run("batch", task_of(rows), "admin")
    bundle = jobs.run("bundle", {"documents": [letter.id for letter in letters.values()]}, "admin")
    assert (batch.status, bundle.status) == ("done", "done")
    filed = archive_bundle(desk, bundle, "admin").code
    while index_some(desk):
        pass
    with desk.catalogue.read() as tx:
        events = [one.body for one in webhooks.list_deliveries(tx, webhook.id)]
    try:
        yield Hidden(letters, bundle, batch, filed, events)
    finally:
        remove_webhook(desk, webhook.id, "admin")


@pytest.fixture(scope="module")
def outsiders(house: House) -> dict[str, Ask]:
    """Callers without a right to the letters, by what they are; each asks by a path of the service."""
    people: dict[str, Person] = {
        "operator": house.person("operator.lain", "operator"),
        "official": house.person("pejabat.lain", "pejabat", STRANGER),
        "nobody": Person(house.app),
    }
    systems: dict[str, Caller] = {"read": house.system("read"), "write": house.system("write", (STRANGER,))}
    return {name: one.get for name, one in people.items()} | {
        name: lambda path, one=one: one.get(f"http://localhost{path}")  # type: ignore[misc]
        for name, one in systems.items()
    }


def text_of(answer: TestResponse) -> str:
    """Everything that an answer says, also within archives and PDFs, in small letters."""
    data = answer.get_data()
    if data.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return " ".join(archive.read(name).decode(errors="ignore") for name in archive.namelist()).lower()
    text = " ".join(page_text(data)) if data.startswith(b"%PDF") else data.decode(errors="ignore")
    return f"{text} {answer.headers}".replace("<wbr>", "").lower()


def addresses(house: House, hidden: Hidden) -> list[str]:
    """Every address of a GET of the route map, with the letters and what holds them in the places of ids."""
    codes = [letter.code for letter in hidden.letters.values()]
    dossiers = [letter.dossier for letter in hidden.letters.values()]
    jobs = [hidden.bundle.id, hidden.batch.id, hidden.filed]
    ids = sorted(hidden.ids)
    rooms = {"d": ids, "documents": ids, "putuskan": ids, "berkas": dossiers, "dossiers": dossiers, "verifikasi": codes}
    rooms |= {"bundel": jobs, "massal": jobs, "jobs": jobs, "bundles": jobs, "arsip": [MINE], "assets": [MINE]}
    found = []
    for rule in house.app.url_map.iter_rules():
        if "GET" not in (rule.methods or ()):
            continue
        room = rule.rule.removeprefix("/api/v1").split("/")[1]
        for value in rooms.get(room, [ABSENT]) if "<" in rule.rule else [ABSENT]:
            path = re.sub(r"<int:year>", str(house.desk.today().year), rule.rule)
            path = re.sub(r"<int:[^>]+>", "1", re.sub(r"<any\((\w+)[^>]*>", r"\1", path))
            found.append(re.sub(r"<[^>]+>", value, path))
    return sorted(set(found))


def searches() -> list[str]:
    """Addresses that look for a word of the letters, or for a word that somebody mistyped."""
    asked = []
    for word in (TITLE, BODY, "zirkonim"):
        asked += [f"/arsip?q={word}", f"/arsip/hasil.xlsx?q={word}", f"/cari.json?q={word}", f"/bundel?kata={word}"]
        asked += [f"/bundel/berkas.json?q={word}", f"/api/v1/documents?q={word}", f"/bundel?search={word}"]
        asked += [f"/pilih?q={word}&asal=https://aset.example", f"/agenda?kata={word}"]
    place = "kind=nota_dinas&procedure=pemeliharaan&step=2"
    asked += [f"/buat/seperti.json?{place}&q={TITLE}", f"/buat/pemeliharaan/2/nota_dinas?aset={MINE}"]
    return asked


def test_no_way_in_tells_of_it(house: House, hidden: Hidden, outsiders: dict[str, Ask]) -> None:
    """Pages, lists, searches, sheets, bundles, zips, exports, cards, previews and files of every GET: none says the
    words, the numbers or the ids of the letters to another operator, an official not on their way, a system that reads
    or writes, or a stranger."""
    told, shown = [], set()
    archivist = house.person("arsip.sepuluh", "arsiparis")
    targets = [f"/oembed?url=http://localhost/d/{id}" for id in sorted(hidden.ids)]
    targets += [f"/masuk?next=/d/{id}" for id in sorted(hidden.ids)]
    targets += [f"/oembed?url=http://localhost/verifikasi/{one.code}" for one in hidden.letters.values()]
    for path in [*addresses(house, hidden), *searches(), *targets]:
        secrets = {TELLTALE, INNER}
        secrets |= {id for id in hidden.ids if id not in path}
        secrets |= set() if path.startswith(LISTS_NUMBERS) else {one.number.lower() for one in hidden.letters.values()}
        for name, ask in outsiders.items():
            answer = ask(path)
            text = text_of(answer)
            told += [(name, path, answer.status_code, secret) for secret in secrets if secret in text]
            if path.endswith("zirkonim") and "zirkonium" in text:
                told.append((name, path, answer.status_code, "suggestion"))
        if TELLTALE in text_of(archivist.get(path)):
            shown.add(path)
    assert told == []
    assert len(shown) > 30, shown  # the same addresses tell of it to who has the right


def test_files_of_it_are_absent_like_unknown_ones(house: House, hidden: Hidden, outsiders: dict[str, Ask]) -> None:
    """A page, picture, PDF, bundle, zip or dossier that somebody may not know of is answered as one that is not
    there, word for word."""
    for letter in hidden.letters.values():
        paths = [f"/d/{letter.id}{part}" for part in ("", "/pdf", "/docx", "/halaman/1.png", "/baca", "/qr.svg")]
        for path in [*paths, f"/berkas/{letter.dossier}"]:
            for name in ("operator", "official"):
                answers = [outsiders[name](asked) for asked in (path, re.sub(r"[0-9a-z]{26}", ABSENT, path))]
                assert [answer.status_code for answer in answers] == [404, 404], path
                assert len({len(answer.data) for answer in answers}) == 1, path
    for path in (f"/bundel/{hidden.bundle.id}.pdf", f"/massal/{hidden.batch.id}/zip", f"/bundel/{hidden.filed}"):
        assert outsiders["operator"](path).status_code == 404
    for path in (f"/jobs/{hidden.bundle.id}/pdf", f"/jobs/{hidden.batch.id}/zip", f"/bundles/{hidden.filed}/pdf"):
        assert outsiders["write"](f"/api/v1{path}").status_code == 404


def test_no_event_tells_of_it(hidden: Hidden) -> None:
    """A webhook that wants everything was sent nothing of it."""
    assert [json.loads(body) for body in hidden.events] == []


def test_who_has_a_right_to_it_finds_it(house: House, hidden: Hidden) -> None:
    """Its author, its signer, its recipient, the archivist and the auditor find it by words, and open it."""
    signer = hidden.letters["R"].signer
    insiders = {
        "author": house.person("penulis", "operator"),
        "signer": house.person("penanda", "pejabat", signer),
        "recipient": house.person("penerima", "pejabat", RECIPIENT),
        "archivist": house.person("arsip.sepuluh", "arsiparis"),
        "auditor": house.person("awas", "pengawas"),
    }
    for name, one in insiders.items():
        for word in (TITLE, BODY):
            assert TELLTALE in text_of(one.get(f"/arsip?q={word}")), name
        for letter in hidden.letters.values():
            answer = one.get(f"/d/{letter.id}")
            assert (answer.status_code, TELLTALE in text_of(answer)) == (200, True), (name, letter.security)
            assert INNER in text_of(one.get(f"/d/{letter.id}/pdf")), name
            assert one.get(f"/berkas/{letter.dossier}").status_code == 200
    assert insiders["recipient"].post(f"/d/{hidden.letters['R'].id}/batalkan", {"reason": "x"}).status_code == 403


def test_a_letter_of_the_same_name_is_no_ones_else(house: House, hidden: Hidden) -> None:
    """A token that is called like an account does not see what the account wrote, nor an account what the token did."""
    namesake = Caller(house.app, create_token(house.desk, "penulis", "write", []))
    assert namesake.get(f"/documents/{hidden.letters['R'].id}").status_code == 404
    body = {"kind": "nota_dinas", "procedure": "pemeliharaan", "step": 2, "assets": [MINE], "security": "R"}
    values = dict(house.desk.kinds["nota_dinas"].example)
    answer = namesake.post("/documents", {**body, "dossier": "new", "data": values})
    assert (answer.status_code, answer.get_json()["security"]) == (201, "R")
    assert namesake.get(f"/documents/{answer.get_json()['id']}").status_code == 200
    assert house.person("penulis", "operator").get(f"/d/{answer.get_json()['id']}").status_code == 404
