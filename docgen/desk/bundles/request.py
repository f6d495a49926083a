"""The request for a bundle: what goes in, in which order, and how it is printed."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator
from pydantic.json_schema import SkipJsonSchema

from docgen.render.bundles.binder import Layout
from docgen.render.pdf.paper import MM, PAPERS, Paper
from storage.catalogue.visibility.limits import Limits
from storage.records import Line

MOST_DOCUMENTS = 2000
SHEET_MM = 0.1  # thickness of a sheet of 80 g paper

Ids = Annotated[list[str], Field(max_length=MOST_DOCUMENTS)]


class BundleRequest(BaseModel):
    """The body of `POST /bundles`: a dossier, an asset, a year, what a search finds, or chosen documents."""

    model_config = ConfigDict(extra="forbid")

    dossier: Annotated[str | None, Field(description="Id of a dossier")] = None
    documents: Annotated[
        list[str] | None,
        Field(min_length=1, max_length=MOST_DOCUMENTS, description="Ids of documents, in this order"),
    ] = None
    asset: Annotated[str | None, Field(description="NIBAR of an asset")] = None
    search: Annotated[str | None, Field(min_length=1, max_length=200, description="Words, as in the search")] = None
    year: Annotated[
        int | None, Field(ge=1900, le=2200, description="All of this year; with asset or search, only this year")
    ] = None
    title: Annotated[Line, Field(description="What the cover says; by default what the bundle is of")] = ""
    kinds: Annotated[list[str], Field(max_length=100, description="Only these kinds")] = []
    order: Annotated[
        Literal["dossier", "step", "date", "number"],
        Field(description="Not for chosen documents; dossier by dossier, and within each by step, unless said"),
    ] = "dossier"
    sequence: Annotated[Ids, Field(description="Ids of documents that come first, in this order")] = []
    exclude: Annotated[Ids, Field(description="Ids of documents to leave out")] = []
    revisions: Annotated[
        Literal["approved", "latest", "issued"],
        Field(description="The last one (approved, latest; what was refused says so), or the one as issued"),
    ] = "approved"
    copies: Annotated[Literal["signed", "plain"], Field(description="A scanned signed copy where there is one")] = (
        "signed"
    )
    recipe: Annotated[str, Field(max_length=26, description="Id of the recipe this is made by")] = ""
    new_only: Annotated[
        bool, Field(description="Only what is not yet in an archived bundle (of the recipe, when there is one)")
    ] = False
    without_secret: Annotated[bool, Field(description="Leave out letters of class T, R and SR")] = False
    within: SkipJsonSchema[dict[str, Any] | None] = None  # what the caller may know of, set by the service
    duplex: Annotated[bool, Field(description="For both sides of the paper: each document starts on a front")] = False
    paper: Annotated[Paper | None, Field(description="By default the office's")] = None
    binding_mm: Annotated[float, Field(ge=0, le=10, description="Millimetres moved away from the binding")] = 0
    two_up: Annotated[bool, Field(description="Two pages side by side on a sheet")] = False
    separators: Annotated[bool, Field(description="A sheet before each step")] = False
    missing: Annotated[bool, Field(description="A sheet for each document that the dossier lacks")] = True
    volume_pages: Annotated[int | None, Field(ge=10, le=5000, description="Most pages of a volume")] = None
    volume_mm: Annotated[
        float | None, Field(ge=2, le=200, description="Most millimetres of paper of a volume, 0.1 a sheet")
    ] = None
    retention: Annotated[Line, Field(description="How long it is kept, as the cover says it")] = ""
    labels: Annotated[bool, Field(description="Also labels for box and spine")] = False

    @model_validator(mode="after")
    def _require_one_source(self) -> BundleRequest:
        sources = [value for value in (self.dossier, self.documents, self.asset, self.search) if value is not None]
        if len(sources) > 1 or not (sources or self.year is not None):
            raise ValueError("Sebutkan tepat satu: dossier, documents, asset, search, atau year.")
        if self.year is not None and (self.dossier is not None or self.documents is not None):
            raise ValueError("Isian year dipakai sendiri, atau bersama asset atau search.")
        return self

    @property
    def limits(self) -> Limits:
        """Return what whoever asked may know of."""
        return Limits.from_json(self.within or {})

    @property
    def field(self) -> str:
        """Return the name of the field that says what goes in."""
        names = ("dossier", "documents", "asset", "search", "year")
        return next(name for name in names if getattr(self, name) is not None)

    @property
    def by_dossier(self) -> bool:
        """Return whether several dossiers stand one behind the other, each under its name."""
        return self.order == "dossier" and self.dossier is None and self.documents is None

    def layout(self, paper: Paper) -> Layout:
        """Return how its pages lie; on the office's `paper` where the request names none."""
        return Layout(
            paper=PAPERS[self.paper or paper], shift=self.binding_mm * MM, duplex=self.duplex, two_up=self.two_up
        )
