"""The pages of scan back: a stack sent in, its progress, what came of it, and pages placed by hand."""

from __future__ import annotations

import hashlib
import io
import re
from typing import Any

import pytest
from PIL import Image
from werkzeug.datastructures import FileStorage, MultiDict
from werkzeug.test import TestResponse, encode_multipart

from docgen.desk import Desk
from docgen.desk.scans.sort import LARGEST_STACK, PICTURE_WIDTH, run_scan_job
from storage.catalogue import jobs
from storage.records import Document, Job
from tests.support.callers.pages import ORIGIN, Person, person, words
from tests.support.files.scans import blank, filed, letter, sheets, without_code
from web.body_limits import BODY

pytestmark = pytest.mark.office


def send(who: Person, files: list[tuple[str, bytes]], path: str = "/pindaian") -> TestResponse:
    """Drop files in as the form does."""
    who.get("/pindaian")
    parts: list[tuple[str, Any]] = [("csrf_token", who.token)]
    parts += [("files", FileStorage(io.BytesIO(data), filename=name)) for name, data in files]
    boundary, body = encode_multipart(MultiDict(parts))
    sort = f"multipart/form-data; boundary={boundary}"
    return who.client.post(path, data=body, content_type=sort, headers=ORIGIN)


def done(desk: Desk) -> str:
    """Do the newest stack's work, as the queue would; the address of its page."""
    with desk.catalogue.read() as tx:
        (job, *_) = jobs.list_jobs(tx, "scan")
    result = run_scan_job(desk, job, lambda done, total: None)
    with desk.catalogue.write() as tx:
        jobs.update_job(tx, job.id, status="done", result=result)
    return f"/pindaian/{job.id}"


def torn(desk: Desk) -> tuple[Document, list[tuple[str, bytes]]]:
    """A document of two pages, and its scans; the second has lost its codes."""
    document = letter(desk, 12, hal="Perawatan menara")
    one, two = sheets(desk, document)
    return document, [one, ("sobek.jpg", without_code(two[1]))]


def test_an_empty_list_says_what_to_do(operator: Person) -> None:
    """Before the first stack: the explanation, the limits, a chooser for many files, and the menu's link."""
    page = operator.get("/pindaian")
    said = words(page)
    assert "Belum ada tumpukan yang diunggah." in said
    assert "Paling banyak 40 berkas; tiap berkas 30 MB, semuanya 150 MB." in said
    html = page.get_data(as_text=True)
    assert re.search(r'<input[^>]+type="file"[^>]+ multiple', html)
    assert 'href="/pindaian" aria-current="page"' in html


def test_a_whole_stack_goes_from_upload_to_the_documents(desk: Desk, operator: Person) -> None:
    """Sent, waited for, filed: the pages say so at each stage, and the document has its scan."""
    document = letter(desk, 12)
    answer = send(operator, sheets(desk, document))
    assert answer.status_code == 303
    waiting = operator.get(answer.location)
    assert "Halaman sedang dibaca" in words(waiting)
    assert f'data-job="{answer.location}.json"' in waiting.get_data(as_text=True)
    assert operator.get(f"{answer.location}.json").get_json() == {"status": "queued", "done": 0, "total": 0, "said": ""}
    path = done(desk)
    assert path == answer.location
    page = operator.get(path)
    assert "Semua sudah dilampirkan 2 halaman: 1 naskah dilampirkan." in words(page)
    assert f'href="/d/{document.id}#salinan"' in page.get_data(as_text=True)
    assert "2 halaman: 1 naskah dilampirkan" in words(operator.get("/pindaian"))
    assert filed(desk, document) == [([1, 2], 2)]
    assert "Banyak naskah sekaligus: Pindaian" in words(operator.get(f"/d/{document.id}"))


