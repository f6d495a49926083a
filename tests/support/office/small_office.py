"""A small office for tests of kinds, forms and rendering: who signs, what is owned, and a letter of it."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Mapping
from typing import Any

from PIL import Image

from docgen.forms import build_context, validate
from docgen.kinds.kind import Kind
from docgen.sop import load_sop, sop_view
from docgen.typesetting import plain_text
from storage.records import Asset, Office, Official

DATE = dt.date(2026, 11, 23)
OFFICE = Office(
    government="Pemerintah Kabupaten Tanah Bumbu",
    name="Dinas Komunikasi, Informatika, Statistik dan Persandian",
    unit_code="DiskominfoSP2",
    address="Jalan Dharma Praja No. 3, Batulicin 72271",
    phone="(0518) 6076022",
    email="diskominfosp@tanahbumbukab.go.id",
    website="diskominfo.tanahbumbukab.go.id",
    place="Batulicin",
)
KASI = Official(
    id="kasi",
    name="Rahmad Hidayat, S.Kom.",
    nip="198706122011011003",
    rank="Penata",
    grade="III/c",
    post="Kepala Seksi Infrastruktur Jaringan",
    role="kepala_seksi",
)
KABID = Official(
    id="kabid",
    name="Noor Aina, S.T.",
    nip="198011122005012007",
    rank="Pembina",
    grade="IV/a",
    post="Kepala Bidang Infrastruktur",
    role="kepala_bidang",
    capacity="plt",
)
USER = Official(
    id="pengguna", name="Siti Rahmawati", grade="IX", post="Kepala Mal Pelayanan Publik", role="pengguna_aset"
)
OFFICIALS = {official.id: official for official in (KASI, KABID, USER)}


def assets(count: int) -> list[Asset]:
    """This many assets, each with every field."""
    return [
        Asset(
            nibar=f"12.10.20.05.01.2024.{number:06}",
            kode_barang="1.3.2.10.02.04.004",
            kode_register=f"{number:04}",
            name=f"Access Point {number}",
            brand="Ubiquiti U6-LR",
            serial=f"SN{number:08X}",
            year=2024,
            value=1_250_000 * number,
            condition="KB",
            location="Pusat Data Batulicin, Rak 3",
        )
        for number in range(1, count + 1)
    ]


def recap(count: int) -> dict[str, Any]:
    """A recap of this many documents over the SOP's first five procedures, every seventh of them late."""
    lines = [
        {
            **{"date": "2026-09-14", "number": f"B/000.1.9.1/{number}/DiskominfoSP2/IX/2026"},
            **{"kind": "Berita Acara Serah Terima", "title": "Serah terima perangkat jaringan Mal Pelayanan Publik"},
            **{"assets": [f"Access Point {number}"] * (1 + number % 3), "late": number % 7 == 0},
        }
        for number in range(1, count + 1)
    ]
    totals = {"assets": count, "value": 12_500_000 * count, "unvalued": count // 10}
    parts = [
        {
            **{"letter": procedure.letter, "title": procedure.title, "opened": count, "closed": count // 2},
            **{"documents": lines[start::5]},
            **(totals | {"late": sum(bool(line["late"]) for line in lines[start::5]), "count": len(lines[start::5])}),
        }
        for start, procedure in enumerate(load_sop().procedures[:5])
    ]
    return {"start": "2026-07-01", "end": "2026-12-31", "procedures": parts, "listed": True} | totals


def context(
    kind: Kind, data: Mapping[str, Any] | None = None, *, count: int = 1, signer: Official = KASI, **given: Any
) -> dict[str, Any]:
    """The context of a letter: the kind's example with `data` over it, on `count` assets."""
    chosen = {field.name: (USER if field.required else KABID).id for field in kind.fields if field.type == "official"}
    values = validate(kind.sheet, {**kind.example, **chosen, **(data or {})}, officials=OFFICIALS)
    registers: dict[str, Any] = {
        "office": OFFICE,
        "assets": assets(count),
        "number": "B/000.1.9.1/83/DiskominfoSP2/XI/2026",
        "date": DATE,
        "officials": OFFICIALS,
        "emblem": None,
        "derived": {"sop": sop_view(load_sop()), "recap": recap(count)},
    }
    return build_context(kind.sheet, values, signer=signer, **(registers | given))


def as_typed(value: Any) -> Any:
    """A value of a context with ordinary spaces and hyphens, as people type it."""
    if isinstance(value, str):
        return plain_text(value)
    if isinstance(value, dict):
        return {key: as_typed(item) for key, item in value.items()}
    return [as_typed(item) for item in value] if isinstance(value, list) else value


def picture(width: int, height: int, form: str = "PNG") -> bytes:
    """A plain picture of this size in pixels."""
    target = io.BytesIO()
    Image.new("RGB", (width, height), "green").save(target, form)
    return target.getvalue()
