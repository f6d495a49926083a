"""Drafts in the catalogue: who saves and who removes them take turns."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from storage.catalogue import Catalogue
from storage.catalogue.access import accounts
from storage.catalogue.drafting import drafts
from storage.errors import StoreUnavailable
from storage.records import User


@pytest.mark.postgres
def test_whoever_locks_the_drafts_of_a_user_keeps_others_from_them(postgres_url: str) -> None:
    """A second transaction waits for the drafts of the same user, though there are none yet, and not for another's."""
    catalogue = Catalogue(postgres_url)
    catalogue.upgrade()
    with catalogue.write() as tx:
        for name in ("sari", "budi"):
            accounts.add_user(tx, User(name=name, password="$argon2", role="operator"))
    with catalogue.write() as first:
        drafts.lock_drafts(first, "sari")
        lock_at_once(catalogue, "budi")
        with pytest.raises(StoreUnavailable):
            lock_at_once(catalogue, "sari")
    lock_at_once(catalogue, "sari")
    catalogue.close()


def lock_at_once(catalogue: Catalogue, user: str) -> None:
    """Lock the drafts of a user in a transaction that waits for nobody."""
    with catalogue.write() as tx:
        tx.execute(text("SET LOCAL lock_timeout = '1ms'"))
        drafts.lock_drafts(tx, user)
