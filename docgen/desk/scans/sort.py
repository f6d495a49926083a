"""Scan back: a stack of scanned signed pages, sorted to its documents by the codes printed on each page.

Documents without a missing page are filed at once. Other pages stay in the job's result until a person decides.
"""

from __future__ import annotations

import copy
from collections.abc import Iterable, Mapping, Sequence, Set
from contextlib import suppress
from typing import Any, cast

from docgen.desk.decisions.attach import signed_pdf_in, sort_of, store_original
from docgen.desk.desk import Desk
from docgen.desk.dossiers.document_state import why_not
from docgen.desk.scans.filing import file_document_pages, length_of
from docgen.desk.scans.returned import file_returned
from docgen.desk.scans.stack import (
    SignedFile,
    Stack,
    StackFile,
    StackPage,
    document_ids_in,
    pages_of_document,
    stack_page,
    unplace_contradictions,
)
from docgen.desk.secrecy import any_encrypted, encrypt_objects
from docgen.desk.verification_code import normalise
from docgen.errors import (
    Busy,
    Conflict,
    ConverterUnavailable,
    DocgenError,
    FieldError,
    InvalidSubmission,
    NotFound,
    PdfError,
)
from docgen.foreign import ScannedPage, page_count, read_scans, scan_page_png, with_unique_names
from docgen.uploads import LARGEST_FILE, MB
from storage.catalogue import documents, jobs
from storage.catalogue.searching.search import Filter, search_documents
from storage.errors import RecordConflict, RecordMissing
from storage.progress import Progress
from storage.records import Document, Job
from storage.text import tidy
from wording import say

LARGEST_STACK = 150 * MB
MOST_FILES = 40
MOST_PAGES = 1000  # of one stack; reading them takes some minutes
PICTURE_WIDTH = 480  # pixels

_TRIES = 5


def receive(desk: Desk, files: Sequence[tuple[str, bytes]]) -> dict[str, Any]:
    """Keep the files (name, bytes) of a stack as they are; return the request of a job of kind "scan".

    A file that is no scan is noted and stops nothing. Raises InvalidSubmission (field `files`: none, too many, too
    large), StoreUnavailable.
    """
    _check_size(files)
    named_files = with_unique_names([(" ".join(name.split())[-120:] or "Berkas", data) for name, data in files])
    return {"files": [_keep(desk, name, data) for name, data in named_files]}


def run_scan_job(desk: Desk, job: Job, progress: Progress) -> dict[str, Any]:
    """Read every page of a stack and file the documents without a missing page; return the `Stack`.

    Done again after a stop it files nothing twice. Raises PdfError (too many pages), StorageError.
    """
    files = cast(list[StackFile], job.request["files"])
    signed = _file_signed(desk, files, job.created_by)
    pages = _read(desk, files, progress)
    unplace_contradictions(pages)
    stack = Stack(files=files, pages=pages, documents=[], signed=signed)
    if any_encrypted(desk, document_ids_in(pages)):  # the whole stack, as soon as it is known what it holds
        encrypt_objects(desk.store, [file["key"] for file in files if file["key"]])
    for id in document_ids_in(pages):
        if pages_of_document(pages, id):
            progress(len(pages), len(pages))  # ends the job here when it was cancelled
            file_document_pages(desk, stack, id, job.created_by)
    return dict(stack)


def place_pages(
    desk: Desk, result: Mapping[str, Any], choices: Mapping[str, tuple[str, int]], file_now: Set[str], by: str
) -> dict[str, Any]:
    """Return the result after a person's decisions; file the documents whose pages are now all there.

    `choices`: the number of a page in the result, from "1" on, to its document's id and its page number there. The
    documents `file_now` are filed though pages are missing. Raises InvalidSubmission (`pages[3].document`,
    `pages[3].page`, `documents`), and nothing is placed or filed then; StorageError.
    """
    stack = cast(Stack, copy.deepcopy(dict(result)))
    ids_before = [page["document"] for page in stack["pages"]]
    errors = [error for key, (id, page) in choices.items() for error in _place_page(desk, stack, key, id, page, by)]
    sources = [id for id, page in zip(ids_before, stack["pages"], strict=True) if id and id != page["document"]]
    changed_ids = dict.fromkeys([*sources, *(id for id, _ in choices.values()), *sorted(file_now)])
    errors += [
        FieldError("documents", say("Tumpukan ini tidak memuat satu halaman pun dari naskah {id}.", id=id))
        for id in file_now
        if not pages_of_document(stack["pages"], id)
    ]
    if errors:
        raise InvalidSubmission(errors)
    for id in changed_ids:
        file_document_pages(desk, stack, id, by, partly=id in file_now)
    stack["documents"] = [entry for entry in stack["documents"] if pages_of_document(stack["pages"], entry["id"])]
    return dict(stack)


