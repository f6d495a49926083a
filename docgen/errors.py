"""The errors of the office's work. Messages are read by clerks: Indonesian, naming the thing and the next step."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from wording import Message, joined, mapped, say


@dataclass(frozen=True)
class FieldError:
    """One wrong value: `field` is the key in the submission (`data.hal`, `assets[0]`), `message` is for the clerk."""

    field: str
    message: str


MOST_ERRORS = 100  # are told one by one
_MOST_TOLD = 40_000  # bytes of what is told of them
_LONGEST_MESSAGE, _LONGEST_FIELD = 600, 200  # characters


def bounded(text: str, most: int = _LONGEST_MESSAGE) -> str:
    """Return a text of at most `most` characters; a longer one loses its middle, as its end says what to do."""

    def cut(part: str) -> str:
        return part if len(part) <= most else f"{part[: most // 2]} … {part[3 - most // 2 :]}"

    return mapped(text, cut)


def bounded_errors(errors: Sequence[FieldError], more: int = 0) -> list[FieldError]:
    """Return the first errors, each bounded, and how many there are beside them, `more` of which are not in `errors`:
    an answer is small whatever was sent.
    """
    shown: list[FieldError] = []
    size = 0
    for error in errors[:MOST_ERRORS]:
        short = FieldError(bounded(error.field, _LONGEST_FIELD), bounded(error.message))
        size += len(f"{short.field}{short.message}".encode(errors="replace"))
        if size > _MOST_TOLD:
            break
        shown.append(short)
    more += len(errors) - len(shown)
    return [*shown, FieldError("", say("… dan {more} lagi.", more=more))] if more else shown


class DocgenError(Exception):
    """Anything the office's work could not do; `str(error)` is a sentence for the person who asked."""


class InvalidSubmission(DocgenError):
    """A form or API body has missing or wrong fields: `errors`, and so many `more`. Nothing was numbered or kept."""

    def __init__(self, errors: list[FieldError], more: int = 0) -> None:
        super().__init__("Ada isian yang belum benar. Perbaiki isian yang ditandai, lalu kirim lagi.")
        self.errors = errors
        self.more = more

    def summary(self) -> Message:
        """Return the first errors as one text, short enough to be shown on the next page."""
        first = joined(bounded(error.message, 300) for error in self.errors[:3])
        rest = max(0, len(self.errors) - 3) + self.more
        return say("{first} … dan {rest} lagi.", first=first, rest=rest) if rest else first


class NotFound(DocgenError):
    """An asset, kind, procedure, step, document, dossier, official or job that does not exist."""


class Gone(NotFound):
    """It was there, and was withdrawn or is over: a share link."""


class Conflict(DocgenError):
    """The thing exists but its state forbids what was asked."""


class OfficeRetired(Conflict):
    """The office is out of service: what it has can be read, and nothing new begins."""

    def __init__(self) -> None:
        super().__init__(
            "Kantor ini sudah tidak dilayani: arsipnya tetap dapat dibaca, tetapi tidak ada naskah atau pekerjaan "
            "baru. Kerjakan di kantor penggantinya, atau minta administrator wilayah: `docgen office restore`."
        )


class ChangedMeanwhile(Conflict):
    """Somebody else changed the thing after the caller read it; nothing of it was overwritten."""


class VersionRequired(DocgenError):
    """A change that does not say which version it changes, and might overwrite what somebody else wrote."""


class Forbidden(DocgenError):
    """The person or token may not do this; `missing` names the permission it takes, "" where none would do."""

    missing = ""

    def __init__(self, message: str, missing: str = "") -> None:
        super().__init__(message)
        self.missing = missing


class TemplateError(DocgenError):
    """A Word template or field sheet is wrong; the message names the file, the tag and the nearest name."""


class NotComposable(TemplateError):
    """Letters that cannot be converted together, by what their template holds; one by one they can."""


class TooManyAtOnce(DocgenError):
    """The caller has as much in the making as one may have; nothing was begun, and the same call succeeds soon."""


class TooManyTries(DocgenError):
    """Too many wrong passwords or codes; `wait` is how long nothing more is looked at."""

    wait = dt.timedelta(0)

    def __init__(self, message: str, wait: dt.timedelta) -> None:
        super().__init__(message)
        self.wait = wait


class ServiceStopping(DocgenError):
    """The service is about to end; nothing was begun."""

    def __init__(self) -> None:
        super().__init__(
            "Layanan sedang dihentikan atau dimulai ulang, dan kiriman ini belum dikerjakan. Kirim lagi sebentar lagi."
        )


class DataFileError(DocgenError):
    """A data file (SOP, CSV, settings) is wrong; the message names the file and the line or key."""


class SetupFailed(DocgenError):
    """This machine cannot be set up as asked; the message says what to do."""


class ConverterError(DocgenError):
    """LibreOffice could not turn a document into a PDF."""


class ConverterUnavailable(ConverterError):
    """LibreOffice is missing, does not start, or every worker is busy; the same call may succeed later."""


class Busy(ConverterUnavailable):
    """All that could do it have work in hand: nothing is away, and the same call may succeed soon."""


class ConverterHung(ConverterUnavailable):
    """Every LibreOffice that was tried stood still on a document: hardly its fault, yet not to be tried for ever."""


class ConversionFailed(ConverterError):
    """LibreOffice refused this document, crashed on it, or passed the deadline; others are not affected."""


class ConversionTimedOut(ConversionFailed):
    """LibreOffice passed the deadline: the document is too much for it, or the machine was too busy."""


class PdfError(DocgenError):
    """A PDF cannot be read: not a PDF, cut short, damaged, or locked with a password."""


class FileTooLarge(DocgenError):
    """A file that somebody sent is larger than what is taken there."""


class NotAccepted(DocgenError):
    """A file came back as the signed copy of a letter, and is not to be believed: other bytes, another person."""


class SignatureError(DocgenError):
    """A seal cannot be read or put on a document, or a timestamp server does not answer. Nothing was sealed."""


class TimestampUnavailable(SignatureError):
    """The timestamp server does not answer, or gives no timestamp; no other file gets one now."""


class BsreError(DocgenError):
    """BSrE did not sign, or did not say so."""


class BsreRefused(BsreError):
    """BSrE refused for good, and signed nothing: a wrong passphrase, an official it does not know.

    `field` names what to correct: "passphrase", "totp", "official", or "" for anything else; `code` is BSrE's number.
    """

    field: str = ""

    def __init__(self, message: str, field: str = "", code: int | None = None) -> None:
        super().__init__(message)
        self.field = field
        self.code = code


class BsreUnanswered(BsreError):
    """The request went out, and whether BSrE signed is open: no answer, or none of use. Nobody tries again but the
    person.
    """


class BsreUnavailable(BsreError):
    """BSrE was not asked, and signed nothing: away, not set up, or too busy; `wait` where it says for how long."""

    wait: dt.timedelta | None = None

    def __init__(self, message: str, wait: dt.timedelta | None = None) -> None:
        super().__init__(message)
        self.wait = wait
