"""Sign electronically: letters are read and ticked, one passphrase signs them, and what became of each is shown."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from pydantic import ValidationError

from docgen.desk.decisions.invite_signature import SignatureInvitation
from docgen.desk.decisions.invite_signature import invite as invite_signature
from docgen.desk.decisions.sign import sign as sign_document
from docgen.desk.drafts.requests import SignRequest
from docgen.desk.drafts.sign import sign as sign_draft
from docgen.desk.revisions.journal import DocumentPending
from docgen.desk.signature_jobs.request import SignaturesRequest, begin_signatures
from docgen.desk.signing.outcomes import SignatureAwaited, SignedFileRefused
from docgen.desk.signing.request import DocumentSignatureRequest
from docgen.errors import BsreRefused, BsreUnavailable, Conflict, Forbidden, InvalidSubmission
from storage.records import Official
from web.desk import get_desk, get_jobs
from web.errors import http_error
from web.pages.hands.letters_to_sign import LetterToSign, find_letters, list_letters, with_pictures
from web.pages.hands.signer_check import BSRE, PASSPHRASE, check_signer, note_method
from web.pages.shell.access import limits, may, me, see_document
from web.pages.shell.kept_form import SIGNING_SECRETS
from web.pages.shell.message_translation import flash
from web.secret_fields import sent_secret
from wording import say

blueprint = Blueprint("signing", __name__, url_prefix="/tanda-tangan")

READ_AT_ONCE = 12  # letters on a page: their drafts' pages are remembered while they are read
MOST_SIGNED = 60  # letters by one passphrase
NONE_TICKED = "Centang dahulu naskah yang sudah Anda baca."
GONE = "Naskah yang dipilih berubah atau tidak menunggu tanda tangan Anda lagi."
SIGN_ONE = "Tanda tangani naskah ini"


@blueprint.get("")
@may("endorse")
def read() -> ResponseReturnValue:
    """Show the letters that wait for an official's electronic signature, page by page, each with a tick below it."""
    letters = list_letters()
    counts = Counter(signer.id for letter in letters for signer in letter.signers)
    officials = {signer.id: signer for letter in letters for signer in letter.signers}
    official = officials.get(request.args.get("official", "")) or next(iter(officials.values()), None)
    own = [letter for letter in letters if official and official.id in {signer.id for signer in letter.signers}]
    ticked = request.args.getlist("pilih")
    own.sort(key=lambda letter: letter.choice not in ticked)
    return render_template(
        "signing/read.html",
        letters=[with_pictures(letter) for letter in own[:READ_AT_ONCE]],
        total=len(own),
        official=official,
        signers=[(signer, counts[signer.id]) for signer in officials.values()],
        ticked=ticked,
    )


@blueprint.get("/kata-sandi")
@may("endorse")
def ask() -> ResponseReturnValue:
    """Ask for the passphrase, once BSrE says that the official may sign."""
    return _ask(*_chosen(request.args.getlist("pilih"), request.args.get("official", "")))


@blueprint.post("/kata-sandi")
@may("endorse")
def sign() -> ResponseReturnValue:
    """Sign what was ticked with one passphrase: one letter at once, several by a job whose page follows."""
    letters, gone, official = _chosen(request.form.getlist("pilih"), request.form.get("official", ""))
    if not letters or official is None:
        return _ask(letters, gone, official)
    try:
        address = _sign(letters, official)
    except InvalidSubmission as invalid:
        problem = invalid.errors[0]
        if problem.field in SIGNING_SECRETS:
            return _ask(letters, gone, official, wrong=problem.message, wrong_field=problem.field), 422
        return _ask(letters, gone, official, refused=invalid.summary()), 422
    except BsreRefused as error:
        if error.field in SIGNING_SECRETS:
            return _ask(letters, gone, official, wrong=str(error), wrong_field=error.field), 422
        return _ask(letters, gone, official, refused=str(error)), 422
    except (BsreUnavailable, Conflict, Forbidden) as error:
        answer = http_error(error)
        return _ask(letters, gone, official, refused=str(error)), answer.status if answer else 409
    note_method(official.id, BSRE)
    return redirect(address, 303)


