"""The full-text index: every document's words, found by SQLite's FTS5 or PostgreSQL's tsvector.

Texts and searches are folded here to letters and figures, so that both databases see the same words. What a filter
asks for (kind, procedure, …) is a word of its own, so that a common word with a rare filter is one walk of the index.
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Date, Integer, RowMapping, bindparam, exists, insert, select, text, update

from storage.catalogue.tables import document_words, documents
from storage.records import Document
from storage.text import clean_line

LONGEST = 200_000  # letters of one document: PostgreSQL's tsvector holds 1 MB
FEW = 10_000  # documents that PostgreSQL sorts sooner than it walks all, of a million
_MATCHES = "to_tsvector('simple', w.words) @@ to_tsquery('simple', :q)"
_BREAKS = re.compile(r"[\W_]+")
_FACETS = ("kind", "procedure", "step", "year")  # what of a document never changes and may be filtered by
_FACET_WORDS = re.compile(rf" x(?:{'|'.join(_FACETS)})x\w+")

_ADD = insert(document_words)
_CURRENT = select(documents.c.revision).where(documents.c.id == bindparam("of")).scalar_subquery()
_PUT = (
    update(document_words)
    .where(document_words.c.document == bindparam("of"))
    .values(words=bindparam("found_by"), stale=bindparam("of_revision", type_=Integer) != _CURRENT)
)


def fold(words: str) -> str:
    """Return the words in lower case without accents, separated by single spaces; punctuation separates words."""
    decomposed = unicodedata.normalize("NFKD", words.casefold())
    return _BREAKS.sub(" ", "".join(char for char in decomposed if not unicodedata.combining(char))).strip()


def add_words(tx: Connection, document: Document, words: str) -> None:
    """Index a new document by these words; its own text follows, see `put_words`."""
    row = {"document": document.id, "words": _with_facets(document, words), "stale": True}
    tx.execute(_ADD, row)


def put_words(tx: Connection, document: Document, revision: int, words: str) -> None:
    """Set the words a document is found by, read from this revision; it stays stale when a newer one came meanwhile."""
    tx.execute(_PUT, {"of": document.id, "of_revision": revision, "found_by": _with_facets(document, words)})


def mark_stale(tx: Connection, document: str) -> None:
    """Note that a document has a revision whose words were not read yet."""
    tx.execute(update(document_words).where(document_words.c.document == document).values(stale=True))


def stale_documents(tx: Connection, limit: int) -> list[str]:
    """Return ids of archived documents whose words must be read, oldest first."""
    query = (
        select(document_words.c.document)
        .join(documents, documents.c.id == document_words.c.document)
        .where(document_words.c.stale, documents.c.revision > 0)
        .order_by(document_words.c.n)
        .limit(limit)
    )
    return [row.document for row in tx.execute(query)]


def add_missing(tx: Connection, limit: int) -> int:
    """Begin the index of documents that came another way, e.g. by a restored catalogue; return how many."""
    is_indexed = exists().where(document_words.c.document == documents.c.id)
    query = select(documents).where(~is_indexed).order_by(documents.c.id).limit(limit)
    rows = [
        {"document": row["id"], "words": f"{fold(row['search'])} {facets(row)}", "stale": True}
        for row in tx.execute(query).mappings()
    ]
    if rows:
        tx.execute(insert(document_words), rows)
    return len(rows)


def index_all(tx: Connection) -> None:
    """Index every document by the words known of it; the service reads their texts later."""
    while add_missing(tx, 500):
        pass


def known_words(tx: Connection, document: str) -> str:
    """Return the words known of a document without reading it: number, title, assets."""
    return str(tx.execute(select(documents.c.search).where(documents.c.id == document)).scalar() or "")


def facets(of: Mapping[str, Any] | RowMapping) -> str:
    """Return the index words that stand for a document's filterable columns."""
    return " ".join(_facet(name, of[name]) for name in _FACETS)


def search_expression(search: str, filters: Mapping[str, Any], *, sqlite: bool) -> str:
    """Return the search in the database's query language; "" when it holds no word.

    Of the last word the last letters may lack, it may still be in the middle of being typed, unless punctuation ends
    it: `000.1.9.1/3/` is not `000.1.9.1/31`. The words before are whole: each open end costs a merge of many lists.
    """
    parts = list(_parts(clean_line(search), sqlite=sqlite))
    facet_words = [_facet(name, filters[name]) for name in _FACETS if filters.get(name) not in ("", None)]
    if not parts:
        return ""
    return " AND ".join([*facet_words, *parts]) if sqlite else " & ".join([*facet_words, *parts])


