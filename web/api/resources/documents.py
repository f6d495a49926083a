"""Issue, find, read, preview and void documents."""

from __future__ import annotations

from typing import Any

from flask import Response, request
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import Connection
from werkzeug.exceptions import UnsupportedMediaType

from docgen.desk import Desk
from docgen.desk.access.secret_readings import may_have_original
from docgen.desk.archive.renewal import renew_letter
from docgen.desk.decisions.attach import attach
from docgen.desk.decisions.endorse import EndorsementRequest, endorse
from docgen.desk.decisions.invite_signature import SignatureInvitation, invite
from docgen.desk.decisions.number import NumberRequest, give_number
from docgen.desk.decisions.seal import seal
from docgen.desk.decisions.sign import sign
from docgen.desk.decisions.void import void
from docgen.desk.dossiers.document_state import archived_revision
from docgen.desk.dossiers.standing import STATE_OF, refresh
from docgen.desk.inbox.inbox import roles_of
from docgen.desk.issuing.dossier_choice import NEW
from docgen.desk.issuing.issue import issue_letter
from docgen.desk.issuing.prepare import prepare
from docgen.desk.issuing.preview import show
from docgen.desk.issuing.request import DocumentRequest
from docgen.desk.revisions.srikandi import srikandi_docx
from docgen.desk.revisions.stamps import copy_of
from docgen.desk.signing.request import DocumentSignatureRequest
from docgen.errors import DataFileError, FieldError, InvalidSubmission, NotFound
from docgen.foreign import page_png
from storage import media_types
from storage.catalogue import documents
from storage.catalogue.registers import get_official
from storage.catalogue.searching.search import DECIDED, Filter, search_documents
from storage.errors import RecordMissing
from storage.records import Attachment, Document, Original, Revision
from web.api.http.auth import asker, caller, limits, may_make, read_document, see_document
from web.api.http.calls import Answer, Media, call
from web.api.http.file_responses import HEADERS, file_name, send_bytes, send_object
from web.api.http.idempotency import HEADER, idempotency_of
from web.api.schemas import answers, views
from web.api.schemas.queries import DocumentQuery, DocxQuery, PdfQuery, PreviewQuery
from web.desk import get_desk
from web.secret_fields import sent_secret

PDF = Media((media_types.PDF,))
DOSSIER, REPLACES = "X-Docgen-Dossier", "X-Docgen-Replaces"
DOCX = Media((media_types.DOCX,))
SENT = Media((media_types.PDF, media_types.JPEG, media_types.PNG))
UPLOAD = Media(())  # multipart only: a file has a name to be called by


class VoidRequest(BaseModel):
    """Why a document is voided; the reason stands in the register."""

    model_config = ConfigDict(extra="forbid")

    reason: str = Field(min_length=1, max_length=1000, examples=["Salah aset; diganti naskah baru."])


@call(
    "POST",
    "/documents",
    "Issue a document",
    tag="Documents",
    office_wide=False,
    action="issue",
    body=DocumentRequest,
    returns={201: answers.IssuedDocument},
    problems=(409,),
    answer_headers={"Location": "The document"},
    headers=HEADER,
)
def post_document(body: DocumentRequest) -> Answer:
    """Number, render and archive a document. Nothing is replaced unless `replaces` names it; `dossier_joined` tells how
    the document came into its dossier. A 422, a 429 and a 503 without `document` use no number: what cannot be made,
    or for what there is no room, is refused before. A 503 with `document` took one: the document is finished with it as
    soon as what was away is back, and need not be sent again. Should a numbered document fail for good all the same,
    that is a 422 document-failed with `document`: void it."""
    within = may_make(body)
    desk = get_desk()
    letter = issue_letter(desk, body, caller().name, idempotency_of(body), within, caller().id)
    answer = views.issued_document(desk, letter, body, within)
    return Answer(answer, 201, {"Location": views.document_address(desk, letter.document.id)})


@call("GET", "/documents", "Search documents", tag="Documents", office_wide=False, action="read", query=DocumentQuery,
      returns={200: answers.DocumentPage})  # fmt: skip
def list_documents(query: DocumentQuery) -> answers.DocumentPage:
    """Documents that fit every filter, newest first. `q` looks at number, title, NIBAR and names of assets. A document
    whose voiding or replacement is decided is neither `awaiting` nor `decided`. 422 when there is no such official."""
    desk = get_desk()
    if query.awaiting or query.decided:
        refresh(desk)
    with desk.catalogue.read() as tx:
        criteria = Filter(
            **query.model_dump(exclude={"limit", "status", "awaiting", "decided"}),
            status=query.status or "",
            **_standing(desk, tx, query),
            within=limits(),
        )
        matches = search_documents(tx, criteria, limit=query.limit + 1)
        items = matches[: query.limit]
        found_documents = views.found_documents(desk, tx, items, limits())
    return answers.DocumentPage(items=found_documents, next=items[-1].id if len(matches) > query.limit else None)


