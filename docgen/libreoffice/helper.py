"""Run one LibreOffice: start it, keep it warm, and convert documents one at a time.

Runs under the Python that has `uno` (standard library and uno only, Python 3.8 and later):

    python helper.py FOLDER SOFFICE PARENT_PID warm|single

It answers JSON lines on stdout, the first of them `{"ready": true}` after a first tiny document went through. Then, for
every line `{"source": path, "target": path}` on stdin, `{"ok": true}` or `{"error": text}`. With each goes `"office"`,
the process id of LibreOffice (0 when none is left), whose memory and work the service watches. It ends when stdin
closes, when the service with PARENT_PID is gone (even by SIGKILL), or when LibreOffice ends; never alone: the whole
process group goes with it. `warm` drives one living LibreOffice over a pipe; `single`, for a machine without uno,
starts `soffice --convert-to` for each document.
"""

from __future__ import annotations

import contextlib
import ctypes
import hashlib
import json
import os
import re
import signal
import subprocess
import sys
import threading
import time
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import IO, Any
from xml.sax.saxutils import escape

START_SECONDS = 60.0
RESTART_CODE = 81  # soffice.bin asks to be started again after it has made a new profile
IMPORT_FILTER = "MS Word 2007 XML"
EXPORT_FILTER = "writer_pdf_Export"
START_STYLES = ("NaskahBaru", "NaskahLagi")  # of the first paragraphs of many, as in docgen.render.many.letter_starts
MARK = re.compile("naskah[a-z]{4}")  # the bookmark at the beginning of each, as there
SET_PDEATHSIG = 1
LOW_RESOLUTION, HIGH_RESOLUTION = 2, 3  # com.sun.star.document.PrinterIndependentLayout

# PDF/A-2b (ISO 19005-2), tagged. Pictures keep 300 dpi; form fields become plain text, as an archived letter
# is not filled in again.
EXPORT: dict[str, bool | int] = {
    "SelectPdfVersion": 2,
    "UseTaggedPDF": True,
    "ExportBookmarks": False,
    "ExportBookmarksToPDFDestination": True,  # places a template reserves for stamps: stamps.free_space
    "ExportFormFields": False,
    "ReduceImageResolution": True,
    "MaxImageResolution": 300,
    "Quality": 90,
}
SMALL_PICTURE = 32 * 1024  # bytes of a picture that is not worth packing anew on every page that shows it
JPEG = b"image/jpeg"  # in a Word file's list of types

_COMMON = "/org.openoffice.Office.Common"
PROFILE: dict[str, dict[str, bool | int]] = {
    f"{_COMMON}/Security/Scripting": {
        "MacroSecurityLevel": 3,
        "DisableMacrosExecution": True,
        "BlockUntrustedRefererLinks": True,
    },
    f"{_COMMON}/Filter/PDF/Export": EXPORT,
    f"{_COMMON}/Misc": {"FirstRun": False},
    "/org.openoffice.Office.Writer/Content/Update": {"Link": 2},  # 2: never
    "/org.openoffice.Office.WriterWeb/Content/Update": {"Link": 2},
    "/org.openoffice.Office.Writer/AutoFunction/Completion": {"CollectWords": False},
    "/org.openoffice.Office.Linguistic/SpellChecking": {"IsSpellAuto": False},
    "/org.openoffice.Office.Recovery/AutoSave": {"Enabled": False},
    "/org.openoffice.Office.Recovery/RecoveryInfo": {"Enabled": False},
    "/org.openoffice.Office.Java/VirtualMachine": {"Enable": False},
}

_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
TYPES, STYLES = "[Content_Types].xml", "word/styles.xml"
TINY_DOCX = {
    TYPES: f'<Types xmlns="{_PACKAGE}/content-types"><Default Extension="rels" ContentType='
    '"application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/word/document.xml" ContentType='
    '"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>',
    "_rels/.rels": f'<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="rId1" '
    f'Type="{_OFFICE}/officeDocument" Target="word/document.xml"/></Relationships>',
    "word/document.xml": f'<w:document xmlns:w="{_W}"><w:body><w:p><w:r><w:t>Siap</w:t></w:r></w:p>'
    "<w:tbl><w:tblPr/><w:tblGrid><w:gridCol/></w:tblGrid><w:tr><w:tc><w:p><w:r><w:rPr><w:b/></w:rPr><w:t>1</w:t>"
    "</w:r></w:p></w:tc></w:tr></w:tbl><w:p/></w:body></w:document>",
}


