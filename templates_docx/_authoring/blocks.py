"""Building blocks that the templates share: letterhead, page number, lists of particulars, tables, signatures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from zlib import crc32

from templates_docx._authoring.markup import (
    TEXT_WIDTH,
    cell,
    paragraph,
    row,
    run,
    steer,
    steer_row,
    table,
)

SIGNATURE_ROOM = 54  # pt: about four lines
BETWEEN_SIGNERS = '<w:tcMar><w:right w:w="170" w:type="dxa"/></w:tcMar>'  # 3 mm of each column but the last stay free


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


def shared(name: str, values: str = "", *, indent: float | None = None, before: float | None = None) -> str:
    """The tag of a shared part (`templates_docx/_bagian`), whose tags use these `values` ("pejabat=mengetahui")."""
    return paragraph(run(f"{{%p bagian {name}{' ' * bool(values)}{values} %}}"), indent=indent, before=before)


def letterhead() -> str:
    """Kop, of whatever width the text has."""
    return shared("kop")


def page_number() -> str:
    """`- 2 -`, top centre."""
    return shared("nomor_halaman")


def signature(person: str, *, indent: float = 8.0) -> str:
    """The block of one signer on the right half (`indent` in cm), kept together; `person` is the official's tag."""
    if person == "penandatangan":
        return shared("tanda_tangan", indent=indent)
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
    """What stands above the room for the signature, under a heading: text or whole paragraphs."""
    above = heading if not heading or heading.startswith("<w:p>") else paragraph(heading, "TandaTangan", indent=indent)
    return above + shared("jabatan_pejabat", f"pejabat={person}", indent=indent)


def _name(person: str, *, indent: float | None = None, room: float | None = None) -> str:
    return shared("nama_pejabat", f"pejabat={person}", indent=indent, before=room)


def _stamp_room(role: str | None) -> str:
    """A bookmark at the upper left corner of a role's room; docgen.render.stamps.free_space looks for its name."""
    if role is None:
        return ""
    return small_paragraph(bookmark(f"cap{role.replace('_', '')}"))


def _blank() -> str:
    return paragraph("", "TandaTangan")
