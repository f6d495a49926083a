"""What a screen reader hears of what is printed on a letter after it was made."""

from __future__ import annotations

import io
from typing import Any

import pikepdf
import pytest

from docgen.libreoffice import Converter
from docgen.render.stamps.decision import StampText, stamp_endorsements
from docgen.render.stamps.verification_band import Band, stamp_band
from docgen.render.stamps.watermark import watermark
from tests.support.office.letters import KINDS, letter

pytestmark = pytest.mark.office
BAND = Band("1", "ABCD", "https://x.go.id/verifikasi/ABCD")


@pytest.fixture(scope="module")
def issued(converter: Converter) -> bytes:
    """A plan with its band, signed by two."""
    pdf = converter.convert(letter(KINDS["rencana_pemindahtempatan"]))
    return stamp_band(pdf, number=BAND.number, code=BAND.code, url=BAND.url).data


def spoken(data: bytes) -> list[tuple[str, str]]:
    """Role and replacement text of each element at the top of the structure tree, in reading order.

    Each that has a text is content of its page, as the tree of parents knows it.
    """
    pdf = pikepdf.open(io.BytesIO(data))
    root: Any = pdf.Root.StructTreeRoot
    top = root.K[0] if isinstance(root.K, pikepdf.Array) else root.K
    numbers = root.ParentTree.Nums.as_list()
    content = {int(key): entry for key, entry in zip(numbers[::2], numbers[1::2], strict=True)}
    found = []
    for kid in top.K.as_list():
        if "/ActualText" in kid:
            assert content[int(kid.Pg.StructParents)][int(kid.K)].objgen == kid.objgen
            marked = b"".join(part.read_bytes() for part in kid.Pg.Contents)
            assert f"/P <</MCID {kid.K}>> BDC".encode() in marked
        found.append((str(kid.S), str(kid.get("/ActualText", ""))))
    return found


def test_a_decision_is_heard_behind_its_page(issued: bytes) -> None:
    """Who decided what, when, and why, behind what stands on the page of the signature; of two, in their order. The
    sheet that holds a long note is heard with its heading.
    """
    marks = [
        StampText("DITOLAK", "", "Kepala Bidang", name, "", "hari ini", "ABCD", note, tone="bad")
        for name, note in (("Noor Aina", "Belum dianggarkan."), ("Siti", "Alasan yang panjang. " * 60))
    ]
    data = stamp_endorsements(issued, marks, decisions_expected=2, heading_lines=["Nomor 1"], band=BAND).data
    heard = spoken(data)
    first, second, lines, full = (one for one in heard if one[1])
    assert first == ("/P", "Ditolak oleh Noor Aina, Kepala Bidang, hari ini, kode ABCD. Catatan: Belum dianggarkan.")
    assert second[1].endswith("kode ABCD. Catatan lengkap: Lembar Pengesahan, hal. 3")
    assert heard[-3:] == [("/H1", ""), lines, full]
    assert heard[: heard.index(first)] == spoken(issued)[: heard.index(first)]
    assert lines == ("/P", "Nomor 1")
    assert full[1].count("Alasan yang panjang.") == 60


def test_a_void_letter_begins_with_why(issued: bytes) -> None:
    """The word and all of the reason, once, before everything else."""
    why = "Dibatalkan hari ini: " + "alasan yang panjang " * 40
    heard = spoken(watermark(issued, "BATAL", why=why))
    assert heard[0] == ("/P", f"BATAL. {why}".strip())
    assert heard[1:] == spoken(issued)