class DocumentRefused(Exception):
    """LibreOffice is alive but could not read or write this document."""


class OfficeEnded(Exception):
    """LibreOffice crashed or did not start."""


def write_profile(profile: Path) -> None:
    """Write the settings of a fresh LibreOffice profile: no macros, no links, PDF/A."""
    items = []
    for path, values in PROFILE.items():
        for name, value in values.items():
            text = escape(str(value).lower())
            items.append(
                f'<item oor:path="{path}"><prop oor:name="{name}" oor:op="fuse"><value>{text}</value></prop></item>'
            )
    (profile / "user").mkdir(parents=True)
    (profile / "user" / "registrymodifications.xcu").write_text(
        '<?xml version="1.0" encoding="UTF-8"?>\n<oor:items xmlns:oor="http://openoffice.org/2001/registry">'
        + "".join(items)
        + "</oor:items>",
        encoding="utf-8",
    )


def examine(source: Path) -> tuple[bool, bool]:
    """Return whether a Word file holds many letters without sections of their own, and whether its pictures may stay as
    they are: all are small and no JPEG is declared, as a template with photos does always. Raises DocumentRefused.
    """
    try:
        with zipfile.ZipFile(source) as package:
            of_many = STYLES in package.namelist() and START_STYLES[0].encode() in package.read(STYLES)
            largest = max((part.file_size for part in package.infolist() if "/media/" in part.filename), default=0)
            return of_many, largest <= SMALL_PICTURE and JPEG not in package.read(TYPES)
    except (zipfile.BadZipFile, KeyError) as error:
        raise DocumentRefused(str(error)) from error


def profile_digest(folder: Path) -> str:
    """Return the digest by which LibreOffice names its socket for a profile."""
    address = (folder / "profile").as_uri()
    return "".join(f"{byte:x}" for byte in hashlib.md5(address.encode("utf-16-le")).digest())  # noqa: S324


def pipe_name(folder: Path) -> str:
    """Return the name of the pipe a warm LibreOffice listens on."""
    return f"docgen-{profile_digest(folder)}"


def start_soffice(soffice: str, profile: Path, arguments: list[str], pipe_fd: int) -> subprocess.Popen[bytes]:
    """Start LibreOffice so that it dies with this process. It holds the pipe `pipe_fd` open: the service sees its end
    only when both are gone.
    """
    libc = ctypes.CDLL(None)

    def die_with_parent() -> None:
        libc.prctl(SET_PDEATHSIG, signal.SIGKILL)

    command = [soffice, f"-env:UserInstallation={profile.as_uri()}", "--headless", "--invisible", "--nologo"]
    command += ["--nodefault", "--norestore", "--nofirststartwizard", "--nolockcheck", *arguments]
    return subprocess.Popen(  # the main thread starts it: the kernel watches the thread, not the process
        command,
        stdin=subprocess.DEVNULL,
        stdout=sys.stderr,
        pass_fds=(pipe_fd,),
        preexec_fn=die_with_parent,
    )


