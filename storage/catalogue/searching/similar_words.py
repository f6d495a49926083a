"""Correct the spelling of a search by the words that occur: `ruoter puskemas` is `router puskesmas`.

Both databases are asked for nothing but texts, because neither has the words of its index at hand: FTS5 on one only.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

from rapidfuzz import process
from rapidfuzz.distance import OSA
from sqlalchemy import Connection, func, select

from storage.catalogue.fulltext import fold, without_facets
from storage.catalogue.registers import search_assets
from storage.catalogue.searching.search import Filter, count_documents
from storage.catalogue.tables import assets, document_words, documents
from storage.catalogue.visibility.limits import conditions

MOST_READ = 2000  # letters, the newest, and assets: an office's words repeat
LONGEST_READ = 4000  # letters of the alphabet of each
SHORTEST = 4  # letters of a word that may be misspelt
LONG = 6  # letters of a word in which two may be wrong


def corrected_search(tx: Connection, criteria: Filter) -> str:
    """Return the search with its unknown words replaced by those most like them; "" where that finds nothing either.

    Only letters within the caller's limits are read.
    """
    vocabulary = _vocabulary(tx, criteria)
    typed = criteria.q.split()
    words = [_corrected(word, vocabulary) for word in typed]
    if words == typed:
        return ""
    search = " ".join(words)
    found = count_documents(tx, replace(criteria, q=search)) or search_assets(tx, search, limit=1)
    return search if found else ""


def _vocabulary(tx: Connection, criteria: Filter) -> Counter[str]:
    """Return the words of the newest letters and of the assets, with how many of these hold each."""
    texts = select(func.substr(document_words.c.words, 1, LONGEST_READ).label("words")).select_from(
        document_words.join(documents, documents.c.id == document_words.c.document)
    )
    texts = texts.where(*conditions(criteria.within)).order_by(document_words.c.n.desc()).limit(MOST_READ)
    vocabulary: Counter[str] = Counter()
    for row in tx.execute(texts):
        vocabulary.update(set(without_facets(row.words).split()))
    for row in tx.execute(select(assets.c.search).limit(MOST_READ)):
        vocabulary.update(set(fold(row.search).split()))
    return vocabulary


def _corrected(typed: str, vocabulary: Counter[str]) -> str:
    """Return the word of the vocabulary most like a misspelt one; what is known, short or a number stays."""
    word = fold(typed)
    if len(word) < SHORTEST or not word.isalpha() or word in vocabulary:
        return typed
    most = 2 if len(word) >= LONG else 1
    near = [other for other in vocabulary if other.isalpha()]
    # Letters left out, put in, changed or swapped with the next.
    distances = {
        other: distance
        for other, distance, _ in process.extract_iter(word, near, scorer=OSA.distance, score_cutoff=most)
    }
    return min(
        distances, key=lambda other: (distances[other], other[0] != word[0], -vocabulary[other], other), default=typed
    )
