"""The office's own SOP, as repaired: 6 procedures, 33 steps."""

from __future__ import annotations

import datetime as dt

import pytest

from docgen.errors import NotFound
from docgen.sop import Sop, Step, load_sop

ENDORSEMENTS = {
    **dict.fromkeys(["A2", "A3", "A4", "B2", "B3", "D3", "E3", "F3"], "setuju"),
    **dict.fromkeys(["B6", "C3", "D6", "E6", "F6"], "terima"),
}
DECISIONS = {
    **{"A2": (3, 1), "A3": (4, 1), "A4": (5, 1), "B2": (3, 1), "B3": (4, 1)},
    **{"D3": (4, 2), "E2": (3, 1), "E3": (4, 2), "F3": (4, 2)},
}
OUTPUTS = {
    "A1": ["rencana_kebutuhan"],
    "A4": ["persetujuan"],
    "A5": ["laporan_penganggaran"],
    "A6": ["laporan_pengadaan"],
    "B1": ["rencana_pemindahtempatan"],
    "B4": ["surat_penugasan"],
    "B5": ["laporan_pemindahtempatan", "berita_acara_pemindahtempatan"],
    "C1": ["berita_acara_serah_terima"],
    "C2": ["laporan_instalasi"],
    "D1": ["telaahan"],
    "D2": ["nota_dinas"],
    "D3": ["persetujuan"],
    "D4": ["surat_penugasan"],
    "D5": ["laporan_pemeliharaan"],
    "E1": ["identifikasi_penghapusan"],
    "E2": ["telaahan"],
    "E3": ["persetujuan"],
    "E4": ["surat_penugasan"],
    "E5": ["laporan_penghapusan", "berita_acara_penghapusan"],
    "F1": ["laporan_pengelolaan_aset"],
    "F2": ["hasil_evaluasi"],
    "F4": ["rencana_tindak_lanjut"],
    "F5": ["rencana_aksi"],
}
# Days are working days of 450 minutes.
MINUTES = {
    "A": [450, 10, 10, 10, 10, 10],
    "B": [450, 10, 10, 10, 1350, 10],
    "C": [10, 1350, 10],
    "D": [450, 30, 30, 450, 1350, 450],
    "E": [450, 30, 30, 450, 1350, 450],
    "F": [450, 450, 30, 450, 450, 10],
}


@pytest.fixture(scope="module")
def sop() -> Sop:
    return load_sop()


@pytest.fixture(scope="module")
def steps(sop: Sop) -> dict[str, Step]:
    """All steps by letter and number: `A1` … `F6`."""
    return {f"{one.letter}{step.number}": step for one in sop.procedures for step in one.steps}


def test_six_procedures_and_thirty_three_steps(sop: Sop) -> None:
    """The procedures are the SOP's six, in its order, with its numbers of steps."""
    assert [(one.slug, one.letter, len(one.steps)) for one in sop.procedures] == [
        ("perencanaan", "A", 6),
        ("pemindahtempatan", "B", 6),
        ("penggunaan", "C", 3),
        ("pemeliharaan", "D", 6),
        ("penghapusan", "E", 6),
        ("evaluasi", "F", 6),
    ]
    assert sum(len(one.steps) for one in sop.procedures) == 33


def test_scope_collectiveness_and_classification(sop: Sop) -> None:
    """A, C and D are about hardware and software, B, E and F about data too; planning and evaluation are collective."""
    assert [one.letter for one in sop.procedures if "data" in one.scope] == ["B", "E", "F"]
    assert all({"hardware", "software"} <= set(one.scope) for one in sop.procedures)
    assert [one.slug for one in sop.procedures if one.collective] == ["perencanaan", "evaluasi"]
    assert {one.slug: one.classification for one in sop.procedures} == {
        "perencanaan": "000.3.1",
        "pemindahtempatan": "000.2.3.2",
        "penggunaan": "000.2.3.2",
        "pemeliharaan": "000.1.9.1",
        "penghapusan": "000.2.4",
        "evaluasi": "000.2.1.2",
    }
    assert all("83/2022" in one.classified.source for one in sop.procedures)


