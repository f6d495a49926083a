"""Finish a merged PDF: write its catalogue, metadata, bookmarks and page labels."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pypdf.generic import (
    ArrayObject,
    BooleanObject,
    DictionaryObject,
    IndirectObject,
    NameObject,
    NumberObject,
    PdfObject,
    StreamObject,
    TextStringObject,
)

from docgen.render.pdf.metadata import PdfMetadata, merged_xmp, set_info_dates
from docgen.render.pdf.objects.object_writer import ObjectFile, dictionary
from docgen.render.pdf.outline import OutlineItem, write_outline

LONG_EDGE, SHORT_EDGE = "/DuplexFlipLongEdge", "/DuplexFlipShortEdge"


@dataclass(frozen=True)
class DocumentProperties:
    """Title, labels, outline and dates of a file. `digest` (16 bytes) is its /ID; `created`: if None, the first part's
    date.

    `labels` are its page labels (ISO 32000-1, 12.4.2); `duplex` how a printer turns the paper, "" for as it likes.
    `tags` is the root of its structure tree, `accessible` whether all of it is tagged as PDF/UA-1 asks.
    """

    title: str
    digest: bytes
    labels: DictionaryObject
    outline: Sequence[OutlineItem] = ()
    created: dt.datetime | None = None
    duplex: str = ""
    tags: IndirectObject | None = None
    accessible: bool = False


def write_catalog(
    file: ObjectFile,
    tree: IndirectObject,
    targets: Sequence[IndirectObject],
    properties: DocumentProperties,
    main: PdfMetadata | None,
    intents: PdfObject | None,
    *,
    archival: bool,
) -> None:
    """Write everything but the pages and finish the file; `targets` are the objects that outline items lead to.

    `main` is what the first part claims, `intents` its output intents; `archival`: the claim to be PDF/A stays.
    """
    root = dictionary(Type="/Catalog", Pages=tree, PageMode="/UseOutlines", Lang=TextStringObject("id-ID"))
    info = DictionaryObject(main.info) if main else DictionaryObject()
    titled = True
    if main and main.xmp:
        xmp, titled = merged_xmp(
            main.xmp,
            properties.title,
            archival=archival,
            created=properties.created,
            accessible=properties.accessible,
        )
        root[NameObject("/Metadata")] = file.add(_metadata(xmp))
    if titled:
        info[NameObject("/Title")] = TextStringObject(properties.title)
    if properties.created is not None:
        set_info_dates(info, properties.created)
    if main and main.colours and intents is not None:
        root[NameObject("/OutputIntents")] = intents
    if properties.outline:
        root[NameObject("/Outlines")] = write_outline(file, properties.outline, targets)
    root[NameObject("/PageLabels")] = properties.labels
    # Printed as it is, not made smaller: the code on the cover and the room for the binding are measured.
    wishes = dictionary(PrintScaling="/None", DisplayDocTitle=BooleanObject(True))
    if properties.tags is not None:
        root[NameObject("/StructTreeRoot")] = properties.tags
        root[NameObject("/MarkInfo")] = dictionary(Marked=BooleanObject(properties.accessible))
    if properties.duplex:
        wishes[NameObject("/Duplex")] = NameObject(properties.duplex)
    root[NameObject("/ViewerPreferences")] = wishes
    file.write_trailer(file.add(root), file.add(info), properties.digest)


def page_labels(leaves: int, pages: int, unmarked: Mapping[int, str]) -> DictionaryObject:
    """Return page labels equal to the printed ones: the count, or the name of a page in `unmarked`."""
    numbers = ArrayObject()
    per = 2 if pages < leaves else 1
    previous_named = True
    for page in range(pages):
        name = unmarked.get(page) if per == 1 else None
        if per == 2:
            last = min(page * 2 + 2, leaves)
            name = f"{page * 2 + 1}-{last}" if last > page * 2 + 1 else str(last)
        if name is not None:
            numbers.extend([NumberObject(page), dictionary(P=TextStringObject(name))])
        elif previous_named:
            numbers.extend([NumberObject(page), dictionary(S="/D", St=NumberObject(page + 1))])
        previous_named = name is not None
    return dictionary(Nums=numbers)


def labels_within(labels: DictionaryObject, first: int, pages: int) -> DictionaryObject:
    """Return the labels of `pages` pages from `first` (index) on, for a file of these pages alone."""
    nums = labels.get("/Nums")
    numbers = nums.get_object() if nums is not None else ArrayObject()
    labels_here = ArrayObject()
    for place, (at, label) in enumerate(zip(numbers[::2], numbers[1::2], strict=True)):
        after = numbers[place * 2 + 2] if place * 2 + 2 < len(numbers) else first + pages
        if after <= first or at >= first + pages:
            continue
        own = DictionaryObject(label.get_object())
        if at < first and "/S" in own:
            own[NameObject("/St")] = NumberObject(int(own.get("/St", 1)) + first - at)
        labels_here.extend([NumberObject(max(at - first, 0)), own])
    return dictionary(Nums=labels_here)


def _metadata(xmp: bytes) -> StreamObject:
    plain = StreamObject()  # PDF/A: packed XMP is not found by those who look for it
    plain.set_data(xmp)
    plain.update(dictionary(Type="/Metadata", Subtype="/XML"))
    return plain
