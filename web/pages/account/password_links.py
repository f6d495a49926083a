"""Choose a password by a link, and ask for such a link by mail."""

from __future__ import annotations

from flask import Blueprint, Response, make_response, render_template, request
from flask.typing import ResponseReturnValue
from flask_login import current_user

from docgen.desk.access.password_links import find_link_owner, use_link
from docgen.desk.access.passwords import SHORTEST_PASSWORD
from docgen.desk.access.sessions import end_session
from docgen.desk.notices.password_mails import request_link
from docgen.errors import FieldError, Gone, InvalidSubmission, NotFound
from docgen.links import PASSWORD_LINK
from web.desk import get_desk
from web.pages.account.begin import sign_out_here
from web.pages.shell.access import me, public
from web.pages.shell.rate_limits import count_forgotten

blueprint = Blueprint("password_links", __name__)

_LONGEST = 300  # characters, as names and addresses may have


@blueprint.route(f"{PASSWORD_LINK}<token>", methods=["GET", "POST"])
@public("who forgot the password cannot sign in; the token says whose account it is")
def choose(token: str) -> ResponseReturnValue:
    """Show whose password a link is for; set it by the form alone, because mail scanners open every address."""
    errors: list[FieldError] = []
    try:
        owner = find_link_owner(get_desk(), token)
        if request.method == "POST":
            new = request.form.get("new", "")
            if new != request.form.get("again", ""):
                errors = [FieldError("again", "Kedua kata sandi baru tidak sama. Ketik ulang.")]
            else:
                use_link(get_desk(), token, new)
                if current_user.is_authenticated:
                    end_session(get_desk(), me().session, me().name)
                return sign_out_here("Kata sandi Anda sudah diganti. Masuk dengan kata sandi baru itu.")
    except InvalidSubmission as error:
        errors = error.errors
    except NotFound as error:
        over = isinstance(error, Gone)
        page = render_template("account/link_over.html", message=error.args[0], gone=over)
        return _private(make_response(page, 410 if over else 404))
    page = render_template(
        "account/choose_password.html", owner=owner, token=token, errors=errors, shortest=SHORTEST_PASSWORD
    )
    return _private(make_response(page, 422 if errors else 200))


@blueprint.route("/lupa-sandi", methods=["GET", "POST"])
@public("who forgot the password cannot sign in")
def forgotten() -> ResponseReturnValue:
    """Ask for a link by mail; the answer is the same whether there is such an account or not."""
    has_mail = get_desk().mail is not None
    name = request.form.get("name", "").strip()[:_LONGEST]
    sent = bool(request.method == "POST" and has_mail and name)
    if sent:
        count_forgotten(name)
        request_link(get_desk(), name)
    return render_template("account/forgotten.html", has_mail=has_mail, sent=sent, name=name)


def _private(answer: Response) -> Response:
    """Keep the address of a link from other sites and from this browser's store."""
    answer.headers["Referrer-Policy"] = "strict-origin"  # not no-referrer: the form's own check asks for the origin
    answer.headers["Cache-Control"] = "no-store"
    return answer
