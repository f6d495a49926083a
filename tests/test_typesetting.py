"""What stays on one line, how lists end, and where titles break."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docgen.typesetting import (
    BREAK,
    NO_BREAK_HYPHEN,
    NO_BREAK_SPACE,
    ItemEnds,
    ended_items,
    plain_text,
    title_lines,
    unbroken,
    unbroken_around_tags,
    unbroken_in_cell,
    unbroken_in_paragraph,
)

# Words of letters and what stands between them, so that the rules meet each other.
WORDS = (
    *("tanggal", "16", "November", "2026", "Nomor", "B/000.2.4/87/DiskominfoSP2/XI/2026", "445/PKM-BTL/XI/2026"),
    *(
        "Tahun",
        "Anggaran",
        "Pasal",
        "ayat",
        "(2)",
        "huruf",
        "a",
        "1",
        "(satu)",
        "unit",
        "220",
        "V",
        "10",
        "GB",
        "pukul",
    ),
    *(
        "09.00",
        "WITA",
        "Dr.",
        "Ir.",
        "M.",
        "Hidayat,",
        "A.Md.Kom.",
        "S.Kom.,",
        "M.M.",
        "23-11-2026",
        "s.d.",
        "dan",
        ";",
    ),
)
TEXTS = st.lists(st.sampled_from(WORDS) | st.text(max_size=6), max_size=30).map(" ".join)
SIGNS = str.maketrans({NO_BREAK_SPACE: "~", NO_BREAK_HYPHEN: "="})


@pytest.mark.parametrize(
    ("typed", "printed"),
    [
        ("pada tanggal 16 November 2026 di", "pada tanggal~16~November~2026 di"),
        ("sampai tanggal 18", "sampai tanggal~18"),
        ("tanggal 16 s.d. 18 November 2026", "tanggal~16 s.d.~18~November~2026"),
        ("sejak November 2026", "sejak November~2026"),
        ("Nomor 445/PKM-BTL/XI/2026 tanggal 5 Mei 2026", "Nomor~445/PKM=BTL/XI/2026 tanggal~5~Mei~2026"),
        ("Nomor 7 Tahun 2024 tentang", "Nomor~7~Tahun~2024 tentang"),
        ("DPA Tahun Anggaran 2026", "DPA Tahun~Anggaran~2026"),
        ("Pasal 3 ayat (2) huruf a", "Pasal~3 ayat~(2) huruf~a"),
        ("0 volt, 220 V, 10 GB, 3 hari kerja", "0~volt, 220~V, 10~GB, 3~hari kerja"),
        ("1 (satu) unit", "1~(satu)~unit"),
        ("oleh PIHAK KESATU kepada", "oleh PIHAK~KESATU kepada"),
        ("pukul 09.00 WITA", "pukul~09.00~WITA"),
        ("(23-11-2026)", "(23=11=2026)"),
        ("Muhammad Rizky Hidayat, A.Md.Kom.", "Muhammad Rizky Hidayat,~A.Md.Kom."),
        ("Dr. Ir. M. Wahid Hasyim, S.Kom., M.Kom.", "Dr.~Ir.~M.~Wahid Hasyim,~S.Kom., M.Kom."),
        ("sebesar Rp 1.000 dan Rp. 2.500,00", "sebesar Rp1.000 dan Rp2.500,00"),
        ("https://a-b.go.id/x-y/z/q dan a-b", "https://a-b.go.id/x-y/z/q dan a-b"),
    ],
)
def test_what_belongs_together_stays_on_one_line(typed: str, printed: str) -> None:
    """Dates, numbers with their words and units, and names with degrees; addresses of the web stay as they are."""
    assert unbroken(typed).translate(SIGNS) == printed


def test_a_cell_keeps_only_short_pieces_together() -> None:
    """A whole date would not fit a narrow column, and would be broken within a word."""
    assert unbroken_in_cell("31 Desember 2026, 10 GB").translate(SIGNS) == "31~Desember 2026, 10~GB"
    assert unbroken_in_cell("Ruang Server, Lantai 2, Rak 3").translate(SIGNS) == "Ruang Server, Lantai~2, Rak~3"
    assert unbroken_in_cell("Triwulan I 2027").translate(SIGNS) == "Triwulan~I 2027"


def test_a_justified_paragraph_keeps_only_the_date_together() -> None:
    """With the word before it the line above would be torn apart."""
    assert unbroken_in_paragraph("tanggal 16 November 2026, tanggal 18").translate(SIGNS) == (
        "tanggal 16~November~2026, tanggal~18"
    )


def test_a_long_number_parts_only_after_a_slash_near_its_middle() -> None:
    """And only in a justified paragraph; a short one not at all."""
    number, short = "B/000.2.4/87/DiskominfoSP2/XI/2026", "445/PKM-BTL/XI/2026"
    assert unbroken_in_paragraph(f"Nomor {number}, {short}") == unbroken(
        f"Nomor B/000.2.4/87/{BREAK}DiskominfoSP2/XI/2026, {short}"
    )
    assert BREAK not in unbroken(number)


@pytest.mark.parametrize(
    ("template", "kept"),
    [
        ("pada tanggal {{ tanggal }} di", "pada tanggal {{ tanggal }} di"),
        ("Nomor {{ n }} Tahun {{ t }}", "Nomor~{{ n }} Tahun~{{ t }}"),
        ("rangkap {{ r }} ({{ r_terbilang }})", "rangkap {{ r }}~({{ r_terbilang }})"),
        ("{% if x == 'Nomor 3' %}Pasal 3{% endif %}", "{% if x == 'Nomor 3' %}Pasal~3{% endif %}"),
    ],
)
def test_the_words_of_a_template_stay_with_the_tag_they_lead_to(template: str, kept: str) -> None:
    """What stands within a tag is code, and stays as it is."""
    assert unbroken_around_tags(template).translate(SIGNS) == kept


@given(TEXTS)
def test_keeping_together_twice_is_keeping_once(text: str) -> None:
    """A text that was printed already may be printed again."""
    for keep in (unbroken, unbroken_in_cell, unbroken_in_paragraph, unbroken_around_tags):
        assert keep(keep(text)) == keep(text)


@given(TEXTS.filter(lambda text: "Rp" not in text))
def test_only_spaces_and_hyphens_change(text: str) -> None:
    """The ordinary signs in place of the special ones give back what was typed, so it is found as it was typed."""
    text = plain_text(text)
    for keep in (unbroken, unbroken_in_cell, unbroken_in_paragraph, unbroken_around_tags):
        assert plain_text(keep(text)) == text


@pytest.mark.parametrize(
    ("items", "ends", "printed"),
    [
        (["satu", "dua", "tiga"], "series", ["satu;", "dua;", "tiga."]),
        (["satu dan", "dua,", "tiga;;"], "series", ["satu;", "dua;", "tiga."]),
        (["satu, dan", "dua."], "series", ["satu;", "dua."]),
        (["Tahun 2024;"], "series", ["Tahun 2024."]),
        (["Router mati. Umur 8 tahun;", "Garansi habis"], "series", ["Router mati. Umur 8 tahun.", "Garansi habis."]),
        (["saksi Hidayat, S.Kom.", "saksi Wahid, M.M."], "series", ["saksi Hidayat, S.Kom.;", "saksi Wahid, M.M."]),
        (["bahwa a.", "bahwa b"], "clauses", ["bahwa a;", "bahwa b;"]),
        (["Kerusakan dilaporkan;"], "sentences", ["Kerusakan dilaporkan."]),
        (["Kepala Dinas;"], "", ["Kepala Dinas;"]),
        ([], "series", []),
    ],
)  # fmt: skip
def test_items_end_by_one_rule_whatever_was_typed(items: list[str], ends: ItemEnds, printed: list[str]) -> None:
    """Semicolons and a full stop at the last; the full stop of a degree is part of it."""
    assert ended_items(items, ends) == printed


@given(st.lists(TEXTS, max_size=5), st.sampled_from(["series", "clauses", "sentences", ""]))
def test_ending_items_twice_is_ending_them_once(items: list[str], ends: ItemEnds) -> None:
    """Also of an item that is nothing but signs."""
    assert ended_items(ended_items(items, ends), ends) == ended_items(items, ends)


@pytest.mark.parametrize(
    ("title", "lines"),
    [
        ("Pemeliharaan perangkat jaringan", ["PEMELIHARAAN PERANGKAT JARINGAN"]),
        (
            "Kebutuhan perangkat jaringan dan pusat data Tahun Anggaran 2026",
            ["KEBUTUHAN PERANGKAT JARINGAN DAN PUSAT", "DATA TAHUN ANGGARAN 2026"],
        ),
        (
            "Penghapusan perangkat jaringan dan komputer rusak berat di Gudang Aset",
            ["PENGHAPUSAN PERANGKAT JARINGAN DAN KOMPUTER", "RUSAK BERAT DI GUDANG ASET"],
        ),
    ],
)
def test_a_title_has_its_longest_line_first(title: str, lines: list[str]) -> None:
    """No year stands alone in the last line, and none ends in "di"."""
    assert plain_text(title_lines(unbroken(title).upper(), 16)).split("\n") == lines


@given(st.lists(st.sampled_from(["DI", "PERANGKAT", "JARINGAN", "DAN", "ASET", "SERVER,", "X" * 70]), max_size=25))
def test_a_title_keeps_its_words_and_leads_on(words: list[str]) -> None:
    """Only spaces become line breaks; no line but the last ends in a word that leads to the next."""
    lines = title_lines(" ".join(words), 16).split("\n")
    assert " ".join(lines).split() == words
    assert not any(line.endswith((" DI", " DAN")) for line, _ in itertools.pairwise(lines))
