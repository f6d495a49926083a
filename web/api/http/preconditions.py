"""If-Match: a change says which version it changes, so that nobody overwrites what he has not seen (RFC 9110)."""

from __future__ import annotations

from flask import request

from docgen.errors import VersionRequired

HEADER = {
    "If-Match": "The `ETag` of the version that is meant; when somebody was quicker the call answers 412. `*` means "
    "any version"
}
NO_VERSION = -1  # what a tag means that was never ours


def base_version(*, required: bool = False) -> int | None:
    """Return the version that the caller names, or None where he names none, or any. Raises VersionRequired."""
    if "If-Match" not in request.headers:
        if required:
            raise VersionRequired("Kirim If-Match dengan ETag dari versi yang diubah.")
        return None
    if request.if_match.star_tag:
        return None
    tags = request.if_match.as_set()
    tag = next(iter(tags)) if len(tags) == 1 else ""
    return int(tag) if tag.isascii() and tag.isdigit() and len(tag) < 10 else NO_VERSION


def etag_of(version: int) -> dict[str, str]:
    """Return the header that names a version."""
    return {"ETag": f'"{version}"'}
