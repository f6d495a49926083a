"""One table of errors: whatever goes wrong, page and API answer with the same status and say when to ask again."""

from __future__ import annotations

import dataclasses
import datetime as dt
import importlib
import inspect
import io
import pkgutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

import docgen
import storage
from docgen.desk import Desk
from docgen.desk.access.accounts import change_user
from docgen.desk.access.tokens import create_token
from docgen.desk.desk import utc_now
from docgen.desk.revisions.journal import DocumentPending
from docgen.desk.rights import EVERYONE
from docgen.desk.service.document_recovery import recover
from docgen.desk.signing.outcomes import SignatureAwaited, SignedFileRefused
from docgen.errors import DocgenError, FieldError, InvalidSubmission
from docgen.signer import load_seal
from storage.catalogue import documents
from storage.errors import StorageError, StoreUnavailable
from storage.objects import root_of
from storage.records import Document, Task
from tests.support.callers.api import Caller
from tests.support.callers.pages import Person, application, person, words
from tests.support.files.certificates import PASSWORD, Authority
from tests.support.files.sealed import sealed_once
from tests.support.office.decisions import relocation_plan
from web.api.http.problems import answer_error
from web.errors import RETRY_AFTER, TABLE, http_error

pytestmark = pytest.mark.office


def every_error() -> list[type[Exception]]:
    """Each error class of our own, wherever in the two rooms it stands."""
    found: set[type[Exception]] = set()
    for package in (docgen, storage):
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if not any(part.startswith("__main__") or part == "migrations" for part in module.name.split(".")):
                members = inspect.getmembers(importlib.import_module(module.name), inspect.isclass)
                found |= {one for _, one in members if issubclass(one, (DocgenError, StorageError))}
    return sorted(found, key=lambda one: one.__name__)


def example(kind: type[Exception], document: Document) -> Exception:
    """An error of a class."""
    if kind is InvalidSubmission:
        return InvalidSubmission([FieldError("file", "Salah.")])
    if issubclass(kind, DocumentPending):
        task = Task(change="voided", at=document.created_at, by="sari", reason="Salah")
        return kind(document, task, StoreUnavailable("Arsip tidak dapat dihubungi."))
    if kind in (SignatureAwaited, SignedFileRefused):
        return kind(document, "Layanan tidak menjawab.")
    error = kind.__new__(kind)  # whatever else a class wants to be told
    Exception.__init__(error, "Ada halangan pada naskah ini.")
    return error


def test_every_error_has_one_answer(desk: Desk) -> None:
    """Each class has a line of its own or of its family; the page and the API answer with that status, and with
    Retry-After where it is 503 or 429."""
    app, document = application(desk), relocation_plan(desk)
    kinds = every_error()
    assert {DocgenError, StorageError, DocumentPending, StoreUnavailable} <= set(kinds)
    wanted: list[Exception] = []

    @app.get("/uji")
    def _fail() -> str:
        raise wanted[-1]

    client = app.test_client()
    seen = {}
    for kind in kinds:
        wanted.append(example(kind, document))
        page = client.get("/uji")
        with app.test_request_context("/api/v1/uji"):
            problem = answer_error(wanted[-1])
        assert page.status_code == problem.status_code, kind
        assert str(wanted[-1]).split(".")[0] in words(page)
        waits = page.headers.get("Retry-After"), problem.headers.get("Retry-After")
        again = str(http_error(wanted[-1]).retry_after) if page.status_code in (429, 503) else None
        assert waits == (again, again), kind
        seen[kind] = page.status_code
    exact = {kind: answer.status for kind, answer in TABLE}
    assert {kind: seen[kind] for kind in exact} == exact
    script = client.get("/uji", headers={"X-Requested-With": "fetch"})
    assert (script.status_code, script.mimetype) == (seen[kinds[-1]], "application/json")


