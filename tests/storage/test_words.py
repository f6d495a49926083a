"""The full-text index on SQLite and PostgreSQL: the same words find the same documents, page by page."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection

from storage.catalogue import Catalogue, documents, dossiers, fulltext
from storage.catalogue.numbering import numbers
from storage.catalogue.searching.search import Filter, count_documents, documents_of_number, search_documents
from storage.catalogue.searching.similar_words import corrected_search
from storage.catalogue.visibility.limits import Limits
from storage.records import Document, Dossier, RegisterEntry, Submission, Task

NOW = dt.datetime(2026, 11, 24, 1, 30, tzinfo=dt.UTC)


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def catalogue(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Catalogue]:
    """A catalogue with thirty documents, every third a telaahan."""
    url = f"sqlite:///{tmp_path / 'c.sqlite'}" if request.param == "sqlite" else request.getfixturevalue("postgres_url")
    opened = Catalogue(url)
    opened.upgrade()
    with opened.write() as tx:
        dossiers.add_dossier(tx, Dossier(id="b", procedure="pemeliharaan", assets=["12.1/A"], title="T", opened_at=NOW))
        for number in range(30):
            _add(tx, number)
    yield opened
    opened.close()


def _add(tx: Connection, number: int) -> None:
    kind = "telaahan" if number % 3 == 0 else "nota_dinas"
    facts: dict[str, Any] = {"signer": "k", "unit": "X", "year": 2026, "sequence": number}
    facts |= {"kind": kind, "procedure": "pemeliharaan", "step": 2}
    document = Document(
        id=f"{number:02}", number=f"B/{number}/X", status="issued", title=f"Perihal {number}", code=f"C{number}",
        assets=["12.1/A"], dossier="b", date=NOW.date(), revision=0, created_at=NOW, created_by="s", **facts,
    )  # fmt: skip
    asked = Submission(
        kind=kind,
        procedure="pemeliharaan",
        step=2,
        assets=["12.1/A"],
        dossier="b",
        signer="k",
        date=NOW.date(),
        data={},
    )
    task = Task(change="issued", at=NOW, by="s", reason="r")
    documents.add_document(tx, document, task, asked, {}, "p", NOW)
    fulltext.put_words(tx, document, 0, f"{document.number} Kafé naskah ke-{number} O'Brien & (OR) 12.1/A")


def found(catalogue: Catalogue, **wanted: object) -> list[str]:
    """The ids that a search gives."""
    with catalogue.read() as tx:
        return [one.id for one in search_documents(tx, Filter(**wanted), limit=12)]  # type: ignore[arg-type]


def test_pages_follow_each_other_without_gap(catalogue: Catalogue) -> None:
    """By the cursor, a word that all hold is read through to the end, newest first, each once."""
    seen: list[str] = []
    while page := found(catalogue, q="naskah", cursor=seen[-1] if seen else ""):
        seen += page
    assert seen == [f"{number:02}" for number in reversed(range(30))]


@pytest.mark.parametrize("few", [29, 30])
def test_a_word_is_found_alike_whether_it_is_common_or_rare(
    catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch, few: int
) -> None:
    """The same documents in the same order, however PostgreSQL goes about it; filters and cursor hold for both."""
    monkeypatch.setattr(fulltext, "FEW", few)
    assert found(catalogue, q="naskah") == [f"{number:02}" for number in range(29, 17, -1)]
    assert found(catalogue, q="naskah", cursor="02", status="issued") == ["01", "00"]
    assert found(catalogue, q="naskah", kind="telaahan", dossier="b", cursor="06") == ["03", "00"]


def test_words_are_known_however_they_are_written(catalogue: Catalogue) -> None:
    """Case, accents, punctuation and what a query language would read as its own are letters and spaces only."""
    for asked in ("KAFE", "kafé nask", "o'brien", '"or"', "12.1/A", "OR & naskah", "naskah:*", "NOT naskah OR kafe"):
        expected = [] if "NOT" in asked else [f"{number:02}" for number in range(29, 17, -1)]
        assert found(catalogue, q=asked) == expected, asked
    assert found(catalogue, q="&|!()") == []
    assert found(catalogue, q="B/7/") == ["07"]


def test_filters_narrow_the_words(catalogue: Catalogue) -> None:
    """Kind, step, year, status, asset and dossier narrow what the words found."""
    assert found(catalogue, q="naskah", kind="telaahan") == [f"{number:02}" for number in range(27, -1, -3)]
    assert found(catalogue, q="naskah", asset="12.1/A", dossier="b", status="issued", cursor="01") == ["00"]
    for wanted in ({"step": 3}, {"year": 2025}, {"status": "void"}, {"asset": "x"}, {"procedure": "evaluasi"}):
        assert found(catalogue, q="naskah", **wanted) == [], wanted


def test_documents_from_elsewhere_join_the_index(catalogue: Catalogue) -> None:
    """A document that came without words is given those that the register knows of it."""
    with catalogue.write() as tx:
        tx.execute(fulltext.document_words.delete().where(fulltext.document_words.c.document == "05"))
    assert found(catalogue, q="B/5/") == []
    with catalogue.write() as tx:
        assert fulltext.add_missing(tx, 10) == 1
        assert fulltext.add_missing(tx, 10) == 0
    assert found(catalogue, q="B/5/") == ["05"]
    assert found(catalogue, q="perihal 5", kind="nota_dinas") == ["05"]


def test_a_count_is_that_of_all_pages(catalogue: Catalogue) -> None:
    """Counted by word or by column, narrowed or not, whatever page is shown."""
    with catalogue.read() as tx:
        assert count_documents(tx, Filter(q="naskah", cursor="05")) == 30
        assert count_documents(tx, Filter(kind="telaahan")) == 10
        assert (
            count_documents(tx, Filter(q="naskah", kind="telaahan", within=Limits(procedures=("pemeliharaan",)))) == 10
        )
        assert count_documents(tx, Filter(q="jerapah")) == 0
        assert count_documents(tx, Filter(asset="12.1/A")) == 30


def test_a_range_of_dates_and_a_signer_narrow_words_and_lists(catalogue: Catalogue) -> None:
    """Both ends of the range belong to it."""
    day = NOW.date()
    before, after = day - dt.timedelta(days=1), day + dt.timedelta(days=1)
    for words in ("", "naskah"):
        assert len(found(catalogue, q=words, since=day, until=day)) == 12
        assert found(catalogue, q=words, since=after) == []
        assert found(catalogue, q=words, until=before) == []
        assert len(found(catalogue, q=words, signer="k")) == 12
        assert found(catalogue, q=words, signer="l") == []


def test_a_number_is_that_number_first(catalogue: Catalogue) -> None:
    """`B/2` and `2` are the second number, none of the twenties, in every year's register."""
    with catalogue.write() as tx:
        numbers.take_sequence(tx, "X", 2026)
        for number in range(30):
            line: dict[str, Any] = {"unit": "X", "year": 2026, "sequence": number, "number": f"B/{number}/X"}
            line |= {"document": f"{number:02}", "status": "issued", "title": "T", "date": NOW.date()}
            entry = RegisterEntry.model_validate(line)
            numbers.add_entry(tx, entry)
    with catalogue.read() as tx:
        found_numbers = {
            typed: [one.number for one in documents_of_number(tx, Filter(q=typed))]
            for typed in ("2", "B/2", "b/2/x", "B/2/", "/2/X", "perihal", "99")
        }
    second = ["B/2/X"]
    assert found_numbers == {**dict.fromkeys(("2", "B/2", "b/2/x", "B/2/", "/2/X"), second), "perihal": [], "99": []}


