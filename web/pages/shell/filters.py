"""Jinja filters and globals: dates, money, sizes, statuses, titles and icons as an Indonesian clerk reads them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files

from flask import Flask, g, request, url_for
from flask_babel import format_date
from flask_login import current_user
from lxml import etree
from markupsafe import Markup

from docgen.desk.audit_history import ACTION_WORDS, FIELD_WORDS, GROUPS
from docgen.desk.disposal.retention import STATES
from docgen.desk.kinds.sample_letters import TITLES
from docgen.desk.notices.wording import STATES as NOTICE_STATES
from docgen.desk.registers.checks import ASSET_LABELS, CAPACITIES, OFFICE_LABELS, OFFICIAL_LABELS
from docgen.desk.revisions.document_history import states_of
from docgen.desk.signing.look import SIGNATURE_IMAGES, SIGNATURE_LABELS
from docgen.errors import bounded_errors
from docgen.forms.context import CONDITIONS, SORTS
from docgen.forms.defaults import post
from docgen.forms.rich_text import shown_text
from docgen.indonesian import format_nip, local_date, local_moment, long_date, long_moment, rupiah, short_date, weekday
from docgen.permissions import load_permissions
from docgen.sop.course import WORDS
from storage.catalogue import registers
from storage.catalogue.documents import current_revisions
from storage.errors import RecordMissing, StorageError
from storage.records import Document, Dossier, Office
from web.desk import get_desk, get_offices, get_settings
from web.language import Words, language
from web.page_images import THUMBNAIL, picture_url, version_of_bytes
from web.pages.shell.access import here, home_path
from web.pages.shell.passages import Sought, mark
from wording import say

STATUSES = {
    "issued": "Terbit",
    "reserved": "Menunggu PDF",
    "awaiting_number": "Menunggu nomor",
    "void": "Dibatalkan",
    "superseded": "Diganti",
    "destroyed": "Dimusnahkan",
}
DRAFT_STATES = {
    "writing": "Ditulis",
    "review": "Diperiksa",
    "returned": "Perlu diperbaiki",
    "signing": "Menunggu tanda tangan",
    "issued": "Terbit",
    "withdrawn": "Ditarik",
}
NUMBER_AT = {"issue": "Saat diterbitkan", "signature": "Saat ditandatangani"}
DECIDED = {  # of a document in force: what is to be, or was decided on it
    "awaiting": "Menunggu keputusan",
    "approved": "Disetujui",
    "received": "Diterima",
    "returned": "Perlu diperbaiki",
    "rejected": "Ditolak",
}
# As a filter: "issued" is all that is in force, "plain" of it that on which there is nothing to decide.
FILTERED = {"plain": "Terbit", **DECIDED, "issued": "Semua yang berlaku"} | {
    state: word for state, word in STATUSES.items() if state != "issued"
}
MANUAL = {"inserted": "Disisipkan", "kept": "Cadangan", "used": "Ditulis tangan"}  # numbers without a document here
MONTHS = dict(enumerate(("Jan", "Feb", "Mar", "Apr", "Mei", "Jun", "Jul", "Agu", "Sep", "Okt", "Nov", "Des"), start=1))
SECURITY = {"B": "Biasa/terbuka", "T": "Terbatas", "R": "Rahasia", "SR": "Sangat rahasia"}
_SVG = "{http://www.w3.org/2000/svg}"


def has_offices() -> bool:
    """Return whether this application is an installation's that has offices beside its own."""
    offices = get_offices()
    return offices is not None and bool(offices.hosted)


