"""Open the database, upgrade its schema, begin transactions. Database errors become `storage.errors` here."""

from __future__ import annotations

import fcntl
import hashlib
import logging
import os
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, MetaData, Transaction, create_engine, event, inspect, make_url, text
from sqlalchemy.exc import (
    ArgumentError,
    DatabaseError,
    DataError,
    DBAPIError,
    IntegrityError,
    InterfaceError,
    OperationalError,
)
from sqlalchemy.exc import TimeoutError as PoolTimeout

from storage.catalogue import changes, standings
from storage.catalogue.observed import DatabaseObserver
from storage.catalogue.schemas import create_schema, schema_of
from storage.errors import RecordConflict, StorageError, StoreUnavailable
from wording import say

log = logging.getLogger("docgen.catalogue")

MIGRATIONS = Path(__file__).parent / "migrations"
_EXCLUSIVE_LOCK = 0x646F6367656E  # the advisory lock of PostgreSQL that `exclusive` holds: "docgen"
CONNECTIONS = 16  # to PostgreSQL that a catalogue keeps
_MORE_CONNECTIONS = 10  # and opens beside them while it needs them
# So that a server that is gone, or a cable that was pulled, is noticed within seconds and not minutes.
_POSTGRES = {"connect_timeout": 10, "keepalives_idle": 30, "keepalives_interval": 10, "tcp_user_timeout": 30_000}
IDLE_SECONDS = 120  # how long a transaction may stand idle, except those that do other work meanwhile
_UNREADABLE_URL = (  # without the URL itself, because it may hold a password
    "DOCGEN_DATABASE_URL tidak terbaca. Tulis sqlite:////folder/berkas.sqlite atau "
    "postgresql://pengguna:sandi@mesin/basisdata."
)


