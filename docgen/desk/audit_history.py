"""Read the audit log: in words for people, as CSV or as lines of JSON for programs."""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from docgen.desk import audit
from docgen.desk.audit_actions import Action
from docgen.desk.desk import Desk
from docgen.desk.registers.checks import ASSET_LABELS, CAPACITIES, OFFICE_LABELS, OFFICIAL_LABELS
from docgen.desk.rights import EVERYONE
from docgen.forms.context import CONDITIONS, SORTS
from docgen.indonesian import long_moment
from docgen.permissions import load_permissions
from docgen.spreadsheets.text_cell import harmless
from storage.catalogue import audit as log
from storage.records import Event
from storage.text import json_text

ACTION_WORDS = {action.value: action.words for action in Action}
GROUPS = {
    "document": "Naskah",
    "draft": "Draf",
    "dossier": "Berkas",
    "number": "Buku agenda",
    "asset": "Aset",
    "official": "Pejabat",
    "office": "Kantor",
    "phrase": "Kalimat baku",
    "kind": "Jenis naskah",
    "user": "Akun dan masuk",
    "token": "Token",
    "share": "Tautan bagikan",
    "webhook": "Webhook",
    "bundle": "Bundel",
    "recipe": "Resep bundel",
    "batch": "Naskah massal",
    "audit": "Unduhan riwayat",
    "archive": "Arsip",
}
_LABELS: dict[str, dict[str, str]] = {"asset": ASSET_LABELS, "official": OFFICIAL_LABELS, "office": OFFICE_LABELS}
_TABLE = load_permissions()
_ROLES = {name: _TABLE.label(name) for name in (*_TABLE.roles, *_TABLE.formerly)}
MAIL_WORDS = {"now": "segera", "daily": "sekali sehari", "never": "tidak"}
METHOD_WORDS = {
    "password": "kata sandi",
    "totp": "kata sandi dan kode aplikasi",
    "recovery": "kata sandi dan kode pemulihan",
    "passkey": "kunci sandi",
    "oidc": "akun daerah",
    "region": "tiket administrator wilayah",
}
FIELD_WORDS = {
    "number": "Nomor",
    "kind": "Jenis",
    "title": "Hal",
    "dossier": "Berkas",
    "security": "Sifat keamanan",
    "replaces": "Menggantikan",
    "status": "Keadaan",
    "reason": "Alasan",
    "step": "Langkah",
    "decision": "Keputusan",
    "official": "Pejabat",
    "officials": "Pejabat",
    "assets": "Aset",
    "asset": "Aset",
    "documents": "Naskah",
    "name": "Nama",
    "full_name": "Nama lengkap",
    "post": "Jabatan",
    "note": "Catatan",
    "approval": "Surat persetujuan",
    "role": "Peran",
    "actor": "Pelaku dalam SOP",
    "nip": "NIP",
    "lacking": "Langkah yang kurang",
    "closed_at": "Ditutup",
    "active": "Aktif",
    "mail": "Diberi tahu lewat surel",
    "email_changed": "Alamat surel diganti",
    "scope": "Lingkup",
    "nibar": "NIBAR",
    "procedures": "Prosedur",
    "expires_at": "Berlaku sampai",
    "url": "Alamat",
    "share": "Tautan",
    "file": "Berkas",
    "added": "Ditambahkan",
    "changed": "Diubah",
    "unchanged": "Tetap",
    "rejected": "Baris ditolak",
    "rows": "Baris",
    "request": "Permintaan",
    "count": "Jumlah naskah",
    "pages": "Halaman",
    "year": "Tahun",
    "format": "Bentuk",
    "events": "Catatan",
    "revisions": "Revisi dari arsip",
    "lost": "Nomor yang hilang",
    "objects": "Berkas arsip",
    "size": "Ukuran (bita)",
    "sessions": "Peramban",
    "segments": "Bagian cermin yang tidak diakui",
    "sha256": "SHA-256",
    "version": "Versi",
    "comment": "Catatan",
    "field": "Isian",
    "document": "Naskah",
    "routes": "Jalur paraf",
    "series": "Seri nomor",
    "first": "Nomor pertama",
    "number_at": "Saat penomoran",
    "handed_to": "Diserahkan kepada",
    "method": "Cara",
    "acting": "Selaku pengganti",
    "holiday_names": "Nama hari libur",
}
_VALUES: dict[str, dict[str, Mapping[str, str]]] = {
    "asset": {"condition": CONDITIONS, "sort": SORTS},
    "official": {"capacity": CAPACITIES},
    "user": {"role": _ROLES, "officials": {EVERYONE: "semua"}, "mail": MAIL_WORDS, "method": METHOD_WORDS},
    "token": {"officials": {EVERYONE: "semua"}},
}
COLUMNS = tuple(Event.model_fields)
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,6})?)?(Z|[+-]\d\d:\d\d)")


