"""Filing: bundles archived, recipes, the list of a year's dossiers."""

from __future__ import annotations

from typing import Annotated, Literal

from flask import Response
from pydantic import Field

from docgen.desk.bundles.bundle_contents import may_see_bundle, read_bundle, require_bundle
from docgen.desk.bundles.bundle_result import bundle_result
from docgen.desk.bundles.file_list import file_list_pdf, file_list_xlsx
from docgen.desk.bundles.filing import archive_bundle, remove_recipe, request_of, save_recipe
from docgen.desk.bundles.request import BundleRequest
from docgen.errors import NotFound
from storage import media_types, records
from storage.catalogue import filing
from storage.records import RequiredLine
from web.api.http.auth import asker, caller, limits
from web.api.http.calls import Answer, Media, call
from web.api.http.file_responses import HEADERS, file_name, send_bytes, send_object
from web.api.resources.bundles import JSON, PDF, queue
from web.api.resources.jobs import find_job
from web.api.schemas import answers, jobs
from web.api.schemas.queries import PageQuery, Query
from web.desk import get_desk
from wording import say


class NewRecipe(answers.Strict):
    """A recipe to keep."""

    name: RequiredLine
    request: BundleRequest


class RunRecipe(answers.Strict):
    """How a recipe is made now."""

    new_only: Annotated[bool, Field(description="Only what was not filed by it yet")] = False


class FileListQuery(Query):
    """Which year, and as what."""

    year: Annotated[int, Field(ge=1900, le=2200)]
    format: Literal["pdf", "xlsx"] = "xlsx"


@call("GET", "/jobs/<id>/labels", "Labels of a bundle", tag="Bundles", action="export",
      returns={200: PDF, 206: PDF, 304: None}, problems=(404, 416), answer_headers=HEADERS)  # fmt: skip
def get_job_labels(id: str) -> Response:
    """Labels for box and spine; 404 when none were asked for."""
    job = find_job(id)
    labels = bundle_result(job).labels if job.kind == "bundle" and job.result else None
    if labels is None:
        raise NotFound("Bundel ini tidak punya label. Minta bundel dengan labels: true.")
    sha256 = get_desk().store.info(labels.key).sha256
    return send_object(labels.key, sha256, media_types.PDF, file_name(f"Label {id}", "pdf"), inline=True)


@call("POST", "/jobs/<id>/archive", "Archive a bundle", tag="Bundles", action="file",
      returns={201: jobs.FiledBundle}, problems=(404, 409))  # fmt: skip
def post_archived(id: str) -> Answer:
    """Keep a finished bundle with its manifest for good; one that is archived already is answered as it is."""
    filed = archive_bundle(get_desk(), find_job(id), caller().name)
    return Answer(_filed(filed), 201)


@call("GET", "/bundles", "Archived bundles", tag="Bundles", action="read", query=PageQuery,
      returns={200: jobs.FiledBundles})  # fmt: skip
def get_bundles(query: PageQuery) -> jobs.FiledBundles:
    """Newest first, those that hold what the caller may not know of left out: a page may be shorter than `limit`."""
    with get_desk().catalogue.read() as tx:
        bundles = filing.list_bundles(tx, query.limit + 1, query.cursor or "")
    last = bundles[: query.limit]
    shown = [bundle for bundle in last if may_see_bundle(get_desk(), bundle, asker())]
    next_cursor = bundles[query.limit - 1].code if len(bundles) > query.limit else None
    return jobs.FiledBundles(items=[_filed(bundle) for bundle in shown], next=next_cursor)


@call("GET", "/bundles/<code>", "One archived bundle", tag="Bundles", action="read",
      returns={200: jobs.FiledBundle}, problems=(404,))  # fmt: skip
def get_bundle(code: str) -> jobs.FiledBundle:
    """What it is called and where its files are."""
    return _filed(find_bundle(code))


@call("GET", "/bundles/<code>/pdf", "An archived bundle's PDF", tag="Bundles", action="export",
      returns={200: PDF, 206: PDF, 304: None}, problems=(404, 416), answer_headers=HEADERS)  # fmt: skip
