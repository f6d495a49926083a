"""Annexes (Lampiran): lists too long for the letter, and photographs, each with a head, a title and a signature."""

from __future__ import annotations

from templates_docx._authoring.blocks import end_of_table, shared, signature
from templates_docx._authoring.markup import TEXT_WIDTH, cell, paragraph, row, steer, table
from templates_docx._authoring.package import section_break

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
        + head(f"{name}_lampiran", document)
        + paragraph(title, "Judul", after=8)
        + content
        + signed
        + section_break(annex=True)
        + steer("p", "endif")
    )


def head(which: str, document: str) -> str:
    """From the middle to the right: which annex (an expression) of what (a word or a tag), its number and date."""
    name = document[2:-2].strip() if document.startswith("{{") else f"'{document}'"
    return shared("kepala_lampiran", f"lampiran={which}, naskah={name}")


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
    numbered = "{% if nomor %} Nomor {{ nomor }}{% endif %}"
    part = f"{{{{ kalimat.bagian_dari }}}} {document}{numbered} tanggal {{{{ tanggal }}}}"
    counted = f"Daftar ini memuat {{{{ {name}_banyaknya }}}} {rows} dan {part}."
    # Ragged: the number of the letter, which never breaks, would tear a justified line apart.
    count = paragraph(counted, "Alinea", before=10, after=14, align="left")
    signatures = one_piece(count, signed or signature("penandatangan"))
    return annex(name, document, title, content=listed, signed=signatures)


def one_piece(*parts: str) -> str:
    """Paragraphs and signatures that no page parts; no stamp of a decision is put there."""
    return table([TEXT_WIDTH], [row([cell("".join(parts), width=TEXT_WIDTH)], whole=True)]) + end_of_table()
