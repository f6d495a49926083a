"""Load the shared parts an office has: the delivered ones and its own, which take their place."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import yaml

from docgen.kinds.kind import TEMPLATE
from docgen.render.shared.definitions import PARTS, SENTENCES, SharedParts
from wording import say


def read_shared_parts(folders: Sequence[Path]) -> SharedParts:
    """Read the shared parts in `_bagian` of each folder; one in a later folder takes the place of its namesake.

    A Word file is not opened here. A sentence of a later folder takes the place of its namesake, the others stay. What
    cannot be read is among `wrong`, and so are the templates that use it.
    """
    files: dict[str, bytes] = {}
    sentences: dict[str, str] = {}
    wrong: dict[str, str] = {}
    for folder in (folder / PARTS for folder in folders):
        if not folder.is_dir():
            continue
        for entry in sorted(folder.iterdir()):
            if entry.is_dir() and entry.name[0] not in "._":
                try:
                    files[entry.name] = (entry / TEMPLATE).read_bytes()
                    wrong.pop(entry.name, None)
                except OSError as error:
                    wrong[entry.name] = say(
                        "{file}: tidak dapat dibaca ({error}). Sebuah bagian bersama adalah folder dengan {template}.",
                        file=entry / TEMPLATE,
                        error=error.strerror,
                        template=TEMPLATE,
                    )
        if (folder / SENTENCES).is_file():
            try:
                sentences |= _read_sentences(folder / SENTENCES)
            except (OSError, ValueError, yaml.YAMLError) as error:
                wrong[SENTENCES] = say(
                    "{file}: tidak dapat dibaca ({error}). Tulis satu kalimat sebaris: nama: teksnya.",
                    file=folder / SENTENCES,
                    error=" ".join(str(error).split()),
                )
    return SharedParts(files, sentences, wrong)


def _read_sentences(path: Path) -> dict[str, str]:
    """Return the sentences of a file, each on one line. Raises OSError, ValueError, yaml.YAMLError."""
    texts = yaml.safe_load(path.read_text(encoding="utf-8")) or {}
    if not isinstance(texts, dict) or not all(isinstance(text, str) for text in texts.values()):
        raise ValueError("nama: teks")
    return {str(name): " ".join(text.split()) for name, text in texts.items()}
