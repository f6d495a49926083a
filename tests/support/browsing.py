"""What a service holds after somebody worked with it in a browser."""

from __future__ import annotations

from storage.catalogue.search import Filter, search_documents
from storage.records import Document
from tests.browser.conftest import Site


def archived(site: Site) -> list[Document]:
    """Return everything that was made, newest first."""
    with site.desk.catalogue.read() as tx:
        return search_documents(tx, Filter())
