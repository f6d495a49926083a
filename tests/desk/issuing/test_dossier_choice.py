"""Which dossier a letter goes into, and what it replaces: nothing that nobody asked for, whoever else is at work."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from threading import Barrier
from typing import Any

import pytest

from docgen.desk import Desk, open_desk
from docgen.desk.decisions.attach import attach
from docgen.desk.decisions.void import void
from docgen.desk.dossiers.dossiers import close
from docgen.desk.issuing.dossier_choice import NEW
from docgen.desk.issuing.issue import issue, reserve
from docgen.desk.issuing.prepare import Prepared, prepare
from docgen.desk.issuing.request import DocumentRequest
from docgen.desk.revisions.journal import DocumentPending, finish_document
from docgen.desk.setup import initialise
from docgen.errors import Conflict, ConversionFailed, DocgenError, InvalidSubmission
from docgen.libreoffice import Converter
from docgen.settings import read_settings
from storage.catalogue import documents, dossiers
from storage.catalogue.numbering import numbers
from storage.errors import StoreUnavailable
from storage.records import Document
from tests.support.files.pdfs import pdf
from tests.support.office.decisions import decide, relocation_plan
from tests.support.office.demo_office import data_folder

pytestmark = pytest.mark.office

ASSET, OTHER = "6310190000101", "6310180000066"
BACKENDS = ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)]
RELOCATION = ("rencana_pemindahtempatan", "pemindahtempatan", 1)
CLERKS = 6


@pytest.fixture(params=BACKENDS)
def office(request: pytest.FixtureRequest, tmp_path: Path, converter: Converter) -> Iterator[Desk]:
    """The demo office on either database."""
    env = {"DOCGEN_DATA": str(data_folder(tmp_path))}
    if request.param == "postgresql":
        env["DOCGEN_DATABASE_URL"] = request.getfixturevalue("postgres_url")
    desk = open_desk(read_settings(env), converter)
    initialise(desk, demo=True)
    yield desk
    desk.catalogue.close()


def asked(desk: Desk, kind: str, step: int, procedure: str = "pemeliharaan", **more: Any) -> DocumentRequest:
    """The kind's example at that step, on ASSET."""
    body = {"kind": kind, "procedure": procedure, "step": step, "assets": [ASSET], "data": desk.kinds[kind].example}
    return DocumentRequest.model_validate(body | more)


def letter(desk: Desk, step: int, kind: str = "nota_dinas", **more: Any) -> Document:
    """A letter of the maintenance procedure."""
    return issue(desk, asked(desk, kind, step, **more), "sari")


def now(desk: Desk, document: Document) -> Document:
    """The document as it is by now."""
    with desk.catalogue.read() as tx:
        return documents.get_document(tx, document.id)


def at_once(desk: Desk, calls: list[Callable[[], Document]]) -> tuple[list[Document], list[DocgenError]]:
    """What came of calls that begin together, and of those that were refused the errors."""
    barrier = Barrier(len(calls))

    def run(call: Callable[[], Document]) -> Document | DocgenError:
        barrier.wait()
        try:
            return call()
        except DocgenError as error:
            return error

    with ThreadPoolExecutor(len(calls)) as pool:
        results = list(pool.map(run, calls))
    return (
        [one for one in results if isinstance(one, Document)],
        [one for one in results if isinstance(one, DocgenError)],
    )


def messages(error: DocgenError) -> list[tuple[str, str]]:
    """Field and message of each error."""
    assert isinstance(error, InvalidSubmission), error
    return [(one.field, one.message) for one in error.errors]


@pytest.mark.parametrize("decision", ["perbaiki", "tolak"])
@pytest.mark.parametrize("assets", [[], [ASSET]])
def test_a_fresh_letter_leaves_what_was_sent_back_as_it_is(desk: Desk, decision: str, assets: list[str]) -> None:
    """It opens a dossier of its own; the letter that was sent back stays in force, and nothing of it is cited."""
    first = letter(desk, 2, assets=assets)
    decide(desk, first, "kepala-bidang", decision)
    fresh = letter(desk, 2, assets=assets)
    later = letter(desk, 4, "surat_penugasan", assets=assets)
    assert now(desk, first).status == "issued"
    assert now(desk, first).replaced_by == ""
    assert len({first.dossier, fresh.dossier, later.dossier}) == (3 if not assets else 2)
    assert first.dossier not in (fresh.dossier, later.dossier)


def test_a_letter_continues_the_one_dossier_that_fits(desk: Desk) -> None:
    """Steps in their order share a dossier; an earlier step, the same kind again, and other assets open their own."""
    first = letter(desk, 1, "telaahan")
    second = letter(desk, 2)
    third = letter(desk, 4, "surat_penugasan")
    assert {first.dossier, second.dossier, third.dossier} == {first.dossier}
    assert letter(desk, 2).dossier != first.dossier
    assert letter(desk, 2, assets=[ASSET, OTHER]).dossier != first.dossier
    order = letter(desk, 4, "surat_penugasan", assets=[OTHER])
    assert order.dossier != first.dossier
    assert letter(desk, 1, "telaahan", assets=[OTHER]).dossier != order.dossier


