"""The shared parts of all templates: letterhead, page number, blocks of signatures, the head of an annex.

Their tags use what every context has, and the values that the tag of a part gives: `pejabat` is an official,
`lampiran` and `naskah` say which annex of what it is.
"""

from __future__ import annotations

from templates_docx._authoring.blocks import rule, shared, small_paragraph
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
    twips,
)
from templates_docx._authoring.package import write_part

NAME_SIZES = (16, 14, 12, 10)  # pt of the office's name, as docgen.forms.letterhead chooses one
NAME_WIDTH = 7.7  # cm: a little less than the narrowest column of a signature
SIGNATURE_ROOM = 54  # pt: about four lines
EMBLEM_WIDTH = 2.2  # cm, the cell; the picture's box is a little smaller
HANGING = 0.9  # cm: "a.n.", "Plt." and "Plh." stand before what hangs behind them
ANNEX_HEAD = (5.9, 1.7, 0.3, 8.1)  # cm: left free, label, colon, value; a number of four digits fits on its line


def build_letterhead() -> bytes:
    """Kop: emblem left, government 12 pt and office 16 pt (3:4), address, contacts, a thick and a thin line.

    A name too long for three lines is smaller, and the government with it. There is none where that of the signer's
    office is not known.
    """
    emblem = run("{% if lambang %}") + picture("rId5", "lambang", 1.9, 2.35) + run("{% endif %}")
    names = ""
    for index, size in enumerate(NAME_SIZES):
        names += steer(
            "p", f"{'elif' if index else 'if'} kantor.nama_ukuran == {size}" if size != NAME_SIZES[-1] else "else"
        )
        names += paragraph(run("{{ kantor.pemerintah|upper }}", size=size * 0.75 * bool(index)), "KopPemerintah")
        names += steer("p", "for baris in kantor.nama_baris")
        names += paragraph(run("{{ baris|upper }}", size=size * bool(index)), "KopDinas")
        names += steer("p", "endfor")
    lines = (
        names
        + steer("p", "endif")
        + steer("p", "for baris in kantor.alamat_baris")
        + paragraph("{{ baris }}", "KopAlamat")
        + steer("p", "endfor")
        + steer("p", "for baris in kantor.kontak_baris")
        + paragraph("{{ baris }}", "KopAlamat")
        + steer("p", "endfor")
    )
    widths = [EMBLEM_WIDTH, TEXT_WIDTH - EMBLEM_WIDTH]
    cells = [
        cell(paragraph(emblem), width=widths[0], align="center"),
        cell(lines, width=widths[1], align="center"),
    ]
    head = table(widths, [row(cells)]) + rule("thickThinSmallGap", 24, after=10)
    return write_part(steer("p", "if kantor.kop") + head + steer("p", "endif") + small_paragraph())


def build_page_number() -> bytes:
    """`- 2 -`, top centre."""
    field = '<w:fldSimple w:instr=" PAGE "><w:r><w:t>2</w:t></w:r></w:fldSimple>'
    return write_part(paragraph(run("- ") + field + run(" -"), "NomorHalaman"))


def build_post() -> bytes:
    """What stands above the room: `a.n.` before the superior's post, the signer's own below it, at its height.

    A post that wraps hangs behind "a.n.", "Plt." or "Plh."; between two authorities stands "u.b." (Permendagri 1/2023).
    """
    superior, between = "pejabat.atas_nama_jabatan", "pejabat.untuk_beliau"
    delegated = (
        _either_acting(
            superior,
            _hanging("a.n.", f"{{{{ {superior}[:4] }}}}\t{{{{ {superior}[5:] }}}}", deep=True),
            _hanging("a.n.", f"{{{{ {superior} }}}}"),
        )
        + steer("p", f"if {between}")
        + _either_acting(
            between,
            _hanging(f"{{{{ {between}[:4] }}}}", f"{{{{ {between}[5:] }}}}", HANGING),
            paragraph(f"{{{{ {between} }}}}", "TandaTangan", indent=HANGING),
        )
        + paragraph("u.b.", "TandaTangan", indent=HANGING)
        + steer("p", "endif")
        + _own_post(HANGING)
    )
    return write_part(
        steer("p", "if pejabat.atas_nama") + delegated + steer("p", "else") + _own_post(None) + steer("p", "endif")
    )


