"""Scan back: real documents, printed, scanned askew and sent back as one stack, filed or named as missing."""

from __future__ import annotations

import datetime as dt
import io
import random
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest
from PIL import Image

from docgen.desk import Desk
from docgen.desk.background.jobs import Jobs
from docgen.desk.decisions.void import void
from docgen.desk.scans.sort import (
    MOST_FILES,
    PICTURE_WIDTH,
    named_document,
    page_picture,
    place_in_job,
    place_pages,
    receive,
    run_scan_job,
)
from docgen.desk.service.document_recovery import recover
from docgen.errors import Busy, InvalidSubmission, NotFound
from docgen.foreign import ChildPool
from docgen.render.pdf.pdfium import page_count
from docgen.render.scans.read import read_scans
from docgen.render.stamps.verification_band import stamp_band
from docgen.uploads import LARGEST_FILE
from storage.catalogue import documents, jobs
from storage.errors import StoreUnavailable
from storage.objects import ObjectStore
from storage.records import Job
from tests.support.files.pdfs import pdf
from tests.support.files.scans import blank, filed, letter, printed, scanned, sheets, without_code
from tests.support.files.scans import stack as feeder

pytestmark = pytest.mark.office


def asked(desk: Desk, files: Sequence[tuple[str, bytes]]) -> Job:
    """A job for these files, not yet done."""
    return Jobs(desk, {"scan": run_scan_job}).submit("scan", receive(desk, files), "sari")


def sorted_out(desk: Desk, files: Sequence[tuple[str, bytes]]) -> dict[str, Any]:
    """What becomes of a stack."""
    return run_scan_job(desk, asked(desk, files), lambda done, total: None)


def test_a_stack_of_forty_pages_is_filed_and_the_two_missing_ones_are_named(desk: Desk) -> None:
    """Whole documents are filed at once, pages in order; exactly the missing pages are named, with their document."""
    issued = [letter(desk, count) for count in (190, 180, 160, 120, 1, 1)]
    counts = {document.id: page_count(printed(desk, document)) for document in issued}
    lacking = {issued[1].id: 2, issued[3].id: counts[issued[3].id]}
    pages = [
        sheet
        for document in issued
        for number, sheet in enumerate(sheets(desk, document), start=1)
        if lacking.get(document.id) != number
    ]
    assert len(pages) == 40
    random.Random(2026).shuffle(pages)
    fed = ("tumpukan.pdf", feeder([data for _, data in pages[:30]]))
    seen: list[tuple[int, int]] = []
    result = run_scan_job(desk, asked(desk, [fed, *pages[30:]]), lambda done, total: seen.append((done, total)))
    assert seen == sorted(seen)
    assert set(seen) == {(done, 40) for done in range(41)}
    missing = {one["id"]: one["missing"] for one in result["documents"] if one["missing"]}
    assert missing == {id: [page] for id, page in lacking.items()}
    entries = {one["id"]: one for one in result["documents"]}
    for document in issued:
        whole = list(range(1, counts[document.id] + 1))
        if document.id in lacking:
            assert entries[document.id]["state"] == "incomplete"
            assert entries[document.id]["reason"] == f"Halaman {lacking[document.id]} belum ada."
            assert filed(desk, document) == []
        else:
            assert entries[document.id]["state"] == "filed"
            assert filed(desk, document) == [(whole, len(whole))]
    assert [page["doubtful"] for page in result["pages"]] == [""] * 40
    assert {page["state"] for page in result["pages"]} == {"filed", "waiting"}


def test_what_is_filed_is_in_order_and_done_only_once(desk: Desk) -> None:
    """Pages dropped in backwards lie in order in the filed PDF; run again, as after a kill, the job adds nothing."""
    document = letter(desk, 12)
    job = asked(desk, sheets(desk, document)[::-1])
    first = run_scan_job(desk, job, lambda done, total: None)
    assert run_scan_job(desk, job, lambda done, total: None) == first
    assert filed(desk, document) == [([1, 2], 2)]
    with desk.catalogue.read() as tx:
        (scan,) = documents.get_revision(tx, document.id, 2).attachments
    assert scan.sort == "scan"
    assert document.number.replace("/", "-") in scan.name
    assert [page.page for page in read_scans([("x.pdf", desk.store.get(scan.file.key))])] == [1, 2]


