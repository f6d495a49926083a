"""Files of other offices: a good one loads, each fault is refused in words that say where and what was meant."""

from __future__ import annotations

import copy
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from docgen.errors import DataFileError
from docgen.sop import load_sop

OUTSIDE: dict[str, Any] = {
    "menit_per_hari": 420,
    "sampul": {"judul": "SOP Peminjaman Kendaraan"},
    "peran": {
        "kepala_dinas": {"sebutan": "Camat", "singkatan": "Camat"},
        "kepala_seksi": {"sebutan": "Ketua Tim", "singkatan": "Katim"},
    },
    "prosedur": [
        {
            "slug": "peminjaman",
            "judul": "Peminjaman Kendaraan Dinas",
            "klasifikasi": {"kode": "000.2.3.2"},
            "langkah": [
                {
                    "nomor": 1,
                    "kegiatan": "Mengajukan peminjaman",
                    "pelaku": ["kepala_seksi"],
                    "waktu": "2 jam",
                    "naskah": ["nota_dinas"],
                },
                {
                    "nomor": 2,
                    "kegiatan": "Menyetujui peminjaman",
                    "pelaku": ["kepala_dinas"],
                    "waktu": "1 Hari",
                    "pengesahan": "setuju",
                    "pengesah": "kepala_dinas",
                    "mengesahkan": 1,
                    "keputusan": {"ya": 3, "tidak": 1},
                    "catatan": "Boleh lisan bila mendesak.",
                },
                {"nomor": 3, "kegiatan": "Mencatat", "pelaku": ["kepala_seksi"], "waktu": "15 Menit"},
            ],
        }
    ],
}


def written(folder: Path, data: Any) -> Path:
    path = folder / "sop-kecamatan.yaml"
    path.write_text(data if isinstance(data, str) else yaml.safe_dump(data, sort_keys=False), encoding="utf-8")
    return path


def test_another_office_has_its_own_procedures(tmp_path: Path) -> None:
    """Other slugs, numbers of steps, labels and lengths of the working day are data."""
    sop = load_sop(written(tmp_path, OUTSIDE))
    procedure = sop.procedure("peminjaman")
    assert [step.time_norm_minutes for step in procedure.steps] == [120, 420, 15]
    assert sop.role_label("kepala_dinas") == "Camat"
    assert procedure.step(2).notes == ("Boleh lisan bila mendesak.",)
    assert procedure.step(1).signer_role == "kepala_seksi"
    assert not procedure.collective


def _step(data: dict[str, Any], index: int) -> dict[str, Any]:
    step: dict[str, Any] = data["prosedur"][0]["langkah"][index]
    return step