def test_what_a_refusal_undid_takes_no_dossier(desk: Desk) -> None:
    """An order that a refusing stamp on its note undid does not keep the next order out of the dossier, and one that
    counts does, though its note was once sent back.
    """
    note = letter(desk, 2)
    order = letter(desk, 4, "surat_penugasan")
    decide(desk, note, "kepala-bidang", "perbaiki")
    letter(desk, 2, replaces=note.id)
    assert letter(desk, 4, "surat_penugasan").dossier == order.dossier == note.dossier
    assert letter(desk, 4, "surat_penugasan").dossier != note.dossier


def test_where_two_dossiers_fit_none_is_guessed(desk: Desk) -> None:
    """With two running dossiers on an asset the order opens its own, unless one is named; NEW opens one always."""
    first, second = letter(desk, 2), letter(desk, 2)
    assert first.dossier != second.dossier
    order = letter(desk, 4, "surat_penugasan")
    assert order.dossier not in (first.dossier, second.dossier)
    named = letter(desk, 4, "surat_penugasan", dossier=first.dossier)
    assert named.dossier == first.dossier
    alone = letter(desk, 2, assets=[OTHER])
    assert letter(desk, 4, "surat_penugasan", assets=[OTHER], dossier=NEW).dossier != alone.dossier


def test_assets_in_another_order_are_the_same_assets(desk: Desk) -> None:
    """A dossier on two assets is continued whichever is named first."""
    first = letter(desk, 2, assets=[ASSET, OTHER])
    assert letter(desk, 4, "surat_penugasan", assets=[OTHER, ASSET]).dossier == first.dossier


def test_a_collective_dossier_is_continued_only_if_it_is_the_only_one(desk: Desk) -> None:
    """Without assets a letter continues what is in force in the one open dossier; beside a second one it opens a third;
    a dossier whose only letter is void is nobody's."""
    first = letter(desk, 2, assets=[])
    assert letter(desk, 4, "surat_penugasan", assets=[]).dossier == first.dossier
    second = letter(desk, 2, assets=[])
    third = letter(desk, 4, "surat_penugasan", assets=[])
    assert len({first.dossier, second.dossier, third.dossier}) == 3
    for id in (first.dossier, second.dossier, third.dossier):
        close(desk, id, "sari", "Selesai")
    wrong = letter(desk, 2, assets=[])
    void(desk, wrong.id, "Salah tujuan", "sari")
    assert letter(desk, 2, assets=[]).dossier != wrong.dossier


def test_a_letter_in_a_named_dossier_replaces_nothing_by_itself(desk: Desk) -> None:
    """Beside what was sent back it is a further document; to replace it, that is said, and names the dossier, too."""
    first = letter(desk, 2)
    decide(desk, first, "kepala-bidang", "perbaiki")
    further = letter(desk, 2, dossier=first.dossier)
    assert (further.dossier, now(desk, first).status) == (first.dossier, "issued")
    for wrong in (NEW, letter(desk, 2, dossier=NEW).dossier):
        with pytest.raises(InvalidSubmission) as caught:
            letter(desk, 2, dossier=wrong, replaces=first.id)
        assert messages(caught.value)[0][0] == "replaces"
    successor = letter(desk, 2, replaces=first.id)
    assert successor.dossier == first.dossier
    assert (now(desk, first).status, now(desk, first).replaced_by) == ("superseded", successor.id)
    with pytest.raises(InvalidSubmission) as caught:
        letter(desk, 2, replaces=first.id)
    assert successor.number in messages(caught.value)[0][1]


def test_six_replacements_at_once_give_one(office: Desk) -> None:
    """One letter takes the place; five are refused and told which; no number is lost."""
    first = relocation_plan(office)
    decide(office, first, "kepala-bidang", "tolak")
    request = asked(office, RELOCATION[0], 1, RELOCATION[1], replaces=first.id)
    winners, losers = at_once(office, [lambda: issue(office, request, "sari")] * CLERKS)
    [winner] = winners
    assert len(losers) == CLERKS - 1
    for error in losers:
        [(field, message)] = messages(error)
        assert field == "replaces"
        assert winner.number in message
    assert now(office, first).replaced_by == winner.id
    with office.catalogue.read() as tx:
        entries = numbers.list_entries(tx, winner.unit, winner.year)
        assert numbers.gaps(tx) == []
    assert [one.sequence for one in entries] == [1, 2]


def test_letters_that_would_continue_one_dossier_at_once(office: Desk) -> None:
    """One continues it and cites its letter; the others open their own and cite nothing of it; no number is lost."""
    note = letter(office, 2)
    order = asked(office, "surat_penugasan", 4)
    order = order.model_copy(update={"data": {k: v for k, v in order.data.items() if k != "dasar"}})
    winners, losers = at_once(office, [lambda: issue(office, order, "sari")] * 4)
    assert losers == []
    assert sorted(one.dossier == note.dossier for one in winners) == [False, False, False, True]
    assert len({one.dossier for one in winners}) == 4
    with office.catalogue.read() as tx:
        for one in winners:
            basis = str(documents.get_contents(tx, one.id)[0].data.get("dasar"))
            assert (note.number in basis) == (one.dossier == note.dossier)
        assert numbers.gaps(tx) == []


