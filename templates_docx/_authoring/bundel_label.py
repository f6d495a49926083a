"""Labels to cut out, six volumes a sheet: each for the box at the left and for the spine of the binder at the right.

Context: `kantor`, `label` (list of {tanda, urut, judul, jilid, nomor_berkas, klasifikasi, tahun, periode, isi, retensi,
kode}), all text, and `label_baris` (list of {kiri, kanan}: two such labels, `kanan` False where the last stands alone);
`tanda` are letters that name the volume, `urut` counts them from 1. Bookmarks `kotak{tanda}` and `punggung{tanda}` say
where the QR goes: 2.4 cm square, below and right of them.
"""

from __future__ import annotations

from templates_docx._authoring.blocks import end_of_table
from templates_docx._authoring.markup import cell, paragraph, row, run, steer, steer_row, table
from templates_docx._authoring.package import write_docx

BOX, SPINE, GAP = 6.3, 2.9, 0.4  # cm
UPPER, LOWER = 6.1, 2.75  # cm; three labels fill the height of A4
PADDING = 0.15  # cm
MARGINS = (0.9, 1.0, 0.9, 1.0)  # cm
_UPWARD = '<w:textDirection w:val="btLr"/>'


def build() -> bytes:
    """The template as .docx."""
    both = [BOX, SPINE, GAP, BOX, SPINE]
    alone = [cell(paragraph(), span=3, width=GAP + BOX + SPINE)]
    between = [cell(paragraph(), width=GAP)]
    rows = [
        steer_row("for baris in label_baris", columns=5),
        steer_row("if baris.kanan", columns=5),
        row([*_upper("baris.kiri"), *between, *_upper("baris.kanan")], whole=True, height=UPPER),
        row([*_lower("baris.kiri"), *between, *_lower("baris.kanan")], whole=True, height=LOWER),
        steer_row("else", columns=5),
        row([*_upper("baris.kiri"), *alone], whole=True, height=UPPER),
        row([*_lower("baris.kiri"), *alone], whole=True, height=LOWER),
        steer_row("endif", columns=5),
        steer_row("endfor", columns=5),
    ]
    hint = "Gunting pada garis putus-putus: yang lebar untuk boks, yang sempit untuk punggung ordner."
    body = paragraph(run(hint, size=7), after=3) + table(both, rows, padding=PADDING) + end_of_table()
    return write_docx(body, "", "", titled=False, margins=MARGINS)


def _upper(label: str) -> list[str]:
    """The text of a label: the part for the box, and the part for the spine, written upwards."""

    def line(text: str, size: float, *, bold: bool = False, after: float = 1.5) -> str:
        return paragraph(run(text, bold=bold, size=size), align="center", after=after, keep_next=True)

    box = (
        line("{{ kantor.nama|upper }}", 7.5, bold=True, after=5)
        + line(f"{{{{ {label}.nomor_berkas }}}}", 14, bold=True, after=3)
        + line(f"{{{{ {label}.judul }}}}", 9.5, bold=True, after=3)
        + steer("p", f"if {label}.jilid")
        + line(f"{{{{ {label}.jilid }}}}", 11, bold=True, after=3)
        + steer("p", "endif")
        + line(f"Kode klasifikasi: {{{{ {label}.klasifikasi }}}}", 7.5)
        + line(f"Kurun waktu: {{{{ {label}.periode }}}}", 7.5)
        + line(f"Isi: {{{{ {label}.isi }}}}", 7.5)
        + line(f"Retensi: {{{{ {label}.retensi }}}}", 7.5)
    )
    volume = f"{{% if {label}.jilid %}} \u00b7 {{{{ {label}.jilid }}}}{{% endif %}}"
    spine = (
        line(f"{{{{ {label}.nomor_berkas }}}}", 12, bold=True, after=2)
        + line(f"{{{{ {label}.judul }}}}", 8, bold=True, after=2)
        + line(f"{{{{ {label}.tahun }}}}{volume}", 9, after=0)
    )
    return [
        cell(box, width=BOX, look=_borders("top", "left", "right"), align="center"),
        cell(spine, width=SPINE, look=_borders("top", "left", "right") + _UPWARD, align="center"),
    ]


def _lower(label: str) -> list[str]:
    """Where the codes are drawn, below the text, and the bundle's code in letters beside the one for the box."""
    box = (
        paragraph(_mark("kotak", label), indent=0.3)
        + paragraph(run("Kode bundel", size=7), indent=3.0, before=16)
        + paragraph(run(f"{{{{ {label}.kode[:13] }}}}", size=7), indent=3.0)
        + paragraph(run(f"{{{{ {label}.kode[13:] }}}}", size=7), indent=3.0)
    )
    return [
        cell(box, width=BOX, look=_borders("left", "bottom", "right")),
        cell(paragraph(_mark("punggung", label), indent=0.1), width=SPINE, look=_borders("left", "bottom", "right")),
    ]


def _borders(*sides: str) -> str:
    edges = (f'<w:{side} w:val="dashed" w:sz="6" w:space="0" w:color="808080"/>' for side in sides)
    return f"<w:tcBorders>{''.join(edges)}</w:tcBorders>"


def _mark(name: str, label: str) -> str:
    number = f"{{{{ {label}.urut }}}}" + ("1" if name == "kotak" else "2")
    place = f"{name}{{{{ {label}.tanda }}}}"
    return f'<w:bookmarkStart w:id="{number}" w:name="{place}"/><w:bookmarkEnd w:id="{number}"/>' + run(
        "\u00a0", size=4
    )
