"""How people prove on these pages who they are: a code, a passkey, and what is asked of them for it."""

from __future__ import annotations

import datetime as dt

from flask import current_app, request, session

from docgen.desk.access.factors.passkeys import Question, check_passkey, site_of
from docgen.desk.access.factors.second_factors import check_code
from docgen.desk.access.factors.totp import factor_box
from docgen.errors import Conflict
from docgen.secret_box import SecretBox
from storage.records import SignInMethod, User
from web.desk import get_desk

_QUESTION = "tantangan"  # in the session: what a passkey is to sign, and when it was asked


def box() -> SecretBox:
    """Return what secrets of factors are encrypted with."""
    return factor_box(str(current_app.secret_key))


def ask() -> Question:
    """Return a new question to a passkey of whoever holds this browser."""
    question = Question.new(get_desk())
    session[_QUESTION] = [question.challenge.hex(), question.asked_at.isoformat()]
    return question


def last_question() -> Question | None:
    """Return the question that this browser was asked last, which it can answer once; None when there is none."""
    try:
        challenge, moment = session.pop(_QUESTION, None) or ("", "")
        return Question(bytes.fromhex(challenge), dt.datetime.fromisoformat(moment))
    except (TypeError, ValueError):
        return None


def passkeys_work() -> bool:
    """Return whether a passkey can be used here: the service has a fitting address, and was opened by it."""
    try:
        return site_of(get_desk()).origin == request.host_url.rstrip("/").lower()
    except Conflict:
        return False


def owner_of_passkey(answer: str, user: str = "") -> User | None:
    """Return whose passkey answered the last question; with `user`, None for anybody else's."""
    question = last_question()
    return None if question is None else check_passkey(get_desk(), box(), question, answer, user)


def prove(user: User, code: str, answer: str) -> SignInMethod | None:
    """Return by which factor a person proved who they are, a passkey's answer or a code; None when it is wrong."""
    if answer:
        return "passkey" if owner_of_passkey(answer, user.name) else None
    return check_code(get_desk(), box(), user.name, code)