def register(app: Flask) -> None:
    """Give the templates these words."""
    app.jinja_env.filters.update(
        tanggal=day,
        tanggal_pendek=lambda date: short_date(on_calendar(date)),
        setempat=lambda moment: local_moment(moment, zone()),
        hari=day_of_week,
        waktu=moment,
        rupiah=money,
        isi_teks=shown_text,
        ukuran=size,
        nip=format_nip,
        jabatan=post,
        jenis=kind_title,
        prosedur=procedure_title,
        nama_berkas=dossier_name,
        peran=role_label,
        kode_empat=code_in_fours,
        nomor=breakable,
        ditandai=marked,
        singkat=brief,
        beberapa=bounded_errors,
        umur=age,
    )
    app.jinja_env.globals.update(
        icon=icon,
        beranda=home_path,
        di_sini=here,
        ada_kantor=has_offices,
        emblem_url=emblem_url,
        picture_url=picture_url,
        STATUSES=Words(STATUSES | DECIDED),
        DRAFT_STATES=Words(DRAFT_STATES),
        states=states,
        thumbnails=thumbnails,
        DECISIONS=Words({str(key): word for key, word in WORDS.items()}),
        CONDITIONS=Words(CONDITIONS),
        SORTS=Words(SORTS),
        CAPACITIES=Words(CAPACITIES),
        SECURITY=Words(SECURITY),
    )
    app.context_processor(_common)


# Said of records whatever page shows them; their translations stand with those of the templates.
LABELS = (
    STATUSES,
    DRAFT_STATES,
    DECIDED,
    WORDS,
    CONDITIONS,
    SORTS,
    CAPACITIES,
    SECURITY,
    ASSET_LABELS,
    OFFICIAL_LABELS,
    OFFICE_LABELS,
    SIGNATURE_LABELS,
    SIGNATURE_IMAGES,
    NOTICE_STATES,
)
_DELIVERED = load_permissions()
# By `translate`, in pages and sentences: *Pejabat* is one official here, and the list of all of them in the menu.
ACCOUNT_ROLES = {text: text for role in _DELIVERED.roles.values() for text in (role.label, role.about)}
# Words of lists that one page shows and asks for with `_`.
LISTED = (TITLES, NUMBER_AT, FILTERED, ACTION_WORDS, GROUPS, FIELD_WORDS, STATES, MANUAL, MONTHS)


def zone() -> str:
    """Return the office's time zone."""
    this_office = office()
    return this_office.time_zone if this_office else "Asia/Makassar"


def on_calendar(date: dt.date) -> dt.date:
    """Return a date as it is; of a moment the day on the office's calendar."""
    return local_date(date, zone()) if isinstance(date, dt.datetime) else date


def day(date: dt.date) -> str:
    """Return `24 November 2026`, with the month in the reader's language."""
    date = on_calendar(date)
    return long_date(date) if language() == "id" else format_date(date, "d MMMM y")


def day_of_week(date: dt.date) -> str:
    """Return `Selasa`, in the reader's language."""
    date = on_calendar(date)
    return weekday(date) if language() == "id" else format_date(date, "EEEE")


def moment(when: dt.datetime) -> str:
    """Return a moment on the office's clock: `24 November 2026 pukul 09.12 WITA`, `24 November 2026, 09:12 WITA`."""
    text = long_moment(when, zone())
    if language() == "id":
        return text
    date, _, time = text.partition(" pukul ")
    return f"{day(when)}, {time.replace('.', ':')}" if time else date


