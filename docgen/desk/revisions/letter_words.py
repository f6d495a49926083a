"""The words of a letter without what the service prints around them, so that two letters can be compared."""

from __future__ import annotations

import re
from collections.abc import Sequence

from docgen.render.stamps.verification_band import NO_NUMBER, grouped
from storage.records import Document, Revision

ENDED = ("voided", "superseded")
_CATCHWORD = r"(?<=\n)(?:\S{1,7} )?\S+\.\.\.\s+"  # of the next page, above the band
_WATERMARK = re.compile(r"^(BATAL|DIGANTI|DIGANTIKAN)\n.*\Z", re.MULTILINE | re.DOTALL)  # with its reason, drawn last


def letter_words(pages: Sequence[str], document: Document, revisions: Sequence[Revision]) -> str:
    """Return the text of a document's `pages` without band, own number, code and address, nor the word across it.

    `revisions` are those up to the one the pages are of.
    """
    is_marked = any(revision.change in ENDED for revision in revisions)
    number, code = re.escape(document.number), re.escape(grouped(document.code))
    band = re.compile(
        rf"({_CATCHWORD})?(Nomor {number}|{NO_NUMBER})\s+Verifikasi: \S+\s+Kode {code}(\s+Halaman \d+ dari \d+)?"
        rf"|Kode {code}|{number}"
    )
    unmarked = (_WATERMARK.sub("", page) if is_marked else page for page in pages)
    return "\n".join(band.sub("", page) for page in unmarked)
