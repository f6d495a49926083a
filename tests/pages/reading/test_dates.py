"""Dates are the office's: between midnight and eight in the morning WITA, nothing that people read says yesterday."""

from __future__ import annotations

import ast
import dataclasses
import datetime as dt
import html
import io
import os
import re
import subprocess
import sys
from pathlib import Path
from urllib.parse import unquote, urlsplit

import openpyxl
import pytest
from flask import Flask
from ulid import ULID

import docgen
import web
from docgen.desk import Desk
from docgen.desk.access.accounts import create_user
from docgen.desk.access.share_links import create_share
from docgen.desk.access.tokens import create_token, find_token
from docgen.desk.bundles.build import run_bundle_job
from docgen.desk.bundles.filing import file_bundle, save_recipe
from docgen.desk.bundles.request import BundleRequest
from docgen.desk.disposal.pack_dossier import pack_dossier
from docgen.desk.dossiers.dossiers import close
from docgen.render.pdf.pdfium import page_text
from storage.catalogue import jobs
from storage.records import Document, Job
from tests.support.callers.pages import PASSWORD, Person, application
from tests.support.office.decisions import decide, issue_example

pytestmark = pytest.mark.office

MOMENT = dt.datetime(2027, 3, 9, 17, 30, tzinfo=dt.UTC)  # 10 March, 01.30 WITA
YESTERDAY = re.compile(r"\b0?9 Mar|Mar(ch)? 9|2027-03-09|09[-./]03[-./](20)?27|20270309")
ELSEWHERE = (
    "/keluar",
    "/static",
    "/bootstrap",
    "/riwayat/ekspor",
    "/api/",
)  # the log as it is hashed: UTC, with offset
OF_ONE = 2  # pages of one endpoint
DOCGEN = Path(sys.executable).with_name("docgen")


def texts(answer_data: bytes, mimetype: str) -> str:
    """What a person reads of an answer."""
    if mimetype == "application/pdf":
        return "\n".join(page_text(answer_data))
    if mimetype.endswith("spreadsheetml.sheet"):
        book = openpyxl.load_workbook(io.BytesIO(answer_data))
        return "\n".join(str(cell.value) for sheet in book for row in sheet.iter_rows() for cell in row)
    return html.unescape(answer_data.decode()) if mimetype.startswith(("text/", "application/json")) else ""


def begun(desk: Desk) -> Document:
    """A letter with all that the pages tell of in dates: decided, shared, bundled, archived, in a closed dossier."""
    letter = issue_example(desk, "nota_dinas", "pemeliharaan", 2)
    decide(desk, letter, "kepala-bidang", "setuju")
    create_share(desk, letter.id, "admin", 30, "")
    raw = create_token(desk, "sistem", "read", [], expires_at=MOMENT + dt.timedelta(days=1))
    find_token(desk, raw)
    request = BundleRequest(dossier=letter.dossier)
    save_recipe(desk, "Bulanan", request, "admin")
    job = Job(id=str(ULID()).lower(), kind="bundle", request={"dossier": letter.dossier}, status="queued",
              created_at=desk.now(), created_by="admin")  # fmt: skip
    with desk.catalogue.write() as tx:
        jobs.add_job(tx, job)
    result = run_bundle_job(desk, job, lambda done, total: None)
    with desk.catalogue.write() as tx:
        jobs.update_job(tx, job.id, status="done", result=result)
    file_bundle(desk, desk.store.get(result["pdf"]["key"]), desk.store.get(result["manifest"]["key"]), "admin")
    close(desk, letter.dossier, "admin", "Selesai.")
    return letter


