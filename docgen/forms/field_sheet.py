"""The field sheet of a document kind (`fields.yaml`): what a form asks for, as data.

Everything in a sheet is plain data; a mistake is refused when the sheet is read, with the nearest valid word.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from docgen.indonesian import UNNUMBERED
from docgen.messages import nearest
from docgen.typesetting import ItemEnds
from storage.records import Decision, NumberAt, Paper, Role, SecurityClass
from wording import say

MAX_TEXT = 20_000  # characters in one text, unless the sheet says less
MAX_ROWS = 2_000  # rows in a table
MAX_LINES = 200  # lines in a list
MAX_INTEGER = 10**15
MAX_PHOTOS = 60  # in one field, whatever the sheet says: more make a PDF that no e-mail takes
LONGEST_CARRIED = 200  # characters of a number that a letter without one of the office's is known by
PHOTO_FILE = re.compile(r"[0-9a-f]{64}\.jpg")  # the SHA-256 of the picture as it is kept
_NUMBER_WORD = re.compile(r"^nomor\b", re.IGNORECASE)

FieldType = Literal[
    "text", "paragraphs", "rich_text", "date", "integer", "money", "choice", "boolean", "list", "official", "table",
    "photos",
]  # fmt: skip
ColumnType = Literal["text", "integer", "money", "date"]
# What a cell holds of an official in the registers, or of a chosen asset; forms suggest it.
RegisterFact = Literal["", "official_name", "official_nip", "official_rank", "official_post", "asset_name"]
# What is derived from the office's own data; see `FieldSheet.needs`.
Need = Literal["recap", "sop"]
# Types without a default, because they are filled anew for each document.
NO_DEFAULT = ("table", "official", "photos")

# Sources of `default_from`. Words: "basis" the sheet's default, earlier documents and approvals; "date" the document's;
# "end_of_step" the last working day of the time norm from tanggal_mulai on; "superiors" posts above the signer;
# "receivers" the people whom the step addresses; "location" of the assets; "decision…" the one taken at the step;
# "order_letter" what the office calls its orders.
WORDS = (
    *("basis", "date", "next_year", "half_year_start", "half_year_end", "end_of_step", "end_of_next_step"),
    *("superiors", "receivers", "location", "decision", "decision_note", "decision_time", "order_letter"),
)
PREVIOUS = "previous"  # the newest document of the steps before, whatever its kind
DOCUMENT_FACTS = ("number", "date", "title", "citation", "name", "post", "period")

Name = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$", max_length=60)]
Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
Source = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*([.:][a-z][a-z0-9_]*)?$", max_length=120)]


class _Sheet(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class Column(_Sheet):
    """One column of a table field.

    `register_fact` is what the register says in that column: an official who is chosen by his name fills the others.
    """

    name: Name
    label: Text
    type: ColumnType = "text"
    help: str = ""
    example: str | int = ""
    required: bool = False
    max_length: Annotated[int, Field(ge=1, le=MAX_TEXT)] = MAX_TEXT
    register_fact: RegisterFact = ""

    @property
    def choices(self) -> Sequence[str]:
        """Return no choices: a column has none, and is cleaned like a field."""
        return ()


class Product(_Sheet):
    """A computed cell of a table's rows: the product of two whole-number columns, e.g. quantity and price.

    Not among `columns`, so neither forms nor other systems can send it.
    """

    name: Name
    label: Text
    of: Annotated[list[Name], Field(min_length=2, max_length=2)]


class SheetField(_Sheet):
    """One field of a form; `name` is its tag in the Word template and its key in the `data` of a submission.

    `default` is used when the field is left out; `default_role` says that the default is the post of the official who
    holds that role on the document's date (`default` stands in while the register has none), or for `type: official`
    that official; `when_empty` is printed when nothing was written. A table may have `products`, and `totals`: numeric
    columns or products whose sum a template sees as `<table>_<column>` and `<table>_<column>_terbilang`. A field of
    photos holds at most `most` of them, and so does a rich text of pictures.

    `default_by` gives the default in a procedure, with `held_by_procedure` the only choice there; `default_from` lists
    sources of the default, of which the first that has a value counts: one of `WORDS`,
    `kind:fact` (a fact of the dossier's newest document of that kind, see `DOCUMENT_FACTS`) or `kind.field` (what was
    written in it); `previous` is any kind.

    A table of more rows than `annex_above` is printed as an annex (0: never); see `docgen.forms.annexes` for what its
    template then sees. One that the letter names before its assets is `annexed_first`. `counts_annexes` says that a
    text field left empty, or as "-", tells how many annexes there are. `spare_rows` names a choice of numbers: so
    many empty rows follow the table's own, to be filled by hand.

    Of a date, `tells` says whether the letter speaks of it as past or ahead, and `not_before` names the date of the
    same sheet that it cannot precede; a letter that says otherwise is odd, not wrong.

    `item_ends` says how the items of a list end when they are printed, whatever was typed: see
    `docgen.typesetting.ended_items`.
    """

    name: Name
    label: Text
    type: FieldType = "text"
    help: str = ""
    example: str | int | bool | list[str] = ""
    required: bool = False
    default: str | int | bool | list[str] | None = None
    default_role: Role | None = None
    default_by: dict[str, str] = {}
    held_by_procedure: bool = False
    default_from: list[Source] = []
    when_empty: str = ""
    derived_from: str = ""
    max_length: Annotated[int, Field(ge=1, le=MAX_TEXT)] = MAX_TEXT
    choices: list[Text] = []
    columns: list[Column] = []
    products: list[Product] = []
    totals: list[Name] = []
    annex_above: Annotated[int, Field(ge=0, le=MAX_ROWS)] = 0
    annexed_first: bool = False
    spare_rows: str = ""
    counts_annexes: bool = False
    most: Annotated[int, Field(ge=1, le=MAX_PHOTOS)] = 12
    group: str = ""
    tells: Literal["", "past", "ahead"] = ""
    not_before: str = ""
    item_ends: ItemEnds = ""

    @model_validator(mode="after")
    def _fits_its_type(self) -> SheetField:
        if (self.type == "choice") != bool(self.choices):
            raise ValueError("'choices' dipakai untuk type: choice, dan wajib di sana")
        if (self.type == "table") != bool(self.columns):
            raise ValueError("'columns' dipakai untuk type: table, dan wajib di sana")
        if self.default_role and self.type != "official" and (self.type != "text" or not self.default):
            raise ValueError("'default_role' hanya untuk type: text, bersama 'default', atau type: official")
        if self.default is not None and self.type in NO_DEFAULT:
            raise ValueError(f"type: {self.type} tidak dapat memiliki 'default'")
        if self.type == "choice" and any(value not in self.choices for value in self.default_by.values()):
            raise ValueError("'default_by': nilainya harus dari 'choices'")
        if self.default_by and self.type not in ("choice", "text", "paragraphs", "rich_text", "list"):
            raise ValueError("'default_by' hanya untuk type: choice, text, paragraphs, rich_text, atau list")
        if self.spare_rows and self.type != "table":
            raise ValueError("'spare_rows' hanya untuk type: table")
        if (self.tells or self.not_before) and self.type != "date":
            raise ValueError("'tells' dan 'not_before' hanya untuk type: date")
        if self.annex_above and self.type != "table":
            raise ValueError("'annex_above' hanya untuk type: table; untuk aset tulis di tingkat atas")
        if self.annexed_first and not self.annex_above:
            raise ValueError("'annexed_first' memerlukan 'annex_above'")
        if self.counts_annexes and self.type != "text":
            raise ValueError("'counts_annexes' hanya untuk type: text")
        if self.item_ends and self.type != "list":
            raise ValueError("'item_ends' hanya untuk type: list")
        if self.held_by_procedure and not self.default_by:
            raise ValueError("'held_by_procedure' memerlukan 'default_by'")
        self._check_sources()
        if self.columns and not any(column.required for column in self.columns):
            raise ValueError("paling sedikit satu kolom harus required: true, agar baris kosong dapat dikenali")
        if any(column.name == "no" for column in self.columns):
            raise ValueError("kolom 'no' diisi sendiri dengan nomor baris; pakai nama lain")
        _refuse_duplicates(
            "kolom", [column.name for column in self.columns] + [product.name for product in self.products]
        )
        self._check_computations()
        return self

    def _check_sources(self) -> None:
        for source in self.default_from:
            if ":" in source:
                fact = source.partition(":")[2]
                if fact not in DOCUMENT_FACTS:
                    raise ValueError(f"'default_from' {source!r} tidak dikenal.{nearest(fact, DOCUMENT_FACTS)}")
            elif "." not in source and source not in WORDS:
                raise ValueError(f"'default_from' {source!r} tidak dikenal.{nearest(source, WORDS)}")

    def _check_computations(self) -> None:
        """Require numeric columns for products and totals, and required ones as factors: no sum may leave out a row."""
        numeric = {column.name: column for column in self.columns if column.type in ("integer", "money")}
        for product in self.products:
            for name in product.of:
                if name not in numeric or not numeric[name].required:
                    raise ValueError(
                        f"'products' {product.name!r}: {name!r} harus kolom type: integer atau money, required: true"
                    )
            if all(numeric[name].type == "money" for name in product.of):
                raise ValueError(f"'products' {product.name!r}: rupiah tidak dapat dikalikan dengan rupiah")
        known = [*numeric, *(product.name for product in self.products)]
        for name in self.totals:
            if name not in known:
                raise ValueError(f"'totals': {name!r} bukan kolom angka tabel ini.{nearest(name, known)}")


class LetterDecision(_Sheet):
    """The field in which a letter itself decides on another document, and what each of its choices means.

    `perbaiki` and `tolak` are the SOP's "tidak": the dossier goes back, and such a letter is no basis for another.
    """

    field: Name
    meaning: dict[str, Decision]


class FieldSheet(_Sheet):
    """A `fields.yaml`.

    `steps` restricts the kind to steps of procedures (empty: everywhere); `suggested` are steps it is offered for
    first; `needs` names what is derived when the document is prepared ("recap": the archive's recap of the period from
    field `periode_awal` to `periode_akhir`, tag `rekap`; "sop": the office's SOP, tag `sop`);
    `classification` gives an archive code (Permendagri 83/2022) that overrides the procedure's own; `signer` is
    a role, or "step" for the role that signs at the step; `on_behalf` says that the step's signer signs this kind
    a.n. (atas nama) the superior the SOP names there, as a surat perintah needs (naskah dinas rules on delegation);
    more assets than `annex_above` are printed as an annex (0: never);
    `decision` says that a letter of this kind decides by itself; `addressee` is the field with whom the letter is for;
    `number_at` says when a letter of this kind gets number and date: when it is issued from its form, or when it is
    signed; a kind that is not `numbered` takes no number of the office's and has no line in its register: a sheet that
    goes with another letter is known by what its `number_field` says, the agenda number of that letter; `paper` is what
    letters of this kind stand on unless the office says otherwise (`Office.paper_by_kind`); `security` is the class
    that letters of this kind have unless said otherwise, the office's own when left out.
    """

    title: Text
    description: str = ""
    title_field: Name
    needs_assets: Literal["none", "optional", "required"] = "optional"
    annex_above: Annotated[int, Field(ge=0, le=MAX_ROWS)] = 0
    needs: list[Need] = []
    signer: Role | Literal["step"] = "step"
    on_behalf: bool = False
    steps: dict[str, list[int]] = {}
    suggested: dict[str, list[int]] = {}
    classification: dict[str, str] = {}
    decision: LetterDecision | None = None
    addressee: str = ""
    number_at: NumberAt = "issue"
    numbered: bool = True
    number_field: str = ""
    paper: Paper | None = None
    security: SecurityClass | None = None
    fields: list[SheetField]

    @model_validator(mode="after")
    def _consistent(self) -> FieldSheet:
        names = [field.name for field in self.fields]
        _refuse_duplicates("isian", names)
        if self.title_field not in names:
            raise ValueError(f"title_field {self.title_field!r} bukan nama isian.{nearest(self.title_field, names)}")
        title = next(field for field in self.fields if field.name == self.title_field)
        if title.type not in ("text", "choice") or not title.required:
            raise ValueError(f"isian {title.name!r} adalah title_field: harus type: text atau choice, required: true")
        dates = [field.name for field in self.fields if field.type == "date" and field.required]
        for name in ("periode_awal", "periode_akhir"):
            if "recap" in self.needs and name not in dates:
                raise ValueError(f"needs: [recap] memerlukan isian {name!r} type: date, required: true")
        if self.annex_above and self.needs_assets == "none":
            raise ValueError("'annex_above' memerlukan needs_assets: optional atau required")
        if self.decision:
            self._check_decision(self.decision)
        if self.addressee and self.addressee not in names:
            raise ValueError(f"addressee {self.addressee!r} bukan nama isian.{nearest(self.addressee, names)}")
        if self.number_field:
            self._check_number_field(names)
        counts = [field.name for field in self.fields if field.choices and all(map(str.isdecimal, field.choices))]
        for field in self.fields:
            if field.spare_rows and field.spare_rows not in counts:
                hint = nearest(field.spare_rows, counts)
                raise ValueError(f"spare_rows {field.spare_rows!r} bukan isian type: choice dengan angka.{hint}")
        days = [field.name for field in self.fields if field.type == "date"]
        for field in self.fields:
            if field.not_before and field.not_before not in days:
                hint = nearest(field.not_before, days)
                raise ValueError(f"not_before {field.not_before!r} bukan isian type: date.{hint}")
        return self

    def _check_number_field(self, names: list[str]) -> None:
        if self.numbered:
            raise ValueError("'number_field' memerlukan numbered: false")
        field = next((field for field in self.fields if field.name == self.number_field), None)
        if field is None:
            raise ValueError(f"number_field {self.number_field!r} bukan nama isian.{nearest(self.number_field, names)}")
        if field.type != "text" or field.max_length > LONGEST_CARRIED:
            demand = f"harus type: text, max_length paling banyak {LONGEST_CARRIED}"
            raise ValueError(f"isian {field.name!r} adalah number_field: {demand}")

    def carried_number(self, data: Mapping[str, Any]) -> str:
        """Return what a letter without a number of the office's is known by: `agenda 412`, or that it has none."""
        field = next((field for field in self.fields if field.name == self.number_field), None)
        number = str(data.get(self.number_field) or "").strip()
        if field is None or not number:
            return UNNUMBERED
        word: str = _NUMBER_WORD.sub("", field.label).strip().lower()
        return f"{word} {number}".strip()

    def _check_decision(self, decision: LetterDecision) -> None:
        """Require a meaning for every choice, a yes and a no among them: else a refusal would pass for an approval."""
        field = next((field for field in self.fields if field.name == decision.field), None)
        if field is None:
            names = [field.name for field in self.fields]
            raise ValueError(f"decision.field {decision.field!r} bukan nama isian.{nearest(decision.field, names)}")
        if field.type != "choice" or not field.required:
            raise ValueError(f"isian {field.name!r} adalah decision.field: harus type: choice, required: true")
        for choice in field.choices:
            if choice not in decision.meaning:
                raise ValueError(f"decision.meaning: pilihan {choice!r} belum diberi arti (setuju, perbaiki, tolak)")
        for choice in decision.meaning:
            if choice not in field.choices:
                raise ValueError(f"decision.meaning: {choice!r} bukan pilihan.{nearest(choice, field.choices)}")
        meanings = set(decision.meaning.values())
        if "setuju" not in meanings or not meanings & {"perbaiki", "tolak"} or "terima" in meanings:
            raise ValueError("decision.meaning memerlukan setuju, dan perbaiki atau tolak; tidak ada terima di sana")

    def decision_of(self, data: Mapping[str, Any]) -> Decision | None:
        """Return what a letter with this `data` decides; None for a kind that decides nothing."""
        return self.decision.meaning.get(str(data.get(self.decision.field))) if self.decision else None


def _refuse_duplicates(what: str, names: list[str]) -> None:
    for name in names:
        if names.count(name) > 1:
            raise ValueError(say("{what} {name} ada dua kali", what=what, name=repr(name)))