def get_bundle_pdf(code: str) -> Response:
    """The bytes as they were archived."""
    pdf = file_bundle(code).pdf
    return send_object(pdf.key, pdf.sha256, media_types.PDF, file_name(f"Bundel {code}", "pdf"), inline=True)


@call("GET", "/bundles/<code>/manifest", "An archived bundle's manifest", tag="Bundles", action="read",
      returns={200: JSON, 206: JSON, 304: None}, problems=(404, 416), answer_headers=HEADERS)  # fmt: skip
def get_bundle_manifest(code: str) -> Response:
    """Every document of it with revision, SHA-256, pages and the page it starts at."""
    manifest = find_bundle(code).manifest
    return send_object(
        manifest.key, manifest.sha256, media_types.JSON, file_name(f"Bundel {code}", "json"), inline=True
    )


@call("GET", "/recipes", "Recipes for bundles", tag="Bundles", action="read", returns={200: list[jobs.Recipe]})
def get_recipes() -> list[jobs.Recipe]:
    """By name."""
    with get_desk().catalogue.read() as tx:
        return [_recipe(recipe) for recipe in filing.list_recipes(tx)]


@call("POST", "/recipes", "Keep a recipe", tag="Bundles", action="file", body=NewRecipe,
      returns={201: jobs.Recipe})  # fmt: skip
def post_recipe(body: NewRecipe) -> Answer:
    """Keep a request to make it again."""
    return Answer(_recipe(save_recipe(get_desk(), body.name, body.request, caller().name)), 201)


@call("DELETE", "/recipes/<id>", "Forget a recipe", tag="Bundles", action="file", returns={204: None},
      problems=(404,))  # fmt: skip
def delete_recipe(id: str) -> Answer:
    """What was filed by it stays."""
    remove_recipe(get_desk(), id, caller().name)
    return Answer(None, 204)


@call("POST", "/recipes/<id>/run", "Make a recipe's bundle", tag="Bundles", action="file", body=RunRecipe,
      returns={202: jobs.Job}, problems=(404,), answer_headers={"Location": "The job"})  # fmt: skip
def post_run(id: str, body: RunRecipe) -> Answer:
    """As `POST /bundles` with the recipe's request."""
    return queue(request_of(get_desk(), id, new_only=body.new_only))


@call("GET", "/file-list", "Daftar Berkas", tag="Bundles", action="export", query=FileListQuery,
      returns={200: Media((media_types.XLSX, media_types.PDF)), 206: PDF, 304: None}, problems=(416,),
      answer_headers=HEADERS)  # fmt: skip
def get_file_list(query: FileListQuery) -> Response:
    """The dossiers opened in a year."""
    name = file_name(f"Daftar Berkas {query.year}", query.format)
    if query.format == "pdf":
        return send_bytes(file_list_pdf(get_desk(), query.year, limits()), media_types.PDF, name, inline=True)
    return send_bytes(file_list_xlsx(get_desk(), query.year, limits()), media_types.XLSX, name, inline=False)


def find_bundle(code: str) -> records.FiledBundle:
    """Return an archived bundle. Raises NotFound, RecordMissing (it holds documents the caller may not see)."""
    with get_desk().catalogue.read() as tx:
        bundle = filing.find_bundle(tx, code.upper())
    if bundle is None:
        raise NotFound(say("Bundel {code} tidak ada dalam arsip.", code=repr(code)))
    require_bundle(get_desk(), bundle, asker())
    return bundle


def file_bundle(code: str) -> records.FiledBundle:
    """As `find_bundle`, for who is given its files."""
    bundle = find_bundle(code)
    read_bundle(get_desk(), bundle, asker())
    return bundle


def _filed(bundle: records.FiledBundle) -> jobs.FiledBundle:
    address = get_desk().links.api(f"bundles/{bundle.code}")
    pdf = bundle.pdf.model_dump(include={"sha256", "size", "pages"})
    values = bundle.model_dump(include={"code", "title", "recipe", "created_at", "created_by"})
    files = {"pdf": {"href": f"{address}/pdf", **pdf}, "manifest": {"href": f"{address}/manifest"}}
    return jobs.FiledBundle.model_validate({**values, **files})


def _recipe(recipe: records.Recipe) -> jobs.Recipe:
    return jobs.Recipe.model_validate(recipe.model_dump())
