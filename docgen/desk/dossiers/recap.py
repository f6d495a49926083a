"""Compute the recap of a period from the archive, for a report on the procedures; nothing of it is typed."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from typing import Any

from sqlalchemy import Connection

from docgen.desk.desk import Desk
from docgen.desk.dossiers.dossiers import courses_of
from docgen.desk.rights import listed_title
from docgen.errors import FieldError, InvalidSubmission
from docgen.forms.recap import Recap, RecapDocument, RecapProcedure
from docgen.sop import Procedure
from docgen.worktime import WorkTime
from storage.catalogue import periods
from storage.catalogue.periods import PeriodAsset
from storage.records import Decision, Document, Office

LONGEST = 366  # days: a report is on a year at most
# Documents that one report names. LibreOffice needs 5 s for 2,000 of them and, on a busy machine, more than its
# deadline of 30 s for 10,000.
MOST_LISTED = 3000
REFUSED: Mapping[Decision, str] = {"tolak": " (ditolak)", "perbaiki": " (dikembalikan untuk diperbaiki)"}


def make_recap(desk: Desk, tx: Connection, values: Mapping[str, Any], office: Office, reporting: str) -> dict[str, Any]:
    """Return the recap of `periode_awal` to `periode_akhir` (inclusive) as plain JSON, a `Recap`.

    Of every procedure but `reporting`, the slug of the one that reports (SOP F1 recaps A to E): the documents dated in
    the period, neither void nor only reserved; the assets they are about, with the acquisition values that the asset
    register has now; the dossiers whose first document is dated in the period, and those closed in it; the late steps
    (see `late_steps`). The title of a document that was refused and not replaced says so. More than MOST_LISTED
    documents are counted and not named.

    Raises InvalidSubmission for a period that ends before it begins or is longer than a year.
    """
    start, end = values["periode_awal"], values["periode_akhir"]
    _check_period(start, end)
    by_procedure: dict[str, list[Document]] = defaultdict(list)
    for document in periods.documents_until(tx, start, end):
        by_procedure[document.procedure].append(document)
    covered = [procedure for procedure in desk.sop.procedures if procedure.slug != reporting]
    slugs = {procedure.slug for procedure in covered}
    assets = [asset for asset in periods.assets_between(tx, start, end) if asset.procedure in slugs]
    names = {asset.nibar: asset.name for asset in assets}
    time = WorkTime.of(office)
    since = dt.datetime.combine(start, dt.time(), time.zone)
    closed = periods.closed_between(tx, since, dt.datetime.combine(end + dt.timedelta(days=1), dt.time(), time.zone))
    listed = sum(document.date >= start for slug in slugs for document in by_procedure[slug]) <= MOST_LISTED
    procedures = []
    for procedure in covered:
        until_end = by_procedure[procedure.slug]
        late = late_steps(procedure, until_end, time)
        of_period = [document for document in until_end if document.date >= start]
        procedures.append(
            RecapProcedure(
                letter=procedure.letter,
                title=procedure.title,
                count=len(of_period),
                **_valued(asset for asset in assets if asset.procedure == procedure.slug),
                opened=len({document.dossier for document in until_end} - _begun_before(until_end, start)),
                closed=closed.get(procedure.slug, 0),
                late=sum(document.id in late for document in of_period),
                documents=_lines(desk, tx, of_period, names, late) if listed else [],
            )
        )
    recap = Recap(start=start, end=end, procedures=procedures, listed=listed, **_valued(assets))
    return recap.model_dump(mode="json")


def late_steps(procedure: Procedure, documents: Sequence[Document], time: WorkTime) -> set[str]:
    """Return the ids of the documents that came late: each the first of its step in its dossier.

    A step is late when its first document is dated after the day on which the SOP's time norm was over, in the office's
    working time, as on a dossier's page. Documents bear a date and no hour, so the norm begins at the end of the day of
    the document of the step before. Steps that make no document (an approval) lend their norm to the next step that
    does. Of several documents of the step before, the newest that is not younger counts. A dossier's first step has
    nothing before it, so it is never late.
    """
    dossiers: dict[str, dict[int, list[Document]]] = defaultdict(lambda: defaultdict(list))
    for document in documents:
        dossiers[document.dossier][document.step].append(document)
    late = set()
    for steps in dossiers.values():
        numbers = sorted(steps)
        for before, number in pairwise(numbers):
            first = min(steps[number], key=lambda document: (document.date, document.sequence))
            earlier = [document.date for document in steps[before] if document.date <= first.date]
            norm = sum(step.time_norm_minutes for step in procedure.steps if before < step.number <= number)
            if earlier and first.date > time.due_date(max(earlier), norm):
                late.add(first.id)
    return late


def _check_period(start: dt.date, end: dt.date) -> None:
    problem = ""
    if end < start:
        problem = "Akhir periode mendahului awalnya. Periksa kedua tanggal itu."
    elif (end - start).days >= LONGEST:
        problem = "Periode laporan paling lama satu tahun. Buat laporan sendiri untuk setiap tahun."
    if problem:
        raise InvalidSubmission([FieldError("data.periode_akhir", problem)])


def _begun_before(documents: Sequence[Document], start: dt.date) -> set[str]:
    return {document.dossier for document in documents if document.date < start}


def _valued(assets: Iterable[PeriodAsset]) -> dict[str, int]:
    """Count each asset once: how many, their value in whole rupiah, how many have none."""
    values = {asset.nibar: asset.value for asset in assets}
    known = [value for value in values.values() if value is not None]
    return {"assets": len(values), "value": sum(known), "unvalued": len(values) - len(known)}


def _lines(
    desk: Desk, tx: Connection, documents: Sequence[Document], names: Mapping[str, str], late: set[str]
) -> list[RecapDocument]:
    courses = courses_of(desk, tx, list(dict.fromkeys(document.dossier for document in documents)))
    refused = {id: refusal.decision for course in courses.values() for id, refusal in course.refused.items()}
    documents = [
        document.model_copy(update={"title": listed_title(document.title, document.security)}) for document in documents
    ]
    return [
        _line(desk, document, names, document.id in late, REFUSED.get(refused.get(document.id, "setuju"), ""))
        for document in documents
    ]


def _line(desk: Desk, document: Document, names: Mapping[str, str], late: bool, refused: str) -> RecapDocument:
    return RecapDocument(
        date=document.date,
        number=document.number,
        kind=desk.kind_title(document.kind),
        title=document.title + refused,
        assets=[names.get(nibar, nibar) for nibar in document.assets],
        late=late,
    )
