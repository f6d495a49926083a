"""Parts that plans and studies share: headed sections, paragraphs, numbered lists, the asset table, approval."""

from __future__ import annotations

from collections.abc import Sequence

from templates_docx._authoring.blocks import bookmark, end_of_table, grid, signature, signature_rows, small_paragraph
from templates_docx._authoring.lampiran import either, list_annex
from templates_docx._authoring.markup import TEXT_WIDTH, cell, paragraph, row, steer, table
from templates_docx._authoring.nota_dinas import ASSET_ROWS, ASSET_TITLE

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


def heading(mark: str, title: str) -> str:
    """A section's heading: `A.` or `1.` hanging before its title, never last on a page."""
    return paragraph(f"{mark}\t{title}", "Bab", indent=0.75, hanging=0.75)


def prose(tag: str, *, indent: float = 0.75) -> str:
    """The paragraphs of a field of type paragraphs."""
    return steer("p", f"for alinea in {tag}") + _text("{{ alinea }}", indent) + steer("p", "endfor")


def sentence(text: str, *, indent: float = 0.75, keep_next: bool = False) -> str:
    """One paragraph under a heading."""
    return _text(text, indent, keep_next=keep_next)


def numbered(tag: str, *, indent: float = 0.75) -> str:
    """The lines of a field of type list, numbered; a single one without its number."""
    return (
        steer("p", f"if {tag}|length > 1")
        + steer("p", f"for satu in {tag}")
        + paragraph("{{ loop.index }}.\t{{ satu }}", "Butir", indent=indent + 0.75, hanging=0.75)
        + steer("p", "endfor")
        + steer("p", "else")
        + steer("p", f"for satu in {tag}")
        + _text("{{ satu }}", indent)
        + steer("p", "endfor")
        + steer("p", "endif")
    )


def asset_list(lead: str, columns: Columns = ASSET_COLUMNS, *, indent: float = 0.75) -> str:
    """The assets of the document under their lead, or where they are annexed."""
    return either("aset", _asset_table(columns) + paragraph("", "Garis"), lead, indent=indent)


def asset_annex(document: str, columns: Columns = ASSET_COLUMNS) -> str:
    """The annex of a document's assets."""
    return list_annex("aset", document, ASSET_TITLE, listed=_asset_table(columns), rows=ASSET_ROWS)


def asset_value() -> str:
    """The value of the assets, where it is known of all."""
    return (
        steer("p", "if total_nilai")
        + sentence("Jumlah nilai perolehan seluruhnya {{ total_nilai }} ({{ total_nilai_terbilang }}).")
        + steer("p", "endif")
    )


def closing(text: str, *, indent: float = 0.75) -> str:
    """The last words, kept whole and with the signatures after them."""
    return paragraph(text, "Alinea", keep_next=True, keep_lines=True, after=14, indent=indent)


def together(*parts: str, width: float = TEXT_WIDTH) -> str:
    """Closing words and signatures on one page. Paragraphs kept with the next part at times; one whole row does not."""
    content = "".join(parts)
    if 'w:name="cap"' not in content:  # docgen.render.stamps.free_space puts stamps on this page
        content = small_paragraph(bookmark("cap")) + content
    return table([width], [row([cell(content, width=width)], whole=True)]) + end_of_table()


def dated_signature(person: str) -> str:
    """Place and date over the block of one signer, on the right."""
    return paragraph("{{ kantor.tempat }}, {{ tanggal }}", "TandaTangan", indent=8.0) + signature(person)


def approval(*signers: tuple[str, str], width: float = TEXT_WIDTH, optional: str = "") -> str:
    """Signers side by side, (what they do, official's tag), the author last, under place and date; all on one page.

    Three on an upright page: the two nearest the text in the first line, the one who ratifies alone below them. The
    slot of the official `optional` is there only when one was chosen: no step of the SOP decides there.
    """
    if optional:
        rest = [one if one[1] != optional else ("", "") for one in signers]
        chosen, without = approval(*signers, width=width), approval(*rest, width=width)
        return steer("p", f"if {optional}") + chosen + steer("p", "else") + without + steer("p", "endif")
    dated = paragraph("{{ kantor.tempat }}, {{ tanggal }}", "TandaTangan")
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


def _text(text: str, indent: float, *, keep_next: bool = False) -> str:
    return paragraph(text, "Alinea", indent=indent, keep_next=keep_next)
