"""Letters that LibreOffice does not make together: why is logged once, and it is not tried again at each batch."""

from __future__ import annotations

import datetime as dt
import logging
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from typing import Any

import pytest
from sqlalchemy import Connection

from docgen.desk import Desk
from docgen.desk.issuing.evidence import read_registers
from docgen.desk.issuing.issue import IdempotencyKey, reserve_in
from docgen.desk.issuing.issue_many import make_many
from docgen.desk.issuing.request import DocumentRequest
from docgen.desk.revisions.convert_together import convert_together
from docgen.desk.revisions.journal import ClaimedLine
from docgen.errors import ConversionFailed, NotComposable, PdfError
from docgen.libreoffice import Converter
from docgen.render.many.letter_starts import START_STYLES
from docgen.render.word.package import BODY, STYLES
from storage.catalogue import Catalogue
from tests.support.files.word import edited, packed, unpacked
from tests.support.office.letters import kind, letter

pytestmark = pytest.mark.office

PLAIN = b'<w:basedOn w:val="Judul"/></w:style>'
BREAKING = b'<w:basedOn w:val="Judul"/><w:pPr><w:pageBreakBefore/></w:pPr></w:style>'


@dataclass
class HeadsLost:
    """A LibreOffice that gives letters made together no head: their beginnings only break the page."""

    converter: Converter
    composed: list[int] = field(default_factory=list)

    def convert(self, docx: bytes, *, deadline: float = 30.0, group: str = "") -> bytes:
        """As `Converter.convert`."""
        parts = unpacked(docx)
        if START_STYLES[0].encode() in parts[STYLES]:
            self.composed.append(len(docx))
            parts[STYLES] = parts[STYLES].replace(PLAIN, BREAKING)
            for name in (BODY, STYLES):
                parts[name] = parts[name].replace(
                    START_STYLES[0].encode(), b"Naskah"
                )  # what tells the worker of letters
            docx = packed(parts)
        return self.converter.convert(docx, deadline=deadline, group=group)

    def check(self) -> None:
        """As `Converter.check`."""

    def close(self) -> None:
        """As `Converter.close`."""


def reserved(desk: Desk, count: int, first: int = 0) -> list[ClaimedLine]:
    """The journal lines of this many reserved Notas Dinas."""
    body = {"kind": "nota_dinas", "procedure": "pemeliharaan", "step": 2, "data": desk.kinds["nota_dinas"].example}
    request = DocumentRequest.model_validate(body)
    with desk.catalogue.write() as tx:
        registers = read_registers(desk, tx, [])
        return [
            reserve_in(desk, tx, request, registers, "sari", IdempotencyKey("uji", str(first + index), "a"))
            for index in range(count)
        ]


