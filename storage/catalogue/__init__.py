"""The catalogue: SQL tables of registers, numbers, documents and work in hand, on SQLite or PostgreSQL.

`Catalogue` opens the database; the modules beside it hold the queries, as functions that take the open
transaction first, so that a use-case decides what is one transaction.
"""

from storage.catalogue.database import Catalogue

__all__ = ["Catalogue"]
