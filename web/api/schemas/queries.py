"""Query parameters of the calls, as models."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from storage.records import DocumentStatus, DraftState

Cursor = Annotated[str, Field(max_length=200, description="`next` of the page before")]
Limit = Annotated[int, Field(ge=1, le=200, description="Items a page")]
Words = Annotated[str, Field(max_length=200, description="Every word must be found; part of a word is enough")]
Year = Annotated[int, Field(ge=1900, le=2200)]


class Query(BaseModel):
    """Base: a misspelled filter is refused, so that it does not answer with everything."""

    model_config = ConfigDict(extra="forbid")


class SessionQuery(Query):
    """Whose sessions."""

    user: Annotated[str, Field(max_length=300, description="Name of an account; empty: everybody, or oneself")] = ""


class PageQuery(Query):
    """A page of a list."""

    cursor: Cursor = ""
    limit: Limit = 50


class SearchQuery(PageQuery):
    """A page of what holds some words."""

    q: Words = ""


class DocumentQuery(SearchQuery):
    """What to search for; filters that are left out do not narrow."""

    asset: Annotated[str, Field(max_length=120, description="NIBAR")] = ""
    procedure: Annotated[str, Field(max_length=64, description="Slug of the procedure")] = ""
    step: Annotated[int | None, Field(ge=0, le=999, description="Number of the step; 0 of letters outside the SOP")] = (
        None
    )
    kind: Annotated[str, Field(max_length=64, description="Slug of the kind")] = ""
    year: Annotated[Year | None, Field(description="Year of the document's date")] = None
    status: Annotated[DocumentStatus | None, Field(description="State of the document")] = None
    dossier: Annotated[str, Field(max_length=64, description="Id of the dossier")] = ""
    series: Annotated[str, Field(max_length=60, description="Series of its number: `utama`, or the office's own")] = ""
    awaiting: Annotated[
        str,
        Field(
            max_length=60,
            description="Only documents in force on which a decision is still to be made: `any`, or the id of an "
            "official who may make it today",
        ),
    ] = ""
    awaiting_signature: Annotated[
        str,
        Field(
            max_length=60,
            description="Only documents in force that wait for an electronic signature: `any`, or the official's id",
        ),
    ] = ""
    decided: Annotated[
        Literal["any", "setuju", "terima", "perbaiki", "tolak"] | None,
        Field(
            description="Only documents in force on which nothing is left to decide and whose last decision is this, "
            "or `any`. A letter that decides counts as an endorsement does"
        ),
    ] = None


class DraftQuery(PageQuery):
    """Which drafts; filters that are left out do not narrow."""

    state: Annotated[DraftState | None, Field(description="Where it is on its way")] = None
    mine: Annotated[bool, Field(description="Only those that the caller wrote")] = False


class DossierQuery(PageQuery):
    """Which dossiers."""

    procedure: Annotated[str, Field(max_length=64, description="Slug of the procedure")] = ""
    asset: Annotated[str, Field(max_length=120, description="NIBAR")] = ""


class RegistersQuery(Query):
    """Of which year."""

    year: Annotated[Year | None, Field(description="This year when left out")] = None


class RegisterQuery(RegistersQuery):
    """Which register; without `series` and `by` all of them."""

    series: Annotated[str, Field(max_length=60, description="Name of a series: `utama`, or one of the office's")] = ""
    by: Annotated[str, Field(max_length=300, description="Name of a system that gives numbers, e.g. SRIKANDI")] = ""


class FileQuery(Query):
    """Which revision's file."""

    revision: Annotated[int | None, Field(ge=1, le=9999, description="The current one when left out")] = None


class PdfQuery(FileQuery):
    """Which revision's PDF, and how."""

    copy_: Annotated[bool, Field(alias="copy", description="A derived copy with SALINAN across every page")] = False


class DocxQuery(FileQuery):
    """Which revision's Word file, and for whom."""

    srikandi: Annotated[
        bool, Field(description="Made for SRIKANDI, with its placeholders for number, date and signature")
    ] = False


class TemplateQuery(Query):
    """How the Word file of a template is handed out."""

    comments: Annotated[bool, Field(description="With a Word comment at each thing that the lint finds")] = False


class PreviewQuery(Query):
    """How to show a preview."""

    format: Annotated[Literal["pdf", "png"], Field(description="The PDF, or a picture of one page")] = "pdf"
    page: Annotated[int, Field(ge=1, le=9999, description="Page of the picture")] = 1