@call(
    "GET",
    "/documents/<id>",
    "One document",
    tag="Documents",
    office_wide=False,
    action="read",
    returns={200: answers.DocumentRecord},
)
def get_document(id: str) -> answers.DocumentRecord:
    """Everything about a document, with every revision."""
    read_document(id)
    desk = get_desk()
    with desk.catalogue.read() as tx:
        return views.document_record(desk, tx, documents.get_document(tx, id), limits())


@call(
    "GET",
    "/documents/<id>/pdf",
    "The archived PDF",
    tag="Documents",
    office_wide=False,
    action="read",
    query=PdfQuery,
    returns={200: PDF, 206: PDF, 302: None, 304: None},
    problems=(409, 416),
    answer_headers=HEADERS,
)
def get_pdf(id: str, query: PdfQuery) -> Response:
    """The PDF, byte for byte as archived, or a copy marked as one; 409 while the document is only reserved."""
    document, revision = _stored(id, query.revision)
    pdf = revision.pdf
    if query.copy_:
        return send_bytes(copy_of(get_desk(), revision), pdf.content_type, _name(document, "pdf"), inline=True)
    return send_object(pdf.key, pdf.sha256, pdf.content_type, _name(document, "pdf"), inline=True, size=pdf.size)


@call("GET", "/documents/<id>/docx", "The editable Word file", tag="Documents", office_wide=False, action="read",
      query=DocxQuery,
      returns={200: DOCX, 206: DOCX, 302: None, 304: None}, problems=(409, 416), answer_headers=HEADERS)  # fmt: skip
def get_docx(id: str, query: DocxQuery) -> Response:
    """The Word file the PDF was made from; 409 while the document is only reserved. With `srikandi` it is made again
    with `${nomor_naskah}`, `${tanggal_naskah}` and `${ttd_pengirim}` for upload to SRIKANDI, whichever the revision;
    409 when the document is void or superseded."""
    document, revision = _stored(id, query.revision)
    docx = revision.docx
    if query.srikandi:
        name = _name(document, "docx", " (SRIKANDI)")
        return send_bytes(srikandi_docx(get_desk(), id, limits()), docx.content_type, name, inline=False)
    return send_object(docx.key, docx.sha256, docx.content_type, _name(document, "docx"), inline=False, size=docx.size)


@call("POST", "/documents/<id>/number", "Enter the number of another system", tag="Documents", office_wide=False,
      action="issue", body=NumberRequest, returns={200: answers.Document}, problems=(409,))  # fmt: skip
def post_number(id: str, body: NumberRequest) -> answers.Document:
    """A document that was `awaiting_number` is made again with number and date, and is `issued`; one with a number of
    the office's own has this one as well. The same number again changes nothing. 409 when the number is another
    document's in that system, or this one has another already: with `reason` that is corrected, as a new revision."""
    see_document(id)
    desk = get_desk()
    document = give_number(desk, id, body, caller().name, limits())
    with desk.catalogue.read() as tx:
        return views.document(desk, tx, document, limits())


@call(
    "POST",
    "/documents/<id>/void",
    "Void a document",
    tag="Documents",
    office_wide=False,
    action="issue",
    body=VoidRequest,
    returns={200: answers.Document},
    problems=(409,),
)
def post_void(id: str, body: VoidRequest) -> answers.Document:
    """The document stays in the archive and its number in the register, both marked void; 409 when it is not in
    force any more."""
    see_document(id)
    desk = get_desk()
    document = void(desk, id, body.reason, caller().name, limits())
    with desk.catalogue.read() as tx:
        return views.document(desk, tx, document, limits())


@call(
    "POST",
    "/documents/<id>/endorsements",
    "Decide on a document",
    tag="Documents",
    office_wide=False,
    action="endorse",
    body=EndorsementRequest,
    returns={201: answers.Document},
    problems=(409,),
    answer_headers={"Location": "The document"},
)
def post_endorsement(id: str, body: EndorsementRequest) -> Answer:
    """Record an official's decision at the step of the SOP whose turn it is: a new revision with its stamp. 403 when
    it is not this official's decision or the token was not given the official; 409 when there is nothing to decide."""
    see_document(id)
    return _created_answer(endorse(get_desk(), id, body, caller().name, caller().officials, limits()))


