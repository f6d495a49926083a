"""Convert letters that wait at the same time in one file, as a database commits transactions in groups.

What LibreOffice does once a file (a frame, styles, fonts, the letterhead) is most of what a short letter costs it: of
four in one file each costs a third of one alone. Nobody waits for company: a worker that becomes free takes the letters
of one template that wait just then, and a letter that waits alone goes alone. Whatever goes wrong in company is
nobody's fault: each letter is converted again alone, and whoever fails then is to blame.
"""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Callable, Sequence

from docgen.errors import ConversionFailed, NotComposable, PdfError, TemplateError
from docgen.libreoffice.conversion_queue import Conversion
from docgen.libreoffice.refusals import Refusals
from docgen.libreoffice.worker import DiskFull, Worker, WorkerDied
from docgen.render.many.one_file import convert_in_one_file
from docgen.render.word.package import WordParts

log = logging.getLogger(__name__)

MOST = 8  # letters in one file: more save little, and each waits for all
DEADLINE = 20.0  # seconds for all, of which they need two at most; alone each has its own
LARGEST = 192 * 1024  # bytes of a Word file unpacked, some sixty rows: longer ones gain little and hold up the others


class GroupFailed(Exception):
    """Letters were not converted in one file. `is_lasting`: others of their group would not be either; `worker_lost`:
    the worker is of no further use.
    """

    def __init__(self, *, is_lasting: bool = False, worker_lost: bool = False) -> None:
        super().__init__()
        self.is_lasting = is_lasting
        self.worker_lost = worker_lost


class Groups:
    """The groups of a pool: which of them go alone for now, and the conversion of several letters of one."""

    def __init__(self, now: Callable[[], dt.datetime] = lambda: dt.datetime.now(dt.UTC)) -> None:
        self._refusals = Refusals()
        self._now = now

    def open_to(self, docx: bytes, group: str) -> str:
        """Return the group if this sound Word file may be converted with others of it now, else ""."""
        if not group or self._refusals.reason(group, self._now()):
            return ""
        size = sum(entry.file_size for entry in WordParts(docx).entries)
        return group if size <= LARGEST else ""

    def refuse(self, group: str, reason: str) -> None:
        """Let the letters of a group go alone for an hour."""
        self._refusals.remember(group, reason, self._now())

    def convert(self, worker: Worker, conversions: Sequence[Conversion]) -> list[bytes]:
        """Return the PDFs of several documents of one group, in order, made in one file by this worker.

        Raises GroupFailed, with the reason in the log; one that lies in the template or in this version of LibreOffice
        is remembered for an hour.
        """
        docxs = [conversion.docx for conversion in conversions]
        deadline = min(DEADLINE, *(conversion.deadline for conversion in conversions))
        try:
            return convert_in_one_file(docxs, lambda docx: worker.convert(docx, deadline))
        except (NotComposable, PdfError) as refusal:
            self.refuse(conversions[0].group, str(refusal))
            raise GroupFailed(is_lasting=True) from refusal
        except (TemplateError, ConversionFailed, DiskFull) as failure:
            log.warning("%d letters in one file failed, each goes alone: %s", len(docxs), failure)
            raise GroupFailed from failure
        except (TimeoutError, WorkerDied) as loss:
            log.warning("A LibreOffice was lost on %d letters in one file, each goes alone: %s", len(docxs), loss)
            raise GroupFailed(worker_lost=True) from loss
        except Exception as defect:
            log.exception("unexpected failure of %d letters in one file, each goes alone", len(docxs))
            raise GroupFailed(worker_lost=True) from defect