class Catalogue:
    """One database, or one schema of it (`storage.catalogue.schemas`). Thread-safe; open one per process.

    `url` is an SQLAlchemy URL (sqlite or postgresql+psycopg), `connections` how many to PostgreSQL are kept while they
    are idle. `observer` is told what it does. Raises StorageError for any other URL.
    """

    def __init__(self, url: str, connections: int = CONNECTIONS, observer: DatabaseObserver | None = None) -> None:
        try:
            parsed = make_url(url)
        except ArgumentError as error:
            raise StorageError(_UNREADABLE_URL) from error
        if parsed.drivername not in ("sqlite", "postgresql", "postgresql+psycopg"):
            raise StorageError(_UNREADABLE_URL)
        if parsed.drivername == "postgresql":
            parsed = parsed.set(drivername="postgresql+psycopg")
        self.is_sqlite = parsed.get_backend_name() == "sqlite"
        if self.is_sqlite and parsed.database:
            Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
        options: dict[str, Any] = {}
        if not self.is_sqlite:
            connect_args = {name: value for name, value in _POSTGRES.items() if name not in parsed.query}
            options = {"pool_size": connections, "max_overflow": _MORE_CONNECTIONS, "connect_args": connect_args}
        self.schema = "" if self.is_sqlite else schema_of(url)
        self.engine = create_engine(parsed, **options)
        configure = _configure_sqlite if self.is_sqlite else partial(_configure_postgres, schema=self.schema)
        event.listen(self.engine, "connect", configure)
        event.listen(self.engine, "begin", _begin)
        self._observer = observer or DatabaseObserver()
        if observer is not None:
            observer.watch(self.engine)

    def upgrade(self, before: Callable[[str], object] | None = None) -> None:
        """Bring the schema to the newest version. Safe to call at every start, by several processes at once.

        `before` is called with the present version when it is about to change: the moment for a backup.
        Raises StoreUnavailable, and StorageError when the schema is of a newer version.
        """
        if self.version() == newest_version():
            return
        with self.exclusive():
            version = self.version()  # read again: another process may have upgraded meanwhile
            if version == newest_version():
                return
            if version > newest_version():
                raise StorageError(newer_schema(version))
            if version and before is not None:
                before(version)
            if self.schema:
                with self.write() as tx:
                    create_schema(tx, self.schema)
            self.migrate("head")

    @contextmanager
    def exclusive(self) -> Iterator[None]:
        """Hold the one lock for set-up and upgrades of this catalogue: no other process, here or on another machine,
        runs this block.

        It waits for as long as it takes. Raises StoreUnavailable.
        """
        if not self.is_sqlite:
            with self.read() as tx:
                may_stand_still(tx)
                tx.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _lock_key(self.schema)})
                yield
            return
        folder = os.open(self.folder or Path(), os.O_RDONLY | os.O_CLOEXEC)
        try:
            fcntl.flock(folder, fcntl.LOCK_EX)
            yield
        finally:
            os.close(folder)

    @property
    def folder(self) -> Path | None:
        """The folder of the database's file; None where a server keeps it."""
        name = self.engine.url.database
        return Path(name).absolute().parent if self.is_sqlite and name else None

    def version(self) -> str:
        """Return the schema's version; "" in an empty database. Raises StoreUnavailable."""
        with self.read() as tx:
            if not inspect(tx).has_table("alembic_version"):
                return ""
            return str(tx.execute(text("SELECT version_num FROM alembic_version")).scalar() or "")

    def migrate(self, version: str) -> None:
        """Run migrations up to a version; at "head" every row is noted for the mirror. Raises StoreUnavailable."""
        with self.write() as tx:
            migrate(tx, version)

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """Open a read transaction: one consistent state, never waits for writers on SQLite."""
        with self._transaction("BEGIN") as tx:
            yield tx

    @contextmanager
    def snapshot(self) -> Iterator[Connection]:
        """Open a read transaction that sees nothing of what others commit meanwhile, in however many statements."""
        with self._transaction("BEGIN" if self.is_sqlite else "BEGIN ISOLATION LEVEL REPEATABLE READ") as tx:
            may_stand_still(tx)
            yield tx

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """Open a write transaction: committed as a whole when the block ends, rolled back on any error.

        On SQLite it takes the write lock at once, so that two writers queue instead of failing half way.
        Raises StoreUnavailable, RecordConflict.
        """
        with self._transaction("BEGIN IMMEDIATE" if self.is_sqlite else "BEGIN") as tx:
            yield tx

    @contextmanager
    def _transaction(self, begin: str) -> Iterator[Connection]:
        """Open a transaction by this statement, which also finds out whether the server is still there.

        A connection that the server closed while nobody used it is replaced, once: nothing was done on it yet.
        """
        with _translated(), ExitStack() as closing:
            connection = closing.enter_context(self.engine.connect().execution_options(docgen_begin=begin))
            try:
                transaction = connection.begin()
            except DBAPIError as error:
                if not error.connection_invalidated:
                    raise
                connection.close()
                connection = closing.enter_context(self.engine.connect().execution_options(docgen_begin=begin))
                transaction = connection.begin()
            with transaction:
                yield connection
                self._commit(transaction)

    def _commit(self, transaction: Transaction) -> None:
        begun = time.perf_counter()
        transaction.commit()
        self._observer.statement("commit", time.perf_counter() - begun, is_ok=True)

    def check(self) -> None:
        """Check that the database answers. Raises StoreUnavailable."""
        with self.read() as tx:
            tx.execute(text("SELECT 1"))

    def close(self) -> None:
        """Close all connections."""
        self.engine.dispose()


def may_stand_still(tx: Connection) -> None:
    """Lift the idle limit for this transaction, which does long work between its statements."""
    if tx.dialect.name == "postgresql":
        tx.execute(text("SET LOCAL idle_in_transaction_session_timeout = 0"))


def migrate(tx: Connection, version: str = "head") -> None:
    """Run migrations in a transaction that is open already; see `Catalogue.migrate`."""
    from alembic import command  # costs a tenth of a second that a start without an upgrade need not pay
    from alembic.config import Config

    may_stand_still(tx)
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = tx
    command.upgrade(config, version)
    if version == "head":
        changes.create_triggers(tx)
        changes.note_all(tx)
        standings.create_triggers(tx)
        standings.note_all(tx)


