"""What is derived of a document: from the dossier, the SOP and the registers, and never over what was typed."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docgen.errors import TemplateError
from docgen.forms import Decided, Earlier, Facts, defaults, derive, validate
from docgen.forms.field_sheet import WORDS, FieldSheet
from docgen.kinds.kind import Kind
from docgen.worktime import WorkTime
from storage.records import Office, Official
from templates_docx import FOLDER
from tests.support.office.kinds import delivered_kinds, load_kinds
from tests.support.office.small_office import DATE, KABID, KASI, OFFICE, OFFICIALS, USER

KINDS = delivered_kinds()
MANAGER = Official(id="pengelola", name="Rizky", nip="199403182019031906", post="Pengelola Aset", role="pengelola_aset")
MEMO = Earlier("nota_dinas", "Nota Dinas", 2, "B/82", dt.date(2026, 11, 20), "Pemeliharaan router", KASI.post)
YES = Decided(3, "setuju", "Kepala Bidang", dt.date(2026, 11, 21), "09.30 WITA", "Di luar jam layanan.")


def facts(procedure: str = "pemeliharaan", step: int = 4, **more: Any) -> Facts:
    """Facts of a step of maintenance."""
    end = WorkTime.of(more.pop("office", OFFICE)).last_day
    given = {"signer_role": "kepala_seksi", "receiver_role": "pengelola_aset", "date": DATE, "days": (1, 3)}
    return Facts(procedure, step, end_of_work=end, **{**given, **more})


def known(kind: str, found: Facts, data: dict[str, Any] | None = None, *more: Official) -> dict[str, Any]:
    """What is known of a kind's fields."""
    return derive(KINDS[kind].sheet, found, OFFICIALS | {one.id: one for one in more}, data or {})


@pytest.mark.parametrize("word", WORDS)
def test_every_word_of_the_sheet_is_understood(word: str) -> None:
    """No sheet can name a source that gives an error when a letter is made."""
    fields = [
        {"name": "hal", "label": "Hal", "required": True, "default": "Perbaikan"},
        {"name": "isi", "label": "Isi", "default_from": [word]},
    ]
    sheet = FieldSheet.model_validate({"title": "Segala", "title_field": "hal", "fields": fields})
    assert derive(sheet, facts(), OFFICIALS, {}).keys() <= {"isi"}


def test_earlier_documents_and_approvals_are_the_basis() -> None:
    """The sheet's own lines, the memo by number and date, and its approval; semicolons, and a full stop at the end."""
    memo = Earlier(**{**MEMO.__dict__, "decisions": (YES,)})
    lines = known("surat_penugasan", facts(earlier=[memo]))["dasar"]
    assert lines[0].endswith("Nomor 7 Tahun 2024;")
    assert lines[1:] == [
        "Nota Dinas tentang pemeliharaan router Nomor B/82 tanggal 20 November 2026;",
        "Persetujuan Kepala Bidang tanggal 21 November 2026 atas Nota Dinas Nomor B/82.",
    ]


def test_without_earlier_documents_the_sheet_speaks() -> None:
    """Nothing to cite: the default of the sheet stands."""
    assert "dasar" not in known("surat_penugasan", facts())
    begun = defaults(KINDS["surat_penugasan"].sheet, officials=OFFICIALS, date=DATE, known={})
    assert begun["dasar"][0].startswith("Peraturan Menteri")


@pytest.mark.parametrize(
    ("start", "end"), [("2026-11-24", "2026-11-26"), ("2026-11-26", "2026-11-30"), ("2026-11-28", "2026-12-02")]
)
def test_the_end_is_the_norm_in_working_days(start: str, end: str) -> None:
    """Three working days, the first counted, weekends passed over."""
    assert known("surat_penugasan", facts(), {"tanggal_mulai": start})["tanggal_selesai"] == end


