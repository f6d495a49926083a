"""Kinds that the office makes itself: upload, edit, try, publish, roll back, export and import."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import asdict
from typing import Annotated, Any

from flask import Response, request
from pydantic import BaseModel, ConfigDict, Field, RootModel
from werkzeug.exceptions import UnsupportedMediaType

from docgen.desk.kinds import kind_file
from docgen.desk.kinds.edit import begin_draft, put_fields, sheet_of, withdraw
from docgen.desk.kinds.publish import cancel_plan, publish, retire, roll_back
from docgen.desk.kinds.readable import examined, with_findings
from docgen.desk.kinds.trial import preview, try_version
from docgen.desk.kinds.upload import upload
from docgen.desk.kinds.versions import KindHistory, content_of, history, read_version, stage_of, template_of
from docgen.errors import DataFileError, NotFound
from docgen.foreign import page_png
from docgen.kinds.kind import Kind
from docgen.template_lint.finding import Finding
from storage import media_types
from storage.catalogue.kind_versions import DELIVERED
from storage.records import KindPublication, KindVersion
from web.api.http.auth import asker
from web.api.http.calls import Answer, Media, call
from web.api.http.file_responses import HEADERS, file_name, send_bytes
from web.api.http.request_input import read_form
from web.api.schemas import answers
from web.api.schemas.queries import PreviewQuery, TemplateQuery
from web.desk import get_desk

TAG = "Kinds"
DOCX = Media((media_types.DOCX,))
KIND_FILE = Media((media_types.ZIP,))


class UploadForm(BaseModel):
    """What a Word file becomes: a new kind, or a new version of the one with this slug."""

    model_config = ConfigDict(extra="ignore")

    title: Annotated[str, Field(max_length=200, description="By default what the file is called")] = ""
    slug: Annotated[str, Field(max_length=60, description="By default after the title")] = ""


class ImportForm(BaseModel):
    """What the file of a kind becomes here."""

    model_config = ConfigDict(extra="ignore")

    slug: Annotated[str, Field(max_length=60, description="By default what it was called where it comes from")] = ""


class FieldsRequest(RootModel[dict[str, Any]]):
    """A field sheet, as `fields.yaml` has it; keys that are left out stay. `example` beside them is the new example."""


class VersionRequest(BaseModel):
    """Which version is meant; 0 is the delivered or installed kind."""

    model_config = ConfigDict(extra="forbid")

    version: Annotated[int, Field(ge=0, le=1_000_000)]


class KindPreviewRequest(BaseModel):
    """What the letter is filled with; without `data` its example."""

    model_config = ConfigDict(extra="forbid")

    data: dict[str, Any] | None = None


class PublishRequest(BaseModel):
    """When the version begins; now when left out."""

    model_config = ConfigDict(extra="forbid")

    start: Annotated[dt.date | None, Field(alias="from", description="A day, from midnight at the office")] = None


UPLOADED = Media((), form=UploadForm)
IMPORTED = Media((), form=ImportForm)


@call("POST", "/kinds", "Upload a template", tag=TAG, action="edit_templates", body=UPLOADED,
      returns={201: answers.KindDraft}, problems=(409,))  # fmt: skip
def post_kind() -> Answer:
    """Keep a Word file (.docx) as the draft of a new kind, or of a new version of the kind with this `slug`. A form is
    proposed for its tags, and the lint's findings are told. The same file again is the same draft. 409 when another
    kind has this title."""
    source, name = _sent_file()
    form = read_form(UploadForm)
    taken = upload(get_desk(), asker(), source, name, title=form.title, slug=form.slug)
    return Answer(_draft(taken.version, taken.findings), 201)


@call("POST", "/kinds/import", "Import a kind", tag=TAG, action="edit_templates", body=IMPORTED,
      returns={201: answers.KindDraft}, problems=(409,))  # fmt: skip
def post_import() -> Answer:
    """Take a `.naskah` of another office in as a draft, after its hashes and its template were checked; of a kind that
    is here it is a new version."""
    source, _name = _sent_file()
    taken = kind_file.import_kind(get_desk(), asker(), source, slug=read_form(ImportForm).slug)
    return Answer(_draft(taken.version, taken.findings), 201)


@call("GET", "/kinds/<kind>/versions", "The versions of a kind", tag=TAG, action="read", office_wide=False,
      returns={200: list[answers.KindVersion]})  # fmt: skip
def list_kind_versions(kind: str) -> list[answers.KindVersion]:
    """Every version, oldest first, and when it is in force; version 0 is the delivered or installed kind."""
    past = history(get_desk(), asker(), kind)
    versions = [_version(past, version) for version in past.versions]
    installed = get_desk().kind_register.installed.get(kind)
    return ([_installed(past, installed)] if installed else []) + versions


@call("POST", "/kinds/<kind>/versions", "Begin a draft", tag=TAG, action="edit_templates", body=VersionRequest,
      returns={201: answers.KindFields}, problems=(409,))  # fmt: skip
def post_kind_version(kind: str, body: VersionRequest) -> Answer:
    """Begin a draft that says what a version says, to change its fields."""
    return Answer(_fields(begin_draft(get_desk(), asker(), kind, body.version)), 201)


@call("GET", "/kinds/<kind>/versions/<version>", "One version of a kind", tag=TAG, action="read", office_wide=False,
      returns={200: answers.KindFields})  # fmt: skip
def get_kind_version(kind: str, version: str) -> answers.KindFields:
    """Its fields, its example and what the lint finds in its template."""
    return _fields(read_version(get_desk(), kind, _number(version)))


@call("PUT", "/kinds/<kind>/versions/<version>/fields", "Change the fields of a draft", tag=TAG,
      action="edit_templates", body=FieldsRequest, returns={200: answers.KindFields}, problems=(409,))  # fmt: skip
def put_kind_fields(kind: str, version: str, body: FieldsRequest) -> answers.KindFields:
    """Change the field sheet, with the keys of `fields.yaml`, and its `example`. 409 when the version was published or
    withdrawn."""
    sheet = dict(body.root)
    example = sheet.pop("example", None)
    return _fields(put_fields(get_desk(), asker(), kind, _number(version), sheet, example=example))


@call("POST", "/kinds/<kind>/versions/<version>/preview", "Preview a version", tag=TAG, action="edit_templates",
      query=PreviewQuery, body=KindPreviewRequest, optional_body=True,
      returns={200: Media((media_types.PDF, media_types.PNG))})  # fmt: skip
def post_kind_preview(kind: str, version: str, query: PreviewQuery, body: KindPreviewRequest) -> Response:
    """A letter of this version, filled with `data` or its example: nothing is kept and no number is used. 404 when
    there is no such page."""
    produced = preview(get_desk(), asker(), kind, _number(version), body.data)
    if query.format == "png":
        return Response(page_png(produced.pdf, query.page), content_type=media_types.PNG)
    return Response(produced.pdf, content_type=media_types.PDF)


@call("POST", "/kinds/<kind>/versions/<version>/try", "Try a version", tag=TAG, action="edit_templates",
      returns={200: answers.KindTrial}, problems=(409,))  # fmt: skip
def post_kind_trial(kind: str, version: str) -> answers.KindTrial:
    """Fill it with its example, with as little as may be, with 60 rows and with long words; without errors a draft is
    then tried."""
    trial = try_version(get_desk(), asker(), kind, _number(version))
    letters = [
        answers.TrialLetter(input=letter.stress, pages=letter.pages, problem=letter.problem) for letter in trial.letters
    ]
    return answers.KindTrial(**_plain(trial.version, trial.findings), letters=letters)


@call("POST", "/kinds/<kind>/versions/<version>/publish", "Publish a version", tag=TAG, action="edit_templates",
      body=PublishRequest, optional_body=True, returns={200: answers.Publication}, problems=(409,))  # fmt: skip
def post_kind_publication(kind: str, version: str, body: PublishRequest) -> answers.Publication:
    """Put it in force now, or from a day on; it never changes again. A draft is tried first: 422 with what is wrong.
    409 when somebody else publishes at once, or it was withdrawn. Again, it answers the same."""
    return _publication(publish(get_desk(), asker(), kind, _number(version), body.start))


@call("POST", "/kinds/<kind>/versions/<version>/withdraw", "Withdraw a draft", tag=TAG, action="edit_templates",
      returns={204: None}, problems=(409,))  # fmt: skip
def post_kind_withdrawal(kind: str, version: str) -> Answer:
    """It stays to be seen, and is no longer edited. 409 when it was published."""
    withdraw(get_desk(), asker(), kind, _number(version))
    return Answer(None, 204)


@call("DELETE", "/kinds/<kind>/publications/<id>", "Cancel a plan", tag=TAG, action="edit_templates",
      returns={204: None}, problems=(409,))  # fmt: skip
def delete_kind_plan(kind: str, id: str) -> Answer:
    """Cancel a publication before its day. 409 when it began."""
    cancel_plan(get_desk(), asker(), kind, _number(id))
    return Answer(None, 204)


@call("POST", "/kinds/<kind>/rollback", "Roll back", tag=TAG, action="edit_templates", body=VersionRequest,
      returns={200: answers.Publication}, problems=(409,))  # fmt: skip
def post_kind_rollback(kind: str, body: VersionRequest) -> answers.Publication:
    """Put a version in force again that was so before, 0 for the delivered or installed kind."""
    return _publication(roll_back(get_desk(), asker(), kind, body.version))


@call("POST", "/kinds/<kind>/retire", "Retire a kind", tag=TAG, action="edit_templates",
      returns={200: answers.Publication}, problems=(409,))  # fmt: skip
def post_kind_retirement(kind: str) -> answers.Publication:
    """Take a kind of the office's own out of use; its letters stay. 409 for a delivered kind."""
    return _publication(retire(get_desk(), asker(), kind))


