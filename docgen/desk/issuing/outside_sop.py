"""Letters outside the SOP: their classification, and the dossier of its year in which they lie."""

from __future__ import annotations

import datetime as dt
import re

from sqlalchemy import Connection

from docgen.desk.issuing.dossier_choice import Target
from docgen.desk.issuing.request import DocumentRequest
from docgen.errors import FieldError
from docgen.kinds.kind import Kind
from docgen.sop import Procedure
from storage.catalogue.dossiers import open_dossier_outside_sop
from storage.records import OUTSIDE_SOP
from wording import say

_CODE = re.compile(r"[0-9]{3}(\.[0-9]{1,3}){0,6}")


def usual_code(kind: Kind, procedure: Procedure) -> str:
    """Return the archive code (Permendagri 83/2022): the kind's own for this procedure, else the procedure's."""
    return kind.classification_for(procedure.slug) or procedure.classification


def choose_code(
    request: DocumentRequest, kind: Kind, procedure: Procedure, target: Target
) -> tuple[str, list[FieldError]]:
    """Return the archive code of a letter, and the errors: a step of the SOP has its own, a dossier but one."""
    usual = usual_code(kind, procedure)
    code = (request.classification or "").strip()
    if procedure.slug != OUTSIDE_SOP:
        message = say("Klasifikasi naskah SOP mengikuti prosedurnya, {code}; kosongkan.", code=usual)
        return usual, [_error(message)] if code not in ("", usual) else []
    if code and not _CODE.fullmatch(code):
        return usual, [_error(say("{code} bukan kode klasifikasi; tulis seperti 000.1.5.", code=repr(code)))]
    shared = target.dossier.classification if target.dossier is not None else ""
    if shared and code not in ("", shared):
        message = say("Berkas yang dipilih berklasifikasi {code}; pakai kode itu, atau berkas lain.", code=shared)
        return shared, [_error(message)]
    return code or shared or usual, []


def check_year(target: Target, date: dt.date) -> list[FieldError]:
    """Return an error for a letter whose date is of another year than the letters of the dossier it names."""
    year = target.dossier.year if target.dossier is not None else 0
    if year in (0, date.year):
        return []
    return [FieldError("dossier", say("Berkas yang dipilih memuat naskah tahun {year}; pakai berkas lain.", year=year))]


def dossier_of_year(tx: Connection, code: str, date: dt.date) -> Target:
    """Return the open dossier of a classification and of the letter's year, where a letter goes that names none.

    Limits do not narrow it: its title says no more than both, and letters that look absent there stay so.
    """
    return Target(open_dossier_outside_sop(tx, code, date.year))


def _error(message: str) -> FieldError:
    return FieldError("classification", message)
