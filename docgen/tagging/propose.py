"""Propose a form for the tags of a Word file: fields with types, labels and examples, for a person to edit."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from docgen.forms.annexes import ASSETS
from docgen.forms.field_sheet import Column, FieldSheet, FieldType, RegisterFact, SheetField
from docgen.tagging.find import tags_of_part
from docgen.tagging.given_names import NEEDS, given_names
from docgen.tagging.labels import around, column_label, is_numbered, label_at
from docgen.tagging.model import TemplateTag
from docgen.tagging.uses import Use, gather_uses
from docgen.tagging.word_text import WordText, read_word_text
from docgen.tagging.words import example_of, group_of_name, label_of_name, tokens, type_of_name, type_of_words
from storage.records import Role

_NAME = re.compile(r"[a-z][a-z0-9_]{0,59}")
_PARAGRAPHS = {"isi", "uraian", "pembahasan", "alinea", "paragraf", "latar", "pendahuluan", "kesimpulan", "penutup"}
_LISTS = {"tembusan", "dasar", "daftar", "butir", "kepada", "ketentuan", "poin"}
_OPTIONAL = {"tembusan", "lampiran", "catatan", "keterangan"}
_TITLES = ("hal", "perihal", "judul", "tentang", "acara", "agenda", "kegiatan", "maksud", "keperluan", "tujuan", "nama")
_NO_TITLE = {
    *("nip", "nik", "nomor", "no", "alamat", "waktu", "pukul", "jam", "hari", "sifat", "lampiran", "telepon", "di")
}
_ADDRESSEES = ("kepada", "yth", "penerima", "tujuan_surat")
_CHOICES = {"sifat": ["Biasa", "Segera", "Sangat Segera", "Penting"]}
_FACTS: Mapping[str, RegisterFact] = {
    "nama": "official_name",
    "nip": "official_nip",
    "pangkat": "official_rank",
    "jabatan": "official_post",
}
_PERIOD = ("periode_awal", "periode_akhir")
_ROLES: Mapping[str, Role] = {
    "kepala dinas": "kepala_dinas",
    "sekretaris": "sekretaris",
    "kepala bidang": "kepala_bidang",
    "kepala seksi": "kepala_seksi",
}
_OF_ASSETS = (ASSETS, f"{ASSETS}_terlampir", "jumlah_aset", "total_nilai")
_PHOTO_ROWS = "_baris"
_COMPANIONS = ("_terlampir", "_lampiran", "_banyaknya")
LONGEST_LINE, LONGEST_TEXT = 500, 2000  # characters that a proposed field takes


def propose_sheet(docx: bytes, title: str, words: Mapping[str, str] | None = None) -> tuple[FieldSheet, dict[str, Any]]:
    """Return a form for the tags of a Word file, and an example that fills it.

    `words` are what stood in the letter where a tag stands now, by its name: they tell types and are the examples.
    An official in the example is "x", for whoever tries it to replace by one of the register. What docgen prints by
    itself (`nomor`, `penandatangan.nama`, `kantor.tempat`, `aset` …) is no field. A file without any text to print gets
    a field that its template does not print yet. Raises TemplateError.
    """
    proposal = _Proposal(read_word_text(docx), words or {})
    return proposal.sheet(title.strip() or "Surat"), proposal.example


class _Proposal:
    """A form in the making; `example` is filled with it."""

    def __init__(self, text: WordText, words: Mapping[str, str]) -> None:
        self._text = text
        self._words = words
        self._tags = [tag for part in text.parts.values() for tag in tags_of_part(part)]
        self._uses = gather_uses(self._tags)
        self.example: dict[str, Any] = {}

    def sheet(self, title: str) -> FieldSheet:
        """Return the form."""
        ready = given_names()
        own = {name: use for name, use in self._uses.items() if name not in ready and _NAME.fullmatch(name)}
        photos = [name.removesuffix(_PHOTO_ROWS) for name, use in own.items() if _is_photo_rows(use)]
        lists = [*(name for name, use in own.items() if _columns(use)), *photos]
        totals = {name: table for name in own if (table := _table_of(name, own))}
        companions = {f"{name}{ending}" for name in lists for ending in _COMPANIONS}
        companions |= {f"{name}{_PHOTO_ROWS}" for name in photos} | {*totals, *photos}
        fields = [self._field(use, _totals_of(use, totals)) for name, use in own.items() if name not in companions]
        fields += [SheetField(name=name, label=label_of_name(name), type="photos", group="Foto") for name in photos]
        fields = _with_title(_with_unlike_labels(fields))
        title_field = _title_field(fields)
        self.example = {field.name: self._example(field) for field in fields if field.type != "photos"}
        names = [field.name for field in fields]
        has_period = all(name in names for name in _PERIOD)
        return FieldSheet(
            title=title,
            title_field=title_field,
            needs_assets=self._needs_assets(),
            annex_above=10 if f"{ASSETS}_terlampir" in self._uses else 0,
            needs=[need for name, need in NEEDS.items() if name in self._uses and (name != "rekap" or has_period)],
            signer=self._signer(),
            addressee=next((name for name in _ADDRESSEES if name in names), ""),
            fields=fields,
        )

    def _field(self, use: Use, totals: Sequence[str]) -> SheetField:
        kind = self._type(use)
        label = self._label(use, kind)
        name = use.name
        is_needed = use.is_compulsory and not _OPTIONAL.intersection(tokens(name)[:1])
        settings: dict[str, Any] = {"required": is_needed or self._is_period(name)}
        if kind == "table":
            settings |= {"columns": self._columns(use, totals), "totals": totals}
        elif kind == "choice":
            settings["choices"] = use.choices or _CHOICES[name]
            settings["default"] = settings["choices"][0]
        elif kind == "official":
            settings["required"] = not use.is_guarded or use.is_compulsory
        elif kind == "boolean":
            settings["required"] = False
        elif kind == "text" and name == "lampiran":
            settings |= {"default": "-", "when_empty": "-"}
        if kind in ("text", "list"):
            settings["max_length"] = LONGEST_LINE if kind == "text" else LONGEST_TEXT
        if "nip" in tokens(name) and kind == "text":
            settings |= {"help": "Tulis NIP, 18 angka.", "max_length": 30}
        elif kind == "list":
            settings["help"] = "Satu baris satu."
        elif kind in ("paragraphs", "rich_text"):
            settings["help"] = "Pisahkan alinea dengan satu baris kosong."
        return SheetField(name=name, label=label, type=kind, group=group_of_name(name), **settings)

    def _type(self, use: Use) -> FieldType:
        if _columns(use):
            return "table"
        if use.is_list or use.loop:
            return self._list_type(use)
        if use.value and use.value.replaces == "p":
            return "rich_text"
        if use.attributes:
            return "official"
        if use.in_words:
            return self._number_type(use)
        if use.choices or (use.name in _CHOICES and use.value):
            return "choice"
        if use.weekday or self._is_period(use.name):
            return "date"
        if use.value is None:
            return "boolean"
        words = self._words.get(use.name, "")
        by_words = type_of_words(words)
        if words and by_words != "integer":
            return by_words  # type: ignore[return-value]
        before, after = self._around(use.value)
        by_name = type_of_name(use.name, before, after)
        return "text" if words and by_name != by_words else by_name  # type: ignore[return-value]

    def _list_type(self, use: Use) -> FieldType:
        words = set(tokens(use.name))
        element = use.element
        if element is None or words & _LISTS or use.loop is None or use.loop.replaces != "p":
            return "list"
        paragraph = self._text.parts[element.place.part].paragraphs[element.place.paragraph]
        alone = self._around(element) == ("", "")
        return "paragraphs" if words & _PARAGRAPHS or (alone and not is_numbered(paragraph)) else "list"

    def _number_type(self, use: Use) -> FieldType:
        """Return money or integer for a number that is spelled, too."""
        texts = [self._label(use, ""), self._words.get(use.name, "")]
        texts += [text for tag in (use.value, use.in_words) for text in self._around(tag)]
        is_money = any(re.search(r"\b(?:Rp|uang|rupiah)(?:\b|\d)", text, re.IGNORECASE) for text in texts)
        return "money" if is_money or type_of_name(use.name) == "money" else "integer"

    def _columns(self, use: Use, totals: Iterable[str]) -> list[Column]:
        names = _columns(use)
        by_name = {name: type_of_name(name) for name in names}
        by_name |= {
            name: "money" if by_name.get(name) != "integer" else "integer" for name in totals if name in by_name
        }
        first = next((name for name in names if by_name[name] == "text"), names[0])
        people = {"nama", "nip"} <= set(names)
        columns = []
        for name in names:
            label = self._column_label(use.columns[name]) or label_of_name(name)
            fact = _FACTS.get(name, "") if people else ""
            columns.append(
                Column(name=name, label=label, type=by_name[name], required=name == first, register_fact=fact)  # type: ignore[arg-type]
            )
        return columns

    def _column_label(self, tags: Iterable[TemplateTag]) -> str:
        for tag in tags:
            if tag.kind == "value":
                return column_label(self._text.parts[tag.place.part].paragraphs[tag.place.paragraph])
        return ""

    def _label(self, use: Use, kind: str) -> str:
        """Return the words of the letter for a field, or its own name's."""
        tag = use.value
        label = label_at(self._text.parts[tag.place.part], tag.place) if tag and kind not in ("table", "list") else ""
        return label or label_of_name(use.name)

    def _around(self, tag: TemplateTag | None) -> tuple[str, str]:
        return around(self._text.parts[tag.place.part], tag.place) if tag else ("", "")

    def _needs_assets(self) -> Any:
        uses = [self._uses[name] for name in _OF_ASSETS if name in self._uses]
        if not uses:
            return "none"
        return "required" if any(use.is_compulsory for use in uses) else "optional"

    def _is_period(self, name: str) -> bool:
        """Return whether a field says of which period the template prints a recap."""
        return name in _PERIOD and "rekap" in self._uses

    def _signer(self) -> Role | Any:
        """Return the role that the words above the signer's name say, else who signs at the step."""
        names = [tag for tag in self._tags if tag.path == "penandatangan.nama"]
        if not names or any(tag.path == "penandatangan.jabatan" for tag in self._tags):
            return "step"
        place = names[-1].place
        part = self._text.parts[place.part]
        above = " ".join(part.text(index) for index in range(max(0, place.paragraph - 7), place.paragraph)).lower()
        return next((role for post, role in _ROLES.items() if post in above), "step")

    def _example(self, field: SheetField) -> Any:
        if field.type == "table":
            return [{column.name: example_of(column.name, column.type, column.label) for column in field.columns}] * 2
        if field.type == "choice":
            return field.choices[0]
        if field.type == "official":
            return "x"
        words = self._words.get(field.name, "").strip()
        if words and field.type in ("text", "money", "integer") and len(words) <= field.max_length:
            return words
        return example_of(field.name, field.type, field.label)