def test_a_version_that_cannot_is_named_once_and_asked_again_after_an_hour(
    desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    """All letters are issued one by one; kind, reason and version of LibreOffice stand in the log once an hour."""
    now = desk.now()
    lost = HeadsLost(desk.converter)
    moments = [now]
    desk = replace(desk, converter=lost, now=lambda: moments[-1])
    with caplog.at_level(logging.WARNING, "docgen.desk"):
        for first in (0, 3):
            assert {one.status for one in make_many(desk, reserved(desk, 3, first))} == {"issued"}
        assert len(lost.composed) == 1
        [record] = caplog.records
        assert "nota_dinas" in record.message
        assert "Kepala surat" in record.message
        assert "LibreOffice" in record.message
        moments.append(now + dt.timedelta(minutes=61))
        make_many(desk, reserved(desk, 3, 6))
    assert (len(lost.composed), len(caplog.records)) == (2, 2)


def test_one_kind_that_cannot_leaves_the_others_as_they_are(desk: Desk) -> None:
    """A template that counts its pages is made one by one, and no letter of it is filled to be made together in vain;
    letters of another kind are still made together.
    """
    counted = edited(
        letter(kind("disposisi")), BODY, "<w:sectPr", '<w:p><w:fldSimple w:instr=" NUMPAGES "/></w:p><w:sectPr'
    )
    with pytest.raises(NotComposable, match="NUMPAGES"):
        convert_together(desk, kind("disposisi"), [counted, counted])
    unfilled = iter([counted, counted])
    with pytest.raises(PdfError, match="NUMPAGES"):
        convert_together(desk, kind("disposisi"), unfilled)
    assert len(list(unfilled)) == 2
    letters = [letter(kind("nota_dinas"), index) for index in (0, 1)]
    assert [converted.docx for converted in convert_together(desk, kind("nota_dinas"), letters)] == letters


def test_a_letter_that_libreoffice_refuses_is_no_fault_of_the_others(
    desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    """That all are made one by one then is logged, and the next ones are made together again."""
    docx = letter(kind("nota_dinas"))

    class Refusing(HeadsLost):
        def convert(self, docx: bytes, *, deadline: float = 30.0, group: str = "") -> bytes:
            raise ConversionFailed("terlalu lama")

    refused = replace(desk, converter=Refusing(desk.converter))
    with caplog.at_level(logging.WARNING, "docgen.desk"), pytest.raises(ConversionFailed):
        convert_together(refused, kind("nota_dinas"), [docx, docx])
    assert "2 letters of the kind nota_dinas are made one by one: terlalu lama" in caplog.text
    assert len(convert_together(desk, kind("nota_dinas"), [docx, docx])) == 2


class CountingWrites:
    """A catalogue that counts its write transactions."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue, self.writes = catalogue, 0

    def __getattr__(self, name: str) -> Any:
        return getattr(self._catalogue, name)

    def write(self) -> AbstractContextManager[Connection]:
        """Count, and begin."""
        self.writes += 1
        return self._catalogue.write()


def test_what_was_just_reserved_is_not_claimed_again(desk: Desk) -> None:
    """Letters go from their numbers to the archive in one further transaction; those reserved before are claimed in
    another."""
    fresh, before = reserved(desk, 2), [one.document.id for one in reserved(desk, 2, 2)]
    counting = CountingWrites(desk.catalogue)
    counted = replace(desk, catalogue=counting)  # type: ignore[arg-type]
    assert {one.status for one in make_many(counted, fresh)} == {"issued"}
    assert counting.writes == 1
    assert [one.id for one in make_many(counted, before)] == before
    assert counting.writes == 3


def test_what_not_all_may_read_is_in_no_file_with_others(desk: Desk) -> None:
    """Of a chunk with a letter of class T, that letter goes through LibreOffice alone, and the open ones together."""

    class Noting(HeadsLost):
        def convert(self, docx: bytes, *, deadline: float = 30.0, group: str = "") -> bytes:
            bodies.append(unpacked(docx)[BODY])
            return self.converter.convert(docx, deadline=deadline, group=group)

    bodies: list[bytes] = []
    desk = replace(desk, converter=Noting(desk.converter))
    example = desk.kinds["nota_dinas"].example
    lines = []
    with desk.catalogue.write() as tx:
        registers = read_registers(desk, tx, [])
        for word, security in (("PERTAMA", "B"), ("TERTUTUP", "T"), ("KEDUA", "B")):
            request = DocumentRequest.model_validate(
                {"kind": "nota_dinas", "procedure": "pemeliharaan", "step": 2}
                | {"data": {**example, "hal": word}, "security": security}
            )
            lines.append(reserve_in(desk, tx, request, registers, "sari", IdempotencyKey("uji", word, "a")))
    assert [document.status for document in make_many(desk, lines)] == ["issued"] * 3
    words = [{word for word in (b"PERTAMA", b"TERTUTUP", b"KEDUA") if word in body} for body in bodies]
    assert sorted(words, key=len) == [{b"TERTUTUP"}, {b"PERTAMA", b"KEDUA"}]
