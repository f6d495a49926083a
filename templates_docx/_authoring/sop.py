"""The SOP as a document (PermenPANRB 35/2012): an identity sheet, then a flow chart for each procedure, lying down."""

from __future__ import annotations

from templates_docx._authoring.bagan import COLUMN, HALF, LANE, ROW_HEIGHT, beside, edge, pieces, word
from templates_docx._authoring.blocks import end_of_table, page_number, small_paragraph
from templates_docx._authoring.markup import (
    LYING_WIDTH,
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
from templates_docx._authoring.package import section_break, write_docx
from templates_docx._authoring.passages import items, only_if

MOST_ACTORS = 5  # as many roles as an SOP file knows
_NUMBER, _TIME, _REMARK = 0.8, 1.5, 1.7
_HANGING = 0.6  # cm: lists in cells
_LEFT, _RIGHT = 10.3, TEXT_WIDTH - 10.3  # cm: legal bases are long
_OFFICE, _LABEL, _VALUE = 6.6, 3.1, TEXT_WIDTH - 9.7
_OFF_RULE = f'<w:tcMar><w:top w:w="{twips(0.06)}" w:type="dxa"/></w:tcMar>'  # a list stands clear of the line above


def _identity() -> str:
    """Emblem and office at the left; number, dates, who ratifies and the name of the SOP at the right."""
    emblem = run("{% if lambang %}") + picture("rId5", "lambang", 2.4, 2.9) + run("{% endif %}")
    office = (
        paragraph(emblem, align="center", before=16, after=8)
        + paragraph("{{ kantor.pemerintah|upper }}", "SelKepala")
        + paragraph("{{ kantor.nama|upper }}", "SelKepala")
        + only_if("kantor.alamat", paragraph("{{ kantor.alamat }}", "SelTengah", before=4))
    )
    lines = [
        ("Nomor SOP", _number()),
        *((f"Tanggal {name.title()}", _dated(f"tanggal_{name}")) for name in ("pembuatan", "revisi", "efektif")),
        ("Catatan Revisi", paragraph("{{ catatan_revisi }}", "Sel")),
        ("Disahkan oleh", _ratified()),
        ("Nama SOP", paragraph(run("{{ sop.judul }}", bold=True), "Sel")),
    ]
    rows = []
    for index, (name, content) in enumerate(lines):
        merged = '<w:vMerge w:val="restart"/>' if index == 0 else "<w:vMerge/>"
        side = cell(office if index == 0 else paragraph("", "Sel"), width=_OFFICE, look=merged)
        rows.append(row([side, cell(paragraph(name, "Sel"), width=_LABEL), cell(content, width=_VALUE)], whole=True))
    return table([_OFFICE, _LABEL, _VALUE], rows, lines=True, padding=0.15) + end_of_table()


def _number() -> str:
    """The number that was typed, else that of the letter with that of the SOP's file below it."""
    typed = paragraph("{{ nomor_sop }}", "Sel")
    own = paragraph("{{ nomor }}", "Sel") + only_if("sop.nomor", paragraph("(semula {{ sop.nomor }})", "Sel"))
    return steer("p", "if nomor_sop") + typed + steer("p", "else") + own + steer("p", "endif")


def _ratified() -> str:
    """Post, room for signature and stamp, name, rank and NIP of who ratifies."""
    name = paragraph(run("{{ penandatangan.nama }}", bold=True, underline=True), "Sel", before=42)
    rank, nip = (
        only_if(f"penandatangan.{key}", paragraph(f"{word}{{{{ penandatangan.{key} }}}}", "Sel", before=0))
        for key, word in (("pangkat", ""), ("nip", "NIP "))
    )
    above = only_if("penandatangan.atas_nama", paragraph("{{ penandatangan.atas_nama }}", "Sel"))
    return above + paragraph("{{ penandatangan.jabatan }},", "Sel") + name + rank + nip


def _dated(name: str) -> str:
    return paragraph(
        f"{{% if {name} %}}{{{{ {name} }}}}{{% elif sop.{name} %}}{{{{ sop.{name} }}}}{{% else %}}-{{% endif %}}", "Sel"
    )


def _described() -> str:
    """Two columns of boxes, each with its heading; a list without lines is a dash."""
    pairs = (
        (("Dasar Hukum", _numbered("sop.dasar_hukum")), ("Kualifikasi Pelaksana", _numbered("sop.kualifikasi"))),
        (("Keterkaitan", _numbered("sop.keterkaitan")), ("Peralatan/Perlengkapan", _numbered("sop.peralatan"))),
        (("Peringatan", _warning()), ("Pencatatan dan Pendataan", _numbered("sop.pencatatan"))),
    )
    widths = (_LEFT, _RIGHT)
    rows = []
    for pair in pairs:
        rows.append(
            row(
                [
                    cell(paragraph(run(title, bold=True), "Sel", keep_next=True), width=width)
                    for (title, _), width in zip(pair, widths, strict=True)
                ]
            )
        )
        rows.append(
            row([cell(content, width=width, look=_OFF_RULE) for (_, content), width in zip(pair, widths, strict=True)])
        )
    meant = paragraph(run("Pengertian", bold=True), "Sel", keep_next=True)
    rows += [
        steer_row("if sop.pengertian", 2),
        row([cell(meant, span=2)]),
        row([cell(_numbered("sop.pengertian"), span=2, look=_OFF_RULE)]),
        steer_row("endif", 2),
    ]
    return table(widths, rows, lines=True, padding=0.15) + end_of_table()


def _numbered(name: str) -> str:
    """One text as it is, several as a numbered list, none as a dash."""
    listed = items(name, indent=_HANGING, hanging=_HANGING, style="SelButir")
    return listed + only_if(f"not {name}", paragraph("-", "Sel"))


def _warning() -> str:
    return paragraph("{% if sop.peringatan %}{{ sop.peringatan }}{% else %}-{% endif %}", "Sel")


def _procedure() -> str:
    scope = "{% if p.lingkup %} {{ p.lingkup|upper }}{% endif %}"
    name = "{% if p.huruf %}{{ p.huruf }}. {% endif %}{{ p.judul|upper }}" + scope
    title = paragraph(name, "Judul", after=8, new_page=True)
    charts = "".join(
        steer("p", f"{'el' if actors > 1 else ''}if p.pelaku|length == {actors}") + _chart(actors)
        for actors in range(1, MOST_ACTORS + 1)
    )
    return title + charts + steer("p", "endif")


def _chart(actors: int) -> str:
    """The table of a procedure with this many actors; the texts share what their columns leave."""
    rest = LYING_WIDTH - _NUMBER - _TIME - _REMARK - actors * COLUMN
    activity, needed, output = rest * 0.4, rest * 0.3, rest * 0.3
    widths = [_NUMBER, activity, *(HALF, HALF, LANE) * actors, needed, _TIME, output, _REMARK]

    def heading(text: str, width: float, *, span: int = 1, merge: str = "") -> str:
        look = {"": "", "first": '<w:vMerge w:val="restart"/>', "more": "<w:vMerge/>"}[merge]
        return cell(paragraph(text, "SelKepala"), width=width, span=span, align="center", look=look)

    sides = [("No.", _NUMBER), ("Aktivitas", activity)]
    above = [heading(text, width, merge="first") for text, width in sides]
    above += [
        heading("Pelaksana", actors * COLUMN, span=3 * actors),
        heading("Mutu Baku", needed + _TIME + output, span=3),
        heading("Ket.", _REMARK, merge="first"),
    ]
    names = steer_cell("for satu in p.pelaku") + heading("{{ satu }}", COLUMN, span=3) + steer_cell("endfor")
    below = [heading("", width, merge="more") for _, width in sides] + [names]
    below += [heading("Persyaratan/ Kelengkapan", needed), heading("Waktu", _TIME), heading("Output", output)]
    below += [heading("", _REMARK, merge="more")]
    line = [
        cell(paragraph("{{ l.nomor }}", "SelTengah"), width=_NUMBER),
        cell(paragraph("{{ l.kegiatan }}", "Sel"), width=activity),
        steer_cell("for k in l.bagan"),
        _actor(),
        steer_cell("endfor"),
        cell(_numbered("l.persyaratan"), width=needed),
        cell(paragraph("{{ l.waktu }}", "SelTengah"), width=_TIME),
        cell(_numbered("l.hasil"), width=output),
        cell(paragraph("{{ l.keterangan }}", "Sel"), width=_REMARK),
    ]
    rows = [
        row(above, header=True, whole=True),
        row(below, header=True, whole=True),
        steer_row("for l in p.langkah"),
        row(line, whole=True, height=ROW_HEIGHT),
        steer_row("endfor"),
    ]
    return table(widths, rows, lines=True, padding=0.1) + end_of_table()


def _actor() -> str:
    """The three cells of an actor at a step; an upright line is an edge between two of them."""
    anchor = small_paragraph(pieces("k", "Langkah {{ l.nomor }}", "{{ p.pelaku[loop.index0] }}"))
    left_word = only_if("k.ya_samping", word("Ya", beside(), "left"))
    right_word = only_if("k.tidak", word("Tidak", beside(), "right")) + only_if("k.ya", word("Ya", 0.05, "left"))
    flat = '<w:tcMar><w:left w:w="0" w:type="dxa"/><w:right w:w="0" w:type="dxa"/></w:tcMar>'
    spaced = f'<w:tcMar><w:left w:w="{twips(0.08)}" w:type="dxa"/><w:right w:w="{twips(0.08)}" w:type="dxa"/></w:tcMar>'

    def part(content: str, width: float, left: bool, right: bool, margin: str = flat) -> str:
        return cell(content, width=width, look=edge(left, right) + margin)

    empty = end_of_table()
    lane = "k.lorong or k.lorong_ke_silang or k.lorong_turun"
    outer = '<w:{} w:val="single" w:sz="4" w:space="0" w:color="000000"/>'
    made = []
    for on, down in (("if", True), ("else", False)):
        made.append(steer_cell("if k.bawah" if on == "if" else "else"))
        left = part(anchor + left_word, HALF, False, down)
        made.append(left.replace('<w:left w:val="nil"/>', outer.format("left"), 1))
        for first, along in ((f"if {lane}", True), ("else", False)):
            made.append(steer_cell(first))
            made.append(part(right_word + empty, HALF, down, along, spaced))
            made.append(part(empty, LANE, along, False).replace('<w:right w:val="nil"/>', outer.format("right"), 1))
        made.append(steer_cell("endif"))
    made.append(steer_cell("endif"))
    return "".join(made)


def steer_cell(statement: str) -> str:
    """A cell that docxtpl turns into a statement around cells."""
    return cell(paragraph(run(f"{{%tc {statement} %}}"), "Sel"))


def build() -> bytes:
    """The template as .docx."""
    body = (
        _identity()
        + _described()
        + section_break()
        + steer("p", "for p in sop.prosedur")
        + _procedure()
        + steer("p", "endfor")
    )
    return write_docx(body, "", page_number(), cell_size=8.5, landscape=True, titled=False)
