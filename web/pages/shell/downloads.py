"""Files of letters as a browser gets them: their names, and what the store or the browser's cache spares."""

from __future__ import annotations

import io
import re

from flask import redirect, request, send_file
from flask.typing import ResponseReturnValue

from storage.records import Document, StoredFile
from web.desk import get_desk
from web.pages.shell.filters import kind_title
from web.signed_downloads import store_link


def send_stored(document: Document, file: StoredFile, extension: str, *, attachment: bool) -> ResponseReturnValue:
    """Send a file with its SHA-256 as ETag; the store is not read for what the browser has already."""
    is_cached = file.sha256 in request.if_none_match
    name = f"{download_name(document)}.{extension}"
    if attachment and not is_cached:
        link = store_link(get_desk(), file.key, file.size, file.content_type, name, inline=False)
        if link:
            return redirect(link, 302)
    return send_file(
        io.BytesIO(b"" if is_cached else get_desk().store.get(file.key)),
        mimetype=file.content_type,
        as_attachment=attachment,
        download_name=name,
        conditional=True,
        etag=file.sha256,
    )


def download_name(document: Document) -> str:
    """Return a name that every file system takes: `Nota Dinas B-000.1.9.1-7-DiskominfoSP2-XI-2026`."""
    return safe_name(f"{kind_title(document.kind)} {document.number}")


def safe_name(title: str) -> str:
    """Return a title as the name of a file, without what some file system refuses; 150 characters at most."""
    return re.sub(r"[^\w .()-]+", "-", title)[:150].strip(" .-")
