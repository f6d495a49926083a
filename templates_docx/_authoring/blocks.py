"""Building blocks that the templates share: letterhead, page number, lists of particulars, tables, signatures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from zlib import crc32

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

NAME_SIZES = (16, 14, 12, 10)  # pt of the office's name, as docgen.forms.letterhead chooses one
NAME_WIDTH = 7.7  # cm: a little less than the narrowest column of a signature
SIGNATURE_ROOM = 54  # pt: about four lines
EMBLEM_WIDTH = 2.2  # cm, the cell; the picture's box is a little smaller
HANGING = 0.9  # cm: "a.n.", "Plt." and "Plh." stand before what hangs behind them
BETWEEN_SIGNERS = '<w:tcMar><w:right w:w="170" w:type="dxa"/></w:tcMar>'  # 3 mm of each column but the last stay free


def letterhead(width: float = TEXT_WIDTH) -> str:
    """Kop: emblem left, government 12 pt and office 16 pt (3:4), address, contacts, a thick and a thin line.

    A name too long for three lines is smaller, and the government with it. There is none where that of the signer's
    office is not known.
    """
    emblem = run("{% if lambang %}") + picture("rId1", "lambang", 1.9, 2.35) + run("{% endif %}")
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
    widths = [EMBLEM_WIDTH, width - EMBLEM_WIDTH]
    cells = [
        cell(paragraph(emblem), width=widths[0], align="center"),
        cell(lines, width=widths[1], align="center"),
    ]
    head = table(widths, [row(cells)]) + rule("thickThinSmallGap", 24, after=10)
    return steer("p", "if kantor.kop") + head + steer("p", "endif") + small_paragraph()


def page_number() -> str:
    """`- 2 -`, top centre."""
    field = '<w:fldSimple w:instr=" PAGE "><w:r><w:t>2</w:t></w:r></w:fldSimple>'
    return paragraph(run("- ") + field + run(" -"), "NomorHalaman")


def rule(line: str = "single", eighths: int = 8, *, before: float = 4, after: float = 8) -> str:
    """A line over the width of the text; thickness in eighths of a point, space in pt."""
    border = f'<w:pBdr><w:top w:val="{line}" w:sz="{eighths}" w:space="1" w:color="000000"/></w:pBdr>'
    spacing = f'<w:spacing w:before="{round(before * 20)}" w:after="{round(after * 20)}"/>'
    return f'<w:p><w:pPr><w:pStyle w:val="Garis"/>{border}{spacing}</w:pPr></w:p>'


def particulars(
    rows: Sequence[tuple[str, str]],
    *,
    label_width: float,
    indent: float = 0.0,
    number: str = "",
    only_if: Mapping[str, str] | None = None,
) -> str:
    """`Label : value` lines in a table without lines; a value is text with tags, runs, or whole paragraphs.

    With an `indent` (cm) a `number` stands before the first line: text, or the list that counts these particulars.
    `only_if` gives the tags of labels whose line is left out where they are empty.
    """
    counted = number.startswith("#")
    beside = indent if not counted else 0.0
    first = label_width + indent - beside
    widths = [beside] * bool(beside) + [first, 0.4]
    widths.append(TEXT_WIDTH - sum(widths))
    made = []
    for index, (label, value) in enumerate(rows):
        content = value if value.startswith("<w:p>") else paragraph(value, "Rincian")
        cells = [cell(paragraph("" if index else number, "Rincian"), width=beside)] * bool(beside)
        if not counted:
            name = paragraph(label, "Rincian")
        elif index:
            name = paragraph(label, "Rincian", indent=indent)
        else:
            name = paragraph(label, "Rincian", number=number)
        cells += [
            cell(name, width=first),
            cell(paragraph(":", "Rincian"), width=0.4),
            cell(content, width=widths[-1]),
        ]
        tag = (only_if or {}).get(label)
        # Long lists of paragraphs may run on; a value stays whole, for rows know neither orphans nor widows.
        line = row(cells, whole=content is not value)
        made += [steer_row(f"if {tag}", len(widths)), line, steer_row("endif", len(widths))] if tag else [line]
    return table(widths, made)


def grid(
    columns: Sequence[tuple[str, float, str, str]],
    *,
    each: str,
    whole_rows: bool = True,
    padding: float = 0.1,
    fitted: bool = True,
) -> str:
    """A lined table with a repeated head and a row for each `each` ("a in aset").

    A column is (heading, width in cm, text with tags, style). Rows of bounded text stay whole. The widths are those of
    the template; a `fitted` one gets them from its content (docgen.render.word.fit_tables), without empty columns.
    """
    widths = [column[1] for column in columns]
    head = row(
        [cell(paragraph(title, "SelKepala"), width=width, align="center") for title, width, _, _ in columns],
        header=True,
        whole=True,
    )
    line = row(
        [
            cell(text if text.startswith("<w:p>") else paragraph(text, style), width=width)
            for _, width, text, style in columns
        ],
        whole=whole_rows,
    )
    rows = [head, steer_row(f"for {each}"), line, steer_row("endfor")]
    return table(widths, rows, lines=True, padding=padding, style="Kisi" if fitted else None) + end_of_table()


def signature(person: str, *, indent: float = 8.0) -> str:
    """The block of one signer on the right half (`indent` in cm), kept together; `person` is the official's tag."""
    return _post(person, indent=indent) + _name(person, indent=indent)


