"""What names and words of Indonesian letters say: the type of a field, its label, its group, an example."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

MONTHS = "Januari|Februari|Maret|April|Mei|Juni|Juli|Agustus|September|Oktober|November|Desember"
DATE = re.compile(rf"\b\d{{1,2}}\s+(?:{MONTHS})\s+\d{{4}}\b|\b\d{{1,2}}[-/.]\d{{1,2}}[-/.]\d{{4}}\b", re.IGNORECASE)
MONEY = re.compile(r"\bRp\.?\s?\d{1,3}(?:\.\d{3})*(?:,(?:\d{2}|-))?(?!\w)")
NIP = re.compile(r"\b\d{8}\s?\d{6}\s?\d\s?\d{3}\b")
NUMBER = re.compile(r"\d{1,3}(?:\.\d{3})*|\d{1,9}")

_DATES = {"tanggal", "tgl", "tmt"}
_NO_DATE = {"tempat", "hari", "jam", "pukul", "terbilang", "jumlah"}
_MONEY = {
    *(
        "harga",
        "nilai",
        "biaya",
        "pagu",
        "honor",
        "honorarium",
        "rp",
        "rupiah",
        "gaji",
        "tarif",
        "upah",
        "denda",
        "uang",
    )
}
_NO_MONEY = {"sumber", "jenis", "mata", "kode", "nama", "nomor", "uraian", "rincian", "satuan"}
_INTEGERS = {"jumlah", "jml", "banyak", "banyaknya", "lama", "lamanya", "umur", "usia", "rangkap", "lembar", "tahun"}
_NO_INTEGER = {"satuan", "waktu", "nama", "jenis", "uraian"}
_COUNTED = r"\s*\(?\s*(?:orang|hari|bulan|tahun|jam|menit|unit|buah|lembar|berkas|rangkap|eksemplar|peserta|pegawai)\b"
_SHORT_FORMS = {
    **{"no": "nomor", "tgl": "tanggal", "jml": "jumlah", "ket": "keterangan", "thn": "tahun", "jab": "jabatan"},
    **{word: word.upper() for word in ("nip", "nik", "npwp", "skpd", "opd", "dpa", "spt", "sppd", "sk", "tmt", "bmd")},
    **{"rp": "Rp", "yth": "Yth.", "kab": "kabupaten", "kec": "kecamatan", "desc": "keterangan"},
}
LETTER_WORDS = ("sifat", "lampiran", "hal", "perihal", "kepada", "yth", "tembusan", "di")
PEOPLE_WORDS = ("nama", "nip", "nik", "jabatan", "pangkat", "golongan", "pegawai", "pejabat", "instansi", "unit")
_THINGS = {"kegiatan", "acara", "rapat", "barang", "paket", "pekerjaan", "proyek", "aplikasi", "perangkat"}
WHEN_AND_WHERE = ("tanggal", "tgl", "hari", "waktu", "pukul", "jam", "tempat", "lokasi", "lama", "berangkat", "kembali")
_EXAMPLES: Mapping[str, str] = {  # of a name with several of these words the first counts
    "nip": "19830511 200701 1 005",
    "nik": "6310010101900001",
    "npwp": "01.234.567.8-735.000",
    "jangka": "3 (tiga) bulan",
    "jabatan": "Arsiparis Ahli Muda",
    "pangkat": "Penata Tingkat I, III/d",
    "golongan": "III/d",
    "alamat": "Jalan Dharma Praja Nomor 7",
    "nomor": "000.1.5/412/XI/2026",
    "no": "000.1.5/412/XI/2026",
    "hari": "Senin",
    "waktu": "09.00",
    "pukul": "09.00",
    "jam": "09.00",
    "tempat": "Aula Kantor Bupati",
    "lokasi": "Aula Kantor Bupati",
    "hal": "Rapat persiapan arsip digital",
    "perihal": "Rapat persiapan arsip digital",
    "acara": "Rapat persiapan arsip digital",
    "kegiatan": "Rapat persiapan arsip digital",
    "kepada": "Kepala Dinas Perpustakaan dan Kearsipan",
    "yth": "Kepala Dinas Perpustakaan dan Kearsipan",
    "lampiran": "1 (satu) berkas",
    "telepon": "0518 71234",
    "nama": "Siti Aminah, S.Kom.",
}
_TEXTS = ("Pekerjaan pada langkah pertama telah selesai.", "Langkah berikutnya disiapkan bersama unit yang terkait.")


def tokens(name: str) -> list[str]:
    """Return the words of a name."""
    return [word for word in name.split("_") if word]


def type_of_words(words: str) -> str:
    """Return the type that words show by themselves: date, money or integer; else text."""
    text = words.strip()
    for pattern, name in ((DATE, "date"), (MONEY, "money"), (NUMBER, "integer")):
        if pattern.fullmatch(text):
            return name
    return "text"


def type_of_name(name: str, before: str = "", after: str = "") -> str:
    """Return the type of a value by its name, and by the text before and after it: date, money, integer or text."""
    words = set(tokens(name))
    if re.search(r"\bRp\.?\s*$", before):
        return "text"  # an amount brings its own Rp
    if re.match(r"\s*rupiah\b", after, re.IGNORECASE) or (words & _MONEY and tokens(name)[0] not in _NO_MONEY):
        return "money"
    if words & _DATES and not words & _NO_DATE:
        return "date"
    if re.search(r"\btanggal\s*:?\s*$", before, re.IGNORECASE) and "nomor" not in words:
        return "date"
    if words & _INTEGERS and not words & _NO_INTEGER:
        return "money" if re.search(r"\buang\b[^.]*$", before, re.IGNORECASE) and "jumlah" in words else "integer"
    return "integer" if re.match(_COUNTED, after, re.IGNORECASE) and len(words) == 1 else "text"


def label_of_name(name: str) -> str:
    """Return how a field is called by its name: `nip_pegawai` is "NIP pegawai"."""
    label = " ".join(_SHORT_FORMS.get(word, word) for word in tokens(name))
    return label[:1].upper() + label[1:]


def name_of_label(label: str) -> str:
    """Return a name for a tag by words: "Tanggal Berangkat" is `tanggal_berangkat`; "" if no letter is left."""
    words = re.sub(r"[^a-z0-9]+", "_", label.casefold()).strip("_")
    name = re.sub(r"^[0-9_]+", "", words)[:40].strip("_")
    return {"no": "nomor", "perihal": "hal"}.get(name, name)


def group_of_name(name: str) -> str:
    """Return the heading under which a form asks for a field."""
    words = tokens(name)
    if any(word in LETTER_WORDS for word in words[:1]):
        return "Surat"
    if any(word in WHEN_AND_WHERE for word in words[:1]):
        return "Waktu dan tempat"
    return "Orang" if any(word in PEOPLE_WORDS for word in words) and not _THINGS.intersection(words) else "Isi"


def example_of(name: str, type_name: str, label: str) -> Any:
    """Return a value that a field of this name may have, as a submission sends it."""
    words = tokens(name)
    values: Mapping[str, Any] = {
        "date": "2026-11-23",
        "integer": 2026 if "tahun" in words and "lama" not in words else 3,
        "money": 12_500_000,
        "boolean": True,
        "list": list(_TEXTS),
        **dict.fromkeys(("paragraphs", "rich_text"), "\n\n".join(_TEXTS)),
    }
    if type_name in values:
        return values[type_name]
    return next((text for word, text in _EXAMPLES.items() if word in words), f"Contoh {label[:1].lower()}{label[1:]}")
