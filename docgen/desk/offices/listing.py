"""The offices of an installation, as they are listed."""

from __future__ import annotations

from typing import Any

from docgen.desk.desk import Desk
from docgen.offices import FOLDER, public_url_of
from docgen.settings import Settings
from storage.catalogue.offices import list_offices


def describe_offices(root: Desk, settings: Settings) -> list[dict[str, Any]]:
    """Return what each office is called and where it is, as plain data; none of them is opened.

    `settings` are the installation's. Raises StoreUnavailable.
    """
    with root.catalogue.read() as tx:
        offices = list_offices(tx)
    return [
        office.model_dump(mode="json")
        | {"url": public_url_of(settings, office), "data": str(settings.data / FOLDER / office.slug)}
        for office in offices
    ]