FAULTS: list[tuple[str, Callable[[dict[str, Any]], object], list[str]]] = [
    (
        "unknown role",
        lambda data: _step(data, 0).update(pelaku=["kepala_sexi"]),
        ["prosedur 'peminjaman', langkah 1", "pelaku 'kepala_sexi'", "Maksudnya 'kepala_seksi'?"],
    ),
    (
        "role without a label",
        lambda data: _step(data, 0).update(pelaku=["kepala_bidang"]),
        ["langkah 1", "'kepala_bidang' tidak tercantum dalam peran"],
    ),
    (
        "unknown role described",
        lambda data: data["peran"].update(kepala_dinass={"sebutan": "x", "singkatan": "x"}),
        ["peran 'kepala_dinass' tidak dikenal", "Maksudnya 'kepala_dinas'?"],
    ),
    (
        "duplicate step number",
        lambda data: _step(data, 2).update(nomor=2),
        ["prosedur 'peminjaman': nomor langkah 2 tercantum 2 kali"],
    ),
    (
        "missing step number",
        lambda data: _step(data, 2).update(nomor=5),
        ["prosedur 'peminjaman': langkah 3, 4 tidak ada"],
    ),
    (
        "steps out of order",
        lambda data: data["prosedur"][0]["langkah"].reverse(),
        ["prosedur 'peminjaman': langkah tidak berurutan"],
    ),
    (
        "decision to nowhere",
        lambda data: _step(data, 1).update(keputusan={"ya": 9, "tidak": 1}),
        ["prosedur 'peminjaman', langkah 2: keputusan ya menuju langkah 9 yang tidak ada", "terakhir 3"],
    ),
    (
        "decision to itself",
        lambda data: _step(data, 1).update(keputusan={"ya": 3, "tidak": 2}),
        ["langkah 2: keputusan tidak menuju langkah itu sendiri"],
    ),
    (
        "half a decision",
        lambda data: _step(data, 1).update(keputusan={"ya": 3}),
        ["prosedur 'peminjaman', langkah 2: 'tidak' wajib ada."],
    ),
    (
        "unreadable time",
        lambda data: _step(data, 0).update(waktu="3 Minggu"),
        ["prosedur 'peminjaman', langkah 1: waktu '3 Minggu'", '"3 Hari"'],
    ),
    ("time as a number", lambda data: _step(data, 0).update(waktu=3), ["langkah 1: 'waktu' harus teks"]),
    (
        "unknown key of a step",
        lambda data: _step(data, 0).update(kegiatn="x"),
        ["langkah 1: kunci 'kegiatn' tidak dikenal", "Maksudnya 'kegiatan'?"],
    ),
    (
        "unknown key of a procedure",
        lambda data: data["prosedur"][0].update(kolektip=True),
        ["prosedur 'peminjaman': kunci 'kolektip'", "Maksudnya 'kolektif'?"],
    ),
    (
        "key at the wrong place",
        lambda data: _step(data, 0).update(judul="x"),
        ["langkah 1: kunci 'judul' tidak dikenal", "Yang ada: nomor, kegiatan"],
    ),
    ("unknown key of the file", lambda data: data.update(perans={}), ["kunci 'perans'", "Maksudnya 'peran'?"]),
    (
        "slug that is no address",
        lambda data: data["prosedur"][0].update(slug="Peminjaman Mobil"),
        ["prosedur 'Peminjaman Mobil': slug 'Peminjaman Mobil': hanya huruf kecil"],
    ),
    (
        "the same slug twice",
        lambda data: data["prosedur"].append(copy.deepcopy(data["prosedur"][0])),
        ["prosedur 'peminjaman' tercantum 2 kali"],
    ),
    (
        "kind that is no slug",
        lambda data: _step(data, 0).update(naskah=["Nota Dinas"]),
        ["langkah 1: naskah 'Nota Dinas': hanya huruf kecil"],
    ),
    (
        "unknown endorsement",
        lambda data: _step(data, 1).update(pengesahan="setujui"),
        ["langkah 2: pengesahan 'setujui'", "Maksudnya 'setuju'?"],
    ),
    (
        "endorsement by nobody",
        lambda data: _step(data, 1).pop("pengesah"),
        ["langkah 2: pengesahan diisi tetapi pengesah tidak"],
    ),
    (
        "the same endorser twice",
        lambda data: _step(data, 1).update(pengesah=["kepala_dinas", "kepala_dinas"]),
        ["langkah 2: pengesah 'kepala_dinas' tercantum 2 kali"],
    ),
    (
        "unknown word in a printed row",
        lambda data: _step(data, 1).update(tercetak={"kegiatan": "x", "wktu": "1 Hari"}),
        ["langkah 2: kunci 'wktu' tidak dikenal", "Maksudnya 'waktu'?"],
    ),
    (
        "endorser of nothing",
        lambda data: _step(data, 2).update(pengesah="kepala_dinas"),
        ["langkah 3: pengesah diisi tetapi pengesahan tidak"],
    ),
    (
        "endorsement of a step without a document",
        lambda data: _step(data, 1).update(mengesahkan=3),
        ["langkah 2: mengesahkan langkah 3"],
    ),
    (
        "classification read as a number",
        lambda data: data["prosedur"][0]["klasifikasi"].update(kode=0.2),
        ["prosedur 'peminjaman': 'kode' harus teks; tulis di antara tanda kutip"],
    ),
    (
        "classification that is none",
        lambda data: data["prosedur"][0]["klasifikasi"].update(kode="BMD"),
        ["kode 'BMD': bukan kode klasifikasi"],
    ),
    (
        "unknown scope",
        lambda data: data["prosedur"][0].update(lingkup=["sofware"]),
        ["lingkup 'sofware'", "Maksudnya 'software'?"],
    ),
    ("a key that is no word", lambda data: data.update({7: "x"}), ["kunci 7 tidak dikenal"]),
    ("no procedures", lambda data: data.update(prosedur=[]), ["'prosedur' tidak boleh kosong"]),
    ("no working day", lambda data: data.pop("menit_per_hari"), ["'menit_per_hari' wajib ada"]),
    ("a working day of zero", lambda data: data.update(menit_per_hari=0), ["menit_per_hari 0: paling kecil 1"]),
    ("a step too many", lambda data: _step(data, 2).update(nomor=100), ["langkah 100: nomor 100: paling besar 99"]),
    (
        "an empty activity",
        lambda data: _step(data, 0).update(kegiatan="  "),
        ["langkah 1: 'kegiatan' tidak boleh kosong"],
    ),
    (
        "a step without actors",
        lambda data: _step(data, 0).update(pelaku=[]),
        ["langkah 1: 'pelaku' tidak boleh kosong"],
    ),
    (
        "a nameless step",
        lambda data: data["prosedur"][0]["langkah"].append("Mencatat"),
        ["prosedur 'peminjaman', langkah ke-4: "],
    ),
    (
        "a date in quotes",
        lambda data: data["sampul"].update(tanggal_efektif="5 Februari 2024"),
        ["sampul: 'tanggal_efektif' harus tanggal seperti 2024-01-18"],
    ),
    (
        "a law without text",
        lambda data: data["sampul"].update(dasar_hukum=[{"catatan": "x"}]),
        ["sampul, dasar_hukum ke-1: 'teks' wajib ada"],
    ),
]


