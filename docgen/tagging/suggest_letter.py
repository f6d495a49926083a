"""Find what an office prints on each letter by itself: the letterhead above, the signature block below."""

from __future__ import annotations

import re
from collections.abc import Sequence

from docgen.tagging.data_words import DataWords
from docgen.tagging.word_text import PartText
from docgen.tagging.words import NIP

_HEAD_LINES = 10  # paragraphs in which a letterhead stands
_GOVERNMENT = re.compile(r"^\s*(PEMERINTAH\s[A-Z .]+?)\s*$")
_KINDS_OF_OFFICE = "DINAS|BADAN|KECAMATAN|KELURAHAN|SEKRETARIAT|INSPEKTORAT|SATUAN|RUMAH SAKIT"
_OFFICE = re.compile(rf"^\s*((?:{_KINDS_OF_OFFICE})\b[A-Z ,.-]*?)\s*$")
_CONTACTS = r"[,;]?\s*(?:Telp|Telepon|Fax|Faks|Pos-el|E-?mail|Laman)\b.*"
_ADDRESS = re.compile(rf"^\s*((?:Jalan|Jln?\.)\s[^;]{{3,150}}?)\s*(?:{_CONTACTS})?$")
_RANK = re.compile(r"^\s*((?:Pembina|Penata|Pengatur|Juru)\b[^:]*?)\s*$")
_POSTS = "Kepala|Sekretaris|Camat|Lurah|Direktur|Bupati|Inspektur|Ketua|Asisten|Kasi|Kabid"
_POST = re.compile(rf"^\s*((?:Plt\.|Plh\.|(?:{_POSTS})\b)[^:,]*)[\s,]*$")
_NAME = re.compile(r"^\s*\(?\s*([A-Z][\w.'’]*(?:,?\s+[A-Z][\w.'’]*){0,9})\s*\)?\s*$")
_LINES_ABOVE = 12  # paragraphs between post and NIP, empty ones too


def letterhead_data(part: PartText) -> dict[int, list[DataWords]]:
    """Return the lines of the letterhead, by paragraph."""
    data: dict[int, list[DataWords]] = {}
    known: dict[str, re.Pattern[str]] = {
        "kantor.pemerintah": _GOVERNMENT,
        "kantor.nama": _OFFICE,
        "kantor.alamat": _ADDRESS,
    }
    for index in range(min(_HEAD_LINES, len(part.paragraphs))):
        for name, pattern in list(known.items()):
            match = pattern.match(part.text(index))
            if match and ("kantor.pemerintah" not in known or name == "kantor.pemerintah"):
                data[index] = [_own(match.span(1), name)]
                del known[name]
                break
    return data


def signature_data(part: PartText) -> dict[int, list[DataWords]]:
    """Return the lines of the last signature block, by paragraph: NIP, rank, name and post, from below."""
    last = next((index for index in reversed(range(len(part.paragraphs))) if _is_nip_line(part.text(index))), None)
    if last is None:
        return {}
    match = NIP.search(part.text(last))
    data = {last: [_own(match.span(), "penandatangan.nip")]} if match else {}
    above = [index for index in reversed(range(max(0, last - _LINES_ABOVE), last)) if part.text(index).strip()]
    for name, pattern in (("pangkat", _RANK), ("nama", _NAME), ("jabatan", _POST)):
        index = above[0] if above else None
        line = pattern.match(part.text(index)) if index is not None else None
        if index is not None and line:
            data[index] = [_own(line.span(1), f"penandatangan.{name}")]
            above = above[1:]
        elif name == "nama":
            return {}  # it signs nothing
    return data


def _is_nip_line(text: str) -> bool:
    return bool(NIP.search(text)) and re.match(r"^\s*NIP\b", text) is not None


def _own(span: Sequence[int], name: str) -> DataWords:
    return DataWords(span[0], span[1], name, "", is_field=False)