def walk(app: Flask, reader: Person) -> dict[str, str]:
    """What stands on the pages and files that are reached from the first page, by address; a few of each sort."""
    queue, known, counts = ["/"], {"/"}, dict[str, int]()
    read: dict[str, str] = {}
    adapter = app.url_map.bind("localhost")
    while queue:
        address = queue.pop(0)
        endpoint = str(adapter.match(urlsplit(address).path)[0])
        counts[endpoint] = counts.get(endpoint, 0) + 1
        if counts[endpoint] > OF_ONE:
            continue
        answer = reader.get(address)
        if answer.status_code >= 400:
            continue
        name = unquote(answer.headers.get("Content-Disposition", ""))
        read[address] = f"{name}\n{texts(answer.data, str(answer.mimetype))}"
        if answer.mimetype != "text/html":
            continue
        for found in re.findall(r'href="(/[^"#]*)', answer.text):
            link = html.unescape(found)
            if link not in known and not link.startswith(ELSEWHERE):
                known.add(link)
                try:
                    adapter.match(urlsplit(link).path)
                except Exception:  # noqa: BLE001, S112  # an address that asks for a form, or a redirect
                    continue
                queue.append(link)
    return read


def test_no_page_and_no_file_says_yesterday(desk: Desk, tmp_path: Path) -> None:
    """At 01.30 WITA, pages, spreadsheets, PDFs, names of files, a packed dossier and `docgen token list` say the 10th
    and nowhere the 9th."""
    early = dataclasses.replace(desk, now=lambda: MOMENT)
    letter = begun(early)
    create_user(early, "kepala", "admin", "Kepala", PASSWORD)
    app = application(early)
    read = walk(app, Person(app).sign_in("kepala"))
    wrong = {address: found[0] for address, text in read.items() if (found := YESTERDAY.search(text))}
    assert wrong == {}
    for part in (f"/d/{letter.id}", "/berkas", "/bundel", "/agenda", "/retensi", "/riwayat", "/token", ".pdf", ".xlsx"):
        assert any(part in address for address in read), part
    assert sum("10 Maret 2027" in text or "2027-03-10" in text for text in read.values()) > 8
    bag = pack_dossier(early, letter.dossier, tmp_path / "serah", "admin")
    assert YESTERDAY.search((bag.folder / "bag-info.txt").read_text()) is None
    env = {key: value for key, value in os.environ.items() if not key.startswith("DOCGEN_")}
    listed = subprocess.run(
        [DOCGEN, "token", "list"],
        env=env | {"DOCGEN_DATA": str(desk.data)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert "10 Maret 2027 pukul 01.30 WITA" in listed.stdout


# Where a date is formed from a moment: the function itself, a clock of its own, texts with a zone in them.
ALLOWED = {
    "docgen/indonesian.py": {"local_date"},
    "docgen/worktime.py": {"add", "due_date", "minutes"},  # on the office's clock already
    "docgen/desk/registers/office_hours.py": {"_date"},  # typed by a person: no moment
    "docgen/spreadsheets/values.py": {"date"},  # of a cell: no moment
    "docgen/signer/sealing.py": {"check_seal"},  # in the zone of the moment it is given
}


def test_dates_are_formed_from_moments_in_one_place() -> None:
    """No `.date()` of a moment outside `local_date`, and no `isoformat()[:10]`, in docgen and web."""
    found: dict[str, set[str]] = {}
    for package in (docgen, web):
        root = Path(str(package.__file__)).parent
        for path in root.rglob("*.py"):
            tree = ast.parse(path.read_text(encoding="utf-8"))
            for function in [one for one in ast.walk(tree) if isinstance(one, ast.FunctionDef)]:
                if any(_cuts_a_date(node) for node in ast.walk(function)):
                    found.setdefault(str(path.relative_to(root.parent)), set()).add(function.name)
    assert {path: names for path, names in found.items() if names - ALLOWED.get(path, set())} == {}


def _cuts_a_date(node: ast.AST) -> bool:
    """`x.date()`, or the first ten letters of something."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        return node.func.attr == "date" and not node.args
    return isinstance(node, ast.Subscript) and ast.unparse(node.slice) == ":10" and "at" in ast.unparse(node.value)