def words_of(tx: Connection, ids: Sequence[str]) -> dict[str, tuple[str, str]]:
    """Return the folded words that documents are found by, by id: those of their files, and those of the register."""
    query = (
        select(document_words.c.document, document_words.c.words, documents.c.search)
        .join(documents, documents.c.id == document_words.c.document)
        .where(document_words.c.document.in_(ids))
    )
    words_by_id = {}
    for row in tx.execute(query):
        register_words = fold(row.search)
        words = without_facets(row.words)
        words_by_id[row.document] = (words.removeprefix(register_words), register_words)
    return words_by_id


def without_facets(words: str) -> str:
    """Return a document's indexed words without those that stand for its columns."""
    return _FACET_WORDS.sub("", words)


def find_ids(
    tx: Connection,
    question: str,
    *,
    status: str = "",
    asset: str = "",
    dossier: str = "",
    signer: str = "",
    since: dt.date | None = None,
    until: dt.date | None = None,
    cursor: str = "",
    limit: int,
) -> list[str]:
    """Return the ids of the documents that match, newest first, after the document `cursor`."""
    sqlite = tx.dialect.name == "sqlite"
    where = ["document_fts MATCH :q" if sqlite else _MATCHES]
    values: dict[str, Any] = {"q": question, "limit": limit}
    if not sqlite and (few := _few_matches(tx, question)) is not None:
        where, values = ["w.n = ANY(:few)"], {"few": few, "limit": limit}
    for name, value, sql in (
        ("status", status, "d.status = :status"),
        ("dossier", dossier, "d.dossier = :dossier"),
        ("signer", signer, "d.signer = :signer"),
        ("since", since, "d.date >= :since"),
        ("until", until, "d.date <= :until"),
        ("asset", asset, "EXISTS (SELECT 1 FROM document_assets a WHERE a.document = d.id AND a.nibar = :asset)"),
        ("cursor", cursor, "w.n < (SELECT n FROM document_words WHERE document = :cursor)"),
    ):
        if value:
            where.append(sql.replace("w.n <", "f.rowid <") if sqlite else sql)
            values[name] = value
    # CROSS JOIN keeps SQLite to this order: the index is walked from its end and left when the page is full.
    tables = (
        "document_fts f CROSS JOIN document_words w ON w.n = f.rowid CROSS JOIN documents d ON d.id = w.document"
        if sqlite
        else "document_words w JOIN documents d ON d.id = w.document"
    )
    order = "f.rowid" if sqlite else "w.n"
    query = f"SELECT d.id FROM {tables} WHERE {' AND '.join(where)} ORDER BY {order} DESC LIMIT :limit"  # noqa: S608
    # Without a type SQLite would get a date as no database keeps it.
    dates = [bindparam(name, type_=Date) for name in ("since", "until") if name in values]
    return [row.id for row in tx.execute(text(query).bindparams(*dates), values)]


def _few_matches(tx: Connection, question: str) -> list[int] | None:
    """Return the rows of PostgreSQL's index that match, None where they are more than FEW.

    PostgreSQL expects as many matches of a word's beginning whatever the word. So it walks all documents from the
    newest one, which is quick for a common word and takes minutes for a rare one; the index is quick for a rare one.
    """
    query = text(f"SELECT w.n FROM document_words w WHERE {_MATCHES} LIMIT :most")  # noqa: S608
    matches = [row.n for row in tx.execute(query, {"q": question, "most": FEW + 1})]
    return matches if len(matches) <= FEW else None


def _with_facets(document: Document, words: str) -> str:
    return f"{fold(words)[:LONGEST]} {facets({name: getattr(document, name) for name in _FACETS})}"


def _facet(name: str, value: Any) -> str:
    return f"x{name}x{fold(str(value)).replace(' ', 'x')}"


def _parts(search: str, *, sqlite: bool) -> Iterator[str]:
    words = [(word, fold(word).split()) for word in search.split()]
    words = [(word, letters) for word, letters in words if letters]
    for position, (word, letters) in enumerate(words, start=1):
        is_complete = position < len(words) or word[-1] in "/.,;:)\"'%"
        if sqlite:
            yield f'"{" ".join(letters)}"' + ("" if is_complete else " *")
        else:
            yield "(" + " <-> ".join(letters) + ("" if is_complete else ":*") + ")"
