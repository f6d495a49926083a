"""The words pages use: dates, money, sizes, statuses and titles as an Indonesian clerk reads them, and icons."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from functools import cache
from importlib.resources import files

from flask import Flask, g, request, url_for
from flask_babel import format_date
from flask_login import current_user
from lxml import etree
from markupsafe import Markup

from docgen.desk.audit_history import ACTION_WORDS, FIELD_WORDS, GROUPS
from docgen.desk.disposal.retention import STATES
from docgen.desk.registers.rules import ASSET_LABELS, CAPACITIES, OFFICE_LABELS, OFFICIAL_LABELS
from docgen.desk.revisions.standing import states_of
from docgen.errors import bounded_errors
from docgen.forms.context import CONDITIONS, SORTS
from docgen.forms.defaults import post
from docgen.indonesian import format_nip, local_date, local_moment, long_date, long_moment, rupiah, short_date, weekday
from docgen.sop.course import WORDS
from storage.catalogue import registers
from storage.errors import RecordMissing, StorageError
from storage.records import Document, Office
from web.desk import get_desk
from web.language import Words, language
from web.page_images import picture_url, version_of_bytes

STATUSES = {
    "issued": "Terbit",
    "reserved": "Menunggu PDF",
    "void": "Batal",
    "superseded": "Diganti",
    "destroyed": "Dimusnahkan",
}
SENT_BACK = {"rejected": "Ditolak", "returned": "Perlu diperbaiki"}  # in force, and not to be used as it is
MANUAL = {"inserted": "Disisipkan", "kept": "Cadangan", "used": "Ditulis tangan"}  # numbers without a document here
MONTHS = dict(enumerate(("Jan", "Feb", "Mar", "Apr", "Mei", "Jun", "Jul", "Agu", "Sep", "Okt", "Nov", "Des"), start=1))
SECURITY = {"B": "Biasa/terbuka", "T": "Terbatas", "R": "Rahasia", "SR": "Sangat rahasia"}
_SVG = "{http://www.w3.org/2000/svg}"


def register(app: Flask) -> None:
    """Give the templates these words."""
    app.jinja_env.filters.update(
        tanggal=day,
        tanggal_pendek=lambda date: short_date(on_calendar(date)),
        setempat=lambda moment: local_moment(moment, zone()),
        hari=day_of_week,
        waktu=moment,
        rupiah=money,
        ukuran=size,
        nip=format_nip,
        jabatan=post,
        jenis=kind_title,
        prosedur=procedure_title,
        peran=role_label,
        kode_empat=grouped,
        nomor=breakable,
        singkat=brief,
        beberapa=bounded_errors,
    )
    app.jinja_env.globals.update(
        icon=icon,
        emblem_url=emblem_url,
        picture_url=picture_url,
        STATUSES=Words(STATUSES | SENT_BACK),
        states=states,
        DECISIONS=Words({str(key): word for key, word in WORDS.items()}),
        CONDITIONS=Words(CONDITIONS),
        SORTS=Words(SORTS),
        CAPACITIES=Words(CAPACITIES),
        SECURITY=Words(SECURITY),
    )
    app.context_processor(_common)


# Said of records whatever page shows them; their translations stand with those of the templates.
SAID = (
    STATUSES,
    SENT_BACK,
    WORDS,
    CONDITIONS,
    SORTS,
    CAPACITIES,
    SECURITY,
    ASSET_LABELS,
    OFFICIAL_LABELS,
    OFFICE_LABELS,
)
# Words of lists that one page shows and asks for with `_`.
LISTED = (ACTION_WORDS, GROUPS, FIELD_WORDS, STATES, MANUAL, MONTHS)


def zone() -> str:
    """The office's time zone."""
    here = office()
    return here.time_zone if here else "Asia/Makassar"


def on_calendar(date: dt.date) -> dt.date:
    """A date as it is; of a moment the day on the office's calendar."""
    return local_date(date, zone()) if isinstance(date, dt.datetime) else date


def day(date: dt.date) -> str:
    """`24 November 2026`, with the month in the reader's language."""
    date = on_calendar(date)
    return long_date(date) if language() == "id" else format_date(date, "d MMMM y")


def day_of_week(date: dt.date) -> str:
    """`Selasa`, in the reader's language."""
    date = on_calendar(date)
    return weekday(date) if language() == "id" else format_date(date, "EEEE")


def moment(when: dt.datetime) -> str:
    """A moment on the office's clock: `24 November 2026 pukul 09.12 WITA`, `24 November 2026, 09:12 WITA`."""
    text = long_moment(when, zone())
    if language() == "id":
        return text
    date, _, time = text.partition(" pukul ")
    return f"{day(when)}, {time.replace('.', ':')}" if time else date


def money(amount: int) -> str:
    """`Rp18.500.000`; in English the thousands are parted by commas."""
    text = rupiah(amount)
    return text if language() == "id" else text.replace(".", "\0").replace(",", ".").replace("\0", ",")


def size(bytes_: int) -> str:
    """A file's size: `84 KB`, `1,2 MB`."""
    if bytes_ < 1e6:
        return f"{max(1, round(bytes_ / 1000))} KB"
    text = f"{bytes_ / 1e6:.1f} MB"
    return text.replace(".", ",") if language() == "id" else text


def kind_title(slug: str) -> str:
    """Return what a kind is called, as `Desk.kind_title`."""
    return get_desk().kind_title(slug)


def procedure_title(slug: str) -> str:
    """Return what a procedure is called, as `Desk.procedure_title`."""
    return get_desk().procedure_title(slug)


def states(found: Sequence[Document]) -> dict[str, str]:
    """How each document stands, by id; words are in `STATUSES`."""
    with get_desk().catalogue.read() as tx:
        return states_of(get_desk(), tx, found)


def role_label(role: str) -> str:
    """What this office calls a role of the SOP."""
    return get_desk().sop.role_label(role)


def grouped(code: str) -> str:
    """A verification code in groups of four, as printed."""
    return " ".join(code[start : start + 4] for start in range(0, len(code), 4))


def breakable(number: str) -> Markup:
    """A document's number that may go on in the next line after a slash, as on a phone."""
    return Markup("/<wbr>").join(number.split("/"))


def brief(message: str) -> str:
    """The first sentence of a message that a field is empty; what to write there stands at the field itself."""
    label, said, _ = message.partition(" wajib diisi.")
    return label + said


def office() -> Office | None:
    """The office, read once a request; None before it was set up or while the database is away."""
    if "office" not in g:
        try:
            with get_desk().catalogue.read() as tx:
                g.office = registers.get_office(tx)
        except (RecordMissing, StorageError):
            g.office = None
    found: Office | None = g.office
    return found


def emblem_url() -> str:
    """The address of the emblem as it is now."""
    try:
        with get_desk().catalogue.read() as tx:
            emblem = registers.get_emblem(tx)
    except StorageError:
        emblem = None
    address: str = url_for("home.emblem", v=version_of_bytes(emblem) if emblem is not None else None)
    return address


@cache
def icon(name: str) -> Markup:
    """An icon of Bootstrap Icons, drawn into the page: the whole sprite would be 1.1 MB for a slow PC to read."""
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
    """What every template may use."""
    return {"kantor": office(), "saya": current_user if current_user else None, "di": request.blueprint}