@call("POST", "/documents/<id>/attachments", "File a signed copy", tag="Documents", office_wide=False, action="file",
      body=UPLOAD, returns={201: answers.AttachedDocument}, problems=(409,),
      answer_headers={"Location": "The document"})  # fmt: skip
def post_attachment(id: str) -> Answer:
    """File the electronically signed PDF or a scan of the signed paper (PDF, JPG, PNG). A signed file becomes the
    document's PDF, byte for byte, when it begins with the bytes of the current PDF and nothing but signatures came
    after them, or when every signature is trusted (`DOCGEN_TRUST`) and the code of the document is in it; any other,
    and every scan, lies beside the PDF: `attachment` tells which, and why. In bundles a scan takes the place of the
    pages it holds. The file is also kept as it came. 422 when it is another document's, cannot be read, or its
    signature is broken; 409 when the document is not in force or the file is there already."""
    see_document(id)
    if request.mimetype != "multipart/form-data":
        raise UnsupportedMediaType
    file = request.files.get("file")
    if file is None:
        raise DataFileError("Berkas tidak ada. Kirim PDF, JPG, atau PNG sebagai bagian multipart bernama file.")
    desk = get_desk()
    document = attach(desk, id, file.read(), file.filename or "berkas", caller().name, limits())
    with desk.catalogue.read() as tx:
        return Answer(
            views.attached_document(desk, tx, document), 201, {"Location": views.document_address(desk, document.id)}
        )


@call("GET", "/documents/<id>/attachments/<sha256>", "A filed copy", tag="Documents", office_wide=False, action="read",
      returns={200: SENT, 206: SENT, 302: None, 304: None}, problems=(416,), answer_headers=HEADERS)  # fmt: skip
def get_attachment(id: str, sha256: str) -> Response:
    """The signed PDF, or the PDF made of scans; by its own SHA-256 also the file as it was sent, byte for byte."""
    read_document(id)
    with get_desk().catalogue.read() as tx:
        revisions = documents.list_revisions(tx, documents.get_document(tx, id).id)
        within = limits()
    attachments = [attachment for past in revisions for attachment in past.attachments]
    attached: Attachment | Original | None = next(
        (attachment for attachment in attachments if attachment.file.sha256 == sha256), None
    )
    inline = attached is not None
    if attached is None:
        originals = (original for attachment in attachments for original in attachment.originals)
        with get_desk().catalogue.read() as tx:
            attached = next(
                (one for one in originals if one.file.sha256 == sha256 and may_have_original(tx, one, within)), None
            )
    if attached is None:
        raise NotFound("Lampiran ini tidak ada pada naskah itu.")
    file = attached.file
    name = file_name(attached.name.rpartition(".")[0] or attached.name, file.key.rpartition(".")[2])
    return send_object(file.key, file.sha256, file.content_type, name, inline=inline, size=file.size)


@call("POST", "/documents/<id>/seal", "Seal a document", tag="Documents", office_wide=False, action="issue",
      returns={201: answers.Document}, problems=(409, 502), answer_headers={"Location": "The document"})  # fmt: skip
def post_seal(id: str) -> Answer:
    """Put the office's electronic seal (PAdES) on the current PDF. 409 when the office has none, its certificate has
    expired, or the timestamp server does not answer: the document then stays as it was. Where the office has no seal of
    its own, BSrE puts it on: 409 when that is to be activated again, 422, 502 and 503 as when an official signs; the
    document waits for nothing."""
    see_document(id)
    return _created_answer(seal(get_desk(), id, caller().name, limits()))


@call("POST", "/documents/<id>/sign", "Sign a document", tag="Documents", office_wide=False, action="endorse",
      body=DocumentSignatureRequest, returns={201: answers.Document}, problems=(409, 502),
      answer_headers={"Location": "The document"})  # fmt: skip
def post_signature(id: str, body: DocumentSignatureRequest) -> Answer:
    """Sign an issued document: `bsre` by the electronic signature of its signer, or of the official whose decision is
    next, which the signature then is; `seal` with the office's seal; `paper` notes that it is signed by hand, so that
    it waits no longer. 422 with BSrE's reason when it refuses: nothing is changed. 503 with `document` when BSrE did
    not answer: the document waits (`signatures.state`), and whoever signs decides whether to ask again; the passphrase
    is kept nowhere. 502 when what came back is not the document with this official's signature: it is kept for the
    administrator."""
    see_document(id)
    secret = sent_secret("passphrase") or sent_secret("totp")
    return _created_answer(sign(get_desk(), asker(), id, body, limits(), secret))


