"""What is written into a letter of any kind: its example, as little as it may, much, long, acting, on F4."""

from __future__ import annotations

import datetime as dt
import hashlib
import io
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from PIL import Image

from docgen.desk.issuing.request_checks import choose_superiors, named_officials, signer_role
from docgen.desk.revisions.pipeline import DocumentIdentity, Snapshot
from docgen.forms import validate
from docgen.forms.field_sheet import SheetField
from docgen.kinds.kind import Kind
from docgen.kinds.stress import ROWS, Stress, stressed
from docgen.sop import load_sop, sop_view
from storage.records import Asset, Office, Official
from tests.support.gallery import people
from tests.support.office.small_office import recap

DATE = dt.date(2026, 11, 23)
CODE = "7Q4MZ2KXA9B3C5DE"
URL = f"https://docgen.example.go.id/verifikasi/{CODE}"


@dataclass(frozen=True)
class Variant:
    """One way to fill every kind; `shows` says in a sentence what its pages must show."""

    name: str
    shows: str
    office: Office = field(default_factory=lambda: people.OFFICE)
    cast: tuple[Official, ...] = tuple(people.USUAL)
    assets: tuple[Asset, ...] = tuple(people.assets(2))
    records: int = 12  # documents in a recap
    photos: int = 2


VARIANTS = (
    Variant("example", "The example, as an office writes it: the form of Permendagri 1/2023 from head to copies."),
    Variant(
        "least",
        "Only what is required: no empty label, colon, list or table is left where nothing was written.",
        assets=tuple(people.assets(1)),
        records=0,
        photos=0,
    ),
    Variant(
        "rows",
        "60 assets, 60 rows in each table, 30 persons: lists over ten rows are a signed annex; header rows repeat.",
        assets=tuple(people.assets(ROWS)),
        records=ROWS,
        photos=6,
    ),
    Variant(
        "long",
        "Names with many degrees, long posts, serials, amounts over ten milliard: nothing is broken, cut or overlaps.",
        office=people.LONG_OFFICE,
        cast=tuple(people.LONG),
        assets=tuple(people.long_assets(3)),
        records=3,
    ),
    Variant(
        "acting",
        "Plt. and Plh. sign, orders a.n. and u.b.: the prefix hangs, the post is aligned behind it.",
        cast=tuple(people.ACTING),
    ),
    Variant(
        "f4",
        "F4 (215 × 330 mm): text, tables and signatures fill the width between the margins.",
        office=people.OFFICE.model_copy(update={"paper": "F4"}),
        assets=tuple(people.assets(8)),
        records=20,
    ),
)


@dataclass(frozen=True)
class Case:
    """A letter to be made: kind, values, registers as they are then, what is printed as its number, and photos."""

    kind: Kind
    variant: Variant
    values: dict[str, Any]
    snapshot: Snapshot
    identity: DocumentIdentity
    photos: Mapping[str, bytes]

    @property
    def name(self) -> str:
        """Return its name in the gallery."""
        return f"{self.kind.slug} {self.variant.name}"


def case(kind: Kind, variant: Variant) -> Case:
    """Return the letter of a kind in a variant, at the step where it is usually made."""
    sop = load_sop()
    procedure, number = next(
        ((slug, steps[0]) for slug, steps in kind.sheet.suggested.items()), (sop.procedures[0].slug, 1)
    )
    step = sop.procedure(procedure).step(number)
    officials = {person.id: person for person in variant.cast}
    role = signer_role(kind, step)
    signer = next(person for person in variant.cast if person.role == role)
    superiors = choose_superiors(kind, step, signer, officials, DATE)
    if variant.name == "acting" and kind.on_behalf:  # two levels down: a.n. the head, u.b. who stands between
        head, between, signer = variant.cast[:3]
        superiors = [head, between]
    photos = _photos(variant.photos)
    data = {field.name: _value(kind, field, variant, photos) for field in kind.fields}
    values = validate(kind.sheet, data, officials=officials, date=DATE)
    snapshot = Snapshot(
        variant.office,
        signer,
        [] if kind.needs_assets == "none" or _bare(kind, variant) else list(variant.assets),
        named_officials(kind, values, officials),
        on_behalf_of=superiors[0] if superiors else None,
        by_way_of=superiors[1] if len(superiors) > 1 else None,
        derived={"sop": sop_view(sop), "recap": recap(variant.records)},
    )
    identity = DocumentIdentity(
        "B/000.1.9.1/1283/DiskominfoSP2/XI/2026", DATE, kind.document_title(values), procedure, CODE, URL
    )
    return Case(kind, variant, values, snapshot, identity, photos)


def on_paper(variant: Variant, name: str, paper: str) -> Variant:
    """Return a variant under another name on another paper."""
    return replace(variant, name=name, office=variant.office.model_copy(update={"paper": paper}))


def _bare(kind: Kind, variant: Variant) -> bool:
    return variant.name == "least" and kind.needs_assets != "required"


def _value(kind: Kind, field: SheetField, variant: Variant, photos: Mapping[str, bytes]) -> Any:
    """Return what is written into a field."""
    if field.type == "official":
        return _official(field, variant)
    if field.type == "photos":
        return [{"file": name, "caption": f"Rak {at} setelah dibersihkan"} for at, name in enumerate(photos, start=1)]
    stress: Stress = variant.name if variant.name in ("least", "rows", "long") else "example"  # type: ignore[assignment]
    return stressed(field, kind.example.get(field.name), stress, long_name=people.LONG[0].name)


def _official(field: SheetField, variant: Variant) -> str | None:
    if variant.name == "least" and not field.required:
        return None
    role = field.default_role or ("pengguna_aset" if field.required else "kepala_bidang")
    return next(person.id for person in variant.cast if person.role == role)


def _photos(count: int) -> dict[str, bytes]:
    """Return photos of different colours and proportions, by file name."""
    found = {}
    for at in range(count):
        data = io.BytesIO()
        Image.new("RGB", (160 + 40 * (at % 3), 120 + 50 * (at % 2)), (40 * at % 256, 120, 160)).save(data, "JPEG")
        found[f"{hashlib.sha256(data.getvalue()).hexdigest()}.jpg"] = data.getvalue()
    return found