@blueprint.post("/naskah/<id>/minta")
@may("issue")
def invite(id: str) -> ResponseReturnValue:
    """Ask the signer of a letter for his electronic signature: it waits for it, and he is told."""
    see_document(id)
    try:
        invite_signature(get_desk(), id, SignatureInvitation(), me().name, limits())
        flash("Tanda tangan elektronik diminta; naskah ini menunggu penanda tangannya.", "success")
    except Conflict as error:
        flash(error, "danger")
    return redirect(f"{url_for('document.show', id=id)}#salinan", 303)


@blueprint.post("/naskah/<id>/kertas")
@may("endorse")
def on_paper(id: str) -> ResponseReturnValue:
    """Note that a letter is signed by hand, so that it waits for no electronic signature."""
    see_document(id)
    typed = {"official": request.form.get("official", ""), "method": "paper"}
    try:
        sign_document(get_desk(), me().caller, id, DocumentSignatureRequest.model_validate(typed), limits())
        flash("Tercatat: naskah ini ditandatangani di atas kertas. Unggah salinannya bila sudah dipindai.", "success")
    except ValidationError:
        flash("Pilih dahulu pejabat yang menandatangani.", "danger")
    except (Conflict, Forbidden) as error:
        flash(error, "danger")
    return redirect(f"{url_for('document.show', id=id)}#salinan", 303)


def _sign(letters: Sequence[LetterToSign], official: Official) -> str:
    """Sign letters with the secret of the form, and return the page that tells what became of them.

    Raises InvalidSubmission, BsreRefused, BsreUnavailable, Conflict, Forbidden: nothing is changed then.
    """
    desk, caller, letter = get_desk(), me().caller, letters[0].letter
    secret = sent_secret("totp") or sent_secret("passphrase")
    if len(letters) > 1:
        ids = [letter.letter.key.id for letter in letters]
        job = begin_signatures(desk, get_jobs(), caller, SignaturesRequest(documents=ids, official=official.id), secret)
        return url_for("signing_jobs.show", id=job.id)
    typed = {"official": official.id, "method": BSRE}
    try:
        if letter.key.sort == "naskah":
            of_document = DocumentSignatureRequest.model_validate(typed)
            document = sign_document(desk, caller, letter.key.id, of_document, limits(), secret)
        else:
            document = sign_draft(
                desk, caller, letter.key.id, SignRequest.model_validate(typed), letter.version, secret
            )
        flash(say("Naskah {number} ditandatangani secara elektronik.", number=document.number), "success")
    except (SignatureAwaited, SignedFileRefused) as error:
        document = error.document
        flash(error, "warning" if isinstance(error, SignatureAwaited) else "danger")
    except DocumentPending as pending:
        document = pending.document
    return url_for("document.show", id=document.id)


def _chosen(choices: Sequence[str], official: str) -> tuple[list[LetterToSign], int, Official | None]:
    """Return the chosen letters that an official may sign, how many are left out, and the official."""
    letters, gone = find_letters(choices, MOST_SIGNED)
    signers = {signer.id: signer for letter in letters for signer in letter.signers}
    signer = signers.get(official) or next(iter(signers.values()), None)
    own = [letter for letter in letters if signer in letter.signers]
    return own, gone + len(letters) - len(own), signer


def _ask(
    letters: Sequence[LetterToSign],
    gone: int,
    official: Official | None,
    wrong: str = "",
    wrong_field: str = PASSPHRASE,
    refused: str = "",
) -> Response:
    if not letters or official is None:
        flash(GONE if gone else NONE_TICKED, "warning")
        return make_response(redirect(url_for(".read"), 303))
    choices = [letter.choice for letter in letters]
    only = letters[0].letter if len(letters) == 1 else None
    answer = make_response(
        render_template(
            "signing/ask.html",
            letters=[letter.letter for letter in letters],
            choices=choices,
            gone=gone,
            button=SIGN_ONE if only else say("Tanda tangani {count} naskah", count=len(letters)),
            signer=check_signer(get_desk(), official),
            wrong=wrong,
            wrong_field=wrong_field,
            refused=refused,
            back=only.page if only else url_for(".read", official=official.id, pilih=choices),
            retry=url_for(".ask", official=official.id, pilih=choices),
        )
    )
    answer.headers["Cache-Control"] = "no-store"  # no browser shows it again from memory, with what was typed
    return answer
