"""What is odd about a letter, each check by itself: no database, no store, no clock."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from docgen.desk.issuing.preflight_checks import (
    addressee_of,
    check_annexes,
    check_assets,
    check_course,
    check_dates,
    check_earlier,
    check_people,
    check_unit,
    check_words,
    listed,
)
from docgen.sop import load_sop
from docgen.sop.course import Course, DossierDocument
from storage.records import Document, Dossier
from tests.support.office.courses import at, decision, letter_of
from tests.support.office.letters import kind
from tests.support.office.small_office import DATE, KABID, KASI, OFFICIALS, assets

SOP = load_sop()
MAINTENANCE = SOP.procedure("pemeliharaan")
ORDER = MAINTENANCE.step(4)
REPORT, NOTE, LETTER_ORDER = kind("laporan_pemeliharaan"), kind("nota_dinas"), kind("surat_penugasan")


def record(id: str, step: int, date: dt.date = DATE) -> Document:
    """A Nota Dinas of that step and day."""
    return Document(
        **{"id": id, "kind": "nota_dinas", "number": f"B/{id}", "year": 2026, "sequence": 1, "unit": "D"},
        **{
            "procedure": "pemeliharaan",
            "step": step,
            "assets": [],
            "signer": "kasi",
            "dossier": "d",
            "title": "T",
            "date": date,
        },
        **{"status": "issued", "code": "C", "revision": 1, "created_at": at(0), "created_by": "siti"},
    )


def fields(notes: Any) -> list[str]:
    """Where the notes are."""
    return [note.field for note in notes]


def test_dates_that_contradict_each_other_are_noted() -> None:
    """A report tells of what was, an order of what will be, and nothing ends before it begins; others are silent."""
    day = dt.timedelta(days=1)
    said = {"tanggal_mulai": DATE + day, "tanggal_selesai": DATE}
    notes = check_dates(REPORT.sheet, said, DATE, DATE)
    assert fields(notes) == ["data.tanggal_mulai", "data.tanggal_selesai"]
    assert "sesudah tanggal naskah" in notes[0].message
    assert "lebih awal daripada Tanggal mulai" in notes[1].message
    past = {"tanggal_mulai": DATE - day, "tanggal_selesai": DATE}
    assert check_dates(REPORT.sheet, past, DATE, DATE) == []
    [note] = check_dates(LETTER_ORDER.sheet, past, DATE, DATE)
    assert (note.field, "sebelum tanggal naskah" in note.message) == ("data.tanggal_mulai", True)
    assert fields(check_dates(NOTE.sheet, {}, DATE + day, DATE)) == ["date"]


def test_a_letter_for_nobody_and_a_signer_without_rank_are_noted() -> None:
    """Who gets a letter is noted where its kind has such a field; of the signer what is printed below his name."""
    assert check_people(NOTE.sheet, "Kepala Bidang", KASI) == []
    assert fields(check_people(NOTE.sheet, "", KASI)) == ["data.kepada"]
    assert check_people(REPORT.sheet, "", KASI) == []
    assert fields(check_people(NOTE.sheet, KASI.post, KASI)) == ["data.kepada"]
    bare = KASI.model_copy(update={"rank": "", "grade": "", "nip": ""})
    assert fields(check_people(NOTE.sheet, "Kepala Bidang", bare)) == ["signer", "signer"]
    assert check_people(NOTE.sheet, "Kepala Bidang", bare.model_copy(update={"grade": "IX", "nip": KASI.nip})) == []
    plan = kind("rencana_kebutuhan")
    field = next(field.name for field in plan.fields if field.type == "official")
    unranked = KABID.model_copy(update={"rank": "", "grade": ""})
    assert fields(check_people(plan.sheet, "", KASI, {field: unranked})) == [f"data.{field}"]
    assert check_people(plan.sheet, "", KASI, {field: KABID}) == []


def test_lists_that_are_printed_as_annexes_are_told() -> None:
    """Each with its number of rows, where it can be changed; a short one is not."""
    people = [{"nama": "Nama", "jabatan": "Jabatan"}] * 12
    notes = check_annexes(LETTER_ORDER.sheet, {"pelaksana": people}, 60)
    assert fields(notes) == ["data.pelaksana", "assets"]
    assert notes[1].message == "60 aset dicetak sebagai Lampiran."
    assert check_annexes(LETTER_ORDER.sheet, {"pelaksana": people[:3]}, 5) == []


def test_words_that_no_column_holds_are_named() -> None:
    """At the assets, or at the table of a letter without any."""
    [note] = check_words(REPORT.sheet, ["ABCDEFGHIJKLMNOPQRSTUVWXYZ"], 0)
    assert note.field == "data.pekerjaan"
    assert "ABCDEFGHIJKLMNOPQRSTUVWXYZ" in note.message
    assert fields(check_words(REPORT.sheet, ["x"], 3)) == ["assets"]
    assert check_words(REPORT.sheet, [], 3) == []


def test_a_signer_of_another_office_is_noted_with_what_is_left_open() -> None:
    """Our number only files the letter; without a registered address there is no letterhead."""
    assert check_unit(KASI, "B/1") == []
    visitor = KASI.model_copy(update={"unit": "UPTD Puskesmas Batulicin"})
    number, letterhead = check_unit(visitor, "B/1")
    assert "B/1 hanya nomor pencatatan" in number.message
    assert "tanpa kop" in letterhead.message
    assert len(check_unit(visitor.model_copy(update={"unit_address": "Jalan Raya"}), "B/1")) == 1


def test_the_addressee_is_a_post_an_official_or_the_names_of_a_table() -> None:
    """The field that the sheet names says whom the letter is for; long lists are cut, with how many more."""
    handover = kind("berita_acara_serah_terima")
    assert addressee_of(NOTE.sheet, {"kepada": "Sekretaris"}, OFFICIALS) == "Sekretaris"
    assert addressee_of(handover.sheet, {"penerima": KABID.id}, OFFICIALS) == KABID.name
    rows = [{"nama": name, "nip": "1"} for name in "ABCDEF"]
    assert addressee_of(LETTER_ORDER.sheet, {"pelaksana": rows}, OFFICIALS) == "A; B; C; D; dan 2 lainnya"
    assert addressee_of(LETTER_ORDER.sheet, {"pelaksana": []}, OFFICIALS) == ""
    assert addressee_of(REPORT.sheet, {"tempat": "Batulicin"}, OFFICIALS) == ""
    assert listed(["A", "", "B"]) == "A; B"


def test_missing_and_strange_assets_are_noted() -> None:
    """No asset is noted unless the procedure is a collective one; an asset of another dossier is named."""
    one, other = assets(2)
    dossier = Dossier(id="d", procedure="pemeliharaan", title="T", assets=[one.nibar], opened_at=at(0))
    collective = next(procedure for procedure in SOP.procedures if procedure.collective)
    assert fields(check_assets(NOTE.sheet, MAINTENANCE, [], None)) == ["assets"]
    assert check_assets(NOTE.sheet, collective, [], None) == []
    assert check_assets(NOTE.sheet, MAINTENANCE, [one], dossier) == []
    assert fields(check_assets(NOTE.sheet, MAINTENANCE, [], dossier)) == ["assets"]
    [note] = check_assets(NOTE.sheet, MAINTENANCE, [one, other], dossier)
    assert note.message == f"Bukan aset berkas yang dipilih: {other.name}."


def test_a_date_before_an_earlier_letter_of_the_dossier_is_noted() -> None:
    """The newest letter of this step or an earlier one is named; those of later steps do not count."""
    later = DATE + dt.timedelta(days=3)
    known = [record("a", 2, DATE), record("b", 2, later), record("c", 5, later)]
    [note] = check_earlier(known, ORDER, DATE, str)
    assert (note.field, "B/b" in note.message) == ("date", True)
    assert check_earlier(known, ORDER, later, str) == []


@pytest.mark.parametrize(
    ("documents", "told"),
    [
        ([], "belum memuat keputusan langkah 3"),
        ([letter_of("nota_dinas", 2, 1)], "masih menunggu"),
        ([letter_of("nota_dinas", 2, 1, decision(3, "perbaiki", 2))], "dikembalikan dan belum diganti"),
        ([letter_of("nota_dinas", 2, 1, decision(3, "tolak", 2))], "ditolak dan belum diganti"),
        ([letter_of("nota_dinas", 2, 1, decision(3, "setuju", 2))], ""),
    ],
)
def test_a_step_before_that_has_not_decided_is_noted(documents: list[DossierDocument], told: str) -> None:
    """An order that goes out before the decision on its plan says so, and one whose plan was sent back, too."""
    course = Course(MAINTENANCE, documents)
    records = [record(document.id, document.step) for document in documents]
    words = {"kind_title": str, "role_label": SOP.role_label}
    notes = check_course(course, MAINTENANCE, ORDER, records, **words)
    assert [told in note.message for note in notes] == ([True] if told else [])
    assert check_course(course, MAINTENANCE, MAINTENANCE.step(2), records, **words) == []


def test_a_new_dossier_holds_no_decision_of_the_step_before() -> None:
    """A letter of a later step that opens a dossier of its own says that the decision is not there."""
    words = {"kind_title": str, "role_label": SOP.role_label}
    assert fields(check_course(None, MAINTENANCE, ORDER, [], **words)) == ["dossier"]
    assert check_course(None, MAINTENANCE, MAINTENANCE.step(1), [], **words) == []
