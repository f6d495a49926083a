"""Convert with the LibreOffice of another system, which lies in a folder (debootstrap makes one); root alone may.

The helper is the service's own and speaks as it does with a worker; only the confinement is missing, because that of
this system does not fit another.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from docgen.errors import ConversionFailed
from docgen.libreoffice.sandbox import FONTS, environment
from docgen.libreoffice.worker import HELPER

_SOFFICE = Path("usr/lib/libreoffice/program/soffice.bin")


class ChrootConverter:
    """One warm LibreOffice below `root`, one document at a time."""

    def __init__(self, root: Path, process: subprocess.Popen[str], folder: Path) -> None:
        self._root, self._process, self._folder = root, process, folder
        self._lock = threading.Lock()
        self._answer()

    def convert(self, docx: bytes, *, deadline: float = 30.0, group: str = "") -> bytes:
        """Return the document as PDF; `deadline` and `group` are not heeded. Raises ConversionFailed."""
        source, target = self._folder / "naskah.docx", self._folder / "hasil.pdf"
        with self._lock:
            source.write_bytes(docx)
            assert self._process.stdin is not None
            request = {"source": self._inside(source), "target": self._inside(target)}
            print(json.dumps(request), file=self._process.stdin, flush=True)
            self._answer()
            pdf = target.read_bytes()
            target.unlink()
            return pdf

    def check(self) -> None:
        """Do nothing: it is warm."""

    def close(self) -> None:
        """Do nothing: `chroot_converter` ends it."""

    def _inside(self, path: Path) -> str:
        return f"/{path.relative_to(self._root)}"

    def _answer(self) -> None:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        answer = json.loads(line) if line else {"error": (self._folder / "errors").read_text("utf-8", "replace")}
        if "error" in answer:
            raise ConversionFailed(answer["error"])


@contextmanager
def chroot_converter(root: Path) -> Iterator[ChrootConverter]:
    """Start the LibreOffice below `root` for as long as the block lasts. Raises ConversionFailed."""
    with tempfile.TemporaryDirectory(dir=root / "tmp", prefix="docgen-golden-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        for subfolder in ("home", "tmp", "work"):
            (folder / subfolder).mkdir()
        shutil.copy(HELPER, folder / HELPER.name)
        shutil.copy(FONTS, folder / FONTS.name)
        inside = Path("/tmp") / folder.name
        command = ["chroot", str(root), "/usr/bin/python3", "-B", "-s", str(inside / HELPER.name)]
        command += [str(inside), f"/{_SOFFICE}", str(os.getpid()), "warm"]
        env = environment(inside) | {"FONTCONFIG_FILE": str(inside / FONTS.name), "PATH": os.environ["PATH"]}
        with (
            (folder / "errors").open("wb") as errors,
            subprocess.Popen(
                command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=errors, env=env, text=True,
                start_new_session=True,
            ) as process,
        ):  # fmt: skip
            try:
                yield ChrootConverter(root, process, folder)
            finally:
                assert process.stdin is not None
                process.stdin.close()  # the helper ends its LibreOffice and itself