def age(when: dt.datetime) -> str:
    """Return how long ago a moment is, in the largest whole unit."""
    minutes = max(0, int((get_desk().now() - when).total_seconds() // 60))
    if minutes < 1:
        return say("baru saja")
    if minutes < 60:
        return say("{count} menit lalu", count=minutes)
    if minutes < 24 * 60:
        return say("{count} jam lalu", count=minutes // 60)
    return say("{count} hari lalu", count=minutes // (24 * 60))


def money(amount: int) -> str:
    """Return `Rp18.500.000`; in English commas separate the thousands."""
    text = rupiah(amount)
    return text if language() == "id" else text.replace(".", "\0").replace(",", ".").replace("\0", ",")


def size(bytes_: int) -> str:
    """Return a size: `84 KB`, `1,2 MB`, `67,9 GB`."""
    if bytes_ < 1e6:
        return f"{max(1, round(bytes_ / 1000))} KB"
    text = f"{bytes_ / 1e6:.1f} MB" if bytes_ < 1e9 else f"{bytes_ / 1e9:.1f} GB"
    return text.replace(".", ",") if language() == "id" else text


def kind_title(slug: str) -> str:
    """Return the title of a kind; a removed kind's slug in readable form."""
    return get_desk().kind_title(slug)


def dossier_name(dossier: Dossier) -> str:
    """Return what tells a dossier from another: its assets and which run it is; the procedure is told beside it."""
    procedure = procedure_title(dossier.procedure)
    name = dossier.title.removeprefix(f"{procedure}: ").replace(f": {procedure}", "")
    return name[:1].upper() + name[1:]


def procedure_title(slug: str) -> str:
    """Return the title of a procedure; the archive may hold procedures that the SOP no longer has."""
    return get_desk().procedure_title(slug)


def states(documents: Sequence[Document]) -> Mapping[str, str]:
    """Return the state of each document by id; its words are in `STATUSES`."""
    with get_desk().catalogue.read() as tx:
        return states_of(get_desk(), tx, documents)


def thumbnails(documents: Sequence[Document]) -> dict[str, str]:
    """Return the address of a small picture of the first page of each archived document, by id."""
    with get_desk().catalogue.read() as tx:
        revisions = current_revisions(tx, documents)
    return {
        id: picture_url("document.page", revision.pdf, id=id, page=1, lebar=THUMBNAIL)
        for id, revision in revisions.items()
        if revision.pdf.pages  # a destroyed one has none
    }


def marked(text: str, sought: Sought | None, breakable: bool = False) -> Markup:
    """Return a text with the words searched for marked, if any; see `mark`."""
    return mark(text, sought or Sought(""), breakable=breakable)


def role_label(role: str) -> str:
    """Return what this office calls a role of the SOP."""
    return get_desk().sop.role_label(role)


def code_in_fours(code: str) -> str:
    """Return a verification code in groups of four, as printed."""
    return " ".join(code[start : start + 4] for start in range(0, len(code), 4))


def breakable(number: str) -> Markup:
    """Return a document's number that may go on in the next line after a slash, as on a phone."""
    return Markup("/<wbr>").join(number.split("/"))


def brief(message: str) -> str:
    """Return the first sentence of a message that a field is empty, because the field's help says what to write."""
    label, is_missing, _ = message.partition(" wajib diisi.")
    return say("{label} wajib diisi.", label=label) if is_missing else message


def office() -> Office | None:
    """Return the office, read once a request; None before set-up or while the database is away."""
    if "office" not in g:
        try:
            with get_desk().catalogue.read() as tx:
                g.office = registers.get_office(tx)
        except (RecordMissing, StorageError):
            g.office = None
    record: Office | None = g.office
    return record


def emblem_url() -> str:
    """Return the address of the emblem as it is now."""
    try:
        with get_desk().catalogue.read() as tx:
            emblem = registers.get_emblem(tx)
    except StorageError:
        emblem = None
    address: str = url_for("home.emblem", v=version_of_bytes(emblem) if emblem is not None else None)
    return address


@cache
def icon(name: str) -> Markup:
    """Return an icon of Bootstrap Icons as inline SVG, because the whole sprite would be 1.1 MB for a slow PC."""
    symbol = _symbols()[name]
    inside = "".join(etree.tostring(child, encoding="unicode") for child in symbol)
    inside = inside.replace(' xmlns="http://www.w3.org/2000/svg"', "")
    box = symbol.get("viewBox")
    start = f'<svg class="bi" viewBox="{box}" width="1em" height="1em" fill="currentColor" aria-hidden="true">'
    return Markup(f"{start}{inside}</svg>")  # noqa: S704 (from the package's own file)


@cache
def _symbols() -> dict[str, etree._Element]:
    path = files("flask_bootstrap") / "static/bootstrap5/icons/bootstrap-icons.svg"
    root = etree.fromstring(path.read_bytes())
    return {symbol.get("id", ""): symbol for symbol in root.iter(f"{_SVG}symbol")}


def _common() -> dict[str, object]:
    """Return what every template may use."""
    return {
        "kantor": office(),
        "produk": get_settings().product,
        "tidak_dilayani": get_desk().is_retired,
        "penyedia": provider.name if (provider := get_settings().openid) else "",
        "saya": current_user if current_user else None,
        "di": request.blueprint,
    }