def test_endorsements_and_decisions(steps: dict[str, Step]) -> None:
    """Approvals, receipts and branches stand at the steps that have them and at no other."""
    assert {key: step.endorsement for key, step in steps.items() if step.endorsement} == ENDORSEMENTS
    decisions = {key: (step.decision.ya, step.decision.tidak) for key, step in steps.items() if step.decision}
    assert decisions == DECISIONS


def test_every_endorsement_names_who_decides_on_what(steps: dict[str, Step]) -> None:
    """Each approval or receipt has the role that gives it, one of the actors, and the step that made the document."""
    for key in ENDORSEMENTS:
        step = steps[key]
        assert step.endorser_role in step.actors, key
        assert step.endorses is not None
        assert steps[f"{key[0]}{step.endorses}"].outputs, key


def test_outputs_are_the_kinds_of_the_sop(steps: dict[str, Step]) -> None:
    """Each step makes the documents the SOP asks for; a step without one is an endorsement."""
    assert {key: list(step.outputs) for key, step in steps.items() if step.outputs} == OUTPUTS
    assert all(step.endorsement for key, step in steps.items() if key not in OUTPUTS)
    assert all(step.output_texts and step.requirements for step in steps.values())


def test_time_norms(sop: Sop) -> None:
    """Every norm is the SOP's, in minutes of working time, 11,070 in all."""
    norms = {one.letter: [step.time_norm_minutes for step in one.steps] for one in sop.procedures}
    assert norms == MINUTES
    assert sum(map(sum, norms.values())) == 11_070


def test_three_day_steps(steps: dict[str, Step]) -> None:
    """The four field-work steps have three days."""
    assert [key for key, step in steps.items() if step.time_text == "3 Hari"] == ["B5", "C2", "D5", "E5"]


def test_signers(steps: dict[str, Step]) -> None:
    """The maker of a document signs it; a Kasi signs a surat penugasan only on behalf of the Kabid."""
    assert steps["D2"].signer_role == "kepala_seksi"
    assert steps["C2"].signer_role == "pengguna_aset"
    assert steps["E3"].signer_role == "kepala_dinas"
    assert steps["B4"].signer_role == "kepala_bidang"
    on_behalf = {key: step.on_behalf_of for key, step in steps.items() if step.on_behalf_of}
    assert on_behalf == {"D4": "kepala_bidang", "E4": "kepala_bidang"}
    assert all(steps[key].signer_role == "kepala_seksi" for key in on_behalf)


@pytest.mark.parametrize(
    ("key", "now", "printed"),
    [
        ("A5", "Persetujuan", '"Ya"'),
        ("A6", "Laporan Penganggaran", '"Laporan"'),
        ("B1", "pemindahtempatan", '"Pemindahtempaan"'),
        ("B4", "pemindahtempatan", '"pemindah tempaan"'),
        ("B6", "Laporan diterima", "kosong"),
        ("C1", "Berita Acara Serah Terima Barang", "sama dengan hasilnya"),
        ("C3", "Menyampaikan", "kata kerja"),
        ("D1", "Kebutuhan Perbaikan/Pemeliharaan", "terpotong"),
        ("D2", "nota dinas", '"Notadinas"'),
        ("D6", "Laporan diterima", "kosong"),
        ("E1", "mengidentifikasi kebutuhan", "kata kerja hilang"),
        ("E2", "analisis", "cabang"),
        ("E3", "persetujuan", "internal"),
        ("E5", "Laporan Kegiatan Penghapusan", "tersalin"),
        ("E6", "Laporan Kegiatan Penghapusan", "tersalin"),
        ("F1", "Laporan Perpindahan Aset", '"Laporan Perimbahan Aset"'),
        ("F6", "Laporan diterima", "kosong"),
    ],
)
def test_every_garble_is_mended_and_noted(steps: dict[str, Step], key: str, now: str, printed: str) -> None:
    """The step reads as it should, and its note says what was printed."""
    step = steps[key]
    assert now in " ".join([step.activity, *step.requirements, *step.output_texts])
    assert printed.lower() in " ".join(step.notes).lower()


