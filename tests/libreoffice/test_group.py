"""Letters that wait together go together: each is what it would be alone, and nobody suffers for his company."""

from __future__ import annotations

import datetime as dt
import logging
import signal
from collections.abc import Callable, Iterator
from contextlib import closing
from functools import partial
from pathlib import Path

import pytest

from docgen.errors import Busy, ConversionFailed, ConverterUnavailable
from docgen.libreoffice import group as group_module
from docgen.libreoffice import local_socket, worker
from docgen.libreoffice.converter_server import ConverterServer
from docgen.libreoffice.group import LARGEST, MOST, Groups
from docgen.libreoffice.pool import LOSSES
from docgen.libreoffice.remote_converter import RemoteConverter
from docgen.render.pdf.pdfium import page_count
from docgen.render.stamps.verification_band import stamp_band
from docgen.render.word.package import BODY, WordParts
from tests.support.files.word import edited
from tests.support.machine.company import WaitingRoom, counted_calls, waiting_room
from tests.support.machine.libreoffices import busy_office, offices, offices_themselves, send, wait_until
from tests.support.office.letters import KINDS, kind, letter, notas, require_same, subjects

pytestmark = pytest.mark.office
COMPOSED = [slug for slug in KINDS if slug != "sop"]  # all but those with numbered pages that begin with a table
Made = dict[str, list[tuple[bytes, bytes]]]


@pytest.fixture
def room(tmp_path: Path) -> Iterator[WaitingRoom]:
    """A pool of one worker that starts when the letters wait."""
    with waiting_room(tmp_path / "office") as room:
        yield room


@pytest.fixture
def calls() -> Iterator[list[bytes]]:
    """The Word files that LibreOffice gets, one a call."""
    with counted_calls() as calls:
        yield calls


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Made:
    """Three letters of each kind that is composed, of different length: each in company and alone."""
    docxs = {slug: [letter(kind(slug), index) for index in (1, 0, 2)] for slug in COMPOSED}
    with waiting_room(tmp_path_factory.mktemp("company"), patience=600.0) as room, counted_calls() as calls:
        waiting = {slug: [room.send(docx, group=slug) for docx in docxs[slug]] for slug in COMPOSED}
        room.open()
        together = {slug: [future.result(600) for future in waiting[slug]] for slug in COMPOSED}
        assert len(calls) == len(COMPOSED)
        alone = {slug: [room.pool.convert(docx) for docx in docxs[slug]] for slug in COMPOSED}
    return {slug: list(zip(together[slug], alone[slug], strict=True)) for slug in COMPOSED}


@pytest.mark.parametrize("slug", COMPOSED)
def test_every_kind_is_the_same_in_company_as_alone(slug: str, made: Made) -> None:
    """Three letters of different length that waited together have the pages, words, rooms for stamps, tags, title and
    other properties that they have alone.
    """
    for company, alone in made[slug]:
        require_same(company, alone)
    assert len({page_count(alone) for _, alone in made[slug]}) > 1


def test_what_was_in_company_is_archival(
    made: Made, tmp_path: Path, verapdf: Callable[..., dict[str, list[str]]]
) -> None:
    """veraPDF has nothing against the stamped letters of any kind that were converted together."""
    for slug, pairs in made.items():
        for index, (company, _) in enumerate(pairs):
            stamped = stamp_band(company, number="B/1", code="7Q4MZ2KXA9B3C5DE", url="https://contoh.go.id/v/1")
            (tmp_path / f"{slug}-{index}.pdf").write_bytes(stamped.data)
    assert {name: reasons for name, reasons in verapdf(tmp_path).items() if reasons} == {}


def test_at_most_so_many_go_together(room: WaitingRoom, calls: list[bytes]) -> None:
    """Of more that wait than go into one file each gets its own letter, in as few calls as may be."""
    assert subjects(room.results(notas(MOST + 3))) == [str(index) for index in range(MOST + 3)]
    assert len(calls) == 2


