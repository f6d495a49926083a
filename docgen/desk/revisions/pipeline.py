"""The order of work on one document: context -> docx -> pdf -> stamped. Nothing is kept here."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from docgen.forms import build_context
from docgen.kinds.kind import Kind
from docgen.libreoffice import Converter
from docgen.render.stamps.verification_band import stamp_band
from docgen.render.word.completeness import require_complete
from docgen.render.word.fill import render_docx
from storage.records import Asset, Office, Official


@dataclass(frozen=True)
class Snapshot:
    """The registers as they were when the number was taken; a document made again later says the same."""

    office: Office
    signer: Official
    assets: list[Asset]
    officials: dict[str, Official]
    on_behalf_of: Official | None = None
    derived: dict[str, Any] = field(default_factory=dict)  # what the kind needs, e.g. {"recap": …}: plain JSON

    def to_json(self) -> dict[str, Any]:
        """As kept in the journal and in record.json."""
        return {
            "office": self.office.model_dump(mode="json"),
            "signer": self.signer.model_dump(mode="json"),
            "assets": [asset.model_dump(mode="json") for asset in self.assets],
            "officials": {id: person.model_dump(mode="json") for id, person in self.officials.items()},
            "on_behalf_of": self.on_behalf_of.model_dump(mode="json") if self.on_behalf_of else None,
            "derived": self.derived,
        }

    @classmethod
    def from_json(cls, kept: dict[str, Any]) -> Snapshot:
        """Read back what `to_json` wrote."""
        return cls(
            office=Office.model_validate(kept["office"]),
            signer=Official.model_validate(kept["signer"]),
            assets=[Asset.model_validate(asset) for asset in kept["assets"]],
            officials={id: Official.model_validate(person) for id, person in kept["officials"].items()},
            on_behalf_of=Official.model_validate(kept["on_behalf_of"]) if kept["on_behalf_of"] else None,
            derived=kept.get("derived", {}),  # older documents needed nothing
        )


@dataclass(frozen=True)
class Identity:
    """What makes one document itself: its number, date, title, procedure, and the code and address its QR carries."""

    number: str
    date: dt.date
    title: str
    procedure: str
    code: str
    verify_url: str


@dataclass(frozen=True)
class Produced:
    """The files of one revision: an editable docx, and a stamped PDF/A with its number of pages."""

    docx: bytes
    pdf: bytes
    pages: int


def produce(
    kind: Kind,
    values: dict[str, Any],
    snapshot: Snapshot,
    identity: Identity,
    converter: Converter,
    emblem: bytes | None,
    photos: Mapping[str, bytes] | None = None,
) -> Produced:
    """Turn a validated submission into its files; `photos` are JPEGs by file name.

    Raises TemplateError, ConverterError, PdfError.
    """
    docx = fill(kind, values, snapshot, identity, emblem, photos)
    pdf = converter.convert(docx)
    require_complete(docx, pdf)
    stamped = stamp_band(pdf, number=identity.number, code=identity.code, url=identity.verify_url)
    return Produced(docx, stamped.data, stamped.pages)


def fill(
    kind: Kind,
    values: dict[str, Any],
    snapshot: Snapshot,
    identity: Identity,
    emblem: bytes | None,
    photos: Mapping[str, bytes] | None = None,
    *,
    printed: Mapping[str, str] | None = None,
) -> bytes:
    """The Word file alone. `printed` (tag: text) stands in the place of number and the like; the file's properties
    then tell no number. Raises TemplateError.
    """
    context = build_context(
        kind.sheet,
        values,
        office=snapshot.office,
        signer=snapshot.signer,
        assets=snapshot.assets,
        number=identity.number,
        date=identity.date,
        officials=snapshot.officials,
        emblem=emblem,
        on_behalf_of=snapshot.on_behalf_of,
        procedure=identity.procedure,
        derived=snapshot.derived,
    )
    properties: dict[str, str | dt.datetime] = {
        "title": kind.title if printed else f"{kind.title} {identity.number}",
        "subject": identity.title,
        "author": snapshot.office.name,
        "created": dt.datetime.combine(identity.date, dt.time(), dt.UTC),
    }
    return render_docx(
        kind.template,
        {**context, **(printed or {})},
        emblem=emblem,
        photos=photos,
        properties=properties,
        paper=snapshot.office.paper,
    )
