"""The columns of a register's spreadsheet: which heading is which field, and what people write for its values."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from docgen.errors import DataFileError
from docgen.forms.spreadsheet.cells import plain_date
from docgen.indonesian import plain_rupiah
from docgen.spreadsheets import LOOKED_AT, Grid, cell_name
from docgen.spreadsheets.read_report import Reason, plain
from wording import say

# What offices call the fields besides their labels, as on a KIB, KIR or KIBAR; without case, spaces and marks.
SYNONYMS: Mapping[str, Sequence[str]] = {
    "nibar": ("nonibar", "nomornibar", "kodenibar", "nomorindukbarang", "nomorindukbarangregister"),
    "kode_barang": ("nokodebarang", "nomorkodebarang", "kodebrg", "kodebmd"),
    "kode_register": ("register", "noregister", "nomorregister", "noreg", "koderegister", "nup", "nourutpendaftaran"),
    "name": ("nama", "namaaset", "namabrg", "namajenisbarang", "jenisnamabarang", "namaataujenisbarang",
             "uraianbarang", "namabarangjenisbarang", "jenisbarangnamabarang", "uraiannamabarang", "namabmd",
             "namaasset"),
    "brand": ("merk", "merek", "merktype", "merktipe", "merkmodel", "merektype", "merektipe", "merekmodel",
              "merkbarang", "merekbarang", "merkatautype", "merkdantype", "merkdantipe", "typemerk"),
    "serial": ("seri", "nomorseri", "noseripabrik", "nomorseripabrik", "serialnumber", "sn", "nopabrik", "nomorpabrik",
               "noserial", "nomorserial"),
    "year": ("tahun", "thn", "tahunpembelian", "thnperolehan", "thnpembelian", "tahunpengadaan", "tahunbeli",
             "tahunperolehanpembelian", "tahunpembelianperolehan"),
    "value": ("nilai", "harga", "nilaiperolehan", "hargaperolehan", "hargaperolehanrp", "nilairp", "hargarp",
              "nilaiaset", "nilaibarang", "hargabarang", "nilaiperolehanrupiah", "hargaperolehanrupiah", "hargabeli"),
    "condition": ("keadaan", "keadaanbarang", "kondisibarang", "kondisiaset", "kondisibrrrb", "kondisibkbrb",
                  "keadaanbarangbkbrb", "kondisifisik"),
    "location": ("ruang", "ruangan", "letak", "lokasibarang", "lokasiaset", "lokasiruang", "lokasiruangan",
                 "namaruangan", "letaklokasi", "lokasipenempatan", "penempatan", "tempat"),
    "sort": ("jenisaset", "jenisasset", "jenisperangkat"),
}  # fmt: skip
OFFICIAL_SYNONYMS: Mapping[str, Sequence[str]] = {
    "id": ("kodepejabat", "idpejabat"),
    "name": ("namalengkap", "namapejabat", "namapegawai", "namadangelar"),
    "nip": ("nomorindukpegawai", "nipbaru"),
    "rank": ("pangkatterakhir",),
    "grade": ("golongan", "gol", "golruang", "golonganruang", "ruang"),
    "post": ("namajabatan", "jabatanterakhir"),
    "role": ("peran", "perandalamsop", "peransop"),
    "capacity": ("statusjabatan",),
    "valid_from": ("tmt", "tmtjabatan", "mulai", "berlakumulai", "mulaiberlaku"),
    "valid_to": ("selesai", "berakhir", "sampaidengan"),
    "leave_from": ("cuti", "mulaicuti", "cutimulai"),
    "leave_to": ("selesaicuti", "akhircuti", "cutiselesai"),
    "division": ("namabidang", "bidangunit", "subunit"),
    "unit": ("unit", "unitkerja", "instansi", "kantor"),
    "unit_government": ("pemerintahunit",),
    "unit_address": ("alamatunit", "alamatkantor", "alamatinstansi"),
    "unit_place": ("tempatunit",),
}
# What people write for the values the register knows; RR is the middle condition of newer forms.
_SPELLINGS: Mapping[str, Mapping[str, str]] = {
    "condition": {"baik": "B", "bbaik": "B", "baikb": "B", "kurangbaik": "KB", "kbkurangbaik": "KB",
                  "kurangbaikkb": "KB",
                  "rusakringan": "KB", "rr": "KB", "rrrusakringan": "KB", "rusakringanrr": "KB", "rusakberat": "RB",
                  "rbrusakberat": "RB", "rusakberatrb": "RB", "b": "B", "kb": "KB", "rb": "RB"},
    "sort": {"perangkatkeras": "hardware", "perangkatlunak": "software", "aplikasi": "software"},
    "capacity": {"pelaksanatugas": "plt", "pelaksanaharian": "plh"},
    "role": {},
}  # fmt: skip
CHOICES = {
    "condition": "B (Baik), KB (Kurang Baik; juga RR atau Rusak Ringan), RB (Rusak Berat)",
    "sort": "hardware (Perangkat keras), software (Perangkat lunak), data",
    "capacity": "definitif, plt, plh",
    "role": "kepala_dinas, sekretaris, kepala_bidang, kepala_seksi, pengelola_aset, pengguna_aset",
}
_TOTAL = re.compile(r"(?:sub|grand)?\s*(?:jumlah|total)\b", re.IGNORECASE)
_QUOTED_DIGITS = re.compile(r"'[0-9][0-9 ./-]*")  # how people keep the zeros of a number in a text
_PLAIN = {"condition", "sort", "capacity"}


@dataclass(frozen=True)
class RegisterHeading:
    """The heading of a register's sheet: its last row, fields by position, and all headings by position."""

    row: int
    fields: Mapping[int, str]
    labels: Mapping[int, str]


