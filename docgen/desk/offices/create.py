"""Add an office to an installation: database and archive first, its row last, so that it is served when it is whole.

Killed at any point, the same call finishes the work.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection

from docgen.desk import audit
from docgen.desk.access.first_password import FIRST_USER, first_password_file
from docgen.desk.audit_actions import Action
from docgen.desk.desk import Desk
from docgen.desk.mirror import keep_mirror
from docgen.desk.offices.opening import opened_office
from docgen.desk.offices.take_in import bring_in, copy_files
from docgen.desk.setup import initialise
from docgen.errors import Conflict
from docgen.offices import check_bucket, check_host, check_slug, path_of, public_url_of, settings_of
from docgen.settings import Settings
from storage.catalogue.offices import add_office, list_offices
from storage.progress import Progress, no_progress
from storage.records import HostedOffice
from wording import say


@dataclass(frozen=True)
class CreatedOffice:
    """An office that was added: its row, its address, and the lines that its first account is told, once."""

    office: HostedOffice
    url: str
    lines: list[str]
    password_file: Path | None


def create_office(
    root: Desk,
    settings: Settings,
    slug: str,
    *,
    host: str = "",
    by: str,
    source: Path | None = None,
    on_terminal: bool = False,
    progress: Progress = no_progress,
) -> CreatedOffice:
    """Add an office that is reached at a host name, or at a path of the installation; what is there already stays.

    `settings` are the installation's. With a `source`, a folder as `export_office` writes it, the office begins with
    what is in there. `on_terminal` as for `initialise`.

    Raises InvalidSubmission (slug or host name is none), Conflict (slug or host is another office's, the office is
    retired, or its database or archive belong to something else), DataFileError, StorageError, OSError.
    """
    check_slug(slug)
    if host:
        check_host(host, settings.public_url)
    path = "" if host else path_of(slug)
    office = HostedOffice(slug=slug, host=host, path=path, created_at=root.now(), created_by=by)
    check_bucket(settings_of(settings, office).store_url)
    with root.catalogue.read() as tx:
        if _find_same(tx, office) is not None:
            source = None  # it has begun: what it has now is newer
    if source is not None:
        copy_files(source, settings_of(settings, office).data)
    own_settings = settings_of(settings, office)  # read anew: the files that were copied may say something
    with opened_office(root, own_settings) as desk:
        lines = bring_in(desk, own_settings, source, progress) if source is not None else []
        lines += initialise(desk, demo=False, on_terminal=on_terminal)
        password_file = first_password_file(desk)
        keep_mirror(desk)
    with root.catalogue.exclusive(), root.catalogue.write() as tx:
        if _find_same(tx, office) is None:
            add_office(tx, office)
            audit.record(root, tx, by, Action.OFFICE_HOSTED, slug, after={"host": host, "path": path})
    return CreatedOffice(office, public_url_of(settings, office), lines, password_file)


def account_line(created: CreatedOffice) -> str:
    """Return where the first account's password is, for a call that added an office which had its account already."""
    if created.password_file is None:
        return say("Kantor {slug} sudah ada; tidak ada yang diubah.", slug=created.office.slug)
    return say(
        "Akun pertama: {name}   Kata sandi: di berkas {file}   (gantilah setelah masuk)",
        name=FIRST_USER,
        file=created.password_file,
    )


def _find_same(tx: Connection, office: HostedOffice) -> HostedOffice | None:
    """Return the row of this very office, None when there is none. Raises Conflict when slug or host is another's."""
    for other in list_offices(tx):
        if other.slug == office.slug:
            if other.retired_at is not None:
                raise Conflict(
                    say(
                        "Kantor {slug} sudah ada dan tidak dilayani lagi. Layani kembali dengan `docgen office "
                        "restore {slug}`, atau pilih nama singkat lain.",
                        slug=other.slug,
                    )
                )
            if (other.host, other.path) == (office.host, office.path):
                return other
            raise Conflict(
                say(
                    "Nama singkat {slug} sudah dipakai kantor di {address}. Pilih nama lain.",
                    slug=other.slug,
                    address=other.host or other.path,
                )
            )
        if office.host and other.host == office.host:
            raise Conflict(
                say("{host} sudah dipakai kantor {slug}. Pilih nama host lain.", host=other.host, slug=other.slug)
            )
    return None
