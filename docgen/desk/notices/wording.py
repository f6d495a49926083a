"""What a notice says: kind and state of the letter, the name of its dossier, and the link; never title or content.

Of a letter of class T, R or SR only kind, state and link are said: a mail may be forwarded to anybody.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from sqlalchemy import Connection

from docgen.desk.desk import Desk
from docgen.indonesian import long_moment
from storage.catalogue import dossiers
from storage.catalogue.registers import get_office
from storage.catalogue.visibility.classes import closed_documents
from storage.records.notices import Notice
from wording import say

What = Literal[
    "waits", "approved", "received", "returned", "refused", "voided", "numbered", "unnumbered", "late", "due",
    "initial", "sign", "signed", "withdrawn", "handed_over", "comment", "reminder", "test", "file_refused",
    "password_changed", "password_link", "factors_changed", "factors_reset", "passkey_refused",
]  # fmt: skip
STATES: Mapping[str, str] = {
    "waits": "Menunggu keputusan Anda",
    "approved": "Disetujui",
    "received": "Diterima",
    "returned": "Perlu diperbaiki",
    "refused": "Ditolak",
    "voided": "Dibatalkan",
    "numbered": "Nomornya sudah ada",
    "unnumbered": "Berkasnya kembali; nomornya perlu dicatat",
    "late": "Langkah terlambat",
    "due": "Langkah segera jatuh tempo",
    "initial": "Menunggu paraf Anda",
    "sign": "Menunggu tanda tangan Anda",
    "signed": "Ditandatangani",
    "file_refused": "Berkas bertanda tangan ditolak",
    "withdrawn": "Ditarik",
    "handed_over": "Diserahkan kepada Anda",
    "comment": "Catatan baru",
    "reminder": "Pengingat",
    "test": "Pemberitahuan percobaan",
    "password_changed": "Kata sandi akun Anda diganti",
    "password_link": "Tautan untuk kata sandi baru",
    "factors_changed": "Langkah kedua akun Anda diubah",
    "factors_reset": "Langkah kedua akun Anda dihapus administrator",
    "passkey_refused": "Kunci sandi Anda ditolak",
}
# Of the account itself, not of a letter: told at once, and to who wants no mail of letters.
OF_ACCOUNT: Mapping[str, str] = {
    "password_changed": "Semua peramban dikeluarkan. Bila bukan Anda yang menggantinya atau memintanya, beri tahu "
    "administrator di kantor Anda sekarang juga.",
    "factors_changed": "Bila bukan Anda yang mengubahnya, ganti kata sandi Anda dan beri tahu administrator di kantor "
    "Anda.",
    "factors_reset": "Akun Anda kini terbuka dengan kata sandi saja. Pasang lagi langkah kedua. Bila bukan Anda yang "
    "memintanya, beri tahu administrator di kantor Anda sekarang juga.",
    "passkey_refused": "Penghitungnya mundur, jadi mungkin ada yang menyalin kunci itu. Hapus kuncinya di Keamanan "
    "akun, lalu daftarkan yang baru.",
    "password_link": "Tautan ini berlaku 24 jam dan sekali pakai. Bila bukan Anda yang memintanya, abaikan surel ini.",
}
MOST_TOLD = 20  # notices in one message, one by one; the others are counted


@dataclass(frozen=True)
class Line:
    """One notice in words: what it says in one line, what more may be said, and where it leads."""

    headline: str
    details: tuple[str, ...]
    link: str
    of_account: bool = False


def lines_of(desk: Desk, tx: Connection, notices: Sequence[Notice]) -> list[Line]:
    """Return these notices in words, as they may be said now: a letter may be closed to some."""
    closed_ids = closed_documents(tx, [notice.subject for notice in notices])
    dossiers_by_id = dossiers.get_dossiers(tx, [notice.dossier for notice in notices])
    names = {id: dossier.title for id, dossier in dossiers_by_id.items()}
    zone = get_office(tx).time_zone
    return [_line(desk, notice, closed_ids, names, zone) for notice in notices]


def subject_of(lines: Sequence[Line]) -> str:
    """Return the subject of a message with these lines."""
    if len(lines) == 1:
        return lines[0].headline
    return say("{count} pemberitahuan naskah dinas", count=len(lines))


def mail_text(desk: Desk, name: str, lines: Sequence[Line]) -> str:
    """Return the text of a mail with these lines."""
    paragraphs: list[str] = [say("Yth. {name},", name=name)]
    paragraphs += ["\n".join([line.headline, *line.details, line.link]) for line in lines[:MOST_TOLD]]
    if len(lines) > MOST_TOLD:
        paragraphs.append(say("Dan {count} lagi: {link}", count=len(lines) - MOST_TOLD, link=f"{desk.public_url}/"))
    if any(not line.of_account for line in lines):
        paragraphs.append("Buka tautan dan masuk dengan akun Anda. Isi naskah tidak dikirim lewat surel.")
        paragraphs.append(say("Kapan Anda diberi tahu, Anda atur di {link}", link=desk.links.notices()))
    return "\n\n".join(paragraphs) + "\n"


def push_text(lines: Sequence[Line]) -> str:
    """Return the text below the title of a push with these lines."""
    if len(lines) == 1:
        return " ".join(lines[0].details)
    counts = Counter(line.headline for line in lines)
    return ", ".join(f"{headline} ({count})" if count > 1 else headline for headline, count in counts.most_common(3))


def _line(desk: Desk, notice: Notice, closed_ids: Collection[str], names: Mapping[str, str], zone: str) -> Line:
    state = STATES.get(notice.what, notice.what)
    headline = say("{state}: {kind}", state=state, kind=desk.kind_title(notice.kind)) if notice.kind else state
    details: list[str] = [OF_ACCOUNT[notice.what]] if notice.what in OF_ACCOUNT else []
    if notice.dossier in names and not notice.secret and notice.subject not in closed_ids:
        details.append(say("Berkas: {title}", title=names[notice.dossier]))
    if notice.due_at is not None:
        details.append(say("Batas waktu: {moment}", moment=long_moment(notice.due_at, zone)))
    return Line(headline, tuple(details), f"{desk.public_url}{notice.path}", notice.what in OF_ACCOUNT)