def signature_rows(
    *lines: Sequence[tuple[str, str, float]],
    only_if: str = "",
    width: float = TEXT_WIDTH,
    room: float = SIGNATURE_ROOM,
    stamped: Mapping[str, str] | None = None,
    marked: bool = True,
) -> str:
    """Lines of signers side by side, the names of a line at one height; all on one page.

    A signer is (heading, official's tag, width in cm); an empty tag leaves room. A heading is text or whole
    paragraphs. The last line is left out unless the official `only_if` is given. `width` in cm is that of all the
    text; `room` in pt is left for signature and stamp. `stamped` (official's tag: role) marks the rooms where the
    decision of that role is stamped on the PDF, as docgen.render.stamps.free_space finds them. An annex is not `marked`
    for stamps.
    """
    tables = [_signers(line, room, stamped or {}) for line in lines]
    if only_if:
        tables[-1:] = [steer("p", f"if {only_if}"), tables[-1], steer("p", "endif")]
    # Rows part at the end of a page whatever is kept with the next; tables within one whole row do not.
    tables.insert(
        0, small_paragraph(bookmark("cap") if marked else "")
    )  # docgen.render.stamps.free_space puts stamps on this page
    return table([width], [row([cell("".join(tables), width=width)], whole=True)]) + end_of_table()


def together(*parts: str, width: float = TEXT_WIDTH) -> str:
    """Closing words and signatures on one page. Paragraphs kept with the next part at times; one whole row does not.

    Decisions are stamped on this page, see docgen.render.stamps.free_space.
    """
    content = "".join(parts)
    mark = "" if bookmark("cap") in content else small_paragraph(bookmark("cap"))
    return table([width], [row([cell(mark + content, width=width)], whole=True)]) + end_of_table()


def end_of_table() -> str:
    """The paragraph that must follow a table, too small to be seen or to open a page: a twentieth of a point high."""
    return small_paragraph()


def bookmark(name: str) -> str:
    """A place that the PDF knows by name; letters alone, each once in a document."""
    id = crc32(name.encode()) % 30_000
    return f'<w:bookmarkStart w:id="{id}" w:name="{name}"/><w:bookmarkEnd w:id="{id}"/>'


def small_paragraph(content: str = "") -> str:
    """A paragraph a twentieth of a point high, for what takes no room: shapes that stand at a place of their own."""
    look = '<w:spacing w:line="1" w:lineRule="exact"/><w:rPr><w:sz w:val="2"/></w:rPr>'
    return f"<w:p><w:pPr>{look}</w:pPr>{content}</w:p>"


def _signers(line: Sequence[tuple[str, str, float]], room: float, stamped: Mapping[str, str]) -> str:
    widths = [width for _, _, width in line]
    posts = [_post(person, heading=heading) if person else _blank() for heading, person, _ in line]
    names = [
        _stamp_room(stamped.get(person)) + _name(person, room=room) if person else _blank() for _, person, _ in line
    ]
    looks = [BETWEEN_SIGNERS] * (len(line) - 1) + [""]
    rows = [
        row([cell(text, width=width, look=look) for text, width, look in zip(texts, widths, looks, strict=True)])
        for texts in (posts, names)
    ]
    return table(widths, rows) + _blank()