def test_a_dossier_is_closed_before_or_after_a_letter_but_not_meanwhile(office: Desk) -> None:
    """Closing at once with letters into it: whoever comes second is refused, and a closed dossier gets no letter."""
    first = letter(office, 2)
    request = asked(office, "surat_penugasan", 4, dossier=first.dossier)

    def shut() -> Document:
        close(office, first.dossier, "sari", "Dihentikan")
        return first

    _, refused = at_once(office, [lambda: issue(office, request, "sari"), shut, lambda: issue(office, request, "budi")])
    for error in refused:
        assert isinstance(error, Conflict) or messages(error)[0][0] == "dossier"
    with office.catalogue.read() as tx:
        closed = dossiers.get_dossier(tx, first.dossier).closed_at
        held = dossiers.dossier_documents(tx, first.dossier)
    assert closed is None or all(one.created_at <= closed and one.status == "issued" for one in held)


def test_what_was_prepared_is_checked_again_before_it_is_numbered(desk: Desk) -> None:
    """A dossier closed, or a letter voided, after the request was checked: refused, and no number is taken."""
    first = letter(desk, 2)
    into = prepare(desk, asked(desk, "surat_penugasan", 4, dossier=first.dossier))
    instead = prepare(desk, asked(desk, "nota_dinas", 2, replaces=first.id))
    void(desk, first.id, "Salah tujuan", "sari")
    assert "sudah dibatalkan" in refusal(desk, instead)
    close(desk, first.dossier, "sari", "Dihentikan")
    assert "sudah ditutup" in refusal(desk, into)
    with desk.catalogue.read() as tx:
        assert numbers.last_sequence(tx, first.unit, first.year) == 1


def refusal(desk: Desk, prepared: Prepared) -> str:
    """Why what was prepared is not reserved any more."""
    with pytest.raises(InvalidSubmission) as caught, desk.catalogue.write() as tx:
        reserve(desk, tx, prepared, "sari", None)
    [(_, message)] = messages(caught.value)
    return message


class Refusing:
    """A LibreOffice that makes no document."""

    def convert(self, *_: object, **__: object) -> bytes:
        """Refuse."""
        raise ConversionFailed("LibreOffice menolak naskah ini.")


class Away:
    """An archive that cannot be reached."""

    def get(self, key: str) -> bytes:
        """Fail."""
        raise StoreUnavailable("Arsip mati.")

    put = get_or_none = get


def test_a_letter_that_is_about_to_be_replaced_is_left_alone(desk: Desk) -> None:
    """While its successor has a number and no PDF yet, nobody decides on it, voids, seals, attaches to or replaces it,
    and its dossier stays open; when the successor is made, it is superseded."""
    first = letter(desk, 2)
    with pytest.raises(DocumentPending) as caught:
        issue(replace(desk, converter=Refusing()), asked(desk, "nota_dinas", 2, replaces=first.id), "sari")  # type: ignore[arg-type]
    successor = caught.value.document
    for act in (
        lambda: decide(desk, first, "kepala-bidang", "setuju"),
        lambda: void(desk, first.id, "Salah", "sari"),
        lambda: attach(desk, first.id, pdf("tanda tangan"), "salinan.pdf", "sari"),
        lambda: letter(desk, 2, replaces=first.id),
        lambda: close(desk, first.dossier, "sari", "Dihentikan"),
    ):
        with pytest.raises((Conflict, InvalidSubmission)) as refused:
            act()
        told = str(refused.value) if isinstance(refused.value, Conflict) else messages(refused.value)[0][1]
        assert successor.number in told
    finish_document(desk, successor.id)
    assert now(desk, first).replaced_by == successor.id


def test_a_letter_in_work_is_not_replaced(desk: Desk) -> None:
    """While a change of it is promised and not archived, a letter cannot be replaced: both could stay in force."""
    first = letter(desk, 2)
    with pytest.raises(DocumentPending):
        void(replace(desk, store=Away()), first.id, "Salah tujuan", "sari")  # type: ignore[arg-type]
    with pytest.raises(InvalidSubmission) as caught:
        letter(desk, 2, replaces=first.id)
    assert "sudah dibatalkan" in messages(caught.value)[0][1]


def test_a_void_successor_sets_its_letter_free(desk: Desk) -> None:
    """A replacement that cannot be made is given up: the letter stays in force and can be replaced again."""
    first = letter(desk, 2)
    with pytest.raises(DocumentPending) as caught:
        issue(replace(desk, converter=Refusing()), asked(desk, "nota_dinas", 2, replaces=first.id), "sari")  # type: ignore[arg-type]
    void(desk, caught.value.document.id, "Templat rusak", "sari")
    assert letter(desk, 2, replaces=first.id).id == now(desk, first).replaced_by