def group_of(action: str) -> str:
    """Return what an action is about: its first part."""
    return action.partition(".")[0]


def sentence(action: str) -> str:
    """Return the words between who did it and what it was done to; of an action of another version, the action."""
    return ACTION_WORDS.get(action, action)


def differences(
    event: Event, words: Mapping[str, Mapping[str, str]] | None = None, zone: str = "UTC"
) -> list[tuple[str, str, str]]:
    """Return the values of an event: label, value before, value after; "" where there was none.

    `words` are further words for values, by the name of the field; moments are on the clock of `zone`.
    """
    group = group_of(event.action)
    vocabulary = _Vocabulary(FIELD_WORDS | _LABELS.get(group, {}), {**(words or {}), **_VALUES.get(group, {})}, zone)
    before, after = dict(vocabulary.flat(event.before)), dict(vocabulary.flat(event.after))
    rows = [(label, before.get(label, ""), after.get(label, "")) for label in dict.fromkeys([*after, *before])]
    return [row for row in rows if row[1] or row[2]]


def export(desk: Desk, form: str, by: str) -> Iterator[str]:
    """Yield the log as "csv" or "jsonl", in pieces, with this export as its last line, recorded when this is called.

    Lines of JSON end in LF and in nothing else: whatever other line end a text holds stands in it as it is. A line has
    its keys sorted and no white space: without `hash`, it is what `hash` is the SHA-256 of (the value of `hash` taken
    out). In CSV, `before` and `after` are such JSON, and a cell that a spreadsheet would take
    for a formula, or that begins with an apostrophe, is given an apostrophe in front.
    """
    with desk.catalogue.write() as tx:
        newest = log.last_event(tx)
        after = {"format": form, "events": newest.sequence if newest else 0}
        last = audit.record(desk, tx, by, Action.AUDIT_EXPORTED, "", after=after).sequence
    return _csv(desk, last) if form == "csv" else (f"{_line(_plain(event))}\n" for event in _until(desk, last))


def _csv(desk: Desk, last: int) -> Iterator[str]:
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    for event in _until(desk, last):
        cells = _plain(event)
        values = (cell if isinstance(cell, str | int) else _line(cell) for cell in cells.values())
        writer.writerow(harmless(value) if isinstance(value, str) else value for value in values)
        yield text.getvalue()
        text.seek(0)
        text.truncate()


def _until(desk: Desk, last: int) -> Iterator[Event]:
    """Yield every event up to `last`, in pages: no transaction stays open while a slow reader takes its time."""
    sequence = 0
    while sequence < last:
        with desk.catalogue.read() as tx:
            page = log.events_after(tx, sequence)
        if not page:
            return
        yield from (event for event in page if event.sequence <= last)
        sequence = page[-1].sequence


def _plain(event: Event) -> dict[str, Any]:
    return event.model_dump(mode="json")


def _line(value: Any) -> str:
    return json_text(value, sort_keys=True, compact=True)


@dataclass(frozen=True)
class _Vocabulary:
    """The words for fields and for their values."""

    labels: Mapping[str, str]
    values: Mapping[str, Mapping[str, str]]
    zone: str

    def flat(self, values: Mapping[str, Any], above: str = "") -> Iterator[tuple[str, str]]:
        """Yield label and value of each leaf; the label of a nested one begins with that of its parent."""
        for key, value in values.items():
            label = f"{above}{self.labels.get(key, key)}"
            if key == "records" and not above and isinstance(value, dict):
                yield from self.flat(value)
            elif isinstance(value, dict):
                yield from self.flat(value, f"{label} › ")
            else:
                yield label, self._shown(key, value)

    def _shown(self, key: str, value: Any) -> str:
        if isinstance(value, bool):
            return "ya" if value else "tidak"
        if isinstance(value, list):
            return "; ".join(self._shown(key, item) for item in value)
        if isinstance(value, dict):
            return ", ".join(self._shown(name, item) for name, item in value.items())
        if isinstance(value, str) and _MOMENT.fullmatch(value):
            return long_moment(dt.datetime.fromisoformat(value), self.zone)
        return "" if value is None else self.values.get(key, {}).get(str(value), str(value))