@call("GET", "/kinds/<kind>/versions/<version>/docx", "The Word file of a version", tag=TAG, action="read",
      office_wide=False, query=TemplateQuery, returns={200: DOCX}, problems=(416,), answer_headers=HEADERS)  # fmt: skip
def get_kind_docx(kind: str, version: str, query: TemplateQuery) -> Response:
    """The template as it was uploaded, or with `comments`; of version 0 the delivered or installed one."""
    content = content_of(get_desk(), kind, _number(version))
    name = file_name(f"{content.title} v{version}", "docx")
    source = with_findings(get_desk(), content) if query.comments else content.source
    return send_bytes(source, media_types.DOCX, name, inline=False)


@call("GET", "/kinds/<kind>/export", "Export a kind", tag=TAG, action="read", office_wide=False,
      returns={200: KIND_FILE}, problems=(416,), answer_headers=HEADERS)  # fmt: skip
def get_kind_export(kind: str) -> Response:
    """The version in force, else the newest, as one file (`.naskah`) for another office."""
    data = kind_file.export_kind(get_desk(), asker(), kind)
    return send_bytes(data, media_types.ZIP, file_name(kind, kind_file.ENDING), inline=False)


def _sent_file() -> tuple[bytes, str]:
    """Return bytes and name of the file that was sent. Raises UnsupportedMediaType, DataFileError."""
    if request.mimetype != "multipart/form-data":
        raise UnsupportedMediaType
    file = request.files.get("file")
    if file is None:
        raise DataFileError("Berkas tidak ada. Kirim berkasnya sebagai bagian multipart bernama file.")
    return file.read(), file.filename or ""


