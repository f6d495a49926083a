"""What the delivered kinds say, depending on what was filled in."""

from __future__ import annotations

import io
from typing import Any

import pytest
from docx import Document

from docgen.kinds.kind import Kind
from docgen.render.word.fill import render_docx
from docgen.typesetting import plain_text
from tests.support.files.word import text_of
from tests.support.office.kinds import delivered_kinds
from tests.support.office.small_office import KABID, KASI, USER, context

KINDS = delivered_kinds()


@pytest.fixture
def nota() -> Kind:
    """The Nota Dinas."""
    return KINDS["nota_dinas"]


@pytest.fixture
def handover() -> Kind:
    """The Berita Acara Serah Terima."""
    return KINDS["berita_acara_serah_terima"]


def test_a_handover_names_both_parties_and_the_total(handover: Kind) -> None:
    """KESATU signs and hands over, KEDUA receives; the total stands in figures and words."""
    text = "\n".join(text_of(render_docx(handover.template, context(handover, count=3))))
    assert (
        "Pada hari ini Senin tanggal dua puluh tiga bulan November tahun dua ribu dua puluh enam (23-11-2026)" in text
    )
    assert KASI.name in text
    assert USER.name in text
    assert "Jumlah nilai seluruhnya Rp7.500.000,00 (tujuh juta lima ratus ribu rupiah)." in text
    assert "rangkap 2 (dua)" in text


def test_a_nota_dinas_without_assets_has_no_table(nota: Kind) -> None:
    """The sentence that leads to the table goes with it."""
    text = text_of(render_docx(nota.template, context(nota, count=0)))
    assert not any("Barang milik daerah" in line for line in text)
    assert "NIBAR / Kode Barang" not in text


def test_a_signature_for_another_begins_with_an(nota: Kind) -> None:
    """a.n. and the superior's post stand above the signer's own (Permendagri 1/2023 on signing a.n.)."""
    text = text_of(render_docx(nota.template, context(nota, on_behalf_of=KABID)))
    above = text.index("a.n.\tPlt.\tKepala Bidang Infrastruktur")
    assert text[above + 1] == "Kepala Seksi Infrastruktur Jaringan,"


@pytest.mark.parametrize(("procedure", "said"), [("penghapusan", True), ("perencanaan", False)])
def test_an_approval_of_disposal_says_who_decides(procedure: str, said: bool) -> None:
    """Inside the office a disposal is only agreed to; Pengelola Barang or Bupati decide (PP 27/2014 jo. 28/2020)."""
    kind = KINDS["persetujuan"]
    text = " ".join(text_of(render_docx(kind.template, context(kind, procedure=procedure))))
    assert ("bersifat internal" in text and "Bupati" in text) == said


def test_a_plan_of_needs_reckons_its_totals() -> None:
    """Nobody types the total of a row, nor that of the plan."""
    kind = KINDS["rencana_kebutuhan"]
    rows = [row | {"jumlah": 2, "harga_satuan": 1_250_000} for row in kind.example["kebutuhan"]]
    text = text_of(render_docx(kind.template, context(kind, {"kebutuhan": rows}, count=0)))
    assert text.count("Rp2.500.000,00") == len(rows) == 3
    assert "Jumlah kebutuhan anggaran seluruhnya Rp7.500.000,00 (tujuh juta lima ratus ribu rupiah)." in text


def written(docx: bytes) -> str:
    """Every paragraph in the body, in order, those of tables within tables too, one a line."""
    body: Any = Document(io.BytesIO(docx)).element.body
    lines = ["".join(text.text or "" for text in one.xpath(".//w:t")) for one in body.xpath(".//w:p")]
    return plain_text("\n".join(lines))


@pytest.mark.parametrize("people", [1, 3])
def test_one_who_is_charged_is_a_block_and_several_are_a_table(people: int) -> None:
    """A surat perintah names one person line by line, several in a table; without an NIP there is a dash."""
    kind = KINDS["surat_penugasan"]
    rows = kind.example["pelaksana"][-people:]
    text = written(render_docx(kind.template, context(kind, {"pelaksana": rows}, on_behalf_of=KABID)))
    assert ("dalam daftar berikut:" in text) == (people > 1)
    assert "Pangkat/Gol." in text
    assert text.split("\n").count("-") == 2, "NIP and rank of one who has none"
    assert "a.n.Plt.Kepala Bidang Infrastruktur\nKepala Seksi Infrastruktur Jaringan,\n" in text


@pytest.mark.parametrize(("form", "word"), [("Surat Tugas", "MEMBERI TUGAS:"), ("Surat Perintah", "MEMERINTAHKAN:")])
def test_a_surat_tugas_charges_and_a_surat_perintah_orders(form: str, word: str) -> None:
    """The word between basis and people follows the form of the letter (Permendagri 1/2023)."""
    kind = KINDS["surat_penugasan"]
    text = text_of(render_docx(kind.template, context(kind, {"bentuk": form})))
    assert form.upper() in text
    assert word in text


def test_a_relocation_is_handed_over_by_its_signer_where_no_other_keeper_is_named() -> None:
    """With a keeper at the origin three sign; without one the signer is PIHAK KESATU, and two sign."""
    kind = KINDS["berita_acara_pemindahtempatan"]
    three, two = (
        written(render_docx(kind.template, context(kind, {"penanggung_asal": keeper}))) for keeper in ("kabid", "")
    )
    assert three.count(KABID.name) == 2
    assert "Pelaksana pemindahtempatan," in three
    assert KABID.name not in two
    assert "Pelaksana pemindahtempatan," not in two
    assert two.count(KASI.name) == 2
