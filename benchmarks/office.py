"""UNO against LibreOfficeKit on the same Word file: what the choice of UNO costs or gains.

Alone: `python -m benchmarks.office`.
UNO is the pool's way: a LibreOffice in a sandbox, spoken to over its pipe. LibreOfficeKit is a child process that loads
LibreOffice as a library and calls it through ctypes, with the same profile, so with the same PDF/A export.
"""

from __future__ import annotations

import ctypes
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from benchmarks.letter import Letter, load_letter
from benchmarks.timing import median
from benchmarks.tools import NotHere
from docgen.libreoffice import start_converter
from docgen.libreoffice.helper import write_profile
from docgen.libreoffice.sandbox import find_installation

LIBRARIES = ("libsofficeapp.so", "libmergedlo.so")
HOOK = "libreofficekit_hook_2"
# Places in the tables of functions that LibreOfficeKit.h declares; each begins with its own size.
OFFICE_DOCUMENT_LOAD, OFFICE_ERROR = 2, 3
DOCUMENT_DESTROY, DOCUMENT_SAVE_AS = 1, 2
SECONDS = 120


def measure_office(letter: Letter, times: int) -> dict[str, float]:
    """Median seconds of one conversion, warm, each way. Raises NotHere when LibreOfficeKit cannot be driven."""
    docx = letter.filled(1)
    with tempfile.TemporaryDirectory(prefix="docgen-bench-") as name:
        folder = Path(name)
        converter = start_converter(1, folder / "pool")
        try:
            figures = {"office.uno": median(lambda: converter.convert(docx), times, warm=5)}
        finally:
            converter.close()
        (folder / "letter.docx").write_bytes(docx)
        write_profile(folder / "profile")
        return figures | {"office.lok": _in_child(folder, times)}


def _in_child(folder: Path, times: int) -> float:
    """LibreOffice as a library may end the process: it gets one of its own."""
    installation = find_installation()
    if installation is None:
        raise NotHere("LibreOffice is not here")
    command = [sys.executable, "-m", "benchmarks.office", str(installation.soffice.parent), str(folder), str(times)]
    try:
        ended = subprocess.run(command, capture_output=True, text=True, timeout=SECONDS)
    except subprocess.TimeoutExpired as error:
        raise NotHere("LibreOfficeKit did not answer") from error
    try:
        return float(ended.stdout.splitlines()[-1])
    except (IndexError, ValueError) as error:
        raise NotHere(f"LibreOfficeKit cannot be driven here (exit {ended.returncode})") from error


class _Table(ctypes.Structure):
    """An object of LibreOfficeKit: a pointer to its table of functions."""

    _fields_ = (("functions", ctypes.POINTER(ctypes.c_void_p)),)


_Object = ctypes.POINTER(_Table)


def _load_kit(program: Path, profile: Path) -> Callable[[Path, Path], None]:
    """Load LibreOffice into this process; returns what converts a file."""
    library = next(program / name for name in LIBRARIES if _has_hook(program / name))
    hook = getattr(ctypes.CDLL(str(library), mode=ctypes.RTLD_GLOBAL), HOOK)
    hook.restype, hook.argtypes = _Object, (ctypes.c_char_p, ctypes.c_char_p)
    office = hook(str(program).encode(), profile.as_uri().encode())
    if not office:
        raise NotHere("LibreOfficeKit does not start")
    load = ctypes.CFUNCTYPE(_Object, _Object, ctypes.c_char_p)(office.contents.functions[OFFICE_DOCUMENT_LOAD])
    save_type = ctypes.CFUNCTYPE(ctypes.c_int, _Object, ctypes.c_char_p, ctypes.c_char_p, ctypes.c_char_p)
    destroy_type = ctypes.CFUNCTYPE(None, _Object)

    def convert(source: Path, target: Path) -> None:
        document = load(office, source.as_uri().encode())
        if not document:
            raise NotHere("LibreOfficeKit does not open the letter")
        functions = document.contents.functions
        if not save_type(functions[DOCUMENT_SAVE_AS])(document, target.as_uri().encode(), b"pdf", None):
            raise NotHere("LibreOfficeKit does not write the letter")
        destroy_type(functions[DOCUMENT_DESTROY])(document)

    return convert


def _has_hook(library: Path) -> bool:
    return library.exists() and hasattr(ctypes.CDLL(str(library), mode=ctypes.RTLD_GLOBAL), HOOK)


def _kit(program: Path, folder: Path, times: int) -> None:
    convert = _load_kit(program, folder / "profile")
    target = folder / "letter.pdf"
    print(median(lambda: convert(folder / "letter.docx", target), times, warm=5), flush=True)


if __name__ == "__main__":
    if len(sys.argv) > 1:
        _kit(Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]))
    else:
        for way, seconds in measure_office(load_letter(), 20).items():
            print(f"{way}: {seconds * 1000:.1f} ms")
