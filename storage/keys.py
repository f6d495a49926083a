"""The key layout of the archive: build and parse the keys of every object.

    {asset}/{procedure}/{step:02}/{document id}/{revision:03}/{name}     a file of a revision
    {asset}/{procedure}/{step:02}/{document id}/link.json                a document kept under another asset
    umum-{year}/{kind}/00/{document id}/{revision:03}/{name}             a file of a letter outside the SOP
    {asset}/{kind}/00/{document id}/link.json                            a letter outside the SOP about an asset
    _uploads/{sha256}.jpg                                                a photo that documents may show
    _uploads/{sha256}.pdf|.jpg|.png                                      a file that somebody sent: signed copy, scan
    _uploads/{sha256}.pdf|.docx                                          a letter as it was sent to be signed
    _uploads/{sha256}.bin                                                what came back instead of the signed letter
    _templates/{sha256}.docx                                             a Word template that the office uploaded
    _alias/{id}.json                                                     an asset's code changed; in order of the ids
    _bundles/{code}/{name}                                               an archived bundle: its PDF and its manifest
    {asset}/{procedure}/{step:02}/{document id}/musnah.json              what is left of a destroyed document
    _musnah/{act id}/berita-acara.pdf                                    by what act it was destroyed
    _kunci/{key id}.json                                                 the key that encrypted objects need
    _catalogue/{segment:08}.jsonl                                        what changed in the catalogue, in order
    _catalogue/{first:08}-{last:08}.jsonl                                the same of many old segments, in their place

`{asset}` is a NIBAR made safe (`safe_asset`), or `kolektif-{year}` (`collective`) where a dossier has no
single asset. Letters outside the SOP lie in the folder `umum-{year}` (`general`), which has the kind where others have
the procedure, and 00 for the step. Every part stays readable: a person with only a bucket or file browser finds a
document by asset and step.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass

from storage.errors import StorageError

MAX_KEY_BYTES = 1024  # the limit of S3
MAX_PART_BYTES = 255  # the limit of common file systems, and of MinIO

_LONGEST_FOLDER = 200
_HASH_LENGTH = 32  # hex digits: 128 bits
_COLLECTIVE_LIKE = re.compile(r"kolektif-", re.IGNORECASE | re.ASCII)
_COLLECTIVE = re.compile(r"kolektif-([0-9]{4})")
_GENERAL_LIKE = re.compile(r"umum-", re.IGNORECASE | re.ASCII)
_GENERAL = re.compile(r"umum-([0-9]{4})")
_ESCAPE = re.compile(r"~([0-9A-F]{2})")
_NEVER_IN_KEYS = re.compile(r"[\\\x00-\x1f\x7f-\x9f\ud800-\udfff]")  # backslash, control character, half of a character
_PLAIN = re.compile(r"[A-Za-z0-9._-]")
_SHORTENED = re.compile(r"(?:[A-Za-z0-9._-]|~[0-9A-F]{2})+~~[0-9a-f]{32}")
_PROCEDURE = re.compile(r"[a-z][a-z0-9_-]{0,63}")
_DOCUMENT = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")
_NAME = re.compile(r"[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+)*")
_UPLOAD = re.compile(r"[0-9a-f]{64}\.(jpg|pdf|png|docx|bin)")
_TEMPLATE = re.compile(r"[0-9a-f]{64}")
_LINK = "link.json"
_TOMBSTONE = "musnah.json"
UPLOADS = "_uploads/"
TEMPLATES = "_templates/"
ALIASES = "_alias/"
_BUNDLES = "_bundles"
_BUNDLE = re.compile(r"[0-9A-Z]{26}")
CATALOGUE = "_catalogue/"
ACTS = "_musnah/"
KEY_NOTES = "_kunci/"


@dataclass(frozen=True)
class ArchiveKey:
    """A key taken apart. `asset` is the folder name; `revision` is None for a `link.json` or `musnah.json`."""

    asset: str
    procedure: str
    step: int
    document: str
    revision: int | None
    name: str

    @property
    def year(self) -> int | None:
        """The year of a folder that is no asset's (`kolektif-2026`, `umum-2026`), None under an asset."""
        match = (_COLLECTIVE if self.step else _GENERAL).fullmatch(self.asset)
        return int(match[1]) if match else None


def safe_asset(nibar: str) -> str:
    """Return the folder name of an asset: at most 200 characters of `A-Za-z0-9._-~`, different for each
    NIBAR.

    Letters, digits, `-`, `_` and `.` stay; every other character becomes `~XX` for each byte of its UTF-8.
    A dot at the start or after a dot is escaped (no hidden names, no `..`), and so is an underscore at the start, by
    which names of the archive's own begin (`_jobs`), and the first letter of a NIBAR that begins with `kolektif-` or
    `umum-` in any case. A result over 200 characters is cut and ends in `~~` and
    32 hex digits of the NIBAR's SHA-256; `~~` occurs in no other folder name, and the full NIBAR then
    stands in `record.json` only. Upper and lower case stay different, so a file system that ignores case is
    no place for an archive.

    Raises StorageError for an empty NIBAR or one that is not valid Unicode.
    """
    if not nibar:
        raise StorageError("An asset without a NIBAR has no folder: give the asset its NIBAR.")
    is_like_ours = _COLLECTIVE_LIKE.match(nibar) or _GENERAL_LIKE.match(nibar)
    return _folder(nibar, escaped=nibar[0] in "._" or is_like_ours is not None)