@pytest.mark.parametrize(("break_it", "said"), [fault[1:] for fault in FAULTS], ids=[fault[0] for fault in FAULTS])
def test_each_fault_is_refused(tmp_path: Path, break_it: Callable[[dict[str, Any]], object], said: list[str]) -> None:
    """The message names the file, the place, the wrong word and the nearest right one."""
    data = copy.deepcopy(OUTSIDE)
    break_it(data)
    path = written(tmp_path, data)
    with pytest.raises(DataFileError) as caught:
        load_sop(path)
    message = str(caught.value)
    assert str(path) in message
    for part in said:
        assert part in message, message


def test_all_faults_are_told_at_once(tmp_path: Path) -> None:
    """Somebody who mends a file sees every finding, not one a run."""
    data = copy.deepcopy(OUTSIDE)
    _step(data, 0).update(waktu="lama", pelaku=["camat"])
    _step(data, 2).update(naskah=["X"])
    with pytest.raises(DataFileError) as caught:
        load_sop(written(tmp_path, data))
    assert str(caught.value).count("\n- ") == 3


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("menit_per_hari: 450\nmenit_per_hari: 420\n", "baris 2: penulisan YAML salah (kunci 'menit_per_hari' ganda)"),
        ("prosedur: [\n", "penulisan YAML salah"),
        ("? [a, b]\n: c\n", "kunci harus satu kata"),
        ("sampul: {tanggal_efektif: 2024-02-31}\n", "tidak ada dalam kalender"),
        ("judul: !!python/object:os.system x\n", "penulisan YAML salah"),
        ("judul: \x07\n", "penulisan YAML salah"),
        ("", "harus berupa kelompok kunci"),
        ("- satu\n", "harus berupa kelompok kunci"),
    ],
)
def test_what_is_no_yaml_is_refused(tmp_path: Path, text: str, said: str) -> None:
    """Broken YAML, doubled keys, impossible dates and other shapes are named with their line where there is one."""
    with pytest.raises(DataFileError) as caught:
        load_sop(written(tmp_path, text))
    assert said in str(caught.value)


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    """A missing file and one in another encoding say so."""
    with pytest.raises(DataFileError, match=r"tidak-ada\.yaml tidak dapat dibuka"):
        load_sop(tmp_path / "tidak-ada.yaml")
    (tmp_path / "latin.yaml").write_bytes("judul: Caf\xe9".encode("latin-1"))
    with pytest.raises(DataFileError, match="bukan teks UTF-8"):
        load_sop(tmp_path / "latin.yaml")
