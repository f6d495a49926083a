"""Make the gallery's letters as the service makes them: fill, LibreOffice, stamp; without a server and an archive."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from importlib import resources

from docgen.desk.revisions.pipeline import fill, produce
from docgen.errors import PdfError
from docgen.kinds.kind import Kind
from docgen.libreoffice import Converter
from tests.support.gallery.rules import findings
from tests.support.gallery.variants import VARIANTS, Case, Variant, case
from tests.support.office.kinds import delivered_kinds


@dataclass(frozen=True)
class Letter:
    """A letter of the gallery: the case it was made from, its Word file, and its stamped PDF.

    Where the service makes none, `pdf` is empty and `refusal` says why.
    """

    case: Case
    docx: bytes
    pdf: bytes
    refusal: str = ""

    @property
    def findings(self) -> dict[str, list[str]]:
        """Return what is wrong with it, by the name of the rule."""
        return {"made": [self.refusal]} if self.refusal else findings(self.pdf, self.docx)


def variants_of(kind: Kind) -> list[Variant]:
    """Return the variants a kind is made in; one that prints the office's own data alone (the SOP) only in three."""
    return [variant for variant in VARIANTS if "sop" not in kind.needs or variant.name in ("example", "acting", "f4")]


def cases(kinds: Collection[str] = ()) -> list[Case]:
    """Return these kinds, all where none is named, in their variants."""
    return [
        case(kind, variant)
        for kind in delivered_kinds().values()
        if not kinds or kind.slug in kinds
        for variant in variants_of(kind)
    ]


def make(converter: Converter, wanted: Iterable[Case], *, at_once: int = 2) -> Iterator[Letter]:
    """Yield the letters in order; `at_once` are with LibreOffice at one time. Raises ConverterError."""
    emblem = (resources.files("docgen.demo") / "emblem.png").read_bytes()

    def letter(one: Case) -> Letter:
        docx = fill(one.kind, one.values, one.snapshot, one.identity, emblem, one.photos)
        try:
            return Letter(one, docx, produce(converter, docx, one.identity, one.snapshot.office).pdf)
        except PdfError as refusal:
            return Letter(one, docx, b"", str(refusal))

    with ThreadPoolExecutor(at_once) as pool:
        yield from pool.map(letter, wanted)
