"""Add an office while the service runs, and invite its first administrator."""

from __future__ import annotations

from docgen.desk.access.first_password import FIRST_USER
from docgen.desk.access.password_links import INVITED, PasswordLink, make_link
from docgen.desk.desk import Desk
from docgen.desk.offices.create import CreatedOffice, create_office
from docgen.desk.service.open_offices import OpenOffices


def add_office(
    installation: Desk, offices: OpenOffices, slug: str, host: str, by: str
) -> tuple[CreatedOffice, PasswordLink]:
    """Add an office that this process serves at once; return it, and the link by which its first administrator chooses
    a password. With an empty `host` it lies below the installation's address. Raises as `create_office`.
    """
    created = create_office(installation, offices.settings, slug, host=host, by=by)
    offices.look()
    link = make_link(offices.get(created.office.slug).desk, FIRST_USER, by, valid=INVITED)
    return created, link