def test_words_of_a_file_are_told_from_those_of_the_register(catalogue: Catalogue) -> None:
    """What stands for columns is no word of a letter."""
    with catalogue.read() as tx:
        file_words, register_words = fulltext.words_of(tx, ["03"])["03"]
    assert "kafe naskah ke 3" in file_words
    assert "perihal 3" in register_words
    assert "xkindx" not in file_words


@pytest.mark.parametrize(
    ("search", "corrected"),
    [
        ("nsakah", "naskah"),  # swapped
        ("naska o'brien kafee", "naskah o'brien kafe"),  # left out, put in; what is right stays as typed
        ("Naskha 12.1/A", "naskah 12.1/A"),
        ("naskah", ""),
        ("gajah", ""),
        ("nsakah gajah", ""),  # its correction finds nothing either
        ("kfe", ""),  # too short to tell
    ],
)
def test_misspelt_words_are_corrected_by_those_that_occur(catalogue: Catalogue, search: str, corrected: str) -> None:
    """The likest word that occurs takes the place of one that does not, where that finds something."""
    with catalogue.read() as tx:
        assert corrected_search(tx, Filter(q=search)) == corrected


def test_a_correction_tells_nothing_of_what_the_caller_may_not_see(catalogue: Catalogue) -> None:
    """Words of letters outside of the limits, or of the filter, are no correction."""
    with catalogue.read() as tx:
        assert corrected_search(tx, Filter(q="nsakah", within=Limits(procedures=("penghapusan",)))) == ""
        assert corrected_search(tx, Filter(q="nsakah", kind="persetujuan")) == ""
