"""What the API answers about work in the background: batches, bundles and what is filed of them."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any, Literal

from pydantic import Field

from storage.records import JobStatus
from web.api.schemas.answers import Href, Next, PdfFile, Strict
from web.api.schemas.readings import Notes, SheetReading


class RowError(Strict):
    """What is wrong in a row of a batch."""

    row: Annotated[int, Field(description="As in the spreadsheet; of rows sent as JSON from 1")]
    cell: Annotated[str, Field(description="`C7`, or `baris 7: hal` where there is no such cell")]
    field: Annotated[str, Field(description="Path of the value, e.g. `data.hal`")]
    message: Annotated[str, Field(description="A sentence for the person who typed it, in Indonesian")]


class ContinuedRow(Strict):
    """A row whose letter would go into an open dossier."""

    row: int
    dossier: Annotated[str, Field(description="Id")]
    title: str


class BatchCheck(Strict):
    """What would become of a batch. The numbers are those expected when nobody else issues in between."""

    rows: Annotated[int, Field(description="Letters asked for")]
    valid: Annotated[int, Field(description="Letters that could be issued now")]
    first_number: Annotated[str | None, Field(description="Of the first valid letter; null when none is")]
    last_number: Annotated[str | None, Field(description="Of the last valid letter; null when none is")]
    errors: list[RowError]
    more_errors: Annotated[int, Field(description="Errors beyond those in `errors`")]
    opened: Annotated[int, Field(description="Dossiers that the valid letters would open")]
    continued: Annotated[int, Field(description="Valid letters that would go into an open dossier")]
    continues: Annotated[list[ContinuedRow], Field(description="Which ones, the first 1,000")]
    ignored: Annotated[list[str], Field(description="Headings of the spreadsheet that name no field")]
    reading: Annotated[SheetReading | None, Field(description="Of rows sent as JSON null")]
    notes: Notes


class Progress(Strict):
    """Items done of all; how many a second, and the seconds left at that rate, once both are known."""

    done: int
    total: int
    per_second: float | None = None
    seconds_left: float | None = None


class Manifest(Strict):
    """Where the list of what a bundle holds can be read (JSON)."""

    href: Href


class Link(Strict):
    """Where a file can be fetched."""

    href: Href


class BundleVolume(Strict):
    """A volume to be printed and bound alone. Its cover and contents count the pages of the whole bundle."""

    number: Annotated[int, Field(description="Which of `of` volumes, from 1")]
    of: int
    pages: Annotated[int, Field(description="Pages that are counted; with two_up there are two on each of the PDF's")]
    pdf: PdfFile


class BundleResult(Strict):
    """A finished bundle: the whole, and each of its volumes; one that is not divided is a volume itself."""

    pdf: PdfFile
    manifest: Manifest
    volumes: list[BundleVolume]
    labels: Annotated[Link | None, Field(description="Where `labels` were asked for")]


class BatchDocument(Strict):
    """The document of a row, numbered as in the spreadsheet or from 1; `reserved` while its PDF is not archived yet."""

    row: int
    id: str
    number: str
    status: Literal["issued", "reserved"]
    message: Annotated[str, Field(description="Why a reserved one cannot be made; else empty")] = ""
    href: Href
    dossier: Annotated[str | None, Field(description="Id; null in results of earlier versions")] = None
    dossier_joined: Annotated[
        Literal["continued", "opened"] | None, Field(description="Whether it is the first in its dossier (`opened`)")
    ] = None


class BatchRowError(Strict):
    """A row that could not be issued because something changed since it was checked."""

    row: int
    message: str


class BatchResult(Strict):
    """A finished batch: each row's document, all PDFs as a zip, one PDF to print, the spreadsheet with the links."""

    documents: list[BatchDocument]
    errors: list[BatchRowError]
    zip: Link | None
    print: Link | None
    sheet: Link
    notes: Annotated[list[str], Field(description="How the spreadsheet was read, as sentences in Indonesian")]


class SignedLetter(Strict):
    """What became of a letter that was to be signed; `document` is what a draft became, null while it is a draft."""

    id: Annotated[str, Field(description="Of the document or draft, as it was asked for")]
    document: str | None
    number: str | None
    status: Annotated[
        Literal["signed", "awaiting", "refused"],
        Field(description="awaiting: it waits for its signature; refused: it is as it was"),
    ]
    message: Annotated[str, Field(description="Why it is not signed; else empty")]
    href: Href


class SignaturesResult(Strict):
    """The letters of `POST /signatures`, in the order in which they were asked for."""

    letters: list[SignedLetter]


class Job(Strict):
    """Long work; ask again until `status` is done, failed or cancelled."""

    id: str
    status: JobStatus
    progress: Progress
    result: BundleResult | BatchResult | SignaturesResult | None
    error: Annotated[str | None, Field(description="Why it failed, was cancelled or waits, in Indonesian")]


class FiledBundle(Strict):
    """A bundle that was archived: it does not change any more."""

    code: str
    title: str
    recipe: Annotated[str, Field(description="Id of the recipe it was made by, or empty")]
    created_at: dt.datetime
    created_by: str
    pdf: PdfFile
    manifest: Manifest


class FiledBundles(Strict):
    """Archived bundles, newest first."""

    items: list[FiledBundle]
    next: Next


class Recipe(Strict):
    """A bundle's request, kept to be made again."""

    id: str
    name: str
    request: Annotated[dict[str, Any], Field(description="As the body of `POST /bundles`")]
    created_at: dt.datetime
    created_by: str
