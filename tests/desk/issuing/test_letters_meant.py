"""The letter somebody means who types a few words: kind, step, asset and subject, without database."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from docgen.desk.issuing.letters_meant import letters_meant
from docgen.sop import OUTSIDE, load_sop
from storage.records import Asset
from tests.support.office.kinds import delivered_kinds

ASSETS = {
    "1": "Router Puskesmas Batulicin",
    "2": "Router Inti",
    "3": "Server Rack Aplikasi",
    "4": "Server Rack Basis Data",
    "5": "Server Tower",
    "6": "Server Virtualisasi",
}


def find_assets(words: str, most: int) -> Sequence[Asset]:
    """Return the assets whose name holds every word, as the register does."""
    found = [
        Asset(nibar=nibar, name=name)
        for nibar, name in ASSETS.items()
        if all(word in name.lower() for word in words.lower().split())
    ]
    return found[:most]


def meant(words: str) -> list[tuple[str, int, str, str, str]]:
    """Return procedure, step, kind, asset and subject of each letter that the words mean."""
    letters = letters_meant(words, (OUTSIDE, *load_sop().procedures), delivered_kinds(), find_assets)
    return [
        (one.procedure.slug, one.step.number, one.kind.slug, one.asset.nibar if one.asset else "", one.subject)
        for one in letters
    ]


@pytest.mark.parametrize(
    ("words", "letter"),
    [
        (
            "nota dinas perbaiki router puskesmas",
            ("pemeliharaan", 2, "nota_dinas", "1", "Perbaiki router puskesmas"),
        ),
        ("Nota Dinas tentang Rapat", ("pemeliharaan", 2, "nota_dinas", "", "Rapat")),
        ("nd router inti", ("pemeliharaan", 2, "nota_dinas", "2", "Router Inti")),
        ("bast router inti", ("penggunaan", 1, "berita_acara_serah_terima", "2", "Router Inti")),
        ("surat tugas perbaikan router inti", ("pemeliharaan", 4, "surat_penugasan", "2", "Perbaikan router inti")),
        ("laporan pemeliharaan", ("pemeliharaan", 5, "laporan_pemeliharaan", "", "")),
        ("lembar disposisi undangan", ("perencanaan", 4, "disposisi", "", "Undangan")),
        ("rencana kebutuhan laptop", ("perencanaan", 1, "rencana_kebutuhan", "", "Rencana kebutuhan laptop")),
        ("rencana kebutuhan", ("perencanaan", 1, "rencana_kebutuhan", "", "")),
        ("surat undangan rapat koordinasi", ("umum", 0, "surat_undangan", "", "Rapat koordinasi")),
        ("notula", ("umum", 0, "notula", "", "")),
    ],
)
def test_words_that_name_a_kind_mean_its_letter(words: str, letter: tuple[str, int, str, str, str]) -> None:
    """Words of one root and initials name the kind; what is left is the subject, in which an asset is recognised."""
    assert meant(words) == [letter]


@pytest.mark.parametrize(
    ("words", "kind"), [("surat tugas ke Banjarbaru", "surat_tugas"), ("surat dinas", "surat_dinas")]
)
def test_a_letter_that_no_procedure_is_named_for_is_outside_the_sop_first(words: str, kind: str) -> None:
    """The same words may mean one at a step, which comes after it."""
    first, *others = meant(words)
    assert first[:3] == ("umum", 0, kind)
    assert others
    assert all(step for _, step, *_ in others)


def test_what_is_not_said_is_left_to_choose() -> None:
    """A kind of several procedures means one letter in each; several assets one each, too many of them none."""
    assert {(one[0], one[1]) for one in meant("surat penugasan")[:3]} == {
        ("pemindahtempatan", 4),
        ("pemeliharaan", 4),
        ("penghapusan", 4),
    }
    assert [one[3] for one in meant("nota dinas router")] == ["1", "2"]
    assert [one[3] for one in meant("nota dinas server")] == [""]


@pytest.mark.parametrize("words", ["", "router puskesmas", "dinas", "000.1.9.1/7", "staf", "acara"])
def test_words_that_name_no_kind_only_search(words: str) -> None:
    """A word that a kind's title shares with other things begins nothing."""
    assert meant(words) == []
