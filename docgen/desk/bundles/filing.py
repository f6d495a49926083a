"""File bundles: archive one with its manifest, keep recipes for making them, say what lies where."""

from __future__ import annotations

from ulid import ULID

from docgen.desk import audit
from docgen.desk.audit_actions import Action
from docgen.desk.bundles.bundle_result import bundle_result
from docgen.desk.bundles.manifest import ManifestDocument, read_manifest
from docgen.desk.bundles.request import BundleRequest
from docgen.desk.desk import Desk
from docgen.desk.secrecy import any_encrypted
from docgen.errors import Conflict, FieldError, InvalidSubmission
from storage import media_types
from storage.catalogue import filing
from storage.keys import bundle_key
from storage.objects import put_if_absent
from storage.records import FiledBundle, FiledDocument, Job, Recipe
from storage.text import tidy

PDF_NAME = "bundel.pdf"
MANIFEST_NAME = "manifest.json"


def archive_bundle(desk: Desk, job: Job, by: str) -> FiledBundle:
    """Archive a finished bundle, create-only, and list what it holds; a bundle that is archived already stays.

    Raises Conflict when it is not done, StorageError.
    """
    if job.kind != "bundle" or job.status != "done" or not job.result:
        raise Conflict("Hanya bundel yang selesai dibuat yang dapat diarsipkan.")
    code = job.id.upper()
    with desk.catalogue.read() as tx:
        filed = filing.find_bundle(tx, code)
    if filed is not None:
        return filed
    result = bundle_result(job)
    return file_bundle(desk, desk.store.get(result.pdf.key), desk.store.get(result.manifest.key), by)


def file_bundle(desk: Desk, data: bytes, raw: bytes, by: str) -> FiledBundle:
    """Archive a bundle's PDF and the JSON of its manifest, and list what it holds. Raises StorageError."""
    manifest = read_manifest(raw)
    code = manifest.code
    secret = any_encrypted(desk, [document.id for document in manifest.documents])
    pdf = put_if_absent(desk.store, bundle_key(code, PDF_NAME), data, media_types.PDF, secret=secret)
    manifest_file = put_if_absent(desk.store, bundle_key(code, MANIFEST_NAME), raw, media_types.JSON, secret=secret)
    filed = FiledBundle(
        code=code,
        title=manifest.title,
        recipe=str(manifest.request.get("recipe", "")),
        pdf=pdf.model_copy(update={"pages": manifest.pages}),
        manifest=manifest_file,
        created_at=desk.now(),
        created_by=by,
    )
    with desk.catalogue.write() as tx:
        already_filed = filing.find_bundle(tx, code)
        if already_filed is not None:  # another process was quicker
            return already_filed
        filing.add_bundle(tx, filed, [_filed_document(code, document) for document in manifest.documents])
        audit.record(desk, tx, by, Action.BUNDLE_ARCHIVED, code, after={"title": filed.title, "sha256": pdf.sha256})
    return filed


def save_recipe(desk: Desk, name: str, request: BundleRequest, by: str, id: str = "") -> Recipe:
    """Save a request under a name, to be made again; `id` names the recipe it replaces. Raises InvalidSubmission."""
    name = tidy(name)
    if not name:
        raise InvalidSubmission([FieldError("name", "Beri nama resep ini, misalnya Bundel bulanan pemeliharaan.")])
    body = request.model_dump(mode="json", exclude_none=True, exclude_defaults=True)
    for of_one_caller in ("recipe", "within"):
        body.pop(of_one_caller, None)
    recipe = Recipe(id=id or str(ULID()).lower(), name=name, request=body, created_at=desk.now(), created_by=by)
    with desk.catalogue.write() as tx:
        filing.put_recipe(tx, recipe)
        audit.record(desk, tx, by, Action.RECIPE_SAVED, recipe.id, after={"name": recipe.name, "request": body})
    return recipe


def remove_recipe(desk: Desk, id: str, by: str) -> None:
    """Delete a recipe. Raises RecordMissing."""
    with desk.catalogue.write() as tx:
        recipe = filing.get_recipe(tx, id)
        filing.remove_recipe(tx, id)
        audit.record(desk, tx, by, Action.RECIPE_REMOVED, id, before={"name": recipe.name})


def request_of(desk: Desk, id: str, *, new_only: bool = False) -> BundleRequest:
    """Return the request of a recipe; `new_only`: for what was not filed by it yet. Raises RecordMissing."""
    with desk.catalogue.read() as tx:
        recipe = filing.get_recipe(tx, id)
    body = recipe.request | {"recipe": recipe.id}
    return BundleRequest.model_validate(body | ({"new_only": True} if new_only else {}))


def _filed_document(code: str, document: ManifestDocument) -> FiledDocument:
    return FiledDocument(
        bundle=code,
        document=document.id,
        revision=document.revision,
        sha256=document.sha256,
        pages=document.pages,
        starts_at=document.starts_at,
    )
