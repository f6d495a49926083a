"""Parts that plans and studies share: headed sections, paragraphs, numbered lists, the asset table, approval."""

from __future__ import annotations

from collections.abc import Sequence

from templates_docx._authoring.blocks import grid, signature, signature_rows
from templates_docx._authoring.lampiran import either, list_annex
from templates_docx._authoring.markup import TEXT_WIDTH, paragraph, steer
from templates_docx._authoring.nota_dinas import ASSET_ROWS, ASSET_TITLE
from templates_docx._authoring.numbering import HANGING, headings_of
from templates_docx._authoring.passages import items

Columns = Sequence[tuple[str, float, str, str]]
STAMP_ROOM = 80  # pt: a signature, or the stamp of a decision on the PDF
# Whose decision is stamped in the room of which signer.
STAMPED = {"penyetuju": "kepala_bidang", "pengesah": "kepala_dinas", "mengetahui": "kepala_dinas"}

# Every fact a plan or study of assets needs, on 16 cm; data assets print "-" for code, serial number and value.
ASSET_COLUMNS = (
    ("No.", 0.8, "{{ a.no }}", "SelTengah"),
    ("NIBAR / Kode Barang", 3.1, paragraph("{{ a.nibar }}", "Sel") + paragraph("{{ a.kode_barang }}", "Sel"), "Sel"),
    ("Nama Barang", 2.4, "{{ a.nama }}", "Sel"),
    ("Merk/Type dan No. Seri", 2.7, paragraph("{{ a.merk }}", "Sel") + paragraph("{{ a.seri }}", "Sel"), "Sel"),
    ("Tahun", 1.1, "{{ a.tahun }}", "SelTengah"),
    ("Nilai", 2.7, "{{ a.nilai }}", "SelKanan"),
    ("Kondisi", 1.4, "{{ a.kondisi }}", "SelTengah"),
    ("Lokasi", 1.8, "{{ a.lokasi }}", "Sel"),
)
ASSET_SIZE = 8.5  # pt


def heading(title: str, form: str = "", *, level: int = 0) -> str:
    """A section's heading, never last on a page; `form` is how Word counts the headings of its template: `A.`, `1.`.

    Without `form` it has no number, but stands where the others' titles do.
    """
    style = ("Bab", "SubBab")[level]
    if form:
        return paragraph(title, style, number=headings_of("bab", form), level=level)
    return paragraph(title, style, indent=HANGING)


def prose(tag: str, *, indent: float = 0.75) -> str:
    """The paragraphs of a field of type paragraphs."""
    return steer("p", f"for alinea in {tag}") + _text("{{ alinea }}", indent) + steer("p", "endfor")


def sentence(text: str, *, indent: float = 0.75, keep_next: bool = False, align: str = "") -> str:
    """One paragraph under a heading."""
    return _text(text, indent, keep_next=keep_next, align=align)


def numbered(tag: str, *, form: str = "1.", indent: float = 0.75) -> str:
    """The lines of a field of type list under a heading, numbered; a single one without its number."""
    return items(tag, form=form, indent=indent + HANGING)


def asset_list(lead: str, columns: Columns = ASSET_COLUMNS, *, indent: float = 0.75) -> str:
    """The assets of the document under their lead, or where they are annexed."""
    return either("aset", _asset_table(columns) + paragraph("", "Garis"), lead, indent=indent)


def asset_annex(document: str, columns: Columns = ASSET_COLUMNS) -> str:
    """The annex of a document's assets."""
    return list_annex("aset", document, ASSET_TITLE, listed=_asset_table(columns), rows=ASSET_ROWS)


def asset_value() -> str:
    """The value of the assets, where it is known of all."""
    return steer("p", "if total_nilai") + sentence("{{ kalimat.jumlah_nilai }}") + steer("p", "endif")


def closing(text: str, *, indent: float = 0.75) -> str:
    """The last words, kept whole and with the signatures after them."""
    return paragraph(text, "Alinea", keep_next=True, keep_lines=True, after=14, indent=indent)


def dated_signature(person: str) -> str:
    """Place and date over the block of one signer, on the right."""
    return paragraph("{{ kalimat.tempat_tanggal }}", "TandaTangan", indent=8.0) + signature(person)


def approval(*signers: tuple[str, str], width: float = TEXT_WIDTH, optional: str = "") -> str:
    """Signers side by side, (what they do, official's tag), the author last, under place and date; all on one page.

    Three on an upright page: the two nearest the text in the first line, the one who ratifies alone below them. The
    slot of the official `optional` is there only when one was chosen: no step of the SOP decides there.
    """
    if optional:
        rest = [one if one[1] != optional else ("", "") for one in signers]
        chosen, without = approval(*signers, width=width), approval(*rest, width=width)
        return steer("p", f"if {optional}") + chosen + steer("p", "else") + without + steer("p", "endif")
    dated = paragraph("{{ kalimat.tempat_tanggal }}", "TandaTangan")
    above = paragraph("", "TandaTangan")
    headed = [
        ((dated if person == "penandatangan" else above) + paragraph(done, "TandaTangan"), person)
        for done, person in signers
    ]
    if len(signers) == 3 and width == TEXT_WIDTH:
        below = [("", "", width / 4), (signers[0][0], signers[0][1], width / 2), ("", "", width / 4)]
        first = [(text, person, width / 2) for text, person in headed[1:]]
        return signature_rows(first, below, width=width, room=STAMP_ROOM, stamped=STAMPED)
    line = [(text, person, width / len(signers)) for text, person in headed]
    return signature_rows(line, width=width, room=STAMP_ROOM, stamped=STAMPED)


def _asset_table(columns: Columns) -> str:
    return grid(columns, each="a in aset", padding=0.08)


def _text(text: str, indent: float, *, keep_next: bool = False, align: str = "") -> str:
    return paragraph(text, "Alinea", indent=indent, keep_next=keep_next, align=align)
