"""Links for a password by mail: to who forgot theirs and asks, and those that an administrator made.

Whoever asks is told the same whether there is an account or not. His link is made when its mail is sent, because only
its hash may be stored.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import ExitStack

from ulid import ULID

from docgen.desk import audit
from docgen.desk.access.accounts import LONGEST_NAME
from docgen.desk.access.password_links import PasswordLink
from docgen.desk.access.passwords import NO_PASSWORD
from docgen.desk.access.tell_owner import tell_owner
from docgen.desk.audit_actions import Action
from docgen.desk.desk import Desk
from docgen.indonesian import long_moment
from docgen.mail import Connection, Mail, MailAway, MailRefused
from storage.catalogue.access import accounts
from storage.catalogue.registers import get_office
from storage.records import User
from storage.text import tidy
from wording import say

_SUBJECT = "Tautan untuk kata sandi Anda"


def request_link(desk: Desk, name_or_address: str) -> None:
    """Have a link for another password sent to the account of this name, or to those of this mail address.

    Nothing says whether there is one: in either case everybody is read, and a line is written to the audit log.
    """
    typed = tidy(name_or_address)
    with desk.catalogue.write() as tx:
        people = accounts.list_users(tx)
        owners = [one for one in people if typed and (one.name == typed or one.email.lower() == typed.lower())]
        for owner in owners:
            if owner.issuer and owner.password == NO_PASSWORD:
                continue  # who comes in by a provider, and by it alone, gets no other way past its checks
            tell_owner(desk, tx, owner, "password_link")
        printable = "".join(filter(str.isprintable, typed))[:LONGEST_NAME]
        audit.record(desk, tx, "", Action.USER_LINK_REQUESTED, owners[0].name if owners else printable)


def mail_links(desk: Desk, links: Mapping[str, PasswordLink]) -> dict[str, str]:
    """Send each user (by name) the link that was made for him, now, and return for whom that failed, and why.

    The links are on the administrator's page too; so nothing is sent again later. Raises StoreUnavailable.
    """
    with desk.catalogue.read() as tx:
        people = {user.name: user for user in accounts.list_users(tx) if user.name in links}
        zone = get_office(tx).time_zone if people else ""
    problems: dict[str, str] = {}
    with ExitStack() as stack:
        connection: Connection | None = None
        for name, link in links.items():
            user = people.get(name)
            if desk.mail is None or user is None or not user.email:
                problems[name] = (
                    "Tidak ada alamat surel." if desk.mail is not None else "Kantor ini belum mengirim surel."
                )
                continue
            try:
                connection = connection or stack.enter_context(desk.mail.connect())
                connection.send(_mail(desk, user, link, zone))
            except MailRefused as error:
                problems[name] = str(error)
            except MailAway as error:  # and the others would wait as long in vain
                problems |= {other: str(error) for other in [*links][[*links].index(name) :]}
                break
    return problems


def _mail(desk: Desk, user: User, link: PasswordLink, zone: str) -> Mail:
    until = long_moment(link.expires_at, zone)
    name = user.full_name or user.name
    paragraphs = [
        say("Yth. {name},", name=name),
        say("Pilih kata sandi akun {account} di tautan ini: {link}", account=user.name, link=link.url),
        say("Tautan ini sekali pakai dan berlaku sampai {until}. Jangan diteruskan kepada siapa pun.", until=until),
    ]
    return Mail(str(ULID()).lower(), name, user.email, _SUBJECT, "\n\n".join(paragraphs) + "\n", desk.now())
