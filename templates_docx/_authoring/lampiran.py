"""Annexes (Lampiran): lists too long for the letter, and photographs, each with a head, a title and a signature."""

from __future__ import annotations

from templates_docx._authoring.blocks import end_of_table, signature, small_paragraph
from templates_docx._authoring.markup import TEXT_WIDTH, cell, paragraph, row, steer, table
from templates_docx._authoring.package import section_break

HEAD = (6.0, 1.6, 0.3, 8.1)  # cm: left free, label, colon, value; a number of four digits fits on its line
_REPLACED = " sebagai berikut:"


def annexes(*parts: str) -> str:
    """The end of the letter's section, then annexes that are sections of their own, each made by `annex`."""
    return section_break() + "".join(parts)


def annex(name: str, document: str, title: str, *, content: str, signed: str) -> str:
    """An annex of the list `name` to a `document` ("Nota Dinas"), there only if the list is annexed.

    `content` is what stands under its `title`, `signed` ends with the signatures and is kept in one piece.
    """
    return (
        steer("p", f"if {name}_terlampir")
        + head(f"{{{{ {name}_lampiran }}}} {document}")
        + paragraph(title, "Judul", after=8)
        + content
        + signed
        + section_break(annex=True)
        + steer("p", "endif")
    )


def head(title: str) -> str:
    """From the middle to the right: which annex of what, its number and date, the colons one below the other.

    A paragraph comes first, because LibreOffice does not heed the page number with which a table begins a section.
    """
    above = [cell(_line(""), width=HEAD[0]), cell(_line(title), width=sum(HEAD[1:]), span=3)]
    below = [
        [cell(_line(text), width=width) for text, width in zip(("", label, ":", value), HEAD, strict=True)]
        for label, value in (("Nomor", "{{ nomor }}"), ("Tanggal", "{{ tanggal }}"))
    ]
    return small_paragraph() + table(HEAD, [row(cells, whole=True) for cells in (above, *below)]) + _line("")


def _line(text: str) -> str:
    return paragraph(text, "TandaTangan")


def either(name: str, listed: str, lead: str, style: str = "Alinea", *, indent: float | None = None) -> str:
    """The table `listed` under its `lead`, or the lead alone, which points to the annex of the list `name`.

    The lead ends with "… sebagai berikut:" or another colon.
    """
    above, short = lead.removesuffix(":").removesuffix(_REPLACED.rstrip(":")), lead.endswith(_REPLACED)
    pointing = f"{above}{'' if short else ' adalah'} sebagaimana tercantum dalam {{{{ {name}_lampiran }}}}."
    return (
        steer("p", f"if {name}_terlampir")
        + paragraph(pointing, style, indent=indent)
        + steer("p", "else")
        + paragraph(lead, style, keep_next=True, indent=indent)
        + listed
        + steer("p", "endif")
    )


def list_annex(name: str, document: str, title: str, *, listed: str, rows: str, signed: str = "") -> str:
    """An annex with the table `listed`, of so many `rows` ("orang pegawai"), signed by the letter's signer or `signed`.

    It says how many rows there are, so that none can be put in or left out, and of what it is part: two lines, so that
    no signature stands alone on a page.
    """
    part = f"merupakan bagian yang tidak terpisahkan dari {document} Nomor {{{{ nomor }}}} tanggal {{{{ tanggal }}}}"
    count = paragraph(
        f"Daftar ini memuat {{{{ {name}_banyaknya }}}} {rows} dan {part}.", "Alinea", before=8, align="left"
    )
    signatures = one_piece(count, signed or signature("penandatangan"))
    return annex(name, document, title, content=listed, signed=signatures)


def one_piece(*parts: str) -> str:
    """Paragraphs and signatures that no page parts; no stamp of a decision is put there."""
    return table([TEXT_WIDTH], [row([cell("".join(parts), width=TEXT_WIDTH)], whole=True)]) + end_of_table()