def test_no_garble_is_left_outside_the_notes(sop: Sop) -> None:
    """None of the misprints stands in a text that people are shown as the SOP's."""
    steps = [step for one in sop.procedures for step in one.steps]
    texts = [text for step in steps for text in (step.activity, *step.requirements, *step.output_texts)]
    texts += [one.title for one in sop.procedures] + [one.text for one in sop.cover.legal_basis]
    texts += [*sop.cover.qualifications, *sop.cover.definitions, sop.cover.title, sop.cover.warning]
    shown = " ".join(texts).lower()
    for garble in (
        *("tempaan", "perimbahan", "ketela", "asset", "installasi", "notadinas", "penyeleeng", "menyeberikan"),
        *("72 tahun 2022", "m.pan/u/", "pemerintah daerah\n", "maintenance"),
    ):
        assert garble not in shown, garble


def test_implausible_times_are_kept_and_flagged(steps: dict[str, Step]) -> None:
    """Budgeting and procurement keep their printed ten minutes, with a note."""
    for key in ("A5", "A6"):
        assert steps[key].time_text == "10 Menit"
        assert any("tidak masuk akal" in note for note in steps[key].notes)


def test_added_returns_are_marked_as_additions(steps: dict[str, Step]) -> None:
    """Where the SOP gives no way after a refusal, the one added says so; the two printed branches do not."""
    added = {key for key, step in steps.items() if any(note.startswith("Tambahan: SOP") for note in step.notes)}
    assert added == set(DECISIONS) - {"A4", "E2"}


def test_cover_sheet(sop: Sop) -> None:
    """Number literal and as read, dates, the endorser, and the laws as mended."""
    cover = sop.cover
    assert cover.number == "B/800.3 / 83 / DiskominfoSP2/J / 2024."
    assert cover.number_reading == "B/800.3/83/DiskominfoSP2/I/2024"
    assert (cover.created, cover.revised, cover.effective) == (dt.date(2024, 1, 18), None, dt.date(2024, 2, 5))
    assert cover.endorser is not None
    assert (cover.endorser.name, cover.endorser.nip) == ("Al Husain Mardani, S.E.", "19830511 200701 1 005")
    assert len(cover.legal_basis) == 11
    assert "Pemerintahan Daerah" in cover.legal_basis[0].text
    assert "Tata Kelola" in cover.legal_basis[4].text
    assert "Peraturan Presiden Nomor 82 Tahun 2022" in cover.legal_basis[6].text
    assert "72 Tahun 2022" in cover.legal_basis[6].notes[0]
    assert len(cover.equipment) == 5
    assert list(cover.records) == ["Database/Portal Daerah", "Data Center"]
    assert [definition.split(" adalah ")[0][:9] for definition in cover.definitions] == [
        "Teknologi",
        "Sistem in",
        "Interface",
    ]


def test_roles_have_labels(sop: Sop) -> None:
    """What a role is called is data; an unknown role still has a name to print."""
    assert sop.role_label("kepala_seksi") == "Kepala Seksi"
    assert sop.roles["kepala_bidang"].short == "Kabid"
    assert sop.role_label("pengurus_barang") == "Pengurus Barang"


def test_what_does_not_exist_is_named(sop: Sop) -> None:
    """A wrong slug or number raises NotFound that names it and lists what there is."""
    assert sop.procedure("penggunaan").step(3).number == 3
    with pytest.raises(NotFound, match=r"'pemelihara' tidak ada\. Maksudnya 'pemeliharaan'.*evaluasi"):
        sop.procedure("pemelihara")
    with pytest.raises(NotFound, match=r"tidak mempunyai langkah 4.*1 sampai 3"):
        sop.procedure("penggunaan").step(4)


def test_the_sop_cannot_be_changed(sop: Sop) -> None:
    """What was loaded is frozen."""
    with pytest.raises(ValueError, match="frozen"):
        sop.procedures[0].title = "lain"  # type: ignore[misc]
