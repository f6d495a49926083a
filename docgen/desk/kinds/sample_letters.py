"""Letters of a version that nobody issues: its example, and what a template is tried with. They take no number."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from docgen.desk.capacity import admit, require_space
from docgen.desk.desk import Desk
from docgen.desk.issuing.request_checks import choose_superiors, named_officials, signer_role
from docgen.desk.issuing.trial import as_invalid_submission
from docgen.desk.revisions.photos import read_photo
from docgen.desk.revisions.pipeline import DocumentIdentity, Produced, Snapshot, fill, produce
from docgen.desk.verification_code import PREVIEW
from docgen.errors import FieldError, InvalidSubmission, NotFound
from docgen.forms import fitting_example, validate
from docgen.forms.photos import photo_files
from docgen.kinds.kind import Kind
from docgen.kinds.samples import OFFICIAL, RECAP, sample_photo
from docgen.kinds.stress import ROWS, Stress, stressed
from docgen.messages import field_path
from docgen.numbering.number_pattern import open_number
from docgen.numbering.number_series import series_of
from docgen.sop import Procedure, Step, sop_view
from docgen.sop.actors import find_signer
from docgen.work_context import Urgency, urgency
from storage.catalogue import registers
from storage.records import Asset, Office, Official

TITLES: Mapping[Stress, str] = {
    "example": "Contoh isian",
    "least": "Isian paling sedikit",
    "rows": "60 baris",
    "long": "Kata dan nama panjang",
}
_LONG_NAME = ", S.Kom., M.Kom., M.T.I., Ph.D., IPU., ASEAN Eng."
_LONG_POST = " serta Layanan Sistem Pemerintahan Berbasis Elektronik dan Keamanan Informasi"
_ASSET = {
    **{"kode_barang": "1.3.2.10.02.04.004", "name": "Switch Akses 24 Port PoE", "brand": "Cisco Catalyst C9200L"},
    **{"serial": "DMO-7K2LX13", "year": 2024, "value": 12_500_000, "condition": "B", "location": "Ruang Server"},
}
_LONG_ASSET = {
    "name": "Perangkat Pengatur Lalu Lintas Jaringan Antarperangkat Daerah Berkecepatan Tinggi",
    "serial": "FCW2517L0AB-22B-91C0-77DE-SN00004411",
    "value": 151_851_850_470,
}


@dataclass(frozen=True)
class _Registers:
    office: Office
    officials: Mapping[str, Official]
    assets: list[Asset]
    emblem: bytes | None


def sample_letter(desk: Desk, kind: Kind, stress: Stress = "example") -> Produced:
    """Return the letter of a checked kind that is filled so, with DRAF across every page.

    Raises InvalidSubmission (it cannot be made), Busy, ConverterUnavailable, StoreFull.
    """
    registered = _read(desk, stress)
    officials = registered.officials or {OFFICIAL.id: OFFICIAL}
    example = fitting_example(kind.sheet, kind.example, officials=officials)
    long_name = OFFICIAL.name + _LONG_NAME
    data = {field.name: stressed(field, example.get(field.name), stress, long_name=long_name) for field in kind.fields}
    data = {name: value for name, value in data.items() if value is not None}
    return _letter(desk, kind, data, registered, officials, stress)


def letter_with(desk: Desk, kind: Kind, data: Mapping[str, Any]) -> Produced:
    """Return the letter of a checked kind with this `data`, with DRAF across every page. Raises as `sample_letter`."""
    registered = _read(desk, "example")
    return _letter(desk, kind, data, registered, registered.officials, "example")


def _letter(
    desk: Desk,
    kind: Kind,
    data: Mapping[str, Any],
    registered: _Registers,
    officials: Mapping[str, Official],
    stress: Stress,
) -> Produced:
    date, office = desk.today(), registered.office
    procedure, step = _usual_place(desk, kind)
    try:
        values = validate(kind.sheet, data, officials=officials, date=date)
    except InvalidSubmission as invalid:
        errors = [FieldError(field_path("data", error.field), error.message) for error in invalid.errors]
        raise InvalidSubmission(errors, invalid.more) from invalid
    signer = _signer(kind, step, officials, date)
    superiors = choose_superiors(kind, step, signer, officials, date)
    bare = kind.needs_assets == "none" or (stress == "least" and kind.needs_assets != "required")
    snapshot = Snapshot(
        office,
        signer,
        [] if bare else registered.assets,
        named_officials(kind, values, officials),
        on_behalf_of=superiors[0] if superiors else None,
        by_way_of=superiors[1] if len(superiors) > 1 else None,
        derived={"sop": sop_view(desk.sop), "recap": RECAP},
        paper=kind.paper_in(office),
    )
    code = kind.classification_for(procedure.slug) or procedure.classification
    pattern = series_of(office, kind.slug).pattern
    number = open_number(office, classification=code, date=date, pattern=pattern)
    if not kind.sheet.numbered:
        number = kind.sheet.carried_number(values)
    title, url = kind.document_title(values), desk.links.verification(PREVIEW)
    identity = DocumentIdentity(number, date, title, procedure.slug, PREVIEW, url)
    photos = {file: _photo(desk, file) for _, file in photo_files(kind.fields, values)}
    with urgency(Urgency.PREVIEW), admit(desk), as_invalid_submission():
        require_space(desk)
        docx = fill(kind, values, snapshot, identity, registered.emblem, photos)
        return produce(desk.converter, docx, identity, office, watermark="DRAF")


def _usual_place(desk: Desk, kind: Kind) -> tuple[Procedure, Step]:
    """Return procedure and step where a kind is usually made, the SOP's first where its sheet names none."""
    places = [*kind.sheet.suggested.items(), *kind.sheet.steps.items()]
    for slug, numbers in places:
        try:
            procedure = desk.sop.procedure(slug)
            return procedure, procedure.step(numbers[0])
        except (NotFound, IndexError):
            continue  # another office's SOP
    return desk.sop.procedures[0], desk.sop.procedures[0].steps[0]


def _signer(kind: Kind, step: Step, officials: Mapping[str, Official], date: dt.date) -> Official:
    signer = find_signer(officials.values(), signer_role(kind, step), date)
    return signer or next(iter(officials.values()), OFFICIAL)


def _photo(desk: Desk, file: str) -> bytes:
    try:
        return read_photo(desk, file)
    except NotFound:
        return sample_photo()


def _read(desk: Desk, stress: Stress) -> _Registers:
    """Return the office and its officials, and as many assets as the letter is to have."""
    with desk.catalogue.read() as tx:
        office, emblem = registers.get_office(tx), registers.get_emblem(tx)
        officials = {official.id: official for official in registers.list_officials(tx)}
    if stress == "long":
        officials = {id: _long(official) for id, official in officials.items()}
    count, more = (ROWS if stress == "rows" else 2), (_LONG_ASSET if stress == "long" else {})
    return _Registers(office, officials, list(_assets(count, more)), emblem)


def _assets(count: int, more: Mapping[str, Any]) -> Iterable[Asset]:
    for number in range(1, count + 1):
        yield Asset.model_validate(
            {**_ASSET, **more, "nibar": f"6310190000{number:03}", "kode_register": f"{number:04}"}
        )


def _long(official: Official) -> Official:
    return official.model_copy(
        update={"name": (official.name + _LONG_NAME)[:300], "post": (official.post + _LONG_POST)[:300]}
    )