@call("POST", "/documents/<id>/renewals", "Renew the signatures of a document", tag="Documents", office_wide=False,
      action="issue", returns={201: answers.Document}, problems=(409,),
      answer_headers={"Location": "The document"})  # fmt: skip
def post_renewal(id: str) -> Answer:
    """Add revocation data (OCSP answers or CRLs) of every signature and a document timestamp to the current PDF (PAdES
    B-LTA), as a revision `renewed`. 409 when it is not signed, a signature is not valid, or one of the servers does not
    answer: the document then stays as it was."""
    see_document(id)
    return _created_answer(renew_letter(get_desk(), id, caller().name, limits()))


@call("POST", "/documents/<id>/signature-requests", "Ask for an electronic signature", tag="Documents",
      office_wide=False, action="issue", body=SignatureInvitation, returns={201: answers.Document}, problems=(409,),
      answer_headers={"Location": "The document"})  # fmt: skip
def post_signature_request(id: str, body: SignatureInvitation) -> Answer:
    """Let an issued document wait for the electronic signature of its signer, or of the official whose decision is
    next, until it is signed, signed by hand (`paper`), voided or superseded; who signs is told. 409 when that official
    has signed it."""
    see_document(id)
    return _created_answer(invite(get_desk(), id, body, caller().name, limits()))


@call("POST", "/previews", "Preview a document", tag="Documents", office_wide=False, action="issue", query=PreviewQuery,
      body=DocumentRequest, returns={200: Media((media_types.PDF, media_types.PNG))}, problems=(404,),
      answer_headers={DOSSIER: "Id of the dossier it would go into, or `new`",
                      REPLACES: "Id of the document it would replace; absent when none"})  # fmt: skip
def post_preview(query: PreviewQuery, body: DocumentRequest) -> Response:
    """What the document would look like, and in the headers where it would go: nothing is kept and no number is used.
    404 when there is no such page."""
    desk = get_desk()
    prepared = prepare(desk, body, may_make(body))
    produced = show(desk, prepared)
    headers = {DOSSIER: prepared.submission.dossier or NEW}
    if prepared.submission.replaces:
        headers[REPLACES] = prepared.submission.replaces
    if query.format == "png":
        return Response(page_png(produced.pdf, query.page), content_type=media_types.PNG, headers=headers)
    return Response(produced.pdf, content_type=media_types.PDF, headers=headers)


def _standing(desk: Desk, tx: Connection, query: DocumentQuery) -> dict[str, Any]:
    """Return the fields of a Filter that a query for decisions means. Raises InvalidSubmission."""
    if query.awaiting and query.decided:
        both = "Pilih salah satu: awaiting (masih menunggu keputusan) atau decided (sudah diputus)."
        raise InvalidSubmission([FieldError("decided", both)])
    if query.decided:
        return {"standing": DECIDED if query.decided == "any" else STATE_OF[query.decided]}
    if not query.awaiting:
        return {}
    if query.awaiting == "any":
        return {"standing": "awaiting"}
    try:
        official = get_official(tx, query.awaiting)
    except RecordMissing as error:
        raise InvalidSubmission([FieldError("awaiting", str(error))]) from error
    return {"standing": "awaiting", "roles": tuple(roles_of(desk, tx, [official.id]))}


def send_pdf(id: str) -> Response:
    """Return the current PDF of a document that the caller may see. Raises RecordMissing, Conflict, NotFound."""
    document, revision = _archived(id, None)
    pdf = revision.pdf
    return send_object(pdf.key, pdf.sha256, pdf.content_type, _name(document, "pdf"), inline=True)


def _created_answer(document: Document) -> Answer:
    desk = get_desk()
    with desk.catalogue.read() as tx:
        return Answer(
            views.document(desk, tx, document, limits()), 201, {"Location": views.document_address(desk, document.id)}
        )


def _stored(id: str, number: int | None) -> tuple[Document, Revision]:
    """Return a document with one of its revisions. Raises RecordMissing, Conflict, NotFound."""
    read_document(id)
    return _archived(id, number)


def _archived(id: str, number: int | None) -> tuple[Document, Revision]:
    with get_desk().catalogue.read() as tx:
        return archived_revision(tx, id, number or 0)


def _name(document: Document, suffix: str, remark: str = "") -> str:
    return file_name(f"{get_desk().kind_title(document.kind)} {document.number}{remark}", suffix)