def test_a_torn_page_is_placed_by_number_or_code(desk: Desk, operator: Person) -> None:
    """The missing page is named, the torn one shown; placed by the document's code, the document is filed."""
    document, files = torn(desk)
    send(operator, files)
    path = done(desk)
    page = operator.get(path)
    assert "Halaman 2 belum ada." in words(page)
    assert f'<option value="{document.number}">Perawatan menara' in page.get_data(as_text=True)
    picture = operator.get(f"{path}/halaman/2.png")
    assert picture.mimetype == "image/png"
    with Image.open(io.BytesIO(picture.data)) as shown:
        assert shown.width == PICTURE_WIDTH
    answer = operator.post(path, {"pages[2].document": document.code.lower(), "pages[2].page": "2"})
    assert answer.status_code == 303
    after = words(operator.get(path))
    assert f"1 halaman ditempatkan. Hasil pindai naskah {document.number} dilampirkan." in after
    assert "Semua sudah dilampirkan" in after
    assert filed(desk, document) == [([1, 2], 2)]


def test_what_was_typed_wrong_stays_and_the_error_stands_beside_it(desk: Desk, operator: Person) -> None:
    """An unknown number, a page that is none, a page that is taken: 422, the fields as typed, nothing filed."""
    document, files = torn(desk)
    send(operator, [*files, ("lain.jpg", files[1][1])])
    path = done(desk)
    operator.get(path)
    form = {
        "pages[2].document": "000/tidak-ada",
        "pages[2].page": "dua",
        "pages[3].document": document.number,
        "pages[3].page": "2",
        "lampirkan": document.id,
    }
    answer = operator.post(path, form)
    assert answer.status_code == 422
    said, html = words(answer), answer.get_data(as_text=True)
    assert "2 isian perlu diperbaiki." in said
    assert "Naskah '000/tidak-ada' tidak ditemukan." in said
    assert "Tulis nomor halamannya dengan angka" in said
    for value in ("000/tidak-ada", "dua", document.number):
        assert f'value="{value}"' in html
    assert filed(desk, document) == []
    taken = operator.post(path, {"pages[2].document": document.number, "pages[2].page": "1"})
    assert taken.status_code == 422
    assert f"Halaman 1 naskah {document.number} sudah ada" in words(taken)
    lone = operator.post(path, {"pages[2].page": "2"})
    assert "Tulis nomor naskahnya" in words(lone)


def test_a_document_is_filed_without_its_missing_page(desk: Desk, operator: Person) -> None:
    """The button beside "Halaman 2 belum ada" files what is there, and both pages say what is missing."""
    document = letter(desk, 12)
    send(operator, sheets(desk, document)[:1])
    path = done(desk)
    page = operator.get(path)
    assert "Lampirkan tanpa halaman itu" in words(page)
    assert operator.post(path, {"lampirkan": document.id}).status_code == 303
    assert "tanpa halaman 2" in words(operator.get(path))
    assert "tanpa halaman 2.pdf" in words(operator.get(f"/d/{document.id}"))
    assert filed(desk, document) == [([1], 1)]


def test_saving_nothing_changes_nothing(desk: Desk, operator: Person) -> None:
    """Rows left as they were are no decision; empty backs are passed over, but can be looked at."""
    document, files = torn(desk)
    send(operator, [*files, ("punggung.png", blank())])
    path = done(desk)
    page = operator.get(path)
    assert "1 halaman kosong dilewati" in words(page)
    assert operator.post(path, {"pages[2].document": "", "pages[2].page": ""}).status_code == 303
    assert "Tidak ada yang berubah." in words(operator.get(path))
    assert filed(desk, document) == []


def test_a_bad_file_is_named_beside_the_rest(desk: Desk, operator: Person) -> None:
    """A damaged file has no picture and no fields; the page says which it was and what to do."""
    send(operator, [("rusak.pdf", b"%PDF-1.4 rusak"), ("catatan.txt", b"halo")])
    page = words(operator.get(done(desk)))
    assert "Berkas yang tidak terbaca" in page
    assert "rusak.pdf" in page
    assert "catatan.txt: Berkas ini bukan PDF, JPG, atau PNG." in page


def test_a_stack_that_is_refused_says_why(operator: Person) -> None:
    """No file chosen, or one over 30 MB: 422, the reason stands at the chooser."""
    assert "Belum ada berkas yang dipilih." in words(send(operator, []))
    answer = send(operator, [("besar.pdf", b"%PDF-" + bytes(31 * 1024 * 1024))])
    assert answer.status_code == 422
    assert "besar.pdf lebih besar dari 30 MB." in words(answer)


