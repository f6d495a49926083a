"""Which pages of which files stand for a document in a bundle: its PDF, and scans of the paper that was signed.

A scan completes the letter: a scanned page takes the place of that page alone, the newest scan of it wins, and pages
that nobody knows the place of follow the letter.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from docgen.desk.revisions.attachment_report import ScanReport, scan_report
from storage.records import Attachment, Revision, StoredFile
from wording import say


@dataclass(frozen=True)
class Part:
    """A run of pages (index) of one file; `foreign`: it came from outside, so its margins may be written on."""

    file: StoredFile
    pages: tuple[int, ...]
    foreign: bool


@dataclass(frozen=True)
class Sheet:
    """A scanned page: its index in a file, and the page of the document that it is; 0 where that is not known."""

    file: StoredFile
    index: int
    page: int


@dataclass(frozen=True)
class Pages:
    """The pages of a document in their order, and what is told of them."""

    parts: tuple[Part, ...]
    scanned: tuple[int, ...]
    length: int
    beside: int

    @property
    def count(self) -> int:
        """Return the number of pages."""
        return sum(len(part.pages) for part in self.parts)

    @property
    def file(self) -> StoredFile:
        """Return the file of the first part: the letter's own, or the scan that holds all of it."""
        return self.parts[0].file

    @property
    def note(self) -> str:
        """Return what the contents say: `Halaman 4: hasil pindai`; "" where nothing was scanned."""
        notes = []
        if self.scanned and len(self.scanned) == self.length:
            notes.append("Pindaian cetakan bertanda tangan")
        elif self.scanned:
            notes.append(f"{in_words(self.scanned)}: hasil pindai")
        if self.beside:
            notes.append(f"Di belakangnya {self.beside} halaman pindaian lain")
        return ". ".join(notes)


def in_words(numbers: Sequence[int]) -> str:
    """Return page numbers as a phrase: `Halaman 3`, `Halaman 1, 2, dan 5`."""
    words = [str(number) for number in numbers]
    if len(words) < 3:
        return "Halaman " + " dan ".join(words)
    return f"Halaman {', '.join(words[:-1])}, dan {words[-1]}"


def warnings_of(revisions: Sequence[Revision]) -> list[str]:
    """Return sentences about the scans that count for a document: pages without a scan, scans of no known page."""
    pages = pages_of(revisions, signed=False)
    missing = [page for page in range(1, pages.length + 1) if page not in pages.scanned]
    warnings: list[str] = []
    if pages.scanned and missing:
        warnings.append(
            say(
                "{scanned} dari {pages} halaman dipindai; {missing} belum. Halaman yang belum dipindai tetap "
                "dipakai dari naskah yang terarsip.",
                scanned=len(pages.scanned),
                pages=pages.length,
                missing=in_words(missing).lower(),
            )
        )
    if pages.beside:
        warnings.append(
            say(
                "{beside} halaman pindaian tidak dikenal sebagai halaman naskah ini ({length} halaman): tanpa "
                "kode halaman, atau dari cetakan lain. Halaman itu disimpan di samping naskah dan tidak "
                "menggantikan halamannya. Bila memang halamannya, pindai ulang sampai kode di kaki halaman "
                "terbaca.",
                beside=pages.beside,
                length=pages.length,
            )
        )
    warnings += [
        say(
            "{name} adalah formulir XFA: isi yang hanya terlihat di Adobe Acrobat ada pada berkas aslinya "
            "saja. Cetak ke PDF dari Acrobat, lalu unggah hasilnya.",
            name=scan.name,
        )
        for scan in _scans(revisions)
        if scan_report(scan).xfa
    ]
    return warnings


def scanned_before(revisions: Sequence[Revision]) -> set[int]:
    """Return the page numbers of a document that earlier scans hold; none while it has no PDF."""
    return set(pages_of(revisions, signed=False).scanned) if revisions else set()


def pages_of(revisions: Sequence[Revision], *, signed: bool) -> Pages:
    """Return the pages of the last of `revisions`, scans in place of the pages they are of.

    `signed`: its PDF is a signed copy that came from outside.
    """
    pdf = revisions[-1].pdf
    length = pdf.pages or 1
    sheet_of_page: dict[int, Sheet] = {}
    beside: list[Sheet] = []
    for sheet in (sheet for scan in _scans(revisions) for sheet in _sheets(scan, length)):
        if sheet.page:
            sheet_of_page[sheet.page] = sheet  # the newest wins
        else:
            beside.append(sheet)
    order: list[tuple[StoredFile, int, bool]] = []
    for page in range(1, length + 1):
        scanned = sheet_of_page.get(page)
        order.append((scanned.file, scanned.index, True) if scanned else (pdf, page - 1, signed))
    order += [(sheet.file, sheet.index, True) for sheet in beside]
    return Pages(_runs(order), tuple(sorted(sheet_of_page)), length, len(beside))


def pages_of_pdf(revision: Revision, *, signed: bool) -> Pages:
    """Return the pages of a revision's PDF, without scans."""
    length = revision.pdf.pages or 1
    return Pages((Part(revision.pdf, tuple(range(length)), signed),), (), length, 0)


def _scans(revisions: Sequence[Revision]) -> list[Attachment]:
    """Return the scans that came after the last change of the document, oldest first."""
    scans: list[Attachment] = []
    for revision in reversed(revisions):
        scans += [attachment for attachment in reversed(revision.attachments) if attachment.sort == "scan"]
        if revision.change != "attached":
            break
    return scans[::-1]


def _sheets(scan: Attachment, length: int) -> list[Sheet]:
    """Return the pages of a scan, each with its page number in a document of `length` pages.

    Of two scans of one page the first counts.
    """
    sheets: list[Sheet] = []
    for index, page in enumerate(_page_numbers(scan_report(scan), scan.file.pages or 1, length)):
        counts = page <= length and all(sheet.page != page for sheet in sheets)
        sheets.append(Sheet(scan.file, index, page if counts else 0))
    return sheets


def _page_numbers(report: ScanReport, count: int, length: int) -> list[int]:
    """Return the document's page of each page of a scan; 0 where it is not known, or where it is of another print."""
    if report.sheets is not None and len(report.sheets) == count:
        return [sheet.page or 0 if sheet.of in (None, length) else 0 for sheet in report.sheets]
    # earlier versions have page numbers in order, and only those that were read
    return report.pages if len(report.pages) == count else [0] * count


def _runs(order: Sequence[tuple[StoredFile, int, bool]]) -> tuple[Part, ...]:
    runs: list[Part] = []
    for file, index, foreign in order:
        if runs and runs[-1].file.key == file.key:
            runs[-1] = Part(file, (*runs[-1].pages, index), foreign)
        else:
            runs.append(Part(file, (index,), foreign))
    return tuple(runs)
