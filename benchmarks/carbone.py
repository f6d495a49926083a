"""Peer (c): Carbone's Community Edition, under node, which fills its own {d.tag} templates and keeps LibreOffice warm.

Its template is ours, filled once by docxtpl with `{d.name}` in the place of every plain text of the context: Carbone
fills the same places of the same letter, while our loops and conditions stand already unrolled, in its favour. As with
unoserver the PDF is a plain one.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import tempfile
from pathlib import Path
from typing import Any

from benchmarks.letter import Letter
from benchmarks.tools import NotHere, install_carbone
from docgen.libreoffice.sandbox import find_installation

DRIVER = Path(__file__).with_name("carbone.js")
SECONDS = 600


def measure_carbone(letter: Letter, cores: int, times: int, count: int, clients: int) -> dict[str, float]:
    """Seconds of one letter, warm; letters a second of `count`, at once and from clients, with one LibreOffice a core.

    Raises NotHere.
    """
    node, package = install_carbone()
    with tempfile.TemporaryDirectory(prefix="docgen-bench-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        context = letter.context(1)
        plain = {name: text for name, text in context.items() if isinstance(text, str) and text}
        tags = {name: f"{{d.{name}}}" for name in plain}
        (folder / "template.docx").write_bytes(letter.fill({**context, **tags}))
        (folder / "data.json").write_text(json.dumps(plain | {"nomor": "B/000.1.9.1/NUMBER/X/XI/2026"}), "utf-8")
        command: list[Any] = [node, DRIVER, package, folder / "template.docx", folder / "data.json"]
        command += [str(cores), str(times), str(count), str(clients), folder]
        figures = _run(command, folder)
        return {f"{name}.carbone": figures[name] for name in ("letter", "rate", "clients")}


def _run(command: list[Any], folder: Path) -> dict[str, float]:
    """What the driver prints. Its LibreOffices are ended with it, or they would write into a removed folder."""
    installation = find_installation()
    if installation is None:
        raise NotHere("LibreOffice is not here")
    # It looks for soffice.bin and for a python3 that has uno on the PATH.
    places = [str(installation.soffice.parent), str(installation.python.parent), os.environ.get("PATH", "")]
    env = os.environ | {"PATH": os.pathsep.join(places)}
    with (folder / "errors").open("wb") as errors:
        process = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=errors, cwd=folder, env=env, start_new_session=True, text=True
        )
        try:
            printed, _ = process.communicate(timeout=SECONDS)
        except subprocess.TimeoutExpired as error:
            raise NotHere(f"Carbone did not end in {SECONDS} s") from error
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
    if process.returncode:
        raise NotHere(f"Carbone failed: {(folder / 'errors').read_text('utf-8', 'replace').strip()[-200:]}")
    found: dict[str, float] = json.loads(printed.splitlines()[-1])
    return found
