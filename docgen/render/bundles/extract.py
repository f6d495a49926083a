"""Cut parts of a finished bundle into files of their own: the same pages, bookmarks and labels, nothing drawn again.

Only for what `Binder` wrote: its pages stand in one flat tree, and no link leads from one volume into another.
"""

from __future__ import annotations

import hashlib
import mmap
from collections.abc import Sequence
from typing import Any, BinaryIO

from pypdf import PdfReader
from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject, NameObject, NumberObject

from docgen.render.bundles.document_catalog import DocumentProperties, labels_within, write_catalog
from docgen.render.pdf.metadata import read_metadata
from docgen.render.pdf.objects.object_writer import Copier, ObjectFile, dictionary
from docgen.render.pdf.objects.pdf_file import pdf_errors
from docgen.render.pdf.outline import OutlineItem, read_outline


class FinishedBundle:
    """A finished bundle to extract pages from. `file` is memory-mapped and never read as a whole."""

    def __init__(self, file: BinaryIO) -> None:
        file.flush()
        with pdf_errors():
            self._data = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
            self._reader = PdfReader(file, strict=True)
            self._pages = list(self._reader.pages)
            root = self._reader.root_object
            self._metadata = read_metadata(self._reader, main=True)
            self._labels: Any = root.get("/PageLabels", DictionaryObject())
            self._duplex = str(root.get("/ViewerPreferences", {}).get("/Duplex", ""))
            places = {page.indirect_reference.idnum: n for n, page in enumerate(self._pages) if page.indirect_reference}
            outline: Any = root.get("/Outlines")
            self._outline = read_outline(outline.get_object(), places) if outline is not None else []

    @property
    def page_count(self) -> int:
        """Return the number of pages as a viewer counts them."""
        return len(self._pages)

    def extract(self, first: int, count: int, out: BinaryIO, *, title: str) -> None:
        """Write `count` pages from `first` (index) on to the empty file `out`. Raises PdfError."""
        with pdf_errors():
            file = ObjectFile(out)
            taken = self._pages[first : first + count]
            references = [file.reserve() for _ in taken]
            known = {
                (page.indirect_reference.idnum, page.indirect_reference.generation): reference
                for page, reference in zip(taken, references, strict=True)
                if page.indirect_reference is not None
            }
            copier = Copier(file, known, self._reader, self._data)
            tree = file.reserve()
            for page, reference in zip(taken, references, strict=True):
                file.write(reference, _moved(page, tree, copier))
            kids: Sequence[IndirectObject] = references
            file.write(tree, dictionary(Type="/Pages", Count=NumberObject(len(kids)), Kids=ArrayObject(kids)))
            properties = DocumentProperties(
                title=title,
                digest=self._digest(first, count),
                labels=labels_within(self._labels.get_object(), first, count),
                outline=_outline_within(self._outline, first, count),
                duplex=self._duplex,
            )
            intents = copier.copy(self._reader.root_object.get("/OutputIntents"))
            write_catalog(file, tree, references, properties, self._metadata, intents, archival=True)
        self._data.madvise(mmap.MADV_DONTNEED)  # what was read of the file does not stay in memory

    def close(self) -> None:
        """Release the mapping; the file stays open."""
        self._data.close()

    def _digest(self, first: int, count: int) -> bytes:
        identity: Any = self._reader.trailer["/ID"]
        own = identity.get_object()[1]
        whole = own if isinstance(own, bytes) else own.original_bytes
        return hashlib.sha256(whole + f"{first}+{count}".encode()).digest()[:16]


def _moved(page: DictionaryObject, tree: IndirectObject, copier: Copier) -> DictionaryObject:
    copied = DictionaryObject({NameObject("/Parent"): tree})
    for key, value in page.items():
        if key not in ("/Parent", "/StructParents"):  # a volume alone has no tags
            copied[NameObject(key)] = copier.copy(value)
    return copied


def _outline_within(entries: Sequence[OutlineItem], first: int, count: int) -> list[OutlineItem]:
    """Return the bookmarks of these pages; a single root above all others is the file itself and is left out."""
    inside = [one for one in entries if first <= one.page < first + count]
    outermost = [one for one in inside if one.depth == 0]
    if len(outermost) == 1 and inside[0] is outermost[0] and len(inside) > 1:
        inside = inside[1:]
    lift = min((one.depth for one in inside), default=0)
    return [OutlineItem(one.title, one.page - first, one.depth - lift) for one in inside]
