"""Labels to cut out: one for the box and one for the spine of the binder, a page for each volume.

Context: `kantor`, `label` (list of {tanda, urut, judul, jilid, nomor_berkas, klasifikasi, tahun, periode, isi, retensi,
kode}), all text; `tanda` are letters that name the volume, `urut` counts them from 1. Bookmarks `kotak{tanda}` and
`punggung{tanda}` say where the QR goes: 2.4 cm square, below and right of them.
"""

from __future__ import annotations

from templates_docx._authoring.blocks import end_of_table, small_paragraph
from templates_docx._authoring.markup import cell, paragraph, row, run, steer, table
from templates_docx._authoring.package import write_docx

BOX, GAP, SPINE = 10.6, 1.0, 4.2  # cm
_EDGE = "".join(f'<w:{side} w:val="dashed" w:sz="6" w:space="0" w:color="808080"/>' for side in ("left", "right"))
_TOP = '<w:top w:val="dashed" w:sz="6" w:space="0" w:color="808080"/>'
_BOTTOM = '<w:bottom w:val="dashed" w:sz="6" w:space="0" w:color="808080"/>'
_UPWARD = '<w:textDirection w:val="btLr"/>'


def _borders(*sides: str) -> str:
    return f"<w:tcBorders>{''.join(sides)}</w:tcBorders>"


def _left() -> str:
    return _EDGE[: len(_EDGE) // 2]


def build() -> bytes:
    """The template as .docx."""
    first = '<w:r><w:br w:type="page"/></w:r>'
    box = (
        paragraph("{{ kantor.pemerintah|upper }}", "KopPemerintah", before=8)
        + paragraph(run("{{ kantor.nama|upper }}", bold=True, size=13), align="center", after=18)
        + paragraph(run("{{ l.nomor_berkas }}", bold=True, size=20), align="center", after=8)
        + paragraph(run("{{ l.judul }}", bold=True, size=14), align="center", after=10)
        + steer("p", "if l.jilid")
        + paragraph(run("{{ l.jilid }}", bold=True, size=16), align="center", after=10)
        + steer("p", "endif")
        + paragraph(run("Kode klasifikasi: ") + run("{{ l.klasifikasi }}"), align="center", after=4)
        + paragraph(run("Kurun waktu: ") + run("{{ l.periode }}"), align="center", after=4)
        + paragraph(run("Isi: ") + run("{{ l.isi }}"), align="center", after=4)
        + paragraph(run("Retensi: ") + run("{{ l.retensi }}"), align="center", after=4)
    )
    spine = (
        paragraph(run("{{ l.nomor_berkas }}", bold=True, size=18), align="center", before=4, after=6)
        + paragraph(run("{{ l.judul }}", bold=True, size=11), align="center", after=4)
        + paragraph(run("{{ l.tahun }}{% if l.jilid %} \u00b7 {{ l.jilid }}{% endif %}", size=14), align="center")
    )
    upper = row(
        [
            cell(box, width=BOX, look=_borders(_TOP, _EDGE), align="center"),
            cell(paragraph(), width=GAP),
            cell(spine, width=SPINE, look=_borders(_TOP, _EDGE) + _UPWARD, align="center"),
        ],
        whole=True,
        height=15.5,
    )
    lower = row(
        [
            cell(
                paragraph(_mark("kotak"), indent=0.6)
                + paragraph(run("Kode bundel", size=9), indent=3.6, before=14)
                + paragraph(run("{{ l.kode }}", size=9), indent=3.6),
                width=BOX,
                look=_borders(_left(), _BOTTOM, _EDGE[len(_EDGE) // 2 :]),
            ),
            cell(paragraph(), width=GAP),
            cell(
                paragraph(_mark("punggung"), indent=0.9),
                width=SPINE,
                look=_borders(_left(), _BOTTOM, _EDGE[len(_EDGE) // 2 :]),
            ),
        ],
        whole=True,
        height=3.2,
    )
    body = (
        steer("p", "for l in label")
        + steer("p", "if not loop.first")
        + small_paragraph(first)
        + steer("p", "endif")
        + table([BOX, GAP, SPINE], [upper, lower], padding=0.2)
        + end_of_table()
        + paragraph(
            run("Gunting pada garis putus-putus: kiri untuk boks, kanan untuk punggung ordner.", size=9),
            before=6,
        )
        + steer("p", "endfor")
    )
    return write_docx(body, "", "")


def _mark(name: str) -> str:
    number = "{{ l.urut }}" + ("1" if name == "kotak" else "2")
    return f'<w:bookmarkStart w:id="{number}" w:name="{name}{{{{ l.tanda }}}}"/><w:bookmarkEnd w:id="{number}"/>' + run(
        "\u00a0", size=4
    )