def former_asset(nibar: str) -> str:
    """Return the folder name that an asset had in archives where an underscore or `umum-` at the start was not escaped;
    "" when that makes no difference.
    """
    return _folder(nibar, escaped=False) if nibar.startswith("_") or _GENERAL_LIKE.match(nibar) else ""


def asset_from_safe(folder: str) -> str | None:
    """Return the NIBAR of a folder name that `safe_asset` gave, or None if it was shortened.

    Raises StorageError for any other text, a collective folder among them.
    """
    if _SHORTENED.fullmatch(folder) and len(folder) <= _LONGEST_FOLDER:
        return None
    try:
        nibar = _unescape(folder)
        if nibar and folder in (safe_asset(nibar), former_asset(nibar)):
            return nibar
    except UnicodeError:
        pass
    raise StorageError(f"{folder!r} is not the folder of an asset.")


def collective(year: int) -> str:
    """Return the folder of dossiers that have no single asset: `kolektif-2026`."""
    if not 1900 <= year <= 9999:
        raise StorageError(f"{year} is not a year: a collective folder needs one from 1900 on.")
    return f"kolektif-{year}"


def general(year: int) -> str:
    """Return the folder of letters outside the SOP: `umum-2026`."""
    return collective(year).replace("kolektif", "umum")


def revision_key(asset: str, procedure: str, step: int, document: str, revision: int, name: str) -> str:
    """Return the key of one file of a revision; `asset` is a folder name (`safe_asset`, `collective` or `general`).

    Steps and revisions count from 1; the step of a `general` folder is 0. Raises StorageError for a part that would not
    be read back the same.
    """
    if revision < 1 or not _NAME.fullmatch(name):
        raise StorageError(f"Revision {revision} of {document!r}, file {name!r}: not a revision's file.")
    return check_key(f"{_document_folder(asset, procedure, step, document)}/{revision:03}/{name}")


def link_key(asset: str, procedure: str, step: int, document: str) -> str:
    """Return the key of the `link.json` that names, under another asset, where a document is kept.

    The step of a link to a letter outside the SOP is 0.
    """
    return check_key(f"{_document_folder(asset, procedure, step, document, is_link=True)}/{_LINK}")


def tombstone_key(asset: str, procedure: str, step: int, document: str) -> str:
    """Return the key of the `musnah.json` that is left where a document was."""
    return check_key(f"{_document_folder(asset, procedure, step, document)}/{_TOMBSTONE}")


def act_key(act: str) -> str:
    """Return the key of the Berita Acara of a destruction."""
    return check_key(f"{ACTS}{act}/berita-acara.pdf")


def upload_key(name: str) -> str:
    """Return the key of a file that came from outside or was made in advance, named by its own SHA-256.

    Raises StorageError for other names.
    """
    if not _UPLOAD.fullmatch(name):
        raise StorageError(f"{name!r} is no name of an upload: 64 hex digits and .jpg, .png, .pdf, .docx or .bin.")
    return f"{UPLOADS}{name}"


def template_key(sha256: str) -> str:
    """Return the key of a Word template that the office uploaded. Raises StorageError for what is no SHA-256."""
    if not _TEMPLATE.fullmatch(sha256):
        raise StorageError(f"{sha256!r} is no SHA-256: a template is named by the one of its bytes.")
    return f"{TEMPLATES}{sha256}.docx"


def alias_key(id: str) -> str:
    """Return the key of the record of a change of an asset's code. Raises StorageError for what is no id."""
    if not _DOCUMENT.fullmatch(id):
        raise StorageError(f"{id!r} is not the id of a change of code.")
    return f"{ALIASES}{id}.json"


def bundle_key(code: str, name: str) -> str:
    """Return the key of a file of an archived bundle. Raises StorageError for what would not be read back the same."""
    if not _BUNDLE.fullmatch(code) or not _NAME.fullmatch(name):
        raise StorageError(f"Bundle {code!r}, file {name!r}: not a bundle's file.")
    return f"{_BUNDLES}/{code}/{name}"


def key_note_key(key_id: str) -> str:
    """Return the key of the note that objects of the archive are encrypted with a key."""
    return f"{KEY_NOTES}{key_id}.json"


def segment_key(number: int) -> str:
    """Return the key of a segment of the catalogue's mirror; they count from 1."""
    return f"{CATALOGUE}{number:08}.jsonl"


