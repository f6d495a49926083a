"""What people hold beside their password: an authenticator application, and the codes it shows."""

from __future__ import annotations

import datetime as dt
import re

from docgen.desk.access.factors.totp import STEP, code_of
from tests.support.callers.pages import Person


class Phone:
    """A phone with an authenticator application: it knows one secret and the time."""

    def __init__(self, secret: bytes) -> None:
        self.secret = secret

    def code(self, now: dt.datetime, later: int = 0) -> str:
        """The code it shows now, or so many steps later."""
        return code_of(self.secret, int(now.timestamp()) // STEP + later)


def typed_secret(page: str) -> bytes:
    """The secret that a set-up page shows to be typed."""
    from base64 import b32decode

    text = re.search(r'<code class="secret-text">([A-Z2-7 ]+)</code>', page)
    assert text is not None
    plain = text[1].replace(" ", "")
    return b32decode(plain + "=" * (-len(plain) % 8))


def hidden(page: str, name: str) -> str:
    """The value of a hidden field."""
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    assert found is not None, name
    return found[1]


def set_up_phone(person: Person, now: dt.datetime) -> tuple[Phone, list[str]]:
    """Set up an application as a person does; return the phone and the recovery codes shown."""
    page = person.get("/keamanan/aplikasi").text
    phone = Phone(typed_secret(page))
    answer = person.post("/keamanan/aplikasi", {"rahasia": hidden(page, "rahasia"), "code": phone.code(now)})
    assert answer.status_code in (200, 303), answer.text
    return phone, re.findall(r"<li><code>([a-z0-9-]+)</code></li>", answer.text)