def test_the_end_passes_over_holidays() -> None:
    """A holiday of the office's calendar is no working day."""
    office = OFFICE.model_copy(update={"holidays": [dt.date(2026, 11, 25)]})
    found = known("surat_penugasan", facts(office=office), {"tanggal_mulai": "2026-11-24"})
    assert found["tanggal_selesai"] == "2026-11-27"


@given(st.dates(dt.date(2026, 1, 1), dt.date(2030, 1, 1)), st.integers(1, 400))
def test_last_day_counts_working_days(start: dt.date, days: int) -> None:
    """From the start to the last day there are exactly as many working days, and the last is one."""
    time = WorkTime.of(Office(government="P", name="D", unit_code="D", place="K"))
    last = time.last_day(start, days)
    worked = [start + dt.timedelta(days=day) for day in range((last - start).days + 1)]
    assert sum(map(time.is_working_day, worked)) == days
    assert time.is_working_day(last)


@pytest.mark.parametrize("typed", ["", "kemarin", "2026-13-40"])
def test_a_wrong_start_gives_no_end(typed: str) -> None:
    """What is not a date is the start field's mistake, not a crash."""
    assert "tanggal_selesai" not in known("surat_penugasan", facts(), {"tanggal_mulai": typed})


def test_who_is_told_and_who_is_sent() -> None:
    """Copies to the posts above the signer; the people of the role the step addresses, as rows."""
    found = known("surat_penugasan", facts(), None, MANAGER)
    assert found["tembusan"] == [f"Plt. {KABID.post}"]
    assert found["pelaksana"] == [
        {"nama": "Rizky", "nip": "19940318 201903 1 906", "pangkat": "", "jabatan": "Pengelola Aset"}
    ]
    assert "pelaksana" not in known("surat_penugasan", facts())


def test_a_report_takes_over_the_order() -> None:
    """Start, end, place and number of the order; the report's subject with a capital."""
    data = {"tanggal_mulai": "2026-11-24", "tanggal_selesai": "2026-11-25", "tempat": "Rak 3", "kegiatan": "perbaikan"}
    order = Earlier("surat_penugasan", "Surat Penugasan", 4, "800/1", DATE, "Perbaikan", KASI.post, data)
    found = known("laporan_pemeliharaan", facts(step=5, earlier=[MEMO, order]))
    assert {name: found[name] for name in ("tanggal_mulai", "tanggal_selesai", "tempat")} == {
        "tanggal_mulai": "2026-11-24",
        "tanggal_selesai": "2026-11-25",
        "tempat": "Rak 3",
    }
    assert found["tentang"] == "Perbaikan"
    assert found["surat_penugasan"] == "Nomor 800/1 tanggal 23 November 2026"


def test_an_approval_sheet_knows_what_is_decided() -> None:
    """The memo of the step before, and the decision that was recorded at the step."""
    memo = Earlier(**{**MEMO.__dict__, "decisions": (YES,)})
    found = known("persetujuan", facts(step=3, earlier=[memo]))
    assert found == {
        "jenis": "Persetujuan Perbaikan/Pemeliharaan Aset",
        "naskah": "Nota Dinas tentang pemeliharaan router",
        "nomor_naskah": "B/82",
        "tanggal_naskah": "2026-11-20",
        "pengusul": KASI.post,
        "keputusan": "Disetujui",
        "catatan": "Di luar jam layanan.",
        "pukul": "09.30 WITA",
    }


@pytest.mark.parametrize(
    ("date", "start", "end"),
    [
        (dt.date(2026, 11, 23), "2026-07-01", "2026-12-31"),
        (dt.date(2027, 1, 8), "2026-07-01", "2026-12-31"),
        (dt.date(2026, 7, 3), "2026-01-01", "2026-06-30"),
        (dt.date(2026, 6, 30), "2026-01-01", "2026-06-30"),
    ],
)
def test_a_period_is_a_half_year(date: dt.date, start: str, end: str) -> None:
    """The running half-year; in its first two months the one before."""
    found = known("laporan_pengelolaan_aset", facts("evaluasi", 1, date=date))
    assert (found["periode_awal"], found["periode_akhir"]) == (start, end)


