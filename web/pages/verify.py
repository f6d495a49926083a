"""Is this paper genuine? The public page that the QR opens; it tells what is registered, never the contents."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from docgen.desk.issue import CODE_ALPHABET, CODE_LENGTH
from storage.catalogue import documents
from storage.errors import RecordMissing
from storage.records import Office, Official
from web.desk import get_desk

blueprint = Blueprint("verify", __name__, url_prefix="/verifikasi")

PREVIEW = "PRATINJAU"
_MISREAD = str.maketrans("ILO", "110")


@blueprint.get("")
def ask() -> ResponseReturnValue:
    """Type the code."""
    code = request.args.get("kode", "").strip()
    if code:
        return redirect(url_for(".show", code=normalise(code) or code[:60]))
    return render_template("verify/ask.html")


@blueprint.get("/<code>")
def show(code: str) -> ResponseReturnValue:
    """What is registered under a code."""
    plain = normalise(code)
    if "".join(filter(str.isalpha, code.upper())) == PREVIEW:
        return render_template("verify/result.html", result="preview", code=code)
    try:
        with get_desk().catalogue.read() as tx:
            document = documents.find_by_code(tx, plain)
            snapshot = documents.get_contents(tx, document.id)[1]
    except RecordMissing:
        hint = code_hint(plain)
        return render_template("verify/result.html", result="unknown", code=code[:60], hint=hint), 404
    then = Office.model_validate(snapshot["office"])
    return render_template(
        "verify/result.html",
        result=document.status,
        code=plain,
        document=document,
        signer=Official.model_validate(snapshot["signer"]),
        then=then,
        shows_title=then.security_code == "B",  # what a restricted letter is about is not for everyone
    )


def normalise(code: str) -> str:
    """A code as typed from paper: groups, lower case, and letters that look like digits are all understood."""
    return "".join(char for char in code.upper().translate(_MISREAD) if char in CODE_ALPHABET)


def code_hint(plain: str) -> str:
    """What may be wrong with a code that is not known."""
    if len(plain) == CODE_LENGTH:
        return "Cocokkan lagi setiap huruf dan angkanya dengan yang tercetak."
    return f"Kode terdiri atas {CODE_LENGTH} huruf dan angka; yang Anda tulis {len(plain)}."
