"""Say which office a letter comes from: ours, or the signer's own (a puskesmas, a kecamatan).

Whoever signs for another office signs under its letterhead and its number: ours would claim the letter for an office
that did not write it (Permendagri 1/2023: kop and number are those of the signing perangkat daerah). What the register
does not know is left open for that office to fill in.
"""

from __future__ import annotations

from typing import Any

from storage.records import Office, Official

NUMBER_OPEN = "." * 40  # 4.7 cm at 12 pt: room to write by hand
PLACE_OPEN = "." * 20


def office_of_signer(office: Office, signer: Official) -> Office:
    """Return the office whose name, address and place a letter of this signer shows."""
    if not signer.unit:
        return office
    own = {
        "government": signer.unit_government or office.government,
        "name": signer.unit,
        "short_name": "",
        "address": signer.unit_address,
        "place": signer.unit_place or PLACE_OPEN,
    }
    return office.model_copy(update=own | dict.fromkeys(("phone", "email", "website"), ""))


def has_letterhead(signer: Official) -> bool:
    """Return whether the letterhead is known: of ours always, of another office where its address is registered."""
    return not signer.unit or bool(signer.unit_address)


def printed_number(number: str, signer: Official) -> str:
    """Return the number as printed; another office numbers its letters itself, ours stays the number of the file."""
    return NUMBER_OPEN if signer.unit else number


def has_our_emblem(office: Office, signer: Official) -> bool:
    """Return whether the letterhead carries our emblem: that of the government both offices belong to."""
    other = signer.unit_government if signer.unit else ""
    return has_letterhead(signer) and (not other or _folded(other) == _folded(office.government))


def letterhead_tags(signer: Official) -> dict[str, Any]:
    """Return what replaces tags of `kantor` in a letter of this signer: nothing, or those of a letterhead that is not
    known.
    """
    if has_letterhead(signer):
        return {}
    nothing = {"kop": False, "pemerintah": "", "alamat": "", "kontak": ""}
    return nothing | {"nama_baris": [], "alamat_baris": [], "kontak_baris": []}


def _folded(text: str) -> str:
    return " ".join(text.casefold().split())