def test_nobody_waits_for_company(room: WaitingRoom, calls: list[bytes]) -> None:
    """A letter that waits alone goes alone, as it is; so do those of no group, of another, and long ones."""
    long = edited(letter(kind("nota_dinas")), BODY, "<w:body>", f"<w:body><!--{'x' * LARGEST}-->")
    docxs = notas(5)
    groups = ["satu", "", "", "dua", "tiga"]
    assert sum(entry.file_size for entry in WordParts(long).entries) > LARGEST
    waiting = [room.send(docx, group=name) for docx, name in zip(docxs, groups, strict=True)]
    waiting += [room.send(long, group="tiga")]
    room.open()
    results = [future.result(60) for future in waiting]
    assert subjects(results[:5]) == [str(index) for index in range(5)]
    assert calls == [*docxs, long]


def test_without_uno_everybody_goes_alone(tmp_path: Path, calls: list[bytes]) -> None:
    """Where a LibreOffice starts for each document, none tells letters in one file apart, and none is asked to."""
    docxs = notas(2)
    with waiting_room(tmp_path / "office", has_uno=False) as room:
        assert subjects(room.results(docxs)) == ["0", "1"]
    assert calls == docxs


def test_what_cannot_be_composed_is_tried_once_an_hour(
    room: WaitingRoom, calls: list[bytes], caplog: pytest.LogCaptureFixture
) -> None:
    """Kinds that count over the file are made one by one; the log says why once, and nobody is to blame."""
    counted = '<w:p><w:fldSimple w:instr=" NUMPAGES "/></w:p><w:sectPr'
    docxs = [edited(docx, BODY, "<w:sectPr", counted) for docx in notas(2)]
    with caplog.at_level(logging.WARNING):
        results = room.results([*docxs, *docxs], "hitung")
        assert all(result.startswith(b"%PDF") for result in results)
        assert room.pool.convert(docxs[0], group="hitung").startswith(b"%PDF")
    assert calls == [*docxs, *docxs, docxs[0]]
    [record] = [record for record in caplog.records if "one by one for an hour" in record.message]
    assert "NUMPAGES" in record.message


def test_a_refused_group_is_open_again_after_an_hour(monkeypatch: pytest.MonkeyPatch) -> None:
    """Another LibreOffice or template may do then what this one does not."""
    docx, now = letter(kind("nota_dinas")), dt.datetime(2026, 11, 28, 8, tzinfo=dt.UTC)
    moments = [now]
    groups = Groups(now=lambda: moments[-1])
    assert groups.open_to(docx, "nota") == "nota"
    assert groups.open_to(docx, "") == ""
    groups.refuse("nota", "kepala surat")
    assert groups.open_to(docx, "nota") == ""
    assert groups.open_to(docx, "telaahan") == "telaahan"
    moments.append(now + dt.timedelta(minutes=61))
    assert groups.open_to(docx, "nota") == "nota"


def test_one_that_spoils_the_group_is_alone_to_blame(room: WaitingRoom) -> None:
    """Of four that wait, one cannot be read: the others get their letters, and it alone its error."""
    docxs = notas(4)
    docxs[2] = edited(docxs[2], BODY, "<w:body>", "<w:body><w:p>")
    waiting = [room.send(docx, group="uji") for docx in docxs]
    room.open()
    with pytest.raises(ConversionFailed, match="tidak dapat membaca berkas Word"):
        waiting.pop(2).result(60)
    assert subjects([future.result(60) for future in waiting]) == ["0", "1", "3"]