def test_assets_at_one_place_tell_the_place() -> None:
    """One location is taken, several are left to the clerk."""
    assert known("surat_penugasan", facts(locations=["Rak 3", "Rak 3"]))["tempat"] == "Rak 3"
    assert "tempat" not in known("surat_penugasan", facts(locations=["Rak 3", "Rak 4"]))


def test_what_was_typed_wins() -> None:
    """A value that was sent is kept; one that was left out is derived; an emptied list stays empty."""
    kind = KINDS["surat_penugasan"]
    typed = dict(kind.example) | {"tanggal_selesai": "2026-11-24", "tembusan": []}
    del typed["tempat"]
    found = known("surat_penugasan", facts(locations=["Rak 3"]), typed)
    values = validate(kind.sheet, typed, officials=OFFICIALS, date=DATE, known=found)
    assert (values["tanggal_selesai"], values["tempat"], values["tembusan"]) == (dt.date(2026, 11, 24), "Rak 3", [])


@pytest.mark.parametrize("slug", sorted(KINDS))
def test_whatever_is_derived_is_valid(slug: str) -> None:
    """In a dossier with every other kind's example before it, what is derived of a kind passes its own checks."""
    kind = KINDS[slug]
    people = OFFICIALS | {MANAGER.id: MANAGER, "kadis": _head()}
    earlier = [
        Earlier(one.slug, one.title, 1, "N/1", DATE, one.document_title(one.example), USER.post, one.example, (YES,))
        for one in KINDS.values()
    ]
    found = derive(kind.sheet, facts(step=3, earlier=earlier, locations=["Rak 3"]), people, {})
    named = dict.fromkeys(_officials(kind), KASI.id)
    values = validate(kind.sheet, {**kind.example, **named, **found}, officials=people, date=DATE)
    assert set(found) <= set(values)


def _head() -> Official:
    return Official(id="kadis", name="Kepala", nip="", post="Kepala Dinas", role="kepala_dinas")


def _officials(kind: Kind) -> list[str]:
    return [field.name for field in kind.fields if field.type == "official"]


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("surat_penugasn.tempat", "surat_penugasan"),
        ("surat_penugasan.tempatt", "tempat"),
        ("surat_penugasan.pelaksana", "type: table"),
        ("surat_penugasan:numbr", "number"),
        ("bassis", "basis"),
    ],
)
def test_a_wrong_source_is_refused_when_loaded(tmp_path: Path, source: str, said: str) -> None:
    """A kind, field or fact that is not there is named with the file, the field and the nearest name."""
    for slug in ("nota_dinas", "surat_penugasan"):
        target = tmp_path / slug
        target.mkdir()
        for file in (FOLDER / slug).iterdir():
            target.joinpath(file.name).write_bytes(file.read_bytes())
    sheet = tmp_path / "nota_dinas" / "fields.yaml"
    sheet.write_text(sheet.read_text().replace("[telaahan.hal]", f"[{source}]"))
    order = tmp_path / "surat_penugasan" / "fields.yaml"
    order.write_text(order.read_text().replace("rencana_pemindahtempatan.", "surat_penugasan."))
    order.write_text(order.read_text().replace("[surat_penugasan.tujuan, location]", "[location]"))
    order.write_text(order.read_text().replace("[surat_penugasan.tanggal_pelaksanaan]", "[date]"))
    with pytest.raises(TemplateError, match="nota_dinas") as caught:
        load_kinds([tmp_path])
    assert said in str(caught.value)
    assert "default_from" in str(caught.value)


def test_an_order_is_called_as_the_office_calls_it() -> None:
    """The form of a Surat Penugasan is what the office set; without an office it is a Surat Tugas."""
    assert known("surat_penugasan", facts(order_letter="Surat Perintah"))["bentuk"] == "Surat Perintah"
    begun = defaults(KINDS["surat_penugasan"].sheet, officials=OFFICIALS, date=DATE, known={})
    assert begun["bentuk"] == "Surat Tugas"