@contextmanager
def away(desk: Desk) -> Iterator[None]:
    """The archive's folder is not there, as when its disk is gone."""
    root = root_of(desk.store)
    assert root is not None
    aside = root.with_name("aside")
    root.rename(aside)
    root.write_bytes(b"")
    try:
        yield
    finally:
        root.unlink()
        aside.rename(root)


@pytest.fixture
def head(desk: Desk) -> Person:
    """A clerk who may decide for every official."""
    clerk = person(desk, "operator")
    change_user(desk, "operator", "admin", officials=[EVERYONE])
    return clerk


def test_acts_while_the_store_is_away(desk: Desk, head: Person, form: dict[str, Any]) -> None:
    """Voiding, deciding, attaching and issuing on a page answer as the API does: 503, when to ask again, and whether
    the number or the decision is kept. All of it is done when the store is back."""
    letters = [relocation_plan(desk) for _ in range(6)]
    api = Caller(head.app, create_token(desk, "sistem", "write", [EVERYONE]))
    stranger = Authority("Buatan Sendiri")
    own = load_seal(stranger.pkcs12(stranger.office), PASSWORD)
    with desk.catalogue.read() as tx:
        pdfs = [desk.store.get(documents.get_revision(tx, one.id, 1).pdf.key) for one in letters]
    signed = [sealed_once(data, own, appearance=None) for data in pdfs]
    decision = {"official": "kepala-bidang", "decision": "setuju"}
    body = {"kind": "nota_dinas", "procedure": "pemeliharaan", "step": 2, "assets": ["6310190000101"]}

    def as_first(send: Callable[[], Any]) -> Any:
        """The answer to who meets the trouble first; whoever comes later is refused before there is a number."""
        desk.places.kept_back = None
        return send()

    with away(desk):
        pairs = [
            (
                head.post(f"/d/{letters[0].id}/batalkan", {"reason": "Salah alamat."}),
                api.post(f"/documents/{letters[1].id}/void", {"reason": "Salah alamat."}),
                "sudah tercatat",
            ),
            (
                head.post(f"/d/{letters[2].id}/putusan", decision),
                api.post(f"/documents/{letters[3].id}/endorsements", decision),
                "sudah tercatat",
            ),
            (
                head.post(f"/d/{letters[4].id}/lampiran", {"file": (io.BytesIO(signed[4]), "a.pdf")}),
                api.post(f"/documents/{letters[5].id}/attachments", data={"file": (io.BytesIO(signed[5]), "a.pdf")}),
                "",
            ),
            (
                as_first(lambda: head.post("/buat/pemeliharaan/2/nota_dinas", form | {"aksi": "terbitkan"})),
                as_first(lambda: api.post("/documents", {**body, "data": desk.kinds["nota_dinas"].example})),
                "sudah dipesan",
            ),
            (
                head.post("/buat/pemeliharaan/2/nota_dinas", form | {"aksi": "terbitkan", "kunci": ""}),
                api.post("/documents", {**body, "data": desk.kinds["nota_dinas"].example}),
                "",
            ),
        ]
        for page, problem, promised in pairs:
            assert (page.status_code, problem.status_code) == (503, 503), (words(page), problem.get_json())
            assert page.headers["Retry-After"] == problem.headers["Retry-After"]
            assert promised in problem.get_json()["detail"]
            assert promised in words(page)
            assert ("Buka naskahnya" in words(page)) is bool(promised)
        picture = head.get(f"/d/{letters[5].id}/halaman/1.png")
        assert (picture.status_code, picture.headers["Retry-After"]) == (503, str(RETRY_AFTER))
    recover(dataclasses.replace(desk, now=lambda: utc_now() + dt.timedelta(minutes=5)))
    with desk.catalogue.read() as tx:
        assert [documents.get_document(tx, one.id).status for one in letters[:2]] == ["void", "void"]
        assert [documents.get_document(tx, one.id).revision for one in letters[2:4]] == [2, 2]
