"""Which schema of a PostgreSQL database a catalogue lives in, as its URL says.

The URL carries it as an option of the connection (`options=-csearch_path=office_kominfo`): it is set before the first
statement, holds for each connection of the pool, and no other schema is looked into.
"""

from __future__ import annotations

import re

from sqlalchemy import Connection, make_url, text
from sqlalchemy.exc import ProgrammingError
from sqlalchemy.schema import CreateSchema

from storage.errors import StorageError
from wording import say

_SEARCH_PATH = re.compile(r"-c\s*search_path=([a-z_][a-z0-9_]*)(?=\s|$)")
LONGEST = 63  # bytes: PostgreSQL cuts longer names off


def in_schema(url: str, schema: str) -> str:
    """Return a PostgreSQL URL with this schema, and no other, in the search path of each connection.

    `schema` is of small letters, digits and `_`, at most LONGEST.
    """
    parsed = make_url(url)
    before = parsed.query.get("options", "")
    options = [before] if isinstance(before, str) else list(before)
    text = " ".join(filter(None, (*options, f"-csearch_path={schema}")))
    return parsed.update_query_dict({"options": text}).render_as_string(hide_password=False)


def schema_of(url: str) -> str:
    """Return the one schema that a URL names, the last where several are; "" when it leaves that to the server."""
    options = make_url(url).query.get("options", "")
    text = options if isinstance(options, str) else " ".join(options)
    return next(reversed(_SEARCH_PATH.findall(text)), "")


def create_schema(tx: Connection, schema: str) -> None:
    """Create a schema, unless it is there. Raises StorageError when the database's user may not."""
    if tx.execute(text("SELECT 1 FROM pg_namespace WHERE nspname = :schema"), {"schema": schema}).first():
        return
    try:
        tx.execute(CreateSchema(schema, if_not_exists=True))
    except ProgrammingError as error:
        raise StorageError(
            say(
                "Skema {schema} tidak dapat dibuat dalam basis data ({error}). Izinkan pengguna docgen: GRANT CREATE "
                "ON DATABASE … TO …, lalu ulangi.",
                schema=schema,
                error=error.orig,
            )
        ) from error