class Warm:
    """One running LibreOffice that listens on a pipe of its own. It reads all documents into one frame, which is made
    anew after one that could not be read.
    """

    def __init__(self, soffice: str, folder: Path, pipe_fd: int) -> None:
        import uno

        self._uno = uno
        self._failure: Any = uno.getClass("com.sun.star.uno.Exception")
        self._frame: Any = None
        self._document: Any = None
        pipe = pipe_name(folder)
        accept = f"--accept=pipe,name={pipe};urp;"
        until = time.monotonic() + START_SECONDS
        self.process = start_soffice(soffice, folder / "profile", [accept], pipe_fd)
        while True:
            code = self.process.poll()
            if code == RESTART_CODE:
                self.process = start_soffice(soffice, folder / "profile", [accept], pipe_fd)
            elif code is not None or time.monotonic() > until:
                raise OfficeEnded(f"soffice did not start (exit {code})")
            try:
                self._desktop = self._connect(pipe)
                break
            except self._failure:
                time.sleep(0.02)
        threading.Thread(target=self._end_with_office, daemon=True).start()

    def convert(self, source: Path, target: Path) -> None:
        """Write the PDF; call `close` next. Raises DocumentRefused or OfficeEnded."""
        self._guarded(lambda: self._convert(source, target))

    def close(self) -> None:
        """Close the document after the answer was sent, because nobody waits for that. Raises OfficeEnded."""
        document, self._document = self._document, None
        with contextlib.suppress(DocumentRefused):
            self._guarded(lambda: self._close(document))

    def _close(self, document: Any) -> None:
        if document is not None and self._frame.setComponent(None, None):
            document.close(True)  # its view is gone, but all else would stay in memory
        elif self._frame is not None:  # what could not be read may have left something in it
            frame, self._frame = self._frame, None
            frame.close(True)

    def _guarded(self, work: Callable[[], None]) -> None:
        try:
            work()
        except self._failure as error:
            if not self._answers():
                raise OfficeEnded(str(error)) from error
            raise DocumentRefused(str(error)) from error

    def _convert(self, source: Path, target: Path) -> None:
        of_many, pictures_stay = examine(source)
        # UpdateDocMode 0: NO_UPDATE; MacroExecutionMode 0: NEVER_EXECUTE.
        options = {"Hidden": True, "ReadOnly": True, "UpdateDocMode": 0, "MacroExecutionMode": 0}
        load = self._values({**options, "FilterName": IMPORT_FILTER})
        self._frame = self._frame or self._new_frame()
        document = self._frame.loadComponentFromURL(source.as_uri(), "_self", 0, load)
        if document is None:
            raise DocumentRefused("loadComponentFromURL returned nothing")
        self._document = document
        if not (self._begin_letters(document) if of_many else document.CurrentController.PageCount == 1):
            self._lay_out_again(document)
        self._update_contents(document)
        export = self._values({**EXPORT, "ReduceImageResolution": not pictures_stay})
        data = self._uno.Any("[]com.sun.star.beans.PropertyValue", export)
        store = self._values({"FilterName": EXPORT_FILTER, "FilterData": data, "NoFileSync": True})
        document.storeToURL(target.as_uri(), store)

    def _new_frame(self) -> Any:
        """Return a frame without docking areas and tool bars, which take a tenth of a letter's time."""
        frame = self._desktop.findFrame("_blank", 0)
        with contextlib.suppress(self._failure, AttributeError):  # another LibreOffice may insist on them
            frame.LayoutManager = None
        return frame

    def _begin_letters(self, document: Any) -> bool:
        """Let each of many letters begin a page numbered 1, in the page styles of the first two; return whether each is
        one page. Controllers are locked meanwhile: LibreOffice would lay out all pages after each change.
        """
        marks = document.Bookmarks
        document.lockControllers()
        letters = sorted(name for name in marks.ElementNames if MARK.fullmatch(name))
        begins = [marks.getByName(name).Anchor for name in letters[: len(START_STYLES)]]
        paragraph_styles = document.StyleFamilies.getByName("ParagraphStyles")
        styles = [paragraph_styles.getByName(begin.ParaStyleName) for begin in begins]
        for style, begin in zip(styles, begins):  # noqa: B905 - Python 3.8 has no strict
            style.PageDescName = begin.PageDescName
        document.unlockControllers()
        pages = document.CurrentController.PageCount  # without the empty ones that number 1 puts between first pages
        document.lockControllers()
        for numbered in (*styles, *begins):
            numbered.PageNumberOffset = 1
        document.unlockControllers()
        return bool(pages == len(letters))

    def _update_contents(self, document: Any) -> None:
        """Update tables of contents, which are the template's; twice, because their length moves the pages."""
        indexes = document.DocumentIndexes
        for _ in range(2 if indexes.Count else 0):
            for number in range(indexes.Count):
                indexes.getByIndex(number).update()
            self._lay_out_again(document)

    def _lay_out_again(self, document: Any) -> None:
        """Repeat the layout of lines and pages once the whole document is there.

        LibreOffice breaks pages while it reads, and how they fall then depends on how much is still to come: a heading
        may stay behind at the foot of a page, and a letter among others may break elsewhere than alone. A change of
        this setting is what makes it forget all of it; the document's own is put back.
        """
        settings = document.createInstance("com.sun.star.document.Settings")
        own = settings.PrinterIndependentLayout
        settings.PrinterIndependentLayout = LOW_RESOLUTION if own != LOW_RESOLUTION else HIGH_RESOLUTION
        settings.PrinterIndependentLayout = own

    def _connect(self, pipe: str) -> Any:
        local = self._uno.getComponentContext()
        resolver = local.ServiceManager.createInstanceWithContext("com.sun.star.bridge.UnoUrlResolver", local)
        context = resolver.resolve(f"uno:pipe,name={pipe};urp;StarOffice.ComponentContext")
        return context.ServiceManager.createInstanceWithContext("com.sun.star.frame.Desktop", context)

    def _values(self, values: dict[str, Any]) -> tuple[Any, ...]:
        properties = []
        for name, value in values.items():
            item = self._uno.createUnoStruct("com.sun.star.beans.PropertyValue")
            item.Name, item.Value = name, value
            properties.append(item)
        return tuple(properties)

    def pid(self) -> int:
        """Return the process id whose memory the service watches; in here no other process is visible."""
        return int(self.process.pid)

    def _answers(self) -> bool:
        try:
            self._desktop.getComponents()
        except self._failure:
            return False
        return True

    def _end_with_office(self) -> None:
        self.process.wait()
        die()


