"""Write zip files that hold no clock: the same members are the same bytes."""

from __future__ import annotations

import io
from collections.abc import Iterable
from dataclasses import dataclass
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

_DATE = (1980, 1, 1, 0, 0, 0)  # the first that a zip can name


@dataclass(frozen=True)
class Member:
    """A file within a zip. `stored` leaves it as it is, because a PDF or a picture is compressed in itself."""

    name: str
    data: bytes
    stored: bool = False


def zip_bytes(members: Iterable[Member], *, level: int | None = None) -> bytes:
    """Return a zip of these members, in order; `level` is that of deflate."""
    target = io.BytesIO()
    with ZipFile(target, "w", compresslevel=level) as archive:
        for member in members:
            entry = ZipInfo(member.name, _DATE)
            entry.compress_type = ZIP_STORED if member.stored else ZIP_DEFLATED
            archive.writestr(entry, member.data, compresslevel=level)
    return target.getvalue()