def test_a_stop_between_promise_and_archive_files_once(desk: Desk) -> None:
    """The archive went away while a scan was filed: the promise stands, and the job done again takes it for done."""
    document = letter(desk, 1)
    job = asked(desk, sheets(desk, document))
    cut = replace(desk, store=ReadOnly(desk.store))
    result = run_scan_job(cut, job, lambda done, total: None)
    assert result["documents"][0]["state"] == "filed"
    assert filed(desk, document) == []
    assert run_scan_job(desk, job, lambda done, total: None) == result
    later = replace(desk, now=lambda: dt.datetime.now(dt.UTC) + dt.timedelta(minutes=5))
    assert recover(later) == 1
    assert run_scan_job(desk, job, lambda done, total: None) == result
    assert filed(desk, document) == [([1], 1)]


class ReadOnly:
    """A store that refuses what belongs to a revision; uploads still come through."""

    def __init__(self, store: ObjectStore) -> None:
        self._store = store

    def put(self, key: str, data: bytes, content_type: str, **options: bool) -> Any:
        if not key.startswith("_uploads/"):
            raise StoreUnavailable("Arsip tidak terjangkau.")
        return self._store.put(key, data, content_type, **options)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)


def test_what_is_no_page_of_a_document_stops_nothing(desk: Desk) -> None:
    """Damaged, empty and foreign files, an empty back, an unknown code are told; the document among them is filed."""
    document = letter(desk, 12)
    good = sheets(desk, document)
    torn = good[0][1][: len(good[0][1]) // 2]
    foreign = stamp_band(
        pdf("Surat lama"), number="1", code="X", url="https://x.example/verifikasi/AAAA2222BBBB3333"
    ).data
    files = [
        ("rusak.pdf", b"%PDF-1.7 rusak"),
        good[1],
        ("kosong.jpg", b""),
        ("catatan.txt", b"bukan pindaian"),
        ("terpotong.jpg", torn),
        ("punggung.png", blank()),
        ("lama.jpg", scanned(foreign, 1, random.Random(3))),
        good[0],
    ]
    result = sorted_out(desk, files)
    assert filed(desk, document) == [([1, 2], 2)]
    states = {page["source"]: (page["state"], page["index"]) for page in result["pages"]}
    assert states == {
        "rusak.pdf": ("unplaced", 0),
        good[1][0]: ("filed", 1),
        "kosong.jpg": ("unplaced", 0),
        "catatan.txt": ("unplaced", 0),
        "terpotong.jpg": ("unplaced", 0),
        "punggung.png": ("blank", 1),
        "lama.jpg": ("unplaced", 1),
        good[0][0]: ("filed", 1),
    }
    told = {page["source"]: page["doubtful"] for page in result["pages"]}
    assert "tidak terdaftar" in told["lama.jpg"]
    assert told["punggung.png"] == ""
    for name in ("rusak.pdf", "kosong.jpg", "catatan.txt", "terpotong.jpg"):
        assert name in told[name]


def test_a_page_that_comes_twice_counts_once(desk: Desk) -> None:
    """The first copy goes in, the second is left to a person, and the document is filed."""
    document = letter(desk, 12)
    one, two = sheets(desk, document)
    (_, again), _ = sheets(desk, document, seed=9)
    result = sorted_out(desk, [one, ("lagi.jpg", again), two])
    assert filed(desk, document) == [([1, 2], 2)]
    assert [page["state"] for page in result["pages"]] == ["filed", "unplaced", "filed"]
    assert "lebih dari sekali" in result["pages"][1]["doubtful"]


def test_a_void_document_is_not_filed_and_says_why(desk: Desk) -> None:
    """Pages of a letter that was voided meanwhile stay where they are."""
    document = letter(desk, 1)
    files = sheets(desk, document)
    void(desk, document.id, "Salah tujuan.", "sari")
    result = sorted_out(desk, files)
    assert result["documents"][0]["state"] == "refused"
    assert "dibatalkan" in result["documents"][0]["reason"]
    assert result["pages"][0]["state"] == "waiting"
    assert filed(desk, document) == []


def test_a_page_placed_by_hand_makes_the_document_whole(desk: Desk) -> None:
    """A page whose codes are torn off: a person says what it is, and the whole document is filed, with who said so."""
    document = letter(desk, 12)
    one, two = sheets(desk, document)
    result = sorted_out(desk, [one, ("sobek.jpg", without_code(two[1]))])
    assert result["documents"][0]["missing"] == [2]
    assert "kode QR" in result["pages"][1]["doubtful"]
    done = place_pages(desk, result, {"2": (document.id, 2)}, set(), "budi")
    assert result["pages"][1]["state"] == "unplaced"  # what was given is not touched
    assert done["documents"][0]["state"] == "filed"
    assert [page["state"] for page in done["pages"]] == ["filed", "filed"]
    assert filed(desk, document) == [([1, 2], 2)]
    with desk.catalogue.read() as tx:
        revision = documents.get_revision(tx, document.id, 2)
    assert revision.created_by == "budi"
    assert revision.attachments[0].report["placed"] == {"2": "budi"}


def test_a_document_is_filed_without_a_page_when_a_person_says_so(desk: Desk) -> None:
    """Its report and its name tell which page is missing; found later in the stack, the page comes in by a new scan."""
    document = letter(desk, 12)
    one, two = sheets(desk, document)
    result = sorted_out(desk, [two, ("sobek.jpg", without_code(one[1]))])
    done = place_pages(desk, result, {}, {document.id}, "budi")
    entry = done["documents"][0]
    assert (entry["state"], entry["missing"]) == ("filed", [1])
    assert filed(desk, document) == [([2], 1)]
    with desk.catalogue.read() as tx:
        (scan,) = documents.get_revision(tx, document.id, 2).attachments
    assert scan.report["missing"] == [1]
    assert "tanpa halaman 1" in scan.name
    whole = place_pages(desk, done, {"2": (document.id, 1)}, set(), "budi")
    assert whole["documents"][0]["missing"] == []
    assert filed(desk, document) == [([2], 1), ([1, 2], 2)]


def test_a_busy_machine_refuses_no_document(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """While no process is free to put the pages together, whoever files is told to come again; then it is filed."""
    document = letter(desk, 12)
    one, two = sheets(desk, document)
    result = sorted_out(desk, [two, ("sobek.jpg", without_code(one[1]))])
    opening = sys.modules[ChildPool.__module__]
    with monkeypatch.context() as busy:
        busy.setitem(opening.CHILDREN, "file", 0)
        busy.setattr(opening, "PATIENCE", 0)
        with pytest.raises(Busy):
            place_pages(desk, result, {}, {document.id}, "budi")
    assert place_pages(desk, result, {}, {document.id}, "budi")["documents"][0]["state"] == "filed"


def test_a_page_in_the_wrong_place_is_refused_and_nothing_is_placed(desk: Desk) -> None:
    """A page number that is taken or is none, a document that is void, no page at all: each is said at its field."""
    document, other = letter(desk, 12), letter(desk, 1)
    gone = letter(desk, 1)
    void(desk, gone.id, "Salah.", "sari")
    one, two = sheets(desk, document)
    files = [one, *(("sobek.jpg", without_code(two[1])),) * 3, *sheets(desk, other)]
    result = sorted_out(desk, files)
    choices = {"2": (document.id, 1), "3": (document.id, 3), "4": (gone.id, 1), "5": (document.id, 2)}
    with pytest.raises(InvalidSubmission) as caught:
        place_pages(desk, result, choices, {gone.id}, "budi")
    fields = [error.field for error in caught.value.errors]
    assert fields == ["pages[2].page", "pages[3].page", "pages[4].document", "pages[5].document", "documents"]
    for key in ("0", "9", "x"):
        with pytest.raises(InvalidSubmission):
            place_pages(desk, result, {key: (document.id, 2)}, set(), "budi")
    assert filed(desk, document) == []


def test_a_placing_can_be_changed_until_its_document_is_filed(desk: Desk) -> None:
    """A page put with the wrong document moves on to the right one, and the first no longer counts it."""
    document, other = letter(desk, 12), letter(desk, 13)
    one, _ = sheets(desk, document)
    result = sorted_out(desk, [("sobek.jpg", without_code(one[1]))])
    assert result["documents"] == []
    wrong = place_pages(desk, result, {"1": (other.id, 2)}, set(), "budi")
    assert [(entry["id"], entry["missing"]) for entry in wrong["documents"]] == [(other.id, [1])]
    right = place_pages(desk, wrong, {"1": (document.id, 1)}, set(), "budi")
    assert [(entry["id"], entry["missing"]) for entry in right["documents"]] == [(document.id, [2])]


def test_two_people_place_in_one_stack(desk: Desk) -> None:
    """Decisions are kept in the job, one after the other; neither loses what the other said."""
    document = letter(desk, 60)
    files = [(name, without_code(data)) for name, data in sheets(desk, document)]
    job = asked(desk, files)
    result = run_scan_job(desk, job, lambda done, total: None)
    with pytest.raises(NotFound, match="belum selesai"):
        place_in_job(desk, job.id, {}, set(), "budi")
    with desk.catalogue.write() as tx:
        jobs.update_job(tx, job.id, status="done", result=result)
    pages = range(1, len(files) + 1)
    with ThreadPoolExecutor() as pool:
        list(pool.map(lambda page: place_in_job(desk, job.id, {str(page): (document.id, page)}, set(), "x"), pages))
    assert filed(desk, document) == [(list(pages), len(files))]


def test_too_much_is_refused_by_name_and_nothing_is_kept(desk: Desk) -> None:
    """A file over the limit, too many files, all too large together, none: one message that names the file."""
    large = ("besar.pdf", b"%PDF-" + bytes(LARGEST_FILE))
    medium = [(f"{number}.pdf", b"%PDF-" + bytes(26 * 1024 * 1024)) for number in range(6)]
    for files, said in (
        ([("a.jpg", b"x"), large], "besar.pdf lebih besar dari 30 MB"),
        (medium, "Mulai dari 5.pdf"),
        ([("a.jpg", b"x")] * (MOST_FILES + 1), "41 berkas"),
        ([], "Belum ada berkas"),
    ):
        with pytest.raises(InvalidSubmission) as caught:
            receive(desk, files)
        assert said in caught.value.errors[0].message
    assert list(desk.store.keys("_uploads/")) == []


def test_files_are_kept_as_they_came(desk: Desk) -> None:
    """Each under its own SHA-256 with the ending of what it is, whatever its name says; of one name, told apart."""
    first, second = blank(), b"%PDF-1.7"
    params = receive(desk, [("scan.jpg", first), ("scan.jpg", second), ("sama.png", first)])
    assert [file["name"] for file in params["files"]] == ["scan.jpg", "scan.jpg (2)", "sama.png"]
    keys = [file["key"] for file in params["files"]]
    assert [key.rpartition(".")[2] for key in keys] == ["png", "pdf", "png"]
    assert [desk.store.get(key) for key in keys] == [first, second, first]


def test_a_document_is_found_as_people_type_it(desk: Desk) -> None:
    """By number with any spaces and case, by code in groups and small letters; half a number is nobody's."""
    document = letter(desk, 1)
    code = document.code.lower()
    grouped = " ".join(code[start : start + 4] for start in range(0, 16, 4))
    for typed in (document.number, f" {document.number.lower()} ", grouped, document.code):
        assert named_document(desk, typed).id == document.id
    for typed in ("", "   ", document.number[:-2], "tidak ada", "%"):
        with pytest.raises(NotFound):
            named_document(desk, typed)


def test_a_page_is_shown_upright(desk: Desk) -> None:
    """The picture of a page fed upside down is turned and small; a damaged file has none."""
    document = letter(desk, 1)
    with Image.open(io.BytesIO(scanned(printed(desk, document), 1, random.Random(1)))) as picture:
        upside_down = picture.rotate(180)
    out = io.BytesIO()
    upside_down.save(out, "PNG")
    result = sorted_out(desk, [("terbalik.png", out.getvalue()), ("rusak.jpg", b"\xff\xd8\xff rusak")])
    assert result["pages"][0]["turned"] == 180
    with Image.open(io.BytesIO(page_picture(desk, result, 1))) as shown:
        assert shown.width == PICTURE_WIDTH
        box = (0, int(shown.height * 0.9), shown.width // 4, shown.height)
        assert any(shown.convert("L").crop(box).histogram()[:100])  # the QR, at the bottom left
    for number in (0, 2, 3):
        with pytest.raises(NotFound):
            page_picture(desk, result, number)
