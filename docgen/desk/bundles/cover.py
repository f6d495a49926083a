"""What the cover of a bundle says: title, number, classification, assets, retention."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Sequence
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from docgen.desk.bundles.front_matter import COVER_ASSETS, About
from docgen.desk.bundles.request import BundleRequest
from docgen.desk.bundles.selection import Item, classification_of, classifications_of
from docgen.desk.desk import Desk
from docgen.desk.dossiers.dossiers import view_dossier
from docgen.indonesian import local_date
from docgen.retention import FATES
from docgen.sop.progress import StepProgress
from storage.catalogue import dossiers, filing, registers
from storage.catalogue.filing import FiledDossier
from storage.records import Dossier


def about_of(
    desk: Desk, tx: Connection, request: BundleRequest, items: Sequence[Item], code: str, moment: dt.datetime
) -> tuple[About, Sequence[StepProgress]]:
    """Return what the cover of the bundle `code`, made at `moment`, says; and the steps of its dossier, if any."""
    office = registers.get_office(tx)
    steps: Sequence[StepProgress] = []
    dossier: Dossier | None = None
    if request.dossier is not None:
        view = view_dossier(desk, tx, request.dossier, request.limits)
        dossier, steps = view.dossier, view.steps
    codes = dict.fromkeys(classifications_of(desk, tx, [item.document for item in items]).values())
    classification = "; ".join(filter(None, codes)) or "-"
    about = About(
        office=office,
        emblem=registers.get_emblem(tx),
        title=request.title or source_title(tx, request, dossier) or f"Berkas pilihan ({len(items)} naskah)",
        code=code,
        number=dossier_number(desk, tx, dossier) if dossier else _other_number(request, items),
        classification=classification,
        retention=request.retention or _retention(desk, codes),
        assets=_assets(tx, items),
        items=items,
        paper=request.paper or office.paper,
        today=local_date(moment, office.time_zone),
        moment=moment,
        dossiers=_dossiers(desk, tx, items) if request.by_dossier else {},
    )
    return about, steps


def dossier_number(desk: Desk, tx: Connection, dossier: Dossier) -> str:
    """Return a dossier's number on the boxes: classification, its ordinal among those of the year under it, the year.

    Procedures with one classification are counted together, and with letters outside the SOP that have it, so that no
    two dossiers share a number.
    """
    zone = ZoneInfo(registers.get_office(tx).time_zone)
    opened_at = dossier.opened_at.astimezone(zone)
    year_begins = dt.datetime(opened_at.year, 1, 1, tzinfo=zone).astimezone(dt.UTC)
    code = file_code(desk, dossier)
    slugs = [procedure.slug for procedure in desk.sop.procedures if procedure.classification == code]
    if not slugs and not dossier.classification:
        slugs = [dossier.procedure]
    ordinal = filing.dossier_ordinal(tx, dossier, year_begins, slugs, code)
    return f"{code}/{ordinal:03}/{opened_at.year}"


def dossier_numbers(desk: Desk, tx: Connection, year: int) -> dict[str, str]:
    """Return the number of each dossier that was opened in a year by its id, as `dossier_number` does for one."""
    zone = ZoneInfo(registers.get_office(tx).time_zone)
    year_begins = dt.datetime(year, 1, 1, tzinfo=zone).astimezone(dt.UTC)
    ordinals: Counter[str] = Counter()
    numbers = {}
    for dossier in filing.filed_since(tx, year_begins):
        code = file_code(desk, dossier)
        ordinals[code] += 1
        numbers[dossier.id] = f"{code}/{ordinals[code]:03}/{year}"
    return numbers


def file_code(desk: Desk, dossier: Dossier | FiledDossier) -> str:
    """Return the classification that a dossier is filed under; its procedure's name when the SOP has it no more."""
    return classification_of(desk, dossier) or dossier.procedure


def source_title(tx: Connection, request: BundleRequest, dossier: Dossier | None = None) -> str:
    """Return what a bundle is of: its dossier, asset, search or year; "" for chosen documents. Raises RecordMissing."""
    year = f" tahun {request.year}" if request.year else ""
    if request.dossier is not None:
        return (dossier or dossiers.get_dossier(tx, request.dossier)).title
    if request.asset is not None:
        return f"Berkas aset {registers.get_asset(tx, request.asset).name} ({request.asset}){year}"
    if request.search is not None:
        return f"Berkas pencarian “{request.search}”{year}"
    return f"Berkas{year}" if year else ""


def _dossiers(desk: Desk, tx: Connection, items: Sequence[Item]) -> dict[str, str]:
    """Return number and title of each dossier that the bundle holds something of, by id."""
    found = dossiers.get_dossiers(tx, list(dict.fromkeys(item.document.dossier for item in items)))
    return {id: f"{dossier_number(desk, tx, dossier)} {dossier.title}" for id, dossier in found.items()}


def _retention(desk: Desk, codes: Iterable[str]) -> str:
    """Return how long the office keeps what is classified so, and what becomes of it."""
    rule = desk.retention.rule_for_all(filter(None, codes))
    if not rule.code:
        return "Menurut jadwal retensi arsip"
    years = f"Aktif {rule.active} tahun, inaktif {rule.inactive} tahun, kemudian {FATES[rule.fate]}"
    return f"{years} (jadwal retensi {rule.code})"


def _other_number(request: BundleRequest, items: Sequence[Item]) -> str:
    """Return what stands for the number of a bundle of several dossiers."""
    count = len({item.document.dossier for item in items})
    return f"{count} berkas" + (f" tahun {request.year}" if request.year else "")


def _assets(tx: Connection, items: Sequence[Item]) -> list[str]:
    nibars = list(dict.fromkeys(nibar for item in items for nibar in item.document.assets))
    assets = registers.find_assets(tx, nibars[:COVER_ASSETS])
    return [f"{assets[nibar].name} ({nibar})" if nibar in assets else nibar for nibar in nibars]