def place_in_job(
    desk: Desk, id: str, choices: Mapping[str, tuple[str, int]], file_now: Set[str], by: str
) -> dict[str, Any]:
    """Place pages in the result of a job, as `place_pages` does; two people may do so at once.

    Raises as `place_pages` does, NotFound (no such result), Conflict (others were quicker every time).
    """
    for _ in range(_TRIES):
        before = stack_of(desk, id)
        after = place_pages(desk, before, choices, file_now, by)
        with desk.catalogue.write() as tx:
            if jobs.replace_result(tx, id, before, after):
                return after
    raise Conflict("Tumpukan ini sedang dikerjakan orang lain. Simpan sekali lagi.")


def stack_of(desk: Desk, id: str) -> dict[str, Any]:
    """Return the result of a job that sorted a stack. Raises NotFound (none, or not done yet), RecordMissing."""
    with desk.catalogue.read() as tx:
        job = jobs.get_job(tx, id)
    if job.kind != "scan" or job.status != "done" or job.result is None:
        raise NotFound("Tumpukan pindaian ini belum selesai dibaca.")
    return job.result


def named_document(desk: Desk, typed: str) -> Document:
    """Return the document of a number, or of a code, as somebody typed it. Raises NotFound."""
    with desk.catalogue.read() as tx:
        with suppress(RecordMissing):
            return documents.find_by_code(tx, normalise(typed))
        similar = search_documents(tx, Filter(q=typed), limit=200) if typed.strip() else []
    matches = [document for document in similar if _comparable(document.number) == _comparable(typed)]
    if len(matches) != 1:
        raise NotFound(
            say(
                "Naskah {typed} tidak ditemukan. Tulis nomor lengkapnya atau kode di kaki halaman.",
                typed=repr(typed.strip()[:80]),
            )
        )
    return matches[0]


def page_picture(desk: Desk, result: Mapping[str, Any], number: int) -> bytes:
    """Return a PNG of a page of the result (from 1), upright. Raises NotFound, PdfError, StorageError."""
    stack = cast(Stack, result)
    if not 1 <= number <= len(stack["pages"]):
        raise NotFound(say("Halaman {number} tidak ada dalam tumpukan ini.", number=number))
    page = stack["pages"][number - 1]
    (key,) = [file["key"] for file in stack["files"] if file["name"] == page["source"]]
    if not key or not page["index"]:
        raise NotFound(say("{file} tidak dapat dibaca, sehingga tidak ada gambarnya.", file=page["source"]))
    return scan_page_png(desk.store.get(key), page["index"], turned=page["turned"], width=PICTURE_WIDTH)


def _check_size(files: Sequence[tuple[str, bytes]]) -> None:
    if not files:
        raise _wrong("Belum ada berkas yang dipilih. Pilih hasil pindainya dahulu.")
    if len(files) > MOST_FILES:
        raise _wrong(
            say(
                "{count} berkas sekaligus; paling banyak {most}. Kirim dalam beberapa tumpukan.",
                count=len(files),
                most=MOST_FILES,
            )
        )
    large = [name for name, data in files if len(data) > LARGEST_FILE]
    if large:
        raise _wrong(
            say(
                "{files} lebih besar dari {megabytes} MB. Pindai dengan 200 dpi, atau bagi berkasnya.",
                files=", ".join(large),
                megabytes=LARGEST_FILE // MB,
            )
        )
    total = 0
    for name, data in files:
        total += len(data)
        if total > LARGEST_STACK:
            raise _wrong(
                say(
                    "Mulai dari {name}, tumpukan ini lebih besar dari {megabytes} MB. Kirim berkas itu dan "
                    "sesudahnya sebagai tumpukan berikutnya.",
                    name=name,
                    megabytes=LARGEST_STACK // MB,
                )
            )


def _keep(desk: Desk, name: str, data: bytes) -> StackFile:
    name = tidy(name)
    if not sort_of(data):
        (unread,) = read_scans([(name, data)])
        return StackFile(name=name, key="", size=len(data), problem=unread.doubtful)
    with suppress(PdfError):  # what cannot be opened is told when it is read
        if signed_pdf_in(desk, data):
            key = store_original(desk, name, data).file.key
            return StackFile(name=name, key=key, size=len(data), problem="", signed=True)
    return StackFile(name=name, key=store_original(desk, name, data).file.key, size=len(data), problem="")


