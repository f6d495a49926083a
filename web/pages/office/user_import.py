"""Import of accounts from a spreadsheet: who gets which role is shown first, then all rows count or none."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from urllib.parse import quote

from flask import Blueprint, make_response, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue

from docgen.desk.access.account_import import ACCOUNT_LABELS, AccountImport, import_accounts
from docgen.desk.access.account_sheet import account_sheet
from docgen.desk.access.password_links import PasswordLink
from docgen.desk.batches.results import read_stored_sheet, store_sheet
from docgen.desk.notices.password_mails import mail_links
from docgen.desk.rights import EVERYONE
from docgen.errors import MOST_ERRORS, DataFileError, NotFound
from docgen.indonesian import long_moment
from docgen.spreadsheets.text_cell import harmless
from storage import media_types
from storage.catalogue.registers import list_officials
from web.desk import get_desk
from web.pages.shell.access import may, me
from web.pages.shell.filters import zone
from web.pages.shell.message_translation import flash

blueprint = Blueprint("user_import", __name__, url_prefix="/pengguna/impor")


@blueprint.post("/periksa")
@may("accounts")
def check() -> ResponseReturnValue:
    """Show what the file of the form would do, or what is wrong in it; nothing is changed."""
    file = request.files.get("berkas")
    name, data = (file.filename, file.read()) if file is not None and file.filename else ("Berkas", b"")
    try:
        result = import_accounts(get_desk(), name, data, by=me().name, caller=me().caller, dry_run=True)
    except DataFileError as error:
        flash(str(error), "danger")
        return redirect(url_for("users.index", _anchor="impor"), 303)
    return _checked(result, name, store_sheet(get_desk(), data).rpartition("/")[2])


@blueprint.post("")
@may("accounts", confirmed=True)
def take() -> ResponseReturnValue:
    """Import the file that was shown, and show the links of the new accounts, this once."""
    desk = get_desk()
    name, stored_name = request.form.get("nama", "")[:200] or "Berkas", request.form.get("tersimpan", "")
    try:
        data = read_stored_sheet(desk, stored_name)
        result = import_accounts(
            desk, name, data, by=me().name, caller=me().caller, take_hidden=bool(request.form.get("tersembunyi"))
        )
    except DataFileError as error:
        flash(str(error), "danger")
        return redirect(url_for("users.index", _anchor="impor"), 303)
    except NotFound:
        flash("Berkas itu tidak ada lagi. Pilih dan unggah lagi.", "danger")
        return redirect(url_for("users.index", _anchor="impor"), 303)
    if result.report.errors:
        return _checked(result, name, stored_name)
    mailed = bool(request.form.get("surel")) and desk.mail is not None
    problems = mail_links(desk, result.links) if mailed else {}
    people = {account.after.name: account.after for account in result.added}
    page = render_template(
        "registers/users_imported.html", result=result, people=people, roles=desk.roles, mailed=mailed,
        problems=problems, csv=_as_address(result.links, people), labels=ACCOUNT_LABELS,
    )  # fmt: skip
    answer = make_response(page)
    answer.headers["Cache-Control"] = "no-store"  # it holds what lets people in
    return answer


@blueprint.get("/contoh.xlsx")
@may("accounts")
def sample() -> ResponseReturnValue:
    """Send an empty sheet for an import, with lists to choose from and hints in its cells."""
    data = io.BytesIO(account_sheet(get_desk()))
    return send_file(data, media_types.XLSX, as_attachment=True, download_name="daftar-pengguna.xlsx")


def _checked(result: AccountImport, name: str, stored_name: str) -> ResponseReturnValue:
    with get_desk().catalogue.read() as tx:
        officials = {official.id: official.name for official in list_officials(tx)} | {EVERYONE: "Semua pejabat"}
    page = render_template(
        "registers/users_checked.html", result=result, name=name, stored=stored_name, officials=officials,
        roles=get_desk().roles, labels=ACCOUNT_LABELS, most=MOST_ERRORS, has_mail=get_desk().mail is not None,
    )  # fmt: skip
    return page, 422 if result.report.errors else 200


def _as_address(links: Mapping[str, PasswordLink], people: Mapping[str, object]) -> str:
    """Return the links as a CSV file in an address of its own (RFC 2397): nothing of it is stored on the server."""
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";")
    writer.writerow(["Nama pengguna", "Nama lengkap", "Tautan", "Berlaku sampai"])
    for name, link in links.items():
        full_name = str(getattr(people[name], "full_name", ""))
        writer.writerow([harmless(name), harmless(full_name), link.url, long_moment(link.expires_at, zone())])
    return f"data:text/csv;charset=utf-8,{quote(chr(0xFEFF) + text.getvalue())}"
