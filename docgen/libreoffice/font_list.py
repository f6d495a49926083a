"""Ask `fc-list` which fonts LibreOffice is shown: the only file that runs it."""

from __future__ import annotations

import subprocess
from functools import lru_cache

from docgen.libreoffice.sandbox import FONTS

_SECONDS = 20


def listed(form: str) -> str | None:
    """Return what `fc-list` prints in this format of its own for each font; None if it does not run."""
    try:
        return subprocess.run(
            ["fc-list", "--format", form],
            env={"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", "FONTCONFIG_FILE": str(FONTS)},  # and no secret
            capture_output=True,
            check=True,
            timeout=_SECONDS,
        ).stdout.decode("utf-8", "replace")
    except (OSError, subprocess.SubprocessError):
        return None


@lru_cache(maxsize=1)
def font_families() -> frozenset[str] | None:
    """Return the names of the families that this machine has, in lower case; None if they are not known."""
    families = listed("%{family}\n")
    if families is None:
        return None
    return frozenset(name.strip().casefold() for name in families.replace("\n", ",").split(",") if name.strip())