def _file_signed(desk: Desk, files: Sequence[StackFile], by: str) -> list[SignedFile]:
    """File the signed PDFs of a stack and return them; one that is refused is left as a page for a person to see."""
    signed = []
    for file in files:
        if not file.get("signed"):
            continue
        try:
            returned = file_returned(desk, file["name"], desk.store.get(file["key"]), by)
        except (Busy, ConverterUnavailable):  # no fault of the file
            raise
        except (DocgenError, RecordConflict) as error:
            file["problem"] = str(error)
            continue
        if returned.document is None:
            file["problem"] = say("{name}: {message}", name=file["name"], message=returned.message)
            continue
        id, number = returned.document.id, returned.document.number
        signed.append(SignedFile(name=file["name"], document=id, number=number, message=returned.message))
        if any_encrypted(desk, [id]):
            encrypt_objects(desk.store, [file["key"]])
    return signed


def _read(desk: Desk, files: Sequence[StackFile], progress: Progress) -> list[StackPage]:
    files = [file for file in files if not file.get("signed") or file["problem"]]
    total = sum(_count(desk, file) for file in files)
    if total > MOST_PAGES:
        raise PdfError(
            say(
                "Tumpukan ini {total} halaman; paling banyak {most}. Kirim dalam beberapa tumpukan.",
                total=total,
                most=MOST_PAGES,
            )
        )
    pages: list[StackPage] = []
    progress(0, total)
    for file in files:
        for scanned in _scanned(desk, file):
            pages.append(stack_page(scanned, _document_of(desk, scanned)))
            progress(min(len(pages), total), total)
    progress(total, total)
    return pages


def _count(desk: Desk, file: StackFile) -> int:
    """Return the number of pages; a file that cannot be read counts as one, because it is one line of the result."""
    if file["key"].endswith(".pdf") and not file["problem"]:
        with suppress(PdfError):
            return page_count(desk.store.get(file["key"]))
    return 1


def _scanned(desk: Desk, file: StackFile) -> Iterable[ScannedPage]:
    if file["problem"]:
        return [ScannedPage(file["name"], 0, doubtful=file["problem"])]
    return read_scans([(file["name"], desk.store.get(file["key"]))])


def _document_of(desk: Desk, scanned: ScannedPage) -> Document | None:
    if not scanned.url:
        return None
    with desk.catalogue.read() as tx, suppress(RecordMissing):
        return documents.find_by_code(tx, normalise(scanned.url.rpartition("/")[2]))
    return None


def _place_page(desk: Desk, stack: Stack, key: str, id: str, number: int, by: str) -> list[FieldError]:
    """Put a page in its place, or return why it cannot be there."""
    if not key.isdecimal() or not 1 <= int(key) <= len(stack["pages"]) or not stack["pages"][int(key) - 1]["index"]:
        return [FieldError(f"pages[{key}].document", say("Halaman {number} tidak ada dalam tumpukan ini.", number=key))]
    page = stack["pages"][int(key) - 1]
    if page["state"] == "filed" or (page["state"] == "waiting" and not page["placed_by"]):
        message = say(
            "Halaman ini sudah ditempatkan pada naskah {number}. Muat ulang halaman ini.", number=page["number"]
        )
        return (
            [] if (page["document"], page["page"]) == (id, number) else [FieldError(f"pages[{key}].document", message)]
        )
    with desk.catalogue.read() as tx:
        try:
            document = documents.get_document(tx, id)
        except RecordMissing as error:
            return [FieldError(f"pages[{key}].document", str(error))]
        length = length_of(tx, document)
        reason = why_not(tx, document, idle=False)
    if reason:
        return [FieldError(f"pages[{key}].document", reason)]
    others = [other for other in pages_of_document(stack["pages"], id) if other is not page]
    most = max([length, *(other["pages"] or 0 for other in others)])
    if not 1 <= number <= most:
        return [
            FieldError(
                f"pages[{key}].page",
                say("Naskah {number} terdiri atas {most} halaman.", number=document.number, most=most),
            )
        ]
    twin = next((other for other in others if other["page"] == number), None)
    if twin is not None:
        message = say(
            "Halaman {page} naskah {number} sudah ada: {file}, lembar {sheet}.",
            page=number,
            number=document.number,
            file=twin["source"],
            sheet=twin["index"],
        )
        return [FieldError(f"pages[{key}].page", message)]
    page["document"], page["number"], page["page"], page["pages"] = id, document.number, number, None
    page["doubtful"], page["state"], page["placed_by"] = "", "waiting", by
    return []


def _comparable(number: str) -> str:
    return "".join(number.split()).casefold()


def _wrong(message: str) -> InvalidSubmission:
    return InvalidSubmission([FieldError("files", message)])