def clear(tx: Connection) -> None:
    """Drop all tables, whatever their version; `migrate` creates them anew."""
    if tx.dialect.name == "sqlite":
        tx.execute(text("DROP TABLE IF EXISTS document_fts"))  # its own tables go with it, and only so
    existing = MetaData()
    existing.reflect(tx)
    existing.drop_all(tx)
    if tx.dialect.name == "postgresql":
        tx.execute(text("DROP FUNCTION IF EXISTS audit_refuse()"))  # the trigger's, which does not go with its table


def newer_schema(version: str) -> str:
    """Return the sentence about a database whose schema is newer than this docgen."""
    return say(
        "Basis data ini berskema {version}, lebih baru daripada docgen ini ({newest}). "
        "Jalankan docgen versi yang lebih baru, atau pulihkan cadangan dari sebelum pembaruan "
        "itu ke basis data kosong: `docgen archive restore BERKAS`.",
        version=version,
        newest=newest_version(),
    )


def newest_version() -> str:
    """Return the newest schema version: migrations are files named by their number, `0001_first_schema.py`."""
    return max(path.name.partition("_")[0] for path in (MIGRATIONS / "versions").glob("[0-9]*.py"))


def _configure_sqlite(connection: Any, _record: Any) -> None:
    """Set WAL, so that readers go on beside a writer, and FULL, so that a given number survives a power cut."""
    connection.isolation_level = None  # transactions begin in _begin, not by the driver's guess
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=15000"):
        connection.execute(f"PRAGMA {pragma}")


def _configure_postgres(connection: Any, _record: Any, *, schema: str) -> None:
    """Limit idle transactions, because a machine that stands still within one keeps its locks, e.g. the register's.

    A connection that would look into another schema than its URL says is refused: a pooler may drop that option.
    """
    connection.autocommit = True  # transactions begin in _begin, not by the driver
    connection.execute(f"SET idle_in_transaction_session_timeout = '{IDLE_SECONDS * 1000:.0f}ms'")
    if schema:
        (search_path,) = connection.execute("SELECT current_setting('search_path')").fetchone()
        if search_path != schema:
            connection.close()
            raise StorageError(
                say(
                    "Sambungan ke PostgreSQL melihat skema {other}, bukan {schema}: sebuah pooler membuang pilihan "
                    "search_path. Sambungkan docgen langsung ke PostgreSQL, atau biarkan pooler itu meneruskannya.",
                    other=search_path,
                    schema=schema,
                )
            )


def _lock_key(schema: str) -> int:
    """Return the key of the advisory lock of a schema, which is one of the whole database."""
    digest = hashlib.sha256(schema.encode()).digest()
    return int.from_bytes(digest[:8], signed=True) if schema else _EXCLUSIVE_LOCK


def _begin(connection: Connection) -> None:
    connection.exec_driver_sql(connection.get_execution_options().get("docgen_begin", "BEGIN"))


def _unavailable(error: Exception) -> StoreUnavailable:
    log.warning("The database cannot be used: %s", getattr(error, "orig", error))
    return StoreUnavailable(
        "Basis data tidak dapat dipakai sekarang; sebabnya ada di catatan layanan. Periksa DOCGEN_DATABASE_URL, "
        "ruang disk, dan izin berkas."
    )


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except (OperationalError, InterfaceError, PoolTimeout) as error:
        raise _unavailable(error) from error
    except DataError as error:
        raise RecordConflict("Ada karakter atau angka yang tidak dapat disimpan; periksa yang ditulis.") from error
    except IntegrityError as error:
        log.warning("What was to be written contradicts what is there: %s", error.orig)
        raise RecordConflict(
            "Data ini bertentangan dengan yang sudah tercatat: mungkin baru saja ditambahkan orang lain. Muat ulang, "
            "lalu coba lagi."
        ) from error
    except DatabaseError as error:
        if error.connection_invalidated:  # the server closed the connection, with whatever last error
            raise _unavailable(error) from error
        if type(error) is not DatabaseError:  # its other kinds are faults of ours
            raise
        log.warning("The database is damaged: %s", error.orig)
        raise StoreUnavailable(
            "Basis data rusak, atau bukan basis data; sebabnya ada di catatan layanan. Periksa DOCGEN_DATABASE_URL, "
            "atau pulihkan dari cadangan."
        ) from error
