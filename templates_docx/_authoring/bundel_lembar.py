"""Sheets between the documents of a bundle, each on a page of its own: what is not there, and where a step begins.

Context: `kantor`, `lembar` (list of {besar, judul, rincian: [{label, isi}], keterangan}), all text. One page each.
"""

from __future__ import annotations

from templates_docx._authoring.blocks import end_of_table, rule
from templates_docx._authoring.markup import TEXT_WIDTH, cell, paragraph, row, run, steer, steer_row, table
from templates_docx._authoring.package import write_docx

LABEL = 4.0  # cm


def build() -> bytes:
    """The template as .docx."""
    widths = [LABEL, 0.4, TEXT_WIDTH - LABEL - 0.4]
    line = row(
        [
            cell(paragraph("{{ r.label }}", "Rincian"), width=widths[0]),
            cell(paragraph(":", "Rincian"), width=widths[1]),
            cell(paragraph("{{ r.isi }}", "Rincian"), width=widths[2]),
        ],
        whole=True,
    )
    rows = [steer_row("for r in l.rincian", 3), line, steer_row("endfor", 3)]
    big = run("{{ l.besar }}", bold=True, size=36)
    body = (
        steer("p", "for l in lembar")
        + steer("p", "if loop.first")
        + paragraph(big, align="center", before=150, after=12)
        + steer("p", "else")
        + paragraph(big, align="center", new_page=True, before=150, after=12)
        + steer("p", "endif")
        + paragraph(run("{{ l.judul }}", bold=True, size=16), align="center", after=18)
        + rule("single", 8, before=6, after=12)
        + table(widths, rows)
        + end_of_table()
        + paragraph("{{ l.keterangan }}", "Alinea", before=18)
        + steer("p", "endfor")
    )
    return write_docx(body, "", "")