def known_fields(labels: Mapping[str, str], synonyms: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """Return fields by plain heading."""
    fields = {word: key for key, words in synonyms.items() for word in words}
    return fields | {plain(label): key for key, label in labels.items()} | {plain(key): key for key in labels}


def find_register_heading(
    grid: Grid, labels: Mapping[str, str], synonyms: Mapping[str, Sequence[str]]
) -> RegisterHeading:
    """Return the heading, below any title; parts of it may stand a row above or below where cells are merged.

    Raises DataFileError: the sheet is empty, has no column of the key, or two columns for one field.
    """
    key, by_heading = next(iter(labels)), known_fields(labels, synonyms)

    def field_of(cell: str) -> str | None:
        return by_heading.get(plain(cell))

    top = list(grid.rows[:LOOKED_AT])
    if not top:
        raise DataFileError(
            say(
                "{name} kosong. Baris pertama harus judul kolom: {headings}.",
                name=grid.name,
                headings=", ".join(labels.values()),
            )
        )
    counts = [len({field_of(cell) for cell in row} - {None}) for _, row in top]
    # A heading that is repeated further down may be the more complete one, where the first has parts in two rows.
    best = next(index for index, count in enumerate(counts) if 3 * count >= 2 * max(counts))
    number, row = top[best]
    headings = dict(enumerate(row))
    for neighbour in (best - 1, best + 1):
        if 0 <= neighbour < len(top) and abs(top[neighbour][0] - number) == 1 and counts[neighbour]:
            fields_above = {field_of(cell) for cell in headings.values()}
            added = {
                at: cell
                for at, cell in enumerate(top[neighbour][1])
                if field_of(cell) and field_of(cell) not in fields_above
            }
            if added and not any(field_of(headings.get(at, "")) for at in added):
                headings |= added
                number = max(number, top[neighbour][0])
    fields = _fields(grid.name, headings, labels, by_heading)
    if key not in fields.values():
        raise DataFileError(
            say(
                "{name}: kolom {column} tidak ada. Judul kolom yang dikenal: {headings}.",
                name=grid.name,
                column=repr(labels[key]),
                headings=", ".join(labels.values()),
            )
        )
    return RegisterHeading(number, fields, headings)


def _fields(
    name: str, headings: Mapping[int, str], labels: Mapping[str, str], by_heading: Mapping[str, str]
) -> dict[int, str]:
    """Return the field of each column; of two for one field, that with its own name. Raises DataFileError."""
    by_field: dict[str, list[int]] = {}
    for at, heading in headings.items():
        if field := by_heading.get(plain(heading)):
            by_field.setdefault(field, []).append(at)
    fields = {}
    for field, places in by_field.items():
        own = [at for at in places if plain(headings[at]) in (plain(field), plain(labels[field]))]
        candidates = own or places
        if len(candidates) > 1:
            both = " dan ".join(f"{cell_name(at)} “{headings[at].strip()}”" for at in candidates[:2])
            raise DataFileError(
                say(
                    "{name}: kolom {columns} sama-sama berarti {field}. Hapus salah satunya, atau ubah judulnya.",
                    name=name,
                    columns=both,
                    field=labels[field],
                )
            )
        fields[candidates[0]] = field
    return fields


def skip_reason(row: Sequence[str], heading: RegisterHeading, key: str) -> Reason | None:
    """Return why a row below the heading is no record, or None."""
    cells = [(at, cell.strip()) for at, cell in enumerate(row) if cell.strip()]
    if len(cells) > 1 and all(plain(cell) == plain(heading.labels.get(at, "")) for at, cell in cells):
        return "heading"
    if _is_numbering([cell for _, cell in cells]):
        return "numbering"
    values = {field: row[at].strip() for at, field in heading.fields.items() if at < len(row)}
    if values.get(key):
        return None
    if any(_TOTAL.match(cell) for _, cell in cells):
        return "total"
    return None if values.get("name") else "remark"


def register_value(field: str, cell: str) -> str:
    """Return a cell as the value of a field; "" for an empty one."""
    text = cell.strip()
    if _QUOTED_DIGITS.fullmatch(text):
        text = text[1:]
    if field in _SPELLINGS:
        word = plain(text)
        text = _SPELLINGS[field].get(word, word if field in _PLAIN else re.sub(r"\W+", "_", text.lower()).strip("_"))
    if field in ("valid_from", "valid_to", "leave_from", "leave_to"):
        text = _iso(plain_date(text))
    return plain_rupiah(text) if field == "value" else text


def _iso(text: str) -> str:
    """Return 23-11-2026 as 2026-11-23; other text as it is."""
    match = re.fullmatch(r"([0-9]{1,2})[-/.]([0-9]{1,2})[-/.]([0-9]{4})", text)
    return f"{match[3]}-{int(match[2]):02}-{int(match[1]):02}" if match else text


def _is_numbering(cells: Sequence[str]) -> bool:
    """Return whether cells count the columns, as forms do below their headings: 1, 2, 3."""
    if len(cells) < 3 or not all(cell.isdecimal() and len(cell) < 3 for cell in cells):
        return False
    numbers = [int(cell) for cell in cells]
    return numbers == list(range(numbers[0], numbers[0] + len(numbers)))
