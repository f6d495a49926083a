"""Compare two versions of a kind by the letters that their examples make: page by page, and what text changed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import zip_longest

from docgen.desk.desk import Desk
from docgen.desk.kinds.sample_letters import sample_letter
from docgen.desk.kinds.versions import content_of, read_version
from docgen.desk.rights import Caller, require
from docgen.errors import FieldError, InvalidSubmission, TemplateError
from docgen.foreign import page_text
from docgen.kinds.kind import Kind
from docgen.word_diff import DiffPiece, word_differences
from storage.catalogue.kind_versions import DELIVERED


@dataclass(frozen=True)
class ComparedPage:
    """A page of both letters, from 1; `pieces` say which words changed. A page that only one has is new, or gone."""

    page: int
    has_before: bool
    has_after: bool
    pieces: Sequence[DiffPiece]

    @property
    def is_same(self) -> bool:
        """Return whether the words of both are the same."""
        return all(piece.sort == "same" for piece in self.pieces) and self.has_before == self.has_after


@dataclass(frozen=True)
class Comparison:
    """The letters of two versions, as PDF, and their pages side by side."""

    before: bytes
    after: bytes
    pages: Sequence[ComparedPage]


def compare(desk: Desk, caller: Caller, slug: str, before: int, after: int) -> Comparison:
    """Compare two versions, 0 being the kind that is delivered or installed.

    Raises NotFound, Forbidden, InvalidSubmission (one cannot be filled), Busy, ConverterUnavailable, StorageError.
    """
    require(caller, "read")
    old_pdf, new_pdf = _letter(desk, slug, before), _letter(desk, slug, after)
    pages = [
        ComparedPage(at, old is not None, new is not None, word_differences(old or "", new or ""))
        for at, (old, new) in enumerate(zip_longest(page_text(old_pdf), page_text(new_pdf)), start=1)
    ]
    return Comparison(old_pdf, new_pdf, pages)


def _letter(desk: Desk, slug: str, number: int) -> bytes:
    try:
        return sample_letter(desk, _checked(desk, slug, number)).pdf
    except TemplateError as error:
        raise InvalidSubmission([FieldError("version", str(error))]) from error


def _checked(desk: Desk, slug: str, number: int) -> Kind:
    if number == DELIVERED:
        return content_of(desk, slug, number)
    return desk.stored_kinds.load(read_version(desk, slug, number))