def build_name() -> bytes:
    """What stands below the room: name, rank and NIP."""
    name = f"{{{{ pejabat.nama|title_lines({NAME_WIDTH}) }}}}"  # no underlined space at the end of a line
    return write_part(
        steer("p", "if kantor.nama_tegas")
        + paragraph(run(name, bold=True, underline=True), "TandaTangan", before=SIGNATURE_ROOM)
        + steer("p", "else")
        + paragraph(name, "TandaTangan", before=SIGNATURE_ROOM)
        + steer("p", "endif")
        + steer("p", "if pejabat.pangkat")
        + paragraph("{{ pejabat.pangkat }}", "TandaTangan")
        + steer("p", "endif")
        + steer("p", "if pejabat.nip")
        + paragraph("NIP {{ pejabat.nip }}", "TandaTangan")
        + steer("p", "endif")
    )


def build_signature() -> bytes:
    """The block of the one who signs the letter."""
    return write_part(
        shared("jabatan_pejabat", "pejabat=penandatangan") + shared("nama_pejabat", "pejabat=penandatangan")
    )


def build_annex_head() -> bytes:
    """From the middle to the right: which annex of what, its number if it has one, its date, the colons in line.

    A paragraph comes first, because LibreOffice does not heed the page number with which a table begins a section.
    """
    widths = ANNEX_HEAD
    title = _line("{{ lampiran }} {{ naskah }}")
    above = [cell(_line(""), width=widths[0]), cell(title, width=sum(widths[1:]), span=3)]
    below = [
        [cell(_line(text), width=width) for text, width in zip(("", label, ":", value), widths, strict=True)]
        for label, value in (("Nomor", "{{ nomor }}"), ("Tanggal", "{{ tanggal }}"))
    ]
    top, number, date = [row(cells, whole=True) for cells in (above, *below)]
    numbered = [steer_row("if nomor", len(widths)), number, steer_row("endif", len(widths))]
    return write_part(small_paragraph() + table(widths, [top, *numbered, date]) + _line(""))


def _line(text: str) -> str:
    return paragraph(text, "TandaTangan")


def _own_post(indent: float | None) -> str:
    """The signer's post and a comma; an acting one's behind Plt. or Plh."""
    post = "pejabat.jabatan"
    acting = _hanging(f"{{{{ {post}[:4] }}}}", f"{{{{ {post}[5:] }}}},", indent or 0.0)
    return _either_acting(post, acting, paragraph(f"{{{{ {post} }}}},", "TandaTangan", indent=indent))


def _either_acting(post: str, acting: str, otherwise: str) -> str:
    """One or the other paragraph: the post of the tag `post` begins with Plt. or Plh., or it does not."""
    return (
        steer("p", f"if {post}[:4] in ['Plt.', 'Plh.']") + acting + steer("p", "else") + otherwise + steer("p", "endif")
    )


def _hanging(mark: str, text: str, indent: float = 0.0, *, deep: bool = False) -> str:
    """A line of the signature whose text wraps behind its mark; `deep`: behind the second mark, which begins it."""
    hanging = HANGING * (2 if deep else 1)
    line = paragraph(f"{mark}\t{text}", "TandaTangan", indent=indent + hanging, hanging=hanging)
    stop = f'<w:tabs><w:tab w:val="left" w:pos="{twips(indent + HANGING)}"/></w:tabs>'
    return line.replace("<w:ind ", f"{stop}<w:ind ", 1) if deep else line