def _is_photo_rows(use: Use) -> bool:
    return use.name.endswith(_PHOTO_ROWS) and bool(use.columns.keys() & {"kiri", "kanan"})


def _columns(use: Use) -> list[str]:
    """Return the columns that a template prints of a table; `no` is the number of the row."""
    return [name for name in use.columns if name != "no" and _NAME.fullmatch(name)]


def _table_of(name: str, uses: Mapping[str, Use]) -> str:
    """Return the table of which a name is the total of a column; "" for none."""
    for table, use in uses.items():
        if name.startswith(f"{table}_") and name.removeprefix(f"{table}_") in _columns(use):
            return table
    return ""


def _totals_of(use: Use, totals: Mapping[str, str]) -> list[str]:
    """Return the columns of a table whose totals a template prints."""
    return [name.removeprefix(f"{use.name}_") for name, table in totals.items() if table == use.name]


def _with_unlike_labels(fields: Sequence[SheetField]) -> list[SheetField]:
    """Return the fields; those whose label another has already are called by their names."""
    labels: set[str] = set()
    unlike = []
    for field in fields:
        label = label_of_name(field.name) if field.label in labels else field.label
        labels.add(label)
        unlike.append(field.model_copy(update={"label": label}))
    return unlike


def _with_title(fields: list[SheetField]) -> list[SheetField]:
    """Return the fields with one that may name a letter in the register: a text that must be written."""
    if any(_may_title(field) for field in fields):
        return fields
    for types in (("text",), ("date", "integer", "money")):
        for index, field in enumerate(fields):
            if field.type in types:
                text = SheetField(
                    name=field.name, label=field.label, required=True, group=field.group, max_length=LONGEST_LINE
                )
                return [*fields[:index], text, *fields[index + 1 :]]
    return [_text_field("hal", "Hal", "Surat"), *fields]


def _text_field(name: str, label: str, group: str) -> SheetField:
    return SheetField(name=name, label=label, required=True, group=group, max_length=LONGEST_LINE)


def _may_title(field: SheetField) -> bool:
    return field.type in ("text", "choice") and field.required


def _title_field(fields: Sequence[SheetField]) -> str:
    names = [field.name for field in fields if _may_title(field)]
    texts = [field.name for field in fields if _may_title(field) and field.type == "text"]
    for word in _TITLES:
        match = next(
            (name for name in texts if word in tokens(name) and not _NO_TITLE.intersection(tokens(name))), None
        )
        if match:
            return match
    plain = [name for name in texts if not _NO_TITLE.intersection(tokens(name))]
    return [*plain, *texts, *names][0]