def merged_key(first: int, last: int) -> str:
    """Return the key of the object that stands for these segments and all between them."""
    return f"{CATALOGUE}{first:08}-{last:08}.jsonl"


def parse_key(key: str) -> ArchiveKey:
    """Take a key of `revision_key`, `link_key` or `tombstone_key` apart. Raises StorageError for any other key."""
    parts = key.split("/")
    if len(parts) not in (5, 6) or not parts[2].isdecimal():
        raise _not_ours(key)
    asset, procedure, step, document = parts[0], parts[1], int(parts[2]), parts[3]
    if len(parts) == 5:
        name = _TOMBSTONE if parts[4] == _TOMBSTONE else _LINK
        parsed = ArchiveKey(asset, procedure, step, document, None, name)
        canonical = check_key(f"{_document_folder(asset, procedure, step, document, is_link=name == _LINK)}/{name}")
    elif parts[4].isdecimal():
        parsed = ArchiveKey(asset, procedure, step, document, int(parts[4]), parts[5])
        canonical = revision_key(asset, procedure, step, document, int(parts[4]), parts[5])
    else:
        raise _not_ours(key)
    if canonical != key:  # written otherwise than the layout does, e.g. step "1" for "01"
        raise _not_ours(key)
    return parsed


def check_key(key: str) -> str:
    """Return `key` if every object store can hold it under that very name; else raise StorageError.

    Refused: over 1024 bytes of UTF-8 or 255 a part, a leading or trailing `/`, empty parts, parts that
    begin with a dot (hidden, `.` and `..`), backslashes, control characters, text that is not valid
    Unicode.
    """
    parts = key.split("/")
    if any(not part or part.startswith(".") for part in parts):
        raise StorageError(f"Key {key!r}: every part between slashes needs a name that begins with no dot.")
    if _NEVER_IN_KEYS.search(key):
        raise StorageError(f"Key {key!r} holds a backslash, a control character or what is no character.")
    if len(key.encode()) > MAX_KEY_BYTES or any(len(part.encode()) > MAX_PART_BYTES for part in parts):
        raise StorageError(f"Key {key!r} is too long: {MAX_KEY_BYTES} bytes, and {MAX_PART_BYTES} a part, fit.")
    return key


def check_prefix(prefix: str) -> str:
    """Return `prefix` if an allowed key may start with it (empty: all do); else raise StorageError."""
    if prefix:
        check_key(prefix + "x" if prefix.endswith("/") else prefix)
    return prefix


def _folder(nibar: str, *, escaped: bool) -> str:
    parts = [_escape(char, previous) for previous, char in zip(" " + nibar, nibar, strict=False)]
    if escaped:
        parts[0] = f"~{ord(nibar[0]):02X}"
    folder = "".join(parts)
    return folder if len(folder) <= _LONGEST_FOLDER else _shorten(parts, nibar)


def _escape(char: str, previous: str) -> str:
    if _PLAIN.fullmatch(char) and not (char == "." and previous == "."):
        return char
    try:
        return "".join(f"~{byte:02X}" for byte in char.encode())
    except UnicodeEncodeError as error:
        raise StorageError(f"A NIBAR holds {char!r}, which is no character: correct the asset.") from error


def _unescape(folder: str) -> str:
    pieces = _ESCAPE.split(folder)  # plain text and the hex digits of escapes, in turn
    return b"".join(bytes.fromhex(p) if i % 2 else p.encode() for i, p in enumerate(pieces)).decode()


def _shorten(parts: list[str], nibar: str) -> str:
    """Shorten a folder name between characters, so that no escape is cut in two, and add the hash of the whole name."""
    readable, room = "", _LONGEST_FOLDER - _HASH_LENGTH - len("~~")
    for part in parts:
        if len(readable) + len(part) > room:
            break
        readable += part
    return f"{readable}~~{hashlib.sha256(nibar.encode()).hexdigest()[:_HASH_LENGTH]}"


def _document_folder(asset: str, procedure: str, step: int, document: str, *, is_link: bool = False) -> str:
    """Return the folder of a document. Only in a `general` folder, and of a link, the step is 0: an asset whose former
    folder is named like one has steps.
    """
    is_general = step == 0 and not is_link
    if not (_GENERAL if is_general else _COLLECTIVE).fullmatch(asset):
        if is_general:
            raise StorageError(f"{asset!r} is not the folder of letters outside the SOP: only these have step 0.")
        asset_from_safe(asset)
    if not _PROCEDURE.fullmatch(procedure) or not _DOCUMENT.fullmatch(document) or not 0 <= step <= 99:
        raise StorageError(f"{procedure!r} step {step}, document {document!r}: no folder can be named so.")
    return f"{asset}/{procedure}/{step:02}/{document}"


def _not_ours(key: str) -> StorageError:
    return StorageError(f"Key {key!r} is not of the archive's layout.")
