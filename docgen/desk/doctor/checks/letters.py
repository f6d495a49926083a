"""Checks of how letters are made: LibreOffice, its closed room, fonts, templates."""

from __future__ import annotations

import re

from docgen.desk.doctor.installation import Installation
from docgen.desk.doctor.model import Fault
from docgen.installed.checks import missing_fonts
from docgen.kinds.samples import EMBLEM, PHOTO_FILE, full_context, sample_photo
from docgen.libreoffice.font_list import font_families
from docgen.libreoffice.sandbox import find_installation, missing_protections
from docgen.render.word.fill import render_docx
from wording import joined, say

_FONT_NAME = re.compile(rb"/BaseFont\s*/(?:[A-Z]{6}\+)?([A-Za-z0-9-]+)")

INSTALL = "apt-get install -y libreoffice-writer-nogui python3-uno"
INSTALL_FONTS = "apt-get install -y fonts-liberation fonts-dejavu-core fonts-symbola"
_SECONDS = 25.0


def libreoffice(installation: Installation) -> str:
    """Check that LibreOffice is there, is kept warm by python3-uno, and makes a letter of embedded fonts."""
    office = find_installation()
    if office is None:
        raise Fault(say("LibreOffice tidak ada."), say("Pasang: `{command}`.", command=INSTALL))
    if not office.has_uno:
        raise Fault(
            say("LibreOffice ada, tetapi tidak ada Python dengan modul uno: setiap naskah memulai LibreOffice baru."),
            say("Pasang: `{command}`.", command=INSTALL),
        )
    desk = installation.desk
    kind = desk.kinds.get("nota_dinas") or next(iter(desk.kinds.values()))
    photos = {PHOTO_FILE: sample_photo()}
    docx = render_docx(kind.template, full_context(kind.sheet), emblem=EMBLEM, photos=photos)
    pdf = installation.converter.convert(docx, deadline=_SECONDS)
    names = sorted({name.decode() for name in _FONT_NAME.findall(pdf)})
    return say(
        "LibreOffice ({program}) membuat naskah contoh; fon yang ditanam: {fonts}.",
        program=office.soffice,
        fonts=", ".join(names),
    )


def sandbox(_installation: Installation) -> str:
    """Check that this machine can close LibreOffice in: no network, no other files, few calls of the system."""
    problems = missing_protections()
    if problems:
        raise Fault(joined(problems), "")
    return say("LibreOffice dan pembuka berkas kiriman tertutup: jaringan, berkas, panggilan sistem.")


def fonts(installation: Installation) -> str:
    """Check that the fonts of all templates are there, or others of the same widths."""
    if font_families() is None:
        raise Fault(
            say("Daftar fon tidak dapat dibaca: fc-list tidak berjalan."),
            say("Pasang: `{command}`.", command="apt-get install -y fontconfig"),
        )
    missing: dict[str, str] = {}
    desk = installation.desk
    for kind in desk.kinds.values():
        for family in missing_fonts(kind.whole):
            missing.setdefault(family, kind.title)
    if missing:
        raise Fault(
            say("Fon yang tidak ada di mesin ini: {fonts}.",
                fonts=", ".join(f"{family} ({title})" for family, title in sorted(missing.items()))),
            say("Pasang fon itu, yang bawaan dengan `{command}`, lalu mulai ulang layanan.", command=INSTALL_FONTS),
        )  # fmt: skip
    return say("Fon semua templat ada, atau yang selebar dengannya.")


def templates(installation: Installation) -> str:
    """Check that no template is switched off."""
    switched_off = installation.desk.switched_off
    if switched_off:
        raise Fault(
            joined(say("{name}: {reason}", name=name, reason=reason) for name, reason in sorted(switched_off.items())),
            "",
        )
    return say("{count} jenis naskah dapat dipakai.", count=len(installation.desk.kinds))
