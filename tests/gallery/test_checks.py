"""Each rule of the gallery finds the page that breaks it, made by the real LibreOffice, and leaves a good one alone."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from docgen.libreoffice import Converter
from docgen.render.stamps.verification_band import stamp_band
from tests.support.gallery.bad_pages import (
    HEIGHT,
    LINE,
    at_foot,
    crowded,
    headed,
    low,
    numbered,
    shifted,
    small,
    tabulated,
    written,
)
from tests.support.gallery.rules import RULES, findings

SIGNATURE = [("Tanda Tangan", "Kepala Dinas,"), ("Tanda Tangan", "Al Husain Mardani"), ("Tanda Tangan", "NIP 1")]
LONG = LINE * 4
ROWS = [["No.", "Nama Barang"], *([str(at), "Access Point"] for at in range(1, 70))]


BAD: dict[str, Callable[[], bytes]] = {
    "margins": lambda: shifted(20),
    "paper edge": lambda: shifted(120),
    "overlap": crowded,
    "legible": lambda: small(6.5),
    "page numbers": lambda: numbered("- 7 -", pages=2),
    "annex head": lambda: written(("Alinea", LINE), ("Alinea", "Lampiran Nota Dinas", HEIGHT), ("Alinea", "Nomor : 1")),
    "annexes": lambda: written(("Alinea", LINE), ("Alinea", "Lampiran II Nota Dinas", HEIGHT), ("Alinea", LINE)),
    "letterhead": lambda: headed("PEMERINTAH", "DINAS SATU,", "DUA, TIGA,", "DAN EMPAT"),
    "lone lines": lambda: at_foot(1, ("Alinea", LONG)),
    "headings": lambda: at_foot(1, ("Judul", "Pendahuluan"), ("Alinea", LINE)),
    "header rows": lambda: tabulated([60, 200], ROWS, repeat=False),
    "whole rows": lambda: tabulated([60, 100], [["No.", "Nama"], *[["1", "Baris"]] * 44, ["2", LONG]]),
    "signature": lambda: at_foot(2, *SIGNATURE),
    "copies": lambda: at_foot(5, ("Alinea", LINE), *SIGNATURE, ("Rincian", "Tembusan:"), ("Rincian", "Bupati")),
    "hanging": lambda: written(("Alinea", LONG), ("Tanda Tangan", "Plt. Kepala Bidang " + "Infrastruktur " * 8)),
    "whole words": lambda: tabulated([60, 60], [["No.", "Nilai"], ["1", "Rp12.345.678.900,00"]]),
    "kept together": lambda: written(("Alinea", "Pada tanggal\u00a0" * 5 + "tanggal 23 November 2026")),
    "NIP": lambda: written(("Alinea", "NIP 199001012015031008")),
    "no Rp0,00": lambda: tabulated([60, 200], [["No.", "Biaya"], ["1", "Rp0,00"]]),
    "list ends": lambda: written(("Butir", "1. satu hal;"), ("Butir", "2. hal lain;")),
    "lone numbers": lambda: written(("Butir", "a. satu hal."), ("Alinea", LINE)),
    "titles": lambda: written(("Judul", "LAPORAN PEMELIHARAAN PERANGKAT JARINGAN DI RUANG-RUANG PERALATAN")),
}


@pytest.mark.parametrize("rule", list(BAD))
def test_each_rule_finds_a_page_that_breaks_it(rule: str, converter: Converter) -> None:
    """A page that breaks a rule is found by that rule."""
    docx = BAD[rule]()
    assert rule in findings(converter.convert(docx), docx)


def test_every_rule_has_a_page_that_breaks_it() -> None:
    """No rule goes without proof: one is broken by a stamp below, and one by a letter that LibreOffice cannot show."""
    assert {rule.name for rule in RULES} == BAD.keys() | {"stamps clear", "made"}


def test_text_under_a_stamp_is_found(converter: Converter) -> None:
    """Text in the lowest two centimetres, where the verification band is stamped, is found under it."""
    docx = low(30)
    band = {"number": "B/1", "code": "7Q4MZ2KXA9B3C5DE", "url": "https://docgen.example.go.id/v/7Q4M"}
    assert "stamps clear" in findings(stamp_band(converter.convert(docx), **band).data, docx)


def test_an_annex_head_alone_on_its_page_is_found(converter: Converter) -> None:
    """An annex whose list or photographs begin on the page after its head is found."""
    docx = at_foot(1, ("Tanda Tangan", "Lampiran Laporan"), ("Alinea", LONG))
    assert "headings" in findings(converter.convert(docx), docx)


def test_a_good_page_breaks_no_rule(converter: Converter) -> None:
    """A page as it should be passes every rule: a title, a list, a whole table, a signature and its copies."""
    docx = written(
        ("Judul", "LAPORAN PEMELIHARAAN"),
        ("Alinea", LONG),
        ("Butir", "1. satu hal;"),
        ("Butir", "2. hal lain."),
        *SIGNATURE,
        ("Rincian", "Tembusan:"),
        ("Rincian", "Bupati Tanah Bumbu"),
    )
    assert findings(converter.convert(docx), docx) == {}
