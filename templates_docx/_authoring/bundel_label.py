"""Labels to cut out, six volumes a sheet: each for the box at the left and for the spine of the binder at the right.

Context: `kantor`, `label` (list of {tanda, urut, judul, jilid, nomor_berkas, klasifikasi, tahun, periode, isi, retensi,
kode}), all text, and `label_baris` (list of {kiri, kanan}: two such labels, `kanan` False where the last stands alone);
`tanda` are letters that name the volume, `urut` counts them from 1. Bookmarks `kotak{tanda}` and `punggung{tanda}` say
where the QR goes: 2.3 cm square, below and right of them. What is printed stays 5 mm away from where one cuts.
"""

from __future__ import annotations

from templates_docx._authoring.blocks import end_of_table
from templates_docx._authoring.markup import cell, paragraph, row, run, steer, steer_row, table, twips
from templates_docx._authoring.package import write_docx

BOX, SPINE, GAP = 5.9, 3.3, 0.4  # cm
UPPER, LOWER = 6.0, 2.95  # cm; three labels fill the height of A4
PADDING = 0.5  # cm from a line where one cuts to what is printed
ABOVE_CODE = 0.15  # cm between text and QR
MARGINS = (0.9, 1.0, 0.9, 1.0)  # cm
_MARGINS = (
    f'<w:tcMar><w:top w:w="{twips(PADDING)}" w:type="dxa"/><w:bottom w:w="{twips(ABOVE_CODE)}" w:type="dxa"/></w:tcMar>'
)
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
        line("{{ kantor.nama|upper }}", 7, bold=True, after=3)
        + line(f"{{{{ {label}.nomor_berkas }}}}", 13, bold=True, after=2)
        + line(f"{{{{ {label}.judul }}}}", 9, bold=True, after=2)
        + steer("p", f"if {label}.jilid")
        + line(f"{{{{ {label}.jilid }}}}", 10, bold=True, after=2)
        + steer("p", "endif")
        + line(f"Kode klasifikasi: {{{{ {label}.klasifikasi }}}}", 7, after=1)
        + line(f"Kurun waktu: {{{{ {label}.periode }}}}", 7, after=1)
        + line(f"Isi: {{{{ {label}.isi }}}}", 7, after=1)
        + line(f"Retensi: {{{{ {label}.retensi }}}}", 7, after=1)
    )
    volume = f"{{% if {label}.jilid %}} \u00b7 {{{{ {label}.jilid }}}}{{% endif %}}"
    spine = (
        line(f"{{{{ {label}.nomor_berkas }}}}", 12, bold=True, after=2)
        + line(f"{{{{ {label}.judul }}}}", 7.5, bold=True, after=2)
        + line(f"{{{{ {label}.tahun }}}}{volume}", 9, after=0)
    )
    return [
        cell(box, width=BOX, look=_borders("top", "left", "right") + _MARGINS, align="center"),
        cell(spine, width=SPINE, look=_borders("top", "left", "right") + _MARGINS + _UPWARD, align="center"),
    ]


def _lower(label: str) -> list[str]:
    """Where the codes are drawn, below the text, and the bundle's code in letters beside the one for the box."""
    box = (
        paragraph(_mark("kotak", label))
        + paragraph(run("Kode bundel", size=7), indent=2.5, before=16)
        + paragraph(run(f"{{{{ {label}.kode[:13] }}}}", size=7), indent=2.5)
        + paragraph(run(f"{{{{ {label}.kode[13:] }}}}", size=7), indent=2.5)
    )
    return [
        cell(box, width=BOX, look=_borders("left", "bottom", "right")),
        cell(paragraph(_mark("punggung", label)), width=SPINE, look=_borders("left", "bottom", "right")),
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
