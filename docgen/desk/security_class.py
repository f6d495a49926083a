"""The security class of a letter: where it comes from when nobody chose it, and who sees a letter of each class."""

from __future__ import annotations

from dataclasses import dataclass

from docgen.kinds.kind import Kind
from storage.records import Document, Office, SecurityClass
from wording import Message, say


@dataclass(frozen=True)
class ClassChoice:
    """The class that a letter gets, and why."""

    security: SecurityClass
    reason: Message

    @property
    def readers(self) -> Message:
        """Return who sees the letter."""
        return say(READERS[self.security])


# Of each class, who sees a letter of it: as `storage.catalogue.visibility.limits` and the delivered roles decide.
READERS: dict[SecurityClass, str] = {
    "B": "Semua yang dapat membaca arsip kantor ini.",
    "T": "Terbatas: hanya Anda, pejabat pada jalurnya, penerima yang tercatat, dan yang berizin membaca naskah "
    "terbatas, seperti arsiparis.",
    "R": "Rahasia: hanya Anda, pejabat pada jalurnya, penerima yang tercatat, dan yang berizin membaca naskah rahasia, "
    "seperti arsiparis. Setiap pembacaan dicatat.",
    "SR": "Sangat rahasia: hanya Anda, pejabat pada jalurnya, penerima yang tercatat, dan yang berizin membaca naskah "
    "sangat rahasia, seperti arsiparis. Setiap pembacaan dicatat.",
}


def choose_class(
    requested: SecurityClass | None, replaced: Document | None, kind: Kind | None, office: Office
) -> ClassChoice:
    """Return the class of a letter: as requested, else that of the letter it replaces, the kind's, the office's."""
    if requested:
        return ClassChoice(requested, say("Dipilih untuk naskah ini."))
    if replaced is not None and replaced.security:
        return ClassChoice(replaced.security, say("Sama dengan naskah yang diganti."))
    if kind is not None and kind.sheet.security:
        return ClassChoice(kind.sheet.security, say("Bawaan jenis naskah ini."))
    return ClassChoice(office.security_code, say("Bawaan kantor."))