def _post(person: str, *, heading: str = "", indent: float | None = None) -> str:
    """What stands above the room: `a.n.` before the superior's post, the signer's own below it, at its height.

    A post that wraps hangs behind "a.n.", "Plt." or "Plh."; between two authorities stands "u.b." (Permendagri 1/2023).
    """
    above = heading if heading.startswith("<w:p>") else paragraph(heading, "TandaTangan", indent=indent)
    left = indent or 0.0
    superior, between = f"{person}.atas_nama_jabatan", f"{person}.untuk_beliau"
    delegated = (
        _either_acting(
            superior,
            _hanging("a.n.", f"{{{{ {superior}[:4] }}}}\t{{{{ {superior}[5:] }}}}", left, deep=True),
            _hanging("a.n.", f"{{{{ {superior} }}}}", left),
        )
        + steer("p", f"if {between}")
        + _either_acting(
            between,
            _hanging(f"{{{{ {between}[:4] }}}}", f"{{{{ {between}[5:] }}}}", left + HANGING),
            paragraph(f"{{{{ {between} }}}}", "TandaTangan", indent=left + HANGING),
        )
        + paragraph("u.b.", "TandaTangan", indent=left + HANGING)
        + steer("p", "endif")
        + _own_post(person, left + HANGING)
    )
    return (
        (above if heading else "")
        + steer("p", f"if {person}.atas_nama")
        + delegated
        + steer("p", "else")
        + _own_post(person, indent)
        + steer("p", "endif")
    )


def _own_post(person: str, indent: float | None) -> str:
    """The signer's post and a comma; an acting one's behind Plt. or Plh."""
    post = f"{person}.jabatan"
    acting = _hanging(f"{{{{ {post}[:4] }}}}", f"{{{{ {post}[5:] }}}},", indent or 0.0)
    return _either_acting(post, acting, paragraph(f"{{{{ {post} }}}},", "TandaTangan", indent=indent))


def _either_acting(post: str, acting: str, otherwise: str) -> str:
    """One or the other paragraph: the post of the tag `post` begins with Plt. or Plh., or it does not."""
    return (
        steer("p", f"if {post}[:4] in ['Plt.', 'Plh.']") + acting + steer("p", "else") + otherwise + steer("p", "endif")
    )


def _hanging(mark: str, text: str, indent: float, *, deep: bool = False) -> str:
    """A line of the signature whose text wraps behind its mark; `deep`: behind the second mark, which begins it."""
    hanging = HANGING * (2 if deep else 1)
    line = paragraph(f"{mark}\t{text}", "TandaTangan", indent=indent + hanging, hanging=hanging)
    stop = f'<w:tabs><w:tab w:val="left" w:pos="{twips(indent + HANGING)}"/></w:tabs>'
    return line.replace("<w:ind ", f"{stop}<w:ind ", 1) if deep else line


def _name(person: str, *, indent: float | None = None, room: float = SIGNATURE_ROOM) -> str:
    name = f"{{{{ {person}.nama|title_lines({NAME_WIDTH}) }}}}"  # no underlined space at the end of a line
    return (
        steer("p", "if kantor.nama_tegas")
        + paragraph(run(name, bold=True, underline=True), "TandaTangan", indent=indent, before=room)
        + steer("p", "else")
        + paragraph(name, "TandaTangan", indent=indent, before=room)
        + steer("p", "endif")
        + steer("p", f"if {person}.pangkat")
        + paragraph(f"{{{{ {person}.pangkat }}}}", "TandaTangan", indent=indent)
        + steer("p", "endif")
        + steer("p", f"if {person}.nip")
        + paragraph(f"NIP {{{{ {person}.nip }}}}", "TandaTangan", indent=indent)
        + steer("p", "endif")
    )


def _stamp_room(role: str | None) -> str:
    """A bookmark at the upper left corner of a role's room; docgen.render.stamps.free_space looks for its name."""
    if role is None:
        return ""
    return small_paragraph(bookmark(f"cap{role.replace('_', '')}"))


def _blank() -> str:
    return paragraph("", "TandaTangan")