class Single:
    """A new LibreOffice for each document, for a machine whose Python lacks uno."""

    def __init__(self, soffice: str, folder: Path, pipe_fd: int) -> None:
        self._soffice = soffice
        self._pipe_fd = pipe_fd
        self._profile = folder / "profile"

    def convert(self, source: Path, target: Path) -> None:
        """Write the PDF. Raises DocumentRefused or OfficeEnded."""
        if examine(source)[0]:
            raise DocumentRefused("many letters that only a warm LibreOffice can tell apart")
        arguments = [f"--infilter={IMPORT_FILTER}", "--convert-to", f"pdf:{EXPORT_FILTER}"]
        arguments += ["--outdir", str(target.parent), str(source)]
        code = RESTART_CODE
        while code == RESTART_CODE:
            code = start_soffice(self._soffice, self._profile, arguments, self._pipe_fd).wait()
        if code < 0:
            raise OfficeEnded(f"soffice ended by signal {-code}")
        pdf = target.parent / f"{source.stem}.pdf"
        if not pdf.exists():
            raise DocumentRefused(f"soffice wrote no PDF (exit {code})")
        pdf.replace(target)

    def close(self) -> None:
        """Do nothing: no document stays open."""

    def pid(self) -> int:
        """Return 0: no process is left."""
        return 0


def die() -> None:
    """End the whole process group at once: LibreOffice without its helper is of no use."""
    os.killpg(0, signal.SIGKILL)


def watch_parent(parent: int) -> None:
    """End soon after the service is gone; the next start of the service removes the folder."""
    while os.getppid() == parent:
        time.sleep(0.5)
    die()


def warm_up(office: Warm | Single, work: Path) -> None:
    """Convert one tiny document, so that the first letter does not pay for fonts, filters and the profile."""
    source, target = work / "tiny.docx", work / "tiny-out.pdf"
    with zipfile.ZipFile(source, "w") as package:
        for name, text in TINY_DOCX.items():
            package.writestr(name, text)
    office.convert(source, target)
    office.close()
    source.unlink()
    target.unlink()


def serve(office: Warm | Single, requests: IO[str], answers: IO[str]) -> None:
    """Answer requests until stdin closes or LibreOffice ends."""
    for line in requests:
        request = json.loads(line)
        answer: dict[str, Any] = {"ok": True}
        try:
            office.convert(Path(request["source"]), Path(request["target"]))
        except DocumentRefused as error:
            answer = {"error": str(error)}
        answer["office"] = office.pid()
        print(json.dumps(answer), file=answers, flush=True)
        office.close()


def main(arguments: list[str]) -> None:
    """Start LibreOffice, say that it is ready, serve; see the module's docstring."""
    folder, soffice, parent, mode = Path(arguments[0]), arguments[1], int(arguments[2]), arguments[3]
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # nothing a library prints may pass for an answer
    write_profile(folder / "profile")
    threading.Thread(target=watch_parent, args=(parent,), daemon=True).start()
    try:
        office = (Warm if mode == "warm" else Single)(soffice, folder, answers.fileno())
        warm_up(office, folder / "work")
        print(json.dumps({"ready": True, "office": office.pid()}), file=answers, flush=True)
        serve(office, sys.stdin, answers)
    except OfficeEnded as error:
        print(error, file=sys.stderr, flush=True)
    die()


if __name__ == "__main__":
    main(sys.argv[1:])