def test_one_that_kills_libreoffice_is_alone_to_blame(room: WaitingRoom, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where LibreOffice dies on a letter, alone as in company, those with it are converted, and each loss counts for
    it alone.
    """
    losses = []
    convert = worker.Worker.convert

    def poisoned(self: worker.Worker, docx: bytes, deadline: float) -> bytes:
        if b"ke-1#" in WordParts(docx)[BODY]:
            losses.append(docx)
            send(offices_themselves(self.folder), signal.SIGKILL)
        return convert(self, docx, deadline)

    monkeypatch.setattr(worker.Worker, "convert", poisoned)
    docxs = notas(3)
    waiting = [room.send(docx, group="uji") for docx in docxs]
    room.open()
    with pytest.raises(ConversionFailed, match="tiga kali"):
        waiting.pop(1).result(120)
    assert subjects([future.result(60) for future in waiting]) == ["0", "2"]
    assert losses[1:] == [docxs[1]] * LOSSES


def test_a_libreoffice_that_hangs_costs_the_group_no_letter(room: WaitingRoom, tmp_path: Path) -> None:
    """One that stands still on four letters is ended, and each is converted by its successor."""
    waiting = [room.send(docx, group="uji") for docx in notas(4)]
    room.open()
    frozen = busy_office(tmp_path / "office")
    send([frozen], signal.SIGSTOP)
    assert subjects([future.result(60) for future in waiting]) == ["0", "1", "2", "3"]
    assert frozen not in offices(tmp_path)


def test_a_group_that_is_late_goes_alone(
    room: WaitingRoom, calls: list[bytes], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """After the deadline of a group, which is shorter than a letter's own, each has all of its own time alone."""
    monkeypatch.setattr(worker, "STILL_SECONDS", 60.0)
    monkeypatch.setattr(group_module, "DEADLINE", 1.0)
    docxs = notas(3)
    waiting = [room.send(docx, group="uji") for docx in docxs]
    room.open()
    send([busy_office(tmp_path / "office")], signal.SIGSTOP)
    assert subjects([future.result(60) for future in waiting]) == ["0", "1", "2"]
    assert calls[1:] == docxs


def test_who_gives_up_leaves_the_group(tmp_path: Path, calls: list[bytes]) -> None:
    """A caller that waits no longer has left before his letter is put into a file with others."""
    docxs = notas(3)
    with waiting_room(tmp_path / "office", patience=0.1) as room:
        gone = room.send(docxs[1], group="uji")
        with pytest.raises(Busy, match="sedang penuh"):
            gone.result(60)
        room.pool.patience = 60.0
        assert subjects(room.results([docxs[0], docxs[2]])) == ["0", "2"]
    [composed] = calls
    assert "ke-1#" not in WordParts(composed)[BODY].decode()


def test_letters_of_several_processes_go_together(room: WaitingRoom, calls: list[bytes], tmp_path: Path) -> None:
    """What web processes send to the one that has the LibreOffices is one file, without the letter of one that was
    killed while it waited.
    """
    docxs, address = notas(3), tmp_path / "socket"
    call = {"call": "convert", "deadline": 30.0, "group": "uji", "urgency": 0, "office": "", "caller": "", "notes": {}}
    with closing(ConverterServer(room.pool, address)):
        with local_socket.connect(address) as killed:
            local_socket.send(killed, call, docxs[1])
            wait_until(lambda: room.pool.waiting() == 1)
        wait_until(lambda: room.pool.waiting() == 0)
        remotes = [RemoteConverter(address).convert for _ in range(2)]
        waiting = [
            room.do(partial(convert, docx, group="uji")) for convert, docx in zip(remotes, docxs[::2], strict=True)
        ]
        room.open()
        assert subjects([future.result(60) for future in waiting]) == ["0", "2"]
    [composed] = calls
    assert "ke-1#" not in WordParts(composed)[BODY].decode()


def test_closing_ends_a_group(room: WaitingRoom, tmp_path: Path) -> None:
    """Whoever is in a file when the pool closes hears that it does, and no LibreOffice is left."""
    waiting = [room.send(docx, group="uji") for docx in notas(3)]
    room.open()
    frozen = busy_office(tmp_path / "office")
    send([frozen], signal.SIGSTOP)
    room.pool.close()
    for future in waiting:
        with pytest.raises(ConverterUnavailable, match="dimatikan"):
            future.result(60)
    assert offices(tmp_path) == []
