"""The annex of photographs: two a row, each with its caption, there only when there are photographs."""

from __future__ import annotations

from templates_docx._authoring.blocks import end_of_table, signature
from templates_docx._authoring.lampiran import annex, one_piece
from templates_docx._authoring.markup import (
    TEXT_WIDTH,
    cell,
    paragraph,
    picture,
    row,
    run,
    steer,
    steer_row,
    table,
)

WIDTH, HEIGHT = 7.6, 5.7  # cm: the box a photograph fits in, 4:3
PADDING = 0.2  # cm
NO_PADDING = '<w:tcMar><w:left w:w="0" w:type="dxa"/><w:right w:w="0" w:type="dxa"/></w:tcMar>'


def photo_annex(document: str) -> str:
    """Lampiran "Dokumentasi" of a `document` ("Laporan"), signed as an annex is."""
    return annex("foto", document, "DOKUMENTASI", content="", signed=_photographs())


def _photographs() -> str:
    """Rows of two photographs, none split between pages; the last one holds the signature, which is never alone."""
    width = TEXT_WIDTH / 2
    pair = row([_photograph("baris.kiri", width), _photograph("baris.kanan", width, maybe=True)], whole=True)
    signed = one_piece(paragraph("", "Garis", before=4), signature("penandatangan"))
    last = table([width, width], [pair], padding=PADDING) + signed
    rows = [
        steer_row("for baris in foto_baris", columns=2),
        steer_row("if not loop.last", columns=2),
        pair,
        steer_row("else", columns=2),
        row([cell(last + end_of_table(), width=TEXT_WIDTH, span=2, look=NO_PADDING)], whole=True),
        steer_row("endif", columns=2),
        steer_row("endfor", columns=2),
    ]
    return table([width, width], rows, padding=PADDING) + end_of_table()


def _photograph(photo: str, width: float, *, maybe: bool = False) -> str:
    """A cell; `maybe` says that the last row may lack this one."""
    shown = picture("rId5", f"foto {photo}", WIDTH, HEIGHT)
    if maybe:
        shown = run(f"{{% if {photo} %}}") + shown + run("{% endif %}")
    said = f"{{% if {photo}.keterangan %}}. {{{{ {photo}.keterangan }}}}{{% endif %}}"
    caption = paragraph(f"Foto {{{{ {photo}.no }}}}{said}", "Keterangan", keep_lines=True)
    if maybe:
        caption = steer("p", f"if {photo}") + caption + steer("p", "endif")
    return cell(paragraph(shown, "Gambar") + caption, width=width)