def test_only_this_address_takes_so_much(operator: Person, visitor: Person) -> None:
    """33 MB come through here for who is signed in; not for a stranger, and not at another address."""
    halves = [(f"{number}.txt", bytes(BODY // 2 + 1024)) for number in (1, 2)]
    assert send(operator, halves).status_code == 303
    assert send(visitor, halves).location.endswith("/masuk?next=/pindaian")
    assert send(operator, halves, "/unggahan").status_code == 413
    sort, length = "multipart/form-data; boundary=x", {"CONTENT_LENGTH": str(LARGEST_STACK * 2)}
    over = operator.client.post("/pindaian", content_type=sort, environ_overrides=length)
    assert over.status_code == 413
    assert "lebih besar dari 150 MB" in words(over)


def test_who_only_reads_has_no_scans(desk: Desk) -> None:
    """Neither the menu's link nor the page."""
    reader = person(desk, "pejabat")
    assert 'href="/pindaian"' not in reader.get("/").get_data(as_text=True)
    assert reader.get("/pindaian").status_code == 403


def test_a_stack_that_failed_is_read_again(desk: Desk, operator: Person) -> None:
    """The page says why; its button reads the same files once more. One that did not fail is refused."""
    document = letter(desk, 1)
    path = send(operator, sheets(desk, document)).location
    assert operator.post(f"{path}/lanjut").status_code == 409
    with desk.catalogue.write() as tx:
        jobs.update_job(tx, path.rpartition("/")[2], status="failed", error="Arsip tidak terjangkau.")
    assert "Arsip tidak terjangkau." in words(operator.get(path))
    assert operator.post(f"{path}/lanjut").location == path
    assert done(desk) == path
    assert filed(desk, document) == [([1], 1)]


def test_a_stack_is_cancelled_and_read_after_all(desk: Desk, operator: Person) -> None:
    """Its page offers to cancel while it waits, says then who did, and offers to go on; nothing is filed till then."""
    document = letter(desk, 1)
    path = send(operator, sheets(desk, document)).location
    assert f'action="{path}/batal"' in operator.get(path).get_data(as_text=True)
    assert operator.post(f"{path}/batal").location == path
    assert "Dibatalkan oleh operator." in words(operator.get(path))
    assert "Dibatalkan" in words(operator.get("/pindaian"))
    assert filed(desk, document) == []
    operator.post(f"{path}/lanjut")
    assert done(desk) == path
    assert filed(desk, document) == [([1], 1)]


def test_other_work_is_no_stack(desk: Desk, operator: Person, job: Job) -> None:
    """A bundle's id shows no scans; a page that is not there has no picture."""
    assert operator.get(f"/pindaian/{job.id}").status_code == 404
    send(operator, [("punggung.png", blank())])
    path = done(desk)
    assert operator.get(f"{path}/halaman/1.png").status_code == 200
    assert operator.get(f"{path}/halaman/2.png").status_code == 404
    assert "Semua lembarnya kosong." in words(operator.get(path))


@pytest.fixture
def job(desk: Desk) -> Job:
    """A job of another kind."""
    job = Job(
        id="01m000000000000000000bundl",
        kind="bundle",
        status="queued",
        request={},
        created_at=desk.now(),
        created_by="x",
    )
    with desk.catalogue.write() as tx:
        jobs.add_job(tx, job)
    return job


def test_the_page_of_a_document_hands_out_what_was_sent(desk: Desk, operator: Person) -> None:
    """*Berkas asli* beside the copy gives the file as it came; which pages are not scanned stands there, too."""
    document = letter(desk, 60)
    (name, sheet), *more = sheets(desk, document)
    assert more
    answer = operator.post(f"/d/{document.id}/lampiran", {"file": (io.BytesIO(sheet), name)})
    assert answer.status_code == 303
    page = operator.get(f"/d/{document.id}")
    assert f"1 dari {1 + len(more)} halaman dipindai" in page.text
    address = f"/d/{document.id}/lampiran/{hashlib.sha256(sheet).hexdigest()}/asli"
    assert address in page.text
    fetched = operator.get(address)
    assert fetched.data == sheet
    assert fetched.headers["Content-Disposition"].startswith("attachment")
    assert operator.get(f"/d/{document.id}/lampiran/{'0' * 64}/asli").status_code == 404
