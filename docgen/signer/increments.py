"""Find out what was appended to an archived PDF: signatures alone, or changes of what the pages show.

A file that begins with the archived bytes may still show other pages: each increment may replace any object. Imported
by the first call of `docgen.signer`, not by starting up.
"""

from __future__ import annotations

import io
import logging
from collections.abc import Collection, Iterator
from typing import Any

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.diff_analysis import (
    CatalogModificationRule,
    DocInfoRule,
    DSSCompareRule,
    MetadataUpdateRule,
    ModificationLevel,
    ObjectStreamRule,
    SigFieldCreationRule,
    SigFieldModificationRule,
    StandardDiffPolicy,
    XrefStreamRule,
)
from pyhanko.sign.diff_analysis.constants import ACROFORM_EXEMPT_STRICT_COMPARISON
from pyhanko.sign.diff_analysis.form_rules_api import FormUpdatingRule

from docgen.errors import PdfError
from docgen.render.pdf.pdfium import ink_and_text_under, page_area, same_pages
from docgen.signer.model import COVERED
from wording import say

LARGEST_PART = 1 / 8  # of a page that the picture of a signature may take
LEAST_PART = 5  # letters by which a line is known
_PLAIN_FLAGS = 2 | 4 | 64 | 128 | 512  # Hidden, Print, ReadOnly, Locked, LockedContents (ISO 32000-1 table 165)

_CHANGED = "Di belakang isi yang diarsipkan ada perubahan lain daripada tanda tangan."
_UNREADABLE = "Susunan berkasnya tidak lazim, sehingga perubahan sesudah isi yang diarsipkan tidak dapat diperiksa."

# Signature fields, revocation data and metadata; no values of other fields, no notes, no pages.
_POLICY = StandardDiffPolicy(
    global_rules=[
        CatalogModificationRule(),  # type: ignore[no-untyped-call]
        DocInfoRule().as_qualified(ModificationLevel.LTA_UPDATES),
        XrefStreamRule().as_qualified(ModificationLevel.LTA_UPDATES),
        ObjectStreamRule().as_qualified(ModificationLevel.LTA_UPDATES),
        DSSCompareRule().as_qualified(ModificationLevel.LTA_UPDATES),
        MetadataUpdateRule().as_qualified(ModificationLevel.LTA_UPDATES),  # type: ignore[no-untyped-call]
    ],
    form_rule=FormUpdatingRule(
        field_rules=[SigFieldCreationRule(), SigFieldModificationRule()],  # type: ignore[no-untyped-call]
        ignored_acroform_keys=ACROFORM_EXEMPT_STRICT_COMPARISON | {"/SigFlags"},
    ),
)
logging.getLogger("pyhanko.sign.diff_analysis").setLevel(logging.ERROR)  # what is found wrong is the answer


def changes_beyond_signatures(pdf: bytes, start: int, names: Collection[str]) -> str:
    """See `docgen.signer.changes_beyond_signatures`."""
    archived = pdf[:start]
    try:
        problem = _structure_problem(pdf, archived)
        return problem or _picture_problem(pdf, archived, names)
    except PdfError:
        return _UNREADABLE
    except Exception:  # noqa: BLE001  # strange bytes bring out errors of every kind; none of them proves anything
        return _UNREADABLE


def _read(pdf: bytes) -> Any:
    """Return a strict reader: other programs may read what it refuses in another way."""
    return PdfFileReader(io.BytesIO(pdf))


def _structure_problem(pdf: bytes, archived: bytes) -> str:
    """Return a sentence if the increments change other objects than signatures; each is compared with the archived
    one.
    """
    old, new = _read(archived), _read(pdf)
    count = old.xrefs.total_revisions
    starts = [new.xrefs.get_startxref_for_revision(number) for number in range(new.xrefs.total_revisions)]
    known = [old.xrefs.get_startxref_for_revision(number) for number in range(count)]
    # The file must build on the archived revision: a cross-reference table of its own would hide what it leaves out.
    if starts[:count] != known or any(one < len(archived) for one in starts[count:]):
        return _UNREADABLE
    if new.xrefs.hybrid_xrefs_present and not old.xrefs.hybrid_xrefs_present:
        return _UNREADABLE
    base = new.get_historical_resolver(count - 1)
    if "/AcroForm" not in base.root:  # the library compares forms; an archived PDF without one has an empty one
        empty = {generic.pdf_name("/Fields"): generic.ArrayObject()}
        base.root[generic.pdf_name("/AcroForm")] = generic.DictionaryObject(empty)  # type: ignore[no-untyped-call]
    result: Any = _POLICY.review_file(new, base)
    level = getattr(result, "modification_level", ModificationLevel.OTHER)
    return "" if level <= ModificationLevel.FORM_FILLING else _CHANGED


def _picture_problem(pdf: bytes, archived: bytes, names: Collection[str]) -> str:
    """Return a sentence if pages look different, or pictures of signatures cover more than the signer's `names`."""
    if not same_pages(archived, pdf):
        return _CHANGED
    for page, box, has_plain_flags in _new_widgets(pdf, archived):
        width, height = abs(box[2] - box[0]), abs(box[3] - box[1])
        if not width or not height:
            continue
        has_ink, lines = ink_and_text_under(archived, page, box)
        covers_names_only = bool(lines) and all(_is_part_of_a_name(line, names) for line in lines)
        too_large = width * height > LARGEST_PART * page_area(archived, page)
        if not has_plain_flags or too_large or (has_ink and not covers_names_only):
            return say(COVERED, page=page)
    return ""


def _is_part_of_a_name(line: str, names: Collection[str]) -> bool:
    """Return whether a line, as far as it is covered, is part of one of the names."""
    part = _letters_and_digits(line)
    return len(part) >= LEAST_PART and any(part in _letters_and_digits(name) for name in names)


def _letters_and_digits(text: str) -> str:
    return "".join(char for char in text.casefold() if char.isalnum())


def _new_widgets(pdf: bytes, archived: bytes) -> Iterator[tuple[int, tuple[float, float, float, float], bool]]:
    """Yield page (from 1) and box in the page's own space of each new annotation, and whether it is a plain widget."""
    old, new = _read(archived), _read(pdf)
    known = {id for _, id, _ in _annotations(old)}
    for page, id, annotation in _annotations(new):
        if id in known and id is not None:
            continue
        left, bottom, right, top = (float(side) for side in annotation["/Rect"])
        has_plain_flags = annotation.get("/Subtype") == "/Widget" and not int(annotation.get("/F", 0)) & ~_PLAIN_FLAGS
        yield page, (left, bottom, right, top), has_plain_flags


def _annotations(reader: Any) -> Iterator[tuple[int, Any, Any]]:
    """Yield page (from 1), reference (None for a direct object) and dictionary of each annotation."""
    for index in range(int(reader.root["/Pages"]["/Count"])):
        page = reader.find_page_for_modification(index)[0].get_object()
        notes: Any = page.get("/Annots") or []
        for number in range(len(notes)):
            raw = notes.raw_get(number)
            yield index + 1, getattr(raw, "reference", None), raw.get_object()
