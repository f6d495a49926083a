"""The errors of the office's work. Messages are read by clerks: Indonesian, naming the thing and the next step."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class FieldError:
    """One wrong value: `field` is the key in the submission (`data.hal`, `assets[0]`), `message` is for the clerk."""

    field: str
    message: str


class DocgenError(Exception):
    """Anything the office's work could not do; `str(error)` is a sentence for the person who asked."""


class InvalidSubmission(DocgenError):
    """A form or API body has missing or wrong fields. Nothing was numbered or kept."""

    def __init__(self, errors: list[FieldError]) -> None:
        super().__init__("Ada isian yang belum benar. Perbaiki isian yang ditandai, lalu kirim lagi.")
        self.errors = errors


class NotFound(DocgenError):
    """An asset, kind, procedure, step, document, dossier, official or job that does not exist."""


class Gone(NotFound):
    """It was there, and was withdrawn or is over: a share link."""


class Conflict(DocgenError):
    """The thing exists but its state forbids what was asked."""


class Forbidden(DocgenError):
    """The person or token may not do this."""


class TemplateError(DocgenError):
    """A Word template or field sheet is wrong; the message names the file, the tag and the nearest name."""


class NotComposable(TemplateError):
    """Letters that cannot be converted together, by what their template holds; one by one they can."""


class TooManyAtOnce(DocgenError):
    """The caller has as much in the making as one may have; nothing was begun, and the same call succeeds soon."""


class ServiceStopping(DocgenError):
    """The service is about to end; nothing was begun."""

    def __init__(self) -> None:
        super().__init__(
            "Layanan sedang dihentikan atau dimulai ulang, dan kiriman ini belum dikerjakan. Kirim lagi sebentar lagi."
        )


class DataFileError(DocgenError):
    """A data file (SOP, CSV, settings) is wrong; the message names the file and the line or key."""


class ConverterError(DocgenError):
    """LibreOffice could not turn a document into a PDF."""


class ConverterUnavailable(ConverterError):
    """LibreOffice is missing, does not start, or every worker is busy; the same call may succeed later."""


class ConversionFailed(ConverterError):
    """LibreOffice refused this document, crashed on it, or passed the deadline; others are not affected."""


class ConversionTimedOut(ConversionFailed):
    """LibreOffice passed the deadline: the document is too much for it, or the machine was too busy."""


class PdfError(DocgenError):
    """A PDF cannot be read: not a PDF, cut short, damaged, or locked with a password."""


class FileTooLarge(DocgenError):
    """A file that somebody sent is larger than what is taken there."""


class SignatureError(DocgenError):
    """A seal cannot be read or put on a document, or a timestamp server does not answer. Nothing was sealed."""