def _number(version: str) -> int:
    """Return a number from an address. Raises NotFound."""
    if not (version.isascii() and version.isdecimal() and len(version) < 8):
        raise NotFound("Versi ini tidak ada. Lihat daftar versinya.")
    return int(version)


def _draft(version: KindVersion, findings: Sequence[Finding]) -> answers.KindDraft:
    return answers.KindDraft(**_plain(version, findings))


def _fields(version: KindVersion) -> answers.KindFields:
    findings = examined(get_desk(), template_of(get_desk(), version), sheet_of(version))
    return answers.KindFields(**_plain(version, findings), fields=version.sheet, example=version.example)


def _plain(version: KindVersion, findings: Sequence[Finding]) -> dict[str, Any]:
    past = history(get_desk(), asker(), version.slug)
    kind = Kind(version.slug, "", sheet_of(version), version.example, b"")
    return {
        "slug": version.slug,
        "version": version.version,
        "state": stage_of(past, version),
        "sha256": version.sha256,
        "title": kind.title,
        "schema": kind.json_schema(),
        "findings": [asdict(finding) for finding in findings],
    }


def _version(past: KindHistory, version: KindVersion) -> answers.KindVersion:
    stage = stage_of(past, version)
    return answers.KindVersion(
        slug=past.slug,
        version=version.version,
        state=stage,
        in_force=stage == "in_force",
        title=str(version.sheet.get("title", past.slug)),
        sha256=version.sha256,
        template_sha256=version.template_sha256,
        created_at=version.created_at,
        created_by=version.created_by,
        note=version.note,
        publications=_publications(past, version.version),
    )


def _installed(past: KindHistory, kind: Kind) -> answers.KindVersion:
    is_used = past.number_in_force == DELIVERED
    return answers.KindVersion(
        slug=past.slug,
        version=DELIVERED,
        state="in_force" if is_used else "delivered",
        in_force=is_used,
        title=kind.title,
        sha256=kind.sha256,
        template_sha256=kind.digest,
        created_at=None,
        created_by="",
        note="",
        publications=_publications(past, DELIVERED),
    )


def _publications(past: KindHistory, number: int) -> list[answers.Publication]:
    return [_publication(item) for item in past.publications if item.version == number]


def _publication(publication: KindPublication) -> answers.Publication:
    return answers.Publication(**publication.model_dump(exclude={"slug"}))
