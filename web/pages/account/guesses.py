"""Guesses of passwords and codes on these pages: each is counted before it is looked at."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

from flask import Response, make_response
from werkzeug.exceptions import TooManyRequests

from docgen.desk.access.factors.lockout import Sort, count_try, forget_tries
from docgen.errors import TooManyTries
from web.desk import get_desk
from web.pages.shell.access import me
from web.pages.shell.known_browser import account_mark, known_browser
from web.pages.shell.rate_limits import SIGN_IN
from web.rate_limits import caller_address, get_rate_limits
from wording import say

_IN_KNOWN_BROWSER: dict[Literal["password", "code"], Sort] = {"password": "browser", "code": "browser-code"}


@dataclass(frozen=True)
class Guess:
    """A counted guess: the mark of those before it, and the address it counts for."""

    mark: str
    by_address: tuple[str, ...] = ()

    def was_right(self) -> None:
        """Begin anew for the account; what was counted for the address is given back once."""
        forget_tries(get_desk(), self.mark)
        if self.by_address:
            get_rate_limits().give_back(SIGN_IN, *self.by_address)


def guess(sort: Literal["password", "code"], name: str) -> Guess:
    """Count a guess of somebody who signs in to an account. Raises TooManyTries, TooManyRequests.

    A browser in which this account was signed in before counts by itself: whoever guesses elsewhere cannot keep its
    people out.
    """
    account, browser = account_mark(name), known_browser(name)
    if browser:
        return Guess(count_try(get_desk(), _IN_KNOWN_BROWSER[sort], browser, account))
    by_address = ("sign-in", caller_address())
    get_rate_limits().count(SIGN_IN, *by_address)
    return Guess(count_try(get_desk(), sort, account), by_address)


def guess_again(sort: Literal["own-password", "confirm"]) -> Guess:
    """Count a guess of somebody who is signed in, and proves it again. Raises TooManyTries."""
    return Guess(count_try(get_desk(), sort, me().session))


def message_of(refused: TooManyTries | TooManyRequests) -> str:
    """Return when to try again, as a sentence."""
    if isinstance(refused, TooManyTries):
        return str(refused)
    minutes = math.ceil(_seconds(refused) / 60)
    return say("Terlalu banyak percobaan dari jaringan ini. Tunggu {minutes} menit, lalu coba lagi.", minutes=minutes)


def refuse(page: str, refused: TooManyTries | TooManyRequests) -> Response:
    """Answer a guess that came too soon with the page it came from, so that nothing typed is lost."""
    response = make_response(page, 429)
    response.headers["Retry-After"] = str(_seconds(refused))
    return response


def _seconds(refused: TooManyTries | TooManyRequests) -> int:
    if isinstance(refused, TooManyTries):
        return max(1, math.ceil(refused.wait.total_seconds()))
    return int(str(refused.retry_after or 60))
